"""ETag: which version of an item this is.

In charge of: the tag of a stored row, reading `If-Match`, and saying in which fields two versions differ. Not in
charge of: headers of answers (the wires). Called by `write` and, for answers, through `Writes.etag`.

The tag speaks of all stored values of the row, also of those that the caller may not see: a change nobody was told of
still is one. It tells nothing about them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

from satchel.http.json import encode


def etag_of(row: Mapping[str, Any]) -> str:
    """The tag of a row (its stored values by field name), without quotes: 24 hexadecimal digits."""
    parts = [name.encode() + b"\x00" + _bytes(row[name]) for name in sorted(row)]
    return blake2b(b"\x01".join(parts), digest_size=12).hexdigest()


def _bytes(value: Any) -> bytes:
    return b"b" + value if isinstance(value, bytes) else encode(value)


def matches(if_match: str, tag: str) -> bool:
    """Whether an `If-Match` header names this tag: `*`, or a list of tags, quoted or not, weak or strong."""
    for part in if_match.split(","):
        named = part.strip().removeprefix("W/").strip('"')
        if named in ("*", tag):
            return True
    return False


def differences(
    submitted: Mapping[str, Any], row: Mapping[str, Any], differs: Callable[[str, Any, Any], bool]
) -> dict[str, dict[str, Any]]:
    """Field → what the caller sent and what is stored, for the fields in which these differ. `row` holds what may
    be shown.
    """
    return {
        name: {"yours": value, "stored": row[name]}
        for name, value in submitted.items()
        if name in row and differs(name, row[name], value)
    }
