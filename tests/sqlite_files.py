"""Temporary SQLite databases for tests, opened as Satchel opens them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import apsw

from satchel.db import DatabaseOptions
from satchel.db.sqlite import SqliteDatabase

ITEMS = """
CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER CHECK (size < 1000), note TEXT);
CREATE TABLE parts (id INTEGER PRIMARY KEY, item INTEGER REFERENCES items (id) ON DELETE CASCADE);
CREATE TABLE late (id INTEGER PRIMARY KEY, item INTEGER REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED);
"""
# counts to a million: far more than the budget of an inline read
SLOW = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT ?1) SELECT count(*) FROM c"


@asynccontextmanager
async def sqlite(path: Path, script: str = ITEMS, **options: Any) -> AsyncIterator[SqliteDatabase]:
    """A database at `path`, made with `script` when it is new."""
    new = not path.exists()
    database = SqliteDatabase("main", path, DatabaseOptions(**{"create": True, **options}))
    await database.open()
    try:
        if new and script:
            await database.write(lambda tx: tx.run(script), heavy=True)
        yield database
    finally:
        await database.close()


async def add(database: SqliteDatabase, name: str, size: int = 1) -> None:
    """One ordinary write."""

    async def work(tx: Any) -> None:
        await tx.run("INSERT INTO items (name, size) VALUES (?, ?)", (name, size))

    await database.write(work)


async def names(database: SqliteDatabase) -> list[str]:
    return [row[0] for row in await database.read("SELECT name FROM items ORDER BY name")]


def look(path: Path, sql: str) -> list[Any]:
    """What another program sees in the file."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
