"""The tail of the log: what is noted, told to whoever looks on.

In charge of: reading on in the table while somebody looks, for all of them at once, also what other workers note. Not
in charge of: who may look (the wires), or taking notes (`recorder`). One per process.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from satchel.errors import SatchelError
from satchel.logs.archive import LogArchive
from satchel.logs.rows import stamp

LOOK_SECONDS = 1.0
BACK_SECONDS = 15.0
"""How late an entry may show up: workers write theirs in batches."""
ENTRIES_MAX = 1000
SEEN_MAX = 50_000

Entry = Mapping[str, Any]
"""`id`, `created`, `level`, `message`, `data`."""
Listener = Callable[[Entry], None]


class Tail:
    def __init__(self, archive: LogArchive) -> None:
        self._archive = archive
        # with the stamp from which on each is told
        self._listeners: dict[object, tuple[Listener, str]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    async def listen(self, key: object, listener: Listener) -> None:
        """Tell `listener` of all that is noted from now on, until `leave`. It must not wait."""
        if not self._listeners:
            self._seen.clear()
            await self._look()
        self._listeners[key] = (listener, stamp(time.time()))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def leave(self, key: object) -> None:
        self._listeners.pop(key, None)

    async def _run(self) -> None:
        while self._listeners:
            await asyncio.sleep(LOOK_SECONDS)
            for entry in await self._look():
                for listener, since in tuple(self._listeners.values()):
                    if str(entry["created"]) >= since:
                        listener(entry)

    async def _look(self) -> list[Entry]:
        """Entries that were not seen before; none when the table can't be read now."""
        try:
            rows = await self._archive.since(datetime.now(UTC) - timedelta(seconds=BACK_SECONDS), ENTRIES_MAX)
        except SatchelError:
            return []
        fresh: list[Entry] = [row for row in rows if str(row["id"]) not in self._seen]
        for row in fresh:
            self._seen[str(row["id"])] = None
        while len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)
        return fresh
