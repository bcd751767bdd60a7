"""The tree syntax of filters and rules: JSON objects such as `{"author": {"name": {"_eq": "x"}}}`.

In charge of: turning decoded JSON into expression nodes, field names with functions (`year(date)`), dynamic
variables, limits on size. Not in charge of: whether fields exist, whether an operator fits a type (`plan/resolve`),
JSON text and query strings (the wire). Called by `wire/directus/query`, `policy/load_policies` and whoever evaluates a
stored rule.

A caller's filter has its values lifted out (`parse_filter`); a stored rule keeps them as literals (`parse_rule`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from satchel.errors import InvalidQuery
from satchel.expr.nodes import And, Compare, Literal, Node, Operand, Or, Param, Parsed, Path, Related, Truth, Variable

FUNCTIONS = frozenset({"year", "month", "week", "day", "weekday", "hour", "minute", "second", "count", "json"})

_LOGIC = frozenset({"_and", "_or"})
_QUANTIFIERS = frozenset({"_some", "_none"})
_LISTS = frozenset({"_in", "_nin"})
_PAIRS = frozenset({"_between", "_nbetween"})
# operator → its opposite, which is meant when the argument is false
_FLAGS = {"_null": "_nnull", "_nnull": "_null", "_empty": "_nempty", "_nempty": "_empty"}
_SHAPES = frozenset({"_intersects", "_nintersects", "_intersects_bbox", "_nintersects_bbox"})
_SCALARS = frozenset(
    {"_eq", "_neq", "_lt", "_lte", "_gt", "_gte", "_regex"}
    | {"_contains", "_ncontains", "_icontains", "_starts_with", "_nstarts_with", "_istarts_with", "_nistarts_with"}
    | {"_ends_with", "_nends_with", "_iends_with", "_niends_with"}
)
OPERATORS = _LISTS | _PAIRS | frozenset(_FLAGS) | _SHAPES | _SCALARS | {"_json", "_submitted"}

_FUNCTION = re.compile(r"([a-z]+)\((.*)\)", re.DOTALL)
_NOW = re.compile(r"\$NOW(?:\((.*)\))?", re.DOTALL)
_CURRENT = re.compile(r"\$CURRENT_(USER|ROLE)(?:\.([^.]+(?:\.[^.]+)*))?", re.DOTALL)
_CURRENT_LISTS = frozenset({"$CURRENT_ROLES", "$CURRENT_POLICIES"})
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
_JSON_PATH = re.compile(r"\w+(?:\.\w+|\[\d+\])*")
_JSON_STEP = re.compile(r"\w+")
_JSON_PATH_DEPTH_MAX = 10


@dataclass(frozen=True, slots=True)
class TreeLimits:
    """`conditions`: comparisons in one filter. `relations`: relations that one path may cross. `nesting`: objects
    inside objects (each costs stack when the filter is walked)."""

    conditions: int = 1000
    relations: int = 10
    nesting: int = 60


def parse_filter(
    filter: Any,
    *,
    limits: TreeLimits | None = None,
    collection: str = "",
    first_index: int = 0,
) -> Parsed:
    """A caller's filter object as a node, and the values lifted out of it.

    `_in` values are tuples (hint `list`), `_between` values two-tuples. `collection` is only named in messages.
    `first_index`: the position of the first value, where others stand before them. Raises InvalidQuery, whose message
    is the reason without a full stop.
    """
    parser = _Parser(limits or TreeLimits(), collection, lift=True, first_index=first_index)
    node = parser.level(filter, (), 0)
    return Parsed(node, tuple(parser.values))


def parse_rule(rule: Any, *, limits: TreeLimits | None = None, collection: str = "") -> Node:
    """A stored rule (a permission's item rule, a validation) as a node with literals. None and `{}` are always true.

    Raises InvalidQuery like `parse_filter`.
    """
    if rule is None:
        return Truth(True)
    return _Parser(limits or TreeLimits(), collection, lift=False).level(rule, (), 0)


def parse_path(text: str) -> Path:
    """A field as `fields`, `sort` and `groupBy` name it: `author.name`, `author.year(born)`, `year(author.born)`,
    `json(data, a.b[0])`. Raises InvalidQuery for a broken `json()`."""
    parts = split_outside(text, ".")
    return _apply_function(parts[-1], tuple(parts[:-1]))


def split_outside(text: str, separator: str) -> list[str]:
    """Split at a one-character separator that stands outside of parentheses."""
    if "(" not in text:
        return text.split(separator)
    pieces: list[str] = []
    depth = start = 0
    for position, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif character == separator and depth == 0:
            pieces.append(text[start:position])
            start = position + 1
    pieces.append(text[start:])
    return pieces


def parse_variable(text: str) -> Variable | None:
    """`$NOW(-1 day)`, `$CURRENT_USER.role`, `$CURRENT_ROLES` … as a Variable; None for any other text."""
    if not text.startswith("$"):
        return None
    if text in _CURRENT_LISTS:
        return Variable(text)
    match = _NOW.fullmatch(text)
    if match:
        argument = (match.group(1) or "").strip()
        return Variable("$NOW", arguments=(argument,) if argument else ())
    match = _CURRENT.fullmatch(text)
    if match:
        return Variable(f"$CURRENT_{match.group(1)}", tuple(match.group(2).split(".")) if match.group(2) else ())
    return None


def split_json_path(path: str) -> tuple[str, ...]:
    """`k.c[0]` → ("k", "c", "0"): names, dots and `[n]`, at most ten levels. Raises InvalidQuery for anything else."""
    if not _JSON_PATH.fullmatch(path):
        raise InvalidQuery(f'Invalid JSON path "{path}"', path=path)
    parts = tuple(_JSON_STEP.findall(path))
    if len(parts) > _JSON_PATH_DEPTH_MAX:
        raise InvalidQuery(f'JSON path "{path}" exceeds the maximum depth of {_JSON_PATH_DEPTH_MAX}', path=path)
    return parts


def _apply_function(key: str, prefix: tuple[str, ...]) -> Path:
    """`name`, or `function(path)` with the path inside, below `prefix`."""
    match = _FUNCTION.fullmatch(key) if key.endswith(")") else None
    if match is None or match.group(1) not in FUNCTIONS:
        return Path((*prefix, key))
    name, inside = match.group(1), match.group(2).strip()
    arguments: tuple[str, ...] = ()
    if name == "json":
        inside, comma, argument = inside.partition(",")
        if not comma or not inside.strip() or not argument.strip():
            raise InvalidQuery("Invalid json() syntax: requires json(field, path) format", path=key)
        arguments = split_json_path(argument.strip())
        inside = inside.strip()
    return Path((*prefix, *inside.split(".")), function=name, arguments=arguments)


class _Parser:
    """One walk over one filter. `lift` says whether values become Params or Literals."""

    def __init__(self, limits: TreeLimits, collection: str, *, lift: bool, first_index: int = 0) -> None:
        self.first_index = first_index
        self.limits = limits
        self.collection = collection
        self.lift = lift
        self.values: list[Any] = []
        self.conditions = 0

    # -- structure

    def level(self, value: Any, prefix: tuple[str, ...], depth: int, *, inside: bool = False) -> Node:
        """One object: its entries and-ed. `prefix` is the field path so far; `inside`: within `_some` or `_none`."""
        entries = self._object(value, depth)
        found: list[Node] = []
        for key, child in entries.items():
            if key in _LOGIC:
                found.append(self._logic(key, child, prefix, depth, inside=inside))
            elif key in _QUANTIFIERS:
                found.append(self._quantifier(key, child, prefix, depth, inside=inside))
            elif self._is_operator(key, child):
                if not prefix:
                    raise InvalidQuery(f'Invalid filter key "{key}" on "{self.collection}"', path=(key,))
                found.append(self._condition(Path(prefix), key, child, depth))
            else:
                found.append(self._field(key, child, prefix, depth, inside=inside))
        return _and(found)

    def _logic(self, key: str, value: Any, prefix: tuple[str, ...], depth: int, *, inside: bool) -> Node:
        items = [self.level(item, prefix, depth + 1, inside=inside) for item in self._items(value)]
        if key == "_and" or not items:
            return _and(items)
        return _or(items)

    def _quantifier(self, key: str, value: Any, prefix: tuple[str, ...], depth: int, *, inside: bool) -> Node:
        if len(prefix) != 1 or inside:
            raise InvalidQuery(f'"{key}" can only be used with top level relational alias field', path=prefix)
        where = self.level(value, (), depth + 1, inside=True)
        # an empty object says nothing about related rows: no filter, not "has any"
        return where if where == Truth(True) else Related(Path(prefix), where, none=key == "_none")

    def _field(self, key: str, value: Any, prefix: tuple[str, ...], depth: int, *, inside: bool) -> Node:
        path = _apply_function(key, prefix)
        if len(path.parts) - 1 > self.limits.relations:
            raise InvalidQuery("Max relational depth exceeded", path=path.parts)
        if path.function:
            return self._operators(path, value, depth + 1)
        if isinstance(value, Mapping):
            return self.level(value, path.parts, depth + 1, inside=inside)
        if isinstance(value, list) and not value:
            return Truth(True)
        if value is None or isinstance(value, list | tuple):
            raise InvalidQuery("Invalid filter object", path=path.parts)
        if key.startswith("_") and not prefix:
            raise InvalidQuery(f'Invalid filter key "{key}" on "{self.collection}"', path=(key,))
        return self._condition(path, "_eq", value, depth)

    def _operators(self, path: Path, value: Any, depth: int) -> Node:
        """What may stand below a function or a JSON path: operators, or a value that must be equal."""
        if value is None or isinstance(value, list | tuple):
            raise InvalidQuery("Invalid filter object", path=path.parts)
        if not isinstance(value, Mapping):
            return self._condition(path, "_eq", value, depth)
        found: list[Node] = []
        for key, child in self._object(cast("Mapping[str, Any]", value), depth).items():
            if key in _LOGIC:
                items = [self._operators(path, item, depth + 1) for item in self._items(child)]
                found.append(_and(items) if key == "_and" or not items else _or(items))
            elif key.startswith("_"):
                found.append(self._condition(path, key, child, depth))
            else:
                raise InvalidQuery("Invalid filter object", path=(*path.parts, key))
        return _and(found)

    def _is_operator(self, key: str, value: Any) -> bool:
        """Known operators; and unknown `_names` unless an object stands below them, as below a column `_id`."""
        return key in OPERATORS or (key.startswith("_") and not isinstance(value, Mapping) and key not in _LOGIC)

    def _object(self, value: Any, depth: int) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise InvalidQuery("Invalid filter object")
        if depth > self.limits.nesting:
            raise InvalidQuery(f"The filter is nested more than {self.limits.nesting} levels deep")
        return cast("Mapping[str, Any]", value)

    def _items(self, value: Any) -> Sequence[Any]:
        if isinstance(value, list | tuple):
            return cast("Sequence[Any]", value)
        if isinstance(value, Mapping) and not value:
            return ()
        raise InvalidQuery("Invalid filter object")

    # -- conditions

    def _condition(self, path: Path, operator: str, value: Any, depth: int) -> Node:
        self.conditions += 1
        if self.conditions > self.limits.conditions:
            raise InvalidQuery(f"The filter has more than {self.limits.conditions} conditions")
        if operator == "_json":
            return self._json(path, value, depth)
        if operator in _FLAGS:
            return self._flag(path, operator, value)
        if operator == "_submitted":
            return Compare(operator, path, Literal(_truth(operator, value)))
        if operator in _LISTS:
            return self._list(path, operator, value)
        if operator in _PAIRS:
            return self._pair(path, operator, value)
        if operator in _SHAPES:
            return Compare(operator, path, self._bound(value if self.lift else _frozen(value), "json"))
        return self._scalar(path, operator, value)

    def _json(self, path: Path, value: Any, depth: int) -> Node:
        """`{"_json": {"k.c[0]": {"_gt": 0}, "_or": […]}}`: conditions on paths inside a JSON value."""
        found: list[Node] = []
        for key, child in self._object(value, depth).items():
            if key in _LOGIC:
                items = [self._json(path, item, depth + 1) for item in self._items(child)]
                found.append(_and(items) if key == "_and" or not items else _or(items))
            else:
                inner = Path(path.parts, function="json", arguments=split_json_path(key))
                found.append(self._operators(inner, child, depth + 1))
        return _and(found)

    def _flag(self, path: Path, operator: str, value: Any) -> Node:
        meant = operator if _truth(operator, value) else _FLAGS[operator]
        return Compare(meant, path, Literal(True))

    def _scalar(self, path: Path, operator: str, value: Any) -> Node:
        if isinstance(value, list | tuple | Mapping):
            raise InvalidQuery(f'"{operator}" has to be a single value', path=path.parts)
        value = _word(value)
        if value == "" and self.lift and operator in ("_eq", "_neq"):
            raise InvalidQuery(
                f'You can\'t filter for an empty string in "{operator}". Use "_empty" or "_nempty" instead',
                path=path.parts,
            )
        if value is None and operator in ("_eq", "_neq"):
            return Compare("_null" if operator == "_eq" else "_nnull", path, Literal(True))
        return Compare(operator, path, self._operand(value))

    def _list(self, path: Path, operator: str, value: Any) -> Node:
        """`_in` and `_nin`: plain values in one list; a variable among them is a comparison of its own."""
        given = _split(value)
        if not given:
            raise InvalidQuery(f'"{operator}" has to be an array of values', path=path.parts)
        plain: list[Any] = []
        found: list[Node] = []
        for item in given:
            if isinstance(item, list | tuple | Mapping):
                raise InvalidQuery(f'"{operator}" has to be an array of values', path=path.parts)
            variable = parse_variable(item) if isinstance(item, str) else None
            if variable is None:
                plain.append(_word(item))
            elif variable.name in _CURRENT_LISTS or variable.path:
                found.append(Compare(operator, path, variable))
            else:
                found.append(Compare("_eq" if operator == "_in" else "_neq", path, variable))
        # NULL is no member of any list; with it, "not in" would never hold
        known = tuple(item for item in plain if item is not None)
        if known or not found:
            found.insert(0, Compare(operator, path, self._bound(known, "list")))
        return _or(found) if operator == "_in" else _and(found)

    def _pair(self, path: Path, operator: str, value: Any) -> Node:
        """`_between` and `_nbetween`; anything but two values filters nothing."""
        given = _split(value)
        if len(given) != 2:
            if self.lift:
                return Truth(True)
            # a rule that can't be understood must not let everything through
            raise InvalidQuery(f'"{operator}" has to be an array of two values', path=path.parts)
        if any(isinstance(item, list | tuple | Mapping) for item in given):
            raise InvalidQuery(f'"{operator}" has to be an array of two values', path=path.parts)
        low, high = (_word(item) for item in given)
        variables = [parse_variable(item) if isinstance(item, str) else None for item in (low, high)]
        if variables == [None, None]:
            kinds = {_hint(low), _hint(high)}
            return Compare(operator, path, self._bound((low, high), kinds.pop() if len(kinds) == 1 else "any"))
        first, second = ("_gte", "_lte") if operator == "_between" else ("_lt", "_gt")
        pair: list[Node] = [
            Compare(first, path, variables[0] or self._operand(low)),
            Compare(second, path, variables[1] or self._operand(high)),
        ]
        return _and(pair) if operator == "_between" else _or(pair)

    def _operand(self, value: Any) -> Operand:
        if isinstance(value, str):
            variable = parse_variable(value)
            if variable is not None:
                return variable
        return self._bound(value, _hint(value))

    def _bound(self, value: Any, hint: str) -> Operand:
        if not self.lift:
            return Literal(value)
        self.values.append(value)
        return Param(self.first_index + len(self.values) - 1, hint)


def _and(items: Sequence[Node]) -> Node:
    kept: list[Node] = []
    for item in items:
        if isinstance(item, And):
            kept.extend(item.items)
        elif item != Truth(True):
            kept.append(item)
    if not kept:
        return Truth(True)
    return kept[0] if len(kept) == 1 else And(tuple(kept))


def _or(items: Sequence[Node]) -> Node:
    """`items` or-ed; one that is always true makes the whole true."""
    if Truth(True) in items:
        return Truth(True)
    return items[0] if len(items) == 1 else Or(tuple(items))


def _word(value: Any) -> Any:
    """The texts `true`, `false` and `null` as the values that they name."""
    return _WORDS[value] if isinstance(value, str) and value in _WORDS else value


def _truth(operator: str, value: Any) -> bool:
    """The argument of `_null` and its kind: a boolean, its text, 1, 0, or nothing at all (`filter[x][_null]`)."""
    if isinstance(value, bool):
        return value
    if value in ("true", "1", "", 1):
        return True
    if value in ("false", "0", 0):
        return False
    return _refuse_flag(operator)


def _refuse_flag(operator: str) -> NoReturn:
    raise InvalidQuery(f'"{operator}" has to be a boolean')


def _split(value: Any) -> Sequence[Any]:
    """A list as it is, a text at its commas, any other value as a list of one; nothing as the empty list."""
    if isinstance(value, list | tuple):
        return cast("Sequence[Any]", value)
    if isinstance(value, str):
        return value.split(",") if value else ()
    return () if value is None or isinstance(value, Mapping) else (value,)


def _hint(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "text"


def _frozen(value: Any) -> Any:
    """JSON as hashable data, so that a rule's node can be hashed: objects become tuples of pairs inside a tuple."""
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, Any]", value).items()
        return ("object", *((key, _frozen(child)) for key, child in pairs))
    if isinstance(value, list | tuple):
        return tuple(_frozen(child) for child in cast("Sequence[Any]", value))
    return value
