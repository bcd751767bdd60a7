"""Databases on servers that hold Satchel's own tables already, for tests that begin where a store has been made.

In charge of: making such a store once per process, and handing each test a copy. Making one takes a hundred statements,
and seconds on a database server; that it is made, and well, is what `tests/process/test_schema_store.py` looks at.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from satchel.db import open_database
from satchel.engine.metadata import Metadata
from tests.servers import Server, fresh_database

_MADE = contextlib.ExitStack()
atexit.register(_MADE.close)


@contextlib.contextmanager
def empty_store(kind: str) -> Iterator[str | None]:
    """The URL of a new database with a store of which nothing was said yet, dropped at the end; None for the embedded
    one. Skips the test when there is no such server.
    """
    with fresh_database(kind, like=None if kind == "sqlite" else _original(kind)) as url:
        yield url


@contextlib.contextmanager
def store_with_superuser(kind: str) -> Iterator[str | None]:
    """The same with the superuser of `tests.servers` in it."""
    with fresh_database(kind, like=None if kind == "sqlite" else _original_with_superuser(kind)) as url:
        yield url


@cache
def _original(kind: str) -> str:
    """The URL of the database that is copied. It goes when the process ends."""
    url = _MADE.enter_context(fresh_database(kind))
    assert url is not None

    async def work() -> None:
        database = open_database("main", url)
        try:
            await database.open()
            await Metadata({"main": database}, "main").open()
        finally:
            await database.close()

    # the test that is first may have a loop of its own running
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, work()).result()
    return url


@cache
def _original_with_superuser(kind: str) -> str:
    url = _MADE.enter_context(empty_store(kind))
    assert url is not None
    with tempfile.TemporaryDirectory(prefix="satchel-tests-") as folder:
        Server(Path(folder), url, {"store_url": url, "database_url": url}).create_superuser()
    return url
