"""What two programs that take turns with one folder last agreed on.

In charge of: a fingerprint per table, kept in the store. Not in charge of: what follows when it differs. Called by
`pocketbase_in_place`, `pocketbase_settings` and `pocketbase_superusers`.
"""

from __future__ import annotations

import hashlib
import json

from satchel.engine.schema_store import STATE
from satchel.engine.store import Store, StoreSession

MARK = "pocketbase:"


class Agreements:
    """`store`: ours."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def changed(self, name: str, rows: object) -> bool:
        """Whether a table is another than when both sides last agreed."""
        return await self.read(name) != fingerprint(rows)

    async def agree(self, name: str, rows: object) -> None:
        """Both sides have these rows now."""
        await self.write(name, fingerprint(rows))

    async def read(self, name: str) -> str:
        """A text that was kept under a name; "" for none."""
        kept = await self._store.select(STATE, ("value",), ("name", "=", MARK + name))
        return str(kept[0]["value"] or "") if kept else ""

    async def write(self, name: str, value: str) -> None:
        async def work(session: StoreSession) -> None:
            if await session.update(STATE, {"value": value}, ("name", "=", MARK + name)) == 0:
                await session.insert(STATE, {"name": MARK + name, "value": value})

        await self._store.write(work)


def fingerprint(rows: object) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()
