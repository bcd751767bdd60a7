"""A database server that goes away and comes back under load: errors only while it is down, nothing lost or doubled.

A proxy stands between Satchel and the real server and plays dead.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from tests.databases import mariadb_database, postgres_database

from satchel.db import Database, DatabaseOptions, Transaction, open_database
from satchel.errors import SatchelError, StatementTimeout, Unavailable

pytestmark = pytest.mark.dialects


class Proxy:
    """Passes bytes on, until told not to."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.port = 0
        self.silent = False
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """As when the server is killed: no listener, all connections reset."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            to_reader, to_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.close()
            return
        self._writers.add(to_writer)
        for source, sink in ((reader, to_writer), (to_reader, writer)):
            task = asyncio.create_task(self._copy(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                while self.silent:
                    await asyncio.sleep(0.01)
                sink.write(data)
                await sink.drain()
        sink.close()


@pytest.fixture(params=["postgres", "mariadb"])
async def setting(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Proxy, Database]]:
    make = postgres_database if request.param == "postgres" else mariadb_database
    with ExitStack() as stack:
        parts = urlsplit(stack.enter_context(make("CREATE TABLE items (name varchar(40) NOT NULL)")))
        assert parts.hostname
        proxy = Proxy(parts.hostname, parts.port or (5432 if request.param == "postgres" else 3306))
        await proxy.start()
        user = f"{parts.username}@" if parts.username else ""
        url = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{proxy.port}"))
        options = DatabaseOptions(statement_timeout_seconds=1, connect_timeout_seconds=2, pool_size=5)
        database = open_database("main", url, options)
        await database.open()
        try:
            yield proxy, database
        finally:
            await database.close()
            await proxy.stop()


def insert(database: Database, name: str) -> Any:
    mark = "$1::text" if database.dialect == "postgres" else "%s"

    async def work(tx: Transaction) -> None:
        await tx.run(f"INSERT INTO items (name) VALUES ({mark})", (name,))

    return database.write(work)


async def test_a_restart_under_load(setting: tuple[Proxy, Database]) -> None:
    proxy, database = setting
    acknowledged: list[str] = []
    unknown: list[str] = []
    errors: list[tuple[float, SatchelError]] = []
    stop = False

    async def write_forever(worker: int) -> None:
        number = 0
        while not stop:
            number += 1
            name = f"{worker}-{number}"
            try:
                await insert(database, name)
                acknowledged.append(name)
            except SatchelError as error:
                errors.append((time.monotonic(), error))
                if error.details.get("outcome") == "unknown":
                    unknown.append(name)
                await asyncio.sleep(0.01)

    workers = [asyncio.create_task(write_forever(worker)) for worker in range(8)]
    await asyncio.sleep(0.5)
    down = time.monotonic()
    await proxy.stop()
    await asyncio.sleep(0.5)
    assert any(at > down for at, _ in errors)
    with pytest.raises(Unavailable):
        await database.ping()
    before = len(acknowledged)
    await proxy.start()
    up = time.monotonic()
    await asyncio.sleep(1)
    stop = True
    await asyncio.gather(*workers)
    assert len(acknowledged) > before, "it did not heal"
    assert all(isinstance(error, Unavailable) for _, error in errors)
    assert all(down <= at < up + 0.5 for at, _ in errors)
    found = Counter(row[0] for row in await database.read("SELECT name FROM items"))
    assert set(acknowledged) <= set(found), "an acknowledged write was lost"
    assert all(count == 1 for count in found.values()), "a write was made twice"
    assert set(found) <= set(acknowledged) | set(unknown)


@pytest.mark.heavy
async def test_a_server_that_falls_silent(setting: tuple[Proxy, Database]) -> None:
    proxy, database = setting
    await insert(database, "before")
    proxy.silent = True
    started = time.monotonic()
    results = await asyncio.gather(
        database.read("SELECT 1"), insert(database, "lost"), *(database.read("SELECT 1") for _ in range(8)),
        return_exceptions=True,
    )  # fmt: skip
    assert time.monotonic() - started < 16
    assert all(isinstance(result, StatementTimeout | Unavailable) for result in results), results
    proxy.silent = False
    started = time.monotonic()
    while True:
        try:
            await insert(database, "after")
            break
        except SatchelError:
            assert time.monotonic() - started < 10
            await asyncio.sleep(0.05)
    names = [row[0] for row in await database.read("SELECT name FROM items ORDER BY name")]
    assert names[0] == "after"
    assert "before" in names
