"""The field kind `file`: names of uploaded files, one or a list.

In charge of: its options, what a new file is, and which names and files a field takes. Not in charge of: contents
(`files/`), or when a file is written or removed. Called through `FIELDS`; `engine/write_values` checks values with
`check_files`.

A value is the name under which a file is kept. Names come in by uploads alone: a `NewFile` is a name with the upload
behind it, and whatever else is not stored already is refused, whoever sends it.
"""

from __future__ import annotations

import re
from collections.abc import Collection as Container
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self, cast

from satchel.errors import FieldError
from satchel.model.catalog import Collection, Field
from satchel.model.fields.contract import Check, FieldKind, Options, OptionsContext, check_whole, whole
from satchel.model.fields.list_value import (
    LIST_MODIFIERS,
    blank_list,
    cast_list,
    is_multiple,
    list_of,
    list_storage,
)
from satchel.model.types.contract import Refused

SIZE_DEFAULT_BYTES = 5 * 1024**2
"""The largest file of a field that says nothing else."""
THUMB_ALWAYS = "100x100"
"""The one size that every image is offered in."""

_THUMB = re.compile(r"\d+x\d+[tbf]?", re.ASCII)


class NewFile(str):
    """An uploaded file on its way into a record: the name that it will have, with what rules and checks may know of it.

    `original_name`: the client's. `content_types`: what its content was found to be, and other names of the same.
    `content`: for whoever keeps it; nobody else looks inside.
    """

    __slots__ = ("content", "content_types", "original_name", "size")

    original_name: str
    size: int
    content_types: tuple[str, ...]
    content: Any

    def __new__(cls, name: str, original_name: str, size: int, content_types: tuple[str, ...], content: Any) -> Self:
        made = super().__new__(cls, name)
        made.original_name = original_name
        made.size = size
        made.content_types = content_types
        made.content = content
        return made

    @property
    def facts(self) -> Mapping[str, Any]:
        """What rules may ask (`@request.body.picture.size`)."""
        return {"name": str(self), "originalName": self.original_name, "size": self.size}


def new_files(value: Any) -> list[NewFile]:
    """The new files in a value: one, or those of a list."""
    items = cast("Sequence[Any]", value) if isinstance(value, list | tuple) else (value,)
    return [item for item in items if isinstance(item, NewFile)]


def plain_names(value: Any) -> Any:
    """The value with names alone, as it is stored."""
    if isinstance(value, list):
        return [str(item) for item in cast("list[Any]", value)]
    return str(value) if isinstance(value, NewFile) else value


NAMES_FILE = "namesFile"
"""The option of a system field that holds the name of a file, without being a field that clients fill."""


@lru_cache(maxsize=512)
def file_fields(collection: Collection) -> tuple[Field, ...]:
    """The fields of a collection that hold names of files."""
    return tuple(field for field in collection.stored_fields if field.kind == "file" or field.options.get(NAMES_FILE))


def size_max_bytes(field: Field) -> int:
    """The largest file that the field takes."""
    return whole(field.options, "maxSize") or SIZE_DEFAULT_BYTES


def files_max(field: Field) -> int:
    """How many files the field takes."""
    return max(whole(field.options, "maxSelect"), 1)


def check_files(field: Field, value: Any, stored: Any, uploads: Sequence[NewFile]) -> None:
    """Raise Refused for names that nobody uploaded, too many files, files that are too large or of the wrong type.

    `stored`: the value as it is; `uploads`: the new files among `value`.
    """
    names = list_of(value)
    _check_names(names, {*list_of(stored), *map(str, uploads)})
    limit = files_max(field)
    if len(names) > limit:
        raise Refused("too_many_files", f"The maximum allowed files is {limit}.", {"maxSelect": limit})
    allowed = [_media_type(item) for item in cast("list[str]", field.options.get("mimeTypes") or [])]
    size_max = size_max_bytes(field)
    for upload in uploads:
        if upload not in names:
            continue
        if upload.size > size_max:
            text = f"Failed to upload {upload.original_name} - the maximum allowed file size is {size_max} bytes."
            raise Refused("file_size_limit", text, {"file": upload.original_name, "maxSize": size_max})
        if allowed and not any(_media_type(item) in allowed for item in upload.content_types):
            listed = ", ".join(cast("list[str]", field.options["mimeTypes"]))
            raise Refused("invalid_mime_type", f'"{upload}" mime type must be one of: {listed}.')


def _check_names(names: Sequence[str], known: Container[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        message = f"Invalid new files: [{' '.join(unknown)}]."
        raise Refused("invalid_file", message, {"invalidFiles": unknown})


def _media_type(text: str) -> str:
    return text.partition(";")[0].strip().lower()


def _check(_: Field) -> Check:
    """Without knowing what is stored, every name is one that nobody uploaded."""
    return lambda value: _check_names([value] if isinstance(value, str) else list_of(value), ())


def _check_options(options: Options, _: OptionsContext) -> list[FieldError]:
    errors = check_whole(options, "maxSelect", 0) + check_whole(options, "maxSize", 0)
    thumbs = options.get("thumbs")
    for position, item in enumerate(cast("list[Any]", thumbs) if isinstance(thumbs, list) else []):
        if not isinstance(item, str) or (item and not _THUMB.fullmatch(item)):
            errors.append(FieldError(("thumbs", position), "match_invalid", "Must be in a valid format."))
        elif item.rstrip("tbf") == "0x0":
            errors.append(FieldError(("thumbs", position), "not_in_invalid", "Must not be in list."))
    return errors


FIELD = FieldKind(
    kind="file",
    storage=list_storage,
    zero=lambda field: [] if is_multiple(field.options) else "",
    cast=lambda field: cast_list(field, ""),
    check=_check,
    blank=blank_list,
    check_options=_check_options,
    defaults={"maxSelect": 0, "maxSize": 0, "mimeTypes": [], "protected": False, "thumbs": []},
    modifiers=LIST_MODIFIERS,
)
