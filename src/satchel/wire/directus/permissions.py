"""`/permissions`: stored permissions, and after them what app access gives by itself.

In charge of: that list. Everything else of the path is the ordinary handlers' work. Mounted by `routes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.policy.app_access import APP_ROWS
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.items import Items
from satchel.wire.directus.parameters import Parameters


class Permissions(Items):
    """The handlers. A list of permissions is whole: clients put them together themselves, so no page may cut it."""

    async def read_many(self, request: Request) -> Response:
        name = await self.target(request)
        state = state_of(request)
        parameters = replace(state.parameters, limit=-1, page=None)
        reading = self.reader.build(name, "list", parameters)
        context = self.gate.context(request)
        answer = await self.engine.read(reading.query, reading.values, context)
        if state.actor.app_access and _plain(parameters):
            stored = (answer.data or b"[]")[1:-1]
            rows = json.encode([_shown(row, parameters) for row in APP_ROWS])[1:-1]
            answer = replace(answer, data=b"[" + stored + (b"," if stored else b"") + rows + b"]")
        if parameters.export:
            return await self.exported(answer.data or b"[]", parameters.export, name, context)
        return shape.listed(answer, reading, system=True)


def _plain(parameters: Parameters) -> bool:
    """Whether the request asks for all rows as they are."""
    return not (parameters.filter or parameters.search or parameters.aggregate or parameters.group)


def _shown(row: Mapping[str, Any], parameters: Parameters) -> Mapping[str, Any]:
    if not parameters.fields or any(name.startswith("*") for name in parameters.fields):
        return row
    return {name: row[name] for name in parameters.fields if name in row}
