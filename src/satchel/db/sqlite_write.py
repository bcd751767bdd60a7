"""Writes of the embedded database: one writer connection, turns in order, group commit.

In charge of: who writes when, and which writes share a commit. Not in charge of: the statements of one write
(`sqlite_transaction`), keeping the WAL small (`sqlite_checkpoint`). Called by `sqlite`.

    BEGIN IMMEDIATE; <first write>; SAVEPOINT w; <second write>; RELEASE w; …; COMMIT

Writes take turns, first come first served. The first one begins the transaction; when it is done and others wait, the
next gets the turn inside the same transaction, in a savepoint, so that its failure undoes its own statements only. The
batch is committed when nobody waits, at 64 writes, or after 5 ms; only then do its writes return. A commit that syncs
the disk runs in a thread, unless the disk proved to answer at once.

A write that is cancelled or fails is undone before its turn ends. When SQLite itself gave up the whole transaction
(disk full, I/O error, a statement over its time limit) all writes of the batch are undone: the guilty one raises, the
innocent ones are run once more, each by itself. Statements run on the event loop thread; one that takes too long for
that is interrupted, and its work run once more in the writer thread. So `work` may run again, but never after one of
its runs was acknowledged.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

import apsw

from satchel.db.base import Row, Transaction
from satchel.db.options import DatabaseOptions
from satchel.db.sqlite_connection import connect
from satchel.db.sqlite_errors import is_busy, translate
from satchel.db.sqlite_transaction import SqliteTransaction, WriterConnection
from satchel.db.sqlite_types import Connection
from satchel.errors import ConstraintFailed, DatabaseError, SatchelError, Unavailable
from satchel.http.eager import is_same_task

Result = TypeVar("Result")

# a commit quicker than this may run on the event loop thread
QUICK_COMMIT_SECONDS = 0.0005
COMMITS_REMEMBERED = 16
# other processes' writers get this long between two of our batches, while there are any
GAP_SECONDS = 0.001
CONTENTION_SECONDS = 5.0
BUSY_SLEEP_SECONDS = (0.0003, 0.0012)


class Mode(Enum):
    """How a write uses the connection."""

    SHARED = "shared"  # statements inline, commit shared
    HEAVY = "heavy"  # statements in the writer thread, a transaction of its own
    SCHEMA = "schema"  # as HEAVY, and foreign keys are checked at the end only (tables may be rebuilt)


class _RunAgain(Exception):
    """The write was rolled back for a fault of another write in its batch, or, `too_slow`, to go on in the thread."""

    def __init__(self, cause: SatchelError, *, too_slow: bool = False) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.too_slow = too_slow


class _Waiter:
    __slots__ = ("shared", "timer", "turn")

    def __init__(self, shared: bool, turn: asyncio.Future[None], timer: asyncio.TimerHandle) -> None:
        self.shared = shared  # may go on inside of the transaction of others
        self.turn = turn
        self.timer = timer


class Writer:
    """The one writer of this process. All methods but `open` and `close` belong to the event loop thread."""

    def __init__(
        self,
        path: Path,
        options: DatabaseOptions,
        *,
        wal: bool,
        on_commit: Callable[[int], None],
        read_committed: Callable[[str], Awaitable[list[Row]]],
    ) -> None:
        """`on_commit` hears, after each commit, how many pages the WAL holds; `read_committed` reads elsewhere."""
        self._path = path
        self._options = options
        self._wal = wal
        self._on_commit = on_commit
        self._read_committed = read_committed
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="satchel-write")
        self._waiters: deque[_Waiter] = deque()
        self._holder: asyncio.Task[Any] | None = None  # whose `work` runs
        self._held = False  # true from the moment a turn is given until the next is
        self._lingering = False  # true while a batch is about to be committed and others may join
        self._batch: list[asyncio.Future[None]] = []
        self._batch_started = 0.0
        self._batch_open = False  # whether further writes may join
        self._commit_seconds: deque[float] = deque(maxlen=COMMITS_REMEMBERED)
        self._wal_pages = 0
        self._foreign_version = 0
        self._contended_until = 0.0
        self._closed = False
        self._drained: asyncio.Future[None] | None = None

    # ---------------------------------------------------------------------------------------------- life

    def open(self) -> None:
        """Connect. Blocks (a WAL may have to be recovered): call it in a thread."""
        connection = connect(self._path, "write", self._options, cache_mebibytes=self._options.cache_mebibytes)
        connection.set_busy_timeout(0)
        if self._wal:
            connection.set_wal_hook(self._after_wal_write)
        found = self._path.stat()
        self._identity = (found.st_dev, found.st_ino)
        self._writer = WriterConnection(connection, self._thread, self._options)
        self._connection = connection

    async def drain(self) -> None:
        """Refuse new writes and wait until those in line are done."""
        self._closed = True
        if self._held:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained

    def close(self) -> None:
        """Close the connection. Blocks: call it in a thread, after `drain`."""
        self._thread.shutdown(wait=True)
        self._connection.close(force=True)

    def _after_wal_write(self, _connection: Connection, _name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    # ---------------------------------------------------------------------------------------------- writing

    async def write(self, work: Callable[[Transaction], Awaitable[Result]], mode: Mode) -> Result:
        """Run `work` in a transaction; returns when it is durable."""
        shared = mode is Mode.SHARED
        threaded = not shared
        while True:
            try:
                return await self._write_once(work, mode, shared=shared, threaded=threaded)
            except _RunAgain as again:
                if not shared and (threaded or not again.too_slow):
                    raise again.cause from again
                # alone now, so that it neither suffers from others nor makes them suffer
                shared, threaded = False, threaded or again.too_slow

    async def _write_once(
        self, work: Callable[[Transaction], Awaitable[Result]], mode: Mode, *, shared: bool, threaded: bool
    ) -> Result:
        options = self._options
        limit = options.statement_timeout_seconds if mode is Mode.SHARED else options.heavy_timeout_seconds
        await self._take_turn(shared=shared)
        transaction: SqliteTransaction | None = None
        try:
            if not self._connection.in_transaction:
                await self._begin(mode)
            nested = bool(self._batch)
            transaction = SqliteTransaction(self._writer, threaded=threaded, nested=nested, limit_seconds=limit)
            transaction.start()
            result = await work(transaction)
            await self._check_foreign_keys(mode, transaction)
            transaction.finish()
        except BaseException as error:
            self._undo(transaction)
            self._leave()
            if transaction is not None and transaction.too_slow and isinstance(error, Exception):
                raise _RunAgain(transaction.lost or Unavailable("Too slow."), too_slow=True) from error
            if not isinstance(error, apsw.Error):
                raise
            raise translate(error, reading=False) from error
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._batch.append(done)
        self._batch_open = shared
        self._leave()
        await done
        return result

    async def exclusively(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Run `work` while nobody writes, outside of any transaction."""
        await self._take_turn(shared=False)
        try:
            return await work()
        finally:
            self._leave()

    def _undo(self, transaction: SqliteTransaction | None) -> None:
        """Undo one write. What earlier writes of the batch did stays, unless SQLite has dropped it as well."""
        if transaction is not None:
            transaction.undo()
        if self._batch and not self._connection.in_transaction:
            lost = transaction.lost if transaction is not None else None
            self._fail_batch(_RunAgain(lost or DatabaseError("SQLite rolled the transaction back.")))
        elif not self._batch:
            self._writer.roll_back()
            self._writer.foreign_keys(True)

    async def _check_foreign_keys(self, mode: Mode, transaction: SqliteTransaction) -> None:
        """A deferred foreign key must not fail at COMMIT, which belongs to the whole batch: look before.

        PRAGMA foreign_key_check
        """
        if mode is not Mode.SCHEMA:
            if self._connection.status(apsw.SQLITE_DBSTATUS_DEFERRED_FKS)[0]:
                raise ConstraintFailed("foreign_key", "FOREIGN KEY constraint failed")
            return
        try:
            after = Counter((row[0], row[2]) for row in await transaction.run("PRAGMA foreign_key_check"))
            if not after:
                return
            # a database may come with violations: only new ones count. Readers still see the state before
            before = Counter((row[0], row[2]) for row in await self._read_committed("PRAGMA foreign_key_check"))
        except DatabaseError:
            return  # a foreign key that was declared wrongly (no unique parent columns) can't be checked
        for (table, parent), rows in after.items():
            if rows > before[(table, parent)]:
                raise ConstraintFailed(
                    "foreign_key",
                    f"The change would leave {rows} rows of {table} that refer to rows of {parent} which don't exist.",
                    table=str(table),
                )

    # ---------------------------------------------------------------------------------------------- turns

    async def _take_turn(self, *, shared: bool) -> None:
        task = asyncio.current_task()
        if self._closed:
            raise Unavailable("The database is closing.")
        if not self._held or (self._lingering and shared and self._may_join()):
            self._held = True
            self._lingering = False
            self._holder = task
            return
        if task is not None and is_same_task(task, self._holder):
            raise DatabaseError("A write was begun inside a write.", hint="Use the transaction that is open.")
        if len(self._waiters) >= self._options.wait_limit:
            raise Unavailable("Too many writes are waiting.")
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        waiter = _Waiter(shared, turn, loop.call_later(self._options.queue_timeout_seconds, _give_up, turn))
        self._waiters.append(waiter)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._leave()  # cancelled at the moment the turn came
            elif waiter in self._waiters:
                self._waiters.remove(waiter)
            raise
        finally:
            waiter.timer.cancel()
        self._holder = task

    def _leave(self) -> None:
        """End one's turn: hand it on inside the transaction, or commit first."""
        self._holder = None
        if not self._batch:
            self._pass_on()
        elif self._next_may_join():
            self._give(self._waiters.popleft())
        elif self._waiters:
            self._commit()
        else:
            # requests of the same round of the event loop may be about to ask for a turn: let them join
            self._lingering = True
            asyncio.get_running_loop().call_soon(self._join_or_commit)

    def _join_or_commit(self) -> None:
        if not self._lingering:
            return  # somebody has joined, and asks again when done
        self._lingering = False
        if self._next_may_join():
            self._give(self._waiters.popleft())
        else:
            self._commit()

    def _next_may_join(self) -> bool:
        self._drop_dead_waiters()
        return bool(self._waiters) and self._waiters[0].shared and self._may_join()

    def _may_join(self) -> bool:
        """Whether the open transaction takes one more write."""
        return (
            self._batch_open
            and len(self._batch) < self._options.batch_writes
            and monotonic() - self._batch_started < self._options.batch_seconds
        )

    def _pass_on(self) -> None:
        """Give the turn to the next in line; no transaction is open."""
        self._drop_dead_waiters()
        if self._waiters:
            self._give(self._waiters.popleft())
            return
        self._held = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    def _drop_dead_waiters(self) -> None:
        while self._waiters and self._waiters[0].turn.done():
            self._waiters.popleft()

    def _give(self, waiter: _Waiter) -> None:
        waiter.timer.cancel()
        waiter.turn.set_result(None)

    # ---------------------------------------------------------------------------------------------- begin

    async def _begin(self, mode: Mode) -> None:
        """BEGIN IMMEDIATE, waiting (not blocking) while another process writes."""
        if mode is Mode.SCHEMA:
            self._writer.foreign_keys(False)  # has no effect once a transaction is open
        self._check_file()
        deadline = monotonic() + self._options.busy_timeout_seconds
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                break
            except apsw.Error as error:
                if not is_busy(error) or monotonic() > deadline:
                    raise translate(error, reading=False) from error
            self._contended_until = monotonic() + CONTENTION_SECONDS
            await asyncio.sleep(random.uniform(*BUSY_SLEEP_SECONDS))
        self._batch_started = monotonic()
        version = self._connection.data_version()
        if version != self._foreign_version:  # somebody else committed meanwhile
            if self._foreign_version:
                self._contended_until = self._batch_started + CONTENTION_SECONDS
            self._foreign_version = version

    def _check_file(self) -> None:
        """A file that was deleted or replaced still takes writes, which nobody will ever see again."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            found = None
        if found is None or (found.st_dev, found.st_ino) != self._identity:
            raise Unavailable(f"The SQLite file {self._path} was moved, deleted or replaced.", hint="Restart Satchel.")

    # ---------------------------------------------------------------------------------------------- commit

    def _commit(self) -> None:
        if self._commit_is_quick():
            self._committed(self._commit_now())
            return
        loop = asyncio.get_running_loop()
        # a callback and no task: the commit goes on whoever is cancelled meanwhile
        future = loop.run_in_executor(self._thread, self._commit_patiently)
        future.add_done_callback(lambda done: self._committed(done.result()))

    def _commit_is_quick(self) -> bool:
        """Whether to commit on this thread: without a sync, or when the disk answers at once."""
        if not self._wal:
            return False  # may have to wait for readers
        if self._options.durability == "normal":
            return True
        # the thread's figures hold some waiting for the interpreter too, so the quickest one counts
        return len(self._commit_seconds) == COMMITS_REMEMBERED and min(self._commit_seconds) < QUICK_COMMIT_SECONDS

    def _commit_now(self) -> SatchelError | None:
        started = monotonic()
        try:
            self._connection.execute("COMMIT")
        except apsw.Error as error:
            self._writer.roll_back()
            return translate(error, reading=False)
        self._commit_seconds.append(monotonic() - started)
        return None

    def _commit_patiently(self) -> SatchelError | None:
        """In the thread: a database without WAL can't commit while others read."""
        deadline = monotonic() + self._options.busy_timeout_seconds
        while True:
            started = monotonic()
            try:
                self._connection.execute("COMMIT")
            except apsw.Error as error:
                if is_busy(error) and self._connection.in_transaction and monotonic() < deadline:
                    sleep(0.001)
                    continue
                self._writer.roll_back()
                return translate(error, reading=False)
            self._commit_seconds.append(monotonic() - started)
            return None

    def _committed(self, error: SatchelError | None) -> None:
        """After COMMIT: tell the writes of the batch, pass the turn on."""
        self._writer.foreign_keys(True)
        if error is not None:
            self._fail_batch(error)
        else:
            batch, self._batch = self._batch, []
            for done in batch:
                if not done.done():
                    done.set_result(None)
            self._on_commit(self._wal_pages)
        if self._waiters and monotonic() < self._contended_until:
            asyncio.get_running_loop().call_later(GAP_SECONDS, self._pass_on)
        else:
            self._pass_on()

    def _fail_batch(self, error: Exception) -> None:
        batch, self._batch = self._batch, []
        for done in batch:
            if not done.done():
                done.set_exception(error)
                done.exception()  # whoever was cancelled does not come to fetch it


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(Unavailable("The write's turn did not come in time."))
