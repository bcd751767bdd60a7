"""Retention: how long activity and revisions are kept.

In charge of: deleting rows that are past their days. Not in charge of: when that is done (`app` adds the job), nor of
the change log, which realtime reads.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from satchel.engine.store import Condition, Store, StoreSession
from satchel.engine.write_fill import spelled
from satchel.history.recorder import ACTIVITY, REVISIONS

BATCH = 500
"""How many rows go in one transaction, so that nobody waits long for their turn to write."""


class Retention:
    """Days that are negative keep rows for ever. A revision is as old as its activity, and goes with it."""

    def __init__(self, store: Store, now: Callable[[], datetime], *, activity_days: int, revision_days: int) -> None:
        self._store = store
        self._now = now
        self._activity_days = activity_days
        self._revision_days = revision_days

    async def sweep(self) -> None:
        """Delete what is too old."""
        if self._revision_days >= 0:
            last = await self._store.select(
                ACTIVITY, ("id",), self._before(self._revision_days), order="id", descending=True, limit=1
            )
            if last:
                await self._delete(REVISIONS, ("activity", "<=", last[0]["id"]))
        if self._activity_days >= 0:
            await self._delete(ACTIVITY, self._before(self._activity_days))

    def _before(self, days: int) -> Condition:
        return ("timestamp", "<", spelled(self._now() - timedelta(days=days), "timestamp"))

    async def _delete(self, table: str, where: Condition) -> None:
        async def work(session: StoreSession) -> int:
            rows = await session.select(table, ("id",), where, order="id", limit=BATCH)
            await session.delete(table, ("id", "in", [row["id"] for row in rows]))
            return len(rows)

        while await self._store.write(work) == BATCH:
            continue
