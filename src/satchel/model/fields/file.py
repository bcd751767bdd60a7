"""The field kind `file`: names of uploaded files, one or a list.

In charge of: its options, and of keeping or removing names that are stored. Files can't be uploaded yet, so a name
that is not stored already is refused. Called through `FIELDS`.
"""

from __future__ import annotations

import re
from typing import Any, cast

from satchel.errors import FieldError
from satchel.model.catalog import Field
from satchel.model.fields.contract import Check, FieldKind, Options, OptionsContext, check_whole
from satchel.model.fields.list_value import (
    LIST_MODIFIERS,
    blank_list,
    cast_list,
    is_multiple,
    list_of,
    list_storage,
)
from satchel.model.types.contract import Refused

_THUMB = re.compile(r"\d{1,5}x\d{1,5}[tbf]?", re.ASCII)


def _check(_: Field) -> Check:
    def check(value: Any) -> None:
        names = [value] if isinstance(value, str) else list_of(value)
        message = f"Files can't be uploaded yet. Invalid new files: [{' '.join(names)}]."
        raise Refused("invalid_file", message, {"invalidFiles": names})

    return check


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
