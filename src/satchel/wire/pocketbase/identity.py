"""Who asks, and what only some may ask.

In charge of: the `Authorization` header, the studio's session, the actor and Context of a request, and the refusals of
endpoints that are for superusers. Not in charge of: tokens (`auth/`), or what an actor may see (the engine). Called by
the handlers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from satchel.auth.user_sessions import SESSION_COOKIE
from satchel.errors import Unauthenticated
from satchel.http.request import Request
from satchel.model.catalog import EMPTY
from satchel.policy.actor import Actor, Context
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.services import Services

STUDIO_HEADER = "x-satchel-studio"
NO_TOKEN = "The request requires valid record authorization token."
NOT_ALLOWED = "The authorized record is not allowed to perform this action."


def token_of(request: Request) -> str | None:
    """The token of the `Authorization` header, with or without `Bearer`; None without one."""
    header = request.header("authorization")
    if not header:
        return None
    return header[7:] if header[:7].lower() == "bearer " else header


def studio_session(request: Request) -> str | None:
    """The session in the cookie of a request that the studio sends; None for others.

    A cookie comes along with every request that a browser makes, whoever wanted it. The studio's own header is one that
    no page of another origin can add without being asked for it first (CORS).
    """
    return request.cookies.get(SESSION_COOKIE) or None if request.header(STUDIO_HEADER) is not None else None


async def actor_of(services: Services, request: Request) -> Actor:
    """Who asks. A token that is not valid, or not any more, makes a guest."""
    token = token_of(request) or studio_session(request)
    ip = request.client_ip
    if token:
        try:
            request.actor = actor = await services.accounts.resolve(token, ip=ip)
            return actor
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


def long_ip(ip: str) -> str:
    """An address as this wire writes it: IPv6 in full length."""
    try:
        return ip_address(ip).exploded
    except ValueError:
        return ip


async def file_reader(services: Services, request: Request) -> Actor:
    """Who asks for a file: whom the file token in `?token=` was made for. One that is not valid makes a guest."""
    ip = request.client_ip
    token = request.query.get("token", "")
    if token:
        records = services.accounts.records
        try:
            verified = await records.verify(token, "file")
        except Unauthenticated:
            return await services.accounts.guest(ip=ip)
        actor = records.actor(verified.record, ip)
        if actor.admin or not verified.record.is_superuser:  # superusers may be kept to some addresses
            return actor
    return await services.accounts.guest(ip=ip)


class Facts(Mapping[str, Any]):
    """What rules may know of a request: `context`, `method`, `query`, `headers`, `body`.

    Query and headers are put together when a rule asks for them; most don't.
    """

    __slots__ = ("_body", "_headers", "_kind", "_method", "_request")

    def __init__(self, request: Request, body: Mapping[str, Any], kind: str, *, method: str = "") -> None:
        self._method = method or ("GET" if request.method == "HEAD" else request.method)
        self._request = request
        self._body = body
        self._kind = kind
        self._headers: Mapping[str, str] | None = None

    def __getitem__(self, name: str) -> Any:
        match name:
            case "context":
                return self._kind
            case "method":
                return self._method
            case "query":
                return self._request.query
            case "headers":
                if self._headers is None:
                    self._headers = header_facts(self._request.headers)
                return self._headers
            case "body":
                return self._body
            case _:
                raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(("context", "method", "query", "headers", "body"))

    def __len__(self) -> int:
        return 5


def header_facts(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by the names that rules know them by: `X-Token` is `x_token`."""
    return {name.lower().replace("-", "_"): value for name, value in headers.items()}


def context_of(request: Request, actor: Actor, *, body: Mapping[str, Any] = EMPTY, kind: str = "default") -> Context:
    """The Context of a request, with one instant for all of it."""
    return Context(actor, datetime.now(UTC), Facts(request, body, kind))
