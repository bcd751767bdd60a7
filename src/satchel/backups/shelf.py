"""Where backups are kept.

In charge of: the contract of such a place, and the folder beside the data. Not in charge of: what is in a backup
(`archive`). Called by `backups`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from satchel.backups.names import is_key
from satchel.errors import Unavailable

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Backup:
    """`modified`: seconds since the epoch."""

    key: str
    size: int
    modified: float


class Opened(Protocol):
    """A backup opened for reading; to be closed in any case."""

    size: int
    modified: float

    def chunks(self, start: int, length: int) -> AsyncIterator[bytes]: ...

    def close(self) -> None: ...


class Shelf(Protocol):
    """Raises Unavailable when the place can't do what is asked."""

    async def list(self) -> list[Backup]: ...

    async def open(self, key: str) -> Opened | None: ...

    async def put(self, key: str, path: Path) -> None:
        """Take a finished file; all of it or nothing. `path` is a temporary file, which may be moved."""
        ...

    async def delete(self, key: str) -> bool:
        """Whether there was one."""
        ...


class OpenedFile:
    """A file of the folder."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        facts = os.fstat(self._file.fileno())
        self.size, self.modified = facts.st_size, facts.st_mtime

    async def chunks(self, start: int, length: int) -> AsyncIterator[bytes]:
        self._file.seek(start)
        while length > 0:
            data = await asyncio.to_thread(self._file.read, min(CHUNK_BYTES, length))
            if not data:
                return
            length -= len(data)
            yield data

    def close(self) -> None:
        self._file.close()


class FolderShelf:
    """A folder of the data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def list(self) -> list[Backup]:
        return await asyncio.to_thread(self._list)

    def _list(self) -> list[Backup]:
        found: list[Backup] = []
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if is_key(path.name) and path.is_file() and not path.is_symlink():
                    facts = path.stat()
                    found.append(Backup(path.name, facts.st_size, facts.st_mtime))
        return sorted(found, key=lambda backup: backup.key)

    async def open(self, key: str) -> OpenedFile | None:
        path = self._folder / key
        if not is_key(key) or path.is_symlink() or not path.is_file():
            return None
        return OpenedFile(path)

    async def put(self, key: str, path: Path) -> None:
        assert is_key(key), key
        try:
            await asyncio.to_thread(self._put, key, path)
        except OSError as error:
            raise Unavailable(f"The backup could not be kept: {error.strerror}.") from error

    def _put(self, key: str, path: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        shutil.move(path, self._folder / key)

    async def delete(self, key: str) -> bool:
        if not is_key(key):
            return False
        try:
            (self._folder / key).unlink()
        except FileNotFoundError:
            return False
        return True
