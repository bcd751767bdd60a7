"""Subscriptions on `/graphql`, by the protocol graphql-transport-ws; queries and mutations too.

In charge of: that protocol's messages, their order, and the codes with which it ends connections. Not in charge of:
documents (`wire/directus/graphql`), or who may know of an event (`realtime/`). Mounted by `routes`.

    {"type":"connection_init","payload":{"access_token":…}} → {"type":"connection_ack"}
    {"id":…,"type":"subscribe","payload":{"query":…,"variables":…,"operationName":…}}
        → {"id":…,"type":"next","payload":{"data":{…}}} for each event, or {"id":…,"type":"error","payload":[…]}
    {"id":…,"type":"complete"}
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from satchel.engine.ledger import ChangeAction
from satchel.engine.verbs import Answer
from satchel.errors import SatchelError
from satchel.http import json
from satchel.http.websocket import Socket
from satchel.model.catalog import Collection
from satchel.plan.query import Query, Select
from satchel.policy.actor import Context
from satchel.realtime.images import Entry
from satchel.realtime.subscription import Asked, Reach, Subscription
from satchel.wire.directus.errors import wire_errors
from satchel.wire.directus.gate import State
from satchel.wire.directus.graphql.http import GraphQL
from satchel.wire.directus.websocket.connection import Connection, Followed
from satchel.wire.directus.websocket.counting import spend
from satchel.wire.directus.websocket.reading import FACTS, list_topic
from satchel.wire.directus.websocket.services import SocketServices
from satchel.wire.directus.websocket.sign_in import sign_in
from satchel.wire.directus.websocket.upgrade import open_connection
from satchel.wire.directus.websocket.words import Message, read

if TYPE_CHECKING:
    from satchel.wire.directus.graphql.subscriptions import Subscribed

PROTOCOL = "graphql-transport-ws"
PATH = "/graphql"
BAD, UNAUTHORIZED, FORBIDDEN, WRONG_PROTOCOL, TOO_SLOW, TAKEN, TOO_MANY = 4400, 4401, 4403, 4406, 4408, 4409, 4429
ID_LENGTH_MAX = 255
READINGS = 4096


class GraphQLVoice:
    """What time brings, in this protocol's codes. Signs of life are asked for below it, by the connection itself."""

    def timed_out(self, connection: Connection) -> None:
        connection.socket.close(TOO_SLOW, "Connection initialisation timeout")

    def expired(self, connection: Connection) -> None:
        connection.socket.close(FORBIDDEN, "Forbidden")

    def lost(self, connection: Connection) -> None:
        connection.socket.close(FORBIDDEN, "Forbidden")

    def ping(self, connection: Connection) -> None:
        connection.heard = True


class GraphQLReading:
    """How subscriptions with the same document are told: each item by a message of its own."""

    gathers = False
    counted = None
    facts = FACTS

    def __init__(self, subscribed: Subscribed) -> None:
        self._subscribed = subscribed

    def asked(self, collection: Collection, reach: Reach, action: ChangeAction, *, admin: bool) -> Asked | None:
        wanted = self._subscribed
        if wanted.event is not None and wanted.event != action:
            return None
        if action == "delete" or not wanted.wants_data:
            return key_asked(collection)
        return Asked(wanted.query, wanted.values, personal=True)

    def message(self, entry: Entry, data: Sequence[bytes], counts: Answer | None = None) -> bytes:
        shown = data[0] if entry.action != "delete" and self._subscribed.wants_data else None
        return self._subscribed.payload(entry.key, entry.action, shown)


def key_asked(collection: Collection) -> Asked:
    """Only the key: who may not see that is not told which item it was."""
    return Asked(Query(collection.name, "directus", "list", tuple(Select(name, name) for name in collection.key)))


