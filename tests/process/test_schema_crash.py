"""A process that is killed in the middle of schema changes leaves each of them done, or not begun."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from satchel.model.definition import FieldDefinition
from tests.process.schema_kit import directus, world, world_at
from tests.servers import fresh_database

ROUNDS = 4
ROWS = 400


async def keep_changing(kind: str, url: str, folder: str) -> None:
    """Run in a process of its own until it is killed: add columns, rebuild the table, rename and drop."""
    async with world_at(kind, url, Path(folder)) as on:
        number = 0
        while True:
            number += 1
            name = f"n{number}"
            await on.schema.create_field(
                "things", FieldDefinition(name, type="string", default="x", meta={}), "directus"
            )
            wanted = FieldDefinition(name, type="text", nullable=False, default="x", meta={"note": name}, unique=False)
            await on.schema.update_field("things", name, wanted, "directus")
            if number % 2:
                await on.schema.delete_field("things", name, "directus")
            print(name, flush=True)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_killed_while_changing_the_schema(kind: str, tmp_path: Path) -> None:
    with fresh_database(kind) as url:
        address = url or f"sqlite:///{tmp_path}/main.db"
        async with world_at(kind, address, tmp_path) as on:
            await on.schema.create_collection(directus("things", FieldDefinition("a", type="string")), "directus")
            for number in range(ROWS):
                await on.run('INSERT INTO "things" ("a") VALUES (?)', f"row {number}")
        for _ in range(ROUNDS):
            await asyncio.to_thread(run_and_kill, kind, address, tmp_path)
            async with world_at(kind, address, tmp_path) as on:
                things = on.collection("things")
                tables = {table.name for table in (await on.database.facts()).tables}
                assert "satchel_rebuild" not in tables
                assert len(await on.column("things", "a")) == ROWS
                for name, field in things.fields.items():
                    if name in ("id", "a"):
                        continue
                    # the column and what is said of it came together
                    assert field.meta is not None, name
                    changed = field.meta["note"] == name
                    assert (field.type, field.nullable) == (("text", False) if changed else ("string", True)), name
                notes = [note for note in on.metadata.notes if "things" in note]
                assert notes == []
                # and the next process goes on from there
                names = [name for name in things.fields if name not in ("id", "a")]
                for name in names:
                    await on.schema.delete_field("things", name, "directus")


def run_and_kill(kind: str, address: str, folder: Path) -> None:
    script = (
        "import asyncio, sys; from tests.process.test_schema_crash import keep_changing; "
        "asyncio.run(keep_changing(*sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, kind, address, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2],
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("n"), process.stderr.read() if process.stderr else ""
        time.sleep(random.uniform(0.02, 0.4))
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


async def test_what_a_crash_between_two_databases_leaves(tmp_path: Path) -> None:
    """DDL committed, metadata not: the table is served as it is, and what was to be said of it can be said again."""
    async with world("sqlite", tmp_path, apart=True) as on:
        await on.run('CREATE TABLE "things" ("id" integer PRIMARY KEY, "late" text)')
        await on.metadata.refresh()
        assert on.collection("things").fields["late"].meta is None
        made = await on.schema.save_field_meta("things", "late", {"note": "now"})
        assert made.meta is not None
        assert made.column == "late"
