"""What SQL Server's refusals mean: from mssql-python's exceptions to ours. **Not yet run against a live server.**

In charge of: reading messages. The driver passes no error numbers on, so the kind of a refusal is told by the server's
English text (the session's language is set to English). Called by `mssql`.
"""

from __future__ import annotations

import re

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

UNIQUE = re.compile(
    r"(?:Violation of (?:PRIMARY|UNIQUE) KEY constraint '(?P<constraint>[^']*)'.*? in object '(?P<table>[^']*)'"
    r"|duplicate key row in object '(?P<table2>[^']*)' with unique index '(?P<index>[^']*)')"
    r"(?:.*?duplicate key value is \((?P<value>.*?)\))?",
    re.DOTALL,
)
CONFLICT = re.compile(
    r"conflicted with the (?P<kind>FOREIGN KEY(?: SAME TABLE)?|REFERENCE|SAME TABLE REFERENCE|CHECK) constraint "
    r"\"(?P<constraint>[^\"]*)\".*?table \"(?P<table>[^\"]*)\"(?:, column '(?P<column>[^']*)')?",
    re.DOTALL,
)
NULL = re.compile(r"Cannot insert the value NULL into column '(?P<column>[^']*)', table '(?P<table>[^']*)'")
LENGTH = re.compile(
    r"String or binary data would be truncated(?: in table '(?P<table>[^']*)', column '(?P<column>[^']*)')?"
)
RANGE = re.compile(r"Arithmetic overflow|Conversion failed when converting|Error converting data type")
RETRY = re.compile(r"chosen as the deadlock victim|Snapshot isolation transaction aborted")
LOCKED = re.compile(r"Lock request time out period exceeded")
FULL = re.compile(r"Could not allocate space|transaction log for database .* is full")
READ_ONLY = re.compile(r"database is read-only|permission was denied on the object")
SETTINGS = re.compile(r"Login failed for user|Cannot open database")
TIMEOUT = re.compile(r"[Tt]imeout expired|Query timeout|Operation canceled")
LOST = re.compile(
    r"[Cc]ommunication link failure|[Cc]onnection (?:is|was) (?:closed|busy|forcibly)|TCP Provider|is not open|"
    r"[Cc]onnection failure|server was not found|[Ll]ogin timeout|unable to establish|SHUTDOWN is in progress"
)


def translate(error: Exception, *, reading: bool) -> SatchelError:
    if isinstance(error, SatchelError):
        return error
    text = str(error)
    constraint = _constraint(text)
    if constraint is not None:
        if reading and constraint.kind in ("range", "length"):
            return InvalidQuery(_server_text(text))
        return constraint
    if RETRY.search(text):
        return Unavailable("Concurrent writes stood in each other's way.")
    if LOCKED.search(text):
        return Unavailable("A lock was not to be had in time.")
    if FULL.search(text):
        return Unavailable("The disk of the database server is full.")
    if READ_ONLY.search(text):
        return DatabaseError(_server_text(text)) if reading else ReadOnly(_server_text(text))
    if SETTINGS.search(text):
        about = "database" if "open database" in text else "sign_in"
        return ConfigError(_server_text(text), hint="Check the database URL.", about=about)
    if isinstance(error, OSError) or LOST.search(text):
        return Unavailable("The connection to the database was lost, or could not be made.")
    if TIMEOUT.search(text):
        return StatementTimeout("A statement took longer than its time limit and was cancelled.")
    if isinstance(error, OverflowError | UnicodeEncodeError):
        message = "A value is outside of what the database can hold."
        return InvalidQuery(message) if reading else ConstraintFailed("range", message)
    return DatabaseError(f"SQL Server: {_server_text(text)}")


def is_lost(error: Exception) -> bool:
    return isinstance(error, OSError) or LOST.search(str(error)) is not None


def may_retry(error: Exception) -> bool:
    return RETRY.search(str(error)) is not None


def _server_text(text: str) -> str:
    """The server's own words, without what driver and protocol put before them."""
    return text.rpartition("[SQL Server]")[2].strip()


def _constraint(text: str) -> ConstraintFailed | None:
    message = _server_text(text)
    if found := UNIQUE.search(message):
        table = found["table"] or found["table2"] or ""
        constraint = found["constraint"] or found["index"] or ""
        return ConstraintFailed(
            "unique", message, table=_last(table), constraint=constraint, value=found["value"] or None
        )
    if found := CONFLICT.search(message):
        kind = "check" if found["kind"] == "CHECK" else "foreign_key"
        # a foreign key's message names the column that is referred to, in the other table
        columns = (found["column"],) if kind == "check" and found["column"] else ()
        return ConstraintFailed(
            kind, message, table=_last(found["table"]), columns=columns, constraint=found["constraint"]
        )
    if found := NULL.search(message):
        return ConstraintFailed("not_null", message, table=_last(found["table"]), columns=(found["column"],))
    if found := LENGTH.search(message):
        columns = (found["column"],) if found["column"] else ()
        return ConstraintFailed("length", message, table=_last(found["table"] or ""), columns=columns)
    if RANGE.search(message):
        return ConstraintFailed("range", message)
    return None


def _last(name: str) -> str:
    """`database.dbo.items` → `items`."""
    return name.rpartition(".")[2]
