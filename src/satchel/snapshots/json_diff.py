"""Differences between two JSON values, and putting them into effect, in the form of the JavaScript library deep-diff.

In charge of: finding (`differences`) and applying (`patched`) them. Not in charge of: what the values mean. Called by
`snapshots`. Pure.

A difference is an object with `kind`: `N` (new, `rhs`), `D` (gone, `lhs`), `E` (edited, both) and `A` (a change in the
length of a list: `index` and an inner `item` of kind N or D), and `path` from the root, absent at the root itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from satchel.errors import InvalidPayload

Difference = dict[str, Any]
Path = tuple[str | int, ...]
MISSING: Any = object()
"""In place of a value that is not there."""


def differences(left: Any, right: Any, path: Path = ()) -> list[Difference]:
    """What turns `left` into `right`; [] when they are equal."""
    if left is MISSING or right is MISSING:
        if left is right:
            return []
        return [_at("D", path, lhs=left) if right is MISSING else _at("N", path, rhs=right)]
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return _of_objects(cast("Mapping[str, Any]", left), cast("Mapping[str, Any]", right), path)
    if isinstance(left, list) and isinstance(right, list):
        return _of_lists(cast("list[Any]", left), cast("list[Any]", right), path)
    return [] if _same(left, right) else [_at("E", path, lhs=left, rhs=right)]


def _of_objects(left: Mapping[str, Any], right: Mapping[str, Any], path: Path) -> list[Difference]:
    found: list[Difference] = []
    for name in [*left, *(name for name in right if name not in left)]:
        found += differences(left.get(name, MISSING), right.get(name, MISSING), (*path, name))
    return found


def _of_lists(left: list[Any], right: list[Any], path: Path) -> list[Difference]:
    """The longer list's end first, from the back, then what both have, from the back."""
    common = min(len(left), len(right))
    more = range(len(right) - 1, common - 1, -1)
    less = range(len(left) - 1, common - 1, -1)
    found = [_at("A", path, index=index, item={"kind": "N", "rhs": right[index]}) for index in more]
    found += [_at("A", path, index=index, item={"kind": "D", "lhs": left[index]}) for index in less]
    for index in range(common - 1, -1, -1):
        found += differences(left[index], right[index], (*path, index))
    return found


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def _at(kind: str, path: Path, **more: Any) -> Difference:
    return {"kind": kind, **({"path": list(path)} if path else {}), **more}


def patched(value: Any, changes: Sequence[Mapping[str, Any]]) -> Any:
    """The value with the differences put into effect; MISSING when it is to go. `value` MISSING: there is none yet.

    Raises InvalidPayload for what is no difference, or leads nowhere.
    """
    for change in changes:
        value = _patched(value, change.get("path") or [], change)
    return value


def _patched(value: Any, path: Sequence[Any], change: Mapping[str, Any]) -> Any:
    if not path:
        return _replaced(value, change)
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        items = cast("list[Any]", value)
        if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step < len(items):
            raise _no_place(change)
        return [_patched(item, rest, change) if place == step else item for place, item in enumerate(items)]
    if not isinstance(value, Mapping) or not isinstance(step, str):
        raise _no_place(change)
    known = cast("Mapping[str, Any]", value)
    if rest and step not in known:
        raise _no_place(change)
    made = _patched(known.get(step, MISSING), rest, change)
    if made is MISSING:
        return {name: item for name, item in known.items() if name != step}
    return {**known, step: made}


def _replaced(value: Any, change: Mapping[str, Any]) -> Any:
    match change.get("kind"):
        case "N" | "E":
            if "rhs" not in change:
                raise InvalidPayload('A difference of kind "N" or "E" needs "rhs"')
            return change["rhs"]
        case "D":
            return MISSING
        case "A":
            return _lengthened(value, change)
        case kind:
            raise InvalidPayload(f'"kind" must be one of [N, D, E, A], not {kind!r}')


def _lengthened(value: Any, change: Mapping[str, Any]) -> list[Any]:
    index, item = change.get("index"), change.get("item")
    if not isinstance(value, list) or isinstance(index, bool) or not isinstance(index, int) or index < 0:
        raise _no_place(change)
    if not isinstance(item, Mapping):
        raise InvalidPayload('A difference of kind "A" needs "item"')
    items, inner = list(cast("list[Any]", value)), cast("Mapping[str, Any]", item)
    if inner.get("kind") == "D":
        return [kept for place, kept in enumerate(items) if place != index]
    # Several come from the back, so the first one's place is beyond the end until the others are there.
    items += [None] * (index + 1 - len(items))
    items[index] = inner.get("rhs")
    return items


def as_object(value: Any) -> Mapping[str, Any] | None:
    """The value if it is an object."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else None


def _no_place(change: Mapping[str, Any]) -> InvalidPayload:
    path = cast("Sequence[Any]", change.get("path") or [])
    where = ".".join(str(step) for step in path)
    return InvalidPayload(f'Provided diff speaks of "{where}", which is not there')
