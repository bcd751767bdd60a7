"""Facts and metadata become the catalog: names, keys, ids, fields, relations, inert metadata."""

from __future__ import annotations

from satchel.model.catalog import Catalog, Index
from satchel.model.facts import ColumnFacts, DatabaseFacts, ForeignKeyFacts, TableFacts
from satchel.model.kinds import directus_type, pocketbase_kind, pocketbase_options
from satchel.model.metadata_rows import COLLECTION_META, FIELD_META, MetadataRows
from satchel.model.naming import Place, collection_id, collection_names, field_id
from satchel.model.overlay import Overlay, SourceFacts, build_catalog


def column(name: str, type: str = "string", **more: object) -> ColumnFacts:
    return ColumnFacts(name, type, more.pop("db_type", type), **more)  # type: ignore[arg-type]


def table(name: str, *columns: ColumnFacts, schema: str | None = None, **more: object) -> TableFacts:
    more.setdefault("primary_key", ("id",))
    return TableFacts(schema, name, more.pop("kind", "table"), columns, **more)  # type: ignore[arg-type]


def facts(*tables: TableFacts, vendor: str = "sqlite") -> DatabaseFacts:
    return DatabaseFacts(vendor, "1", tables)


def overlay(*tables: TableFacts, rows: MetadataRows | None = None, vendor: str = "sqlite", **more: object) -> Overlay:
    return build_catalog([SourceFacts("main", facts(*tables, vendor=vendor))], rows or MetadataRows(), **more)  # type: ignore[arg-type]


def users(catalog: Catalog) -> set[str]:
    return {name for name, item in catalog.collections.items() if not item.system}


ID = column("id", "integer", nullable=False, identity=True)


def test_an_untracked_table_is_served_as_it_is() -> None:
    made = overlay(table("tags", ID, column("title", nullable=False), comment="labels")).catalog
    tags = made.collections["tags"]
    assert (tags.key, tags.meta, tags.comment, tags.writable) == (("id",), None, "labels", True)
    assert tags.id == "pbc_1219621782"  # as PocketBase would name it
    assert tags.fields["title"].meta is None
    assert tags.fields["title"].id == field_id("text", "title")
    assert made.find("pbc_1219621782") is tags
    assert made.find("TAGS") is tags


def test_ids_are_those_of_the_other_server() -> None:
    assert collection_id("auth", "_superusers") == "pbc_3142635823"
    assert field_id("text", "id") == "text3208210256"
    assert field_id("autodate", "created") == "autodate2990389176"
    assert collection_id("base", "tags", {"pbc_1219621782"}) == "pbc_12196217822"


def test_names_stay_the_same_whatever_else_exists() -> None:
    public, other = Place("main", None, "orders"), Place("main", "sales", "orders")
    second = Place("crm", None, "orders")
    names = collection_names([public, other, second], "main", {})
    assert names == {public: "orders", other: "sales__orders", second: "crm__orders"}
    assert collection_names([other], "main", {}) == {other: "sales__orders"}


def test_a_name_that_is_met_twice_stays_with_its_metadata() -> None:
    plain, schema = Place("main", None, "sales__orders"), Place("main", "sales", "orders")
    assert collection_names([plain, schema], "main", {})[plain] == "sales__orders"
    kept = collection_names([plain, schema], "main", {"sales__orders": schema})
    assert kept[schema] == "sales__orders"
    assert kept[plain].startswith("sales__orders_")
    assert len(set(kept.values())) == 2


def test_no_table_takes_the_name_of_a_system_collection() -> None:
    made = overlay(table("directus_users", ID), table("_superusers", ID)).catalog
    assert made.collections["directus_users"].system
    assert users(made) == {"main__directus_users", "main___superusers"}


def test_own_tables_are_hidden_where_the_store_is() -> None:
    shared = SourceFacts("main", facts(table("satchel_users", ID), table("posts", ID)), store_schema=None)
    made = build_catalog([shared], MetadataRows(), store="main").catalog
    assert users(made) == {"posts"}
    assert made.collections["directus_users"].source == "main"
    apart = overlay(table("satchel_users", ID)).catalog
    assert users(apart) == {"satchel_users"}


def test_a_table_without_a_key_and_a_view_are_read_only_with_a_reason() -> None:
    made = overlay(
        table("log", column("line"), primary_key=(), reason="no primary key"),
        table("totals", column("n", "integer"), kind="view", primary_key=()),
        table("by_id", column("id"), kind="view", primary_key=()),
    ).catalog
    log, totals = made.collections["log"], made.collections["totals"]
    assert (log.writable, log.read_only_reason, log.key) == (False, "no primary key", ())
    assert (totals.writable, totals.read_only_reason, totals.type) == (False, "a view", "view")
    assert made.collections["by_id"].key == ("id",)


