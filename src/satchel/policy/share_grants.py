"""From a share to grants: what may be seen by whoever came in by a link to one item.

In charge of: the intersection of what the share's creator and the share's role may read, limited to the item and to
what relations reach from it, and how far that is. Not in charge of: whether a share is still good (`auth/shares`), or
what creator and role may read (`grants`). Pure. Called by `auth/access`.

For every collection that is reached, each pair of a grant of the creator and one of the role makes a grant of its own:
its rows are those that both give and that the item leads to, its fields those that both give. So a field shows in a row
exactly where both show it. Relations are followed through fields that both may read, each collection once on a way.

A creator's grants speak of the creator (`$CURRENT_USER`, `@request.auth.…`), who is not the one that asks: those words
are replaced by what they mean. A grant with one that can't be replaced is left out. Everything fails closed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

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
from satchel.model.catalog import Action, Catalog, Collection
from satchel.model.key import decode_key
from satchel.policy.actor import Actor, Share
from satchel.policy.grant import Grant, Grants
from satchel.policy.grants import READING

BACK = "_via_"
SCHEMA = ("directus_collections", "directus_fields", "directus_relations", "directus_translations")
"""What a page about the item has to know of the schema. Their handlers show of it what may be read."""

NOBODY = Variable("$CURRENT_USER")
"""Who comes by a share is no user, so this, and all of `@request.auth`, has no value then."""
NUMBERS = frozenset({"integer", "bigInteger"})


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a share goes: `steps` relations from its item, over at most so many `ways`."""

    steps: int
    ways: int


class _Unsayable(Exception):
    """A word about the creator that has no value that a rule could hold."""


def share_grants(catalog: Catalog, share: Share, creator: Grants, role: Grants, reach: Reach, token: Any) -> Grants:
    """The grants of a share. `creator`, `role`: what each of both may do; `token`: names the result."""
    table: dict[tuple[str, Action], tuple[Grant, ...]] = {}
    for name in SCHEMA:
        for action in READING:
            table[(name, action)] = (Grant(name, action, origin="share"),)
    ways = _Ways(catalog, creator, role, reach).from_item(share)
    for name, conditions in ways.items():
        within = conditions[0] if len(conditions) == 1 else Or(tuple(conditions))
        for action in READING:
            found = _both(name, action, creator, role, within, share)
            if found:
                table[(name, action)] = found
    return Grants(token, table=table)


def _both(name: str, action: Action, creator: Grants, role: Grants, within: Node, share: Share) -> tuple[Grant, ...]:
    found: list[Grant] = []
    for given in creator.of(name, action):
        try:
            theirs = None if given.where is None else _spoken_for(given.where, share.creator)
        except _Unsayable:
            continue
        for other in role.of(name, action):
            parts = [within, *(part for part in (theirs, other.where) if part is not None)]
            where = parts[0] if len(parts) == 1 else And(tuple(parts))
            fields = _common(given.fields, other.fields)
            if fields is None or fields:
                found.append(Grant(name, action, where, fields, origin=f"share:{share.id}"))
    return tuple(found)


