"""`POST /utils/import/:collection` and `POST /utils/import`: items from a file, and many collections at once.

In charge of: these paths, which rows are new, in which order collections come. Not in charge of: reading files
(`import_rows`), rights and values (`engine/write`). Mounted by `routes`.

Each import is one transaction: a row that is refused takes all others with it, and the answer says which one it was.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from satchel.engine.verbs import Session
from satchel.errors import InvalidPayload, SatchelError, UnsupportedMedia
from satchel.http import json as wire_json
from satchel.http.multipart import Upload
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.model.catalog import Catalog, Collection, Key
from satchel.model.key import encode_key
from satchel.snapshots.json_diff import as_object
from satchel.wire.directus import shape, xlsx
from satchel.wire.directus.background import Background
from satchel.wire.directus.errors import wire_errors
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.import_rows import Row, csv_rows, json_rows, sheet_rows
from satchel.wire.directus.items import Items
from satchel.wire.directus.parameters import Parameters

CSV_TYPES = ("text/csv", "application/csv", "application/vnd.ms-excel", "text/comma-separated-values")
MODES = ("add", "merge")
USERS = "directus_users"
"""The one system collection whose rows come from files too."""
DRY_ROWS = 20_000
"""Most rows of a dry run, which tries each of them by itself."""

Reader = Callable[[IO[bytes]], Iterator[Row]]


class CyclicalRelation(SatchelError):
    """Collections of one import that point at each other in a circle."""

    code, status = "import_cyclical_relation", 422


class _Undone(Exception):
    """A dry run has seen what it wanted."""


class Importing:
    """The handlers. `items`: those of `/items`. `folder`: for the rows of workbooks while they are read."""

    def __init__(self, items: Items, background: Background, size_bytes: int, folder: Path) -> None:
        self._items = items
        self._background = background
        self._size_bytes = size_bytes
        self._folder = folder

    def mount(self, router: Router) -> None:
        router.add("POST", "/utils/import/{collection}", self.of_file)
        router.add("POST", "/utils/import", self.of_many)

    # --- one collection, from a file

    async def of_file(self, request: Request) -> Response:
        """A CSV, JSON or XLSX file: a row with a key that is there changes its item, any other makes one. `dryRun`
        writes nothing and says what would become of each row; `preview` gives a workbook's columns and rows."""
        name = request.params["collection"]
        if name != USERS:
            name = await self._items.named(request, name)
        collection = self._items.collection(name)
        if request.media_type != "multipart/form-data":
            raise UnsupportedMedia(request.media_type, "file import")
        form = await request.form(limit_bytes=self._size_bytes + request.body_limit_bytes)
        if not form.files:
            raise InvalidPayload("No file was included in the body")
        async with self._readable(form.files[0]) as (content, reader):
            if _is_set(request, "preview"):
                if reader is not sheet_rows:
                    raise UnsupportedMedia(form.files[0].content_type, "preview")
                return shape.value(_preview(content))
            if _is_set(request, "dryRun"):
                return shape.value(await self._rehearsed(request, collection, content, reader))
            if not _is_set(request, "background"):
                await self._take(request, collection, content, reader)
                return Response(200)
            kept = _kept(content)
        context = self._items.gate.context(request)

        async def work() -> str:
            try:
                count = await self._take(request, collection, kept, reader)
            finally:
                if isinstance(kept, Path):
                    kept.unlink(missing_ok=True)
            return f"{count} rows were imported."

        self._background.start(context, f"The import into {name}", work)
        return Response(200)

    @asynccontextmanager
    async def _readable(self, upload: Upload) -> AsyncGenerator[tuple[Path | bytes, Reader]]:
        """A file's content, and what reads rows from it. A workbook becomes lines, in a file that goes at the end."""
        reader = self._reader_of(upload)
        if reader is not sheet_rows:
            yield upload.content, reader
            return
        settings = self._items.services.settings
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"import-{secrets.token_hex(8)}"
        limits = {"unpacked_bytes": settings.xlsx_unpacked_size, "cells": settings.xlsx_cells_max}
        try:
            await asyncio.to_thread(xlsx.to_lines, upload.content, path, **limits)
            yield path, reader
        finally:
            path.unlink(missing_ok=True)

    async def _take(self, request: Request, collection: Collection, content: Path | bytes, reader: Reader) -> int:
        async def work(session: Session) -> int:
            count = 0
            with _opened(content) as stream:
                for row in reader(stream):
                    count += 1
                    self._check(collection, row, count)
                    await _save(session, collection, row, count)
            return count

        return await self._items.write(request, collection.name, work, rows=1000)

    async def _rehearsed(
        self, request: Request, collection: Collection, content: Path | bytes, reader: Reader
    ) -> dict[str, Any]:
        """What would become of each row by itself: `created` and `updated` name rows by their numbers, from 1;
        `errors` says of each other row what is wrong with it. Rows don't see each other, but for values that have to be
        unique and stand twice in the file. Raises InvalidPayload for too many rows."""
        state = state_of(request)
        engine, context = self._items.engine, self._items.gate.context(request)
        created: list[int] = []
        updated: list[int] = []
        errors: list[dict[str, Any]] = []
        seen: dict[str, dict[Any, int]] = {name: {} for name, field in collection.fields.items() if field.unique}
        number = 0
        with _opened(content) as stream:
            for row in reader(stream):
                number += 1
                if number > DRY_ROWS:
                    raise InvalidPayload(f"A dry run takes at most {DRY_ROWS} rows")
                try:
                    self._check(collection, row, number)
                    _check_seen(collection, row, number, seen)

                    async def work(session: Session, row: Row = row, number: int = number) -> bool:
                        key = tuple(row.get(name) for name in collection.key)
                        there = None not in key and await session.allows(collection.name, "update", key)
                        await _save(session, collection, row, number)
                        return there

                    there = await engine.rehearse(context, collection.name, work)
                except SatchelError as error:
                    error.details["rows"] = lines(number)
                    _, body = wire_errors(error, admin=state.actor.admin, catalog=engine.catalog)
                    errors += [{"row": number, **told} for told in body["errors"]]
                else:
                    (updated if there else created).append(number)
        return {"applied": False, "created": created, "updated": updated, "errors": errors}

    def _reader_of(self, upload: Upload) -> Reader:
        kind = upload.content_type.partition(";")[0].strip().lower()
        if kind in CSV_TYPES:
            return partial(csv_rows, guarded=self._items.services.settings.csv_guard)
        if kind == "application/json":
            return json_rows
        if kind == xlsx.XLSX:
            return sheet_rows
        raise UnsupportedMedia(kind, "file import")

    def _check(self, collection: Collection, row: Row, number: int) -> None:
        """Raise InvalidPayload for values that have no place: a write leaves them out, and they would be lost."""
        unknown = sorted(unknown_fields(self._items.engine.catalog, collection, row))
        if unknown:
            names = ", ".join(f'"{name}"' for name in unknown)
            error = InvalidPayload(f'There is no field {names} in collection "{collection.name}"')
            error.details["rows"] = lines(number)
            raise error

    # --- several collections

    async def of_many(self, request: Request) -> Response:
        """`[{collection, items}]`. `mode=add` makes every item anew and carries references over to the new keys;
        `merge` changes those whose keys are there. `dryRun` says what would be done."""
        mode = request.query.get("mode", "add")
        if mode not in MODES:
            raise InvalidPayload(f'"mode" must be one of [{", ".join(MODES)}]')
        parts = self._parts(state_of(request).body)
        catalog = self._items.engine.catalog
        for name in parts:
            self._items.collection(name)
            await self._items.named(request, name)
        self._items.check_size(sum(len(rows) for rows in parts.values()))
        order = in_order(catalog, tuple(parts))
        sources = {catalog.collections[name].source for name in parts}
        if len(sources) > 1:
            raise InvalidPayload("The collections live in several databases")
        dry, delete = _is_set(request, "dryRun"), _is_set(request, "dangerouslyAllowDelete")
        done: dict[str, dict[str, Any]] = {}

        async def work(session: Session) -> None:
            done.clear()
            mapped: dict[str, dict[str, Any]] = {name: {} for name in parts}
            for name in order:
                collection = catalog.collections[name]
                done[name] = await self._many(session, catalog, collection, parts[name], mode, mapped)
            if mode == "merge" and delete:
                for name in reversed(order):
                    done[name]["deleted"] = await self._delete_others(session, catalog.collections[name], parts[name])
            if dry:
                raise _Undone

        if order:
            with suppress(_Undone):
                await self._items.write(request, order[0], work, rows=1000)
        collections = {name: done[name] for name in parts if name in done}
        return shape.value({"applied": not dry, "mode": mode, "collections": collections})

    def _parts(self, body: Any) -> dict[str, list[Row]]:
        if not isinstance(body, list):
            raise InvalidPayload('"value" must be an array')
        parts: dict[str, list[Row]] = {}
        for item in cast("list[Any]", body):
            entry = as_object(item) or {}
            name, rows = entry.get("collection"), entry.get("items")
            if not isinstance(name, str) or not name:
                raise InvalidPayload('"collection" is required')
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in cast("list[Any]", rows)):
                raise InvalidPayload('"items" must be an array of objects')
            parts.setdefault(name, []).extend(cast("list[Row]", rows))
        return parts

    async def _many(
        self,
        session: Session,
        catalog: Catalog,
        collection: Collection,
        rows: Sequence[Row],
        mode: str,
        mapped: dict[str, dict[str, Any]],
    ) -> dict[str, Any]:
        known = set(await self._keys(session, collection)) if mode == "merge" else set[Key]()
        texts = {tuple(str(part) for part in key) for key in known}
        existing: list[Any] = []
        new: list[Any] = []
        for number, row in enumerate(rows, 1):
            self._check(collection, row, number)
            payload = _carried(catalog, collection, row, mapped)
            before = tuple(payload.get(name) for name in collection.key)
            if mode == "add" and len(collection.key) == 1:
                payload.pop(collection.key[0], None)
            key = await _save(session, collection, payload, number)
            shown = shown_key(collection, key)
            (existing if tuple(str(part) for part in key) in texts else new).append(shown)
            if mode == "add" and all(part is not None for part in before):
                mapped[collection.name][str(shown_key(collection, before))] = shown
        return {"existing": existing, "new": new, "deleted": [], "mapped": mapped[collection.name]}

    async def _keys(self, session: Session, collection: Collection) -> list[Key]:
        reading = self._items.reader.build(collection.name, "list", Parameters(fields=collection.key, limit=-1))
        return await session.keys(reading.query, reading.values)

    async def _delete_others(self, session: Session, collection: Collection, rows: Sequence[Row]) -> list[Any]:
        kept = {tuple(str(row.get(name)) for name in collection.key) for row in rows}
        gone = [key for key in await self._keys(session, collection) if tuple(str(part) for part in key) not in kept]
        for key in gone:
            await session.delete(collection.name, key)
        return [shown_key(collection, key) for key in gone]


