"""Shares beyond plain rows: `/shares/auth`, `/shares/info/:id`, `/shares/invite`.

In charge of: bodies and answers. Not in charge of: who may come in by a share (`auth/shares`), what a share shows, or
mails. Mounted by `routes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from satchel.errors import Forbidden
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.auth import given_mode, session_answer
from satchel.wire.directus.bodies import check_address, given_object, optional_text, refuse, required_text
from satchel.wire.directus.gate import Gate
from satchel.wire.directus.items import Items, Resource
from satchel.wire.directus.query import Reader
from satchel.wire.directus.services import Services


class ShareItems(Items):
    """The handlers of `/shares`."""

    def __init__(self, services: Services, gate: Gate, reader: Reader, resource: Resource) -> None:
        super().__init__(services, gate, reader, resource)
        self.shares = services.accounts.shares
        self.invitations = services.people.share_invitations

    def mount(self, router: Router) -> None:
        router.add("POST", "/shares/auth", self.sign_in)
        router.add("POST", "/shares/invite", self.invite)
        router.add("GET", "/shares/info/{key}", self.info)

    async def sign_in(self, request: Request) -> Response:
        """POST `{share, password?, mode?}`: as signing in."""
        body = given_object(request)
        share = required_text(body, "share")
        signed_in = await self.shares.sign_in(
            share,
            optional_text(body, "password"),
            mode=given_mode(body) or "json",
            ip=request.client_ip or None,
            user_agent=request.header("user-agent"),
        )
        return session_answer(request, signed_in)

    async def info(self, request: Request) -> Response:
        """GET, for anybody with the link: what it takes to come in by it."""
        found = await self.shares.info(request.params["key"])
        if found is None:
            raise Forbidden("There is no such share.")
        return shape.value(found)

    async def invite(self, request: Request) -> Response:
        """POST `{share, emails}`: mail the link."""
        body = given_object(request)
        share = required_text(body, "share")
        await self.invitations.invite(self.gate.context(request), share, _emails(body))
        return shape.empty()


def _emails(body: Mapping[str, Any]) -> list[str]:
    given = body.get("emails")
    if given is None:
        refuse('"emails" is required')
    if not isinstance(given, list):
        refuse('"emails" must be an array')
    listed = cast("list[Any]", given)
    for place, item in enumerate(listed):
        if not isinstance(item, str):
            refuse(f'"emails[{place}]" must be a string')
        check_address(item, f"emails[{place}]")
    return cast("list[str]", listed)
