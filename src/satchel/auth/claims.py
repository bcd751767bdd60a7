"""Claims: what may happen once, or so many times, in a span of time.

In charge of: taking something once (a reset token, a mail within two minutes) and counting tries, across all workers.
Not in charge of: what it is about. Called by the ways to prove who one is.

Each decision is one statement on one row (`satchel_claims`): of many callers at the same moment, the database lets one
insert or change it. Rows are worth nothing after `expires`, and are swept now and then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from satchel.auth.sessions import iso
from satchel.engine.store import Store, StoreSession
from satchel.errors import ConstraintFailed, TooManyRequests

CLAIMS = "satchel_claims"
TRIES = 100
SWEEP_SECONDS = 600


class Claims:
    """`now`: the current instant, in UTC."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._sweep_at = now()

    async def take(self, *parts: str, seconds: float) -> bool:
        """Whether this call is the first for these parts within `seconds`. Of several at once exactly one is."""
        name, now = _name(parts), self._now()

        async def work(session: StoreSession) -> None:
            await session.delete(CLAIMS, ("name", "=", name), ("expires", "<=", iso(now)))
            await session.insert(CLAIMS, {"name": name, "count": 1, "expires": iso(now + timedelta(seconds=seconds))})

        try:
            await self._store.write(work)
        except ConstraintFailed:
            return False
        await self._sweep(now)
        return True

    async def release(self, *parts: str) -> None:
        """Give something back that was taken and not used."""
        await self._store.write(lambda session: session.delete(CLAIMS, ("name", "=", _name(parts))))

    async def count(self, *parts: str, seconds: float) -> int:
        """Count one more; how many there are in the span, which begins with its first. Of several at once each gets a
        number of its own.
        """
        for _ in range(TRIES):
            try:
                counted = await self._store.write(lambda session: self._count(session, _name(parts), seconds))
            except ConstraintFailed:  # two first ones at once
                continue
            if counted is not None:
                await self._sweep(self._now())
                return counted
        raise TooManyRequests("Too many log-ins are in progress.", retry_after_seconds=1)

    async def counted(self, *parts: str) -> int:
        """How many were counted in the span that is running; counts nothing."""
        running = ("expires", ">", iso(self._now()))
        rows = await self._store.select(CLAIMS, ("count",), ("name", "=", _name(parts)), running)
        return int(rows[0]["count"]) if rows else 0

    async def _count(self, session: StoreSession, name: str, seconds: float) -> int | None:
        """None when another one was counted in between: the value is written only over the one that was read."""
        now = self._now()
        mine = ("name", "=", name)
        rows = await session.select(CLAIMS, ("count",), mine, ("expires", ">", iso(now)))
        if not rows:
            await session.delete(CLAIMS, mine, ("expires", "<=", iso(now)))
            await session.insert(CLAIMS, {"name": name, "count": 1, "expires": iso(now + timedelta(seconds=seconds))})
            return 1
        seen = int(rows[0]["count"])
        changed = await session.update(CLAIMS, {"count": seen + 1}, mine, ("count", "=", seen))
        return seen + 1 if changed == 1 else None

    async def _sweep(self, now: datetime) -> None:
        if now >= self._sweep_at:
            self._sweep_at = now + timedelta(seconds=SWEEP_SECONDS)
            await self._store.write(lambda session: session.delete(CLAIMS, ("expires", "<=", iso(now))))


def _name(parts: tuple[str, ...]) -> str:
    """Parts may be secrets, and of any length."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
