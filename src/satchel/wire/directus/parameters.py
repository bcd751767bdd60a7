"""Query parameters, read and checked: from texts (a query string) or JSON (a SEARCH body) to typed values.

In charge of: which parameters there are, their types and limits, and the words of refusal. Not in charge of: what the
names in them mean (`query`, `field_tree`). Called by `context` for each request that has parameters.

Names that are not parameters of the query language are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast

from satchel.errors import InvalidPayload, InvalidQuery
from satchel.expr.syntax_tree import split_outside
from satchel.http import json

EXPORTS = ("csv", "csv_utf8", "json", "xml", "yaml", "xlsx")
METAS = ("total_count", "filter_count")
NAMES_MAX = 1000

Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers a caller may not pass. `limit_max` None: a page may be as large as it likes."""

    limit_max: int | None = None
    offset_max: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Parameters:
    """One request's parameters. None and empty mean "not given".

    `limit`: -1 is no limit. `filter`, `deep`, `alias` are as sent, decoded but not yet understood. `aggregate`:
    (function, field) pairs in order.
    """

    fields: tuple[str, ...] = ()
    filter: Any = None
    search: str | None = None
    sort: tuple[str, ...] = ()
    limit: int | None = None
    offset: int | None = None
    page: int | None = None
    meta: tuple[str, ...] = ()
    aggregate: tuple[tuple[str, str], ...] = ()
    group: tuple[str, ...] = ()
    deep: Tree = field(default_factory=dict[str, Any])
    alias: Mapping[str, str] = field(default_factory=dict[str, str])
    export: str | None = None
    version: str | None = None
    version_raw: bool = False
    backlink: bool = True


NONE = Parameters()


def sanitise(given: Tree, bounds: Bounds) -> Parameters:
    """The parameters in `given`, as `querystring.nested` or JSON gives them. Raises InvalidQuery."""
    return Parameters(
        fields=_names(given.get("fields"), "fields"),
        filter=_json(given.get("filter"), "filter"),
        search=_search(given.get("search")),
        sort=_names(given.get("sort"), "sort"),
        limit=_limit(given.get("limit"), bounds),
        offset=_number(given.get("offset"), "offset", 0, bounds.offset_max),
        page=_number(given.get("page"), "page", 0, bounds.offset_max),
        meta=_meta(given.get("meta")),
        aggregate=_aggregate(given.get("aggregate")),
        group=_names(given.get("groupBy", given.get("group")), "groupBy"),
        deep=_object(given.get("deep"), "deep"),
        alias=_alias(given.get("alias")),
        export=_choice(given.get("export"), "export", EXPORTS),
        version=_text(given.get("version")),
        version_raw=_said(given.get("versionRaw")),
        backlink=_flag(given.get("backlink")),
    )


def nested(given: Tree, bounds: Bounds) -> Parameters:
    """The parameters of one relation in `deep`: the same with an underscore before each name."""
    return sanitise({key[1:]: value for key, value in given.items() if key.startswith("_")}, bounds)


def _names(value: Any, name: str) -> tuple[str, ...]:
    """A list, or one text with commas (those inside of a function's parentheses do not count)."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        items: Sequence[Any] = (value,)
    elif isinstance(value, list):
        items = cast("list[Any]", value)
    else:
        _refuse(f'"{name}" must be an array or a string')
    found: list[str] = []
    for item in items:
        if not isinstance(item, str):
            _refuse(f'"{name}" must be an array of strings')
        found.extend(part.strip() for part in split_outside(item, ","))
    if len(found) > NAMES_MAX:
        _refuse(f'"{name}" must not hold more than {NAMES_MAX} names')
    return tuple(part for part in found if part)


def _json(value: Any, name: str) -> Any:
    """The value, decoded if it came as JSON text; None for nothing."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.decode(value, what=f"{name} object")
    except InvalidPayload:
        _refuse(f"Invalid JSON for {name} object")


def _object(value: Any, name: str) -> Tree:
    decoded = _json(value, name)
    if decoded is None:
        return {}
    if not isinstance(decoded, Mapping):
        _refuse(f'"{name}" must be of type object')
    return cast("Tree", decoded)


def _search(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        _refuse('"search" must be a string')
    return str(value).strip()


def _said(value: Any) -> bool:
    """Whether a flag is set: by its name alone, or by a word for yes."""
    return value is True or (isinstance(value, str) and value.lower() in ("", "true", "1"))


def _limit(value: Any, bounds: Bounds) -> int | None:
    limit = _number(value, "limit", -1, None)
    if limit is not None and bounds.limit_max is not None:
        if limit > bounds.limit_max:
            _refuse(f'"limit" must be less than or equal to {bounds.limit_max}')
        return bounds.limit_max if limit < 0 else limit
    return limit


def _number(value: Any, name: str, least: int, most: int | None) -> int | None:
    if value is None or value == "":
        return None
    number = _whole(value)
    if number is None:
        _refuse(f'"{name}" must be a number')
    if number < least:
        _refuse(f'"{name}" must be greater than or equal to {least}')
    if most is not None and number > most:
        _refuse(f'"{name}" must be less than or equal to {most}')
    # no table has more rows, and every database can bind it
    return min(number, 2**53)


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str):
        text = value.strip()
        sign, digits = text[:1] in "+-", text.lstrip("+-")
        if digits.isascii() and digits.isdigit() and len(text) - len(digits) <= 1 and len(digits) <= 20:
            return int(text) if sign or digits == text else None
    return None


def _meta(value: Any) -> tuple[str, ...]:
    names = _names(value, "meta")
    if "*" in names:
        return METAS
    for position, name in enumerate(names):
        if name not in METAS:
            _refuse(f'"meta[{position}]" must be one of [{", ".join(METAS)}]')
    return names


def _aggregate(value: Any) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for function, fields in _object(value, "aggregate").items():
        names = _names(fields, f"aggregate.{function}")
        if not names:
            _refuse(f'"aggregate.{function}" needs a field')
        pairs.extend((function, name) for name in names)
    return tuple(pairs)


def _alias(value: Any) -> Mapping[str, str]:
    aliases: dict[str, str] = {}
    for key, target in _object(value, "alias").items():
        if not isinstance(target, str):
            _refuse(f'"alias.{key}" must be a string')
        if "." in key:
            _refuse('"alias" key can\'t contain a period character `.`')
        if "." in target and "(" not in target:
            _refuse('"alias" value can\'t contain a period character `.`')
        aliases[key] = target.strip()
    return aliases


def _choice(value: Any, name: str, choices: Sequence[str]) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or value not in choices:
        _refuse(f'"{name}" must be one of [{", ".join(choices)}]')
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _flag(value: Any) -> bool:
    return value not in (False, "false", "0", 0)


def _refuse(reason: str) -> NoReturn:
    raise InvalidQuery(reason)
