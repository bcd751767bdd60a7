"""The server about itself: `/server/ping`, `/server/info`, `/server/health`, and `/utils/random/string`.

In charge of: these answers. Not in charge of: what the settings collection holds. Mounted by `routes`.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any, cast

from satchel.errors import Forbidden, InvalidQuery, SatchelError
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor
from satchel.version import VERSION
from satchel.wire.directus import shape
from satchel.wire.directus.gate import Gate, state_of
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
RANDOM_DEFAULT, RANDOM_MAX = 32, 500
SLOW_SECONDS = 1.0


class Server:
    """The handlers."""

    def __init__(self, services: Services, gate: Gate) -> None:
        self.services = services
        self.engine = services.engine
        self.gate = gate
        self.service_id = secrets.token_hex(10)

    def mount(self, router: Router) -> None:
        router.add("GET", "/server/ping", self.ping)
        router.add("GET", "/server/info", self.info)
        router.add("GET", "/server/health", self.health)
        router.add("GET", "/utils/random/string", self.random_string)

    def ping(self, request: Request) -> Response:
        return shape.text("pong")

    async def info(self, request: Request) -> Response:
        """What anybody may know of the project; for those signed in, also what the server can do."""
        data: dict[str, Any] = {"project": await self._project(request)}
        if state_of(request).actor.kind != "public":
            settings = self.services.settings
            data |= {
                "rateLimit": False,
                "rateLimitGlobal": False,
                "extensions": {"limit": None},
                "queryLimit": {"default": settings.query_limit_default, "max": settings.query_limit_max},
                "websocket": False,
                "version": VERSION,
            }
        return shape.value(data)

    async def _project(self, request: Request) -> dict[str, Any]:
        """The public part of the settings; the defaults where nobody has set any."""
        known = self.engine.catalog.get(SETTINGS)
        if known is None:
            return dict(PROJECT)
        names = [name for name in PROJECT if known.column(name) is not None]
        context = replace(self.gate.context(request), actor=Actor.system("show the public settings"))
        query = Query(SETTINGS, "directus", select=tuple(Select(name, name) for name in names))
        answer = await self.engine.read(query, (), context)
        rows = cast("list[dict[str, Any]]", json.decode(answer.data or b"[]"))
        stored = rows[0] if rows else {}
        return {name: stored.get(name, default) for name, default in PROJECT.items()}

    async def health(self, request: Request) -> Response:
        """`ok` when the store answers; who is not signed in may not ask."""
        actor = state_of(request).actor
        if actor.kind == "public":
            raise Forbidden("Health is for those who are signed in.")
        started = perf_counter()
        status, failure = "ok", None
        try:
            await self._project(request)
        except SatchelError as error:
            status, failure = "error", error
        seconds = perf_counter() - started
        if status == "ok" and seconds > SLOW_SECONDS:
            status = "warn"
        body: dict[str, Any] = {"status": status}
        if actor.admin:
            check: dict[str, Any] = {
                "status": status,
                "componentType": "datastore",
                "observedUnit": "ms",
                "observedValue": round(seconds * 1000, 3),
                "threshold": SLOW_SECONDS * 1000,
            }
            if failure is not None:
                check["output"] = str(failure)
            checks = {"store:responseTime": [check]}
            body |= {"releaseId": VERSION, "serviceId": self.service_id, "checks": checks}
        return shape.ok(json.encode(body), 503 if status == "error" else 200)

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
