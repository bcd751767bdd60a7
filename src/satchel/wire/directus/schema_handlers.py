"""What the handlers of `/collections`, `/fields`, `/relations` and `/schema` share.

In charge of: who may look at the schema and who may change it, what a caller sees of it, lists as files. Not in charge
of: objects and payloads (`snapshots/`). Called by `collections`, `fields`, `relations`, `schema_routes` and `me`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from satchel.engine.schema import Schema
from satchel.errors import Forbidden
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Handler
from satchel.model.catalog import Catalog, Collection, Field
from satchel.model.system.collections import POCKETBASE_COLLECTIONS
from satchel.policy.grant import Grants
from satchel.snapshots.document import vendor_of
from satchel.wire.directus import shape
from satchel.wire.directus.export import export
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.services import Services


class SchemaHandlers:
    """Handlers of one path. `part`: its last word; `refused`: what is told to who may not read it at all."""

    part: ClassVar[str]
    refused: ClassVar[dict[str, Any]] = {"action": "read"}

    def __init__(self, services: Services, gate: Gate) -> None:
        self.accounts = services.accounts
        self.engine = services.engine
        self.schema = services.schema
        self.gate = gate
        self.csv_guard = services.settings.csv_guard

    async def readable(self, request: Request) -> Grants:
        """The grants of a caller who may look at this part of the schema. Raises Forbidden."""
        grants = await self.accounts.grants(state_of(request).actor)
        table = f"directus_{self.part}"
        if not grants.of(table, "list"):
            raise Forbidden(f"{self.part.capitalize()} are not for this caller.", collection=table, **self.refused)
        return grants

    async def listed(self, request: Request, objects: Any) -> Response:
        """Objects as the answer, or as the file that `export` asks for."""
        wanted = state_of(request).parameters.export
        if wanted:
            now = self.gate.context(request).now
            return await export(json.encode(objects), wanted, self.part, now, guarded=self.csv_guard)
        return shape.value(objects)

    def changing(self, request: Request) -> Schema:
        """The schema, to be changed by this caller."""
        return self.schema.by(self.gate.context(request))

    def vendor(self, collection: Collection | None = None) -> str:
        """The kind of database of a collection, as snapshots name it. None: of one that is new."""
        metadata = self.schema.metadata
        name = next(iter(metadata.sources)) if collection is None else collection.source
        return vendor_of(metadata.databases[name].dialect)

    def collection(self, request: Request) -> Collection:
        """The collection that the path names. Raises Forbidden."""
        name = request.params["collection"]
        found = self.engine.catalog.get(name)
        if found is None:
            raise Forbidden(f'There is no collection "{name}".', collection=name, path=())
        return found


def for_admins(handler: Handler) -> Handler:
    """The handler for admins; others get Forbidden."""

    def guarded(request: Request) -> Any:
        if not state_of(request).actor.admin:
            raise Forbidden("Only admins change the schema.")
        return handler(request)

    return guarded


def may_see(grants: Grants, name: str) -> bool:
    """Whether the caller may read something of a collection."""
    return bool(grants.of(name, "list") or grants.of(name, "view"))


def visible_fields(grants: Grants, found: Collection) -> list[Field]:
    """The fields that some grant of the caller gives, in order."""
    given = [*grants.of(found.name, "list"), *grants.of(found.name, "view")]
    if any(grant.fields is None for grant in given):
        return list(found.fields.values())
    names = {name for grant in given for name in grant.fields or ()}
    return [field for field in found.fields.values() if field.name in names]


def in_order(catalog: Catalog) -> list[Collection]:
    """Collections with metadata, then the system's, then the others; each by name. PocketBase's own belong to the other
    wire."""

    def place(item: Collection) -> tuple[int, str]:
        if item.system:
            return (1, item.name)
        return (0 if item.meta is not None else 2, item.name)

    shown = (item for item in catalog.collections.values() if item.name not in POCKETBASE_COLLECTIONS)
    return sorted(shown, key=place)
