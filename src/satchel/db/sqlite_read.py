"""Reads of the embedded database: at once on the event loop thread, or in a reader thread.

In charge of: the time budget of inline reads, the reader threads, time limits and cancellation of reads. Not in charge
of: writes (`sqlite_write`), what the SQL says. Called by `sqlite`.

A typical read takes some microseconds, less than handing it to a thread. So every read starts inline with a budget of
about 2 ms, watched by SQLite's progress handler. One that goes over it is interrupted and run again in a thread with
the real time limit, and remembered (`pace`), so that it starts there next time. A read of a WAL database never waits
for a writer; where a lock is met nevertheless (another program's rollback journal, a recovery after a crash) the read
moves to a thread too, and waits there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

import apsw

from satchel.db.base import Row
from satchel.db.options import DatabaseOptions
from satchel.db.pace import Pace
from satchel.db.sqlite_connection import connect
from satchel.db.sqlite_errors import is_busy, translate
from satchel.db.sqlite_memory import NEVER, Memory, data_version
from satchel.db.sqlite_wal_index import open_index
from satchel.errors import StatementTimeout, Unavailable

# how many steps of SQLite's virtual machine pass between two looks at the clock: some 10 to 100 µs
STEPS_PER_LOOK = 1000
STEPS_PER_LOOK_IN_THREAD = 20_000


class InlineReader:
    """One connection that is used on the event loop thread only. `index`: that of the WAL, to be left when all
    connections are closed.
    """

    def __init__(self, path: Path, options: DatabaseOptions) -> None:
        self._connection = connect(path, "read", options, cache_mebibytes=options.cache_mebibytes)
        self.index = open_index(path)
        self._connection.set_busy_timeout(0)
        self._cursor = self._connection.cursor()
        self._budget = options.inline_budget_seconds
        self._deadline = 0.0
        self.pace = Pace()
        limit = options.memory_mebibytes * 2**20
        self.memory = Memory(self._connection, limit, self.index) if limit else None
        self._connection.set_progress_handler(self._over, STEPS_PER_LOOK)

    def _over(self) -> bool:
        return perf_counter() > self._deadline

    def read(self, sql: str, params: Sequence[Any]) -> list[Row] | None:
        """The rows, or None when the statement has to run in a thread."""
        self._deadline = perf_counter() + self._budget
        memory = self.memory
        if memory is not None:
            found = memory.find(sql, params)
            if found is not None:
                return found
        pace = self.pace
        if pace.is_slow(sql):
            return None
        try:
            rows: list[Row] = self._cursor.execute(sql, params).fetchall()
        except apsw.InterruptError:
            pace.was_slow(sql)
            if memory is not None:
                memory.learn(sql, params)
            return None
        except Exception as error:
            if is_busy(error):
                return None
            raise translate(error, reading=True) from error
        pace.was_quick(sql)
        if memory is not None:
            memory.learn(sql, params)
            memory.keep(sql, params, rows, memory.version)
        return rows

    def commits_seen(self) -> int | None:
        """A number that changes whenever anybody commits; None while that can't be known."""
        version = self.memory.look() if self.memory is not None else data_version(self._cursor)
        return None if version == NEVER else version

    def close(self) -> None:
        self._cursor.close(force=True)
        self._connection.close(force=True)


class _Job:
    """One read on its way through a thread; `cancelled` is set by the event loop, the rest by the thread."""

    __slots__ = ("cancelled", "deadline", "enqueued", "limit", "params", "seconds", "sql")

    def __init__(self, sql: str, params: Sequence[Any], limit: float) -> None:
        self.sql = sql
        self.params = params
        self.limit = limit
        self.enqueued = monotonic()
        self.deadline = 0.0
        self.cancelled = False
        self.seconds = 0.0


class _ThreadReader:
    """One connection that is used by one reader thread at a time."""

    def __init__(self, path: Path, options: DatabaseOptions) -> None:
        self.connection = connect(path, "read", options, cache_mebibytes=options.cache_mebibytes / 4)
        self._cursor = self.connection.cursor()
        self._job: _Job | None = None
        self.connection.set_progress_handler(self._over, STEPS_PER_LOOK_IN_THREAD)

    def _over(self) -> bool:
        # the flag belongs to the job, so that a late cancel can't hit the connection's next statement
        job = self._job
        return job is not None and (job.cancelled or monotonic() > job.deadline)

    def run(self, job: _Job) -> list[Row]:
        self._job = job
        started = monotonic()
        job.deadline = started + job.limit
        try:
            return self._cursor.execute(job.sql, job.params).fetchall()
        except Exception as error:
            raise translate(error, reading=True) from error
        finally:
            self._job = None
            job.seconds = monotonic() - started

    def close(self) -> None:
        self.connection.close(force=True)


class ReaderThreads:
    """A few threads, each with a connection of its own, made when first needed."""

    def __init__(self, path: Path, options: DatabaseOptions) -> None:
        self._path = path
        self._options = options
        self._threads = ThreadPoolExecutor(options.read_threads, thread_name_prefix="satchel-read")
        self._idle: list[_ThreadReader] = []  # append and pop are atomic
        self._jobs: set[_Job] = set()
        self._closed = False

    async def read(self, sql: str, params: Sequence[Any], timeout_seconds: float | None) -> list[Row]:
        """Run one read; `StatementTimeout` past its limit, `Unavailable` when no thread got to it in time."""
        if self._closed:
            raise Unavailable("The database is closed.")
        job = _Job(sql, params, timeout_seconds or self._options.statement_timeout_seconds)
        self._jobs.add(job)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, job)
        except asyncio.CancelledError:
            job.cancelled = True
            raise
        finally:
            self._jobs.discard(job)
            if job.seconds >= self._options.slow_statement_seconds and self._options.on_slow is not None:
                self._options.on_slow(sql, job.seconds)

    def _run(self, job: _Job) -> list[Row]:
        if job.cancelled:
            raise StatementTimeout("The read was cancelled before it began.")
        if monotonic() - job.enqueued > self._options.queue_timeout_seconds:
            raise Unavailable("Too many slow reads at once: this one's turn did not come in time.")
        try:
            reader = self._idle.pop()
        except IndexError:
            try:
                reader = _ThreadReader(self._path, self._options)
            except apsw.Error as error:
                raise translate(error, reading=True) from error
        try:
            return reader.run(job)
        finally:
            self._idle.append(reader)

    def close(self) -> None:
        """Interrupt what runs and close the connections. Blocks for a moment: call it in a thread."""
        self._closed = True
        for job in tuple(self._jobs):
            job.cancelled = True
        self._threads.shutdown(wait=True, cancel_futures=True)
        while self._idle:
            self._idle.pop().close()
