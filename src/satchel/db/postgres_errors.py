"""What PostgreSQL's refusals mean: from asyncpg's exceptions to ours.

In charge of: SQLSTATE codes and the fields of constraint errors. Called by `postgres` and `cockroach`.
"""

from __future__ import annotations

import os
import re
from typing import Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from satchel.errors import (
    ConfigError,
    ConstraintFailed,
    DatabaseError,
    InvalidQuery,
    NotSupported,
    ReadOnly,
    SatchelError,
    SchemaMoved,
    StatementTimeout,
    Unavailable,
)

CONSTRAINT_KINDS = {
    "23505": "unique",
    "23P01": "unique",  # exclusion constraint: another row stands in the way
    "23503": "foreign_key",
    "23001": "foreign_key",
    "23502": "not_null",
    "23514": "check",
    "23000": "check",
    "44000": "check",  # WITH CHECK OPTION of a view
    "P0001": "check",  # RAISE EXCEPTION in a trigger
    "22001": "length",
    "22003": "range",
}
# a value that is none of its column's type: bad dates, numbers, UUIDs, enum labels, NUL in text, broken JSON
BAD_VALUES = {"22007", "22008", "22009", "22P02", "22P03", "22021", "22023", "22030", "22032", "22P05"}
# no such operator: a type that can't be sorted or grouped by (points, JSON)
INCOMPARABLE = {"42883"}
UNAVAILABLE = {
    "53000": "The database server is out of resources.",
    "53100": "The disk of the database server is full.",
    "53200": "The database server is out of memory.",
    "53300": "The database server accepts no more connections.",
    "55P03": "A lock was not to be had in time.",
    "57P01": "The database server is shutting down.",
    "57P02": "The database server ended all sessions after a crash.",
    "57P03": "The database server is starting or stopping.",
    "57P05": "The database server ended an idle session.",
    "25P03": "The database server ended an idle transaction.",
    "58000": "The database server has trouble with its machine.",
    "58030": "The disk of the database server reports an input/output error.",
    "40001": "Concurrent writes stood in each other's way.",
    "40P01": "Concurrent writes waited for each other.",
}
WRONG_SETTINGS = {
    "28P01": "The database refuses the user name or password.",
    "28000": "The database refuses this user.",
    "3D000": "There is no such database.",
}
LOST = {"57P01", "57P02", "57P03", "57P05", "25P03", "08000", "08001", "08003", "08004", "08006", "08007", "08P01"}
NOT_THERE = {"42703", "42P01"}  # column, table
NO_TYPE = "42704"
RETRY = {"40001", "40P01"}
# Key (a, "B")=(1, x) …, in whatever language the server speaks
KEY_DETAIL = re.compile(r"\((?P<columns>.+?)\)=\((?P<values>.*)\)", re.DOTALL)
COLUMN = re.compile(r'"(?:[^"]|"")*"|[^,\s][^,]*')


def translate(error: Exception, *, reading: bool) -> SatchelError:
    if isinstance(error, SatchelError):
        return error
    # asyncpg's own refusal to send a value is a plain DataError; the server's have subclasses
    if type(error) is asyncpg.DataError or isinstance(error, OverflowError | UnicodeEncodeError):
        return _bad_value("A value is outside of what its type can hold.", reading=reading)
    if isinstance(error, asyncpg.PostgresError):
        return _from_state(error, reading=reading)
    if isinstance(error, TimeoutError):
        return Unavailable("The database server does not answer in time.")
    if isinstance(error, OSError):
        return Unavailable(_plain(error))
    if is_lost(error):
        return Unavailable("The connection to the database was lost.")
    return DatabaseError(f"{type(error).__name__}: {error}")


def is_lost(error: Exception) -> bool:
    """Whether the error alone tells that the session is over.

    An InternalClientError is asyncpg's confusion when a session's end was read but not yet noticed.
    """
    if isinstance(error, asyncpg.PostgresError):
        return _state(error) in LOST
    return isinstance(error, OSError | asyncpg.InternalClientError) or (
        isinstance(error, asyncpg.InterfaceError) and _closed(error)
    )


def may_retry(error: Exception) -> bool:
    # a plan that was cached before the schema changed: a second run makes a new one
    stale = isinstance(error, asyncpg.InvalidCachedStatementError | asyncpg.OutdatedSchemaCacheError)
    return stale or (isinstance(error, asyncpg.PostgresError) and _state(error) in RETRY)


def _state(error: Exception) -> str:
    return str(getattr(error, "sqlstate", None) or "")


def _closed(error: Exception) -> bool:
    text = str(error)
    return "closed" in text or "connection" in text


def _plain(error: OSError) -> str:
    """`Connection refused` instead of asyncio's text with a tuple in it."""
    return f"{os.strerror(error.errno) if error.errno and error.errno > 0 else error}."


def _from_state(error: asyncpg.PostgresError, *, reading: bool) -> SatchelError:
    fields: Any = error
    state = _state(error)
    message: str = fields.message or str(error)
    if state in CONSTRAINT_KINDS and not (reading and state.startswith("22")):
        return _constraint(CONSTRAINT_KINDS[state], message, fields)
    # class 22 holds every error about a value; a write's values are the caller's
    if state in CONSTRAINT_KINDS or state in BAD_VALUES or (state.startswith("22") and not reading):
        return _bad_value(message, reading=reading)
    if state == "57014":
        return StatementTimeout("A statement took longer than its time limit and was cancelled.")
    if state in UNAVAILABLE:
        return Unavailable(UNAVAILABLE[state], sqlstate=state)
    if state in LOST:
        return Unavailable("The connection to the database was lost.", sqlstate=state)
    if state in WRONG_SETTINGS:
        about = "database" if state == "3D000" else "sign_in"
        return ConfigError(WRONG_SETTINGS[state], hint="Check the database URL.", about=about)
    if state == "25006":
        return ReadOnly("The database is read only.")
    if state == "42501" and not reading:
        return ReadOnly(f"The database role lacks a right: {message}.")
    if state in INCOMPARABLE and reading:
        where = str(fields.position or "")
        # where the operator stands, counted from 0
        position = int(where) - 1 if where.isdigit() else None
        return NotSupported(f"PostgreSQL can't do this with values of this type: {message}.", position=position)
    if state == NO_TYPE and "geometry" in message:
        return NotSupported("The database has no geometry: its extension PostGIS is not installed.")
    kind = SchemaMoved if state in NOT_THERE else DatabaseError
    return kind(f"PostgreSQL: {message}", sqlstate=state)


def _bad_value(message: str, *, reading: bool) -> SatchelError:
    # while reading, a value can only have come from the caller's filter
    return InvalidQuery(message) if reading else ConstraintFailed("range", message)


def _constraint(kind: str, message: str, fields: Any) -> ConstraintFailed:
    columns: tuple[str, ...] = (fields.column_name,) if fields.column_name else ()
    value: Any = None
    detail = KEY_DETAIL.search(fields.detail or "") if kind in ("unique", "foreign_key") else None
    if detail is not None:
        columns = tuple(_unquote(found) for found in COLUMN.findall(detail["columns"]))
        value = detail["values"]
    return ConstraintFailed(
        kind,
        message,
        table=fields.table_name or "",
        columns=columns,
        constraint=fields.constraint_name or "",
        value=value,
    )


def _unquote(name: str) -> str:
    name = name.strip()
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
