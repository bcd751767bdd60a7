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

from satchel.expr.linear import BadPattern, linear

_TOKEN = re.compile(
    r'\s*([\[\]{}:,]|"(?:[^"\\\x00-\x1f]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)', re.ASCII
)
_CLOSING = ("more", "value or ]", "key or }")
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


def document_of(value: Any) -> str:
    """A stored document that SQLite does not take for JSON: as it is when it is only too deep (SQLite stops at 1,000
    levels), else the text as a JSON string.
    """
    return value if isinstance(value, str) and is_deep_json(value) else json_of(value)


def is_deep_json(text: str) -> bool:
    """Whether a text is a JSON list or object, however deep; no recursion."""
    if not text.lstrip().startswith(("[", "{")):
        return False
    open_lists: list[bool] = []  # True for a list, False for an object
    expected = "value"
    at = 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        token = match[1]
        if token in "[{" and expected in ("value", "value or ]"):
            open_lists.append(token == "[")
            expected = "value or ]" if token == "[" else "key or }"
            continue
        if token in "]}":
            if not open_lists or open_lists.pop() != (token == "]") or expected not in _CLOSING:
                return False
            expected = "more"
        elif token == ":" and expected == "colon":
            expected = "value"
        elif token == "," and expected == "more" and open_lists:
            expected = "value" if open_lists[-1] else "key"
        elif token[0] == '"' and expected.startswith("key"):
            expected = "colon"
        elif token not in ":,{[" and expected.startswith("value"):
            expected = "more"
        else:
            return False
        if not open_lists:
            return not text[at:].strip()
    return False


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


def regexp(pattern: Any, value: Any) -> bool | None:
    """`value REGEXP pattern`: found anywhere. None when either is None; a broken pattern matches nothing."""
    if pattern is None or value is None:
        return None
    try:
        return linear(str(pattern)).finds(str(value))
    except BadPattern:
        return False


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
    ("satchel_document", 1, document_of, True),
    ("satchel_number", 1, number_of, True),
    ("satchel_like", 2, like_sensitive, True),
    ("regexp", 2, regexp, True),
)
"""Name, number of arguments, callable, deterministic."""
