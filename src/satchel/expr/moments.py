"""Moments: Directus's date adjustments, `$NOW(-1 day)`.

In charge of: the grammar and the calendar arithmetic. Pure: the instant is handed in. Called by `engine/slots` and
`expr/evaluate`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta

from satchel.errors import InvalidQuery

ADJUSTMENT = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$")
SECONDS = {
    **dict.fromkeys(("ms", "msec", "msecs", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("", "d", "day", "days"), 86400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604800.0),
}
MONTHS = {
    **dict.fromkeys(("mth", "mths", "mo", "month", "months"), 1),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 12),
}


def shifted(at: datetime, adjustment: str) -> datetime:
    """`at` moved by a number and a unit; a month keeps the day of the month where it can. Raises InvalidQuery."""
    found = ADJUSTMENT.match(adjustment)
    unit = found.group(2).lower() if found else ""
    if found is None or (unit not in SECONDS and unit not in MONTHS):
        raise InvalidQuery(f'"{adjustment}" is no date adjustment', hint='Write a number and a unit, such as "-1 day".')
    amount = float(found.group(1))
    try:
        if unit in SECONDS:
            return at + timedelta(seconds=amount * SECONDS[unit])
        months = at.year * 12 + at.month - 1 + int(amount * MONTHS[unit])
        year, month = divmod(months, 12)
        return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError) as error:
        raise InvalidQuery(f'"{adjustment}" leaves the calendar') from error
