"""Enrich: records on their way out, shown to whoever listens for them.

In charge of: finding every record in an answer (those in `expand` too) and raising `record_enrich` for each. Not in
charge of: reading them (the engine) or picking fields (`fields_param`, which comes after). Called by `records` and
`batch`, and only costs anything when somebody listens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec

from satchel.engine.events import Events, nothing
from satchel.engine.request_events import EnrichEvent
from satchel.engine.verbs import Session
from satchel.model.catalog import Catalog
from satchel.policy.actor import Actor

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


async def enriched(
    events: Events, catalog: Catalog, actor: Actor, data: bytes, session: Session | None = None
) -> bytes:
    """An answer's JSON (one record or a list of them) as listeners leave it. `session`: the transaction that the
    answer is made in.
    """
    if not events.heard_by_any("record_enrich"):
        return data
    value = _decode(data)
    await enrich(events, catalog, actor, value, session)
    return _encode(value)


async def enrich(events: Events, catalog: Catalog, actor: Actor, value: Any, session: Session | None = None) -> None:
    """The same in place, for values that are decoded already."""
    for record in _records(value):
        collection = catalog.get(str(record["collectionName"]))
        if collection is None:
            continue
        event = EnrichEvent(actor, collection, record, session)
        await events.run("record_enrich", event, nothing, *event.tags)


def _records(value: Any) -> Iterator[dict[str, Any]]:
    """Every record in a value, the inner ones first."""
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _records(item)
    elif isinstance(value, dict):
        record = cast("dict[str, Any]", value)
        expand = record.get("expand")
        if isinstance(expand, dict):
            for item in list(cast("dict[str, Any]", expand).values()):
                yield from _records(item)
        if "collectionName" in record and "collectionId" in record:
            yield record
