"""The Database protocol, the same on every database. SATCHEL_TEST_MYSQL, SATCHEL_TEST_MSSQL and SATCHEL_TEST_COCKROACH
name empty databases of those products, where there are any.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.databases import mariadb_database, postgres_database

from satchel.db import Database, DatabaseOptions, Transaction, open_database
from satchel.errors import ConstraintFailed, SatchelError

pytestmark = pytest.mark.dialects
DIALECTS = ("sqlite", "postgres", "mariadb", "mysql", "mssql", "cockroach")


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    dialect: str = request.param
    with ExitStack() as stack:
        match dialect:
            case "sqlite":
                url = str(tmp_path / "any.db")
            case "postgres":
                url = stack.enter_context(postgres_database())
            case "mariadb":
                url = stack.enter_context(mariadb_database())
            case _:
                found = os.environ.get(f"SATCHEL_TEST_{dialect.upper()}")
                if not found:
                    pytest.skip(f"SATCHEL_TEST_{dialect.upper()} names no database")
                url = found
        database = open_database("main", url, DatabaseOptions(create=True))
        await database.open()
        try:
            await database.write_schema(make)
            yield database
        finally:
            await database.write_schema(drop)
            await database.close()


async def make(tx: Transaction) -> None:
    await tx.run(
        "CREATE TABLE items (a int NOT NULL, b varchar(20) NOT NULL, size int, PRIMARY KEY (a, b), CHECK (size < 1000))"
    )
    await tx.run("CREATE TABLE parts (id int NOT NULL PRIMARY KEY, pa int, pb varchar(20), up int, "
                 "FOREIGN KEY (pa, pb) REFERENCES items (a, b), FOREIGN KEY (up) REFERENCES parts (id))")  # fmt: skip
    await tx.run("CREATE VIEW sizes AS SELECT a, size FROM items")
    await tx.run("CREATE TABLE loose (a int, b varchar(20))")


async def drop(tx: Transaction) -> None:
    for sql in ("DROP VIEW sizes", "DROP TABLE parts", "DROP TABLE items", "DROP TABLE loose"):
        await tx.run(sql)


def marks(database: Database, count: int) -> list[str]:
    """Placeholders with casts, as each driver wants them."""
    match database.dialect:
        case "postgres" | "cockroach":
            return [f"${number + 1}::text" for number in range(count)]
        case "mariadb" | "mysql":
            return ["%s"] * count
        case _:
            return ["?"] * count


async def add(database: Database, a: int, b: str) -> None:
    (mark,) = marks(database, 1)
    await database.write(lambda tx: tx.run(f"INSERT INTO items (a, b, size) VALUES ({a}, {mark}, {a})", (b,)))


async def rows(database: Database) -> list[Any]:
    return [tuple(row) for row in await database.read("SELECT a, b, size FROM items ORDER BY a, b")]


async def test_reads_and_writes(database: Database) -> None:
    await add(database, 1, "é'\\%?😀")
    assert await rows(database) == [(1, "é'\\%?😀", 1)]

    async def work(tx: Transaction) -> list[int]:
        return [
            await tx.count("UPDATE items SET size = 2"),
            await tx.count("UPDATE items SET size = 2"),
            await tx.count("UPDATE items SET size = 2 WHERE a = 99"),
        ]

    assert await database.write(work) == [1, 1, 0]


async def test_all_or_nothing(database: Database) -> None:
    async def fails(tx: Transaction) -> None:
        await tx.run("INSERT INTO items (a, b) VALUES (1, 'x')")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fails)
    assert await rows(database) == []

    async def inner_fails(tx: Transaction) -> None:
        await tx.run("INSERT INTO items (a, b) VALUES (1, 'x')")

        async def twice() -> None:
            await tx.run("INSERT INTO items (a, b) VALUES (2, 'x')")
            await tx.run("INSERT INTO items (a, b) VALUES (1, 'x')")

        with pytest.raises(ConstraintFailed):
            await tx.savepoint(twice)
        await tx.run("INSERT INTO items (a, b) VALUES (3, 'x')")

    await database.write(inner_fails)
    assert [row[0] for row in await rows(database)] == [1, 3]


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("INSERT INTO items (a, b) VALUES (1, 'x')", "unique"),
        ("INSERT INTO items (a, b) VALUES (2, NULL)", "not_null"),
        ("INSERT INTO items (a, b, size) VALUES (2, 'x', 5000)", "check"),
        ("INSERT INTO parts (id, pa, pb) VALUES (1, 9, 'y')", "foreign_key"),
    ],
)
async def test_kinds_of_refusal(database: Database, sql: str, kind: str) -> None:
    await add(database, 1, "x")
    with pytest.raises(ConstraintFailed) as caught:
        await database.write(lambda tx: tx.run(sql))
    assert caught.value.kind == kind
    assert await rows(database) == [(1, "x", 1)]


async def test_only_our_errors(database: Database) -> None:
    for sql in ("SELEC 1", "SELECT * FROM nope", "SELECT nope FROM items"):
        with pytest.raises(SatchelError):
            await database.read(sql)
        with pytest.raises(SatchelError):
            await database.write(lambda tx, sql=sql: tx.run(sql))
    await database.ping()


async def test_facts(database: Database) -> None:
    facts = await database.facts()
    found = {table.name: table for table in facts.tables}
    assert set(found) == {"items", "parts", "sizes", "loose"}
    assert facts.vendor == database.dialect
    assert found["items"].primary_key == ("a", "b")
    assert [column.type for column in found["items"].columns] == ["integer", "string", "integer"]
    assert [column.nullable for column in found["items"].columns] == [False, False, True]
    assert sorted((key.columns, key.to_table, key.to_columns) for key in found["parts"].foreign_keys) == [
        (("pa", "pb"), "items", ("a", "b")),
        (("up",), "parts", ("id",)),
    ]
    assert (found["sizes"].kind, found["sizes"].can_insert) == ("view", False)
    if database.dialect != "cockroach":  # which gives every table a hidden key
        assert found["loose"].reason == "no primary key"
    assert facts.fingerprint == await database.fingerprint()
    last = facts.fingerprint
    await database.write_schema(lambda tx: tx.run("ALTER TABLE loose ADD c int"))
    assert await database.fingerprint() != last
