"""`/graphql` and `/graphql/system`, by GET and POST, and the text of both schemas under `/server/specs/graphql`.

In charge of: where a query, its variables and its operation's name stand in a request. Not in charge of: what is done
with them (`requests`). Mounted by `routes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from satchel.errors import InvalidPayload
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.errors import RouteNotFound
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.query import Reader
from satchel.wire.directus.services import Services

if TYPE_CHECKING:
    from satchel.wire.directus.graphql.requests import Requests

SCOPES: Mapping[str, Literal["items", "system"]] = {"items": "items", "system": "system"}


class GraphQL:
    """The handlers. `requests` can be asked for by others who serve GraphQL in another way."""

    def __init__(self, services: Services, gate: Gate, reader: Reader, router: Router) -> None:
        self._parts = (services, gate, reader, router)

    @cached_property
    def requests(self) -> Requests:
        """Loaded at the first request, see there."""
        from satchel.wire.directus.graphql.requests import Requests

        return Requests(*self._parts)

    def mount(self, router: Router) -> None:
        for path, handler in (("/graphql", self.items), ("/graphql/system", self.system)):
            router.add("GET", path, handler)
            router.add("POST", path, handler)
        router.add("GET", "/server/specs/graphql", self.text)
        router.add("GET", "/server/specs/graphql/{scope}", self.text)

    async def items(self, request: Request) -> Response:
        return await self._answer(request, "items")

    async def system(self, request: Request) -> Response:
        return await self._answer(request, "system")

    async def text(self, request: Request) -> Response:
        """The schema definition of a scope, as a file."""
        scope = SCOPES.get(request.params.get("scope", "items"))
        if scope is None:
            raise RouteNotFound(request.path)
        response = shape.text(await self.requests.text(request, scope))
        name = "schema.graphql" if scope == "items" else "system.graphql"
        response.add_header("content-disposition", f'attachment; filename="{name}"')
        return response

    async def _answer(self, request: Request, scope: Literal["items", "system"]) -> Response:
        if request.method == "POST":
            body: Any = state_of(request).body
            given = cast("Mapping[str, Any]", body if isinstance(body, dict) else {})
            variables: Any = given.get("variables")
        else:
            given = request.query
            variables = _decoded(given.get("variables"))
        text, name = given.get("query"), given.get("operationName")
        if not isinstance(text, str) or not text:
            raise InvalidPayload("Must provide query string")
        if variables is not None and not isinstance(variables, Mapping):
            raise InvalidPayload("Variables must be an object")
        if name is not None and not isinstance(name, str):
            raise InvalidPayload("The operation's name must be a string")
        named = cast("Mapping[str, Any]", variables or {})
        return await self.requests.run(request, scope, text, named, name or None)


def _decoded(text: str | None) -> Any:
    """The variables of a query string. Raises InvalidPayload."""
    if not text:
        return None
    try:
        return json.decode(text, what="variables")
    except InvalidPayload:
        raise InvalidPayload("Variables are invalid JSON") from None
