"""A small web site for tests, on a free port of this machine: it serves pages and writes down who asked for what."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping


class Site:
    """A small web site: path → (status, headers, body). It writes down the requests that it gets."""

    def __init__(self, pages: Mapping[str, tuple[int, Mapping[str, str], bytes]]) -> None:
        self.pages = dict(pages)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            method, path, _ = head[0].split(" ")
            self.requests.append((f"{method} {path}", headers, body))
            status, more, content = self.pages.get(path, (404, {}, b""))
            if path == "/silent":
                await asyncio.sleep(30)
            lines = [f"HTTP/1.1 {status} X", "Connection: close"]
            if path == "/endless":
                writer.write("\r\n".join([*lines, "", ""]).encode())
                while True:
                    writer.write(b"x" * 65536)
                    await writer.drain()
            lines += [f"Content-Length: {len(content)}", *(f"{name}: {value}" for name, value in more.items())]
            writer.write("\r\n".join([*lines, "", ""]).encode() + content)
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def running(site: Site, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    server = await asyncio.start_server(site.serve, host, 0, ssl=context)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
