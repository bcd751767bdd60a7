"""`~` and `!~` of the text syntax: LIKE, which does not tell `a` from `A`.

In charge of: PocketBase's search in a text. The right side is a finished pattern, or a column or value that is looked
for anywhere (whose `%` and `_` then are wildcards). Not in charge of: making patterns (`syntax_text`). Called through
`OPERATORS`.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import sql
from satchel.expr.operators.compare import as_text
from satchel.expr.operators.operator import Flavor, Operator, Value
from satchel.expr.operators.values import ascii_lowered, like, plain_value, text_of


# t.title LIKE ? ESCAPE '\'
def _match(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    (right,) = others
    pattern = as_text(dialect, right)
    if right.hint != "pattern":
        pattern = dialect.concat(sql("'%'"), pattern, sql("'%'"))
    return dialect.like(as_text(dialect, left), pattern, sensitive=False)


def _not_match(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
    return sql("NOT ({})", _match(dialect, left, *others))


def _test_match(left: Value, right: Value, flavor: Flavor) -> bool | None:
    text, pattern = text_of(plain_value(left)), text_of(plain_value(right))
    if text is None or pattern is None:
        return None
    if right.hint != "pattern":
        pattern = f"%{pattern}%"
    if flavor.unicode and not flavor.contains_sensitive:
        return like(text.lower(), pattern.lower())
    return like(ascii_lowered(text), ascii_lowered(pattern))


def _test_not_match(left: Value, right: Value, flavor: Flavor) -> bool | None:
    found = _test_match(left, right, flavor)
    return None if found is None else not found


MATCH = Operator("~", "value", None, _match, _test_match)
NOT_MATCH = Operator("!~", "value", None, _not_match, _test_not_match)
