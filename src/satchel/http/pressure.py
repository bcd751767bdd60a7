"""Pressure: whether the event loop keeps up.

In charge of: measuring how late the event loop is, and refusing work while it is late all the time. Not in charge of:
how a refusal is worded. One per process; asked by the wires before each request.
"""

from __future__ import annotations

import asyncio
from collections import deque

from satchel.errors import Unavailable

SAMPLE_SECONDS = 0.1
SAMPLES = 10
"""How many measurements the average is taken of: one late round is no pressure."""
RETRY_SECONDS = 1


class Pressure:
    """`limit_seconds`: how late the loop may be on average; 0: as late as it likes."""

    def __init__(self, limit_seconds: float) -> None:
        self._limit = limit_seconds
        self._samples: deque[float] = deque(maxlen=SAMPLES)
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self.late = 0.0

    def start(self) -> None:
        if self._limit and self._timer is None:
            self._again()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def check(self) -> None:
        """Raise Unavailable while the loop is late."""
        if self._limit and self.late > self._limit:
            raise Unavailable("Under pressure.", retry_after_seconds=RETRY_SECONDS)

    def _again(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = loop.time() + SAMPLE_SECONDS
        self._timer = loop.call_later(SAMPLE_SECONDS, self._measure)

    def _measure(self) -> None:
        late = max(0.0, asyncio.get_running_loop().time() - self._due)
        # one long halt is one halt, however long it was
        self._samples.append(min(late, 2 * self._limit))
        self.late = sum(self._samples) / SAMPLES
        self._again()
