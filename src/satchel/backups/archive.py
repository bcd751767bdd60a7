"""What is in a backup: packing a data folder, and unpacking one that nobody has to trust.

In charge of: the archive's content, taking it while the program writes, and checking every byte of one before it is
used. Not in charge of: where archives are (`shelf`), or putting a folder in place of another (`restore`). Blocks: runs
in threads. Called by `backups` and `restore`.

    data.db        the embedded database (without one: the store), as it was at one moment
    auxiliary.db   logs
    storage/**     files
    secret         what signs tokens, so that sessions go on
    satchel.json   when and by which version it was made, and what is not in it
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import msgspec

from satchel.db.sqlite_file import copy_file, inspect_file, read_file
from satchel.errors import DatabaseError, Unprocessable
from satchel.model.system.migrations import LATEST, SCHEMA_VERSION
from satchel.version import VERSION

MANIFEST = "satchel.json"
DATA, LOGS, SECRET, STORAGE = "data.db", "auxiliary.db", "secret", "storage"
ITEMS = (DATA, LOGS, SECRET, STORAGE)
"""What belongs to the state of a data folder; all else stays where it is."""
STATE = "satchel_state"
FORMAT = 1
ENTRIES_MAX = 5_000_000
COPY_BYTES = 1024 * 1024
HEADROOM_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Manifest:
    """`missing`: what the archive does not hold, in words."""

    version: str
    made: str
    missing: tuple[str, ...] = ()
    format: int = FORMAT


# ------------------------------------------------------------------------------------------------------------- packing
def pack(folder: Path, target: Path, *, missing: tuple[str, ...]) -> None:
    """Write the archive of a data folder. Raises Unprocessable when there is not enough room for it.

    Files are linked before and after the databases are copied, so whatever the copied rows speak of is there, also
    when it is deleted meanwhile.
    """
    work = target.with_name(f"{target.name}.parts")
    work.mkdir(parents=True)
    try:
        _check_room(folder, _size(folder))
        held = work / STORAGE
        _link_all(folder / STORAGE, held)
        for name in (DATA, LOGS):
            if (folder / name).exists():
                copy_file(folder / name, work / name)
        _link_all(folder / STORAGE, held)
        manifest = Manifest(VERSION, datetime.now(UTC).isoformat(timespec="seconds"), missing)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            for name in (DATA, LOGS):
                if (work / name).exists():
                    archive.write(work / name, name)
            if (folder / SECRET).exists():
                archive.write(folder / SECRET, SECRET)
            for path in _files(held):
                archive.write(path, f"{STORAGE}/{path.relative_to(held).as_posix()}", *_compression(path))
        target.chmod(0o600)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _check_room(folder: Path, bytes_needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < bytes_needed + HEADROOM_BYTES:
        raise Unprocessable(
            f"There is not enough room on the disk: {bytes_needed // 2**20} MiB are needed, {free // 2**20} are free."
        )


def _size(folder: Path) -> int:
    """What packing may need: copies of the databases, and an archive that may not be smaller than its content."""
    databases = sum((folder / name).stat().st_size for name in (DATA, LOGS) if (folder / name).exists())
    return 2 * databases + sum(path.stat().st_size for path in _files(folder / STORAGE))


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(root, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _link_all(source: Path, target: Path) -> None:
    for path in _files(source):
        link = target / path.relative_to(source)
        if link.exists():
            continue
        link.parent.mkdir(parents=True, exist_ok=True)
        try:
            link.hardlink_to(path)
        except FileNotFoundError:
            continue  # deleted at this moment
        except OSError:
            shutil.copyfile(path, link)


def _compression(path: Path) -> tuple[int]:
    """Pictures and the like are as small as they get."""
    packed = path.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp", ".gif", ".zip", ".gz", ".mp4", ".webm", ".mp3")
    return (zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED,)


# ----------------------------------------------------------------------------------------------------------- unpacking
def unpack(archive_path: Path, target: Path) -> None:
    """Unpack an archive into a new folder, and make sure that it is a whole data folder.

    Nothing is written outside of `target`, whatever the archive says; what does not belong into a data folder is left
    out. Raises Unprocessable for one that can't be used.
    """
    target.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive_path) as archive:
            entries = _entries(archive)
            _check_room(target, sum(entry.file_size for entry, _ in entries))
            for entry, parts in entries:
                _extract(archive, entry, target.joinpath(*parts))
        _check_databases(target)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise Unprocessable(f"The archive is damaged or of a kind that can't be read: {error}.") from error
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _entries(archive: zipfile.ZipFile) -> list[tuple[zipfile.ZipInfo, tuple[str, ...]]]:
    """The files that belong into a data folder, each with the parts of its path."""
    found: dict[tuple[str, ...], zipfile.ZipInfo] = {}
    infos = archive.infolist()
    if len(infos) > ENTRIES_MAX:
        raise Unprocessable("The archive has too many entries.")
    for entry in infos:
        parts = _parts(entry)
        if entry.is_dir() or parts[0] not in ITEMS:
            continue
        if (parts[0] == STORAGE) != (len(parts) > 1):
            raise Unprocessable(f"The archive has an entry where none belongs: {entry.filename[:200]!r}.")
        if parts in found:
            raise Unprocessable(f"The archive has two entries of one name: {entry.filename[:200]!r}.")
        found[parts] = entry
    if (DATA,) not in found:
        raise Unprocessable(f"The archive holds no {DATA}: it is no backup.")
    return [(entry, parts) for parts, entry in found.items()]


def _parts(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """The parts of an entry's path. Raises Unprocessable for one that leads anywhere else, or is no plain file."""
    name = entry.filename
    mode = entry.external_attr >> 16
    parts = PurePosixPath(name).parts
    bad = (
        not parts
        or name.startswith("/")
        or "\\" in name
        or "\0" in name
        or ":" in name
        or any(part in ("", ".", "..") for part in name.rstrip("/").split("/"))
        or (stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR))
    )
    if bad:
        raise Unprocessable(f"The archive has an entry that leads out of it: {name[:200]!r}.")
    return parts


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(entry) as source, path.open("xb") as target:
        while data := source.read(COPY_BYTES):  # raises for a wrong checksum at the end
            size += len(data)
            if size > entry.file_size:
                raise Unprocessable("The archive is larger than it says.")
            target.write(data)
        target.flush()
        os.fsync(target.fileno())
    path.chmod(0o600)


