"""Threads for what must not run on the event loop: so many at a time, and a bounded number that waits.

In charge of: running something in one of its threads, and refusing what would wait too long. Not in charge of: what
runs. Called by `passwords` and `people`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from satchel.errors import TooManyRequests

Result = TypeVar("Result")


class Threads:
    """`threads`: at a time; `waiting`: how many more may wait for their turn."""

    def __init__(self, name: str, *, threads: int, waiting: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._limit = threads + waiting
        self._pending = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of `work`. Raises what it raises, and TooManyRequests when too much waits already."""
        if self._pending >= self._limit:
            raise TooManyRequests("Too many log-ins are in progress.", retry_after_seconds=1)
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._pending -= 1

    def close(self) -> None:
        """Stop the threads; what waits is dropped."""
        self._executor.shutdown(wait=False, cancel_futures=True)
