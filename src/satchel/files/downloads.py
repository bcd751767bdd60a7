"""Downloads: which file somebody asks for, and whether it may be read.

In charge of: finding the record that names a file (for views, the one that they show it from), the viewRule of
protected fields, and opening the file or a version of it. Not in charge of: answers (`wire/*/files`). Called by the
wires through `files`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

import msgspec

from satchel.engine.engine import Engine
from satchel.errors import Forbidden, InvalidPayload, InvalidQuery
from satchel.expr.nodes import Compare, Param, Path
from satchel.files.images import NoVersion, Size, has_versions, make_version, parse_size
from satchel.files.names import collection_folder, record_folder
from satchel.files.sniff import HEAD_BYTES, sniff
from satchel.files.versions import Busy, Image, Versions
from satchel.model.catalog import Collection, Field, Key
from satchel.model.fields.file import THUMB_ALWAYS, file_fields
from satchel.model.fields.list_value import list_of
from satchel.model.key import encode_key
from satchel.model.view_query import ViewQuery, origin_of, parse_view
from satchel.plan.query import Arguments, Page, Query, Select
from satchel.policy.actor import Actor, Context
from satchel.storage.base import StorageFailed, StoredFile
from satchel.storage.choice import StorageChoice

VIEWS_DEPTH = 8
"""Through how many views of views a file is looked for."""

KNOWN_MAX = 4096
"""How many files' places are remembered."""

_READER = Actor.system("file download")


