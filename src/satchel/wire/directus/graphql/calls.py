"""The system scope's own fields: requests to handlers of the REST side, in the caller's name.

In charge of: the request that a field stands for, and what of its answer the field gives. Not in charge of: which
fields there are (`system_fields`) or what the handlers do. Called by `operations`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol, cast
from urllib.parse import quote, unquote, urlencode

from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus.errors import RouteNotFound
from satchel.wire.directus.gate import Gate
from satchel.wire.directus.graphql.system_fields import Call
from satchel.wire.directus.graphql.visible import Scope

_ARGUMENT = re.compile(r"\{(\w+)\}")


class Host(Protocol):
    """What is needed of whoever answers the whole request."""

    router: Router
    gate: Gate

    async def text(self, request: Request, scope: Scope) -> str: ...


class Calls:
    """Makes these requests. `cookies`: the Set-Cookie headers of answers, which belong to the whole answer."""

    def __init__(self, host: Host, request: Request) -> None:
        self.host = host
        self.request = request
        self.cookies: list[bytes] = []

    async def value(self, call: Call, arguments: Mapping[str, Any]) -> Any:
        """What the field gives. Raises what the handler raises."""
        path = _ARGUMENT.sub(lambda match: quote(str(arguments[match.group(1)]), safe=""), call.path)
        if call.known:
            await self._send("GET", path, {}, b"")
        query = {name: arguments[name] for name in call.query if arguments.get(name) is not None}
        response = await self._send(call.method, path, _body(call, arguments), urlencode(query).encode())
        self.cookies += [value for name, value in response.headers if name == b"set-cookie"]
        return _given(call, response, arguments)

    async def schema_text(self, scope: Scope) -> str:
        return await self.host.text(self.request, scope)

    async def _send(self, method: str, path: str, body: Any, query_string: bytes) -> Response:
        inner = self.host.gate.inner(self.request, method, unquote(path), body, query_string)
        match = self.host.router.match(method, path)
        if match is None:
            raise RouteNotFound(path)
        handler, inner.params = match
        answer = handler(inner)
        return answer if isinstance(answer, Response) else await answer


def _body(call: Call, arguments: Mapping[str, Any]) -> Any:
    for name in call.body:
        if name.startswith("*"):
            given = arguments.get(name[1:])
            return {} if given is None else given
    return {name: arguments[name] for name in call.body if arguments.get(name) is not None}


def _given(call: Call, response: Response, arguments: Mapping[str, Any]) -> Any:
    match call.gives:
        case "done":
            return True
        case "nothing":
            return None
        case "named":
            return dict(arguments)
        case _:
            body = response.body if isinstance(response.body, bytes) else b""
            if call.gives == "text":
                return body.decode()
            decoded: Any = json.decode(body) if body else None
            if call.gives == "bare" or not isinstance(decoded, dict):
                return decoded
            return cast("dict[str, Any]", decoded).get("data")
