"""The HTTP/1.1 connection: uvicorn's, with limits on patience and size, and a short cut for whole answers.

In charge of: cutting connections whose head does not come (or grows without end), closing idle ones, and writing an
answer that is complete in one piece. Not in charge of: parsing (httptools), or what is answered. Used by the command
line's server; under other servers the program works the same, without the short cut.

The short cut: `scope["satchel.respond"]` is a function of (status, headers, body) that writes head and body at once and
returns True, or returns False when the ordinary messages must be used (the client reads slowly).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from satchel.http.response import RawHeaders

HEAD_LIMIT_BYTES = 64 * 1024
RESPOND = "satchel.respond"

_BUSY = -1


def make_protocol(*, request_timeout_seconds: float, keep_alive_seconds: float) -> type[HttpToolsProtocol]:
    """The connection class for these limits, as uvicorn's `http` option takes it."""

    class LimitedProtocol(PatientProtocol):
        head_seconds = request_timeout_seconds
        idle_seconds = keep_alive_seconds

    return LimitedProtocol


class PatientProtocol(HttpToolsProtocol):
    """One connection. A request sets no timers and asks for no time: the server calls `sweep` about once a second, and
    what it finds unchanged for too long is cut.

    `_head_bytes`: 0 while idle, the bytes of an incomplete head, or _BUSY while a request is being answered.
    """

    head_seconds: float = 60.0
    idle_seconds: float = 75.0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._head_bytes = 0
        self._requests = 0
        # what `sweep` saw last, and since when
        self._seen: tuple[int, bool] | None = None
        self._seen_since = 0.0

    def data_received(self, data: bytes) -> None:
        if self._head_bytes == _BUSY:
            HttpToolsProtocol.data_received(self, data)
            return
        self._head_bytes += len(data)
        HttpToolsProtocol.data_received(self, data)
        if self._head_bytes > HEAD_LIMIT_BYTES:
            self._refuse(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        self._head_bytes = _BUSY
        HttpToolsProtocol.on_headers_complete(self)

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        cycle.scope[RESPOND] = partial(_respond, cycle)
        HttpToolsProtocol._start_asgi_task(self, cycle, app)

    def on_response_complete(self) -> None:
        # as uvicorn does it, without a timer per request
        self.server_state.total_requests += 1
        self._requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
            return
        self._head_bytes = 0

    def sweep(self, now: float) -> None:
        """Close the connection if it has waited too long; `now` is the loop's time.

        A byte now and then does not buy more time: an incomplete head stays the same head.
        """
        if self._head_bytes == _BUSY or self.transport.is_closing():
            self._seen = None
            return
        seen = (self._requests, self._head_bytes > 0)
        if seen != self._seen:
            self._seen, self._seen_since = seen, now
            return
        # a connection on which nothing ever came is as good as an incomplete head
        patience = self.idle_seconds if self._requests and not self._head_bytes else self.head_seconds
        if now - self._seen_since < patience:
            return
        if self._head_bytes:
            self._refuse(b"408 Request Timeout")
        else:
            self.transport.close()

    def _refuse(self, status: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()


Respond = Callable[[int, RawHeaders, bytes], bool]


def _respond(cycle: Any, status: int, headers: RawHeaders, body: bytes) -> bool:
    """Write a whole answer. Raises ValueError for headers that would split it."""
    if cycle.response_started or cycle.flow.write_paused:
        return False
    if cycle.disconnected:
        return True
    parts: list[bytes] = [STATUS_LINE[status]]
    for name, value in cycle.default_headers:
        parts += (name, b": ", value, b"\r\n")
    closing = False
    for name, value in headers:
        if name == b"connection":
            closing = value == b"close"
            cycle.keep_alive = cycle.keep_alive and not closing
        parts += (name, b": ", value, b"\r\n")
    if not cycle.keep_alive and not closing:
        parts.append(b"connection: close\r\n")
    parts.append(b"\r\n")
    head = b"".join(parts)
    lines = len(cycle.default_headers) + len(headers) + 2 + (not cycle.keep_alive and not closing)
    if head.count(b"\n") != lines or head.count(b"\r") != lines or b"\0" in head:
        raise ValueError("A header of the answer holds a line break.")
    cycle.response_started = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(head if cycle.scope["method"] == "HEAD" else head + body)
    cycle.response_complete = True
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True
