"""The gate: what happens to every request before its handler, in the order that clients of this protocol rely on.

In charge of: reading the body, finding the token, asking who that is, checking the query parameters; and on the way
out, tags and errors. Not in charge of: routes, or what a handler does. Stands as `around` in the wire's mount.

The order shows: a malformed body is told before a bad token, a bad token before a bad parameter, a bad parameter before
an unknown route.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from satchel.auth.accounts import Accounts
from satchel.auth.tokens import peek
from satchel.auth.user_sessions import SESSION_COOKIE
from satchel.errors import Forbidden, InvalidPayload, NotFound, Unauthenticated
from satchel.http import json
from satchel.http.cookies import cookie_header
from satchel.http.ratelimit import RateLimiter, path_labels
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Handler, Router
from satchel.model.catalog import Catalog
from satchel.policy.actor import Actor, Context
from satchel.wire.directus.caching import Caching
from satchel.wire.directus.errors import MethodNotAllowed, RouteNotFound, wire_errors
from satchel.wire.directus.facts import Facts
from satchel.wire.directus.limits import Limits
from satchel.wire.directus.parameters import NONE, Bounds, Parameters, sanitise
from satchel.wire.directus.shape import CONTENT_POLICY, JSON_TYPE, finish
from satchel.wire.directus.shape import text as text_answer

REFRESH_COOKIE = "directus_refresh_token"
VIEW_AS = "x-satchel-view-as"
"""Names a user as whom somebody with admin access looks at things; nothing can be changed with it."""
OPEN_PATH = "/server/ping"
SIGN_IN_PATH = "/auth/login"
SIGN_IN_PATHS = (SIGN_IN_PATH, "/auth/passkeys/login")
"""What counts as signing in. What is asked before a passkey is shown does not: each log-in page asks it."""
GUEST_PATHS = (SIGN_IN_PATH, "/auth/passkeys")
"""Where an old session must not keep anybody from a new one."""
SIGN_IN_LABELS = ("directus_users:authWithPassword", "*:authWithPassword", "directus_users:auth", "*:auth")
RAW_MAX = 2000
CACHE_SIZE = 2000
ASSET = re.compile(r"/assets/[^/]+(/[^/]*)?")

_BODY_METHODS = frozenset({"POST", "PATCH", "DELETE", "SEARCH", "PUT"})
_EMPTY: Mapping[str, Any] = {}


@dataclass(slots=True)
class State:
    """What the gate found out about one request.

    `body`: the decoded JSON body, `{}` without one. `raw`: the query string, where it may be remembered (it holds no
    token and is not long). `bad_cookie`: the session cookie is worth nothing and is taken back.
    """

    actor: Actor
    body: Any = field(default_factory=dict[str, Any])
    parameters: Parameters = NONE
    raw: bytes | None = b""
    bad_cookie: bool = False


def state_of(request: Request) -> State:
    """The state that the gate left. Only for handlers behind it."""
    return cast("State", request.state)


def context_of(request: Request, body: Mapping[str, Any] = _EMPTY) -> Context:
    """Who asks, one instant for the whole request, and what rules may know of it. Only for handlers behind the gate."""
    return Context(state_of(request).actor, datetime.now(UTC), Facts(request, body))


class Gate:
    """One per wire."""

    def __init__(
        self,
        accounts: Accounts,
        bounds: Bounds,
        session_seconds: int,
        catalog: Callable[[], Catalog],
        limiter: RateLimiter,
        limits: Limits,
        caching: Caching | None,
    ) -> None:
        self.accounts = accounts
        self.limits = limits
        self.caching = caching
        self.limiter = limiter
        self.catalog = catalog
        self.bounds = bounds
        self.session_seconds = session_seconds
        self._known: dict[bytes, Parameters] = {}

    async def around(self, request: Request, handler: Handler) -> Response:
        if request.path == OPEN_PATH:
            answer = handler(request)
            return answer if isinstance(answer, Response) else await answer
        self.limits.spend(request)
        state = request.state = State(Actor.public())
        if request.method in _BODY_METHODS and request.has_body:
            state.body = await _read_body(request)
        request.actor = state.actor = await self._actor(request, state)
        other = request.header(VIEW_AS)
        if other is not None:
            state.actor = await self._seen_as(request, other)
        if self.limiter.active and not state.actor.admin:
            self._spend(request, state.actor)
        if request.query_string:
            self._read_parameters(request, state)
        if self.caching is None:
            result = handler(request)
            return finish(request, result if isinstance(result, Response) else await result)

        async def made() -> Response:
            result = handler(request)
            return result if isinstance(result, Response) else await result

        return finish(request, await self.caching.around(request, state.actor, state.body, made))

    def _spend(self, request: Request, actor: Actor) -> None:
        """Count a request under the rules for paths; signing in has the label that the other wire has for it."""
        path = request.path.rstrip("/") or "/"  # a final slash means nothing here
        labels = path_labels(request.method, path)
        if any(path == own or path.startswith(f"{own}/") for own in SIGN_IN_PATHS):
            labels = (*SIGN_IN_LABELS, *labels)
        self.limiter.check(labels, scope="", client=request.client_ip, guest=actor.kind == "public")

    async def _actor(self, request: Request, state: State) -> Actor:
        token, from_cookie = token_of(request)
        ip = request.client_ip or None
        if token is None:
            return await self.accounts.guest(ip=ip)
        try:
            return await self.accounts.resolve(token, ip=ip)
        except Unauthenticated:
            if from_cookie and request.path.startswith(GUEST_PATHS):
                return await self.accounts.guest(ip=ip)
            state.bad_cookie = from_cookie
            raise

    async def _seen_as(self, request: Request, key: str) -> Actor:
        """The actor as whom an admin looks. Raises Forbidden for others, and for what does more than look."""
        if not request.actor.admin:
            raise Forbidden("Only somebody with admin access may look as another user.")
        if request.method not in ("GET", "HEAD", "SEARCH"):
            raise Forbidden("Nothing can be changed while looking as another user.")
        return await self.accounts.stand_in(key, ip=request.client_ip or None)

    def _read_parameters(self, request: Request, state: State) -> None:
        raw = request.query_string
        if len(raw) > RAW_MAX or b"access_token" in raw:
            state.raw = None
            state.parameters = sanitise(request.query_tree, self.bounds)
            return
        known = self._known.get(raw)
        if known is None:
            known = sanitise(request.query_tree, self.bounds)
            if len(self._known) >= CACHE_SIZE:
                self._known.clear()
            self._known[raw] = known
        state.raw = raw
        state.parameters = known

    def inner(self, request: Request, method: str, path: str, body: Any, query_string: bytes = b"") -> Request:
        """A request that another one makes in its caller's name. It counts against the same limits as one of its own.

        Raises TooManyRequests, InvalidQuery.
        """
        found = request.inner(method, path, query_string=query_string)
        actor = state_of(request).actor
        state = found.state = State(actor, body)
        if self.limiter.active and not actor.admin:
            self._spend(found, actor)
        if query_string:
            self._read_parameters(found, state)
        return found

    def context(self, request: Request) -> Context:
        """Who asks, one instant for the whole request, and what rules may know of it."""
        return context_of(request, _object(state_of(request).body))

    def render_error(self, request: Request, error: Exception) -> Response:
        """Any error as this wire's answer."""
        state = request.state
        admin = isinstance(state, State) and state.actor.admin
        status, body = wire_errors(error, admin=admin, catalog=self.catalog() if admin else None)
        response = Response(status, json.encode(body))
        response.headers.extend(((b"content-type", JSON_TYPE), CONTENT_POLICY))
        if isinstance(state, State) and state.bad_cookie:
            response.add_header("set-cookie", cleared(SESSION_COOKIE, self.session_seconds))
        if isinstance(error, MethodNotAllowed):
            response.add_header("allow", ", ".join(error.details["allowed"]))
        after = getattr(error, "details", {}).get("retry_after_seconds") if status in (429, 503) else None
        if after is not None:
            response.add_header("retry-after", str(after))
        return response


