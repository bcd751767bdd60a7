"""Who asks, and what only some may ask.

In charge of: the `Authorization` header, the actor and Context of a request, and the refusals of endpoints that are for
superusers. Not in charge of: tokens (`auth/`), or what an actor may see (the engine). Called by the handlers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.errors import Unauthenticated
from satchel.http.request import Request
from satchel.policy.actor import Actor, Context
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.services import Services

NO_TOKEN = "The request requires valid record authorization token."
NOT_ALLOWED = "The authorized record is not allowed to perform this action."


def token_of(request: Request) -> str | None:
    """The token of the `Authorization` header, with or without `Bearer`; None without one."""
    header = request.header("authorization")
    if not header:
        return None
    return header[7:] if header[:7].lower() == "bearer " else header


async def actor_of(services: Services, request: Request) -> Actor:
    """Who asks. A token that is not valid, or not any more, makes a guest."""
    token = token_of(request)
    ip = request.client_ip
    if token:
        try:
            return await services.accounts.resolve(token, ip=ip)
        except Unauthenticated:
            pass
    return await services.accounts.guest(ip=ip)


async def require_superuser(services: Services, request: Request) -> Actor:
    """Who asks, if that is somebody with all rights. Raises ApiError (401 for guests, 403 for others)."""
    actor = await actor_of(services, request)
    if actor.admin:
        return actor
    if actor.kind == "public":
        raise ApiError(401, NO_TOKEN)
    raise ApiError(403, NOT_ALLOWED)


def context_of(
    services: Services, request: Request, actor: Actor, *, body: Mapping[str, Any] | None = None, kind: str = "default"
) -> Context:
    """What rules may know of this request."""
    method = "GET" if request.method == "HEAD" else request.method
    return services.accounts.context(
        actor, method=method, query=request.query, headers=request.headers, body=body, kind=kind
    )
