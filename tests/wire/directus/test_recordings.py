"""Recorded conversations with Directus, replayed against Satchel on SQLite and PostgreSQL.

Every answer must be as recorded, but for what `DIFFERENCES` lists with its reason (docs/differences.md tells users the
same). A listed difference that is none any more fails too, so that the list stays true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from tests.servers import Server, fresh_database, running_server
from tests.wire.directus.differences import DIFFERENCES, NOT_SERVED, UNSETTLED
from tests.wire.directus.replay import Call, Conversation, read_calls
from tests.wire.directus.seed import GRAPHQL_BODIES, ITEMS_BODIES, SEED_BODIES, SQLITE_ITEMS_BODIES

pytestmark = [pytest.mark.process]

ED = "ed-token"
Identity = Callable[[Call], str | None]


@dataclass(frozen=True)
class Part:
    """One recording. `token_of`: whose token a request carries: "admin", a token, or None. `skipped`: lines that
    can't be replayed by themselves.
    """

    name: str
    bodies: Mapping[int, str] = field(default_factory=dict[int, str])
    token_of: Identity = lambda call: "admin"
    last: int = 10_000
    skipped: frozenset[int] = frozenset()


def query_identity(lines: Mapping[int, str | None]) -> Identity:
    return lambda call: lines.get(call.number, "admin")


def perms_identity(call: Call) -> str | None:
    """Who asked in the permission recordings: the editor for what is tried out, else an admin."""
    path = call.path.partition("?")[0]
    if path == "/auth/login" or call.number == PUBLIC_LINE:
        return None
    own = ("/items/", "/users/me", "/permissions/me", "/server/", "/policies/me", "/roles/me", "/fields/", "/relations")
    if path.startswith(own) or path == "/collections" or (path == "/users" and call.method == "GET"):
        return ED
    return "admin"


PUBLIC_LINE = 103
# the administrators' role, as the recordings know it
ADMIN_ROLES = ("8e963f34-24e2-4b04-a189-45c176ede393", "125b5bb4-81a7-4843-8d13-43dd4f911fd9")
QUERY_LINES: Mapping[int, str | None] = {153: None, 154: "not-a-token", 155: None}
GRAPHQL_LINES: Mapping[int, str | None] = {30: None, 40: None}

# who was signed in when accounts were recorded
GUESTS = frozenset({*range(1, 21), *range(33, 43), 45, 46, 54, 55, 67, 72})
# tokens that no other line gave, texts of chance, and a collection of another recording
ALONE = frozenset({12, 13, 17, 18, 20, 29, 31, 32, 61, 63, 70, 71})

ACCOUNTS = (
    Part(
        "auth-sqlite",
        token_of=lambda call: None if call.number in GUESTS else "admin",
        last=75,
        skipped=ALONE,
    ),
)
SQLITE = (
    Part("seed-sqlite", SEED_BODIES),
    Part("items-sqlite", SQLITE_ITEMS_BODIES),
    Part("query-sqlite", token_of=query_identity(QUERY_LINES)),
    Part("gql-sqlite", GRAPHQL_BODIES, token_of=query_identity(GRAPHQL_LINES)),
    Part("schema-sqlite", token_of=query_identity({115: None})),
)
# what others signed in by a share were answered (`test_shares` asks that), and a first entry of another installation
BY_SHARE = frozenset({4, 64, 65, 66, 68})
HISTORY = (Part("sys-sqlite", last=109, skipped=BY_SHARE),)
POSTGRES = (
    Part("seed-pg", SEED_BODIES),
    Part("items-pg", ITEMS_BODIES),
    Part("query-pg", token_of=query_identity(QUERY_LINES)),
    Part("schema-pg", token_of=query_identity({115: None})),
)
PERMISSIONS = (
    Part("seed-11", SEED_BODIES),
    Part("items-11", SQLITE_ITEMS_BODIES),
    Part("perms-11", token_of=perms_identity),
)


def replay(server: Server, folder: Path, parts: Sequence[Part]) -> dict[str, list[str]]:
    """Differences by `recording:line`."""
    found: dict[str, list[str]] = {}
    admin = server.directus_token()
    with server.client() as client:
        conversation = Conversation(client)
        role = client.get("/users/me?fields=role", headers={"authorization": f"Bearer {admin}"}).json()["data"]["role"]
        conversation.ids |= dict.fromkeys(ADMIN_ROLES, role)
        for part in parts:
            for call in read_calls(folder / f"{part.name}.txt"):
                if call.number > part.last or call.number in part.skipped or call.path.startswith(NOT_SERVED):
                    continue
                token = part.token_of(call)
                token = admin if token == "admin" else token
                headers = {"authorization": f"Bearer {token}"} if token else {}
                answer = conversation.send(call, part.bodies.get(call.number, call.body), headers)
                problems = conversation.differences(call, answer)
                if problems:
                    found[f"{part.name}:{call.number}"] = [str(call)[:160], *problems]
    return found


def judge(found: Mapping[str, list[str]], parts: Sequence[Part]) -> None:
    names = {part.name for part in parts}
    unexpected = {place: lines for place, lines in found.items() if place not in DIFFERENCES | UNSETTLED}
    gone = [place for place in DIFFERENCES if place.partition(":")[0] in names and place not in found]
    report = "\n".join(f"{place}\n    " + "\n    ".join(lines) for place, lines in unexpected.items())
    assert not unexpected, f"{len(unexpected)} answers differ:\n{report}"
    assert not gone, f"no longer different: {gone}"


@pytest.fixture(scope="module")
def recordings(shared_folder: Path) -> Path:
    folder = shared_folder / "wire" / "directus-recordings"
    if not folder.is_dir():
        pytest.skip("the shared folder holds no recordings")
    return folder


def test_sqlite(recordings: Path, tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        judge(replay(server, recordings, SQLITE), SQLITE)


def test_postgres(recordings: Path, tmp_path: Path) -> None:
    with fresh_database("postgres") as url, running_server(tmp_path, url) as server:
        judge(replay(server, recordings, POSTGRES), POSTGRES)


def test_permissions(recordings: Path, tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        without_users(server)
        judge(replay(server, recordings, PERMISSIONS), PERMISSIONS)


def test_history(recordings: Path, tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        replay(server, recordings, SQLITE[:2])  # judged by `test_sqlite`
        with server.client(server.directus_token()) as admin:
            count_up(admin, activity=271, revisions=187)
        judge(replay(server, recordings, HISTORY), HISTORY)


def count_up(admin: httpx.Client, *, activity: int, revisions: int) -> None:
    """Write items until the next numbers of activity and revisions are those of the recording."""

    def last(path: str) -> int:
        return admin.get(f"{path}?sort=-id&limit=1&fields=id").json()["data"][0]["id"]

    def write(name: str, kept: str, count: int) -> None:
        assert count >= 0, "more was written before the recording than in the recorded installation"
        body = {"collection": name, "schema": {}, "fields": [], "meta": {"accountability": kept}}
        assert admin.post("/collections", json=body).status_code == 200
        assert admin.post(f"/items/{name}", json=[{}] * count).status_code == 200

    write("counted", "all", revisions - last("/revisions"))
    write("counted_too", "activity", activity - last("/activity"))
    assert (last("/activity"), last("/revisions")) == (activity, revisions)


def test_accounts(recordings: Path, tmp_path: Path) -> None:
    """The recorded administrator had these credentials and names."""
    quick = {"login_stall_milliseconds": 0, "register_stall_milliseconds": 0, "access_log": "false"}
    server = Server(tmp_path, None, quick, email="admin@example.com", password="d1r3ctu5")
    server.create_superuser()
    server.start()
    try:
        without_users(server)
        with server.client(server.directus_token()) as admin:
            named = {"first_name": "Admin", "last_name": "User"}
            assert admin.patch("/users/me", json=named).status_code == 200
            assert admin.patch("/settings", json={"project_name": "Directus"}).status_code == 200
        judge(replay(server, recordings, ACCOUNTS), ACCOUNTS)
    finally:
        server.stop()


def without_users(server: Server) -> None:
    """The recorded server had no collection that its own rules open to people who sign in."""
    with httpx.Client(base_url=server.url) as client:
        signed_in = client.post("/auth/login", json={"email": server.email, "password": server.password}).json()
        headers = {"Authorization": f"Bearer {signed_in['data']['access_token']}"}
        assert client.delete("/collections/users", headers=headers).status_code == 204
