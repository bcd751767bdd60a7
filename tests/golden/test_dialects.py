"""Golden cases: what each dialect says, one file per dialect. Reviewed like code.

SQL Server, MySQL and CockroachDB have not been run against live servers: for them these files are the only tests.
`UPDATE_GOLDEN=1 pytest tests/golden` writes the files anew; the difference is then read before it is committed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from satchel.errors import NotSupported
from satchel.expr.dialect import Dialect, ObjectEntry, Sql, Term
from satchel.expr.fragment import bound, finish, sql
from satchel.expr.functions import FUNCTIONS
from satchel.expr.operators import OPERATORS
from satchel.plan.nodes import Bind, FromConst
from satchel.sql.dialects import DIALECTS
from satchel.sql.read import bind_type

FOLDER = Path(__file__).parent / "dialects"
COLUMNS = {
    "title": "string",
    "views": "integer",
    "big": "bigInteger",
    "score": "float",
    "price": "decimal",
    "open": "boolean",
    "day": "date",
    "at": "time",
    "local": "dateTime",
    "created": "timestamp",
    "owner": "uuid",
    "data": "json",
    "labels": "csv",
    "raw": "binary",
    "other": "unknown",
}
# text syntax: (operator, column, value, hint, type of the bound value)
TEXT_CASES = [
    ("=", "title", "x", "text", ""),
    ("=", "title", "", "empty", ""),
    ("!=", "title", None, "null", ""),
    ("=", "title", "x", "any", "scalar"),
    ("!=", "title", "x", "any", "scalar"),
    ("=", "views", 5, "number", ""),
    ("=", "views", "5", "text", ""),
    (">", "views", 5, "number", ""),
    ("<", "views", "x", "text", ""),
    ("=", "open", True, "bool", ""),
    ("=", "owner", "x", "any", "scalar"),
    (">=", "created", "2024", "text", ""),
    ("=", "data", "x", "text", ""),
    (">", "data", 5, "number", ""),
    ("~", "title", "%x%", "pattern", ""),
    ("!~", "views", "%x%", "pattern", ""),
    ("<=", "title", "x", "text", ""),
]
TREE_CASES = [
    *((name, column, 1, "number") for name in ("_eq", "_gt") for column in ("views", "price")),
    ("_neq", "title", "x", "text"),
    ("_eq", "owner", "x", "text"),
    ("_lte", "created", "x", "text"),
    ("_eq", "open", True, "bool"),
    ("_in", "title", ["x"], "list"),
    ("_nin", "views", [1], "list"),
    ("_in", "owner", ["x"], "list"),
    ("_in", "created", ["x"], "list"),
    ("_null", "title", True, "bool"),
    ("_nempty", "title", True, "bool"),
    ("_empty", "created", True, "bool"),
    ("_contains", "title", "x", "text"),
    ("_icontains", "title", "x", "text"),
    ("_nstarts_with", "title", "x", "text"),
    ("_ieq", "title", "x", "text"),
    ("_intersects", "other", "{}", "json"),
]


def column(dialect: Dialect, name: str) -> Term:
    return Term(sql(f"t1.{dialect.quote(name)}"), COLUMNS[name])


def given(value: object, storage: str, hint: str) -> Term:
    return Term(bound(Bind(FromConst(value), storage, hint)), storage, hint)


def pieces(dialect: Dialect) -> Iterator[tuple[str, Callable[[], Sql]]]:
    """Name and maker of every piece; a maker may raise NotSupported."""
    yield from operators(dialect)
    for style in ("directus", "pocketbase"):
        for name, storage in COLUMNS.items():
            yield (
                f"{style} {storage}",
                lambda name=name, storage=storage, style=style: dialect.json_value(
                    column(dialect, name).sql, storage, array=False, style=style
                ),
            )
    yield from output(dialect)
    yield from functions(dialect)


def operators(dialect: Dialect) -> Iterator[tuple[str, Callable[[], Sql]]]:
    for name, field, value, hint, storage in TEXT_CASES:
        yield (
            f"{field} {name} {value!r} ({hint})",
            lambda name=name, field=field, value=value, hint=hint, storage=storage: OPERATORS[name].sql(
                dialect, column(dialect, field), given(value, storage, hint)
            ),
        )
    for name, field, value, hint in TREE_CASES:
        storage = "string" if OPERATORS[name].seeks_text else COLUMNS[field]
        yield (
            f"{field} {name} {value!r}",
            lambda name=name, field=field, value=value, hint=hint, storage=storage: OPERATORS[name].sql(
                dialect, column(dialect, field), given(value, storage, hint)
            ),
        )
    yield (
        "views _between",
        lambda: OPERATORS["_between"].sql(
            dialect, column(dialect, "views"), given(1, "integer", "number"), given(2, "integer", "number")
        ),
    )
    for name, left, right in (
        ("=", "title", "other"),
        ("=", "views", "title"),
        ("_eq", "views", "title"),
        ("_eq", "owner", "title"),
    ):
        yield (
            f"{left} {name} {right}",
            lambda name=name, left=left, right=right: OPERATORS[name].sql(
                dialect, column(dialect, left), column(dialect, right)
            ),
        )


def output(dialect: Dialect) -> Iterator[tuple[str, Callable[[], Sql]]]:
    one, two = dialect.json_constant("1"), dialect.json_string(column(dialect, "title").sql)
    tail = sql("FROM t2 WHERE t2.up = t1.id")
    limit, offset = (given(number, "bigInteger", "number").sql for number in (2, 1))
    order = dialect.order(sql("t2.rank"), descending=True, nulls_last=True)
    yield "object", lambda: dialect.object([ObjectEntry("a", one), ObjectEntry('it\'s "b"', two)])
    yield (
        "object with a condition",
        lambda: dialect.object([ObjectEntry("a", one, sql("t1.x > 1")), ObjectEntry("b", two)]),
    )
    yield "array", lambda: dialect.array(two, tail, order, limit, offset)
    yield "array without order", lambda: dialect.array(two, tail, None, None, None)
    yield "scalar", lambda: dialect.scalar(sql("SELECT {} AS j {}", two, tail))
    yield "concealed", lambda: dialect.json_concealed(column(dialect, "title").sql)
    yield "optional", lambda: dialect.optional([dialect.keyed_row("a", two, tail), dialect.keyed_row("b", one, tail)])
    if dialect.correlated_derived:
        yield "keyed rows", lambda: dialect.keyed_rows("a", two, tail, order, limit, None)
    yield "limit", lambda: dialect.limit(limit, offset, ordered=True)
    yield "limit without order", lambda: dialect.limit(limit, None, ordered=False)
    yield "offset alone", lambda: dialect.limit(None, offset, ordered=True)
    yield "table", lambda: sql(dialect.table("my schema", 'odd"`]name'))
    yield "each", lambda: sql("SELECT 1 FROM {}", dialect.json_each(column(dialect, "data").sql, "e"))
    yield "random", dialect.random


def functions(dialect: Dialect) -> Iterator[tuple[str, Callable[[], Sql]]]:
    cases = {
        "lower": ("title",),
        "list_length": ("data",),
        "json_get": ("data",),
        "year": ("created",),
        "week": ("local",),
        "hour": ("at",),
        "geoDistance": ("score", "score", "price", "views"),
        "strftime": ("title", "created"),
    }
    for name, fields in cases.items():
        extra = ("a", "0") if name == "json_get" else ()
        yield (
            f"{name}({', '.join(fields)})",
            lambda name=name, fields=fields, extra=extra: (
                FUNCTIONS[name].sql(dialect, [column(dialect, field) for field in fields], extra).sql
            ),
        )
    for storage, to in (
        ("text", "decimal"),
        ("text", "bigInteger"),
        ("text", "timestamp"),
        ("scalar", "text"),
        ("timestamp", "text"),
    ):
        yield f"cast {storage} to {to}", lambda storage=storage, to=to: dialect.cast(sql("t1.x"), storage, to)


def written(dialect: Dialect) -> str:
    lines: list[str] = []
    for name, make in pieces(dialect):
        try:
            text, binds = finish(
                make(), lambda number, item: dialect.placeholder(number, bind_type(item)), dialect.escape
            )
        except NotSupported as refusal:
            text, binds = f"not supported: {refusal.message}", []
        values = [dialect.encode(item.source.value, bind_type(item)) for item in binds]
        lines.extend((f"-- {name}", text, *([f"--   binds {values!r}"] if values else []), ""))
    return "\n".join(lines)


@pytest.mark.parametrize("name", DIALECTS)
def test_dialect(name: str) -> None:
    file = FOLDER / f"{name}.sql"
    text = written(DIALECTS[name])
    if os.environ.get("UPDATE_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text)
    assert text == file.read_text()


def test_nothing_is_refused_where_it_was_run() -> None:
    """What a live database can't do is named in its golden file; the ones that were run can do all but geometry on
    SQLite.
    """
    refused = {
        name: [line for line in (FOLDER / f"{name}.sql").read_text().splitlines() if line.startswith("not supported")]
        for name in ("sqlite", "postgres", "mariadb")
    }
    assert {name: len(lines) for name, lines in refused.items()} == {"sqlite": 1, "postgres": 0, "mariadb": 0}
