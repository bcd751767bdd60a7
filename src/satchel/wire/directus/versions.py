"""Versions of items: `/versions` beyond plain rows.

In charge of: `compare`, `save`, `promote` and `schedule`, and the one version that is read by its key. Not in charge
of: what a version holds or shows (`history/versions`), when it is published (`history/schedules`), or `?version=`
(`versioned`). Mounted by `routes`.
"""

from __future__ import annotations

from typing import Any, cast

from satchel.errors import InvalidPayload
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.model.key import encode_key
from satchel.wire.directus import batch, shape
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.items import Items, Resource
from satchel.wire.directus.query import Reader
from satchel.wire.directus.services import Services

VERSIONS = "directus_versions"


class VersionItems(Items):
    """The handlers of `/versions`."""

    def __init__(self, services: Services, gate: Gate, reader: Reader, resource: Resource) -> None:
        super().__init__(services, gate, reader, resource)
        self.versions = services.history.versions
        self.schedules = services.history.schedules

    def mount(self, router: Router) -> None:
        router.add("GET", "/versions/{key}/compare", self.compare)
        router.add("POST", "/versions/{key}/save", self.save)
        router.add("POST", "/versions/{key}/promote", self.promote)
        router.add("GET", "/versions/{key}/schedule", self.read_schedule)
        router.add("POST", "/versions/{key}/schedule", self.schedule)
        router.add("DELETE", "/versions/{key}/schedule", self.unschedule)

    async def read_one(self, request: Request) -> Response:
        """GET of one version. Its content comes without the marks that lists show."""
        answer = await super().read_one(request)
        if state_of(request).parameters.export or not isinstance(answer.body, bytes):
            return answer
        row = json.decode(answer.body)["data"]
        if not isinstance(row.get("delta"), dict) or not {"collection", "item", "id"} <= row.keys():
            return answer
        return shape.value(self.versions.without_marks(row))

    async def compare(self, request: Request) -> Response:
        """GET: the version beside its item."""
        return shape.value(await self.versions.compare(self.gate.context(request), request.params["key"]))

    async def save(self, request: Request) -> Response:
        """POST of a part of an item: add it to the version. `?drop=a,b`: take these fields' changes out of it."""
        body = batch.payload(state_of(request).body)
        drop = [name for name in (request.query.get("drop") or "").split(",") if name]
        return shape.value(await self.versions.save(self.gate.context(request), request.params["key"], body, drop))

    async def promote(self, request: Request) -> Response:
        """POST `{mainHash, fields?}`: write the version into the item."""
        body = batch.payload(state_of(request).body)
        known, fields = body.get("mainHash"), body.get("fields")
        if not isinstance(known, str):
            raise InvalidPayload('"mainHash" field is required')
        names = _names(fields)
        key = await self.versions.promote(self.gate.context(request), request.params["key"], known, names)
        return shape.value(key[0] if len(key) == 1 else encode_key(key))

    async def read_schedule(self, request: Request) -> Response:
        """GET: when the version is published, or null."""
        return shape.value(await self.schedules.get(self.gate.context(request), request.params["key"]))

    async def schedule(self, request: Request) -> Response:
        """POST `{publish_at, fields?}`: publish the version at that moment, in place of what was said before."""
        body = batch.payload(state_of(request).body)
        if "publish_at" not in body:
            raise InvalidPayload('"publish_at" is required')
        names = _names(body.get("fields"))
        context = self.gate.context(request)
        return shape.value(await self.schedules.set(context, request.params["key"], body["publish_at"], names))

    async def unschedule(self, request: Request) -> Response:
        """DELETE: the version is not published by itself."""
        await self.schedules.cancel(self.gate.context(request), request.params["key"])
        return shape.empty()


def _names(given: Any) -> list[str] | None:
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(name, str) for name in cast("list[Any]", given)):
        raise InvalidPayload('"fields" must be an array of strings')
    return cast("list[str]", given)
