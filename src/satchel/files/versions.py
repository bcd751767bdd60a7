"""Versions of images: made when they are first asked for and kept beside the image.

In charge of: making each version once, however many ask at the same time; a bounded number of images in work and in
waiting; where versions are kept. A new one is handed out before it is in its place, which takes a disk longer than a
small image takes to make. Not in charge of: pixels (`images`, `transforms`), or which versions there may be
(`downloads`, `assets`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from satchel.errors import Unavailable
from satchel.files.images import NoVersion, Version, prepare
from satchel.files.names import thumbs_folder
from satchel.storage.base import Attributes, Storage, StorageFailed, StoredFile
from satchel.storage.local import LocalStorage

WAITING_MAX = 100
"""How many versions are in work or waiting for it, in one process."""
WORKERS_MAX = 4
"""On how many images one process works at a time, if it has as many processors."""

Make = Callable[[Path], Version]
"""The image's file → the version of it; runs in a thread. Raises NoVersion."""
Result = TypeVar("Result")


class Busy(Unavailable):
    """Too many versions wait to be made already."""


@dataclass(frozen=True, slots=True)
class Image:
    """The image that a version is made of: where it is kept."""

    storage: Storage
    folder: str
    name: str

    @property
    def key(self) -> str:
        return f"{self.folder}/{self.name}"

    @property
    def versions(self) -> str:
        """The folder of its versions; it goes when the image goes."""
        return thumbs_folder(self.folder, self.name)

    def version_key(self, version: str) -> str:
        """Where the version of that name is kept."""
        return f"{self.versions}/{version}"


class _Fresh:
    """A version that is not in its place yet; see `StoredFile`."""

    def __init__(self, version: Version) -> None:
        self.content_type = version.content_type
        self.size = len(version.data)
        self.modified = version.modified
        self._data = version.data

    async def read(self, start: int, length: int) -> bytes:
        return self._data[start : start + length]

    async def chunks(self, start: int, length: int) -> AsyncIterator[bytes]:
        yield self._data[start : start + length]

    def close(self) -> None:
        """Nothing is held open."""


@dataclass(frozen=True, slots=True)
class _Work:
    """One version. `made`: when there is one; `kept`: when it is in its place, or can't be."""

    made: asyncio.Future[Version]
    kept: asyncio.Task[None]


class Versions:
    """One per process. `folder`: for copies of remote images."""

    def __init__(self, folder: Path, report: Callable[[Exception], None]) -> None:
        self._folder = folder
        self._report = report
        self._pool: ThreadPoolExecutor | None = None
        self._work: dict[str, _Work] = {}
        prepare()

    async def made(
        self, image: Image, version: str, make: Make, *, waiting_max: int = WAITING_MAX, kept_max: int | None = None
    ) -> StoredFile:
        """The version of an image, made now if need be. Raises NoVersion when there can't be one, Busy when too many
        wait already, StorageFailed.

        `kept_max`: an image with so many versions loses them all, to be made again as they are asked for.
        """
        key = image.version_key(version)
        work = self._work.get(key)
        if work is None:
            found = await image.storage.open(key)
            if found is not None:
                return found
            work = self._work.get(key)
        if work is None:
            if sum(not other.made.done() for other in self._work.values()) >= waiting_max:
                raise Busy("Too many images are being worked on.", hint="Try again in a moment.", retry_after_seconds=1)
            made = asyncio.ensure_future(self.with_file(image, make))
            work = self._work[key] = _Work(made, asyncio.create_task(self._keep(image, key, made, kept_max)))
        # one who gives up must not take it from the others
        fresh = await asyncio.shield(work.made)
        if len(self._work) > waiting_max:
            await asyncio.wait({work.kept})  # the place for files is slower than we are
        return _Fresh(fresh)

    async def _keep(self, image: Image, key: str, made: asyncio.Future[Version], kept_max: int | None) -> None:
        """Put a version in its place as soon as it is there; who asked for it has it by then."""
        try:
            version = await made
            if kept_max is not None and len(await image.storage.list(image.versions)) >= kept_max:
                await image.storage.delete_folder(image.versions)
            await image.storage.put(key, version.data, Attributes(version.content_type, modified=version.modified))
            if not await image.storage.exists(image.key):
                await image.storage.delete(key)  # the image went away meanwhile
        except NoVersion:
            pass
        except Exception as error:  # behind the scenes: the next one makes it again
            self._report(error)
        finally:
            del self._work[key]

    async def with_file(self, image: Image, work: Callable[[Path], Result]) -> Result:
        """Run something in the threads for images, with the image as a file of this machine. Raises what it raises,
        NoVersion when the image is gone, StorageFailed."""
        storage = image.storage
        if isinstance(storage, LocalStorage):
            path = storage.root / image.key
            return await self.run(lambda: work(path))
        with TemporaryDirectory(dir=self._folder) as folder:
            copy = Path(folder) / "image"
            again = await storage.open(image.key)
            if again is None:
                raise NoVersion("The image is gone.")
            try:
                with copy.open("wb") as file:
                    async for chunk in again.chunks(0, again.size):
                        await asyncio.to_thread(file.write, chunk)
            except OSError as error:
                raise StorageFailed("There is no place for a copy of an image.", reason=str(error)) from error
            finally:
                again.close()
            return await self.run(lambda: work(copy))

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run something in the threads for images."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(min(os.cpu_count() or 1, WORKERS_MAX), "images")
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def close(self) -> None:
        """End the threads, and keep what was made."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        if self._work:
            await asyncio.wait([work.kept for work in self._work.values()])
