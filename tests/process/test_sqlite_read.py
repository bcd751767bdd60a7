"""Reads of the embedded database: inline, in threads, limits, errors, opening."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest

from satchel.db import DatabaseOptions, SqlCollation, SqlFunction
from satchel.db.sqlite import SqliteDatabase
from satchel.errors import (
    ConfigError,
    DatabaseError,
    InvalidQuery,
    NotSupported,
    ReadOnly,
    StatementTimeout,
    Unavailable,
)
from tests.sqlite_files import ITEMS, SLOW, add, look, names, sqlite


async def test_a_quick_read_is_there_at_once(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        await add(database, "bolt")
        assert database.read_now("SELECT name, size FROM items WHERE name = ?", ("bolt",)) == [("bolt", 1)]
        assert await database.read("SELECT ?1, ?2, ?3, ?4, ?5", ("ü😀", 2**63 - 1, 1.5, b"\x00\xff", None)) == [
            ("ü😀", 2**63 - 1, 1.5, b"\x00\xff", None)
        ]


async def test_a_slow_read_moves_to_a_thread_and_is_remembered(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        started = time.perf_counter()
        assert database.read_now(SLOW, (2_000_000,)) is None
        assert time.perf_counter() - started < 0.05, "the event loop was held up"
        started = time.perf_counter()
        assert database.read_now(SLOW, (2_000_000,)) is None
        assert time.perf_counter() - started < 0.001, "a statement known to be slow was tried again"
        assert await database.read(SLOW, (500_000,)) == [(500_000,)]
        # after some runs it gets another chance, and a quick one clears its name
        for _ in range(20):
            if database.read_now(SLOW, (10,)) is not None:
                break
        assert database.read_now(SLOW, (10,)) == [(10,)]


async def test_slow_reads_do_not_hold_up_the_loop_or_each_other(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        reads = [asyncio.create_task(database.read(SLOW, (1_500_000,))) for _ in range(4)]
        gaps: list[float] = []
        while not all(read.done() for read in reads):
            started = time.perf_counter()
            await database.read("SELECT count(*) FROM items")
            await asyncio.sleep(0)
            gaps.append(time.perf_counter() - started)
        assert [await read for read in reads] == [[(1_500_000,)]] * 4
        assert sorted(gaps)[len(gaps) // 2] < 0.01


async def test_the_time_limit_cancels(tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    options = {"on_slow": lambda sql, seconds: heard.append((sql, seconds)), "slow_statement_seconds": 0.05}
    async with sqlite(tmp_path / "a.db", **options) as database:
        started = time.perf_counter()
        with pytest.raises(StatementTimeout):
            await database.read(SLOW, (10**9,), timeout_seconds=0.1)
        assert time.perf_counter() - started < 1
        assert heard[0][0] == SLOW
        assert await database.read(SLOW, (1000,)) == [(1000,)]


async def test_a_cancelled_read_stops(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db", read_threads=1) as database:
        read = asyncio.create_task(database.read(SLOW, (10**9,)))
        await asyncio.sleep(0.05)
        read.cancel()
        with pytest.raises(asyncio.CancelledError):
            await read
        started = time.perf_counter()
        # the only thread is free again
        assert await database.read(SLOW, (300_000,)) == [(300_000,)]
        assert time.perf_counter() - started < 2


async def test_too_many_slow_reads_are_refused_in_time(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db", read_threads=1, queue_timeout_seconds=0.1) as database:
        first = asyncio.create_task(database.read(SLOW, (10**9,), timeout_seconds=0.5))
        await asyncio.sleep(0.02)
        with pytest.raises(Unavailable, match="turn"):
            await database.read(SLOW, (10**9,))
        with pytest.raises(StatementTimeout):
            await first


async def test_reads_can_not_write(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        with pytest.raises(ReadOnly):
            await database.read("INSERT INTO items (name) VALUES ('x')")
        with pytest.raises(ReadOnly):
            await database.read("DROP TABLE items")
        assert await names(database) == []


async def test_errors_of_reads(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        with pytest.raises(DatabaseError, match="no such table: nope"):
            await database.read("SELECT * FROM nope")
        with pytest.raises(DatabaseError, match="syntax error"):
            await database.read("SELEC 1")
        with pytest.raises(InvalidQuery):
            await database.read("SELECT ?", (2**80,))
        with pytest.raises(InvalidQuery):
            await database.read("SELECT ?", ("\ud800",))
        assert await database.read("SELECT 1") == [(1,)]


async def test_functions_and_collations(tmp_path: Path) -> None:
    def refuse(value: str) -> str:
        raise NotSupported(f"not {value}")

    options = {
        "functions": (
            SqlFunction("sha", 1, lambda text: hashlib.sha256(text.encode()).hexdigest()),
            SqlFunction("refuse", 1, refuse),
            SqlFunction("broken", 0, lambda: 1 // 0),
        ),
        "collations": (SqlCollation("backwards", lambda a, b: (a < b) - (a > b)),),
    }
    async with sqlite(tmp_path / "a.db", **options) as database:
        assert (await database.read("SELECT sha('a')"))[0][0].startswith("ca978112ca")
        with pytest.raises(NotSupported, match="not x"):
            await database.read("SELECT refuse('x')")
        with pytest.raises(DatabaseError, match="ZeroDivisionError"):
            await database.read("SELECT broken()")
        rows = await database.read("SELECT v FROM (SELECT 'a' AS v UNION SELECT 'b') ORDER BY v COLLATE backwards")
        assert rows == [("b",), ("a",)]
        await database.write(lambda tx: tx.run("INSERT INTO items (name) VALUES (sha('b'))"))


async def test_what_is_no_database(tmp_path: Path) -> None:
    async def fails(path: Path, **options: bool) -> str:
        with pytest.raises(ConfigError) as caught:
            await SqliteDatabase("main", path, DatabaseOptions(**options)).open()  # type: ignore[arg-type]
        return str(caught.value)

    assert "no SQLite file" in await fails(tmp_path / "missing.db")
    assert not (tmp_path / "missing.db").exists()
    assert "can't be created" in await fails(tmp_path / "no" / "folder.db", create=True)
    (tmp_path / "text.db").write_text("hello " * 1000)
    assert "no SQLite database" in await fails(tmp_path / "text.db")
    assert "not a file" in await fails(tmp_path)


async def test_an_empty_file_becomes_a_database_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    async with sqlite(path, create=False, script="") as database:
        assert (await database.facts()).tables == ()
    assert path.stat().st_size == 0
    async with sqlite(path, create=True, script=""):
        pass
    assert look(path, "PRAGMA journal_mode") == [("wal",)]


@pytest.mark.parametrize("mode", ["delete", "wal"])
async def test_a_foreign_database_keeps_its_bytes(tmp_path: Path, mode: str) -> None:
    """Opening, introspecting and reading write nothing, and the journal mode stays."""
    path = tmp_path / "foreign.db"
    connection = apsw.Connection(str(path))
    connection.pragma("journal_mode", mode)
    connection.execute(ITEMS + "INSERT INTO items (name) VALUES ('a')")
    connection.close()
    before = path.read_bytes()
    async with sqlite(path, create=True) as database:
        assert await names(database) == ["a"]
        assert len((await database.facts()).tables) == 3
        await database.fingerprint()
        await database.ping()
        assert path.read_bytes() == before
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["foreign.db"]
    assert look(path, "PRAGMA journal_mode") == [(mode,)]


async def test_read_only(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with sqlite(path) as database:
        await add(database, "a")
    async with sqlite(path, read_only=True) as database:
        assert await names(database) == ["a"]
        with pytest.raises(ReadOnly, match="main is opened read only"):
            await add(database, "b")
        facts = await database.facts()
        assert facts.read_only
        assert {table.reason for table in facts.tables} == {"the database is read only"}


async def test_a_wal_database_in_a_folder_that_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WAL mode wants to make a file beside it; where it can't, the database is read as immutable."""
    path = tmp_path / "a.db"
    async with sqlite(path) as database:
        await add(database, "a")
    real = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.W_OK and real(place, mode))
    async with sqlite(path, read_only=True) as database:
        assert await names(database) == ["a"]
        assert [file.name for file in tmp_path.iterdir()] == ["a.db"]
        assert (await database.facts()).read_only


