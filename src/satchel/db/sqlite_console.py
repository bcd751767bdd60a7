"""Statements that a person typed, on an embedded database.

In charge of: running them on a connection of their own, within limits, so that nothing they leave behind (an open
transaction, an attached file, a setting) reaches anybody else. Called by `sqlite`.

Reading is done read only, by SQLite's own word. Writing is one transaction, which waits for its turn like another
process would. Transactions, attached files and settings are not for the console: it is told so.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from time import monotonic
from typing import Any

import apsw

from satchel.db.console import Answered, Column
from satchel.db.options import DatabaseOptions
from satchel.db.sqlite_connection import connect
from satchel.db.sqlite_errors import translate
from satchel.errors import StatementTimeout

STEPS_PER_LOOK = 20_000
_REFUSED = frozenset(
    {
        apsw.SQLITE_TRANSACTION,
        apsw.SQLITE_SAVEPOINT,
        apsw.SQLITE_ATTACH,
        apsw.SQLITE_DETACH,
    }
)
_READ_PRAGMAS = frozenset(
    {
        *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"),
        *("foreign_key_check", "integrity_check", "quick_check", "database_list", "collation_list", "function_list"),
        *("compile_options", "pragma_list", "module_list"),
    }
)


async def ask(
    path: Path, options: DatabaseOptions, sql: str, *, write: bool, rows_max: int, timeout_seconds: float
) -> Answered:
    """Raises DatabaseError and its kin with the database's words; StatementTimeout past the limit."""
    stopped = threading.Event()
    work = asyncio.to_thread(_run, path, options, sql, write, rows_max, timeout_seconds, stopped)
    try:
        return await work
    except asyncio.CancelledError:
        stopped.set()
        raise


def _run(
    path: Path,
    options: DatabaseOptions,
    sql: str,
    write: bool,
    rows_max: int,
    timeout_seconds: float,
    stopped: threading.Event,
) -> Answered:
    deadline = monotonic() + timeout_seconds
    connection: Any = connect(path, "write" if write else "read", options, cache_mebibytes=2)
    try:
        connection.set_progress_handler(lambda: stopped.is_set() or monotonic() > deadline, STEPS_PER_LOOK)
        if write:
            connection.execute("BEGIN IMMEDIATE")
        before = connection.total_changes()
        connection.set_authorizer(_authorise)
        columns: tuple[Column, ...] = ()
        rows: list[tuple[object, ...]] = []

        def begun(cursor: Any, _sql: str, _bindings: object) -> bool:
            nonlocal columns
            # of several statements the last one answers
            columns = _columns(cursor)
            rows.clear()
            return True

        cursor: Any = connection.cursor()
        cursor.exec_trace = begun
        for row in cursor.execute(sql):
            if len(rows) < rows_max:
                rows.append(row)
            elif not write:
                break  # what changes something has to run to its end, also when it says more than is shown
        connection.set_authorizer(None)
        if write:
            changed = connection.total_changes() - before
            connection.execute("COMMIT")
            return Answered(changed=changed)
        return Answered(columns, tuple(rows))
    except apsw.InterruptError as error:
        raise StatementTimeout("The statement took longer than its time limit and was cancelled.") from error
    except apsw.Error as error:
        raise translate(error, reading=not write) from error
    finally:
        connection.close(force=True)


def _columns(cursor: Any) -> tuple[Column, ...]:
    try:
        found = cursor.get_description()
    except apsw.ExecutionCompleteError:
        return ()  # a statement without rows
    return tuple(Column(str(name), str(kind or "").upper()) for name, kind in found)


def _authorise(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    if action in _REFUSED:
        return apsw.SQLITE_DENY
    if action == apsw.SQLITE_PRAGMA and second is not None and str(first).lower() not in _READ_PRAGMAS:
        return apsw.SQLITE_DENY  # one that sets something
    return apsw.SQLITE_OK
