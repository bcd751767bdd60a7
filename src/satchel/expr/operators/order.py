"""`_lt`, `_lte`, `_gt` and `_gte`: comparisons of numbers and dates.

In charge of: Directus's comparisons. Not in charge of: `<` of the text syntax (see `order_text`). Called through
`OPERATORS`.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.operators.compare import compare
from satchel.expr.operators.operator import ORDERED_TYPES, Flavor, Operator, Value
from satchel.expr.operators.values import compare_values


def _operator(name: str, symbol: str) -> Operator:
    # t.views > ?
    def write(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
        (right,) = others
        return compare(dialect, symbol, left, right)

    def test(left: Value, right: Value, flavor: Flavor) -> bool | None:
        return compare_values(symbol, left, right)

    return Operator(name, "value", ORDERED_TYPES, write, test)


LESS = _operator("_lt", "<")
LESS_EQUAL = _operator("_lte", "<=")
GREATER = _operator("_gt", ">")
GREATER_EQUAL = _operator("_gte", ">=")
