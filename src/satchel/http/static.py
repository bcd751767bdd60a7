"""Files of a public folder: pages, scripts, pictures, as they lie on the disk.

In charge of: from a path to a file inside of the folder, content types, compression, where folders redirect to. Not in
charge of: which paths are asked for here (`mount`, `server`), or pieces and conditions (`contents`). Made by the
composition root.

A path is decoded once. It is a file only if every part of it is a plain name, and what the system finds there, links
followed, is inside of the folder. Names that begin with a dot are not served, except `/.well-known/`.
"""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
import os
import re
import stat
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from satchel.http.contents import content_response
from satchel.http.disk_file import DiskFile
from satchel.http.encodings import takes
from satchel.http.ratelimit import RateLimiter, path_labels
from satchel.http.request import Request
from satchel.http.response import BareResponse, RawHeaders
from satchel.http.router import Router

INDEX = "index.html"
WELL_KNOWN = ".well-known"
PATH_MAX = 2000
SNIFFED_BYTES = 512
PACKED = ".gz"
PACK_BYTES_MIN = 1024
PACK_BYTES_MAX = 2 * 1024 * 1024
"""Larger texts are compressed only by whoever puts a `.gz` file beside them."""
PACKED_BYTES_MAX = 16 * 1024 * 1024
"""How much compressed text is kept in memory, by each worker."""

