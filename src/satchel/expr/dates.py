"""Dates as text: the one spelling of each type, in which dates are bound, stored by SQLite and compared.

In charge of: reading the spellings that people and databases use, and writing ours. Not in charge of: which input a
field accepts (`model/types`). Pure. Called by the dialects and by the interpreter.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.ASCII,
)
# A number below this is seconds since 1970 (until the year 5138), above it milliseconds (since 1973).
SECONDS_MAX = 100_000_000_000


def read_moment(value: Any) -> datetime | None:
    """A date, or a date and time, in UTC (which is taken for granted where no zone is named); None if it is neither.

    Numbers are seconds or milliseconds since 1970.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    micro = int(((fraction or "") + "000000")[:6])
    try:
        read = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micro, UTC)
        return read if zone is None else read.replace(tzinfo=_zone(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_number(value: float) -> datetime | None:
    try:
        seconds = value if abs(value) < SECONDS_MAX else value / 1000
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> timezone:
    if text in ("Z", "z", "UTC"):
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-offset if text[0] == "-" else offset)


def spelled(value: Any, storage: str) -> str | None:
    """`date`: `2024-01-02`; `dateTime`: `2024-01-02 03:04:05.000`; `timestamp`: `2024-01-02 03:04:05.000Z`; `time`: as
    it is.

    None for what can't be read. Of a date with a time only the day counts, as it is written.
    """
    if storage == "time":
        return value.isoformat() if isinstance(value, time) else str(value)
    if storage == "date" and isinstance(value, str):
        value = value.strip()[:10]
    read = read_moment(value)
    if read is None:
        return None
    text = read.replace(tzinfo=None).isoformat(" ", "milliseconds")
    return text[:10] if storage == "date" else text + "Z" if storage == "timestamp" else text
