"""Assets: the files of the library as they are shown: as they are, or transformed.

In charge of: whether the caller may read a file, what the settings allow, and opening the file or what becomes of it.
Not in charge of: what can be asked for (`transformation`), pixels (`transforms`), headers (`wire/directus/assets`).
Made by `files`.

Whoever may read a row may read its file, whichever of its fields are granted: its facts are read for the program's own
use. The pictures that the settings name as the project's own are everybody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from time import monotonic
from typing import Any

import msgspec

from satchel.engine.engine import Engine
from satchel.engine.ledger import ChangeSet
from satchel.errors import Forbidden, NotFound
from satchel.expr.nodes import Param
from satchel.files.library import FILES, UNKNOWN_TYPE
from satchel.files.names import record_folder
from satchel.files.transformation import (
    Offer,
    Transformation,
    negotiated,
    offer_of,
)
from satchel.files.transforms import ANIMATED, Bounds, Head, read_head, transform, transformable
from satchel.files.versions import Image, Versions
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context
from satchel.storage.base import StoredFile
from satchel.storage.choice import StorageChoice

SETTINGS = "directus_settings"
ROWS_MAX = 2048
"""Of how many rows it is remembered what they say."""
OFFER_SECONDS = 1.0
"""How long another worker's change of the settings may stay unseen."""
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,120}(?:; ?[\w-]{1,40}=[\w.+-]{1,80})*", re.ASCII)
PUBLIC_PICTURES = ("project_logo", "public_foreground", "public_background", "public_favicon")

_OWN_WORK = Actor.system("what is known of a file that its caller may read")


class AssetRow(msgspec.Struct, frozen=True, dict=True):
    """What is known of a file."""

    id: str
    filename_download: str | None = None
    filename_disk: str | None = None
    storage: str | None = None
    type: str | None = None
    filesize: int | str | None = None
    width: int | None = None
    height: int | None = None
    folder: str | None = None
    modified_on: str | None = None
    uploaded_on: str | None = None
    focal_point_x: int | None = None
    focal_point_y: int | None = None

    @cached_property
    def image(self) -> tuple[str, str]:
        """Where the file is kept: folder and name. Raises NotFound for a row without bytes."""
        if not self.filename_disk:
            raise NotFound("There is no file behind this row.")
        return record_folder(FILES, self.id), self.filename_disk

    @cached_property
    def content_type(self) -> str:
        """What the file is called on the wire. The column may hold anything."""
        return self.type if self.type and _MEDIA_TYPE.fullmatch(self.type) else UNKNOWN_TYPE

    @cached_property
    def modified(self) -> int:
        """When it was changed, in seconds since 1970."""
        text = self.modified_on or self.uploaded_on
        if not text:
            return 0
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


