"""A small catalog for golden cases: authors, posts, tags with their junction, and a many-to-any page."""

from __future__ import annotations

from satchel.model.catalog import Catalog, Collection, Field, Relation


def stored(name: str, type: str, **facts: object) -> Field:
    return Field(name, type, column=name, **facts)  # pyright: ignore[reportArgumentType]


def alias(name: str) -> Field:
    return Field(name, "alias", special=frozenset({"o2m"}))


def collection(name: str, *fields: Field) -> Collection:
    return Collection(name, "main", name, key=("id",), fields={field.name: field for field in fields}, id=f"pbc_{name}")


def blog() -> Catalog:
    collections = [
        collection(
            "authors",
            stored("id", "integer"),
            stored("name", "string"),
            stored("email", "string"),
            stored("token", "string", special=frozenset({"conceal"})),
            alias("posts"),
        ),
        collection(
            "posts",
            stored("id", "integer"),
            stored("title", "string"),
            stored("views", "integer"),
            stored("at", "timestamp"),
            stored("data", "json"),
            stored("author", "integer"),
            stored("labels", "json", kind="select", options={"maxSelect": 3, "values": ["a", "b", "c"]}),
            alias("tags"),
        ),
        collection("tags", stored("id", "integer"), stored("name", "string")),
        collection("posts_tags", stored("id", "integer"), stored("posts_id", "integer"), stored("tags_id", "integer")),
        collection("pages", stored("id", "integer"), stored("title", "string"), alias("blocks")),
        collection(
            "blocks",
            stored("id", "integer"),
            stored("page", "integer"),
            stored("item", "string"),
            stored("collection", "string"),
        ),
        collection("seats", stored("row", "integer"), stored("number", "integer"), stored("guest", "integer")),
    ]
    collections[-1] = Collection(
        "seats", "main", "seats", key=("row", "number"), fields=collections[-1].fields, id="pbc_seats"
    )
    relations = [
        Relation("posts", ("author",), "authors", ("id",), one_field="posts"),
        Relation("posts_tags", ("posts_id",), "posts", ("id",), one_field="tags", junction_field="tags_id"),
        Relation("posts_tags", ("tags_id",), "tags", ("id",), junction_field="posts_id"),
        Relation("blocks", ("page",), "pages", ("id",), one_field="blocks", junction_field="item"),
        Relation("blocks", ("item",), None, collection_field="collection", allowed=("posts", "tags")),
        Relation("seats", ("guest",), "authors", ("id",)),
    ]
    return Catalog.build(collections, relations, 1)
