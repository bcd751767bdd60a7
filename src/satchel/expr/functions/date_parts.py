"""`year(date)` … `second(date)`: parts of dates and times.

In charge of: the eight of them. `weekday`: 0 is Sunday. `week`: SQLite counts from the first Monday, other databases by
ISO 8601. They are output as `bigInteger`, which is a number on SQLite and a text on PostgreSQL, as Directus has it.
Called through `FUNCTIONS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from satchel.expr.dates import read_moment
from satchel.expr.dialect import Dialect, Term
from satchel.expr.functions.function import Function
from satchel.expr.operators.operator import Value

PARTS = ("year", "month", "week", "day", "weekday", "hour", "minute", "second")


def _function(part: str) -> Function:
    def write(dialect: Dialect, terms: Sequence[Term], extra: Sequence[str]) -> Term:
        return Term(dialect.date_part(part, terms[0].sql, terms[0].type), "bigInteger", computed=True)

    def evaluate(values: Sequence[Value], extra: Sequence[str], now: datetime) -> Any:
        value = values[0].value
        if values[0].type == "time" and isinstance(value, str):
            value = f"2000-01-01 {value}"
        elif values[0].type == "date" and isinstance(value, str):
            value = value[:10]
        read = read_moment(value)
        return None if read is None else _part(part, read)

    return Function(part, write, evaluate, "bigInteger")


def _part(part: str, at: datetime) -> int:
    if part == "weekday":
        return at.isoweekday() % 7
    if part == "week":
        return int(at.strftime("%W"))
    return int(getattr(at, part))


DATE_PARTS = tuple(_function(part) for part in PARTS)
