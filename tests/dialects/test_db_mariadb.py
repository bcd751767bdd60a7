"""MariaDB behind the Database protocol: values, errors, limits, lost connections, retries, rights."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.databases import mariadb_connection, mariadb_database, run_mariadb, with_database, with_user

from satchel.db import Database, DatabaseOptions, Transaction, open_database
from satchel.errors import (
    ConfigError,
    ConstraintFailed,
    DatabaseError,
    InvalidQuery,
    ReadOnly,
    StatementTimeout,
    TooLarge,
    Unavailable,
)

ITEMS = """
CREATE TABLE items (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL UNIQUE, size int,
  feeling enum('sad', 'happy'), at datetime(6), doc json, CONSTRAINT small CHECK (size < 1000));
CREATE TABLE parts (id int AUTO_INCREMENT PRIMARY KEY, `Item Id` int, n int NOT NULL DEFAULT 0,
  CONSTRAINT to_item FOREIGN KEY (`Item Id`) REFERENCES items (id), UNIQUE KEY once (`Item Id`, n));
CREATE TRIGGER refuse BEFORE INSERT ON items FOR EACH ROW
  IF NEW.name = 'refused' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not this name'; END IF;
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with mariadb_database(ITEMS) as found:
        yield found


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[Database]:
    database = open_database("main", url, DatabaseOptions(**options))
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    run_mariadb(url, "SET foreign_key_checks = 0; TRUNCATE items; TRUNCATE parts")
    async with opened(url) as found:
        yield found


async def add(database: Database, name: str, size: int = 1) -> int:
    async def work(tx: Transaction) -> int:
        return await tx.insert_id("INSERT INTO items (name, size) VALUES (%s, %s)", (name, size))

    return await database.write(work)


async def names(database: Database) -> list[str]:
    return [row[0] for row in await database.read("SELECT name FROM items ORDER BY 1")]


async def test_values(database: Database) -> None:
    values = ("ü😀'\"\\%", -(2**63), 2**64 - 1, 1.5, Decimal("1.50"), b"\x00\xff'", None, True)
    rows = await database.read("SELECT %s, %s, %s, %s, %s, %s, %s, %s, 'a%%b'", values)
    assert rows == [(*values, "a%b")]
    # without parameters a percent sign is doubled as well
    assert await database.read("SELECT 'a%%b'") == [("a%b",)]
    (row,) = await database.read(
        "SELECT JSON_OBJECT('a', %s, 'b', JSON_ARRAY(1, 2.50)), DATE '2020-02-29', "
        "TIMESTAMP '2020-02-29 12:00:00', 1.50",
        ("é😀",),
    )
    assert row == (
        '{"a": "é😀", "b": [1, 2.50]}',
        date(2020, 2, 29),
        datetime.fromisoformat("2020-02-29T12:00"),
        Decimal("1.50"),
    )


async def test_long_json_is_not_cut(database: Database) -> None:
    (row,) = await database.read("SELECT JSON_ARRAYAGG(x) FROM (SELECT REPEAT('x', 1000) AS x FROM seq_1_to_3000) s")
    assert len(row[0]) > 3_000_000


async def test_the_session(database: Database) -> None:
    rows = await database.read(
        "SELECT @@time_zone, @@tx_isolation, @@tx_read_only, @@max_statement_time, @@autocommit, "
        "@@character_set_connection, @@sql_mode LIKE '%%STRICT_ALL_TABLES%%', @@sql_mode LIKE '%%ANSI_QUOTES%%'"
    )
    assert rows == [("+00:00", "READ-COMMITTED", 1, 30.0, 1, "utf8mb4", 1, 0)]
    assert await database.read("SELECT 'a' || 'b'") == [("ab",)]

    async def work(tx: Transaction) -> list[Any]:
        return await tx.run("SELECT @@max_statement_time, @@tx_read_only, @@autocommit")

    async with opened(database.url.safe, pool_size=1) as one:  # type: ignore[attr-defined]
        assert await one.write(work, heavy=True) == [(600.0, 0, 0)]
        assert await one.read("SELECT @@max_statement_time, @@tx_read_only, @@autocommit") == [(30.0, 1, 1)]


async def test_reads_can_not_write(database: Database) -> None:
    for sql in ("INSERT INTO items (name) VALUES ('x')", "CREATE TABLE x (id int)", "DROP TABLE parts"):
        with pytest.raises(ReadOnly):
            await database.read(sql)
    async with opened(database.url.safe, read_only=True) as other:  # type: ignore[attr-defined]
        with pytest.raises(ReadOnly, match="main is opened read only"):
            await add(other, "x")


