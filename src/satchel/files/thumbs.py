"""Thumbs: versions of images, made when they are first asked for and kept beside the image.

In charge of: making each version once, however many ask at the same time; a bounded number of images in work and in
waiting; where versions are kept. Not in charge of: pixels (`images`), or which sizes a field offers (`downloads`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from satchel.errors import SatchelError
from satchel.files.images import NoVersion, Size, Version, make_version, prepare
from satchel.files.names import thumbs_folder
from satchel.storage.base import Attributes, Storage, StoredFile
from satchel.storage.local import LocalStorage

WAITING_MAX = 100
"""How many versions wait to be made. Whoever asks for one more is given the image itself."""


WORKERS_MAX = 4
"""On how many images one process works at a time, if it has as many processors."""


class Thumbs:
    """One per process. `pixels_max`: the largest image that is unpacked. `folder`: for copies of remote images."""

    def __init__(self, pixels_max: int, folder: Path, report: Callable[[Exception], None]) -> None:
        self._pixels_max = pixels_max
        self._folder = folder
        self._report = report
        self._pool: ThreadPoolExecutor | None = None
        self._making: dict[str, asyncio.Future[bool]] = {}

    async def open(
        self, storage: Storage, folder: str, name: str, size_text: str, size: Size, image: StoredFile
    ) -> StoredFile | None:
        """The version of an image, made now if need be; None if there can be none."""
        key = f"{thumbs_folder(folder, name)}/{size_text}_{name}"
        found = await storage.open(key)
        if found is not None:
            return found
        making = self._making.get(key)
        if making is None:
            if len(self._making) >= WAITING_MAX:
                return None
            work = self._make(storage, f"{folder}/{name}", key, size, image)
            making = self._making[key] = asyncio.ensure_future(work)
            making.add_done_callback(lambda _: self._making.pop(key, None))
        # one who gives up must not take it from the others
        return await storage.open(key) if await asyncio.shield(making) else None

    async def _make(self, storage: Storage, source: str, key: str, size: Size, image: StoredFile) -> bool:
        try:
            version = await self._version(storage, source, size, image)
            await storage.put(key, version.data, Attributes(version.content_type))
            if await storage.exists(source):
                return True
            await storage.delete(key)  # the image went away meanwhile
        except NoVersion:
            return False
        except (SatchelError, OSError) as error:
            self._report(error)
        return False

    async def _version(self, storage: Storage, source: str, size: Size, image: StoredFile) -> Version:
        content_type = image.content_type
        if isinstance(storage, LocalStorage):
            return await self._run(storage.root / source, content_type, size)
        with TemporaryDirectory(dir=self._folder) as folder:
            copy = Path(folder) / "image"
            again = await storage.open(source)
            if again is None:
                raise NoVersion("The image is gone.")
            with copy.open("wb") as file:
                async for chunk in again.chunks(0, again.size):
                    await asyncio.to_thread(file.write, chunk)
            return await self._run(copy, content_type, size)

    async def _run(self, content: Path, content_type: str, size: Size) -> Version:
        if self._pool is None:
            prepare()
            self._pool = ThreadPoolExecutor(min(os.cpu_count() or 1, WORKERS_MAX), "images")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._pool, lambda: make_version(content, content_type, size, pixels_max=self._pixels_max)
        )

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
