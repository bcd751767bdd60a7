"""SQLite's strftime in MySQL's words.

In charge of: formats and modifiers, which are bound and so known only when the statement runs. Called by `mysql`.
"""

from __future__ import annotations

from collections.abc import Sequence

from satchel.expr.dialect import Sql
from satchel.expr.fragment import sql

# SQLite's letter → MySQL's DATE_FORMAT. What stands in neither list is not known.
_FORMATS = {
    "d": "%d", "F": "%Y-%m-%d", "H": "%H", "I": "%h", "j": "%j", "m": "%m", "M": "%i", "p": "%p", "R": "%H:%i",
    "S": "%s", "T": "%H:%i:%s", "w": "%w", "Y": "%Y",
}  # fmt: skip
_LETTERS = "defFHIjmMpRsSTuwWY"
_SHIFT = "^[+-]?([0-9]{1,6}([.][0-9]{1,6})? *(second|minute|hour|day)s?|[0-9]{1,4} *months?|[0-9]{1,3} *years?)$"
_UNITS = ("second", "minute", "hour", "day", "month", "year")


# replace(replace(<format>, '%Y', DATE_FORMAT(<time>, '%Y')), …)
def strftime(form: Sql, at: Sql, modifiers: Sequence[Sql]) -> Sql:
    """`at` is a DATETIME in UTC. NULL for formats and modifiers that are not known."""
    for modifier in modifiers:
        at = _modified(at, modifier)
    # %% is set aside first, so that %%Y stays %Y
    text = sql("replace({}, '%%', char(1 USING utf8mb4))", form)
    for letter in _LETTERS:
        text = sql("replace({}, '%{}', {})", text, letter, _part(letter, at))
    known = f"%([^{_LETTERS}%]|$)"
    return sql(
        "CASE WHEN replace({}, '%%', '') REGEXP BINARY '{}' THEN NULL ELSE replace({}, char(1 USING utf8mb4), '%') END",
        form, known, text,
    )  # fmt: skip


def _part(letter: str, at: Sql) -> Sql:
    match letter:
        case "e":
            return sql("lpad(DAYOFMONTH({}), 2, ' ')", at)
        case "f":
            return sql("left(DATE_FORMAT({}, '%s.%f'), 6)", at)
        case "s":
            return sql("TIMESTAMPDIFF(SECOND, '1970-01-01', {})", at)
        case "u":
            return sql("(WEEKDAY({}) + 1)", at)
        case "W":
            # weeks from the first Monday of the year, as C has it
            return sql("lpad((DAYOFYEAR({}) + 6 - WEEKDAY({})) DIV 7, 2, '0')", at, at)
        case _:
            return sql("DATE_FORMAT({}, '{}')", at, _FORMATS[letter])


def _modified(at: Sql, modifier: Sql) -> Sql:
    amount = sql("CAST(REGEXP_SUBSTR({}, '^ *[+-]?[0-9.]+') AS DECIMAL(20,6))", modifier)
    pieces: list[Sql | str] = []
    for unit in _UNITS:
        shifted = sql("DATE_ADD({}, INTERVAL {} {})", at, amount, unit.upper())
        if unit in ("minute", "hour", "day"):
            seconds = {"minute": "60", "hour": "3600", "day": "86400"}[unit]
            shifted = sql("DATE_ADD({}, INTERVAL {} * {} SECOND)", at, amount, seconds)
        pieces.append(sql("WHEN lower({}) LIKE '%{}%' THEN {}", modifier, unit, shifted))
    shifts = sql(" ".join(["{}"] * len(pieces)), *pieces)
    day = sql("CAST(CAST({} AS DATE) AS DATETIME(3))", at)
    return sql(
        "CASE lower(trim({})) WHEN 'start of day' THEN {} WHEN 'start of month' THEN DATE_SUB({}, INTERVAL DAYOFMONTH({}) - 1 DAY)"
        " WHEN 'start of year' THEN DATE_SUB({}, INTERVAL DAYOFYEAR({}) - 1 DAY) WHEN 'utc' THEN {}"
        " ELSE CASE WHEN lower(trim({})) REGEXP '{}' THEN CASE {} END END END",
        modifier, day, day, at, day, at, at, modifier, _SHIFT, shifts,
    )  # fmt: skip


