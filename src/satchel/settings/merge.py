"""Laying submitted settings over the current ones.

In charge of: deep merging by type. Not in charge of: whether the result makes sense (`check`). Pure. Called by
`store`.

Groups merge, everything else is replaced; lists as a whole. Keys match in any case and unknown ones are ignored. Null
is the empty value of its type, for a group that of all its parts. Forms say `smtp.host` where JSON nests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args, get_type_hints

import msgspec

from satchel.errors import InvalidPayload
from satchel.settings.model import AppSettings, Part

_INT64 = 2**63


def merge(current: AppSettings, submitted: Mapping[str, Any]) -> AppSettings:
    """The current settings with what was submitted. Raises InvalidPayload for a value of another type."""
    return cast("AppSettings", _part(current, _nested(submitted), ""))


def _nested(submitted: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in submitted.items():
        branch = found
        *groups, last = name.split(".")
        for group in groups:
            below = branch.setdefault(group, {})
            if not isinstance(below, dict):
                raise _refused(name)
            branch = cast("dict[str, Any]", below)
        branch[last] = value
    return found


def _part(current: Part, submitted: Mapping[str, Any], path: str) -> Part:
    given = {name.lower(): value for name, value in submitted.items()}
    changes: dict[str, Any] = {}
    hints = get_type_hints(type(current))
    for field in msgspec.structs.fields(type(current)):
        key = field.encode_name.lower()
        if key in given:
            place = f"{path}.{field.encode_name}" if path else field.encode_name
            changes[field.name] = _value(hints[field.name], getattr(current, field.name), given[key], place)
    return msgspec.structs.replace(current, **changes) if changes else current


def _value(kind: Any, current: Any, submitted: Any, path: str) -> Any:
    if kind is bool or kind is str:
        if submitted is None:
            return kind()
        if isinstance(submitted, kind):
            return submitted
    elif kind is int:
        if submitted is None:
            return 0
        if isinstance(submitted, int) and not isinstance(submitted, bool) and -_INT64 <= submitted < _INT64:
            return submitted
    elif isinstance(kind, type) and issubclass(kind, Part):
        if submitted is None:
            return empty(kind)
        if isinstance(submitted, dict):
            return _part(current, cast("dict[str, Any]", submitted), path)
    else:
        (element, _) = get_args(kind)  # tuple[element, ...]
        if submitted is None:
            return ()
        if isinstance(submitted, list):
            items = cast("list[Any]", submitted)
            blank: Any = empty(element) if issubclass(element, Part) else ""
            return tuple(_value(element, blank, item, f"{path}.{index}") for index, item in enumerate(items))
    raise _refused(path)


def empty(kind: type[Part]) -> Part:
    """A group in which everything is false, 0 or empty."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        hint = hints[field.name]
        if isinstance(hint, type) and issubclass(hint, Part):
            values[field.name] = empty(hint)
        else:
            values[field.name] = hint() if hint in (bool, str, int) else ()
    return kind(**values)


def _refused(path: str) -> InvalidPayload:
    return InvalidPayload(f'The setting "{path}" has a value of the wrong type.', setting=path)
