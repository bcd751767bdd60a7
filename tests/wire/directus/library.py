"""A small library to ask about: books with authors, tags and notes, pages of blocks, and one shop.

In charge of: making its collections and items through the REST side, on any database.
"""

from __future__ import annotations

from typing import Any

import httpx


def _key(kind: str = "integer") -> dict[str, Any]:
    schema = {"is_primary_key": True, **({"has_auto_increment": True} if kind == "integer" else {})}
    return {"field": "id", "type": kind, "schema": schema, "meta": {"special": ["uuid"] if kind == "uuid" else None}}


def _field(name: str, kind: str, schema: dict[str, Any] | None = None, **meta: Any) -> dict[str, Any]:
    return {"field": name, "type": kind, "schema": schema or {}, "meta": meta}


def _alias(name: str, special: str) -> dict[str, Any]:
    return {"field": name, "type": "alias", "meta": {"special": [special]}}


COLLECTIONS: dict[str, list[dict[str, Any]]] = {
    "authors": [
        _key(),
        _field("name", "string", {"is_nullable": False}),
        _field("born", "date"),
        _field("secret", "hash", special=["hash", "conceal"]),
        _alias("books", "o2m"),
    ],
    "tags": [_key(), _field("name", "string", {"is_unique": True})],
    "books": [
        _key("uuid"),
        _field("title", "string", {"is_nullable": False}),
        _field("pages", "integer"),
        _field("price", "decimal", {"numeric_precision": 10, "numeric_scale": 2}),
        _field("copies", "bigInteger"),
        _field("rare", "boolean", {"default_value": False}, special=["cast-boolean"]),
        _field("labels", "csv", special=["cast-csv"]),
        _field("data", "json", special=["cast-json"]),
        _field("published", "dateTime"),
        _field("author", "integer"),
        _alias("tags", "m2m"),
        _alias("notes", "o2m"),
    ],
    "books_tags": [_key(), _field("books_id", "uuid"), _field("tags_id", "integer")],
    "notes": [_key(), _field("text", "text"), _field("book", "uuid")],
    "texts": [_key(), _field("content", "string")],
    "pictures": [_key(), _field("caption", "string")],
    "leaves": [_key(), _field("name", "string"), _alias("blocks", "m2a")],
    "leaves_blocks": [
        _key(),
        _field("leaves_id", "integer"),
        _field("item", "string"),
        _field("collection", "string"),
    ],
}
RELATIONS: list[dict[str, Any]] = [
    {"collection": "books", "field": "author", "related_collection": "authors", "meta": {"one_field": "books"}},
    {"collection": "notes", "field": "book", "related_collection": "books", "meta": {"one_field": "notes"}},
    {
        "collection": "books_tags", "field": "books_id", "related_collection": "books",
        "meta": {"one_field": "tags", "junction_field": "tags_id"},
    },
    {
        "collection": "books_tags", "field": "tags_id", "related_collection": "tags",
        "meta": {"junction_field": "books_id"},
    },
    {
        "collection": "leaves_blocks", "field": "leaves_id", "related_collection": "leaves",
        "meta": {"one_field": "blocks", "junction_field": "item"},
    },
    {
        "collection": "leaves_blocks", "field": "item", "related_collection": None,
        "meta": {
            "one_collection_field": "collection", "one_allowed_collections": ["texts", "pictures"],
            "junction_field": "leaves_id",
        },
    },
]  # fmt: skip
EMMA = "11111111-1111-4111-8111-111111111111"
DUNE = "22222222-2222-4222-8222-222222222222"
ITEMS: dict[str, list[dict[str, Any]]] = {
    "authors": [
        {"name": "Jane", "born": "1775-12-16", "secret": "s3cret"},
        {"name": "Frank", "born": "1920-10-08"},
    ],
    "tags": [{"name": "love"}, {"name": "sand"}],
    "books": [
        {
            "id": EMMA, "title": "Emma", "pages": 474, "price": 9.5, "copies": "9007199254740993", "rare": True,
            "labels": ["old", "fun"], "data": {"shelf": {"row": 7}}, "published": "1815-12-23T10:00:00", "author": 1,
            "tags": [{"tags_id": 1}], "notes": [{"text": "first"}, {"text": "second"}, {"text": "third"}],
        },
        {
            "id": DUNE, "title": "Dune", "pages": 412, "price": 12, "copies": 5, "author": 2,
            "published": "1965-08-01T00:00:00", "data": [1, 2, 3], "tags": [{"tags_id": 2}],
        },
    ],
    "leaves": [
        {
            "name": "home",
            "blocks": [
                {"collection": "texts", "item": {"content": "hello"}},
                {"collection": "pictures", "item": {"caption": "a cat"}},
            ],
        }
    ],
}  # fmt: skip


def build(client: httpx.Client) -> None:
    """Make all of it, as an admin."""
    for name, fields in COLLECTIONS.items():
        _done(client.post("/collections", json={"collection": name, "schema": {}, "meta": {}, "fields": fields}))
    shop = [_key(), _field("title", "string", {"default_value": "My shop"}), _field("motto", "string")]
    made = {"collection": "shop", "schema": {}, "meta": {"singleton": True}, "fields": shop}
    _done(client.post("/collections", json=made))
    for relation in RELATIONS:
        schema = {"on_delete": "SET NULL"} if relation["related_collection"] else None
        _done(client.post("/relations", json={**relation, "schema": schema}))
    for name, items in ITEMS.items():
        _done(client.post(f"/items/{name}", json=items))


def _done(answer: httpx.Response) -> None:
    assert answer.status_code in (200, 204), f"{answer.request.url} {answer.text}"
