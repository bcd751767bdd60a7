"""The statements of one write on the embedded database.

In charge of: running statements inline or in the writer thread, savepoints, noticing that SQLite gave the whole
transaction up. Not in charge of: turns and commits (`sqlite_write`), its only caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, TypeVar

import apsw

from satchel.db.base import Row
from satchel.db.options import DatabaseOptions
from satchel.db.pace import Pace
from satchel.db.sqlite_errors import translate
from satchel.db.sqlite_types import Connection
from satchel.errors import DatabaseError, SatchelError

Result = TypeVar("Result")

STEPS_PER_LOOK = 10_000
# a statement that took longer on the event loop thread goes to the writer thread next time
INLINE_SECONDS = 0.005
# and after this long it is interrupted there
LONGEST_INLINE_SECONDS = 0.1


class WriterConnection:
    """The writer's connection with its time limit. Used by one thread at a time: the one that has the turn."""

    def __init__(self, connection: Connection, thread: ThreadPoolExecutor, options: DatabaseOptions) -> None:
        self.connection = connection
        self.options = options
        self.pace = Pace()
        self._thread = thread
        self._cursor = connection.cursor()
        self._deadline = 0.0
        self._cancelled = False
        self._foreign_keys = True
        connection.set_progress_handler(self._over, STEPS_PER_LOOK)

    def _over(self) -> bool:
        return self._cancelled or (self._deadline > 0 and monotonic() > self._deadline)

    def run(self, sql: str, params: Sequence[Any], limit_seconds: float) -> list[Row]:
        """Run one statement on this thread. Raises apsw's errors."""
        self._deadline = monotonic() + limit_seconds
        try:
            return self._cursor.execute(sql, params).fetchall()
        finally:
            self._deadline = 0.0  # BEGIN, COMMIT and ROLLBACK have no limit

    def run_and_watch(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """As `run`, on the event loop thread: not for long, and remembers how long it took."""
        started = monotonic()
        try:
            rows = self.run(sql, params, LONGEST_INLINE_SECONDS)
        except apsw.InterruptError:
            self.pace.was_slow(sql)
            raise
        seconds = monotonic() - started
        if seconds > INLINE_SECONDS:
            self.pace.was_slow(sql)
            self.report(sql, seconds)
        else:
            self.pace.was_quick(sql)
        return rows

    async def in_thread(self, call: Callable[[], Result], *, interruptible: bool) -> Result:
        """Run `call` in the writer thread. When cancelled, wait for its end nevertheless: the connection is in use."""
        future = asyncio.get_running_loop().run_in_executor(self._thread, call)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            # to interrupt a statement undoes the whole transaction, which may hold the work of others
            self._cancelled = interruptible
            while not future.done():
                try:
                    await asyncio.wait([future])
                except asyncio.CancelledError:
                    continue
            self._cancelled = False
            if not future.cancelled():
                future.exception()
            raise

    def report(self, sql: str, seconds: float) -> None:
        if seconds >= self.options.slow_statement_seconds and self.options.on_slow is not None:
            self.options.on_slow(sql, seconds)

    def roll_back(self) -> None:
        """ROLLBACK, if there is anything to roll back."""
        if self.connection.in_transaction:
            self._deadline = 0.0
            self.connection.execute("ROLLBACK")

    def foreign_keys(self, enforced: bool) -> None:
        """PRAGMA foreign_keys = ON; outside of transactions only, as SQLite wants it."""
        if enforced != self._foreign_keys and not self.connection.in_transaction:
            self.connection.pragma("foreign_keys", enforced)
            self._foreign_keys = enforced


class SqliteTransaction:
    """One write. `nested`: earlier writes share the SQLite transaction, so this one works in a savepoint. `threaded`:
    all statements run in the writer thread, each for `limit_seconds` at most.
    """

    def __init__(self, writer: WriterConnection, *, threaded: bool, nested: bool, limit_seconds: float) -> None:
        self._writer = writer
        self._connection = writer.connection
        self._threaded = threaded
        self._limit_seconds = limit_seconds
        self._nested = nested
        self._depth = 0
        self._ended = False
        self.lost: SatchelError | None = None  # why SQLite rolled the whole transaction back
        self.too_slow = False  # it did because a statement held up the event loop: run the work again, in the thread

    # ---------------------------------------------------------------------------------------------- for the writer

    def start(self) -> None:
        if self._nested:
            self._connection.execute("SAVEPOINT w")

    def finish(self) -> None:
        """The work is done. Raises when the transaction is gone, even if the work did not mind."""
        self._ended = True
        if self.lost is not None:
            raise self.lost
        if self._nested:
            self._connection.execute("RELEASE w")

    def undo(self) -> None:
        self._ended = True
        if self._nested and self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK TO w")
                self._connection.execute("RELEASE w")
            except apsw.Error as error:
                self.lost = translate(error, reading=False)
                self._writer.roll_back()

    # ---------------------------------------------------------------------------------------------- for the engine

    async def run(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one statement; its rows (also those of RETURNING), else []."""
        return await self._run(sql, params)

    async def count(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one INSERT/UPDATE/DELETE; the number of rows it changed."""
        await self._run(sql, params)
        return self._connection.changes()

    async def insert_id(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """Run one INSERT; the row id it made, or None."""
        await self._run(sql, params)
        return self._connection.last_insert_rowid() if self._connection.changes() else None

    async def savepoint(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Run `work` so that its failure undoes its own statements only, and is raised again.

        SAVEPOINT s1; …; RELEASE s1   or   ROLLBACK TO s1; RELEASE s1
        """
        self._check_open()
        self._depth += 1
        name = f"s{self._depth}"
        self._connection.execute(f"SAVEPOINT {name}")
        try:
            result = await work()
            self._check_open()
            self._connection.execute(f"RELEASE {name}")
            return result
        except BaseException:
            if self.lost is None and not self._ended and self._connection.in_transaction:
                self._connection.execute(f"ROLLBACK TO {name}")
                self._connection.execute(f"RELEASE {name}")
            raise
        finally:
            self._depth -= 1

    # ---------------------------------------------------------------------------------------------- inside

    def _check_open(self) -> None:
        if self.lost is not None:
            raise self.lost
        if self._ended:
            raise DatabaseError("The transaction has ended.")

    async def _run(self, sql: str, params: Sequence[Any]) -> list[Row]:
        self._check_open()
        if self._threaded or self._writer.pace.is_slow(sql):
            return await self._in_thread(sql, params)
        try:
            return self._writer.run_and_watch(sql, params)
        except apsw.InterruptError as error:
            if self._connection.in_transaction:  # a SELECT: nothing was undone
                return await self._in_thread(sql, params)
            self.too_slow = True
            raise self._failed(error) from error
        except Exception as error:
            raise self._failed(error) from error

    async def _in_thread(self, sql: str, params: Sequence[Any]) -> list[Row]:
        started = monotonic()
        try:
            return await self._writer.in_thread(
                lambda: self._writer.run(sql, params, self._limit_seconds), interruptible=not self._nested
            )
        except Exception as error:
            raise self._failed(error) from error
        finally:
            self._writer.report(sql, monotonic() - started)
            if not self._connection.in_transaction and self.lost is None:
                self.lost = DatabaseError("SQLite rolled the transaction back.")

    def _failed(self, error: Exception) -> SatchelError:
        """Our error. SQLite ends the transaction itself on some errors; then nothing more can be done in it."""
        ours = translate(error, reading=False)
        if self.lost is None and not self._connection.in_transaction:
            self.lost = ours
        return ours
