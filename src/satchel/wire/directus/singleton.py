"""Singletons: collections that hold one item, read and written without its key.

In charge of: the answer of an empty one, and creating the item at its first change. Called by `items`
and `graphql/root_fields`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from satchel.engine.verbs import Session
from satchel.errors import Forbidden, PreconditionFailed
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response, tags_match
from satchel.model.catalog import Collection, Key
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context
from satchel.policy.grant import Grant
from satchel.snapshots.defaults import default_value
from satchel.wire.directus import batch, shape, versioned
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.parameters import Parameters

if TYPE_CHECKING:
    from satchel.wire.directus.items import Items, Match


async def read(items: Items, request: Request, collection: Collection, parameters: Parameters) -> Response:
    """The one item as an object; what it would be, while there is none."""
    reading = items.reader.build(collection.name, "list", replace(parameters, limit=1, page=None, offset=None, meta=()))
    context = items.gate.context(request)
    answer = await items.engine.read(reading.query, reading.values, context)
    data = (answer.data or b"[]")[1:-1]
    if data and versioned.is_asked(parameters):
        key = await key_of(items, collection, context)
        data = await items.versioned.item(context, collection, key, parameters)
    if not data:
        return await _empty(items, request, collection)
    if parameters.export:
        return await items.exported(data, parameters.export, collection.name, context)
    return shape.enveloped(data)


async def _empty(items: Items, request: Request, collection: Collection) -> Response:
    grants = await items.services.accounts.grants(state_of(request).actor)
    return shape.value(unborn(collection, grants.of(collection.name, "list"), whole=items.resource.system))


def unborn(collection: Collection, giving: Sequence[Grant], *, whole: bool) -> dict[str, Any]:
    """What a singleton is before there is an item: null for the key, and the fields whose default is not null, as far
    as the caller may see them.

    `whole`: all fields, and 1 for the key that the item will have; clients rely on it for the system's own.
    """
    item: dict[str, Any] = dict.fromkeys(collection.key, 1 if whole else None)
    for field in collection.stored_fields:
        value = default_value(field)
        if (value is None and not whole) or field.name in collection.key:
            continue
        if any(grant.fields is None or field.name in grant.fields for grant in giving):
            item[field.name] = value
    return item


async def key_of(items: Items, collection: Collection, context: Context) -> Key:
    """The key of the item, which the caller may see."""
    found = await _find(items, collection, context)
    assert found is not None
    return found


async def _find(items: Items, collection: Collection, context: Context) -> Key | None:
    first = items.reader.build(collection.name, "list", Parameters(limit=1, fields=collection.key))
    answer = await items.engine.read(first.query, first.values, context)
    rows = json.decode(answer.data or b"[]")
    return tuple(rows[0][name] for name in collection.key) if rows else None


async def update(items: Items, request: Request, collection: Collection) -> Response:
    """Change the item, or create it with these values. `If-Match` holds that back unless the item, or what it would be,
    is as the caller saw it."""
    name = collection.name
    payload = batch.payload(state_of(request).body)
    reading = items.output(request, name)
    seen = None
    if request.header("if-match") is not None:
        key = await _find(items, collection, items.gate.context(request))
        seen = Seen(None if key is None else await items.match(request, name, key))
        if key is None:
            await _check_empty(items, request, collection)

    async def work(session: Session) -> Response:
        key = await save(items, session, collection, payload, seen)
        return await items.answer_one(session, reading, key)

    return await items.write(request, name, work)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a caller insists on: the item as they saw it, or (None) that there is none."""

    match: Match | None


async def _check_empty(items: Items, request: Request, collection: Collection) -> None:
    """Raise PreconditionFailed unless the caller saw that there is no item yet."""
    body = (await _empty(items, request, collection)).body
    known = shape.entity_tag(body) if isinstance(body, bytes) else ""
    if not tags_match(request.header("if-match") or "", known):
        raise PreconditionFailed("The item has changed since.")


async def save(
    items: Items, session: Session, collection: Collection, payload: Mapping[str, Any], seen: Seen | None = None
) -> Key:
    """Write the values into the item, or into a new one. Raises Forbidden when there is one for others only, and
    PreconditionFailed when it is not as the caller saw it."""
    name = collection.name
    first = items.reader.build(name, "list", Parameters(limit=1, fields=collection.key))
    found = await session.keys(first.query, first.values)
    if seen is not None and (seen.match is None) == bool(found):
        raise PreconditionFailed("The item has changed since.")
    if found:
        if_match = None if seen is None or seen.match is None else await seen.match.tag(session)
        return await session.update(name, found[0], payload, "directus", if_match=if_match)
    if await _hidden(items, session, collection):
        raise Forbidden("The item is not for this caller.", collection=name, action="update")
    return await session.create(name, payload, "directus")


async def _hidden(items: Items, session: Session, collection: Collection) -> bool:
    """Whether there is an item that the caller may not see; a second one must not be made beside it."""
    context = replace(session.context, actor=Actor.system("look for a singleton's item"))
    select = tuple(Select(field, field) for field in collection.key)
    answer = await items.engine.read(Query(collection.name, "directus", select=select), (), context)
    return answer.data not in (None, b"[]")
