"""`/users/me/sessions` and `/users/:pk/sessions`: where somebody is signed in.

In charge of: requests and answers. Not in charge of: which sessions there are and who may end them
(`auth/session_list`). Mounted by `routes`. An addition of this program's.
"""

from __future__ import annotations

from dataclasses import asdict

from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.gate import current_session, state_of
from satchel.wire.directus.services import Services

ME = "me"


class Sessions:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self._sessions = services.people.sessions

    def mount(self, router: Router) -> None:
        for path in (f"/users/{ME}/sessions", "/users/{key}/sessions"):
            router.add("GET", path, self.all)
            router.add("DELETE", path, self.end_others)
            router.add("DELETE", f"{path}/{{session}}", self.end)

    async def all(self, request: Request) -> Response:
        found = await self._sessions.all(state_of(request).actor, _key(request), current_session(request))
        return shape.value([asdict(item) for item in found])

    async def end(self, request: Request) -> Response:
        await self._sessions.end(state_of(request).actor, _key(request), request.params["session"])
        return shape.empty()

    async def end_others(self, request: Request) -> Response:
        await self._sessions.end_others(state_of(request).actor, _key(request), current_session(request))
        return shape.empty()


def _key(request: Request) -> str | None:
    return request.params.get("key")
