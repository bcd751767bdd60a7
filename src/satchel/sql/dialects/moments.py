"""Dates and times as text: the forms in which Satchel binds them.

In charge of: reading the spellings that people and databases use. Pure. Called by the dialects, to bind values.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?")


def read_moment(value: Any) -> datetime | None:
    """A date or a date and time, in UTC when it names a zone and without a zone when not; None if it is neither."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo is not None else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a calendar day has no zone
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        read = datetime(  # noqa: DTZ001 - the zone comes below
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), int(((fraction or "") + "000000")[:6])
        )
        return read if zone is None else read.replace(tzinfo=_zone(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> timezone:
    if text in ("Z", "z", "UTC"):
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-offset if text[0] == "-" else offset)


def canonical(value: Any, type: str) -> str:
    """`date`: `2024-01-02`; `time`: `09:05:00`; `dateTime`: `2024-01-02 03:04:05.000`; `timestamp`: `2024-01-02 03:04:05.000Z`.

    What can't be read comes back as its text: it is the database's or the checker's to refuse.
    """
    if type == "time":
        return _canonical_time(value)
    read = read_moment(value)
    if read is None:
        return str(value)
    if type == "date":
        return f"{read.year:04}-{read.month:02}-{read.day:02}"
    text = f"{read:%H:%M:%S}.{read.microsecond // 1000:03}"
    day = f"{read.year:04}-{read.month:02}-{read.day:02}"
    return f"{day} {text}Z" if type == "timestamp" else f"{day} {text}"


def _canonical_time(value: Any) -> str:
    if isinstance(value, time):
        return value.isoformat()
    return str(value)
