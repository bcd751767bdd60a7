"""WebSockets through any ASGI server, which is played by two queues: the upgrade, messages both ways, bounds, ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from satchel.http.mount import Mount
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.http.server import HttpApp
from satchel.http.websocket import HTTP_ANSWER, Socket

Handler = Callable[[Socket], Awaitable[None]]


class Played:
    """An ASGI server with one connection. `stuck`: takes nothing that the program sends."""

    def __init__(self, handler: Handler, path: str = "/echo", *, answers: bool = True) -> None:
        router = Router()
        self.app = HttpApp([Mount("", router, _render, sockets={"/echo": handler})])
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [],
            "subprotocols": ["one", "two"],
            "extensions": {HTTP_ANSWER: {}} if answers else {},
        }
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.free = asyncio.Event()
        self.free.set()
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(self.app(self.scope, self.incoming.get, self._send))

    async def _send(self, message: Any) -> None:
        await self.free.wait()
        self.outgoing.put_nowait(dict(message))

    def say(self, text: str) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", "text": text})

    async def heard(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            return await self.outgoing.get()

    async def ended(self) -> None:
        async with asyncio.timeout(5):
            await self.task


def _render(request: Request, error: Exception) -> Response:
    return Response(500)


async def echo(socket: Socket) -> None:
    await socket.accept(socket.offered[0])
    while (text := await socket.receive()) is not None:
        assert isinstance(text, str)
        if text == "end":
            socket.close(4001, "over")
        elif text == "fail":
            raise RuntimeError("on purpose")
        else:
            socket.send(text.encode())


async def test_messages_go_both_ways_until_the_client_leaves() -> None:
    server = Played(echo)
    assert await server.heard() == {"type": "websocket.accept", "subprotocol": "one"}
    for text in ("a", "ü", "c"):
        server.say(text)
        assert await server.heard() == {"type": "websocket.send", "text": text}
    server.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await server.ended()


async def test_the_program_may_end_it() -> None:
    server = Played(echo)
    await server.heard()
    server.say("end")
    assert await server.heard() == {"type": "websocket.close", "code": 4001, "reason": "over"}
    await server.ended()


async def test_a_handler_that_fails_ends_its_connection_only() -> None:
    server = Played(echo)
    await server.heard()
    server.say("fail")
    assert (await server.heard())["code"] == 1011
    await server.ended()


@pytest.mark.parametrize("answers", [True, False])
async def test_an_upgrade_that_is_refused(answers: bool) -> None:
    async def refuse(socket: Socket) -> None:
        await socket.refuse(401, b"no")

    for path, status in (("/echo", 401), ("/elsewhere", 404)):
        server = Played(refuse, path, answers=answers)
        first = await server.heard()
        if answers:
            assert (first["type"], first["status"]) == (f"{HTTP_ANSWER}.start", status)
            assert (await server.heard())["body"] == (b"no" if status == 401 else b"")
        else:
            assert first == {"type": "websocket.close"}
        await server.ended()


async def test_a_client_that_does_not_read_is_cut() -> None:
    closed: list[bool] = []

    async def flood(socket: Socket) -> None:
        await socket.accept()
        socket.limit_bytes, socket.limit_messages = 1000, 50
        socket.on_close = lambda: closed.append(True)
        await socket.receive()
        sent = 0
        while socket.send(b"x" * 100):
            sent += 1
        assert sent <= 12
        assert await socket.receive() is None

    server = Played(flood)
    await server.heard()
    server.free.clear()
    server.say("go")
    await server.ended()
    assert closed == [True]
