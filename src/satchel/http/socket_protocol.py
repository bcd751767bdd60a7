"""The WebSocket connection: uvicorn's, with the way out in our hands.

In charge of: writing frames to the connection without waiting for it, ending it with or without a code, and cutting it.
Not in charge of: the handshake and frames (the library `websockets`), or what is said. Used by the command line's
server for connections that `http/protocol` upgrades.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from satchel.http.websocket import HTTP_ANSWER, NO_CODE, mark_line

HTTP_BODY = f"{HTTP_ANSWER}.body"
PONG_BYTES_MAX = 1024**2
CLOSE_SECONDS = 10.0
"""How long a client may take to answer a close."""


class LentProtocol(WebSocketsSansIOProtocol):
    """One connection, lent to the socket that the application makes of it."""

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:
            mark_line(scope, Frames(self))

    def handle_ping(self) -> None:
        # whoever asks all the time and reads nothing does not fill the memory with answers
        if self.transport.get_write_buffer_size() > PONG_BYTES_MAX:
            self.transport.abort()
        else:
            super().handle_ping()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == HTTP_BODY:
            self.handshake_complete = True  # it was refused in order, which uvicorn would call a failure

    def shutdown(self) -> None:
        # who does not read is not waited for
        super().shutdown()
        if self.transport.get_write_buffer_size():
            self.transport.abort()


class Frames:
    """The line of one connection."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: LentProtocol) -> None:
        self._protocol = protocol

    def write(self, text: bytes) -> None:
        protocol = self._protocol
        if protocol.close_sent or protocol.transport.is_closing():
            return
        try:
            protocol.conn.send_text(text)
        except InvalidState:
            return  # the client has begun to close
        protocol.transport.write(b"".join(protocol.conn.data_to_send()))

    def waiting_bytes(self) -> int:
        return self._protocol.transport.get_write_buffer_size()

    def end(self, code: int | None, reason: str) -> None:
        protocol = self._protocol
        if protocol.close_sent or protocol.transport.is_closing():
            return
        try:
            protocol.conn.send_close(code, reason)
        except InvalidState:
            return
        protocol.transport.write(b"".join(protocol.conn.data_to_send()))
        protocol.close_sent = True
        protocol.stop_keepalive()
        protocol.queue.put_nowait({"type": "websocket.disconnect", "code": NO_CODE if code is None else code})
        if protocol.read_paused:
            protocol.read_paused = False
            protocol.transport.resume_reading()
        protocol.close_timer = protocol.loop.call_later(CLOSE_SECONDS, protocol.transport.abort)

    def cut(self) -> None:
        self._protocol.transport.abort()
