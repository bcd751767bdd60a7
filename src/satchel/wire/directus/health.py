"""`/server/health`: whether the server can do its work.

In charge of: what is checked, how it is told, and asking no more often than `healthcheck_cache_seconds`. Not in charge
of: the checks' own work (`engine/health`, `storage/health`, `mail/outbox`, `http/pressure`). Mounted by `server`.

Who is signed in learns the status; admins learn what it is made of. Guests are told nothing: `/server/ping` is for
them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from satchel.errors import Forbidden, SatchelError
from satchel.http import json
from satchel.http.answer_cache import AnswerCache
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.storage import health as storage_health
from satchel.version import VERSION
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.services import Services

SLOW_MILLISECONDS = 1000.0
SLOW_CACHE_MILLISECONDS = 150.0
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
    """The handler. `service_id`: the same for all answers of this process. `cache`: the kept answers, if any are."""

    def __init__(self, services: Services, service_id: str, cache: AnswerCache | None) -> None:
        self._services = services
        self._cache = cache
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
        made = await asyncio.gather(self._databases(), self._places(), self._mail())
        found = {name: [check] for part in made for name, check in part.items()}
        if self._cache is not None:
            started = time.perf_counter()
            self._cache.get(self, None)
            found["cache:responseTime"] = [_timed("cache", time.perf_counter() - started, "", SLOW_CACHE_MILLISECONDS)]
        late = self._services.pressure.late * 1000
        limit = float(self._services.settings.pressure_limit_milliseconds)
        if limit:
            found["eventLoop:delay"] = [_check("system", late, limit, status="ok" if late <= limit / 2 else "warn")]
        return found

    async def _databases(self) -> dict[str, Check]:
        found: dict[str, Check] = {}
        for database in await self._services.engine.health():
            name = "store" if database.name == "store" else CLIENTS.get(database.dialect, database.dialect)
            found[f"{name}:responseTime"] = _timed("datastore", database.seconds, database.error)
        return found

    async def _places(self) -> dict[str, Check]:
        """Every place where files are kept."""
        try:
            places = self._services.files.storage.named
        except SatchelError as error:
            return {"storage:responseTime": _timed("objectstore", 0.0, error.message)}
        probed = await asyncio.gather(*(storage_health.probe(place) for place in places.values()))
        return {
            f"storage:{name}:responseTime": _timed("objectstore", seconds, error)
            for name, (seconds, error) in zip(places, probed, strict=True)
        }

    async def _mail(self) -> dict[str, Check]:
        """The mail server, where one is set up."""
        checked = await self._services.people.outbox.check()
        return {} if checked is None else {"email:connection": _timed("email", *checked)}


def _timed(kind: str, seconds: float, error: str, slow: float = SLOW_MILLISECONDS) -> Check:
    milliseconds = seconds * 1000
    status = "error" if error else "warn" if milliseconds > slow else "ok"
    check = _check(kind, milliseconds, slow, status=status)
    if error:
        check["output"] = error
    return check


def _check(kind: str, milliseconds: float, threshold: float, *, status: str) -> Check:
    return {
        "status": status,
        "componentType": kind,
        "observedUnit": "ms",
        "observedValue": round(milliseconds, 3),
        "threshold": threshold,
    }
