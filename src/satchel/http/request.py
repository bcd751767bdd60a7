"""One HTTP request, read only as far as somebody asks.

In charge of: path, query, headers, cookies, body, client address and id of a request. Not in charge of: routing
(`router`), forms (`forms`), or what any of it means. Made by `http/server`, read by the wires.

Everything is computed on first use and kept: most requests look at three or four of these.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from satchel.errors import SatchelError, TooLarge
from satchel.http import json
from satchel.http.cookies import parse_cookies
from satchel.http.proxies import TrustedProxies
from satchel.http.querystring import Pairs, first_values, nested, parse_pairs
from satchel.observe import Trace, request_id_from

if TYPE_CHECKING:
    from satchel.http.forms import Form

Result = TypeVar("Result")
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

EMPTY: Mapping[str, str] = {}

# see `http/protocol`
BODY = "satchel.body"
RESPOND = "satchel.respond"


class ClientGone(Exception):
    """The client closed the connection; nobody reads the answer."""


class TooSlow(SatchelError):
    """The client did not send the next part of its body in time."""

    code, status = "too_slow", 408


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """What a request may cost, and whom to believe about its origin. `upload_folder`: where the files of a form are
    written while it is read; None takes the system's temporary folder.
    """

    body_limit_bytes: int = 32 * 1024**2
    timeout_seconds: float = 60.0
    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    public_url: str = ""
    upload_folder: Path | None = None


class Request:
    """One request. `path` is decoded and starts below the prefix under which the program is mounted.

    `params`: the values of the route's `{names}`. `state`: free for the wire. `actor`: who asks, once the wire knows.
    `failure`: the error that the answer words. `logged`: whether a success is worth a log entry. `trace`: the id and
    the stages for Server-Timing.
    """

    __slots__ = (
        "_body",
        "_cookies",
        "_form",
        "_headers",
        "_limits",
        "_pairs",
        "_query",
        "_raw_headers",
        "_receive",
        "_tree",
        "actor",
        "failure",
        "logged",
        "method",
        "params",
        "path",
        "raw_path",
        "root_path",
        "scope",
        "started",
        "state",
        "trace",
    )

    def __init__(self, scope: Scope, receive: Receive, limits: RequestLimits) -> None:
        self.started = perf_counter()
        self.scope = scope
        self.method: str = scope["method"]
        self.params: Mapping[str, str] = EMPTY
        self.state: Any = None
        self.actor: Any = None
        self.failure: Exception | None = None
        self.logged = True
        self._receive = receive
        self._limits = limits
        self._raw_headers: dict[bytes, bytes] = dict(scope["headers"])
        self.trace = Trace(request_id_from(self._raw_headers.get(b"x-request-id")))
        self._headers: dict[str, str] | None = None
        self._pairs: Pairs | None = None
        self._query: dict[str, str] | None = None
        self._tree: dict[str, Any] | None = None
        self._cookies: dict[str, str] | None = None
        self._body: bytes | None = None
        self._form: Form | None = None

        path: str = scope["path"]
        root: str = scope.get("root_path", "")
        raw: bytes | None = scope.get("raw_path")
        # An escaped slash inside of a segment is only visible in the raw path.
        raw_path = raw.decode("latin-1") if raw and b"%" in raw else path
        if root and path.startswith(root):
            path = path[len(root) :] or "/"
            raw_path = (raw_path[len(root) :] if raw_path.startswith(root) else quote(path)) or "/"
        self.root_path = root
        self.path = path
        self.raw_path = raw_path

    def inner(self, method: str, path: str, params: Mapping[str, str] = EMPTY, query_string: bytes = b"") -> Request:
        """A request inside this one (a message on a socket, a field of a document): the same client and headers, and no
        body.
        """
        replaced = {"type": "http", "method": method, "path": path, "raw_path": None, "query_string": query_string}
        made = Request({**self.scope, **replaced, "root_path": ""}, self._receive, self._limits)
        made.params = params
        made.trace, made.actor = self.trace, self.actor
        made._body = b""
        return made

    # ------------------------------------------------------------------------------------------------------ identity
    @property
    def id(self) -> str:
        return self.trace.request_id

    @property
    def client_ip(self) -> str:
        """The address of the client, as far as trusted proxies vouch for it; "" when the server knows none."""
        peer = self.scope.get("client")
        if not peer:
            return ""
        proxies = self._limits.proxies
        if not proxies.any:
            return peer[0]
        return proxies.client(peer[0], self.header_values)

    @property
    def base_url(self) -> str:
        """The address of this server as clients see it, without a final slash; the setting wins over the request."""
        return self._limits.public_url.rstrip("/") or self.seen_url

    @property
    def seen_url(self) -> str:
        """The address of this server as the request has it, whatever the setting says."""
        scheme: str = self.scope.get("scheme", "http")
        host = self.header("host") or "localhost"
        peer = self.scope.get("client")
        if peer and self._limits.proxies.any and self._limits.proxies.trusts(peer[0]):
            scheme = (self.header("x-forwarded-proto") or scheme).partition(",")[0].strip()
            host = (self.header("x-forwarded-host") or host).partition(",")[0].strip()
        return f"{scheme}://{host}{self.root_path}"

    # ------------------------------------------------------------------------------------------------------- headers
    def header(self, name: str) -> str | None:
        """One header by its lower-case name; of several, the last."""
        value = self._raw_headers.get(name.encode("latin-1"))
        return None if value is None else value.decode("latin-1")

    def header_values(self, name: str) -> list[str]:
        """All values of a header that may come more than once."""
        wanted = name.encode("latin-1")
        return [value.decode("latin-1") for key, value in self.scope["headers"] if key == wanted]

    @property
    def headers(self) -> Mapping[str, str]:
        """All headers by lower-case name; repeated ones are joined by a comma (cookies by a semicolon)."""
        if self._headers is None:
            headers: dict[str, str] = {}
            for key, value in self.scope["headers"]:
                name = key.decode("latin-1").lower()
                text = value.decode("latin-1")
                if name in headers:
                    text = f"{headers[name]}{'; ' if name == 'cookie' else ', '}{text}"
                headers[name] = text
            self._headers = headers
        return self._headers

    @property
    def cookies(self) -> Mapping[str, str]:
        if self._cookies is None:
            self._cookies = parse_cookies("; ".join(self.header_values("cookie")))
        return self._cookies

    @property
    def media_type(self) -> str:
        """The Content-Type in lower case, without parameters; "" without one."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    # --------------------------------------------------------------------------------------------------------- query
    @property
    def query_string(self) -> bytes:
        return self.scope.get("query_string", b"")

    @property
    def target(self) -> str:
        """Path and query as sent, for logs; it may hold secrets until `observe.redact_target` has seen it."""
        query = self.query_string
        path = self.root_path + self.raw_path
        return f"{path}?{query.decode('latin-1')}" if query else path

    @property
    def query_pairs(self) -> Pairs:
        """All parameters in order. Raises InvalidQuery when there are too many."""
        if self._pairs is None:
            query = self.query_string
            self._pairs = parse_pairs(query) if query else []
        return self._pairs

    @property
    def query(self) -> Mapping[str, str]:
        """Parameter → its first value."""
        if self._query is None:
            self._query = first_values(self.query_pairs)
        return self._query

    @property
    def query_tree(self) -> Mapping[str, Any]:
        """Parameters in nested form (`filter[a][_eq]=1`), see `querystring.nested`. Raises InvalidQuery."""
        if self._tree is None:
            self._tree = nested(self.query_pairs)
        return self._tree

    # ---------------------------------------------------------------------------------------------------------- body
    @property
    def timeout_seconds(self) -> float:
        """How long the client may keep us waiting, in either direction."""
        return self._limits.timeout_seconds

    @property
    def body_limit_bytes(self) -> int:
        """The largest body, where nothing else is said."""
        return self._limits.body_limit_bytes

    @property
    def upload_folder(self) -> Path | None:
        """Where the files of a form are written while it is read."""
        return self._limits.upload_folder

    @property
    def content_length(self) -> int | None:
        """The announced length of the body in bytes, or None (there may be one all the same, in chunks)."""
        value = self._raw_headers.get(b"content-length")
        return int(value) if value is not None and value.isdigit() else None

    @property
    def has_body(self) -> bool:
        """Whether the head of the request announces a body that is not empty."""
        return bool(self.content_length) or b"transfer-encoding" in self._raw_headers

    async def stream(self, *, limit_bytes: int | None = None) -> AsyncGenerator[bytes]:
        """The body part by part, without keeping it.

        Raises TooLarge past the limit (the setting's unless given), TooSlow when the next part does not come in time,
        ClientGone when the connection is closed before the end.
        """
        limit = self._limits.body_limit_bytes if limit_bytes is None else limit_bytes
        if self._body is not None:
            yield self._body
            return
        announced = self.content_length
        if announced is not None and announced > limit:
            raise _too_large(limit)
        arrived = self._arrived(limit)
        if arrived is not None:
            yield arrived
            return
        seen = 0
        while True:
            message = await self._next_message()
            part: bytes = message.get("body", b"")
            seen += len(part)
            if seen > limit:
                raise _too_large(limit)
            if part:
                yield part
            if not message.get("more_body", False):
                return

    def _arrived(self, limit: int) -> bytes | None:
        """The whole body, if it is here already. Raises TooLarge."""
        arrived: bytes | None = self.scope.get(BODY)
        if arrived is not None and len(arrived) > limit:
            raise _too_large(limit)
        return arrived

    async def _next_message(self) -> Message:
        try:
            async with asyncio.timeout(self._limits.timeout_seconds):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow("The rest of the body did not arrive in time.") from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        return message

    async def body(self, *, limit_bytes: int | None = None) -> bytes:
        """The whole body, kept for the next caller. Errors as for `stream`."""
        if self._body is None:
            # what has arrived needs no stream
            arrived = self._arrived(self._limits.body_limit_bytes if limit_bytes is None else limit_bytes)
            if arrived is not None:
                self._body = arrived
            elif not self.has_body and self.scope["http_version"] < "2":
                self._body = b""
            else:
                parts = [part async for part in self.stream(limit_bytes=limit_bytes)]
                self._body = parts[0] if len(parts) == 1 else b"".join(parts)
        return self._body

    async def json(self, *, limit_bytes: int | None = None) -> Any:
        """The body as JSON, whatever its Content-Type says. Raises InvalidPayload, and the errors of `stream`."""
        return json.decode(await self.body(limit_bytes=limit_bytes))

    async def form(self, *, limit_bytes: int | None = None) -> Form:
        """The fields and files of a form body, see `forms.read_form`; files are deleted after the answer."""
        if self._form is None:
            from satchel.http.forms import read_form

            self._form = await read_form(self, limit_bytes=limit_bytes)
        return self._form

    async def unless_gone(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run something long, and stop it when the client goes away meanwhile; only once the body is read.

        Raises ClientGone, and what the work raises.
        """
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(self._wait_until_gone())
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise ClientGone
            return task.result()
        finally:
            gone.cancel()
            if not task.done():
                task.cancel()

    async def _wait_until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def close(self) -> None:
        """Remove what the request left on disk. Called by the server after the answer."""
        if self._form is not None:
            self._form.close()


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The request body is larger than {limit} bytes.",
        hint='The setting "body_limit_bytes" is the limit.',
        limit_bytes=limit,
    )
