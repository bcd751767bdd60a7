"""`strftime(format, time, modifiers…)`: SQLite's formatting of dates.

In charge of: that, with SQLite's formats and the modifiers `±N units`, `start of month|year|day` and `weekday N`.
Without a time: the current one. Called through `FUNCTIONS`; the arguments are operands like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from satchel.expr.dates import read_moment
from satchel.expr.dialect import Dialect, Term
from satchel.expr.functions.function import Function
from satchel.expr.operators.compare import as_text
from satchel.expr.operators.operator import Value
from satchel.expr.operators.values import text_of

_SHIFT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(second|minute|hour|day|month|year)s?", re.IGNORECASE)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}

_FORMATS: Mapping[str, Callable[[datetime], str]] = {
    "d": lambda at: f"{at.day:02}",
    "e": lambda at: f"{at.day:2}",
    "f": lambda at: f"{at.second:02}.{at.microsecond // 1000:03}",
    "F": lambda at: f"{at.year:04}-{at.month:02}-{at.day:02}",
    "H": lambda at: f"{at.hour:02}",
    "I": lambda at: f"{(at.hour + 11) % 12 + 1:02}",
    "j": lambda at: f"{at.timetuple().tm_yday:03}",
    "m": lambda at: f"{at.month:02}",
    "M": lambda at: f"{at.minute:02}",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "R": lambda at: f"{at.hour:02}:{at.minute:02}",
    "s": lambda at: str(int(at.timestamp())),
    "S": lambda at: f"{at.second:02}",
    "T": lambda at: f"{at.hour:02}:{at.minute:02}:{at.second:02}",
    "u": lambda at: str(at.isoweekday()),
    "w": lambda at: str(at.isoweekday() % 7),
    "W": lambda at: at.strftime("%W"),
    "Y": lambda at: f"{at.year:04}",
    "%": lambda at: "%",
}
FORMATS = frozenset(_FORMATS)


def _sql(dialect: Dialect, terms: Sequence[Term], extra: Sequence[str]) -> Term:
    format, *rest = (as_text(dialect, term) for term in terms)  # noqa: A001
    return Term(dialect.strftime(format, rest[0] if rest else None, rest[1:]), "text", computed=True)


def _evaluate(values: Sequence[Value], extra: Sequence[str], now: datetime) -> str | None:
    texts = [text_of(value.value) for value in values]
    if any(text is None for text in texts):
        return None
    format, *rest = (text or "" for text in texts)  # noqa: A001
    at = now if not rest or rest[0] == "now" else read_moment(rest[0])
    for modifier in rest[1:]:
        at = None if at is None else _modified(at, modifier.strip())
    return None if at is None else _formatted(at, format)


def _formatted(at: datetime, format: str) -> str | None:
    letters = re.findall(r"%(.?)", format, re.DOTALL)
    if any(letter not in _FORMATS for letter in letters):
        return None
    return re.sub(r"%(.)", lambda found: _FORMATS[found.group(1)](at), format)


def _modified(at: datetime, modifier: str) -> datetime | None:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    match modifier.lower():
        case "start of day":
            return midnight
        case "start of month":
            return midnight.replace(day=1)
        case "start of year":
            return midnight.replace(month=1, day=1)
        case "utc" | "auto" | "subsec" | "subsecond":
            return at
        case _:
            return _shifted(at, modifier)


def _shifted(at: datetime, modifier: str) -> datetime | None:
    """SQLite lets days overflow into the next month: 31 January + 1 month is 2 or 3 March."""
    found = _SHIFT.fullmatch(modifier)
    if found is None:
        return None
    amount, unit = float(found.group(1)), found.group(2).lower()
    try:
        if unit in _SECONDS:
            return at + timedelta(seconds=amount * _SECONDS[unit])
        months = at.year * 12 + at.month - 1 + int(amount) * (12 if unit == "year" else 1)
        first = at.replace(year=months // 12, month=months % 12 + 1, day=1)
        return first + timedelta(days=at.day - 1)
    except (ValueError, OverflowError):
        return None


FUNCTION = Function("strftime", _sql, _evaluate, "text")
