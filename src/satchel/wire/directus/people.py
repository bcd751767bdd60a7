"""Users who prove themselves by mail: `/auth/password/…`, `/users/invite`, `/users/register`; and the page that a user
looked at last.

In charge of: bodies and answers. Not in charge of: links, mails and users (`auth/people`). Mounted by `routes`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from satchel.auth.registration import FIELDS
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.bodies import (
    address,
    check_address,
    given_object,
    only,
    optional_text,
    refuse,
    required_text,
)
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.services import Services

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


class People:
    """The handlers."""

    def __init__(self, services: Services, gate: Gate) -> None:
        self.people = services.people
        self.accounts = services.accounts
        self.gate = gate

    def mount(self, router: Router) -> None:
        router.add("POST", "/auth/password/request", self.request_reset)
        router.add("POST", "/auth/password/reset", self.reset)
        router.add("POST", "/users/invite", self.invite)
        router.add("POST", "/users/invite/accept", self.accept)
        router.add("POST", "/users/register", self.register)
        router.add("GET", "/users/register/verify-email", self.verify)
        router.add("PATCH", "/users/me/track/page", self.track)

    async def request_reset(self, request: Request) -> Response:
        body = given_object(request)
        email = body.get("email")
        if not isinstance(email, str) or not email:
            refuse('"email" field is required')
        await self.people.password_resets.request(email, optional_text(body, "reset_url"))
        return shape.empty()

    async def reset(self, request: Request) -> Response:
        body = given_object(request)
        token, password = (body.get(name) for name in ("token", "password"))
        if not isinstance(token, str):
            refuse('"token" field is required')
        if not isinstance(password, str) or not password:
            refuse('"password" field is required')
        await self.people.password_resets.reset(token, password)
        return shape.empty()

    async def invite(self, request: Request) -> Response:
        body = given_object(request)
        emails = _addresses(body)
        role = required_text(body, "role")
        if not _UUID.fullmatch(role):
            refuse('"role" must be a valid GUID')
        url = _url(body, "invite_url")
        only(body, ("email", "role", "invite_url"))
        await self.people.invitations.invite(self.gate.context(request), emails, role, url)
        return shape.empty()

    async def accept(self, request: Request) -> Response:
        body = given_object(request)
        token, password = required_text(body, "token"), required_text(body, "password")
        only(body, ("token", "password"))
        await self.people.invitations.accept(token, password)
        return shape.empty()

    async def register(self, request: Request) -> Response:
        body = given_object(request)
        address(body, "email")
        required_text(body, "password")
        url = _url(body, "verification_url")
        values = {name: optional_text(body, name) for name in FIELDS}
        only(body, (*FIELDS, "verification_url"))
        given = {name: value for name, value in values.items() if value is not None}
        await self.people.registration.register(given, url, request.client_ip or None)
        return shape.empty()

    async def verify(self, request: Request) -> Response:
        """The link of the mail: on to the user's page, or to the log-in when there is no token."""
        token = request.query.get("token")
        if not token:
            return _moved("/admin/login")
        return _moved(f"/admin/users/{await self.people.registration.verify(token)}")

    async def track(self, request: Request) -> Response:
        page = given_object(request).get("last_page")
        if not isinstance(page, str) or not page:
            refuse('"last_page" key is required')
        await self.accounts.sessions.remember_page(state_of(request).actor, page)
        return shape.empty()


def _addresses(body: Mapping[str, Any]) -> list[str]:
    """One address, or a list of them."""
    given = body.get("email")
    if not isinstance(given, list):
        return [address(body, "email")]
    listed = cast("list[Any]", given)
    for place, item in enumerate(listed):
        if not isinstance(item, str):
            refuse(f'"email[{place}]" must be a string')
        check_address(item, f"email[{place}]")
    return cast("list[str]", listed)


def _url(body: Mapping[str, Any], name: str) -> str | None:
    value = optional_text(body, name)
    if value is not None and not _URL.fullmatch(value):
        refuse(f'"{name}" must be a valid uri')
    return value


def _moved(target: str) -> Response:
    response = Response(302, b"")
    response.add_header("location", target)
    return response
