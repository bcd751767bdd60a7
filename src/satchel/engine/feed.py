"""The feed: commits of all workers, in order, from the store.

In charge of: reading a table that only grows from where this process has read it, once each row, also where rows of
transactions that began earlier show up later. Not in charge of: what is in the rows. Used by `realtime` (for the
change log) and `mailbox`.

A database server gives numbers out before it commits, so a smaller number may show up after a greater one. Numbers
that were passed over are looked for again until `GAP_SECONDS` have gone by: a transaction writes these rows last, so
what takes longer has been rolled back. SQLite has one writer, and no gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from satchel.engine.store import Item, Store

GAP_SECONDS = 30.0
GAPS_MAX = 2000
"""How many missing numbers are looked for; beyond, the oldest are given up."""
PAGE = 500
"""Rows per read."""
LOOK_BACK = 200
"""How far back the first look goes, to find what is under way."""


class Feed:
    """A place in one table. `fields`: what is read, `id` among them. `gaps`: whether numbers can show up late."""

    def __init__(
        self, store: Store, table: str, fields: Sequence[str], clock: Callable[[], float], *, gaps: bool
    ) -> None:
        self._store = store
        self._table = table
        self._fields = tuple(fields)
        self._clock = clock
        self._gaps = gaps
        self._last = 0
        self._missing: dict[int, float] = {}

    async def start(self) -> None:
        """Begin behind what is there now; what is being written at this moment will still be seen."""
        self._missing.clear()
        rows = await self._store.select(self._table, ("id",), order="id", descending=True, limit=LOOK_BACK)
        numbers = sorted(int(row["id"]) for row in rows)
        self._last = numbers[-1] if numbers else 0
        self._note_missing(numbers)

    async def next(self) -> list[Item]:
        """What has come since the last time: at most a page, and [] when nothing has."""
        rows = await self._store.select(self._table, self._fields, ("id", ">", self._last), order="id", limit=PAGE)
        late = await self._late()
        if rows:
            self._note_missing([self._last, *(int(row["id"]) for row in rows)])
            self._last = int(rows[-1]["id"])
        return [*late, *rows]

    async def _late(self) -> list[Item]:
        if not self._missing:
            return []
        now = self._clock()
        for number in [number for number, until in self._missing.items() if until < now]:
            del self._missing[number]
        if not self._missing:
            return []
        wanted = list(self._missing)[:PAGE]
        rows = await self._store.select(self._table, self._fields, ("id", "in", wanted), order="id")
        for row in rows:
            self._missing.pop(int(row["id"]), None)
        return rows

    def _note_missing(self, numbers: list[int]) -> None:
        """`numbers`: ascending, the first one is known."""
        if not self._gaps:
            return
        until = self._clock() + GAP_SECONDS
        for before, after in pairwise(numbers):
            for number in range(max(before + 1, after - GAPS_MAX), after):
                self._missing[number] = until
        while len(self._missing) > GAPS_MAX:
            del self._missing[next(iter(self._missing))]
