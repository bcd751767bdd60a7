"""The message `items`: reading and writing without leaving the connection.

In charge of: turning a message into what the handlers of `/items` take, and their answer into a message. Not in charge
of: what is read or written. Called by `endpoint`.

    {"type":"items","action":"create|read|update|delete","collection":…,"data":…,"id"|"ids":…,"query":{…}}
        → {"type":"items","data":…,"meta":{…}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.wire.directus import batch
from satchel.wire.directus.gate import State
from satchel.wire.directus.items import SYSTEM_PREFIX, Items, Resource
from satchel.wire.directus.parameters import Parameters, sanitise
from satchel.wire.directus.websocket.connection import Connection
from satchel.wire.directus.websocket.counting import spend
from satchel.wire.directus.websocket.services import SocketServices
from satchel.wire.directus.websocket.words import Message, Refused, expected, members, object_in, said, text_in

METHODS: Mapping[str, str] = {"create": "POST", "read": "GET", "update": "PATCH", "delete": "DELETE"}
NO_ACTION = "Validation error: " + " or ".join(f'Invalid input: expected "{name}" at "action"' for name in METHODS)
NO_SYSTEM = "Cannot trigger an action on a system collection."
NO_TARGET = "Either 'ids', 'id' or 'query' is required for a DELETE request."
NULL = b'"data":null'


class ItemMessages:
    """The handler of `items`. One per program."""

    def __init__(self, services: SocketServices) -> None:
        self._services = services
        self._items = Items(services.services, services.gate, services.reader, Resource())

    async def answer(self, connection: Connection, message: Message, uid: bytes) -> bytes:
        """Do what the message asks. Errors: Refused, and those of the engine."""
        action = message.get("action")
        if not isinstance(action, str) or action not in METHODS:
            raise Refused("INVALID_PAYLOAD", NO_ACTION)
        collection = text_in(message, "collection")
        if collection.startswith(SYSTEM_PREFIX):
            raise Refused("INVALID_COLLECTION", NO_SYSTEM)
        query = object_in(message, "query")
        request = inner_request(self._services, connection, METHODS[action], collection)
        match action:
            case "create":
                body = await self._create(request, message, query)
            case "read":
                body = await self._read(request, message, query)
            case "update":
                body = await self._update(request, message, query)
            case _:
                body = await self._delete(request, message, query)
        return said("items", body, uid)

    async def _create(self, request: Request, message: Message, query: Mapping[str, Any]) -> bytes:
        self._put(request, _data(message, several=True), self._output(query))
        return _body(await self._items.create(request))

    async def _read(self, request: Request, message: Message, query: Mapping[str, Any]) -> bytes:
        key, keys = _key(message), _keys(message)
        if key is not None:
            self._put(request, {}, self._parameters(query))
            request.params = {**request.params, "key": key}
            return _body(await self._items.read_one(request))
        self._put(request, {"query": query} if keys is None else {"query": query, "keys": keys})
        return _body(await self._items.search(request))

    async def _update(self, request: Request, message: Message, query: Mapping[str, Any]) -> bytes:
        key, keys = _key(message), _keys(message)
        name = request.params["collection"]
        output = self._output(query)
        if key is not None:
            self._put(request, _data(message), output)
            request.params = {**request.params, "key": key}
            return _body(await self._items.update(request))
        if self._items.is_singleton(name):
            self._put(request, _data(message), output)
        elif keys is not None:
            self._put(request, {"keys": keys, "data": _data(message)}, output)
        elif isinstance(message.get("data"), list):
            self._put(request, message["data"], output)
        else:
            self._put(request, {"query": query, "data": _data(message)}, output)
        return _body(await self._items.update_many(request))

    async def _delete(self, request: Request, message: Message, query: Mapping[str, Any]) -> bytes:
        key, keys = _key(message), _keys(message)
        if key is not None:
            self._put(request, {})
            request.params = {**request.params, "key": key}
            await self._items.delete(request)
            return _told(message["id"])
        if keys is not None:
            self._put(request, {"keys": keys})
            await self._items.delete_many(request)
            return _told(keys)
        if not query:
            raise Refused("INVALID_PAYLOAD", NO_TARGET)
        self._put(request, {"query": query})
        gone = await self._items.delete_found(request, batch.Batch(query=query))
        return _told([found[0] if len(found) == 1 else list(found) for found in gone])

    def _put(self, request: Request, body: Any, parameters: Parameters | None = None) -> None:
        state: State = request.state
        state.body = body
        if parameters is not None:
            state.parameters = parameters

    def _parameters(self, query: Mapping[str, Any]) -> Parameters:
        return sanitise(query, self._services.reader.rules.bounds)

    def _output(self, query: Mapping[str, Any]) -> Parameters:
        """What the answer of a write looks like: fields, and what belongs to them."""
        return self._parameters({name: query[name] for name in ("fields", "deep", "alias") if name in query})


def inner_request(services: SocketServices, connection: Connection, method: str, collection: str) -> Request:
    """The request that a message stands for, counted as one. Raises TooManyRequests."""
    path = f"/items/{collection}"
    actor = connection.actor
    spend(services, connection, method, path)
    request = connection.socket.request.inner(method, path, {"collection": collection})
    request.actor = actor
    request.state = State(actor, raw=None)
    return request


def _body(response: Response) -> bytes:
    """`data` and `meta` of an answer; null for one that may not be read, or a write that found nothing."""
    body = response.body
    if response.status == 204 or not isinstance(body, bytes) or not body:
        return NULL
    return members(body)


def _told(value: Any) -> bytes:
    return b'"data":' + json.encode(value)


def _key(message: Message) -> str | None:
    key = message.get("id")
    if key is None:
        return None
    if isinstance(key, bool) or not isinstance(key, str | int | float):
        raise expected("string", key, "id")
    return str(key)


def _keys(message: Message) -> list[Any] | None:
    keys = message.get("ids")
    if keys is not None and not isinstance(keys, list):
        raise expected("array", keys, "ids")
    return cast("list[Any] | None", keys)


def _data(message: Message, *, several: bool = False) -> Any:
    data = message.get("data")
    if isinstance(data, dict) or (several and isinstance(data, list)):
        return cast("Any", data)
    raise expected("record", data, "data", there="data" in message)
