"""Files in an object store, through `obstore`.

In charge of: reading, writing and listing objects of any store that `obstore` speaks to. Not in charge of: which store,
or with which credentials (`s3`; a file like it would add Google's or Azure's). Made by those.

The content type is the object's own, the original name is metadata of it, as PocketBase keeps them. An object is
visible when all of it has arrived.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from satchel.storage.base import Attributes, StorageFailed, check_key

CHUNK_BYTES = 5 * 1024**2
"""The size of the parts of a large upload, the least that S3 takes."""
PARTS_AT_ONCE = 2
DELETED_AT_ONCE = 500


class RemoteFile:
    """See `base.StoredFile`."""

    __slots__ = ("_key", "_store", "content_type", "modified", "size")

    def __init__(self, store: ObjectStore, key: str, size: int, modified: float, content_type: str) -> None:
        self._store = store
        self._key = key
        self.size = size
        self.modified = modified
        self.content_type = content_type

    async def read(self, start: int, length: int) -> bytes:
        if not length:
            return b""
        try:
            return bytes(await obstore.get_range_async(self._store, self._key, start=start, length=length))
        except (BaseError, OSError) as error:
            raise failed(error) from error

    async def chunks(self, start: int, length: int) -> AsyncIterator[bytes]:
        if not length:
            return
        try:
            found = await obstore.get_async(self._store, self._key, options={"range": (start, start + length)})
            async for part in found.stream(min_chunk_size=256 * 1024):
                yield bytes(part)
        except (BaseError, OSError) as error:
            raise failed(error) from error

    def close(self) -> None:
        """Nothing is held open between reads."""


class RemoteStorage:
    """See `base.Storage`."""

    remote = True

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def spelled(self, name: str) -> str:
        """How the store spells the name of an entry of metadata."""
        return name

    async def open(self, key: str) -> RemoteFile | None:
        try:
            found = await obstore.get_async(self._store, check_key(key), options={"head": True})
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise failed(error) from error
        kept: dict[Any, Any] = dict(found.attributes)
        content_type = str(kept.get("Content-Type", "") or "")
        return RemoteFile(self._store, key, found.meta["size"], found.meta["last_modified"].timestamp(), content_type)

    async def exists(self, key: str) -> bool:
        return await self.open(key) is not None

    async def put(self, key: str, content: Path | bytes, attributes: Attributes) -> None:
        kept: dict[Any, str] = {"Content-Type": attributes.content_type or "application/octet-stream"}
        # metadata travels in headers, which hold nothing but ASCII
        kept.update({self.spelled(name): quote(text, safe=" ") for name, text in attributes.metadata.items()})
        try:
            await obstore.put_async(
                self._store,
                check_key(key),
                content,
                attributes=kept,
                chunk_size=CHUNK_BYTES,
                max_concurrency=PARTS_AT_ONCE,
            )
        except (BaseError, OSError) as error:
            raise failed(error) from error

    async def copy(self, key: str, to: str) -> None:
        try:
            await obstore.copy_async(self._store, check_key(key), check_key(to))
        except (BaseError, OSError) as error:
            raise failed(error) from error

    async def delete(self, key: str) -> None:
        try:
            await obstore.delete_async(self._store, check_key(key))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise failed(error) from error

    async def delete_folder(self, prefix: str) -> None:
        keys = await self.list(prefix)
        for start in range(0, len(keys), DELETED_AT_ONCE):
            try:
                await obstore.delete_async(self._store, keys[start : start + DELETED_AT_ONCE])
            except (BaseError, OSError) as error:
                raise failed(error) from error

    async def list(self, prefix: str) -> list[str]:
        keys: list[str] = []
        try:
            found: Any = obstore.list(self._store, check_key(prefix) if prefix else None)  # pyright: ignore[reportUnknownMemberType]
            async for batch in found:
                keys.extend(item["path"] for item in batch)
        except (BaseError, OSError) as error:
            raise failed(error) from error
        return keys


def failed(error: Exception) -> StorageFailed:
    """What the store refused, as this room says it. The reason may name addresses and buckets: it is not for guests."""
    return StorageFailed("The store for files can't be reached, or refuses.", reason=str(error)[:2000])
