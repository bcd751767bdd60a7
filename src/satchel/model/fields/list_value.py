"""Fields that hold one value or a list of them: reading, modifying, counting.

In charge of: from whatever a client sent to a list of distinct texts, and to one text where only one is kept (the
last). Called by the kinds `select`, `relation` and `file`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from satchel.model.catalog import Field
from satchel.model.fields.contract import Cast, Modify, Options, whole
from satchel.model.fields.text_cast import text_of
from satchel.model.types.json_value import parse_document


def is_multiple(options: Options) -> bool:
    return whole(options, "maxSelect") > 1


def list_storage(options: Options) -> str:
    """A JSON array for a list, else a short text, which every database can index."""
    return "json" if is_multiple(options) else "string"


def list_of(value: Any) -> list[str]:
    """The distinct texts in a value: a scalar, a list, or the JSON text of a list of texts. Order is kept."""
    if isinstance(value, str):
        if not value.startswith("["):
            return [value] if value else []
        readable, document = parse_document(value)
        items = cast("list[Any]", document) if readable and isinstance(document, list) else []
        value = items if items and all(isinstance(item, str) for item in items) else [value]
    if isinstance(value, list | tuple):
        texts = map(text_of, cast("list[Any]", value))
        return list(dict.fromkeys(text for text in texts if text))
    text = text_of(value)
    return [text] if text else []


def cast_list(field: Field, zero: Any) -> Cast:
    """A list of distinct texts; or the last one, with `zero` for none."""
    if is_multiple(field.options):
        return list_of

    def cast(value: Any) -> Any:
        if isinstance(value, str) and not value.startswith("["):
            return value or zero
        found = list_of(value)
        return found[-1] if found else zero

    return cast


def blank_list(value: Any) -> bool:
    return not value


def _append(stored: Any, operand: Any) -> Any:
    return [*list_of(stored), *list_of(operand)]


def _prepend(stored: Any, operand: Any) -> Any:
    return [*list_of(operand), *list_of(stored)]


def _remove(stored: Any, operand: Any) -> Any:
    gone = set(list_of(operand))
    return [item for item in list_of(stored) if item not in gone]


LIST_MODIFIERS: Mapping[str, Modify] = {"+": _append, "+:": _prepend, "-": _remove}
