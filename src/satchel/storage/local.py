"""Files in a folder of this machine.

In charge of: putting whole files in place, reading them, and the notes beside them. Not in charge of: which files there
should be. Made by `app`.

Beside each file `name` lies `name.attrs`, a JSON document with its content type, its original name and the MD5 sum of
its content, in the form in which PocketBase keeps them: its folder `pb_data/storage` can be used as it is, and ours by
it. A file is first written under a temporary name, so that nobody ever sees half of one.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from satchel.http.contents import CHUNK_BYTES
from satchel.http.disk_file import DiskFile
from satchel.storage.base import Attributes, StorageFailed, check_key

NOTES = ".attrs"
UNFINISHED = ".tmp"
KNOWN_MAX = 4096
"""How many files' notes are remembered: they never change, because a name is never used twice."""
ATTEMPTS = 100
"""How often a folder is made anew that neighbours removed, because it was empty, before a file was in it."""
PAUSE_SECONDS = 0.001

Result = TypeVar("Result")


class LocalFile(DiskFile):
    """See `base.StoredFile`."""

    __slots__ = ("content_type",)

    def __init__(self, descriptor: int, size: int, modified: float, content_type: str) -> None:
        super().__init__(descriptor, size, modified)
        self.content_type = content_type


class LocalStorage:
    """See `base.Storage`. `durable`: a put is on the disk when it returns. `temporary`: where unfinished files are, in
    the same file system; unless given, beside the finished ones.
    """

    remote = False

    def __init__(self, root: Path, *, durable: bool = True, temporary: Path | None = None) -> None:
        self.root = root
        self._folder = str(root)
        self._temporary = temporary
        self._durable = durable
        self._notes: OrderedDict[str, str] = OrderedDict()

    # --- reading

    async def open(self, key: str) -> LocalFile | None:
        # looking up a name takes microseconds; a thread would take longer
        path = f"{self._folder}/{check_key(key)}"
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
                return None
            raise failed(error) from error
        try:
            facts = os.fstat(descriptor)
            if not _is_file(facts.st_mode):
                os.close(descriptor)
                return None
            return LocalFile(descriptor, facts.st_size, facts.st_mtime, self._content_type(key, path))
        except BaseException:
            os.close(descriptor)
            raise

    async def exists(self, key: str) -> bool:
        try:
            return _is_file(os.stat(f"{self._folder}/{check_key(key)}").st_mode)  # noqa: PTH116 - for each thumb
        except (OSError, ValueError):
            return False

    def _content_type(self, key: str, path: str) -> str:
        known = self._notes.get(key)
        if known is not None:
            self._notes.move_to_end(key)
            return known
        try:
            notes = msgspec.json.decode(Path(f"{path}{NOTES}").read_bytes())
            found: Any = cast("dict[str, Any]", notes).get("user.content_type") if isinstance(notes, dict) else ""
        except (OSError, msgspec.DecodeError):
            return ""
        content_type = found if isinstance(found, str) else ""
        self._notes[key] = content_type
        if len(self._notes) > KNOWN_MAX:
            self._notes.popitem(last=False)
        return content_type

    # --- writing

    async def put(self, key: str, content: Path | bytes, attributes: Attributes) -> None:
        await self._do(lambda: self._put(key, content, attributes))

    def _put(self, key: str, content: Path | bytes, attributes: Attributes) -> None:
        target = self._path(key)
        self._notes.pop(key, None)
        digest = attributes.md5 or md5_of(content)
        notes = _notes_of(Attributes(attributes.content_type, attributes.metadata, digest))
        beside = target.with_name(target.name + NOTES)
        made: list[Path] = []
        try:
            for _ in range(ATTEMPTS):
                try:
                    self._make_folder(target.parent)
                    self._write(beside, notes, made)
                    self._write(target, content, made, attributes.modified)
                    break
                except (FileNotFoundError, FileExistsError):
                    if isinstance(content, Path) and not content.exists():
                        raise
                    time.sleep(PAUSE_SECONDS)
            else:
                raise StorageFailed("The folder for a file can't be made.", reason=str(target.parent))
            if self._durable:
                _sync_folder(target.parent)
        except BaseException:
            for path in (*made, target, beside):
                with contextlib.suppress(OSError):
                    path.unlink()
            self._prune(target.parent)
            raise

    def _write(self, target: Path, content: Path | bytes, made: list[Path], modified: float = 0.0) -> None:
        """The content under its name, by way of a temporary one."""
        if isinstance(content, Path):
            if modified:
                os.utime(content, (modified, modified))
            if self._durable:
                _sync_file(content)
            if _moved(content, target):
                return
        # what a kill leaves of it is found there
        temporary = (self._temporary or target.parent) / f".{secrets.token_hex(8)}{UNFINISHED}"
        made.append(temporary)
        with temporary.open("xb") as file:
            if isinstance(content, Path):
                with content.open("rb") as source:
                    shutil.copyfileobj(source, file, CHUNK_BYTES)
            else:
                file.write(content)
            if self._durable:
                file.flush()
                os.fsync(file.fileno())
        if modified:
            os.utime(temporary, (modified, modified))
        if not _moved(temporary, target):
            beside = target.with_name(temporary.name)
            made.append(beside)
            shutil.copyfile(temporary, beside)
            beside.replace(target)
            temporary.unlink()

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        if folder.parent != folder:
            self._make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        if self._durable:
            _sync_folder(folder.parent)

    async def copy(self, key: str, to: str) -> None:
        await self._do(lambda: self._copy(key, to))

    def _copy(self, key: str, to: str) -> None:
        source, target = self._path(key), self._path(to)
        notes = source.with_name(source.name + NOTES).read_bytes()
        known = msgspec.json.decode(notes, type=dict[str, Any])
        attributes = Attributes(known["user.content_type"], known["user.metadata"], known["md5"])
        temporary = (self._temporary or source.parent) / f".{secrets.token_hex(8)}{UNFINISHED}"
        try:
            shutil.copyfile(source, temporary)
            self._put(target.relative_to(self.root).as_posix(), temporary, attributes)
        finally:
            temporary.unlink(missing_ok=True)

    async def delete(self, key: str) -> None:
        await self._do(lambda: self._delete(key))

    def _delete(self, key: str) -> None:
        path = self._path(key)
        self._notes.pop(key, None)
        for found in (path, path.with_name(path.name + NOTES)):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                found.unlink()
        self._prune(path.parent)

    async def delete_folder(self, prefix: str) -> None:
        await self._do(lambda: self._delete_folder(self._path(prefix)))

    def _delete_folder(self, folder: Path) -> None:
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            self._prune(folder.parent)

    def _prune(self, folder: Path) -> None:
        """Remove folders that are empty by now, up to the root."""
        while folder != self.root and self.root in folder.parents:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent

    async def list(self, prefix: str) -> list[str]:
        return await self._do(lambda: sorted(self._walk(self._path(prefix))))

    def _walk(self, folder: Path) -> Iterator[str]:
        for parent, _, names in os.walk(folder):
            for name in names:
                if not name.endswith((NOTES, UNFINISHED)):
                    yield (Path(parent) / name).relative_to(self.root).as_posix()

    # --- parts

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)

    async def _do(self, work: Callable[[], Result]) -> Result:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            raise failed(error) from error


def failed(error: OSError) -> StorageFailed:
    """What the system refused, as this room says it."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    message = "There is no space left for files." if full else "The folder for files can't be used."
    return StorageFailed(message, reason=f"{error.strerror}: {error.filename or ''}")


def md5_of(content: Path | bytes) -> str:
    """The MD5 sum, in base64: no protection, only what PocketBase keeps."""
    digest = hashlib.md5(usedforsecurity=False)
    if isinstance(content, bytes):
        digest.update(content)
    else:
        with content.open("rb") as file:
            while data := file.read(CHUNK_BYTES):
                digest.update(data)
    return base64.b64encode(digest.digest()).decode()


def _notes_of(attributes: Attributes) -> bytes:
    return msgspec.json.encode(
        {
            "user.cache_control": "",
            "user.content_disposition": "",
            "user.content_encoding": "",
            "user.content_language": "",
            "user.content_type": attributes.content_type,
            "user.metadata": dict(attributes.metadata),
            "md5": attributes.md5,
        }
    )


def _is_file(mode: int) -> bool:
    return (mode & 0o170000) == 0o100000


def _moved(source: Path, target: Path) -> bool:
    """Give a file its final name. False when that is in another file system."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        raise
    return True


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
