"""The operators of both filter syntaxes, by name.

In charge of: the list. To add an operator, write its file and name it here. Called by `plan`, `sql/read` and
`expr/evaluate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from satchel.expr.operators import (
    between,
    contains,
    empty,
    equal,
    equal_folded,
    equal_text,
    intersects,
    match_text,
    member,
    null,
    order,
    order_text,
    regex,
)
from satchel.expr.operators.operator import FLAVORS, SQLITE, Flavor, Operator, Value

__all__ = ["FLAVORS", "OPERATORS", "SQLITE", "Flavor", "Operator", "Value"]

_ALL: tuple[Operator, ...] = (
    # text syntax
    equal_text.EQUAL, equal_text.UNEQUAL,
    order_text.GREATER, order_text.GREATER_EQUAL, order_text.LESS, order_text.LESS_EQUAL,
    match_text.MATCH, match_text.NOT_MATCH,
    # tree syntax
    equal.EQUAL, equal.UNEQUAL,
    order.LESS, order.LESS_EQUAL, order.GREATER, order.GREATER_EQUAL,
    between.BETWEEN, between.NOT_BETWEEN,
    member.IN, member.NOT_IN,
    null.NULL, null.NOT_NULL,
    empty.EMPTY, empty.NOT_EMPTY,
    *contains.CONTAINS, *contains.STARTS_WITH, *contains.ENDS_WITH,
    equal_folded.EQUAL_FOLDED, equal_folded.UNEQUAL_FOLDED,
    *intersects.INTERSECTS,
    regex.REGEX, regex.SUBMITTED,
)  # fmt: skip

OPERATORS: Mapping[str, Operator] = MappingProxyType({operator.name: operator for operator in _ALL})
