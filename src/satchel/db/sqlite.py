"""The embedded database: SQLite through apsw.

In charge of: putting reader, writer and checkpointer together behind the `Database` protocol. Not in charge of: their
work (`sqlite_read`, `sqlite_write`, `sqlite_checkpoint`) nor of introspection (`introspect_sqlite`). Made by
`db.open_database`, called by `engine/`.

Several processes may open the same file: SQLite's own locks keep them apart, and waiting for them never blocks the
event loop. A file that exists is opened as it is; its journal mode is not switched, nothing is written to it by
opening or reading.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import apsw

from satchel.db.base import Row, Transaction
from satchel.db.console import Answered
from satchel.db.introspect_sqlite import introspect
from satchel.db.options import DatabaseOptions
from satchel.db.sqlite_checkpoint import Checkpointer
from satchel.db.sqlite_connection import check_file, create_file, is_wal_file
from satchel.db.sqlite_console import ask
from satchel.db.sqlite_errors import translate
from satchel.db.sqlite_read import InlineReader, ReaderThreads
from satchel.db.sqlite_write import Mode, Writer
from satchel.errors import ConfigError, ReadOnly, Unavailable
from satchel.model.facts import DatabaseFacts

Result = TypeVar("Result")

# the first version without the bug that could damage a WAL when it starts over
OLDEST_VERSION = (3, 51, 3)


class SqliteDatabase:
    """One SQLite file. Belongs to the event loop that opened it."""

    dialect = "sqlite"

    def __init__(self, name: str, path: Path, options: DatabaseOptions) -> None:
        self.name = name
        self.path = path
        self.options = options
        self._inline: InlineReader | None = None
        self._threads: ReaderThreads | None = None
        self._writer: Writer | None = None
        self._checkpointer: Checkpointer | None = None

    # ---------------------------------------------------------------------------------------------- life

    async def open(self) -> None:
        """Open the file; `create` makes it when there is none."""
        version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
        if version < OLDEST_VERSION:
            oldest = ".".join(map(str, OLDEST_VERSION))
            raise ConfigError(f"SQLite {apsw.sqlite_lib_version()} is too old.", hint=f"apsw with SQLite ≥ {oldest}.")
        try:
            await asyncio.to_thread(self._open)
        except apsw.Error as error:
            await self.close()
            raise translate(error, reading=True) from error
        except BaseException:
            await self.close()
            raise

    def _open(self) -> None:
        options = self.options
        if options.create and not options.read_only and (not self.path.exists() or not self.path.stat().st_size):
            create_file(self.path)
        check_file(self.path)
        # a WAL that a crash left behind is recovered by whoever opens first; a writer may always do it
        threads = self._threads = ReaderThreads(self.path, options)
        if not options.read_only:
            wal = is_wal_file(self.path)
            writer = Writer(
                self.path,
                options,
                wal=wal,
                on_commit=self._committed,
                read_committed=lambda sql: threads.read(sql, (), options.heavy_timeout_seconds),
            )
            writer.open()
            self._writer = writer
            if wal:
                checkpointer = Checkpointer(self.path, options, writer.exclusively)
                checkpointer.open()
                self._checkpointer = checkpointer
        self._inline = InlineReader(self.path, options)

    async def close(self) -> None:
        """Let the writes in line finish, interrupt reads, close the connections."""
        writer, checkpointer, threads, inline = self._writer, self._checkpointer, self._threads, self._inline
        self._writer = self._checkpointer = self._threads = self._inline = None
        if writer is not None:
            await writer.drain()
        if checkpointer is not None:
            await checkpointer.settle()

        # the writer last: SQLite empties the WAL when the last connection goes
        closing = [part.close for part in (threads, inline, checkpointer, writer) if part is not None]

        def shut() -> None:
            for close in closing:
                # a WAL that can't be emptied (a full disk) is no loss: the next to open the file recovers it
                with contextlib.suppress(apsw.Error):
                    close()
            if inline is not None and inline.index is not None:
                inline.index.leave()

        await asyncio.to_thread(shut)

    # ---------------------------------------------------------------------------------------------- reading

    def read_now(self, sql: str, params: Sequence[Any] = ()) -> list[Row] | None:
        """Run one SELECT on this thread; None when it is too slow for that: then `read` it."""
        return self._open_reader().read(sql, params)

    def _open_reader(self) -> InlineReader:
        if self._inline is None:
            raise Unavailable("The database is closed.")
        return self._inline

    async def read(self, sql: str, params: Sequence[Any] = (), *, timeout_seconds: float | None = None) -> list[Row]:
        """Run one SELECT on a read connection and return its rows."""
        rows = self.read_now(sql, params)
        if rows is not None:
            return rows
        assert self._threads is not None
        assert self._inline is not None
        memory = self._inline.memory
        if memory is None:
            return await self._threads.read(sql, params, timeout_seconds)
        version = memory.version
        rows = await self._threads.read(sql, params, timeout_seconds)
        memory.keep(sql, params, rows, version)
        return rows

    # ---------------------------------------------------------------------------------------------- writing

    async def write(self, work: Callable[[Transaction], Awaitable[Result]], *, heavy: bool = False) -> Result:
        """Run `work` in one transaction; returns when it is durable. See `sqlite_write` for how writes share commits.

        `work` may be run a second time, when a neighbour's failure undid it.
        """
        return await self._open_writer().write(work, Mode.HEAVY if heavy else Mode.SHARED)

    async def write_schema(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """As a heavy write, with foreign keys off while it runs, so that tables can be rebuilt.

        Dropping a table would otherwise delete its rows and, by ON DELETE CASCADE, those of others. All references are
        checked before the commit: `ConstraintFailed` if the change leaves new ones that lead nowhere.
        """
        return await self._open_writer().write(work, Mode.SCHEMA)

    def _open_writer(self) -> Writer:
        if self._writer is not None:
            return self._writer
        if self.options.read_only:
            raise ReadOnly(f"The database {self.name} is opened read only.")
        raise Unavailable("The database is closed.")

    def _committed(self, wal_pages: int) -> None:
        if self._checkpointer is not None:
            self._checkpointer.notice(wal_pages)

    # ---------------------------------------------------------------------------------------------- what there is

    async def ask(self, sql: str, *, write: bool, rows_max: int, timeout_seconds: float) -> Answered:
        """Run what a person typed, see `sqlite_console`."""
        if write and self.options.read_only:
            raise ReadOnly(f"The database {self.name} is opened read only.")
        return await ask(self.path, self.options, sql, write=write, rows_max=rows_max, timeout_seconds=timeout_seconds)

    async def facts(self) -> DatabaseFacts:
        """Introspect all tables and views."""
        return await introspect(self)

    async def fingerprint(self) -> str:
        """SQLite counts schema changes itself, for all programs: PRAGMA schema_version. Takes microseconds."""
        return str((await self.read("PRAGMA schema_version"))[0][0])

    def commits_seen(self) -> int | None:
        """SQLite counts commits of other connections itself: PRAGMA data_version. The one that reads never writes."""
        return self._open_reader().commits_seen()

    async def ping(self) -> None:
        """Raise `Unavailable` unless the file can be read."""
        await self.read("SELECT 1 FROM sqlite_master LIMIT 1")
