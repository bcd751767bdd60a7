"""The HTTP/1.1 connection: uvicorn's, with limits on patience and size, and short cuts for whole requests and answers.

In charge of: cutting connections whose head does not come (or grows without end), closing idle ones, starting a request
when all of it that has arrived is read, writing an answer that is complete in one piece, and carrying event streams
without a task or a request of their own. Not in charge of: parsing (httptools), or what is answered. Used by the
command line's server; under other servers the program works the same, without the short cuts.

A request is begun at once, without a task (`http/eager`), where the application says that it may: most answers are
there before a task would have run.

The short cuts: `scope["satchel.body"]` is the whole body, when it had arrived before the request was begun.
`scope["satchel.respond"]` is a function of (status, headers, body) that writes head and body at once and
returns True, or returns False when the ordinary messages must be used (the client reads slowly). Its `carry` does the
same for a stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from satchel.http.eager import REAL, start
from satchel.http.request import BODY, RESPOND
from satchel.http.response import RawHeaders
from satchel.http.sse import EventStream

HEAD_LIMIT_BYTES = 64 * 1024

ASGI = {"version": "3.0", "spec_version": "2.3"}

_BUSY, _REST = -1, -2


def make_protocol(*, request_timeout_seconds: float, keep_alive_seconds: float) -> type[HttpToolsProtocol]:
    """The connection class for these limits, as uvicorn's `http` option takes it."""

    class LimitedProtocol(PatientProtocol):
        head_seconds = request_timeout_seconds
        idle_seconds = keep_alive_seconds

    return LimitedProtocol


class Answering(partial[bool]):
    """The short cut of one request."""

    __slots__ = ()

    def carry(self, status: int, headers: RawHeaders, stream: EventStream) -> bool:
        """Hand the connection to a stream, and whether that could be done."""
        connection: PatientProtocol = self.args[0].on_response.__self__
        return connection.carry(status, headers, stream)


