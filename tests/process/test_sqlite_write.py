"""Writes of the embedded database: turns, group commit, failures, cancellation, constraints."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from satchel.db import Transaction
from satchel.db.sqlite import SqliteDatabase
from satchel.errors import ConstraintFailed, DatabaseError, SatchelError, StatementTimeout, Unavailable
from tests.sqlite_files import SLOW, add, look, names, sqlite


class Boom(Exception):
    pass


def count_commits(database: SqliteDatabase) -> Callable[[], int]:
    """How many transactions were committed since: SQLite's own counter, as another connection sees it."""
    commits = 0
    writer: Any = database._writer  # pyright: ignore[reportPrivateUsage]
    connection = writer._connection

    def hook() -> bool:
        nonlocal commits
        commits += 1
        return False

    connection.set_commit_hook(hook)
    return lambda: commits


@pytest.mark.parametrize("durability", ["full", "normal"])
async def test_concurrent_writes_share_commits(tmp_path: Path, durability: str) -> None:
    async with sqlite(tmp_path / "a.db", durability=durability) as database:
        commits = count_commits(database)
        await asyncio.gather(*(add(database, f"n{number:03}") for number in range(200)))
        assert await names(database) == [f"n{number:03}" for number in range(200)]
        assert 200 / 64 <= commits() <= 100
        assert look(database.path, "SELECT count(*) FROM items") == [(200,)]


