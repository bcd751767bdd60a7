"""Query strings: pairs, first values, and the nested form `filter[a][_eq]=1`.

In charge of: turning the raw bytes after `?` into pairs, a mapping of first values, or nested dicts and lists. Not in
charge of: what a parameter means. Called by `http/request` and `http/forms`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from satchel.errors import InvalidQuery

Pairs = list[tuple[str, str]]

PAIRS_MAX = 5000
DEPTH_MAX = 10
# Indices past this make an object of the list, so that `a[4000000000]=1` can't reserve memory.
ARRAY_INDEX_MAX = 500

_CHILD = re.compile(r"\[([^\[\]]*)\]")


def parse_pairs(raw: bytes | str) -> Pairs:
    """`a=1&b=x%20y` → [("a", "1"), ("b", "x y")], in order. A name without `=` has the value "".

    Raises InvalidQuery past PAIRS_MAX pairs. Broken escapes stay as they are; bytes that are not UTF-8 become U+FFFD.
    """
    text = raw.decode("latin-1") if isinstance(raw, bytes) else raw
    if not text:
        return []
    parts = text.split("&", PAIRS_MAX)
    if len(parts) > PAIRS_MAX:
        raise InvalidQuery(f"The query string has more than {PAIRS_MAX} parameters.")
    pairs: Pairs = []
    for part in parts:
        if not part:
            continue
        equals = part.find("=")
        bracket = part.find("[")
        if -1 < bracket < equals:
            # `filter[a=b]=c`: the name ends at the last bracket before an equals sign
            closing = part.find("]=")
            if closing != -1:
                equals = closing + 1
        if equals < 0:
            pairs.append((_decode(part), ""))
        else:
            pairs.append((_decode(part[:equals]), _decode(part[equals + 1 :])))
    return pairs


def _decode(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    if "%" in text:
        return unquote(text, errors="replace")
    if text.isascii():
        return text
    # bytes that the client did not escape; they arrived as latin-1
    return text.encode("latin-1").decode("utf-8", "replace")


def first_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name → its first value."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in values:
            values[name] = value
    return values


class _Branch(dict[str | int, Any]):
    """A dict or list in the making: text keys of objects, whole numbers of lists."""

    next_position: int = 0
    list_so_far: bool = True


class _Many(list[Any]):
    """Values of a name that was given more than once."""


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`a[b]=1&c[]=2&c[]=3&d=4&d=5` → {"a": {"b": "1"}, "c": ["2", "3"], "d": ["4", "5"]}.

    Leaves are texts. `x[0]=…&x[7]=…` is a list without the gaps; a list with other keys becomes an object. Raises
    InvalidQuery below DEPTH_MAX levels of brackets.
    """
    root = _Branch()
    for name, value in pairs:
        if name:
            _insert(root, _path(name), value)
    return {str(key): _finish(value) for key, value in root.items()}


def _path(name: str) -> list[str]:
    """`filter[a][]` → ["filter", "a", ""]; a name with unbalanced brackets is one literal key."""
    if "[" not in name:
        return [name]
    first = _CHILD.search(name)
    if first is None:
        return [name]
    children = _CHILD.findall(name, first.start())
    if len(children) > DEPTH_MAX:
        raise InvalidQuery(
            f'The parameter "{name[:80]}" is nested more than {DEPTH_MAX} levels deep.',
            hint="Send it as JSON, or in the body of a SEARCH request.",
            parameter=name[: first.start()],
        )
    parent = name[: first.start()]
    return [parent, *children] if parent else children


def _insert(root: _Branch, path: list[str], value: str) -> None:
    branch = root
    for key in path[:-1]:
        step = _key(branch, key)
        child = branch.get(step)
        if not isinstance(child, _Branch):
            grown = _Branch()
            if child is not None:
                # `a=1&a[b]=2`: the plain value stays as a key that is "true", as clients of this format expect
                grown[_key(grown, str(child) or " ")] = "true"
            branch[step] = grown
            child = grown
        branch = child
    last = _key(branch, path[-1])
    present = branch.get(last)
    if present is None:
        branch[last] = value
    elif isinstance(present, _Many):
        present.append(value)
    elif isinstance(present, _Branch):
        _add_to_branch(present, value)
    else:
        branch[last] = _Many([present, value])


def _add_to_branch(branch: _Branch, value: str) -> None:
    """`a[]=1&a=2` grows the list; `a[b]=1&a=2` adds a key that is "true"."""
    if branch.list_so_far:
        branch[_key(branch, "")] = value
    else:
        branch[value] = "true"


def _key(branch: _Branch, text: str) -> str | int:
    """The key as list position where it is one: `[]` is the next, `[3]` the fourth."""
    if text == "":
        position = branch.next_position
    elif text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and len(text) < 5:
        position = int(text)
    else:
        position = -1
    if position < 0 or (text and position > ARRAY_INDEX_MAX):
        branch.list_so_far = False
        return text
    branch.next_position = max(branch.next_position, position + 1)
    return position


def _finish(value: Any) -> Any:
    if isinstance(value, _Many):
        return list(value)
    if not isinstance(value, _Branch):
        return value
    if value.list_so_far and value:
        return [_finish(value[key]) for key in sorted(value, key=int)]
    return {str(key): _finish(child) for key, child in value.items()}
