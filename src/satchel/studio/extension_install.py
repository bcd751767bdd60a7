"""Extensions of the studio that come as a zip: taken in, and taken away.

In charge of: what an archive may hold, and putting its folder in place whole or not at all. Not in charge of: what a
manifest may say (`manifest`), or which extensions there are (`extension_files`). Called by `extension_routes`.

Nothing of an archive is believed: names are checked before a file is made, sizes while it is written, and what was
unpacked is read like any other extension before it gets its place. Folders that are being filled or emptied have names
that begin with a dot, which nobody looks at.
"""

from __future__ import annotations

import io
import re
import secrets
import shutil
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from satchel.errors import InvalidPayload, NotFound, Unprocessable
from satchel.studio.extension_files import FILES_MAX, read_extension
from satchel.studio.manifest import BYTES_MAX, NAME, read_manifest

ARCHIVE_BYTES_MAX = 20 * 1024**2
UNPACKED_BYTES_MAX = 100 * 1024**2
CHUNK = 256 * 1024
DEPTH_MAX = 20
_WRONG = re.compile(r"[\x00-\x1f\\:]")
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What the module raises for archives that are damaged, encrypted or packed in a way that it does not know."""


def name_in(archive: bytes) -> str:
    """The name of the extension of an archive. Raises InvalidPayload."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _name(opened, _members(opened))
    except _DAMAGED as error:
        raise InvalidPayload(f"The file is no zip archive that can be unpacked: {error}") from None


def install(folder: Path, archive: bytes) -> str:
    """Put the extension of an archive into its place in `folder`, instead of one of the same name. Gives its name.

    Raises InvalidPayload for what is wrong with the archive, Unprocessable where a link has its place, OSError when the
    folder can't be written.
    """
    if len(archive) > ARCHIVE_BYTES_MAX:
        raise InvalidPayload(f"The archive is larger than {ARCHIVE_BYTES_MAX} bytes.")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            members = _members(opened)
            name = _name(opened, members)
            folder.mkdir(parents=True, exist_ok=True)
            fresh = folder / f".new-{secrets.token_hex(8)}"
            try:
                _unpack(opened, members, fresh)
                read_extension(name, "folder", fresh)
                _take_place(fresh, folder / name)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    except _DAMAGED as error:
        raise InvalidPayload(f"The file is no zip archive that can be unpacked: {error}") from None
    return name


def uninstall(folder: Path, name: str) -> None:
    """Remove the folder of an extension. `name`: one that was found. Raises NotFound, OSError."""
    place = folder / name
    if not place.is_dir():
        raise NotFound(f"There is no extension {name} in the folder of extensions.")
    if place.is_symlink():
        raise Unprocessable(f"{name} is a link to another folder; remove it there where it was made.")
    gone = folder / f".old-{secrets.token_hex(8)}"
    place.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _members(opened: zipfile.ZipFile) -> Mapping[str, zipfile.ZipInfo]:
    """The files by their paths in the extension. A folder around all of them, as archives of sources have, is left
    out. Raises InvalidPayload.
    """
    found: dict[PurePosixPath, zipfile.ZipInfo] = {}
    seen = set[str]()
    for info in opened.infolist():
        path = PurePosixPath(info.filename)
        parts = info.filename.rstrip("/").split("/")
        if (
            _WRONG.search(info.orig_filename)
            or path.is_absolute()
            or not all(part not in ("", ".", "..") for part in parts)
        ):
            raise InvalidPayload(f"The archive has a file outside of its own folder: {info.filename!r}.")
        if len(parts) > DEPTH_MAX:
            raise InvalidPayload(f"The archive has folders more than {DEPTH_MAX} deep.")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise InvalidPayload(f"The archive has something that is no file: {info.filename!r}.")
        if info.flag_bits & _ENCRYPTED:
            raise InvalidPayload("The archive is encrypted.")
        if info.is_dir() or parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts):
            continue
        # some disks take no notice of case
        if path.as_posix().casefold() in seen:
            raise InvalidPayload(f"The archive has the file {info.filename!r} twice.")
        seen.add(path.as_posix().casefold())
        found[path] = info
        if len(found) > FILES_MAX:
            raise InvalidPayload(f"The archive has more than {FILES_MAX} files.")
    if sum(info.file_size for info in found.values()) > UNPACKED_BYTES_MAX:
        raise InvalidPayload(f"The archive is larger than {UNPACKED_BYTES_MAX} bytes when it is unpacked.")
    tops = {path.parts[0] for path in found}
    around = len(tops) == 1 and PurePosixPath(NAME) not in found
    return {(path.relative_to(path.parts[0]) if around else path).as_posix(): info for path, info in found.items()}


def _name(opened: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> str:
    """The extension's name, by its manifest. Raises InvalidPayload."""
    info = members.get(NAME)
    if info is None:
        raise InvalidPayload(f"There is no {NAME} in the archive.")
    with opened.open(info) as stream:
        manifest, _ = read_manifest(stream.read(BYTES_MAX + 1))
    return manifest.name


def _unpack(opened: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], into: Path) -> None:
    """Sizes are those that are written: what an archive says of them need not be true."""
    left = UNPACKED_BYTES_MAX
    into.mkdir()
    for name, info in members.items():
        path = into.joinpath(*name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(info) as source, path.open("xb") as target:
            while data := source.read(CHUNK):
                left -= len(data)
                if left < 0:
                    raise InvalidPayload(f"The archive is larger than {UNPACKED_BYTES_MAX} bytes when it is unpacked.")
                target.write(data)


def _take_place(fresh: Path, place: Path) -> None:
    """Rename, with what was there before out of the way; it comes back when that fails."""
    if place.is_symlink():
        raise Unprocessable(f"{place.name} is there as a link to another folder.")
    before = place.with_name(f".old-{secrets.token_hex(8)}")
    if place.exists():
        place.rename(before)
    try:
        fresh.rename(place)
    except OSError:
        if before.exists():
            before.rename(place)
        raise
    shutil.rmtree(before, ignore_errors=True)
