"""Schemas by caller: made once per catalog and grants, and kept while they are asked for.

In charge of: keeping schemas with their documents, making a missing one off the event loop. Not in charge of: what is
in it (`schema`, `system_fields`). Made by `http`; also used by `subscriptions`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from graphql import GraphQLSchema

from satchel.model.catalog import Catalog
from satchel.policy.grant import Grants
from satchel.wire.directus.graphql.documents import Document, DocumentLimits, Documents, Kept
from satchel.wire.directus.graphql.schema import Builder
from satchel.wire.directus.graphql.system_fields import SystemFields
from satchel.wire.directus.graphql.visible import Scope

KEPT_SCHEMAS = 64
LONG_TEXT = 4000


@dataclass(slots=True)
class CallersSchema:
    """A schema with the catalog it was made from and the documents that were found to fit it."""

    catalog: Catalog
    schema: GraphQLSchema
    documents: Documents

    async def read(self, text: str) -> Document:
        """The document in a text; a long one is read off the event loop. Raises InvalidDocument."""
        if len(text) > LONG_TEXT:
            return await asyncio.to_thread(self.documents.read, text)
        return self.documents.read(text)


class Schemas:
    """The schemas of one wire. `system`: the fields of the system scope that belong to no collection."""

    def __init__(self, limits: DocumentLimits, system: SystemFields) -> None:
        self.limits = limits
        self.system = system
        self._documents = Kept()
        self._kept: OrderedDict[Hashable, CallersSchema] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[CallersSchema]] = {}

    async def of(self, catalog: Catalog, grants: Grants, scope: Scope) -> CallersSchema:
        """The schema for these grants. Callers who come while it is made wait for the one that makes it."""
        key = (scope, catalog.version, grants.token)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(asyncio.to_thread(self._make, catalog, grants, scope))
            task.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(task)

    def _keep(self, key: Hashable, done: asyncio.Task[CallersSchema]) -> None:
        del self._making[key]
        if not done.cancelled() and done.exception() is None:
            self._kept[key] = done.result()
            if len(self._kept) > KEPT_SCHEMAS:
                self._kept.popitem(last=False)

    def _make(self, catalog: Catalog, grants: Grants, scope: Scope) -> CallersSchema:
        builder = Builder(catalog, grants, scope)
        queries, mutations = self.system.fields(builder) if scope == "system" else ({}, {})
        schema = builder.build(queries, mutations)
        return CallersSchema(catalog, schema, Documents(schema, self.limits, self._documents))
