"""What one wire hands to the server: its routes, its errors and its manners, under one prefix.

In charge of: the `Mount` contract. Not in charge of: dispatch (`http/server`). Made by each wire, collected by the
composition root.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from satchel.errors import NotFound
from satchel.http.cors import CorsPolicy
from satchel.http.request import Request
from satchel.http.response import RawHeaders, Response
from satchel.http.router import Handler, Router
from satchel.http.websocket import SocketHandler

Beneath = Callable[[Request], Awaitable[Response | None]]
ErrorRenderer = Callable[[Request, Exception], Response]
Around = Callable[[Request, Handler], Response | Awaitable[Response]]


def no_such_route(request: Request) -> Response:
    """The `not_found` of a mount that has none of its own: the wire's wording of NotFound."""
    raise NotFound(f"There is no {request.method} {request.path}.", path=request.path)


@dataclass(frozen=True, slots=True)
class Mount:
    """One wire under one prefix.

    `prefix`: "" for everything, else like "/api"; the longest one that fits takes the request. Routes see the whole
    path, prefix included.
    `render_error`: words a SatchelError, or any other exception as an internal error, the wire's way; it must not tell
    the caller what an unforeseen exception says.
    `around`: stands before every handler of the mount, `not_found` included, and calls it (or not).
    `headers`: on every answer of the mount, errors included.
    `quick`: paths whose handlers run nothing but our own code and may begin without a task (see `http/eager`).
    `beneath`: asked for a GET or HEAD that no route takes, before `around` and `not_found`; None says that it has
    nothing either.
    `sockets`: paths that take WebSockets.
    `first`: asked before all others, whatever their prefixes.
    """

    prefix: str
    router: Router
    render_error: ErrorRenderer
    not_found: Handler = no_such_route
    around: Around | None = None
    headers: RawHeaders = field(default_factory=list[tuple[bytes, bytes]])
    cors: CorsPolicy | None = None
    first: bool = False
    quick: re.Pattern[str] | None = None
    beneath: Beneath | None = None
    sockets: Mapping[str, SocketHandler] = field(default_factory=dict[str, SocketHandler])

    def __post_init__(self) -> None:
        if self.prefix and (not self.prefix.startswith("/") or self.prefix.endswith("/")):
            raise ValueError(f"The prefix {self.prefix!r} must start, and not end, with a slash.")

    def covers(self, path: str) -> bool:
        prefix = self.prefix
        return not prefix or (path.startswith(prefix) and (len(path) == len(prefix) or path[len(prefix)] == "/"))
