"""`data.a.0` and `json(data, a[0])`: the value at a path inside a JSON document.

In charge of: that. Missing, JSON null and what is no JSON are NULL; the type of the result is known per row only.
Called through `FUNCTIONS`; `extra` is the path.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from satchel.expr.dialect import Dialect, Term
from satchel.expr.functions.function import Function
from satchel.expr.operators.operator import Value
from satchel.expr.operators.values import scalar_of


def _sql(dialect: Dialect, terms: Sequence[Term], extra: Sequence[str]) -> Term:
    return Term(dialect.json_get(terms[0].sql, tuple(extra)), "scalar", computed=True)


def _evaluate(values: Sequence[Value], extra: Sequence[str], now: datetime) -> Any:
    return json_at(scalar_of(values[0].value), extra)


def json_at(value: Any, path: Sequence[str]) -> Any:
    """The value at a path; digits are list positions. A boolean is 1 or 0, as SQLite has it."""
    for part in path:
        if isinstance(value, list) and part.isascii() and part.isdigit():
            items = cast("list[Any]", value)
            value = items[int(part)] if int(part) < len(items) else None
        elif isinstance(value, dict) and not (part.isascii() and part.isdigit()):
            value = cast("dict[str, Any]", value).get(part)
        else:
            return None
    return int(value) if isinstance(value, bool) else value


FUNCTION = Function("json_get", _sql, _evaluate, "scalar")