def _common(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    if first is None:
        return second
    return first if second is None else first & second


# --- what relations reach


class _Ways:
    """Walks the relations that both may read, nearest first."""

    def __init__(self, catalog: Catalog, creator: Grants, role: Grants, reach: Reach) -> None:
        self.catalog = catalog
        self.both = (creator, role)
        self.reach = reach

    def from_item(self, share: Share) -> dict[str, list[Node]]:
        """Collection → conditions, one per way, that tell its rows on that way from the item."""
        root = self.catalog.get(share.collection)
        key = None if root is None else _key(root, share.item)
        if root is None or key is None or not self.readable(root.name):
            return {}
        same = [Compare("_eq", Path((name,)), Literal(value)) for name, value in zip(root.key, key, strict=True)]
        found: dict[str, list[Node]] = {root.name: [same[0] if len(same) == 1 else And(tuple(same))]}
        if len(root.key) != 1:
            return found  # the parts of a key would have to be met by one row
        end, value = root.key[0], Literal(key[0])
        # (where we are, the way back from there to the item, the collections on it)
        waiting: deque[tuple[str, tuple[str, ...], frozenset[str]]] = deque()
        waiting.append((root.name, (), frozenset({root.name})))
        ways = 0
        while waiting:
            here, way, passed = waiting.popleft()
            if len(way) >= self.reach.steps:
                continue
            for there, step in self.steps(here):
                if there in passed or ways >= self.reach.ways:
                    continue
                ways += 1
                back = (step, *way)
                found.setdefault(there, []).append(Compare("=", Path((*back, end)), value, any=True))
                waiting.append((there, back, passed | {there}))
        return found

    def readable(self, name: str, field: str | None = None) -> bool:
        """Whether both may read a collection at all, or this field of it in some row."""
        return all(
            any(field is None or grant.fields is None or field in grant.fields for grant in self.granted(grants, name))
            for grants in self.both
        )

    def granted(self, grants: Grants, name: str) -> Sequence[Grant]:
        return [grant for action in READING for grant in grants.of(name, action)]

    def steps(self, here: str) -> list[tuple[str, str]]:
        """(a collection that a relation leads to, how its rows find back), through fields that both may read."""
        found: list[tuple[str, str]] = []
        for (owner, field), relation in self.catalog.outgoing.items():
            if owner == here and self.readable(here, field):
                targets = relation.allowed if relation.one is None else (relation.one,)
                found += [(there, f"{here}{BACK}{field}") for there in targets]
        for relation in self.catalog.incoming.get(here, ()):
            # an alias of a many-to-any relation does not tell which of its rows are meant
            listed = relation.one_field if relation.one == here and not relation.list else None
            if listed and self.readable(here, listed):
                found.append((relation.many, relation.many_field))
        return [(there, step) for there, step in found if self.is_sayable(there, step) and self.readable(there)]

    def is_sayable(self, there: str, step: str) -> bool:
        """Whether the name of a step back means that relation and nothing else."""
        target = self.catalog.get(there)
        if target is None or step.count(BACK) > 1:
            return False
        return BACK not in step or (step not in target.fields and (there, step) not in self.catalog.aliases)


def _key(root: Collection, text: str) -> tuple[Any, ...] | None:
    """The values of a key, whole numbers as such; None if the text can't be one. An empty part would be like none."""
    parts = decode_key(root, text)
    if not root.key or parts is None or not all(parts):
        return None
    found: list[Any] = []
    for field, part in zip(root.key_fields, parts, strict=True):
        if field.type not in NUMBERS:
            found.append(part)
        elif part.removeprefix("-").isdecimal():
            found.append(int(part))
        else:
            return None
    return tuple(found)


# --- words about the creator


def _spoken_for(node: Node, creator: Actor) -> Node:
    """The node with what it says of its caller replaced by the creator's values. Raises _Unsayable."""
    match node:
        case Truth():
            return node
        case And():
            return And(tuple(_spoken_for(item, creator) for item in node.items))
        case Or():
            return Or(tuple(_spoken_for(item, creator) for item in node.items))
        case Not():
            return Not(_spoken_for(node.item, creator))
        case Related():
            return replace(node, where=_spoken_for(node.where, creator))
        case Compare():
            return replace(node, left=_operand(node.left, creator), right=_operand(node.right, creator))


def _operand(operand: Operand, creator: Actor) -> Operand:
    match operand:
        case Variable() if operand.name.startswith("$CURRENT_"):
            return _value(_of_variable(operand, creator), NOBODY)
        case Path() if operand.parts[:2] == ("@request", "auth"):
            return _value(_of_caller(operand, creator), operand)
        case Call():
            return replace(operand, arguments=tuple(_operand(item, creator) for item in operand.arguments))
        case Path() | Literal() | Param() | Variable():
            return operand


def _value(value: Any, unknown: Operand) -> Operand:
    """What the creator has; what a creator lacks is a value that nobody knows, and not the word `null` of a rule."""
    return unknown if value is None else Literal(_plain(value))


def _of_variable(variable: Variable, creator: Actor) -> Any:
    match variable.name:
        case "$CURRENT_USER":
            return creator.key if variable.path in ((), ("id",)) else _walk(creator.record, variable.path)
        case "$CURRENT_ROLE" if not variable.path:
            return creator.role
        case "$CURRENT_ROLES" if not variable.path:
            return creator.roles
        case "$CURRENT_POLICIES" if not variable.path:
            return creator.policies
        case _:
            raise _Unsayable


def _of_caller(path: Path, creator: Actor) -> Any:
    if path.modifier or path.function or len(path.parts) != 3:
        raise _Unsayable
    match path.parts[2]:
        case "id":
            return creator.key or ""
        case "collectionName":
            return creator.record.get("collectionName", creator.collection)
        case name:
            return creator.record.get(name)


def _walk(value: Any, path: Sequence[str]) -> Any:
    for part in path:
        if not isinstance(value, Mapping):
            raise _Unsayable
        value = cast("Mapping[str, Any]", value).get(part)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple) and all(isinstance(item, str) for item in cast("tuple[Any, ...]", value)):
        return cast("tuple[str, ...]", value)
    raise _Unsayable
