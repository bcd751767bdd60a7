"""Databases on a server: PostgreSQL, MariaDB and the others behind one class.

In charge of: the `Database` protocol on top of a pool: reads, write transactions, time limits, retries, recovery from
lost connections. Not in charge of: anything that differs between products (`vendor` and its files). Made by
`db.open_database`, called by `engine/`.

What arrives here is SQL in the driver's own style, and goes to the driver as it is: `$1`, `$2` … for asyncpg, `%s` for
asyncmy (where a literal percent sign is `%%`, always), `?` for mssql-python. The vendor files say what parameters and
rows look like.

Reads run in autocommit mode on connections whose sessions are read only, so they cost one round trip and can never
write. Writes begin explicitly (READ WRITE, READ COMMITTED). A read that meets a dead connection is run again on a new
one; a write is run again when the server chose it as the victim of a deadlock, or was lost before its commit. When the
connection breaks during the commit, nobody knows the outcome: that is `Unavailable` with `outcome='unknown'`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from time import monotonic
from typing import Any, TypeVar

from satchel.db.base import Row, Transaction
from satchel.db.console import Answered
from satchel.db.options import DatabaseOptions
from satchel.db.pool import Lease, Pool
from satchel.db.server_transaction import ServerTransaction
from satchel.db.url import DatabaseUrl
from satchel.db.vendor import Server, vendor_for
from satchel.errors import ConfigError, ReadOnly, SatchelError, StatementTimeout, Unavailable
from satchel.model.facts import DatabaseFacts

Result = TypeVar("Result")

# the server's own time limit comes first; ours is for a server that no longer answers at all
GRACE_SECONDS = 5.0
CLEAN_UP_SECONDS = 5.0
WRITE_ATTEMPTS = 3
RETRY_PAUSE_SECONDS = 0.02


class _TryAgain(Exception):
    """The transaction was rolled back through no fault of its own."""

    def __init__(self, cause: SatchelError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class ServerDatabase:
    """One database on a server. `dialect` is final after `open`: MariaDB may answer behind a mysql:// URL."""

    def __init__(self, name: str, url: DatabaseUrl, options: DatabaseOptions) -> None:
        self.name = name
        self.url = url
        self.options = options
        self.dialect = url.dialect
        self._vendor = vendor_for(url.dialect)
        self._pool: Pool | None = None
        self._server: Server | None = None
        self._clean_ups: set[asyncio.Task[None]] = set()

    # ---------------------------------------------------------------------------------------------- life

    async def open(self) -> None:
        """Connect once, check product and version. `Unavailable` when nobody answers: worth another try."""
        try:
            server = await self._greet()
            if server.dialect != self.dialect:
                # another product of the same family answered: speak its dialect, with its session settings
                await self.close()
                self.dialect = server.dialect
                self._vendor = vendor_for(server.dialect)
                server = await self._greet()
        except BaseException:
            await self.close()
            raise
        self._server = server

    async def _greet(self) -> Server:
        self._pool = self._vendor.make_pool(self.url, self.options)
        lease = await self._acquire()
        try:
            server = await self._vendor.greet(lease.connection)
        except Exception as error:
            lease.discard()
            raise self._vendor.translate(error, reading=True) from error
        lease.release()
        return server

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if self._clean_ups:
            await asyncio.wait(self._clean_ups, timeout=CLEAN_UP_SECONDS)
        if pool is not None:
            await pool.close()

    # ---------------------------------------------------------------------------------------------- reading

    def read_now(self, sql: str, params: Sequence[Any] = ()) -> list[Row] | None:
        """Nothing on a server is there at once."""
        return None

    async def read(self, sql: str, params: Sequence[Any] = (), *, timeout_seconds: float | None = None) -> list[Row]:
        """Run one SELECT on a read connection and return its rows."""
        limit = timeout_seconds or self.options.statement_timeout_seconds + GRACE_SECONDS
        started = monotonic()
        try:
            try:
                return await self._read_once(sql, params, limit)
            except _TryAgain:
                return await self._read_once(sql, params, limit)
        except _TryAgain as again:
            raise again.cause from again
        finally:
            self._report(sql, monotonic() - started)

    async def _read_once(self, sql: str, params: Sequence[Any], limit: float) -> list[Row]:
        lease = await self._acquire()
        try:
            async with asyncio.timeout(limit):
                rows = await self._vendor.run(lease.connection, sql, params)
        except TimeoutError as error:
            self._settle(lease)
            raise StatementTimeout("A statement took longer than its time limit and was cancelled.") from error
        except Exception as error:
            ours = self._vendor.translate(error, reading=True)
            if self._vendor.is_lost(error, lease.connection):
                self._lost(lease)
                raise _TryAgain(ours) from error
            lease.release()
            raise ours from error
        except BaseException:  # the caller went away
            self._settle(lease)
            raise
        lease.release()
        return rows

    # ---------------------------------------------------------------------------------------------- writing

    async def write(self, work: Callable[[Transaction], Awaitable[Result]], *, heavy: bool = False) -> Result:
        """Run `work` in one transaction and commit. `heavy` gives its statements the longer time limit.

        `work` may be run up to three times: after a deadlock, a lost serialisation, or a connection lost before the
        commit.
        """
        if self.options.read_only:
            raise ReadOnly(f"The database {self.name} is opened read only.")
        attempt = 1
        while True:
            try:
                return await self._write_once(work, heavy)
            except _TryAgain as again:
                if attempt == WRITE_ATTEMPTS:
                    raise again.cause from again
                await asyncio.sleep(RETRY_PAUSE_SECONDS * attempt * (0.5 + random.random()))
                attempt += 1

    async def ask(self, sql: str, *, write: bool, rows_max: int, timeout_seconds: float) -> Answered:
        """Run what a person typed. The connection is closed afterwards, whatever state it was left in."""
        if write and self.options.read_only:
            raise ReadOnly(f"The database {self.name} is opened read only.")
        lease = await self._acquire()
        try:
            async with asyncio.timeout(timeout_seconds):
                if write:
                    for statement in self._vendor.begin(self.options, heavy=True):
                        await self._vendor.control(lease.connection, statement)
                found = await self._vendor.ask(lease.connection, sql, rows_max, timeout_seconds)
                if write:
                    await self._vendor.control(lease.connection, "COMMIT")
                return found
        except TimeoutError as error:
            raise StatementTimeout("The statement took longer than its time limit and was cancelled.") from error
        except SatchelError:
            raise
        except Exception as error:
            raise self._vendor.translate(error, reading=not write) from error
        finally:
            lease.discard()

    async def write_schema(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """Run `work`, which changes the schema, as a heavy write."""
        return await self.write(work, heavy=True)

    async def _write_once(self, work: Callable[[Transaction], Awaitable[Result]], heavy: bool) -> Result:
        lease = await self._acquire()
        transaction = ServerTransaction(self._vendor, lease.connection, self.options, heavy=heavy, report=self._report)
        try:
            await transaction.begin()
            result = await work(transaction)
            transaction.check()
            await transaction.commit()
        except Exception as error:
            again = transaction.again
            if transaction.stuck:
                self._abandon(lease, transaction)
            elif transaction.lost:
                self._lost(lease)
            elif not await self._roll_back(transaction):
                lease.discard()
            else:
                lease.release()
            if again is not None:
                raise _TryAgain(again) from error
            raise
        except BaseException:  # the caller went away: a statement may still run
            self._abandon(lease, transaction)
            raise
        lease.discard() if transaction.lost or transaction.stuck else lease.release()
        return result

    async def _roll_back(self, transaction: ServerTransaction) -> bool:
        """True when the connection is clean again."""
        try:
            async with asyncio.timeout(CLEAN_UP_SECONDS):
                await transaction.roll_back()
        except Exception:
            return False
        return True

    # ---------------------------------------------------------------------------------------------- connections

    async def _acquire(self) -> Lease:
        """A connection that is not known to be dead."""
        if self._pool is None:
            raise Unavailable("The database is closed.")
        for _ in range(self.options.pool_size + 1):  # all of the pool may be dead, and one new one
            try:
                lease = await self._pool.acquire()
            except SatchelError:
                raise
            except Exception as error:
                raise self._unreachable(error) from error
            if not self._vendor.is_closed(lease.connection):
                return lease
            lease.discard()
        raise Unavailable(f"{self._vendor.product} at {self.url.safe} closes every connection.")

    def _lost(self, lease: Lease) -> None:
        lease.discard()
        if self._pool is not None:
            self._pool.drop_idle()

    def _unreachable(self, error: Exception) -> SatchelError:
        ours = self._vendor.translate(_cause(error), reading=True)
        if isinstance(ours, ConfigError) and self._server is not None:
            # it worked before: a password that is being changed, a database that is being restored
            ours = Unavailable(ours.message, hint=ours.hint)
        if isinstance(ours, ConfigError):
            return ours
        where = f"{self._vendor.product} can't be reached at {self.url.safe}"
        return Unavailable(f"{where}: {ours.message}", hint=ours.hint)

    def _settle(self, lease: Lease) -> None:
        """Stop an abandoned statement on the server, beside the caller."""

        async def settle() -> None:
            clean = False
            try:
                async with asyncio.timeout(CLEAN_UP_SECONDS):
                    clean = await self._vendor.settle(lease.connection)
            except Exception:
                clean = False
            finally:
                lease.release() if clean else lease.discard()

        self._beside(settle())

    def _abandon(self, lease: Lease, transaction: ServerTransaction) -> None:
        """Roll an abandoned transaction back, beside the caller."""

        async def abandon() -> None:
            clean = False
            try:
                async with asyncio.timeout(CLEAN_UP_SECONDS):
                    clean = await self._vendor.settle(lease.connection)
                    if clean:
                        await transaction.roll_back()
            except Exception:
                clean = False
            finally:
                lease.release() if clean else lease.discard()

        self._beside(abandon())

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._clean_ups.add(task)
        task.add_done_callback(self._clean_ups.discard)

    def _report(self, sql: str, seconds: float) -> None:
        if seconds >= self.options.slow_statement_seconds and self.options.on_slow is not None:
            self.options.on_slow(sql, seconds)

    # ---------------------------------------------------------------------------------------------- what there is

    async def facts(self) -> DatabaseFacts:
        """Introspect everything that the role may see."""
        if self._server is None:
            raise Unavailable("The database is not open.")
        return await self._vendor.introspect(self, self._server, self.options)

    async def fingerprint(self) -> str:
        """A value that changes with the schema; some milliseconds on the server."""
        return await self._vendor.fingerprint(self, self.options)

    def commits_seen(self) -> int | None:
        """Servers don't tell without being asked over the network."""
        return None

    async def ping(self) -> None:
        """Raise `Unavailable` unless the server answers."""
        await self.read("SELECT 1", timeout_seconds=self.options.connect_timeout_seconds)


def _cause(error: Exception) -> Exception:
    """The driver's error inside SQLAlchemy's."""
    while type(error).__module__.startswith("sqlalchemy") and isinstance(error.__cause__, Exception):
        error = error.__cause__
    return error
