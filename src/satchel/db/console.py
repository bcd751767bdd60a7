"""What a statement that a person typed gives back, whichever database ran it.

In charge of: the shape, and telling statements that write by their first word. Not in charge of: running them
(`sqlite_console`, `server`). Called by those and by `engine/console`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from satchel.db.base import Row

# as a person would say: a statement that begins like this changes something
_WRITES = re.compile(
    r"(?:\s|;|--[^\n]*(?:\n|$)|/\*.*?\*/)*(?:INSERT|CREATE|UPDATE|DELETE|DROP|DETACH|ALTER|REPLACE|TRUNCATE|MERGE)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Column:
    """`type`: as the database calls it, "" for an expression where it does not say."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Answered:
    """`rows`: at most as many as were asked for. `changed`: rows that the statement inserted, updated or deleted."""

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    changed: int = 0


def writes(sql: str) -> bool:
    """Whether a statement is run in a transaction that may write."""
    return _WRITES.match(sql) is not None


def text_of(value: Any) -> str | None:
    """A value as text. Numbers with a fraction as PocketBase's clients know them."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value)
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return str(value)


def _float(value: float) -> str:
    """The shortest digits that mean this number; with an exponent below 1e-4 and from 1e6 on, unless they all fit."""
    text = repr(value)
    if "inf" in text or "nan" in text:
        return {"inf": "+Inf", "-inf": "-Inf"}.get(text, "NaN")
    mantissa, _, exponent_text = f"{value:.17e}".partition("e")
    exponent = int(exponent_text)
    if -4 <= exponent < 21 and value.is_integer() and exponent < 6:
        return str(int(value))
    if -4 <= exponent < 6:
        return text
    digits = text.lower().replace("-", "").partition("e")[0].replace(".", "").strip("0") or "0"
    sign = "-" if mantissa.startswith("-") else ""
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
