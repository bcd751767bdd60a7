"""Downloads: `GET /api/files/{collection}/{id}/{name}`.

In charge of: the headers of a file, and who is asked for a file token. Not in charge of: finding and
opening files (`files/`), its pieces (`http/contents`), or what a token stands for (`auth/`). Called by `routes`.

A file of a field that is not protected is public to whoever knows its name, which nobody can guess. A protected one is
for those who meet the collection's viewRule; who asks is said by a file token in `?token=` alone. Whatever a file
holds, browsers are told to run nothing of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from satchel.auth.records import AuthRecord
from satchel.engine.request_events import DownloadEvent, FileTokenEvent, answered
from satchel.files.downloads import Named, Opened
from satchel.http.contents import content_response
from satchel.http.request import Request
from satchel.http.response import Response, json_response
from satchel.model.catalog import Collection, Key
from satchel.model.system.sign_in import SUPERUSERS
from satchel.policy.actor import Context
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.identity import NO_TOKEN, NOT_ALLOWED, Facts, actor_of, file_reader
from satchel.wire.pocketbase.query import boolean
from satchel.wire.pocketbase.records import INVALID_COLLECTION, find_collection, key_of
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.sign_in_events import around_anybody

POLICY = b"default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
CACHE = b"max-age=2592000, stale-while-revalidate=86400"
INLINE = frozenset(
    (
        *("image/png", "image/jpg", "image/jpeg", "image/gif", "image/webp", "image/x-icon", "image/bmp"),
        *("video/webm", "video/mp4", "video/3gpp", "video/quicktime", "video/x-ms-wmv"),
        *("audio/basic", "audio/aiff", "audio/mpeg", "audio/midi", "audio/mp3", "audio/wave", "audio/wav"),
        *("audio/x-wav", "audio/x-mpeg", "audio/x-m4a", "audio/aac", "application/pdf", "application/x-pdf"),
    )
)
"""What browsers may show by themselves."""
BY_EXTENSION = {
    ".svg": "image/svg+xml",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
}
"""What a look at the content can't tell, or not reliably."""
_DISPOSITION = (b'inline; filename="%b"', b'attachment; filename="%b"')
UNFRAMED = "unframed"
"""The mark of requests whose answers carry no X-Frame-Options: other sites may show files."""


class Downloads:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def token(self, request: Request) -> Response:
        """`POST /api/files/token`: a token that opens protected files for a few minutes, to whoever signed in."""
        services = self._services
        actor = await actor_of(services, request)
        if actor.kind != "user" or actor.key is None:
            raise ApiError(401, NO_TOKEN)
        name = SUPERUSERS if actor.admin else str(actor.record.get("collectionName") or actor.collection)
        collection = services.engine.catalog.get(name)
        records = services.accounts.records
        record = None if collection is None or collection.type != "auth" else await records.find(collection, actor.key)
        if record is None:
            raise ApiError(403, NOT_ALLOWED)
        found = record
        event = FileTokenEvent(request, actor, found.collection, token=records.mint(found, "file"))

        async def find() -> AuthRecord:
            return found

        async def work() -> Response:
            return json_response({"token": event.token})

        return await around_anybody(services, "file_token_request", event, find, work)

    async def download(self, request: Request) -> Response:
        services = self._services
        collection = find_collection(services, request.params["collection"], INVALID_COLLECTION)
        key = key_of(collection, request.params["id"])
        named = await services.files.find(collection, key, request.params["name"])
        if named is None or (named.protected and not await self._may_view(request, collection, key)):
            raise ApiError(404)
        found = named

        async def work() -> Response:
            return await self._send(request, found)

        if not services.engine.events.heard("file_download_request", collection.name, collection.id):
            return await work()
        actor = await file_reader(services, request)
        where = (collection.name, collection.id, request.params["id"], request.params["name"])
        event = DownloadEvent(request, actor, {}, *where)
        return await answered(services.engine.events, "file_download_request", event, work)

    async def _send(self, request: Request, named: Named) -> Response:
        opened = await self._services.files.open(named, request.query.get("thumb", ""))
        if opened is None:
            raise ApiError(404)
        request.state = UNFRAMED
        return await _answer(request, opened)

    async def _may_view(self, request: Request, collection: Collection, key: Key) -> bool:
        actor = await file_reader(self._services, request)
        facts = Facts(request, {}, "protectedFile", method=request.method)
        context = Context(actor, datetime.now(UTC), facts)
        return await self._services.files.may_view(collection, key, context)


async def _answer(request: Request, opened: Opened) -> Response:
    """The file, or as much of it as is asked for. Whoever sends the answer closes the file."""
    return await content_response(
        request,
        opened.file,
        _content_type(opened),
        always=[(b"content-disposition", _disposition(request, opened)), (b"content-security-policy", POLICY)],
        kept=[(b"cache-control", CACHE)],
    )


def _content_type(opened: Opened) -> str:
    return BY_EXTENSION.get(opened.name[opened.name.rfind(".") :], opened.content_type)


def _disposition(request: Request, opened: Opened) -> bytes:
    attached = _flag(request.query.get("download", "")) or opened.content_type not in INLINE
    return _DISPOSITION[attached] % _quoted(opened.name)


@lru_cache(maxsize=1024)
def _quoted(name: str) -> bytes:
    # names that were not made here may hold anything
    return quote(name, safe=" !#$&'()+,-.;=@[]^_`{}~").encode()


def _flag(text: str) -> bool:
    try:
        return boolean(text)
    except ApiError:
        return False
