"""Undo: an item as a revision says that it was.

In charge of: what of a revision is written again. Not in charge of: whether the caller may read the revision or change
the item; both are asked of the engine as for any caller. Called by the Directus wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from satchel.engine.engine import Engine
from satchel.engine.verbs import Session
from satchel.errors import Forbidden
from satchel.expr.nodes import Param
from satchel.history.recorder import REVISIONS, shown
from satchel.model.catalog import Collection
from satchel.model.key import decode_key
from satchel.plan.query import Query, Select
from satchel.policy.actor import Context

BY_ITSELF = frozenset({"date-updated", "user-updated", "role-updated"})
FIELDS = ("collection", "item", "data")


async def revert(engine: Engine, context: Context, number: int) -> None:
    """Write an item's values of a revision again. Raises Forbidden for a revision that the caller may not read, and
    what any update raises."""
    query = Query(
        REVISIONS, "directus", "view", tuple(Select(name, name) for name in FIELDS), key=Param(0), backlink=False
    )
    answer = await engine.read(query, ((number,),), context)
    revision = msgspec.json.decode(answer.data) if answer.data is not None else None
    if revision is None or not isinstance(revision["data"], dict):
        raise Forbidden("There is no such revision.")
    collection = engine.catalog.get(revision["collection"])
    key = None if collection is None else decode_key(collection, revision["item"])
    if collection is None or key is None:
        raise Forbidden("The item of the revision can't be there any more.")

    async def work(session: Session) -> None:
        stored = await engine.stored_item(collection.name, key)
        payload = restored(collection, revision["data"], stored or {})
        await session.update(collection.name, key, payload, "directus")

    await engine.write(context, collection.name, work)


def restored(collection: Collection, data: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What of a revision differs from the item as it is stored, and can be written."""
    now = shown(stored, collection)
    return {
        name: value
        for name, value in data.items()
        if (field := collection.column(name)) is not None
        and name not in collection.key
        and not (field.concealed or field.special & BY_ITSELF)
        and not (name in now and now[name] == value)
    }
