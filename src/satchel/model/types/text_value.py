"""Texts: what a database can keep of them, and how other values read as text.

In charge of: characters no database can hold, lengths, numbers as text. Called by the types whose values are texts.
"""

from __future__ import annotations

import math
from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused


def check_characters(value: str) -> str:
    """The text itself. Raises Refused for NUL, which PostgreSQL can't store, and for half a surrogate pair, which
    is no text.
    """
    if value.isascii():
        if "\0" in value:
            raise Refused("invalid_text", "The text can't contain the character U+0000")
        return value
    if "\0" in value:
        raise Refused("invalid_text", "The text can't contain the character U+0000")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Refused("invalid_text", "The text contains half of a surrogate pair") from None
    return value


def number_text(value: int | float) -> str:
    """A number as JavaScript writes it: `5` for 5.0, `1e+21`."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return repr(value)


def read_text(value: Any, name: str) -> str:
    """A scalar of a payload as text; lists and objects are refused."""
    if isinstance(value, str):
        return check_characters(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    raise Refused("invalid_type", f'Invalid text in field "{name}"')


def text_acceptor(field: Field, dialect: str) -> Accept:
    """Texts up to the length of the column, counted in characters."""
    name, limit = field.name, field.max_length

    def accept(value: Any) -> str:
        text = read_text(value, name)
        if limit is not None and len(text) > limit:
            raise Refused("too_long", f'Value for field "{name}" is too long', {"max": limit, "value": text})
        return text

    return accept


def cast_text(value: Any, strict: bool) -> str | None:
    """A query's value as text. A list or an object is no text."""
    if isinstance(value, str) and value.isascii() and "\0" not in value:
        return value
    try:
        return read_text(value, "")
    except Refused as refusal:
        if strict:
            raise Refused("invalid_text", "Invalid text value") from refusal
        return None
