"""Fields: from `fields`, `alias` and `deep` to the tree of wanted output.

In charge of: dotted paths, wildcards, functions, aliases, many-to-any scopes, and hanging `deep` on the right branch.
Not in charge of: what the names are (`plan/resolve`) or may be (`plan/secure`). Called by `query`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from satchel.errors import InvalidQuery
from satchel.expr.syntax_tree import parse_path, split_outside
from satchel.plan.query import Arguments, Select

Branches = dict[str, Any]
"""Name → what is below it, in the order of first mention."""

Narrow = Callable[[Mapping[str, Any]], Arguments | None]
"""Turns the `_`-keys of one `deep` object into arguments."""


def build_tree(fields: Sequence[str], depth: int) -> Branches:
    """`["a.b", "a.c", "d"]` → `{"a": {"b": {}, "c": {}}, "d": {}}`. Raises InvalidQuery below `depth` relations."""
    root: Branches = {}
    for name in fields:
        branch = root
        parts = _parts(name)
        if len(parts) - 1 > depth:
            raise InvalidQuery("Max relational depth exceeded")
        for part in parts:
            branch = branch.setdefault(part, {})
    return root


def _parts(name: str) -> list[str]:
    """The steps of one field; `year(author.born)` is `author.year(born)`."""
    parts = split_outside(name, ".")
    last = parts[-1]
    if last.endswith(")"):
        path = parse_path(last)
        if path.function and len(path.parts) > 1:
            inside = last[last.index("(") + 1 :].lstrip()
            head = ".".join(path.parts[:-1]) + "."
            parts[-1:] = [*path.parts[:-1], f"{path.function}({inside.removeprefix(head)}"]
    return parts


def selects(
    tree: Branches, deep: Mapping[str, Any], alias: Mapping[str, str], narrow: Narrow, *, loose: bool = False
) -> tuple[Select, ...]:
    """The output entries of one level. `loose`: the level stands below a wildcard, so names need not fit."""
    wildcard = tree.get("*")
    found: list[Select] = []
    last: list[Select] = []
    for key, below in tree.items():
        if key == "*":
            found.append(Select("*", "*", selects(below, {}, {}, narrow, loose=True), optional=loose))
            continue
        if wildcard and below:
            below = _merged(wildcard, below)
        select = _select(key, below, deep, alias, narrow, loose=loose)
        # beside a wildcard, aliases come after all fields
        (last if wildcard is not None and key in alias else found).append(select)
    if wildcard is not None:
        last.extend(_select(key, {}, deep, alias, narrow, loose=loose) for key in alias if key not in tree)
        found.extend(_narrowed(tree, wildcard, deep, alias, narrow))
    return (*found, *last)


def _select(
    key: str, below: Branches, deep: Mapping[str, Any], alias: Mapping[str, str], narrow: Narrow, *, loose: bool
) -> Select:
    target = alias.get(key, key)
    path = parse_path(target) if target.endswith(")") else None
    if path is not None and path.function:
        named = key if key in alias else _function_key(path.parts[-1], path.function, path.arguments)
        return Select(path.parts[-1], named, function=path.function, function_arguments=path.arguments, optional=loose)
    inner = _below(deep, key)
    children = selects(below, inner, _aliases(inner), narrow, loose=loose)
    name, colon, scope = target.partition(":")
    if colon and children:
        return Select(name, name, children, scope=scope, optional=loose, arguments=narrow(inner))
    return Select(target, key, children, optional=loose, arguments=narrow(inner))


def _narrowed(
    tree: Branches, wildcard: Branches, deep: Mapping[str, Any], alias: Mapping[str, str], narrow: Narrow
) -> list[Select]:
    """Relations that only the wildcard names, and that `deep` narrows."""
    found: list[Select] = []
    for key in deep:
        if key in tree or key in alias or key.startswith("_") or ":" in key:
            continue
        select = _select(key, wildcard, deep, {}, narrow, loose=True)
        if select.arguments is not None:
            found.append(replace(select, optional=True))
    return found


def _function_key(field: str, function: str, arguments: Sequence[str]) -> str:
    """`published_year`, `data_k_c_1_json`."""
    return "_".join((field, *arguments, function))


def _below(deep: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = deep.get(key)
    return cast("Mapping[str, Any]", inner) if isinstance(inner, Mapping) else {}


def _aliases(inner: Mapping[str, Any]) -> Mapping[str, str]:
    given = inner.get("_alias")
    if not isinstance(given, Mapping):
        return {}
    return {str(key): str(value) for key, value in cast("Mapping[Any, Any]", given).items()}


def _merged(first: Branches, second: Branches) -> Branches:
    """Both trees in one, names of the first before new ones of the second."""
    merged: Branches = {key: dict(value) for key, value in first.items()}
    for key, value in second.items():
        merged[key] = _merged(merged[key], value) if key in merged else value
    return merged
