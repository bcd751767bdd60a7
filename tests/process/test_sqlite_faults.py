"""Trouble below the embedded database: a full disk, failing writes and syncs, a WAL that would grow, crashes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from satchel.db import Transaction
from satchel.db.sqlite import SqliteDatabase
from satchel.errors import SatchelError, Unavailable
from tests.sqlite_files import SLOW, add, look, names, sqlite


def limit_pages(database: SqliteDatabase, pages: int) -> None:
    """SQLite's own way to say that the disk is full."""
    writer: Any = database._writer  # pyright: ignore[reportPrivateUsage]
    writer._connection.pragma("max_page_count", pages)


async def test_disk_full_is_refused_and_heals(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        await add(database, "small")
        pages = look(database.path, "PRAGMA page_count")[0][0]
        limit_pages(database, pages + 4)

        async def large(number: int) -> None:
            async def work(tx: Transaction) -> None:
                await tx.run("INSERT INTO items (name, note) VALUES (?, ?)", (f"large{number}", "x" * 8000))

            await database.write(work)

        results = await asyncio.gather(*(large(number) for number in range(20)), return_exceptions=True)
        refused = [result for result in results if result is not None]
        assert len(refused) >= 17
        assert all(isinstance(result, Unavailable) for result in refused)
        assert "full" in str(refused[0])
        # reads go on, and what was acknowledged is there
        found = await names(database)
        assert set(found) == {"small", *(f"large{n}" for n, result in enumerate(results) if result is None)}
        limit_pages(database, 10_000)
        await large(99)
        assert "large99" in await names(database)
        assert look(database.path, "PRAGMA integrity_check") == [("ok",)]


async def test_one_write_too_large_does_not_fail_its_neighbours(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        await add(database, "first")
        limit_pages(database, look(database.path, "PRAGMA page_count")[0][0] + 6)

        async def huge(tx: Transaction) -> None:
            await tx.run("INSERT INTO items (name, note) VALUES ('huge', ?)", ("x" * 4_000_000,))

        results = await asyncio.gather(
            *(add(database, f"a{number}") for number in range(5)),
            database.write(huge),
            *(add(database, f"b{number}") for number in range(5)),
            return_exceptions=True,
        )
        assert [type(result) for result in results if result is not None] == [Unavailable]
        assert len(await names(database)) == 11


class FaultyVFS(apsw.VFS):
    """The ordinary file system, until `fail` names a method that should not work."""

    def __init__(self) -> None:
        self.fail: str | None = None
        self.syncs = 0
        super().__init__("faulty", "unix", makedefault=True)

    def xOpen(self, name: Any, flags: Any) -> FaultyFile:
        return FaultyFile(self, name, flags)


class FaultyFile(apsw.VFSFile):
    def __init__(self, vfs: FaultyVFS, name: Any, flags: Any) -> None:
        self.vfs = vfs
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        if self.vfs.fail == "write":
            raise apsw.exception_for(apsw.SQLITE_IOERR)
        if self.vfs.fail == "full":
            raise apsw.exception_for(apsw.SQLITE_FULL)
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        self.vfs.syncs += 1
        if self.vfs.fail == "sync":
            raise apsw.exception_for(apsw.SQLITE_IOERR)
        super().xSync(flags)


@pytest.fixture
def faults() -> Iterator[FaultyVFS]:
    vfs = FaultyVFS()
    try:
        yield vfs
    finally:
        vfs.fail = None
        apsw.set_default_vfs("unix")


# nothing is synced at durability normal
@pytest.mark.parametrize(
    ("fault", "durability"),
    [("write", "full"), ("sync", "full"), ("full", "full"), ("write", "normal"), ("full", "normal")],
)
async def test_a_commit_that_fails_fails_every_write_of_it(
    tmp_path: Path, faults: FaultyVFS, fault: str, durability: str
) -> None:
    async with sqlite(tmp_path / "a.db", durability=durability) as database:
        await add(database, "before")
        faults.fail = fault
        results = await asyncio.gather(*(add(database, f"n{n}") for n in range(10)), return_exceptions=True)
        assert {type(result) for result in results} == {Unavailable}
        assert await names(database) == ["before"]
        faults.fail = None
        await asyncio.gather(*(add(database, f"n{n}") for n in range(10)))
        assert len(await names(database)) == 11
        assert look(database.path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("durability", ["full", "normal"])
async def test_every_acknowledged_write_was_synced(tmp_path: Path, faults: FaultyVFS, durability: str) -> None:
    async with sqlite(tmp_path / "a.db", durability=durability) as database:
        for number in range(40):  # long enough for commits to move onto the event loop thread
            before = faults.syncs
            await add(database, f"n{number}")
            assert (faults.syncs > before) == (durability == "full")


async def test_the_wal_stays_small_while_readers_never_stop(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db", durability="normal") as database:
        stop = False
        reads = 0

        async def read_forever() -> None:
            nonlocal reads
            while not stop:
                await database.read(SLOW + ", items LIMIT 1", (20_000 + reads,))  # no two are the same
                reads += 1

        async def write_forever(worker: int) -> None:
            for number in range(150):

                async def work(tx: Transaction, number: int = number) -> None:
                    name = f"{worker}-{number % 5}"
                    await tx.run("DELETE FROM items WHERE name = ?", (name,))
                    await tx.run("INSERT INTO items (name, note) VALUES (?, ?)", (name, os.urandom(50_000).hex()))

                await database.write(work)

        await add(database, "one")
        readers = [asyncio.create_task(read_forever()) for _ in range(4)]
        largest = 0
        writers = [asyncio.create_task(write_forever(worker)) for worker in range(8)]
        while not all(writer.done() for writer in writers):
            await asyncio.sleep(0.01)
            largest = max(largest, Path(f"{database.path}-wal").stat().st_size)
        stop = True
        await asyncio.gather(*writers, *readers)
        assert reads > 10
        assert 4 * 2**20 < largest < 64 * 2**20  # about 120 MB went through it


async def test_a_grown_wal_is_no_trouble_at_the_start(tmp_path: Path) -> None:
    """What a crash leaves: a WAL of some MB that nobody has moved into the file."""
    path = tmp_path / "a.db"
    async with sqlite(path):
        pass
    script = (
        "import apsw, os, sys\n"
        "c = apsw.Connection(sys.argv[1]); c.pragma('wal_autocheckpoint', 0)\n"
        "with c:\n"
        "    for n in range(1000): c.execute('INSERT INTO items (name, note) VALUES (?, ?)', (f'n{n}', 'x' * 20000))\n"
        "os._exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], timeout=60)
    assert Path(f"{path}-wal").stat().st_size > 10 * 2**20
    started = time.perf_counter()
    async with sqlite(path) as database:
        assert time.perf_counter() - started < 3
        assert await database.read("SELECT count(*) FROM items") == [(1000,)]
        await add(database, "more")
    assert not Path(f"{path}-wal").exists()


WRITER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.sqlite_files import sqlite

async def main():
    async with sqlite(Path(sys.argv[1]), busy_timeout_seconds=20) as database:
        who, number = sys.argv[2], 0
        print("ready", flush=True)

        async def client(client):
            n = 0
            while True:
                n += 1
                name = f"{who}-{client}-{n}"
                async def work(tx):
                    await tx.run("INSERT INTO items (name) VALUES (?)", (name,))
                    await tx.run("INSERT INTO parts (item) VALUES (last_insert_rowid())")
                await database.write(work)
                print(name, flush=True)

        await asyncio.gather(*(client(c) for c in range(8)))

asyncio.run(main())
"""


def start_writer(path: Path, who: str) -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), who, root], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


async def test_kill_under_load_loses_nothing_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with sqlite(path):
        pass
    acknowledged: set[str] = set()
    for turn in range(3):
        process = start_writer(path, f"t{turn}")
        await asyncio.sleep(1.0)
        process.send_signal(signal.SIGKILL)
        out, err = process.communicate(timeout=20)
        lines = [line for line in out.splitlines() if line != "ready"]
        assert lines, err
        acknowledged |= set(lines[:-1])  # the last line may be torn
    async with sqlite(path) as database:
        assert acknowledged <= set(await names(database))
        # no torn writes: each item came with its part
        assert await database.read("SELECT count(*) FROM items") == await database.read("SELECT count(*) FROM parts")
        assert await database.read("PRAGMA integrity_check") == [("ok",)]


async def test_two_processes_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with sqlite(path, busy_timeout_seconds=20) as database:
        processes = [start_writer(path, who) for who in ("a", "b")]
        own: list[float] = []
        end = time.monotonic() + 3
        number = 0
        while time.monotonic() < end:
            number += 1
            started = time.perf_counter()
            await add(database, f"own-{number}")
            own.append(time.perf_counter() - started)
        for process in processes:
            process.send_signal(signal.SIGKILL)
        outputs = [process.communicate(timeout=20) for process in processes]
        acknowledged = [set(out.splitlines()[1:-1]) for out, _ in outputs]
        assert all(len(found) > 20 for found in acknowledged), [err for _, err in outputs]
        found = set(await names(database))
        assert acknowledged[0] | acknowledged[1] <= found
        assert {f"own-{n + 1}" for n in range(number)} <= found
        assert sorted(own)[int(len(own) * 0.99)] < 2
        assert await database.read("PRAGMA integrity_check") == [("ok",)]


async def test_a_lock_of_another_program_is_waited_for(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db", busy_timeout_seconds=0.3) as database:
        other = apsw.Connection(str(database.path))
        other.execute("BEGIN IMMEDIATE")
        started = time.perf_counter()
        results = await asyncio.gather(add(database, "a"), add(database, "b"), return_exceptions=True)
        assert all(isinstance(result, Unavailable) and "locked" in str(result) for result in results)
        assert time.perf_counter() - started < 2
        task = asyncio.create_task(add(database, "c"))
        await asyncio.sleep(0.1)
        assert await names(database) == []  # reads go on
        other.execute("COMMIT")
        await task
        other.close()
        assert await names(database) == ["c"]


async def test_without_wal_a_commit_waits_for_foreign_readers(tmp_path: Path) -> None:
    path = tmp_path / "foreign.db"
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, size INTEGER)")
    async with sqlite(path, busy_timeout_seconds=0.3) as database:
        other.execute("BEGIN; SELECT * FROM items")
        with pytest.raises(Unavailable):
            await add(database, "a")
        assert await names(database) == []
        tasks = [asyncio.create_task(add(database, f"n{number}")) for number in range(5)]
        await asyncio.sleep(0.1)
        other.execute("COMMIT")
        await asyncio.gather(*tasks)
        assert len(await names(database)) == 5
    other.close()


async def test_errors_are_ours_only(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        for sql in ("SELEC", "INSERT INTO nope VALUES (1)", "COMMIT", "ROLLBACK", "INSERT INTO items VALUES (?)"):
            with pytest.raises(SatchelError):
                await database.write(lambda tx, sql=sql: tx.run(sql))
            with pytest.raises(SatchelError):
                await database.write(lambda tx, sql=sql: tx.run(sql), heavy=True)
        await add(database, "after")
