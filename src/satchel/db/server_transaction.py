"""One write transaction on a server.

In charge of: its statements, savepoints, and noting why it can't go on. Not in charge of: connections and retries
(`server`), its only caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from satchel.db.base import Row
from satchel.db.options import DatabaseOptions
from satchel.errors import DatabaseError, SatchelError, StatementTimeout, Unavailable

if TYPE_CHECKING:
    from satchel.db.vendor import Vendor

Result = TypeVar("Result")

GRACE_SECONDS = 5.0


class ServerTransaction:
    """`lost`: the connection is gone. `stuck`: a statement still runs on it, past its limit. `again`: why the work
    should be run again, if it should.
    """

    def __init__(
        self,
        vendor: Vendor,
        connection: Any,
        options: DatabaseOptions,
        *,
        heavy: bool,
        report: Callable[[str, float], None],
    ) -> None:
        self._vendor = vendor
        self._connection = connection
        self._options = options
        self._heavy = heavy
        self._report = report
        self._limit = (options.heavy_timeout_seconds if heavy else options.statement_timeout_seconds) + GRACE_SECONDS
        self._depth = 0
        self._ended = False
        self.lost = False
        self.stuck = False
        self.again: SatchelError | None = None

    # ---------------------------------------------------------------------------------------------- for the server

    async def begin(self) -> None:
        for sql in self._vendor.begin(self._options, heavy=self._heavy):
            await self._guarded(self._vendor.control(self._connection, sql))

    def check(self) -> None:
        """Raise if the transaction was lost while the work pretends that all is well."""
        if self.again is not None:
            raise self.again
        if self.lost or self.stuck:
            raise Unavailable("The connection to the database was lost.")

    async def commit(self) -> None:
        """COMMIT. Afterwards the connection is good for others unless `lost` or `stuck`."""
        self._ended = True
        try:
            status = await self._guarded(self._vendor.control(self._connection, "COMMIT"))
        except SatchelError as error:
            if self.lost or self.stuck:
                # nobody knows whether the server got to it: running the work again might do it twice
                self.again = None
                raise Unavailable(
                    "The connection broke during the commit: the write may or may not have happened.",
                    outcome="unknown",
                ) from error
            raise
        if status == "ROLLBACK":  # PostgreSQL's answer when a statement had failed and the work went on
            raise DatabaseError("The transaction was rolled back, because one of its statements had failed.")
        try:
            await self._restore()
        except SatchelError:
            self.lost = True  # the write stands; only the connection is of no more use

    async def roll_back(self) -> None:
        self._ended = True
        await self._guarded(self._vendor.control(self._connection, "ROLLBACK"))
        await self._restore()

    async def _restore(self) -> None:
        for sql in self._vendor.end(self._options, heavy=self._heavy):
            await self._guarded(self._vendor.control(self._connection, sql))

    # ---------------------------------------------------------------------------------------------- for the engine

    async def run(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one statement; its rows (also those of RETURNING), else []."""
        return await self._statement(sql, self._vendor.run(self._connection, sql, params))

    async def count(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one INSERT/UPDATE/DELETE; the number of rows it met."""
        return await self._statement(sql, self._vendor.count(self._connection, sql, params))

    async def insert_id(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """Run one INSERT; the generated key, or None."""
        return await self._statement(sql, self._vendor.insert_id(self._connection, sql, params))

    async def savepoint(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Run `work` so that its failure undoes its own statements only, and is raised again."""
        self._depth += 1
        begin, release, undo = self._vendor.savepoint(f"s{self._depth}")
        try:
            await self._statement(begin, self._vendor.control(self._connection, begin))
            try:
                result = await work()
            except Exception:
                # after a lost connection or a deadlock there is no transaction left to go back into
                if self._usable():
                    await self._statement(undo, self._vendor.control(self._connection, undo))
                raise
            if release is not None:
                await self._statement(release, self._vendor.control(self._connection, release))
            return result
        finally:
            self._depth -= 1

    # ---------------------------------------------------------------------------------------------- inside

    def _usable(self) -> bool:
        return not (self._ended or self.lost or self.stuck or self.again is not None)

    async def _statement(self, sql: str, running: Awaitable[Result]) -> Result:
        if not self._usable():
            _drop(running)
            self.check()
            raise DatabaseError("The transaction has ended.")
        started = monotonic()
        try:
            return await self._guarded(running)
        finally:
            self._report(sql, monotonic() - started)

    async def _guarded(self, running: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(self._limit):
                return await running
        except TimeoutError as error:
            self.stuck = True
            raise StatementTimeout("The database does not answer.") from error
        except SatchelError:
            raise
        except Exception as error:
            ours = self._vendor.translate(error, reading=False)
            if self._vendor.is_lost(error, self._connection):
                self.lost = True
                self.again = ours
            elif self._vendor.may_retry(error):
                self.again = ours
            raise ours from error


def _drop(running: Awaitable[Any]) -> None:
    """Close a coroutine that is not going to be awaited."""
    if asyncio.iscoroutine(running):
        running.close()
