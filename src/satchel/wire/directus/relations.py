"""`/relations`: what points at what, and making, changing and dropping it.

In charge of: this path's bodies, checks and answers. Not in charge of: foreign keys and metadata (`engine/schema`).
Mounted by `routes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.errors import Forbidden, InvalidPayload
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.model.catalog import Relation
from satchel.model.definition import RelationDefinition
from satchel.policy.grant import Grants
from satchel.snapshots.field_payload import as_object
from satchel.snapshots.relation_payload import definition_of, with_payload
from satchel.snapshots.shape import relation_object
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.schema_handlers import SchemaHandlers, for_admins, may_see, visible_fields


class Relations(SchemaHandlers):
    """The handlers."""

    part = "relations"

    def mount(self, router: Router) -> None:
        router.add("POST", "/relations", for_admins(self.create))
        router.add("GET", "/relations", self.read_many)
        router.add("GET", "/relations/{collection}", self.read_many_of)
        router.add("GET", "/relations/{collection}/{field}", self.read_one)
        router.add("PATCH", "/relations/{collection}/{field}", for_admins(self.update))
        router.add("DELETE", "/relations/{collection}/{field}", for_admins(self.delete))

    # --- reading

    async def read_many(self, request: Request) -> Response:
        grants = await self.readable(request)
        return await self.listed(request, self._objects(self._seen(grants)))

    async def read_many_of(self, request: Request) -> Response:
        grants = await self.readable(request)
        found = self.collection(request)
        seen = [item for item in self._seen(grants) if item.many == found.name]
        return await self.listed(request, self._objects(seen))

    def _objects(self, relations: list[Relation]) -> list[dict[str, Any]]:
        return [relation_object(self.engine.catalog, item) for item in relations]

    async def read_one(self, request: Request) -> Response:
        grants = await self.readable(request)
        found = self.collection(request)
        name = request.params["field"]
        for item in self._seen(grants):
            if item.many == found.name and item.many_field == name:
                return shape.value(relation_object(self.engine.catalog, item))
        raise Forbidden("There is no such relation.")

    def _seen(self, grants: Grants) -> list[Relation]:
        """The relations whose field, and what it points at, the caller may see; one per field."""
        catalog = self.engine.catalog
        seen: dict[tuple[str, str], Relation] = {}
        for item in catalog.relations:
            many = catalog.collections.get(item.many)
            field = many.fields.get(item.many_field) if many is not None else None
            if many is None or field is None or not may_see(grants, many.name):
                continue
            targets = [item.one] if item.one else item.allowed
            if field in visible_fields(grants, many) and any(may_see(grants, target) for target in targets):
                seen.setdefault((item.many, item.many_field), item)
        return list(seen.values())

    # --- changing

    async def create(self, request: Request) -> Response:
        """POST: a foreign key where `related_collection` is given and `schema` is not null, and the metadata."""
        payload = as_object(state_of(request).body)
        many, field = (_required(payload, name) for name in ("collection", "field"))
        related = payload.get("related_collection")
        if related is not None and not isinstance(related, str):
            raise InvalidPayload('"related_collection" must be a string')
        catalog = self.engine.catalog
        self._field(many, field)
        if catalog.m2o(many, field) is not None:
            raise InvalidPayload(f'Field "{field}" in collection "{many}" already has an associated relationship')
        if related is not None and related not in catalog.collections:
            raise InvalidPayload(f'Collection "{related}" doesn\'t exist')
        enforce = related is not None and not ("schema" in payload and payload["schema"] is None)
        # metadata that is not sent is made; null says that none is wanted
        tracked = payload.get("meta", True) is not None
        base = RelationDefinition(many, field, related, enforce=enforce, tracked=tracked)
        await self.changing(request).create_relation(with_payload(base, payload))
        return self._answer(many, field)

    async def update(self, request: Request) -> Response:
        relation = self._existing(request)
        payload = as_object(state_of(request).body)
        wanted = with_payload(definition_of(relation), payload)
        await self.changing(request).update_relation(relation.many, relation.many_field, wanted)
        return self._answer(relation.many, relation.many_field)

    async def delete(self, request: Request) -> Response:
        relation = self._existing(request)
        await self.changing(request).delete_relation(relation.many, relation.many_field)
        return shape.empty()

    def _existing(self, request: Request) -> Relation:
        collection, field = request.params["collection"], request.params["field"]
        self._field(collection, field)
        found = self.engine.catalog.m2o(collection, field)
        if found is None:
            raise InvalidPayload(f'Field "{field}" in collection "{collection}" doesn\'t have a relationship')
        return found

    def _field(self, collection: str, field: str) -> None:
        """Raise InvalidPayload unless both exist."""
        found = self.engine.catalog.get(collection)
        if found is None:
            raise InvalidPayload(f'Collection "{collection}" doesn\'t exist')
        if field not in found.fields:
            raise InvalidPayload(f'Field "{field}" doesn\'t exist in collection "{collection}"')

    def _answer(self, collection: str, field: str) -> Response:
        made = self.engine.catalog.m2o(collection, field)
        if made is None:
            return shape.empty()
        return shape.value(relation_object(self.engine.catalog, made))


def _required(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if value is None or value == "":
        raise InvalidPayload(f'"{name}" is required')
    if not isinstance(value, str):
        raise InvalidPayload(f'"{name}" must be a string')
    return value
