"""WebSockets: connections on which both sides write.

In charge of: one connection (`Socket`): its upgrade, messages in, a way out that is bounded and never waited for, and
ending it. Not in charge of: what is said (the wires), or framing (the ASGI server). Made by `http/server`, which hands
it to the handler that a mount has for its path; under the command line's server `http/protocol` lends the connection
itself, elsewhere a task carries the messages.

A client that does not read is cut as soon as more waits for it than its socket may hold, like those of event streams.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from satchel.http.request import Message, Receive, Request, RequestLimits, Scope, Send

LINE = "satchel.line"
"""Where the scope has the connection itself, under the command line's server."""
NO_CODE = 1005
"""What a peer reports of an end without a code."""
NORMAL, GOING_AWAY, INTERNAL = 1000, 1001, 1011
HTTP_ANSWER = "websocket.http.response"
SWITCHED = 101

_SCHEMES = {"ws": "http", "wss": "https"}


class SocketLine(Protocol):
    """The connection itself."""

    def write(self, text: bytes) -> None: ...

    def waiting_bytes(self) -> int:
        """How much the client has yet to read."""
        ...

    def end(self, code: int | None, reason: str) -> None:
        """Close in order; the client has a while to answer."""
        ...

    def cut(self) -> None: ...


class Socket:
    """One connection. `request`: the upgrade as an HTTP request. `offered`: the subprotocols that the client knows.
    `limit_bytes`, `limit_messages`: how much may wait for the client. Everything happens on the event loop's thread.

    `status`: what the upgrade was answered with; 0 before that.
    """

    __slots__ = (
        "_carrier",
        "_code",
        "_line",
        "_reason",
        "_receive",
        "_send",
        "_unread",
        "_waiting",
        "_waiting_bytes",
        "_woken",
        "closed",
        "limit_bytes",
        "limit_messages",
        "offered",
        "on_close",
        "request",
        "status",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, limits: RequestLimits) -> None:
        scheme = _SCHEMES.get(scope.get("scheme", "ws"), "http")
        self.request = Request({**scope, "method": "GET", "scheme": scheme}, receive, limits)
        self.offered: tuple[str, ...] = tuple(scope.get("subprotocols") or ())
        self.limit_bytes = 2 * 1024**2
        self.limit_messages = 8192
        self.closed = False
        self.status = 0
        self.on_close: Callable[[], None] | None = None
        self._receive = receive
        self._send = send
        self._line: SocketLine | None = scope.get(LINE)
        self._unread = 0
        self._code: int | None = None
        self._reason = ""
        # without a line of its own: what the server has yet to take
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._woken = asyncio.Event()
        self._carrier: asyncio.Task[None] | None = None

    # --- the upgrade

    async def accept(self, subprotocol: str | None = None) -> None:
        """Take the connection."""
        await self._connected()
        self.status = SWITCHED
        message: Message = {"type": "websocket.accept"}
        if subprotocol is not None:
            message["subprotocol"] = subprotocol
        try:
            await self._send(message)
        except OSError:  # how servers say that the client has left meanwhile
            self.lost()
            return
        if self._line is None:
            self._carrier = asyncio.ensure_future(self._carry())

    async def refuse(self, status: int, body: bytes = b"", content_type: bytes = b"text/plain; charset=utf-8") -> None:
        """Answer the upgrade with an HTTP status instead. Servers that can't do that answer 403."""
        await self._connected()
        self.status, self.closed = status, True
        with contextlib.suppress(OSError):
            if HTTP_ANSWER in (self.request.scope.get("extensions") or {}):
                headers = [(b"content-type", content_type), (b"cache-control", b"no-store")]
                await self._send({"type": f"{HTTP_ANSWER}.start", "status": status, "headers": headers})
                await self._send({"type": f"{HTTP_ANSWER}.body", "body": body})
            else:
                await self._send({"type": "websocket.close"})

    async def _connected(self) -> None:
        if self.status == 0:
            await self._receive()

    # --- in

    async def receive(self) -> str | bytes | None:
        """The next message; None when the connection has ended."""
        while not self.closed:
            message = await self._next()
            if message is None:
                return None
            if message["type"] == "websocket.receive":
                text = message.get("text")
                return text if text is not None else message.get("bytes") or b""
            if message["type"] == "websocket.disconnect":
                self.lost()
        return None

    async def _next(self) -> Message | None:
        """What the server hands on; None when the way out has ended before."""
        if self._carrier is None:
            return await self._receive()
        coming = asyncio.ensure_future(self._receive())
        try:
            await asyncio.wait((coming, self._carrier), return_when=asyncio.FIRST_COMPLETED)
            return coming.result() if coming.done() else None
        finally:
            coming.cancel()

    # --- out

    def send(self, text: bytes) -> bool:
        """Write a message, and whether the connection is still open. One message too many cuts it."""
        if self.closed or self.status != SWITCHED:
            return False
        line = self._line
        waiting = self._waiting_bytes if line is None else line.waiting_bytes()
        unread = len(self._waiting) if line is None else self._unread
        if (waiting and waiting + len(text) > self.limit_bytes) or unread >= self.limit_messages:
            self.cut()
            return False
        if line is None:
            self._waiting.append(text)
            self._waiting_bytes += len(text)
            self._woken.set()
        else:
            self._unread = self._unread + 1 if waiting else 1
            line.write(text)
        return True

    def close(self, code: int | None = None, reason: str = "") -> None:
        """End the connection in order; what waits is still sent, if the client reads. None: without a code."""
        if self.closed:
            return
        self._code, self._reason = code, reason
        if self._line is not None and self.status == SWITCHED:
            self._line.end(code, reason)
        self.lost()

    def cut(self) -> None:
        """End the connection at once, and forget what waits."""
        if not self.closed:
            self._waiting.clear()
            if self._line is not None:
                self._line.cut()
            elif self._carrier is not None:
                self._carrier.cancel()
            self.lost()

    def lost(self) -> None:
        """The connection is gone."""
        if not self.closed:
            self.closed = True
            self._woken.set()
            on_close, self.on_close = self.on_close, None
            if on_close is not None:
                on_close()

    async def finish(self) -> None:
        """The handler has ended: let what waits go out, and end with it."""
        self.close(NORMAL)
        if self._carrier is not None:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._carrier

    async def _carry(self) -> None:
        """Hand messages to the server, which takes them as fast as the client reads."""
        timeout = self.request.timeout_seconds
        while True:
            while self._waiting:
                text = self._waiting.popleft()
                self._waiting_bytes -= len(text)
                async with asyncio.timeout(timeout):
                    await self._send({"type": "websocket.send", "text": text.decode("utf-8", "replace")})
            if self.closed:
                break
            self._woken.clear()
            await self._woken.wait()
        code = NORMAL if self._code is None else self._code
        with contextlib.suppress(Exception):  # the client may be gone, and servers say so in their own ways
            await self._send({"type": "websocket.close", "code": code, "reason": self._reason})


SocketHandler = Callable[[Socket], Awaitable[None]]


async def serve(socket: Socket, handler: SocketHandler) -> None:
    """Run a handler to its end, whatever happens to the connection. Raises what the handler raises."""
    try:
        await handler(socket)
    except BaseException:
        socket.close(INTERNAL)
        raise
    finally:
        await socket.finish()


def mark_line(scope: Any, line: SocketLine) -> None:
    """Lend the connection itself to the socket of this scope."""
    scope[LINE] = line
