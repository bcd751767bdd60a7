"""Whole SQLite files that nobody serves: copying one that is in use, and looking into one that came from elsewhere.

In charge of: that. Not in charge of: what the files are for (`backups/`). Blocks: call it in a thread.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import apsw

from satchel.db.base import Row
from satchel.db.sqlite_errors import translate
from satchel.db.sqlite_types import Connection

Result = TypeVar("Result")

BUSY_MILLISECONDS = 10_000


def copy_file(source: Path, target: Path) -> None:
    """A copy of a database as it is at one moment; whoever writes into it goes on writing."""

    def copy(reading: Any) -> None:
        writing = apsw.Connection(str(target))
        try:
            with writing.backup("main", reading, "main") as backup:
                while not backup.done:
                    backup.step(-1)  # all of it under one read lock, which stops nobody in WAL mode
        finally:
            writing.close()

    _with(source, copy)


def inspect_file(path: Path) -> tuple[str, frozenset[str]]:
    """SQLite's own verdict on a file ("ok", or what is wrong), and the names of its tables, views and indexes.

    Raises DatabaseError for what is no database.
    """

    def look(connection: Connection) -> tuple[str, frozenset[str]]:
        connection.execute("PRAGMA trusted_schema = OFF")
        rows = connection.execute("PRAGMA integrity_check(1)").fetchall()
        names = connection.execute("SELECT name FROM sqlite_master").fetchall()
        return str(rows[0][0]) if rows else "unreadable", frozenset(str(row[0]) for row in names)

    return _with(path, look)


def read_file(path: Path, sql: str) -> list[Row]:
    """The rows of one statement."""
    return _with(path, lambda connection: connection.execute(sql).fetchall())


def _with(path: Path, work: Callable[[Connection], Result]) -> Result:
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.set_busy_timeout(BUSY_MILLISECONDS)
            return work(cast(Connection, connection))
        finally:
            connection.close()
    except apsw.Error as error:
        raise translate(error, reading=True) from error
