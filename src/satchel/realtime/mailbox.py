"""The mailbox: what workers of one store have to say to each other.

In charge of: notes to one worker and to all, through a table of the store, and tidying up. Not in charge of: changes of
items (they are in the change log), or what the notes mean. Used by `realtime`.

A note is read once by each worker that it is for. It is deleted after `KEEP_SECONDS`, read or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from satchel.engine.feed import Feed
from satchel.engine.store import Store, StoreSession
from satchel.model.system.book_keeping import NOTES

FIELDS = ("id", "sender", "target", "kind", "body")
EVERYBODY = "*"
KEEP_SECONDS = 60.0
TIDY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Note:
    """`kind` says what `body` is."""

    sender: str
    kind: str
    body: Mapping[str, Any]


class Mailbox:
    """`name`: this worker's. `clock`: seconds that only grow. `gaps`: see `feed`."""

    def __init__(self, store: Store, name: str, clock: Callable[[], float], *, gaps: bool) -> None:
        self._store = store
        self._name = name
        self._clock = clock
        self._feed = Feed(store, NOTES.name, FIELDS, clock, gaps=gaps)
        self._tidy_at = clock() + TIDY_SECONDS

    async def start(self) -> None:
        """Read from now on."""
        await self._feed.start()

    async def send(self, target: str, kind: str, body: Mapping[str, Any]) -> None:
        """A note to one worker, or to `EVERYBODY` else. Errors: those of a write."""
        values = {
            "sender": self._name,
            "target": target,
            "kind": kind,
            "body": dict(body),
            "at": _text(datetime.now(UTC)),
        }
        tidy = self._clock() >= self._tidy_at
        if tidy:
            self._tidy_at = self._clock() + TIDY_SECONDS

        async def work(session: StoreSession) -> None:
            await session.insert(NOTES.name, values)
            if tidy:
                old = datetime.now(UTC) - timedelta(seconds=KEEP_SECONDS)
                await session.delete(NOTES.name, ("at", "<", _text(old)))

        await self._store.write(work)

    async def take(self) -> list[Note]:
        """New notes for this worker, in order: those of one page."""
        return [
            Note(str(row["sender"]), str(row["kind"]), row["body"] or {})
            for row in await self._feed.next()
            if row["sender"] != self._name and row["target"] in (EVERYBODY, self._name)
        ]


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
