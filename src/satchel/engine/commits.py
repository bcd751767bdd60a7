"""Commits: whether anything was committed since.

In charge of: one value that changes with every commit that an answer could show, whoever made it. Not in charge of:
what was committed (the change log), or what is done about it. Asked by whoever keeps answers.

The embedded database counts commits itself, those of other programs too. Of the databases on servers the change log is
read on, wherever this process stopped: it holds the writes of all workers, but not those of other programs.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Hashable

from satchel.db.base import Database
from satchel.engine.engine import Engine
from satchel.engine.feed import Feed
from satchel.engine.schema_store import STATE
from satchel.engine.store import Store, StoreSession
from satchel.model.system.book_keeping import CHANGES

CLEARED = "cache_stamp"
LOOK_SECONDS = 1.0


class Commits:
    """One per process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        metadata = engine.metadata
        gaps = metadata.store_database.dialect != "sqlite"
        self._feed = Feed(metadata.store, CHANGES.name, ("id",), time.monotonic, gaps=gaps)
        self._reading = asyncio.Lock()
        self._started = False
        self._changes = 0

    async def mark(self) -> Hashable:
        """The value. Errors: Unavailable."""
        databases = tuple(dict.fromkeys(self._engine.databases.values()))
        counted = [_count(database) for database in databases]
        if any(count is None for count in counted):
            await self._read_on()
        return (self._engine.catalog.version, self._changes, *counted)

    async def _read_on(self) -> None:
        async with self._reading:
            if not self._started:
                await self._feed.start()
                self._started = True
                self._changes += 1
            while rows := await self._feed.next():
                self._changes += len(rows)


def _count(database: Database) -> int | None:
    """How many commits this connection has seen of others; None where the database does not say."""
    return database.commits_seen()


class Clearing:
    """Whether somebody, in any worker, asked to forget what is kept. Noticed within `LOOK_SECONDS` elsewhere."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._stamp = ""
        self._look_at = float("-inf")

    async def stamp(self) -> str:
        """A text that changes each time."""
        if self._clock() >= self._look_at:
            rows = await self._store.select(STATE, ("value",), ("name", "=", CLEARED))
            self._stamp = str(rows[0]["value"]) if rows else ""
            self._look_at = self._clock() + LOOK_SECONDS
        return self._stamp

    async def clear(self) -> None:
        value = secrets.token_hex(8)

        async def work(session: StoreSession) -> None:
            if await session.update(STATE, {"value": value}, ("name", "=", CLEARED)) == 0:
                await session.insert(STATE, {"name": CLEARED, "value": value})

        await self._store.write(work)
        self._look_at = float("-inf")
