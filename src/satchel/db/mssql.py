"""SQL Server through mssql-python. **Not yet run against a live server.**

In charge of: connections with their session settings, running statements in threads (the driver blocks). Not in charge
of: errors (`mssql_errors`), introspection (`introspect_mssql`). Called by `server`.

For whoever writes the SQL: placeholders are `?`, parameters str, int, float, Decimal, bytes, bool or None, always cast
(`CAST(? AS bigint)`). `FOR JSON` at the top of a statement comes in pieces; wrap it in a scalar sub-select.
There is no session that can't write: reads rely on the SQL being a SELECT.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from satchel.db import introspect_mssql, mssql_errors
from satchel.db.base import Row
from satchel.db.console import Answered
from satchel.db.options import DatabaseOptions
from satchel.db.url import DatabaseUrl
from satchel.db.vendor import Reader, Server
from satchel.errors import ConfigError, SatchelError, Unavailable
from satchel.model.facts import DatabaseFacts

Result = TypeVar("Result")

OLDEST = 14  # SQL Server 2017: STRING_AGG
PACKAGE = "mssql-python"


class ThreadConnection:
    """A blocking connection whose calls run in threads, one at a time."""

    def __init__(self, driver: Any, threads: ThreadPoolExecutor) -> None:
        self.driver = driver
        self._threads = threads
        self._running: asyncio.Future[Any] | None = None

    async def call(self, work: Callable[[Any], Result]) -> Result:
        future = asyncio.get_running_loop().run_in_executor(self._threads, work, self.driver)
        self._running = future
        # who goes away leaves the call running; `idle` waits for its end
        return await asyncio.shield(future)

    async def idle(self) -> None:
        if self._running is not None and not self._running.done():
            await asyncio.wait([self._running])


class ThreadLease:
    """A loan from a blocking pool."""

    def __init__(self, loan: PoolProxiedConnection, threads: ThreadPoolExecutor, free: asyncio.Semaphore) -> None:
        self._loan = loan
        self._threads = threads
        self._free = free
        self.connection: Any = ThreadConnection(loan.driver_connection, threads)

    def release(self) -> None:
        self._loan.close()
        self._free.release()

    def discard(self) -> None:
        def close() -> None:
            self._loan.invalidate()
            self._loan.close()

        self._threads.submit(close)
        self._free.release()


class ThreadPool:
    """A pool of blocking connections, with a thread for each."""

    def __init__(self, engine: Engine, options: DatabaseOptions) -> None:
        self._engine = engine
        self._options = options
        self._threads = ThreadPoolExecutor(options.pool_size + 2, thread_name_prefix="satchel-mssql")
        self._free = asyncio.Semaphore(options.pool_size)

    async def acquire(self) -> ThreadLease:
        try:
            async with asyncio.timeout(self._options.queue_timeout_seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise Unavailable("All connections to the database are busy.", hint="Raise the pool size.") from error
        try:
            connect = asyncio.get_running_loop().run_in_executor(self._threads, self._engine.raw_connection)
            return ThreadLease(await asyncio.shield(connect), self._threads, self._free)
        except BaseException:
            self._free.release()
            raise

    def drop_idle(self) -> None:
        """Each is looked at when it is lent; see `Mssql.is_closed`."""

    async def close(self) -> None:
        await asyncio.to_thread(self._engine.dispose)
        self._threads.shutdown(wait=False)


class Mssql:
    """The vendor of `mssql`."""

    product = "SQL Server"

    def make_pool(self, url: DatabaseUrl, options: DatabaseOptions) -> ThreadPool:
        driver = _driver()

        def connect() -> Any:
            connection = driver.connect(
                connection_string(url, options), autocommit=True, timeout=max(1, int(options.connect_timeout_seconds))
            )
            connection.timeout = max(1, int(options.statement_timeout_seconds))
            cursor = connection.cursor()
            for sql in settings(options):
                cursor.execute(sql)
            cursor.close()
            return connection

        engine = create_engine(
            "mssql+mssqlpython://",
            creator=connect,
            poolclass=QueuePool,
            pool_size=options.pool_size,
            max_overflow=0,
            pool_recycle=3600,
            pool_use_lifo=True,
            pool_reset_on_return=None,
        )
        return ThreadPool(engine, options)

    async def greet(self, connection: Any) -> Server:
        rows = await self.run(
            connection,
            "SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(40)), "
            "CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS nvarchar(40))",
            (),
        )
        version, updateable = rows[0]
        if int(version.partition(".")[0]) < OLDEST:
            raise ConfigError(f"SQL Server {version} is too old.", hint="It takes SQL Server 2017 or newer.")
        return Server("mssql", version, read_only=updateable == "READ_ONLY")

    def is_closed(self, connection: Any) -> bool:
        return bool(connection.driver.closed)

    async def run(self, connection: Any, sql: str, params: Sequence[Any]) -> list[Row]:
        def run(driver: Any) -> list[Row]:
            cursor = driver.cursor()
            try:
                cursor.execute(sql, tuple(params))
                return [tuple(row) for row in cursor.fetchall()] if cursor.description else []
            finally:
                cursor.close()

        return await connection.call(run)

    async def count(self, connection: Any, sql: str, params: Sequence[Any]) -> int:
        def run(driver: Any) -> int:
            cursor = driver.cursor()
            try:
                cursor.execute(sql, tuple(params))
                return max(int(cursor.rowcount), 0)
            finally:
                cursor.close()

        return await connection.call(run)

    async def ask(self, connection: Any, sql: str, rows_max: int, timeout_seconds: float) -> Answered:
        rows = await self.run(connection, sql, ())
        return Answered(rows=tuple(rows[:rows_max]))

    async def insert_id(self, connection: Any, sql: str, params: Sequence[Any]) -> Any:
        """The first value of OUTPUT INSERTED, which the statement should have."""
        rows = await self.run(connection, sql, params)
        return rows[0][0] if rows else None

    async def control(self, connection: Any, sql: str) -> str:
        if sql == "ROLLBACK":  # the victim of a deadlock has no transaction any more
            sql = "IF @@TRANCOUNT > 0 ROLLBACK"
        await self.run(connection, sql, ())
        return ""

    def begin(self, options: DatabaseOptions, *, heavy: bool) -> Sequence[str]:
        return ("BEGIN TRANSACTION",)

    def end(self, options: DatabaseOptions, *, heavy: bool) -> Sequence[str]:
        return ()

    def savepoint(self, name: str) -> tuple[str, str | None, str]:
        return f"SAVE TRANSACTION {name}", None, f"ROLLBACK TRANSACTION {name}"

    async def settle(self, connection: Any) -> bool:
        """The statement ends by its own time limit at the latest; the connection is good again then."""
        await connection.idle()
        return not connection.driver.closed

    def translate(self, error: Exception, *, reading: bool) -> SatchelError:
        return mssql_errors.translate(error, reading=reading)

    def is_lost(self, error: Exception, connection: Any) -> bool:
        return self.is_closed(connection) or mssql_errors.is_lost(error)

    def may_retry(self, error: Exception) -> bool:
        return mssql_errors.may_retry(error)

    async def introspect(self, reader: Reader, server: Server, options: DatabaseOptions) -> DatabaseFacts:
        return await introspect_mssql.introspect(reader, server, options)

    async def fingerprint(self, reader: Reader, options: DatabaseOptions) -> str:
        return await introspect_mssql.fingerprint(reader)


def _driver() -> Any:
    try:
        return import_module("mssql_python")
    except ImportError as error:
        raise ConfigError(
            f"SQL Server needs the package {PACKAGE}.", hint=f"Run pip install {PACKAGE}, or satchel[mssql]."
        ) from error


def settings(options: DatabaseOptions) -> Sequence[str]:
    """Session settings. Messages are read in English (`mssql_errors`)."""
    return (
        "SET LANGUAGE us_english; SET DATEFORMAT ymd; SET DATEFIRST 7; SET XACT_ABORT OFF; SET NOCOUNT OFF; "
        f"SET LOCK_TIMEOUT {int(options.busy_timeout_seconds * 1000)}; "
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;",
    )


def connection_string(url: DatabaseUrl, options: DatabaseOptions) -> str:
    """An ODBC connection string; every value in braces, so that none can end its field."""
    parts = {
        "SERVER": f"{url.host},{url.port}",
        "DATABASE": url.database,
        "Encrypt": url.parameters.get("encrypt", "yes"),
        "TrustServerCertificate": url.parameters.get("trust_server_certificate", "no"),
        "APP": url.parameters.get("application_name") or options.application_name,
    }
    if url.user is None:
        parts["Trusted_Connection"] = "yes"
    else:
        parts |= {"UID": url.user, "PWD": url.password or ""}
    return "".join(f"{name}={{{value.replace('}', '}}')}}};" for name, value in parts.items())


VENDOR = Mssql()