async def test_writes_keep_their_order_and_see_each_other(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        seen: list[int] = []

        async def next_one(tx: Transaction) -> None:
            (last,) = (await tx.run("SELECT coalesce(max(size), 0) FROM items"))[0]
            await asyncio.sleep(0)
            await tx.run("INSERT INTO items (name, size) VALUES (?, ?)", (f"n{last + 1}", last + 1))
            seen.append(last + 1)

        await asyncio.gather(*(database.write(next_one) for _ in range(50)))
        assert seen == list(range(1, 51))


async def test_a_write_returns_only_when_others_see_it(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:

        async def write(number: int) -> None:
            await add(database, f"n{number}")
            assert look(database.path, f"SELECT 1 FROM items WHERE name = 'n{number}'") == [(1,)]

        await asyncio.gather(*(write(number) for number in range(30)))


async def test_a_failure_undoes_its_own_statements_only(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:

        async def fails(number: int) -> None:
            async def work(tx: Transaction) -> None:
                await tx.run("INSERT INTO items (name) VALUES (?)", (f"bad{number}",))
                raise Boom

            with pytest.raises(Boom):
                await database.write(work)

        await asyncio.gather(*(fails(n) if n % 3 == 0 else add(database, f"good{n:02}") for n in range(30)))
        assert await names(database) == [f"good{n:02}" for n in range(30) if n % 3]


async def test_savepoints(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:

        async def work(tx: Transaction) -> str:
            await tx.run("INSERT INTO items (name) VALUES ('a')")

            async def inner() -> None:
                await tx.run("INSERT INTO items (name) VALUES ('b')")

                async def innermost() -> None:
                    await tx.run("INSERT INTO items (name) VALUES ('c')")
                    await tx.run("INSERT INTO items (name) VALUES ('a')")

                with pytest.raises(ConstraintFailed):
                    await tx.savepoint(innermost)

            await tx.savepoint(inner)

            async def undone() -> None:
                await tx.run("DELETE FROM items")
                raise Boom

            with pytest.raises(Boom):
                await tx.savepoint(undone)
            return "done"

        assert await database.write(work) == "done"
        assert await names(database) == ["a", "b"]


async def test_count_and_insert_id(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:

        async def work(tx: Transaction) -> list[Any]:
            return [
                await tx.insert_id("INSERT INTO items (id, name) VALUES (7, 'a')"),
                await tx.insert_id("INSERT INTO items (name) VALUES ('b')"),
                await tx.insert_id("INSERT OR IGNORE INTO items (name) VALUES ('b')"),
                await tx.count("UPDATE items SET size = 1"),
                await tx.count("UPDATE items SET size = 1 WHERE id = 99"),
                await tx.run("DELETE FROM items RETURNING name"),
            ]

        assert await database.write(work) == [7, 8, None, 2, 0, [("a",), ("b",)]]


async def test_constraints_are_named(tmp_path: Path) -> None:
    script = """
    CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE "a.b" (id INTEGER PRIMARY KEY, "x,y" TEXT NOT NULL, z INT CONSTRAINT positive CHECK (z > 0),
      p REFERENCES parent, UNIQUE (z, "x,y"));
    CREATE UNIQUE INDEX folded ON "a.b" (lower("x,y")) WHERE z > 1;
    CREATE TABLE strict (id INTEGER PRIMARY KEY, n INTEGER) STRICT;
    CREATE TRIGGER keep BEFORE DELETE ON strict BEGIN SELECT raise(ABORT, 'strict rows stay'); END;
    INSERT INTO parent VALUES (1);
    INSERT INTO "a.b" VALUES (1, 'one', 1, 1), (5, 'two', 2, 1);
    INSERT INTO strict VALUES (1, 1);
    """
    cases = [
        ("INSERT INTO \"a.b\" VALUES (1, 'x', 2, 1)", "unique", "a.b", ("id",), ""),
        ("INSERT INTO \"a.b\" VALUES (2, 'one', 1, 1)", "unique", "a.b", ("z", "x,y"), ""),
        ("INSERT INTO \"a.b\" VALUES (2, 'TWO', 3, 1)", "unique", "", (), "folded"),
        ('INSERT INTO "a.b" VALUES (2, NULL, 2, 1)', "not_null", "a.b", ("x,y",), ""),
        ("INSERT INTO \"a.b\" VALUES (2, 'x', -2, 1)", "check", "", (), "positive"),
        ("INSERT INTO \"a.b\" VALUES (2, 'x', 2, 9)", "foreign_key", "", (), ""),
        ("DELETE FROM parent", "foreign_key", "", (), ""),
        ("INSERT INTO strict VALUES (2, 'x')", "check", "strict", ("n",), ""),
        ("INSERT INTO strict VALUES ('x', 2)", "check", "", (), ""),
        ("DELETE FROM strict", "check", "", (), ""),
    ]
    async with sqlite(tmp_path / "a.db", script) as database:
        for sql, kind, table, columns, constraint in cases:
            with pytest.raises(ConstraintFailed) as caught:
                await database.write(lambda tx, sql=sql: tx.run(sql))
            error = caught.value
            found = (error.kind, error.table, error.columns, error.constraint)
            assert found == (kind, table, columns, constraint), (sql, error)
        with pytest.raises(ConstraintFailed, match="strict rows stay"):
            await database.write(lambda tx: tx.run("DELETE FROM strict"))
        with pytest.raises(ConstraintFailed) as caught:
            await database.write(lambda tx: tx.run("INSERT INTO parent VALUES (?)", (2**80,)))
        assert caught.value.kind == "range"


async def test_a_deferred_foreign_key_fails_its_own_write(tmp_path: Path) -> None:
    """At COMMIT it would take the whole batch with it."""
    async with sqlite(tmp_path / "a.db") as database:

        async def dangling(tx: Transaction) -> None:
            await tx.run("INSERT INTO late (item) VALUES (99)")

        async def resolved(tx: Transaction) -> None:
            await tx.run("INSERT INTO late (item) VALUES (50)")
            await tx.run("INSERT INTO items (id, name) VALUES (50, 'fifty')")

        results = await asyncio.gather(
            add(database, "a"),
            database.write(dangling),
            add(database, "b"),
            database.write(resolved),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [type(None), ConstraintFailed, type(None), type(None)]
        assert await names(database) == ["a", "b", "fifty"]
        assert await database.read("SELECT item FROM late") == [(50,)]


async def test_a_write_inside_a_write_is_refused(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:

        async def outer(tx: Transaction) -> None:
            await add(database, "inner")

        with pytest.raises(DatabaseError, match="inside a write"):
            await database.write(outer)
        await add(database, "after")
        assert await names(database) == ["after"]


async def test_a_transaction_can_not_be_kept(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        kept: list[Transaction] = []

        async def work(tx: Transaction) -> None:
            kept.append(tx)

        await database.write(work)
        with pytest.raises(DatabaseError, match="ended"):
            await kept[0].run("DELETE FROM items")


async def test_cancelled_in_the_work(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        inside = asyncio.Event()

        async def work(tx: Transaction) -> None:
            await tx.run("INSERT INTO items (name) VALUES ('never')")
            inside.set()
            await asyncio.sleep(60)

        before = asyncio.create_task(add(database, "before"))
        task = asyncio.create_task(database.write(work))
        await inside.wait()
        waiting = [asyncio.create_task(add(database, f"w{number}")) for number in range(3)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        task.cancel()
        results = await asyncio.gather(before, task, *waiting, return_exceptions=True)
        assert [type(result) for result in results] == [
            type(None),
            asyncio.CancelledError,
            type(None),
            asyncio.CancelledError,
            type(None),
        ]
        assert await names(database) == ["before", "w0", "w2"]


async def test_cancelled_at_any_moment(tmp_path: Path) -> None:
    """Whatever the moment, the writer stays usable and an unfinished write leaves nothing."""
    async with sqlite(tmp_path / "a.db") as database:

        async def two(tx: Transaction, number: int) -> None:
            await tx.run("INSERT INTO items (name, note) VALUES (?, 'first')", (f"n{number}a",))
            await asyncio.sleep(0)
            await tx.run("INSERT INTO items (name, note) VALUES (?, 'second')", (f"n{number}b",))

        done: list[int] = []

        async def write(number: int) -> None:
            await database.write(lambda tx: two(tx, number), heavy=number % 7 == 0)
            done.append(number)

        for spins in range(40):
            tasks = [asyncio.create_task(write(spins * 10 + number)) for number in range(10)]
            for _ in range(spins):
                await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        found = set(await names(database))
        assert {f"n{number}a" for number in done} <= found
        assert {name[:-1] for name in found if name.endswith("a")} == {
            name[:-1] for name in found if name.endswith("b")
        }
        assert all(f"n{number}a" in found for number in range(400) if number % 2)
        await add(database, "last")


async def test_a_heavy_write_is_off_the_loop_and_can_be_cancelled(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        task = asyncio.create_task(
            database.write(
                lambda tx: tx.run(
                    "INSERT INTO items (note, name) " + SLOW.replace("SELECT count(*) FROM c", "SELECT 'x', x FROM c"),
                    (10**9,),
                ),
                heavy=True,
            )
        )
        longest = 0.0
        for _ in range(20):
            started = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - started)
        assert longest < 0.2
        others = [asyncio.create_task(add(database, f"w{number}")) for number in range(3)]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.gather(*others)
        assert await names(database) == ["w0", "w1", "w2"]


async def test_the_time_limit_of_a_write(tmp_path: Path) -> None:
    """It undoes the batch; the innocent are run again."""
    async with sqlite(tmp_path / "a.db", statement_timeout_seconds=0.2) as database:
        endless = "INSERT INTO items (name) " + SLOW.replace("SELECT count(*) FROM c", "SELECT x FROM c")
        results = await asyncio.gather(
            add(database, "before"),
            database.write(lambda tx: tx.run(endless, (10**9,))),
            add(database, "after"),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [type(None), StatementTimeout, type(None)]
        assert await names(database) == ["after", "before"]


async def test_a_slow_write_does_not_hold_up_the_loop(tmp_path: Path) -> None:
    """It is interrupted, and its work run again in the writer thread; so are its neighbours."""
    slow = "INSERT INTO items (name) " + SLOW.replace("SELECT count(*) FROM c", "SELECT 'x' || max(x) FROM c")
    async with sqlite(tmp_path / "a.db") as database:
        runs: list[str] = []

        async def write(name: str, *statements: str) -> None:
            async def work(tx: Transaction) -> None:
                runs.append(name)
                await tx.run("INSERT INTO items (name) VALUES (?)", (name,))
                for sql in statements:
                    await tx.run(sql, (5_000_000,))

            await database.write(work)

        longest = 0.0
        task = asyncio.gather(write("before"), write("slow", slow), write("after"))
        while not task.done():
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - started)
        await task
        assert runs.count("slow") == 2
        assert runs.count("before") == 2
        assert longest < 0.3
        assert await names(database) == ["after", "before", "slow", "x5000000"]
        # known to be slow now: no second run
        runs.clear()
        await database.write(lambda tx: tx.run("DELETE FROM items"))
        await write("slow", slow)
        assert runs == ["slow"]


async def test_a_slow_select_in_a_write_moves_to_the_thread(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        runs = 0

        async def work(tx: Transaction) -> None:
            nonlocal runs
            runs += 1
            await tx.run("INSERT INTO items (name) VALUES ('a')")
            assert await tx.run(SLOW, (5_000_000,)) == [(5_000_000,)]

        await database.write(work)
        assert runs == 1
        assert await names(database) == ["a"]


async def test_a_file_that_is_gone_takes_no_writes(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        await add(database, "a")
        (tmp_path / "a.db").rename(tmp_path / "b.db")
        with pytest.raises(Unavailable, match="moved, deleted or replaced"):
            await add(database, "b")
        (tmp_path / "b.db").rename(tmp_path / "a.db")
        await add(database, "c")
        assert await names(database) == ["a", "c"]


async def test_work_that_hides_a_lost_transaction_fails_all_the_same(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db", statement_timeout_seconds=0.1) as database:
        endless = "INSERT INTO items (name) " + SLOW.replace("SELECT count(*) FROM c", "SELECT x FROM c")

        async def work(tx: Transaction) -> None:
            await tx.run("INSERT INTO items (name) VALUES ('a')")
            with pytest.raises(SatchelError):
                await tx.run(endless, (10**9,))

        with pytest.raises(StatementTimeout):
            await database.write(work)
        assert await names(database) == []


async def test_the_line_is_bounded(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db", wait_limit=2, queue_timeout_seconds=0.1) as database:
        go = asyncio.Event()

        async def work(tx: Transaction) -> None:
            await go.wait()

        first = asyncio.create_task(database.write(work))
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(add(database, f"w{number}")) for number in range(3)]
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert [str(result) for result in results] == [
            "The write's turn did not come in time.",
            "The write's turn did not come in time.",
            "Too many writes are waiting.",
        ]
        assert all(isinstance(result, Unavailable) for result in results)
        go.set()
        await first
        await add(database, "later")


async def test_close_lets_writes_finish(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with sqlite(path) as database:
        tasks = [asyncio.create_task(add(database, f"n{number}")) for number in range(50)]
        await asyncio.sleep(0)
        await database.close()
        assert [result for result in await asyncio.gather(*tasks, return_exceptions=True) if result] == []
    assert look(path, "SELECT count(*) FROM items") == [(50,)]


async def test_a_table_is_rebuilt_without_losing_its_children(tmp_path: Path) -> None:
    async with sqlite(tmp_path / "a.db") as database:
        await add(database, "a")
        await database.write(lambda tx: tx.run("INSERT INTO parts (item) VALUES (1)"))

        async def rebuild(tx: Transaction) -> None:
            await tx.run("CREATE TABLE new_items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size, note)")
            await tx.run("INSERT INTO new_items SELECT id, name, size, note FROM items")
            await tx.run("DROP TABLE items")
            await tx.run("ALTER TABLE new_items RENAME TO items")

        await database.write_schema(rebuild)
        assert await database.read("SELECT item FROM parts") == [(1,)]
        # foreign keys are in force again
        with pytest.raises(ConstraintFailed):
            await database.write(lambda tx: tx.run("INSERT INTO parts (item) VALUES (99)"))

        async def bad(tx: Transaction) -> None:
            await rebuild(tx)
            await tx.run("DELETE FROM items")

        with pytest.raises(ConstraintFailed, match="rows of parts"):
            await database.write_schema(bad)
        assert await names(database) == ["a"]
        with pytest.raises(ConstraintFailed):
            await database.write(lambda tx: tx.run("INSERT INTO parts (item) VALUES (99)"))


async def test_old_violations_do_not_stop_a_schema_change(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with sqlite(path):
        pass
    import apsw

    other = apsw.Connection(str(path))
    other.execute("INSERT INTO parts (item) VALUES (99)")
    other.close()
    async with sqlite(path) as database:
        await database.write_schema(lambda tx: tx.run("ALTER TABLE items ADD COLUMN colour TEXT"))

        async def worse(tx: Transaction) -> None:
            await tx.run("INSERT INTO parts (item) VALUES (98)")

        with pytest.raises(ConstraintFailed):
            await database.write_schema(worse)


async def test_shared_writes_do_not_join_a_schema_change(tmp_path: Path) -> None:
    """Foreign keys are off in its transaction."""
    async with sqlite(tmp_path / "a.db") as database:

        async def dangling(tx: Transaction) -> None:
            await tx.run("INSERT INTO parts (item) VALUES (99)")

        async def change(tx: Transaction) -> None:
            await tx.run("ALTER TABLE items ADD COLUMN colour TEXT")

        results = await asyncio.gather(
            add(database, "a"),
            database.write_schema(change),
            database.write(dangling),
            add(database, "b"),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [type(None), type(None), ConstraintFailed, type(None)]
