"""Files that a build made and that nobody changes while they are served: known by name, compressed beforehand.

In charge of: which files there are, their types and tags, and sending the smallest form that the client takes. Not in
charge of: files that may change at any time (`static`). Made by whoever has a built folder.

A path is looked up among the names that were found, so nothing outside of the folder can be reached. Names that begin
with a dot are left out, and links that lead out of the folder. Beside `app.js` may lie `app.js.br` and `app.js.gz`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from satchel.errors import NotFound
from satchel.http.contents import content_response
from satchel.http.disk_file import DiskFile
from satchel.http.encodings import takes
from satchel.http.request import Request
from satchel.http.response import BareResponse, RawHeaders
from satchel.http.static import type_by_name

FOREVER = b"public, max-age=31536000, immutable"
ASK = b"no-cache"
UNKNOWN_TYPE = "application/octet-stream"
FORMS: Mapping[str, str] = {"br": ".br", "gzip": ".gz"}
"""The compressions, best first, and how their files' names end."""
_OPEN = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """`forms`: the compressions that lie beside it. `tag`: a digest of the content."""

    path: Path
    content_type: str
    tag: str
    forever: bool
    forms: tuple[str, ...]


class BuiltFiles:
    """The files of one folder as they are now. `forever`: whether a name is never used for another content."""

    def __init__(self, root: Path, forever: Callable[[str], bool]) -> None:
        paths = list_files(root)
        self.files: dict[str, BuiltFile] = {}
        for name, path in paths.items():
            if name.endswith(tuple(FORMS.values())) and name.rpartition(".")[0] in paths:
                continue
            self.files[name] = BuiltFile(
                path,
                type_by_name(name) or UNKNOWN_TYPE,
                digest_of(path),
                forever(name),
                tuple(form for form, ending in FORMS.items() if name + ending in paths),
            )

    async def send(self, request: Request, name: str, headers: RawHeaders) -> BareResponse | None:
        """The file of that name; None without one. `headers`: what goes with it. Raises NotFound when it was taken
        away since.
        """
        file = self.files.get(name)
        if file is None:
            return None
        request.logged = False
        ranged = request.header("range") is not None
        form = None if ranged else next((form for form in file.forms if takes(request, form)), None)
        path = str(file.path) + (FORMS[form] if form else "")
        try:
            descriptor = os.open(path, _OPEN)
        except OSError:
            raise NotFound(f"There is no file {name} any more.") from None
        facts = os.fstat(descriptor)
        kept: RawHeaders = [(b"cache-control", FOREVER if file.forever else ASK)]
        if file.forms:
            kept.append((b"vary", b"Accept-Encoding"))
        if form is not None:
            kept.append((b"content-encoding", form.encode()))
        tag = f'"{file.tag}{"-" + form if form else ""}"'
        content = DiskFile(descriptor, facts.st_size, facts.st_mtime)
        response = await content_response(request, content, file.content_type, always=headers, kept=kept, tag=tag)
        answer = BareResponse(response.status, response.body)
        answer.headers = [entry for entry in response.headers if not (form and entry[0] == b"accept-ranges")]
        return answer


def list_files(root: Path) -> dict[str, Path]:
    """Name to path of the regular files below a folder, sorted; without hidden ones, and without what links lead to
    outside of it. Empty when there is no such folder.
    """
    found: dict[str, Path] = {}
    top = root.resolve()
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file() and path.resolve().is_relative_to(top):
                found[path.relative_to(top).as_posix()] = path
    return found


def digest_of(path: Path) -> str:
    """A short digest of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:24]
