"""The field kind `relation`: keys of items of another collection, one or a list.

In charge of: how many there are. Not in charge of: whether they exist, which needs the database (`engine/references`).
Called through `FIELDS`.
"""

from __future__ import annotations

from typing import Any

from satchel.errors import FieldError
from satchel.model.catalog import Field
from satchel.model.fields.contract import (
    Check,
    FieldKind,
    Options,
    OptionsContext,
    check_whole,
    too_small,
    whole,
)
from satchel.model.fields.list_value import (
    LIST_MODIFIERS,
    blank_list,
    cast_list,
    is_multiple,
    list_of,
    list_storage,
)
from satchel.model.types.contract import Refused
from satchel.model.types.text_value import check_characters

MISSING = Refused("missing_rel_records", "Failed to find all relation records with the provided ids.")


def zero_relation(field: Field) -> Any:
    """No key: an empty list; NULL where the column allows it; else the empty text that PocketBase's own tables hold."""
    if is_multiple(field.options):
        return []
    return None if field.nullable else ""


def _check(field: Field) -> Check:
    low = whole(field.options, "minSelect")
    high = max(whole(field.options, "maxSelect"), 1)

    def check(value: Any) -> None:
        chosen = [value] if isinstance(value, str) else list_of(value)
        if len(chosen) < low and high > 1:
            raise Refused("not_enough_values", f"Select at least {low}.", {"minSelect": low})
        if len(chosen) > high:
            raise Refused("too_many_values", f"Select no more than {high}.", {"maxSelect": high})
        for item in chosen:
            check_characters(item)

    return check


def _is_view(target: str, context: OptionsContext) -> bool:
    found = context.catalog.collections.get(context.catalog.by_id.get(target, ""))
    return found is not None and found.type == "view"


def _check_options(options: Options, context: OptionsContext) -> list[FieldError]:
    target = str(options.get("collectionId") or "")
    if not target:
        errors = [FieldError(("collectionId",), "required", "Cannot be blank.")]
    elif target != context.collection_id and target not in context.catalog.by_id:
        message = "The relation collection doesn't exist."
        errors = [FieldError(("collectionId",), "field_relation_missing_collection", message)]
    elif _is_view(target, context):
        message = "Only view collections are allowed to have relations to other views."
        errors = [FieldError(("collectionId",), "relation_field_non_view_base_collection", message)]
    else:
        errors = []
    errors += check_whole(options, "minSelect", 0)
    low, high = whole(options, "minSelect"), whole(options, "maxSelect")
    if low > 1 and high == 0:
        errors.append(FieldError(("maxSelect",), "required", "Cannot be blank."))
    elif high < 0 or (low > 0 and 0 < high < low):
        errors.append(too_small("maxSelect", max(low, 0)))
    return errors


FIELD = FieldKind(
    kind="relation",
    storage=list_storage,
    zero=zero_relation,
    cast=lambda field: cast_list(field, zero_relation(field)),
    check=_check,
    blank=blank_list,
    check_options=_check_options,
    defaults={"cascadeDelete": False, "collectionId": "", "maxSelect": 0, "minSelect": 0},
    modifiers=LIST_MODIFIERS,
)
