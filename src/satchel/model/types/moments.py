"""Dates and times: how they are read and in which spelling they are kept.

In charge of: reading ISO 8601 as people write it, and the stored spellings (see `contract`). Pure: it knows no clock,
and takes UTC for the local zone of a date and time that names none. Called by the date types and by PocketBase's date
fields.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.ASCII,
)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII)


def read_moment(value: object) -> datetime | None:
    """A date, or a date and time, in UTC; None for everything else. Cut to milliseconds."""
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    thousandths = int(((fraction or "") + "000")[:3])
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), thousandths * 1000, UTC
        )
        return moment if zone is None or zone in "Zz" else moment.replace(tzinfo=_zone(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_day(value: object) -> date | None:
    """The calendar day as it is written: a time and its zone beside it do not move it."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or read_moment(value) is None:
        return None
    return date.fromisoformat(value[:10])


def read_time(value: object) -> time | None:
    """A time of day: `9:05`, `09:05:00`, `09:05:00.5`. A zone is kept."""
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, time):
        return value
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    hour, minute, second, fraction, zone = found.groups()
    try:
        return time(
            int(hour),
            int(minute),
            int(second or 0),
            int(((fraction or "") + "000000")[:6]),
            None if zone is None else UTC if zone == "Z" else _zone(zone),
        )
    except ValueError:
        return None


def _zone(text: str) -> timezone:
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-offset if text[0] == "-" else offset)


def timestamp_text(moment: datetime) -> str:
    """`2024-01-02 03:04:05.000Z`. The moment is in UTC."""
    return f"{moment.isoformat(' ', 'milliseconds')[:23]}Z"


def date_time_text(moment: datetime) -> str:
    """`2024-01-02 03:04:05.000`."""
    return moment.isoformat(" ", "milliseconds")[:23]


def time_text(value: time) -> str:
    """`09:05:00`, with a fraction and a zone where there are ones."""
    return value.isoformat()
