"""What a place for files can do: the contract of this room.

In charge of: the shape of a `Storage`, the names (keys) under which files are kept, what is known of a stored file.
Not in charge of: which files there should be (`files/`). Implemented by `local` and `remote`; called by `files/` and by
whoever keeps files of another kind (backups).

A key is a path of plain parts, `collection/record/name.txt`. Keys never come from a client as they are: `check_key`
refuses whatever could lead out of its folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from satchel.errors import SatchelError, Unavailable
from satchel.http.contents import Content

PART_BYTES_MAX = 255
KEY_BYTES_MAX = 1024
UTF8_BYTES_MAX = 4
"""As many bytes has a letter, at most."""

_PART = r"""(?!\.{1,2}(?:/|\Z))[^/\\<>:"|?*\x00-\x1f\x7f\ud800-\udfff]+"""
_KEY = re.compile(f"{_PART}(?:/{_PART})*")


class BadKey(SatchelError):
    """A key that no file can have. It is a mistake of the program's: keys are made by `files/`, from checked parts."""

    code, status = "internal", 500


class StorageFailed(Unavailable):
    """The place for files can't be reached, is full, or refuses. `details['reason']` is for logs and superusers."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is kept beside a file. `metadata`: names in lower case with texts. `md5`: of the content, in base64.
    `modified`: seconds since 1970, 0 for now; a store may have times of its own.
    """

    content_type: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    md5: str = ""
    modified: float = 0.0


class StoredFile(Content, Protocol):
    """A stored file opened for reading."""

    content_type: str


class Storage(Protocol):
    """One place. `remote`: a put or a delete may take long, so it should not happen while others wait for it.

    Every method raises StorageFailed when the place can't do what is asked.
    """

    @property
    def remote(self) -> bool: ...

    async def open(self, key: str) -> StoredFile | None:
        """The file, or None if there is none."""
        ...

    async def exists(self, key: str) -> bool: ...

    async def put(self, key: str, content: Path | bytes, attributes: Attributes) -> None:
        """Keep a file, in place of any of the same key: all of it or nothing.

        A `content` that is a path is a temporary file of the caller's, which may be moved instead of copied.
        """
        ...

    async def copy(self, key: str, to: str) -> None:
        """Give a file a second key. Raises StorageFailed when it is not there."""
        ...

    async def delete(self, key: str) -> None:
        """Remove a file; nothing happens when it is not there."""
        ...

    async def delete_folder(self, prefix: str) -> None:
        """Remove all files below a folder."""
        ...

    async def list(self, prefix: str) -> list[str]:
        """The keys below a folder, at any depth. `prefix` is a key without a final slash, or "" for all."""
        ...


def check_key(key: str) -> str:
    """The key. Raises BadKey for one that is empty, too long, or could lead anywhere else."""
    if _KEY.fullmatch(key) is None or not _fits(key):
        raise BadKey(f"{key[:200]!r} is no key of a file.")
    return key


def _fits(key: str) -> bool:
    if len(key) * UTF8_BYTES_MAX <= PART_BYTES_MAX:
        return True
    if len(key.encode()) > KEY_BYTES_MAX:
        return False
    return all(len(part.encode()) <= PART_BYTES_MAX for part in key.split("/"))
