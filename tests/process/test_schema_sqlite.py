"""SQLite tables that are rebuilt: everything that nobody asked to change is still there, byte for byte."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import ConstraintFailed, ReadOnly, SatchelError
from satchel.model.definition import FieldDefinition, RelationDefinition, definition_of, field_definition_of
from satchel.model.index_text import parse_index
from tests.process.schema_kit import World, directus, pocketbase, world, world_at

NASTY = """
CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE "The Table" (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the key, with a comma
  "first name" VARCHAR(40) COLLATE NOCASE DEFAULT 'it''s, (a) "default"'
    CONSTRAINT named CHECK (length("first name") < 30),
  amount DECIMAL(10, 2) NOT NULL DEFAULT (1 + 2),
  parent INTEGER REFERENCES parents (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  doubled AS (amount * 2) STORED,
  code TEXT UNIQUE ON CONFLICT REPLACE,
  at TEXT DEFAULT CURRENT_TIMESTAMP,
  a INTEGER, b INTEGER,
  CONSTRAINT pair UNIQUE (a, b),
  CHECK (amount > 0)
);
CREATE TABLE children (id INTEGER PRIMARY KEY, of INTEGER REFERENCES "The Table" (id) ON DELETE CASCADE);
CREATE INDEX by_name ON "The Table" ("first name" COLLATE BINARY DESC) WHERE amount > 1;
CREATE INDEX by_expression ON "The Table" (lower(code), amount * 2);
CREATE VIEW rich AS SELECT id, "first name" AS name FROM "The Table" WHERE amount > 100;
CREATE TABLE log (line TEXT);
CREATE TRIGGER logged AFTER INSERT ON "The Table" BEGIN INSERT INTO log VALUES ('inserted ' || new.id); END;
CREATE TRIGGER elsewhere AFTER INSERT ON parents BEGIN UPDATE "The Table" SET b = b WHERE id = -1; END;
INSERT INTO parents VALUES (1, 'p');
INSERT INTO "The Table" (id, "first name", amount, parent, code, a, b)
  VALUES (5, 'x', 200, 1, 'c', 1, 1), (9, 'y', 3, NULL, 'd', 1, 2);
INSERT INTO children VALUES (1, 5), (2, 9);
DELETE FROM "The Table" WHERE id = -1;
CREATE TABLE no_rowid (k TEXT PRIMARY KEY, v ANY) WITHOUT ROWID, STRICT;
INSERT INTO no_rowid VALUES ('a', 1);
CREATE TABLE keyless (v TEXT);
INSERT INTO keyless (rowid, v) VALUES (40, 'x'), (7, 'y');
"""


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[World]:
    async with world("sqlite", tmp_path) as made:
        await made.database.write_schema(lambda transaction: transaction.run(NASTY))
        await made.metadata.reload()
        yield made


async def objects(on: World) -> dict[str, str]:
    return {row[0]: row[1] for row in await on.run("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")}


async def change(on: World, collection: str, field: str, **changes: Any) -> Any:
    known = field_definition_of(on.collection(collection).fields[field])
    return await on.schema.update_field(collection, field, replace(known, **changes), "directus")


async def test_a_rebuild_keeps_all_the_rest(on: World) -> None:
    before = await objects(on)
    rows = await on.run('SELECT * FROM "The Table" ORDER BY id')
    await change(on, "The Table", "a", type="string", max_length=20, nullable=False, default="0")
    after = await objects(on)
    assert "a varchar(20) DEFAULT '0' NOT NULL" in after["The Table"]
    for text in (
        "COLLATE NOCASE DEFAULT 'it''s, (a) \"default\"'",
        'CONSTRAINT named CHECK (length("first name") < 30)',
        "AUTOINCREMENT",
        "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
        "AS (amount * 2) STORED",
        "UNIQUE ON CONFLICT REPLACE",
        "DEFAULT (1 + 2)",
        "CONSTRAINT pair UNIQUE (a, b)",
        "CHECK (amount > 0)",
    ):
        assert text in after["The Table"], text
    others = set(before) - {"The Table"}
    assert {name: after[name] for name in others} == {name: before[name] for name in others}
    assert await on.run('SELECT * FROM "The Table" ORDER BY id') == [(*row[:7], str(row[7]), row[8]) for row in rows]
    assert await on.column("children", "of") == [5, 9]  # nothing cascaded
    await on.run('INSERT INTO "The Table" ("first name") VALUES (\'z\')')
    assert max(await on.column("The Table", "id")) == 10
    assert await on.run("SELECT line FROM log ORDER BY rowid DESC LIMIT 1") == [("inserted 10",)]
    assert await on.run("SELECT name FROM rich") == [("x",)]
    with pytest.raises(ConstraintFailed):
        await on.database.write(lambda transaction: transaction.run("INSERT INTO children VALUES (9, 77)"))


async def test_the_sequence_of_an_emptied_table_goes_on(on: World) -> None:
    await on.run("DELETE FROM children")
    await on.run('DELETE FROM "The Table"')
    await change(on, "The Table", "b", type="string")
    await on.run("INSERT INTO \"The Table\" (code) VALUES ('n')")
    assert await on.column("The Table", "id") == [10]


async def test_tables_of_other_kinds(on: World) -> None:
    await change(on, "no_rowid", "v", nullable=False)
    text = (await objects(on))["no_rowid"]
    assert text.endswith("WITHOUT ROWID, STRICT")
    assert await on.run("SELECT * FROM no_rowid") == [("a", 1)]
    await change(on, "keyless", "v", nullable=False, default="z")
    assert sorted(await on.run("SELECT rowid, v FROM keyless")) == [(7, "y"), (40, "x")]


async def test_columns_with_constraints_are_dropped(on: World) -> None:
    for name in ("code", "a", "parent", "at"):
        await on.schema.delete_field("The Table", name, "directus")
    text = (await objects(on))["The Table"]
    assert "pair" not in text
    assert "parents" not in text
    assert "by_expression" not in await objects(on)
    assert await on.column("The Table", "b") == [1, 2]
    assert await on.column("children", "of") == [5, 9]


async def test_a_unique_constraint_of_the_table_can_go(on: World) -> None:
    assert on.collection("The Table").fields["code"].unique
    made = await change(on, "The Table", "code", unique=False)
    assert not made.unique
    assert "UNIQUE ON CONFLICT" not in (await objects(on))["The Table"]


async def test_a_change_that_breaks_a_reference_is_undone(on: World) -> None:
    before = await objects(on)
    await on.schema.create_field("children", FieldDefinition("p", type="integer", meta={}), "directus")
    await on.run("UPDATE children SET p = 99")
    with pytest.raises(ConstraintFailed):
        await on.schema.create_relation(RelationDefinition("children", "p", "parents"))
    await on.metadata.reload()
    assert on.catalog.m2o("children", "p") is None
    assert (await objects(on))["The Table"] == before["The Table"]
    assert await on.column("children", "id") == [1, 2]


async def test_what_pocketbase_would_have_made(tmp_path: Path) -> None:
    async with world("sqlite", tmp_path) as on:
        kinds = [
            FieldDefinition("t", kind="text"),
            FieldDefinition("n", kind="number"),
            FieldDefinition("b", kind="bool"),
            FieldDefinition("s", kind="select", options={"values": ["a", "b"], "maxSelect": 2}),
            FieldDefinition("j", kind="json"),
            FieldDefinition("g", kind="geoPoint"),
        ]
        await on.schema.create_collection(pocketbase("t", *kinds), "pocketbase")
        assert (await objects(on))["t"] == (
            'CREATE TABLE "t" ("id" TEXT PRIMARY KEY DEFAULT (\'r\'||lower(hex(randomblob(7)))) NOT NULL, '
            '"t" TEXT DEFAULT \'\' NOT NULL, "n" NUMERIC DEFAULT 0 NOT NULL, "b" BOOLEAN DEFAULT FALSE NOT NULL, '
            '"s" JSON DEFAULT \'[]\' NOT NULL, "j" JSON, '
            '"g" JSON DEFAULT \'{"lon":0,"lat":0}\' NOT NULL)'
        )


async def test_two_workers_change_the_schema_at_once(tmp_path: Path) -> None:
    async with world("sqlite", tmp_path) as one:
        url = f"sqlite:///{tmp_path}/main.db"
        async with world_at("sqlite", url, tmp_path) as two:
            names = [f"c{number}" for number in range(8)]
            makers = [one, two] * 4
            await asyncio.gather(
                *(
                    maker.schema.create_collection(pocketbase(name), "pocketbase")
                    for maker, name in zip(makers, names, strict=True)
                )
            )
            await one.metadata.refresh()
            await two.metadata.refresh()
            assert set(names) <= set(one.catalog.collections)
            assert set(names) <= set(two.catalog.collections)
            results = await asyncio.gather(
                one.schema.create_collection(pocketbase("same"), "pocketbase"),
                two.schema.create_collection(pocketbase("same"), "pocketbase"),
                return_exceptions=True,
            )
            assert sum(isinstance(item, SatchelError) for item in results) == 1


async def test_a_read_only_source_is_left_alone(tmp_path: Path) -> None:
    async with world("sqlite", tmp_path, apart=True) as on:
        await on.schema.create_collection(directus("things"), "directus")
    before = (tmp_path / "main.db").read_bytes()
    async with world_at("sqlite", f"sqlite:///{tmp_path}/main.db?mode=ro", tmp_path, apart=True) as on:
        with pytest.raises(ReadOnly):
            await on.schema.create_field("things", FieldDefinition("x", type="string"), "directus")
        with pytest.raises(ReadOnly):
            await on.schema.delete_collection("things", "directus")
        # what is said about a table is the store's
        made = await on.schema.save_collection_meta("things", {"note": "n"})
        assert made.meta is not None
    assert (tmp_path / "main.db").read_bytes() == before


async def test_nothing_is_written_into_a_source_by_looking_at_it(tmp_path: Path) -> None:
    async with world("sqlite", tmp_path, apart=True) as on:
        await on.database.write_schema(lambda transaction: transaction.run(NASTY))
    before = (tmp_path / "main.db").read_bytes()
    async with world_at("sqlite", f"sqlite:///{tmp_path}/main.db", tmp_path, apart=True) as on:
        definition_of(on.collection("The Table"))
        await on.metadata.refresh()
    assert (tmp_path / "main.db").read_bytes() == before


async def test_a_store_elsewhere_is_in_step(tmp_path: Path) -> None:
    async with world("sqlite", tmp_path, apart=True) as on:
        made = await on.schema.create_collection(pocketbase("posts", rules={"listRule": ""}), "pocketbase")
        assert (made.source, made.rules["listRule"]) == ("main", "")
        await on.run("INSERT INTO posts (id) VALUES ('a')")
        bad = replace(on.definition("posts"), indexes=(*directus_index(),), rules={"listRule": None})
        with contextlib.suppress(SatchelError):
            await on.schema.update_collection("posts", bad, "pocketbase")
            pytest.fail("the index can't be made")
        await on.metadata.reload()
        assert on.collection("posts").rules["listRule"] == ""  # the metadata was undone with the DDL
        tables = {row[0] for row in await on.run("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables == {"posts"}


def directus_index() -> list[Any]:
    return [parse_index("CREATE INDEX i ON posts (nowhere(id))")]
