"""The figures of WebSockets: idle connections, one event to many, clients that leave everything unread, completeness,
two workers."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from bench.crowd import allow_descriptors, descriptors, resident_bytes, until
from websockets.asyncio.client import ClientConnection, connect

from tests.servers import Server, running_server

pytestmark = [pytest.mark.process, pytest.mark.heavy]

CONNECTIONS = 300
KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}
TITLE = {"field": "title", "type": "text", "schema": {}, "meta": {}}


def prepare(server: Server) -> str:
    token = server.directus_token()
    body = {"collection": "posts", "schema": {}, "meta": {}, "fields": [KEY, TITLE]}
    answer = httpx.post(f"{server.url}/collections", json=body, headers=bearer(token), timeout=30)
    assert answer.status_code == 200, answer.text
    return token


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


class Line:
    """One connection, and what it was told."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.told: list[tuple[str, Any]] = []
        self.last = 0.0
        self.reading: asyncio.Task[None] | None = None

    async def follow(self) -> None:
        query = {"fields": ["id"]}
        await self.socket.send(json.dumps({"type": "subscribe", "collection": "posts", "event": None, "query": query}))
        first = json.loads(await self.socket.recv())
        assert first["event"] == "init", first
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self.socket:
            message = json.loads(text)
            if message["type"] == "subscription":
                self.told += [(message["event"], item) for item in message["data"]]
                self.last = time.perf_counter()

    async def close(self) -> None:
        if self.reading is not None:
            self.reading.cancel()
        await self.socket.close()


async def opened(server: Server, token: str, count: int) -> list[Line]:
    address = f"{server.url.replace('http', 'ws', 1)}/websocket?access_token={token}"
    made: list[Line] = []
    for _ in range(0, count, 50):
        some = (connect(address, compression=None, ping_interval=None) for _ in range(min(50, count)))
        made += [Line(await opening) for opening in some]
    return made[:count]


async def post(server: Server, token: str, title: str) -> None:
    answer = await asyncio.to_thread(
        httpx.post, f"{server.url}/items/posts", json={"title": title}, headers=bearer(token), timeout=30
    )
    assert answer.status_code == 200, answer.text


def test_idle_connections_and_an_event_to_all_of_them(tmp_path: Path) -> None:
    allow_descriptors(CONNECTIONS + 500)

    async def run(server: Server, token: str) -> None:
        assert server.process is not None
        process = server.process.pid
        for line in await opened(server, token, 50):
            await line.close()
        await asyncio.sleep(1)
        before, files = resident_bytes(process), descriptors(process)
        started = time.perf_counter()
        lines = await opened(server, token, CONNECTIONS)
        seconds, grown = time.perf_counter() - started, resident_bytes(process) - before
        for line in lines:
            await line.follow()
        times: list[float] = []
        for number in range(1, 6):
            started = time.perf_counter()
            await post(server, token, "x")
            await until(lambda number=number: all(len(line.told) == number for line in lines), 30)
            times.append(max(line.last for line in lines) - started)
        for line in lines:
            await line.close()
        await asyncio.sleep(1.5)
        left = descriptors(process) - files
        print(
            f"\n{CONNECTIONS} idle WebSockets in {seconds:.1f} s: {grown / CONNECTIONS / 1000:.1f} kB each;"
            f" one event to all: {sorted(times)[2] * 1000:.0f} ms; {left} left open"
        )
        assert grown / CONNECTIONS <= 64_000
        assert sorted(times)[2] < 1.0
        assert left <= 20

    with running_server(tmp_path) as server:
        asyncio.run(run(server, prepare(server)))


def test_what_a_client_leaves_unread_does_not_stay_in_memory(tmp_path: Path) -> None:
    """15 MB of events for clients that don't read: each is cut at its bound, and the healthy one hears all."""

    async def run(server: Server, token: str) -> None:
        assert server.process is not None
        address = f"{server.url.replace('http', 'ws', 1)}/websocket?access_token={token}"
        healthy, *slow = [
            await connect(address, compression=None, ping_interval=None, max_queue=1, max_size=None) for _ in range(8)
        ]
        for client in (healthy, *slow):
            await client.send(json.dumps({"type": "subscribe", "collection": "posts"}))
            await client.recv()
        title = "x" * 120_000
        for _ in range(10):  # what the database keeps in memory is no client's
            await post(server, token, title)
            await healthy.recv()
        before = resident_bytes(server.process.pid)
        peak = 0
        for _ in range(125):
            await post(server, token, title)
            message = json.loads(await healthy.recv())
            while message["type"] == "ping":
                message = json.loads(await healthy.recv())
            assert message["event"] == "create"
            peak = max(peak, resident_bytes(server.process.pid) - before)
        print(f"\n15 MB of events, 7 WebSockets that don't read: at most {peak / 1e6:.0f} MB more")
        assert peak < 64e6
        for client in slow:
            client.transport.abort()
        await healthy.close()

    with running_server(tmp_path) as server:
        asyncio.run(run(server, prepare(server)))


def test_every_event_reaches_every_subscriber_once_and_in_order(tmp_path: Path) -> None:
    """Two workers write, and hold the connections."""

    async def run(server: Server, token: str) -> None:
        lines = await opened(server, token, 4)
        for line in lines:
            await line.follow()
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(token), timeout=60) as client:

            async def some() -> None:
                for _ in range(20):
                    key = (await client.post("/items/posts", json={"title": "a"})).json()["data"]["id"]
                    assert (await client.patch(f"/items/posts/{key}", json={"title": "b"})).status_code == 200
                    assert (await client.delete(f"/items/posts/{key}")).status_code == 204

            await asyncio.gather(*(some() for _ in range(5)))
        await until(lambda: all(len(line.told) >= 300 for line in lines), 60)
        await asyncio.sleep(0.5)
        for line in lines:
            assert len(line.told) == 300
            order: dict[str, list[str]] = {}
            for event, item in line.told:
                order.setdefault(str(item["id"]) if isinstance(item, dict) else item, []).append(event)
            assert set(map(tuple, order.values())) == {("create", "update", "delete")}
            await line.close()

    with running_server(tmp_path, settings={"workers": 2}) as server:
        asyncio.run(run(server, prepare(server)))


def test_a_flood_of_pings_that_nobody_reads_answers_to_is_cut(tmp_path: Path) -> None:
    with running_server(tmp_path, settings={"websocket_rest_auth": "public"}) as server:
        assert server.process is not None
        with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=20) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            key = base64.b64encode(b"0" * 16).decode()
            head = "GET /websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            line.sendall(f"{head}Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
            assert line.recv(4096).startswith(b"HTTP/1.1 101")
            before = resident_bytes(server.process.pid)
            # a frame: ping, masked, 125 bytes
            many = (bytes([0x89, 0x80 | 125]) + b"\0" * 4 + b"x" * 125) * 1000
            with pytest.raises((ConnectionError, TimeoutError)):
                line.sendall(many * 400)
            assert resident_bytes(server.process.pid) - before < 20e6
        assert httpx.get(f"{server.url}/server/ping", timeout=10).text == "pong"
