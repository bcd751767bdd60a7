"""The server about itself: `/server/ping`, `/server/info`, and small services under `/utils`.

In charge of: these answers. Not in charge of: what the settings collection holds, health (`health`). Mounted by
`routes`.
"""

from __future__ import annotations

import contextlib
import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from satchel.auth.redirects import may_redirect
from satchel.auth.sign_on.sign_on import HOME
from satchel.config import Settings, fixed_settings
from satchel.engine.verbs import Engine
from satchel.errors import Forbidden, InvalidPayload, InvalidQuery, NotFound
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context
from satchel.version import VERSION
from satchel.wire.directus import shape
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.health import Health
from satchel.wire.directus.services import Services

SETTINGS = "directus_settings"
PROJECT: Mapping[str, Any] = {
    "project_name": "Satchel",
    "project_descriptor": None,
    "project_logo": None,
    "project_color": "#6644FF",
    "default_appearance": "auto",
    "default_theme_light": None,
    "default_theme_dark": None,
    "theme_light_overrides": None,
    "theme_dark_overrides": None,
    "default_language": "en-US",
    "public_foreground": None,
    "public_background": None,
    "public_favicon": None,
    "public_note": None,
    "custom_css": None,
    "public_registration": False,
    "public_registration_verify_email": True,
}
LICENSE: Mapping[str, Any] = {
    "source": None,
    "entitlements": {"production_enabled": True, "ai_translations_enabled": False, "display_powered_by": "none"},
}
"""What clients read of a licence: nothing is behind a key here, and there are no translations by a model."""
ABSENT: Mapping[str, Any] = {"autoSave": False, "mcp_enabled": False, "mcp_oauth_enabled": False, "ai_enabled": False}
"""What clients ask for and this server does not do."""
FIXED = ("public_url", "storage_url", "trusted_proxies", "studio_extensions_install")
"""Settings of the start that bear on what superusers change while the program runs."""
RANDOM_DEFAULT, RANDOM_MAX = 32, 500
LOG_LEVELS: Mapping[str, int] = {"debug": 20, "info": 30, "warn": 40, "error": 50}
"""By the numbers that clients of this protocol know."""


class Server:
    """The handlers."""

    def __init__(self, services: Services, gate: Gate) -> None:
        self.services = services
        self.engine = services.engine
        self.gate = gate
        caching = gate.caching
        self.health = Health(services, secrets.token_hex(10), None if caching is None else caching.cache)

    def mount(self, router: Router) -> None:
        router.add("GET", "/server/ping", self.ping)
        router.add("GET", "/server/info", self.info)
        router.add("GET", "/server/health", self.health.answer)
        router.add("GET", "/utils/random/string", self.random_string)
        router.add("POST", "/utils/cache/clear", self.clear_cache)
        router.add("POST", "/utils/resolve-redirect", self.resolve_redirect)

    def ping(self, request: Request) -> Response:
        return shape.text("pong")

    async def info(self, request: Request) -> Response:
        """What anybody may know of the project; for those signed in, also what the server can do; for admins, which
        settings are fixed by how it was started.
        """
        project = await public_project(self.engine, self.gate.context(request))
        data: dict[str, Any] = {"project": project, "license": LICENSE}
        actor = state_of(request).actor
        if actor.kind != "public":
            settings = self.services.settings
            data |= {
                **self.gate.limits.info(),
                "extensions": {"limit": None},
                "queryLimit": {"default": settings.query_limit_default, "max": settings.query_limit_max},
                "websocket": _sockets(settings),
                **self._uploads(),
                **ABSENT,
                "version": VERSION,
            }
        if actor.admin:
            data["fixed"] = fixed_settings(self.services.settings, FIXED)
        return shape.value(data)

    def _uploads(self) -> dict[str, Any]:
        """How files may be sent."""
        settings = self.services.settings
        found: dict[str, Any] = {"files": {"mimeTypeAllowList": list(settings.file_types_allowed)}}
        if settings.tus_enabled:
            found["uploads"] = {"tus": True, "chunkSize": settings.tus_chunk_bytes, "maxConcurrency": None}
        return found

    def random_string(self, request: Request) -> Response:
        """Letters and digits from the system's generator."""
        given = request.query.get("length")
        length = RANDOM_DEFAULT
        if given is not None:
            length = int(given) if given.lstrip("-").isascii() and given.lstrip("-").isdigit() else 0
            if length < 1:
                raise InvalidQuery('Validation error: Too small: expected number to be >=1 at "length"')
            if length > RANDOM_MAX:
                raise InvalidQuery(f'Validation error: Too big: expected number to be <={RANDOM_MAX} at "length"')
        alphabet = string.ascii_letters + string.digits
        return shape.value("".join(secrets.choice(alphabet) for _ in range(length)))

    async def clear_cache(self, request: Request) -> Response:
        """Forget all kept answers, in all workers."""
        if not state_of(request).actor.admin:
            raise Forbidden("Only admins clear the cache.")
        await self.services.clearing.clear()
        if self.gate.caching is not None:
            self.gate.caching.cache.clear()
        return Response(200)

    def resolve_redirect(self, request: Request) -> Response:
        """Where a log-in page may send somebody: the given place, if it is one of this server's."""
        body: Any = state_of(request).body
        fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        given, name = fields.get("redirect"), fields.get("provider")
        if given is None:
            raise InvalidPayload('"redirect" is required')
        if not isinstance(given, str):
            raise InvalidPayload('"redirect" must be a string')
        allowed: Sequence[str] = ()
        if isinstance(name, str):
            with contextlib.suppress(NotFound):
                allowed = self.services.sign_on.provider(name).redirect_allow_list
        settings = self.services.settings
        own = (request.base_url, settings.public_url, *settings.auth_allowed_public_urls)
        return shape.value(given if may_redirect(given, own_urls=own, allowed=allowed) else HOME)


async def public_project(engine: Engine, context: Context) -> dict[str, Any]:
    """What anybody may know of the project: a part of the settings, with defaults where nobody has set any."""
    known = engine.catalog.get(SETTINGS)
    if known is None:
        return dict(PROJECT)
    names = [name for name in PROJECT if known.column(name) is not None]
    query = Query(SETTINGS, "directus", select=tuple(Select(name, name) for name in names))
    answer = await engine.read(query, (), replace(context, actor=Actor.system("show the public settings")))
    rows = cast("list[dict[str, Any]]", json.decode(answer.data or b"[]"))
    stored = rows[0] if rows else {}
    return {name: stored.get(name, default) for name, default in PROJECT.items()}


def _sockets(settings: Settings) -> dict[str, Any] | bool:
    if not settings.websockets_enabled:
        return False
    return {
        "rest": {"authentication": settings.websocket_rest_auth, "path": "/websocket"},
        "graphql": {"authentication": settings.websocket_graphql_auth, "path": "/graphql"},
        "heartbeat": settings.websocket_heartbeat_seconds or False,
        "collaborativeEditing": False,
        "logs": {"allowedLogLevels": LOG_LEVELS},
    }