def _preview(content: Path | bytes) -> dict[str, Any]:
    """The columns and rows of a workbook. Raises InvalidPayload for too many."""
    with _opened(content) as stream:
        rows: list[list[Any]] = [wire_json.decode(line) for line in islice(stream, DRY_ROWS + 2)]
    if len(rows) > DRY_ROWS + 1:
        raise InvalidPayload(f"A preview takes at most {DRY_ROWS} rows")
    header, *rows = rows or [[]]
    return {"columns": ["" if name is None else str(name).strip() for name in header], "rows": rows}


def unknown_fields(catalog: Catalog, collection: Collection, row: Row, path: str = "") -> Iterator[str]:
    """The names in a row that no field has, those of items inside of it too."""
    for name, value in row.items():
        if name not in collection.fields:
            yield path + name
            continue
        to_one, to_many = catalog.m2o(collection.name, name), catalog.o2m(collection.name, name)
        inner = to_one.one if to_one is not None else to_many.many if to_many is not None else None
        target = catalog.get(inner) if inner else None
        if target is None:
            continue
        items: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, dict) and not (to_one is None and isinstance(value, dict)):
                yield from unknown_fields(catalog, target, cast("Row", item), f"{path}{name}.")


def lines(number: int) -> list[dict[str, Any]]:
    """Which row it was, as clients of this protocol read it."""
    return [{"type": "lines", "rows": [number]}]