async def test_closed(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        pass
    for use in (database.ping(), add(database, "x"), database.read(SLOW, (10**7,))):
        with pytest.raises(Unavailable):
            await use
    await database.close()


async def test_the_fingerprint_follows_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with sqlite(path) as database:
        first = await database.fingerprint()
        await add(database, "a")
        assert await database.fingerprint() == first
        other = apsw.Connection(str(path))
        other.execute("ALTER TABLE items ADD COLUMN colour TEXT")
        other.close()
        assert await database.fingerprint() != first
        # compiled statements notice too
        assert await database.read("SELECT * FROM items") == [(1, "a", 1, None, None)]


async def test_another_program_that_leaves_takes_no_log_away(tmp_path: Path) -> None:
    """SQLite removes the WAL when the last connection of all processes closes; ours must be known to be there."""
    path = tmp_path / "a.db"
    insert = "c.execute('INSERT INTO items (name) VALUES (?)', ('%s',))"
    other = f"import sqlite3; c = sqlite3.connect({str(path)!r}, isolation_level=None); {insert}; c.close()"
    async with sqlite(path) as database:
        await add(database, "ours 1")
        await database.read(SLOW, (2_000_000,))  # by a thread with a connection of its own
        for number in (1, 2):
            subprocess.run([sys.executable, "-c", other % f"theirs {number}"], check=True)
            assert path.with_name("a.db-wal").exists()
            await add(database, f"after {number}")
        found = ["after 1", "after 2", "ours 1", "theirs 1", "theirs 2"]
        assert await names(database) == found
        assert [row[0] for row in look(path, "SELECT name FROM items ORDER BY name")] == found


async def test_rollback_journal_readers_wait_for_a_foreign_writer(tmp_path: Path) -> None:
    """Without WAL a reader meets locks; it waits in a thread and not on the event loop."""
    path = tmp_path / "foreign.db"
    other = apsw.Connection(str(path))
    other.execute(ITEMS + "INSERT INTO items (name) VALUES ('a')")
    async with sqlite(path) as database:
        other.execute("BEGIN EXCLUSIVE")
        read = asyncio.create_task(database.read("SELECT name FROM items"))
        ticks = 0
        for _ in range(20):
            await asyncio.sleep(0.005)
            ticks += 1
        assert not read.done()
        other.execute("COMMIT")
        assert await read == [("a",)]
        assert ticks == 20
    other.close()
