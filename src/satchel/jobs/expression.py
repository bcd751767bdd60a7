"""Cron expressions: `*/5 0-6,22 * * 1`, `@daily`.

In charge of: the grammar, what is wrong with an expression, and whether a minute is due. Not in charge of: clocks or
running anything (`runner`). Pure. Called by `runner`, and by `settings/check` for what users write.

Five fields (minute, hour, day of the month, month, day of the week from 0 for Sunday) that all have to fit, each with
`*`, lists, ranges and steps, in UTC. Many cron programs let either of the two days decide; here both must fit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression. `fields`: the values that fit, field by field."""

    text: str
    fields: tuple[frozenset[int], ...]

    def is_due(self, moment: datetime) -> bool:
        """Whether the minute of `moment` (UTC) is one of this expression."""
        weekday = moment.isoweekday() % 7
        values = (moment.minute, moment.hour, moment.day, moment.month, weekday)
        return all(value in field for value, field in zip(values, self.fields, strict=True))


@lru_cache(maxsize=256)
def parse_expression(text: str) -> Expression:
    """Raises ValueError with a sentence that says what is wrong."""
    segments = MACROS.get(text, text).split(" ")
    if len(segments) != len(BOUNDS):
        raise ValueError(
            "invalid cron expression - must be a valid macro or to have exactly 5 space separated segments"
        )
    fields = tuple(_segment(segment, *bounds) for segment, bounds in zip(segments, BOUNDS, strict=True))
    return Expression(text, fields)


def _segment(text: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        found.update(_part(part, low, high))
    return frozenset(found)


def _part(text: str, low: int, high: int) -> range:
    base, slash, step_text = text.partition("/")
    step = 1
    if "/" in step_text:
        raise ValueError("invalid segment step format - must be in the format */n or 1-30/n")
    if slash:
        step = _integer(step_text)
        if not 1 <= step <= high:
            raise ValueError(f"invalid segment step boundary - the step must be between 1 and the {high}")
    if base == "*":
        return range(low, high + 1, step)
    first, dash, last = base.partition("-")
    if "-" in last:
        raise ValueError("invalid segment range format - the range must have 1 or 2 parts")
    start = _integer(first)
    if not dash:
        if step > 1:
            raise ValueError("invalid segment step - step > 1 could be used only with the wildcard or range format")
        if not low <= start <= high:
            raise ValueError("invalid segment value - must be between the min and max of the segment")
        return range(start, start + 1)
    if not low <= start <= high:
        raise ValueError(f"invalid segment range minimum - must be between {low} and {high}")
    end = _integer(last)
    if not start <= end <= high:
        raise ValueError(f"invalid segment range maximum - must be between {start} and {high}")
    return range(start, end + 1, step)


def _integer(text: str) -> int:
    if _INTEGER.fullmatch(text) is None:
        # the words of the language that PocketBase is written in; clients have seen them
        raise ValueError(f'strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)
