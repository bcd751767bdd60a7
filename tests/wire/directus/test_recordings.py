"""Recorded conversations with Directus, replayed against Satchel on SQLite and PostgreSQL.

Every answer must be as recorded, but for what `DIFFERENCES` lists with its reason (docs/differences.md tells users the
same). A listed difference that is none any more fails too, so that the list stays true.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import PASSWORD, Server, running_server
from tests.stores import store_with_superuser
from tests.wire.directus.differences import CUT, DIFFERENCES, UNSETTLED
from tests.wire.directus.replay import Call, Conversation, read_calls
from tests.wire.directus.seed import GRAPHQL_BODIES, ITEMS_BODIES, SEED_BODIES, SQLITE_ITEMS_BODIES

pytestmark = [pytest.mark.process]

ED = "ed-token"
RECORDED_EMAIL = "admin@example.com"
# the program that asked Directus
RECORDED_AGENT = "Python-urllib/3.11"
TFA = "tfa-token"
QUICK = {"login_stall_milliseconds": 0, "register_stall_milliseconds": 0, "access_log": "false"}
Identity = Callable[[Call], str | None]
Upload = tuple[str, bytes, str]
Before = Callable[[httpx.Client, Conversation], None]


@dataclass(frozen=True)
class Part:
    """One recording. `token_of`: whose token a request carries: "admin", a token, or None. `skipped`: lines that
    can't be replayed by themselves. `before`: makes, as an admin, what the recording finds there.
    """

    name: str
    bodies: Mapping[int, str] = field(default_factory=dict[int, str])
    files: Mapping[int, Upload] = field(default_factory=dict[int, Upload])
    token_of: Identity = lambda call: "admin"
    skipped: frozenset[int] = frozenset()
    before: Before | None = None


def later(admin: httpx.Client, talk: Conversation, related: str, user: str) -> None:
    """What was made between the recordings: an item with relations, and somebody."""
    item = {"title": "rel", "tags": [{"tags_id": 1}, {"tags_id": 2}], "comments": [{"text": "a"}, {"text": "b"}]}
    talk.ids[related] = made(admin, "/items/articles", item)
    person = {"email": "tfa@example.com", "password": "pw", "token": TFA, "status": "active"}
    talk.ids[user] = made(admin, "/users", person)


def later_sqlite(admin: httpx.Client, talk: Conversation) -> None:
    later(admin, talk, "2eb9c3ff-83a7-45bd-928d-767a8dc81afa", "4f0628d4-bc23-42df-8ed4-435c5b867dda")
    admin.patch("/items/tags/1", json={"name": "evt-up"})
    (one,) = admin.get("/items/articles?filter[title]=One&fields=id").json()["data"]
    admin.patch(f"/items/articles/{one['id']}", json={"sort": 3})
    made(admin, "/items/articles", {"title": "big"})
    made(admin, "/items/articles", {"title": "Nested", "author": {"name": "A2"}})
    while made(admin, "/items/tags", {"name": f"tag {time.monotonic_ns()}"}) < 15:
        pass  # numbers that other recordings took


def later_postgres(admin: httpx.Client, talk: Conversation) -> None:
    later(admin, talk, "ef0a0684-174c-4b5a-a9e9-b390da1725b3", "c4f272c0-871d-450e-8fb2-2c6f87ff1a54")
    made(admin, "/items/articles", {"title": "big"})


def count_up(admin: httpx.Client, talk: Conversation) -> None:
    """Write items until the next numbers of activity and revisions are those of the recording, and sign in."""
    activity, revisions = 271, 187

    def last(path: str) -> int:
        return admin.get(f"{path}?sort=-id&limit=1&fields=id").json()["data"][0]["id"]

    def write(name: str, count: int) -> None:
        assert count >= 0, "more was written before the recording than in the recorded installation"
        assert admin.post(f"/items/{name}", json=[{}] * count).status_code == 200

    # new collections are written down too
    for name, kept in (("counted", "all"), ("counted_too", "activity")):
        body = {"collection": name, "schema": {}, "fields": [], "meta": {"accountability": kept}}
        assert admin.post("/collections", json=body).status_code == 200
    write("counted", revisions - last("/revisions"))
    write("counted_too", activity - last("/activity"))
    assert (last("/activity"), last("/revisions")) == (activity, revisions)
    assert admin.post("/auth/login", json={"email": RECORDED_EMAIL, "password": PASSWORD}).status_code == 200


def upload_one(admin: httpx.Client, talk: Conversation) -> None:
    """What had been uploaded by hand."""
    answer = admin.post("/files", data={"title": "Tus"}, files={"file": ("t.txt", b"abcdef", "text/plain")})
    assert answer.status_code == 200


def change_more(admin: httpx.Client, talk: Conversation) -> None:
    """What other recordings had changed."""
    assert admin.patch("/items/tags/1", json={"name": "py3"}).status_code == 200
    assert admin.patch("/items/articles/11111111-1111-1111-1111-111111111111", json={"title": "V1 title"}).is_success
    while made(admin, "/items/tags", {"name": f"tag {time.monotonic_ns()}"}) < 7:
        pass


def made(admin: httpx.Client, path: str, item: Any) -> Any:
    """The key of a new item."""
    answer = admin.post(f"{path}?fields=id", json=item)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["id"]


def query_identity(lines: Mapping[int, str | None]) -> Identity:
    return lambda call: lines.get(call.number, "admin")


def perms_identity(public_line: int) -> Identity:
    """Who asked in the permission recordings: the editor for what is tried out, else an admin."""
    own = ("/items/", "/users/me", "/permissions/me", "/server/", "/policies/me", "/roles/me", "/fields/", "/relations")

    def identity(call: Call) -> str | None:
        path = call.path.partition("?")[0]
        if path == "/auth/login" or call.number == public_line:
            return None
        if path.startswith(own) or path == "/collections" or (path == "/users" and call.method == "GET"):
            return ED
        return "admin"

    return identity


# the administrators' role, as the recordings know it
ADMIN_ROLES = ("8e963f34-24e2-4b04-a189-45c176ede393", "125b5bb4-81a7-4843-8d13-43dd4f911fd9")
QUERY_LINES: Mapping[int, str | None] = {153: None, 154: "not-a-token", 155: None}
GRAPHQL_LINES: Mapping[int, str | None] = {30: None, 40: None}

# who was signed in when accounts were recorded
GUESTS = frozenset({*range(1, 21), *range(33, 43), 45, 46, 54, 55, 67, 72, 78, 88})
# tokens that no other line gave, texts of chance, and a collection of another recording
ALONE = frozenset({12, 13, 17, 18, 20, 29, 31, 32, 61, 63, 70, 71})

ACCOUNTS = (
    Part(
        "auth-sqlite",
        token_of=lambda call: None if call.number in GUESTS else "admin",
        skipped=ALONE,
    ),
)
# an upload by tus that a guest begins, with headers that the recording does not tell (`test_tus` asks that)
BY_HAND = frozenset({9})
SQLITE = (
    Part("seed-sqlite", SEED_BODIES),
    Part("items-sqlite", SQLITE_ITEMS_BODIES),
    Part("query-sqlite", token_of=query_identity(QUERY_LINES)),
    Part("gql-sqlite", GRAPHQL_BODIES, token_of=query_identity(GRAPHQL_LINES), before=change_more),
    Part("schema-sqlite", token_of=query_identity({115: None}), skipped=BY_HAND, before=upload_one),
)
# what others signed in by a share were answered (`test_shares` asks that), and a first entry of another installation
BY_SHARE = frozenset({4, 64, 65, 66, 68})
IMPORTS: Mapping[int, Upload] = {
    123: ("tags.csv", b"name\ncsv1\ncsv2\n", "text/csv"),
    124: ("tags.json", b'[{"name": "j1"}]', "application/json"),
    125: ("tags.bin", b"name\n", "application/octet-stream"),
    127: ("tags.csv", b"name\ncsv1\n", "text/csv"),
    128: ("users.csv", b"first_name\nImported\n", "text/csv"),
}
HISTORY = (Part("sys-sqlite", skipped=BY_SHARE, files=IMPORTS, before=count_up),)
GUESTS_LATER = frozenset({89, 90, 91, *range(97, 102), 107, 109, 110, 112, 113, 115})


def later_identity(call: Call) -> str | None:
    if call.path.startswith("/users/me/tfa"):
        return TFA
    return None if call.number in GUESTS_LATER else "admin"


LATER = (
    Part("flows-sqlite", token_of=query_identity({5: None})),
    Part("extra-sqlite", token_of=later_identity, before=later_sqlite),
    Part("last-sqlite"),
)
POSTGRES = (
    Part("seed-pg", SEED_BODIES),
    Part("items-pg", ITEMS_BODIES),
    Part("query-pg", token_of=query_identity(QUERY_LINES)),
    Part("schema-pg", token_of=query_identity({115: None}), skipped=BY_HAND, before=upload_one),
)
LATER_POSTGRES = (
    *POSTGRES[:2],
    Part("extra-pg", token_of=later_identity, before=later_postgres),
)
PERMISSIONS = (
    Part("seed-11", SEED_BODIES),
    Part("items-11", SQLITE_ITEMS_BODIES),
    Part("perms-11", token_of=perms_identity(103)),
)


# rules of one's own, which were refused for want of a licence; perms-11 has the same
UNLICENSED = frozenset({31, 35, 36})
TWELVE = (
    Part("seed-sqlite", SEED_BODIES),
    Part("items-sqlite", SQLITE_ITEMS_BODIES),
    Part("perms-12", token_of=perms_identity(49), skipped=UNLICENSED),
)


def replay(server: Server, folder: Path, parts: Sequence[Part]) -> dict[str, list[str]]:
    """Differences by `recording:line`."""
    found: dict[str, list[str]] = {}
    admin = server.directus_token()
    with server.client() as client:
        client.headers["user-agent"] = RECORDED_AGENT
        conversation = Conversation(client)
        role = client.get("/users/me?fields=role", headers={"authorization": f"Bearer {admin}"}).json()["data"]["role"]
        conversation.ids |= dict.fromkeys(ADMIN_ROLES, role)
        for part in parts:
            if part.before is not None:
                with server.client(admin) as hands:
                    hands.headers["user-agent"] = RECORDED_AGENT
                    part.before(hands, conversation)
            for call in read_calls(folder / f"{part.name}.txt"):
                if call.number in part.skipped or call.path.startswith(CUT):
                    continue
                token = part.token_of(call)
                token = admin if token == "admin" else token
                headers = {"authorization": f"Bearer {token}"} if token else {}
                if call.number in part.files:
                    form = {"file": part.files[call.number]}
                    answer = client.post(conversation.translated(call.path), files=form, headers=headers)
                else:
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


@contextmanager
def one_database(data: Path) -> Iterator[Server]:
    """A server that has its own tables beside the items, as Directus has."""
    with (
        store_with_superuser("postgres") as url,
        running_server(data, url, settings={"store_url": url}, superuser=False) as server,
    ):
        yield server


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
    with one_database(tmp_path) as server:
        judge(replay(server, recordings, POSTGRES), POSTGRES)


def test_permissions(recordings: Path, tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        as_recorded(server)
        judge(replay(server, recordings, PERMISSIONS), PERMISSIONS)


def test_history(recordings: Path, tmp_path: Path) -> None:
    server = Server(tmp_path, None, QUICK, email=RECORDED_EMAIL)
    server.create_superuser()
    server.start()
    try:
        parts = SQLITE[:2] + HISTORY + LATER
        judge(replay(server, recordings, parts), parts)
    finally:
        server.stop()


def test_later(recordings: Path, tmp_path: Path) -> None:
    with one_database(tmp_path) as server:
        judge(replay(server, recordings, LATER_POSTGRES), LATER_POSTGRES)


def test_twelve(recordings: Path, tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        as_recorded(server)
        judge(replay(server, recordings, TWELVE), TWELVE)


def test_accounts(recordings: Path, tmp_path: Path) -> None:
    """The recorded administrator had these credentials and names."""
    server = Server(tmp_path, None, QUICK, email=RECORDED_EMAIL, password="d1r3ctu5")
    server.create_superuser()
    server.start()
    try:
        as_recorded(server)
        with server.client(server.directus_token()) as admin:
            named = {"first_name": "Admin", "last_name": "User"}
            assert admin.patch("/users/me", json=named).status_code == 200
        judge(replay(server, recordings, ACCOUNTS), ACCOUNTS)
    finally:
        server.stop()


def as_recorded(server: Server) -> None:
    """The recorded server had another name too."""
    without_users(server)
    with server.client(server.directus_token()) as admin:
        assert admin.patch("/settings", json={"project_name": "Directus"}).status_code == 200


def without_users(server: Server) -> None:
    """The recorded server had no collection that its own rules open to people who sign in."""
    with httpx.Client(base_url=server.url) as client:
        signed_in = client.post("/auth/login", json={"email": server.email, "password": server.password}).json()
        headers = {"Authorization": f"Bearer {signed_in['data']['access_token']}"}
        assert client.delete("/collections/users", headers=headers).status_code == 204
