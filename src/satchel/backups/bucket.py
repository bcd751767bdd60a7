"""Backups in a bucket.

In charge of: a shelf on top of `storage/`. Called by `app`, when the settings name a bucket for backups.
"""

from __future__ import annotations

from pathlib import Path

from satchel.backups.names import is_key
from satchel.backups.shelf import Backup, Opened, Shelf
from satchel.settings.model import S3
from satchel.storage.base import Attributes, Storage
from satchel.storage.s3 import S3Options, s3_storage


def shelf_of(wanted: S3, folder: Shelf) -> Shelf:
    """The bucket that the settings name, or the folder."""
    if not wanted.enabled:
        return folder
    options = S3Options(
        wanted.bucket, wanted.region, wanted.endpoint, wanted.access_key, wanted.secret, wanted.force_path_style
    )
    return BucketShelf(s3_storage(options))


class BucketShelf:
    """See `shelf.Shelf`."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def list(self) -> list[Backup]:
        found: list[Backup] = []
        for key in sorted(await self._storage.list("")):
            opened = await self.open(key)
            if opened is not None:
                found.append(Backup(key, opened.size, opened.modified))
                opened.close()
        return found

    async def open(self, key: str) -> Opened | None:
        return await self._storage.open(key) if is_key(key) else None

    async def put(self, key: str, path: Path) -> None:
        await self._storage.put(key, path, Attributes(content_type="application/zip"))

    async def delete(self, key: str) -> bool:
        if not is_key(key) or not await self._storage.exists(key):
            return False
        await self._storage.delete(key)
        return True
