"""`/server/health`: whether the server can do its work.

In charge of: what is checked, how it is told, and asking no more often than `healthcheck_cache_seconds`. Not in charge
of: the checks' own work (`engine/health`, `http/pressure`). Mounted by `server`.

Who is signed in learns the status; admins learn what it is made of. Guests are told nothing: `/server/ping` is for
them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from satchel.engine.health import DatabaseHealth
from satchel.errors import Forbidden
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.version import VERSION
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.services import Services

SLOW_MILLISECONDS = 1000.0
CLIENTS: Mapping[str, str] = {
    "sqlite": "sqlite",
    "postgres": "pg",
    "cockroach": "cockroachdb",
    "mariadb": "mysql",
    "mysql": "mysql",
    "mssql": "mssql",
}
"""What clients of this protocol call the databases."""
RANKS = ("ok", "warn", "error")

Check = dict[str, Any]


class Health:
    """The handler. `service_id`: the same for all answers of this process."""

    def __init__(self, services: Services, service_id: str) -> None:
        self._services = services
        self._service_id = service_id
        self._checking = asyncio.Lock()
        self._checks: dict[str, list[Check]] = {}
        self._until = float("-inf")

    async def answer(self, request: Request) -> Response:
        actor = state_of(request).actor
        if actor.kind == "public":
            raise Forbidden("Health is for those who are signed in.")
        checks = await self._recent()
        status = max((check["status"] for listed in checks.values() for check in listed), key=RANKS.index)
        body: dict[str, Any] = {"status": status}
        if actor.admin:
            body |= {"releaseId": VERSION, "serviceId": self._service_id, "checks": checks}
        return shape.ok(json.encode(body), 503 if status == "error" else 200)

    async def _recent(self) -> dict[str, list[Check]]:
        """The last checks; made now if they are too old, once for all who ask at the same time."""
        async with self._checking:
            if time.monotonic() >= self._until:
                self._checks = await self._made()
                self._until = time.monotonic() + self._services.settings.healthcheck_cache_seconds
            return self._checks

    async def _made(self) -> dict[str, list[Check]]:
        found: dict[str, list[Check]] = {}
        for database in await self._services.engine.health():
            name = "store" if database.name == "store" else CLIENTS.get(database.dialect, database.dialect)
            found[f"{name}:responseTime"] = [_of_database(database)]
        settings = self._services.settings
        late = self._services.pressure.late * 1000
        limit = float(settings.pressure_limit_milliseconds)
        if limit:
            found["eventLoop:delay"] = [_check("system", late, limit, status="ok" if late <= limit / 2 else "warn")]
        return found


def _of_database(database: DatabaseHealth) -> Check:
    milliseconds = database.seconds * 1000
    status = "error" if database.error else "warn" if milliseconds > SLOW_MILLISECONDS else "ok"
    check = _check("datastore", milliseconds, SLOW_MILLISECONDS, status=status)
    if database.error:
        check["output"] = database.error
    return check


def _check(kind: str, milliseconds: float, threshold: float, *, status: str) -> Check:
    return {
        "status": status,
        "componentType": kind,
        "observedUnit": "ms",
        "observedValue": round(milliseconds, 3),
        "threshold": threshold,
    }
