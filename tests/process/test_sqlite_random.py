"""Random writes, failures, cancellations and full disks on the embedded database; each run prints its seed.

SEED=… replays one, SECONDS=… makes it longer.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from satchel.db import Transaction
from satchel.db.sqlite import SqliteDatabase
from satchel.errors import Unavailable
from tests.sqlite_files import SLOW, sqlite

KINDS = ["ok"] * 8 + ["raise", "twice", "huge", "cancel", "cancel", "heavy", "savepoint", "pause", "slow", "endless"]
HARMLESS = ("ok", "heavy", "savepoint", "pause", "slow")
ENDLESS = "INSERT INTO items (name) " + SLOW.replace("SELECT count(*) FROM c", "SELECT x FROM c")
INSERT = "INSERT INTO items (name, note) VALUES (?, ?)"
SECONDS = float(os.environ.get("SECONDS", "3"))


@dataclass
class Outcome:
    acknowledged: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    unexpected: list[Any] = field(default_factory=list)


async def write(database: SqliteDatabase, chance: random.Random, name: str, outcome: Outcome) -> None:
    kind = chance.choice(KINDS)
    note = "x" * chance.choice([10, 10, 10, 3000])

    async def work(tx: Transaction) -> None:
        await tx.run(INSERT, (name, note))
        match kind:
            case "pause":
                await asyncio.sleep(0.002)
            case "raise":
                raise RuntimeError
            case "twice":
                await tx.run(INSERT, (name, note))
            case "huge":
                await tx.run(INSERT, (f"{name} huge", "x" * 3_000_000))
            case "slow":
                await tx.run(SLOW, (100_000,))
            case "endless":
                await tx.run(ENDLESS, (10**9,))
            case "savepoint":

                async def inner() -> None:
                    await tx.run(INSERT, (f"{name} undone", ""))
                    raise ValueError

                with pytest.raises(ValueError):
                    await tx.savepoint(inner)
            case _:
                pass
        await tx.run("INSERT INTO parts (item) SELECT id FROM items WHERE name = ?", (name,))

    task = asyncio.create_task(database.write(work, heavy=kind == "heavy"))
    if kind == "cancel":
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        task.cancel()
    try:
        await task
        outcome.acknowledged.add(name)
    except asyncio.CancelledError:
        outcome.unknown.add(name)
    except Exception as error:
        outcome.failed.add(name)
        # a full disk is the only excuse
        if kind in HARMLESS and not isinstance(error, Unavailable):
            outcome.unexpected.append((kind, error))


async def fill_the_disk_now_and_then(database: SqliteDatabase, chance: random.Random, end: float) -> None:
    writer: Any = database._writer  # pyright: ignore[reportPrivateUsage]

    async def limit(pages: int) -> None:
        while writer._held:
            await asyncio.sleep(0)
        writer._connection.pragma("max_page_count", pages)

    while time.monotonic() < end:
        await asyncio.sleep(chance.random() * 0.5)
        found = await database.read("PRAGMA page_count")
        await limit(found[0][0] + chance.randrange(30))
        await asyncio.sleep(chance.random() * 0.2)
        await limit(4_294_967_294)


@pytest.mark.parametrize("durability", ["full", "normal"])
async def test_random_trouble(tmp_path: Path, durability: str) -> None:
    seed = int(os.environ.get("SEED", random.randrange(10**9)))
    print(f"SEED={seed}")
    chance = random.Random(seed)
    outcome = Outcome()
    end = time.monotonic() + SECONDS
    numbers = iter(range(10**9))
    async with sqlite(tmp_path / "a.db", durability=durability, statement_timeout_seconds=0.4) as database:

        async def client() -> None:
            while time.monotonic() < end:
                await write(database, chance, f"n{next(numbers)}", outcome)

        async def reader() -> None:
            while time.monotonic() < end:
                # what is read is always whole: each item came with its part
                rows = await database.read(
                    "SELECT count(*) FROM items i WHERE name NOT LIKE '%huge' "
                    "AND NOT EXISTS (SELECT 1 FROM parts p WHERE p.item = i.id) AND i.id < 200",
                    timeout_seconds=20,
                )
                assert rows == [(0,)]
                await asyncio.sleep(0.01)

        await asyncio.gather(
            *(client() for _ in range(24)), reader(), fill_the_disk_now_and_then(database, chance, end)
        )
        found = [row[0] for row in await database.read("SELECT name FROM items", timeout_seconds=20)]
        whole = await database.read("PRAGMA integrity_check", timeout_seconds=20)
    assert outcome.unexpected == []
    assert len(outcome.acknowledged) > 20
    assert len(found) == len(set(found))
    assert outcome.acknowledged <= set(found), "an acknowledged write was lost"
    assert not outcome.failed & set(found), "a failed write left something"
    assert not [name for name in found if name.endswith("undone")]
    assert whole == [("ok",)]
