"""Collections made, changed and dropped on every live database, by both wires' definitions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from satchel.errors import DatabaseError, InvalidPayload, NotFound, SatchelError, Unprocessable, ValidationFailed
from satchel.model.definition import CollectionDefinition, FieldDefinition
from satchel.model.kinds import directus_type
from tests.process.schema_kit import World, directus, pocketbase, world
from tests.servers import DATABASES

ALL_KINDS = (
    FieldDefinition("t", kind="text", options={"max": 40}),
    FieldDefinition("long", kind="text"),
    FieldDefinition("e", kind="editor"),
    FieldDefinition("n", kind="number"),
    FieldDefinition("b", kind="bool"),
    FieldDefinition("mail", kind="email"),
    FieldDefinition("u", kind="url"),
    FieldDefinition("d", kind="date"),
    FieldDefinition("made", kind="autodate", options={"onCreate": True}),
    FieldDefinition("s", kind="select", options={"values": ["a", "b"]}),
    FieldDefinition("ss", kind="select", options={"values": ["a", "b"], "maxSelect": 2}),
    FieldDefinition("j", kind="json"),
    FieldDefinition("g", kind="geoPoint"),
    FieldDefinition("p", kind="password", hidden=True),
)
ALL_TYPES = ("string", "text", "boolean", "integer", "bigInteger", "float", "decimal", "date", "time", "dateTime",
             "timestamp", "json", "csv", "uuid", "hash", "binary")  # fmt: skip
SPECIALS = {"timestamp": ["cast-timestamp"], "json": ["cast-json"], "csv": ["cast-csv"], "uuid": ["uuid"],
            "hash": ["hash"]}  # fmt: skip


@pytest.fixture(params=DATABASES)
async def on(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(request.param, tmp_path) as made:
        yield made


async def test_every_pocketbase_kind(on: World) -> None:
    made = await on.schema.create_collection(pocketbase("all_kinds", *ALL_KINDS), "pocketbase")
    assert made.id == "pbc_1411312398" or made.id.startswith("pbc_")
    assert list(made.fields) == ["id", *(item.name for item in ALL_KINDS)]
    assert {name: item.kind for name, item in made.fields.items()} == {
        "id": "text",
        **{item.name: item.kind for item in ALL_KINDS},
    }
    assert made.key == ("id",)
    assert made.fields["id"].id == "text3208210256"
    assert made.fields["p"].hidden
    assert made.meta is not None  # the other wire knows it too
    # a row that another program inserts gets the zero values
    await on.run('INSERT INTO "all_kinds" ("t") VALUES (?)', "x")
    assert len((await on.column("all_kinds", "id"))[0]) == 15
    assert await on.column("all_kinds", "n") == [0]
    assert await on.column("all_kinds", "mail") == [""]
    assert await on.column("all_kinds", "ss") == ["[]"]


async def test_every_directus_type(on: World) -> None:
    fields = [FieldDefinition(f"f_{name}", type=name, meta={"special": SPECIALS.get(name)}) for name in ALL_TYPES]
    made = await on.schema.create_collection(directus("all_types", *fields), "directus")
    assert {name: directus_type(item) for name, item in made.fields.items()} == {
        "id": "integer",
        **{f"f_{name}": name for name in ALL_TYPES},
    }
    assert made.fields["id"].identity
    assert made.fields["f_string"].max_length == 255
    assert (made.fields["f_decimal"].precision, made.fields["f_decimal"].scale) == (10, 5)
    await on.run('INSERT INTO "all_types" ("f_string") VALUES (?)', "x")
    assert await on.column("all_types", "id") == [1]


async def test_an_update_is_the_complete_state(on: World) -> None:
    await on.schema.create_collection(
        pocketbase(
            "posts",
            FieldDefinition("title", kind="text", options={"max": 100}),
            FieldDefinition("views", kind="number"),
            FieldDefinition("old", kind="text", options={"max": 100}),
            indexes=[
                "CREATE UNIQUE INDEX `posts_title` ON `posts` (`title`)",
                "CREATE INDEX `posts_old` ON `posts` (`old`)",
            ],
        ),
        "pocketbase",
    )
    await on.run('INSERT INTO "posts" ("id", "title", "views", "old") VALUES (?, ?, ?, ?)', "a", "one", 5, "gone")
    before = on.definition("posts")
    fields = [
        replace(item, name="headline") if item.name == "title" else item for item in before.fields if item.name != "old"
    ]
    indexes = tuple(item for item in before.indexes if item.name == "posts_title")
    wanted = replace(
        before,
        name="articles",
        fields=(*fields, FieldDefinition("flag", kind="bool")),
        indexes=indexes,
        rules={"listRule": "", "viewRule": "headline != ''"},
    )
    made = await on.schema.update_collection("posts", wanted, "pocketbase")
    assert (made.name, made.table, made.id) == ("articles", "articles", on.catalog.collections["articles"].id)
    assert list(made.fields) == ["id", "headline", "views", "flag"]
    assert made.fields["headline"].id == before.fields[1].id
    assert made.rules["viewRule"] == "headline != ''"
    assert {index.name: index.columns for index in made.indexes if not index.primary} == {"posts_title": ("headline",)}
    assert "`articles`" in (next(index.sql for index in made.indexes if index.name == "posts_title") or "")
    assert await on.column("articles", "headline") == ["one"]
    assert [bool(value) for value in await on.column("articles", "flag")] == [False]
    with pytest.raises(SatchelError):
        await on.run('INSERT INTO "articles" ("id", "headline") VALUES (?, ?)', "b", "one")
    assert "posts" not in on.catalog.collections


async def test_names_are_swapped_and_a_name_is_used_again(on: World) -> None:
    text = FieldDefinition("a", kind="text", options={"max": 20})
    await on.schema.create_collection(
        pocketbase("swap", text, replace(text, name="b"), replace(text, name="c")), "pocketbase"
    )
    await on.run('INSERT INTO "swap" ("id", "a", "b", "c") VALUES (?, ?, ?, ?)', "x", "A", "B", "C")
    before = on.definition("swap")
    names = {"a": "b", "b": "a"}
    fields = tuple(replace(item, name=names.get(item.name, item.name)) for item in before.fields if item.name != "c")
    again = FieldDefinition("c", kind="number", id="number_c")
    await on.schema.update_collection("swap", replace(before, fields=(*fields, again)), "pocketbase")
    rows = await on.run('SELECT "a", "b", "c" FROM "swap"')
    assert [tuple(row) for row in rows] == [("B", "A", 0)]


async def test_single_and_multiple_are_converted(on: World) -> None:
    single = FieldDefinition("s", kind="select", options={"values": ["a", "b"], "maxSelect": 1})
    several = FieldDefinition("m", kind="select", options={"values": ["a", "b"], "maxSelect": 2})
    await on.schema.create_collection(pocketbase("choices", single, several), "pocketbase")
    insert = 'INSERT INTO "choices" ("id", "s", "m") VALUES (?, ?, ?)'
    await on.run(insert, "1", "a", '["a","b"]')
    await on.run(insert, "2", "", "[]")
    before = on.definition("choices")
    sizes = {"s": 2, "m": 1}
    fields = tuple(
        replace(item, options={**item.options, "maxSelect": sizes[item.name]}) if item.name in sizes else item
        for item in before.fields
    )
    made = await on.schema.update_collection("choices", replace(before, fields=fields), "pocketbase")
    assert (made.fields["s"].type, made.fields["m"].type) == ("json", "string")
    rows = await on.run('SELECT "id", "s", "m" FROM "choices" ORDER BY "id"')
    assert [(row[0], str(row[1]).replace(" ", ""), row[2]) for row in rows] == [("1", '["a"]', "b"), ("2", "[]", "")]
    # and back, with the rows that this made
    made = await on.schema.update_collection("choices", before, "pocketbase")
    rows = await on.run('SELECT "id", "s", "m" FROM "choices" ORDER BY "id"')
    assert [(row[0], row[1], str(row[2]).replace(" ", "")) for row in rows] == [("1", "a", '["b"]'), ("2", "", "[]")]


async def test_a_failed_change_leaves_nothing(on: World) -> None:
    text = FieldDefinition("t", kind="text", options={"max": 20})
    await on.schema.create_collection(pocketbase("doubles", text), "pocketbase")
    await on.run('INSERT INTO "doubles" ("id", "t") VALUES (?, ?)', "1", "same")
    await on.run('INSERT INTO "doubles" ("id", "t") VALUES (?, ?)', "2", "same")
    before = on.definition("doubles")
    wanted = pocketbase("renamed", *before.fields[1:], replace(text, name="more"),
                        indexes=["CREATE UNIQUE INDEX `only_one` ON `renamed` (`t`)"])  # fmt: skip
    with pytest.raises(SatchelError):
        await on.schema.update_collection("doubles", replace(wanted, id=before.id), "pocketbase")
    await on.metadata.reload()
    assert list(on.collection("doubles").fields) == ["id", "t"]
    assert "renamed" not in on.catalog.collections
    assert on.collection("doubles").fields["t"].kind == "text"
    assert await on.column("doubles", "t") == ["same", "same"]


async def test_relations_and_views_protect_what_they_need(on: World) -> None:
    target = await on.schema.create_collection(pocketbase("target"), "pocketbase")
    pointing = FieldDefinition("to", kind="relation", options={"collectionId": target.id})
    await on.schema.create_collection(pocketbase("pointing", pointing), "pocketbase")
    with pytest.raises(Unprocessable) as refused:
        await on.schema.delete_collection("target", "pocketbase")
    assert refused.value.details["references"] == ["pointing"]
    await on.schema.delete_collection("pointing", "pocketbase")
    await on.schema.delete_collection("target", "pocketbase")
    assert not {"target", "pointing"} & set(on.catalog.collections)
    with pytest.raises(NotFound):
        await on.schema.delete_collection("target", "pocketbase")


async def test_several_collections_at_once_or_none(on: World) -> None:
    await on.schema.create_collection(pocketbase("going"), "pocketbase")
    one = pocketbase(
        "one", FieldDefinition("two", kind="relation", options={"collectionId": "id_of_two_"}), id="id_of_one_"
    )
    two = pocketbase(
        "two", FieldDefinition("one", kind="relation", options={"collectionId": "id_of_one_"}), id="id_of_two_"
    )
    made = await on.schema.save_collections([one, two], "pocketbase", delete=["going"])
    assert [item.name for item in made] == ["one", "two"]
    assert "going" not in on.catalog.collections
    relation = on.catalog.m2o("one", "two")
    assert relation is not None
    assert relation.one == "two"
    bad = pocketbase("three", FieldDefinition("x", kind="select"))
    with pytest.raises(ValidationFailed):
        await on.schema.save_collections([pocketbase("four"), bad], "pocketbase", delete=["one", "two"])
    assert {"one", "two"} <= set(on.catalog.collections)
    assert "four" not in on.catalog.collections


async def test_a_view_has_fields_of_its_own(on: World) -> None:
    await on.schema.create_collection(
        pocketbase("posts", FieldDefinition("title", kind="text", options={"max": 20}, presentable=True),
                   FieldDefinition("n", kind="number")),
        "pocketbase",
    )  # fmt: skip
    await on.run('INSERT INTO "posts" ("id", "title", "n") VALUES (?, ?, ?)', "a", "x", 2)
    query = "SELECT id, title AS t, count(*) AS c, max(n) AS m FROM posts GROUP BY id, title"
    view = CollectionDefinition("totals", kind="view", type="view", view_query=query, rules={"listRule": ""})
    made = await on.schema.create_collection(view, "pocketbase")
    assert {name: item.kind for name, item in made.fields.items()} == {
        "id": "text", "t": "text", "c": "number", "m": "json"
    }  # fmt: skip
    assert (made.kind, made.type, made.key, made.writable) == ("view", "view", ("id",), False)
    assert made.options["viewQuery"] == query
    assert made.fields["t"].options["presentable"]
    with pytest.raises(Unprocessable) as refused:
        await on.schema.delete_collection("posts", "pocketbase")
    assert refused.value.details["references"] == ["totals"]
    changed = replace(on.definition("totals"), view_query="SELECT id, title FROM posts", name="simple")
    made = await on.schema.update_collection("totals", changed, "pocketbase")
    assert list(made.fields) == ["id", "title"]
    assert "totals" not in on.catalog.collections
    preview = await on.schema.dry_run_view("SELECT id, title FROM posts")
    assert (preview.rows, [item.kind for item in preview.fields]) == (({"id": "a", "title": "x"},), ["text", "text"])
    await on.schema.delete_collection("simple", "pocketbase")
    assert "simple" not in on.catalog.collections


async def test_a_view_may_look_for_text_in_a_list(on: World) -> None:
    values = {"values": ["red", "green"], "maxSelect": 2}
    await on.schema.create_collection(
        pocketbase("posts", FieldDefinition("ss", kind="select", options=values)), "pocketbase"
    )
    await on.run('INSERT INTO "posts" ("id", "ss") VALUES (?, ?)', "a", '["red"]')
    await on.run('INSERT INTO "posts" ("id", "ss") VALUES (?, ?)', "b", '["green"]')
    found = "o.ss LIKE '%red%' AND o.ss NOT LIKE 'x%'"
    query = f"SELECT p.id, count(o.id) AS c FROM posts p LEFT JOIN posts o ON {found} GROUP BY p.id"
    view = CollectionDefinition("found", kind="view", type="view", view_query=query, rules={"listRule": ""})
    made = await on.schema.create_collection(view, "pocketbase")
    assert made.options["viewQuery"] == query
    assert [tuple(row) for row in await on.run('SELECT "id", "c" FROM "found" ORDER BY "id"')] == [("a", 1), ("b", 1)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT * FROM posts", "required"),
        ("SELECT id AS other FROM posts", "missing_primary_key"),
        ("SELECT id FROM nowhere", "required"),
        ("SELECT id FROM posts; DROP TABLE posts", "required"),
        ("SELECT id FROM posts) AS q; DROP TABLE posts; SELECT * FROM (SELECT 1 AS id", "required"),
        ("DELETE FROM posts", "required"),
        ("SELECT id, password FROM satchel_users", "required"),
        ("SELECT NULL AS id FROM posts", "required"),
    ],
)
async def test_queries_that_are_no_view(on: World, query: str, code: str) -> None:
    await on.schema.create_collection(pocketbase("posts"), "pocketbase")
    await on.run('INSERT INTO "posts" ("id") VALUES (?)', "a")
    view = CollectionDefinition("bad", kind="view", type="view", view_query=query)
    with pytest.raises(ValidationFailed) as refused:
        await on.schema.create_collection(view, "pocketbase")
    errors = {error.path: error.code for error in refused.value.errors}
    assert errors == {("fields",): code, ("viewQuery",): "invalid_view_query"}
    await on.metadata.reload()
    assert "bad" not in on.catalog.collections
    assert await on.column("posts", "id") == ["a"]


async def test_folders_and_metadata(on: World) -> None:
    box = await on.schema.create_collection(
        CollectionDefinition("box", key=(), kind="folder", meta={"icon": "x"}), "directus"
    )
    assert (box.kind, box.meta and box.meta["icon"]) == ("folder", "x")
    await on.schema.create_collection(directus("things", FieldDefinition("name", type="string", meta={})), "directus")
    things = await on.schema.save_collection_meta(
        "things", {"group": "box", "hidden": True, "translations": [{"a": 1}]}
    )
    assert things.meta is not None
    assert (things.meta["group"], things.meta["hidden"], things.meta["translations"]) == ("box", True, [{"a": 1}])
    other = await on.schema.save_collection_meta("other", {"note": "n"})
    assert other.kind == "folder"
    name = await on.schema.save_field_meta("things", "name", {"note": "called so", "width": "half"})
    assert name.meta is not None
    assert (name.meta["note"], name.meta["width"], name.meta["special"]) == ("called so", "half", None)
    alias = await on.schema.save_field_meta("things", "nowhere", {})
    assert (alias.type, alias.column) == ("alias", None)
    await on.schema.delete_collection("box", "directus")
    kept = on.collection("things").meta
    assert kept is not None
    assert kept["group"] is None


async def test_an_untracked_table_stays_so(on: World) -> None:
    made = await on.schema.create_collection(
        CollectionDefinition("plain", (FieldDefinition("id", type="integer", nullable=False, identity=True),)),
        "directus",
    )
    assert made.meta is None
    assert made.fields["id"].meta is None
    made = await on.schema.save_collection_meta("plain", {"note": "n"})
    assert made.meta is not None


async def test_a_table_made_elsewhere_is_found(on: World) -> None:
    await on.run('CREATE TABLE "elsewhere" ("id" integer PRIMARY KEY, "name" varchar(20) NOT NULL)')
    assert await on.metadata.refresh()
    version = on.catalog.version
    found = on.collection("elsewhere")
    assert (found.meta, found.key, found.fields["name"].max_length) == (None, ("id",), 20)
    assert not await on.metadata.refresh()
    assert on.catalog.version == version
    # it can be changed like one of our own
    await on.schema.create_field("elsewhere", FieldDefinition("more", type="integer", default=3), "directus")
    await on.run('INSERT INTO "elsewhere" ("id", "name") VALUES (1, ?)', "x")
    assert await on.column("elsewhere", "more") == [3]
    await on.run('DROP TABLE "elsewhere"')
    await on.metadata.refresh()
    assert "elsewhere" not in on.catalog.collections


async def test_names_that_cannot_be(on: World) -> None:
    too_long = "x" * {"sqlite": 256, "postgres": 64, "mariadb": 65}[on.kind]
    for name, code in [("", "required"), ("directus_x", "collection_name_invalid"), ("a/b", "collection_name_invalid"),
                       (too_long, "length_out_of_range"), ("directus_users", "collection_name_invalid")]:  # fmt: skip
        with pytest.raises(ValidationFailed) as refused:
            await on.schema.create_collection(directus(name), "directus")
        assert [error.code for error in refused.value.errors] == [code]
    await on.schema.create_collection(directus('Zähl "das`[ab]'), "directus")
    assert 'Zähl "das`[ab]' in on.catalog.collections
    with pytest.raises(ValidationFailed) as refused:
        await on.schema.create_collection(directus('zähl "DAS`[ab]'), "directus")
    assert refused.value.errors[0].code == "collection_name_exists"


async def test_system_collections_stay(on: World) -> None:
    with pytest.raises(Unprocessable):
        await on.schema.delete_collection("directus_users", "directus")
    with pytest.raises(Unprocessable):
        await on.schema.delete_field("directus_users", "email", "directus")
    with pytest.raises(Unprocessable):
        await on.schema.save_collection_meta("directus_users", {"note": "x"})
    field = await on.schema.create_field("directus_users", FieldDefinition("nick", type="string", meta={}), "directus")
    assert (field.column, field.type) == ("nick", "string")
    assert on.collection("directus_users").fields["email"].unique
    await on.schema.delete_field("directus_users", "nick", "directus")
    assert "nick" not in on.collection("directus_users").fields


async def test_rules_must_mean_something(on: World) -> None:
    wanted = pocketbase(
        "ruled", FieldDefinition("a", kind="text"), rules={"listRule": "a = 'x'", "viewRule": "nope = 1"}
    )
    with pytest.raises(ValidationFailed) as refused:
        await on.schema.create_collection(wanted, "pocketbase")
    (error,) = refused.value.errors
    assert (error.path, error.code) == (("viewRule",), "invalid_rule")


async def test_an_index_that_the_database_refuses(on: World) -> None:
    wanted = pocketbase("t", indexes=["CREATE INDEX `i` ON `t` (nowhere(`id`))"])
    with pytest.raises(SatchelError) as refused:
        await on.schema.create_collection(wanted, "pocketbase")
    assert not isinstance(refused.value, NotFound)
    assert isinstance(refused.value, DatabaseError | SatchelError)
    await on.metadata.reload()
    assert "t" not in on.catalog.collections


async def test_what_a_view_needs_is_kept(on: World) -> None:
    title = FieldDefinition("title", kind="text", options={"max": 20})
    await on.schema.create_collection(
        pocketbase("posts", title, FieldDefinition("n", kind="number"), indexes=["CREATE INDEX i ON posts (n)"]),
        "pocketbase",
    )
    await on.run('CREATE VIEW "counted" AS SELECT "id", "n" FROM "posts"')
    await on.metadata.refresh()
    with pytest.raises((Unprocessable, DatabaseError)):
        await on.schema.delete_field("posts", "n", "pocketbase")
    with pytest.raises((Unprocessable, DatabaseError)):
        await on.schema.delete_collection("posts", "directus")
    await on.metadata.reload()
    assert list(on.collection("posts").fields) == ["id", "title", "n"]
    assert await on.run('SELECT * FROM "counted"') == []
    await on.schema.delete_field("posts", "title", "pocketbase")
    before = on.definition("posts")
    fields = tuple(replace(item, name="number") if item.name == "n" else item for item in before.fields)
    wanted = replace(before, name="articles", fields=fields)
    if on.kind == "mariadb":
        with pytest.raises(Unprocessable):
            await on.schema.update_collection("posts", wanted, "pocketbase")
    else:
        await on.schema.update_collection("posts", wanted, "pocketbase")
        assert await on.run('SELECT * FROM "counted"') == []
    await on.schema.delete_collection("counted", "directus")
    assert "counted" not in on.catalog.collections


async def test_views_and_tables_go_together(on: World) -> None:
    await on.schema.create_collection(pocketbase("posts"), "pocketbase")
    view = CollectionDefinition("listed", kind="view", type="view", view_query="SELECT id FROM posts")
    await on.schema.create_collection(view, "pocketbase")
    await on.schema.save_collections([], "pocketbase", delete=["posts", "listed"])
    assert not {"posts", "listed"} & set(on.catalog.collections)


async def test_metadata_of_the_wrong_type_is_refused(on: World) -> None:
    await on.schema.create_collection(directus("things", FieldDefinition("a", type="string", meta={})), "directus")
    for bad in ({"sort": "x"}, {"hidden": "yes"}, {"note": 7}, {"sort": True}):
        with pytest.raises(InvalidPayload):
            await on.schema.save_collection_meta("things", bad)
        with pytest.raises(InvalidPayload):
            await on.schema.save_field_meta("things", "a", bad)
    made = await on.schema.save_collection_meta("things", {"hidden": None, "sort": None, "translations": "any"})
    assert made.meta is not None
    assert (made.meta["hidden"], made.meta["sort"], made.meta["translations"]) == (False, None, "any")
