"""The field kind `select`: one or several of a list of texts.

In charge of: its values. Called through `FIELDS`.
"""

from __future__ import annotations

from typing import Any, cast

from satchel.errors import FieldError
from satchel.model.catalog import Field
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


def _values(options: Options) -> list[str]:
    values = options.get("values")
    return [str(item) for item in cast("list[Any]", values)] if isinstance(values, list | tuple) else []


def _check(field: Field) -> Check:
    allowed = frozenset(_values(field.options))
    limit = max(whole(field.options, "maxSelect"), 1)

    def check(value: Any) -> None:
        chosen = [value] if isinstance(value, str) else list_of(value)
        if len(chosen) > limit:
            raise Refused("too_many_values", f"Select no more than {limit}.", {"maxSelect": limit})
        for item in chosen:
            if item not in allowed:
                raise Refused("invalid_value", f"Invalid value {item}".strip() + ".", {"value": item})

    return check


def _check_options(options: Options, _: OptionsContext) -> list[FieldError]:
    values = _values(options)
    missing = [] if values else [FieldError(("values",), "required", "Cannot be blank.")]
    return [*missing, *check_whole(options, "maxSelect", 0, max(1, len(values)))]


FIELD = FieldKind(
    kind="select",
    storage=list_storage,
    zero=lambda field: [] if is_multiple(field.options) else "",
    cast=lambda field: cast_list(field, ""),
    check=_check,
    blank=blank_list,
    check_options=_check_options,
    defaults={"maxSelect": 0, "values": []},
    modifiers=LIST_MODIFIERS,
)
