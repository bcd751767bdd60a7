"""Filter and sort of the list of collections, which is not in a database but in the catalog.

In charge of: judging collection objects by the text syntax, on the few fields that may be asked for. Not in charge of:
parsing (`expr/syntax_text`) or meaning (`expr/operators`). Called by `collections`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from satchel.engine.slots import moment
from satchel.errors import InvalidQuery
from satchel.expr.nodes import And, Compare, Node, Operand, Or, Param, Path, Variable
from satchel.expr.operators import OPERATORS, SQLITE, Value
from satchel.expr.syntax_text import parse
from satchel.plan.query import Sort
from satchel.wire.pocketbase.query import sort_keys

Object = Mapping[str, Any]

FIELDS: Mapping[str, str] = {
    "id": "text",
    "created": "text",
    "updated": "text",
    "name": "text",
    "system": "boolean",
    "type": "text",
}


def select(objects: Sequence[Object], filter_text: str, sort_text: str, now: datetime) -> list[Object]:
    """The objects that meet the filter, in the wanted order. Raises InvalidQuery."""
    found = list(objects)
    if filter_text:
        parsed = parse(filter_text)
        found = [item for item in found if _holds(parsed.node, item, parsed.values, now)]
    if sort_text:
        for key in reversed(sort_keys(sort_text)):
            found = _sorted(found, key)
    return found


def _sorted(objects: list[Object], key: Sort) -> list[Object]:
    if key.special == "random":
        return sorted(objects, key=lambda _: secrets.randbits(32))
    if key.special == "rowid":
        return objects[::-1] if key.descending else objects
    name = _field(key.path)
    return sorted(objects, key=lambda item: item[name], reverse=key.descending)


def _field(path: Path) -> str:
    if len(path.parts) != 1 or path.modifier or path.parts[0] not in FIELDS:
        raise InvalidQuery(f'Collections have no field "{".".join(path.parts)}" to be asked for.')
    return path.parts[0]


def _holds(node: Node, item: Object, values: Sequence[Any], now: datetime) -> bool:
    match node:
        case And():
            # Every part is looked at: an unknown name is an error also where it would not decide.
            answers = [_holds(part, item, values, now) for part in node.items]
            return all(answers)
        case Or():
            answers = [_holds(part, item, values, now) for part in node.items]
            return any(answers)
        case Compare():
            left, right = _value(node.left, item, values, now), _value(node.right, item, values, now)
            return OPERATORS[node.operator].test(left, right, SQLITE) is True
        case _:
            raise InvalidQuery("That can't be asked of collections.")


def _value(operand: Operand, item: Object, values: Sequence[Any], now: datetime) -> Value:
    match operand:
        case Path():
            name = _field(operand)
            return Value(item[name], FIELDS[name])
        case Param():
            return Value(values[operand.index], "", operand.hint)
        case Variable():
            found = moment(now, operand.name, operand.arguments)
            return Value(found, "", "number" if isinstance(found, int) else "text")
        case _:
            raise InvalidQuery("Functions can't be used on collections.")
