"""Bus: committed change sets, handed to whoever listens inside this process.

In charge of: fan-out through bounded queues. Not in charge of: other processes, or the change log (`changes`).
Published to by `write`; listened to by realtime, flows and caches.

Publishing never waits: a listener that does not keep up loses the oldest sets and is told so (`missed`), so that it
can read what it missed from the change log or start over.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from satchel.engine.ledger import ChangeSet

QUEUE_MAX = 1024
"""How many change sets wait for one listener, unless it says otherwise."""


class Listener:
    """One queue. Use as `with bus.listen() as listener: async for change_set in listener: …`."""

    def __init__(self, bus: Bus, limit: int) -> None:
        self._bus = bus
        self._waiting: deque[ChangeSet] = deque()
        self._limit = limit
        self._woken = asyncio.Event()
        self._closed = False
        self.missed = 0

    def take_missed(self) -> int:
        """How many sets were lost since this was last asked."""
        missed, self.missed = self.missed, 0
        return missed

    def offer(self, change_set: ChangeSet) -> None:
        if len(self._waiting) >= self._limit:
            self._waiting.popleft()
            self.missed += 1
        self._waiting.append(change_set)
        self._woken.set()

    async def next(self) -> ChangeSet | None:
        """The next change set; None when the listener or the bus is closed and nothing waits any more."""
        while not self._waiting:
            if self._closed:
                return None
            self._woken.clear()
            await self._woken.wait()
        return self._waiting.popleft()

    async def __aiter__(self) -> AsyncIterator[ChangeSet]:
        while (change_set := await self.next()) is not None:
            yield change_set

    def close(self) -> None:
        self._closed = True
        self._woken.set()
        self._bus.forget(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Bus:
    """One per process. Everything happens on the event loop's thread."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, limit: int = QUEUE_MAX) -> Listener:
        """A queue of all change sets that are committed from now on. `limit`: how many may wait."""
        if limit < 1:
            raise ValueError("A listener's queue needs room for one change set at least.")
        listener = Listener(self, limit)
        self._listeners.append(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)

    def publish(self, change_set: ChangeSet) -> None:
        """Hand a committed set to all listeners. Never waits, never fails."""
        for listener in self._listeners:
            listener.offer(change_set)

    def close(self) -> None:
        """End all listeners after what waits for them."""
        for listener in tuple(self._listeners):
            listener.close()
