"""Records: list, view, create, update, delete.

In charge of: the order of checks, the statuses and texts of these endpoints, and the writes that `batch` shares. Not in
charge of: parameters (`query`), bodies (`body`), or who may do what (the engine). Called by `routes` and `batch`.

A missing rule is 403 for all but superusers. A rule that is not met hides the record: the list lacks it, the other
endpoints answer 404, and a create is refused with 400.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from satchel.engine.verbs import Session
from satchel.errors import Forbidden, InvalidQuery
from satchel.files.files import contents_of
from satchel.http.request import Request
from satchel.http.response import Response, entity_tag, no_content, not_modified, tags_match
from satchel.model.catalog import Action, Collection, Key
from satchel.model.key import decode_key
from satchel.model.system.collections import POCKETBASE_COLLECTIONS, SYSTEM_BY_NAME
from satchel.plan.query import Query
from satchel.policy.actor import Actor, Context
from satchel.wire.pocketbase import record_events
from satchel.wire.pocketbase.enrich import enriched
from satchel.wire.pocketbase.errors import (
    NO_COLLECTION,
    SUPERUSERS_ONLY,
    ApiError,
    UnknownCollection,
    generic,
)
from satchel.wire.pocketbase.fields_param import Picker
from satchel.wire.pocketbase.identity import actor_of, context_of
from satchel.wire.pocketbase.query import list_query, view_query
from satchel.wire.pocketbase.record_writes import NOT_CREATED, create, delete, update
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import list_response, record_response
from satchel.wire.pocketbase.uploads import FORM, read_record_body

INVALID_COLLECTION = "Missing or invalid collection context."
UNSUPPORTED = "Unsupported collection type."


def find_collection(services: Services, name: str, message: str = NO_COLLECTION) -> Collection:
    """The collection of that name or id. Raises UnknownCollection."""
    found = services.engine.catalog.find(name)
    if found is None or not is_served(found):
        raise UnknownCollection(name, message)
    return found


def is_served(collection: Collection) -> bool:
    """Whether this wire knows the collection: no folder, and of Satchel's own those that PocketBase has."""
    name = collection.name
    return collection.kind != "folder" and (name not in SYSTEM_BY_NAME or name in POCKETBASE_COLLECTIONS)


def key_of(collection: Collection, text: str) -> Key:
    """The key that an id in a URL stands for. Raises ApiError (404) for one that no record can have."""
    key = decode_key(collection, text)
    if key is None or "\0" in text:
        raise ApiError(404)
    return key


async def check_rule(services: Services, actor: Actor, collection: Collection, action: Action) -> None:
    """Raises ApiError (403) when nothing at all grants the action: PocketBase's rule `null`."""
    grants = await services.accounts.grants(actor)
    if not grants.of(collection.name, action):
        raise ApiError(403, SUPERUSERS_ONLY)


@dataclass(frozen=True, slots=True)
class Match:
    """An `If-Match`. `header`: what was sent; `stored`: the engine's tag of the row just before the transaction.

    A caller holds the tag of an answer, so that is what is compared first. The engine then makes sure that the row is
    still the one that was just compared.
    """

    header: str
    stored: str | None
    query: Query
    fields: Picker | None
    key: Key

    async def tag(self, session: Session) -> str:
        """The tag that the engine has to insist on."""
        try:
            answer = await session.read(self.query, (self.key,))
        except (InvalidQuery, Forbidden):
            return self.header
        if answer.data is None or self.stored is None:
            return self.header
        known = entity_tag(_bytes(record_response(answer.data, self.fields)))
        return self.stored if tags_match(self.header, known) else self.header


