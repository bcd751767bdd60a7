"""Backups: list, create, upload, download, delete, restore.

In charge of: these endpoints, all for superusers, and their texts. Not in charge of: backups themselves (`backups/`).
Called by `routes`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from satchel.backups.backups import Busy
from satchel.backups.names import NAME_LENGTH_MAX, is_key, may_be_asked, of_upload
from satchel.backups.shelf import Opened
from satchel.errors import Conflict, InvalidPayload, NotFound, SatchelError, Unavailable, Unprocessable
from satchel.http.ranges import BadRange, Span, http_date, wanted_spans
from satchel.http.request import Request
from satchel.http.response import Response, no_content
from satchel.wire.pocketbase.body import read_form
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, error_item
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import file_reader, require_superuser
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import value_response

NOT_LOADED = "An error occurred while loading the submitted data."
NOT_VALID = "An error occurred while validating the submitted data."
BUSY = "Try again later - another backup/restore process has already been started."
NOT_ALLOWED = "Insufficient permissions to access the resource."
NOT_LISTED = "Failed to retrieve backup items."
NOT_DELETED = "Invalid or already deleted backup file."
NOT_RESTORED = "Missing or invalid backup file."
ZIP_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
CONTENT_POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


class Backups:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def list(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        try:
            backups = await self._services.backups.list()
        except Unavailable as error:
            raise _failed(NOT_LISTED, error) from error
        found = [{"modified": _date(backup.modified), "key": backup.key, "size": backup.size} for backup in backups]
        return value_response(found, parse_fields(request.query.get("fields", "")))

    async def create(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        form = await read_form(request, NOT_LOADED)
        name = form.get("name") or ""
        if not isinstance(name, str):
            raise ApiError(400, NOT_LOADED)
        if len(name) > NAME_LENGTH_MAX:
            text = f"The length must be between 1 and {NAME_LENGTH_MAX}."
            problem = error_item("length_out_of_range", text, {"max": NAME_LENGTH_MAX, "min": 1})
            raise ApiError(400, NOT_VALID, {"name": problem})
        if name and not may_be_asked(name):
            raise ApiError(400, NOT_VALID, {"name": error_item("match_invalid", "Must be in a valid format.")})
        backups = self._services.backups
        try:
            if name and await backups.is_taken(name):
                raise _taken("name", "The backup file name is invalid or already exists.")
            await backups.create(name)
        except Busy:
            raise ApiError(400, BUSY) from None
        except Conflict:
            raise _taken("name", "The backup file name is invalid or already exists.") from None
        except (Unprocessable, Unavailable) as error:
            raise _failed("Failed to create backup.", error) from error
        return no_content()

    async def upload(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        if request.media_type != "multipart/form-data":
            raise ApiError(400, NOT_VALID, {"file": REQUIRED})
        limit = self._services.settings.backup_upload_limit_bytes
        try:
            form = await request.form(limit_bytes=limit)
        except InvalidPayload:
            raise ApiError(400, NOT_LOADED) from None
        file = next((item for item in form.files if item.name == "file"), None)
        if file is None:
            raise ApiError(400, NOT_VALID, {"file": REQUIRED})
        if not file.head(4).startswith(ZIP_BEGINNINGS):
            text = f'"{file.file_name[:100]}" mime type must be one of: application/zip.'
            raise ApiError(400, NOT_VALID, {"file": error_item("invalid_mime_type", text)})
        key = of_upload(file.file_name)
        if not is_key(key):
            raise ApiError(400, NOT_VALID, {"file": error_item("match_invalid", "Must be in a valid format.")})
        try:
            await self._services.backups.take(key, file.content)
        except Conflict:
            raise _taken("file", "Backup file with the specified name already exists.") from None
        except Unavailable as error:
            raise _failed("Failed to upload backup.", error) from error
        return no_content()

    async def download(self, request: Request) -> Response:
        actor = await file_reader(self._services, request)
        if not actor.admin:
            raise ApiError(403, NOT_ALLOWED)
        key = request.params["key"]
        try:
            opened = await self._services.backups.open(key)
        except NotFound:
            raise ApiError(404) from None
        try:
            spans = wanted_spans(request, opened.size, opened.modified)
        except BadRange as error:
            opened.close()
            return _out_of_range(error, key, opened.size)
        # several pieces at once are not worth it for an archive: then it is sent whole
        span = spans[0] if len(spans) == 1 else Span(0, opened.size)
        response = Response(200, _content(opened, span), content_type="application/zip")
        if len(spans) == 1:
            response.status = 206
            response.add_header("content-range", span.content_range(opened.size))
        response.add_header("content-length", str(span.length))
        response.add_header("accept-ranges", "bytes")
        _as_attachment(response, key)
        response.add_header("last-modified", http_date(opened.modified))
        response.add_header("cache-control", "no-store")
        return response

    async def delete(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        try:
            await self._services.backups.delete(request.params["key"])
        except (NotFound, Unavailable) as error:
            raise _failed(NOT_DELETED, error) from error
        return no_content()

    async def restore(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        try:
            await self._services.backups.restore(request.params["key"])
        except Busy:
            raise ApiError(400, BUSY) from None
        except NotFound:
            raise ApiError(400, NOT_RESTORED) from None
        except (Unprocessable, Unavailable) as error:
            raise _failed(NOT_RESTORED, error) from error
        return no_content()


def _failed(text: str, error: SatchelError) -> ApiError:
    """With the reason, a bucket's own words included: only superusers get here."""
    return ApiError(400, f"{text} Raw error: {error.details.get('reason') or error}")


def _as_attachment(response: Response, key: str) -> None:
    response.add_header("content-disposition", f'attachment; filename="{key}"')
    response.add_header("content-security-policy", CONTENT_POLICY)


def _out_of_range(error: BadRange, key: str, size: int) -> Response:
    response = Response(416, f"{error}\n".encode(), content_type="text/plain; charset=utf-8")
    if error.overlaps_nothing:
        response.add_header("content-range", f"bytes */{size}")
    _as_attachment(response, key)
    return response


async def _content(opened: Opened, span: Span) -> AsyncIterator[bytes]:
    try:
        async for data in opened.chunks(span.start, span.length):
            yield data
    finally:
        opened.close()


def _date(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _taken(field: str, text: str) -> SatchelError:
    return ApiError(400, NOT_VALID, {field: error_item("backup_name_exists", text)})
