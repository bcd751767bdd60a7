"""`/schema`: snapshot, diff, plan and apply, for admins.

In charge of: these paths, bodies as JSON or as an uploaded file in JSON or YAML. Not in charge of: what they do
(`snapshots/`). Mounted by `routes`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from satchel.errors import InvalidPayload, UnsupportedMedia
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.snapshots.yaml_text import read_yaml
from satchel.wire.directus import shape
from satchel.wire.directus.export import export
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.schema_handlers import for_admins
from satchel.wire.directus.services import Services

YAML_SUFFIXES = (".yaml", ".yml")
YAML_TYPES = ("text/yaml", "text/x-yaml", "application/yaml", "application/x-yaml", "text/vnd.yaml")


class SchemaRoutes:
    """The handlers."""

    def __init__(self, services: Services, gate: Gate) -> None:
        self.snapshots = services.snapshots
        self.gate = gate
        self.csv_guard = services.settings.csv_guard

    def mount(self, router: Router) -> None:
        router.add("GET", "/schema/snapshot", for_admins(self.snapshot))
        router.add("POST", "/schema/diff", for_admins(self.diff))
        router.add("POST", "/schema/plan", for_admins(self.plan))
        router.add("POST", "/schema/apply", for_admins(self.apply))

    async def snapshot(self, request: Request) -> Response:
        found = self.snapshots.current()
        wanted = state_of(request).parameters.export
        if wanted:
            now = self.gate.context(request).now
            return await export(json.encode(found), wanted, "snapshot", now, guarded=self.csv_guard)
        return shape.value(found)

    async def diff(self, request: Request) -> Response:
        body = await _body(request)
        partial = request.query.get("mode") == "partial"
        found = self.snapshots.diff(body, force=_is_set(request, "force"), partial=partial)
        return shape.empty() if found is None else shape.value(found)

    async def plan(self, request: Request) -> Response:
        """POST: what `apply` would do with this body."""
        return shape.value(await self.snapshots.plan(await _body(request)))

    async def apply(self, request: Request) -> Response:
        await self.snapshots.by(self.gate.context(request)).apply(await _body(request), force=_is_set(request, "force"))
        return shape.empty()


def _is_set(request: Request, name: str) -> bool:
    return request.query.get(name, "false").lower() not in ("false", "0", "no")


async def _body(request: Request) -> Any:
    """The document: the JSON body, or the first file of a form."""
    if request.media_type != "multipart/form-data":
        return state_of(request).body
    form = await request.form()
    files = form.files
    if not files:
        raise InvalidPayload("No file was included in the body")
    upload = files[0]
    kind = upload.content_type.partition(";")[0].strip().lower()
    suffix = Path(upload.file_name).suffix.lower()
    content = upload.content
    text = await asyncio.to_thread(content.read_bytes) if isinstance(content, Path) else content
    if kind in YAML_TYPES or suffix in YAML_SUFFIXES:
        return await asyncio.to_thread(read_yaml, text)
    if kind == "application/json" or suffix == ".json":
        return json.decode(text)
    raise UnsupportedMedia(kind, "schema file")
