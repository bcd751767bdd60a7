"""SQLite's strftime in MySQL's words.

In charge of: formats and modifiers, which are bound and so known only when the statement runs. Called by `mysql`.

The time stands in the statement as few times as can be: nothing can be named here (MariaDB knows no correlated derived
tables), and every modifier would multiply it. A month that is too short for a day keeps its last day, unlike in SQLite.
"""

from __future__ import annotations

from collections.abc import Sequence

from satchel.expr.dialect import Sql
from satchel.expr.fragment import sql

_KNOWN = "defFHIjmMpRsSTuwWY"
# SQLite's → MySQL's. What is the same in both is left alone.
_TRANSLATED = {"%M": "%i", "%F": "%Y-%m-%d", "%R": "%H:%i", "%T": "%H:%i:%s", "%I": "%h"}
# What DATE_FORMAT has not, computed beside it: letter → SQL over the time.
_COMPUTED = {
    "e": "lpad(DAYOFMONTH({}), 2, ' ')",
    "f": "left(DATE_FORMAT({}, '%s.%f'), 6)",
    "s": "TIMESTAMPDIFF(SECOND, '1970-01-01', {})",
    "u": "(WEEKDAY({}) + 1)",
    "W": "lpad(WEEK({}, 5), 2, '0')",  # weeks from the first Monday of the year
}
_SHIFT = "^[+-]?([0-9]{1,6}([.][0-9]{1,6})? *(second|minute|hour|day)s?|[0-9]{1,4} *months?|[0-9]{1,3} *years?)$"
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_MONTHS = {"month": 1, "year": 12}


# replace(DATE_FORMAT(<time>, <format in MySQL's letters, marks for what it has not>), <mark>, <computed>)
def strftime(form: Sql, at: Sql, modifiers: Sequence[Sql]) -> Sql:
    """`at` is a DATETIME in UTC. NULL for formats and modifiers that are not known."""
    for modifier in modifiers:
        at = _modified(at, modifier)
    # %% is set aside first, so that %%Y stays %Y
    translated = sql("replace({}, '%%', {})", form, _mark(1))
    for number, letter in enumerate(_COMPUTED, 2):
        translated = sql("replace({}, '{}', {})", translated, f"%{letter}", _mark(number))
    for theirs, ours in _TRANSLATED.items():
        translated = sql("replace({}, '{}', '{}')", translated, theirs, ours)
    text = sql("DATE_FORMAT({}, {})", at, translated)
    for number, computed in enumerate(_COMPUTED.values(), 2):
        text = sql("replace({}, {}, {})", text, _mark(number), sql(computed, at))
    return sql(
        "CASE WHEN replace({}, '%%', '') REGEXP BINARY '{}' THEN NULL ELSE replace({}, {}, '%') END",
        form, f"%([^{_KNOWN}]|$)", text, _mark(1),
    )  # fmt: skip


def _mark(number: int) -> Sql:
    return sql("char({} USING utf8mb4)", str(number))


# DATE_ADD(DATE_ADD(CAST(DATE_FORMAT(<time>, <from its start or as it is>) AS DATETIME(3)), INTERVAL … MONTH),
#    INTERVAL … SECOND)
def _modified(at: Sql, modifier: Sql) -> Sql:
    said = sql("lower(trim({}))", modifier)
    form = sql(
        "CASE {} WHEN 'start of day' THEN '%Y-%m-%d 00:00:00' WHEN 'start of month' THEN '%Y-%m-01 00:00:00'"
        " WHEN 'start of year' THEN '%Y-01-01 00:00:00' ELSE CASE WHEN {} REGEXP '{}'"
        " OR {} IN ('utc', 'auto', 'subsec', 'subsecond') THEN '%Y-%m-%d %H:%i:%s.%f' END END",
        said, said, _SHIFT, said,
    )  # fmt: skip
    started = sql("CAST(DATE_FORMAT({}, {}) AS DATETIME(3))", at, form)
    by_months = sql("DATE_ADD({}, INTERVAL {} MONTH)", started, _amount(said, _MONTHS))
    return sql("DATE_ADD({}, INTERVAL {} SECOND)", by_months, _amount(said, _SECONDS))


def _amount(said: Sql, units: dict[str, int]) -> Sql:
    """How many of the smallest unit a modifier means; 0 for one of other units."""
    number = sql("CAST(REGEXP_SUBSTR({}, '^[+-]?[0-9.]+') AS DECIMAL(20,6))", said)
    cases = " ".join(f"WHEN {{}} LIKE '%{unit}%' THEN {size}" for unit, size in units.items())
    factor = sql(f"CASE {cases} ELSE 0 END", *([said] * len(units)))
    return sql("CASE WHEN {} REGEXP '{}' THEN {} * {} ELSE 0 END", said, _SHIFT, number, factor)