class GraphQLOutlet:
    """Where events of one connection go."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, name: str, message: bytes) -> bool:
        followed = self._connection.followed.get(name)
        return followed is None or self._connection.socket.send(_next(followed.uid, message))

    def close(self) -> None:
        self._connection.socket.close(1001)


class GraphQLEndpoint:
    """The handler of `/graphql`. One per program."""

    def __init__(self, services: SocketServices, graphql: GraphQL) -> None:
        self._services = services
        self._graphql = graphql
        self._voice = GraphQLVoice()
        self._readings: dict[Hashable, GraphQLReading] = {}

    async def serve(self, socket: Socket) -> None:
        services = self._services
        connection = await open_connection(socket, services, services.settings.websocket_graphql_auth, self._voice)
        if connection is None:
            return
        if PROTOCOL not in socket.offered:
            await socket.accept()
            socket.close(WRONG_PROTOCOL, "Subprotocol not acceptable")
            return
        await socket.accept(PROTOCOL)
        connection.phase = "handshake"
        connection.deadline = connection.clock() + services.settings.websocket_auth_timeout_seconds
        services.watch.add(connection)
        try:
            while (text := await socket.receive()) is not None:
                await self._take(connection, text)
        finally:
            services.watch.remove(connection)

    async def _take(self, connection: Connection, text: str | bytes) -> None:
        socket = connection.socket
        if not connection.pace.spend(connection.clock()):
            socket.close(TOO_MANY, "Too many requests")
            return
        try:
            message = read(text)
        except SatchelError:
            socket.close(BAD, "Invalid message received")
            return
        match message.get("type"):
            case "connection_init":
                await self._init(connection, message)
            case "ping":
                socket.send(b'{"type":"pong"}')
            case "pong":
                pass
            case "subscribe" if connection.phase == "handshake":
                socket.close(UNAUTHORIZED, "Unauthorized")
            case "subscribe":
                await self._subscribe(connection, message)
            case "complete":
                await self._complete(connection, message)
            case _:
                socket.close(BAD, "Invalid message received")

    async def _init(self, connection: Connection, message: Message) -> None:
        """Say who this is. What proves nothing is as good as nothing, where guests may come."""
        if connection.phase != "handshake":
            connection.socket.close(TOO_MANY, "Too many initialisation requests")
            return
        given: Any = message.get("payload")
        payload = cast("Message", given if isinstance(given, dict) else {})
        try:
            if any(payload.get(name) for name in ("access_token", "refresh_token", "email")):
                await sign_in(self._services, connection, payload, b"")
            elif connection.token is None and connection.mode != "public":
                connection.socket.close(FORBIDDEN, "Forbidden")
                return
        except SatchelError:
            connection.socket.close(FORBIDDEN, "Forbidden")
            return
        connection.phase, connection.deadline = "open", None
        connection.socket.send(b'{"type":"connection_ack"}')

    async def _subscribe(self, connection: Connection, message: Message) -> None:
        """Begin an operation. Its errors are told under its id, and end it."""
        socket = connection.socket
        name, payload = message.get("id"), message.get("payload")
        if not isinstance(name, str) or not 0 < len(name) <= ID_LENGTH_MAX or not isinstance(payload, dict):
            socket.close(BAD, "Invalid message received")
            return
        if name in connection.followed:
            socket.close(TAKEN, f"Subscriber for {name[:80]} already exists")
            return
        if not await connection.renew(self._services.realtime):
            return  # it is closed
        given = cast("Mapping[str, Any]", payload)
        text, variables, operation = given.get("query"), given.get("variables"), given.get("operationName")
        if not isinstance(text, str) or not isinstance(variables, dict | None) or not isinstance(operation, str | None):
            socket.close(BAD, "Invalid message received")
            return
        named = cast("Mapping[str, Any]", variables or {})
        # the parser takes a moment to load, so only who needs it pays for it
        from graphql import GraphQLError, OperationType

        from satchel.wire.directus.graphql.documents import InvalidDocument, located, worded
        from satchel.wire.directus.graphql.subscriptions import read_subscription

        requests = self._graphql.requests
        try:
            spend(self._services, connection, "POST", PATH)
            known = await requests.schema(connection.actor, "items")
            document = await known.read(text)
            if document.operation(operation).operation is not OperationType.SUBSCRIPTION:
                await self._run(connection, name, text, named, operation)
                return
            subscribed = read_subscription(known, document, requests.reader.rules, named, operation)
            await self._follow(connection, name, subscribed)
        except InvalidDocument as error:
            socket.send(_failed(name, error.errors))
        except GraphQLError as error:
            told: dict[str, Any] = {"message": worded(error.message, None)}
            socket.send(_failed(name, [{**told, "locations": located(error)} if error.locations else told]))
        except SatchelError as error:
            if error.status >= 500:
                self._services.observer.note("A GraphQL subscription failed.", "error", error=error)
            socket.send(_failed(name, wire_errors(error, admin=connection.actor.admin)[1]["errors"]))

    async def _run(
        self, connection: Connection, name: str, text: str, variables: Mapping[str, Any], operation: str | None
    ) -> None:
        """Answer a query or a mutation, which ends with its answer."""
        request = connection.socket.request.inner("POST", PATH, {})
        request.actor = connection.actor
        request.state = State(connection.actor, raw=None)
        response = await self._graphql.requests.run(request, "items", text, variables, operation)
        body = response.body
        assert isinstance(body, bytes), "GraphQL answers in one piece"
        encoded = json.encode(name)
        connection.socket.send(_next(encoded, body))
        connection.socket.send(b'{"id":%b,"type":"complete"}' % encoded)

    async def _follow(self, connection: Connection, name: str, subscribed: Subscribed) -> None:
        services = self._services
        collection = services.engine.catalog.get(subscribed.collection)
        if collection is None or len(connection.followed) >= services.settings.websocket_subscriptions_max:
            connection.socket.send(_failed(name, [{"message": "Subscriptions limit exceeded."}]))
            return
        context = Context(connection.actor, services.accounts.now(), FACTS)
        asked = [key_asked(collection)]
        if subscribed.wants_data:
            asked.append(Asked(subscribed.query, subscribed.values))
        for item in asked:  # raises what a read would raise
            await services.engine.sharing(item.query, item.values, context)
        subscription = Subscription(name, list_topic(subscribed.collection), self._reading(subscribed))
        connection.followed[name] = Followed(json.encode(name), subscription, None)
        try:
            await self._tell(connection)
        except BaseException:
            connection.followed.pop(name, None)
            raise

    def _reading(self, subscribed: Subscribed) -> GraphQLReading:
        """Equal documents share one reading, and are judged together."""
        same = (subscribed.query, repr(subscribed.values), subscribed.event, subscribed.key, subscribed.layout)
        reading = self._readings.get(same)
        if reading is None:
            if len(self._readings) >= READINGS:
                self._readings.clear()
            reading = self._readings[same] = GraphQLReading(subscribed)
        return reading

    async def _complete(self, connection: Connection, message: Message) -> None:
        if connection.followed.pop(str(message.get("id")), None) is not None:
            await self._tell(connection)

    async def _tell(self, connection: Connection) -> None:
        """Let realtime know what this connection follows by now."""
        await connection.follow(self._services.realtime, GraphQLOutlet(connection))


def _next(name: bytes, payload: bytes) -> bytes:
    return b'{"id":%b,"type":"next","payload":%b}' % (name, payload)


def _failed(name: str, errors: Sequence[Mapping[str, Any]]) -> bytes:
    return b'{"id":%b,"type":"error","payload":%b}' % (json.encode(name), json.encode(errors))