@dataclass(frozen=True, slots=True)
class Named:
    """A file that a record names. `folder`: the record's in the storage; `field`: the one that holds the name, as the
    collection that was asked has it.
    """

    folder: str
    name: str
    field: Field

    @property
    def protected(self) -> bool:
        return bool(self.field.options.get("protected"))


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read. `name`: how it is called for whoever saves it."""

    file: StoredFile
    name: str
    content_type: str


class Downloads:
    """One per process. `pixels_max`: the largest image that is unpacked."""

    def __init__(
        self,
        engine: Engine,
        storage: StorageChoice,
        versions: Versions,
        pixels_max: int,
    ) -> None:
        self._engine = engine
        self._storage = storage
        self._versions = versions
        self._pixels_max = pixels_max
        # what was found last, and after which commit: for as long as nobody commits anything, it stays
        self._known: dict[tuple[Collection, Key, str], tuple[int, Named]] = {}

    # --- which file

    async def find(self, collection: Collection, key: Key, name: str) -> Named | None:
        """The file of that name of a record; None unless the record names it."""
        asked = (collection, key, name)
        commits = self._engine.databases[collection.source].commits_seen()
        known = self._known.get(asked)
        if known is not None and commits is not None and known[0] == commits:
            return known[1]
        named = await self._look_up(collection, key, name)
        if named is not None and commits is not None:
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[asked] = commits, named
        return named

    async def _look_up(self, collection: Collection, key: Key, name: str) -> Named | None:
        held = await self.names_in(collection, key)
        field = next((field for field in file_fields(collection) if name in held.get(field.name, ())), None)
        if field is None:
            return None
        if collection.type != "view":
            return Named(record_folder(collection_folder(collection), encode_key(key)), name, field)
        folder = await self._origin_folder(collection, key, field, name, VIEWS_DEPTH)
        return None if folder is None else Named(folder, name, field)

    async def names_in(self, collection: Collection, key: Key) -> dict[str, list[str]]:
        """What the file fields of a record hold now, by field; nothing if there is no such record."""
        fields = file_fields(collection)
        if not fields or not collection.key:
            return {}
        query = _fields_query(collection.name, tuple(field.name for field in fields))
        try:
            answer = await self._engine.read(query, (key,), _context())
        except (InvalidQuery, Forbidden):
            return {}
        return {} if answer.data is None else _names(answer.data)

    async def _origin_folder(self, view: Collection, key: Key, field: Field, name: str, depth: int) -> str | None:
        """The folder of the record that a view shows a file from."""
        found = _origin(view, field, self._engine)
        if found is None or depth == 0:
            return None
        origin, origin_field = found
        # most views keep the ids of what they show
        if len(origin.key) == 1 and name in (await self.names_in(origin, key)).get(origin_field.name, ()):
            keys: Sequence[Key] = (key,)
        else:
            keys = await self._keys_naming(origin, origin_field, name)
        for origin_key in keys:
            if origin.type == "view":
                return await self._origin_folder(origin, origin_key, origin_field, name, depth - 1)
            return record_folder(collection_folder(origin), encode_key(origin_key))
        return None

    async def _keys_naming(self, collection: Collection, field: Field, name: str) -> list[Key]:
        """The key of a record that names the file, if there is one."""
        query = Query(
            collection.name,
            "directus",
            select=tuple(Select(part, part) for part in collection.key),
            arguments=Arguments(
                where=Compare("=", Path((field.name,), modifier="each"), Param(0, "text"), any=True),
                page=Page(Param(1, "number")),
            ),
        )
        answer = await self._engine.read(query, (name, 1), _context())
        rows = msgspec.json.decode(answer.data or b"[]", type=list[dict[str, Any]])
        return [tuple(row[part] for part in collection.key) for row in rows]

    # --- whether it may be read

    async def may_view(self, collection: Collection, key: Key, context: Context) -> bool:
        """Whether the caller meets the collection's viewRule for this record."""
        if not collection.key:
            return False
        query = _fields_query(collection.name, (collection.key[0],))
        try:
            answer = await self._engine.read(query, (key,), context)
        except (InvalidQuery, Forbidden):
            return False
        return answer.data is not None

    # --- opening it

    async def open(self, named: Named, thumb: str = "") -> Opened | None:
        """The file, or the version of it that `thumb` names where the field offers that; None if it is not there.

        Raises StorageFailed. The caller closes it.
        """
        storage = self._storage.current
        size = parse_size(thumb) if thumb and (thumb == THUMB_ALWAYS or thumb in _offered(named.field)) else None
        image = Image(storage, named.folder, named.name)
        if size is not None and await storage.exists(image.key):
            version = await storage.open(image.version_key(f"{thumb}_{named.name}"))
            if version is not None:
                return Opened(version, f"{thumb}_{named.name}", version.content_type)
        file = await storage.open(image.key)
        if file is None:
            return None
        try:
            if not file.content_type:
                # notes can be lost when files are copied by hand
                file.content_type = sniff(await file.read(0, min(HEAD_BYTES, file.size))).content_type
            if size is not None and has_versions(file.content_type):
                version = await self._version(image, thumb, size, file.content_type)
                if version is not None:
                    file.close()
                    return Opened(version, f"{thumb}_{named.name}", version.content_type)
        except BaseException:
            file.close()
            raise
        return Opened(file, named.name, file.content_type)

    async def _version(self, image: Image, thumb: str, size: Size, content_type: str) -> StoredFile | None:
        """The version of an image in that size; None where the image itself has to do."""
        try:
            return await self._versions.made(
                image,
                f"{thumb}_{image.name}",
                lambda path: make_version(path, content_type, size, pixels_max=self._pixels_max),
            )
        except (NoVersion, Busy, StorageFailed, OSError):
            return None  # what is worth a report has been reported


@lru_cache(maxsize=1024)
def _names(row: bytes) -> dict[str, list[str]]:
    """The names that the file fields of a row hold."""
    return {name: list_of(value) for name, value in msgspec.json.decode(row, type=dict[str, Any]).items()}


def _offered(field: Field) -> Sequence[str]:
    thumbs: Any = field.options.get("thumbs")
    return cast("Sequence[str]", thumbs) if isinstance(thumbs, list | tuple) else ()


def _context() -> Context:
    return Context(_READER, datetime.now(UTC))


@lru_cache(maxsize=1024)
def _fields_query(collection: str, fields: tuple[str, ...]) -> Query:
    """Some fields of one record, whose key is the value at position 0."""
    select = tuple(Select(name, name) for name in fields)
    return Query(collection, "directus", action="view", select=select, key=Param(0, "list"))


def _origin(view: Collection, field: Field, engine: Engine) -> tuple[Collection, Field] | None:
    parsed = _parsed(str(view.options.get("viewQuery") or ""))
    column = None if parsed is None else next((item for item in parsed.columns if item.name == field.name), None)
    if parsed is None or column is None:
        return None
    found = origin_of(column, parsed, engine.catalog, view.source)
    return found if found is not None and found[1].kind == "file" else None


@lru_cache(maxsize=256)
def _parsed(text: str) -> ViewQuery | None:
    try:
        return parse_view(text)
    except InvalidPayload:
        return None
