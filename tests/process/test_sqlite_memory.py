"""What the embedded database remembers of its reads, and when it forgets."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
import pytest

from satchel.db import SqlFunction, sqlite_memory
from satchel.db.sqlite import SqliteDatabase
from satchel.db.sqlite_types import Cursor
from tests.sqlite_files import ITEMS, add, names, sqlite


class Counter:
    """A function for SQL that counts its calls: a remembered answer makes none."""

    def __init__(self, name: str = "tick") -> None:
        self.calls = 0
        self.function = SqlFunction(name, 1, self._call, deterministic=True)

    def _call(self, value: Any) -> Any:
        self.calls += 1
        return value


COUNTED = "SELECT tick(size), name FROM items ORDER BY id"


async def test_a_repeated_read_is_not_run_again(tmp_path: Path) -> None:
    counter = Counter()
    async with sqlite(tmp_path / "a.db", functions=(counter.function,)) as database:
        await add(database, "bolt")
        for _ in range(5):
            assert await database.read(COUNTED) == [(1, "bolt")]
        assert counter.calls == 1


async def test_every_commit_is_seen_at_once(tmp_path: Path) -> None:
    counter = Counter()
    async with sqlite(tmp_path / "a.db", functions=(counter.function,)) as database:
        await add(database, "bolt")
        assert len(await database.read(COUNTED)) == 1
        await add(database, "nut")
        assert len(await database.read(COUNTED)) == 2
        other = apsw.Connection(str(tmp_path / "a.db"))  # another program
        other.execute("UPDATE items SET name = 'screw' WHERE name = 'nut'")
        assert [row[1] for row in await database.read(COUNTED)] == ["bolt", "screw"]
        other.execute("BEGIN; DELETE FROM items")
        assert len(await database.read(COUNTED)) == 2, "nothing is committed yet"
        other.execute("COMMIT")
        assert await database.read(COUNTED) == []
        other.close()
        await database.write_schema(lambda tx: tx.run("ALTER TABLE items ADD COLUMN weight INTEGER DEFAULT 7"))
        assert await database.read("SELECT * FROM items") == []
        await add(database, "cog")
        assert (await database.read("SELECT * FROM items"))[0][-1] == 7


async def test_the_version_is_asked_for_only_after_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        await add(database, "bolt")
        asked: list[int] = []

        def data_version(cursor: Cursor) -> int:
            asked.append(1)
            return sqlite_memory.NEVER + len(asked)

        monkeypatch.setattr(sqlite_memory, "data_version", data_version)
        for _ in range(5):
            await names(database)
        assert len(asked) == 1
        await add(database, "nut")
        for _ in range(5):
            assert await names(database) == ["bolt", "nut"]
        assert len(asked) == 2


async def test_a_database_without_wal_is_asked_every_time(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    other = apsw.Connection(str(path))
    other.execute(ITEMS)
    async with sqlite(path) as database:
        for count in range(3):
            assert len(await database.read("SELECT id FROM items")) == count
            other.execute(f"INSERT INTO items (name) VALUES ('item {count}')")
    other.close()


IS_LOCKED = """
import apsw, sys
try:
    apsw.Connection(sys.argv[1]).execute("BEGIN IMMEDIATE")
except apsw.BusyError:
    print("locked")
