"""The catalog and the rows of the leak matrix: every kind of relation leads to a collection of the same shape.

Each target has `id`, `name` and `open`, and what may be hidden: `secret`, `number`, `born`, `data`. Rows that are not
`open` are those that a row rule hides. The last four are concealed: nobody may
read them back or ask about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from satchel.model.catalog import Catalog, Collection, Field
from tests.policy.world import alias, collection, relation, stored

HIDDEN_FIELDS = ("secret", "number", "born", "data")
TARGETS = ("posts", "authors", "comments", "tags", "texts", "images")


def target(name: str, *more: Field, **facts: Any) -> Collection:
    return collection(
        name,
        stored("id", "integer"),
        stored("name", "string"),
        stored("open", "boolean"),
        stored("secret", "string"),
        stored("number", "integer"),
        stored("born", "timestamp"),
        stored("data", "json"),
        stored("token", "string", special=frozenset({"conceal"})),
        stored("pin", "hash"),
        stored("vault", "json", special=frozenset({"conceal"})),
        stored("day", "timestamp", special=frozenset({"conceal"})),
        *more,
        **facts,
    )


def magazine(version: int = 1, **rules: Mapping[str, str | None]) -> Catalog:
    """`rules`: collection name → its rules."""
    multi = {"maxSelect": 9, "collectionId": "pbc_tags"}

    def ruled(name: str) -> dict[str, Any]:
        return {"rules": rules[name]} if name in rules else {}

    collections = [
        target(
            "posts",
            stored("author", "integer"),
            stored("parent", "integer"),
            stored("labels", "json", kind="relation", options=multi),
            alias("comments"),
            alias("children"),
            alias("tags", "m2m"),
            alias("blocks", "m2a"),
            **ruled("posts"),
        ),
        target("authors", alias("posts"), **ruled("authors")),
        target("comments", stored("post", "integer"), **ruled("comments")),
        target("tags", alias("posts", "m2m"), **ruled("tags")),
        collection(
            "posts_tags",
            stored("id", "integer"),
            stored("posts_id", "integer"),
            stored("tags_id", "integer"),
            **ruled("posts_tags"),
        ),
        target("texts", **ruled("texts")),
        target("images", **ruled("images")),
        collection(
            "posts_blocks",
            stored("id", "integer"),
            stored("posts_id", "integer"),
            stored("item", "string"),
            stored("collection", "string"),
            **ruled("posts_blocks"),
        ),
    ]
    relations = [
        relation("posts", "author", "authors", one_field="posts"),
        relation("posts", "parent", "posts", one_field="children"),
        relation("posts", "labels", "tags", list=True),
        relation("comments", "post", "posts", one_field="comments"),
        relation("posts_tags", "posts_id", "posts", one_field="tags", junction_field="tags_id"),
        relation("posts_tags", "tags_id", "tags", one_field="posts", junction_field="posts_id"),
        relation("posts_blocks", "posts_id", "posts", one_field="blocks", junction_field="item"),
        relation("posts_blocks", "item", None, collection_field="collection", allowed=("texts", "images")),
    ]
    return Catalog.build(collections, relations, version)


@dataclass(frozen=True)
class Way:
    """How a root collection reaches the collection with the secrets. `path` is Directus's, `text` PocketBase's."""

    name: str
    root: str
    target: str
    path: tuple[str, ...]
    text: str | None = None
    expand: str = ""
    many: bool = False


WAYS = (
    Way("itself", "authors", "authors", (), ""),
    Way("m2o", "posts", "authors", ("author",), "author", "author"),
    Way("o2m", "posts", "comments", ("comments",), "comments_via_post", "comments_via_post", many=True),
    Way("m2m", "posts", "tags", ("tags", "tags_id"), "tags.tags_id", "posts_tags_via_posts_id.tags_id", many=True),
    Way("m2a", "posts", "texts", ("blocks", "item:texts"), None, many=True),
    Way("self", "posts", "posts", ("parent",), "parent", "parent"),
    Way("self o2m", "posts", "posts", ("children",), "posts_via_parent", "posts_via_parent", many=True),
    Way("list", "posts", "tags", ("labels",), "labels", "labels", many=True),
    Way("list back", "tags", "posts", ("posts", "posts_id"), "posts_via_labels", "posts_via_labels", many=True),
    Way("two steps", "comments", "authors", ("post", "author"), "post.author", "post.author"),
    Way("there and back", "authors", "authors", ("posts", "author"), "posts_via_author.author", many=True),
)


ONWARD = {"posts": "author", "authors": "posts_via_author", "comments": "post", "tags": "posts_via_labels"}
"""A relation that leads on from a target, for expands."""


def shown(key: int, name: str) -> dict[str, Any]:
    """A row that everyone may see, of a target."""
    return {
        "id": key,
        "name": name,
        "open": True,
        "secret": f"{'0zz'[key - 1]}plain",
        "number": (1, 2000, 3000)[key - 1],
        "born": f"20{key}0-01-01T00:00:00.000Z",
        "data": {"k": "plain"},
    }


# What the columns that may be hidden say in two worlds, per row: values, order and gaps are different.
SECRETS: Mapping[str, tuple[tuple[Any, ...], ...]] = {
    "A": (("A-secret", 65, "2015", "A"), ("A-secret", 65, "2015", "A"), ("A-third", 66, "2016", "A")),
    "B": (("zB", 500, "1990", "B"), (None, None, None, None), ("0B", -3, "1980", "C")),
}


def secretly(row: Mapping[str, Any], world: str) -> dict[str, Any]:
    """The row with everything that may be hidden as it is in that world."""
    secret, number, year, data = SECRETS[world][row["id"] - 1]
    born = f"{year}-03-04T05:06:07.000Z" if year else None
    return {**row, "secret": secret, "number": number, "born": born, "data": {"k": data} if data else None}


def base_rows() -> dict[str, list[dict[str, Any]]]:
    """Three rows in each target, of which the second is not open; some rows are related to that one alone."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [shown(1, "one"), {**shown(2, "two"), "open": False}, shown(3, "three")] for name in TARGETS
    }
    for number, (author, parent, labels) in enumerate(((1, 3, ["1", "2"]), (3, 2, ["3"]), (2, 2, ["2"]))):
        rows["posts"][number].update(author=author, parent=parent, labels=labels)
    for number, post in enumerate((1, 3, 1)):
        rows["comments"][number]["post"] = post
    pairs = ((1, 1), (1, 2), (3, 2), (2, 3))
    rows["posts_tags"] = [{"id": key, "posts_id": post, "tags_id": tag} for key, (post, tag) in enumerate(pairs, 1)]
    blocks = ((1, "1", "texts"), (1, "2", "texts"), (3, "2", "texts"), (3, "2", "images"))
    rows["posts_blocks"] = [
        {"id": key, "posts_id": post, "item": item, "collection": name}
        for key, (post, item, name) in enumerate(blocks, 1)
    ]
    return rows


