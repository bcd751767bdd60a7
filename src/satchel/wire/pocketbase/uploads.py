"""Uploads: files among the values of a record's body.

In charge of: how large a body may be, which part of a form belongs to which field of which item, and how files and
names of one field go together. Not in charge of: what a field takes (`model/fields/file`). Called by `records` and
`batch`.

A part may be called like the field, or with a modifier (`pictures+`). The names that are sent under the same key come
first, the files after them. Files for fields that hold none are ignored, like any other key that is no field.
"""

from __future__ import annotations

import re
from typing import Any, cast

from satchel.files.files import Files
from satchel.http.multipart import Upload
from satchel.http.request import Request
from satchel.model.catalog import Collection, Field
from satchel.model.fields.contract import whole
from satchel.model.fields.file import files_max, size_max_bytes
from satchel.wire.pocketbase.body import Body, read_record

FORM = "multipart/form-data"
EDITOR_BYTES = 5 * 1024**2
JSON_BYTES = 1024**2
"""The largest values of fields that say nothing else."""

_ITEM_PART = re.compile(r"requests(?:\.(\d{1,6})\.|\[(\d{1,6})\]\.)(.+)", re.ASCII)


async def read_record_body(request: Request, collection: Collection, files: Files) -> Body:
    """The body of a record's create or update, with its files as values. Raises as `read_record`, and StorageFailed."""
    body = await read_record(request, limit_bytes=body_limit(request, collection))
    for upload in await uploads_of(request):
        await add_upload(body, upload.name, upload, collection, files)
    return body


def body_limit(request: Request, collection: Collection) -> int:
    """How large the body may be: the limit of all bodies, and what the fields of the collection may hold. Only a form
    can bring files.
    """
    limit = request.body_limit_bytes
    form = request.media_type == FORM
    for field in collection.stored_fields:
        if field.kind == "file" and form:
            limit += size_max_bytes(field) * files_max(field)
        elif field.kind == "editor":
            limit += whole(field.options, "maxSize") or EDITOR_BYTES
        elif field.kind == "json":
            limit += whole(field.options, "maxSize") or JSON_BYTES
    return limit


async def uploads_of(request: Request) -> list[Upload]:
    """The files of a form that was read already. One without a name is a value, and not among them."""
    if request.media_type != FORM or not request.has_body:
        return []
    return [upload for upload in (await request.form()).files if upload.file_name]


async def add_upload(body: Body, key: str, upload: Upload, collection: Collection, files: Files) -> None:
    """Put a file into a body under the key that its part has, if that is one of a file field."""
    field = _file_field(collection, key)
    if field is None:
        return
    new = await files.receive(upload)
    if key == field.name and not field.multiple:
        body[key] = new
        return
    present = body.get(key)
    values = cast("list[Any]", present) if isinstance(present, list) else [] if present is None else [present]
    body[key] = [*values, new]


def _file_field(collection: Collection, key: str) -> Field | None:
    for name in (key, key.removeprefix("+"), key.removesuffix("+")):
        field = collection.column(name)
        if field is not None:
            return field if field.kind == "file" else None
    return None


def item_part(name: str) -> tuple[int, str] | None:
    """The item and the key that a part of a batch belongs to: `requests.0.picture` or `requests[0].picture`."""
    match = _ITEM_PART.fullmatch(name)
    return None if match is None else (int(match[1] or match[2]), match[3])