class PatientProtocol(HttpToolsProtocol):
    """One connection. A request sets no timers and asks for no time: the server calls `sweep` about once a second, and
    what it finds unchanged for too long is cut.

    `_head_bytes`: 0 while idle, the bytes of an incomplete head, _BUSY while a request is being answered, or _REST when
    it was answered before all of its body had come.
    """

    head_seconds: float = 60.0
    idle_seconds: float = 75.0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        config: Any = self.config
        self.application = config.loaded_app
        self._begins_at_once: Callable[[Any], bool] = getattr(self.application, "begins_at_once", _never)
        self._head_bytes = 0
        self._requests = 0
        self._unstarted: RequestResponseCycle | None = None
        # what `sweep` saw last, and since when
        self._seen: tuple[int, bool] | None = None
        self._seen_since = 0.0
        self._stream: EventStream | None = None

    def data_received(self, data: bytes) -> None:
        if self._stream is not None:
            return  # nothing can follow a request whose answer does not end
        if self._head_bytes >= 0:
            self._head_bytes += len(data)
        HttpToolsProtocol.data_received(self, data)
        if self._unstarted is not None:
            # the body is still on its way
            self._begin()
        elif self._head_bytes > HEAD_LIMIT_BYTES:
            self._refuse(b"431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_body(self, body: bytes) -> None:
        if self._stream is None:
            HttpToolsProtocol.on_body(self, body)

    def on_headers_complete(self) -> None:
        if self._stream is not None:
            return
        self._head_bytes = _BUSY
        parser: Any = self.parser
        version = parser.get_http_version()
        path, query = _split(self.url)
        text = path.decode("ascii")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": ASGI,
            "http_version": version,
            "method": parser.get_method().decode("ascii"),
            "scheme": self.scheme,
            "path": unquote(text) if "%" in text else text,
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": self.headers,
            "server": self.server,
            "client": self.client,
        }
        self.scope: Any = scope
        if parser.should_upgrade() and self._should_upgrade():
            return
        before: Any = self.cycle
        self.cycle = RequestResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        scope[RESPOND] = Answering(_respond, self.cycle)
        if before is None or before.response_complete:
            self._unstarted = self.cycle
        else:
            # a client that does not wait for answers
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.application))

    def on_message_complete(self) -> None:
        if self._stream is not None:
            return
        HttpToolsProtocol.on_message_complete(self)
        if self._head_bytes == _REST:
            self._head_bytes = 0
        if self._unstarted is not None:
            self._begin()

    def _begin(self) -> None:
        cycle, self._unstarted = self._unstarted, None
        if cycle is not None and not cycle.disconnected:
            if not cycle.more_body:
                scope: Any = cycle.scope
                scope[BODY] = bytes(cycle.body)
                cycle.body = bytearray()
            work = cycle.run_asgi(self.application)
            at_once = REAL or self._begins_at_once(cycle.scope)
            task = start(work, self.loop) if at_once else self.loop.create_task(work)
            if task is not None:
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    def on_response_complete(self) -> None:
        # as uvicorn does it, without a timer per request
        self.server_state.total_requests += 1
        self._requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._unstarted = self.pipeline.pop()[0]
            # not from within the answer before it: a thousand of them would lie on each other
            self.loop.call_soon(self._begin)
            return
        self._head_bytes = _REST if self.cycle.more_body else 0

    # ------------------------------------------------------------------------------------------------- event streams
    def carry(self, status: int, headers: RawHeaders, stream: EventStream) -> bool:
        """Take over the connection for a stream, and whether that could be done.

        The request ends here as far as uvicorn knows: what it made for it is given up, so that an open stream costs its
        socket, this object and little more.
        """
        cycle: Any = self.cycle
        if cycle is None or cycle.response_started or cycle.flow.write_paused or self.pipeline:
            return False
        if cycle.disconnected:
            stream.lost()
            return True
        chunked = cycle.scope["http_version"] != "1.0"
        framing = (b"transfer-encoding", b"chunked") if chunked else (b"connection", b"close")
        head = _head(status, [*cycle.default_headers, *headers, framing])
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        self.server_state.total_requests += 1
        del cycle.scope[RESPOND]
        self._stream = stream
        self.cycle = self.scope = self.headers = self.parser = None  # pyright: ignore[reportAttributeAccessIssue]
        cycle.transport.write(head)
        stream.attach(_Chunks(self.transport) if chunked else _Plain(self.transport))
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        HttpToolsProtocol.connection_lost(self, exc)
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.lost()

    def shutdown(self) -> None:
        # streams are closed, not waited for
        if self._stream is not None:
            self._stream.close()
        else:
            HttpToolsProtocol.shutdown(self)

    def sweep(self, now: float) -> None:
        """Close the connection if it has waited too long; `now` is the loop's time.

        A byte now and then does not buy more time: an incomplete head stays the same head, and so does the rest of a
        body that nobody reads.
        """
        if self._head_bytes == _BUSY or self.transport.is_closing():
            self._seen = None
            return
        seen = (self._requests, self._head_bytes != 0)
        if seen != self._seen:
            self._seen, self._seen_since = seen, now
            return
        # a connection on which nothing ever came is as good as an incomplete head
        patience = self.idle_seconds if self._requests and not self._head_bytes else self.head_seconds
        if now - self._seen_since < patience:
            return
        if self._head_bytes > 0:
            self._refuse(b"408 Request Timeout")
        else:
            self.transport.close()

    def _refuse(self, status: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()


def _never(scope: Any) -> bool:
    return False


def _split(url: bytes) -> tuple[bytes, bytes]:
    """Path and query of a request's target, which may be a whole URL. Raises httptools' errors for what is neither."""
    if url[:1] == b"/" and b"#" not in url:
        path, _, query = url.partition(b"?")
        return path, query
    parsed = httptools.parse_url(url)
    return parsed.path or b"/", parsed.query or b""


class _Plain:
    """A taken-over connection of HTTP/1.0: the answer ends with it."""

    __slots__ = ("transport",)
    last = b""

    def __init__(self, transport: Any) -> None:
        self.transport = transport

    def write(self, data: bytes) -> None:
        self.transport.write(data)

    def waiting_bytes(self) -> int:
        return self.transport.get_write_buffer_size()

    def end(self) -> None:
        if self.waiting_bytes():
            self.cut()
        else:
            if self.last:
                self.transport.write(self.last)
            self.transport.close()

    def cut(self) -> None:
        self.transport.abort()


class _Chunks(_Plain):
    """A taken-over connection of HTTP/1.1: each part is a chunk."""

    __slots__ = ()
    last = b"0\r\n\r\n"

    def write(self, data: bytes) -> None:
        self.transport.write(b"%x\r\n%b\r\n" % (len(data), data))


def _head(status: int, headers: RawHeaders) -> bytes:
    """Status line and headers. Raises ValueError for headers that would split the answer."""
    head = b"".join([STATUS_LINE[status], *(b"%b: %b\r\n" % entry for entry in headers), b"\r\n"])
    if head.count(b"\n") != len(headers) + 2 or head.count(b"\r") != len(headers) + 2 or b"\0" in head:
        raise ValueError("A header of the answer holds a line break.")
    return head


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
    del cycle.scope[RESPOND]  # it leads back to the cycle, which is free once this is gone
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True
