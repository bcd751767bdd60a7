"""Search in texts: `_contains`, `_starts_with`, `_ends_with`, their negations and their forms that don't tell `a` from
`A`.

In charge of: Directus's LIKE family. `%` and `_` in the value are wildcards, as they are there; a backslash is one.
Whether the plain forms tell upper from lower case is the database's habit (`Dialect.contains_sensitive`). Called
through `OPERATORS`.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import sql
from satchel.expr.operators.compare import as_text
from satchel.expr.operators.operator import TEXT_TYPES, Flavor, Operator, Value
from satchel.expr.operators.values import like, lowered, plain_value, text_of


def _operator(name: str, before: str, after: str, *, folded: bool = False, negated: bool = False) -> Operator:
    """`before` and `after`: what stands around the value in the pattern. `folded`: upper and lower case are alike."""

    # t.title LIKE ('%' || replace(?, '\', '\\') || '%') ESCAPE '\'
    def write(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
        (right,) = others
        value = sql("replace({}, {}, {})", as_text(dialect, right), dialect.text("\\"), dialect.text("\\\\"))
        pieces: list[Sql] = [value]
        if before:
            pieces.insert(0, sql(f"'{before}'"))
        if after:
            pieces.append(sql(f"'{after}'"))
        pattern = dialect.concat(*pieces)
        text = as_text(dialect, left)
        if folded and dialect.contains_sensitive:
            found = dialect.like(dialect.lower(text), dialect.lower(pattern), sensitive=True)
        else:
            found = dialect.like(text, pattern, sensitive=dialect.contains_sensitive)
        return sql("NOT ({})", found) if negated else found

    def test(left: Value, right: Value, flavor: Flavor) -> bool | None:
        text, value = text_of(plain_value(left)), text_of(plain_value(right))
        if text is None or value is None:
            return None
        pattern = before + value.replace("\\", "\\\\") + after
        if folded or not flavor.contains_sensitive:
            text, pattern = lowered(text, flavor), lowered(pattern, flavor)
        return like(text, pattern) is not negated

    return Operator(name, "value", TEXT_TYPES, write, test, seeks_text=True)


CONTAINS = (
    _operator("_contains", "%", "%"),
    _operator("_ncontains", "%", "%", negated=True),
    _operator("_icontains", "%", "%", folded=True),
    _operator("_nicontains", "%", "%", folded=True, negated=True),
)
STARTS_WITH = (
    _operator("_starts_with", "", "%"),
    _operator("_nstarts_with", "", "%", negated=True),
    _operator("_istarts_with", "", "%", folded=True),
    _operator("_nistarts_with", "", "%", folded=True, negated=True),
)
ENDS_WITH = (
    _operator("_ends_with", "%", ""),
    _operator("_nends_with", "%", "", negated=True),
    _operator("_iends_with", "%", "", folded=True),
    _operator("_niends_with", "%", "", folded=True, negated=True),
)
