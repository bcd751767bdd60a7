"""Settings: what superusers change while the program runs.

In charge of: these two endpoints and their texts. Not in charge of: names, defaults and validity (`settings/`).
Called by `routes`.
"""

from __future__ import annotations

from satchel.errors import InvalidPayload, ValidationFailed
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.settings.model import shown
from satchel.wire.pocketbase.body import read_form
from satchel.wire.pocketbase.errors import ApiError, data_of
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import require_superuser
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import value_response

NOT_LOADED = "An error occurred while loading the submitted data."
NOT_SAVED = "An error occurred while saving the new settings."


class Settings:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def view(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        return self._answer(request)

    async def update(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        body = await read_form(request, NOT_LOADED)
        fields = parse_fields(request.query.get("fields", ""))
        try:
            changed = await self._services.settings_store.change(body)
        except InvalidPayload:
            raise ApiError(400, NOT_LOADED) from None
        except ValidationFailed as error:
            raise ApiError(400, NOT_SAVED, data_of(error.errors)) from None
        return value_response(shown(changed), fields)

    def _answer(self, request: Request) -> Response:
        fields = parse_fields(request.query.get("fields", ""))
        return value_response(shown(self._services.settings_store.current), fields)
