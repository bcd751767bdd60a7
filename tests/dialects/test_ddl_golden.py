"""Every kind of schema change in every dialect, as text to be read.

The expected statements are in `tests/golden/ddl/<dialect>.sql`. `UPDATE_GOLDEN=1 pytest tests/dialects`
writes them anew; the difference is then read before it is committed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import InvalidPayload, NotSupported, SatchelError
from satchel.model.definition import DefaultFunction, FieldDefinition, IndexDefinition, IndexPart, Verbatim
from satchel.model.schema_changes import (
    AddColumn,
    AddForeignKey,
    AlterColumn,
    AlterTable,
    Change,
    CommentTable,
    CreateIndex,
    CreateTable,
    CreateView,
    DropColumn,
    DropForeignKey,
    DropIndex,
    DropTable,
    DropUnique,
    DropView,
    ForeignKey,
    RenameColumn,
    RenameTable,
    TableRef,
    opposite,
)
from satchel.sql.ddl import DDLS, ddl_of

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "ddl"
POSTS, AUTHORS = TableRef(None, "posts"), TableRef(None, "authors")
TYPES = (
    "string", "text", "boolean", "integer", "bigInteger", "float", "decimal", "date", "time", "dateTime", "timestamp",
    "json", "csv", "uuid", "hash", "binary", "geometry", "geometry.Point", "geometry.LineString", "geometry.Polygon",
    "geometry.MultiPoint", "geometry.MultiLineString", "geometry.MultiPolygon",
)  # fmt: skip
KINDS = (
    FieldDefinition("id", kind="text", options={"primaryKey": True}),
    FieldDefinition("short", kind="text", options={"max": 100}),
    FieldDefinition("long", kind="text"),
    FieldDefinition("huge", kind="text", options={"max": 100_000}),
    *(FieldDefinition(kind, kind=kind) for kind in ("editor", "number", "bool", "email", "url", "date", "autodate")),
    FieldDefinition("select", kind="select", options={"maxSelect": 1}),
    FieldDefinition("selects", kind="select", options={"maxSelect": 3}),
    FieldDefinition("relation", kind="relation"),
    FieldDefinition("relations", kind="relation", options={"maxSelect": 9}),
    *(FieldDefinition(kind, kind=kind) for kind in ("file", "json", "geoPoint", "password")),
)
KEY = FieldDefinition("id", type="integer", nullable=False, identity=True)
TITLE = FieldDefinition("title", type="string")
NAMED = ForeignKey(("author",), AUTHORS, ("id",), "posts_author_foreign", on_delete="SET NULL", on_update="CASCADE")
PAIR = ForeignKey(("a", "b"), TableRef("other", "pairs"), ("x", "y"), None, on_delete="RESTRICT")
ONE = FieldDefinition("choice", kind="select", options={"maxSelect": 1})
MANY = FieldDefinition("choice", kind="select", options={"maxSelect": 2})


def index(*parts: IndexPart, unique: bool = False, where: str | None = None) -> IndexDefinition:
    return IndexDefinition("the index", parts, unique, where)


def alter(before: FieldDefinition, after: FieldDefinition) -> AlterTable:
    return AlterTable(POSTS, (AlterColumn(before, after),))


CHANGES: dict[str, Change] = {
    "every storage type": CreateTable(
        POSTS, (KEY, *(FieldDefinition("f_" + name, type=name) for name in TYPES)), ("id",)
    ),
    "every kind": CreateTable(POSTS, KINDS, ("id",)),
    "composite key, foreign keys, comments": CreateTable(
        TableRef("shop", 'odd "name`]'),
        (
            FieldDefinition("a", type="integer", nullable=False),
            FieldDefinition("b", type="uuid", default=DefaultFunction.UUID, comment="it's b"),
            FieldDefinition("author", type="bigInteger"),
        ),
        ("a", "b"),
        (NAMED, PAIR),
        comment="what's in it",
    ),
    "defaults": CreateTable(
        POSTS,
        (
            FieldDefinition("s", type="string", default="it's \\ 'x'", max_length=20),
            FieldDefinition("t", type="text", default="x"),
            FieldDefinition("i", type="integer", default="12"),
            FieldDefinition("b", type="boolean", default="true"),
            FieldDefinition("d", type="decimal", default=1.5, precision=6, scale=1),
            FieldDefinition("j", type="json", default='{"a":1}'),
            *(
                FieldDefinition("now_" + name, type=name, default=DefaultFunction.NOW)
                for name in ("date", "time", "dateTime", "timestamp")
            ),
            FieldDefinition("r", type="string", default=DefaultFunction.RECORD_ID),
        ),
        (),
    ),
    "drop table": DropTable(POSTS),
    "rename table": RenameTable(TableRef("shop", "posts"), "articles"),
    "rename column": RenameColumn(POSTS, "title", "head line"),
    "add columns": AlterTable(
        POSTS, (AddColumn(TITLE), AddColumn(FieldDefinition("n", kind="number", comment="how many")))
    ),
    "drop column": AlterTable(POSTS, (DropColumn("title"),)),
    "alter type": alter(
        FieldDefinition("title", type="string", db_type="varchar(255)", default=Verbatim("'7'::character varying")),
        FieldDefinition("title", type="bigInteger", default=Verbatim("'7'::character varying"), nullable=False),
    ),
    "alter type with a default that the new one can't have": alter(
        FieldDefinition("title", type="string", db_type="varchar(255)", default=Verbatim("'abc'")),
        FieldDefinition("title", type="integer", default=Verbatim("'abc'")),
    ),
    "alter nullability and default": alter(
        FieldDefinition("title", type="string", db_type="citext"),
        FieldDefinition("title", type="string", db_type="citext", nullable=False, default="x"),
    ),
    "single to multiple": alter(ONE, MANY),
    "multiple to single": alter(MANY, ONE),
    "add foreign keys": AlterTable(POSTS, (AddForeignKey(NAMED), AddForeignKey(PAIR))),
    "a foreign key to itself": AlterTable(
        POSTS, (AddForeignKey(ForeignKey(("title",), POSTS, ("id",), on_delete="CASCADE")),)
    ),
    "drop foreign key": AlterTable(POSTS, (DropForeignKey(NAMED),)),
    "drop a unique constraint": AlterTable(POSTS, (DropUnique(("title",)),)),
    "index": CreateIndex(POSTS, index(IndexPart("title", descending=True), IndexPart("author")), (TITLE,)),
    "unique index": CreateIndex(POSTS, index(IndexPart("title"), unique=True), (TITLE,)),
    "unique index over a long text": CreateIndex(
        POSTS, index(IndexPart("body"), unique=True), (FieldDefinition("body", type="text"),)
    ),
    "index over a long text": CreateIndex(POSTS, index(IndexPart("body")), (FieldDefinition("body", type="text"),)),
    "index over an expression": CreateIndex(POSTS, index(IndexPart("lower(`title`)", expression=True))),
    "index with a collation": CreateIndex(POSTS, index(IndexPart("title", collation="NOCASE"))),
    "index with a condition": CreateIndex(
        POSTS, index(IndexPart("title"), unique=True, where="`title` != ''"), (TITLE,)
    ),
    "drop index": DropIndex(TableRef("shop", "posts"), index(IndexPart("title"))),
    "comment": CommentTable(POSTS, "it's here"),
    "no comment": CommentTable(POSTS, None),
    "view": CreateView(TableRef(None, "v"), "SELECT id, title FROM posts", ("id", "title")),
    "view with a number as id": CreateView(TableRef(None, "v"), "SELECT n AS id, n FROM posts", ("id", "n"), True),
    "drop view": DropView(TableRef(None, "v")),
}  # fmt: skip

# what `look` would find in a database that has such a table
SQLITE_TABLE = (
    "CREATE TABLE \"posts\" (id INTEGER PRIMARY KEY, title varchar(255) UNIQUE, choice JSON DEFAULT '[]' NOT NULL,"
    " author INTEGER REFERENCES authors (id) ON DELETE SET NULL)"
)
FOUND: dict[tuple[str, type[Change]], list[tuple[Any, ...]]] = {
    ("sqlite", AlterTable): [("table", "posts", SQLITE_TABLE), ("index", "i", "CREATE INDEX i ON posts (author)")],
    ("mariadb", AlterTable): [
        ("title", "varchar(255)", "utf8mb4_unicode_ci", "", ""), ("choice", "longtext", "utf8mb4_bin", "", "")
    ],
    ("mysql", AlterTable): [("title", "varchar(255)", "utf8mb4_0900_ai_ci", "", ""), ("choice", "json", None, "", "")],
    ("mysql", CreateTable): [("latin1",)],
    ("mssql", AlterTable): [("title", "DF__posts__title__1"), ("choice", "DF__posts__choice__2")],
}  # fmt: skip


def written(dialect: str) -> str:
    ddl = ddl_of(dialect)
    blocks = [f"-- {dialect}: begin"] + [f"{line};" for line in ddl.before()]
    for name, change in CHANGES.items():
        blocks.append(f"\n-- {name}")
        question = ddl.look(change)
        if question is not None:
            blocks.append(f"-- look: {question}")
        blocks += statements(dialect, change)
    blocks += ["\n-- end", *(f"{line};" for line in ddl.after())]
    return "\n".join(blocks).rstrip() + "\n"


def statements(dialect: str, change: Change) -> Sequence[str]:
    ddl = ddl_of(dialect)
    rows = FOUND.get((dialect, type(change)), []) if ddl.look(change) is not None else []
    try:
        return [f"{line};" for line in ddl.statements(change, rows)]
    except SatchelError as error:
        return [f"-- refused: {error.message}"]


@pytest.mark.parametrize("dialect", sorted(DDLS))
def test_statements(dialect: str) -> None:
    path = GOLDEN / f"{dialect}.sql"
    made = written(dialect)
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert path.exists(), "run with UPDATE_GOLDEN=1"
    assert made == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", sorted(DDLS))
@pytest.mark.parametrize(
    "field",
    [
        FieldDefinition("x", type="varchar(9); DROP TABLE posts"),
        FieldDefinition("x", type="unknown"),
        FieldDefinition("x", type="string", max_length=0),
        FieldDefinition("x", type="string", max_length=10**9),
        FieldDefinition("x", type="decimal", precision=5, scale=9),
        FieldDefinition("x", type="integer", default="1); DROP TABLE posts"),
        FieldDefinition("x", type="float", default="one"),
        FieldDefinition("x", type="boolean", default="maybe"),
        FieldDefinition("x", type="float", default=float("nan")),
        FieldDefinition("x", type="string", default="a\0b"),
        FieldDefinition("a\0b", type="string"),
        FieldDefinition("", type="string"),
    ],
)
def test_columns_that_cannot_be(dialect: str, field: FieldDefinition) -> None:
    with pytest.raises((InvalidPayload, NotSupported)):
        ddl_of(dialect).statements(CreateTable(POSTS, (field,), ()))


def test_an_unknown_dialect() -> None:
    with pytest.raises(NotSupported):
        ddl_of("oracle")


@pytest.mark.parametrize("name", CHANGES)
def test_the_opposite_of_the_opposite(name: str) -> None:
    change = CHANGES[name]
    back = opposite(change)
    if back is not None and not isinstance(back, DropTable | DropView):
        again = opposite(back)
        if isinstance(again, CreateIndex):
            again = CreateIndex(again.table, again.index, change.fields if isinstance(change, CreateIndex) else ())
        assert again in (None, change)


def test_names_of_our_own_are_cut_to_fit() -> None:
    long = TableRef(None, "ü" * 40)
    (line,) = ddl_of("postgres").statements(AlterTable(long, (AddForeignKey(ForeignKey(("a",), POSTS, ("id",))),)))
    name = line.split('CONSTRAINT "')[1].split('"')[0]
    assert len(name.encode()) <= 63
