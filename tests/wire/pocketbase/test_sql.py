"""The SQL console on every database: what it shows, what it refuses, and that it leaves nothing behind."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import DATABASES, Server, fresh_database, running_server

ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"


def ask(client: httpx.Client, query: str, status: int = 200) -> Any:
    answer = client.post("/api/sql", json={"query": query})
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.process
@pytest.mark.dialects
@pytest.mark.parametrize("kind", DATABASES)
def test_every_database(kind: str, tmp_path: Path) -> None:
    with fresh_database(kind) as url, running_server(tmp_path, url) as server:  # noqa: SIM117
        with server.client(server.pocketbase_token()) as client:
            ask(client, "create table people (id varchar(20) primary key, age int, big bigint)")
            made = ask(client, "/* hello */ insert into people values ('ada', 36, 9007199254740993), ('bob', null, 1)")
            assert (made["affectedRows"], made["rows"], made["columns"]) == (2, [], [])
            assert ask(client, "update people set age = 37 where id = 'ada'")["affectedRows"] == 1
            found = ask(client, "select id, age, big from people order by id")
            assert found["rows"] == [["ada", "37", "9007199254740993"], ["bob", None, "1"]]
            assert [column["name"] for column in found["columns"]] == ["id", "age", "big"]
            assert isinstance(found["execTime"], int)
            # everybody knows of the new table at once
            assert client.get("/api/collections/people/records").json()["totalItems"] == 2
            assert ask(client, "select nope", 400)["message"].startswith("Failed to execute query. Raw error:\n")
            assert ask(client, "insert into people values ('ada', 1, 1)", 400)["status"] == 400
            ask(client, "insert into people select 'x', 1, 1 from people; insert into nope values (1)", 400)
            assert ask(client, "select count(*) from people")["rows"] == [["2"]]
            ask(client, "delete from people where id = 'bob'")
            rows = "select a.id from people a"
            many = " cross join ".join([f"({' union all '.join(['select 1 x'] * 11)}) t{n}" for n in range(4)])
            assert len(ask(client, f"{rows} cross join {many}")["rows"]) == 1000


@pytest.mark.process
def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        for query in (
            *(
                "begin",
                "commit",
                "savepoint a",
                "attach 'x.db' as y",
                "pragma journal_mode = delete",
                "vacuum into 'x.db'",
            ),
            *("pragma query_only = off; delete from sqlite_sequence", "select load_extension('x')"),
            "insert into satchel_state (name) values ('x'); commit; insert into nope values (1)",
        ):
            ask(client, query, 400)
        assert ask(client, "select count(*) from satchel_state where name = 'x'")["rows"] == [["0"]]
        made = client.post("/api/collections", json={"name": "things", "fields": [{"name": "t", "type": "text"}]})
        assert made.status_code == 200, made.text
        assert client.post("/api/collections/things/records", json={"t": "x"}).status_code == 200
        ask(client, "with x as (select 1) delete from things")
        assert client.get("/api/collections/things/records").json()["totalItems"] == 0
    assert not (tmp_path / "x.db").exists()


def busy_seconds(server: Server) -> float:
    """Processor time of the server so far."""
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.process
def test_a_client_that_goes_away_ends_its_statement(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        token = server.pocketbase_token()

        def give_up(_: int) -> None:
            with server.client(token) as client, pytest.raises(httpx.ReadTimeout):
                client.post("/api/sql", json={"query": ENDLESS}, timeout=1.0)

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(give_up, range(3)))
        time.sleep(1.0)
        before = busy_seconds(server)
        time.sleep(1.0)
        assert busy_seconds(server) - before < 0.5  # three endless statements would take all of it
        with server.client(token) as client:
            assert ask(client, "select 1")["rows"] == [["1"]]
