"""History: taking a change back.

In charge of: `POST /utils/revert/:revision`. Activity and revisions are read like any other collection (`system`). Not
in charge of: what a revision holds or what is written again (`history/`). Mounted by `routes`.
"""

from __future__ import annotations

from satchel.errors import Forbidden
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.gate import Gate
from satchel.wire.directus.services import Services


class HistoryRoutes:
    """The handlers."""

    def __init__(self, services: Services, gate: Gate) -> None:
        self.history = services.history
        self.gate = gate

    def mount(self, router: Router) -> None:
        router.add("POST", "/utils/revert/{revision}", self.revert)

    async def revert(self, request: Request) -> Response:
        """An item as a revision has it; no answer but that it is done."""
        text = request.params["revision"]
        if not text.isascii() or not text.isdecimal() or len(text) > 18:
            raise Forbidden("No revision has such a key.")
        await self.history.revert(self.gate.context(request), int(text))
        return shape.empty()
