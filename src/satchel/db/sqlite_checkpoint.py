"""Keeping the WAL small: checkpoints in a thread.

In charge of: when pages move from the WAL into the database file. Called by `sqlite` after each commit.

    PRAGMA wal_checkpoint(PASSIVE)   from 4 MB on, beside readers and writers
    PRAGMA wal_checkpoint(TRUNCATE)  from 16 MB on, while no write runs here; waits for readers

A passive checkpoint lets the next writer start the WAL over if no reader looks at its old part at that moment. Where
readers never stop that moment may not come, and the WAL would grow without end; so past 16 MB writes pause, for
longer the larger it is, until the readers of the moment are done. Reads are single statements, so they soon are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Protocol

import apsw

from satchel.db.options import DatabaseOptions
from satchel.db.sqlite_connection import connect
from satchel.errors import Unavailable

PASSIVE_BYTES = 4 * 2**20
TRUNCATE_BYTES = 16 * 2**20
# WAL size → how long writes may pause for readers
URGENT_BYTES = 32 * 2**20
PAUSES = ((URGENT_BYTES, 5.0), (24 * 2**20, 1.0), (TRUNCATE_BYTES, 0.1))
REST_SECONDS = 0.5  # between two attempts to truncate that found readers in the way


class Exclusively(Protocol):
    """`Writer.exclusively`: run work while nobody writes."""

    def __call__(self, work: Callable[[], Awaitable[None]]) -> Awaitable[None]: ...


class Checkpointer:
    """One connection and one thread; at most one checkpoint at a time."""

    def __init__(self, path: Path, options: DatabaseOptions, exclusively: Exclusively) -> None:
        self._path = path
        self._options = options
        self._exclusively = exclusively
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="satchel-checkpoint")
        self._running: asyncio.Task[None] | None = None
        self._rest_until = 0.0
        self._passive_done = 0  # pages of the WAL when the last passive checkpoint ended

    def open(self) -> None:
        """Connect. Blocks: call it in a thread."""
        self._connection = connect(self._path, "checkpoint", self._options, cache_mebibytes=1)
        self._page_bytes = int(self._connection.pragma("page_size"))

    def notice(self, pages: int) -> None:
        """A commit left `pages` pages in the WAL: start a checkpoint if it is time."""
        size = pages * self._page_bytes
        if size < PASSIVE_BYTES:
            self._passive_done = 0
            return
        if self._running is not None:
            return
        urgent = size >= URGENT_BYTES
        if urgent or (size >= TRUNCATE_BYTES and monotonic() >= self._rest_until):
            pause = next(seconds for limit, seconds in PAUSES if size >= limit)
            self._start(self._truncate(pause, at_once=urgent))
        elif (pages - self._passive_done) * self._page_bytes >= PASSIVE_BYTES or pages < self._passive_done:
            self._start(self._passive(pages))

    def _start(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            try:
                await work
            except Unavailable:
                pass  # the database is closing, or writes take too long: the next commit tries again
            finally:
                self._running = None

        self._running = asyncio.get_running_loop().create_task(run())

    async def _passive(self, pages: int) -> None:
        await asyncio.get_running_loop().run_in_executor(
            self._thread, self._checkpoint, apsw.SQLITE_CHECKPOINT_PASSIVE, 0.0
        )
        self._passive_done = pages

    async def _truncate(self, pause_seconds: float, *, at_once: bool) -> None:
        loop = asyncio.get_running_loop()
        if not at_once:
            # most of the copying happens beside the writers; the pause is for the rest
            await loop.run_in_executor(self._thread, self._checkpoint, apsw.SQLITE_CHECKPOINT_PASSIVE, 0.0)

        async def alone() -> None:
            done = await loop.run_in_executor(
                self._thread, self._checkpoint, apsw.SQLITE_CHECKPOINT_TRUNCATE, pause_seconds
            )
            self._rest_until = 0.0 if done else monotonic() + REST_SECONDS

        await self._exclusively(alone)

    def _checkpoint(self, mode: int, wait_seconds: float) -> bool:
        """True when it came to its end. A lock or a full disk is no error here: the next commit tries again."""
        self._connection.set_busy_timeout(int(wait_seconds * 1000))
        try:
            self._connection.wal_checkpoint(mode=mode)
        except apsw.Error:
            return False
        return True

    async def settle(self) -> None:
        """Wait for a checkpoint that runs."""
        if self._running is not None:
            await asyncio.wait([self._running])

    def close(self) -> None:
        """Blocks: call it in a thread."""
        self._thread.shutdown(wait=True)
        self._connection.close(force=True)
