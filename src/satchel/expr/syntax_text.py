r"""The text syntax of filters and rules, as PocketBase clients write it: `status = 'open' && owner.team ?= 'red'`.

In charge of: turning text into nodes, and nothing else. Not in charge of: whether names exist (`plan/resolve`), or what
a comparison means (`expr/operators`). Called by the PocketBase wire (`parse`) and `policy/load_rules` (`parse_rule`).

    items       = item { [ "&&" | "||" ] item }    `a || b && c` is `a || (b && c)`, as in SQL; before "(" the joiner
                                                   may be left out: the last one is repeated
    item        = "(" items ")" | comparison
    comparison  = operand operator operand
    operand     = path | value | macro | function "(" [ operand { "," operand } [","] ] ")"
    value       = number | 'text' | "text" | true | false | null

`//` starts a comment that ends with the line. In texts, `\\ \' \" \n \r \t` are escapes; any other backslash stays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from satchel.errors import InvalidQuery
from satchel.expr.nodes import And, Call, Compare, Literal, Node, Operand, Or, Param, Parsed, Path, Variable


@dataclass(frozen=True, slots=True)
class Limits:
    """`length_bytes` is measured in UTF-8; `calls` is how deep function calls may nest."""

    length_bytes: int = 3500
    comparisons: int = 200
    calls: int = 3


QUERY_LIMITS = Limits()
# A rule is written by a superuser once, and kept; it may be longer than what a caller sends.
RULE_LIMITS = Limits(length_bytes=64_000, comparisons=1000)

MACROS = frozenset(
    {
        *("@now", "@yesterday", "@tomorrow", "@todayStart", "@todayEnd"),
        *("@monthStart", "@monthEnd", "@yearStart", "@yearEnd"),
        *("@second", "@minute", "@hour", "@day", "@month", "@weekday", "@year"),
    }
)
MODIFIERS = frozenset({"lower", "length", "each", "isset", "changed"})

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\n]+|//[^\n]*)
    |(?P<word>(?:[^\W\d]|[@\#])[\w.:@\#]*)
    |(?P<number>-?[0-9]+(?:\.[0-9]+)?)
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<join>&&|\|\|)
    |(?P<operator>\??(?:!=|!~|>=|<=|=|>|<|~))
    |(?P<mark>[(),])""",
    re.VERBOSE | re.DOTALL,
)
_FUNCTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPE = re.compile(r"\\([\\'\"nrt])")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
# A backslash with what it escapes in a pattern, or a character that has to be escaped to stand for itself.
_PATTERN_PART = re.compile(r"\\[\\%_]|[\\%_]")
_INT64_DIGITS = 18  # any number of so many digits fits in 64 bits

_Token = tuple[str, str, int]
"""Kind, text, position."""


def parse(text: str, *, limits: Limits = QUERY_LIMITS) -> Parsed:
    """A caller's filter, with its values lifted out into Params.

    Raises InvalidQuery with `position` and what was expected there. Results are shared between equal texts.
    """
    return _parse_query(text, limits)


def parse_rule(text: str, *, limits: Limits = RULE_LIMITS) -> Node:
    """A collection's rule, with its values in it as Literals; right of `~` they are finished patterns (hint "pattern").

    Raises InvalidQuery as `parse` does.
    """
    return _parse_rule(text, limits)


@lru_cache(maxsize=1024)
def _parse_query(text: str, limits: Limits) -> Parsed:
    values: list[Any] = []

    def lift(value: Any, hint: str) -> Operand:
        values.append(value)
        return Param(len(values) - 1, hint)

    node = _Parser(text, limits, lift).parse()
    return Parsed(node, tuple(values))


@lru_cache(maxsize=1024)
def _parse_rule(text: str, limits: Limits) -> Node:
    def keep(value: Any, hint: str) -> Operand:
        return Literal(value, "pattern" if hint == "pattern" else "")

    return _Parser(text, limits, keep).parse()


def to_pattern(text: str) -> str:
    """The finished LIKE pattern (escape `\\`) of a text that stands on the right of `~`.

    With an unescaped `%` the text is a pattern already; else it is looked for anywhere, and stands for itself.
    """
    parts = _PATTERN_PART.findall(text)
    if "%" not in parts:
        return "%" + _PATTERN_PART.sub(_escape_part, text) + "%"
    # A pattern may not end in the middle of an escape: databases differ in what they make of it.
    trailing = len(text) - len(text.rstrip("\\"))
    return text + "\\" if trailing % 2 else text


def _escape_part(match: re.Match[str]) -> str:
    part = match.group()
    return part if len(part) == 2 else "\\" + part


def parse_path(text: str, position: int = 0) -> Path:
    """`author.name:lower` as a Path. Raises InvalidQuery for an empty part and for an unknown or misplaced modifier."""
    body, separator, modifier = text.rpartition(":")
    if not separator or "." in modifier:
        body, modifier = text, ""
    elif body.startswith("@collection.") and body.count(".") == 1:
        _refuse(position, "a field after the collection's alias", text)
    elif modifier not in MODIFIERS:
        _refuse(position, f"one of the modifiers {', '.join(sorted(MODIFIERS))}", modifier or text)
    parts = tuple(body.split("."))
    for index, part in enumerate(parts):
        name, colon, alias = part.partition(":")
        aliased = index == 1 and parts[0] == "@collection"
        if not name or (colon and (not aliased or not alias or ":" in alias)):
            _refuse(position, "a field name", text)
    return Path(parts, modifier)


def _refuse(position: int, expected: str, found: str) -> NoReturn:
    shown = f'"{found[:40]}"' if found else "the end"
    raise InvalidQuery(
        f"Expected {expected} at position {position}, not {shown}.", position=position, expected=expected
    )


