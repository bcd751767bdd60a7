"""Logs: list, view, counts per hour, delete.

In charge of: these endpoints, all for superusers. Not in charge of: what is logged (`logs/`). Called by `routes`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from satchel.errors import Forbidden, InvalidQuery
from satchel.expr.syntax_text import parse
from satchel.http.request import Request
from satchel.http.response import Response, no_content
from satchel.logs.archive import NAME, ORDER
from satchel.wire.pocketbase.errors import ApiError, generic
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import require_superuser
from satchel.wire.pocketbase.query import list_query, view_query
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import list_response, value_response

INVALID_FILTER = "Invalid filter format."


class Logs:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def list(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        asked = list_query(NAME, request.query_string, superuser=True)
        try:
            answer = await self._services.log_archive.read(asked.query, asked.values)
        except (InvalidQuery, Forbidden) as error:
            raise generic() from error
        items = [_entry(item) for item in msgspec.json.decode(answer.data or b"[]")]
        total = None if asked.skip_total else answer.matching
        return list_response(
            msgspec.json.encode(items), page=asked.page, per_page=asked.per_page, total=total, fields=asked.fields
        )

    async def view(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        query, fields = view_query(NAME, request.query_string)
        answer = await self._services.log_archive.read(query, ((request.params["id"],),))
        if answer.data is None:
            raise ApiError(404)
        return value_response(_entry(msgspec.json.decode(answer.data)), fields)

    async def stats(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        text = request.query.get("filter", "")
        try:
            parsed = parse(text) if text else None
            values = parsed.values if parsed else ()
            found = await self._services.log_archive.per_hour(parsed.node if parsed else None, values)
        except (InvalidQuery, Forbidden):
            raise ApiError(400, INVALID_FILTER) from None
        return value_response(found, parse_fields(request.query.get("fields", "")))

    async def delete(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        await self._services.log_archive.clear()
        return no_content()


def _entry(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in ORDER}
