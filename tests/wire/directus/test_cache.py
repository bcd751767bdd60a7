"""Kept answers: for whom, until when, and never longer than they are true."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import DATABASES, Server, fresh_database, running_server
from tests.wire.directus.socket_kit import data, field, make

pytestmark = [pytest.mark.process, pytest.mark.dialects]

EDITOR = {"email": "editor@example.com", "password": "editor password 1"}
RIGHTS_SECONDS = 0.4
"""Within which the other worker knows of changed rights and fields."""
CACHE = {"cache_enabled": "true", "cache_status_header": "x-cache-status", "cache_value_bytes_max": 20_000}


@pytest.fixture(scope="module", params=DATABASES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two workers, each with a cache of its own."""
    with (
        fresh_database(request.param) as url,
        running_server(tmp_path_factory.mktemp("cache"), url, settings={**CACHE, "workers": 2}) as started,
    ):
        with started.client(started.directus_token()) as admin:
            make(admin, "notes", field("name"), field("owner", "uuid"), field("until", "timestamp"))
            policy = data(admin.post("/policies", json={"name": "reading"}))["id"]
            role = data(admin.post("/roles", json={"name": "reader"}))["id"]
            data(admin.post("/access", json={"role": role, "policy": policy}))
            data(admin.post("/users", json={**EDITOR, "role": role, "status": "active"}))
        yield started


@pytest.fixture
def admin(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.directus_token()) as client:
        yield client
        data(client.request("DELETE", "/items/notes", json={"query": {"limit": -1}}))
        data(client.request("DELETE", "/permissions", json={"query": {"limit": -1}}))


def names(answer: httpx.Response) -> list[str]:
    return [row["name"] for row in data(answer)]


def status(client: httpx.Client, path: str, **more: Any) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == 200, answer.text
    return answer.headers["x-cache-status"]


def grant(admin: httpx.Client, **more: Any) -> int:
    policy = data(admin.get("/policies", params={"filter[name][_eq]": "reading"}))[0]["id"]
    body = {"policy": policy, "collection": "notes", "action": "read", "fields": ["*"], "permissions": {}, **more}
    return int(data(admin.post("/permissions", json=body))["id"])


def warm(client: httpx.Client, path: str) -> None:
    """Ask until an answer is kept: one connection stays with one worker."""
    for _ in range(20):
        if status(client, path) == "HIT":
            return
    raise AssertionError(f"{path} is never kept")


def test_answers_are_kept_and_said_so(server: Server, admin: httpx.Client) -> None:
    data(admin.post("/items/notes", json={"name": "a"}))
    warm(admin, "/items/notes?fields=name")
    answer = admin.get("/items/notes?fields=name")
    assert (answer.headers["x-cache-status"], names(answer)) == ("HIT", ["a"])
    assert answer.headers["cache-control"] == "no-cache"
    again = admin.get("/items/notes?fields=name", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.headers["x-cache-status"]) == (304, "HIT")
    assert status(admin, "/items/notes?fields=id") == "MISS"
    query = {"query": {"fields": ["name"], "limit": 5}}
    first, second = (admin.request("SEARCH", "/items/notes", json=query) for _ in range(2))
    assert second.headers["x-cache-status"] == "HIT"
    assert first.content == second.content
    other = admin.request("SEARCH", "/items/notes", json={"query": {"fields": ["id"]}})
    assert other.headers["x-cache-status"] == "MISS"
    for path in ("/users", "/server/info", "/items/notes?export=json", "/items/notes?filter[until][_gt]=$NOW"):
        assert "x-cache-status" not in admin.get(path).headers
    assert admin.get("/items/nothing").status_code == 403


