"""The messages `subscribe` and `unsubscribe`.

In charge of: what a connection follows, the first answer, and that nothing is missed or comes before it. Not in charge
of: how events are told (`reading`), or judging them (`realtime/`). Called by `endpoint`.

    {"type":"subscribe","collection":…,"event"?:"create|update|delete","item"?:…,"query"?:{…},"uid"?:…}
        → {"type":"subscription","event":"init","data":[…],"uid":…}, and one such message for each event
    {"type":"unsubscribe","uid"?:…} → {"type":"subscription","event":"unsubscribe","uid":…}
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping
from typing import Any

from satchel.errors import Forbidden
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.model.key import encode_key
from satchel.model.system.collections import POCKETBASE_COLLECTIONS
from satchel.policy.actor import Context
from satchel.realtime.subscription import Asked, Subscription
from satchel.wire.directus.items import SYSTEM_PREFIX, Items, Resource
from satchel.wire.directus.parameters import Parameters, sanitise
from satchel.wire.directus.system import ENDPOINTS
from satchel.wire.directus.websocket.connection import Connection, Followed
from satchel.wire.directus.websocket.items import inner_request
from satchel.wire.directus.websocket.reading import FACTS, ItemsReading, Wish, item_topic, list_topic
from satchel.wire.directus.websocket.services import SocketServices
from satchel.wire.directus.websocket.words import (
    Message,
    Refused,
    expected,
    members,
    object_in,
    said,
    text_in,
    with_uid,
)

EVENTS = ("create", "update", "delete")
NO_EVENT = "Validation error: Invalid option: expected one of " + "|".join(f'"{name}"' for name in EVENTS)
FOLLOWED = frozenset(endpoint.collection for endpoint in ENDPOINTS) | {
    "directus_files",
    "directus_comments",
    "directus_versions",
}
"""The system collections that can be followed: those that are read like items."""
READINGS = 4096
"""How many different wishes are kept, so that equal ones are judged together."""


class SocketOutlet:
    """Where events of one connection go. Subscriptions are named by their uid."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, name: str, message: bytes) -> bool:
        followed = self._connection.followed.get(name)
        if followed is None:
            return self._connection.socket.send(message)
        message = with_uid(message, followed.uid)
        if followed.waiting is None:
            return self._connection.socket.send(message)
        return followed.wait(message, self._connection.socket)

    def close(self) -> None:
        self._connection.socket.close()


class Subscriptions:
    """The handlers. One per program."""

    def __init__(self, services: SocketServices) -> None:
        self._services = services
        self._numbers = itertools.count()
        self._readings: dict[Hashable, ItemsReading] = {}

    async def subscribe(self, connection: Connection, message: Message, uid: bytes) -> None:
        """Follow what the message names, from now on. Errors: Refused, and those of a read; nothing is followed
        then."""
        name = text_in(message, "collection")
        event = message.get("event")
        if event is not None and event not in EVENTS:
            raise Refused("INVALID_PAYLOAD", f'{NO_EVENT} at "event"')
        query = object_in(message, "query")
        items = self._items(name)
        request = inner_request(self._services, connection, "GET", name)
        await items.target(request)
        parameters = sanitise(query, self._services.reader.rules.bounds)
        wish = Wish.of(self._services.reader, name, parameters)
        item = self._item(message, items, name)
        single = item is not None or items.is_singleton(name)
        reading = self._reading(name, query, event, item, wish, parameters, single=single)
        await self._check(connection, wish.asked("list"))
        topic = list_topic(name) if item is None else item_topic(name, item)
        key = uid.decode() if uid else f"#{next(self._numbers)}"
        followed = Followed(uid, Subscription(key, topic, reading))
        before = connection.followed.get(key)
        if before is None and len(connection.followed) >= self._services.settings.websocket_subscriptions_max:
            raise Refused("LIMIT_EXCEEDED", "Subscriptions limit exceeded.")
        connection.followed[key] = followed
        try:
            await self._follow(connection)
            body = b"" if event is not None else await self._first(request, items, item, parameters)
        except BaseException:
            if connection.followed.get(key) is followed:
                del connection.followed[key]
                await self._follow(connection)
            raise
        connection.socket.send(said("subscription", b'"event":"init"' + (b"," + body if body else b""), uid))
        waiting, followed.waiting = followed.waiting or [], None
        for early in waiting:
            connection.socket.send(early)

    async def unsubscribe(self, connection: Connection, uid: bytes) -> bytes:
        """End one subscription, or without a uid all of them; the answer."""
        if uid:
            connection.followed.pop(uid.decode(), None)
        else:
            connection.followed.clear()
        if connection.client is not None:
            await self._follow(connection)
        return said("subscription", b'"event":"unsubscribe"', uid)

    # --- parts

    def _items(self, name: str) -> Items:
        """The handlers of the requests that read the collection. Raises Forbidden where there are none."""
        services = self._services
        if not name.startswith(SYSTEM_PREFIX):
            resource = Resource()
        elif name in FOLLOWED:
            resource = Resource(name)
        else:
            raise Forbidden(f'"{name}" can\'t be subscribed to.', collection=name, path=())
        if name in POCKETBASE_COLLECTIONS:
            raise Forbidden(f'"{name}" belongs to the other wire.', collection=name, path=())
        return Items(services.services, services.gate, services.reader, resource)

    def _item(self, message: Message, items: Items, name: str) -> str | None:
        """The key of the one item that is to be followed, as a text."""
        item = message.get("item")
        if item is None:
            return None
        if isinstance(item, bool) or not isinstance(item, str | int | float):
            raise expected("string", item, "item")
        return encode_key(items.key_of(name, item))

    def _reading(
        self,
        name: str,
        query: Mapping[str, Any],
        event: str | None,
        item: str | None,
        wish: Wish,
        parameters: Parameters,
        *,
        single: bool,
    ) -> ItemsReading:
        """Equal wishes share one reading, and are judged together."""
        same = (name, json.encode(query), event, item is not None, single)
        reading = self._readings.get(same)
        if reading is None:
            if len(self._readings) >= READINGS:
                self._readings.clear()
            reading = ItemsReading(wish, event=event, single=single, meta=parameters.meta)
            self._readings[same] = reading
        return reading

    async def _check(self, connection: Connection, asked: Asked) -> None:
        """Raise what a read of this would raise."""
        context = Context(connection.actor, self._services.accounts.now(), FACTS)
        await self._services.engine.sharing(asked.query, asked.values, context)

    async def _follow(self, connection: Connection) -> None:
        await connection.follow(self._services.realtime, SocketOutlet(connection))

    async def _first(self, request: Request, items: Items, item: str | None, parameters: Parameters) -> bytes:
        """What there is now, as the answer to a request shows it."""
        request.state.parameters = parameters
        if item is None:
            return _members(await items.read_many(request))
        request.params = {**request.params, "key": item}
        return _members(await items.read_one(request))


def _members(response: Response) -> bytes:
    body = response.body
    assert isinstance(body, bytes), "reads without an export answer in one piece"
    return members(body)
