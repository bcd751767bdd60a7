"""`>`, `>=`, `<` and `<=` of the text syntax: numbers before texts, texts byte by byte.

In charge of: PocketBase's comparisons. Not in charge of: `_gt` and its siblings (see `order`). Called through
`OPERATORS`.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.operators.compare import order_sides, plain, sides, with_edges
from satchel.expr.operators.operator import Flavor, Operator, Value
from satchel.expr.operators.values import compare_dynamic


def _operator(symbol: str) -> Operator:
    # t.n > ?
    def write(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
        (right,) = others
        if dialect.dynamic:
            return dialect.compare(symbol, plain(dialect, left)[0], plain(dialect, right)[0], "")
        return with_edges(dialect, symbol, left, right, order_sides(dialect, symbol, *sides(dialect, left, right)))

    def test(left: Value, right: Value, flavor: Flavor) -> bool | None:
        return compare_dynamic(symbol, left, right)

    return Operator(symbol, "value", None, write, test)


GREATER = _operator(">")
GREATER_EQUAL = _operator(">=")
LESS = _operator("<")
LESS_EQUAL = _operator("<=")
