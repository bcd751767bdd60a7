"""`/fields`: the fields of collections, and making, changing and dropping them.

In charge of: this path's checks and answers. Not in charge of: what a payload means (`field_payload`), DDL and metadata
(`engine/schema`). Mounted by `routes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from satchel.errors import Forbidden, InvalidPayload, NotFound
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.model.catalog import Collection, Field
from satchel.model.definition import FieldDefinition, field_definition_of
from satchel.policy.grant import Grants
from satchel.snapshots.field_payload import (
    as_object,
    changed_field,
    field_name,
    meta_of,
    new_field,
    next_sort,
)
from satchel.snapshots.shape import field_object
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.schema_handlers import SchemaHandlers, for_admins, in_order, may_see, visible_fields


class Fields(SchemaHandlers):
    """The handlers."""

    part = "fields"

    def mount(self, router: Router) -> None:
        router.add("GET", "/fields", self.read_many)
        router.add("POST", "/fields/{collection}", for_admins(self.create))
        router.add("GET", "/fields/{collection}", self.read_many_of)
        router.add("PATCH", "/fields/{collection}", for_admins(self.update_many))
        router.add("GET", "/fields/{collection}/{field}", self.read_one)
        router.add("PATCH", "/fields/{collection}/{field}", for_admins(self.update))
        router.add("DELETE", "/fields/{collection}/{field}", for_admins(self.delete))

    # --- reading

    async def read_many(self, request: Request) -> Response:
        grants = await self.readable(request)
        objects = [item for found in in_order(self.engine.catalog) for item in self._objects(grants, found)]
        return await self.listed(request, objects)

    async def read_many_of(self, request: Request) -> Response:
        grants = await self.readable(request)
        found = self.collection(request)
        if not may_see(grants, found.name):
            raise Forbidden("This collection is not for this caller.", collection=found.name, path=())
        return await self.listed(request, self._objects(grants, found))

    def _objects(self, grants: Grants, found: Collection) -> list[dict[str, Any]]:
        allowed = visible_fields(grants, found)
        return [field_object(self.engine.catalog, found, field) for field in allowed]

    async def read_one(self, request: Request) -> Response:
        grants = await self.readable(request)
        found = self.collection(request)
        field = found.fields.get(request.params["field"])
        if field is None or field not in visible_fields(grants, found):
            raise Forbidden("There is no such field.")
        return shape.value(self._object(found, field))

    def _object(self, found: Collection, field: Field) -> dict[str, Any]:
        """One field as single answers write it."""
        made = field_object(self.engine.catalog, found, field)
        made["schema"] = made.pop("schema")
        return made

    # --- changing

    async def create(self, request: Request) -> Response:
        """POST: one new field. Without a type there is nothing to make."""
        found = self.collection(request)
        payload = as_object(state_of(request).body)
        name = field_name(payload)
        if name in found.fields:
            raise InvalidPayload(f'Field "{name}" already exists in collection "{found.name}"')
        if payload.get("type") is None:
            return shape.empty()
        wanted = new_field(payload, sort=next_sort(found), vendor=self.vendor(found))
        await self.changing(request).create_field(found.name, wanted, "directus")
        return self._answer(found.name, name)

    async def update_many(self, request: Request) -> Response:
        """PATCH of a list: each with the name of its field."""
        found = self.collection(request)
        body: Any = state_of(request).body
        if not isinstance(body, list):
            raise InvalidPayload('"value" must be an array')
        payloads = [as_object(item) for item in cast("list[Any]", body)]
        names = [field_name(payload) for payload in payloads]
        await self._update(request, found, list(zip(names, payloads, strict=True)))
        fresh = self.engine.catalog.collections[found.name]
        return shape.value([self._object(fresh, fresh.fields[name]) for name in names])

    async def update(self, request: Request) -> Response:
        found = self.collection(request)
        name = request.params["field"]
        await self._update(request, found, [(name, as_object(state_of(request).body))])
        return self._answer(found.name, name)

    async def _update(
        self, request: Request, found: Collection, payloads: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> None:
        """Change the columns where `type` or `schema` says something else, and keep what `meta` says."""
        wanted: list[FieldDefinition] = []
        said: list[tuple[str, Mapping[str, Any]]] = []
        altered = False
        for name, payload in payloads:
            field, meta = found.fields.get(name), meta_of(payload)
            if field is None:
                # a name without a column is a field of its own as soon as something is said of it
                wanted.append(FieldDefinition(name, type="alias", meta=meta or {}))
                said.append((name, meta or {}))
                continue
            self._check(found, field, payload)
            known = field_definition_of(field)
            changed = changed_field(known, payload if field.stored else {"meta": payload.get("meta")})
            altered = altered or _column(changed) != _column(known)
            wanted.append(changed)
            if meta is not None and not (found.system and field.system):
                said.append((name, meta))
        if altered:
            await self.changing(request).save_fields(found.name, wanted, "directus")
        elif said:
            await self.changing(request).save_field_metas(found.name, said)

    def _check(self, found: Collection, field: Field, payload: Mapping[str, Any]) -> None:
        given: Any = payload.get("schema")
        schema: Mapping[str, Any] = cast("Mapping[str, Any]", given) if isinstance(given, dict) else {}
        other_type = payload.get("type") not in (None, field.type)
        if found.system and field.system and (set(schema) - {"is_indexed"} or other_type or payload.get("meta")):
            raise InvalidPayload('Only "schema.is_indexed" may be modified for system fields')
        if field.name in found.key and schema.get("is_nullable"):
            raise InvalidPayload("Primary key cannot be null")

    async def delete(self, request: Request) -> Response:
        """DELETE: the column and all that names it. One that is not there is no error."""
        found = self.collection(request)
        field = found.fields.get(request.params["field"])
        if found.system and field is not None and field.system:
            raise Forbidden("Fields of the system stay.")
        try:
            await self.changing(request).delete_field(found.name, request.params["field"], "directus")
        except NotFound:
            return shape.empty()
        return shape.empty()

    def _answer(self, collection: str, name: str) -> Response:
        fresh = self.engine.catalog.collections[collection]
        return shape.value(self._object(fresh, fresh.fields[name]))


def _column(wanted: FieldDefinition) -> tuple[Any, ...]:
    """What a definition says of the column alone."""
    return (
        wanted.type,
        wanted.nullable,
        wanted.default,
        wanted.identity,
        wanted.max_length,
        wanted.precision,
        wanted.scale,
        wanted.unique,
        wanted.indexed,
        wanted.comment,
    )
