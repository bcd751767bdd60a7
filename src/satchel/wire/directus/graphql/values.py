"""Plain values by a selection: what answers are made of that no database writes.

In charge of: taking the selected fields of objects and lists under the names of the answer, and writing scalars as
their types are written. Not in charge of: where the values come from (`calls`, `operations`). Called by both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
)

from satchel.wire.directus.graphql.meaning import type_of
from satchel.wire.directus.graphql.selection import TYPENAME, Group, Walker

_TEXTS = frozenset({"ID", "String", "GraphQLBigInt"})


def pick(walker: Walker, kind: Any, group: Group, value: Any, where: str) -> Any:
    """The value as its type is written. `where`: the field, for messages. Raises GraphQLError for a null that must not
    be.
    """
    if isinstance(kind, GraphQLNonNull):
        found = pick(walker, cast("Any", kind).of_type, group, value, where)
        if found is None:
            raise GraphQLError(f"Cannot return null for non-nullable field {where}.")
        return found
    if value is None:
        return None
    if isinstance(kind, GraphQLList):
        inner = cast("Any", kind).of_type
        items = cast("Sequence[Any]", value) if isinstance(value, list | tuple) else [value]
        return [_or_null(walker, inner, group, item, where) for item in items]
    if isinstance(kind, GraphQLObjectType):
        return _object(walker, kind, group, value)
    return _scalar(str(kind), value)


def check(walker: Walker, kind: Any, group: Group) -> None:
    """Look through a selection of plain values before there are any. Raises Conflicting."""
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    if isinstance(kind, GraphQLObjectType):
        for nodes in walker.collect(kind, [node.selection_set for node in group]).values():
            name = nodes[0].name.value
            if name != TYPENAME:
                check(walker, type_of(kind.fields[name]), nodes)


def _or_null(walker: Walker, kind: Any, group: Group, value: Any, where: str) -> Any:
    """An element that may be null is so when something in it must not be."""
    if isinstance(kind, GraphQLNonNull):
        return pick(walker, kind, group, value, where)
    try:
        return pick(walker, kind, group, value, where)
    except GraphQLError:
        return None


def _object(walker: Walker, kind: GraphQLObjectType, group: Group, value: Any) -> dict[str, Any]:
    given = cast("Mapping[str, Any]", value if isinstance(value, Mapping) else {})
    found: dict[str, Any] = {}
    for key, nodes in walker.collect(kind, [node.selection_set for node in group]).items():
        name = nodes[0].name.value
        if name == TYPENAME:
            found[key] = kind.name
        else:
            found[key] = _or_null(walker, type_of(kind.fields[name]), nodes, given.get(name), f"{kind}.{name}")
    return found


def _scalar(name: str, value: Any) -> Any:
    if name in _TEXTS and not isinstance(value, str):
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int | float) else None
    return value
