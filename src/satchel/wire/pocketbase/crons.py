"""Crons: which jobs there are, and beginning one now.

In charge of: these two endpoints, for superusers. Not in charge of: the jobs (`jobs/`). Called by `routes`.
"""

from __future__ import annotations

from satchel.errors import NotFound
from satchel.http.request import Request
from satchel.http.response import Response, no_content
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import require_superuser
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import value_response

NO_JOB = "Missing or invalid cron job."


class Crons:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def list(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        found = [{"id": name, "expression": when} for name, when in self._services.jobs.expressions().items()]
        return value_response(found, parse_fields(request.query.get("fields", "")))

    async def run(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        try:
            self._services.jobs.run(request.params["id"])
        except NotFound:
            raise ApiError(404, NO_JOB) from None
        return no_content()
