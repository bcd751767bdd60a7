"""`_in` and `_nin`: a member of a list, or none of its members. Neither finds rows whose value is NULL.

In charge of: Directus's lists. A list that is not there (an unset variable), or of whose members none can be a value of
the left side's type, has no members and excludes none: both find nothing. Called through `OPERATORS`; the right side is
one bound JSON array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import sql
from satchel.expr.operators.compare import compare, plain
from satchel.expr.operators.operator import MEMBER_TYPES, Flavor, Operator, Value
from satchel.expr.operators.values import compare_values, item_value


# t.id IN (SELECT value FROM json_each(?))
def _in(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    (right,) = others
    if right.hint != "list":
        # a variable that holds one value
        return compare(dialect, "=", left, right)
    value, type = plain(dialect, left)  # noqa: A001
    return dialect.in_list(value, right.sql, type)


# t.id NOT IN (SELECT value FROM json_each(?)) AND ? IS NOT NULL
def _not_in(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    (right,) = others
    if right.hint != "list":
        return compare(dialect, "<>", left, right)
    value, type = plain(dialect, left)  # noqa: A001
    return sql(
        "({} IS NOT NULL AND {} IS NOT NULL AND NOT ({}))", value, right.sql, dialect.in_list(value, right.sql, type)
    )


def _members(right: Value) -> Sequence[Any] | None:
    found: Any = right.value
    if isinstance(found, list | tuple):
        return cast("Sequence[Any]", found)
    return None if found is None else (found,)


def _test_in(left: Value, right: Value, flavor: Flavor) -> bool | None:
    members = _members(right)
    if left.value is None or members is None:
        return None
    found = [compare_values("=", left, item_value(item, right.type)) for item in members]
    return None if found and not any(item is not None for item in found) else True in found


def _test_not_in(left: Value, right: Value, flavor: Flavor) -> bool | None:
    found = _test_in(left, right, flavor)
    return None if found is None else not found


IN = Operator("_in", "list", MEMBER_TYPES, _in, _test_in)
NOT_IN = Operator("_nin", "list", MEMBER_TYPES, _not_in, _test_not_in)
