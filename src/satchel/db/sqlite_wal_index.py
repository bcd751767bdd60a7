"""The head of a WAL's index: whether anybody has committed, without asking SQLite.

In charge of: a view of that memory, and giving it up when that is harmless. Not in charge of: what a commit means for
what was read (`sqlite_memory`). Source: "WAL-mode File Format" on sqlite.org, section 2.1.

SQLite keeps the index of a WAL in a file that all programs map, and its first bytes are the head, twice: a count of
transactions, the last frame that is good, its check sums. A commit is one when these bytes have changed. So as long as
they are the same, nobody has committed, and a look at them is a look into memory.

A process that closes a file gives up all its locks on it (POSIX), also those of SQLite's connections. So the file is
closed only when it is nobody's index any more: SQLite deletes it with the last connection. Until then it is kept here,
for whoever opens the same database again.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import threading
from pathlib import Path

COPY_BYTES = 48
HEAD_BYTES = 2 * COPY_BYTES
FORMAT = 3_007_000
"""`iVersion`, the first number of the head."""
IS_READY = 12
"""Where the byte `isInit` is."""


class WalIndex:
    """The head of one index, for as many connections as have opened it."""

    __slots__ = ("_view", "descriptor", "users")

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.users = 0
        self._view = mmap.mmap(descriptor, HEAD_BYTES, prot=mmap.PROT_READ)

    def head(self) -> bytes:
        """The bytes as they are now, perhaps in the middle of a commit."""
        return self._view[:HEAD_BYTES]

    def leave(self) -> None:
        """Look no more; once for each `open_index`, and only after the connection was closed."""
        with _lock:
            self.users -= 1
            _close_dead()

    def close(self) -> None:
        self._view.close()
        os.close(self.descriptor)


def is_whole(head: bytes) -> bool:
    """Whether these bytes are a head that nobody is changing just now."""
    version = struct.unpack_from("=I", head)[0]
    return version == FORMAT and head[IS_READY] != 0 and head[:COPY_BYTES] == head[COPY_BYTES:]


def open_index(database: Path) -> WalIndex | None:
    """The index of a database that the caller has a connection to; None where there is none to look at."""
    if sys.platform == "win32":
        return None
    path = Path(f"{database}-shm")
    with _lock:
        try:
            found = path.stat()
            index = _opened.get((found.st_dev, found.st_ino))
            if index is None:
                if found.st_size < HEAD_BYTES:
                    return None
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                found = os.fstat(descriptor)
                index = _opened[found.st_dev, found.st_ino] = WalIndex(descriptor)
        except (OSError, ValueError):
            return None
        index.users += 1
        return index


_lock = threading.Lock()
_opened: dict[tuple[int, int], WalIndex] = {}
"""By device and inode."""


def _close_dead() -> None:
    for file, index in tuple(_opened.items()):
        if index.users == 0 and os.fstat(index.descriptor).st_nlink == 0:
            del _opened[file]
            index.close()