class Records:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def list(self, request: Request) -> Response:
        services = self._services
        collection = find_collection(services, request.params["collection"])
        actor = await actor_of(services, request)
        await check_rule(services, actor, collection, "list")
        asked = list_query(collection.name, request.query_string, superuser=actor.admin)
        if collection.type == "view" and any(key.special == "rowid" for key in asked.query.arguments.sort):
            raise generic()
        try:
            answer = await services.engine.read(asked.query, asked.values, context_of(request, actor))
        except (InvalidQuery, Forbidden) as error:
            raise generic() from error
        total = None if asked.skip_total else answer.matching
        data = answer.data or b"[]"

        async def respond() -> Response:
            shown = await self._enriched(actor, data)
            return list_response(shown, page=asked.page, per_page=asked.per_page, total=total, fields=asked.fields)

        return await record_events.around_list(services, request, collection, actor, data, respond)

    async def view(self, request: Request) -> Response:
        services = self._services
        collection = find_collection(services, request.params["collection"])
        actor = await actor_of(services, request)
        await check_rule(services, actor, collection, "view")
        query, fields = view_query(collection.name, request.query_string)
        key = key_of(collection, request.params["id"])
        try:
            answer = await services.engine.read(query, (key,), context_of(request, actor))
        except (InvalidQuery, Forbidden):
            raise ApiError(404) from None
        data = answer.data
        if data is None:
            raise ApiError(404)

        async def respond() -> Response:
            response = record_response(await self._enriched(actor, data), fields)
            known = request.header("if-none-match")
            return response if known is None else _tagged(response, known)

        return await record_events.around_view(services, request, collection, actor, data, respond)

    async def create(self, request: Request) -> Response:
        services = self._services
        collection = writable(find_collection(services, request.params["collection"], INVALID_COLLECTION))
        actor = await actor_of(services, request)
        if request.media_type == FORM:
            await check_rule(services, actor, collection, "create")  # files of those who may write none are not read
        body = await read_record_body(request, collection, services.files)
        await check_rule(services, actor, collection, "create")
        query, fields = view_query(collection.name, request.query_string, written=True)

        context = context_of(request, actor, body=body)

        async def work(session: Session) -> bytes:
            return await create(session, collection, body, query)

        async def save(overrides: Mapping[str, Any]) -> Response:
            data = await self._write(request, body, _with(context, overrides), collection, work)
            return record_response(await self._enriched(actor, data), fields)

        place = record_events.Alone(services, request, context)
        return await record_events.around_create(place, collection, body, save, NOT_CREATED)

    async def update(self, request: Request) -> Response:
        services = self._services
        collection = writable(find_collection(services, request.params["collection"], INVALID_COLLECTION))
        actor = await actor_of(services, request)
        if request.media_type == FORM:
            await check_rule(services, actor, collection, "update")  # files of those who may write none are not read
        body = await read_record_body(request, collection, services.files)
        await check_rule(services, actor, collection, "update")
        query, fields = view_query(collection.name, request.query_string, written=True)
        key = key_of(collection, request.params["id"])
        match = await self._match(request, collection, key)

        context = context_of(request, actor, body=body)

        async def work(session: Session) -> bytes:
            if_match = None if match is None else await match.tag(session)
            return await update(session, collection, key, body, query, if_match=if_match)

        async def save(overrides: Mapping[str, Any]) -> Response:
            data = await self._write(request, body, _with(context, overrides), collection, work)
            return record_response(await self._enriched(actor, data), fields)

        place = record_events.Alone(services, request, context)
        return await record_events.around_update(place, collection, key, body, save)

    async def delete(self, request: Request) -> Response:
        services = self._services
        collection = writable(find_collection(services, request.params["collection"]))
        actor = await actor_of(services, request)
        await check_rule(services, actor, collection, "delete")
        key = key_of(collection, request.params["id"])
        match = await self._match(request, collection, key)

        async def work(session: Session) -> None:
            if_match = None if match is None else await match.tag(session)
            await delete(session, collection, key, if_match=if_match)

        context = context_of(request, actor)

        async def remove() -> Response:
            await services.engine.write(context, collection.name, work)
            return no_content()

        place = record_events.Alone(services, request, context)
        return await record_events.around_delete(place, collection, key, remove)

    async def _write(
        self,
        request: Request,
        body: Mapping[str, Any],
        context: Context,
        collection: Collection,
        work: Callable[[Session], Awaitable[bytes]],
    ) -> bytes:
        """Write, with the new files of the body, which only a form can bring, within reach."""
        engine = self._services.engine
        if request.media_type != FORM:
            return await engine.write(context, collection.name, work)
        async with self._services.files.ready(contents_of((body,))):
            return await engine.write(context, collection.name, work)

    async def _enriched(self, actor: Actor, data: bytes) -> bytes:
        engine = self._services.engine
        return await enriched(engine.events, engine.catalog, actor, data)

    async def _match(self, request: Request, collection: Collection, key: Key) -> Match | None:
        """What the request's `If-Match` says, if it has one."""
        header = request.header("if-match")
        if header is None:
            return None
        stored = await self._services.engine.etag(collection.name, key)
        return Match(header, stored, *view_query(collection.name, request.query_string), key)


def _with(context: Context, overrides: Mapping[str, Any]) -> Context:
    return replace(context, overrides=overrides) if overrides else context


def _tagged(response: Response, known: str) -> Response:
    """The answer to a caller that asks by tags: with its own tag, or 304. PocketBase's clients never do."""
    tag = entity_tag(_bytes(response))
    if tags_match(known, tag):
        return not_modified(response, tag)
    response.add_header("etag", tag)
    return response


def _bytes(response: Response) -> bytes:
    assert isinstance(response.body, bytes)
    return response.body


def writable(collection: Collection) -> Collection:
    """The collection. Raises ApiError (400) for one that has no records of its own."""
    if collection.type == "view":
        raise ApiError(400, UNSUPPORTED)
    return collection
