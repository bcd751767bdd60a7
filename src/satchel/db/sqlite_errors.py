"""What SQLite's refusals mean: from apsw's exceptions to ours.

In charge of: reading result codes and constraint messages. Not in charge of: rolling anything back. Called by
`sqlite_read`, `sqlite_write` and `sqlite`.
"""

from __future__ import annotations

import apsw

from satchel.errors import (
    ConstraintFailed,
    DatabaseError,
    InvalidQuery,
    ReadOnly,
    SatchelError,
    SchemaMoved,
    StatementTimeout,
    Unavailable,
)

# extended result codes of SQLITE_CONSTRAINT → our kind
CONSTRAINT_KINDS = {
    apsw.SQLITE_CONSTRAINT_UNIQUE: "unique",
    apsw.SQLITE_CONSTRAINT_PRIMARYKEY: "unique",
    apsw.SQLITE_CONSTRAINT_ROWID: "unique",
    apsw.SQLITE_CONSTRAINT_FOREIGNKEY: "foreign_key",
    apsw.SQLITE_CONSTRAINT_NOTNULL: "not_null",
    apsw.SQLITE_CONSTRAINT_CHECK: "check",
    apsw.SQLITE_CONSTRAINT_DATATYPE: "check",
    apsw.SQLITE_CONSTRAINT_TRIGGER: "check",
}
UNAVAILABLE = {
    apsw.SQLITE_BUSY: "The SQLite database stays locked by another process.",
    apsw.SQLITE_LOCKED: "The SQLite database stays locked.",
    apsw.SQLITE_FULL: "The disk of the SQLite database is full.",
    apsw.SQLITE_IOERR: "The disk of the SQLite database reports an input/output error.",
    apsw.SQLITE_CANTOPEN: "The SQLite database file can't be opened.",
    apsw.SQLITE_PROTOCOL: "The SQLite database is locked in a way that does not resolve.",
    apsw.SQLITE_NOMEM: "SQLite ran out of memory.",
}
NOT_THERE = ("no such column", "no such table")


def translate(error: Exception, *, reading: bool) -> SatchelError:
    """Our error for one that a statement raised; ours pass through (a custom function may raise them)."""
    if isinstance(error, SatchelError):
        return error
    if isinstance(error, apsw.ConnectionClosedError | apsw.CursorClosedError):
        return Unavailable("The database is closed.")
    if isinstance(error, apsw.Error):
        return _from_code(error)
    if isinstance(error, OverflowError | UnicodeEncodeError):
        # an integer beyond 64 bits or half a surrogate pair: no SQLite value
        if reading:
            return InvalidQuery("A value is outside of what SQLite can hold.")
        return ConstraintFailed("range", "A value is outside of what SQLite can hold.")
    return DatabaseError(f"{type(error).__name__} inside a statement: {error}")


def is_busy(error: Exception) -> bool:
    return isinstance(error, apsw.BusyError)


def _from_code(error: apsw.Error) -> SatchelError:
    message = str(error.args[0]) if error.args else ""
    code: int = getattr(error, "result", apsw.SQLITE_ERROR)
    extended: int = getattr(error, "extendedresult", code)
    if code == apsw.SQLITE_CONSTRAINT:
        return _constraint(extended, message)
    if code in UNAVAILABLE:
        return Unavailable(UNAVAILABLE[code], sqlite_code=extended)
    if code == apsw.SQLITE_INTERRUPT:
        return StatementTimeout("A statement took longer than its time limit and was cancelled.")
    if code == apsw.SQLITE_READONLY:
        return ReadOnly("The SQLite database is read only.")
    if code == apsw.SQLITE_TOOBIG:
        return ConstraintFailed("length", "A text or binary value is larger than SQLite can hold.")
    if code == apsw.SQLITE_MISMATCH:
        return ConstraintFailed("check", "A value is of the wrong type for an integer key.")
    if code in (apsw.SQLITE_CORRUPT, apsw.SQLITE_NOTADB):
        return DatabaseError(f"The file is damaged or is no SQLite database: {message}.", sqlite_code=extended)
    if message.startswith(NOT_THERE) or " has no column named " in message:
        return SchemaMoved(f"SQLite: {message}", sqlite_code=extended)
    return DatabaseError(f"SQLite: {message}", sqlite_code=extended)


def _constraint(extended: int, message: str) -> ConstraintFailed:
    """Take table and columns out of messages such as `UNIQUE constraint failed: posts.a, posts.b`."""
    kind = CONSTRAINT_KINDS.get(extended, "check")
    _, found, detail = message.partition(" constraint failed: ")
    if extended == apsw.SQLITE_CONSTRAINT_DATATYPE:  # cannot store TEXT value in INTEGER column posts.n
        table, _, column = message.rpartition(" column ")[2].rpartition(".")
        return ConstraintFailed(kind, message, table=table, columns=(column,))
    if not found:
        return ConstraintFailed(kind, message)
    if kind == "check":
        return ConstraintFailed(kind, message, constraint=detail)
    if detail.startswith("index '"):  # an index on expressions: only its name is told
        return ConstraintFailed(kind, message, constraint=detail[7:-1])
    table, columns = _columns(detail)
    return ConstraintFailed(kind, message, table=table, columns=columns)


def _columns(detail: str) -> tuple[str, tuple[str, ...]]:
    """`t.a, t.b` → (`t`, (`a`, `b`)). A name may hold dots and commas, so pieces are split at `, t.`."""
    table = detail.partition(", ")[0].rpartition(".")[0]
    prefix = f"{table}."
    return table, tuple(detail[len(prefix) :].split(f", {prefix}"))
