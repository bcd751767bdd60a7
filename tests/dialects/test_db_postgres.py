"""PostgreSQL behind the Database protocol: values, errors, limits, lost connections, retries, rights."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.databases import postgres_connection, postgres_database, with_database, with_user

from satchel.db import Database, DatabaseOptions, Transaction, open_database
from satchel.errors import (
    ConfigError,
    ConstraintFailed,
    DatabaseError,
    InvalidQuery,
    ReadOnly,
    SatchelError,
    StatementTimeout,
    Unavailable,
)

ITEMS = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE items (id serial PRIMARY KEY, name varchar(20) NOT NULL UNIQUE, size int CHECK (size < 1000), feeling mood,
  at timestamptz, doc jsonb, u uuid);
CREATE TABLE parts (id serial PRIMARY KEY, "Item Id" int REFERENCES items (id) ON DELETE RESTRICT, n int,
  UNIQUE ("Item Id", n));
CREATE TABLE late (id serial PRIMARY KEY, item int REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN IF NEW.name = 'refused' THEN RAISE EXCEPTION 'not this name'; END IF; RETURN NEW; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres_database(ITEMS) as found:
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
    with postgres_connection(url) as admin:
        admin.execute("TRUNCATE items, parts, late RESTART IDENTITY CASCADE")
    async with opened(url) as found:
        yield found


async def add(database: Database, name: str, size: int = 1) -> int:
    async def work(tx: Transaction) -> int:
        rows = await tx.run("INSERT INTO items (name, size) VALUES ($1::text, $2::bigint) RETURNING id", (name, size))
        return rows[0][0]

    return await database.write(work)


async def names(database: Database) -> list[str]:
    return [row[0] for row in await database.read("SELECT name::text FROM items ORDER BY 1")]


async def test_values(database: Database) -> None:
    assert database.dialect == "postgres"
    rows = await database.read(
        "SELECT $1::text, $2::bigint, $3::double precision, $4::boolean, $5::bytea, $6::text, $1::text::varchar",
        ("ü😀'\"\\", -(2**63), 1.5, True, b"\x00\xff", None),
    )
    assert rows == [("ü😀'\"\\", -(2**63), 1.5, True, b"\x00\xff", None, "ü😀'\"\\")]
    (row,) = await database.read(
        """SELECT '{"b": [1, 2.50], "a": null}'::json, '{"b": 1}'::jsonb, 1.50::numeric, 'sad'::mood,
        '0190b5f2-0000-7000-8000-000000000000'::uuid, '10.0.0.1/8'::inet, DATE '2020-02-29',
        TIMESTAMPTZ '2020-02-29 12:00+02', count(*) OVER ()"""
    )
    assert row == (
        '{"b": [1, 2.50], "a": null}',
        '{"b": 1}',
        Decimal("1.50"),
        "sad",
        "0190b5f2-0000-7000-8000-000000000000",
        "10.0.0.1/8",
        date(2020, 2, 29),
        datetime(2020, 2, 29, 10, tzinfo=UTC),
        1,
    )
    assert all(type(value) in (str, int, float, Decimal, date, datetime) for value in row)


async def test_texts_become_any_type_by_cast(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(
            "INSERT INTO items (name, size, feeling, at, doc, u) VALUES ($1::text, $2::text::int, $3::text::mood, "
            "$4::text::timestamptz, $5::text::jsonb, $6::text::uuid)",
            ("a", "5", "sad", "2020-01-02T03:04:05Z", '{"x": 1}', "0190b5f2-0000-7000-8000-000000000000"),
        )

    await database.write(work)
    assert await database.read("SELECT name::text, size, feeling::text, doc, u FROM items") == [
        ("a", 5, "sad", '{"x": 1}', "0190b5f2-0000-7000-8000-000000000000")
    ]


async def test_the_session(database: Database) -> None:
    settings = dict(await database.read("SELECT name, setting FROM pg_settings"))
    assert settings["TimeZone"] == "UTC"
    assert settings["application_name"] == "satchel"
    assert settings["statement_timeout"] == "30000"
    assert settings["default_transaction_read_only"] == "on"
    assert settings["jit"] == "off"

    async def work(tx: Transaction) -> list[Any]:
        return await tx.run("SELECT current_setting('transaction_isolation'), current_setting('statement_timeout')")

    assert await database.write(work) == [("read committed", "30s")]
    assert await database.write(work, heavy=True) == [("read committed", "10min")]


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
            await tx.insert_id("INSERT INTO items (name) VALUES ('a') RETURNING id"),
            await tx.count("INSERT INTO items (name) VALUES ('b'), ('c')"),
            await tx.count("UPDATE items SET size = 5"),
            await tx.count("UPDATE items SET size = 5 WHERE id = $1::bigint", (99,)),
            await tx.run("DELETE FROM items WHERE name = 'c' RETURNING name::text, size"),
            await tx.run("UPDATE items SET size = 6"),
        ]

    assert await database.write(work) == [1, 2, 3, 0, [("c", 5)], []]
    assert await names(database) == ["a", "b"]


CONSTRAINTS = [
    ("INSERT INTO items (name) VALUES ('one')", ("unique", "items", ("name",), "items_name_key", "one")),
    ('INSERT INTO parts ("Item Id", n) VALUES (1, 1)', ("unique", "parts", ("Item Id", "n"), None, "1, 1")),
    ("INSERT INTO items (name) VALUES (NULL)", ("not_null", "items", ("name",), "", None)),
    ('INSERT INTO parts ("Item Id") VALUES (99)', ("foreign_key", "parts", ("Item Id",), "parts_Item Id_fkey", "99")),
    ("DELETE FROM items", ("foreign_key", "parts", ("id",), "parts_Item Id_fkey", "1")),
    ("INSERT INTO items (name, size) VALUES ('x', 1000)", ("check", "items", (), "items_size_check", None)),
    ("INSERT INTO items (name) VALUES (repeat('x', 21))", ("length", "", (), "", None)),
    ("INSERT INTO items (name, size) VALUES ('x', 3000000000)", ("range", "", (), "", None)),
    ("INSERT INTO items (name, feeling) VALUES ('x', 'odd')", ("range", "", (), "", None)),
    ("INSERT INTO items (name, at) VALUES ('x', 'never')", ("range", "", (), "", None)),
    ("INSERT INTO items (name) VALUES ('refused')", ("check", "", (), "", None)),
    ("INSERT INTO late (item) VALUES (99)", ("foreign_key", "late", ("item",), "late_item_fkey", "99")),
]


@pytest.mark.parametrize(("sql", "expected"), CONSTRAINTS)
async def test_constraints_are_named(database: Database, sql: str, expected: tuple[Any, ...]) -> None:
    await add(database, "one")
    await database.write(lambda tx: tx.run('INSERT INTO parts ("Item Id", n) VALUES (1, 1)'))
    with pytest.raises(ConstraintFailed) as caught:
        await database.write(lambda tx: tx.run(sql))
    error = caught.value
    kind, table, columns, constraint, value = expected
    assert (error.kind, error.table, error.columns, error.value) == (kind, table, columns, value), error
    assert constraint is None or error.constraint == constraint
    assert await names(database) == ["one"]


async def test_bad_values(database: Database) -> None:
    reads: list[tuple[str, Any]] = [
        ("SELECT $1::bigint", 2**80),
        ("SELECT $1::text", "a\x00b"),
        ("SELECT $1::text", "\ud800"),
        ("SELECT $1::text::int", "x"),
        ("SELECT $1::text::timestamptz", "31st of june"),
        ("SELECT $1::text::uuid", "x"),
        ("SELECT $1::text::int", "3000000000"),
    ]
    for sql, value in reads:
        with pytest.raises(InvalidQuery):
            await database.read(sql, (value,))
        with pytest.raises(ConstraintFailed) as caught:
            await database.write(lambda tx, sql=sql, value=value: tx.run(sql, (value,)))
        assert caught.value.kind == "range"
    with pytest.raises(DatabaseError, match="nope"):
        await database.read("SELECT * FROM nope")


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

    async def careless(tx: Transaction) -> None:
        await tx.run("INSERT INTO items (name) VALUES ('d')")
        with pytest.raises(ConstraintFailed):
            await tx.run("INSERT INTO items (name) VALUES ('a')")

    # PostgreSQL rolls back at COMMIT without an error: an acknowledged write would be lost
    with pytest.raises(DatabaseError, match="rolled back"):
        await database.write(careless)
    assert await names(database) == ["a", "c"]


async def test_the_time_limit_cancels_on_the_server(database: Database, url: str) -> None:
    started = time.perf_counter()
    with pytest.raises(StatementTimeout):
        await database.read("SELECT pg_sleep(30)", timeout_seconds=0.2)
    assert time.perf_counter() - started < 2
    await asyncio.sleep(0.2)
    assert running(url) == 0
    async with opened(url, statement_timeout_seconds=0.2) as other:
        with pytest.raises(StatementTimeout):
            await other.read("SELECT pg_sleep(30)")
        with pytest.raises(StatementTimeout):
            await other.write(lambda tx: tx.run("SELECT pg_sleep(30)"))
        await other.write(lambda tx: tx.run("SELECT pg_sleep(0.5)"), heavy=True)
        await add(other, "after")


def running(url: str) -> int:
    with postgres_connection(url) as admin:
        return admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"
            " AND datname = current_database()"
        ).fetchone()[0]


async def test_cancellation(url: str) -> None:
    async with opened(url, pool_size=2) as database:
        for _ in range(10):
            tasks = [asyncio.create_task(database.read("SELECT pg_sleep(30)")) for _ in range(2)]
            waiting = asyncio.create_task(database.read("SELECT 1"))
            await asyncio.sleep(0.02)
            for task in (*tasks, waiting):
                task.cancel()
            results = await asyncio.gather(*tasks, waiting, return_exceptions=True)
            assert all(isinstance(result, asyncio.CancelledError) for result in results)
        assert await database.read("SELECT 1") == [(1,)]
        await asyncio.sleep(0.2)
        assert running(url) == 0

        inside = asyncio.Event()

        async def work(tx: Transaction) -> None:
            await tx.run("INSERT INTO items (name) VALUES ('never')")
            inside.set()
            await tx.run("SELECT pg_sleep(30)")

        task = asyncio.create_task(database.write(work))
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for number in range(10):
            await database.write(lambda tx, number=number: tx.run(f"UPDATE items SET size = {number}"))
        assert "never" not in await names(database)


async def test_a_busy_pool_says_so(url: str) -> None:
    async with opened(url, pool_size=1, queue_timeout_seconds=0.1) as database:
        first = asyncio.create_task(database.read("SELECT pg_sleep(0.5)"))
        await asyncio.sleep(0.05)
        with pytest.raises(Unavailable, match="busy"):
            await database.read("SELECT 1")
        await first
        assert await database.read("SELECT 1") == [(1,)]


def terminate_all(url: str) -> None:
    """What a restart of the server does to its sessions."""
    with postgres_connection(url) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_lost_connections_heal(database: Database, url: str) -> None:
    await asyncio.gather(*(database.read("SELECT pg_sleep(0.05)") for _ in range(5)))
    terminate_all(url)
    await asyncio.gather(*(database.read("SELECT 1") for _ in range(10)))
    terminate_all(url)
    await asyncio.gather(*(add(database, f"n{number}") for number in range(10)))
    # in the middle of statements
    reads = [asyncio.create_task(database.read("SELECT pg_sleep(0.3)")) for _ in range(3)]
    await asyncio.sleep(0.1)
    terminate_all(url)
    assert [len(rows) for rows in await asyncio.gather(*reads)] == [1, 1, 1]


async def test_lost_in_a_transaction(database: Database, url: str) -> None:
    """Before the commit the work is run again; nothing of the first run stays."""
    runs = 0

    async def work(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        await tx.run("INSERT INTO items (name) VALUES ($1::text)", (f"run{runs}",))
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
        await tx.run("UPDATE items SET size = size + 1 WHERE name = $1::text", (first,))
        await asyncio.sleep(0.1)
        await tx.run("UPDATE items SET size = size + 1 WHERE name = $1::text", (second,))

    await asyncio.gather(
        database.write(lambda tx: both(tx, "a", "b")),
        database.write(lambda tx: both(tx, "b", "a")),
    )
    assert runs == 3
    assert await database.read("SELECT size FROM items") == [(3,), (3,)]


async def test_a_lock_is_waited_for_in_vain(url: str) -> None:
    async with opened(url, busy_timeout_seconds=0.2) as database:
        with postgres_connection(url) as admin:
            admin.autocommit = False
            admin.execute("LOCK TABLE items")
            with pytest.raises(Unavailable, match="lock"):
                await add(database, "x")
            admin.rollback()


async def test_schema_changes_behind_our_back(database: Database, url: str) -> None:
    """Compiled statements of the old shape are made anew."""
    with postgres_connection(url) as admin:
        admin.execute("CREATE TABLE changing (id int PRIMARY KEY, v int)")
        try:
            for shape in ("int", "text", "bigint"):
                admin.execute(f"ALTER TABLE changing ALTER v TYPE {shape} USING v::text::{shape}")
                assert await database.read("SELECT * FROM changing") == []
                await database.write(lambda tx: tx.run("SELECT * FROM changing FOR UPDATE"))
        finally:
            admin.execute("DROP TABLE changing")


async def test_nobody_answers(url: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable, match=r"can't be reached at postgresql://joe@127.0.0.1.*refused") as caught:
        await open_database("main", f"postgresql://joe:hunter2@127.0.0.1:{port}/x").open()
    assert "hunter2" not in str(caught.value)
    with pytest.raises(ConfigError, match="no such database"):
        await open_database("main", with_database(url, "does_not_exist")).open()
    with pytest.raises(ConfigError, match="refuses"):
        await open_database("main", with_user(url, "does_not_exist", "pw")).open()
    with pytest.raises(ConfigError, match="sslmode"):
        await open_database("main", f"{url}?sslmode=maybe").open()


async def test_a_silent_server_does_not_hang(url: str) -> None:
    """Something accepts the connection and says nothing."""
    server = await asyncio.start_server(lambda reader, writer: asyncio.sleep(60), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = open_database(
        "main", f"postgresql://joe@127.0.0.1:{port}/x", DatabaseOptions(connect_timeout_seconds=0.3)
    )
    started = time.perf_counter()
    with pytest.raises(Unavailable, match="in time"):
        await database.open()
    assert time.perf_counter() - started < 3
    server.close()


async def test_a_read_only_role(url: str) -> None:
    role = f"satchel_ro_{time.time_ns()}"
    with postgres_connection(url) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'pw'; GRANT SELECT ON items TO {role}")
    try:
        async with opened(with_user(url, role, "pw")) as database:
            await names(database)
            await database.fingerprint()
            await database.facts()
            with pytest.raises(ReadOnly, match="permission denied"):
                await add(database, "x")
            with pytest.raises(DatabaseError):
                await database.read("SELECT * FROM parts")
    finally:
        with postgres_connection(url) as admin:
            admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


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
    assert isinstance(SatchelError("x"), Exception)
