"""Files: what the rest of the program calls.

In charge of: putting this room's parts together, and its life. Not in charge of: what any part does: uploads
(`receive`), records' files (`keeping`), reading them (`downloads`), versions of images (`versions`). Made by `app`;
called by the wires.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from satchel.engine.engine import Engine
from satchel.engine.schema import Schema
from satchel.files.archives import ArchiveLimits, Archives
from satchel.files.assets import AssetLimits, Assets
from satchel.files.doubts import ProcessFolder
from satchel.files.downloads import Downloads
from satchel.files.keeping import Keeping
from satchel.files.library import FILES, Fetch, Library, LibraryLimits
from satchel.files.names import record_folder
from satchel.files.receive import Content, receive
from satchel.files.resumable import Resumable, ResumableLimits
from satchel.files.versions import Versions
from satchel.model.fields.file import new_files
from satchel.storage.base import Attributes, Storage
from satchel.storage.choice import StorageChoice


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What the settings say of files."""

    library: LibraryLimits
    assets: AssetLimits
    resumable: ResumableLimits
    archives: ArchiveLimits


def contents_of(bodies: Iterable[Mapping[str, Any]]) -> list[Content]:
    """The new files among the values of bodies."""
    return [file.content for body in bodies for value in body.values() for file in new_files(value)]


class Files:
    """One per process. `folder`: where unfinished uploads are. `report`: gets what fails behind the scenes."""

    def __init__(
        self,
        engine: Engine,
        storage: StorageChoice,
        folder: ProcessFolder,
        *,
        limits: FileLimits,
        fetch: Fetch,
        report: Callable[[Exception], None],
    ) -> None:
        self._engine = engine
        self._storage = storage
        self._folder = folder
        self._versions = Versions(folder.path, report)
        downloads = Downloads(engine, storage, self._versions, limits.assets.bounds.pixels)
        self._downloads = downloads
        self._keeping = Keeping(storage, folder, lambda: engine.catalog, self._names_of, report)
        self.storage = storage
        self.library = Library(engine, storage, folder.path, limits.library, fetch)
        self.assets = Assets(engine, storage, self._versions, limits.assets)
        self.resumable = Resumable(engine, self.library, folder.resumable, limits.resumable, self.ready, report)
        self.archives = Archives(engine, storage, limits.archives)
        self.receive = receive
        self.find = downloads.find
        self.may_view = downloads.may_view
        self.open = downloads.open

    @property
    def folder(self) -> Path:
        """Where files wait before they are kept; whatever is left there goes with the process."""
        return self._folder.path

    async def put(self, key: str, name: str, content: bytes | Path, content_type: str) -> None:
        """Put the bytes of a row of the library, which is there already, where it says that they are. What `content`
        names stays. Raises StorageFailed.
        """
        if isinstance(content, Path):
            kept = self._folder.path / secrets.token_hex(8)
            await asyncio.to_thread(shutil.copyfile, content, kept)
            content = kept
        await self._storage.current.put(f"{record_folder(FILES, key)}/{name}", content, Attributes(content_type))

    async def start(self, schema: Schema) -> None:
        """Begin to take part in writes, and settle what a process that was killed left behind. Raises StorageFailed."""
        self._folder.open()
        self._engine.writes.hooks.on_outside(self._keeping.before_commit)
        self.library.start()
        self.assets.start()
        self.resumable.start()
        schema.on_saved(self._keeping.collections_gone)
        await self._keeping.sweep()

    async def close(self) -> None:
        await self.resumable.close()
        await self._keeping.close()
        await self._versions.close()
        self._folder.close()

    async def _names_of(self, collection: str, key: tuple[str, ...]) -> set[str]:
        found = self._engine.catalog.get(collection)
        if found is None:
            return set()
        return {name for names in (await self._downloads.names_in(found, key)).values() for name in names}

    # --- uploads

    @asynccontextmanager
    async def ready(self, contents: Iterable[Content]) -> AsyncGenerator[None]:
        """While a write goes on: its new files are where they can be put in place quickly, without keeping other writes
        waiting. Raises StorageFailed.
        """
        uploads = list(contents)
        storage = self._storage.current if uploads else None
        if storage is None or not storage.remote:
            yield
            return
        staged: list[str] = []
        try:
            for content in uploads:
                staged.append(f"{self._folder.staged}/{secrets.token_hex(16)}")
                await storage.put(staged[-1], content.here, content.attributes)
                content.key = staged[-1]
            yield
        finally:
            self._keeping.later(self._unstage(storage, staged))

    async def _unstage(self, storage: Storage, keys: Iterable[str]) -> None:
        for key in keys:
            await storage.delete(key)
