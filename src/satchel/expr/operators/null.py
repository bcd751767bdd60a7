"""`_null` and `_nnull`: has no value, has one.

In charge of: these two. The parser has turned `_null: false` into `_nnull`, so the right side says nothing. Called
through `OPERATORS`.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import sql
from satchel.expr.operators.operator import Flavor, Operator, Value


# t.title IS NULL
def _null(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    return sql("{} IS NULL", left.sql)


def _not_null(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    return sql("{} IS NOT NULL", left.sql)


def _test_null(left: Value, right: Value, flavor: Flavor) -> bool | None:
    return left.value is None


def _test_not_null(left: Value, right: Value, flavor: Flavor) -> bool | None:
    return left.value is not None


NULL = Operator("_null", "flag", None, _null, _test_null)
NOT_NULL = Operator("_nnull", "flag", None, _not_null, _test_not_null)
