"""How two operands meet: the rules that keep any comparison from being an error.

In charge of: which kind of value a comparison is about, and bringing both sides to it. Not in charge of: what an
operator means (its own file) or how a database casts (`Dialect.cast`). Called by the operators; `values` is its twin in
Python.

**Tree syntax** (`common_kind`): both sides are brought to one kind; what can't be brought there is NULL, so nothing is
found.

    same kind                       that kind
    scalar and number/boolean/uuid  the other (a JSON text is no number)
    number and boolean              number
    date, dateTime and timestamp    timestamp
    text and number/boolean/uuid    the other (so that an index on a key is used)
    anything else                   text

**Text syntax** (`Sides`): SQLite's own rules, on every database, because PocketBase's clients know no others. A value
is a number, a text or NULL; numbers come before texts; a column lends its type to the other side if that can take it
(`n = '1'` is a comparison of numbers, `n = 'abc'` is false, `title = 5` compares with '5'); a value from JSON, a
constant and the result of a function lend nothing. On a database whose values don't carry their type, a side is written
as two columns, its number and its text, of which one is NULL.
"""

from __future__ import annotations

from dataclasses import dataclass

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import join, sql

KIND_OF = {
    **dict.fromkeys(("integer", "bigInteger", "float", "decimal", "number"), "number"),
    **{name: name for name in ("boolean", "date", "time", "dateTime", "timestamp", "uuid", "binary")},
    "json": "scalar",
    "scalar": "scalar",
}
_DATES = frozenset({"date", "dateTime", "timestamp"})
_AS_THEY_ARE = frozenset({"number", "boolean", "uuid", "binary"})
_TARGETS = {"number": "decimal", "scalar": "scalar"}


def kind_of(type: str, hint: str) -> str:
    """The kind of an operand: text, number, boolean, uuid, date, time, dateTime, timestamp, binary or scalar."""
    if hint and type in ("", "scalar", "json"):
        if hint in ("number", "bool"):
            return "number"
        if hint in ("text", "empty", "pattern") or type == "":
            return "text"
    return KIND_OF.get(type, "text")


def common_kind(left: str, right: str) -> str:
    """The kind in which two kinds are compared (see above)."""
    if left == right:
        return "text" if left == "scalar" else left
    pair = {left, right}
    if "scalar" in pair:
        other = (pair - {"scalar"}).pop()
        return other if other in ("number", "boolean", "uuid") else "text"
    if pair == {"number", "boolean"}:
        return "number"
    if pair <= _DATES:
        return "timestamp"
    if "text" in pair:
        other = (pair - {"text"}).pop()
        return other if other in ("number", "boolean", "uuid") else "text"
    return "text"


def as_kind(dialect: Dialect, term: Term, kind: str) -> Sql:
    """The operand as a value of that kind."""
    value, type = plain(dialect, term)  # noqa: A001
    own = KIND_OF.get(type, "text")
    if own == kind and (kind in _AS_THEY_ARE or (term.bound and type == term.type)):
        return value
    return dialect.cast(value, type, _TARGETS.get(kind, kind))


def plain(dialect: Dialect, term: Term) -> tuple[Sql, str]:
    """The operand's SQL and the type that this SQL really has: a JSON column is opened, a bound value of no type is a
    text.
    """
    if term.type == "json":
        return dialect.json_get(term.sql, ()), "scalar"
    if term.bound and term.type == "":
        return term.sql, "number" if term.hint in ("number", "bool") else "text"
    return term.sql, term.type or "unknown"


def compare(dialect: Dialect, symbol: str, left: Term, right: Term) -> Sql:
    """`left symbol right` by the rules of the tree syntax."""
    kind = common_kind(kind_of(left.type, left.hint), kind_of(right.type, right.hint))
    return dialect.compare(symbol, as_kind(dialect, left, kind), as_kind(dialect, right, kind), kind)


def as_text(dialect: Dialect, term: Term) -> Sql:
    """The operand as a text: what `~` and its kind look at."""
    return as_kind(dialect, term, "text")


# --- text syntax -----------------------------------------------------------------------------------------------------


def affinity(type: str, hint: str, computed: bool) -> str:
    """What an operand lends to the other side: number, text or nothing ("")."""
    if hint or computed or type in ("", "json", "scalar"):
        return ""
    return "number" if KIND_OF.get(type) in ("number", "boolean") else "text"


@dataclass(frozen=True, slots=True)
class Side:
    """One operand as a number and a text. A missing one is never that; where both are given, one is NULL per row."""

    number: Sql | None
    text: Sql | None


