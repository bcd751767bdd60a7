"""Root fields: what each of them reads or writes.

In charge of: from one root field with its arguments to work that can be run, and its bytes. Not in charge of: the order
of the fields and what errors leave (`operations`), selections (`selection`), rights (the engine). Called by
`operations`.

Preparing does nothing yet, so that a document that turns out wrong has done nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from graphql import GraphQLField, GraphQLNonNull

from satchel.engine.verbs import Session
from satchel.errors import Forbidden
from satchel.http import json
from satchel.http.request import Request
from satchel.model.catalog import Catalog, Key
from satchel.policy.actor import Context
from satchel.wire.directus import singleton, versioned
from satchel.wire.directus.facts import Facts
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.graphql.calls import Calls
from satchel.wire.directus.graphql.meaning import Nothing, Root, meaning, type_of
from satchel.wire.directus.graphql.selection import TYPENAME, Group, Reads, Walker, named
from satchel.wire.directus.graphql.system_fields import Call, Own, SchemaText
from satchel.wire.directus.graphql.values import check, pick
from satchel.wire.directus.items import HEAVY_ROWS, Items, readable
from satchel.wire.directus.me import ROLES, USERS, own_key
from satchel.wire.directus.parameters import Parameters
from satchel.wire.directus.query import Reading
from satchel.wire.directus.system import path_of

NULL = b"null"
Work = Callable[[], Awaitable[bytes]]
_METHODS = {"create": "POST", "update": "PATCH", "delete": "DELETE"}
_READS = frozenset({"list", "by_id", "aggregated", "singleton", "by_version"})


@dataclass(frozen=True, slots=True)
class Field:
    """One root field: where it stands, what it is, and its arguments."""

    key: str
    group: Group
    field: GraphQLField
    arguments: Mapping[str, Any]

    @property
    def kind(self) -> Any:
        """The type of its rows."""
        return named(self.field)

    @property
    def certain(self) -> bool:
        """Whether it is never null."""
        return isinstance(type_of(self.field), GraphQLNonNull)


class RootFields:
    """Prepares the root fields of one request. `context`: the caller and the instant for all of them; `readings`: of
    those fields that were asked before with the same text and variables."""

    def __init__(
        self,
        request: Request,
        items: Items,
        calls: Calls,
        walker: Walker,
        catalog: Catalog,
        context: Context,
        readings: dict[str, Reading],
    ) -> None:
        self.request = request
        self.items = items
        self.engine = items.engine
        self.calls = calls
        self.walker = walker
        self.context = context
        self.readings = readings
        self.reads = Reads(walker, catalog, items.reader.rules)

    def prepare(self, field: Field) -> Work:
        """The work of a field. Raises InvalidQuery, Forbidden, GraphQLError, and Conflicting for the whole document."""
        match meaning(field.field):
            case Root() as root:
                return self._read(field, root) if root.kind in _READS else self._write(field, root)
            case Call() as call:
                return self._call(field, call)
            case Own() as own:
                return self._own(field, own)
            case SchemaText():
                return lambda: self._text(field.arguments.get("scope") or "items")
            case Nothing():
                return _nothing
            case other:
                raise AssertionError(f"{field.key} means {other!r}")

    def _context(self, method: str, collection: str, body: Any) -> Context:
        """The context of one field: rules see it as the request that REST would have for it, and so do rate limits.

        Raises TooManyRequests.
        """
        inner = self.items.gate.inner(self.request, method, path_of(collection), {})
        facts = Facts(inner, cast("Mapping[str, Any]", body if isinstance(body, dict) else {}))
        return replace(self.context, request=facts)

    def _plain(self, field: Field, value: Any) -> bytes:
        """A plain value as the field's type is written."""
        return json.encode(pick(self.walker, type_of(field.field), field.group, value, field.key))

    # --- reading

    def _read(self, field: Field, root: Root) -> Work:
        if root.kind == "by_version":
            return self._raw(field, root)
        reading = self.readings.get(field.key)
        if reading is None:
            reading = self.readings[field.key] = self._reading(field, root)
        if root.kind == "by_id":
            return self._by_id(field, root, reading)
        collection, kind, group, arguments = root.collection, field.kind, field.group, field.arguments

        async def work() -> bytes:
            context = self._context("GET", collection, {})
            answer = await self.engine.read(reading.query, reading.values, context)
            if root.kind != "singleton":
                return answer.data or b"[]"
            data = (answer.data or b"[]")[1:-1]
            if data and _is_version(arguments):
                key = await singleton.key_of(self.items, self.items.collection(collection), context)
                one = self.reads.of_rows(collection, kind, group, {}).of_key(key)
                return await self._with_version(collection, key, arguments["version"], one)
            return data or await self._unborn(field, collection)

        return work

    def _reading(self, field: Field, root: Root) -> Reading:
        collection, kind, group = root.collection, field.kind, field.group
        match root.kind:
            case "aggregated":
                return self.reads.of_groups(collection, kind, group, field.arguments)
            case "singleton":
                return self.reads.of_list(collection, kind, group, {"limit": 1})
            case "by_id":
                key = self.items.key_of(collection, field.arguments["id"])
                return self.reads.of_rows(collection, kind, group, {}).of_key(key)
            case _:
                return self.reads.of_list(collection, kind, group, field.arguments)

    def _by_id(self, field: Field, root: Root, reading: Reading) -> Work:
        if not _is_version(field.arguments):
            return lambda: self._one(reading)
        key = self.items.key_of(root.collection, field.arguments["id"])
        return lambda: self._with_version(root.collection, key, field.arguments["version"], reading)

    async def _with_version(self, name: str, key: Key, version: Any, reading: Reading) -> bytes:
        context = self._context("GET", name, {})
        return await self.items.versioned.one(context, self.items.collection(name), key, version, reading)

    def _raw(self, field: Field, root: Root) -> Work:
        """An item with what a version of it holds, as it was saved."""
        check(self.walker, type_of(field.field), field.group)
        grouped = self.walker.collect(field.kind, [node.selection_set for node in field.group])
        names = tuple(group[0].name.value for group in grouped.values() if group[0].name.value != TYPENAME)
        asked = Parameters(fields=names, version=field.arguments["version"], version_raw=True)

        async def work() -> bytes:
            context = self._context("GET", root.collection, {})
            collection = self.items.collection(root.collection)
            if collection.singleton:
                key = await singleton.key_of(self.items, collection, context)
            else:
                key = self.items.key_of(collection.name, field.arguments["id"])
            return self._plain(field, json.decode(await self.items.versioned.item(context, collection, key, asked)))

        return work

    async def _one(self, reading: Reading) -> bytes:
        """One item. Raises Forbidden when there is none."""
        context = self._context("GET", reading.query.collection, {})
        answer = await self.engine.read(reading.query, reading.values, context)
        if answer.data is None:
            raise Forbidden("There is no such item.")
        return answer.data

    async def _unborn(self, field: Field, name: str) -> bytes:
        """A singleton that has no item yet."""
        grants = await self.items.services.accounts.grants(self.context.actor)
        collection = self.items.collection(name)
        return self._plain(field, singleton.unborn(collection, grants.of(name, "list"), whole=collection.system))

    # --- writing

    def _write(self, field: Field, root: Root) -> Work:
        name, arguments = root.collection, field.arguments
        data: Any = arguments.get("data")
        ids: Sequence[Any] = arguments.get("ids") or ()
        rows = len(ids) or (len(cast("list[Any]", data)) if isinstance(data, list) else 1)
        self.items.check_size(rows)
        verb = root.kind.partition("_")[0]
        reading = None
        if verb == "delete":
            check(self.walker, type_of(field.field), field.group)
        elif root.answers:
            reading = self.reads.of_rows(name, field.kind, field.group, arguments)

        async def inside(session: Session) -> bytes:
            keys = await self._written(session, root, arguments)
            if verb == "delete":
                return self._plain(field, {"ids": list(ids), "id": arguments.get("id")})
            return b"true" if reading is None else await _shown(session, reading, keys, many=field.certain)

        async def work() -> bytes:
            context = self._context(_METHODS[verb], name, data)
            return await self.engine.write(context, name, inside, heavy=rows > HEAVY_ROWS)

        return work

    async def _written(self, session: Session, root: Root, arguments: Mapping[str, Any]) -> list[Key]:
        """The keys of what was written."""
        name, items = root.collection, self.items
        data: Any = arguments.get("data")
        match root.kind:
            case "create_one":
                return [await session.create(name, data, "directus")]
            case "create_many":
                return [await session.create(name, payload, "directus") for payload in data or ()]
            case "update_one":
                pairs = [(items.key_of(name, arguments["id"]), data)]
            case "update_many":
                pairs = [(items.key_of(name, key), data) for key in arguments["ids"]]
            case "update_batch":
                pairs = [(items.key_in(name, payload), payload) for payload in data or ()]
            case "update_singleton":
                return [await singleton.save(items, session, items.collection(name), data)]
            case "delete_one":
                await items.remove(session, name, items.key_of(name, arguments["id"]))
                return []
            case "delete_many":
                for key in arguments["ids"]:
                    await items.remove(session, name, items.key_of(name, key))
                return []
            case other:
                raise AssertionError(f"{other} writes nothing")
        changed = [await items.change(session, name, key, payload) for key, payload in pairs]
        return [key for key in changed if key is not None]

    # --- the system scope's own fields

    def _call(self, field: Field, call: Call) -> Work:
        if call.gives == "file":
            reading = self.reads.of_rows("directus_files", field.kind, field.group, {})

            async def imported() -> bytes:
                made = await self.calls.value(call, field.arguments)
                return await self._one(reading.of_key((made["id"],)))

            return imported
        check(self.walker, type_of(field.field), field.group)

        async def work() -> bytes:
            return self._plain(field, await self.calls.value(call, field.arguments))

        return work

    def _own(self, field: Field, own: Own) -> Work:
        actor = state_of(self.request).actor
        if own.what == "roles":
            if actor.kind == "public":
                raise Forbidden("Nobody is signed in.")
            reading = self.reads.of_rows(ROLES, field.kind, field.group, {})
            return lambda: self._many(reading.of_keys([(item,) for item in actor.roles]))
        key = (own_key(actor),)
        reading = self.reads.of_rows(USERS, field.kind, field.group, {}).of_key(key)
        if own.what == "user":
            return lambda: self._one(reading)
        data: Any = field.arguments.get("data") or {}

        async def inside(session: Session) -> bytes:
            await session.update(USERS, key, data, "directus")
            return (await session.read(reading.query, reading.values)).data or NULL

        return lambda: self.engine.write(self._context("PATCH", USERS, data), USERS, inside)

    async def _many(self, reading: Reading) -> bytes:
        context = self._context("GET", reading.query.collection, {})
        return (await self.engine.read(reading.query, reading.values, context)).data or b"[]"

    async def _text(self, scope: Any) -> bytes:
        return json.encode(await self.calls.schema_text(scope))


def _is_version(arguments: Mapping[str, Any]) -> bool:
    """Whether anything but the item as it is was asked for."""
    return arguments.get("version") not in (None, *versioned.MAIN)


async def _nothing() -> bytes:
    return NULL


async def _shown(session: Session, reading: Reading, keys: Sequence[Key], *, many: bool) -> bytes:
    """What the caller may read of what it wrote."""
    if not many:
        answer = await readable(session, reading.of_key(keys[0])) if keys else None
    else:
        answer = await readable(session, reading.of_keys(keys)) if keys else None
    if answer is None or answer.data is None:
        return b"[]" if many else NULL
    return answer.data
