"""Real connections: patience, sizes, pipelining, keep-alive, whole answers."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from satchel.http.mount import Mount
from satchel.http.protocol import HEAD_LIMIT_BYTES, PatientProtocol, make_protocol
from satchel.http.request import Request, RequestLimits
from satchel.http.response import Response, json_response, text_response
from satchel.http.router import Router
from satchel.http.server import HttpApp


def app() -> HttpApp:
    async def slow(request: Request) -> Response:
        await asyncio.sleep(0.05)
        return text_response("slow")

    async def echo(request: Request) -> Response:
        return text_response(str(len(await request.body())))

    def split(request: Request) -> Response:
        response = text_response("x")
        response.headers.append((b"location", b"/a\r\nset-cookie: stolen=1"))
        return response

    router = Router()
    router.add("GET", "/fast", lambda request: text_response("fast"))
    router.add("GET", "/slow", slow)
    router.add("POST", "/echo", echo)
    router.add("POST", "/early", lambda request: text_response("not read", 403))
    router.add("GET", "/split", split)
    router.add("GET", "/big", lambda request: Response(body=b"x" * 3_000_000))
    router.add("GET", "/close", lambda request: Response(body=b"bye", headers={"connection": "close"}))

    def render(request: Request, error: Exception) -> Response:
        return json_response({"error": type(error).__name__}, getattr(error, "status", 500))

    limits = RequestLimits(timeout_seconds=0.3, body_limit_bytes=1000)
    return HttpApp([Mount("", router, render, quick=re.compile(".*"))], limits=limits)


@dataclass
class Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, text: str | bytes) -> tuple[int, dict[str, str], bytes]:
        self.writer.write(text.encode() if isinstance(text, str) else text)
        await self.writer.drain()
        return await self.answer(head_only=text[:4] in ("HEAD", b"HEAD"))

    async def answer(self, *, head_only: bool = False) -> tuple[int, dict[str, str], bytes]:
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)).decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
        size = 0 if head_only else int(headers.get("content-length", 0))
        return int(head[0].split()[1]), headers, await asyncio.wait_for(self.reader.readexactly(size), 5)

    async def is_closed(self, seconds: float = 5) -> bool:
        try:
            return await asyncio.wait_for(self.reader.read(1), seconds) == b""
        except (TimeoutError, ConnectionError):
            return False


@asynccontextmanager
async def serving(*, head_seconds: float = 60, idle_seconds: float = 75) -> AsyncIterator[Any]:
    protocol = make_protocol(request_timeout_seconds=head_seconds, keep_alive_seconds=idle_seconds)
    config = uvicorn.Config(app(), http=protocol, ws="none", lifespan="off", interface="asgi3", log_config=None, port=0)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    await server.on_tick(0)  # sets the date
    port = server.servers[0].sockets[0].getsockname()[1]

    async def sweep() -> None:
        while True:
            await asyncio.sleep(0.02)
            for connection in list(server.server_state.connections):
                assert isinstance(connection, PatientProtocol)
                connection.sweep(asyncio.get_running_loop().time())

    sweeping = asyncio.ensure_future(sweep())
    opened: list[Connection] = []

    async def connect() -> Connection:
        opened.append(Connection(*await asyncio.open_connection("127.0.0.1", port)))
        return opened[-1]

    try:
        yield connect
    finally:
        sweeping.cancel()
        for connection in opened:
            connection.writer.close()
        await server.shutdown()


GET = "GET {} HTTP/1.1\r\nHost: x\r\n\r\n"


async def test_keep_alive_and_whole_answers() -> None:
    async with serving() as connect:
        connection = await connect()
        for path in ("/fast", "/slow", "/fast"):
            status, headers, body = await connection.ask(GET.format(path))
            assert (status, body.decode()) == (200, path[1:])
            assert "date" in headers
            assert "transfer-encoding" not in headers
        assert (await connection.ask("HEAD /fast HTTP/1.1\r\nHost: x\r\n\r\n"))[1]["content-length"] == "4"
        assert (await connection.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"))[2] == b"3"
        assert (await connection.ask(GET.format("/nope")))[0] == 404
        assert (await connection.ask(GET.format("/fast")))[2] == b"fast"


async def test_pipelined_requests_are_answered_in_order() -> None:
    async with serving() as connect:
        connection = await connect()
        connection.writer.write((GET.format("/slow") + GET.format("/fast") + GET.format("/slow")).encode())
        answers = [(await connection.answer())[2] for _ in range(3)]
        assert answers == [b"slow", b"fast", b"slow"]


async def test_connections_that_end_with_the_answer() -> None:
    async with serving() as connect:
        old = "GET /fast HTTP/1.0\r\n\r\n"
        asked = "GET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        for request in (GET.format("/close"), old, asked):
            connection = await connect()
            status, headers, _ = await connection.ask(request)
            assert (status, headers["connection"]) == (200, "close")
            assert await connection.is_closed()


async def test_a_header_can_t_split_the_answer() -> None:
    async with serving() as connect:
        connection = await connect()
        status, headers, _ = await connection.ask(GET.format("/split"))
        assert status == 500
        assert "set-cookie" not in headers


async def test_big_answers_arrive_whole() -> None:
    async with serving() as connect:
        connection = await connect()
        status, _, body = await connection.ask(GET.format("/big"))
        assert (status, len(body)) == (200, 3_000_000)
        assert (await connection.ask(GET.format("/fast")))[2] == b"fast"


async def test_a_client_that_reads_nothing_is_cut() -> None:
    async with serving() as connect:
        connection = await connect()
        for _ in range(5):
            connection.writer.write(GET.format("/big").encode())
        await connection.writer.drain()
        await asyncio.sleep(1.5)
        received = 0
        with_end = False
        while not with_end:
            part = await asyncio.wait_for(connection.reader.read(1 << 20), 5)
            received += len(part)
            with_end = not part
        assert received < 15_000_000


@pytest.mark.parametrize("beginning", ["", "GET /fast HTTP/1.1\r\nHost: x\r\n", "G"])
async def test_half_open_connections_are_cut(beginning: str) -> None:
    async with serving(head_seconds=0.2) as connect:
        connection = await connect()
        connection.writer.write(beginning.encode())
        if beginning:
            assert (await connection.answer())[0] == 408
        assert await connection.is_closed(2)


async def test_dribbling_buys_no_time() -> None:
    async with serving(head_seconds=0.3) as connect:
        connection = await connect()
        connection.writer.write(b"GET /fast HTTP/1.1\r\n")

        async def dribble() -> None:
            while True:
                connection.writer.write(b"X-A: 1\r\n")
                await asyncio.sleep(0.05)

        dribbling = asyncio.ensure_future(dribble())
        assert (await asyncio.wait_for(connection.answer(), 2))[0] == 408
        dribbling.cancel()


async def test_a_body_that_stops_is_refused() -> None:
    async with serving() as connect:
        connection = await connect()
        status, headers, _ = await connection.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab")
        assert (status, headers["connection"]) == (408, "close")
        assert await connection.is_closed()


async def test_idle_connections_are_closed_and_busy_ones_are_not() -> None:
    async with serving(idle_seconds=0.02) as connect:
        connection = await connect()
        assert (await connection.ask(GET.format("/slow")))[2] == b"slow"
        assert await connection.is_closed(2)


@pytest.mark.parametrize("header", ["X: " + "a" * HEAD_LIMIT_BYTES, "X: a\r\n" * (HEAD_LIMIT_BYTES // 5)])
async def test_heads_have_a_limit(header: str) -> None:
    async with serving() as connect:
        connection = await connect()
        connection.writer.write(f"GET /fast HTTP/1.1\r\n{header}".encode())
        await connection.writer.drain()
        assert (await connection.answer())[0] == 431
        assert await connection.is_closed()


@pytest.mark.parametrize("first", [10, 3 * HEAD_LIMIT_BYTES])
async def test_a_body_that_nobody_reads_is_no_head(first: int) -> None:
    size = 4 * HEAD_LIMIT_BYTES
    async with serving() as connect:
        connection = await connect()
        head = f"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
        assert (await connection.ask(head.encode() + b"a" * first))[0] == 403
        connection.writer.write(b"a" * (size - first))
        assert (await connection.ask(GET.format("/fast")))[2] == b"fast"
        assert (await connection.ask(head.encode() + b"a" * size))[0] == 403
        assert (await connection.ask(GET.format("/fast")))[2] == b"fast"


async def test_a_body_that_nobody_reads_has_to_end() -> None:
    async with serving(head_seconds=0.3) as connect:
        connection = await connect()
        head = "POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n"
        assert (await connection.ask(head))[0] == 403
        for _ in range(20):
            connection.writer.write(b"a" * 1000)
            await asyncio.sleep(0.05)
            if connection.reader.at_eof():
                break
        assert await connection.is_closed(2)


async def test_a_body_over_the_limit_ends_the_connection() -> None:
    async with serving() as connect:
        connection = await connect()
        status, headers, _ = await connection.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nab")
        assert (status, headers["connection"]) == (413, "close")


async def test_a_thousand_half_open_connections_hold_nobody_up() -> None:
    async with serving() as connect:
        for _ in range(300):
            (await connect()).writer.write(b"POST /echo HTTP/1.1\r\n")
        connection = await connect()
        started = asyncio.get_running_loop().time()
        assert (await connection.ask(GET.format("/fast")))[0] == 200
        assert asyncio.get_running_loop().time() - started < 1
