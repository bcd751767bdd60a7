"""The functions that Satchel adds to SQLite, in pure Python.

In charge of: what SQLite lacks and its dialect calls by name. Not in charge of: registering them (`db/sqlite` does, on
every connection). None of them is called for ordinary rows of ordinary columns: they stand behind a CASE, or serve rare
needs.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

_NUMBER = re.compile(r"[ \t\n\v\f\r]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[ \t\n\v\f\r]*", re.ASCII)


def base64_of(value: Any) -> str | None:
    """The bytes (or the UTF-8 of any other value) as base64; None for None."""
    if value is None:
        return None
    data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
    return base64.b64encode(data).decode("ascii")


def json_of(value: Any) -> str:
    """Any SQLite value as JSON: bytes as base64, infinities as null."""
    if isinstance(value, bytes):
        value = base64_of(value)
    if isinstance(value, float) and not math.isfinite(value):
        value = None
    return json.dumps(value, ensure_ascii=False)


def number_of(value: Any) -> int | float | None:
    """A number, or the number that a text spells out completely; else None."""
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return None
    text = value.strip()
    try:
        whole = int(text)
    except ValueError:
        return float(text)
    return whole if -(2**63) <= whole < 2**63 else float(whole)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def regexp(pattern: Any, value: Any) -> bool | None:
    """`value REGEXP pattern`: found anywhere. None when either is None; a broken pattern matches nothing."""
    if pattern is None or value is None:
        return None
    compiled = _compiled(str(pattern))
    return compiled is not None and compiled.search(str(value)) is not None


@lru_cache(maxsize=256)
def _like_pattern(pattern: str) -> re.Pattern[str]:
    pieces: list[str] = []
    escaped = False
    for character in pattern:
        if escaped:
            pieces.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "%":
            pieces.append(".*")
        elif character == "_":
            pieces.append(".")
        else:
            pieces.append(re.escape(character))
    return re.compile("".join(pieces), re.DOTALL)


def like_sensitive(pattern: Any, value: Any) -> bool | None:
    """LIKE with `\\` as escape, that tells upper from lower case (SQLite's own does not)."""
    if pattern is None or value is None:
        return None
    return _like_pattern(str(pattern)).fullmatch(str(value)) is not None


SQLITE_FUNCTIONS: tuple[tuple[str, int, Callable[..., Any], bool], ...] = (
    ("satchel_base64", 1, base64_of, True),
    ("satchel_json", 1, json_of, True),
    ("satchel_number", 1, number_of, True),
    ("satchel_like", 2, like_sensitive, True),
    ("regexp", 2, regexp, True),
)
"""Name, number of arguments, callable, deterministic."""
