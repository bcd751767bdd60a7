"""Settings: what superusers change while the program runs.

In charge of: these two endpoints and their texts. Not in charge of: names, defaults and validity (`settings/`).
Called by `routes`.
"""

from __future__ import annotations

from satchel.engine.request_events import BodyEvent, answered
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
        actor = await require_superuser(self._services, request)

        async def work() -> Response:
            return self._answer(request)

        return await answered(self._services.engine.events, "settings_list_request", BodyEvent(request, actor), work)

    async def update(self, request: Request) -> Response:
        actor = await require_superuser(self._services, request)
        event = BodyEvent(request, actor, await read_form(request, NOT_LOADED))
        fields = parse_fields(request.query.get("fields", ""))

        async def work() -> Response:
            try:
                changed = await self._services.settings_store.change(event.body)
            except InvalidPayload:
                raise ApiError(400, NOT_LOADED) from None
            except ValidationFailed as error:
                raise ApiError(400, NOT_SAVED, data_of(error.errors)) from None
            return value_response(shown(changed), fields)

        return await answered(self._services.engine.events, "settings_update_request", event, work)

    def _answer(self, request: Request) -> Response:
        fields = parse_fields(request.query.get("fields", ""))
        return value_response(shown(self._services.settings_store.current), fields)
