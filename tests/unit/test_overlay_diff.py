"""What has to change, in which order; and what is refused before anything is tried."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from satchel.errors import InvalidPayload
from satchel.model.catalog import Catalog, Collection, Field, Index, Relation
from satchel.model.check_definition import NameLimit, check_definition
from satchel.model.definition import CollectionDefinition, FieldDefinition, IndexDefinition, IndexPart, definition_of
from satchel.model.diff import alter_table, match_fields
from satchel.model.index_text import parse_index, renamed, with_table
from satchel.model.schema_changes import (
    AddColumn,
    AlterColumn,
    AlterTable,
    Change,
    CommentTable,
    CreateIndex,
    DropColumn,
    DropForeignKey,
    DropIndex,
    DropUnique,
    RenameColumn,
    RenameTable,
    TableRef,
)
from satchel.model.sql_tokens import tokens

POSTS = TableRef(None, "posts")
KEY_OPTIONS = {"primaryKey": True, "pattern": "^[a-z0-9]+$"}


def field(name: str, type: str = "string", **more: Any) -> Field:
    return Field(name, type, more.pop("column", name), **more)


def collection(*fields: Field, **more: Any) -> Collection:
    made = {item.name: item for item in (field("id", "integer", identity=True, nullable=False, id="n_id"), *fields)}
    return Collection("posts", "main", "posts", key=("id",), fields=made, id="pbc_posts", **more)


def changes(
    before: Collection, wanted: CollectionDefinition, *relations: Relation, others: tuple[Collection, ...] = ()
) -> list[Change]:
    catalog = Catalog.build([before, *others], relations)
    return alter_table(
        before, wanted, catalog, lambda old, new: old.options == new.options, TableRef(None, wanted.name)
    )


def test_the_definition_of_what_is_changes_nothing() -> None:
    index = Index("i", ("a",), sql="CREATE INDEX i ON posts (a COLLATE NOCASE DESC) WHERE a > 1")
    before = collection(
        field("a", default="'x'", nullable=False, max_length=9), field("k", "text", kind="text"), indexes=(index,)
    )
    assert changes(before, definition_of(before)) == []


def test_renames_go_round_in_circles() -> None:
    before = collection(*(field(name, id=f"id_{name}") for name in "abc"))
    wanted = definition_of(before)
    names = {"a": "b", "b": "c", "c": "a"}
    wanted = replace(
        wanted, fields=tuple(replace(item, name=names.get(item.name, item.name)) for item in wanted.fields)
    )
    columns = ["a", "b", "c"]
    for change in changes(before, wanted):
        assert isinstance(change, RenameColumn)
        assert change.name not in columns
        columns[columns.index(change.column)] = change.name
    assert columns == ["b", "c", "a"]


def test_a_chain_of_renames_needs_no_detour() -> None:
    before = collection(field("a", id="1"), field("b", id="2"))
    wanted = definition_of(before)
    names = {"a": "b", "b": "c"}
    wanted = replace(
        wanted, fields=tuple(replace(item, name=names.get(item.name, item.name)) for item in wanted.fields)
    )
    assert changes(before, wanted) == [RenameColumn(POSTS, "b", "c"), RenameColumn(POSTS, "a", "b")]


def test_ids_come_first_then_former_names_then_names() -> None:
    before = collection(field("a", id="1"), field("b", id="2"), field("c", id="3"))
    wanted = replace(
        definition_of(before),
        fields=(
            FieldDefinition("x", type="string", id="1"),
            FieldDefinition("y", type="string", was="b"),
            FieldDefinition("c", type="string"),
            FieldDefinition("id", type="string", id="unknown"),
        ),
    )
    found = match_fields(before, wanted)
    assert [(old.name, new.name) for old, new in found.kept] == [("a", "x"), ("b", "y"), ("c", "c")]
    assert [item.name for item in found.added] == ["id"]
    assert [item.name for item in found.dropped] == ["id"]


def test_the_order_of_changes() -> None:
    other = Collection("authors", "main", "authors", key=("id",), fields={"id": field("id", "integer")})
    before = collection(
        field("old"),
        field("author", "integer"),
        field("same", default="'x'"),
        indexes=(Index("i_old", ("old",)), Index("sqlite_autoindex_posts_1", ("same",), unique=True)),
    )
    relation = Relation("posts", ("author",), "authors", ("id",), on_delete="CASCADE", constraint="fk")
    kept = [item for item in definition_of(before).fields if item.name not in ("old", "author")]
    kept = [replace(item, unique=False, comment="c") if item.name == "same" else item for item in kept]
    wanted = CollectionDefinition(
        "articles",
        (*kept, FieldDefinition("new", type="integer", unique=True)),
        comment="what",
        indexes=tuple(item for item in definition_of(before).indexes if item.name != "i_old"),
    )
    made = changes(before, wanted, relation, others=(other,))
    articles = TableRef(None, "articles")
    assert [type(item) for item in made] == [
        AlterTable, DropIndex, RenameTable, AlterTable, AlterTable, CreateIndex, AlterTable, CommentTable
    ]  # fmt: skip
    free, _, rename, add, alter, index, drop, _ = made
    assert isinstance(free, AlterTable)
    assert [type(item) for item in free.edits] == [DropUnique, DropForeignKey]
    assert rename == RenameTable(POSTS, "articles")
    assert isinstance(add, AlterTable)
    assert [type(item) for item in add.edits] == [AddColumn]
    assert isinstance(alter, AlterTable)
    assert [type(item) for item in alter.edits] == [AlterColumn]
    assert isinstance(index, CreateIndex)
    assert (index.table, index.index.name, index.index.unique) == (articles, "articles_new_unique", True)
    assert drop == AlterTable(articles, (DropColumn("author"), DropColumn("old")))


def test_the_databases_own_type_is_never_taken_from_a_wish() -> None:
    before = collection(field("a", "string", db_type="citext"))
    wanted = definition_of(before)
    evil = replace(wanted.fields[1], db_type="text; DROP TABLE posts", nullable=False)
    (change,) = changes(before, replace(wanted, fields=(wanted.fields[0], evil)))
    assert isinstance(change, AlterTable)
    (edit,) = change.edits
    assert isinstance(edit, AlterColumn)
    assert edit.after.db_type == "citext"
    other = replace(wanted.fields[1], db_type="text; DROP TABLE posts", type="integer")
    (change,) = changes(before, replace(wanted, fields=(wanted.fields[0], other)))
    assert isinstance(change, AlterTable)
    (edit,) = change.edits
    assert isinstance(edit, AlterColumn)
    assert edit.after.db_type == ""


def test_generated_columns_are_left_alone() -> None:
    before = collection(field("twice", "integer", generated=True))
    wanted = definition_of(before)
    changed = replace(wanted.fields[1], nullable=False)
    assert changes(before, replace(wanted, fields=(wanted.fields[0], changed))) == []


# --- index texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create index i on t (a)", IndexDefinition("i", (IndexPart("a"),))),
        (
            "CREATE UNIQUE INDEX IF NOT EXISTS `i-1` ON `main`.`t`"
            " (`a` COLLATE NOCASE DESC, lower(b) ASC) WHERE a != '' ",
            IndexDefinition(
                "i-1",
                (IndexPart("a", collation="NOCASE", descending=True), IndexPart("lower(b)", expression=True)),
                True,
                "a != ''",
            ),
        ),
        ('CREATE INDEX "a""b" ON t (/* x */ [c d] -- y\n)', IndexDefinition('a"b', (IndexPart("c d"),))),
    ],
)
def test_index_texts(text: str, expected: IndexDefinition) -> None:
    assert replace(parse_index(text), sql=None) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bad",
        "CREATE INDEX i ON t",
        "CREATE INDEX i ON t ()",
        "CREATE INDEX i ON t (a",
        "CREATE INDEX i ON t (a); DROP TABLE t",
        "CREATE INDEX i ON t (a) WHERE",
        "CREATE INDEX i ON t (a) WHERE a) OR (b",
        "CREATE INDEX i ON t (a) USING btree",
        "CREATE TABLE t (a)",
        "CREATE INDEX ON t (a)",
        "CREATE INDEX i ON t ('a",
        "CREATE INDEX i ON t (a);",
        "CREATE INDEX `i 1` ON t (a)",
    ],
)
def test_texts_that_are_no_index(text: str) -> None:
    with pytest.raises(InvalidPayload):
        parse_index(text)


def test_names_in_index_texts_are_changed() -> None:
    text = "CREATE INDEX i ON `t` (`a`, lower(a), 'a', b) WHERE a > 1"
    assert renamed(text, {"a": "x y"}) == "CREATE INDEX i ON `t` (`x y`, lower(`x y`), 'a', b) WHERE `x y` > 1"
    assert with_table("CREATE INDEX i ON t (a)", "new t") == "CREATE INDEX i ON `new t` (a)"
    assert with_table('CREATE INDEX i ON "s"."t" (a)', "n") == 'CREATE INDEX i ON "s"."n" (a)'
    assert with_table("CREATE INDEX i ON t (a)", "t") == "CREATE INDEX i ON t (a)"


def test_tokens_read_anything_or_say_where_they_cannot() -> None:
    text = "a\"b\"\"c\"[d]`e``f` 'it''s' 1.5e3 .5 || -> ->> <> -- comment\n/* more */ ünï"
    assert [token.name for token in tokens(text)] == [
        "a", 'b"c', "d", "e`f", "'it''s'", "1.5e3", ".5", "||", "->", "->>", "<>", "ünï"
    ]  # fmt: skip
    for bad in ("'", 'a "b', "`x", "[x"):
        with pytest.raises(InvalidPayload):
            tokens(bad)


# --- what is refused


def pocketbase(name: str = "news", *fields: FieldDefinition, **more: Any) -> CollectionDefinition:
    key = FieldDefinition("id", kind="text", options=KEY_OPTIONS, required=True, system=True)
    return CollectionDefinition(name, (key, *fields), **more)


CATALOG = Catalog.build([collection(field("a", "text", kind="text", id="1"), indexes=(Index("taken", ("a",)),))])
LONG = NameLimit(63, bytes=True)


def complaints(
    wanted: CollectionDefinition, before: Collection | None = None, style: Any = "pocketbase"
) -> dict[Any, str]:
    return {item.path: item.code for item in check_definition(wanted, before, CATALOG, style, LONG)}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "required"),
        ("a b", "match_invalid"),
        ("x" * 256, "length_out_of_range"),
        ("ü", "match_invalid"),
        ("a_via_b", "found_via"),
        ("Posts", "collection_name_exists"),
        ("_superusers", "collection_name_exists"),
        ("_params", "collection_name_invalid"),
        ("sqlite_x", "collection_name_invalid"),
        ("satchel_x", "collection_name_invalid"),
        ("pbc_posts", "collection_name_id_duplicate"),
        ("x" * 64, "length_out_of_range"),
    ],
)
def test_names_of_collections(name: str, code: str) -> None:
    assert complaints(pocketbase(name)) == {("name",): code}


def test_names_of_fields() -> None:
    names = ("null", "a b", "x_via_y", "", "expand", "ok", "OK", "y" * 101)
    found = complaints(pocketbase("news", *(FieldDefinition(name, kind="text") for name in names)))
    assert found == {
        ("fields", 1, "name"): "not_in_invalid",
        ("fields", 2, "name"): "match_invalid",
        ("fields", 3, "name"): "found_via",
        ("fields", 4, "name"): "required",
        ("fields", 5, "name"): "not_in_invalid",
        ("fields", 7, "name"): "duplicated_field_name",
        ("fields", 8, "name"): "length_out_of_range",
    }


def test_options_types_and_targets() -> None:
    found = complaints(
        pocketbase(
            "news",
            FieldDefinition("s", kind="select"),
            FieldDefinition("r", kind="relation"),
            FieldDefinition("g", kind="relation", options={"collectionId": "nope"}),
            FieldDefinition("w", kind="what"),
            FieldDefinition("t", type="what"),
            FieldDefinition("self", kind="relation", options={"collectionId": "pbc_news"}),
            id="pbc_news",
        )
    )
    assert found == {
        ("fields", 1, "values"): "required",
        ("fields", 2, "collectionId"): "required",
        ("fields", 3, "collectionId"): "field_relation_missing_collection",
        ("fields", 4, "type"): "in_invalid",
        ("fields", 5, "type"): "in_invalid",
    }


def test_what_an_update_may_not_change() -> None:
    before = CATALOG.collections["posts"]
    wanted = definition_of(before)
    number = replace(wanted.fields[1], kind="number")
    assert complaints(replace(wanted, fields=(wanted.fields[0], number)), before) == {
        ("fields", 1): "field_type_change"
    }
    assert complaints(replace(wanted, type="auth"), before) == {("type",): "collection_type_change"}
    assert complaints(replace(wanted, fields=wanted.fields[1:]), before) == {("fields",): "missing_primary_key"}
    system = replace(before, system=True, rules={"listRule": None})
    errors = check_definition(
        replace(wanted, name="x", system=False, rules={"listRule": ""}), system, CATALOG, "pocketbase", LONG
    )
    assert {item.path: item.code for item in errors} == {
        ("system",): "collection_system_flag_change",
        ("name",): "collection_system_name_change",
        ("listRule",): "collection_system_rule_change",
    }


def test_indexes_that_cannot_be() -> None:
    good = "CREATE INDEX i ON t (id)"
    for text, code in (
        ("CREATE INDEX I ON t (id)", "duplicated_index_name"),
        ("CREATE INDEX j ON t (id)", "duplicated_index_definition"),
        ("CREATE INDEX taken ON t (lower(id))", "existing_index_name"),
        (f"CREATE INDEX {'x' * 70} ON t (id DESC)", "length_out_of_range"),
    ):
        indexes = (parse_index(good), parse_index(text), parse_index("CREATE INDEX k ON t (nowhere)"))
        assert complaints(pocketbase("news", indexes=indexes)) == {("indexes", 1): code}
    unreadable = (parse_index(good), IndexDefinition("", (), sql="bad"))
    assert complaints(pocketbase("news", indexes=unreadable)) == {("indexes", 1): "invalid_index_expression"}


def test_every_index_that_lacks_a_column_is_named() -> None:
    texts = ["CREATE INDEX i ON t (a)", "CREATE INDEX j ON t (id)", "CREATE INDEX k ON t (b)"]
    found = complaints(pocketbase("news", indexes=tuple(parse_index(text) for text in texts)))
    assert found == {("indexes", 0): "invalid_index_expression", ("indexes", 2): "invalid_index_expression"}
