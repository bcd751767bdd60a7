"""The store: made once, brought up to date, refused when it is newer; workers that learn of each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from satchel.db import open_database
from satchel.engine.metadata import Metadata
from satchel.errors import ConfigError
from satchel.model.definition import FieldDefinition
from satchel.model.schema_changes import AlterTable, CreateIndex, CreateTable
from satchel.model.system.collections import SYSTEM_TABLES
from satchel.model.system.migrations import LATEST, STEPS, Step, changes_of
from tests.process.schema_kit import World, directus, options, pocketbase, world, world_at
from tests.servers import DATABASES, fresh_database

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(params=DATABASES)
async def on(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(request.param, tmp_path) as made:
        yield made


@pytest.mark.parametrize("kind", DATABASES)
async def test_the_store_holds_every_declared_column(kind: str, tmp_path: Path) -> None:
    with fresh_database(kind) as url:
        async with world_at(kind, url or f"sqlite:///{tmp_path}/main.db", tmp_path) as on:
            facts = await on.database.facts()
    tables = {table.name: table for table in facts.tables}
    for declared in SYSTEM_TABLES:
        made = tables[declared.table]
        assert [column.name for column in made.columns] == [
            item.name for item in declared.fields if item.type != "alias"
        ]
        assert made.primary_key == declared.key
        references = {key.columns[0]: key for key in made.foreign_keys}
        for item in declared.fields:
            column = next((found for found in made.columns if found.name == item.name), None)
            if column is None:
                continue
            assert column.nullable is item.nullable, (declared.name, item.name)
            assert column.identity is item.identity
            enforced = item.reference is not None and item.reference.enforced
            assert (item.name in references) is enforced
        singles = {index.columns for index in made.indexes if index.unique}
        assert {(item.name,) for item in declared.fields if item.unique} <= singles


async def test_defaults_are_the_databases_own(on: World) -> None:
    async def work(session: Any) -> None:
        await session.insert("directus_policies", {"id": NOBODY, "name": "p"})

    await on.metadata.store.write(work)
    (row,) = await on.metadata.store.select("directus_policies", ("icon", "admin_access", "ip_access"))
    assert row == {"icon": "badge", "admin_access": False, "ip_access": None}


async def test_a_newer_store_is_refused(on: World) -> None:
    async def work(session: Any) -> None:
        await session.update("satchel_state", {"value": str(LATEST + 1)}, ("name", "=", "schema_version"))

    await on.metadata.store.write(work)
    with pytest.raises(ConfigError, match="newer version"):
        await Metadata({"main": on.database}, "main").open()


async def test_a_store_that_was_half_made_is_completed(on: World) -> None:
    """What exists is left alone, what is missing is made."""
    quote = "`" if on.kind == "mariadb" else '"'
    await on.run(f"DROP TABLE {quote}satchel_changes{quote}")
    await on.run(f"DELETE FROM {quote}satchel_state{quote}")
    await on.run(
        'INSERT INTO "satchel_roles" ("id", "name") VALUES (?, \'kept\')', "0" * 8 + "-0000-4000-8000-" + "0" * 12
    )
    again = Metadata({"main": on.database}, "main")
    await again.open()
    assert await again.store.select("satchel_changes", ("id",)) == []
    assert [row["name"] for row in await again.store.select("directus_roles", ("name",))] == ["kept"]


@pytest.mark.parametrize("kind", DATABASES)
async def test_workers_that_start_together(kind: str, tmp_path: Path) -> None:
    with fresh_database(kind) as url:
        address = url or f"sqlite:///{tmp_path}/main.db"
        databases = [open_database("main", address, options()) for _ in range(4)]
        try:
            for database in databases:
                await database.open()
            made = [Metadata({"main": database}, "main") for database in databases]
            await asyncio.gather(*(item.open() for item in made))
            assert all("directus_users" in item.catalog.collections for item in made)
        finally:
            for database in databases:
                await database.close()


async def test_workers_learn_of_each_others_changes(on: World, tmp_path: Path) -> None:
    async with world_at(on.kind, on.url, tmp_path) as other:
        versions = []
        other.metadata.on_change(lambda catalog: versions.append(catalog.version))
        await on.schema.create_collection(directus("things"), "directus")
        assert await other.metadata.refresh()
        assert "things" in other.catalog.collections
        await on.schema.save_collection_meta("things", {"note": "metadata alone"})
        assert await other.metadata.refresh()
        assert (other.collection("things").meta or {})["note"] == "metadata alone"
        assert versions == sorted(set(versions))
        assert len(versions) == 2
        # a worker with an old catalog plans anew instead of undoing what it has not seen
        await on.schema.create_field("things", FieldDefinition("a", type="string", meta={}), "directus")
        await other.schema.create_field("things", FieldDefinition("b", type="string", meta={}), "directus")
        assert {"a", "b"} <= set(other.collection("things").fields)
        results = await asyncio.gather(
            *(
                where.schema.create_collection(pocketbase(f"made_{number}"), "pocketbase")
                for number, where in enumerate((on, other, on, other))
            )
        )
        assert len({item.name for item in results}) == 4
        await on.metadata.refresh()
        assert {item.name for item in results} <= set(on.catalog.collections)


async def test_a_change_that_is_cancelled_leaves_nothing(on: World) -> None:
    await on.schema.create_collection(directus("things", FieldDefinition("a", type="string", meta={})), "directus")
    for pause in (0.0, 0.002, 0.01, 0.03):
        before = list(on.collection("things").fields)
        task = asyncio.create_task(
            on.schema.create_field(
                "things", FieldDefinition(f"n{pause * 1000:.0f}", type="integer", meta={}), "directus"
            )
        )
        await asyncio.sleep(pause)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await on.metadata.reload()
        after = on.collection("things")
        new = [name for name in after.fields if name not in before]
        assert len(new) <= 1
        # column and metadata came together, or neither did
        if on.kind != "mariadb":
            assert all(after.fields[name].meta is not None for name in new)
    await on.schema.create_field("things", FieldDefinition("last", type="integer", meta={}), "directus")


def test_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in STEPS] == list(range(1, LATEST + 1))


def test_every_declared_table_and_column_came_with_a_step() -> None:
    """Whoever adds a table or a column has to say in which step it comes to the stores that exist.

    Columns of the first step's tables are those listed in `tests/golden/store_fields.txt`.
    """
    golden = Path(__file__).resolve().parents[1] / "golden" / "store_fields.txt"
    first = set(golden.read_text(encoding="utf-8").split())
    later = {f"{table}.{field}" for step in STEPS for table, field in step.fields}
    tables = {name for step in STEPS for name in step.tables}
    declared = {f"{item.name}.{field.name}" for item in SYSTEM_TABLES for field in item.fields if field.type != "alias"}
    newer_tables = {name for step in STEPS[1:] for name in step.tables}
    assert {item.name for item in SYSTEM_TABLES} == tables
    assert declared == {name for name in first if name in declared} | later | {
        name for name in declared if name.split(".")[0] in newer_tables
    }


def test_a_step_makes_only_what_is_missing() -> None:
    step = Step(2, "more", tables=("directus_roles",), fields=(("directus_users", "token_key"),))
    present = {"satchel_users": frozenset({"id"})}
    changes = changes_of(step, present, None)
    assert [type(item) for item in changes] == [CreateTable, AlterTable]
    present = {"satchel_users": frozenset({"id", "token_key"}), "satchel_roles": frozenset({"id"})}
    assert changes_of(step, present, None) == []
    indexed = Step(2, "more", fields=(("directus_users", "token"),))
    changes = changes_of(indexed, {"satchel_users": frozenset({"id"})}, "own")
    assert [type(item) for item in changes] == [AlterTable, CreateIndex]
