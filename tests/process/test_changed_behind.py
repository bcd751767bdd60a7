"""Another program changes the schema while people read and write: nothing fails for long, and the change is there."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.databases import mariadb_connection, postgres_connection
from tests.servers import DATABASES, Server, fresh_database, running_server

pytestmark = pytest.mark.process

SCHEMA = """
CREATE TABLE notes (id integer PRIMARY KEY, title varchar(50), old varchar(50));
INSERT INTO notes VALUES (1, 'one', 'x'), (2, 'two', 'y');
"""
POLL_SECONDS = 1
SETTLED_SECONDS = 15
Run = Callable[[str], None]


@contextmanager
def world(kind: str, folder: Path) -> Iterator[tuple[Server, Run]]:
    """A server on a database that has the table, and a way to say something to the database beside it."""
    with fresh_database(kind) as url:
        if url is None:
            url = f"sqlite:///{folder}/notes.db"
            connection: Any = apsw.Connection(str(folder / "notes.db"))
            connection.pragma("journal_mode", "wal")
            connection.set_busy_timeout(10_000)
            run: Run = connection.execute
        else:
            connection = postgres_connection(url) if kind == "postgres" else mariadb_connection(url)
            cursor = connection.cursor()
            run = cursor.execute
        for statement in filter(str.strip, SCHEMA.split(";")):
            run(statement)
        with running_server(folder / "data", url, settings={"schema_poll_seconds": POLL_SECONDS}) as server:
            yield server, run
        connection.close()


@pytest.mark.parametrize("kind", DATABASES)
def test_a_schema_that_moves_under_load(kind: str, tmp_path: Path) -> None:
    with world(kind, tmp_path) as (server, run):
        token = server.directus_token()
        stop = threading.Event()
        answers: Counter[tuple[str, int]] = Counter()
        failed: list[tuple[str, str, int, str]] = []

        def load(number: int) -> None:
            with server.client(token) as client:
                while not stop.is_set():
                    for method, path, body in (
                        ("GET", "/items/notes?fields=id,title&limit=5", None),
                        ("GET", "/items/notes?limit=5&meta=total_count", None),
                        ("POST", "/items/notes", {"id": 1000 * number + answers["POST", 200] + 10, "title": "new"}),
                        ("PATCH", "/items/notes/1", {"title": f"by {number}"}),
                    ):
                        answer = client.request(method, path, json=body)
                        answers[method, answer.status_code] += 1
                        if answer.status_code >= 500:
                            failed.append((method, path, answer.status_code, answer.text[:200]))
                    time.sleep(0.01)

        def shows(check: Callable[[dict[str, Any]], bool]) -> bool:
            with server.client(token) as client:
                deadline = time.monotonic() + SETTLED_SECONDS
                while time.monotonic() < deadline:
                    answer = client.get("/items/notes/1")
                    if answer.status_code == 200 and check(answer.json()["data"]):
                        return True
                    time.sleep(0.05)
            return False

        threads = [threading.Thread(target=load, args=(number,)) for number in range(1, 5)]
        for thread in threads:
            thread.start()
        try:
            time.sleep(0.5)
            for statement, check in (
                ("ALTER TABLE notes ADD COLUMN extra varchar(20) DEFAULT 'e'", lambda item: item.get("extra") == "e"),
                ("ALTER TABLE notes DROP COLUMN old", lambda item: "old" not in item),
                ("ALTER TABLE notes RENAME COLUMN extra TO more", lambda item: item.get("more") == "e"),
            ):
                run(statement)
                assert shows(check), f"not seen in time: {statement}; {answers}"
            time.sleep(1)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        # whoever meets a column that has just gone looks again
        assert not failed, failed[:3]
        assert min(answers["GET", 200], answers["POST", 200], answers["PATCH", 200]) > 20, answers
        with server.client(token) as client:
            stored = client.get("/items/notes?aggregate[count]=*").json()["data"][0]["count"]
        assert int(stored) == 2 + answers["POST", 200], "an acknowledged item is lost, or a refused one is there"
