"""Patterns of text fields: reading them, and making texts that match.

In charge of: saying what is wrong with a pattern; generating texts for `autogeneratePattern`. Not in charge of:
matching (`expr/linear`, by RE2, whose syntax these patterns are in), or which field has which pattern. Called by the
kinds `text` and `password`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from satchel.expr.linear import BadPattern, Linear, linear
from satchel.model.fields.contract import Below
from satchel.model.types.contract import Refused

# How often an unbounded repetition is repeated at most when a text is made.
_REPEAT_MAX = 10
_LENGTH_MAX = 5000

_DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_PRINTABLE = "".join(map(chr, range(32, 127)))
_CLASSES = {"d": _DIGITS, "w": _DIGITS + _UPPER + "_" + _LOWER, "s": " \t"}


def compile_pattern(pattern: str) -> Linear:
    """The compiled pattern. Raises Refused (`invalid_regex`)."""
    try:
        return linear(pattern)
    except BadPattern as error:
        raise Refused("invalid_regex", f"Error parsing regexp: {error}.") from None


# --- making texts -----------------------------------------------------------------------------------------------------

Make = Callable[[Below], str]


@lru_cache(maxsize=256)
def compile_generator(pattern: str) -> Make:
    """What makes random texts that match the pattern. Raises Refused (`invalid_regex`) for what it can't understand.

    Understood: literals, escapes, classes, groups, alternatives, repetitions; anchors stand for nothing.
    """
    compile_pattern(pattern)
    simple = re.fullmatch(r"\^?(\[[^\[\]\\^]+\])\{(\d{1,4})\}\$?", pattern)
    if simple is not None:
        return _fixed(_Reader(simple[1]).characters(), int(simple[2]))
    reader = _Reader(pattern)
    make = reader.alternatives()
    if reader.at < len(pattern):
        raise _unreadable(pattern)
    return make


def refuse_anchors(pattern: str) -> None:
    """Refuse a pattern for generated texts that has `^` or `$`, as PocketBase does when one is saved."""
    found = re.search(r"^(?:[^\\\[^$]|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])*([\^$])", pattern)
    if found is not None:
        operator = 9 if found[1] == "^" else 10
        raise Refused("invalid_autogenerate_pattern", f"Unsupported pattern operator {operator}.")


def _unreadable(pattern: str) -> Refused:
    return Refused("invalid_regex", f"Error parsing regexp: can't generate texts for: `{pattern}`.")


def _fixed(characters: str, length: int) -> Make:
    """`[a-z0-9]{15}`, the ordinary case: one random number, written in as many digits as there are characters."""
    base = len(characters)
    space = base**length

    def make(below: Below) -> str:
        number = below(space)
        made: list[str] = []
        for _ in range(length):
            number, digit = divmod(number, base)
            made.append(characters[digit])
        return "".join(made)

    return make


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def alternatives(self) -> Make:
        ways = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            ways.append(self._sequence())
        return ways[0] if len(ways) == 1 else lambda below: ways[below(len(ways))](below)

    def _sequence(self) -> Make:
        pieces: list[Make] = []
        while self._peek() not in ("", "|", ")"):
            piece = self._piece()
            pieces.append(self._repeated(piece))
        return lambda below: "".join(piece(below) for piece in pieces)

    def _piece(self) -> Make:
        mark = self._peek()
        if mark == "(":
            return self._group()
        if mark in "^$":
            self.at += 1
            return lambda _: ""
        if mark == "[":
            return _one_of(self.characters())
        if mark == ".":
            self.at += 1
            return _one_of(_PRINTABLE)
        if mark == "\\":
            return _one_of(self._escaped())
        if mark in "*+?":
            raise _unreadable(self.pattern)
        self.at += 1
        return lambda _: mark

    def _group(self) -> Make:
        opening = re.compile(r"\((?:\?(?::|P?<\w+>))?").match(self.pattern, self.at)
        assert opening is not None
        self.at = opening.end()
        if self._peek() == "?":
            raise _unreadable(self.pattern)
        inner = self.alternatives()
        if self._peek() != ")":
            raise _unreadable(self.pattern)
        self.at += 1
        return inner

    def _escaped(self) -> str:
        """The characters that an escape may stand for."""
        letter = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter.lower() in _CLASSES and letter:
            return _without(_CLASSES[letter.lower()])
        if letter in ("n", "t", "r"):
            return {"n": "\n", "t": "\t", "r": "\r"}[letter]
        if letter.isalnum():
            raise _unreadable(self.pattern)
        return letter

    def characters(self) -> str:
        """A class in brackets as the characters it holds."""
        self.at += 1
        negated = self._peek() == "^"
        self.at += negated
        found = ""
        first = True
        while self._peek() != "]" or first:
            first = False
            if self._peek() == "":
                raise _unreadable(self.pattern)
            found += self._class_item()
        self.at += 1
        unique = "".join(dict.fromkeys(found))
        return _without(unique) if negated else unique

    def _class_item(self) -> str:
        low = self._class_character()
        if len(low) == 1 and self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
            self.at += 1
            high = self._class_character()
            if len(high) != 1 or ord(high) < ord(low) or ord(high) - ord(low) > 10_000:
                raise _unreadable(self.pattern)
            return "".join(map(chr, range(ord(low), ord(high) + 1)))
        return low

    def _class_character(self) -> str:
        if self._peek() == "\\":
            return self._escaped()
        self.at += 1
        return self.pattern[self.at - 1]

    def _repeated(self, piece: Make) -> Make:
        found = re.compile(r"(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??").match(self.pattern, self.at)
        if found is None:
            return piece
        self.at = found.end()
        mark, low, comma, high = found.groups()
        if mark is not None:
            least, most = {"*": (0, _REPEAT_MAX), "+": (1, _REPEAT_MAX), "?": (0, 1)}[mark]
        else:
            least = int(low)
            most = least if comma is None else int(high) if high else least + _REPEAT_MAX
        if not least <= most <= _LENGTH_MAX:
            raise _unreadable(self.pattern)
        return lambda below: "".join(piece(below) for _ in range(least + below(most - least + 1)))


def _without(characters: str) -> str:
    return "".join(item for item in _PRINTABLE if item not in characters)


def _one_of(characters: str) -> Make:
    if not characters:
        raise Refused("invalid_regex", "Error parsing regexp: empty character class: `[]`.")
    return lambda below: characters[below(len(characters))]
