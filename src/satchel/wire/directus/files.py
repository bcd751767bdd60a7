"""Files: `/files`, whose rows come with bytes, and `/files/import`.

In charge of: forms with fields before each file, and which of them is which row. Not in charge of: what is known of a
file, which types and sizes are taken (`files/library`), rows without bytes (`items`). Called by `routes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from satchel.engine.verbs import Session
from satchel.errors import InvalidPayload, NotFound
from satchel.files.library import FILES, Received
from satchel.http import json
from satchel.http.multipart import Upload
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import batch, shape
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.items import Items, Resource
from satchel.wire.directus.query import Reader
from satchel.wire.directus.services import Services

FORM = "multipart/form-data"
NO_FILES = "No files were included in the body"
FILES_MAX = 1000
"""How many files one form may bring."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a form, with the fields that were sent before it."""

    received: Received
    fields: Mapping[str, Any]


class Files(Items):
    """The handlers of `/files`."""

    def __init__(self, services: Services, gate: Gate, reader: Reader) -> None:
        super().__init__(services, gate, reader, Resource(FILES))
        self.library = services.files.library

    def mount(self, router: Router) -> None:
        router.add("POST", "/files/import", self.fetch)

    async def create(self, request: Request) -> Response:
        """POST: rows with their bytes as a form, or rows alone as JSON."""
        if request.media_type != FORM:
            return await super().create(request)
        context = self.gate.context(request)
        await self.library.check_create(context)
        parts = await self._parts(request)
        rows = [await self.library.new_row(part.received, part.fields, context.now) for part in parts]
        reading = self.output(request, FILES)

        async def work(session: Session) -> Response:
            keys = [await session.create(FILES, row, "directus") for row in rows]
            if len(keys) > 1:
                return await self.answer_many(session, reading, keys)
            return await self.answer_one(session, reading, keys[0])

        async with self.services.files.ready(part.received.content for part in parts):
            return await self.write(request, FILES, work)

    async def update(self, request: Request) -> Response:
        """PATCH: other bytes as a form, or values as JSON."""
        if request.media_type != FORM:
            return await super().update(request)
        key = request.params["key"]
        context = self.gate.context(request)
        await self.library.check_update(context, key)
        part, *others = await self._parts(request)
        if others:
            raise InvalidPayload("Only one file can take the place of another")
        row = self.library.changed_row(part.received, part.fields, key, context.now)
        reading = self.output(request, FILES)

        async def work(session: Session) -> Response:
            try:
                changed = await session.update(FILES, (key,), row, "directus")
            except NotFound:
                return shape.empty()
            return await self.answer_one(session, reading, changed)

        async with self.services.files.ready((part.received.content,)):
            return await self.write(request, FILES, work)

    async def fetch(self, request: Request) -> Response:
        """POST: a file from an address of the internet. `{url, data?}`"""
        given = batch.payload(state_of(request).body)
        url, data = given.get("url"), given.get("data")
        if url is None:
            raise InvalidPayload('"url" is required')
        if not isinstance(url, str):
            raise InvalidPayload('"url" must be a string')
        if data is not None and not isinstance(data, Mapping):
            raise InvalidPayload('"data" must be of type object')
        fields = cast("Mapping[str, Any]", data or {})
        context = self.gate.context(request)
        await self.library.check_create(context)
        reading = self.output(request, FILES)
        async with self.library.fetched(url, fields) as received:
            row = await self.library.new_row(received, fields, context.now)

            async def work(session: Session) -> Response:
                key = await session.create(FILES, row, "directus")
                return await self.answer_one(session, reading, key)

            async with self.services.files.ready((received.content,)):
                return await self.write(request, FILES, work)

    async def _parts(self, request: Request) -> list[Part]:
        """The files of a form. Raises InvalidPayload when there is none."""
        limit = self.library.limits.size_bytes + request.body_limit_bytes
        form = await request.form(limit_bytes=limit)
        found: list[Part] = []
        fields: dict[str, Any] = {}
        for name, value in form.entries:
            if isinstance(value, Upload):
                if len(found) >= FILES_MAX:
                    raise InvalidPayload(f"A form can bring {FILES_MAX} files")
                found.append(Part(await self.library.receive(value, fields), fields))
                fields = {}
            else:
                fields[name] = self._value(name, value)
        if not found:
            raise InvalidPayload(NO_FILES)
        return found

    def _value(self, name: str, text: str) -> Any:
        """A field of a form as a value: forms know only text."""
        if text.strip() in ("null", "undefined"):
            return None
        field = self.collection(FILES).column(name)
        if field is None or field.type in ("string", "text"):
            return text
        if field.type == "json":
            try:
                return json.decode(text.encode())
            except InvalidPayload:
                return [part.strip() for part in text.split(",")] if name == "tags" else text
        return text or None
