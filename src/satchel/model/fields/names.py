"""Names of fields and what all field objects share.

In charge of: whether a collection's field may be called so, and be saved so apart from its kind's options. Called by
whoever saves a collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from satchel.errors import FieldError

RESERVED = frozenset({"null", "true", "false", "_rowid_", "expand", "collectionId", "collectionName"})
NAME_MAX = 100
HELP_MAX = 300
_NAME = re.compile(r"\w+", re.ASCII)


def check_name(name: str) -> FieldError | None:
    """The complaint about a field's name, if there is one."""
    path = ("name",)
    if not name:
        return FieldError(path, "required", "Cannot be blank.")
    if len(name) > NAME_MAX:
        params = {"min": 1, "max": NAME_MAX}
        return FieldError(path, "length_out_of_range", f"The length must be between 1 and {NAME_MAX}.", params)
    if not _NAME.fullmatch(name):
        return FieldError(path, "match_invalid", "Must be in a valid format.")
    if "_via_" in name.lower():
        return FieldError(path, "found_via", 'The value cannot contain "_via_".')
    if name in RESERVED:
        return FieldError(path, "not_in_invalid", "Must not be in list.")
    return None


def check_names(fields: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """The complaints about the names and helps of all fields of one collection; paths start with the field's
    position.
    """
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, item in enumerate(fields):
        name = str(item.get("name") or "")
        found = check_name(name)
        if found is not None:
            errors.append(FieldError((position, *found.path), found.code, found.message, found.params))
        elif name.lower() in seen:
            message = f"Duplicated or invalid field name {name}."
            errors.append(FieldError((position, "name"), "duplicated_field_name", message, {"fieldName": name}))
        seen.add(name.lower())
        if len(str(item.get("help") or "")) > HELP_MAX:
            params = {"min": 1, "max": HELP_MAX}
            message = f"The length must be between 1 and {HELP_MAX}."
            errors.append(FieldError((position, "help"), "length_out_of_range", message, params))
    return errors
