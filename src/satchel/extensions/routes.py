"""Routes of handlers' own, and who may call them.

In charge of: `@app.get(…)` and its sisters, guards, and turning what a handler gives into an answer. Not in charge of:
dispatch (`http/router`). Filled while hooks are loaded; mounted by `app.py` before the wires, so that a handler's route
wins over theirs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from satchel.extensions.answers import ApiError
from satchel.extensions.hook_events import auth_record
from satchel.extensions.record import Record
from satchel.http.cors import CorsPolicy
from satchel.http.mount import Around, ErrorRenderer, Mount
from satchel.http.request import Request
from satchel.http.response import Response, json_response, text_response
from satchel.http.router import Handler, Router
from satchel.policy.actor import Actor
from satchel.wire.pocketbase.identity import NO_TOKEN, NOT_ALLOWED
from satchel.wire.pocketbase.routes import not_found

Guard = Callable[[Actor], None]
"""Raises an ApiError for callers who may not."""

RouteHandler = Callable[[Request], Any]


def require_auth(*collections: str) -> Guard:
    """Only who is signed in (in one of these collections, if any are named)."""

    def guard(actor: Actor) -> None:
        if not actor.signed_in:
            raise ApiError(401, NO_TOKEN)
        if collections and actor.collection not in collections:
            raise ApiError(403, NOT_ALLOWED)

    return guard


def require_superuser() -> Guard:
    """Only who has all rights."""

    def guard(actor: Actor) -> None:
        if not actor.signed_in:
            raise ApiError(401, NO_TOKEN)
        if not actor.admin:
            raise ApiError(403, NOT_ALLOWED)

    return guard


def require_guest() -> Guard:
    """Only who is not signed in."""

    def guard(actor: Actor) -> None:
        if actor.signed_in:
            raise ApiError(400, "The request can be accessed only by guests.")

    return guard


@dataclass(frozen=True, slots=True)
class Caller:
    """What a route's request has in `state`."""

    actor: Actor


def auth_of(request: Request) -> Record | None:
    """Who is signed in, for the request of a route; None for a guest."""
    return auth_record(request.state.actor)


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `methods` in capitals."""

    methods: tuple[str, ...]
    pattern: str
    handler: RouteHandler
    guards: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class _HookMount(Mount):
    """Covers the paths of its routes and no others."""

    def covers(self, path: str) -> bool:
        return bool(self.router.methods(path))


def mount_of(
    routes: list[Route],
    call: Callable[[RouteHandler, Request], Awaitable[Any]],
    actor_of: Callable[[Request], Awaitable[Actor]],
    around: Around,
    render: ErrorRenderer,
    cors: CorsPolicy | None,
) -> Mount | None:
    """The mount of all routes, in the manners of the PocketBase wire; None without any. Raises ValueError for a
    malformed pattern, or a route that is registered twice.
    """
    if not routes:
        return None
    router = Router()
    for route in routes:
        router.add(route.methods, route.pattern, _handler(route, call, actor_of))
    return _HookMount("", router, render, not_found=not_found, around=around, cors=cors, first=True)


def _handler(
    route: Route,
    call: Callable[[RouteHandler, Request], Awaitable[Any]],
    actor_of: Callable[[Request], Awaitable[Actor]],
) -> Handler:
    async def handle(request: Request) -> Response:
        actor = await actor_of(request)
        for guard in route.guards:
            guard(actor)
        request.state = Caller(actor)
        return response_of(await call(route.handler, request))

    return handle


def response_of(value: Any) -> Response:
    """What a handler gave, as an answer: texts as they are, nothing as an empty answer, all else as JSON."""
    match value:
        case Response():
            return value
        case None:
            return Response(200)
        case str():
            return text_response(value)
        case bytes():
            return Response(200, value, content_type="application/octet-stream")
        case Record():
            return json_response(value.values())
        case _:
            return json_response(value)
