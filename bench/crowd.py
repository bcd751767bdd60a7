"""A crowd of realtime clients, as cheap as they can be made: sockets of one process, and what came over them.

In charge of: opening streams, subscribing, counting frames. Used by `realtime.py` and by the test of the figures.
"""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import Sequence
from pathlib import Path

FORM = b"POST /api/realtime HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
HEAD = b"GET /api/realtime HTTP/1.1\r\nHost: bench\r\n\r\n"


def allow_descriptors(count: int) -> None:
    """Raise this process's limit of open files, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Line(asyncio.Protocol):
    """One stream. `frames`: how many events came after the first one; `last`: when the last one did."""

    def __init__(self) -> None:
        self.client = ""
        self.frames = 0
        self.last = 0.0
        self.bytes = 0
        self.closed = False
        self._seen = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(HEAD)

    def data_received(self, data: bytes) -> None:
        self.bytes += len(data)
        if not self.client:
            self._seen += data
            if b'"clientId":"' not in self._seen:
                return
            self.client = self._seen.partition(b'"clientId":"')[2].partition(b'"')[0].decode()
            data, self._seen = b"", b""
        self.frames += data.count(b"\nevent:")
        self.last = time.perf_counter()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True

    def pause(self) -> None:
        assert self._transport is not None
        self._transport.pause_reading()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


async def open_lines(host: str, port: int, count: int, *, at_once: int = 100) -> list[Line]:
    """So many streams whose clients are known."""
    loop = asyncio.get_running_loop()
    lines: list[Line] = []
    while len(lines) < count:
        some = min(at_once, count - len(lines))
        made = await asyncio.gather(*(loop.create_connection(Line, host, port) for _ in range(some)))
        some_lines = [line for _, line in made]
        await until(lambda fresh=some_lines: all(line.client for line in fresh), 30)
        lines += some_lines
    return lines


async def follow(host: str, port: int, lines: Sequence[Line], topic: str) -> None:
    """Have all of them follow a topic, over one connection."""
    reader, writer = await asyncio.open_connection(host, port)
    for line in lines:
        body = json.dumps({"clientId": line.client, "subscriptions": [topic]}).encode()
        writer.write(FORM % len(body) + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 204"), answer
    writer.close()


async def until(condition: object, seconds: float) -> None:
    """Wait for something that sockets bring about."""
    assert callable(condition)
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)


def resident_bytes(process: int) -> int:
    """What a process and its children have in memory."""
    total = 0
    for one in (process, *_children(process)):
        pages = Path(f"/proc/{one}/statm").read_text().split()[1]
        total += int(pages) * resource.getpagesize()
    return total


def descriptors(process: int) -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def _children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        found += [int(text) for text in (task / "children").read_text().split()]
    return found
