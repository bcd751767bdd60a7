"""Bodies of batch requests: which forms there are, and the words for those that are none.

In charge of: lists, `{keys, data}`, `{query, data}`, `{keys}`, `{query}` and the body of SEARCH. Not in charge of: what
happens to them (`items`). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from satchel.errors import InvalidPayload
from satchel.model.catalog import Collection

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """`items`: whole payloads with keys in them. Else `keys` or `query` say which items, `data` what is to change."""

    items: Sequence[Payload] | None = None
    keys: Sequence[Any] | None = None
    query: Payload | None = None
    data: Payload | None = None


@dataclass(frozen=True, slots=True)
class Search:
    query: Payload
    keys: Sequence[Any] | None = None


def payload(body: Any) -> Payload:
    """One item. Raises InvalidPayload for anything but an object."""
    if not isinstance(body, dict):
        _refuse('"value" must be of type object')
    return cast("Payload", body)


def payloads(body: Any) -> Sequence[Payload]:
    """One item or a list of them."""
    if isinstance(body, list):
        return [payload(item) for item in cast("list[Any]", body)]
    return [payload(body)]


def update_body(body: Any, collection: Collection) -> Batch:
    """The body of a PATCH on a list of items."""
    if isinstance(body, list):
        items = [payload(item) for item in cast("list[Any]", body)]
        for item in items:
            if any(item.get(name) is None for name in collection.key):
                _refuse("Item in update misses primary key")
        return Batch(items=items)
    return _selection(body, with_data=True)


def delete_body(body: Any) -> Batch:
    """The body of a DELETE on a list of items."""
    if isinstance(body, list):
        return Batch(keys=_keys(cast("list[Any]", body)))
    return _selection(body, with_data=False)


def search_body(body: Any) -> Search:
    """The body of a SEARCH."""
    given = payload(body)
    for name in given:
        if name not in ("query", "keys"):
            _refuse(f'"{name}" is not allowed')
    query: Any = given.get("query") or {}
    if not isinstance(query, dict):
        _refuse('"query" must be of type object')
    keys = given.get("keys")
    if keys is not None and not isinstance(keys, list):
        _refuse('"keys" must be an array')
    return Search(cast("Payload", query), None if keys is None else _keys(cast("list[Any]", keys)))


def _selection(body: Any, *, with_data: bool) -> Batch:
    given = payload(body)
    allowed = ("keys", "query", "data") if with_data else ("keys", "query")
    if with_data:
        if "data" not in given:
            _refuse('"data" is required')
        if not isinstance(given["data"], dict):
            _refuse('"data" must be of type object')
    if given.get("keys") is not None and not isinstance(given["keys"], list):
        _refuse('"keys" must be an array')
    if given.get("query") is not None and not isinstance(given["query"], dict):
        _refuse('"query" must be of type object')
    for name in given:
        if name not in allowed:
            _refuse(f'"{name}" is not allowed')
    keys, query = given.get("keys"), given.get("query")
    if keys is not None and query is not None:
        _refuse('"value" contains a conflict between exclusive peers [query, keys]')
    if keys is None and query is None:
        _refuse('"value" must contain at least one of [query, keys]')
    return Batch(
        keys=None if keys is None else _keys(cast("list[Any]", keys)),
        query=cast("Payload | None", query),
        data=cast("Payload | None", given.get("data")),
    )


def _keys(values: list[Any]) -> list[Any]:
    for position, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            _refuse(f'"keys[{position}]" must be one of [string, number]')
    return values


def _refuse(reason: str) -> NoReturn:
    raise InvalidPayload(reason)