def test_composite_keys_and_foreign_keys() -> None:
    lines = table(
        "lines",
        column("order_id", "integer", nullable=False),
        column("number", "integer", nullable=False),
        primary_key=("order_id", "number"),
    )
    notes = table(
        "notes",
        ID,
        column("order_id", "integer"),
        column("line", "integer"),
        foreign_keys=(ForeignKeyFacts(("order_id", "line"), None, "lines", ("order_id", "number"), "fk", "CASCADE"),),
    )
    made = overlay(lines, notes).catalog
    assert made.collections["lines"].key == ("order_id", "number")
    relation = made.m2o("notes", "order_id")
    assert relation is not None
    assert (relation.many_fields, relation.one_fields) == (("order_id", "line"), ("order_id", "number"))
    assert (relation.constraint, relation.on_delete, relation.one_field) == ("fk", "CASCADE", None)


def test_foreign_key_to_a_table_out_of_sight_is_noted() -> None:
    made = overlay(
        table("posts", ID, column("a", "integer"), foreign_keys=(ForeignKeyFacts(("a",), "x", "t", ("id",)),))
    )
    assert made.catalog.m2o("posts", "a") is None
    assert any("may not see" in note for note in made.notes)


def field_row(collection: str, field: str, **more: object) -> tuple[tuple[str, str], dict[str, object]]:
    return (collection, field), {"collection": collection, "field": field, "tracked": True, **more}


def test_metadata_gives_meta_aliases_and_both_sides_of_a_relation() -> None:
    rows = MetadataRows(
        collections={"posts": {"collection": "posts", "tracked": True, "sort_field": "rank", "singleton": False}},
        fields=dict(
            [
                field_row("authors", "posts", special=["o2m"], id=4),
                field_row("posts", "title", special=[], width="half", id=5),
            ]
        ),
        relations=[
            {
                "id": 1,
                "many_collection": "posts",
                "many_field": "author",
                "one_collection": "authors",
                "one_field": "posts",
                "sort_field": "rank",
                "one_deselect_action": "delete",
            }
        ],
    )
    key = ForeignKeyFacts(("author",), None, "authors", ("id",), on_delete="SET NULL")
    made = overlay(
        table("authors", ID),
        table(
            "posts", ID, column("title"), column("rank", "integer"), column("author", "integer"), foreign_keys=(key,)
        ),
        rows=rows,
    ).catalog
    posts = made.collections["posts"]
    assert posts.meta is not None
    assert list(posts.meta) == list(COLLECTION_META)
    assert posts.sort_field == "rank"
    meta = posts.fields["title"].meta
    assert meta is not None
    assert list(meta) == list(FIELD_META)
    assert meta["special"] is None
    alias = made.collections["authors"].fields["posts"]
    assert (alias.column, alias.type, directus_type(alias)) == (None, "alias", "alias")
    assert [item for item in made.relations if item.many == "posts"] == [made.m2o("posts", "author")]
    relation = made.o2m("authors", "posts")
    assert relation is not None
    assert (relation.on_delete, relation.sort_field, relation.deselect) == ("SET NULL", "rank", "delete")


def test_many_to_any() -> None:
    rows = MetadataRows(
        relations=[
            {
                "many_collection": "blocks",
                "many_field": "item",
                "one_collection": None,
                "one_collection_field": "type",
                "one_allowed_collections": ["texts", "gone"],
                "junction_field": "page",
            }
        ]
    )
    made = overlay(
        table("texts", ID), table("blocks", ID, column("item"), column("type"), column("page", "integer")), rows=rows
    ).catalog
    relation = made.m2o("blocks", "item")
    assert relation is not None
    assert (relation.one, relation.allowed, relation.collection_field) == (None, ("texts",), "type")
    assert relation.junction_field == "page"


def test_metadata_of_what_is_gone_does_nothing_and_is_noted() -> None:
    rows = MetadataRows(
        collections={"gone": {"collection": "gone", "tracked": True, "kind": "table"}},
        fields=dict([field_row("tags", "gone", kind="text"), field_row("tags", "lost", special=["cast-json"])]),
        relations=[
            {"many_collection": "gone", "many_field": "a", "one_collection": "tags"},
            {"many_collection": "tags", "many_field": "title", "one_collection": "gone"},
            {"many_collection": "tags", "many_field": "title", "one_collection": "tags", "one_field": "nothing"},
        ],
    )
    made = overlay(table("tags", ID, column("title")), rows=rows)
    assert users(made.catalog) == {"tags"}
    assert set(made.catalog.collections["tags"].fields) == {"id", "title"}
    assert len(made.notes) == 6
    relation = made.catalog.m2o("tags", "title")
    assert relation is not None
    assert relation.one_field is None


def test_folders_have_no_table() -> None:
    rows = MetadataRows(collections={"box": {"collection": "box", "tracked": True, "kind": "folder", "icon": "x"}})
    box = overlay(rows=rows).catalog.collections["box"]
    assert (box.kind, box.writable, box.id, box.table) == ("folder", False, "", "")
    assert box.meta is not None
    assert box.meta["icon"] == "x"


