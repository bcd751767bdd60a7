"""`count(list)` and `:length`: how many elements a stored list has.

In charge of: JSON arrays, comma lists and (with the mark `single`) PocketBase's single values, whose length is 1 unless
they are empty. Anything else has length 0. Called through `FUNCTIONS`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from satchel.expr.dialect import Dialect, Term
from satchel.expr.fragment import sql
from satchel.expr.functions.function import Function
from satchel.expr.operators.compare import as_text
from satchel.expr.operators.operator import Value
from satchel.expr.operators.values import text_of


def _sql(dialect: Dialect, terms: Sequence[Term], extra: Sequence[str]) -> Term:
    (term,) = terms
    if "single" in extra:
        text = as_text(dialect, term)
        return Term(sql("CASE WHEN {} <> '' THEN 1 ELSE 0 END", text), "bigInteger", computed=True)
    if term.type == "csv":
        # CASE WHEN x <> '' THEN length(x) - length(replace(x, ',', '')) + 1 ELSE 0 END
        without = sql("replace({}, ',', '')", term.sql)
        lengths = sql("{} - {} + 1", dialect.text_length(term.sql), dialect.text_length(without))
        return Term(sql("CASE WHEN {} <> '' THEN {} ELSE 0 END", term.sql, lengths), "bigInteger", computed=True)
    return Term(dialect.json_length(term.sql), "bigInteger", computed=True)


def _evaluate(values: Sequence[Value], extra: Sequence[str], now: datetime) -> int:
    value = values[0].value
    if "single" in extra:
        return 1 if text_of(value) else 0
    if values[0].type == "csv" and isinstance(value, str):
        return value.count(",") + 1 if value else 0
    return len(elements(value))


def elements(value: Any) -> list[Any]:
    """The elements of a list, or of a text that is a JSON array; [] for anything else."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return list(cast("Sequence[Any]", value)) if isinstance(value, list | tuple) else []


FUNCTION = Function("list_length", _sql, _evaluate, "bigInteger")
