"""Assets: `GET /assets/{id}[/{filename}]`.

In charge of: the headers of a file. Not in charge of: who may read it and what becomes of it (`files/assets`), its
pieces (`http/contents`). Called by `routes`.

Only ids that begin like a uuid are routed here; whatever else lies below `/assets` is the public folder's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from satchel.files.assets import AssetRow, Wanted
from satchel.http.contents import content_response
from satchel.http.ranges import BadRange, Span, condition_status, http_date, wanted_spans
from satchel.http.request import Request
from satchel.http.response import BareResponse, RawHeaders, Response
from satchel.http.router import Router
from satchel.wire.directus.file_errors import RangeNotSatisfiable
from satchel.wire.directus.gate import context_of
from satchel.wire.directus.services import Services

ID_LENGTH = 36
"""What follows the id in its part of the path is ignored (`….jpg`)."""
POLICY = b"default-src 'none'"
STRICT_POLICY = POLICY + b"; style-src 'unsafe-inline'; sandbox"
ACTIVE = re.compile(r"text/html|.*xml|.*javascript|.*ecmascript", re.IGNORECASE)
"""Types that could run something in whoever opens them."""
HEADERS: RawHeaders = [
    (b"x-powered-by", b"Directus"),
    (b"cross-origin-opener-policy", b"same-origin-allow-popups"),
    (b"x-content-type-options", b"nosniff"),
]
VARY, VARY_ACCEPT = (b"vary", b"Origin, Cache-Control"), (b"vary", b"Origin, Cache-Control, Accept")

_RANGE = re.compile(r"bytes=\s*(\d*)\s*-\s*(\d*)", re.ASCII)
_PLAIN = re.compile(r"[\x20-\x7e]*")


class Assets:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._assets = services.files.assets
        self._seconds = services.settings.assets_cache_ttl_seconds

    def mount(self, router: Router) -> None:
        router.add("GET", "/assets/{key:uuid}", self.show)
        router.add("GET", "/assets/{key:uuid}/{filename}", self.show)

    async def show(self, request: Request) -> Response:
        """The file, or what becomes of it by the parameters; whole or a piece."""
        context = context_of(request)
        row = await self._assets.find(request.params["key"][:ID_LENGTH].lower(), context)
        query: Mapping[str, str] = request.query if request.query_string else {}
        wanted = await self._assets.wanted(row, query, request.header("accept") or "")
        tag = _tag(row, wanted)
        always = [*HEADERS, VARY_ACCEPT if wanted.varies else VARY]
        audience = "public" if context.actor.kind == "public" else "private"
        cached = (b"cache-control", f"{audience}, max-age={self._seconds}".encode())
        status = condition_status(request, row.modified, tag)
        if status != 200:
            # before the file is opened: whoever has it is told so at once
            response = BareResponse(status)
            modified = http_date(row.modified).encode()
            response.headers = [*always, cached, (b"etag", tag.encode()), (b"last-modified", modified)]
            return response
        file, content_type = await self._assets.open(row, wanted)
        file.modified = row.modified
        name = request.params.get("filename") or row.filename_download or row.id
        always.append((b"content-disposition", disposition(name, attached="download" in query)))
        always.append((b"content-security-policy", STRICT_POLICY if ACTIVE.match(content_type) else POLICY))
        spans: list[Span] = []
        if wanted.transformation is None:
            try:
                spans = _spans(request, file.size, row.modified, tag)
            except RangeNotSatisfiable:
                file.close()
                raise
        found = await content_response(request, file, content_type, always=always, kept=[cached], tag=tag, spans=spans)
        response = BareResponse(found.status, found.body)
        response.headers = found.headers
        return response


def _tag(row: AssetRow, wanted: Wanted) -> str:
    """Other bytes or another form of them have another tag."""
    version = (row.filename_disk or "").partition(".")[0][ID_LENGTH:]
    form = f"-{wanted.name[:12]}" if wanted.name else ""
    return f'"{row.modified}{version}{form}"'


def _spans(request: Request, size: int, modified: float, tag: str) -> list[Span]:
    """The pieces that are asked for. What is no range is as if it were not there. Raises RangeNotSatisfiable."""
    try:
        return wanted_spans(request, size, modified, tag)
    except BadRange as bad:
        if not bad.overlaps_nothing:
            return []
        text = (request.header("range") or "").strip()
        match = _RANGE.fullmatch(text)
        found: dict[str, int] = {}
        if match:
            found = {name: int(part) for name, part in zip(("start", "end"), match.groups(), strict=True) if part}
        raise RangeNotSatisfiable("The range lies past the end.", text=text.partition("=")[2], range=found) from None


def disposition(name: str, *, attached: bool) -> bytes:
    """A Content-Disposition with any name."""
    kind = "attachment" if attached else "inline"
    plain = "".join(letter if " " <= letter <= "~" else "?" for letter in name)
    plain = plain.replace("\\", "\\\\").replace('"', '\\"')
    text = f'{kind}; filename="{plain}"'
    if not _PLAIN.fullmatch(name):
        text += f"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
    return text.encode("latin-1")
