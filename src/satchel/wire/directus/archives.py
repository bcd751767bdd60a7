"""Archives: `POST /assets/files` and `POST /assets/folder/{id}`, answered with a ZIP that is made while it is sent.

In charge of: the body's form and the headers. Not in charge of: which files, and the archive (`files/archives`). Called
by `routes`.
"""

from __future__ import annotations

from typing import Any, cast

from satchel.errors import InvalidPayload, NotFound
from satchel.files.archives import Archive
from satchel.files.library import is_uuid
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import batch
from satchel.wire.directus.assets import disposition
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.services import Services

_KINDS = {dict: "object", str: "string", int: "number", float: "number", bool: "boolean", list: "array"}


class Archives:
    """The handlers. One per program."""

    def __init__(self, services: Services, gate: Gate) -> None:
        self._archives = services.files.archives
        self._gate = gate

    def mount(self, router: Router) -> None:
        router.add("POST", "/assets/files", self.files)
        router.add("POST", "/assets/folder/{key}", self.folder)

    async def files(self, request: Request) -> Response:
        """The files with these ids."""
        ids = _ids(batch.payload(state_of(request).body))
        return self._sent(await self._archives.of_files(ids, self._gate.context(request)))

    async def folder(self, request: Request) -> Response:
        """The files of a folder and of those below it."""
        key = request.params["key"]
        if not is_uuid(key):
            raise NotFound("There is no such folder.")
        return self._sent(await self._archives.of_folder(key.lower(), self._gate.context(request)))

    def _sent(self, archive: Archive) -> Response:
        response = Response(200, self._archives.content(archive))
        name = f"{archive.name or 'files'}.zip"
        response.headers.append((b"content-type", b"application/zip"))
        response.headers.append((b"content-disposition", disposition(name, attached=True)))
        return response


def _ids(body: Any) -> list[str]:
    """The ids in a body. Raises InvalidPayload."""
    given = body.get("ids")
    if not isinstance(given, list):
        kind = "undefined" if "ids" not in body else _KINDS.get(cast("type[Any]", type(given)), "null")
        _refuse(f'Invalid input: expected array, received {kind} at "ids"')
    listed = cast("list[Any]", given)
    if not listed:
        _refuse('Too small: expected array to have >=1 items at "ids"')
    for place, item in enumerate(listed):
        if not isinstance(item, str) or not is_uuid(item):
            _refuse(f'Invalid UUID at "ids[{place}]"')
    return [str(item).lower() for item in listed]


def _refuse(text: str) -> None:
    raise InvalidPayload(f"Validation error: {text}")
