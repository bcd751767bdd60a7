"""Items: the same handlers for `/items/{collection}` and for every system collection that has its own path.

In charge of: reading, creating, changing and deleting items in all batch forms. Not in charge of: what the fields are
or who may see them (the engine), singletons (`singleton`), or routes. Made by `routes`, one per resource.

A write answers with what the caller may read of it: nothing readable is an empty answer, not an error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from satchel.engine.verbs import Answer, Session
from satchel.errors import CollectionInactive, Forbidden, InvalidPayload, NotFound
from satchel.http.request import Request
from satchel.http.response import Response, tags_match
from satchel.model.catalog import Collection, Key
from satchel.model.key import decode_key
from satchel.model.system.collections import POCKETBASE_COLLECTIONS
from satchel.model.types import TYPES
from satchel.policy.actor import Context
from satchel.wire.directus import batch, shape, singleton, versioned
from satchel.wire.directus.errors import RouteNotFound
from satchel.wire.directus.export import export
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.parameters import Parameters, sanitise
from satchel.wire.directus.query import Reader, Reading
from satchel.wire.directus.services import Services
from satchel.wire.directus.versioned import Versioned

Result = TypeVar("Result")

SYSTEM_PREFIX = "directus_"
# More rows than this in one write are worth keeping off the event loop of an embedded database.
HEAVY_ROWS = 100
# Types of keys of which a text that is none is told from one that no item has.
EXACT_KEYS = frozenset({"uuid", "integer", "bigInteger"})


@dataclass(frozen=True, slots=True)
class Resource:
    """`collection`: the one that the path stands for; None: the path names it."""

    collection: str | None = None

    @property
    def system(self) -> bool:
        return self.collection is not None


@dataclass(frozen=True, slots=True)
class Match:
    """An `If-Match`. `header`: what was sent; `stored`: the engine's tag of the row just before the transaction;
    `reading`: what a GET with the same query string would answer.

    A caller holds the tag of an answer, so that is what is compared first. The engine then makes sure that the row is
    still the one that was just compared.
    """

    header: str
    stored: str | None
    reading: Reading

    async def tag(self, session: Session) -> str:
        """The tag that the engine has to insist on."""
        answer = await readable(session, self.reading)
        if answer is None or answer.data is None or self.stored is None:
            return self.header
        known = shape.entity_tag(shape.envelope(answer.data))
        return self.stored if tags_match(self.header, known) else self.header


class Items:
    """The handlers of one resource."""

    def __init__(self, services: Services, gate: Gate, reader: Reader, resource: Resource) -> None:
        self.services = services
        self.engine = services.engine
        self.gate = gate
        self.reader = reader
        self.resource = resource
        self.versioned = Versioned(services.engine, services.history.versions, reader)

    # --- what the request is about

    async def target(self, request: Request) -> str:
        """The collection's name. Raises Forbidden for system collections under `/items`."""
        if self.resource.collection is not None:
            return self.resource.collection
        return await self.named(request, request.params["collection"])

    async def named(self, request: Request, name: str) -> str:
        """A name that a caller gave. Raises Forbidden as `target`."""
        if name.startswith(SYSTEM_PREFIX):
            raise Forbidden(f'The collection "{name}" has its own path.')
        if name in POCKETBASE_COLLECTIONS:
            raise Forbidden(f'The collection "{name}" belongs to the other wire.')
        collection = self.engine.catalog.get(name)
        if collection is None and await self.engine.has_come(name):
            collection = self.engine.catalog.get(name)
        if collection is not None and collection.inactive:
            grants = await self.services.accounts.grants(state_of(request).actor)
            if grants.of(name, "list"):
                raise CollectionInactive(f'Collection "{name}" is inactive.', collection=name)
        return name

    def collection(self, name: str) -> Collection:
        """The collection. Raises Forbidden, as for one that may not be seen."""
        found = self.engine.catalog.get(name)
        if found is None:
            raise Forbidden(f'There is no collection "{name}".', collection=name, path=())
        return found

    def is_singleton(self, name: str) -> bool:
        found = self.engine.catalog.get(name)
        return found is not None and found.singleton

    def key_of(self, name: str, value: Any) -> Key:
        """A key from path or payload, in the order of the collection's key. Raises Forbidden if it can't be one."""
        collection = self.collection(name)
        if isinstance(value, bool | dict | list) or value is None:
            raise InvalidPayload("A key must be a string or a number")
        if len(collection.key) <= 1:
            for field in collection.key_fields:
                check_key(field.type, value)
            return (value,)
        parts = decode_key(collection, str(value))
        if parts is None:
            raise Forbidden("No item has such a key.")
        return parts

    # --- reading

    async def read_many(self, request: Request) -> Response:
        """GET: many items, or the one of a singleton."""
        name = await self.target(request)
        state = state_of(request)
        return await self._list(request, name, state.parameters, state.raw)

    async def exported(self, data: bytes, format: str, name: str, context: Context) -> Response:
        """The JSON bytes of an answer as a file."""
        return await export(data, format, name, context.now, guarded=self.services.settings.csv_guard)

    async def search(self, request: Request) -> Response:
        """SEARCH: the same with the query in the body."""
        name = await self.target(request)
        given = batch.search_body(state_of(request).body)
        parameters = sanitise(given.query, self.reader.rules.bounds)
        return await self._list(request, name, parameters, None, keys=given.keys)

    async def _list(
        self,
        request: Request,
        name: str,
        parameters: Parameters,
        raw: bytes | None,
        *,
        keys: Sequence[Any] | None = None,
    ) -> Response:
        if self.is_singleton(name) and not parameters.aggregate and not parameters.group:
            return await singleton.read(self, request, self.collection(name), parameters)
        reading = self.reader.read(name, "list", parameters, raw)
        if keys is not None:
            reading = reading.of_keys([self.key_of(name, key) for key in keys])
        context = self.gate.context(request)
        if versioned.is_asked(parameters):
            answer = await self.versioned.items(context, self.collection(name), reading, parameters)
        else:
            answer = await self.engine.read(reading.query, reading.values, context)
        if parameters.export:
            return await self.exported(answer.data or b"[]", parameters.export, name, context)
        return shape.listed(answer, reading, system=self.resource.system)

    async def read_one(self, request: Request) -> Response:
        """GET of one item by its key. One that is not there is forbidden, like one that may not be seen."""
        name = await self.target(request)
        state = state_of(request)
        key = self.key_of(name, request.params["key"])
        context = self.gate.context(request)
        if versioned.is_asked(state.parameters):
            data = await self.versioned.item(context, self.collection(name), key, state.parameters)
        else:
            reading = self.reader.read(name, "view", state.parameters, state.raw).of_key(key)
            data = (await self.engine.read(reading.query, reading.values, context)).data
        if data is None:
            raise Forbidden("There is no such item.")
        if state.parameters.export:
            return await self.exported(data, state.parameters.export, name, context)
        return shape.enveloped(data)

    # --- writing

    async def create(self, request: Request) -> Response:
        """POST: one object, or a list of them; all or none."""
        name = await self.target(request)
        if self.is_singleton(name):
            raise RouteNotFound(self._router_path(name))
        body = state_of(request).body
        payloads = batch.payloads(body)
        self.check_size(len(payloads))
        if not payloads:
            self.collection(name)
            return shape.enveloped(b"[]")
        reading = self.output(request, name)

        async def work(session: Session) -> Response:
            keys = [await session.create(name, payload, "directus") for payload in payloads]
            if isinstance(body, list):
                return await self.answer_many(session, reading, keys)
            return await self.answer_one(session, reading, keys[0])

        return await self.write(request, name, work, rows=len(payloads))

    async def update_many(self, request: Request) -> Response:
        """PATCH of a list of items with keys, of `{keys, data}` or of `{query, data}`; or of a singleton's item."""
        name = await self.target(request)
        state = state_of(request)
        if self.is_singleton(name):
            return await singleton.update(self, request, self.collection(name))
        reading = self.output(request, name)
        given = batch.update_body(state.body, self.collection(name))
        self.check_size(len(given.items or given.keys or ()))
        if given.items is not None and not given.items:
            return shape.enveloped(b"[]")

        async def work(session: Session) -> Response:
            if given.items is not None:
                pairs = [(self.key_in(name, item), item) for item in given.items]
            else:
                data = given.data or {}
                pairs = [(key, data) for key in await self._keys(session, name, given.keys, given.query)]
            changed = [await self.change(session, name, key, payload) for key, payload in pairs]
            return await self.answer_many(session, reading, [key for key in changed if key is not None])

        return await self.write(request, name, work, rows=len(given.items or given.keys or ()))

    async def update(self, request: Request) -> Response:
        """PATCH of one item. `If-Match` holds the change back unless the item is as the caller saw it."""
        name = await self.target(request)
        text = request.params["key"]
        if self.is_singleton(name):
            raise RouteNotFound(f"{self._router_path(name)}/{text}")
        return await self.update_one(request, name, self.key_of(name, text))

    async def update_one(self, request: Request, name: str, key: Key) -> Response:
        """Change one item by its key and answer it."""
        payload = batch.payload(state_of(request).body)
        reading = self.output(request, name)
        match = await self.match(request, name, key)

        async def work(session: Session) -> Response:
            if_match = None if match is None else await match.tag(session)
            changed = await self.change(session, name, key, payload, if_match=if_match)
            if changed is None:
                return shape.empty()
            return await self.answer_one(session, reading, changed)

        return await self.write(request, name, work)

    async def delete_many(self, request: Request) -> Response:
        """DELETE of a list of keys, of `{keys}` or of `{query}`."""
        await self.delete_found(request, batch.delete_body(state_of(request).body))
        return shape.empty()

    async def delete_found(self, request: Request, given: batch.Batch) -> Sequence[Key]:
        """Delete what a batch names or finds; the keys."""
        name = await self.target(request)
        self.check_size(len(given.keys or ()))

        async def work(session: Session) -> Sequence[Key]:
            keys = await self._keys(session, name, given.keys, given.query)
            for key in keys:
                await self.remove(session, name, key)
            return keys

        return await self.write(request, name, work, rows=len(given.keys or ()))

    async def delete(self, request: Request) -> Response:
        """DELETE of one item."""
        name = await self.target(request)
        key = self.key_of(name, request.params["key"])
        match = await self.match(request, name, key)

        async def work(session: Session) -> Response:
            if_match = None if match is None else await match.tag(session)
            await self.remove(session, name, key, if_match=if_match)
            return shape.empty()

        return await self.write(request, name, work)

    # --- parts of writes

    async def match(self, request: Request, name: str, key: Key) -> Match | None:
        """What the request's `If-Match` says, if it has one."""
        header = request.header("if-match")
        if header is None:
            return None
        self.collection(name)
        stored = await self.engine.etag(name, key)
        return Match(header, stored, self.output(request, name).of_key(key))

    async def write(
        self, request: Request, name: str, work: Callable[[Session], Awaitable[Result]], *, rows: int = 1
    ) -> Result:
        """Run `work` in one transaction on the collection's database."""
        self.collection(name)
        return await self.engine.write(self.gate.context(request), name, work, heavy=rows > HEAVY_ROWS)

    def output(self, request: Request, name: str) -> Reading:
        """What the answer of a write looks like."""
        return self.reader.output(name, state_of(request).parameters)

    async def answer_one(self, session: Session, reading: Reading, key: Key) -> Response:
        answer = await readable(session, reading.of_key(key))
        if answer is None or answer.data is None:
            return shape.empty()
        return shape.enveloped(answer.data)

    async def answer_many(self, session: Session, reading: Reading, keys: Sequence[Key]) -> Response:
        answer = await readable(session, reading.of_keys(keys))
        if answer is None:
            return shape.empty()
        return shape.enveloped(answer.data or b"[]")

    def key_in(self, name: str, item: Mapping[str, Any]) -> Key:
        """The key inside an item of a batch. Raises InvalidPayload when it is not there."""
        collection = self.collection(name)
        values = tuple(item.get(field) for field in collection.key)
        if not values or any(value is None for value in values):
            raise InvalidPayload("Item in update misses primary key")
        for field, value in zip(collection.key_fields, values, strict=True):
            check_key(field.type, value)
        return values

    async def _keys(
        self, session: Session, name: str, keys: Sequence[Any] | None, query: Mapping[str, Any] | None
    ) -> Sequence[Key]:
        """The keys that a batch names, or that its query finds (under the default limit)."""
        if keys is not None:
            return [self.key_of(name, key) for key in keys]
        reading = self.reader.build(name, "list", sanitise(query or {}, self.reader.rules.bounds))
        return await session.keys(reading.query, reading.values)

    async def change(
        self, session: Session, name: str, key: Key, payload: Mapping[str, Any], *, if_match: str | None = None
    ) -> Key | None:
        """Change one item; None when there is none to change (which is no error to those who may change any)."""
        try:
            return await session.update(name, key, payload, "directus", if_match=if_match)
        except NotFound:
            return None

    async def remove(self, session: Session, name: str, key: Key, *, if_match: str | None = None) -> None:
        try:
            await session.delete(name, key, if_match=if_match)
        except NotFound:
            return

    def check_size(self, count: int) -> None:
        """Raise InvalidPayload for a batch past the limit."""
        limit = self.services.settings.max_batch_mutation
        if 0 <= limit < count:
            raise InvalidPayload(f"Exceeded max batch mutation limit of {limit}")

    def _router_path(self, name: str) -> str:
        return "/" if self.resource.system else f"/{name}"


async def readable(session: Session, reading: Reading) -> Answer | None:
    """What the caller may read of a write; None when that is nothing at all."""
    try:
        return await session.read(reading.query, reading.values)
    except Forbidden:
        return None


def check_key(kind: str, value: Any) -> None:
    """Raise Forbidden for what can be no key of a column of this type, as for a key that no item has."""
    if kind in EXACT_KEYS and TYPES[kind].cast(value, False) is None:
        raise Forbidden("No item has such a key.")
