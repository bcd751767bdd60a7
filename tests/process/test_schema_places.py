"""Where tables are: a store apart from the source, several schemas, several sources."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from satchel.db import open_database
from satchel.engine.engine import Engine
from satchel.engine.metadata import Metadata
from satchel.engine.schema import Schema
from satchel.errors import SatchelError, Unprocessable
from satchel.model.definition import CollectionDefinition, FieldDefinition, RelationDefinition, definition_of
from satchel.plan.limits import Limits
from tests.process.schema_kit import NUMBER_KEY, World, directus, options, pocketbase, world
from tests.servers import DATABASES


@pytest.fixture(params=DATABASES)
async def apart(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(request.param, tmp_path, apart=True) as made:
        yield made


async def tables(on: World) -> set[str]:
    return {table.name for table in (await on.database.facts()).tables}


async def test_the_source_holds_the_users_tables_alone(apart: World) -> None:
    on = apart
    made = await on.schema.create_collection(
        pocketbase("posts", FieldDefinition("t", kind="text"), rules={"listRule": ""}), "pocketbase"
    )
    assert (made.source, made.rules["listRule"]) == ("main", "")
    assert on.collection("directus_users").source == "store"
    await on.schema.create_field("posts", FieldDefinition("n", type="integer", meta={"note": "x"}), "directus")
    assert await tables(on) == {"posts"}
    await on.schema.create_field("directus_users", FieldDefinition("nick", type="string", meta={}), "directus")
    assert on.collection("directus_users").fields["nick"].column == "nick"
    await on.schema.delete_collection("posts", "pocketbase")
    assert await tables(on) == set()


async def test_a_failed_change_is_undone_in_both(apart: World) -> None:
    on = apart
    text = FieldDefinition("t", kind="text", options={"max": 20})
    await on.schema.create_collection(pocketbase("posts", text, rules={"listRule": ""}), "pocketbase")
    for key in ("a", "b"):
        await on.run('INSERT INTO "posts" ("id", "t") VALUES (?, ?)', key, "same")
    before = on.definition("posts")
    unique = pocketbase("posts", indexes=["CREATE UNIQUE INDEX `u` ON `posts` (`t`)"]).indexes
    added = FieldDefinition("more", kind="bool")
    wanted = replace(before, fields=(*before.fields, added), indexes=unique, rules={"listRule": None})
    with pytest.raises(SatchelError):
        await on.schema.update_collection("posts", wanted, "pocketbase")
    await on.metadata.reload()
    assert list(on.collection("posts").fields) == ["id", "t"]
    assert on.collection("posts").rules["listRule"] == ""
    assert not any("posts" in note for note in on.metadata.notes)


async def test_a_relation_across_databases_is_metadata_alone(apart: World) -> None:
    on = apart
    made = FieldDefinition("by", type="uuid", meta={"special": ["m2o"]})
    await on.schema.create_collection(directus("posts", made), "directus")
    relation = await on.schema.create_relation(
        RelationDefinition("posts", "by", "directus_users", on_delete="SET NULL")
    )
    assert (relation.one, relation.on_delete, relation.one_fields) == ("directus_users", None, ("id",))


async def test_tables_of_another_schema(tmp_path: Path) -> None:
    async with world("postgres", tmp_path) as on:
        for statement in (
            "CREATE SCHEMA sales",
            "CREATE TABLE orders (id integer PRIMARY KEY, note text)",
            "CREATE TABLE sales.orders (id integer PRIMARY KEY, of integer REFERENCES orders (id), note text)",
            "CREATE VIEW sales.big AS SELECT id FROM sales.orders",
            "INSERT INTO orders VALUES (1, 'public')",
            "INSERT INTO sales.orders VALUES (1, 1, 'sales')",
        ):
            await on.run(statement)
        await on.metadata.refresh()
        there = on.collection("sales__orders")
        assert (there.schema, there.table, there.writable) == ("sales", "orders", True)
        relation = on.catalog.m2o("sales__orders", "of")
        assert relation is not None
        assert relation.one == "orders"
        made = await on.schema.create_field(
            "sales__orders", FieldDefinition("amount", type="decimal", default=2, meta={"note": "n"}), "directus"
        )
        assert made.meta is not None
        assert "amount" not in on.collection("orders").fields
        await on.schema.save_collection_meta("sales__orders", {"note": "theirs"})
        assert on.collection("orders").meta is None
        wanted = replace(on.definition("sales__orders"), name="sales__invoices", comment="c")
        renamed = await on.schema.update_collection("sales__orders", wanted, "directus")
        assert (renamed.name, renamed.schema, renamed.table, renamed.comment) == (
            "sales__invoices", "sales", "invoices", "c"
        )  # fmt: skip
        assert renamed.meta is not None
        assert [(float(row[0]), row[1]) for row in await on.run("SELECT amount, note FROM sales.invoices")] == [
            (2, "sales")
        ]
        await on.schema.delete_collection("sales__big", "directus")
        new = CollectionDefinition("sales__new", (NUMBER_KEY,), schema="sales", meta={})
        made_there = await on.schema.create_collection(new, "directus")
        assert (made_there.schema, made_there.table) == ("sales", "new")
        await on.schema.delete_collection("sales__invoices", "directus")
        assert await on.column("orders", "note") == ["public"]


async def test_several_sources(tmp_path: Path) -> None:
    names = ("main", "crm", "store")
    databases = {name: open_database(name, f"sqlite:///{tmp_path}/{name}.db", options()) for name in names}
    try:
        for item in databases.values():
            await item.open()
        for name in ("main", "crm"):
            sql = f"CREATE TABLE orders (id INTEGER PRIMARY KEY, {name} TEXT)"
            await databases[name].write_schema(lambda transaction, sql=sql: transaction.run(sql))  # type: ignore[misc]
        metadata = Metadata(databases, "store")
        await metadata.open()
        schema = Schema(metadata, Engine(databases, metadata, limits=Limits()))
        assert {"orders", "crm__orders"} <= set(metadata.catalog.collections)
        made = await schema.create_collection(
            CollectionDefinition("things", (NUMBER_KEY,), source="crm", meta={"note": "n"}), "directus"
        )
        assert (made.name, made.source, made.table) == ("crm__things", "crm", "things")
        assert made.meta is not None
        changed = await schema.update_collection(
            "crm__things", replace(definition_of(made), name="crm__stuff"), "directus"
        )
        assert (changed.name, changed.table) == ("crm__stuff", "stuff")
        assert changed.meta is not None
        with pytest.raises(Unprocessable):
            await schema.save_collections([directus("here"), replace(directus("there"), source="crm")], "directus")
        assert not {"here", "crm__there"} & set(metadata.catalog.collections)
    finally:
        for item in databases.values():
            await item.close()
