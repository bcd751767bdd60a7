"""`_empty` and `_nempty`: NULL or '', and neither.

In charge of: these two. What can't hold a text is empty when it is NULL. Called through `OPERATORS`.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import sql
from satchel.expr.operators.compare import kind_of, plain
from satchel.expr.operators.operator import EMPTY_TYPES, Flavor, Operator, Value


# (t.title IS NULL OR t.title = '')
def _empty(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    value, text = _as_text(dialect, left)
    if text is None:
        return sql("{} IS NULL", value)
    return sql("({} IS NULL OR {})", value, dialect.compare("=", text, sql("''"), "text"))


# (t.title IS NOT NULL AND t.title <> '')
def _not_empty(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    value, text = _as_text(dialect, left)
    if text is None:
        return sql("{} IS NOT NULL", value)
    return sql("({} IS NOT NULL AND {})", value, dialect.compare("<>", text, sql("''"), "text"))


def _as_text(dialect: Dialect, term: Term) -> tuple[Sql, Sql | None]:
    value, type = plain(dialect, term)  # noqa: A001
    if dialect.dynamic:
        return value, value
    return value, dialect.cast(value, type, "text") if kind_of(type, "") in ("text", "scalar") else None


def _test_empty(left: Value, right: Value, flavor: Flavor) -> bool | None:
    return left.value is None or left.value == ""


def _test_not_empty(left: Value, right: Value, flavor: Flavor) -> bool | None:
    return not (left.value is None or left.value == "")


EMPTY = Operator("_empty", "flag", EMPTY_TYPES, _empty, _test_empty)
NOT_EMPTY = Operator("_nempty", "flag", EMPTY_TYPES, _not_empty, _test_not_empty)
