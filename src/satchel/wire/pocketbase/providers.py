"""Identity providers for the settings form: which there are, and Apple's client secret.

In charge of: these endpoints' forms and answers; both are for superusers. Not in charge of: logging in
(`auth_oauth2`). Called by `routes`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from satchel.auth.apple_secret import client_secret
from satchel.auth.oauth2_exchange import shown_providers
from satchel.errors import ValidationFailed
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.wire.pocketbase.body import Body, read_form
from satchel.wire.pocketbase.errors import ApiError, data_of
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import require_superuser
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import value_response

NOT_LOADED = "An error occurred while loading the submitted data."
NO_SECRET = "Invalid client secret data."


class Providers:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def list(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        return value_response(shown_providers(), parse_fields(request.query.get("fields", "")))

    async def apple_secret(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        form = await read_form(request, NOT_LOADED)
        try:
            secret = client_secret(
                client_id=_text(form, "clientid"),
                team_id=_text(form, "teamid"),
                key_id=_text(form, "keyid"),
                private_key=_text(form, "privatekey"),
                duration_seconds=_whole(form, "duration"),
                now=datetime.now(UTC),
            )
        except ValidationFailed as error:
            raise ApiError(400, NO_SECRET, data_of(error.errors)) from None
        return value_response({"secret": secret}, parse_fields(request.query.get("fields", "")))


def _text(form: Body, name: str) -> str:
    value = form.get(name)
    if value is not None and not isinstance(value, str):
        raise ApiError(400, NOT_LOADED)
    return value or ""


def _whole(form: Body, name: str) -> int:
    value = form.get(name)
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise ApiError(400, NOT_LOADED)
    return value or 0
