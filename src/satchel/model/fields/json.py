"""The field kind `json`: any JSON value.

In charge of: reading texts that are JSON as what they say, the size in bytes. Called through `FIELDS`.
"""

from __future__ import annotations

import re
from typing import Any, cast

import msgspec

from satchel.errors import FieldError
from satchel.model.catalog import Field
from satchel.model.fields.contract import Cast, Check, FieldKind, Options, OptionsContext, check_whole, whole
from satchel.model.types.contract import Refused
from satchel.model.types.json_value import check_document, parse_document

SIZE_MAX = 1024**2
# A text that may be JSON: a constant, a list, an object, a string, a number without superfluous zeros.
_JSON_LIKE = re.compile(r"true|false|null|[\[{\"].*|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII | re.DOTALL)


def document_of(value: Any) -> Any:
    """The value; a text that is JSON as what it says."""
    if isinstance(value, str) and _JSON_LIKE.fullmatch(value):
        readable, document = parse_document(value)
        return document if readable else value
    return value


def _cast(_: Field) -> Cast:
    return document_of


def _check(field: Field) -> Check:
    limit = whole(field.options, "maxSize") or SIZE_MAX

    def check(value: Any) -> None:
        try:
            check_document(value)
        except Refused:
            raise Refused("invalid_json", "Must be a valid json value.") from None
        if _size(value) > limit:
            message = f"The maximum allowed JSON size is {limit} bytes."
            raise Refused("json_size_limit", message, {"maxSize": limit})

    return check


def _size(value: Any) -> int:
    """Bytes of the JSON text."""
    try:
        return len(msgspec.json.encode(value))
    except RecursionError:
        return _deep_size(value)


def _deep_size(value: Any) -> int:
    """The same without recursion, for values nested too deeply: the pieces are counted one by one."""
    size = 0
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            entries = cast("dict[str, Any]", item)
            size += 1 + len(entries) + max(len(entries), 1)  # braces, colons, commas
            size += sum(len(msgspec.json.encode(name)) for name in entries)
            waiting.extend(entries.values())
        elif isinstance(item, list):
            items = cast("list[Any]", item)
            size += 1 + max(len(items), 1)
            waiting.extend(items)
        else:
            size += len(msgspec.json.encode(item))
    return size


def _check_options(options: Options, _: OptionsContext) -> list[FieldError]:
    return check_whole(options, "maxSize", 0)


FIELD = FieldKind(
    kind="json",
    storage=lambda _: "json",
    zero=lambda _: None,
    cast=_cast,
    check=_check,
    blank=lambda value: value is None or value == "" or value == [] or value == {},
    check_options=_check_options,
    defaults={"maxSize": 0},
)
