"""`/websocket`: one connection for items, subscriptions and signing in.

In charge of: the order of a session (the upgrade, the handshake, messages one after the other), which message goes
where, and what failures mean. Not in charge of: the messages' own work (`sign_in`, `items`, `subscriptions`). Mounted
by `routes`.

Messages of one client are answered in the order in which they came; meanwhile nothing more is read of it.
"""

from __future__ import annotations

from satchel.errors import SatchelError
from satchel.http.websocket import Socket
from satchel.wire.directus.websocket.connection import Connection
from satchel.wire.directus.websocket.items import ItemMessages
from satchel.wire.directus.websocket.services import SocketServices
from satchel.wire.directus.websocket.sign_in import sign_in
from satchel.wire.directus.websocket.subscriptions import Subscriptions
from satchel.wire.directus.websocket.upgrade import open_connection
from satchel.wire.directus.websocket.words import (
    UNREADABLE,
    Message,
    Refused,
    expected,
    failed,
    failure,
    read,
    said,
    uid_of,
)

HANDSHAKE_FAILED = "Authentication handshake failed."
FAILED = "Authentication failed."
TOO_MANY = "Too many messages, retry after 1s."


class RestVoice:
    """What time brings, in this endpoint's words."""

    def __init__(self, services: SocketServices) -> None:
        self._services = services

    def timed_out(self, connection: Connection) -> None:
        if connection.phase == "handshake":
            connection.socket.send(failed("auth", "AUTH_FAILED", HANDSHAKE_FAILED))
        else:
            connection.socket.send(failed("auth", "AUTH_TIMEOUT", "Authentication timed out."))
        connection.socket.close()

    def expired(self, connection: Connection) -> None:
        connection.socket.send(failed("auth", "TOKEN_EXPIRED", "Token expired."))
        if connection.mode != "public":
            connection.phase = "expired"
            connection.deadline = connection.clock() + self._services.settings.websocket_auth_timeout_seconds

    def lost(self, connection: Connection) -> None:
        connection.socket.send(failed("auth", "AUTH_FAILED", FAILED))
        if connection.mode != "public":
            connection.socket.close()

    def ping(self, connection: Connection) -> None:
        connection.socket.send(said("ping"))


class WebSocketEndpoint:
    """The handler of `/websocket`. One per program."""

    def __init__(self, services: SocketServices) -> None:
        self._services = services
        self._voice = RestVoice(services)
        self._items = ItemMessages(services)
        self._subscriptions = Subscriptions(services)

    async def serve(self, socket: Socket) -> None:
        services = self._services
        connection = await open_connection(socket, services, services.settings.websocket_rest_auth, self._voice)
        if connection is None:
            return
        await socket.accept()
        services.watch.add(connection)
        try:
            while (text := await socket.receive()) is not None:
                connection.heard = True
                await self._take(connection, text)
        finally:
            services.watch.remove(connection)

    async def _take(self, connection: Connection, text: str | bytes) -> None:
        """Answer one message."""
        if connection.phase == "handshake":
            await self._shake_hands(connection, text)
            return
        uid, kind = b"", "server"
        try:
            if not connection.pace.spend(connection.clock()):
                raise Refused("REQUESTS_EXCEEDED", TOO_MANY)
            try:
                message = read(text)
            except SatchelError:
                raise Refused("INVALID_PAYLOAD", UNREADABLE) from None
            uid = uid_of(message)
            given = message.get("type")
            if not isinstance(given, str):
                raise expected("string", given, "type", there="type" in message)
            if given in ("auth", "items", "subscribe", "unsubscribe"):
                kind = given
            await self._answer(connection, kind, given, message, uid)
        except SatchelError as error:
            if error.status >= 500:
                self._services.observer.note("A message on a WebSocket failed.", "error", error=error)
            connection.socket.send(failure(kind, error, uid, admin=connection.actor.admin))

    async def _answer(self, connection: Connection, kind: str, given: str, message: Message, uid: bytes) -> None:
        send = connection.socket.send
        if kind == "auth":
            await self._sign_in_again(connection, message, uid)
        elif given == "ping":
            send(said("pong", uid=uid))
        elif kind == "server":
            return  # an unknown kind of message, or a sign of life
        elif connection.phase == "expired":
            send(failed("auth", "TOKEN_EXPIRED", "Token expired."))
        elif not await connection.renew(self._services.realtime):
            return  # it has been told
        elif kind == "items":
            send(await self._items.answer(connection, message, uid))
        elif kind == "subscribe":
            await self._subscriptions.subscribe(connection, message, uid)
        else:
            send(await self._subscriptions.unsubscribe(connection, uid))

    async def _shake_hands(self, connection: Connection, text: str | bytes) -> None:
        """The first message says who this is, or ends the connection."""
        try:
            message = read(text)
            if message.get("type") != "auth":
                raise Refused("AUTH_FAILED", HANDSHAKE_FAILED)
            answer = await sign_in(self._services, connection, message, uid_of(message))
        except SatchelError as error:
            self._note(error)
            connection.socket.send(failed("auth", "AUTH_FAILED", HANDSHAKE_FAILED))
            connection.socket.close()
            return
        connection.socket.send(answer)

    async def _sign_in_again(self, connection: Connection, message: Message, uid: bytes) -> None:
        try:
            connection.socket.send(await sign_in(self._services, connection, message, uid))
        except SatchelError as error:
            self._note(error)
            # whoever is not believed is nobody
            await connection.be_guest()
            await connection.follow_identity(self._services.realtime)
            connection.socket.send(failed("auth", "AUTH_FAILED", FAILED, uid))
            if connection.mode != "public":
                connection.socket.close()

    def _note(self, error: SatchelError) -> None:
        if error.status >= 500:
            self._services.observer.note("Signing in on a WebSocket failed.", "error", error=error)
