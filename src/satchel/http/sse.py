"""Server-Sent Events: answers that stay open and are written to from elsewhere.

In charge of: one open answer with a bounded buffer (`EventStream`), the exact bytes of one event, and sending a stream
through any ASGI server. Not in charge of: what is sent, or how long a stream may live (`realtime/`). Made by the wires;
taken over by `http/protocol` under the command line's server, which needs no task and no buffer per stream then.

Writing never waits. A client that does not read is cut as soon as more waits for it than its stream may hold: what
one client leaves unread must neither fill the memory nor hold up anybody else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

EVENT_STREAM_TYPE = b"text/event-stream"


class Line(Protocol):
    """What carries a stream: a connection that was taken over."""

    def write(self, data: bytes) -> None: ...

    def waiting_bytes(self) -> int:
        """How much the client has yet to read."""
        ...

    def end(self) -> None:
        """Finish the answer in order, unless the client leaves something unread."""
        ...

    def cut(self) -> None: ...


class EventStream:
    """One open answer. `limit_bytes` and `limit_parts`: how much may wait for the client before it is cut.

    `on_close` is called once, however the stream ends. Everything happens on the event loop's thread.
    """

    __slots__ = (
        "_line",
        "_on_close",
        "_parts",
        "_unread",
        "_waiting",
        "_woken",
        "closed",
        "limit_bytes",
        "limit_parts",
    )

    def __init__(self, *, limit_bytes: int, limit_parts: int, on_close: Callable[[], None] | None = None) -> None:
        self.limit_bytes = limit_bytes
        self.limit_parts = limit_parts
        self.closed = False
        self._on_close = on_close
        self._line: Line | None = None
        # without a line of its own: what an ASGI server has yet to take
        self._parts: deque[bytes] | None = deque()
        self._waiting = 0
        self._unread = 0
        self._woken: asyncio.Event | None = None

    def send(self, data: bytes) -> bool:
        """Write a part, and whether the stream is still open. One part too many cuts it."""
        if self.closed:
            return False
        line = self._line
        if line is None:
            assert self._parts is not None
            self._waiting += len(data)
            if self._waiting > self.limit_bytes or len(self._parts) >= self.limit_parts:
                self.cut()
                return False
            self._parts.append(data)
            self._wake()
            return True
        waiting = line.waiting_bytes()
        self._unread = self._unread + 1 if waiting else 1
        if waiting + len(data) > self.limit_bytes or self._unread > self.limit_parts:
            self.cut()
            return False
        line.write(data)
        return True

    def close(self) -> None:
        """End the answer in order; what waits is still sent, if the client reads."""
        if not self.closed:
            if self._line is not None:
                self._line.end()
            self.lost()

    def cut(self) -> None:
        """End the answer at once, and forget what waits."""
        if not self.closed:
            if self._line is not None:
                self._line.cut()
            if self._parts is not None:
                self._parts.clear()
            self.lost()

    def lost(self) -> None:
        """The connection is gone."""
        if not self.closed:
            self.closed = True
            self._line = None
            self._wake()
            on_close, self._on_close = self._on_close, None
            if on_close is not None:
                on_close()

    # ------------------------------------------------------------------------------------------------- for the carrier
    def attach(self, line: Line) -> None:
        """From now on `line` carries the stream; it gets what was written before."""
        parts, self._parts = self._parts, None
        self._line = line
        self._woken = None
        if parts:
            line.write(b"".join(parts))

    def take(self) -> bytes | None:
        """All that waits, in one piece; None when nothing does."""
        if not self._parts:
            return None
        data = b"".join(self._parts)
        self._parts.clear()
        self._waiting = 0
        return data

    async def wait(self) -> None:
        """Until something waits, or the stream is closed."""
        if not self._parts and not self.closed:
            self._woken = asyncio.Event()
            await self._woken.wait()

    def _wake(self) -> None:
        if self._woken is not None:
            self._woken.set()


async def send_stream(stream: EventStream, receive: Receive, send: Send, *, timeout_seconds: float) -> int:
    """Carry a stream through an ASGI server, whose head has been sent; the bytes that went out.

    A server that does not take a part within `timeout_seconds` has a client that does not read.
    """
    gone = asyncio.ensure_future(_wait_for_disconnect(receive))
    sent = 0
    try:
        while not gone.done():
            data = stream.take()
            if data is not None:
                async with asyncio.timeout(timeout_seconds):
                    await send({"type": "http.response.body", "body": data, "more_body": True})
                sent += len(data)
            elif stream.closed:
                await send({"type": "http.response.body", "body": b""})
                break
            else:
                ready = asyncio.ensure_future(stream.wait())
                await asyncio.wait((ready, gone), return_when=asyncio.FIRST_COMPLETED)
                ready.cancel()
    except TimeoutError:
        stream.cut()
    finally:
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
        stream.lost()
    return sent


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def event(name: bytes, data: bytes, id_: bytes) -> bytes:
    """One event: `id:…\\nevent:…\\ndata:…\\n\\n`, without a space after the colons, as PocketBase writes it.

    Data of several lines becomes several `data:` lines, which a client puts together again.
    """
    if b"\n" in data or b"\r" in data:
        lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        data = b"\ndata:".join(lines)
    return b"id:%b\nevent:%b\ndata:%b\n\n" % (id_, name, data)
