"""From an upload to a new file: its name, its kind, and where its content is until a record keeps it.

In charge of: `Content`, and making a `NewFile` of an upload. Not in charge of: reading forms (`http/multipart`),
whether a field takes the file (`model/fields/file`), or keeping it (`keeping`). Called by the wires through `files`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from satchel.files.names import original_name, stored_name
from satchel.files.sniff import HEAD_BYTES, sniff
from satchel.http.multipart import Upload
from satchel.model.fields.file import NewFile
from satchel.storage.base import Attributes
from satchel.storage.local import md5_of


@dataclass(slots=True, eq=False)
class Content:
    """The content of a new file. `here`: a temporary file or the bytes. `key`: where a storage has it already, ""
    while none has.
    """

    here: Path | bytes
    attributes: Attributes
    key: str = ""


async def receive(upload: Upload) -> NewFile:
    """The upload as a value for a field. Files that are not small are looked at off the event loop."""
    return _new_file(upload) if upload.path is None else await asyncio.to_thread(_new_file, upload)


def _new_file(upload: Upload) -> NewFile:
    found = sniff(upload.head(HEAD_BYTES))
    original = original_name(upload.file_name)
    content = upload.content
    attributes = Attributes(found.content_type, {"original-filename": original}, md5_of(content))
    name = stored_name(upload.file_name, found.extension)
    return NewFile(name, original, upload.size, found.names, Content(content, attributes))
