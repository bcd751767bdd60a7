"""Event streams: over real connections that are taken over, through a plain ASGI server, and their bounds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from satchel.http.mount import Mount
from satchel.http.protocol import make_protocol
from satchel.http.request import Request, RequestLimits
from satchel.http.response import Response, json_response, text_response
from satchel.http.router import Router
from satchel.http.server import HttpApp
from satchel.http.sse import EVENT_STREAM_TYPE, EventStream, event

HEAD = b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n"


class World:
    """An application with one kind of stream, and what became of the streams."""

    def __init__(self) -> None:
        self.streams: list[EventStream] = []
        self.closed = 0
        router = Router()
        router.add("GET", "/events", self.open)
        router.add("GET", "/fast", lambda request: text_response("fast"))
        self.http = HttpApp(
            [Mount("", router, lambda request, error: json_response({"error": str(error)}, 500))],
            limits=RequestLimits(timeout_seconds=1),
            on_draining=self.drain,
            max_concurrent_requests=1,
        )

    def open(self, request: Request) -> Response:
        stream = EventStream(limit_bytes=256 * 1024, limit_parts=1000, on_close=self.note)
        stream.send(b"hello\n\n")
        self.streams.append(stream)
        return Response(200, stream, content_type=EVENT_STREAM_TYPE)

    def note(self) -> None:
        self.closed += 1

    def drain(self) -> None:
        for stream in self.streams:
            stream.close()


@asynccontextmanager
async def serving(world: World, *, taken_over: bool) -> AsyncIterator[tuple[int, uvicorn.Server]]:
    http: Any = make_protocol(request_timeout_seconds=60, keep_alive_seconds=75) if taken_over else "h11"
    config = uvicorn.Config(world.http, http=http, ws="none", lifespan="off", log_config=None, port=0)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    await server.on_tick(0)  # sets the date
    try:
        yield server.servers[0].sockets[0].getsockname()[1], server
    finally:
        world.drain()
        await server.shutdown()


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("taken_over", [True, False], ids=["taken over", "plain ASGI"])
async def test_parts_arrive_as_they_are_written_and_the_end_is_in_order(taken_over: bool) -> None:
    world = World()
    async with serving(world, taken_over=taken_over) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"content-type: text/event-stream\r\n" in head
        assert b"transfer-encoding: chunked\r\n" in head.lower()
        assert await asyncio.wait_for(reader.readuntil(b"\n\n\r\n"), 5) == b"7\r\nhello\n\n\r\n"
        assert world.streams[0].send(b"more\n\n")
        assert await asyncio.wait_for(reader.readuntil(b"\n\n\r\n"), 5) == b"6\r\nmore\n\n\r\n"
        # a stream is no request in progress: others are answered beside it, be only one allowed
        assert world.http.in_progress == 0
        other_reader, other = await asyncio.open_connection("127.0.0.1", port)
        other.write(b"GET /fast HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert b"200 OK" in await asyncio.wait_for(other_reader.read(), 5)
        world.streams[0].close()
        assert await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 5) == b"0\r\n\r\n"
        assert (world.closed, world.streams[0].send(b"late")) == (1, False)
        writer.close()


@pytest.mark.parametrize("taken_over", [True, False], ids=["taken over", "plain ASGI"])
async def test_a_client_that_goes_away_closes_its_stream(taken_over: bool) -> None:
    world = World()
    async with serving(world, taken_over=taken_over) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD)
        await asyncio.wait_for(reader.readuntil(b"hello"), 5)
        writer.close()
        await until(lambda: world.closed)
        assert world.streams[0].closed


@pytest.mark.parametrize("taken_over", [True, False], ids=["taken over", "plain ASGI"])
async def test_a_client_that_does_not_read_is_cut(taken_over: bool) -> None:
    world = World()
    async with serving(world, taken_over=taken_over) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(HEAD)
        await asyncio.wait_for(reader.readuntil(b"hello"), 5)
        written = 0
        while world.streams[0].send(b"x" * 10_000):
            written += 10_000
            await asyncio.sleep(0)
            assert written < 64 * 1024**2, "the buffer of a stalled client has no bound"
        assert world.closed == 1
        writer.close()


async def test_shutdown_closes_streams_and_does_not_wait_for_them() -> None:
    world = World()
    async with serving(world, taken_over=True) as (port, server):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD)
        await asyncio.wait_for(reader.readuntil(b"hello"), 5)
        async with asyncio.timeout(1):
            await server.shutdown()
        assert (await asyncio.wait_for(reader.read(), 5)).endswith(b"0\r\n\r\n")
        assert world.closed == 1
        writer.close()


async def test_what_follows_a_stream_on_its_connection_is_ignored() -> None:
    world = World()
    async with serving(world, taken_over=True) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD)
        await asyncio.wait_for(reader.readuntil(b"hello\n\n\r\n"), 5)
        writer.write(b"GET /fast HTTP/1.1\r\nhost: x\r\n\r\n")
        await asyncio.sleep(0.05)
        world.streams[0].send(b"still\n\n")
        assert await asyncio.wait_for(reader.readuntil(b"\n\n\r\n"), 5) == b"7\r\nstill\n\n\r\n"
        writer.close()


async def test_http_1_0_gets_plain_parts_and_a_closed_connection() -> None:
    world = World()
    async with serving(world, taken_over=True) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /events HTTP/1.0\r\nhost: x\r\n\r\n")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert b"chunked" not in head
        assert b"connection: close\r\n" in head
        world.streams[0].close()
        assert await asyncio.wait_for(reader.read(), 5) == b"hello\n\n"
        writer.close()


def test_many_small_parts_count_too() -> None:
    stream = EventStream(limit_bytes=10**9, limit_parts=3)
    assert [stream.send(b"x") for _ in range(4)] == [True, True, True, False]
    assert stream.closed
    assert stream.take() is None


def test_an_event_has_no_spaces_and_keeps_line_breaks_apart() -> None:
    assert event(b"a/*", b"{}", b"me") == b"id:me\nevent:a/*\ndata:{}\n\n"
    assert event(b"a", b"1\n2\r\n3", b"me") == b"id:me\nevent:a\ndata:1\ndata:2\ndata:3\n\n"
