"""Images: the row that an event speaks of, as its change left it (or, for a deletion, found it).

In charge of: putting the whole row together from an entry of the change log, and finding the rows that went with it in
the same transaction. Not in charge of: who may see any of it (`judge`). Used by `judge`.

A created or deleted row is in the log as a whole. Of a changed one the log has what changed; the rest is read now, and
if the row is gone by now, from the log's entry of its deletion.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from satchel.engine.ledger import ChangeAction
from satchel.engine.store import Item, Store
from satchel.model.catalog import Catalog, Collection
from satchel.model.fields.list_value import list_of
from satchel.model.key import decode_key, encode_key
from satchel.model.system.book_keeping import CHANGES

FIELDS = ("id", "change_set", "collection", "key", "action", "before", "after")
RESTORED_MAX = 20
"""How many rows are put back beside their tables for one event."""

LATE_SECONDS = 2.0
"""How long the entry of a deletion may take to show up."""
LATE_STEP_SECONDS = 0.02

Image = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the change log. `gone`: the deletions of the same transaction, as far as they are known."""

    number: int
    change_set: str
    collection: str
    key: str
    action: ChangeAction
    before: Image
    after: Image
    gone: Sequence[Entry] = field(default=(), compare=False)

    @staticmethod
    def of(row: Item) -> Entry:
        return Entry(
            int(row["id"]),
            str(row["change_set"]),
            str(row["collection"]),
            str(row["key"]),
            cast("ChangeAction", row["action"]),
            row["before"] or {},
            row["after"] or {},
        )


class Rows(Protocol):
    """What this room needs of the engine."""

    async def stored_item(self, collection: str, key: Sequence[Any]) -> Mapping[str, Any] | None: ...


class Images:
    """`clock`: seconds that only grow."""

    def __init__(self, rows: Rows, store: Store, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rows = rows
        self._store = store

    async def of(self, entry: Entry, collection: Collection) -> Image | None:
        """The whole row by field name; None when it can't be known any more."""
        if entry.action == "create":
            return entry.after
        if entry.action == "delete":
            return entry.before
        # by the key that it has now: an update may have changed it
        key = decode_key(collection, self._key_after(entry, collection))
        row = None if key is None else await self._rows.stored_item(collection.name, key)
        until = self._clock() + LATE_SECONDS
        while row is None and key is not None:
            row = await self._deleted_later(entry)
            if row is None:
                # Where log and data are two databases, the entry of a deletion comes a moment after it.
                if self._clock() > until:
                    return None
                await asyncio.sleep(LATE_STEP_SECONDS)
        return None if row is None else {**row, **entry.after}

    def _key_after(self, entry: Entry, collection: Collection) -> str:
        if not any(name in entry.after for name in collection.key):
            return entry.key
        before = decode_key(collection, entry.key) or ()
        if len(before) != len(collection.key):
            return entry.key
        return encode_key(tuple(entry.after.get(name, part) for name, part in zip(collection.key, before, strict=True)))

    async def _deleted_later(self, entry: Entry) -> Image | None:
        found = await self._store.select(
            CHANGES.name,
            ("before",),
            ("collection", "=", entry.collection),
            ("id", ">", entry.number),
            ("key", "=", entry.key),
            ("action", "=", "delete"),
            order="id",
            limit=1,
        )
        return found[0]["before"] if found else None


def gone_with(entry: Entry, catalog: Catalog) -> dict[str, list[Image]]:
    """The rows that were deleted together with the entry's row and that it refers to, or that refer to it.

    Judged after the transaction, the row has to be judged with those around it that it had before.
    """
    if entry.action != "delete" or len(entry.gone) < 2:
        return {}
    by_place = {(item.collection, item.key): item for item in entry.gone}
    found: dict[tuple[str, str], Entry] = {}
    waiting = [entry]
    while waiting and len(found) < RESTORED_MAX:
        item = waiting.pop(0)
        for relation in catalog.relations:
            if relation.many != item.collection or relation.one is None or len(relation.many_fields) != 1:
                continue
            for key in list_of(item.before.get(relation.many_field)):
                above = by_place.get((relation.one, str(key)))
                if above is not None and (above.collection, above.key) not in found and above.number != entry.number:
                    found[(above.collection, above.key)] = above
                    waiting.append(above)
    referring = {relation.many: relation for relation in catalog.incoming.get(entry.collection, ())}
    for item in entry.gone:
        relation = referring.get(item.collection)
        if len(found) >= RESTORED_MAX or relation is None or item.number == entry.number:
            continue
        if entry.key in [str(key) for key in list_of(item.before.get(relation.many_field))]:
            found.setdefault((item.collection, item.key), item)
    rows: dict[str, list[Image]] = {}
    for item in found.values():
        rows.setdefault(item.collection, []).append(item.before)
    return rows