"""


async def test_closing_leaves_the_locks_of_others_in_this_process(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with sqlite(path) as database:
        await add(database, "bolt")
        other = apsw.Connection(str(path))
        other.execute("BEGIN IMMEDIATE")
    found = subprocess.run([sys.executable, "-c", IS_LOCKED, str(path)], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "locked"
    other.close()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells what is open")
async def test_closing_leaves_no_file_open(tmp_path: Path) -> None:
    async def once() -> None:
        async with sqlite(tmp_path / "a.db") as database:
            await names(database)

    await once()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        await once()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


async def test_chance_and_the_clock_are_asked_every_time(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        await add(database, "bolt")
        await database.write_schema(
            lambda tx: tx.run(
                "CREATE VIEW lots AS SELECT random() AS lot FROM items;"
                "CREATE VIEW times AS SELECT strftime('%f', 'n' || 'ow') AS at FROM items"
            )
        )
        for sql, params in (
            ("SELECT random()", ()),
            ("SELECT hex(randomblob(8))", ()),
            ("SELECT lot FROM lots", ()),
            ("SELECT at FROM times", ()),
            ("SELECT strftime('%f', 'now')", ()),
            ("SELECT strftime('%f')", ()),
            ("SELECT strftime('%f', ?1)", ("Now",)),
            ("SELECT julianday()", ()),
        ):
            seen = set()
            for _ in range(4):
                seen.add((await database.read(sql, params))[0][0])
                await asyncio.sleep(0.004)
            assert len(seen) > 1, sql
        counter = "SELECT strftime('%Y', ?1), changes()"
        assert await database.read(counter, ("2024-01-01",)) == [("2024", 0)]


async def test_formatting_a_moment_is_no_clock(tmp_path: Path) -> None:
    counter = Counter()
    async with sqlite(tmp_path / "a.db", functions=(counter.function,)) as database:
        for _ in range(3):
            assert await database.read("SELECT strftime('%Y', tick(?1))", ("2024-02-29",)) == [("2024",)]
        assert counter.calls == 1


async def test_a_view_that_changes_its_mind(tmp_path: Path) -> None:
    """The same text of a statement may come to mean something else."""
    async with sqlite(tmp_path / "a.db") as database:
        await database.write_schema(lambda tx: tx.run("CREATE VIEW lot AS SELECT 4 AS n"))
        assert [await database.read("SELECT n FROM lot") for _ in range(2)] == [[(4,)]] * 2
        await database.write_schema(lambda tx: tx.run("DROP VIEW lot; CREATE VIEW lot AS SELECT random() AS n"))
        assert len({(await database.read("SELECT n FROM lot"))[0] for _ in range(4)}) > 1
        await database.write_schema(lambda tx: tx.run("DROP VIEW lot; CREATE VIEW lot AS SELECT 5 AS n"))
        assert [await database.read("SELECT n FROM lot") for _ in range(2)] == [[(5,)]] * 2


async def test_values_that_python_thinks_equal(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        for _ in range(2):
            for value, kind in ((1, "integer"), (1.0, "real"), (True, "integer"), ("1", "text"), (b"1", "blob")):
                assert await database.read("SELECT typeof(?1)", (value,)) == [(kind,)]


async def test_a_read_in_a_thread_is_kept_unless_somebody_committed_meanwhile(tmp_path: Path) -> None:
    counter = Counter()
    slow = (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 400000) "
        "SELECT (SELECT tick(count(*)) FROM items), count(*) FROM c"
    )
    async with sqlite(tmp_path / "a.db", functions=(counter.function,)) as database:
        await add(database, "bolt")
        assert await database.read(slow) == [(1, 400_000)]
        asked = counter.calls
        assert await database.read(slow) == [(1, 400_000)]
        assert counter.calls == asked
        await add(database, "nut")
        running = asyncio.create_task(database.read(slow))
        await asyncio.sleep(0.01)
        await add(database, "cog")  # the read that is under way may not know of it
        assert (await database.read("SELECT count(*) FROM items")) == [(3,)]
        await running
        assert await database.read(slow) == [(3, 400_000)]


@pytest.mark.parametrize("mebibytes", [0, 1])
async def test_it_keeps_to_its_size(tmp_path: Path, mebibytes: int) -> None:
    counter = Counter()
    text = "x" * 50_000
    async with sqlite(tmp_path / "a.db", functions=(counter.function,), memory_mebibytes=mebibytes) as database:
        for number in range(60):
            assert await database.read("SELECT tick(?1), ?2", (number, text)) == [(number, text)]
        before = counter.calls
        for number in (59, 59, 0):  # the last, once more, and one from long ago
            await database.read("SELECT tick(?1), ?2", (number, text))
        assert counter.calls - before == (3 if mebibytes == 0 else 1)
        await database.read("SELECT tick(?1), ?2", (1, "y" * 2**18))
        before = counter.calls
        await database.read("SELECT tick(?1), ?2", (1, "y" * 2**18))
        assert counter.calls == before + 1, "one answer is more than its part"


async def test_many_writers_and_readers_see_what_is_there(tmp_path: Path) -> None:
    """After an acknowledged write every read knows of it, whoever wrote and however often was read before."""
    async with sqlite(tmp_path / "a.db") as one, sqlite(tmp_path / "a.db", script="") as two:
        chance = random.Random(7)
        databases: list[SqliteDatabase] = [one, two]
        written = 0
        for _ in range(300):
            if chance.random() < 0.3:
                await add(chance.choice(databases), f"item {written}")
                written += 1
            for database in databases:
                assert await database.read("SELECT count(*) FROM items") == [(written,)]
