"""Defaults of columns, from the SQL text that the database tells to the JSON that clients are told.

In charge of: quoted texts, numbers, booleans, casts; what is an expression stays as its text. Called by `shape`
and whoever describes what a payload needs. Pure.
"""

from __future__ import annotations

import re
from typing import Any

from satchel.model.catalog import Field

# specials by which the server brings a value itself
_WHEN = ("created", "updated")
FILLING = frozenset({"uuid", *(f"{what}-{when}" for what in ("date", "user", "role") for when in _WHEN)})

_CAST = re.compile(r"::[\w\s\"\[\]().,]+$")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_NUMERIC = frozenset({"integer", "bigInteger", "float", "decimal"})


def default_value(field: Field) -> Any:
    """The default as JSON: text, number, boolean, the text of an expression, or None for no default."""
    text = (field.default or "").strip()
    while text.startswith("(") and text.endswith(")") and _balanced(text[1:-1]):
        text = text[1:-1].strip()
    bare = _CAST.sub("", text).strip() if "::" in text else text
    # the cast of a constant says nothing new; that of an expression is part of it
    constant = bare.upper() == "NULL" or _unquoted(bare) is not None or _NUMBER.fullmatch(bare)
    literal = bare if constant else text
    if not literal or literal.upper() == "NULL":
        return None
    quoted = _unquoted(literal)
    if field.type == "boolean":
        word = (quoted if quoted is not None else literal).lower()
        return {"1": True, "true": True, "t": True, "0": False, "false": False, "f": False}.get(word, literal)
    if field.type in _NUMERIC and _NUMBER.fullmatch(quoted if quoted is not None else literal):
        number = float(quoted if quoted is not None else literal)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if quoted is not None:
        return quoted
    return literal if not _NUMBER.fullmatch(literal) else _plain_number(literal)


def _plain_number(text: str) -> Any:
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def _unquoted(text: str) -> str | None:
    """The text inside of one SQL string literal; None for anything else."""
    for quote in ("'", '"'):
        if len(text) > 1 and text[0] == text[-1] == quote:
            inside = text[1:-1]
            if quote not in inside.replace(quote * 2, ""):
                return inside.replace(quote * 2, quote)
    return None


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0
