"""`POST /utils/export/:collection`: items into a file of the library, after the answer.

In charge of: this path, reading page by page, writing the file in bounded memory. Not in charge of: formats
(`export`), the library (`files/library`), what the caller may see (`engine/read`). Mounted by `routes`.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from satchel.engine.verbs import Session
from satchel.errors import InvalidPayload
from satchel.files.library import FILES
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.policy.actor import Context
from satchel.wire.directus import batch, shape
from satchel.wire.directus.background import Background
from satchel.wire.directus.export import Parts, content_type_of, formats
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.items import Items
from satchel.wire.directus.parameters import sanitise

PAGE = 1000


class Exporting:
    """The handler. `items`: those of `/items`. `folder`: for the file while it is written."""

    def __init__(self, items: Items, background: Background, folder: Path) -> None:
        self._items = items
        self._background = background
        self._folder = folder

    def mount(self, router: Router) -> None:
        router.add("POST", "/utils/export/{collection}", self.export)

    async def export(self, request: Request) -> Response:
        """`{query, format, file?}`: 204 at once; the file, and a notification for the caller, come later."""
        name = await self._items.target(request)
        self._items.collection(name)
        body = batch.payload(state_of(request).body)
        for part in ("query", "format"):
            if body.get(part) is None:
                raise InvalidPayload(f'"{part}" is required')
        query, kind, about = _object(body["query"], "query"), body["format"], _object(body.get("file") or {}, "file")
        if kind not in formats():
            raise InvalidPayload(f'"format" must be one of [{", ".join(formats())}]')
        context = self._items.gate.context(request)
        library = self._items.services.files.library
        await library.check_create(context)
        sanitise(query, self._items.reader.rules.bounds)

        async def work() -> str:
            return await self._write(context, name, query, str(kind), about)

        self._background.start(context, f"The export of {name}", work)
        return shape.empty()

    async def _write(
        self, context: Context, name: str, query: Mapping[str, Any], kind: str, about: Mapping[str, Any]
    ) -> str:
        library, files = self._items.services.files.library, self._items.services.files
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"export-{secrets.token_hex(8)}"
        parts, count = Parts(kind, guarded=self._items.services.settings.csv_guard), 0
        try:
            async for rows in self._pages(context, name, query):
                count += len(rows)
                await asyncio.to_thread(_append, path, parts.add, rows)
            await asyncio.to_thread(_finish, path, parts)
            stamp = f"{context.now:%Y%m%d-%H%M%S}"
            media, suffix = content_type_of(kind)
            size = path.stat().st_size
            head = await asyncio.to_thread(_head, path)
            received = await library.received(path, f"{name}-{stamp}.{suffix}", media, size, head)
            row = await library.new_row(received, {"title": f"{name} {stamp}", **about}, context.now)

            async def store(session: Session) -> Any:
                return (await session.create(FILES, row, "directus"))[0]

            async with files.ready((received.content,)):
                key = await self._items.engine.write(context, FILES, store)
        finally:
            path.unlink(missing_ok=True)
        return f"{count} items are in the file {key}."

    async def _pages(self, context: Context, name: str, query: Mapping[str, Any]) -> AsyncIterator[list[Any]]:
        """The items of a query, a page at a time. Pages never overlap: ties are broken by the key."""
        given = sanitise(query, self._items.reader.rules.bounds)
        grouped = bool(given.aggregate or given.group)
        start = given.offset or 0
        limit = self._items.reader.rules.default_limit if given.limit is None else given.limit
        if given.page and limit and limit > 0:
            start = (given.page - 1) * limit
        left = None if limit is None or limit < 0 else limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            part = {**query, "limit": size, "offset": start, "page": None, "meta": None, "export": None}
            reading = self._items.reader.build(name, "list", sanitise(part, self._items.reader.rules.bounds))
            answer = await self._items.engine.read(reading.query, reading.values, context)
            rows = cast("list[Any]", msgspec.json.decode(answer.data or b"[]"))
            if rows:
                yield rows
            if len(rows) < size or grouped:
                return
            start += len(rows)
            left = None if left is None else left - len(rows)


def _append(path: Path, made: Callable[[list[Any]], bytes], rows: list[Any]) -> None:
    part = made(rows)
    with path.open("ab") as file:
        file.write(part)


def _finish(path: Path, parts: Parts) -> None:
    if not parts.is_table:
        _append(path, lambda _: parts.end(), [])
        return
    path.touch()
    whole = path.with_name(f"{path.name}.table")
    try:
        with path.open("rb") as lines, whole.open("wb") as file:
            parts.table(lines, file)
        whole.replace(path)
    finally:
        whole.unlink(missing_ok=True)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidPayload(f'"{name}" must be of type object')
    return cast("Mapping[str, Any]", value)
