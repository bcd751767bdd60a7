"""The field kind `editor`: HTML, kept as it was sent.

In charge of: its size in bytes. Called through `FIELDS`.
"""

from __future__ import annotations

from typing import Any

from satchel.errors import FieldError
from satchel.model.catalog import Field
from satchel.model.fields.contract import Check, FieldKind, Options, OptionsContext, blank_text, check_whole, whole
from satchel.model.fields.text_cast import cast_text
from satchel.model.types.contract import Refused
from satchel.model.types.text_value import check_characters

SIZE_MAX = 5 * 1024**2


def _check(field: Field) -> Check:
    limit = whole(field.options, "maxSize") or SIZE_MAX

    def check(value: Any) -> None:
        check_characters(value)
        # A character has up to four bytes in UTF-8: only long texts need counting.
        if len(value) * 4 > limit and len(value.encode()) > limit:
            message = f"The maximum allowed content size is {limit} bytes."
            raise Refused("content_size_limit", message, {"maxSize": limit})

    return check


def _check_options(options: Options, _: OptionsContext) -> list[FieldError]:
    return check_whole(options, "maxSize", 0)


FIELD = FieldKind(
    kind="editor",
    storage=lambda _: "text",
    zero=lambda _: "",
    cast=cast_text,
    check=_check,
    blank=blank_text,
    check_options=_check_options,
    defaults={"convertURLs": False, "maxSize": 0},
)
