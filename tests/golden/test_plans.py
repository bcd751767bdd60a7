"""Golden cases: (query, grants) in, one statement per dialect out. Reviewed like code.

`UPDATE_GOLDEN=1 pytest tests/golden` writes the files anew; the difference is then read before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from satchel.engine.planner import QUICK_SQLITE
from satchel.expr.dialect import Dialect
from satchel.expr.nodes import And, Compare, Literal, Or, Param, Related
from satchel.expr.nodes import Path as Dotted
from satchel.plan.limits import Limits
from satchel.plan.query import Aggregate, Arguments, Expand, Page, Query, Select, Sort
from satchel.plan.resolve import resolve
from satchel.plan.secure import secure
from satchel.policy.grant import Grant, Grants
from satchel.sql.dialects import DIALECTS
from satchel.sql.read import write_read
from tests.golden.blog import blog

FOLDER = Path(__file__).parent / "plans"
ADMIN = Grants("admin", admin=True)
PAGE = Page(limit=Param(0, "number"))
WRITERS: dict[str, Dialect] = {
    "sqlite": DIALECTS["sqlite"],
    "sqlite-quick": QUICK_SQLITE,  # what is asked first; see `sql/dialects/sqlite_quick`
    "postgres": DIALECTS["postgres"],
    "mariadb": DIALECTS["mariadb"],
}


def select(name: str, *children: Select, **more: object) -> Select:
    return Select(name, name, children, **more)  # pyright: ignore[reportArgumentType]


def path(text: str) -> Dotted:
    return Dotted(tuple(text.split(".")))


def directus(*fields: Select, collection: str = "posts", counts: bool = False, **arguments: object) -> Query:
    return Query(
        collection,
        "directus",
        select=fields or (() if "group" in arguments else (select("*"),)),
        arguments=Arguments(page=PAGE, **arguments),  # pyright: ignore[reportArgumentType]
        total=counts,
        matching=counts,
    )


def grants(*items: Grant) -> Grants:
    table: dict[tuple[str, str], tuple[Grant, ...]] = {}
    for item in items:
        key = (item.collection, item.action)
        table[key] = (*table.get(key, ()), item)
    return Grants("test", table=table)  # pyright: ignore[reportArgumentType]


OWN = Compare("_eq", path("author"), Literal(7))
RED = Compare("_eq", path("tags.tags_id.name"), Param(1, "text"))
READERS = grants(
    Grant("posts", "list", where=OWN, fields=frozenset({"id", "title", "author"})),
    Grant("posts", "list", where=Compare("_gt", path("views"), Literal(10)), fields=frozenset({"id", "views"})),
    Grant("authors", "view", where=Compare("_neq", path("name"), Literal("Hidden"))),
    Grant("authors", "list", where=Compare("_neq", path("name"), Literal("Hidden"))),
)

CASES: dict[str, tuple[Query, Grants]] = {
    "everything": (directus(), ADMIN),
    "one-item": (Query("posts", "directus", "view", (select("*"),), key=Param(0, "list")), ADMIN),
    "composite-key": (Query("seats", "pocketbase", "view", key=Param(0, "list")), ADMIN),
    "keys": (Query("seats", "directus", select=(select("*"),), keys=Param(0, "list")), ADMIN),
    "to-one": (directus(select("title"), select("author", select("name"))), ADMIN),
    "to-many-through-junction": (directus(select("title"), select("tags", select("tags_id", select("name")))), ADMIN),
    "wildcards": (directus(select("*", select("*"))), ADMIN),
    "many-to-any": (
        directus(
            select("blocks", select("item", select("title"), scope="posts"), select("collection")), collection="pages"
        ),
        ADMIN,
    ),
    "filter-to-one": (
        directus(select("id"), where=Compare("_eq", path("author.name"), Param(1, "text")), counts=True),
        ADMIN,
    ),
    "filter-to-many": (directus(select("id"), where=RED, counts=True), ADMIN),
    "filter-either": (
        directus(select("id"), where=Or((RED, Compare("_eq", path("author.name"), Literal("Bob"))))),
        ADMIN,
    ),
    "filter-same-row": (
        directus(select("id"), where=And((RED, Compare("_gt", path("tags.id"), Literal(3))))),
        ADMIN,
    ),
    "none": (
        directus(
            select("id"), where=Related(path("tags"), Compare("_eq", path("tags_id.name"), Literal("red")), none=True)
        ),
        ADMIN,
    ),
    "sort-to-one": (directus(select("id"), sort=(Sort(path("author.name"), True), Sort(path("title")))), ADMIN),
    "sort-to-many": (directus(select("id"), sort=(Sort(path("tags.tags_id.name")),)), ADMIN),
    "groups": (
        directus(aggregate=(Aggregate("count", "*"), Aggregate("sum", "views")), group=(path("author"),)),
        ADMIN,
    ),
    "forms": (
        directus(
            Select("id", "key", form="text"),
            Select("posts", "kind", form="constant"),
            Select("", "numbers", (Select("views", "v", form="number"),), form="object"),
        ),
        ADMIN,
    ),
    "many-to-any-objects": (
        directus(
            select("blocks", Select("item", "it", (Select("", "", form="object"),), scope="posts", form="union")),
            collection="pages",
        ),
        ADMIN,
    ),
    "group-layout": (
        directus(
            aggregate=(Aggregate("countAll", "*"),),
            group=(path("author"),),
            layout=(
                Select("", "by", form="group"),
                Select("", "most", (Select("views", "v", function="max", form="number"),), form="object"),
                Select("posts", "kind", form="constant"),
            ),
        ),
        ADMIN,
    ),
    "search": (directus(select("id"), search=Param(1, "text")), ADMIN),
    "field-rules": (directus(), READERS),
    "guarded-relation": (directus(select("title"), select("author", select("name"))), READERS),
    "guarded-filter": (directus(select("id"), where=Compare("_eq", path("author.name"), Param(1, "text"))), READERS),
    "record": (Query("posts", "pocketbase", "view", expand=(Expand("author"),), key=Param(0, "list")), ADMIN),
    "records": (
        Query(
            "posts",
            "pocketbase",
            expand=(Expand("author", (Expand("posts_via_author"),)),),
            arguments=Arguments(page=PAGE),
            matching=True,
        ),
        ADMIN,
    ),
    "all-of-them": (
        Query(
            "posts",
            "pocketbase",
            arguments=Arguments(where=Compare("=", Dotted(("labels",), "each"), Param(1, "text")), page=PAGE),
        ),
        ADMIN,
    ),
    "any-of-them": (
        Query(
            "posts",
            "pocketbase",
            arguments=Arguments(where=Compare("=", Dotted(("labels",), "each"), Param(1, "text"), any=True), page=PAGE),
        ),
        ADMIN,
    ),
    "back-relation": (
        Query(
            "authors",
            "pocketbase",
            arguments=Arguments(where=Compare(">", path("posts_via_author.views"), Param(1, "number")), page=PAGE),
        ),
        ADMIN,
    ),
}


@pytest.mark.parametrize("dialect", WRITERS)
@pytest.mark.parametrize("name", CASES)
def test_statement(name: str, dialect: str) -> None:
    query, held = CASES[name]
    catalog = blog()
    read, numbering = resolve(query, catalog, Limits())
    statement = write_read(secure(read, numbering, held), catalog, WRITERS[dialect]).sql + "\n"
    golden = FOLDER / f"{name}.{dialect}.sql"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(statement)
    assert golden.read_text() == statement
