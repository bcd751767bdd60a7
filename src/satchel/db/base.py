"""The Database protocol: where SQL runs.

In charge of: the contract between the engine and a database, embedded or server. Not in charge of: what the SQL says
(`sql/`). Implemented by `db/sqlite.py` and `db/server.py`; called by `engine/`.

Errors: every method raises the errors of `errors.py` and nothing of a driver: `ConstraintFailed` for a refused row,
`Unavailable` when the database can't be reached, is full or stays locked, `StatementTimeout` past the time limit,
`DatabaseError` for the rest.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from satchel.model.facts import DatabaseFacts

if TYPE_CHECKING:
    from satchel.db.console import Answered

Row = tuple[Any, ...]
Result = TypeVar("Result")


class Transaction(Protocol):
    """One open write transaction. Statements run in order; nothing is visible outside until it commits."""

    async def run(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one statement; its rows (also those of RETURNING), else []."""
        ...

    async def count(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one INSERT/UPDATE/DELETE; the number of rows it changed."""
        ...

    async def insert_id(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """Run one INSERT on a database without RETURNING; the generated key, or None."""
        ...

    async def savepoint(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Run `work` so that its failure undoes its own statements only, and is raised again."""
        ...


class Database(Protocol):
    """One database, with its pool. `name` is the source's name in the catalog (`main`, `store`, …)."""

    name: str
    dialect: str  # name of the sql/dialects module: sqlite, postgres, mariadb, mysql, mssql, cockroach

    async def open(self) -> None:
        """Connect, check the version, set session options. Creates nothing on a source that exists."""
        ...

    async def close(self) -> None: ...

    def read_now(self, sql: str, params: Sequence[Any] = ()) -> list[Row] | None:
        """Run one SELECT without waiting, if this database can; None when it has to be awaited: then call `read`.

        Only the embedded database can, for statements that keep to some milliseconds. It saves the cost of a coroutine.
        """
        ...

    async def read(self, sql: str, params: Sequence[Any] = (), *, timeout_seconds: float | None = None) -> list[Row]:
        """Run one SELECT on a read connection and return its rows."""
        ...

    async def write(self, work: Callable[[Transaction], Awaitable[Result]], *, heavy: bool = False) -> Result:
        """Run `work` in one transaction and commit; any exception rolls back and is raised again.

        Returns only after the commit is durable (as the durability setting says). `heavy` hints that the statements may
        take long (DDL, big batches), so that the embedded database keeps them off the event loop.
        """
        ...

    async def write_schema(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """As a heavy `write`, for schema changes: SQLite leaves foreign keys unenforced until the end, so that a table
        can be rebuilt."""
        ...

    async def ask(self, sql: str, *, write: bool, rows_max: int, timeout_seconds: float) -> Answered:
        """Run what a person typed, on a connection that nobody uses afterwards; at most `rows_max` rows come back.

        Without `write` the database itself refuses changes; with it, it is one transaction.
        """
        ...

    async def facts(self) -> DatabaseFacts:
        """Introspect everything that this connection may see."""
        ...

    async def fingerprint(self) -> str:
        """A cheap value that changes when the schema changes, also by another program."""
        ...

    def commits_seen(self) -> int | None:
        """A number that changes whenever anybody commits; None where the database does not count."""
        ...

    async def ping(self) -> None:
        """Raise `Unavailable` unless the database answers."""
        ...