async def test_write_count_rows_and_ids(database: Database) -> None:
    async def work(tx: Transaction) -> list[Any]:
        return [
            await tx.insert_id("INSERT INTO items (name) VALUES ('a')"),
            await tx.run("INSERT INTO items (name) VALUES ('b'), ('c') RETURNING name"),
            await tx.count("UPDATE items SET size = 5"),
            await tx.count("UPDATE items SET size = 5"),  # met, though nothing changed
            await tx.count("UPDATE items SET size = 5 WHERE id = %s", (99,)),
            await tx.run("DELETE FROM items WHERE name = 'c' RETURNING name, size"),
            await tx.insert_id("INSERT INTO items (id, name) VALUES (0, 'zero')"),
            await tx.run("SELECT id FROM items WHERE name = 'zero'"),
        ]

    assert await database.write(work) == [1, [("b",), ("c",)], 3, 3, 0, [("c", 5)], None, [(0,)]]


CONSTRAINTS = [
    ("INSERT INTO items (name) VALUES ('one')", ("unique", "", (), "name", "one")),
    ("INSERT INTO parts (`Item Id`, n) VALUES (1, 1)", ("unique", "", (), "once", "1-1")),
    ("INSERT INTO items (name) VALUES (NULL)", ("not_null", "", ("name",), "", None)),
    ("INSERT INTO items (size) VALUES (1)", ("not_null", "", ("name",), "", None)),
    ("INSERT INTO parts (`Item Id`) VALUES (99)", ("foreign_key", "parts", ("Item Id",), "to_item", None)),
    ("DELETE FROM items", ("foreign_key", "parts", ("Item Id",), "to_item", None)),
    ("INSERT INTO items (name, size) VALUES ('x', 1000)", ("check", "items", (), "small", None)),
    ("INSERT INTO items (name) VALUES (repeat('x', 21))", ("length", "", ("name",), "", None)),
    ("INSERT INTO items (name, size) VALUES ('x', 3000000000)", ("range", "", ("size",), "", None)),
    ("INSERT INTO items (name, feeling) VALUES ('x', 'odd')", ("range", "", ("feeling",), "", None)),
    ("INSERT INTO items (name, at) VALUES ('x', 'never')", ("range", "items", ("at",), "", "never")),
    ("INSERT INTO items (name, doc) VALUES ('x', 'no json')", ("check", "items", (), "items.doc", None)),
    ("INSERT INTO items (name) VALUES ('refused')", ("check", "", (), "", None)),
]


@pytest.mark.parametrize(("sql", "expected"), CONSTRAINTS)
async def test_constraints_are_named(database: Database, sql: str, expected: tuple[Any, ...]) -> None:
    await add(database, "one")
    await database.write(lambda tx: tx.run("INSERT INTO parts (`Item Id`, n) VALUES (1, 1)"))
    with pytest.raises(ConstraintFailed) as caught:
        await database.write(lambda tx: tx.run(sql))
    error = caught.value
    assert (error.kind, error.table, error.columns, error.constraint, error.value) == expected, error
    assert await names(database) == ["one"]


async def test_bad_values(database: Database) -> None:
    for sql, value in (("SELECT %s", 2**80), ("SELECT %s", "\ud800")):
        with pytest.raises(InvalidQuery):
            await database.read(sql, (value,))
        with pytest.raises(ConstraintFailed) as caught:
            await database.write(lambda tx, sql=sql, value=value: tx.run(sql, (value,)))
        assert caught.value.kind == "range"
    with pytest.raises(DatabaseError, match="nope"):
        await database.read("SELECT * FROM nope")
    assert await database.read("SELECT %s", ("a\x00b",)) == [("a\x00b",)]


async def test_savepoints_and_failures(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run("INSERT INTO items (name) VALUES ('a')")

        async def twice() -> None:
            await tx.run("INSERT INTO items (name) VALUES ('b')")
            await tx.run("INSERT INTO items (name) VALUES ('a')")

        with pytest.raises(ConstraintFailed):
            await tx.savepoint(twice)
        await tx.savepoint(lambda: tx.run("INSERT INTO items (name) VALUES ('c')"))

    await database.write(work)
    assert await names(database) == ["a", "c"]

    async def fails(tx: Transaction) -> None:
        await tx.run("INSERT INTO items (name) VALUES ('d')")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fails)
    assert await names(database) == ["a", "c"]


async def test_rows_after_a_schema_statement_are_in_a_transaction(database: Database) -> None:
    """MariaDB commits at each schema statement; what follows must not go on by itself."""

    async def work(tx: Transaction) -> None:
        await tx.run("CREATE TABLE made (id int PRIMARY KEY)")
        await tx.run("INSERT INTO made VALUES (1)")
        await tx.run("INSERT INTO items (name) VALUES ('with it')")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write_schema(work)
    assert await database.read("SELECT count(*) FROM made") == [(0,)]
    assert await names(database) == []
    await database.write_schema(lambda tx: tx.run("DROP TABLE made"))


