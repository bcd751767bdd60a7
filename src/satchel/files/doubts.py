"""Doubts: which files may turn out to be nobody's, written down before it is known.

In charge of: the folder of this process, with its unfinished uploads and its doubts, and finding those of processes
that ended badly. Not in charge of: deciding a doubt (`keeping`). Called by `keeping` and `files`.

Files and rows are not changed by one transaction. So before a file is put in place or given up, its name is written
into a small file here; when the transaction has ended and the files have been dealt with, that is removed. What a
killed process left is settled at the next start: a file that its record does not name goes.

    <data>/.uploads/<process>/lock        held while the process lives
    <data>/.uploads/<process>/upload-…    a form that is being read
    <data>/.uploads/<process>/doubt-…     one transaction's files
    <data>/.uploads/resumable/…           see `resumable`
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from satchel.storage.base import StorageFailed
from satchel.storage.local import failed
from satchel.storage.locks import try_lock

FOLDER = ".uploads"
LOCK = "lock"
DOUBT = "doubt-"
RESUMABLE = "resumable"
"""The one folder beside those of processes: what is in it outlives them."""
STAGED = ".uploads"
"""The folder in a remote store where uploads wait for their record."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Files of one record. `folder`: the record's in the storage. `names`: files that may be nobody's; `whole`: the
    record was deleted, so anything else in the folder may be as well."""

    collection: str
    key: tuple[str, ...]
    folder: str
    names: tuple[str, ...]
    whole: bool = False


class ProcessFolder:
    """The folder of one process. `open` before use, `close` at the end."""

    def __init__(self, data: Path) -> None:
        self._all = data / FOLDER
        self.token = secrets.token_hex(8)
        self.path = self._all / self.token
        self._lock: int | None = None

    @property
    def resumable(self) -> Path:
        """The folder of uploads that any process may go on with; it need not exist."""
        return self._all / RESUMABLE

    @property
    def staged(self) -> str:
        """This process's folder in a remote store."""
        return f"{STAGED}/{self.token}"

    def open(self) -> None:
        """Make and lock it. Raises StorageFailed."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise failed(error) from error
        try_lock(self._lock)

    def close(self) -> None:
        """Remove it, unless something in it is still in doubt."""
        if self._lock is None:
            return
        if not any(self.path.glob(f"{DOUBT}*")):
            shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)
        self._lock = None
        with contextlib.suppress(OSError):
            self._all.rmdir()

    def note(self, doubts: list[Doubt]) -> Path:
        """Write doubts down. Raises StorageFailed, also when the disk is full."""
        path = self.path / f"{DOUBT}{secrets.token_hex(8)}"
        try:
            path.write_bytes(msgspec.json.encode(doubts))
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink()
            raise failed(error) from error
        return path

    @staticmethod
    def unnote(note: Path) -> None:
        """The doubts are decided."""
        note.unlink(missing_ok=True)

    def left_behind(self) -> Iterator[tuple[Path, list[Doubt]]]:
        """The folders of processes that are gone, with their doubts. The caller removes each with `forget`."""
        with contextlib.suppress(OSError):
            for path in sorted(self._all.iterdir()):
                if path in (self.path, self.resumable) or not path.is_dir():
                    continue
                with contextlib.suppress(OSError, StorageFailed):
                    descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
                    try:
                        if try_lock(descriptor):
                            yield path, list(_read(path))
                    finally:
                        os.close(descriptor)

    @staticmethod
    def forget(path: Path) -> None:
        """Remove a folder that was left behind."""
        shutil.rmtree(path, ignore_errors=True)


def _read(folder: Path) -> Iterator[Doubt]:
    for path in sorted(folder.glob(f"{DOUBT}*")):
        # a note that is cut was never followed by anything
        with contextlib.suppress(msgspec.DecodeError):
            yield from msgspec.json.decode(path.read_bytes(), type=list[Doubt])
