"""Taking notes without keeping anybody waiting, and writing them down in batches.

In charge of: the queue, its bound, and when it is written. Not in charge of: what a row says (`rows`), or the table
(`archive`). Called at the end of every request, and by the observer from any thread.

A request pays for one tuple and one append. Rows are made a few at a time, between requests, and written in a thread
within `DELAY_SECONDS` or when `BATCH_ROWS` wait, whichever comes first, but no more than `WRITE_ROWS` in a second: both
share the interpreter with the requests. When more come than are written, for longer than the queue holds, the newest
are dropped and counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

from satchel.errors import SatchelError
from satchel.http.request import Request
from satchel.logs.rows import Row, Seen, is_wanted, row_of
from satchel.observe import Event, Noted
from satchel.policy.actor import Actor
from satchel.settings.model import Logs

DELAY_SECONDS = 3.0
BATCH_ROWS = 200
WRITE_ROWS = 1000
"""How many rows one transaction holds at most, and how many are written in a second."""
SLICE_ROWS = 20
CLOSE_SECONDS = 2.0
TROUBLE_SECONDS = 5.0

Write = Callable[[Sequence[Row]], Awaitable[None]]


class Recorder:
    """`write`: puts rows into the table. `queue_max`: how many notes may wait. Also a sink of the observer."""

    def __init__(self, write: Write, queue_max: int) -> None:
        self._write = write
        self._queue_max = queue_max
        self._waiting: deque[Seen | tuple[float, Event]] = deque()
        self._dropped = 0
        self._wanted = Logs()
        self._off = False
        self._failures_only = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def use(self, wanted: Logs) -> None:
        """Note what these settings want from now on."""
        self._wanted = wanted
        self._off = wanted.max_days == 0
        self._failures_only = wanted.min_level > 0

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run())

    # ---------------------------------------------------------------------------------------------------- taking notes
    def request(self, request: Request, status: int) -> None:
        """Note a request that was answered. Only from the event loop."""
        failed = status >= 400
        if self._off or not (failed or (request.logged and not self._failures_only)):
            return
        waiting = self._waiting
        if len(waiting) >= self._queue_max:
            self._dropped += 1
            return
        actor: Actor | None = request.actor
        peer = request.scope.get("client")
        error = details = ""
        if failed and request.failure is not None:
            error, details = _told(request.failure)
        waiting.append(
            Seen(
                time.time(),
                request.method,
                request.target,
                status,
                perf_counter() - request.started,
                request.header("referer") or "",
                request.header("user-agent") or "",
                request.client_ip,
                peer[0] if peer else "",
                _collection(actor),
                "" if actor is None else actor.key or "",
                error,
                details,
            )
        )
        if len(waiting) == BATCH_ROWS:
            self._wake.set()

    def write(self, events: Sequence[tuple[float, Event]]) -> None:
        """Note events of the observer. From any thread."""
        if self._off:
            return
        for when, event in events:
            if is_wanted(event) and len(self._waiting) < self._queue_max:
                self._waiting.append((when, event))

    # --------------------------------------------------------------------------------------------------------- writing
    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DELAY_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            try:
                while self._waiting:
                    # what was written is paid for with time, in which the next batch comes together
                    await asyncio.sleep(await self._write_batch() / WRITE_ROWS)
                    if len(self._waiting) < BATCH_ROWS:
                        break
            except SatchelError:
                # full, locked or gone: the log must not be what stops the program, and can't log its own trouble
                await asyncio.sleep(TROUBLE_SECONDS)

    async def flush(self) -> None:
        """Write all that waits, at once. Raises a SatchelError when it can't; what was being written is lost then."""
        while self._waiting:
            await self._write_batch()

    async def _write_batch(self) -> int:
        """Write up to `WRITE_ROWS` of the notes, oldest first; how many they were."""
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            text = f"{dropped} log entries were dropped, because more came than could be written."
            self._waiting.append((time.time(), Noted(text, "warning")))
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), WRITE_ROWS))]
        rows: list[Row] = []
        for place, noted in enumerate(batch, 1):
            row = row_of(noted, self._wanted)
            if row is not None:
                rows.append(row)
            if place % SLICE_ROWS == 0:
                await asyncio.sleep(0)
        if rows:
            await self._write(rows)
        return len(batch)

    async def close(self) -> None:
        """Write what waits, if that can be done in a moment."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        with contextlib.suppress(SatchelError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.flush()


def _collection(actor: Actor | None) -> str:
    """The collection of who asked, as PocketBase's clients know it."""
    if actor is None or actor.kind != "user":
        return ""
    return "_superusers" if actor.admin else actor.collection or ""


def _told(error: Exception) -> tuple[str, str]:
    """What the caller was told, and what it was about."""
    if not isinstance(error, SatchelError):
        return "Something went wrong while processing your request.", f"{type(error).__name__}: {error}"
    cause = error.__cause__
    return error.message, "" if cause is None else str(cause)