def _check_seen(collection: Collection, row: Row, number: int, seen: dict[str, dict[Any, int]]) -> None:
    """Raise InvalidPayload for a value that has to be unique and stands in an earlier row too."""
    for name, rows in seen.items():
        value = row.get(name)
        if value is None or isinstance(value, dict | list) or name in collection.key:
            continue
        first = rows.setdefault(value, number)
        if first != number:
            raise InvalidPayload(f'The value of "{name}" has to be unique, and row {first} has it too')


def shown_key(collection: Collection, key: Key) -> Any:
    return key[0] if len(key) == 1 else encode_key(key)


def in_order(catalog: Catalog, names: Sequence[str]) -> list[str]:
    """Collections after those that they point at. Raises CyclicalRelation."""
    left = {name: (_targets(catalog, name) & set(names)) - {name} for name in names}
    ordered: list[str] = []
    while left:
        free = [name for name, needs in left.items() if not needs & left.keys()]
        if not free:
            raise CyclicalRelation(f"These collections point at each other in a circle: {', '.join(sorted(left))}.")
        ordered += free
        for name in free:
            del left[name]
    return ordered


def _targets(catalog: Catalog, name: str) -> set[str]:
    found: set[str] = set()
    for relation in catalog.relations:
        if relation.many == name:
            found |= {relation.one} if relation.one else set(relation.allowed)
    return found


