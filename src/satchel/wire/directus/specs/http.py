"""`/server/specs/oas`: the OpenAPI document for whoever asks.

In charge of: the route, and keeping documents that were made. Not in charge of: what is inside (`document`). Mounted by
`routes`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.services import Services
from satchel.wire.directus.specs.document import openapi_document

ANY_ID = "00000000-0000-4000-8000-000000000000"
"""Some paths take nothing else for a key."""
KEPT = 8
"""A document of a large catalog has megabytes."""


class Specs:
    """The handler."""

    def __init__(self, services: Services, router: Router) -> None:
        self.accounts = services.accounts
        self.engine = services.engine
        self.router = router
        self._made: OrderedDict[Hashable, bytes] = OrderedDict()

    def mount(self, router: Router) -> None:
        router.add("GET", "/server/specs/oas", self.openapi)

    async def openapi(self, request: Request) -> Response:
        """No envelope, and for everybody: what a caller may not know is not inside."""
        actor = state_of(request).actor
        grants = await self.accounts.grants(actor)
        catalog, base_url, signed_in = self.engine.catalog, request.base_url, actor.kind != "public"
        key = (catalog.version, grants.token, base_url, signed_in)
        body = self._made.get(key)
        if body is None:
            document = openapi_document(catalog, grants, self._routed, base_url, signed_in=signed_in)
            body = self._made[key] = json.encode(document)
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        return shape.ok(body)

    def _routed(self, method: str, path: str) -> bool:
        return method in self.router.methods(path.replace("{id}", ANY_ID))