def sides(dialect: Dialect, left: Term, right: Term) -> tuple[Side, Side]:
    """Both operands, each after taking what the other lends."""
    lent_left = affinity(left.type, left.hint, left.computed)
    lent_right = affinity(right.type, right.hint, right.computed)
    # a number's column lends first; texts lend only to what has no type of its own
    to_left = "number" if lent_right == "number" else lent_right if not lent_left else ""
    to_right = "number" if lent_left == "number" else lent_left if not lent_right else ""
    return _side(dialect, left, to_left), _side(dialect, right, to_right)


def _side(dialect: Dialect, term: Term, lent: str) -> Side:
    value, type = plain(dialect, term)  # noqa: A001
    kind = KIND_OF.get(type, "text")
    if kind in ("number", "boolean"):
        number = value if KIND_OF.get(type) == "number" and type != "number" else dialect.cast(value, type, "decimal")
        return Side(None, dialect.cast(value, type, "text")) if lent == "text" else Side(number, None)
    text = dialect.cast(value, type, "text") if not (term.bound and type == "text") else value
    if lent == "text":
        return Side(None, text)
    if kind == "scalar":
        number = dialect.cast(value, type, "decimal")
        if lent == "number":
            number = sql("coalesce({}, {})", number, dialect.cast(text, "text", "decimal"))
        return Side(number, sql("CASE WHEN {} IS NULL THEN {} END", number, text))
    if lent == "number":
        number = dialect.cast(text, "text", "decimal")
        return Side(number, sql("CASE WHEN {} IS NULL THEN {} END", number, text))
    return Side(None, text)


def with_edges(dialect: Dialect, symbol: str, left: Term, right: Term, exact: Sql) -> Sql:
    """The exact comparison of a column with a bound value, behind a coarse one in the column's own type that an index
    can answer: `t.created >= <a day before the value> AND <exact>`.
    """
    column, given = (left, right) if right.bound else (right, left)
    if column.bound or column.computed or not given.bound:
        return exact
    if given.type and KIND_OF.get(given.type) == KIND_OF.get(column.type):
        return exact  # it was bound as the column's type
    value, type = plain(dialect, given)  # noqa: A001
    flipped = column is right
    coarse: list[Sql] = []
    if column.type == "uuid":
        edge = dialect.edge(value, type, column.type, above=False) if symbol == "=" else None
        return exact if edge is None else sql("({} = {} AND {})", column.sql, edge, exact)
    for wanted, sign, above in ((">", ">=", False), ("<", "<=", True)):
        if symbol == "=" or symbol.startswith(wanted) is not flipped:
            edge = dialect.edge(value, type, column.type, above=above)
            if edge is not None:
                coarse.append(sql("{} {} {}", column.sql, sign, edge))
    return sql("({})", join(" AND ", [*coarse, exact])) if coarse else exact


def order_sides(dialect: Dialect, symbol: str, left: Side, right: Side) -> Sql:
    """`left symbol right` where numbers come before texts; NULL if either is NULL.

    CASE WHEN l.number IS NOT NULL AND r.number IS NOT NULL THEN l.number < r.number WHEN l.text IS NOT NULL AND … THEN
    1 = 1 … END
    """
    if left.text is None and right.text is None and left.number is not None and right.number is not None:
        return dialect.compare(symbol, left.number, right.number, "number")
    if left.number is None and right.number is None and left.text is not None and right.text is not None:
        return dialect.compare(symbol, left.text, right.text, "text")
    branches: list[Sql] = []
    for one, one_kind in ((left.number, "number"), (left.text, "text")):
        for other, other_kind in ((right.number, "number"), (right.text, "text")):
            if one is None or other is None:
                continue
            holds: Sql
            if one_kind == other_kind:
                holds = dialect.compare(symbol, one, other, one_kind)
            else:
                holds = sql(_yes(symbol, text_is_left=one_kind == "text"))
            branches.append(sql("WHEN {} IS NOT NULL AND {} IS NOT NULL AND {} THEN 1", one, other, holds))
            branches.append(sql("WHEN {} IS NOT NULL AND {} IS NOT NULL THEN 0", one, other))
    return sql("(CASE {} END = 1)", join(" ", branches))


def _yes(symbol: str, *, text_is_left: bool) -> str:
    """Whether a text stands so to a number."""
    holds = symbol == "<>" or (symbol in (">", ">=") if text_is_left else symbol in ("<", "<="))
    return "1 = 1" if holds else "1 = 0"