HEADERS: RawHeaders = [
    # browsers keep files, and ask each time whether they still hold: a new version is seen at once
    (b"cache-control", b"no-cache"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-xss-protection", b"1; mode=block"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".md": "text/markdown",
    ".xml": "text/xml",
    ".svg": "image/svg+xml",
    ".ico": "image/vnd.microsoft.icon",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".yml": "application/x-yaml",
    ".yaml": "application/x-yaml",
    ".ts": "text/plain",
    ".tsx": "text/plain",
}
_TEXTS = frozenset(
    (
        "application/json",
        "application/manifest+json",
        "application/wasm",
        "application/x-yaml",
        "application/xml",
        "image/svg+xml",
        "image/vnd.microsoft.icon",
        "font/ttf",
        "font/otf",
    )
)
"""Beside `text/…`, what compression makes smaller."""
# the same on every machine, whatever its system files say
_KNOWN = mimetypes.MimeTypes(filenames=())
_BAD = re.compile(r"[\x00-\x1f\x7f\\]")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_OPEN = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was opened. `path`: where it really is; `name`: as it was asked for."""

    path: str
    name: str
    file: DiskFile
    modified_ns: int


class Packed:
    """A content in memory, see `contents.Content`."""

    def __init__(self, data: bytes, modified: float) -> None:
        self._data = data
        self.size = len(data)
        self.modified = modified

    async def read(self, start: int, length: int) -> bytes:
        return self._data[start : start + length]

    async def chunks(self, start: int, length: int) -> AsyncIterator[bytes]:
        yield self._data[start : start + length]

    def close(self) -> None:
        return


class StaticFiles:
    """One folder. It need not exist yet."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._packed: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._packed_bytes = 0
        self._packing = asyncio.Lock()

    async def answer(self, request: Request) -> BareResponse | None:
        """The file of the request's path, or the redirect to where it is; None where there is none."""
        found = self._find(request.raw_path)
        if found is None:
            return None
        if isinstance(found, Found):
            return await self._send(request, found)
        location = request.root_path + found
        if request.query_string:
            location += f"?{request.query_string.decode('latin-1')}"
        response = BareResponse(301, headers={"location": location, "vary": "Origin"})
        response.headers.extend(HEADERS)
        return response

    async def index(self, request: Request) -> BareResponse | None:
        """The page at the top of the folder, whatever was asked for; None without one."""
        found = self._open(INDEX)
        return None if found is None else await self._send(request, found)

    # --- from a path to a file

    def _find(self, raw_path: str) -> Found | str | None:
        """The file, or the path that leads to it."""
        parts = _parts(raw_path)
        if parts is None:
            return None
        name = "/".join(parts)
        final_slash = raw_path.endswith("/")
        place = self._place(name)
        if place is None:
            return None
        try:
            mode = Path(place).stat().st_mode
        except OSError:
            return None
        if stat.S_ISDIR(mode):
            if parts and not final_slash:
                return f"/{quote(name)}/"
            return self._open("/".join((*parts, INDEX)))
        if not parts:
            return None
        if final_slash and stat.S_ISREG(mode):
            return f"/{quote(name)}"
        found = self._open(name)
        if found is not None and parts[-1] == INDEX:
            found.file.close()
            return quote(f"/{name.removesuffix(INDEX)}")
        return found

    def _place(self, name: str) -> str | None:
        """Where a name leads to; None when that is outside."""
        try:
            root = os.path.realpath(self._root)
            place = os.path.realpath(f"{root}{os.sep}{name}") if name else root
        except (OSError, ValueError):
            return None
        inside = place == root or place.startswith(root.rstrip(os.sep) + os.sep)
        return place if inside else None

    def _open(self, name: str) -> Found | None:
        place = self._place(name)
        if place is None:
            return None
        try:
            descriptor = os.open(place, _OPEN)
        except (OSError, ValueError):
            return None
        facts = os.fstat(descriptor)
        file = DiskFile(descriptor, facts.st_size, facts.st_mtime)
        if not stat.S_ISREG(facts.st_mode):
            file.close()
            return None
        return Found(place, name, file, facts.st_mtime_ns)

    # --- sending

    async def _send(self, request: Request, found: Found) -> BareResponse:
        request.logged = False
        try:
            content_type = await _content_type(found)
            packable = content_type.startswith("text/") or content_type in _TEXTS
            content: DiskFile | Packed = found.file
            if packable and request.header("range") is None and takes(request, "gzip"):
                content = await self._pack(found)
        except BaseException:
            found.file.close()
            raise
        packed = content is not found.file
        if packed:
            found.file.close()
        vary = b"Origin, Accept-Encoding" if packable else b"Origin"
        kept: RawHeaders = [(b"vary", vary)]
        if packed:
            kept.append((b"content-encoding", b"gzip"))
        response = await content_response(request, content, content_type, always=HEADERS, kept=kept)
        answer = BareResponse(response.status, response.body)
        # a piece would be one of the file as it is, and not fit what the client has of the compressed one
        answer.headers = [entry for entry in response.headers if not (packed and entry[0] == b"accept-ranges")]
        return answer

    async def _pack(self, found: Found) -> DiskFile | Packed:
        """The same content compressed, or as it is where that is not worth it."""
        beside = self._open(found.name + PACKED)
        if beside is not None:
            if beside.modified_ns >= found.modified_ns:
                beside.file.modified = found.file.modified
                return beside.file
            beside.file.close()
        size = found.file.size
        if not PACK_BYTES_MIN <= size <= PACK_BYTES_MAX:
            return found.file
        key = (found.path, found.modified_ns, size)
        data = self._packed.get(key)
        if data is None:
            async with self._packing:
                data = self._packed.get(key)
                if data is None:
                    whole = await found.file.read(0, size)
                    data = await asyncio.to_thread(gzip.compress, whole, 6, mtime=0)
                    self._keep(key, data)
        else:
            self._packed.move_to_end(key)
        return Packed(data, found.file.modified) if len(data) < size else found.file

    def _keep(self, key: tuple[str, int, int], data: bytes) -> None:
        self._packed[key] = data
        self._packed_bytes += len(data)
        while self._packed_bytes > PACKED_BYTES_MAX:
            _, dropped = self._packed.popitem(last=False)
            self._packed_bytes -= len(dropped)


def nothing_moved(request: Request) -> BareResponse | None:
    """The `moved` of a public folder that has nothing beneath it."""
    return None


class PublicFolder:
    """The files beneath a wire: for paths that it has no route for. `moved`: asked for what is not among them. `index`:
    the page for whatever is not there either, except below the first parts of the wire's own paths."""

    def __init__(
        self,
        files: StaticFiles,
        wire: Router,
        limiter: RateLimiter,
        *,
        index: bool,
        moved: Callable[[Request], BareResponse | None] = nothing_moved,
    ) -> None:
        self._files = files
        self._wire = wire
        self._limiter = limiter
        self._index = index
        self._moved = moved

    async def __call__(self, request: Request) -> BareResponse | None:
        """The file for a GET or HEAD; None when the wire is to say that there is nothing. Raises TooManyRequests."""
        if self._wire.methods(request.raw_path):
            return None
        if self._limiter.active:
            labels = path_labels(request.method, request.path)
            self._limiter.check(labels, scope="", client=request.client_ip, guest=True)
        answer = await self._files.answer(request) or self._moved(request)
        if answer is None and self._index and not self._wire.begins(request.raw_path):
            answer = await self._files.index(request)
        return answer


def _parts(raw_path: str) -> list[str] | None:
    """The names that a path is made of, without the final slash; None when one of them is no plain name."""
    if len(raw_path) > PATH_MAX:
        return None
    try:
        path = unquote(raw_path, errors="strict") if "%" in raw_path else raw_path
    except UnicodeDecodeError:
        return None
    path = path.removeprefix("/").removesuffix("/")
    if not path:
        return []
    if _BAD.search(path):
        return None
    parts = path.split("/")
    for place, part in enumerate(parts):
        if not part or (part.startswith(".") and not (place == 0 and part == WELL_KNOWN)):
            return None
        if os.name == "nt" and (":" in part or part.endswith((" ", "."))):
            return None
    return parts


async def _content_type(found: Found) -> str:
    """By the name; without one that says anything, by a look at the beginning."""
    known = type_by_name(found.name)
    if known is None:
        start = await found.file.read(0, min(SNIFFED_BYTES, found.file.size))
        known = with_charset(_guess(start))
    return known


def type_by_name(name: str) -> str | None:
    """The content type of a file of that name; None when the name says nothing."""
    extension = PurePosixPath(name).suffix.lower()
    known = _TYPES.get(extension) or _KNOWN.types_map[True].get(extension)
    return None if known is None else with_charset(known)


def with_charset(content_type: str) -> str:
    return f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type


def _guess(start: bytes) -> str:
    if _BINARY.search(start):
        return "application/octet-stream"
    return "text/html" if start.lstrip().lower().startswith((b"<!doctype html", b"<html")) else "text/plain"