def filter_of(path: tuple[str, ...], condition: Any) -> Any:
    for part in reversed(path):
        condition = {part: condition}
    return condition


Question = tuple[str, Mapping[str, Any]]


def directus_questions(way: Way) -> Iterator[Question]:
    """Every clause of the Directus wire that can mention what is hidden: (its name, parameters)."""
    path, dot = way.path, ".".join(way.path)
    before = f"{dot}." if dot else ""

    def where(field: str, condition: Any) -> dict[str, Any]:
        return {"fields": ["id"], "filter": filter_of(path, {field: condition}), "meta": "*"}

    yield "output field", {"fields": ["id", f"{before}secret"]}
    yield "output star", {"fields": ["id", f"{before}*"]}
    yield "output stars", {"fields": ["*.*.*"]}
    yield "output function", {"fields": ["id", f"{before}year(born)"]}
    yield "output json function", {"fields": ["id", f"{before}json(data, k)"]}
    yield "output missing path", {"fields": [f"{before}secret.x"]}
    for name, field, condition in (
        ("eq", "secret", {"_eq": "A-secret"}),
        ("neq", "secret", {"_neq": "A-secret"}),
        ("in", "secret", {"_in": ["A-secret", "x"]}),
        ("nin", "secret", {"_nin": ["A-secret", "x"]}),
        ("starts with", "secret", {"_starts_with": "A"}),
        ("contains", "secret", {"_contains": "A-s"}),
        ("icontains", "secret", {"_icontains": "a-S"}),
        ("ncontains", "secret", {"_ncontains": "A-s"}),
        ("gt", "number", {"_gt": 60}),
        ("between", "number", {"_between": [60, 65]}),
        ("function", "year(born)", {"_eq": 2015}),
        ("json", "data", {"_json": {"k": {"_eq": "A"}}}),
        ("null", "secret", {"_null": True}),
        ("nnull", "secret", {"_nnull": True}),
        ("empty", "secret", {"_empty": True}),
    ):
        yield f"filter {name}", where(field, condition)
    yield (
        "filter or",
        {
            "fields": ["id"],
            "filter": {"_or": [{"id": {"_eq": 99}}, filter_of(path, {"secret": {"_eq": "A-secret"}})]},
            "meta": "*",
        },
    )
    if len(path) == 1 and way.many and way.name != "list":
        for quantifier in ("_some", "_none"):
            inner = {quantifier: {"secret": {"_eq": "A-secret"}}}
            yield f"filter {quantifier}", {"fields": ["id"], "filter": {path[0]: inner}, "meta": "*"}
        yield "filter count", {"fields": ["id"], "filter": {f"count({path[0]})": {"_gt": 1}}}
        yield "output count", {"fields": ["id", f"count({path[0]})"]}
        yield "sort count", {"fields": ["id"], "sort": [f"count({path[0]})", "id"]}
        yield "filter none at all", {"fields": ["id"], "filter": {path[0]: {"_null": True}}}
    for sign in ("", "-"):
        yield f"sort {sign}", {"fields": ["id"], "sort": [f"{sign}{before}secret", "id"]}
        yield f"sort number {sign}", {"fields": ["id"], "sort": [f"{sign}{before}number", "id"]}
        yield f"sort function {sign}", {"fields": ["id"], "sort": [f"{sign}{before}year(born)", "id"]}
    yield "count", {"aggregate": {"count": "*"}, "filter": filter_of(path, {"secret": {"_eq": "A-secret"}})}
    if path:
        yield from deep_questions(way)
        return
    yield "alias field", {"alias": {"x": "secret"}, "fields": ["id", "x"]}
    for function in ("min", "max", "count", "countDistinct"):
        yield f"aggregate {function}", {"aggregate": {function: "secret"}}
    for function in ("sum", "avg", "min", "sumDistinct", "avgDistinct", "countAll"):
        yield f"aggregate {function} number", {"aggregate": {function: "number"}}
    yield "group", {"groupBy": ["secret"], "aggregate": {"count": "*"}}
    yield "group function", {"groupBy": ["year(born)"], "aggregate": {"count": "*"}}
    yield "group sort", {"groupBy": ["name"], "aggregate": {"min": "secret"}, "sort": ["min.secret"]}
    yield "search", {"search": "A-secret", "fields": ["id"], "meta": "*"}
    yield "search number", {"search": "65", "fields": ["id"], "meta": "*"}
    yield "meta", {"fields": ["id"], "meta": "*", "limit": 0}


