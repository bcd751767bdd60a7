"""Policy check: does a payload meet the validation rules of policies and fields?

In charge of: running validation rules on the values of one write, and saying which field missed which condition;
presets with their dynamic values. Not in charge of: which rows may be written (`check`), types and kinds
(`write_values`). Called by `write_values`.

A condition on a field that the payload does not mention is met, so that an update may leave a field alone. All rules
have to be met; of an `_or`, one condition. The code of a complaint is the name of the operator without its
underscore.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from satchel.engine.slots import context_value
from satchel.errors import FieldError
from satchel.expr.nodes import And, Compare, Literal, Node, Not, Operand, Or, Path, Related, Truth, Variable
from satchel.expr.operators import FLAVORS, OPERATORS, SQLITE, Flavor, Value
from satchel.model.catalog import Collection
from satchel.plan.conditions import hint_of
from satchel.policy.actor import Context
from satchel.policy.grant import Grant

_VARIABLE = re.compile(r"\$(CURRENT_USER|CURRENT_ROLE|CURRENT_ROLES|CURRENT_POLICIES)((?:\.\w+)*)|\$NOW(?:\((.*)\))?")
_FLAGS = frozenset({"_null", "_nnull", "_empty", "_nempty", "_submitted"})


def check_rules(
    rules: Sequence[Node], values: Mapping[str, Any], collection: Collection, context: Context, dialect: str
) -> list[FieldError]:
    """The complaints of all rules about these values (as they will be stored, by field name; only what was
    submitted).
    """
    checker = _Rules(values, collection, context, FLAVORS.get(dialect, SQLITE))
    errors = [error for rule in rules for error in checker.errors(rule)]
    seen: dict[tuple[object, ...], FieldError] = {}
    for error in errors:
        seen.setdefault((error.path, error.code, str(error.params.get("value"))), error)
    return list(seen.values())


def preset_values(grants: Sequence[Grant], context: Context) -> dict[str, Any]:
    """The presets of all grants, later ones over earlier ones, with their dynamic values filled in."""
    found: dict[str, Any] = {}
    for grant in grants:
        for name, value in grant.presets.items():
            found[name] = _filled(value, context)
    return found


def _filled(value: Any, context: Context) -> Any:
    if isinstance(value, str) and value.startswith("$"):
        match = _VARIABLE.fullmatch(value)
        if match is None:
            return value
        if match[1] is None:
            return context_value(context, ("now", "$NOW", *([match[3]] if match[3] else [])))
        return context_value(context, (f"${match[1]}", *match[2].split(".")[1:]))
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, Any]", value)
        return {name: _filled(item, context) for name, item in entries.items()}
    if isinstance(value, list):
        return [_filled(item, context) for item in cast("list[Any]", value)]
    return value


class _Rules:
    """Runs rules on one payload."""

    def __init__(self, values: Mapping[str, Any], collection: Collection, context: Context, flavor: Flavor) -> None:
        self.values = values
        self.collection = collection
        self.context = context
        self.flavor = flavor

    def errors(self, node: Node) -> list[FieldError]:
        match node:
            case Truth():
                return (
                    [] if node.value else [FieldError((), "forbidden", "The rules of this collection allow no value.")]
                )
            case And():
                return [error for item in node.items for error in self.errors(item)]
            case Or():
                complaints = [self.errors(item) for item in node.items]
                if not complaints or any(not found for found in complaints):
                    return []
                return [error for found in complaints for error in found]
            case Not():
                if self.errors(node.item):
                    return []
                return [FieldError(self._first_path(node.item), "not", "The value is not allowed.")]
            case Related():
                # Speaks of related rows, which a payload does not show.
                return []
            case Compare():
                return self._compare(node)

    def _first_path(self, node: Node) -> tuple[str, ...]:
        match node:
            case Compare(left=Path() as path):
                return path.parts
            case And() | Or():
                return self._first_path(node.items[0]) if node.items else ()
            case Not():
                return self._first_path(node.item)
            case _:
                return ()

    def _compare(self, node: Compare) -> list[FieldError]:
        if not isinstance(node.left, Path):
            return []
        path = node.left
        present, value = self._value(path.parts)
        if node.operator == "_submitted":
            return [] if present else [FieldError(path.parts, "required", "Value is required.")]
        if not present or path.function:
            return []
        operator = OPERATORS.get(node.operator)
        if operator is None:
            return [FieldError(path.parts, "unknown_rule", f'The rule "{node.operator}" is not known.')]
        field = self.collection.fields.get(path.parts[0])
        type_name = field.type if field is not None and len(path.parts) == 1 else ""
        wanted, hint = self._operand(node.right)
        met = operator.test(Value(value, type_name), Value(wanted, type_name, hint or hint_of(wanted)), self.flavor)
        if met:
            return []
        code = node.operator.removeprefix("_")
        if node.operator in _FLAGS:
            return [FieldError(path.parts, code, "The value is not allowed.")]
        shown = value if node.operator == "_regex" else wanted
        return [FieldError(path.parts, code, _sentence(code, wanted), {"value": shown})]

    def _value(self, parts: Sequence[str]) -> tuple[bool, Any]:
        value: Any = self.values
        for part in parts:
            if not isinstance(value, Mapping):
                return False, None
            entries = cast("Mapping[str, Any]", value)
            if part not in entries:
                return False, None
            value = entries[part]
        return True, value

    def _operand(self, operand: Operand) -> tuple[Any, str]:
        match operand:
            case Literal():
                value = operand.value
                if isinstance(value, tuple):
                    items = cast("tuple[Any, ...]", value)
                    return [self._operand(item)[0] if isinstance(item, Variable) else item for item in items], "list"
                return value, operand.hint
            case Variable():
                if operand.name == "$NOW":
                    return context_value(self.context, ("now", operand.name, *operand.arguments)), ""
                return context_value(self.context, (operand.name, *operand.path)), ""
            case Path():
                return self._value(operand.parts)[1], ""
            case _:
                return None, ""


def _sentence(code: str, wanted: Any) -> str:
    if isinstance(wanted, list | tuple):
        wanted = ", ".join(map(str, cast("Sequence[Any]", wanted)))
    return f"The value does not meet the rule {code} {wanted}."
