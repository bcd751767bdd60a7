"""Grants for looking at rows as they would be, without opening what is closed as they are.

In charge of: narrowing somebody's grants for a read inside a transaction of which nothing stays, so that it shows no
row and no field that the same person may not see outside of it. Not in charge of: what would be written, or what shows
as it is. Pure. Called by `history/preview`.

A row that would change shows the fields that it shows as it is, as far as a grant also gives them as it would be. In
rows that stay as they are a grant can only begin to hold by way of others: one whose condition follows a relation to
something that would change is taken to hold in none of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from satchel.expr.nodes import And, Call, Compare, Node, Not, Operand, Or, Path, Related, Truth
from satchel.expr.syntax_tree import parse_rule
from satchel.model.catalog import Action, Catalog, Collection, Key
from satchel.policy.grant import Grant, Grants
from satchel.policy.grants import READING

BACK = "_via_"

Shown = Mapping[tuple[str, Action], Mapping[Key, frozenset[str]]]
"""For each row that would change the fields that show as it is; none of a row that does not show."""


def as_it_is(grants: Grants, catalog: Catalog, shown: Shown, changed: Mapping[str, frozenset[str]]) -> Grants:
    """The narrowed grants. `changed`: for each collection the fields that would change in some row."""
    words = _words(catalog, changed)
    table = dict(grants.table)
    for (name, action), held in grants.table.items():
        collection = catalog.get(name)
        if action in READING and collection is not None:
            rows = shown.get((name, action), {})
            table[(name, action)] = tuple(part for grant in held for part in _parts(grant, collection, rows, words))
    return Grants(_token(grants, shown, changed), table=table)


def _token(grants: Grants, shown: Shown, changed: Mapping[str, frozenset[str]]) -> Hashable:
    rows = tuple((place, tuple(found.items())) for place, found in shown.items())
    return ("as it is", grants.token, rows, tuple(changed.items()))


def _parts(
    grant: Grant, collection: Collection, rows: Mapping[Key, frozenset[str]], words: frozenset[str]
) -> Iterator[Grant]:
    """The grant for rows that stay, and for each set of fields the one for the rows that show these."""
    if grant.where is not None and not words.isdisjoint(_followed(grant.where)):
        yield replace(grant, where=Truth(False))  # its fields are still known
    else:
        yield replace(grant, where=_all(grant.where, _none_of(collection, tuple(rows))) if rows else grant.where)
    groups: dict[frozenset[str], list[Key]] = {}
    for key, fields in rows.items():
        groups.setdefault(fields if grant.fields is None else grant.fields & fields, []).append(key)
    for fields, keys in groups.items():
        if fields:
            yield replace(grant, where=_all(grant.where, _one_of(collection, keys)), fields=fields)


def _all(where: Node | None, more: Node) -> Node:
    return more if where is None else And((where, more))


def _one_of(collection: Collection, keys: Sequence[Key]) -> Node:
    return _rule(collection, {"_or": [{"_and": _parts_of(collection, key, "_eq")} for key in keys]})


def _none_of(collection: Collection, keys: Sequence[Key]) -> Node:
    return _rule(collection, {"_and": [{"_or": _parts_of(collection, key, "_neq")} for key in keys]})


def _parts_of(collection: Collection, key: Key, operator: str) -> list[dict[str, Any]]:
    return [{name: {operator: part}} for name, part in zip(collection.key, key, strict=True)]


def _rule(collection: Collection, rule: Mapping[str, Any]) -> Node:
    return parse_rule(rule, collection=collection.name)


# --- what a condition follows


def _words(catalog: Catalog, changed: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The names of what would change, and of what lists rows by a field that would."""
    found = {name for fields in changed.values() for name in fields}
    for (collection, name), relation in catalog.outgoing.items():
        if name in changed.get(collection, ()):
            found.add(f"{collection}{BACK}{name}")
            if relation.one_field:
                found.add(relation.one_field)
    return frozenset(found)


def _followed(node: Node, *, inside: bool = False) -> Iterator[str]:
    """The names on all paths of a condition that leave the row itself. `inside`: of a condition on related rows."""
    match node:
        case Truth():
            return
        case And() | Or():
            for item in node.items:
                yield from _followed(item, inside=inside)
        case Not():
            yield from _followed(node.item, inside=inside)
        case Related():
            yield from node.path.parts
            yield from _followed(node.where, inside=True)
        case Compare():
            for operand in (node.left, node.right):
                yield from _named(operand, inside=inside)


def _named(operand: Operand, *, inside: bool) -> Iterator[str]:
    match operand:
        case Call():
            for argument in operand.arguments:
                yield from _named(argument, inside=inside)
        case Path() if operand.parts[0] != "@request" and (inside or operand.function or len(operand.parts) > 1):
            for part in operand.parts:
                yield part.partition(":")[0]
        case _:
            return
