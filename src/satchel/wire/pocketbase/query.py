"""From the parameters of a list or view to a Query.

In charge of: page, perPage, skipTotal, sort, filter, expand and fields, with their limits and defaults. Not in charge
of: whether names exist or may be used (the engine). Called by `records` and `batch`.

What a query string asks for is parsed once and kept: clients ask the same things over and over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from satchel.errors import InvalidQuery
from satchel.expr.nodes import Param, Path
from satchel.expr.syntax_text import parse, parse_path
from satchel.http.querystring import first_values, parse_pairs
from satchel.plan.query import Arguments, Expand, Page, Query, Sort
from satchel.wire.pocketbase.errors import ApiError, generic
from satchel.wire.pocketbase.fields_param import Picker, parse_fields

PER_PAGE_DEFAULT = 30
PER_PAGE_MAX = 1000
SORT_KEYS_MAX = 8
SORT_LENGTH_MAX = 255
EXPAND_DEPTH_MAX = 6
EXPAND_PATHS_MAX = 200
# Longer query strings are parsed each time: keeping them would cost more than it saves.
KEPT_LENGTH_MAX = 2048

_INTEGER = re.compile(r"[+-]?[0-9]+")
_BOOLEANS = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False),
}
_SPECIAL_SORTS = {"@random": "random", "@rowid": "rowid"}
GUARDED = ("@request.", "@collection.")
_INT64_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What a read asks for. `fields`: which keys of the answer are kept, None for all."""

    query: Query
    values: tuple[Any, ...]
    fields: Picker | None = None
    page: int = 1
    per_page: int = PER_PAGE_DEFAULT
    skip_total: bool = False


def list_query(collection: str, query_string: bytes, *, superuser: bool) -> Asked:
    """The Query of a list. Raises ApiError: 400, or 403 where only superusers may ask."""
    if len(query_string) > KEPT_LENGTH_MAX:
        return _list_query(collection, query_string, superuser)
    return _kept_list_query(collection, query_string, superuser)


def view_query(collection: str, query_string: bytes, *, written: bool = False) -> tuple[Query, Picker | None]:
    """The Query of one record, whose key is the value at position 0; `written`: which the caller has just written.
    Raises ApiError (400).
    """
    if len(query_string) > KEPT_LENGTH_MAX:
        return _view_query(collection, query_string, written)
    return _kept_view_query(collection, query_string, written)


def _list_query(collection: str, query_string: bytes, superuser: bool) -> Asked:
    try:
        parameters = first_values(parse_pairs(query_string))
        page = max(integer(parameters.get("page", ""), 1), 0) or 1
        per_page = integer(parameters.get("perPage", ""), PER_PAGE_DEFAULT)
        per_page = PER_PAGE_DEFAULT if per_page <= 0 else min(per_page, PER_PAGE_MAX)
        skip_total = boolean(parameters.get("skipTotal", ""))
        filter_text, sort_text = parameters.get("filter", ""), parameters.get("sort", "")
        if not superuser:
            _refuse_guarded(filter_text, sort_text)
        parsed = parse(filter_text) if filter_text else None
        values = parsed.values if parsed else ()
        limit, offset = Param(len(values), "number"), Param(len(values) + 1, "number")
        arguments = Arguments(
            where=parsed.node if parsed else None,
            sort=sort_keys(sort_text) if sort_text else (),
            page=Page(limit, offset),
        )
    except InvalidQuery as error:
        raise generic() from error
    query = Query(
        collection,
        "pocketbase",
        expand=expand_tree(parameters.get("expand", "")),
        arguments=arguments,
        matching=not skip_total,
    )
    start = min((page - 1) * per_page, _INT64_MAX)
    return Asked(
        query, (*values, per_page, start), parse_fields(parameters.get("fields", "")), page, per_page, skip_total
    )


def _view_query(collection: str, query_string: bytes, written: bool) -> tuple[Query, Picker | None]:
    try:
        parameters = first_values(parse_pairs(query_string))
    except InvalidQuery as error:
        raise generic() from error
    expand = expand_tree(parameters.get("expand", ""))
    query = Query(collection, "pocketbase", action="view", expand=expand, key=Param(0, "list"), written=written)
    return query, parse_fields(parameters.get("fields", ""))


_kept_list_query = lru_cache(maxsize=2048)(_list_query)
_kept_view_query = lru_cache(maxsize=1024)(_view_query)


def integer(text: str, default: int) -> int:
    """A whole number of 64 bits; the default for the empty text. Raises ApiError (400)."""
    if not text:
        return default
    number = int(text) if len(text) < 25 and _INTEGER.fullmatch(text) else None
    if number is None or not -_INT64_MAX - 1 <= number <= _INT64_MAX:
        raise generic()
    return number


def boolean(text: str) -> bool:
    """A flag as Go reads one; False for the empty text. Raises ApiError (400)."""
    if not text:
        return False
    found = _BOOLEANS.get(text)
    if found is None:
        raise generic()
    return found


def _refuse_guarded(*texts: str) -> None:
    for guarded in GUARDED:
        if any(guarded in text for text in texts):
            raise ApiError(403, f"Only superusers can filter by {guarded}")


def sort_keys(text: str) -> tuple[Sort, ...]:
    """`-created,author.name:lower,@random`. Raises InvalidQuery for too many keys, long ones and malformed ones."""
    parts = text.split(",")
    if len(parts) > SORT_KEYS_MAX:
        raise InvalidQuery(f"At most {SORT_KEYS_MAX} sort keys can be used.", parameter="sort")
    return tuple(_sort_key(part.strip()) for part in parts)


def _sort_key(part: str) -> Sort:
    if len(part) > SORT_LENGTH_MAX:
        raise InvalidQuery(f"A sort key is longer than {SORT_LENGTH_MAX} characters.", parameter="sort")
    descending = part.startswith("-")
    name = part[1:] if part[:1] in ("-", "+") else part
    special = _SPECIAL_SORTS.get(name, "")
    if special:
        return Sort(Path((name,)), descending, special)
    if name != name.strip() or not name or name[0] in "-+":
        raise InvalidQuery(f'"{part}" is no sort key.', parameter="sort")
    return Sort(parse_path(name), descending)


def expand_tree(text: str) -> tuple[Expand, ...]:
    """`author,comments_via_post.user` as a tree, in alphabetical order. Paths of more than six steps end there."""
    if not text:
        return ()
    paths = [path.strip().lstrip(".") for path in text.split(",", EXPAND_PATHS_MAX)[:EXPAND_PATHS_MAX]]
    return _expands({tuple(step.strip() for step in path.split("."))[:EXPAND_DEPTH_MAX] for path in paths if path})


def _expands(paths: set[tuple[str, ...]]) -> tuple[Expand, ...]:
    below: dict[str, set[tuple[str, ...]]] = {}
    for path in paths:
        below.setdefault(path[0], set()).add(path[1:])
    return tuple(
        Expand(name, _expands({path for path in below[name] if path}), wanted=() in below[name])
        for name in sorted(below)
    )
