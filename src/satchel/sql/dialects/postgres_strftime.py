"""SQLite's strftime in PostgreSQL's words.

`OFFSET 0` keeps the planner from writing a derived table's column out at each of its mentions, which grows as a power
of the modifiers.

In charge of: formats and modifiers, which are bound and so known only when the statement runs. Called by `postgres`.
"""

from __future__ import annotations

from collections.abc import Sequence

from satchel.expr.dialect import Sql
from satchel.expr.fragment import sql

# SQLite's letter → SQL over the local time v.t
_FORMATS: dict[str, str] = {
    "d": "to_char(v.t, 'DD')",
    "e": "lpad(extract(day FROM v.t)::text, 2)",
    "f": "to_char(v.t, 'SS.MS')",
    "F": "to_char(v.t, 'YYYY-MM-DD')",
    "H": "to_char(v.t, 'HH24')",
    "I": "to_char(v.t, 'HH12')",
    "j": "to_char(v.t, 'DDD')",
    "m": "to_char(v.t, 'MM')",
    "M": "to_char(v.t, 'MI')",
    "p": "to_char(v.t, 'AM')",
    "R": "to_char(v.t, 'HH24:MI')",
    "s": "floor(extract(epoch FROM v.t))::bigint::text",
    "S": "to_char(v.t, 'SS')",
    "T": "to_char(v.t, 'HH24:MI:SS')",
    "u": "to_char(v.t, 'ID')",
    "w": "extract(dow FROM v.t)::int::text",
    # weeks from the first Monday of the year, as C has it
    "W": "lpad(((extract(doy FROM v.t)::int + 6 - (extract(isodow FROM v.t)::int - 1)) / 7)::text, 2, '0')",
    "Y": "to_char(v.t, 'YYYY')",
}
_UNKNOWN = "%([^" + "".join(_FORMATS) + "%]|$)"
_SHIFT = r"^[+-]?[0-9]{1,6}(\.[0-9]{1,6})? *(second|minute|hour|day)s?$"
_SHIFT_MONTHS = r"^[+-]?([0-9]{1,4} *months?|[0-9]{1,3} *years?)$"


# (SELECT replace(replace(v.f, '%Y', to_char(v.t, 'YYYY')), …) FROM (SELECT <format> AS f, <moved time> AS t) AS v)
def strftime(form: Sql, at: Sql, modifiers: Sequence[Sql]) -> Sql:
    """`at` is a timestamptz. NULL for formats and modifiers that are not known."""
    moved = sql("({}) AT TIME ZONE 'UTC'", at)
    for modifier in modifiers:
        moved = _modified(moved, modifier)
    # %% is set aside first, so that %%Y stays %Y
    text = "replace(v.f, '%%', chr(1))"
    for letter, value in _FORMATS.items():
        text = f"replace({text}, '%{letter}', {value})"
    return sql(
        "(SELECT CASE WHEN replace(v.f, '%%', '') ~ '{}' THEN NULL ELSE replace({}, chr(1), '%') END"
        " FROM (SELECT {} AS f, {} AS t OFFSET 0) AS v)",
        _UNKNOWN, text, form, moved,
    )  # fmt: skip


def _modified(at: Sql, modifier: Sql) -> Sql:
    """Days that a month does not have run over into the next, as in SQLite."""
    return sql(
        "(SELECT CASE WHEN m.m ~ '{}' THEN m.t + m.m::interval WHEN m.m ~ '{}'"
        " THEN date_trunc('month', m.t) + m.m::interval + (m.t - date_trunc('month', m.t))"
        " WHEN m.m = 'start of day' THEN date_trunc('day', m.t)"
        " WHEN m.m = 'start of month' THEN date_trunc('month', m.t) WHEN m.m = 'start of year' THEN"
        " date_trunc('year', m.t)"
        " WHEN m.m IN ('utc', 'auto', 'subsec', 'subsecond') THEN m.t END FROM (SELECT lower(trim({})) AS m,"
        " {} AS t OFFSET 0) AS m)",
        _SHIFT, _SHIFT_MONTHS, modifier, at,
    )  # fmt: skip
