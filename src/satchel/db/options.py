"""Options of one database: every knob of `db/` in one frozen record.

In charge of: names, defaults and units. Not in charge of: where values come from (`config` and the composition
root). Read by every file of this room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Durability = Literal["full", "normal"]


class SqlFunction(NamedTuple):
    """A scalar function for the embedded database.

    `arguments` is the number of arguments, -1 for any. `call` gets and returns str, int, float, bytes or None. A
    deterministic function may be used in indexes and is not called again for the same arguments. A `SatchelError`
    raised inside reaches the caller of the statement as it is.
    """

    name: str
    arguments: int
    call: Callable[..., Any]
    deterministic: bool = True


class SqlCollation(NamedTuple):
    """A text order for the embedded database: `compare(a, b)` returns a negative, zero or positive number."""

    name: str
    compare: Callable[[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseOptions:
    """How a database is opened and bounded. Times are seconds, sizes MiB (2^20 bytes)."""

    read_only: bool = False  # refuse every write, and ask the database to refuse it too
    create: bool = False  # SQLite: make the file when there is none (else a missing file is an error)
    durability: Durability = "full"  # SQLite: full = every acknowledged write survives a power cut
    busy_timeout_seconds: float = 10.0  # how long to wait for another process's lock
    queue_timeout_seconds: float = 30.0  # how long a statement may wait for its turn or for a connection
    statement_timeout_seconds: float = 30.0  # a statement that takes longer is cancelled
    heavy_timeout_seconds: float = 600.0  # the same for statements of a heavy write (schema changes, big batches)
    connect_timeout_seconds: float = 10.0
    slow_statement_seconds: float = 0.5  # `on_slow` hears of statements that took longer
    on_slow: Callable[[str, float], None] | None = None  # (sql, seconds), on the event loop thread

    # embedded database
    inline_budget_seconds: float = 0.002  # a read that takes longer moves from the event loop to a thread
    read_threads: int = 4
    cache_mebibytes: int = 16  # page cache of the two busiest connections; reader threads have a quarter of it
    memory_mebibytes: int = 16  # rows that are kept until somebody commits; 0 keeps none
    statement_cache: int = 512  # compiled statements kept per connection
    batch_writes: int = 64  # writes that may share one commit
    batch_seconds: float = 0.005  # how long a batch of writes may grow
    wait_limit: int = 10_000  # writes that may wait in line before more are refused
    functions: tuple[SqlFunction, ...] = ()
    collations: tuple[SqlCollation, ...] = ()

    # server databases
    pool_size: int = 10
    application_name: str = "satchel"
    schemas: tuple[str, ...] = ()  # PostgreSQL, SQL Server: the schemas to serve; empty: all that the role may use
