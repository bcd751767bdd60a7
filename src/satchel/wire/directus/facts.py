"""What rules may know of a request: `context`, `method`, `query`, `headers`, `body`, as PocketBase's rules name them.

In charge of: that mapping. A collection's rules hold on this wire too, so they find the same facts here. Called by
`gate`. Query and headers are put together when a rule asks for them; most don't.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from satchel.http.request import Request

NAMES = ("context", "method", "query", "headers", "body")


class Facts(Mapping[str, Any]):
    """The facts of one request. `body`: the decoded object, `{}` without one."""

    __slots__ = ("_body", "_headers", "_request")

    def __init__(self, request: Request, body: Mapping[str, Any]) -> None:
        self._request = request
        self._body = body
        self._headers: Mapping[str, str] | None = None

    def __getitem__(self, name: str) -> Any:
        match name:
            case "context":
                return "default"
            case "method":
                return "GET" if self._request.method in ("HEAD", "SEARCH") else self._request.method
            case "query":
                return self._request.query
            case "headers":
                if self._headers is None:
                    given = self._request.headers
                    self._headers = {key.lower().replace("-", "_"): value for key, value in given.items()}
                return self._headers
            case "body":
                return self._body
            case _:
                raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)
