"""`SEARCH /studio/api/counts`: how many items each of some collections has, for whoever asks.

In charge of: this request and its answer. Not in charge of: reading (`engine`). Mounted by `routes`.
"""

from __future__ import annotations

import time
from typing import Any

from satchel.engine.verbs import Engine
from satchel.errors import Forbidden, InvalidQuery, StatementTimeout
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.plan.query import Aggregate, Arguments, Query
from satchel.wire.directus import shape
from satchel.wire.directus.bodies import given_list, given_object, only, refuse
from satchel.wire.directus.gate import context_of

COUNTED_MAX = 1000
"""Collections that one request may name."""
SECONDS = 5.0
"""When no further collection is counted: what is counted by then is worth more than waiting for all."""
ALL = Arguments(aggregate=(Aggregate("count", "*"),))


class CountsRoutes:
    """The handler."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mount(self, router: Router, at: str) -> None:
        router.add("SEARCH", at, self.count)

    async def count(self, request: Request) -> Response:
        """SEARCH `{collections}`: `{name: count}`, counted in this order. What the caller may not count is not in it,
        nor what there was no time for.
        """
        body = given_object(request)
        only(body, ("collections",))
        names = given_list(body, "collections")
        if len(names) > COUNTED_MAX:
            refuse(f'"collections" must contain at most {COUNTED_MAX} names')
        context = context_of(request)
        counts: dict[str, Any] = {}
        end = time.monotonic() + SECONDS
        for name in map(str, names):
            if time.monotonic() > end:
                break
            try:
                answer = await self._engine.read(Query(name, "directus", arguments=ALL), (), context)
            except (Forbidden, InvalidQuery, StatementTimeout):
                continue
            (row,) = json.decode(answer.data or b"[{}]")
            if "count" in row:
                counts[name] = row["count"]
        return shape.value(counts)
