"""The collections and items that the recordings speak of: bodies that were cut when they were written down, in full."""

from __future__ import annotations

import json
from typing import Any

from tests.servers import EMAIL, PASSWORD


def _key(kind: str = "integer", **more: Any) -> dict[str, Any]:
    schema = {"is_primary_key": True, **({"has_auto_increment": True} if kind == "integer" else {})}
    return {"field": "id", "type": kind, "schema": schema, "meta": {"hidden": True, **more}}


def _field(name: str, kind: str, schema: Any = None, **meta: Any) -> dict[str, Any]:
    return {"field": name, "type": kind, "schema": schema or {}, "meta": meta}


def _alias(name: str, special: str) -> dict[str, Any]:
    return {"field": name, "type": "alias", "meta": {"special": [special]}}


AUTHORS = [
    _key(),
    _field("name", "string", {"is_nullable": False}),
    _field("email", "string", {"is_unique": True}),
    _field("born", "date"),
    _field("score", "decimal", {"numeric_precision": 10, "numeric_scale": 2}),
    _field("secret", "hash", special=["hash", "conceal"]),
]
ARTICLES = [
    _key("uuid", special=["uuid"]),
    _field("status", "string", {"default_value": "draft"}),
    _field("sort", "integer"),
    _field("title", "string", {"is_nullable": False}, required=True),
    _field("body", "text"),
    _field("views", "integer", {"default_value": 0}),
    _field("price", "float"),
    _field("big", "bigInteger"),
    _field("flag", "boolean", {"default_value": False}, special=["cast-boolean"]),
    _field("tags_csv", "csv", special=["cast-csv"]),
    _field("data", "json", special=["cast-json"]),
    _field("published", "dateTime"),
    _field("at", "timestamp"),
    _field("t", "time"),
    _field("d", "date"),
    _field("author", "integer"),
    _field("date_created", "timestamp", special=["date-created"]),
    _field("user_created", "uuid", special=["user-created"]),
    _field("date_updated", "timestamp", special=["date-updated"]),
    _alias("tags", "m2m"),
    _alias("comments", "o2m"),
]
ARTICLES_META = {
    "sort_field": "sort",
    "archive_field": "status",
    "archive_value": "archived",
    "unarchive_value": "draft",
    "versioning": True,
}


def _collection(name: str, fields: list[dict[str, Any]], **meta: Any) -> str:
    return json.dumps({"collection": name, "schema": {}, "meta": meta, "fields": fields})


# line of the recording → the whole body
SEED_BODIES: dict[int, str] = {
    1: _collection("authors", AUTHORS),
    2: _collection("articles", ARTICLES, **ARTICLES_META),
    4: _collection(
        "articles_tags",
        [_key(), _field("articles_id", "uuid"), _field("tags_id", "integer"), _field("sort", "integer")],
        hidden=True,
    ),
    5: _collection(
        "article_comments", [_key(), _field("text", "text"), _field("article", "uuid"), _field("sort", "integer")]
    ),
    12: _collection("block_image", [_key(), _field("caption", "string"), _field("image", "uuid")]),
    13: _collection("pages", [_key(), _field("title", "string"), _alias("blocks", "m2a")]),
    14: _collection(
        "pages_blocks",
        [
            _key(),
            _field("pages_id", "integer"),
            _field("item", "string"),
            _field("collection", "string"),
            _field("sort", "integer"),
        ],
        hidden=True,
    ),
    18: _collection(
        "site",
        [_key(), _field("title", "string", {"default_value": "My site"}), _field("motto", "string")],
        singleton=True,
    ),
}

ITEMS_BODIES: dict[int, str] = {
    6: json.dumps({"name": "X" * 300}),
    9: "{",
    10: json.dumps(
        {
            "title": "One",
            "author": 1,
            "flag": True,
            "big": "9007199254740993",
            "price": 1.5,
            "tags_csv": ["a", "b"],
            "data": {"k": {"c": [1, 2]}, "color": "red"},
            "published": "2024-01-02T03:04:05",
            "at": "2024-01-02T03:04:05+02:00",
            "t": "10:11:12",
            "d": "2024-05-06",
            "tags": [{"tags_id": {"name": "py"}}, {"tags_id": {"name": "go"}}],
            "comments": [{"text": "c1"}, {"text": "c2"}],
        }
    ),
}

# On SQLite the recording stores a text longer than its column, and text in a number. Here both are refused, so values
# that fit are sent instead, to leave as many rows behind as the recording has.
SQLITE_ITEMS_BODIES: dict[int, str] = {
    **ITEMS_BODIES,
    6: json.dumps({"name": "X" * 255}),
    13: json.dumps({"title": "Three"}),
}

_SYSTEM_QUESTIONS = """{
  users_me { email } server_ping server_info { project { project_name } } roles { name } collections { collection }
}"""
_LOGIN = f"""mutation {{ auth_login(email: "{EMAIL}", password: "{PASSWORD}") {{
  access_token expires refresh_token
}} }}"""
GRAPHQL_BODIES: dict[int, str] = {34: json.dumps({"query": _SYSTEM_QUESTIONS}), 35: json.dumps({"query": _LOGIN})}
