"""Archives: many files of the library in one ZIP, made while it is sent.

In charge of: which files those are, by ids or by a folder with all below it, their names inside, limits, and writing
the archive piece by piece. Not in charge of: headers (`wire/directus/archives`). Made by `files`.

Which files those are is read as the caller; then, as with assets, what is known of them is read for the program's own
use. A name inside of an archive is one plain name, or folders' names with one
below them: whatever somebody called a file, it can't lead anywhere else when it is unpacked.
"""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from satchel.engine.engine import Engine
from satchel.errors import Forbidden, InvalidPayload, NotFound, TooLarge
from satchel.expr.nodes import Compare, Param, Path
from satchel.files.assets import AssetRow
from satchel.files.library import FILES, FOLDERS
from satchel.http.contents import CHUNK_BYTES
from satchel.plan.query import Arguments, Page, Query, Select
from satchel.policy.actor import Actor, Context
from satchel.storage.choice import StorageChoice

_OWN_WORK = Actor.system("what is known of files that their caller may read")
DEPTH_MAX = 100
NAME_MAX = 200
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_PACKED = re.compile(r"text/|application/(json|xml|javascript|pdf)|image/(svg|bmp|tiff)|.*\+(xml|json)")
"""Types that compression makes smaller."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Of one archive: `files`, and their `size_bytes` together."""

    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive, and what it is called there."""

    name: str
    row: AssetRow


@dataclass(frozen=True, slots=True)
class Archive:
    """What an archive will hold. `name`: of the archive itself; "" for none."""

    name: str
    entries: Sequence[Entry]


class _Folder(msgspec.Struct):
    id: str
    name: str
    parent: str | None = None


class Archives:
    """One per process."""

    def __init__(self, engine: Engine, storage: StorageChoice, limits: ArchiveLimits) -> None:
        self._engine = engine
        self._storage = storage
        self._limits = limits

    # --- which files

    async def of_files(self, ids: Sequence[str], context: Context) -> Archive:
        """An archive of these files. Raises Forbidden unless the caller may read all of them, TooLarge."""
        wanted = list(dict.fromkeys(ids))
        self._check_count(len(wanted))
        rows = {row.id: row for row in await self._rows("id", wanted, context)}
        if len(rows) != len(wanted):
            raise Forbidden("Some of the files are not there.")
        return self._archive("", [(name_of(rows[key].filename_download or key), rows[key]) for key in wanted])

    async def of_folder(self, key: str, context: Context) -> Archive:
        """An archive of a folder with all folders below it, as far as the caller may see them. Raises NotFound,
        Forbidden, TooLarge, and InvalidPayload when there is no file."""
        tops = await self._folders("id", [key], context)
        if not tops:
            raise NotFound("There is no such folder.")
        paths = {key: ""}
        level = [key]
        for _ in range(DEPTH_MAX):
            level = [item for item in await self._below(level, paths, context) if item]
            if not level:
                break
        rows = await self._rows("folder", list(paths), context)
        if not rows:
            raise InvalidPayload("No files found in the selected folders tree")
        named = [(paths[row.folder or ""] + name_of(row.filename_download or row.id), row) for row in rows]
        return self._archive(name_of(tops[0].name), named)

    async def _below(self, level: Sequence[str], paths: dict[str, str], context: Context) -> list[str]:
        """The folders in those of a level; `paths` learns where they are."""
        found: list[str] = []
        for folder in await self._folders("parent", level, context):
            if folder.id not in paths:
                paths[folder.id] = f"{paths[folder.parent or '']}{name_of(folder.name)}/"
                found.append(folder.id)
        return found

    async def _folders(self, field: str, values: Sequence[str], context: Context) -> list[_Folder]:
        found = await self._read(FOLDERS, _Folder.__struct_fields__, field, values, context)
        return msgspec.json.decode(found, type=list[_Folder])

    async def _rows(self, field: str, values: Sequence[str], context: Context) -> list[AssetRow]:
        keys = await self._read(FILES, ("id",), field, values, context)
        ids = [item["id"] for item in msgspec.json.decode(keys, type=list[dict[str, str]])]
        own = replace(context, actor=_OWN_WORK)
        found = await self._read(FILES, AssetRow.__struct_fields__, "id", ids, own)
        return [row for row in msgspec.json.decode(found, type=list[AssetRow]) if row.filename_disk]

    async def _read(
        self, collection: str, fields: Iterable[str], field: str, values: Sequence[str], context: Context
    ) -> bytes:
        """Rows whose field is one of these values. Raises TooLarge when they are more than an archive may hold."""
        query = Query(
            collection,
            "directus",
            select=tuple(Select(name, name) for name in fields),
            arguments=Arguments(where=Compare("_in", Path((field,)), Param(0, "list")), page=Page(Param(1, "number"))),
        )
        answer = await self._engine.read(query, (list(values), self._limits.files + 1), context)
        data = answer.data or b"[]"
        self._check_count(len(msgspec.json.decode(data, type=list[msgspec.Raw])))
        return data

    def _check_count(self, count: int) -> None:
        if count > self._limits.files:
            raise TooLarge(f"An archive holds at most {self._limits.files} files.")

    def _archive(self, name: str, named: Sequence[tuple[str, AssetRow]]) -> Archive:
        if sum(int(row.filesize or 0) for _, row in named) > self._limits.size_bytes:
            raise TooLarge(f"An archive holds at most {self._limits.size_bytes} bytes.")
        taken: set[str] = set()
        entries: list[Entry] = []
        for wanted, row in named:
            free = _free(wanted, taken)
            taken.add(free.casefold())
            entries.append(Entry(free, row))
        return Archive(name, entries)

    # --- the archive itself

    async def content(self, archive: Archive) -> AsyncIterator[bytes]:
        """The archive, piece by piece. A file that went away meanwhile is left out. Raises StorageFailed."""
        out = _Out()
        with zipfile.ZipFile(out, "w", allowZip64=True) as target:
            for entry in archive.entries:
                async for part in self._entry(target, out, entry):
                    yield part
        yield out.taken()

    async def _entry(self, target: zipfile.ZipFile, out: _Out, entry: Entry) -> AsyncIterator[bytes]:
        folder, name = entry.row.image
        key = f"{folder}/{name}"
        file = await (await self._storage.holding(entry.row.storage, key)).open(key)
        if file is None:
            return
        moment = datetime.fromtimestamp(max(entry.row.modified, 315532800), UTC)
        info = zipfile.ZipInfo(entry.name, moment.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if _PACKED.match(entry.row.content_type) else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        try:
            with target.open(info, "w", force_zip64=file.size >= 2**31) as writer:
                start = 0
                while start < file.size:
                    data = await file.read(start, min(CHUNK_BYTES, file.size - start))
                    start += len(data)
                    if info.compress_type == zipfile.ZIP_STORED:
                        writer.write(data)
                    else:
                        await asyncio.to_thread(writer.write, data)
                    yield out.taken()
        finally:
            file.close()
        yield out.taken()


class _Out(io.RawIOBase):
    """Where the archive is written to: what is written can be taken away again, so none of it piles up."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def name_of(text: str) -> str:
    """A plain name of a file or folder, for any system."""
    name = _UNFIT.sub("_", text).strip(" .")[:NAME_MAX]
    return name or "_"


def _free(wanted: str, taken: set[str]) -> str:
    """The name, or with a number when it is taken: `a.txt`, `a (2).txt`."""
    if wanted.casefold() not in taken:
        return wanted
    folder, slash, name = wanted.rpartition("/")
    stem, point, extension = name.rpartition(".")
    stem, ending = (stem, point + extension) if stem else (name, "")
    number = 2
    while f"{folder}{slash}{stem} ({number}){ending}".casefold() in taken:
        number += 1
    return f"{folder}{slash}{stem} ({number}){ending}"
