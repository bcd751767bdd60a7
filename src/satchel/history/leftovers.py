"""Leftovers: what is about items that are gone.

In charge of: deleting comments and versions of deleted items, so that a later item with the same key does not inherit
them. Not in charge of: activity and revisions, which stay, nor of deleted collections (`engine/schema`). Joined to the
change log in `joints`.

    DELETE FROM "satchel_comments" WHERE "collection" = 'posts' AND "item" IN ('1', '2')
"""

from __future__ import annotations

from satchel.engine.ledger import ChangeSet
from satchel.engine.store import StoreSession
from satchel.history.recorder import kept_of
from satchel.model.catalog import Catalog

COMMENTS, VERSIONS = "directus_comments", "directus_versions"
BATCH = 500


async def forget(change_set: ChangeSet, catalog: Catalog, session: StoreSession) -> None:
    """Delete what is about the items that a set deletes, inside a transaction of the store."""
    gone: dict[str, list[str]] = {}
    for change in change_set.changes:
        if change.action == "delete":
            gone.setdefault(change.collection, []).append(change.key)
    for name, keys in gone.items():
        collection = catalog.get(name)
        if collection is None or collection.meta is None:
            continue
        tables = [COMMENTS] if kept_of(collection) and not collection.system else []
        if collection.meta.get("versioning"):
            tables.append(VERSIONS)
        for table in tables:
            for start in range(0, len(keys), BATCH):
                among = keys[start : start + BATCH]
                await session.delete(table, ("collection", "=", name), ("item", "in", among))