def _carried(
    catalog: Catalog, collection: Collection, row: Row, mapped: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """A row whose references follow the items that got other keys."""
    made = dict(row)
    for name, value in row.items():
        relation = catalog.m2o(collection.name, name)
        if relation is None or isinstance(value, dict | list) or value is None:
            continue
        target = relation.one or str(row.get(relation.collection_field or ""))
        made[name] = mapped.get(target, {}).get(str(value), value)
    return made


async def _save(session: Session, collection: Collection, row: Row, number: int) -> Key:
    """One row. What it raises says which one it was."""
    payload = {name: value for name, value in row.items() if value is not None or _takes_null(collection, name)}
    try:
        return await session.upsert(collection.name, payload, "directus")
    except SatchelError as error:
        error.details["rows"] = lines(number)
        raise


def _takes_null(collection: Collection, name: str) -> bool:
    """Whether an empty cell is a null: where none can be, the default counts."""
    field = collection.fields.get(name)
    return field is None or (field.nullable and name not in collection.key)


@contextmanager
def _opened(content: Path | bytes) -> Generator[IO[bytes]]:
    with content.open("rb") if isinstance(content, Path) else BytesIO(content) as stream:
        yield stream


def _kept(content: Path | bytes) -> Path | bytes:
    """The content for longer than the request: its temporary file is moved away."""
    if not isinstance(content, Path):
        return content
    kept = content.with_name(f"{content.name}.{secrets.token_hex(4)}")
    return content.replace(kept)


def _is_set(request: Request, name: str) -> bool:
    return request.query.get(name, "false").lower() not in ("false", "0")