# no SLEEP: all of them share one lock of the server, and KILL has to wait for it
ENDLESS = "SELECT COUNT(*) FROM seq_1_to_1000000 a JOIN seq_1_to_1000000 b ON a.seq + b.seq = 7"


def running(url: str) -> int:
    connection = mariadb_connection(url)
    try:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT count(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() "
            "AND (INFO LIKE 'SELECT SLEEP%' OR INFO LIKE 'SELECT COUNT%') AND ID <> CONNECTION_ID()"
        )
        return cursor.fetchone()[0]
    finally:
        connection.close()


async def test_the_time_limit_cancels_on_the_server(database: Database, url: str) -> None:
    started = time.perf_counter()
    with pytest.raises(StatementTimeout):
        await database.read("SELECT SLEEP(30)", timeout_seconds=0.2)
    assert time.perf_counter() - started < 2
    await asyncio.sleep(0.3)
    assert running(url) == 0
    async with opened(url, statement_timeout_seconds=0.3) as other:
        with pytest.raises(StatementTimeout):
            await other.read("SELECT SLEEP(30)")
        with pytest.raises(StatementTimeout):
            await other.write(lambda tx: tx.run("SELECT SLEEP(30)"))
        await other.write(lambda tx: tx.run("SELECT SLEEP(0.6)"), heavy=True)
        await add(other, "after")


async def test_cancellation(url: str) -> None:
    async with opened(url, pool_size=2) as database:
        for _ in range(5):
            tasks = [asyncio.create_task(database.read(ENDLESS)) for _ in range(2)]
            waiting = asyncio.create_task(database.read("SELECT 1"))
            await asyncio.sleep(0.05)
            for task in (*tasks, waiting):
                task.cancel()
            results = await asyncio.gather(*tasks, waiting, return_exceptions=True)
            assert all(isinstance(result, asyncio.CancelledError) for result in results)
        assert await database.read("SELECT 1") == [(1,)]
        await asyncio.sleep(0.3)
        assert running(url) == 0

        inside = asyncio.Event()

        async def work(tx: Transaction) -> None:
            await tx.run("INSERT INTO items (name) VALUES ('never')")
            inside.set()
            await tx.run(ENDLESS)

        task = asyncio.create_task(database.write(work))
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for number in range(5):
            await add(database, f"later{number}")
        assert "never" not in await names(database)


async def test_a_busy_pool_says_so(url: str) -> None:
    async with opened(url, pool_size=1, queue_timeout_seconds=0.1) as database:
        first = asyncio.create_task(database.read("SELECT SLEEP(0.5)"))
        await asyncio.sleep(0.05)
        with pytest.raises(Unavailable, match="busy"):
            await database.read("SELECT 1")
        await first
        assert await database.read("SELECT 1") == [(1,)]


def terminate_all(url: str) -> None:
    """What a restart of the server does to its sessions."""
    connection = mariadb_connection(url)
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()")
        for (number,) in cursor.fetchall():
            with contextlib.suppress(Exception):
                cursor.execute(f"KILL {number}")
    finally:
        connection.close()


async def test_lost_connections_heal(database: Database, url: str) -> None:
    await asyncio.gather(*(database.read("SELECT SLEEP(0.05)") for _ in range(5)))
    terminate_all(url)
    await asyncio.gather(*(database.read("SELECT 1") for _ in range(10)))
    terminate_all(url)
    await asyncio.gather(*(add(database, f"n{number}") for number in range(10)))
    reads = [asyncio.create_task(database.read("SELECT SLEEP(0.3)")) for _ in range(3)]
    await asyncio.sleep(0.1)
    terminate_all(url)
    assert [len(rows) for rows in await asyncio.gather(*reads)] == [1, 1, 1]


