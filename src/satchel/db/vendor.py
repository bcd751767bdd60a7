"""The contract of one server product.

In charge of: what `server.py` asks of PostgreSQL, MariaDB and the others, and which file answers for which dialect.
Each vendor is one file with a constant `VENDOR`: `postgres`, `cockroach`, `mariadb` (also MySQL's), `mssql`.

A *connection* is here the driver's own object (asyncpg's, asyncmy's), taken from SQLAlchemy's pool. Statements run on
it directly: SQLAlchemy's own execution would cost more than a small statement takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from satchel.db.base import Row
from satchel.db.console import Answered
from satchel.db.options import DatabaseOptions
from satchel.db.pool import Pool
from satchel.db.url import DatabaseUrl
from satchel.errors import SatchelError
from satchel.model.facts import DatabaseFacts


@dataclass(frozen=True, slots=True)
class Server:
    """Who answered at the other end."""

    dialect: str  # the dialect to speak, which may be another than the URL says (MariaDB behind mysql://)
    version: str
    read_only: bool = False  # a standby, or set so by its owner


class Reader(Protocol):
    """Runs one SELECT for an introspection."""

    async def read(
        self, sql: str, params: Sequence[Any] = (), *, timeout_seconds: float | None = None
    ) -> list[Row]: ...


class Vendor(Protocol):
    """One server product. Methods raise the driver's errors; `translate` makes ours of them."""

    product: str  # as people write it

    def make_pool(self, url: DatabaseUrl, options: DatabaseOptions) -> Pool:
        """A pool that makes connections with all session settings. Does not connect."""
        ...

    async def greet(self, connection: Any) -> Server:
        """Ask for product and version; `ConfigError` when it is too old."""
        ...

    def is_closed(self, connection: Any) -> bool:
        """True when the connection is known to be gone, without asking the server."""
        ...

    async def run(self, connection: Any, sql: str, params: Sequence[Any]) -> list[Row]: ...

    async def count(self, connection: Any, sql: str, params: Sequence[Any]) -> int: ...

    async def insert_id(self, connection: Any, sql: str, params: Sequence[Any]) -> Any: ...

    async def ask(self, connection: Any, sql: str, rows_max: int, timeout_seconds: float) -> Answered:
        """Run what a person typed, as it is; at most `rows_max` rows. The connection is closed afterwards."""
        ...

    async def control(self, connection: Any, sql: str) -> str:
        """Run a statement without parameters and rows (BEGIN, SAVEPOINT, SET); what the server calls it, or ""."""
        ...

    def begin(self, options: DatabaseOptions, *, heavy: bool) -> Sequence[str]:
        """The statements that begin a write transaction."""
        ...

    def end(self, options: DatabaseOptions, *, heavy: bool) -> Sequence[str]:
        """The statements to run after a write transaction, to restore what `begin` set for longer than it."""
        ...

    def savepoint(self, name: str) -> tuple[str, str | None, str]:
        """The statements that set a savepoint, release it (None: not needed) and roll back to it."""
        ...

    async def settle(self, connection: Any) -> bool:
        """After a statement was abandoned: stop it on the server. True when the connection may be used again."""
        ...

    def translate(self, error: Exception, *, reading: bool) -> SatchelError: ...

    def is_lost(self, error: Exception, connection: Any) -> bool:
        """True when the connection is gone: the server went away, or ended the session."""
        ...

    def may_retry(self, error: Exception) -> bool:
        """True when the server rolled the transaction back for the sake of another one (deadlock, serialisation)."""
        ...

    async def introspect(self, reader: Reader, server: Server, options: DatabaseOptions) -> DatabaseFacts: ...

    async def fingerprint(self, reader: Reader, options: DatabaseOptions) -> str: ...


MODULES = {
    "postgres": ("satchel.db.postgres", "VENDOR"),
    "cockroach": ("satchel.db.cockroach", "VENDOR"),
    "mariadb": ("satchel.db.mariadb", "VENDOR"),
    "mysql": ("satchel.db.mariadb", "VENDOR_MYSQL"),
    "mssql": ("satchel.db.mssql", "VENDOR"),
}


def vendor_for(dialect: str) -> Vendor:
    """The vendor of a dialect; drivers are imported only now."""
    module, constant = MODULES[dialect]
    found: Vendor = getattr(import_module(module), constant)
    return found
