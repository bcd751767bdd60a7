"""Keys on the wire: a tuple of values and one opaque string.

A single key is its plain text. A composite key is its parts with `%` written as `%25` and `,` as `%2C`, joined with
commas: `(1, "a,b")` ↔ `1,a%2Cb`. (SQL writes the same: see `KeyText` in `sql/read`.)
"""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Collection, Key


def encode_key(values: Key) -> str:
    """The opaque string of a key."""
    if len(values) == 1:
        return str(values[0])
    return ",".join(str(value).replace("%", "%25").replace(",", "%2C") for value in values)


def decode_key(collection: Collection, text: str) -> tuple[str, ...] | None:
    """The text parts of a key, in the order of `collection.key`; None if the count is wrong.

    Parts are still text: the column's type decides whether they can be one of its values.
    """
    if len(collection.key) == 1:
        return (text,)
    parts = text.split(",")
    if not collection.key or len(parts) != len(collection.key):
        return None
    return tuple(part.replace("%2C", ",").replace("%2c", ",").replace("%25", "%") for part in parts)


def key_of(collection: Collection, item: dict[str, Any]) -> Key | None:
    """The key inside an item, None when a part is absent or null."""
    values = tuple(item.get(name) for name in collection.key)
    return None if not values or any(value is None for value in values) else values
