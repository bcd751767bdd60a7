"""`:lower`: a value's text in lower case.

In charge of: that. SQLite lowers ASCII letters only, other databases all. Called through `FUNCTIONS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from satchel.expr.dialect import Dialect, Term
from satchel.expr.functions.function import Function
from satchel.expr.operators.compare import as_text
from satchel.expr.operators.operator import Value
from satchel.expr.operators.values import ascii_lowered, plain_value, text_of


# lower(t.title)
def _sql(dialect: Dialect, terms: Sequence[Term], extra: Sequence[str]) -> Term:
    return Term(dialect.lower(as_text(dialect, terms[0])), "text", computed=True)


def _evaluate(values: Sequence[Value], extra: Sequence[str], now: datetime) -> Any:
    text = text_of(plain_value(values[0]))
    return None if text is None else ascii_lowered(text)


FUNCTION = Function("lower", _sql, _evaluate, "text")
