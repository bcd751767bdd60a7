"""The figures of realtime: idle connections, one event to many, clients that leave everything unread, completeness."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import pytest
from bench.crowd import Line, allow_descriptors, descriptors, follow, open_lines, resident_bytes, until

from tests.servers import Server, running_server

pytestmark = [pytest.mark.process, pytest.mark.heavy]

IDLE, FOLLOWERS = 5000, 1000
OPEN = {"listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": ""}


def make(server: Server) -> None:
    fields = [{"name": "title", "type": "text", "max": 100_000}]
    body = {"name": "posts", "type": "base", **OPEN, "fields": fields}
    token = server.pocketbase_token()
    answer = httpx.post(f"{server.url}/api/collections", json=body, headers={"Authorization": token}, timeout=30)
    assert answer.status_code == 200, answer.text


def place(server: Server) -> tuple[str, int, int]:
    assert server.process is not None
    return "127.0.0.1", int(server.url.rsplit(":", 1)[1]), server.process.pid


async def post(server: Server, title: str) -> None:
    answer = await asyncio.to_thread(
        httpx.post, f"{server.url}/api/collections/posts/records", json={"title": title}, timeout=30
    )
    assert answer.status_code == 200, answer.text


async def told(server: Server, lines: list[Line]) -> float:
    """Seconds from a write to the last follower's event."""
    for line in lines:
        line.frames = 0
    started = time.perf_counter()
    await post(server, "x")
    await until(lambda: all(line.frames for line in lines), 30)
    assert {line.frames for line in lines} == {1}
    return max(line.last for line in lines) - started


def test_five_thousand_idle_connections_and_an_event_to_a_thousand(tmp_path: Path) -> None:
    allow_descriptors(IDLE + 1000)

    async def run(server: Server) -> None:
        host, port, process = place(server)
        for line in await open_lines(host, port, 50):
            line.close()
        await asyncio.sleep(1)
        before, files = resident_bytes(process), descriptors(process)
        started = time.perf_counter()
        lines = await open_lines(host, port, IDLE)
        seconds, grown = time.perf_counter() - started, resident_bytes(process) - before
        assert httpx.get(f"{server.url}/api/health", timeout=5).status_code == 200
        followers = lines[:FOLLOWERS]
        await follow(host, port, followers, "posts/*")
        times = sorted([await told(server, followers) for _ in range(5)])
        for line in lines:
            line.close()
        await asyncio.sleep(3)
        left = descriptors(process) - files
        print(
            f"\n{IDLE} idle connections in {seconds:.1f} s: {grown / 1e6:.0f} MB, {grown / IDLE / 1000:.1f} kB each;"
            f" one event to {FOLLOWERS}: {times[2] * 1000:.0f} ms (worst {times[-1] * 1000:.0f}); {left} left open"
        )
        assert grown < 300e6
        assert times[2] < 1.0
        assert left <= 20

    with running_server(tmp_path) as server:
        make(server)
        asyncio.run(run(server))


def test_what_a_client_leaves_unread_does_not_stay_in_memory(tmp_path: Path) -> None:
    """32 MB of events for clients that don't read: each is cut at its bound, and the healthy one hears all."""

    async def run(server: Server) -> None:
        host, port, process = place(server)
        lines = await open_lines(host, port, 11)
        healthy, *slow = lines
        await follow(host, port, lines, "posts/*")
        for count in range(20):  # what the database keeps in memory is no client's
            await post(server, "x" * 80_000)
            await until(lambda count=count: healthy.frames > count, 30)
        for line in slow:
            line.pause()
        before = resident_bytes(process)
        peak = 0
        for count in range(20, 420):
            await post(server, "x" * 80_000)
            await until(lambda count=count: healthy.frames > count, 30)
            peak = max(peak, resident_bytes(process) - before)
        print(f"\n32 MB of events, 10 clients that don't read: at most {peak / 1e6:.0f} MB more")
        assert healthy.frames == 420
        assert peak < 64e6

    with running_server(tmp_path) as server:
        make(server)
        asyncio.run(run(server))


def test_three_thousand_events_reach_three_subscribers_once_each(tmp_path: Path) -> None:
    async def run(server: Server) -> None:
        host, port, _ = place(server)
        lines = await open_lines(host, port, 3)
        await follow(host, port, lines, "posts/*")
        limits = httpx.Limits(max_connections=8)
        async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=60) as client:

            async def some(writer: int) -> None:
                for count in range(125):
                    key = f"w{writer:02d}n{count:011d}"
                    path = "/api/collections/posts/records"
                    assert (await client.post(path, json={"id": key, "title": "a"})).status_code == 200
                    assert (await client.patch(f"{path}/{key}", json={"title": "b"})).status_code == 200
                    assert (await client.delete(f"{path}/{key}")).status_code == 204

            started = time.perf_counter()
            await asyncio.gather(*(some(writer) for writer in range(8)))
            written = time.perf_counter() - started
        await until(lambda: all(line.frames >= 3000 for line in lines), 60)
        seconds = time.perf_counter() - started
        await asyncio.sleep(1)
        print(f"\n3000 writes in {written:.1f} s, all told to 3 subscribers after {seconds:.1f} s")
        assert [line.frames for line in lines] == [3000] * 3

    with running_server(tmp_path) as server:
        make(server)
        asyncio.run(run(server))