def cleared(name: str, seconds: int) -> str:
    """The Set-Cookie that empties a cookie."""
    return cookie_header(name, "", max_age_seconds=seconds)


def not_found(router: Router) -> Handler:
    """The handler for what no route takes: OPTIONS of a path that has routes, else ROUTE_NOT_FOUND."""

    def handler(request: Request) -> Response:
        if request.method == "OPTIONS":
            allowed = router.methods(request.raw_path)
            if allowed:
                return options_answer(allowed)
        elif ASSET.fullmatch(request.path):
            raise NotFound("There is no such file.")  # nothing else may be learned from it
        raise RouteNotFound(request.path)

    return handler


def options_answer(allowed: tuple[str, ...]) -> Response:
    """What OPTIONS says of a path that has routes."""
    names = ",".join(allowed)
    response = text_answer(names)
    response.add_header("allow", names)
    return response


def _object(body: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", body) if isinstance(body, dict) else _EMPTY


async def _read_body(request: Request) -> Any:
    """The JSON body; `{}` for any other kind. Only objects and arrays are bodies."""
    if request.media_type != "application/json":
        return {}
    body = await request.body()
    if not body.strip():
        return {}
    decoded = json.decode(body)
    if not isinstance(decoded, dict | list):
        raise InvalidPayload("The body must be a JSON object or array")
    return cast("Any", decoded)


def token_of(request: Request) -> tuple[str | None, bool]:
    """The access token, and whether it came as a cookie."""
    queried = request.query.get("access_token") if b"access_token" in request.query_string else None
    header = request.header("authorization")
    bearer = None
    if header is not None:
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "bearer" and rest.strip():
            bearer = rest.strip()
    if queried and bearer:
        raise InvalidPayload("The request uses more than one method for including an access token")
    if queried or bearer:
        return queried or bearer, False
    cookie = request.header("cookie")
    if cookie is not None and SESSION_COOKIE in cookie:
        return request.cookies.get(SESSION_COOKIE) or None, True
    return None, False


def current_session(request: Request) -> str | None:
    """The name of the session that a request came by, which the gate has checked; None for other tokens."""
    token, _ = token_of(request)
    name = (peek(token) or {}).get("session") if token else None
    return name if isinstance(name, str) else None
