"""`POST /server/setup`: what the link does that a first start prints: it makes the first superuser.

In charge of: the body and the answer. Not in charge of: the single-use token and the account (`auth/accounts`), what
else a project begins with (`setup/first_start`), or the page behind the link (the studio's). Mounted by `routes`.
Closed as soon as there is a superuser.
"""

from __future__ import annotations

from satchel.errors import Forbidden
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.setup.first_start import NO_SAMPLE, Beginning
from satchel.wire.directus import shape
from satchel.wire.directus.bodies import given_object, only, optional_text, required_text
from satchel.wire.directus.services import Services


class Setup:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self.accounts = services.accounts
        self.first_start = services.first_start

    def mount(self, router: Router) -> None:
        router.add("POST", "/server/setup", self.begin)

    async def begin(self, request: Request) -> Response:
        """POST `{token, email, password}`, and as one likes `project_name` and `sample`."""
        if await self.accounts.has_superuser():
            raise Forbidden("Set-up is done.")
        body = given_object(request)
        token = body.get("token")
        if not isinstance(token, str) or not token:
            raise Forbidden("Set-up needs the token of its link.")
        wanted = Beginning(
            required_text(body, "email"),
            required_text(body, "password"),
            (optional_text(body, "project_name") or "").strip(),
            optional_text(body, "sample") or NO_SAMPLE,
        )
        only(body, ("token", "email", "password", "project_name", "sample"))
        user_agent = request.header("user-agent")
        await self.first_start.by_link(token, wanted, ip=request.client_ip or None, user_agent=user_agent)
        return shape.empty()
