"""One SQLite connection: opened, with its settings made.

In charge of: open flags, pragmas, custom functions. Not in charge of: who uses the connection when. Called by
`sqlite`, `sqlite_read`, `sqlite_write` and `sqlite_checkpoint`.

The settings are all of the connection, none of the file: a database that exists is not altered by opening it. Only a
file that we make ourselves is switched to WAL, once, when it is empty (`create_file`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, cast

import apsw

from satchel.db.options import DatabaseOptions
from satchel.db.sqlite_errors import translate
from satchel.db.sqlite_types import Connection
from satchel.errors import ConfigError

Role = Literal["read", "write", "checkpoint"]
# the WAL file is cut back to this size when it starts over
JOURNAL_SIZE_LIMIT_BYTES = 16 * 2**20


def create_file(path: Path) -> None:
    """Make a new database in WAL mode. Does nothing when the file holds a database already."""
    try:
        connection = _open(str(path), apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, 0)
    except apsw.Error as error:
        raise ConfigError(
            f"The SQLite file {path} can't be created: {error}.", hint="Does its folder exist, and may it be written?"
        ) from error
    try:
        connection.set_busy_timeout(10_000)  # several workers may start at once
        if not connection.pragma("page_count"):
            connection.pragma("journal_mode", "wal")
    except apsw.Error as error:
        raise translate(error, reading=True) from error
    finally:
        connection.close()


def connect(path: Path, role: Role, options: DatabaseOptions, *, cache_mebibytes: float) -> Connection:
    """Open the file, which must exist, for one role. Raises apsw's errors.

    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA foreign_keys = ON; PRAGMA query_only = ON;
    """
    flags = apsw.SQLITE_OPEN_READONLY if options.read_only else apsw.SQLITE_OPEN_READWRITE
    connection = _open(file_uri(path), flags | apsw.SQLITE_OPEN_URI, options.statement_cache)
    try:
        _set_up(connection, role, options, cache_mebibytes)
    except BaseException:
        connection.close()
        raise
    return connection


def _open(name: str, flags: int, statement_cache: int) -> Connection:
    return cast(Connection, apsw.Connection(name, flags=flags, statementcachesize=statement_cache))


def _set_up(connection: Connection, role: Role, options: DatabaseOptions, cache_mebibytes: float) -> None:
    # opening and recovering may meet another process's lock; later each role waits in its own way
    connection.set_busy_timeout(int(options.busy_timeout_seconds * 1000))
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)  # no writing into the schema table or shadow tables
    connection.pragma("temp_store", "memory")  # a full disk must not stop reads
    connection.pragma("cache_size", -int(cache_mebibytes * 1024))
    for function in options.functions:
        connection.create_scalar_function(
            function.name, function.call, function.arguments, deterministic=function.deterministic
        )
    for collation in options.collations:
        connection.create_collation(collation.name, collation.compare)
    if role == "read":
        connection.pragma("query_only", True)
    else:
        connection.pragma("foreign_keys", True)
        # EXTRA is FULL that also syncs the folder when a rollback journal is deleted; the same as FULL in WAL mode
        connection.pragma("synchronous", "normal" if options.durability == "normal" else "extra")
        connection.pragma("fullfsync", options.durability == "full")  # macOS: through the drive's cache
        connection.pragma("journal_size_limit", JOURNAL_SIZE_LIMIT_BYTES)
        connection.pragma("wal_autocheckpoint", 0)  # checkpoints run in a thread of their own
    connection.pragma("schema_version")  # reads the file: recovers a WAL, and proves that this is a database


def file_uri(path: Path) -> str:
    """The `file:` form, so that no character of a path means something to SQLite.

    A read-only folder can't hold the shared memory file of WAL mode; when no WAL is there either, nobody is writing,
    and `immutable=1` lets such a database be read.
    """
    uri = path.as_uri()
    # The file itself is looked into last, and never where somebody may write: see `is_wal_file`.
    if not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists() and is_wal_file(path):
        uri += "?immutable=1"
    return uri


def is_wal_file(path: Path) -> bool:
    """Whether the file's header says WAL: bytes 18 and 19 (write and read version) are 2.

    Only before this process has a connection to the file. A process that closes a file gives up all its locks on it
    (POSIX), also those of its connections, and then another program that leaves takes the WAL with it.
    """
    try:
        with path.open("rb") as file:
            header = file.read(20)
    except OSError:
        return False
    return len(header) == 20 and header[18:20] == b"\x02\x02"


def check_file(path: Path) -> None:
    """Raise `ConfigError` unless there is a file that SQLite may open. Only before this process has a connection to it,
    see `is_wal_file`."""
    if not path.exists():
        raise ConfigError(f"There is no SQLite file at {path}.", hint="Check the path.")
    if not path.is_file():
        raise ConfigError(f"{path} is not a file.")
    if not os.access(path, os.R_OK):
        raise ConfigError(f"The SQLite file {path} may not be read by this user.")
    with path.open("rb") as file:
        head = file.read(16)
    if head and head != b"SQLite format 3\x00":
        raise ConfigError(f"{path} is no SQLite database.", hint="It may be of another kind, or encrypted.")
