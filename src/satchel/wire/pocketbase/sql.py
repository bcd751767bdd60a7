"""The SQL console.

In charge of: this endpoint's form and answer; `readOnly: true` in it, which is Satchel's own, refuses what writes.
Not in charge of: running statements (`engine/console`). Called by `routes`.
"""

from __future__ import annotations

from satchel.errors import SatchelError
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.wire.pocketbase.body import read_form
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, error_item
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import require_superuser
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import value_response

NOT_LOADED = "An error occurred while loading the submitted data."
NOT_VALID = "An error occurred while validating the submitted data."
LENGTH_MAX = 5000


class Sql:
    """The handler. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def run(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        form = await read_form(request, NOT_LOADED)
        query = form.get("query") or ""
        if not isinstance(query, str):
            raise ApiError(400, NOT_LOADED)
        if not query:
            raise ApiError(400, NOT_VALID, {"query": REQUIRED})
        if len(query) > LENGTH_MAX:
            text = f"The length must be no more than {LENGTH_MAX}."
            problem = error_item("length_too_long", text, {"max": LENGTH_MAX, "min": 0})
            raise ApiError(400, NOT_VALID, {"query": problem})
        try:
            if not query.strip():
                raise ApiError(400, "empty query")
            printed = await request.unless_gone(
                self._services.console.run(query, read_only=form.get("readonly") is True)
            )
        except SatchelError as error:
            raise ApiError(400, f"Failed to execute query. Raw error:\n{error.message}") from error
        answer = {
            "execTime": printed.milliseconds,
            "affectedRows": printed.changed,
            "columns": [{"name": column.name, "type": column.type, "nullable": True} for column in printed.columns],
            "rows": printed.rows,
        }
        return value_response(answer, parse_fields(request.query.get("fields", "")))