def test_no_answer_is_older_than_the_last_write(server: Server, admin: httpx.Client) -> None:
    """Whoever writes, in either protocol, and whichever worker answers."""
    path = "/items/notes?fields=name"
    token = {"authorization": server.pocketbase_token()}
    for round_ in range(12):
        name = f"n{round_}"
        if round_ % 2:
            answer = httpx.post(
                f"{server.url}/api/collections/notes/records", json={"name": name}, headers=token, timeout=30
            )
            assert answer.status_code == 200, answer.text
        else:
            with server.client(server.directus_token()) as writer:
                data(writer.post("/items/notes", json={"name": name}))
        for _ in range(3):  # new connections, so that both workers are asked
            with server.client(admin.headers["authorization"].removeprefix("Bearer ")) as reader:
                assert names(reader.get(path))[-1] == name
                assert names(reader.get(path))[-1] == name


def test_every_caller_has_answers_of_their_own(server: Server, admin: httpx.Client) -> None:
    with server.client(server.directus_token(**EDITOR)) as editor, server.client() as guest:
        me = data(editor.get("/users/me?fields=id"))["id"]
        data(admin.post("/items/notes", json=[{"name": "theirs"}, {"name": "mine", "owner": me}]))
        path = "/items/notes?fields=name"
        warm(admin, path)
        assert editor.get(path).status_code == 403
        assert guest.get(path).status_code == 403
        held = grant(admin, permissions={"owner": {"_eq": "$CURRENT_USER"}})
        time.sleep(RIGHTS_SECONDS)
        assert names(editor.get(path)) == ["mine"]
        warm(editor, path)
        assert names(editor.get(path)) == ["mine"]
        assert sorted(names(admin.get(path))) == ["mine", "theirs"]
        data(admin.patch(f"/permissions/{held}", json={"permissions": {}}))
        time.sleep(RIGHTS_SECONDS)
        assert sorted(names(editor.get(path))) == ["mine", "theirs"]
        data(admin.delete(f"/permissions/{held}"))
        time.sleep(RIGHTS_SECONDS)
        assert editor.get(path).status_code == 403


def test_rules_about_the_moment_are_never_kept(server: Server, admin: httpx.Client) -> None:
    with server.client(server.directus_token(**EDITOR)) as editor:
        grant(admin, permissions={"until": {"_gt": "$NOW"}})
        data(admin.post("/items/notes", json={"name": "a"}))
        assert "x-cache-status" not in editor.get("/items/notes").headers


def test_changed_fields_show_at_once(server: Server, admin: httpx.Client) -> None:
    data(admin.post("/items/notes", json={"name": "a"}))
    warm(admin, "/items/notes")
    warm(admin, "/fields/notes")
    data(admin.post("/fields/notes", json=field("later")))
    assert "later" in data(admin.get("/items/notes"))[0]
    assert "later" in [item["field"] for item in data(admin.get("/fields/notes"))]
    data(admin.delete("/fields/notes/later"))
    assert "later" not in data(admin.get("/items/notes"))[0]
    time.sleep(RIGHTS_SECONDS)


def test_long_answers_are_not_kept(server: Server, admin: httpx.Client) -> None:
    data(admin.post("/items/notes", json=[{"name": "x" * 200} for _ in range(90)]))
    assert {status(admin, "/items/notes") for _ in range(4)} == {"MISS"}


def test_without_purging_time_decides(tmp_path: Path) -> None:
    settings = {**CACHE, "cache_auto_purge": "false", "cache_ttl_seconds": 60, "cache_skip_allowed": "true"}
    with running_server(tmp_path, settings=settings) as server, server.client(server.directus_token()) as admin:
        make(admin, "notes", field("name"))
        path = "/items/notes?fields=name"
        assert names(admin.get(path)) == []
        data(admin.post("/items/notes", json={"name": "a"}))
        old = admin.get(path)
        assert (names(old), old.headers["x-cache-status"]) == ([], "HIT")
        assert old.headers["cache-control"] in ("private, max-age=59", "private, max-age=58")
        assert old.headers["x-powered-by"] == "Directus"
        assert names(admin.get(path, headers={"cache-control": "no-store"})) == ["a"]
        assert admin.post("/utils/cache/clear").status_code == 200
        assert names(admin.get(path)) == ["a"]
