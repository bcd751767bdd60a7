"""Counts of requests that all workers of a machine share.

In charge of: windows in a mapped file, found by a digest of what is counted, and written under a lock of the operating
system. Not in charge of: what is counted, or what a full window means (`ratelimit`). Made by `app` where there are
several workers.

The file is a table of buckets of four windows each. A window is the digest of its key, when it closes by the machine's
monotonic clock, and how many requests it has had. Where a bucket is full the window that closes first is forgotten, so
memory is bounded and a stranger who makes up addresses can't fill it. Locks last microseconds and end with their
process. What an earlier start of the machine left has no meaning to this one's clock, and counts for nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import mmap
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from struct import Struct
from typing import Any

CAN_SHARE = importlib.util.find_spec("fcntl") is not None
"""Whether this operating system has such locks; on Windows each worker counts for itself."""

WAYS = 4
_WINDOW = Struct("<QdQ")  # digest, when it closes, requests so far
_BUCKET = Struct("<" + "QdQ" * WAYS)
_COUNT = Struct("<Q")
_COUNT_AT = 16
LOCK_TRIES = 200
PLACES = 8192
"""How many places are remembered, so that who comes often costs no digest."""
LONGEST_SECONDS = 30 * 86400.0

Key = tuple[str, str, str]


class SharedCounts:
    """`path`: the file, made if need be; all workers name the same one, of the same `clients_max`. Raises OSError."""

    def __init__(self, path: Path, clients_max: int) -> None:
        import fcntl

        self._lockf, self._try_lock, self._unlock = fcntl.lockf, fcntl.LOCK_EX | fcntl.LOCK_NB, fcntl.LOCK_UN
        self._buckets = 1 << max(4, (clients_max // WAYS - 1).bit_length())
        size = self._buckets * _BUCKET.size
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            if os.fstat(self._file).st_size < size:
                os.ftruncate(self._file, size)
            self._map = mmap.mmap(self._file, size)
        except BaseException:
            os.close(self._file)
            raise
        self._place = lru_cache(maxsize=PLACES)(self._digested)

    def another(self) -> SharedCounts:
        """Counts for another limiter: the same, keys tell them apart."""
        return self

    def clear(self) -> None:
        """Other rules have other keys, and other workers count on."""

    def close(self) -> None:
        self._map.close()
        with contextlib.suppress(OSError):
            os.close(self._file)

    def spend(self, key: Key, seconds: float, limit: int, now: float) -> float | None:
        """Count one request; None, or when the window closes if it is full."""
        at, digest = self._place(key)
        try:
            self._lockf(self._file, self._try_lock, _BUCKET.size, at)
            locked = True
        except OSError:
            locked = self._lock(at)
        try:
            found = _BUCKET.unpack_from(self._map, at)
            if digest not in found:
                place = _worst(found, now)
            else:
                place = found.index(digest)
                closes, count = found[place + 1], found[place + 2]
                if now < closes <= now + seconds:
                    if count >= limit:
                        return closes
                    _COUNT.pack_into(self._map, at + place * 8 + _COUNT_AT, count + 1)
                    return None
            _WINDOW.pack_into(self._map, at + place * 8, digest, now + seconds, 1)
            return None
        finally:
            if locked:
                self._lockf(self._file, self._unlock, _BUCKET.size, at)

    def _lock(self, at: int) -> bool:
        """Who holds it needs microseconds. One that was stopped in between holds nobody up: a request is then counted
        without."""
        for _ in range(LOCK_TRIES):
            try:
                self._lockf(self._file, self._try_lock, _BUCKET.size, at)
                return True
            except OSError:
                continue
        return False

    def _digested(self, key: Key) -> tuple[int, int]:
        text = "\0".join(key).encode("utf-8", "surrogatepass")
        number = int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "little")
        # above all that a count or a time may be, so that a digest is only found where one is
        return (number >> 64) % self._buckets * _BUCKET.size, number & (2**64 - 1) | 2**63


def _worst(found: Sequence[Any], now: float) -> int:
    """The place of the window that is missed least: closed, or the first that closes."""
    places = range(0, 3 * WAYS, 3)
    return min(places, key=lambda at: found[at + 1] if now < found[at + 1] <= now + LONGEST_SECONDS else 0.0)