async def test_lost_in_a_transaction(database: Database, url: str) -> None:
    runs = 0

    async def work(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        await tx.run("INSERT INTO items (name) VALUES (%s)", (f"run{runs}",))
        if runs == 1:
            terminate_all(url)
        await tx.run("UPDATE items SET size = 5")

    await database.write(work)
    assert (runs, await names(database)) == (2, ["run2"])

    async def hopeless(tx: Transaction) -> None:
        await tx.run("INSERT INTO items (name) VALUES ('hopeless')")
        terminate_all(url)
        await tx.run("SELECT 1")

    with pytest.raises(Unavailable):
        await database.write(hopeless)
    assert await names(database) == ["run2"]


async def test_deadlocks_are_run_again(database: Database) -> None:
    await add(database, "a")
    await add(database, "b")
    runs = 0

    async def both(tx: Transaction, first: str, second: str) -> None:
        nonlocal runs
        runs += 1
        await tx.run("UPDATE items SET size = size + 1 WHERE name = %s", (first,))
        await asyncio.sleep(0.1)
        await tx.run("UPDATE items SET size = size + 1 WHERE name = %s", (second,))

    await asyncio.gather(
        database.write(lambda tx: both(tx, "a", "b")),
        database.write(lambda tx: both(tx, "b", "a")),
    )
    assert runs == 3
    assert await database.read("SELECT size FROM items") == [(3,), (3,)]


async def test_a_lock_is_waited_for_in_vain(url: str) -> None:
    async with opened(url, busy_timeout_seconds=1) as database:
        other = mariadb_connection(url)
        other.begin()
        other.cursor().execute("INSERT INTO items (name) VALUES ('locked')")
        with pytest.raises(Unavailable, match="lock"):
            await add(database, "locked")
        other.rollback()
        other.close()


async def test_schema_changes_behind_our_back(database: Database, url: str) -> None:
    run_mariadb(url, "CREATE TABLE changing (id int PRIMARY KEY, v int)")
    try:
        for shape in ("int", "text", "bigint"):
            run_mariadb(url, f"ALTER TABLE changing MODIFY v {shape}")
            assert await database.read("SELECT * FROM changing") == []
            assert await database.read("SELECT * FROM changing WHERE id = %s", (1,)) == []
            await database.write(lambda tx: tx.run("SELECT * FROM changing FOR UPDATE"))
    finally:
        run_mariadb(url, "DROP TABLE changing")


async def test_a_value_too_large_for_the_server(database: Database) -> None:
    limit = (await database.read("SELECT @@max_allowed_packet"))[0][0]
    with pytest.raises((TooLarge, Unavailable)):
        await database.read("SELECT LENGTH(%s)", ("x" * (limit + 1000),))
    assert await database.read("SELECT LENGTH(%s)", ("x" * (limit // 2),)) == [(limit // 2,)]


async def test_nobody_answers(url: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable, match=r"can't be reached at mariadb://joe@127.0.0.1") as caught:
        await open_database("main", f"mariadb://joe:hunter2@127.0.0.1:{port}/x").open()
    assert "hunter2" not in str(caught.value)
    with pytest.raises(ConfigError, match="no such database"):
        await open_database("main", with_database(url, "does_not_exist")).open()
    with pytest.raises(ConfigError, match="refuses"):
        await open_database("main", with_user(url, "does_not_exist", "pw")).open()


async def test_a_silent_server_does_not_hang() -> None:
    server = await asyncio.start_server(lambda reader, writer: asyncio.sleep(60), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = open_database("main", f"mariadb://joe@127.0.0.1:{port}/x", DatabaseOptions(connect_timeout_seconds=1))
    started = time.perf_counter()
    with pytest.raises(Unavailable):
        await database.open()
    assert time.perf_counter() - started < 5
    server.close()


async def test_mariadb_behind_a_mysql_url(url: str) -> None:
    async with opened(url.replace("mariadb://", "mysql://")) as database:
        assert database.dialect == "mariadb"
        assert (await database.facts()).vendor == "mariadb"


async def test_a_read_only_account(url: str) -> None:
    user = f"satchel_ro_{time.time_ns() % 10**9}"
    name = url.rpartition("/")[2]
    accounts = (f"{user}@'%'", f"{user}@localhost")
    run_mariadb(
        url,
        "".join(
            f"CREATE USER {account} IDENTIFIED BY 'pw'; GRANT SELECT ON {name}.items TO {account};"
            for account in accounts
        ),
    )
    try:
        async with opened(with_user(url, user, "pw")) as database:
            await names(database)
            await database.fingerprint()
            await database.facts()
            with pytest.raises(ReadOnly, match="denied"):
                await add(database, "x")
            with pytest.raises(DatabaseError):
                await database.read("SELECT * FROM parts")
    finally:
        run_mariadb(url, "".join(f"DROP USER {account};" for account in accounts))


async def test_closed(url: str) -> None:
    async with opened(url) as database:
        pass
    for use in (database.ping(), add(database, "x"), database.read("SELECT 1")):
        with pytest.raises(Unavailable):
            await use
    await database.close()


async def test_writers_and_readers_at_once(database: Database) -> None:
    async def write(number: int) -> None:
        await add(database, f"n{number}")
        assert f"n{number}" in await names(database)

    results = await asyncio.gather(*(write(number) for number in range(60)), return_exceptions=True)
    assert [result for result in results if result is not None] == []
