"""The message `auth`: saying who one is, at first and again.

In charge of: its three forms (a token, e-mail and password, a refresh token) and what it answers. Not in charge of:
what a failure means for the connection. Called by `endpoint`.

    {"type":"auth","access_token":…} | {"email":…,"password":…,"otp"?:…} | {"refresh_token":…}
        → {"type":"auth","status":"ok","uid":…,"refresh_token":…}
"""

from __future__ import annotations

from satchel.auth.accounts import SignIn
from satchel.errors import Unauthenticated
from satchel.http import json
from satchel.wire.directus.gate import SIGN_IN_LABELS, SIGN_IN_PATH
from satchel.wire.directus.websocket.connection import Connection
from satchel.wire.directus.websocket.counting import spend
from satchel.wire.directus.websocket.services import SocketServices
from satchel.wire.directus.websocket.words import Message, said

REFRESH_PATH = "/auth/refresh"


async def sign_in(services: SocketServices, connection: Connection, message: Message, uid: bytes) -> bytes:
    """Be whom the message proves; the answer. Raises Unauthenticated, TooManyRequests; nothing has changed then."""
    token, refresh_token, email = (message.get(name) for name in ("access_token", "refresh_token", "email"))
    if isinstance(token, str) and token:
        await connection.prove(token)
        signed_in = None
    elif isinstance(email, str) and isinstance(message.get("password"), str):
        spend(services, connection, "POST", SIGN_IN_PATH, SIGN_IN_LABELS)
        signed_in = await _login(services, connection, email, message)
    elif isinstance(refresh_token, str) and refresh_token:
        spend(services, connection, "POST", REFRESH_PATH)
        signed_in = await services.accounts.refresh(refresh_token, ip=connection.ip, user_agent=_agent(connection))
    else:
        raise Unauthenticated("The message proves nothing.", reason="credentials")
    if signed_in is not None:
        await connection.prove(signed_in.access_token)
    connection.socket.request.actor = connection.actor
    await connection.follow_identity(services.realtime)
    body = b'"status":"ok"' + (b',"uid":' + uid if uid else b"")
    if signed_in is not None:
        body += b',"refresh_token":' + json.encode(signed_in.refresh_token)
    return said("auth", body)


async def _login(services: SocketServices, connection: Connection, email: str, message: Message) -> SignIn:
    otp = message.get("otp")
    return await services.accounts.login(
        email,
        str(message["password"]),
        otp=otp if isinstance(otp, str) else None,
        ip=connection.ip,
        user_agent=_agent(connection),
    )


def _agent(connection: Connection) -> str | None:
    return connection.socket.request.header("user-agent")