def test_fields_made_with_a_kind() -> None:
    rows = MetadataRows(
        collections={"posts": {"collection": "posts", "pb_id": "pbc_1", "type": "base", "rules": {"listRule": ""}}},
        fields=dict(
            [
                field_row("posts", "when", kind="date", pb_id="date1", position=1),
                field_row("posts", "tags", kind="relation", position=0,
                          pb_options={"collectionId": "pbc_9", "maxSelect": 5}),
                field_row("posts", "flag", kind="bool", position=2, pb_presentable=True, pb_help="why"),
            ]
        ),
    )  # fmt: skip
    rows.collections["tags"] = {"collection": "tags", "pb_id": "pbc_9"}  # type: ignore[index]
    made = overlay(
        table("posts", column("id", "text"), column("flag", "boolean"), column("when", "text"), column("tags", "json")),
        table("tags", column("id", "text")),
        rows=rows,
    ).catalog
    posts = made.collections["posts"]
    assert list(posts.fields) == ["tags", "when", "flag", "id"]
    assert posts.rules == {"listRule": ""}
    assert (posts.fields["when"].type, posts.fields["when"].id) == ("timestamp", "date1")
    assert posts.fields["flag"].options == {"presentable": True, "help": "why"}
    relation = made.m2o("posts", "tags")
    assert relation is not None
    assert (relation.one, relation.one_fields, relation.list, relation.on_delete) == ("tags", ("id",), True, None)


def test_kinds_of_plain_columns() -> None:
    made = overlay(
        table("a", ID, unique_column := column("mood", "string", enum=("sad", "ok")), column("amount", "decimal")),
        table(
            "b",
            ID,
            column("a", "integer"),
            column("at", "dateTime"),
            column("list", "string", array=True),
            column("name", max_length=40),
            foreign_keys=(ForeignKeyFacts(("a",), None, "a", ("id",), on_delete="CASCADE"),),
        ),
    ).catalog
    a, b = made.collections["a"], made.collections["b"]
    assert unique_column.enum
    assert {name: pocketbase_kind(item, made.m2o("b", name)) for name, item in b.fields.items()} == {
        "id": "number",
        "a": "relation",
        "at": "date",
        "list": "json",
        "name": "text",
    }
    assert pocketbase_options(a.fields["mood"], made)["values"] == ["sad", "ok"]
    assert pocketbase_options(b.fields["name"], made)["max"] == 40
    options = pocketbase_options(b.fields["a"], made, made.m2o("b", "a"))
    assert (options["collectionId"], options["cascadeDelete"], options["maxSelect"]) == (a.id, True, 1)


def test_uniques_and_indexes_of_one_column() -> None:
    indexes = (
        Index("pk", ("id",), unique=True, primary=True),
        Index("u", ("email",), unique=True),
        Index("part", ("name",), unique=True, where="name <> ''"),
        Index("pair", ("name", "email")),
    )
    fields = overlay(table("t", ID, column("email"), column("name"), indexes=indexes)).catalog.collections["t"].fields
    assert (fields["id"].unique, fields["id"].indexed) == (True, False)
    assert (fields["email"].unique, fields["email"].indexed) == (True, True)
    assert (fields["name"].unique, fields["name"].indexed) == (False, False)


def test_specials_change_the_type_only_where_the_column_can_follow() -> None:
    rows = MetadataRows(
        fields=dict(
            [
                field_row("t", "list", special=["cast-csv"]),
                field_row("t", "key", special=["uuid"]),
                field_row("t", "at", special=["cast-timestamp"]),
            ]
        )
    )
    columns = (ID, column("list", "text"), column("key", "string"), column("at", "dateTime"))
    loose = overlay(table("t", *columns), rows=rows).catalog.collections["t"].fields
    strict = overlay(table("t", *columns), rows=rows, vendor="postgres").catalog.collections["t"].fields
    assert [loose[name].type for name in ("list", "key", "at")] == ["csv", "uuid", "timestamp"]
    assert [strict[name].type for name in ("list", "key", "at")] == ["csv", "string", "dateTime"]
    assert [directus_type(strict[name]) for name in ("list", "key", "at")] == ["csv", "uuid", "timestamp"]


def test_system_collections_and_their_relations() -> None:
    made = overlay(version=7).catalog
    assert made.version == 7
    assert "satchel_changes" not in made.collections
    assert "directus_sessions" not in made.collections
    assert "token_key" not in made.collections["directus_users"].fields
    for alias in ("users", "roles"):
        relation = made.o2m("directus_policies", alias)
        assert relation is not None
        assert (relation.many, relation.many_field) == ("directus_access", "policy")
    role = made.m2o("directus_users", "role")
    assert role is not None
    assert role.one == "directus_roles"