def deep_questions(way: Way) -> Iterator[Question]:
    """What narrows, orders or sums up the related rows, and other names for the relation."""
    first, *rest = way.path
    dot, below = ".".join(way.path), ".".join((*rest, "secret"))
    yield "alias relation", {"alias": {"x": first}, "fields": ["id", ".".join(("x", below))]}
    yield "alias relation star", {"alias": {"x": first}, "fields": ["id", ".".join(("x", *rest, "*"))]}
    if way.name == "list":
        return
    arguments: dict[str, Any] = {"filter": {"_filter": filter_of(tuple(rest), {"secret": {"_eq": "A-secret"}})}}
    if way.many:
        arguments["sort"] = {"_sort": [below], "_limit": 1}
        arguments["offset"] = {"_sort": [f"-{below}"], "_offset": 1}
    if way.many and not rest:
        arguments["search"] = {"_search": "A-secret"}
        arguments["aggregate"] = {"_aggregate": {"min": "secret", "max": "number", "count": "*"}}
        arguments["group"] = {"_groupBy": ["secret"], "_aggregate": {"count": "*"}}
    for name, given in arguments.items():
        yield f"deep {name}", {"fields": ["id", f"{dot}.id"], "deep": {first: given}}


def pocketbase_questions(way: Way) -> Iterator[Question]:
    """Every clause of the PocketBase wire that can mention what is hidden."""
    if way.text is None:
        return
    before = f"{way.text}." if way.text else ""
    for name, where in (
        ("=", f"{before}secret = 'A-secret'"),
        ("!=", f"{before}secret != 'A-secret'"),
        ("?=", f"{before}secret ?= 'A-secret'"),
        ("?!=", f"{before}secret ?!= 'A-secret'"),
        ("~", f"{before}secret ~ 'A-s'"),
        ("?~", f"{before}secret ?~ 'A-s'"),
        ("!~", f"{before}secret !~ 'A-s'"),
        (">", f"{before}number > 60"),
        ("?>", f"{before}number ?> 60"),
        ("<=", f"{before}number ?<= 65"),
        ("= ''", f"{before}secret = ''"),
        ("= null", f"{before}secret = null"),
        ("lower", f"{before}secret:lower ?= 'a-secret'"),
        ("json", f"{before}data.k ?= 'A'"),
        ("strftime", f"strftime('%Y', {before}born) = '2015'"),
        ("or", f"id = 99 || {before}secret ?= 'A-secret'"),
        ("both sides", f"{before}secret ?> {before}name"),
        ("name", f"{before}name ?= 'A-name'"),
    ):
        yield f"filter {name}", {"where": where}
    for sign in ("", "-"):
        yield f"sort {sign}", {"sort": f"{sign}{before}secret,id"}
        yield f"sort number {sign}", {"sort": f"{sign}{before}number,id"}
    if not way.text:
        yield "records", {}
    if way.expand:
        yield "expand", {"expand": way.expand}
        yield "expand on", {"expand": f"{way.expand}.{ONWARD[way.target]},{way.expand}"}