def _check_databases(folder: Path) -> None:
    """Raises Unprocessable unless the databases are whole, and the data is Satchel's."""
    for name in (DATA, LOGS):
        if not (folder / name).exists():
            continue
        try:
            verdict, tables = inspect_file(folder / name)
        except DatabaseError as error:
            raise Unprocessable(f"The archive's {name} is no database: {error.message}") from error
        if verdict != "ok":
            raise Unprocessable(f"The archive's {name} is damaged: {verdict}.")
        if name == DATA:
            _check_version(folder / name, tables)


def _check_version(path: Path, tables: frozenset[str]) -> None:
    if STATE not in tables:
        theirs = {"_collections", "_params"} <= tables
        hint = "It is a backup of PocketBase: import it instead of restoring it." if theirs else None
        raise Unprocessable("The archive's data.db is not one of Satchel's.", hint=hint)
    rows = read_file(path, f"SELECT value FROM {STATE} WHERE name = '{SCHEMA_VERSION}'")
    version = int(rows[0][0]) if rows and str(rows[0][0]).isdigit() else 0
    if not version:
        raise Unprocessable("The archive's data.db is not one of Satchel's.")
    if version > LATEST:
        raise Unprocessable(
            f"The archive was made by a newer version (its schema has number {version}, this program knows {LATEST})."
        )


def temporary(folder: Path, ending: str) -> Path:
    """A name for something that is in the making, in the data folder so that it can be moved into place."""
    place = folder / ".satchel_temp"
    place.mkdir(exist_ok=True)
    return place / f"{secrets.token_hex(8)}{ending}"
