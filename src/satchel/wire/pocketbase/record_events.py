"""The request events of records: listeners around list, view, create, update and delete.

In charge of: what a listener is shown of such a request, and the order: the caller's rights first, then listeners, then
the work. Not in charge of: the work (`records`), or events of the writing itself (`engine/item_events`). Called by
`records`, and only when somebody listens.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from satchel.engine.request_events import RequestEvent, answered
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.model.catalog import Collection, Key
from satchel.policy.actor import Actor, Context
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.identity import context_of
from satchel.wire.pocketbase.query import view_query
from satchel.wire.pocketbase.services import Services

Save = Callable[[Mapping[str, Any]], Awaitable[Response]]
"""Does the work with these values in place of the caller's; gives the answer."""

SYSTEM = Actor.system("show a record to a hook")


async def around_create(
    services: Services,
    request: Request,
    collection: Collection,
    context: Context,
    body: Mapping[str, Any],
    save: Save,
    refusal: str,
) -> Response:
    """Raises ApiError (400, `refusal`) when no create rule would let the record in."""
    if not await services.engine.admits(context, collection.name, body):
        raise ApiError(400, refusal)
    event = RequestEvent(request, context.actor, collection, values=dict(body))
    return await _saved(services, "record_create_request", event, save)


async def around_update(
    services: Services,
    request: Request,
    collection: Collection,
    context: Context,
    key: Key,
    body: Mapping[str, Any],
    save: Save,
) -> Response:
    stored = await _stored(services, request, collection, context, "update", key)
    event = RequestEvent(request, context.actor, collection, values={**stored, **body}, stored=stored)
    return await _saved(services, "record_update_request", event, save)


async def around_delete(
    services: Services,
    request: Request,
    collection: Collection,
    context: Context,
    key: Key,
    work: Callable[[], Awaitable[Response]],
) -> Response:
    stored = await _stored(services, request, collection, context, "delete", key)
    event = RequestEvent(request, context.actor, collection, values=dict(stored), stored=stored)
    return await answered(services.engine.events, "record_delete_request", event, work)


async def around_view(
    services: Services,
    request: Request,
    collection: Collection,
    actor: Actor,
    data: bytes,
    work: Callable[[], Awaitable[Response]],
) -> Response:
    """`data`: the record as it was read for the caller."""
    values: dict[str, Any] = msgspec.json.decode(data)
    event = RequestEvent(request, actor, collection, values=values, stored=values)
    return await answered(services.engine.events, "record_view_request", event, work)


async def around_list(
    services: Services,
    request: Request,
    collection: Collection,
    actor: Actor,
    data: bytes,
    work: Callable[[], Awaitable[Response]],
) -> Response:
    event = RequestEvent(request, actor, collection, records=msgspec.json.decode(data))
    return await answered(services.engine.events, "records_list_request", event, work)


async def _saved(services: Services, name: str, event: RequestEvent, save: Save) -> Response:
    async def work() -> Response:
        response = await save(event.overrides)
        if isinstance(response.body, bytes):
            # what was saved is what a listener sees from now on
            event.values.update(msgspec.json.decode(response.body))
        return response

    return await answered(services.engine.events, name, event, work)


async def _stored(
    services: Services, request: Request, collection: Collection, context: Context, action: Any, key: Key
) -> dict[str, Any]:
    """The record as it is stored, whole. Raises ApiError (404) when the caller may not do this to it."""
    if not await services.engine.allows(context, collection.name, action, key):
        raise ApiError(404)
    query, _ = view_query(collection.name, b"")
    answer = await services.engine.read(query, (key,), context_of(request, SYSTEM))
    if answer.data is None:
        raise ApiError(404)
    found: dict[str, Any] = msgspec.json.decode(answer.data)
    return found