_SELECT = tuple(Select(name, name) for name in AssetRow.__struct_fields__)
_NAMES = frozenset(AssetRow.__struct_fields__)
_ROW = Query(FILES, "directus", action="view", select=_SELECT, key=Param(0, "list"))
_SETTINGS = Query(
    SETTINGS,
    "directus",
    select=tuple(Select(name, name) for name in ("storage_asset_transform", "storage_asset_presets", *PUBLIC_PICTURES)),
)
_decode_row = lru_cache(maxsize=ROWS_MAX)(msgspec.json.Decoder(AssetRow).decode)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for of a file. `varies`: it depends on which formats the caller knows."""

    transformation: Transformation | None = None
    varies: bool = False

    @property
    def name(self) -> str:
        """Tells versions of one file apart."""
        return "" if self.transformation is None else self.transformation.name


AS_IT_IS = Wanted()


@dataclass(frozen=True, slots=True)
class AssetLimits:
    """`waiting`: how many images may be in work or wait for it in one process; `versions`: how many of one image are
    kept."""

    bounds: Bounds
    operations: int
    waiting: int
    versions: int


class Assets:
    """One per process."""

    def __init__(self, engine: Engine, storage: StorageChoice, versions: Versions, limits: AssetLimits) -> None:
        self._engine = engine
        self._storage = storage
        self._versions = versions
        self._limits = limits
        self._heads: dict[str, Head] = {}
        self._offer: tuple[float, Offer] | None = None

    def start(self) -> None:
        self._engine.writes.hooks.on_after(self._settings_changed)

    async def _settings_changed(self, changes: ChangeSet) -> None:
        if any(change.collection == SETTINGS for change in changes.changes):
            self._offer = None

    # --- which file

    async def find(self, key: str, context: Context) -> AssetRow:
        """The row of a file that the caller may read. Raises Forbidden, NotFound."""
        try:
            row = await self._readable(key, context)
        except Forbidden:
            row = await self._public_picture(key)
            if row is None:
                raise
        if row is None:
            row = await self._public_picture(key)
        if row is None:
            raise NotFound("There is no such file.")
        return row

    async def _readable(self, key: str, context: Context) -> AssetRow | None:
        """The whole row, for whoever may read anything of it."""
        grants = await self._engine.grants_of(context.actor)
        if all(grant.fields is None or grant.fields >= _NAMES for grant in grants.of(FILES, "view")):
            return await self._read(key, context)
        if not await self._engine.allows(context, FILES, "view", (key,)):
            return None
        return await self._read(key, replace(context, actor=_OWN_WORK))

    async def _read(self, key: str, context: Context) -> AssetRow | None:
        answer = await self._engine.read(_ROW, ((key,),), context)
        return None if answer.data is None else _decode_row(answer.data)

    async def _public_picture(self, key: str) -> AssetRow | None:
        settings = await self._settings()
        if key not in {settings.get(name) for name in PUBLIC_PICTURES}:
            return None
        return await self._read(key, Context(_OWN_WORK, datetime.now(UTC)))

    # --- what of it

    async def wanted(self, row: AssetRow, given: Mapping[str, str], accept: str) -> Wanted:
        """What these parameters ask for. Raises InvalidQuery, IllegalTransformation, StorageFailed, NoVersion."""
        if not given:
            return AS_IT_IS
        asked = (await self._offered()).chosen(given)
        if asked.nothing or not transformable(row.content_type):
            return AS_IT_IS
        asked.check(side_max=self._limits.bounds.side)
        varies = asked.format == "auto"
        if varies:
            asked = await self._negotiated(row, asked, accept)
        if asked.focal is None and row.focal_point_x is not None and row.focal_point_y is not None:
            asked = replace(asked, focal=(row.focal_point_x, row.focal_point_y))
        return Wanted(None if asked.nothing else asked, varies)

    async def _negotiated(self, row: AssetRow, asked: Transformation, accept: str) -> Transformation:
        found = negotiated(asked, row.content_type, accept, alpha=True)
        if row.content_type not in ANIMATED and found.format != "png":
            return found
        head = await self._head(row)
        return negotiated(asked, row.content_type, accept, alpha=head.alpha, animated=head.animated)

    async def _head(self, row: AssetRow) -> Head:
        """What the head of an image tells. It is remembered: other bytes have another name."""
        folder, name = row.image
        key = f"{folder}/{name}"
        found = self._heads.get(key)
        if found is None:
            image = Image(await self._storage.holding(row.storage, key), folder, name)
            found = await self._versions.with_file(image, lambda path: read_head(path, row.content_type))
            if len(self._heads) >= ROWS_MAX:
                self._heads.clear()
            self._heads[key] = found
        return found

    async def open(self, row: AssetRow, wanted: Wanted) -> tuple[StoredFile, str]:
        """The file or what becomes of it, with its content type; the caller closes it. Raises NotFound, Busy,
        StorageFailed, and NoVersion for an image that can't be read."""
        folder, name = row.image
        storage = await self._storage.holding(row.storage, f"{folder}/{name}")
        asked = wanted.transformation
        if asked is None:
            file = await storage.open(f"{folder}/{name}")
            if file is None:
                raise NotFound("The file is gone.")
            content_type = row.content_type
        else:
            bounds, kind = self._limits.bounds, row.content_type
            file = await self._versions.made(
                Image(storage, folder, name),
                asked.name,
                lambda path: transform(path, kind, asked, bounds),
                waiting_max=self._limits.waiting,
                kept_max=self._limits.versions,
            )
            content_type = file.content_type
        return file, content_type

    # --- settings

    async def _offered(self) -> Offer:
        now = monotonic()
        if self._offer is None or now - self._offer[0] > OFFER_SECONDS:
            settings = await self._settings()
            mode, presets = settings.get("storage_asset_transform"), settings.get("storage_asset_presets")
            offer = offer_of(mode, presets, self._limits.operations)
            if self._offer is not None and self._offer[1] == offer:
                offer = self._offer[1]  # it remembers what it was asked
            self._offer = (now, offer)
        return self._offer[1]

    async def _settings(self) -> dict[str, Any]:
        answer = await self._engine.read(_SETTINGS, (), Context(_OWN_WORK, datetime.now(UTC)))
        rows = msgspec.json.decode(answer.data or b"[]", type=list[dict[str, Any]])
        return rows[0] if rows else {}
