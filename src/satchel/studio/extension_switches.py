"""Which extensions of the studio are switched off. Kept in the store, so that it holds for all workers.

In charge of: one row of the store. Not in charge of: which extensions there are (`extension_files`). Made by `routes`.
"""

from __future__ import annotations

from satchel.engine.store import Condition, Store, StoreSession
from satchel.errors import ConstraintFailed, Unavailable
from satchel.http import json

STATE = "satchel_state"
ROW = "extensions_off"
ATTEMPTS = 5


class ExtensionSwitches:
    """All are on that nobody switched off."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def off(self) -> frozenset[str]:
        """The names of those that are off."""
        rows = await self._store.select(STATE, ("value",), ("name", "=", ROW))
        return frozenset(json.decode(str(rows[0]["value"]).encode())) if rows else frozenset()

    async def switch(self, name: str, *, on: bool) -> None:
        """Raises Unavailable when others keep switching at the same moment."""

        async def work(session: StoreSession) -> bool:
            rows = await session.select(STATE, ("value",), ("name", "=", ROW))
            known = str(rows[0]["value"]) if rows else None
            names = set[str](json.decode(known.encode())) if known is not None else set[str]()
            (names.discard if on else names.add)(name)
            value = json.encode(sorted(names)).decode()
            if known is None:
                await session.insert(STATE, {"name": ROW, "value": value})
                return True
            where: list[Condition] = [("name", "=", ROW), ("value", "=", known)]
            return value == known or bool(await session.update(STATE, {"value": value}, *where))

        for _ in range(ATTEMPTS):
            try:
                if await self._store.write(work):
                    return
            except ConstraintFailed:
                continue  # somebody else made the row
        raise Unavailable("Others keep switching extensions at the same time.", hint="Try again.")
