"""Operations: what of the activity was done in one go.

In charge of: which entries of `directus_activity` belong together: those of one transaction, or of several requests
that their caller named as one operation. Not in charge of: writing that down (`recorder`), nor of who may read the
entries: their numbers are for reads under the caller's grants. Called by the Directus wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from satchel.engine.store import Store
from satchel.history.recorder import ACTIVITY, own_operation
from satchel.policy.actor import Actor

ENTRIES_MAX = 10_000
"""Entries of one operation that are told, the first ones."""
CHUNK = 500


class Operations:
    """One per store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, entries: Sequence[int]) -> dict[int, str]:
        """The operations of these entries. Those from before operations were noted, and log-ins, have none."""
        found: dict[int, str] = {}
        for chunk in _chunks(entries):
            rows = await self._store.select(ACTIVITY, ("id", "operation"), ("id", "in", chunk))
            found |= {int(row["id"]): row["operation"] for row in rows if row["operation"]}
        return found

    async def entries(self, operation: str, actor: Actor) -> list[int]:
        """The numbers of an operation's entries, by its id or by the name that the actor gave it; none for one that is
        not known.
        """
        names = [operation, own_operation(operation, actor) or operation]
        rows = await self._store.select(ACTIVITY, ("id",), ("operation", "in", names), order="id", limit=ENTRIES_MAX)
        return [int(row["id"]) for row in rows]


def _chunks(values: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(values), CHUNK):
        yield list(values[start : start + CHUNK])
