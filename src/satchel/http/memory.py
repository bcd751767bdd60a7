"""Memory: give it back to the system after large answers.

In charge of: asking the C library to return freed pages, now and then. Not in charge of: how large an answer may be.
Called by `http/server`.

glibc keeps what was freed in arenas of its own, so that six answers of 20 MB would stay in the process's resident
memory for ever. Where there is no `malloc_trim` (other C libraries), nothing is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
from collections.abc import Callable

LARGE_BYTES = 4 * 1024**2
"""Answers of this size and more are followed by a trim."""
PAUSE_SECONDS = 0.5


def _find() -> Callable[[int], int] | None:
    with contextlib.suppress(OSError, AttributeError):
        return ctypes.CDLL(None).malloc_trim
    return None


class Trimmer:
    """One per program. Several large answers within the pause share one trim, which runs in a thread."""

    def __init__(self) -> None:
        self._trim = _find()
        self._planned: asyncio.TimerHandle | None = None

    def sent(self, size: int) -> None:
        """An answer of this many bytes was sent."""
        if size >= LARGE_BYTES and self._trim is not None and self._planned is None:
            loop = asyncio.get_running_loop()
            self._planned = loop.call_later(PAUSE_SECONDS, self._run, loop)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        self._planned = None
        if self._trim is not None:
            loop.run_in_executor(None, self._trim, 0)
