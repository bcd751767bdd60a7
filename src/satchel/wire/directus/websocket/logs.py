"""`/websocket/logs`: the log as it is written, for admins.

In charge of: who may look, levels by the names and numbers of this protocol, the messages. Not in charge of: the log
(`logs/`). Mounted by `routes`.

    {"type":"subscribe","log_level":"info"} → {"type":"logs","event":"subscribe"}
    {"type":"logs","data":{"level":30,"time":1795436160000,"msg":"GET /items/posts",…}}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from satchel.errors import SatchelError
from satchel.http import json
from satchel.http.websocket import Socket
from satchel.logs.tail import Entry
from satchel.wire.directus.websocket.connection import Connection
from satchel.wire.directus.websocket.endpoint import RestVoice
from satchel.wire.directus.websocket.services import SocketServices
from satchel.wire.directus.websocket.upgrade import open_connection
from satchel.wire.directus.websocket.words import UNREADABLE, Refused, failure, read, said, uid_of

LEVELS: Mapping[str, int] = {"trace": 10, "debug": 20, "info": 30, "warn": 40, "error": 50, "fatal": 60}
STORED: Mapping[int, int] = {-4: 20, 0: 30, 4: 40, 8: 50}
"""From the numbers of the table to those of this protocol."""
NO_LEVEL = "Validation error: Invalid option: expected one of " + "|".join(f'"{name}"' for name in LEVELS)


class LogsEndpoint:
    """The handler. One per program."""

    def __init__(self, services: SocketServices) -> None:
        self._services = services
        self._voice = RestVoice(services)

    async def serve(self, socket: Socket) -> None:
        services = self._services
        connection = await open_connection(socket, services, "strict", self._voice)
        if connection is None:
            return
        if not connection.actor.admin:
            await socket.refuse(403)
            return
        await socket.accept()
        services.watch.add(connection)
        try:
            while (text := await socket.receive()) is not None:
                connection.heard = True
                await self._take(connection, text)
        finally:
            services.services.log_tail.leave(connection)
            services.watch.remove(connection)

    async def _take(self, connection: Connection, text: str | bytes) -> None:
        uid = b""
        try:
            if not connection.pace.spend(connection.clock()):
                raise Refused("REQUESTS_EXCEEDED", "Too many messages, retry after 1s.")
            try:
                message = read(text)
            except SatchelError:
                raise Refused("INVALID_PAYLOAD", UNREADABLE) from None
            uid = uid_of(message)
            match message.get("type"):
                case "ping":
                    connection.socket.send(said("pong", uid=uid))
                case "subscribe":
                    await self._subscribe(connection, message.get("log_level", "info"), uid)
                case "unsubscribe":
                    self._services.services.log_tail.leave(connection)
                    connection.socket.send(said("logs", b'"event":"unsubscribe"', uid))
                case _:
                    pass
        except SatchelError as error:
            connection.socket.send(failure("logs", error, uid, admin=connection.actor.admin))

    async def _subscribe(self, connection: Connection, level: Any, uid: bytes) -> None:
        if level not in LEVELS:
            raise Refused("INVALID_PAYLOAD", f'{NO_LEVEL} at "log_level"')
        if not await connection.renew(self._services.realtime):
            return  # it has been told
        least = LEVELS[cast("str", level)]

        def tell(entry: Entry) -> None:
            number = STORED.get(int(entry["level"]), int(entry["level"]))
            if number >= least and connection.actor.admin:
                connection.socket.send(with_entry(entry, number, uid))

        await self._services.services.log_tail.listen(connection, tell)
        connection.socket.send(said("logs", b'"event":"subscribe"', uid))


def with_entry(entry: Entry, level: int, uid: bytes) -> bytes:
    """The message for one entry."""
    moment = datetime.strptime(str(entry["created"]).rstrip("Z"), "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    more: Any = entry["data"]
    if isinstance(more, str):
        more = json.decode(more)
    shown = {"level": level, "time": int(moment.timestamp() * 1000), "msg": entry["message"]}
    known = cast("dict[str, Any]", more if isinstance(more, dict) else {})
    return said("logs", b'"data":' + json.encode({**shown, **known}), uid)
