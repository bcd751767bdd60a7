"""Types of answers: one object per collection with its functions and aggregates, unions, versions and events.

In charge of: what can be selected. Not in charge of: what can be sent (`inputs`), root fields (`schema`), or who may
know what (`visible`). Called by `schema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
)

from satchel.model.catalog import Collection, Field
from satchel.snapshots.defaults import default_value
from satchel.wire.directus.graphql import scalars
from satchel.wire.directus.graphql.inputs import Inputs
from satchel.wire.directus.graphql.meaning import Functions, OneOf, Plain, Related, noted
from satchel.wire.directus.graphql.visible import Linked, Visible

SUMS = ("avg", "sum", "avgDistinct", "sumDistinct", "min", "max")
COUNTS = ("count", "countDistinct")
Fields = dict[str, GraphQLField]


class Types:
    """The objects of one schema, each made once."""

    def __init__(self, visible: Visible, inputs: Inputs) -> None:
        self.visible = visible
        self.inputs = inputs
        self._objects: dict[str, GraphQLObjectType] = {}
        self._unions: dict[str, GraphQLUnionType] = {}

    def _once(self, name: str, make: Any) -> GraphQLObjectType:
        found = self._objects.get(name)
        if found is None:
            found = self._objects[name] = GraphQLObjectType(name, make)
        return found

    def item(self, name: str) -> GraphQLObjectType:
        """The object of one collection's item."""
        return self._once(name, lambda: self._item_fields(self.visible.collections[name]))

    def _item_fields(self, item: Collection) -> Fields:
        fields: Fields = {}
        for name, always in self.visible.readable(item.name).items():
            field = item.fields[name]
            linked = self.visible.linked(item.name, name)
            if linked is not None:
                fields[name] = self._related(item, field, linked)
            elif field.stored:
                fields[name] = self._plain(item, field, always=always)
            else:
                continue
            found = self._functions(item, field)
            if found is not None and f"{name}_func" not in item.fields:
                fields[f"{name}_func"] = found
        return fields

    def _plain(self, item: Collection, field: Field, *, always: bool) -> GraphQLField:
        key = item.key == (field.name,)
        shown = scalars.shown(field, key=key)
        # clients know fields with a default as ones that may be null, unless the default is nothing
        certain = always and (key or (not field.nullable and not default_value(field)))
        return noted(GraphQLNonNull(shown.type) if certain else shown.type, Plain(field.name, shown.form))

    def _related(self, item: Collection, field: Field, linked: Linked) -> GraphQLField:
        if linked.link == "any":
            union = self._union(f"{item.name}_{field.name}_union", linked.targets)
            return noted(union, OneOf(field.name, linked.targets))
        (target,) = linked.targets
        kind: Any = self.item(target)
        return noted(
            GraphQLList(kind) if linked.link == "many" else kind,
            Related(field.name, target),
            self.inputs.list_arguments(target),
        )

    def _union(self, name: str, targets: tuple[str, ...]) -> GraphQLUnionType:
        found = self._unions.get(name)
        if found is None:
            found = self._unions[name] = GraphQLUnionType(name, [self.item(target) for target in targets])
        return found

    def _functions(self, item: Collection, field: Field) -> GraphQLField | None:
        kind: GraphQLObjectType | None = None
        if not field.stored:
            kind = scalars.COUNT_FUNCTIONS
        elif field.concealed or field.array:
            return None
        elif field.type in scalars.FUNCTIONS_OF:
            kind = scalars.FUNCTIONS_OF[field.type][0]
        elif field.type == "json":
            name = f"{item.name}_{field.name}_func"
            if name not in self._objects:
                self._objects[name] = scalars.json_functions(name)
            kind = self._objects[name]
        return None if kind is None else noted(kind, Functions(field.name))

    # --- aggregates

    def aggregated(self, name: str) -> GraphQLObjectType:
        """One group of a grouped read."""
        return self._once(f"{name}_aggregated", lambda: self._aggregates(self.visible.collections[name]))

    def _aggregates(self, item: Collection) -> Fields:
        stored = [item.fields[name] for name in self.visible.readable(item.name) if item.fields[name].stored]
        numeric = [field for field in stored if field.type in scalars.NUMERIC_TYPES and not field.concealed]
        counts = self._columns(f"{item.name}_aggregated_count", stored, GraphQLInt)
        fields: Fields = {"group": GraphQLField(scalars.JSON), "countAll": GraphQLField(GraphQLInt)}
        fields |= {name: GraphQLField(counts) for name in COUNTS}
        if numeric:
            sums = self._columns(f"{item.name}_aggregated_fields", numeric, GraphQLFloat)
            fields |= {name: GraphQLField(sums) for name in SUMS}
        return fields

    def _columns(self, name: str, columns: list[Field], kind: Any) -> GraphQLObjectType:
        return self._once(name, {field.name: GraphQLField(kind) for field in columns})

    # --- versions and events

    def version(self, name: str) -> GraphQLObjectType:
        """An item as a version holds it: relations as they were saved."""
        return self._once(f"version_{name}", lambda: self._version_fields(self.visible.collections[name]))

    def _version_fields(self, item: Collection) -> Fields:
        fields: Fields = {}
        for name in self.visible.readable(item.name):
            field = item.fields[name]
            linked = self.visible.linked(item.name, name)
            if linked is not None and linked.link != "any":
                fields[name] = GraphQLField(scalars.JSON)
            elif field.stored:
                fields[name] = GraphQLField(scalars.shown(field, key=item.key == (name,)).type)
        return fields

    def mutated(self, name: str) -> GraphQLObjectType:
        """What a subscription is told of a change."""
        fields: Mapping[str, GraphQLField] = {
            "key": GraphQLField(GraphQLNonNull(GraphQLID)),
            "event": GraphQLField(scalars.EVENTS),
            "data": GraphQLField(self.item(name)),
        }
        return self._once(f"{name}_mutated", dict(fields))


def delete_one() -> GraphQLObjectType:
    return GraphQLObjectType("delete_one", {"id": GraphQLField(GraphQLNonNull(GraphQLID))})


def delete_many() -> GraphQLObjectType:
    return GraphQLObjectType("delete_many", {"ids": GraphQLField(GraphQLNonNull(GraphQLList(GraphQLID)))})
