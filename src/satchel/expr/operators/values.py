"""How two operands meet in Python: the twin of `compare`.

In charge of: the same rules on plain values. Not in charge of: SQL. Called by the `test` half of the operators. Values
are as `Dialect.decode` gives them: text, int, float, bool, None, bytes, lists and dicts; decimals and dates as text.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from uuid import UUID

from satchel.expr.dates import spelled
from satchel.expr.operators.compare import affinity, common_kind, kind_of
from satchel.expr.operators.operator import Flavor, Value

_NUMBER = re.compile(r"[ \t\n\v\f\r]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\v\f\r]*")
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}

SYMBOLS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


# --- casts


def number_of(value: Any) -> int | float | Decimal | None:
    """A number, or what a text spells out completely; a boolean is 1 or 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | Decimal):
        return None if isinstance(value, float) and math.isnan(value) else value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return None
    text = value.strip()
    try:
        return int(text)
    except ValueError:
        try:
            return Decimal(text)
        except InvalidOperation:
            return None


def text_of(value: Any) -> str | None:
    """A value as the text that SQLite makes of it; lists and objects as compact JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _float_text(value: float) -> str:
    if not math.isfinite(value):
        return "Inf" if value > 0 else "-Inf"
    text = repr(value)
    mantissa, found, exponent = text.partition("e")
    if not found:
        return text
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{exponent}"


def _boolean_of(value: Any) -> bool | None:
    if value in (True, False):
        return bool(value)
    return (
        {"1": True, "true": True, "t": True, "0": False, "false": False, "f": False}.get(value)
        if isinstance(value, str)
        else None
    )


def _uuid_of(value: Any) -> str | None:
    try:
        return str(UUID(value)) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def moment_of(value: Any, kind: str) -> str | None:
    """A date in the spelling in which dates of that type are kept; None for what is none."""
    return spelled(value, kind)


def scalar_of(value: Any) -> Any:
    """A JSON column's value opened: a text that is JSON is what it says."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def plain_value(value: Value) -> Any:
    """An operand's value; a JSON column's is opened, and a boolean inside is 1 or 0, as SQLite has it."""
    found = value.value
    if value.type in ("json", "scalar") and not value.bound:
        found = scalar_of(found) if value.type == "json" else found
        return int(found) if isinstance(found, bool) else found
    return found


def to_kind(value: Any, kind: str) -> Any:
    """A value as one of that kind; None if it can't be."""
    if value is None:
        return None
    match kind:
        case "number":
            return number_of(value)
        case "boolean":
            return _boolean_of(value)
        case "uuid":
            return _uuid_of(value)
        case "date" | "dateTime" | "timestamp" | "time":
            return moment_of(value, kind)
        case "binary":
            return value if isinstance(value, bytes) else str(value).encode()
        case _:
            return text_of(value)


# --- tree syntax


def compare_values(symbol: str, left: Value, right: Value) -> bool | None:
    """`left symbol right` by the rules of the tree syntax; None if either is NULL."""
    kind = common_kind(kind_of(left.type, left.hint), kind_of(right.type, right.hint))
    one, other = _brought(left, kind), _brought(right, kind)
    return None if one is None or other is None else _holds(symbol, one, other)


def _brought(value: Value, kind: str) -> Any:
    found = plain_value(value)
    if kind == "number" and isinstance(found, str) and value.type in ("json", "scalar") and not value.bound:
        return None
    return to_kind(found, kind)


def _holds(symbol: str, one: Any, other: Any) -> bool:
    """A database makes a float of a decimal that meets one."""
    if isinstance(one, float) and isinstance(other, Decimal):
        other = float(other)
    elif isinstance(one, Decimal) and isinstance(other, float):
        one = float(one)
    return SYMBOLS[symbol](one, other)


def item_value(value: Any, type: str) -> Value:
    """One value of a list or pair as an operand."""
    hint = "bool" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "text"
    return Value(value, type, hint)


# --- text syntax


def _class(value: Any) -> tuple[int, Any]:
    """SQLite's order of storage classes: numbers, texts, bytes."""
    if isinstance(value, bytes):
        return 2, value
    if isinstance(value, str):
        return 1, value.encode("utf-8", "surrogatepass")
    return 0, value


def _native(value: Value) -> Any:
    """A value as SQLite holds it."""
    found = plain_value(value)
    if isinstance(found, bool):
        return int(found)
    if value.type == "decimal" and isinstance(found, str):
        number = number_of(found)
        return found if number is None else number
    if isinstance(found, list | tuple | dict):
        return text_of(found)
    return found


def meet(left: Value, right: Value) -> tuple[Any, Any]:
    """Both values after taking what the other's column lends."""
    one, other = _native(left), _native(right)
    lent_left = affinity(left.type, left.hint, left.computed)
    lent_right = affinity(right.type, right.hint, right.computed)
    if lent_left == "number" or lent_right == "number":
        return _numeric(one) if lent_right == "number" else one, _numeric(other) if lent_left == "number" else other
    if lent_left == "text" and not lent_right and not isinstance(other, bytes):
        other = text_of(other)
    if lent_right == "text" and not lent_left and not isinstance(one, bytes):
        one = text_of(one)
    return one, other


def _numeric(value: Any) -> Any:
    number = number_of(value) if isinstance(value, str) else None
    return value if number is None else number


def compare_dynamic(symbol: str, left: Value, right: Value) -> bool | None:
    """`left symbol right` by the rules of the text syntax; None if either is NULL."""
    one, other = meet(left, right)
    if one is None or other is None:
        return None
    first, second = _class(one), _class(other)
    return _holds(symbol, first[1], second[1]) if first[0] == second[0] else SYMBOLS[symbol](first[0], second[0])


def same(left: Value, right: Value) -> bool:
    """`left IS right`."""
    one, other = meet(left, right)
    if one is None or other is None:
        return one is None and other is None
    first, second = _class(one), _class(other)
    return first[0] == second[0] and _holds("=", first[1], second[1])


# --- patterns


def lowered(text: str, flavor: Flavor) -> str:
    """Lower case: of ASCII, or of everything."""
    return text.lower() if flavor.unicode else text.translate(_ASCII_LOWER)


def ascii_lowered(text: str) -> str:
    return text.translate(_ASCII_LOWER)


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    pieces: list[str] = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            position += 1
            pieces.append(re.escape(pattern[position]))
        elif character == "%":
            pieces.append(".*")
        elif character == "_":
            pieces.append(".")
        else:
            pieces.append(re.escape(character))
        position += 1
    return re.compile("".join(pieces), re.DOTALL)


def like(text: str, pattern: str) -> bool:
    """LIKE with `\\` as escape, telling upper from lower case."""
    return _pattern(pattern).fullmatch(text) is not None
