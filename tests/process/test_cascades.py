"""Rows that the database itself deletes or changes by its foreign keys are in the change log, on every database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.databases import mariadb_connection, postgres_connection
from tests.servers import DATABASES, Server, fresh_database, running_server

pytestmark = pytest.mark.process

SCHEMA = """
CREATE TABLE teams (id integer PRIMARY KEY, code varchar(20) UNIQUE, name varchar(20));
CREATE TABLE members (id integer PRIMARY KEY, team integer, name varchar(20),
  FOREIGN KEY (team) REFERENCES teams (id) ON DELETE CASCADE);
CREATE TABLE tasks (id integer PRIMARY KEY, member integer, reviewer integer, title varchar(20),
  FOREIGN KEY (member) REFERENCES members (id) ON DELETE CASCADE,
  FOREIGN KEY (reviewer) REFERENCES members (id) ON DELETE SET NULL);
CREATE TABLE badges (id integer PRIMARY KEY, code varchar(20), title varchar(20),
  FOREIGN KEY (code) REFERENCES teams (code) ON UPDATE CASCADE ON DELETE SET NULL);
CREATE TABLE nodes (id integer PRIMARY KEY, parent integer,
  FOREIGN KEY (parent) REFERENCES nodes (id) ON DELETE CASCADE);
CREATE TABLE rings (id integer PRIMARY KEY, parent integer, owner integer NOT NULL,
  FOREIGN KEY (parent) REFERENCES rings (id), FOREIGN KEY (owner) REFERENCES teams (id));
INSERT INTO teams VALUES (1, 'red', 'Red'), (2, 'blue', 'Blue');
INSERT INTO members VALUES (10, 1, 'Ann'), (11, 1, 'Bob'), (12, 2, 'Cid');
INSERT INTO tasks VALUES (100, 10, 11, 'a'), (101, 12, 10, 'b'), (102, 12, 12, 'c'), (103, 11, NULL, 'd');
INSERT INTO badges VALUES (1, 'red', 'x'), (2, 'blue', 'y'), (3, NULL, 'z');
INSERT INTO rings VALUES (1, 1, 2), (2, 1, 2), (3, NULL, 2);
"""
CHAIN = 60


@contextmanager
def world(kind: str, folder: Path, **settings: Any) -> Iterator[tuple[Server, str]]:
    """A server on a database that has these tables; and the token of its superuser."""
    chain = "".join(f"INSERT INTO nodes VALUES ({n}, {n - 1 if n else 'NULL'});" for n in range(CHAIN))
    with fresh_database(kind) as url:
        if url is None:
            url = f"sqlite:///{folder}/team.db"
            connection = apsw.Connection(str(folder / "team.db"))
            connection.execute(SCHEMA + chain)
            connection.close()
        else:
            opened = postgres_connection(url) if kind == "postgres" else mariadb_connection(url)
            with opened.cursor() as cursor:
                cursor.execute(SCHEMA + chain)
            opened.close()
        with running_server(folder / "data", url, settings=settings) as server:
            yield server, server.directus_token()


def log_of(server: Server) -> list[tuple[Any, ...]]:
    """(collection, key, action, before, after) of every entry of the change log about these tables."""
    connection = apsw.Connection(str(server.data / "data.db"))
    rows = list(
        connection.execute(
            'SELECT collection, "key", action, "before", "after" FROM satchel_changes '
            "WHERE collection NOT LIKE 'directus_%' ORDER BY id"
        )
    )
    connection.close()
    return [(*row[:3], *(None if text is None else json.loads(text) for text in row[3:])) for row in rows]


@pytest.mark.parametrize("kind", DATABASES)
def test_what_foreign_keys_do_is_logged(kind: str, tmp_path: Path):
    with world(kind, tmp_path) as (server, token), server.client(token) as client:
        assert client.delete("/items/teams/1").status_code == 204
        log = log_of(server)
        assert log[0][:3] == ("teams", "1", "delete")
        assert sorted(log[1:], key=lambda row: row[:2]) == [
            ("badges", "1", "update", {"code": "red"}, {"code": None}),
            ("members", "10", "delete", {"id": 10, "team": 1, "name": "Ann"}, None),
            ("members", "11", "delete", {"id": 11, "team": 1, "name": "Bob"}, None),
            ("tasks", "100", "delete", {"id": 100, "member": 10, "reviewer": 11, "title": "a"}, None),
            ("tasks", "101", "update", {"reviewer": 10}, {"reviewer": None}),
            ("tasks", "103", "delete", {"id": 103, "member": 11, "reviewer": None, "title": "d"}, None),
        ]
        # what the log says is what is there
        assert [row["id"] for row in client.get("/items/tasks").json()["data"]] == [101, 102]
        assert client.get("/items/tasks/101").json()["data"]["reviewer"] is None
        assert client.get("/items/members").json()["data"] == [{"id": 12, "team": 2, "name": "Cid"}]

        answer = client.patch("/items/teams/2", json={"code": "navy", "name": "Navy"})
        assert answer.status_code == 200, answer.text
        assert log_of(server)[len(log) :] == [
            ("teams", "2", "update", {"code": "blue", "name": "Blue"}, {"code": "navy", "name": "Navy"}),
            ("badges", "2", "update", {"code": "blue"}, {"code": "navy"}),
        ]
        assert client.get("/items/badges/2").json()["data"]["code"] == "navy"

        # a long chain, each row referring to the one before
        before = len(log_of(server))
        first = 1
        if kind == "mariadb":  # which follows 15 rows and no more
            answer = client.delete("/items/nodes/1")
            assert answer.status_code == 422
            assert "longer than the database follows them (15 rows)" in answer.text
            assert len(log_of(server)) == before
            first = CHAIN - 14
        assert client.delete(f"/items/nodes/{first}").status_code == 204
        assert [row[1] for row in log_of(server)[before:]] == [str(number) for number in range(first, CHAIN)]
        assert len(client.get("/items/nodes?limit=-1").json()["data"]) == first


@pytest.mark.parametrize("kind", DATABASES)
def test_what_would_follow_has_a_limit(kind: str, tmp_path: Path):
    with world(kind, tmp_path, cascade_rows_max=10) as (server, token), server.client(token) as client:
        answer = client.delete("/items/nodes/0")
        assert answer.status_code == 422, answer.text
        [error] = answer.json()["errors"]
        assert error["message"].startswith("Can't process content. More than 10 rows would follow this item")
        root = server.pocketbase_token()
        refused = client.delete("/api/collections/nodes/records/0", headers={"authorization": root})
        assert refused.status_code == 400
        assert refused.json()["message"] == (
            'More than 10 rows would follow this item of "nodes" by foreign keys. '
            'Delete or change them first. The setting "cascade_rows_max" is the limit.'
        )
        assert log_of(server) == []
        assert len(client.get("/items/nodes?limit=-1").json()["data"]) == CHAIN
        assert client.delete(f"/items/nodes/{CHAIN - 10}").status_code == 204
        assert len(log_of(server)) == 10


@pytest.mark.parametrize("kind", DATABASES)
def test_an_item_does_not_hold_itself_back(kind: str, tmp_path: Path):
    with world(kind, tmp_path) as (server, token), server.client(token) as client:
        assert client.delete("/items/rings/1").status_code == 400  # the second one refers to it
        assert client.delete("/items/rings/2").status_code == 204
        assert client.delete("/items/rings/1").status_code == 204
        assert client.get("/items/rings").json()["data"] == [{"id": 3, "parent": None, "owner": 2}]
        assert [row[1:4] for row in log_of(server)][-1] == ("1", "delete", {"id": 1, "parent": 1, "owner": 2})
