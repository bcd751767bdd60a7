"""A file of this machine, opened for reading.

In charge of: handing it out in parts without keeping the event loop waiting. Not in charge of: which files there are.
Made by `static` and `storage/local`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

from satchel.errors import Unavailable
from satchel.http.contents import CHUNK_BYTES

_NO_WAIT: int | None = getattr(os, "RWF_NOWAIT", None)


class DiskFile:
    """See `contents.Content`; owns the descriptor. Parts that the system has in memory are read at once,
    others off the event loop."""

    __slots__ = ("_descriptor", "modified", "size")

    def __init__(self, descriptor: int, size: int, modified: float) -> None:
        self._descriptor = descriptor
        self.size = size
        self.modified = modified

    async def read(self, start: int, length: int) -> bytes:
        data = self._at_once(start, length)
        if len(data) < length:
            data += await asyncio.to_thread(self._fully, start + len(data), length - len(data))
        return data

    async def chunks(self, start: int, length: int) -> AsyncIterator[bytes]:
        end = start + length
        while start < end:
            data = await self.read(start, min(CHUNK_BYTES, end - start))
            yield data
            start += len(data)

    def _at_once(self, start: int, length: int) -> bytes:
        """What can be had without waiting for the disk; maybe nothing. A file that was read lately is in memory as a
        whole, so its last byte speaks for the rest.
        """
        if _NO_WAIT is None or not 0 < length <= CHUNK_BYTES:
            return b""
        try:
            in_memory = os.preadv(self._descriptor, [bytearray(1)], start + length - 1, _NO_WAIT)
        except OSError:
            return b""
        return os.pread(self._descriptor, length, start) if in_memory else b""

    def _fully(self, start: int, length: int) -> bytes:
        parts: list[bytes] = []
        while length:
            data = os.pread(self._descriptor, length, start)
            if not data:
                raise Unavailable("A file ends before its end.", reason="the file was cut while it was read")
            parts.append(data)
            start, length = start + len(data), length - len(data)
        return b"".join(parts)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        self.close()
