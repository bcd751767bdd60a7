"""The request events of records: listeners around list, view, create, update and delete.

In charge of: what a listener is shown of such a request, and the order: the caller's rights first, then listeners, then
the work. Not in charge of: the work, or events of the writing itself (`engine/item_events`). Called by `records` and
`batch`; where nobody listens, the work is done at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from satchel.engine.request_events import RequestEvent, answered
from satchel.engine.verbs import Answer, Session
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.model.catalog import Action, Collection, Key
from satchel.plan.query import Query
from satchel.policy.actor import Actor, Context
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.identity import context_of
from satchel.wire.pocketbase.query import view_query
from satchel.wire.pocketbase.record_writes import with_key
from satchel.wire.pocketbase.services import Services


@dataclass(frozen=True, slots=True)
class Alone:
    """A request that is answered by itself."""

    services: Services
    request: Request
    context: Context
    session: None = None

    async def admits(self, collection: Collection, body: Mapping[str, Any]) -> bool:
        return await self.services.engine.admits(self.context, collection.name, body)

    async def allows(self, collection: Collection, action: Action, key: Key) -> bool:
        return await self.services.engine.allows(self.context, collection.name, action, key)

    async def read(self, query: Query, key: Key) -> Answer:
        """A record as the program sees it."""
        return await self.services.engine.read(query, (key,), context_of(self.request, SYSTEM))


@dataclass(frozen=True, slots=True)
class Within:
    """A request that is a part of a transaction, which sees what was done before it."""

    services: Services
    request: Request
    context: Context
    session: Session

    async def admits(self, collection: Collection, body: Mapping[str, Any]) -> bool:
        return await self.session.admits(collection.name, body)

    async def allows(self, collection: Collection, action: Action, key: Key) -> bool:
        return await self.session.allows(collection.name, action, key)

    async def read(self, query: Query, key: Key) -> Answer:
        system = await self.session.beside(context_of(self.request, SYSTEM))
        return await system.read(query, (key,))


Place = Alone | Within

Save = Callable[[Mapping[str, Any]], Awaitable[Response]]
"""Does the work with these values in place of the caller's; gives the answer."""

SYSTEM = Actor.system("show a record to a hook")


async def around_create(
    place: Place, collection: Collection, body: Mapping[str, Any], save: Save, refusal: str
) -> Response:
    """Raises ApiError (400, `refusal`) when somebody listens and no create rule would let the record in."""
    if not _heard(place.services, "record_create_request", collection):
        return await save({})
    body = with_key(collection, body)
    if not await place.admits(collection, body):
        raise ApiError(400, refusal)
    return await _saved(place, "record_create_request", _event(place, collection, dict(body), {}), save)


async def around_update(
    place: Place, collection: Collection, key: Key, body: Mapping[str, Any], save: Save
) -> Response:
    if not _heard(place.services, "record_update_request", collection):
        return await save({})
    stored = await _stored(place, collection, "update", key)
    return await _saved(place, "record_update_request", _event(place, collection, {**stored, **body}, stored), save)


async def around_delete(
    place: Place, collection: Collection, key: Key, work: Callable[[], Awaitable[Response]]
) -> Response:
    if not _heard(place.services, "record_delete_request", collection):
        return await work()
    stored = await _stored(place, collection, "delete", key)
    event = _event(place, collection, dict(stored), stored)
    return await answered(place.services.engine.events, "record_delete_request", event, work)


async def around_view(
    services: Services,
    request: Request,
    collection: Collection,
    actor: Actor,
    data: bytes,
    work: Callable[[], Awaitable[Response]],
) -> Response:
    """`data`: the record as it was read for the caller."""
    if not _heard(services, "record_view_request", collection):
        return await work()
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
    if not _heard(services, "records_list_request", collection):
        return await work()
    event = RequestEvent(request, actor, collection, records=msgspec.json.decode(data))
    return await answered(services.engine.events, "records_list_request", event, work)


def _heard(services: Services, event: str, collection: Collection) -> bool:
    return services.engine.events.heard(event, collection.name, collection.id)


def _event(place: Place, collection: Collection, values: dict[str, Any], stored: Mapping[str, Any]) -> RequestEvent:
    return RequestEvent(
        place.request, place.context.actor, collection, values=values, stored=stored, session=place.session
    )


async def _saved(place: Place, name: str, event: RequestEvent, save: Save) -> Response:
    async def work() -> Response:
        response = await save(event.overrides)
        if isinstance(response.body, bytes):
            # what was saved is what a listener sees from now on
            event.values.update(msgspec.json.decode(response.body))
        return response

    return await answered(place.services.engine.events, name, event, work)


async def _stored(place: Place, collection: Collection, action: Action, key: Key) -> dict[str, Any]:
    """The record as it is stored, whole. Raises ApiError (404) when the caller may not do this to it."""
    if not await place.allows(collection, action, key):
        raise ApiError(404)
    query, _ = view_query(collection.name, b"")
    answer = await place.read(query, key)
    if answer.data is None:
        raise ApiError(404)
    found: dict[str, Any] = msgspec.json.decode(answer.data)
    return found
