"""Signing in: superusers with a password, refresh, and which methods there are.

In charge of: these endpoints' forms, texts and answers. Not in charge of: passwords and tokens (`auth/`), nor of other
auth collections: this wire serves those of `_superusers`. Called by `routes`.
"""

from __future__ import annotations

from typing import Any

from satchel.auth.accounts import SuperuserSignIn
from satchel.errors import Unauthenticated
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.wire.pocketbase.body import Body, read_form
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, error_item
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import NO_TOKEN, token_of
from satchel.wire.pocketbase.records import INVALID_COLLECTION, find_collection
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import value_response

SUPERUSERS = "_superusers"
SUPERUSERS_ID = "pbc_3142635823"
NO_AUTH_COLLECTION = "Missing or invalid auth collection context."
NOT_LOADED = "An error occurred while loading the submitted data."
NOT_VALID = "An error occurred while validating the submitted data."
FAILED = "Failed to authenticate."
IDENTITY_FIELDS = ("email",)
LENGTH_MAX = 255

METHODS: dict[str, Any] = {
    "password": {"identityFields": list(IDENTITY_FIELDS), "enabled": True},
    "oauth2": {"providers": [], "enabled": False},
    "mfa": {"enabled": False, "duration": 0},
    "otp": {"enabled": False, "duration": 0},
    "authProviders": [],
    "usernamePassword": False,
    "emailPassword": True,
}


class Auth:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def methods(self, request: Request) -> Response:
        self._check_collection(request)
        return value_response(METHODS, parse_fields(request.query.get("fields", "")))

    async def with_password(self, request: Request) -> Response:
        self._check_collection(request)
        form = await read_form(request, NOT_LOADED)
        identity, password = _credentials(form)
        fields = parse_fields(request.query.get("fields", ""))
        try:
            signed_in = await self._services.accounts.superuser_login(
                identity, password, ip=request.client_ip, user_agent=request.header("user-agent")
            )
        except Unauthenticated:
            raise ApiError(400, FAILED) from None
        return value_response(_answer(signed_in), fields)

    async def refresh(self, request: Request) -> Response:
        self._check_collection(request)
        token = token_of(request)
        fields = parse_fields(request.query.get("fields", ""))
        try:
            if not token:
                raise ApiError(401, NO_TOKEN)
            signed_in = await self._services.accounts.superuser_refresh(token, ip=request.client_ip)
        except Unauthenticated:
            raise ApiError(401, NO_TOKEN) from None
        return value_response(_answer(signed_in), fields)

    def _check_collection(self, request: Request) -> None:
        name = request.params["collection"]
        if name != SUPERUSERS_ID and name.lower() != SUPERUSERS:
            find_collection(self._services, name, INVALID_COLLECTION)
            raise ApiError(404, NO_AUTH_COLLECTION)


def _answer(signed_in: SuperuserSignIn) -> dict[str, Any]:
    return {"record": dict(sorted(signed_in.record.items())), "token": signed_in.token}


def _credentials(form: Body) -> tuple[str, str]:
    """Identity and password. Raises ApiError with an error item for each field that is not as it must be."""
    texts: dict[str, str] = {}
    for name in ("identity", "password", "identityField"):
        value = form.get(name.lower())
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise ApiError(400, NOT_LOADED)
        texts[name] = value
    problems: dict[str, Any] = {}
    for name in ("identity", "password"):
        if not texts[name]:
            problems[name] = REQUIRED
        elif len(texts[name]) > LENGTH_MAX:
            problems[name] = _too_long()
    if texts["identityField"] and texts["identityField"] not in IDENTITY_FIELDS:
        problems["identityField"] = error_item("in_invalid", "Must be a valid value.")
    if problems:
        raise ApiError(400, NOT_VALID, dict(sorted(problems.items())))
    return texts["identity"], texts["password"]


def _too_long() -> dict[str, Any]:
    return error_item(
        "length_out_of_range", f"The length must be between 1 and {LENGTH_MAX}.", {"max": LENGTH_MAX, "min": 1}
    )
