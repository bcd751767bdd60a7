"""`=` and `!=` of the text syntax, where NULL and '' are the same thing.

In charge of: PocketBase's equality. Not in charge of: `_eq` (see `equal`). Called through `OPERATORS`.

    a known empty side       (x = '' OR x IS NULL)                    (x IS NOT '' AND x IS NOT NULL)
    a known value            x = v                                    x IS NOT v
    two columns              COALESCE(a, '') = COALESCE(b, '')        … <> …
    a value of the request   the one or the other of these, as the value turns out
    a value from JSON        x IS v                                   x IS NOT v       (without the equivalence)
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import join, sql
from satchel.expr.operators.compare import Side, kind_of, order_sides, plain, sides, with_edges
from satchel.expr.operators.operator import Flavor, Operator, Value
from satchel.expr.operators.values import compare_dynamic, same

_EMPTY = frozenset({"empty", "null"})
_KNOWN = frozenset({"text", "number", "bool", "pattern"})


def _is_json(operand: Term | Value) -> bool:
    """True for what comes out of a stored JSON value. (A scalar of the request is an ordinary value.)"""
    return not operand.bound and operand.type in ("json", "scalar")


# --- SQL


def _equal(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    (right,) = others
    if _is_json(left) or _is_json(right):
        return _same(dialect, left, right)
    for one, other in ((left, right), (right, left)):
        if one.hint in _EMPTY:
            return _is_empty(dialect, other)
    if left.hint in _KNOWN or right.hint in _KNOWN:
        return _equal_sides(dialect, left, right)
    if not left.bound and not right.bound:
        return _equal_columns(dialect, left, right)
    # x = v OR (x = '' AND v is empty) OR (x IS NULL AND v is empty), each part of which an index can answer
    given, other = (left, right) if left.bound else (right, left)
    empty = _is_empty(dialect, given)
    parts = [_equal_sides(dialect, left, right)]
    text = _equals_empty(dialect, other)
    if text is not None:
        parts.append(sql("({} AND {})", text, empty))
    parts.append(sql("({} IS NULL AND {})", plain(dialect, other)[0], empty))
    return sql("({})", join(" OR ", parts))


def _unequal(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    (right,) = others
    if _is_json(left) or _is_json(right):
        return _not(dialect, _same(dialect, left, right))
    for one, other in ((left, right), (right, left)):
        if one.hint in _EMPTY:
            return _not(dialect, _is_empty(dialect, other))
    if left.hint in _KNOWN or right.hint in _KNOWN:
        return _not(dialect, _same(dialect, left, right))
    if not left.bound and not right.bound:
        return _not(dialect, _equal_columns(dialect, left, right))
    both_empty = sql("({} AND {})", _is_empty(dialect, left), _is_empty(dialect, right))
    return _not(dialect, sql("({} OR {})", _same(dialect, left, right), both_empty))


def _not(dialect: Dialect, condition: Sql) -> Sql:
    """False where the condition holds, and true everywhere else, also where it is NULL."""
    return sql("(CASE WHEN {} THEN 0 ELSE 1 END = 1)", condition)


def _equals_empty(dialect: Dialect, term: Term) -> Sql | None:
    """`x = ''`; None for what can't hold a text."""
    value, type = plain(dialect, term)  # noqa: A001
    if dialect.dynamic:
        return sql("{} = ''", value)
    if kind_of(type, "") not in ("text", "scalar"):
        return None
    text = value if term.bound and type == "text" else dialect.cast(value, type, "text")
    return dialect.compare("=", text, sql("''"), "text")


def _is_empty(dialect: Dialect, term: Term) -> Sql:
    """(x = '' OR x IS NULL), which is never NULL itself."""
    value, _ = plain(dialect, term)
    text = _equals_empty(dialect, term)
    return sql("({} OR {} IS NULL)", text, value) if text is not None else sql("({} IS NULL)", value)


def _equal_sides(dialect: Dialect, left: Term, right: Term) -> Sql:
    """`x = v`, NULL if either is."""
    if dialect.dynamic:
        return dialect.compare("=", plain(dialect, left)[0], plain(dialect, right)[0], "")
    exact = order_sides(dialect, "=", *sides(dialect, left, right))
    return with_edges(dialect, "=", left, right, exact)


def _same(dialect: Dialect, left: Term, right: Term) -> Sql:
    """`x IS v`, never NULL."""
    one, other = plain(dialect, left)[0], plain(dialect, right)[0]
    if dialect.dynamic:
        return dialect.same(one, other)
    if left.hint == "null" or right.hint == "null":
        return sql("{} IS NULL", other if left.hint == "null" else one)
    equal = order_sides(dialect, "=", *sides(dialect, left, right))
    return sql("(CASE WHEN {} THEN 1 WHEN {} IS NULL AND {} IS NULL THEN 1 ELSE 0 END = 1)", equal, one, other)


# COALESCE(a, '') = COALESCE(b, '')
def _equal_columns(dialect: Dialect, left: Term, right: Term) -> Sql:
    """Two columns. COALESCE takes their types' influence away: a number is never equal to a text."""
    one, other = plain(dialect, left)[0], plain(dialect, right)[0]
    if dialect.dynamic:
        return sql("coalesce({}, '') = coalesce({}, '')", one, other)
    free_left, free_right = (Term(item.sql, item.type, computed=True) for item in (left, right))
    first, second = sides(dialect, free_left, free_right)
    if _only_number(first) != _only_number(second):
        return sql("({} AND {})", _is_empty(dialect, left), _is_empty(dialect, right))
    equal = order_sides(dialect, "=", first, second)
    both_empty = sql("({} AND {})", _is_empty(dialect, left), _is_empty(dialect, right))
    return sql("(CASE WHEN {} THEN 1 WHEN {} THEN 1 ELSE 0 END = 1)", equal, both_empty)


def _only_number(side: Side) -> bool:
    return side.text is None


# --- Python


def _empty_value(value: Value) -> bool:
    return value.value is None or value.value == ""


def _test_equal(left: Value, right: Value, flavor: Flavor) -> bool | None:
    if _is_json(left) or _is_json(right):
        return same(left, right)
    for one, other in ((left, right), (right, left)):
        if one.hint in _EMPTY:
            return _empty_value(other)
    if left.hint in _KNOWN or right.hint in _KNOWN:
        return compare_dynamic("=", left, right)
    if _empty_value(left) and _empty_value(right):
        return True
    if not left.bound and not right.bound:
        return same(_free(left), _free(right))
    return compare_dynamic("=", left, right)


def _free(value: Value) -> Value:
    return Value("" if value.value is None else value.value, value.type, computed=True)


def _test_unequal(left: Value, right: Value, flavor: Flavor) -> bool | None:
    if _is_json(left) or _is_json(right):
        return not same(left, right)
    return _test_equal(left, right, flavor) is not True


EQUAL = Operator("=", "value", None, _equal, _test_equal)
UNEQUAL = Operator("!=", "value", None, _unequal, _test_unequal)
