"""The oracle: what a query must answer, worked out row by row in plain Python.

It knows the meaning of catalogs, grants and queries, but nothing of plans and SQL: relations are followed with loops
over lists of dicts, and a condition on joined rows is tried on every combination of them. Comparisons of single values
are the Python halves of the operators.

Used by the oracle test. What is refused raises `Refused`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from satchel.expr.functions import FUNCTIONS
from satchel.expr.nodes import And, Compare, Literal, Node, Operand, Or, Param, Path, Related, Truth, Variable
from satchel.expr.operators import OPERATORS
from satchel.expr.operators.operator import Flavor, Value
from satchel.model.catalog import Action, Catalog, Collection, Field, Relation
from satchel.policy.actor import Actor
from satchel.policy.grant import Grant, Grants

Row = Mapping[str, Any]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Refused(Exception):
    """The caller may not ask this (or may not know that it could be asked)."""


@dataclass(frozen=True)
class At:
    """A row of a collection as somebody sees it: by the grants for `action`, or (as a rule does) all of it."""

    collection: str
    row: Row | None
    action: Action = "list"
    trusted: bool = False


Hop = tuple[int, Any]
"""A join: the number of the join it hangs on (0: the root), and the step."""


@dataclass
class Joins:
    """The joins that a condition mentions, in order, and how their rows are found from the row they hang on."""

    steps: dict[Hop, tuple[int, str, Callable[[At], list[Row]]]] = field(default_factory=dict)
    many: set[int] = field(default_factory=set)

    def number(self, parent: int, step: Any, collection: str, rows: Callable[[At], list[Row]], *, many: bool) -> int:
        key = (parent, step)
        if key not in self.steps:
            number = len(self.steps) + 1
            self.steps[key] = (number, collection, rows)
            if many or parent in self.many:
                self.many.add(number)
        return self.steps[key][0]

    def combinations(self, root: At) -> Iterator[dict[int, At]]:
        """Every choice of one row per join; a join that finds nothing is a row of NULLs."""
        found: list[dict[int, At]] = [{0: root}]
        for (parent, _), (number, collection, rows) in self.steps.items():
            following: list[dict[int, At]] = []
            for chosen in found:
                above = chosen[parent]
                related: Sequence[Row | None] = rows(above) if above.row is not None else []
                following.extend(
                    {**chosen, number: At(collection, row, "list", root.trusted)} for row in related or [None]
                )
            found = following
        return iter(found)


class Interpreter:
    def __init__(
        self, catalog: Catalog, rows: Mapping[str, Sequence[Row]], grants: Grants, actor: Actor, flavor: Flavor
    ) -> None:
        self.catalog = catalog
        self.rows = rows
        self.grants = grants
        self.actor = actor
        self.flavor = flavor
        self.values: Sequence[Any] = ()

    # --- grants

    def granted(self, collection: str, action: Action) -> tuple[Grant, ...]:
        found = self.grants.of(collection, action)
        if not found:
            raise Refused(f"{action} {collection}")
        return found

    def allowed(self, grant: Grant, row: Row) -> bool:
        return grant.where is None or self.holds(grant.where, At(grant.collection, row, grant.action, trusted=True))

    def visible(self, at: At) -> bool:
        """Whether the row shows at all."""
        if at.trusted:
            return True
        assert at.row is not None
        return any(self.allowed(grant, at.row) for grant in self.granted(at.collection, at.action))

    def giving(self, at: At, name: str) -> tuple[Grant, ...]:
        """The grants that give a field; refused when there is none."""
        found = [
            grant for grant in self.granted(at.collection, at.action) if grant.fields is None or name in grant.fields
        ]
        if not found:
            raise Refused(f"{at.collection}.{name}")
        return tuple(found)

    def shows(self, at: At, name: str) -> bool:
        """Whether this row shows the field."""
        if at.trusted:
            return True
        giving = self.giving(at, name)
        assert at.row is not None
        return any(self.allowed(grant, at.row) for grant in giving)

    def cell(self, at: At, name: str) -> Any:
        """A field's value as it shows: NULL where it does not."""
        if not at.trusted:
            self.giving(at, name)
        if at.row is None or not self.shows(at, name):
            return None
        return at.row[name]

    def all(self, collection: str, action: Action, *, trusted: bool) -> list[Row]:
        rows = [row for row in self.rows.get(collection, ()) if self.visible(At(collection, row, action, trusted))]
        if not trusted:
            self.granted(collection, action)
        return rows

    # --- steps

    def collection(self, name: str) -> Collection:
        return self.catalog.collections[name]

    def to_one(self, joins: Joins, parent: int, owner: At, relation: Relation) -> tuple[int, str]:
        name, target = relation.many_field, relation.one or ""
        self.check(owner, name, target)
        trusted = owner.trusted

        def rows(above: At) -> list[Row]:
            key = self.cell(replace(above, trusted=trusted), name)
            return [row for row in self.all(target, "list", trusted=trusted) if key is not None and row["id"] == key]

        return joins.number(parent, ("one", name), target, rows, many=False), target

    def to_listed(self, joins: Joins, parent: int, owner: At, relation: Relation) -> tuple[int, str]:
        """Through the keys in a list: first its elements, then the row of each."""
        name, target = relation.many_field, relation.one or ""
        self.check(owner, name, target)
        trusted = owner.trusted
        elements = self.to_elements(joins, parent, owner, name)

        def rows(above: At) -> list[Row]:
            assert above.row is not None
            key = above.row["value"]
            return [row for row in self.all(target, "list", trusted=trusted) if str(row["id"]) == str(key)]

        return joins.number(elements, ("listed", name), target, rows, many=False), target

    def to_elements(self, joins: Joins, parent: int, owner: At, name: str) -> int:
        def rows(above: At) -> list[Row]:
            found = self.cell(replace(above, trusted=owner.trusted), name)
            return [{"value": item} for item in found or []]

        return joins.number(parent, ("each", name), "", rows, many=True)

    def to_many(self, joins: Joins, parent: int, owner: At, relation: Relation) -> tuple[int, str]:
        child, trusted = relation.many, owner.trusted
        if not trusted:
            self.granted(child, "list")
            if relation.one_field:
                self.giving(owner, relation.one_field)
            else:
                self.giving(At(child, None), relation.many_field)

        def rows(above: At) -> list[Row]:
            assert above.row is not None
            return self.children(replace(above, trusted=trusted), relation, "list")

        return joins.number(parent, ("many", child, relation.many_field), child, rows, many=True), child

    def check(self, owner: At, name: str, target: str) -> None:
        if not owner.trusted:
            self.giving(owner, name)
            self.granted(target, "list")

    def children(self, above: At, relation: Relation, action: Action) -> list[Row]:
        """The rows that point at a row, as far as they and the relation show."""
        assert above.row is not None
        trusted, key = above.trusted, above.row["id"]
        if relation.one_field and not trusted and not self.shows(above, relation.one_field):
            return []
        found: list[Row] = []
        for row in self.all(relation.many, action, trusted=trusted):
            at = At(relation.many, row, action, trusted)
            if not relation.one_field and not self.shows(at, relation.many_field):
                continue
            value = row[relation.many_field]
            points = str(key) in map(str, value or []) if relation.list else value is not None and value == key
            if points:
                found.append(row)
        return found

    # --- conditions

    def holds(self, node: Node, root: At) -> bool:
        """Whether some combination of the joined rows meets the condition."""
        joins = Joins()
        test = self.prepare(node, root, joins)
        return any(test(chosen) is True for chosen in joins.combinations(root))

    def prepare(self, node: Node, root: At, joins: Joins) -> Callable[[dict[int, At]], bool | None]:
        """The condition as a function of one combination; `joins` gains what it mentions."""
        match node:
            case Truth():
                return lambda chosen: node.value
            case And():
                parts = [self.prepare(item, root, joins) for item in node.items]
                return lambda chosen: _and([part(chosen) for part in parts])
            case Or():
                parts = [self.prepare(item, root, joins) for item in node.items]
                return lambda chosen: _or([part(chosen) for part in parts])
            case Related():
                return self.prepare_related(node, root)
            case Compare():
                prepare = self.prepare_tree if node.operator.startswith("_") else self.prepare_text
                return prepare(node, root, joins)
            case _:
                raise AssertionError(node)

    def prepare_related(self, node: Related, root: At) -> Callable[[dict[int, At]], bool | None]:
        relation = self.catalog.o2m(root.collection, node.path.parts[0])
        if relation is None:
            raise Refused("no such alias")
        probe = Joins()
        self.to_many(probe, 0, root, relation)
        self.prepare(node.where, At(relation.many, None, "list", root.trusted), Joins())

        def test(chosen: dict[int, At]) -> bool:
            rows = self.children(chosen[0], relation, "list")
            some = any(self.holds(node.where, At(relation.many, row, "list", root.trusted)) for row in rows)
            return some is not node.none

        return test

    def prepare_tree(self, node: Compare, root: At, joins: Joins) -> Callable[[dict[int, At]], bool | None]:
        assert isinstance(node.left, Path)
        left = self.tree_path(node.left, root, joins)
        storage = left.storage
        operator = OPERATORS[node.operator]
        if operator.types is not None and storage not in operator.types and not node.left.function:
            raise Refused("operator")
        right = self.bound(node.right, storage)
        return lambda chosen: operator.test(left.read(chosen), right, self.flavor)

    def prepare_text(self, node: Compare, root: At, joins: Joins) -> Callable[[dict[int, At]], bool | None]:
        operator = OPERATORS[node.operator]
        left, right = self.text_operand(node.left, root, joins), self.text_operand(node.right, root, joins)

        def test(chosen: dict[int, At]) -> bool | None:
            return operator.test(left.read(chosen), right.read(chosen), self.flavor)

        if node.any or not (left.many or right.many):
            return test
        alone = Joins()
        one, other = self.text_operand(node.left, root, alone), self.text_operand(node.right, root, alone)

        def all_match(chosen: dict[int, At]) -> bool | None:
            """At least one combination matches, and none fails."""
            found = [
                operator.test(one.read(item), other.read(item), self.flavor) for item in alone.combinations(chosen[0])
            ]
            return _and([test(chosen), False not in found])

        return all_match

    # --- operands

    def bound(self, operand: Operand, storage: str) -> Value:
        match operand:
            case Literal():
                return Value(operand.value, storage, operand.hint or _hint(operand.value))
            case Param():
                return Value(self.values[operand.index], storage, operand.hint)
            case Variable():
                value = self.variable(operand)
                return Value(
                    value, storage, "list" if operand.name in ("$CURRENT_ROLES", "$CURRENT_POLICIES") else "any"
                )
            case _:
                raise AssertionError(operand)

    def variable(self, variable: Variable) -> Any:
        if variable.name == "$CURRENT_USER":
            if self.actor.kind != "user":
                return None
            return self.actor.record.get(variable.path[0]) if variable.path else self.actor.key
        if variable.name == "$CURRENT_ROLE":
            return self.actor.role
        if variable.name == "$CURRENT_ROLES":
            return list(self.actor.roles)
        raise AssertionError(variable)

    def step(self, joins: Joins, here: int, owner: At, part: str, *, back: bool) -> tuple[int, At]:
        """Over one relation: by the name of a reference, of an alias, or (with `back`) of a back-relation."""
        relation = self.catalog.m2o(owner.collection, part)
        if relation is not None:
            follow = self.to_listed if relation.list else self.to_one
            here, name = follow(joins, here, owner, relation)
            return here, At(name, None, "list", owner.trusted)
        found = self.back_relation(owner.collection, part) if back else self.catalog.o2m(owner.collection, part)
        if found is None:
            raise Refused(f"{owner.collection}.{part}")
        here, name = self.to_many(joins, here, owner, found)
        return here, At(name, None, "list", owner.trusted)

    def tree_path(self, path: Path, root: At, joins: Joins) -> Read:
        here, owner = 0, replace(root, row=None)
        for part in path.parts[:-1]:
            here, owner = self.step(joins, here, owner, part, back=False)
        last = path.parts[-1]
        if path.function == "count":
            return self.count(here, owner, last, joins)
        found = self.collection(owner.collection).column(last)
        if found is None:
            here, owner = self.step(joins, here, owner, last, back=False)
            found = self.collection(owner.collection).fields["id"]
        return self.column(here, owner, found, joins)

    def count(self, here: int, owner: At, name: str, joins: Joins) -> Read:
        relation = self.catalog.o2m(owner.collection, name)
        if relation is None:
            raise Refused("count")
        self.to_many(Joins(), 0, owner, relation)

        def read(chosen: dict[int, At]) -> Value:
            at = chosen[here]
            return Value(0 if at.row is None else len(self.children(at, relation, "list")), "bigInteger", computed=True)

        return Read(read, "bigInteger", here in joins.many)

    def column(self, here: int, owner: At, field: Field, joins: Joins) -> Read:
        if not owner.trusted:
            self.giving(owner, field.name)

        def read(chosen: dict[int, At]) -> Value:
            return Value(self.cell(chosen[here], field.name), field.type)

        return Read(read, field.type, here in joins.many)

    def text_operand(self, operand: Operand, root: At, joins: Joins) -> Read:
        if isinstance(operand, Path):
            if operand.parts[0] == "@request":
                return self.request(operand)
            return self.text_path(operand, root, joins)
        value = self.bound(operand, "")
        return Read(lambda chosen: value, "", many=False)

    def request(self, path: Path) -> Read:
        assert path.parts[1] == "auth", path
        name = path.parts[2]
        found = None
        if self.actor.kind == "user":
            found = self.actor.key if name == "id" else self.actor.record.get(name)
        return Read(lambda chosen: Value(found, "", "any"), "", many=False)

    def text_path(self, path: Path, root: At, joins: Joins) -> Read:
        here, owner = 0, replace(root, row=None)
        parts = path.parts
        for position, part in enumerate(parts[:-1]):
            relation = self.catalog.m2o(owner.collection, part)
            if relation is not None and not relation.list and parts[position + 1 :] == ("id",) and not path.modifier:
                # The key of a single related row is what the field itself holds.
                return self.column(here, owner, self.collection(owner.collection).fields[part], joins)
            here, owner = self.step(joins, here, owner, part, back=True)
        return self.text_end(path, here, owner, joins)

    def back_relation(self, owner: str, name: str) -> Relation | None:
        many, _, column = name.partition("_via_")
        found = self.catalog.m2o(many, column)
        return self.catalog.o2m(owner, name) or (found if found is not None and found.one == owner else None)

    def text_end(self, path: Path, here: int, owner: At, joins: Joins) -> Read:
        found = self.collection(owner.collection).column(path.parts[-1])
        if found is None:
            raise Refused(f"{owner.collection}.{path.parts[-1]}")
        if path.modifier == "each":
            if not owner.trusted:
                self.giving(owner, found.name)
            here = self.to_elements(joins, here, owner, found.name)

            def element(chosen: dict[int, At]) -> Value:
                row = chosen[here].row
                return Value(None if row is None else row["value"], "string")

            return Read(element, "string", many=True)
        plain = self.column(here, owner, found, joins)
        function = {"length": "list_length", "lower": "lower"}.get(path.modifier)
        if function is None:
            return plain

        def applied(chosen: dict[int, At]) -> Value:
            value = plain.read(chosen)
            held = replace(value, value=json.dumps(value.value)) if function == "list_length" and value.value else value
            result = FUNCTIONS[function].evaluate([held], (), NOW)
            return Value(result, "bigInteger" if function == "list_length" else "text", computed=True)

        return Read(applied, "", plain.many)


@dataclass(frozen=True)
class Read:
    """A path's value in one combination of joined rows. `many`: it may have several per root row."""

    read: Callable[[dict[int, At]], Value]
    storage: str
    many: bool


def _hint(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, tuple):
        return "list"
    return "empty" if value == "" else "text"


def _and(parts: Sequence[bool | None]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _or(parts: Sequence[bool | None]) -> bool | None:
    if True in parts:
        return True
    return None if None in parts else False
