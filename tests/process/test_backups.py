"""Backups of a running server: under write load, in several workers, and with archives that can't be restored."""

from __future__ import annotations

import contextlib
import io
import threading
import time
import zipfile
from pathlib import Path

import apsw
import httpx
import pytest

from tests.servers import Server, fresh_database, running_server

RECORDS = "/api/collections/things/records"


def make_things(client: httpx.Client) -> None:
    rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
    body = {"name": "things", "fields": [{"name": "t", "type": "text"}], **rules}
    answer = client.post("/api/collections", json=body)
    assert answer.status_code == 200, answer.text


def count(server: Server) -> int:
    """How many records there are, once the server answers again."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            answer = httpx.get(f"{server.url}{RECORDS}?perPage=1", timeout=5, verify=False)
            if answer.status_code == 200:
                return int(answer.json()["totalItems"])
        time.sleep(0.1)
    raise AssertionError(server.log())


def restored(server: Server) -> None:
    deadline = time.monotonic() + 60
    while "The backup was restored" not in server.log():
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.1)


class Load:
    """Writers that note what was acknowledged."""

    def __init__(self, server: Server, writers: int) -> None:
        self._server = server
        self._stop = threading.Event()
        self.acknowledged: list[str] = []
        self.refused: list[int] = []
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(writers)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        with httpx.Client(base_url=self._server.url, timeout=30, verify=False) as client:
            at = 0
            while not self._stop.is_set():
                at += 1
                text = f"{number}-{at}"
                answer = client.post(RECORDS, json={"t": text})
                if answer.status_code == 200:
                    self.acknowledged.append(text)
                else:
                    self.refused.append(answer.status_code)


@pytest.mark.heavy
@pytest.mark.process
@pytest.mark.parametrize("workers", [1, 2])
def test_under_write_load(workers: int, tmp_path: Path) -> None:
    server = Server(tmp_path / "data", None, {"login_stall_milliseconds": 0, "access_log": "false"})
    server.create_superuser()
    server.start("--workers", str(workers))
    try:
        token = server.pocketbase_token()
        with server.client(token) as client:
            make_things(client)
            held = tmp_path / "data" / "storage" / "c" / "r"
            held.mkdir(parents=True)
            for number in range(200):
                (held / f"{number}.txt").write_text(f"content {number}" * 100)
            known: list[tuple[str, set[str]]] = []
            with Load(server, 4) as load:
                for number in range(3):
                    time.sleep(1.0)
                    before = set(load.acknowledged)
                    name = f"b{number}.zip"
                    answer = client.post("/api/backups", json={"name": name}, timeout=120)
                    assert answer.status_code == 204, answer.text
                    known.append((name, before))
            assert not load.refused
            everything = set(load.acknowledged)
            for name, before in known:
                with zipfile.ZipFile(tmp_path / "data" / "backups" / name) as archive:
                    archive.extract("data.db", tmp_path / name)
                    assert sum(entry.startswith("storage/") for entry in archive.namelist()) == 200
                connection = apsw.Connection(str(tmp_path / name / "data.db"))
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                rows = {row[0] for row in connection.execute("SELECT t FROM things")}
                connection.close()
                assert before <= rows, "an acknowledged row is not in the backup"
                assert rows <= everything
            # and back to the second, while others go on writing
            expected = len(known[1][1])
            with Load(server, 2):
                assert client.post("/api/backups/b1.zip/restore", timeout=120).status_code == 204
                restored(server)
            assert count(server) >= expected
            connection = apsw.Connection(str(tmp_path / "data" / "data.db"))
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            connection.close()
            assert (held / "7.txt").read_text() == "content 7" * 100
    finally:
        server.stop()


@pytest.mark.process
def test_restore_in_all_workers(tmp_path: Path) -> None:
    server = Server(tmp_path, None, {"login_stall_milliseconds": 0, "access_log": "false"})
    server.create_superuser()
    server.start("--workers", "3")
    try:
        token = server.pocketbase_token()
        with server.client(token) as client:
            make_things(client)
            for number in range(10):
                client.post(RECORDS, json={"t": str(number)})
            (tmp_path / "storage" / "c").mkdir(parents=True)
            (tmp_path / "storage" / "c" / "f.txt").write_text("then")
            assert client.get("/api/health").json()["data"]["canBackup"] is True
            assert client.post("/api/backups", json={"name": "then.zip"}).status_code == 204
            client.post(RECORDS, json={"t": "later"})
            (tmp_path / "storage" / "c" / "f.txt").write_text("later")
            assert client.post("/api/backups/then.zip/restore").status_code == 204
        restored(server)
        for _ in range(10):  # new connections, so that every worker is asked
            assert count(server) == 10
        assert (tmp_path / "storage" / "c" / "f.txt").read_text() == "then"
        with server.client(token) as client:  # whoever was signed in still is
            assert client.get("/api/backups").json()[0]["key"] == "then.zip"
            assert client.post(RECORDS, json={"t": "after"}).status_code == 200
        assert count(server) == 11
        assert not (tmp_path / ".satchel_before").exists()
    finally:
        server.stop()


@pytest.mark.process
def test_a_bad_archive_changes_nothing(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        make_things(client)
        assert client.post("/api/backups", json={"name": "good.zip"}).status_code == 204
        good = (tmp_path / "backups" / "good.zip").read_bytes()
        evil = io.BytesIO(good)
        with zipfile.ZipFile(evil, "a") as archive:
            archive.writestr("storage/../../../evil.txt", "evil")
        empty = b"PK\x05\x06" + bytes(18)
        for name, content in (("cut.zip", good[:-400]), ("evil.zip", evil.getvalue()), ("empty.zip", empty)):
            file = {"file": (name, content, "application/zip")}
            assert client.post("/api/backups/upload", files=file).status_code == 204
            answer = client.post(f"/api/backups/{name}/restore")
            assert answer.status_code == 400, name
            assert answer.json()["message"].startswith("Missing or invalid backup file."), answer.text
        assert not (tmp_path.parent / "evil.txt").exists()
        assert client.post(RECORDS, json={"t": "still here"}).status_code == 200
        assert not list((tmp_path / ".satchel_temp").iterdir())


@pytest.mark.process
def test_the_command_line(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        make_things(client)
        client.post(RECORDS, json={"t": "kept"})
        made = server.run("backup", "create", "mine.zip")  # beside the running server
        assert (made.returncode, made.stdout.strip()) == (0, "Backup mine.zip was made."), made.stderr
        assert server.run("backup", "restore", "mine.zip").returncode == 1
        client.post(RECORDS, json={"t": "lost"})
    server = Server(tmp_path, None, {"access_log": "false"})
    listed = server.run("backup", "list")
    assert "mine.zip" in listed.stdout, listed.stderr
    done = server.run("backup", "restore", "mine.zip")
    assert (done.returncode, done.stdout.strip()) == (0, "Backup mine.zip was restored."), done.stderr
    bad = server.run("backup", "restore", "nope.zip")
    assert bad.returncode == 1
    server.start()
    try:
        assert count(server) == 1
    finally:
        server.stop()


@pytest.mark.process
@pytest.mark.dialects
def test_what_a_server_database_keeps_is_said(tmp_path: Path) -> None:
    with fresh_database("postgres") as url:
        with running_server(tmp_path, url) as server, server.client(server.pocketbase_token()) as client:
            assert client.post("/api/backups", json={"name": "store.zip"}).status_code == 204
            with zipfile.ZipFile(tmp_path / "backups" / "store.zip") as archive:
                manifest = archive.read("satchel.json").decode()
            assert "the data of postgresql://" in manifest
        places = {"store_url": url, "database_url": url}
        elsewhere = tmp_path / "elsewhere"
        with running_server(elsewhere, url, settings=places) as server:  # noqa: SIM117
            with server.client(server.pocketbase_token()) as client:
                assert client.get("/api/health").json()["data"]["canBackup"] is False
                answer = client.post("/api/backups", json={"name": "none.zip"})
                assert answer.status_code == 400
                message = answer.json()["message"]
                assert message.startswith(
                    "Failed to create backup. Raw error: Satchel's own tables are in postgresql://"
                )
                assert "pg_dump" in message
                assert str(elsewhere / "storage") in message, "what has to be copied beside the dump is named"
                assert str(elsewhere / "secret") in message
                assert client.get("/api/backups").json() == []
