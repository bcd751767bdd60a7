"""`/studio/api/database`: the database that is served, and connecting another one at the beginning.

In charge of: these requests and answers, and who may make them: superusers, and whoever holds the set-up link, who is
about to become one. Not in charge of: what is done (`setup/connection`). Mounted by `routes`.
"""

from __future__ import annotations

from dataclasses import asdict

from satchel.errors import Forbidden
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.bodies import given_object, only, refuse, required_text
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.services import Services


class ConnectionRoutes:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self._connection = services.first_start.connection
        self._accounts = services.accounts

    def mount(self, router: Router, at: str) -> None:
        router.add("GET", at, self.show)
        router.add("POST", at, self.connect)

    def show(self, request: Request) -> Response:
        """GET: `{address}`, without its password."""
        if not state_of(request).actor.admin:
            raise Forbidden("Where the data is, is for superusers to know.")
        return shape.value({"address": self._connection.address})

    async def connect(self, request: Request) -> Response:
        """POST `{url, preview?, token?}`: serve this database from now on; with `preview` only look what is there.

        The program closes and opens again soon after the answer, and says 503 meanwhile.
        """
        body = given_object(request)
        if not state_of(request).actor.admin:
            token = body.get("token")
            if not isinstance(token, str) or not await self._accounts.knows_setup(token):
                raise Forbidden("A database is connected by superusers, or by the set-up link.")
        url = required_text(body, "url")
        preview = body.get("preview", False)
        if not isinstance(preview, bool):
            refuse('"preview" must be a boolean')
        only(body, ("url", "preview", "token"))
        return shape.value(asdict(await (self._connection.look(url) if preview else self._connection.connect(url))))
