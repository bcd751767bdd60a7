"""tus 1.0.0 at `/files/tus`: uploads that go on where they were cut, with the extensions creation, termination and
expiration.

In charge of: the protocol's headers, status codes and texts. Not in charge of: what has arrived, whose it is, and what
becomes of it (`files/resumable`). Called by `routes`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from satchel.errors import TooLarge
from satchel.files.library import FILES
from satchel.files.resumable import OffsetConflict, State, Superseded, UploadBusy
from satchel.http.ranges import http_date
from satchel.http.request import Request
from satchel.http.response import BareResponse, Response
from satchel.http.router import Router
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.services import Services

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
PIECE_TYPE = "application/offset+octet-stream"
METADATA_MAX = 8192
TUS_HEADERS = (
    "Location,Tus-Extension,Tus-Max-Size,Tus-Resumable,Tus-Version,Upload-Expires,Upload-Length,Upload-Metadata,"
    "Upload-Offset,Directus-File-Id"
)
"""The headers that pages of other origins may read."""
OTHER_NAMES: Mapping[str, str] = {"filename": "filename_download", "filetype": "type", "name": "filename_download"}
"""What some clients call fields of a file."""

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
NOT_FOUND = "The file for this url was not found"


class Refused(Exception):
    """An answer of this protocol: its status and text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Tus:
    """The handlers. One per program."""

    def __init__(self, services: Services, gate: Gate) -> None:
        self._resumable = services.files.resumable
        self._columns = lambda: services.engine.catalog.collections[FILES].fields
        self._size_max = services.settings.file_size_max_bytes
        self._gate = gate

    def mount(self, router: Router) -> None:
        for path in ("/files/tus", "/files/tus/{id}"):
            router.add("OPTIONS", path, self.options)
        router.add("POST", "/files/tus", self.create)
        router.add("HEAD", "/files/tus/{id}", self.head)
        router.add("PATCH", "/files/tus/{id}", self.append)
        router.add("DELETE", "/files/tus/{id}", self.end)
        router.add("POST", "/files/tus/{id}", self.overridden)

    def options(self, request: Request) -> Response:
        """What this server can do."""
        headers = {"tus-version": VERSION, "tus-extension": EXTENSIONS, "tus-max-size": str(self._size_max)}
        return _answer(204, **headers)

    async def create(self, request: Request) -> Response:
        """POST: a new upload; its address."""
        try:
            _check_version(request)
            length = _number(request, "upload-length")
            if length is None:
                raise Refused(400, "Upload-Length or Upload-Defer-Length header required")
            metadata, given = self._metadata(request.header("upload-metadata") or "")
            context = self._gate.context(request)
            state = await self._resumable.begin(context, length, metadata, given)
            headers = {
                "location": f"{request.base_url}/files/tus/{state.id}",
                "upload-offset": "0",
                "upload-expires": http_date(self._resumable.expires(state)),
            }
            if length == 0:
                headers["directus-file-id"] = await self._resumable.finish(state, context)
            return _answer(201, **headers)
        except Refused as refused:
            return _refusal(refused)

    async def head(self, request: Request) -> Response:
        """HEAD: how much has arrived."""
        try:
            _check_version(request)
            state = self._state(request)
            await self._resumable.interrupt(state)
            offset = self._resumable.offset(state) or 0
            answer = _answer(
                200,
                **{
                    "upload-offset": str(offset),
                    "upload-length": str(state.length),
                    "upload-metadata": _with_id(state),
                    "upload-expires": http_date(self._resumable.expires(state)),
                },
            )
            if offset == state.length:
                # it was complete, and what was to be done then did not come to its end
                answer.add_header("directus-file-id", await self._resumable.finish(state, self._gate.context(request)))
            return answer
        except Refused as refused:
            return _answer(refused.status)

    async def append(self, request: Request) -> Response:
        """PATCH: the next piece; the last one makes the row."""
        try:
            _check_version(request)
            if request.media_type != PIECE_TYPE:
                raise Refused(415, "Content-Type header required")
            offset = _number(request, "upload-offset")
            if offset is None:
                raise Refused(400, "Upload-Offset header required")
            state = self._state(request)
            offset = await self._received(request, state, offset)
            headers = {"upload-offset": str(offset)}
            if offset == state.length:
                headers["directus-file-id"] = await self._resumable.finish(state, self._gate.context(request))
            else:
                headers["upload-expires"] = http_date(self._resumable.expires(state))
            return _answer(204, **headers)
        except Refused as refused:
            return _refusal(refused)

    async def _received(self, request: Request, state: State, offset: int) -> int:
        if offset > state.length:
            raise Refused(409, "Upload-Offset conflict")
        try:
            return await self._resumable.append(state, offset, request.stream(limit_bytes=state.length - offset))
        except OffsetConflict as error:
            raise Refused(409, error.message) from None
        except UploadBusy:
            raise Refused(423, "The upload is being sent already") from None
        except TooLarge:
            raise Refused(413, "upload's size exceeded") from None
        except Superseded:
            # nearly always nobody is there any more to hear it
            raise Refused(423, "A later request goes on with the upload") from None

    async def end(self, request: Request) -> Response:
        """DELETE: forget an upload."""
        try:
            _check_version(request)
            await self._resumable.remove(self._state(request))
            return _answer(204)
        except Refused as refused:
            return _refusal(refused)

    async def overridden(self, request: Request) -> Response:
        """POST of those who can't send other methods."""
        method = (request.header("x-http-method-override") or "").upper()
        if method == "PATCH":
            return await self.append(request)
        if method == "DELETE":
            return await self.end(request)
        return _refusal(Refused(404, NOT_FOUND))

    def _state(self, request: Request) -> State:
        found = self._resumable.find(request.params["id"], state_of(request).actor)
        if found is None:
            raise Refused(404, NOT_FOUND)
        return found

    def _metadata(self, header: str) -> tuple[str, dict[str, Any]]:
        """What is said of the file: the header to give back, and the fields of the row."""
        if len(header) > METADATA_MAX:
            raise Refused(400, "Upload-Metadata is too long")
        found: dict[str, Any] = {}
        columns = self._columns()
        for pair in filter(None, (part.strip() for part in header.split(","))):
            name, _, encoded = pair.partition(" ")
            try:
                text = base64.b64decode(encoded, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                raise Refused(400, "Upload-Metadata is invalid. It must be pairs of a name and base64") from None
            name = name if name in columns else OTHER_NAMES.get(name, name)
            if name in columns and text not in ("", "null", "undefined"):
                found.setdefault(name, text)
        return header, found


def _with_id(state: State) -> str:
    """What was said of the file, and the id that it has got."""
    if any(part.strip().startswith("id ") for part in state.metadata.split(",")):
        return state.metadata
    named = f"id {base64.b64encode(state.key.encode()).decode()}"
    return f"{state.metadata},{named}" if state.metadata else named


def _number(request: Request, name: str) -> int | None:
    text = (request.header(name) or "").strip()
    return int(text) if _NUMBER.fullmatch(text) else None


def _check_version(request: Request) -> None:
    if request.header("tus-resumable") != VERSION:
        raise Refused(412, "Tus-Resumable Required")


def _answer(status: int, **headers: str) -> Response:
    return BareResponse(status, headers={"tus-resumable": VERSION, "cache-control": "no-store", **headers})


def _refusal(refused: Refused) -> Response:
    response = _answer(refused.status)
    response.body = f"{refused}\n".encode()
    response.add_header("content-type", "text/plain; charset=utf-8")
    if refused.status == 412:
        response.add_header("tus-version", VERSION)
    return response
