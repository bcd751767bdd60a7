"""`_eq` and `_neq`: equal and not equal, with SQL's NULL: neither finds rows whose value is NULL.

In charge of: Directus's equality, and the links of joins. Not in charge of: `=` of the text syntax (see `equal_text`).
Called through `OPERATORS`.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import sql
from satchel.expr.operators.compare import compare, plain
from satchel.expr.operators.operator import EQUAL_TYPES, Flavor, Operator, Value
from satchel.expr.operators.values import compare_values


# t.status = ?
def _equal(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    (right,) = others
    if right.hint == "null":
        return sql("{} IS NULL", plain(dialect, left)[0])
    return compare(dialect, "=", left, right)


def _unequal(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    (right,) = others
    if right.hint == "null":
        return sql("{} IS NOT NULL", plain(dialect, left)[0])
    return compare(dialect, "<>", left, right)


def _test_equal(left: Value, right: Value, flavor: Flavor) -> bool | None:
    return left.value is None if right.hint == "null" else compare_values("=", left, right)


def _test_unequal(left: Value, right: Value, flavor: Flavor) -> bool | None:
    return left.value is not None if right.hint == "null" else compare_values("<>", left, right)


EQUAL = Operator("_eq", "value", EQUAL_TYPES, _equal, _test_equal)
UNEQUAL = Operator("_neq", "value", EQUAL_TYPES, _unequal, _test_unequal)
