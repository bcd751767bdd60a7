"""Extensions of the studio: which are there, and their files.

In charge of: finding them in a folder and in installed packages, noticing that one was changed, and saying what is
wrong with one without keeping the others from working. Not in charge of: what a manifest may say (`manifest`), or
running any of it, which the studio does in the browser. Made by `routes`.

A folder holds one folder for each extension, of the extension's name. A package names a folder of its own under the
entry points `satchel.extensions`: a module whose folder it is, or a function that gives the path. Files are served
under a digest of all of them, so browsers may keep them for ever.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

from satchel.errors import InvalidPayload, SatchelError
from satchel.http.built_files import BuiltFiles
from satchel.http.request import Request
from satchel.http.response import BareResponse, RawHeaders
from satchel.studio.manifest import NAME, Manifest, read_manifest

GROUP = "satchel.extensions"
FILES_MAX = 2000
EXTENSIONS_MAX = 200
LOOK_SECONDS = 1.0
"""How long a look at all of them is good for those who ask for files that are not there."""

NO_DOCUMENT = (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox")
"""A page or picture of an extension that is opened as such runs nothing: it would have the session of who opens it."""

Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension that can be used. `digest`: of all its files. `integrity`: of the entry, as browsers check it.
    `raw`: the manifest as it stands.
    """

    name: str
    digest: str
    integrity: str
    manifest: Manifest
    raw: dict[str, Any]
    files: BuiltFiles
    source: str


@dataclass(frozen=True, slots=True)
class Broken:
    """One that can't be used, and why, in words for superusers."""

    name: str
    error: str
    source: str


class ExtensionFiles:
    """The extensions of a folder and of the installed packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._looked = 0.0
        self._packaged: bool | None = None
        self._read: dict[tuple[str, str], tuple[Signature, Extension | Broken]] = {}

    def all(self) -> list[Extension | Broken]:
        """Those that are there now, sorted by name. Of two with the same name the folder's counts."""
        self._looked = monotonic()
        found: dict[str, Extension | Broken] = {}
        for name, source, place in self._places():
            one = self._one(name, source, place) if isinstance(place, Path) else Broken(name, place, source)
            if name not in found:
                found[name] = one
        return [found[name] for name in sorted(found)]

    def any(self) -> bool:
        """Whether there is something to list at all. Asked for each page; of packages only once."""
        if self._packaged is None:
            self._packaged = bool(entry_points(group=GROUP))
        return self._packaged or next(self._in_folder(), None) is not None

    def find(self, name: str, digest: str) -> Extension | None:
        """The one with these files. Asked for each file, so it looks anew only for what is unknown."""
        for again in (False, True):
            if again:
                if monotonic() - self._looked < LOOK_SECONDS:
                    return None
                self.all()
            for _, one in self._read.values():
                if isinstance(one, Extension) and one.name == name and one.digest == digest:
                    return one
        return None

    async def send(self, request: Request, path: str, headers: RawHeaders) -> BareResponse | None:
        """The file at `NAME/DIGEST/FILE`; None when there is none."""
        name, _, rest = path.partition("/")
        digest, _, file = rest.partition("/")
        one = self.find(name, digest)
        known = one and one.files.files.get(file)
        if one is None or known is None:
            return None
        inert = [] if known.content_type.startswith("text/javascript") else [NO_DOCUMENT]
        return await one.files.send(request, file, [*headers, *inert])

    def _places(self) -> Iterator[tuple[str, str, Path | str]]:
        """(name, where from, folder or what is wrong)."""
        for path in self._in_folder():
            yield path.name, "folder", path
        for point in sorted(entry_points(group=GROUP), key=lambda item: item.name):
            yield point.name, "package", _folder_of(point)

    def _in_folder(self) -> Iterator[Path]:
        if self.folder.is_dir():
            inside = sorted(path for path in self.folder.iterdir() if path.name[0] not in "._" and path.is_dir())
            yield from inside[:EXTENSIONS_MAX]

    def _one(self, name: str, source: str, place: Path) -> Extension | Broken:
        """Read again only if a file was changed."""
        try:
            signature = _signature(place)
        except SatchelError as error:
            return Broken(name, str(error), source)
        known = self._read.get((name, source))
        if known is not None and known[0] == signature:
            return known[1]
        try:
            made: Extension | Broken = read_extension(name, source, place)
        except (SatchelError, OSError) as error:
            made = Broken(name, str(error), source)
        self._read[name, source] = (signature, made)
        return made


def _folder_of(point: EntryPoint) -> Path | str:
    try:
        named: Any = point.load()
        if isinstance(named, ModuleType):
            assert named.__file__ is not None
            return Path(named.__file__).parent
        return Path(named())
    except Exception as error:  # code of others may fail in any way, and must not take the list with it
        return f"The package's entry point {point.value} fails: {type(error).__name__}: {error}"


def _signature(place: Path) -> Signature:
    """What changes with any file. Raises InvalidPayload where there are too many."""
    found: list[tuple[str, int, int]] = []
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            facts = path.lstat()
            found.append((str(path.relative_to(place)), facts.st_mtime_ns, facts.st_size))
        if len(found) > FILES_MAX:
            raise InvalidPayload(f"It has more than {FILES_MAX} files; a built extension has few.")
    return tuple(found)


def read_extension(name: str, source: str, place: Path) -> Extension:
    """The extension in a folder. Raises InvalidPayload, OSError."""
    path = place / NAME
    if not path.is_file():
        raise InvalidPayload(f"There is no {NAME} in {place}.")
    manifest, raw = read_manifest(path.read_bytes())
    if manifest.name != name:
        raise InvalidPayload(f'{NAME}: the name is "{manifest.name}", and the extension is found as "{name}".')
    files = BuiltFiles(place, lambda _: True)
    for label, wanted in (("entry", manifest.entry), *manifest.contributes.locales.items()):
        if wanted.removeprefix("./") not in files.files:
            raise InvalidPayload(f'{NAME}: there is no file "{wanted}" ({label}).')
    entry = files.files[manifest.entry.removeprefix("./")].path.read_bytes()
    integrity = f"sha384-{base64.b64encode(hashlib.sha384(entry).digest()).decode()}"
    if manifest.integrity not in (None, integrity):
        raise InvalidPayload(f"{manifest.entry} is not what the manifest's integrity says: it is {integrity}.")
    digest = hashlib.sha256("".join(f"{key} {file.tag}\n" for key, file in files.files.items()).encode())
    return Extension(name, digest.hexdigest()[:20], integrity, manifest, raw, files, source)
