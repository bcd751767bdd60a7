"""The field kind `date`: an instant, `2024-05-06 08:00:00.000Z`.

In charge of: reading dates leniently, bounds. A date is blank as "" on the wire, and NULL in a column that allows it.
Called through `FIELDS`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from satchel.errors import FieldError
from satchel.model.catalog import Field
from satchel.model.fields.contract import Cast, Check, FieldKind, Options, OptionsContext, blank_text
from satchel.model.types.contract import Refused
from satchel.model.types.moments import read_moment, timestamp_text

# A date; or a date and a time with seconds, which may name a zone.
_READABLE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d([.,]\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_MAIL = re.compile(r"[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (GMT|UTC|[+-]\d{4})")
# What other programs print: `Tue Jan  2 03:04:05 2024` and `02 Jan 24 03:04 UTC`.
_C_CLOCK = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>[ \d]\d) (?P<time>\d\d:\d\d:\d\d) (?P<year>\d{4})"
)
_SHORT_MAIL = re.compile(r"(?P<day>\d\d) (?P<month>[A-Z][a-z]{2}) (?P<year>\d\d) (?P<time>\d\d:\d\d) (?:GMT|UTC)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOTHING = datetime(1, 1, 1, tzinfo=UTC)


def moment_of(value: Any) -> datetime | None:
    """The instant that a text means; None for everything else, also for numbers."""
    if isinstance(value, datetime):
        return read_moment(value)
    if not isinstance(value, str):
        return None
    value = value.removesuffix(" +0000 UTC") if value.endswith(" +0000 UTC") else value
    if _READABLE.fullmatch(value):
        moment = read_moment(value)
    elif _MAIL.fullmatch(value):
        try:
            moment = read_moment(parsedate_to_datetime(value))
        except ValueError:
            return None
    else:
        moment = _worded_moment(value)
    return None if moment == _NOTHING else moment


def _worded_moment(value: str) -> datetime | None:
    found = _C_CLOCK.fullmatch(value) or _SHORT_MAIL.fullmatch(value)
    if found is None or found["month"] not in _MONTHS:
        return None
    year = int(found["year"])
    if len(found["year"]) == 2:  # as everywhere: 69 to 99 are of the last century
        year += 1900 if year >= 69 else 2000
    month = _MONTHS.index(found["month"]) + 1
    return read_moment(f"{year:04}-{month:02}-{int(found['day']):02} {found['time']}")


def zero_date(field: Field) -> Any:
    """NULL where the column allows it; else the empty text that PocketBase's own tables hold."""
    return None if field.nullable else ""


def cast_date(field: Field) -> Cast:
    zero = zero_date(field)

    def cast(value: Any) -> Any:
        moment = moment_of(value)
        return zero if moment is None else timestamp_text(moment)

    return cast


def _check(field: Field) -> Check | None:
    low, high = moment_of(field.options.get("min")), moment_of(field.options.get("max"))
    if low is None and high is None:
        return None

    def check(value: Any) -> None:
        moment = moment_of(value)
        if moment is None:
            return
        if low is not None and moment < low:
            message = f"Must be no less than {_worded(low)}."
            raise Refused("min_greater_equal_than_required", message, {"threshold": _rfc3339(low)})
        if high is not None and moment > high:
            message = f"Must be no greater than {_worded(high)}."
            raise Refused("max_less_equal_than_required", message, {"threshold": _rfc3339(high)})

    return check


def _fraction(moment: datetime) -> str:
    return f".{moment.microsecond:06}".rstrip("0") if moment.microsecond else ""


def _worded(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}{_fraction(moment)} +0000 UTC"


def _rfc3339(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}{_fraction(moment)}Z"


def clean_bound(value: Any) -> str:
    """The options `min` and `max` as they are kept: a date in the one spelling, or ""."""
    moment = moment_of(value)
    return "" if moment is None else timestamp_text(moment)


def _check_options(_: Options, __: OptionsContext) -> list[FieldError]:
    """Bounds that are no dates count as absent."""
    return []


FIELD = FieldKind(
    kind="date",
    storage=lambda _: "timestamp",
    zero=zero_date,
    cast=cast_date,
    check=_check,
    blank=blank_text,
    check_options=_check_options,
    defaults={"max": "", "min": ""},
)
