"""The interpreter: what an expression says of one row, in Python.

In charge of: the meaning of expression nodes on plain values: paths through relations, all-or-any matching of paths
with many values, shared joins, quantifiers, functions, dynamic values. Not in charge of: names (it asks the `Row`), SQL
(`operators`, `sql/`), or what may be seen. It is written without a look at the planner, so that each can be the other's
test. Called by whoever judges a row that is no row of a database: validation, realtime, flow conditions, tests.

An expression is judged as the database would: every relation on a path is joined once, however often it is named, and a
relation without rows gives one row of NULLs. The row meets the expression if some combination of joined rows does. A
text-syntax comparison whose path has many values, unless it is an any-of (`?=`), must moreover hold for every
combination of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from typing import Literal as Constant

from satchel.errors import InvalidQuery
from satchel.expr.dates import spelled
from satchel.expr.functions import FUNCTIONS
from satchel.expr.functions.json_get import json_at
from satchel.expr.functions.list_length import elements
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
from satchel.expr.operators import OPERATORS, SQLITE, Flavor, Value
from satchel.expr.operators.operator import NUMBERS
from satchel.expr.operators.values import number_of, scalar_of, text_of
from satchel.expr.rows import ABSENT, Row, Scope, Step
from satchel.expr.syntax_text import to_pattern


@dataclass(frozen=True, slots=True)
class _Place:
    """A join: the path from the root to it. An element of a list is a place too."""

    path: tuple[str, ...]


@dataclass(slots=True)
class _Frame:
    """The joins of one expression on one root row. `order`: parents before children."""

    root: Row
    order: dict[_Place, _Join] = field(default_factory=dict["_Place", "_Join"])


@dataclass(frozen=True, slots=True)
class _Join:
    """`parent` None: it hangs on nothing (`@collection`, the signed-in item); then `rows` gives its rows.

    `element`: the name of a list field of the parent (or `@body` and a name), whose elements are joined as values.
    """

    parent: _Place | None
    part: str
    many: bool
    step: Step | None = None
    element: bool = False


@dataclass(frozen=True, slots=True)
class _Element:
    """One element of a list: a row with a single value."""

    item: Any
    key: str = "value"

    def value(self, name: str) -> Any:
        return self.item

    def type(self, name: str) -> str:
        return "string"

    def listed(self, name: str) -> Constant["", "single", "many"]:
        return ""

    def step(self, part: str) -> Step | None:
        return None


_ROOT = _Place(())
_Combination = Mapping[_Place, Row]


def evaluate(node: Node, row: Row, scope: Scope, values: Sequence[Any] = (), flavor: Flavor = SQLITE) -> bool | None:
    """True, False, or None where the database would say NULL. `values` are those that the parser lifted out.

    Raises InvalidQuery for unknown names, as planning would.
    """
    judge = _Judge(scope, values, flavor)
    return judge.closed(node, row)


class _Judge:
    def __init__(self, scope: Scope, values: Sequence[Any], flavor: Flavor) -> None:
        self.scope = scope
        self.values = values
        self.flavor = flavor

    def closed(self, node: Node, root: Row) -> bool | None:
        """The expression on a row, with joins of its own."""
        frame = _Frame(root)
        self.gather(frame, node)
        return _any(self.judge(node, frame, combination) for combination in self.combinations(frame))

    # --- nodes

    def judge(self, node: Node, frame: _Frame, rows: _Combination) -> bool | None:
        match node:
            case Truth():
                return node.value
            case And():
                return _all(self.judge(item, frame, rows) for item in node.items)
            case Or():
                return _any(self.judge(item, frame, rows) for item in node.items)
            case Not():
                return _not(self.judge(node.item, frame, rows))
            case Related():
                return self.related(node, frame)
            case Compare():
                return self.compare(node, frame, rows)

    def related(self, node: Related, frame: _Frame) -> bool:
        """`_some`: some related row meets `where`, which has joins of its own. `_none`: none does."""
        step = frame.root.step(node.path.parts[0])
        if step is None:
            raise InvalidQuery(f'"{node.path.parts[0]}" is no relation')
        found = any(self.closed(node.where, row) is True for row in step.rows)
        return found is not node.none

    def compare(self, node: Compare, frame: _Frame, rows: _Combination) -> bool | None:
        found = self.test(node, frame, rows)
        if node.operator.startswith("_") or node.any:
            return found
        own = _Frame(frame.root)
        self.gather(own, node)
        if not any(join.many for join in own.order.values()):
            return found
        every = all(self.test(node, own, combination) is not False for combination in self.combinations(own))
        return _all((found, every))

    def test(self, node: Compare, frame: _Frame, rows: _Combination) -> bool | None:
        operator = OPERATORS[node.operator]
        tree = node.operator.startswith("_")
        left = self.operand(node.left, frame, rows, tree=tree)
        if node.operator == "_submitted":
            return (left.value is not ABSENT) is (self.operand(node.right, frame, rows, tree=tree).value is not False)
        if left.value is ABSENT:
            return True
        right = self.operand(node.right, frame, rows, tree=tree)
        if right.value is ABSENT:
            right = replace(right, value=None)
        if node.operator in ("~", "!~") and right.bound and right.hint != "pattern":
            # a value of the request is looked for as if it stood in the filter
            text = text_of(right.value)
            right = Value(None if text is None else to_pattern(text), "", "pattern")
        elif not tree:
            left, right = _dated(node.left, left, right), _dated(node.right, right, left)
        elif right.bound:
            right = replace(right, type="string" if operator.seeks_text else left.type)
        return operator.test(left, right, self.flavor)

    # --- operands

    def operand(self, operand: Operand, frame: _Frame, rows: _Combination, *, tree: bool) -> Value:
        match operand:
            case Literal():
                return Value(operand.value, "", operand.hint or _hint(operand.value))
            case Param():
                return Value(self.values[operand.index], "", operand.hint)
            case Variable():
                value = self.scope.variable(operand)
                return Value(value, "", "list" if isinstance(value, list | tuple) else "any")
            case Call():
                arguments = [self.operand(item, frame, rows, tree=tree) for item in operand.arguments]
                return self.call(operand.name, arguments)
            case Path():
                return self.path(operand, frame, rows, tree=tree)

    def call(self, name: str, arguments: Sequence[Value], extra: Sequence[str] = ()) -> Value:
        function = FUNCTIONS[name]
        return Value(function.evaluate(arguments, extra, self.scope.now), function.type, computed=True)

    def path(self, path: Path, frame: _Frame, rows: _Combination, *, tree: bool) -> Value:
        if path.parts[0] == "@request" and path.modifier in ("isset", "changed", "length"):
            return self.request_modified(path, frame)
        place, rest = self.walk(frame, path, tree=tree)
        if place is None:
            return self._lower(self.requested(path.parts[1:], frame), path.modifier)
        row = rows[place]
        if path.function:
            return self.function(path, row, rest[0])
        return self._lower(self.field(row, rest, path.modifier), path.modifier)

    def field(self, row: Row, rest: Sequence[str], modifier: str) -> Value:
        """The value of a field, of a path inside its document, or of the elements' place itself."""
        if not rest:
            return Value(row.value(row.key), row.type(row.key))
        name = rest[0]
        value, storage = row.value(name), row.type(name)
        if len(rest) > 1:
            return Value(None if value is ABSENT else json_at(scalar_of(value), rest[1:]), "scalar", computed=True)
        listed = row.listed(name) if modifier == "length" else ""
        if listed:
            return self.call("list_length", [Value(value, storage)], ("single",) if listed == "single" else ())
        return Value(value, storage)

    def requested(self, parts: Sequence[str], frame: _Frame) -> Value:
        """A value of the request. What was sent for a number field is a number, if it can be one."""
        value = self.scope.request(parts)
        if parts[0] == "body" and len(parts) == 2 and isinstance(value, str) and frame.root.type(parts[1]) in NUMBERS:
            return Value(number_of(value), "float", "any")
        return Value(value, "", "any")

    def function(self, path: Path, row: Row, name: str) -> Value:
        if path.function == "count":
            step = row.step(name)
            if step is not None and step.many and not row.listed(name):
                return Value(len(step.rows), "bigInteger", computed=True)
        value = row.value(name)
        if value is ABSENT:
            return Value(ABSENT)
        name_of = {"count": "list_length", "json": "json_get"}.get(path.function, path.function)
        return self.call(name_of, [Value(value, row.type(name))], path.arguments)

    def request_modified(self, path: Path, frame: _Frame) -> Value:
        parts = path.parts[1:]
        sent = self.scope.is_set(parts)
        if path.modifier == "isset":
            return Value(sent, "boolean", "bool")
        given = self.scope.request(parts)
        if path.modifier == "length":
            return Value(len(_items(given)), "integer", "number")
        stored = Value(frame.root.value(parts[-1]), frame.root.type(parts[-1]))
        same = OPERATORS["="].test(Value(given, "", "any"), stored, self.flavor)
        return Value(sent and same is not True, "boolean", "bool")

    def _lower(self, value: Value, modifier: str) -> Value:
        return self.call("lower", [value]) if modifier == "lower" else value

    # --- joins

    def gather(self, frame: _Frame, node: Node) -> None:
        """Note the joins that the paths of a node need. `_some` and `_none` keep theirs to themselves."""
        match node:
            case And() | Or():
                for item in node.items:
                    self.gather(frame, item)
            case Not():
                self.gather(frame, node.item)
            case Compare():
                tree = node.operator.startswith("_")
                self.gather_operand(frame, node.left, tree=tree)
                self.gather_operand(frame, node.right, tree=tree)
            case Truth() | Related():
                pass

    def gather_operand(self, frame: _Frame, operand: Operand, *, tree: bool) -> None:
        match operand:
            case Path():
                self.walk(frame, operand, tree=tree)
            case Call():
                for item in operand.arguments:
                    self.gather_operand(frame, item, tree=tree)
            case _:
                pass

    def walk(self, frame: _Frame, path: Path, *, tree: bool) -> tuple[_Place | None, tuple[str, ...]]:
        """The place at which a path's field stands, noting every join on the way, and the parts that are left: the
        field (and the path inside its document). No place: a plain value of the request. Joins depend on the
        collections only, never on the rows.
        """
        parts = path.parts
        if parts[0] == "@request":
            return self.walk_request(frame, path)
        if parts[0] == "@collection":
            place = _Place(parts[:2])
            step = self.scope.collection(parts[1].partition(":")[0])
            frame.order.setdefault(place, _Join(None, parts[1], many=True, step=replace(step, many=True)))
            return self.walk_on(frame, place, step.nothing, parts[2:], path, tree=False)
        return self.walk_on(frame, _ROOT, frame.root, parts, path, tree=tree)

    def walk_request(self, frame: _Frame, path: Path) -> tuple[_Place | None, tuple[str, ...]]:
        parts = list(path.parts[1:])
        if parts[0] == "auth" and len(parts) > 2 and self.scope.signed_in is not None:
            place = _Place(("@request", "auth"))
            row = self.scope.signed_in
            frame.order.setdefault(place, _Join(None, "auth", many=False, step=Step((row,), row, many=False)))
            return self.walk_on(frame, place, row, parts[1:], path, tree=False)
        if parts[0] == "body" and path.modifier == "each":
            place = _Place((*path.parts, ":each"))
            items = [_Element(item) for item in _items(self.scope.request(parts))]
            step = Step(items, _Element(None), many=True)
            frame.order.setdefault(place, _Join(None, parts[-1], many=True, step=step))
            return place, ("value",)
        submitted = self.scope.submitted(parts[1]) if parts[0] == "body" and len(parts) > 2 else None
        if submitted is not None:
            place = _Place(path.parts[:3])
            frame.order.setdefault(place, _Join(None, parts[1], many=submitted.many, step=submitted))
            return self.walk_on(frame, place, submitted.nothing, parts[2:], path, tree=False)
        return None, ()

    def walk_on(
        self, frame: _Frame, place: _Place, shape: Row, parts: Sequence[str], path: Path, *, tree: bool
    ) -> tuple[_Place, tuple[str, ...]]:
        """`shape` is any row of the collection at `place`."""
        for position, part in enumerate(parts):
            last = position == len(parts) - 1
            step = None if last and self.ends(shape, part, path) else shape.step(part)
            if step is None:
                if last and path.modifier == "each" and shape.listed(part) == "many":
                    inside = _Place((*place.path, part, ":each"))
                    frame.order.setdefault(inside, _Join(place, part, many=True, element=True))
                    return inside, ("value",)
                return place, tuple(parts[position:])
            if not tree and not step.many and not path.modifier and tuple(parts[position + 1 :]) == (step.nothing.key,):
                # `author.id` of the text syntax is the value of `author`, without a join
                return place, (part,)
            following = _Place((*place.path, part))
            frame.order.setdefault(following, _Join(place, part, many=step.many))
            place, shape = following, step.nothing
        return place, ()

    def ends(self, row: Row, part: str, path: Path) -> bool:
        """True when the last part is a value of the row itself and not a relation to join: a stored key, or what
        `count` counts.
        """
        return path.function == "count" or (":" not in part and row.type(part) != "alias")

    def combinations(self, frame: _Frame) -> Iterator[_Combination]:
        """Every combination of joined rows."""
        places = list(frame.order)
        yield from self._extend(frame, places, 0, {_ROOT: frame.root})

    def _extend(self, frame: _Frame, places: list[_Place], at: int, rows: dict[_Place, Row]) -> Iterator[_Combination]:
        if at == len(places):
            yield rows
            return
        place = places[at]
        for row in self._rows_at(frame.order[place], rows):
            yield from self._extend(frame, places, at + 1, {**rows, place: row})

    def _rows_at(self, join: _Join, rows: _Combination) -> Sequence[Row]:
        if join.parent is None:
            assert join.step is not None
            return join.step.rows or (join.step.nothing,)
        parent = rows[join.parent]
        if join.element:
            value = parent.value(join.part)
            return [_Element(item) for item in elements(value)] or [_Element(None)]
        step = parent.step(join.part)
        assert step is not None, f"{join.part} was a relation before"
        return step.rows or (step.nothing,)


def _dated(operand: Operand, value: Value, other: Value) -> Value:
    """A date macro is bound in the spelling of the column that it is compared with."""
    if (
        isinstance(operand, Variable)
        and isinstance(value.value, str)
        and other.type in ("date", "dateTime", "timestamp")
    ):
        return replace(value, value=spelled(value.value, other.type), hint="text")
    return value


def _items(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)  # pyright: ignore[reportUnknownArgumentType]
    return [] if value is None or value == "" else [value]


def _hint(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list | tuple):
        return "list"
    return "empty" if value == "" else "text"


# --- three-valued logic


def _all(items: Any) -> bool | None:
    found: bool | None = True
    for item in items:
        if item is False:
            return False
        if item is None:
            found = None
    return found


def _any(items: Any) -> bool | None:
    found: bool | None = False
    for item in items:
        if item is True:
            return True
        if item is None:
            found = None
    return found


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value