class _Group:
    """One level of parentheses: a chain of `||`, each of whose items is a chain of `&&`."""

    __slots__ = ("alternatives", "joiner", "position")

    def __init__(self, position: int) -> None:
        self.alternatives: list[list[Node]] = [[]]
        self.joiner = "&&"
        self.position = position

    def add(self, node: Node) -> None:
        if self.joiner == "||" and self.alternatives[-1]:
            self.alternatives.append([])
        self.alternatives[-1].append(node)

    def node(self) -> Node:
        chains = [items[0] if len(items) == 1 else And(tuple(items)) for items in self.alternatives]
        return chains[0] if len(chains) == 1 else Or(tuple(chains))


class _Parser:
    """Reads tokens from left to right. Groups are kept on a list, not on Python's stack, so depth costs nothing."""

    def __init__(self, text: str, limits: Limits, lift: Callable[[Any, str], Operand]) -> None:
        length = len(text)
        if length > limits.length_bytes or (not text.isascii() and len(text.encode()) > limits.length_bytes):
            raise InvalidQuery(f"The filter is longer than {limits.length_bytes} bytes.", limit=limits.length_bytes)
        self.limits = limits
        self.lift = lift
        self.tokens = _tokens(text)
        self.index = 0
        self.comparisons = 0

    def parse(self) -> Node:
        groups = [_Group(0)]
        wants_item = True
        while True:
            kind, text, position = self.tokens[self.index]
            if text == "(" and kind == "mark":
                self.index += 1
                groups.append(_Group(position))
                wants_item = True
            elif wants_item:
                groups[-1].add(self.comparison())
                wants_item = False
            elif kind == "join":
                self.index += 1
                groups[-1].joiner = text
                wants_item = True
            elif text == ")" and kind == "mark" and len(groups) > 1:
                self.index += 1
                closed = groups.pop()
                groups[-1].add(closed.node())
            elif kind == "end" and len(groups) == 1:
                return groups[0].node()
            elif kind == "end":
                _refuse(position, f'")" for the "(" at position {groups[-1].position}', text)
            else:
                _refuse(position, '"&&", "||" or the end', text)

    def comparison(self) -> Compare:
        left = self.operand(0)
        kind, operator, position = self.tokens[self.index]
        if kind != "operator":
            _refuse(position, "an operator such as = or ~", operator)
        self.index += 1
        any_of = operator[0] == "?"
        if any_of:
            operator = operator[1:]
        right = self.operand(0, pattern=operator in ("~", "!~"))
        self.comparisons += 1
        if self.comparisons > self.limits.comparisons:
            raise InvalidQuery(
                f"The filter has more than {self.limits.comparisons} comparisons.", limit=self.limits.comparisons
            )
        return Compare(operator, left, right, any_of)

    def operand(self, depth: int, *, pattern: bool = False) -> Operand:
        kind, text, position = self.tokens[self.index]
        self.index += 1
        match kind:
            case "word":
                return self.word(text, position, depth, pattern)
            case "text":
                value = _unquote(text)
                if pattern:
                    return self.lift(to_pattern(value), "pattern")
                return self.lift(value, "text" if value else "empty")
            case "number":
                if pattern:
                    return self.lift(to_pattern(text), "pattern")
                return self.lift(_number(text), "number")
            case _:
                _refuse(position, "a field or a value", text)

    def word(self, text: str, position: int, depth: int, pattern: bool) -> Operand:
        following, mark, at = self.tokens[self.index]
        if following == "mark" and mark == "(" and at == position + len(text) and _FUNCTION.fullmatch(text):
            return self.call(text, position, depth + 1)
        lowered = text.lower()
        if lowered in _CONSTANTS:
            value = _CONSTANTS[lowered]
            if value is None:
                return self.lift(None, "null")
            return self.lift("%1%" if value else "%0%", "pattern") if pattern else self.lift(value, "bool")
        if text in MACROS:
            return Variable(text)
        return parse_path(text, position)

    def call(self, name: str, position: int, depth: int) -> Call:
        if depth > self.limits.calls:
            raise InvalidQuery(f"Functions may be nested {self.limits.calls} deep at most.", position=position)
        self.index += 1  # the "("
        arguments: list[Operand] = []
        while True:
            kind, text, at = self.tokens[self.index]
            if kind == "mark" and text == ")":
                self.index += 1
                return Call(name, tuple(arguments))
            if arguments:
                if kind != "mark" or text != ",":
                    _refuse(at, '"," or ")"', text)
                self.index += 1
                kind, text, at = self.tokens[self.index]
                if kind == "mark" and text == ")":  # a comma after the last argument is allowed
                    continue
            arguments.append(self.operand(depth))


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    match_at = _TOKEN.match
    position, length = 0, len(text)
    while position < length:
        match = match_at(text, position)
        if match is None:
            _refuse(position, "a field, a value or an operator", text[position])
        kind = match.lastgroup or ""
        if kind != "skip":
            found.append((kind, match.group(), position))
        position = match.end()
    found.append(("end", "", length))
    return found


def _unquote(text: str) -> str:
    inner = text[1:-1]
    if "\0" in inner:
        raise InvalidQuery("A text may not contain the NUL character.")
    if "\\" not in inner:
        return inner
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match.group(1), match.group(1)), inner)


def _number(text: str) -> int | float:
    if "." not in text and len(text) <= _INT64_DIGITS:
        return int(text)
    # What no database holds as an integer is compared as the nearest float.
    number = float(text)
    if math.isinf(number):
        raise InvalidQuery(f"The number {text[:20]}… is too large.")
    return number
