"""Activity, by what was done in one go: an addition to Directus's endpoints.

In charge of: `GET /activity/operations`, which operations entries belong to, and `GET /activity/operations/:operation`,
the entries of one. Both take the query of `GET /activity` and show what that shows. Not in charge of: which entries
belong together (`history/operations`). Mounted by `routes`.
"""

from __future__ import annotations

from dataclasses import replace

from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.items import Items


class ActivityItems(Items):
    """The handlers of `/activity`."""

    def mount(self, router: Router) -> None:
        router.add("GET", "/activity/operations", self.operations)
        router.add("GET", "/activity/operations/{operation}", self.of_operation)

    async def operations(self, request: Request) -> Response:
        """GET: `{id, operation}` of the entries that the query finds; null for an entry that belongs to none."""
        asked = state_of(request).parameters
        parameters = replace(asked, fields=("id",), aggregate=(), group=(), alias={}, deep={}, export=None)
        reading = self.reader.read("directus_activity", "list", parameters, None)
        answer = await self.engine.read(reading.query, reading.values, self.gate.context(request))
        entries = [row["id"] for row in json.decode(answer.data or b"[]")]
        known = await self.services.history.operations.of(entries)
        return shape.value([{"id": entry, "operation": known.get(entry)} for entry in entries])

    async def of_operation(self, request: Request) -> Response:
        """GET: the entries of one operation, as `GET /activity` has them."""
        actor = self.gate.context(request).actor
        entries = await self.services.history.operations.entries(request.params["operation"], actor)
        return await self._list(request, "directus_activity", state_of(request).parameters, None, keys=entries)
