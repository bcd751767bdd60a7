"""Types of arguments: filters, and payloads of creates and updates.

In charge of: what can be sent, and turning a filter as it was sent into one of the filter language (`filter_tree`). Not
in charge of: what a filter or payload means (the engine). Called by `types`, `schema` and `selection`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
)

from satchel.model.catalog import Catalog, Collection
from satchel.wire.directus.graphql import scalars
from satchel.wire.directus.graphql.visible import Visible

InputFields = dict[str, GraphQLInputField]


class Inputs:
    """The input objects of one schema, each made once."""

    def __init__(self, visible: Visible) -> None:
        self.visible = visible
        self._made: dict[str, GraphQLInputObjectType] = {}

    def _once(self, name: str, make: Any) -> GraphQLInputObjectType:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = GraphQLInputObjectType(name, make)
        return found

    # --- what narrows a list

    def list_arguments(self, name: str) -> dict[str, GraphQLArgument]:
        """The arguments of a list of rows."""
        return {
            "filter": GraphQLArgument(self.filter(name)),
            "sort": GraphQLArgument(GraphQLList(GraphQLString)),
            "limit": GraphQLArgument(GraphQLInt),
            "offset": GraphQLArgument(GraphQLInt),
            "page": GraphQLArgument(GraphQLInt),
            "search": GraphQLArgument(GraphQLString),
        }

    def filter(self, name: str) -> GraphQLInputObjectType:
        return self._once(f"{name}_filter", lambda: self._filter_fields(name))

    def quantifier(self, name: str) -> GraphQLInputObjectType:
        """The filter of a to-many field: it also says whether some or none of the rows must match."""

        def fields() -> InputFields:
            inner = GraphQLInputField(self.filter(name))
            return {**self._filter_fields(name), "_some": inner, "_none": inner}

        return self._once(f"{name}_quantifier_filter", fields)

    def _filter_fields(self, name: str) -> InputFields:
        item = self.visible.collections[name]
        fields: InputFields = {}
        scoped: InputFields = {}
        for field in self.visible.readable(name):
            self._filter_field(item, field, fields, scoped)
        level = GraphQLInputField(GraphQLList(self.filter(name)))
        return {**fields, "_and": level, "_or": level, **scoped}

    def _filter_field(self, item: Collection, name: str, fields: InputFields, scoped: InputFields) -> None:
        field = item.fields[name]
        linked = self.visible.narrowed(item.name, name)
        functions: GraphQLInputObjectType | None = None
        if linked is not None and linked.link == "any":
            for target in linked.targets:
                scoped[f"{name}__{target}"] = GraphQLInputField(self.filter(target))
            return
        if linked is not None:
            quantified = linked.link == "many" and not field.stored
            target = linked.targets[0]
            fields[name] = GraphQLInputField(self.quantifier(target) if quantified else self.filter(target))
            functions = None if field.stored else scalars.COUNT_FUNCTION_FILTER
        elif field.stored:
            fields[name] = GraphQLInputField(scalars.operators(field, key=item.key == (name,)))
        if field.stored and not field.concealed and not field.array:
            if field.type in scalars.FUNCTIONS_OF:
                functions = scalars.FUNCTIONS_OF[field.type][1]
            elif field.type == "json":
                functions = scalars.COUNT_FUNCTION_FILTER
        if functions is not None and f"{name}_func" not in item.fields:
            fields[f"{name}_func"] = GraphQLInputField(functions)

    # --- payloads

    def payload(self, name: str, action: Literal["create", "update"]) -> GraphQLInputObjectType:
        return self._once(f"{action}_{name}_input", lambda: self._payload_fields(name, action))

    def _payload_fields(self, name: str, action: Literal["create", "update"]) -> InputFields:
        item = self.visible.collections[name]
        fields: InputFields = {}
        for field in self.visible.writable(name, action).values():
            linked = self.visible.linked_for(action, name, field.name)
            if linked is not None and linked.link != "any":
                related = self.payload(linked.targets[0], action)
                # never required: an item that is written through its parent has it from there
                fields[field.name] = GraphQLInputField(GraphQLList(related) if linked.link == "many" else related)
            elif field.stored:
                kind = scalars.shown(field, key=item.key == (field.name,)).type
                needed = action == "create" and self.visible.needed(name, field)
                fields[field.name] = GraphQLInputField(GraphQLNonNull(kind) if needed else kind)
        return fields


def filter_tree(catalog: Catalog, collection: str | None, given: Any) -> Any:
    """A filter of a schema as one of the filter language: `born_func: {year: …}` is `year(born)`, `item__text` is
    `item:text`.
    """
    if not isinstance(given, Mapping):
        return given
    item = catalog.get(collection) if collection else None
    if item is None:
        return cast("Any", given)
    found: dict[str, Any] = {}
    for key, value in cast("Mapping[str, Any]", given).items():
        if key in ("_and", "_or") and isinstance(value, list):
            found[key] = [filter_tree(catalog, collection, each) for each in cast("list[Any]", value)]
        elif key in ("_some", "_none"):
            found[key] = filter_tree(catalog, collection, value)
        elif key not in item.fields and key.endswith("_func") and isinstance(value, Mapping):
            name = key.removesuffix("_func")
            found |= {f"{part}({name})": tests for part, tests in cast("Mapping[str, Any]", value).items()}
        elif key not in item.fields and "__" in key:
            name, _, scope = key.partition("__")
            found[f"{name}:{scope}"] = filter_tree(catalog, scope, value)
        else:
            found[key] = filter_tree(catalog, _target(catalog, item, key), value)
    return found


def _target(catalog: Catalog, item: Collection, field: str) -> str | None:
    relation = catalog.m2o(item.name, field)
    if relation is not None:
        return relation.one
    alias = catalog.o2m(item.name, field)
    return None if alias is None else alias.many
