"""Rules that need no database: those that speak of the row's own values, the caller and the request alone.

In charge of: telling such rules from others, and asking the interpreter what they say. Not in charge of: what rules
mean (`expr/evaluate`), or anything else than rules. Used by `judge`, so that a rule like
`owner = @request.auth.id` costs one comparison per subscriber and not one query.

Only plain types and plain comparisons count, so that there is nothing in which a database could see it differently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from typing import Literal as Constant

from satchel.engine.slots import context_value
from satchel.errors import InvalidQuery
from satchel.expr.evaluate import evaluate
from satchel.expr.nodes import (
    And,
    Call,
    Compare,
    Literal,
    Node,
    Not,
    Operand,
    Or,
    Param,
    Path,
    Related,
    Truth,
    Variable,
)
from satchel.expr.operators import Flavor
from satchel.expr.rows import Step
from satchel.model.catalog import Collection
from satchel.policy.actor import Context

PLAIN_TYPES = frozenset({"string", "text", "boolean", "integer", "bigInteger", "float", "uuid"})
PLAIN_OPERATORS = frozenset({"=", "!=", ">", ">=", "<", "<="})


def is_local(node: Node | None, collection: Collection) -> bool:
    """Whether a rule can be judged without a database."""
    match node:
        case None | Truth():
            return True
        case And() | Or():
            return all(is_local(item, collection) for item in node.items)
        case Not():
            return is_local(node.item, collection)
        case Compare():
            plain = node.operator in PLAIN_OPERATORS
            return plain and _is_plain(node.left, collection) and _is_plain(node.right, collection)
        case Related():
            return False


def _is_plain(operand: Operand, collection: Collection) -> bool:
    match operand:
        case Literal():
            return operand.hint == "" and not isinstance(operand.value, tuple)
        case Path():
            if operand.modifier or operand.function:
                return False
            parts = operand.parts
            if parts[0] == "@request":
                return len(parts) == 3 and parts[1] == "auth"
            field = collection.column(parts[0])
            return len(parts) == 1 and field is not None and field.type in PLAIN_TYPES and not field.concealed
        case Param() | Variable() | Call():
            return False


def holds(node: Node | None, row: ImageRow, context: Context, flavor: Flavor) -> bool:
    """Whether a local rule is met by a row, for this caller."""
    return node is None or evaluate(node, row, _Scope(context), (), flavor) is True


class ImageRow:
    """A row by its stored values. Its relations lead nowhere: local rules don't follow them."""

    __slots__ = ("_collection", "_values")

    def __init__(self, collection: Collection, values: Mapping[str, Any]) -> None:
        self._collection = collection
        self._values = values

    @property
    def key(self) -> str:
        return self._collection.key[0]

    def value(self, name: str) -> Any:
        if name not in self._collection.fields:
            raise InvalidQuery(f'unknown field "{name}"')
        return self._values.get(name)

    def type(self, name: str) -> str:
        field = self._collection.fields.get(name)
        return "" if field is None else field.type

    def listed(self, name: str) -> Constant["", "single", "many"]:
        return ""

    def step(self, part: str) -> Step | None:
        return None


class _Scope:
    """The caller and the request."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def now(self) -> datetime:
        return self._context.now

    @property
    def signed_in(self) -> None:
        return None

    def request(self, parts: Sequence[str]) -> Any:
        return context_value(self._context, tuple(parts))

    def is_set(self, parts: Sequence[str]) -> bool:
        return self.request(parts) is not None

    def variable(self, variable: Variable) -> Any:
        raise InvalidQuery(f"{variable.name} is not known here")

    def collection(self, name: str) -> Step:
        raise InvalidQuery("Other collections are not known here")

    def submitted(self, name: str) -> None:
        return None
