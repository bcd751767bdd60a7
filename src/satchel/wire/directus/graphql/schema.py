"""One caller's schema: the root fields of a scope, over the types of all that may be seen.

In charge of: which root fields there are, and their arguments. Not in charge of: types (`types`, `inputs`), the
server's own fields of the system scope (`system_fields`), or running anything (`operations`). Called by `schemas`,
which keeps what is made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from satchel.model.catalog import Catalog, Collection
from satchel.policy.grant import Grants
from satchel.wire.directus.graphql import scalars
from satchel.wire.directus.graphql.inputs import Inputs
from satchel.wire.directus.graphql.meaning import Nothing, Root, noted
from satchel.wire.directus.graphql.types import Types, delete_many, delete_one
from satchel.wire.directus.graphql.visible import PREFIX, Scope, Visible

Fields = dict[str, GraphQLField]
ID = GraphQLNonNull(GraphQLID)
TEXT = GraphQLNonNull(GraphQLString)
IDS = GraphQLNonNull(GraphQLList(GraphQLID))


class Builder:
    """Makes the schema of one scope for one set of grants."""

    def __init__(self, catalog: Catalog, grants: Grants, scope: Scope) -> None:
        self.scope: Scope = scope
        self.visible = Visible(catalog, grants)
        self.inputs = Inputs(self.visible)
        self.types = Types(self.visible, self.inputs)
        self.deleted_one = delete_one()
        self.deleted_many = delete_many()

    def build(self, queries: Fields, mutations: Fields) -> GraphQLSchema:
        """The schema. `queries` and `mutations`: root fields beside those of collections."""
        asked, written, followed = dict(queries), dict(mutations), Fields()
        for item in self.visible.of(self.scope):
            _add(asked, self._queries(item))
        for kind in (self._creates, self._updates, self._deletes):
            for item in self.visible.of(self.scope):
                _add(written, kind(item))
        for item in self._followable():
            kind = self.types.mutated(item.name)
            note = Root("mutated", item.name)
            followed[f"{item.name}_mutated"] = noted(kind, note, {"event": GraphQLArgument(scalars.EVENTS)})
        if not asked:
            asked["_empty"] = noted(scalars.VOID, Nothing())
        return GraphQLSchema(
            GraphQLObjectType("Query", asked),
            GraphQLObjectType("Mutation", written) if written else None,
            GraphQLObjectType("Subscription", followed) if followed else None,
        )

    def _name(self, item: Collection) -> str:
        """What the root fields of a collection begin with."""
        return item.name.removeprefix(PREFIX) if item.system else item.name

    def _followable(self) -> Iterator[Collection]:
        for scope in ("system", "items"):
            for item in self.visible.of(scope):
                if self.visible.lists(item.name):
                    yield item

    # --- queries

    def _queries(self, item: Collection) -> Iterator[tuple[str, GraphQLField]]:
        name, collection = self._name(item), item.name
        kind = self.types.item(collection)
        version = GraphQLArgument(GraphQLString)
        if item.singleton:
            if self.visible.lists(collection):
                yield name, noted(kind, Root("singleton", collection), {"version": version})
                if self.scope == "items":
                    yield from self._versions(item, name, {"version": GraphQLArgument(TEXT)})
            return
        if self.visible.lists(collection):
            arguments = self.inputs.list_arguments(collection)
            yield name, noted(_many(kind), Root("list", collection), arguments)
        if self.visible.views(collection):
            arguments = {"id": GraphQLArgument(ID), "version": version}
            yield f"{name}_by_id", noted(kind, Root("by_id", collection), arguments)
        if self.visible.lists(collection):
            arguments = {
                "groupBy": GraphQLArgument(GraphQLList(GraphQLString)),
                **self.inputs.list_arguments(collection),
            }
            grouped = _many(self.types.aggregated(collection))
            yield f"{name}_aggregated", noted(grouped, Root("aggregated", collection), arguments)
        if self.scope == "items" and self.visible.views(collection):
            yield from self._versions(item, name, {"version": GraphQLArgument(TEXT), "id": GraphQLArgument(ID)})

    def _versions(self, item: Collection, name: str, arguments: Any) -> Iterator[tuple[str, GraphQLField]]:
        yield f"{name}_by_version", noted(self.types.version(item.name), Root("by_version", item.name), arguments)

    # --- mutations

    def _answer(self, item: Collection, *, many: bool) -> tuple[Any, dict[str, GraphQLArgument], bool]:
        """What a write answers, the arguments that narrow a list of answers, and whether the rows may be read."""
        if not self.visible.readable(item.name):
            return scalars.GraphQLBoolean, {}, False
        kind = self.types.item(item.name)
        return (_many(kind), self.inputs.list_arguments(item.name), True) if many else (kind, {}, True)

    def _creates(self, item: Collection) -> Iterator[tuple[str, GraphQLField]]:
        if item.singleton or not self.visible.writable(item.name, "create"):
            return
        name, payload = self._name(item), self.inputs.payload(item.name, "create")
        kind, arguments, answers = self._answer(item, many=True)
        data = GraphQLArgument(GraphQLList(GraphQLNonNull(payload)))
        yield f"create_{name}_items", noted(kind, Root("create_many", item.name, answers), {**arguments, "data": data})
        kind, arguments, answers = self._answer(item, many=False)
        data = GraphQLArgument(GraphQLNonNull(payload))
        yield f"create_{name}_item", noted(kind, Root("create_one", item.name, answers), {"data": data})

    def _updates(self, item: Collection) -> Iterator[tuple[str, GraphQLField]]:
        if not self.visible.writable(item.name, "update"):
            return
        name, payload = self._name(item), self.inputs.payload(item.name, "update")
        data = GraphQLArgument(GraphQLNonNull(payload))
        one, _, answers = self._answer(item, many=False)
        if item.singleton:
            yield f"update_{name}", noted(one, Root("update_singleton", item.name, answers), {"data": data})
            return
        many, arguments, _ = self._answer(item, many=True)
        ids = {"ids": GraphQLArgument(IDS), "data": data}
        yield f"update_{name}_items", noted(many, Root("update_many", item.name, answers), {**arguments, **ids})
        batch = {"data": GraphQLArgument(GraphQLList(GraphQLNonNull(payload)))}
        yield f"update_{name}_batch", noted(many, Root("update_batch", item.name, answers), {**arguments, **batch})
        yield (
            f"update_{name}_item",
            noted(one, Root("update_one", item.name, answers), {"id": GraphQLArgument(ID), "data": data}),
        )

    def _deletes(self, item: Collection) -> Iterator[tuple[str, GraphQLField]]:
        if item.singleton or not self.visible.deletable(item.name):
            return
        name = self._name(item)
        many, one = Root("delete_many", item.name), Root("delete_one", item.name)
        yield f"delete_{name}_items", noted(self.deleted_many, many, {"ids": GraphQLArgument(IDS)})
        yield f"delete_{name}_item", noted(self.deleted_one, one, {"id": GraphQLArgument(ID)})


def _many(kind: Any) -> Any:
    return GraphQLNonNull(GraphQLList(GraphQLNonNull(kind)))


def _add(fields: Fields, more: Iterator[tuple[str, GraphQLField]]) -> None:
    """Root fields that are new; of two with one name (a table `a` beside a table `a_by_id`) the first stays."""
    for name, field in more:
        fields.setdefault(name, field)
