"""Fields and relations added, changed and dropped on every live database, and what is cleaned up behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import NotFound, SatchelError, Unprocessable, ValidationFailed
from satchel.model.definition import DefaultFunction, FieldDefinition, RelationDefinition, field_definition_of
from satchel.model.kinds import directus_type
from tests.process.schema_kit import World, directus, pocketbase, world
from tests.servers import DATABASES

LISTING = FieldDefinition("", type="alias", meta={"special": ["o2m"]})
TEXT = FieldDefinition("title", type="string", max_length=100, meta={})


@pytest.fixture(params=DATABASES)
async def on(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(request.param, tmp_path) as made:
        yield made


async def change(on: World, collection: str, field: str, **changes: Any) -> Any:
    known = field_definition_of(on.collection(collection).fields[field])
    return await on.schema.update_field(collection, field, replace(known, **changes), "directus")


async def test_a_column_is_altered_step_by_step(on: World) -> None:
    await on.schema.create_collection(directus("things", TEXT), "directus")
    await on.run('INSERT INTO "things" ("title") VALUES (?)', "12")
    made = await change(on, "things", "title", max_length=200, default="it's 5%", comment="what it is, 100%")
    assert made.max_length == 200
    assert made.meta is not None
    await on.run('INSERT INTO "things" ("id") VALUES (7)')
    assert await on.column("things", "title") == ["12", "it's 5%"]
    if on.kind != "sqlite":
        assert made.comment == "what it is, 100%"
    await on.run('DELETE FROM "things" WHERE "id" = 7')
    made = await change(on, "things", "title", nullable=False)
    assert not made.nullable
    with pytest.raises(SatchelError):
        await on.run('INSERT INTO "things" ("title") VALUES (NULL)')
    made = await change(on, "things", "title", type="integer", default=None, max_length=None, nullable=True)
    assert (directus_type(made), made.nullable, made.default) == ("integer", True, None)
    assert await on.column("things", "title") == [12]
    made = await change(on, "things", "title", unique=True)
    assert made.unique
    with pytest.raises(SatchelError):
        await on.run('INSERT INTO "things" ("title") VALUES (12)')
    made = await change(on, "things", "title", unique=False, indexed=True)
    assert (made.unique, made.indexed) == (False, True)
    made = await change(on, "things", "title", indexed=False)
    assert not made.indexed
    renamed = await change(on, "things", "title", name="number")
    assert renamed.name == "number"
    assert await on.column("things", "number") == [12]
    await on.schema.delete_field("things", "number", "directus")
    assert list(on.collection("things").fields) == ["id"]


async def test_defaults_that_the_database_computes(on: World) -> None:
    fields = [
        FieldDefinition("at", type="timestamp", default=DefaultFunction.NOW, meta={"special": ["cast-timestamp"]}),
        FieldDefinition("day", type="date", default=DefaultFunction.NOW),
        FieldDefinition("local", type="dateTime", default=DefaultFunction.NOW),
        FieldDefinition("key", type="uuid", default=DefaultFunction.UUID, meta={"special": ["uuid"]}),
        FieldDefinition("yes", type="boolean", default=True),
        FieldDefinition("amount", type="decimal", default=1.5, precision=8, scale=2),
        FieldDefinition("data", type="json", default='{"a": [1]}', meta={"special": ["cast-json"]}),
    ]
    await on.schema.create_collection(directus("computed", *fields), "directus")
    await on.run('INSERT INTO "computed" ("id") VALUES (1)')
    rows = await on.run('SELECT "at", "day", "local", "key", "yes", "amount", "data" FROM "computed"')
    assert all(value is not None for value in rows[0])
    assert len(str(rows[0][3])) == 36
    assert bool(rows[0][4])
    assert float(rows[0][5]) == 1.5
    assert '"a"' in str(rows[0][6])
    # the definition that this makes of the catalog changes nothing, and can be put back
    before = on.catalog.version
    await on.schema.update_collection("computed", on.definition("computed"), "directus")
    assert on.catalog.version == before + 1
    await change(on, "computed", "yes", nullable=False)
    await on.run('INSERT INTO "computed" ("id") VALUES (2)')
    assert [bool(value) for value in await on.column("computed", "yes")] == [True, True]


async def test_a_required_column_on_a_table_with_rows_is_refused_whole(on: World) -> None:
    await on.schema.create_collection(directus("things", TEXT), "directus")
    await on.run('INSERT INTO "things" ("title") VALUES (NULL)')
    with pytest.raises(SatchelError):
        await change(on, "things", "title", nullable=False)
    await on.metadata.reload()
    assert on.collection("things").fields["title"].nullable


async def test_relations_make_foreign_keys(on: World) -> None:
    author = FieldDefinition("author", type="integer", meta={"special": ["m2o"]})
    await on.schema.create_collection(directus("authors", FieldDefinition("name", type="string")), "directus")
    await on.schema.create_collection(directus("books", author, TEXT), "directus")
    await on.schema.create_field(
        "authors", FieldDefinition("books", type="alias", meta={"special": ["o2m"]}), "directus"
    )
    made = await on.schema.create_relation(
        RelationDefinition("books", "author", "authors", one_field="books", on_delete="SET NULL")
    )
    assert (made.on_delete, made.one_field, made.one_fields) == ("SET NULL", "books", ("id",))
    assert on.catalog.o2m("authors", "books") is made
    await on.run('INSERT INTO "authors" ("id") VALUES (1)')
    await on.run('INSERT INTO "books" ("id", "author") VALUES (1, 1)')
    with pytest.raises(SatchelError):
        await enforced(on, 'INSERT INTO "books" ("id", "author") VALUES (2, 9)')
    made = await on.schema.update_relation(
        "books",
        "author",
        RelationDefinition("books", "author", "authors", one_field="books", on_delete="CASCADE", deselect="delete"),
    )
    assert (made.on_delete, made.deselect) == ("CASCADE", "delete")
    await enforced(on, 'DELETE FROM "authors" WHERE "id" = 1')
    assert await on.column("books", "id") == []
    await on.schema.delete_relation("books", "author")
    assert on.catalog.m2o("books", "author") is None
    assert "books" in on.collection("authors").fields
    with pytest.raises(NotFound):
        await on.schema.delete_relation("books", "author")


async def enforced(on: World, sql: str) -> None:
    """An ordinary write: foreign keys hold."""
    text = sql.replace('"', "`") if on.kind == "mariadb" else sql
    await on.database.write(lambda transaction: transaction.run(text))


async def test_a_relation_to_itself_and_circles(on: World) -> None:
    parent = FieldDefinition("parent", type="integer", meta={})
    await on.schema.create_collection(directus("a", parent, replace(parent, name="b")), "directus")
    await on.schema.create_collection(directus("b", replace(parent, name="a")), "directus")
    await on.schema.create_relation(RelationDefinition("a", "parent", "a", on_delete="SET NULL"))
    await on.schema.create_relation(RelationDefinition("a", "b", "b"))
    await on.schema.create_relation(RelationDefinition("b", "a", "a"))
    await on.run('INSERT INTO "a" ("id") VALUES (1)')
    await on.run('INSERT INTO "b" ("id", "a") VALUES (1, 1)')
    await on.run('UPDATE "a" SET "b" = 1, "parent" = 1')
    # a table that others point at is rebuilt or altered with its rows and references
    await on.schema.create_field("a", FieldDefinition("more", type="string", nullable=False, default="x"), "directus")
    await change(on, "a", "more", nullable=True)
    assert await on.column("b", "a") == [1]
    assert {(item.many, item.many_field, item.one) for item in on.catalog.relations if item.many in ("a", "b")} == {
        ("a", "parent", "a"), ("a", "b", "b"), ("b", "a", "a")
    }  # fmt: skip
    await on.schema.delete_collection("a", "directus")
    assert on.catalog.m2o("b", "a") is None
    assert await on.column("b", "id") == [1]


async def test_a_relation_into_the_store_has_no_foreign_key(tmp_path: Path) -> None:
    async with world("sqlite", tmp_path, apart=True) as on:
        made = FieldDefinition("user_created", type="uuid", meta={"special": ["user-created", "uuid"]})
        await on.schema.create_collection(directus("posts", made), "directus")
        relation = await on.schema.create_relation(RelationDefinition("posts", "user_created", "directus_users"))
        assert (relation.on_delete, relation.one) == (None, "directus_users")
        assert on.collection("directus_users").source == "store"


async def test_many_to_any(on: World) -> None:
    fields = [FieldDefinition(name, type="string", max_length=60, meta={}) for name in ("item", "kind")]
    await on.schema.create_collection(directus("texts"), "directus")
    await on.schema.create_collection(directus("blocks", *fields), "directus")
    made = await on.schema.create_relation(
        RelationDefinition("blocks", "item", None, collection_field="kind", allowed=("texts",), enforce=False)
    )
    assert (made.one, made.allowed) == (None, ("texts",))
    await on.schema.delete_field("blocks", "kind", "directus")
    assert on.catalog.m2o("blocks", "item") is None


async def test_a_field_that_goes_is_forgotten_everywhere(on: World) -> None:
    rank = FieldDefinition("rank", type="integer", meta={})
    owner = FieldDefinition("owner", type="integer", meta={"special": ["m2o"]})
    inside = FieldDefinition("inside", type="string", meta={"group": "rank"})
    await on.schema.create_collection(directus("owners"), "directus")
    await on.schema.create_collection(
        directus("tasks", rank, owner, inside, TEXT, meta={"sort_field": "rank", "archive_field": "title"}), "directus"
    )
    await on.schema.create_field(
        "owners", FieldDefinition("tasks", type="alias", meta={"special": ["o2m"]}), "directus"
    )
    await on.schema.create_relation(
        RelationDefinition("tasks", "owner", "owners", one_field="tasks", sort_field="rank")
    )
    store = on.metadata.store

    async def grant(session: Any) -> None:
        await session.insert("directus_policies", {"id": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "name": "p"})
        for fields in (["rank", "title"], ["rank"], ["*"], None):
            policy = "0" * 8 + "-0000-4000-8000-" + "0" * 12
            values = {"collection": "tasks", "action": "read", "fields": fields, "policy": policy}
            await session.insert("directus_permissions", values)

    await store.write(grant)
    stamp = await store.select("satchel_state", ("value",), ("name", "=", "access_stamp"))
    await on.schema.delete_field("tasks", "rank", "directus")
    tasks = on.collection("tasks")
    assert tasks.meta is not None
    assert (tasks.sort_field, tasks.meta["archive_field"]) == (None, "title")
    assert tasks.fields["inside"].meta is not None
    assert tasks.fields["inside"].meta["group"] is None
    relation = on.catalog.m2o("tasks", "owner")
    assert relation is not None
    assert relation.sort_field is None
    rows = await store.select("directus_permissions", ("fields",), order="id")
    assert [row["fields"] for row in rows] == [["title"], [], ["*"], None]
    assert await store.select("satchel_state", ("value",), ("name", "=", "access_stamp")) != stamp
    await on.schema.delete_field("tasks", "owner", "directus")
    assert "tasks" not in on.collection("owners").fields
    # a renamed field and a renamed collection take their mentions along
    await change(on, "tasks", "title", name="headline")
    assert on.collection("tasks").meta is not None
    assert (on.collection("tasks").meta or {})["archive_field"] == "headline"
    rows = await store.select("directus_permissions", ("fields",), order="id")
    assert rows[0]["fields"] == ["headline"]
    await on.schema.update_collection("tasks", replace(on.definition("tasks"), name="jobs"), "directus")
    rows = await store.select("directus_permissions", ("collection",))
    assert {row["collection"] for row in rows} == {"jobs"}
    await on.schema.delete_collection("jobs", "directus")
    assert await store.select("directus_permissions", ("id",)) == []


async def test_fields_that_cannot_be(on: World) -> None:
    await on.schema.create_collection(directus("things", TEXT), "directus")
    with pytest.raises(ValidationFailed) as refused:
        await on.schema.create_field("things", TEXT, "directus")
    assert refused.value.errors[0].code == "duplicated_field_name"
    with pytest.raises(Unprocessable):
        await on.schema.delete_field("things", "id", "directus")
    with pytest.raises(NotFound):
        await on.schema.delete_field("things", "nope", "directus")
    with pytest.raises(NotFound):
        await on.schema.create_field("nope", TEXT, "directus")
    for bad in (
        FieldDefinition("x", type="varchar(20); DROP TABLE things"),
        FieldDefinition("x", type="integer", default="1; DROP TABLE things"),
        FieldDefinition("x", type="string", max_length=-1),
        FieldDefinition("x", type="decimal", precision=99),
        FieldDefinition("", type="string"),
    ):
        with pytest.raises(SatchelError):
            await on.schema.create_field("things", bad, "directus")
    odd = FieldDefinition('Ünder "the`[sea]', type="string", default="'; DROP TABLE things; --\\", meta={})
    made = await on.schema.create_field("things", odd, "directus")
    await on.run('INSERT INTO "things" ("id") VALUES (1)')
    quoted = made.name.replace("`", "``") if on.kind == "mariadb" else made.name.replace('"', '""')
    mark = "`" if on.kind == "mariadb" else '"'
    rows = await on.database.read(f"SELECT {mark}{quoted}{mark} FROM things")
    assert rows[0][0] == "'; DROP TABLE things; --\\"


async def test_a_plain_column_seen_by_the_other_wire_stays_plain(on: World) -> None:
    await on.schema.create_collection(directus("things", TEXT), "directus")
    before = on.definition("things")
    fields = tuple(replace(item, hidden=True) if item.name == "title" else item for item in before.fields)
    made = await on.schema.update_collection(
        "things", replace(before, fields=fields, rules={"listRule": ""}), "pocketbase"
    )
    assert (made.fields["title"].kind, made.fields["title"].hidden) == ("", True)
    assert made.fields["title"].meta is not None
    assert made.rules == {"listRule": ""}
    assert made.fields["title"].max_length == 100


async def test_a_directus_change_keeps_what_pocketbase_knows(on: World) -> None:
    kind = FieldDefinition("mail", kind="email", required=True, options={"onlyDomains": ["x.io"]})
    await on.schema.create_collection(pocketbase("people", kind, rules={"listRule": ""}), "pocketbase")
    await on.schema.save_field_meta("people", "mail", {"note": "n"})
    await on.schema.save_collection_meta("people", {"icon": "i"})
    await on.schema.create_field("people", FieldDefinition("more", type="integer", meta={}), "directus")
    made = on.collection("people")
    assert (made.fields["mail"].kind, made.fields["mail"].required) == ("email", True)
    assert made.fields["mail"].options["onlyDomains"] == ["x.io"]
    assert made.rules == {"listRule": ""}
    assert made.fields["mail"].meta is not None
    assert made.fields["mail"].meta["note"] == "n"


async def test_a_field_has_one_relation(on: World) -> None:
    to = FieldDefinition("to", type="integer", meta={})
    await on.schema.create_collection(directus("a"), "directus")
    await on.schema.create_collection(directus("b", to), "directus")
    await on.schema.create_relation(RelationDefinition("b", "to", "a", tracked=False))
    untracked = on.catalog.m2o("b", "to")
    assert untracked is not None
    assert untracked.meta is None
    tracked = await on.schema.create_relation(RelationDefinition("b", "to", "a"))
    assert tracked.meta is not None
    assert len([item for item in on.catalog.relations if item.many == "b"]) == 1
    facts = await on.database.facts()
    assert [len(table.foreign_keys) for table in facts.tables if table.name == "b"] == [1]
    with pytest.raises(ValidationFailed) as refused:
        await on.schema.create_relation(RelationDefinition("b", "to", "a"))
    assert refused.value.errors[0].code == "existing_relation"
    with pytest.raises(ValidationFailed):
        await on.schema.create_relation(RelationDefinition("b", "nowhere", "a"))
    with pytest.raises(NotFound):
        await on.schema.create_relation(RelationDefinition("b", "id", "nowhere"))
