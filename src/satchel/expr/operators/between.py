"""`_between` and `_nbetween`: from low to high, both included, and the rest.

In charge of: Directus's ranges. Called through `OPERATORS`, with two right sides.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import sql
from satchel.expr.operators.compare import compare
from satchel.expr.operators.operator import ORDERED_TYPES, Flavor, Operator, Value
from satchel.expr.operators.values import compare_values, item_value


# (t.views >= ? AND t.views <= ?)
def _between(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    low, high = others
    return sql("({} AND {})", compare(dialect, ">=", left, low), compare(dialect, "<=", left, high))


# (t.views < ? OR t.views > ?)
def _not_between(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    low, high = others
    return sql("({} OR {})", compare(dialect, "<", left, low), compare(dialect, ">", left, high))


def _test_between(left: Value, right: Value, flavor: Flavor) -> bool | None:
    low, high = (item_value(item, right.type) for item in right.value)
    above, below = compare_values(">=", left, low), compare_values("<=", left, high)
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


def _test_not_between(left: Value, right: Value, flavor: Flavor) -> bool | None:
    found = _test_between(left, right, flavor)
    return None if found is None else not found


BETWEEN = Operator("_between", "pair", ORDERED_TYPES, _between, _test_between)
NOT_BETWEEN = Operator("_nbetween", "pair", ORDERED_TYPES, _not_between, _test_not_between)
