"""What a schema says of itself: `__schema` and `__type`.

In charge of: these root fields, off the event loop, one at a time, and within a limit: a document of a few lines can
ask for more than any schema needs to tell. Not in charge of: what types say of themselves (graphql-core's own fields).
Called by `operations`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from graphql import GraphQLEnumType, GraphQLField, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema
from graphql.type import SchemaMetaFieldDef, TypeMetaFieldDef

from satchel.errors import InvalidQuery
from satchel.http import json
from satchel.wire.directus.graphql.meaning import type_of
from satchel.wire.directus.graphql.selection import TYPENAME, Group, Walker

INTROSPECTION: Mapping[str, GraphQLField] = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
_one_at_a_time = ThreadPoolExecutor(1, thread_name_prefix="graphql-schema")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One selected field of an object: its name in the answer, and how its value is found and completed."""

    key: str
    resolve: Callable[[Any], Any]
    kind: Any
    group: Group


class _Telling:
    """One answer. `most`: fields that it may have."""

    def __init__(self, walker: Walker, schema: GraphQLSchema, most: int) -> None:
        self.walker = walker
        self.schema = schema
        self.about = SimpleNamespace(schema=schema)  # all that these fields ask of their surroundings
        self.left = self.most = most
        # what is selected of an object is the same for all objects of a type at one place in the document
        self._wanted: dict[tuple[str, int], list[_Wanted]] = {}

    def root(self, group: Group) -> bytes:
        name = group[0].name.value
        field = INTROSPECTION[name]
        if name == "__schema":
            value: Any = self.schema
        else:
            value = self.schema.get_type(str(self.walker.arguments(field, group[0])["name"]))
        return json.encode(self.completed(type_of(field), group, value))

    def completed(self, kind: Any, group: Group, value: Any) -> Any:
        if isinstance(kind, GraphQLNonNull):
            kind = cast("Any", kind).of_type
        if value is None:
            return None
        if isinstance(kind, GraphQLList):
            inner = cast("Any", kind).of_type
            return [self.completed(inner, group, item) for item in value]
        if isinstance(kind, GraphQLObjectType):
            wanted = self._wanted.get((kind.name, id(group)))
            if wanted is None:
                wanted = self._wanted[(kind.name, id(group))] = self._selected(kind, group)
            self.left -= len(wanted)
            if self.left < 0:
                raise InvalidQuery(f"The schema tells at most {self.most} fields at once")
            return {item.key: self.completed(item.kind, item.group, item.resolve(value)) for item in wanted}
        return kind.coerce_output_value(value) if isinstance(kind, GraphQLEnumType) else value

    def _selected(self, kind: GraphQLObjectType, group: Group) -> list[_Wanted]:
        grouped = self.walker.collect(kind, [node.selection_set for node in group])
        return [self._field(kind, key, nodes) for key, nodes in grouped.items()]

    def _field(self, kind: GraphQLObjectType, key: str, group: Group) -> _Wanted:
        name = group[0].name.value
        if name == TYPENAME:
            return _Wanted(key, lambda value: kind.name, None, group)
        field = kind.fields[name]
        arguments = self.walker.arguments(field, group[0])
        found: Any = field.resolve
        return _Wanted(key, lambda value: found(value, self.about, **arguments), type_of(field), group)


async def introspect(walker: Walker, schema: GraphQLSchema, asked: Mapping[str, Group], most: int) -> dict[str, bytes]:
    """The JSON of these root fields by response name. Raises InvalidQuery for more than `most` fields, and
    Conflicting."""
    telling = _Telling(walker, schema, most)

    def work() -> dict[str, bytes]:
        return {key: telling.root(group) for key, group in asked.items()}

    return await asyncio.get_running_loop().run_in_executor(_one_at_a_time, work)
