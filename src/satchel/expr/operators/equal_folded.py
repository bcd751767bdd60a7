"""`_ieq` and `_nieq`: equal and not equal, where upper and lower case are the same.

In charge of: these two. Called through `OPERATORS`.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.operators.compare import as_text
from satchel.expr.operators.operator import TEXT_TYPES, Flavor, Operator, Value
from satchel.expr.operators.values import lowered, plain_value, text_of


def _operator(name: str, symbol: str) -> Operator:
    # lower(t.title) = lower(?)
    def write(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
        (right,) = others
        one, other = dialect.lower(as_text(dialect, left)), dialect.lower(as_text(dialect, right))
        return dialect.compare(symbol, one, other, "text")

    def test(left: Value, right: Value, flavor: Flavor) -> bool | None:
        text, value = text_of(plain_value(left)), text_of(plain_value(right))
        if text is None or value is None:
            return None
        return (lowered(text, flavor) == lowered(value, flavor)) is (symbol == "=")

    return Operator(name, "value", TEXT_TYPES, write, test, seeks_text=True)


EQUAL_FOLDED = _operator("_ieq", "=")
UNEQUAL_FOLDED = _operator("_nieq", "<>")
