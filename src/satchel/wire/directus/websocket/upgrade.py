"""The upgrade: who somebody is before the first message, and who may not come in at all.

In charge of: the token in the address, the session cookie and from which pages it counts, the three modes. Not in
charge of: messages. Called by both endpoints.

A browser sends cookies along whatever page opens the connection. So a cookie proves something only for pages of this
server's own address, and of origins that are listed as those that may send cookies; for any other page it is as if
there were none.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from satchel.config import Settings
from satchel.errors import SatchelError, Unavailable
from satchel.http import json
from satchel.http.request import Request
from satchel.http.websocket import Socket
from satchel.wire.directus.errors import wire_errors
from satchel.wire.directus.gate import SESSION_COOKIE
from satchel.wire.directus.shape import JSON_TYPE
from satchel.wire.directus.websocket.connection import Connection, Mode, Pace, Voice
from satchel.wire.directus.websocket.services import SocketServices


def token_of(request: Request, settings: Settings) -> str | None:
    """The token of an upgrade; None without one."""
    queried = request.query.get("access_token")
    if queried:
        return queried
    cookie = request.cookies.get(SESSION_COOKIE)
    return cookie if cookie and is_own_page(request, settings) else None


def is_own_page(request: Request, settings: Settings) -> bool:
    """Whether a cookie that comes with the request was meant to. Programs that are no browsers name no origin."""
    origin = request.header("origin")
    if origin is None:
        return True
    # Whether this server is reached by https is often known to a proxy before it alone; its name is enough.
    host = origin.partition("://")[2]
    if host and host in (request.header("host"), urlsplit(request.base_url).netloc):
        return True
    return settings.cors_credentials and "*" not in settings.cors_origins and origin in settings.cors_origins


async def open_connection(socket: Socket, services: SocketServices, mode: Mode, voice: Voice) -> Connection | None:
    """The connection of a socket, not yet accepted; None when it was refused.

    A token that is worth nothing is answered with 401, as is none at all where the mode is strict. Raises
    TooManyRequests, Unavailable.
    """
    settings, request = services.settings, socket.request
    socket.limit_bytes = settings.realtime_buffer_bytes
    socket.limit_messages = settings.realtime_buffer_messages
    services.gate.limits.spend(request)
    try:
        services.watch.check_room()
        guest = await services.accounts.guest(ip=request.client_ip or None)
        connection = Connection(
            socket, mode, voice, services.accounts, guest, Pace(settings.websocket_messages_per_second)
        )
        token = token_of(request, settings)
        if token is not None:
            await connection.prove(token)
        elif mode == "strict":
            await _refuse(socket, 401, INVALID)
            return None
    except Unavailable:
        raise
    except SatchelError as error:
        _, body = wire_errors(error, admin=False)
        await _refuse(socket, 401, body)
        return None
    request.actor = connection.actor
    if token is None and mode == "handshake":
        connection.phase = "handshake"
        connection.deadline = connection.clock() + settings.websocket_auth_timeout_seconds
    return connection


INVALID: Mapping[str, object] = {
    "errors": [{"message": "Invalid user credentials.", "extensions": {"code": "INVALID_CREDENTIALS"}}]
}


async def _refuse(socket: Socket, status: int, body: Mapping[str, object]) -> None:
    await socket.refuse(status, json.encode(body), JSON_TYPE)
