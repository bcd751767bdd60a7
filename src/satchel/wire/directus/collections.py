"""`/collections`: which tables, views and folders there are, and making, describing and dropping them.

In charge of: this path's bodies, checks and answers. Not in charge of: DDL and metadata (`engine/schema`). Mounted by
`routes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from satchel.errors import Forbidden, InvalidPayload, NotFound
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.model.definition import CollectionDefinition
from satchel.snapshots.field_payload import as_object, identity_field, key_fields, new_field
from satchel.snapshots.shape import COLLECTION_META, collection_object
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.schema_handlers import SchemaHandlers, for_admins, in_order, may_see


class Collections(SchemaHandlers):
    """The handlers."""

    part = "collections"
    refused: ClassVar[dict[str, Any]] = {"path": ()}

    def mount(self, router: Router) -> None:
        router.add("POST", "/collections", for_admins(self.create))
        router.add("SEARCH", "/collections", self.read_many)
        router.add("GET", "/collections", self.read_many)
        router.add("PATCH", "/collections", for_admins(self.update_many))
        router.add("GET", "/collections/{collection}", self.read_one)
        router.add("PATCH", "/collections/{collection}", for_admins(self.update))
        router.add("DELETE", "/collections/{collection}", for_admins(self.delete))

    # --- reading

    async def read_many(self, request: Request) -> Response:
        """All collections that the caller may read something of: those with metadata, the system's, the others."""
        grants = await self.readable(request)
        shown = [item for item in in_order(self.engine.catalog) if may_see(grants, item.name)]
        return await self.listed(request, [collection_object(item) for item in shown])

    async def read_one(self, request: Request) -> Response:
        grants = await self.readable(request)
        found = self.engine.catalog.get(request.params["collection"])
        if found is None or not may_see(grants, found.name):
            raise Forbidden("There is no such collection.")
        return shape.value(collection_object(found))

    # --- changing

    async def create(self, request: Request) -> Response:
        """POST: one collection, or a list of them."""
        body: Any = state_of(request).body
        if not isinstance(body, list):
            made = await self.changing(request).create_collection(self._definition(as_object(body)), "directus")
            return shape.value(collection_object(made))
        wanted = [self._definition(as_object(item)) for item in cast("list[Any]", body)]
        names = [item.name for item in wanted]
        for name in names:
            if names.count(name) > 1:
                raise InvalidPayload(f'Collection "{name}" already exists')
        made = await self.changing(request).save_collections(wanted, "directus")
        return shape.value([collection_object(item) for item in made])

    def _definition(self, payload: Mapping[str, Any]) -> CollectionDefinition:
        name = payload.get("collection")
        if name is None or name == "":
            raise InvalidPayload('"collection" is required')
        if not isinstance(name, str):
            raise InvalidPayload('"collection" must be a string')
        if name.startswith("directus_"):
            raise InvalidPayload('"collection" can\'t start with "directus_"')
        if "/" in name:
            raise InvalidPayload('"collection" can\'t contain "/"')
        if name in self.engine.catalog.collections:
            raise InvalidPayload(f'Collection "{name}" already exists')
        meta = collection_meta(payload)
        if payload.get("schema") is None:
            return CollectionDefinition(name, key=(), kind="folder", meta=meta or {})
        given: Any = payload.get("fields") or []
        if not isinstance(given, list):
            raise InvalidPayload('"fields" must be an array')
        bodies = cast("list[Any]", given)
        tracked = meta is not None
        key = key_fields(bodies)
        first = 1 if key else 2
        vendor = self.vendor()
        fields = [
            new_field(item, sort=place, vendor=vendor, tracked=tracked) for place, item in enumerate(bodies, first)
        ]
        names = [field.name for field in fields]
        if len(set(names)) < len(names):
            raise InvalidPayload("A field is given twice")
        if not key:
            fields = [identity_field(tracked=tracked), *(field for field in fields if field.name != "id")]
        comment = as_object(payload["schema"]).get("comment")
        return CollectionDefinition(name, tuple(fields), key=key or ("id",), meta=meta, comment=comment or None)

    async def update_many(self, request: Request) -> Response:
        """PATCH of a list: each with its name and its meta."""
        body: Any = state_of(request).body
        if not isinstance(body, list):
            raise InvalidPayload('"value" must be an array')
        payloads = [as_object(item) for item in cast("list[Any]", body)]
        for payload in payloads:
            if not isinstance(payload.get("collection"), str) or not payload["collection"]:
                raise InvalidPayload('"collection" is required')
        return shape.value(await self._update(request, [(str(payload["collection"]), payload) for payload in payloads]))

    async def update(self, request: Request) -> Response:
        """PATCH of one: its meta. A name that is nowhere yet becomes a folder."""
        payload = as_object(state_of(request).body)
        return shape.value((await self._update(request, [(request.params["collection"], payload)]))[0])

    async def _update(
        self, request: Request, payloads: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> list[dict[str, Any]]:
        said = [(name, meta) for name, payload in payloads if (meta := collection_meta(payload)) is not None]
        coming = {name for name, _ in said}
        for name, _ in payloads:
            if name not in coming and name not in self.engine.catalog.collections:
                raise Forbidden("There is no such collection.")
        if said:
            await self.changing(request).save_collection_metas(said)
        return [collection_object(self.engine.catalog.collections[name]) for name, _ in payloads]

    async def delete(self, request: Request) -> Response:
        """DELETE: the table with all that is kept about it. One that is not there is no error."""
        try:
            await self.changing(request).delete_collection(request.params["collection"], "directus")
        except NotFound:
            return shape.empty()
        return shape.empty()


def collection_meta(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """The meta of a payload with the keys that are kept; None when it brings none."""
    given = payload.get("meta")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise InvalidPayload('"meta" must be of type object')
    kept = cast("Mapping[str, Any]", given)
    return {key: value for key, value in kept.items() if key in COLLECTION_META and key != "collection"}
