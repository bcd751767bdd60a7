"""Patterns of text fields: matching them, and making texts that match.

In charge of: reading PocketBase's patterns, which are written in RE2's syntax, with Python's engine; generating texts
for `autogeneratePattern`. Not in charge of: which field has which pattern. Called by the kinds `text` and `password`.

RE2 and Python agree on almost everything. What is told apart here: `$` and `\\z` match only at the very end, `\\pL`
and its like, POSIX classes, and classes such as `\\d` that mean ASCII only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

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
_POSIX = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "0-9a-zA-Z", "lower": "a-z", "upper": "A-Z", "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f", "space": r"\t\n\v\f\r ", "blank": r"\t ", "cntrl": r"\x00-\x1f\x7f", "print": r"\x20-\x7e",
    "graph": r"\x21-\x7e", "ascii": r"\x00-\x7f", "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
}  # fmt: skip
# Python's messages → RE2's, with the piece of the pattern that RE2 shows.
_MESSAGES = (
    ("unterminated character set", "missing closing ]", "["),
    ("missing ), unterminated subpattern", "missing closing )", ""),
    ("unbalanced parenthesis", "unexpected )", ""),
    ("nothing to repeat", "missing argument to repetition operator", "*"),
    ("multiple repeat", "invalid nested repetition operator", ""),
    ("bad character range", "invalid character class range", ""),
    ("bad escape (end of pattern)", "trailing backslash at end of expression", ""),
    ("bad escape", "invalid escape sequence", ""),
)
# What Python would take, or refuse in other words, and RE2 does not know.
_ESCAPES = frozenset("aftnrvxdDsSwWbBAzQEpPC0")
_GROUP = re.compile(r"\(\?(?:P?<\w+>|[imsU]*(?:-[imsU]+)?[:)])", re.ASCII)
_COUNT = re.compile(r"\{(\d+)(?:,(\d*))?\}", re.ASCII)
_COUNT_MAX = 1000


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The compiled pattern, to be used with `search`. Raises Refused (`invalid_regex`)."""
    _refuse_foreign(pattern)
    try:
        return re.compile(_translate(pattern), re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise Refused("invalid_regex", f"Error parsing regexp: {_explain(pattern, error)}.") from None


def _refuse_foreign(pattern: str) -> None:
    """Refuse what RE2 does not know: looking around, references back, possessive and very long repetitions."""
    at, inside, repeated = 0, False, ""
    while at < len(pattern):
        mark, piece = pattern[at], ""
        if mark == "\\":
            letter = pattern[at + 1 : at + 2]
            if letter.isalnum() and letter not in _ESCAPES:
                raise _refused("invalid escape sequence", f"\\{letter}")
            if not letter:
                raise _refused("trailing backslash at end of expression", "")
            at, repeated = at + 2, ""
            continue
        if inside:
            inside = mark != "]"
        elif mark == "[":
            inside = True
            at += pattern.startswith(("[]", "[^]"), at) + pattern.startswith("[^]", at)
        elif pattern.startswith("(?", at) and _GROUP.match(pattern, at) is None:
            if pattern.startswith(("(?<", "(?P<"), at):
                raise _refused("invalid named capture", pattern[at:])
            raise _refused("invalid or unsupported Perl syntax", pattern[at : at + 3])
        elif mark in "*+?" or (mark == "{" and _COUNT.match(pattern, at)):
            piece = _repetition(pattern, at, repeated)
        repeated = piece
        at += len(piece) or 1


def _repetition(pattern: str, at: int, before: str) -> str:
    """The repetition that stands there, with the `?` of a lazy one. `before`: the one that stands right before it."""
    count = _COUNT.match(pattern, at)
    found = pattern[at] if count is None else count[0]
    if count is not None:
        low, high = int(count[1]), int(count[2] or count[1])
        if max(low, high) > _COUNT_MAX or low > high:
            raise _refused("invalid repeat count", found)
    if before:
        raise _refused("invalid nested repetition operator", before + found)
    return found + ("?" if pattern.startswith("?", at + len(found)) else "")


def _refused(what: str, where: str) -> Refused:
    return Refused("invalid_regex", f"Error parsing regexp: {what}: `{where}`.")


def _explain(pattern: str, error: Exception) -> str:
    text = getattr(error, "msg", str(error))
    for theirs, ours, mark in _MESSAGES:
        if text.startswith(theirs):
            at = getattr(error, "pos", None) or 0
            return f"{ours}: `{pattern[at : at + 1] if mark == '*' else pattern[at:] if mark else pattern}`"
    return f"{text}: `{pattern}`"


def _translate(pattern: str) -> str:
    out: list[str] = []
    at = 0
    inside = False  # a [class]
    while at < len(pattern):
        mark = pattern[at]
        two = pattern[at : at + 2]
        if mark == "\\" and two in (r"\z", r"\p", r"\P", r"\Q", r"\C"):
            piece, at = _escape(pattern, at, inside)
            out.append(piece)
            continue
        if mark == "\\":
            out.append(two)
            at += 2
            continue
        if not inside and pattern.startswith("(?<", at):
            out.append("(?P<")
            at += 3
            continue
        posix = re.match(r"\[:(\^?)([a-z]+):\]", pattern[at:]) if inside and two == "[:" else None
        if posix is not None and posix[2] in _POSIX and not posix[1]:
            out.append(_POSIX[posix[2]])
            at += posix.end()
            continue
        if inside:
            inside = mark != "]"
            out.append("\\[" if mark == "[" else mark)
        elif mark == "[":
            inside = True
            opening = re.match(r"\[\^?\]?", pattern[at:])
            assert opening is not None
            out.append(opening[0])
            at += opening.end()
            continue
        else:
            out.append(r"\Z" if mark == "$" else mark)
        at += 1
    return "".join(out)


def _escape(pattern: str, at: int, inside: bool) -> tuple[str, int]:
    """The escapes that Python lacks. Returns (what to write, the next position)."""
    letter = pattern[at + 1]
    if letter == "z":
        return r"\Z", at + 2
    named = re.match(r"\\([pP])(?:\{(\^?)(\w+)\}|(\w))", pattern[at:])
    if named is None or inside or (named[3] or named[4]) not in ("L", "N", "Lu", "Ll", "Nd", "Letter", "Number"):
        raise re.error(f"bad escape \\{letter}", pattern, at)
    negated = (named[1] == "P") != bool(named[2])
    word = r"(?u:[^\W\d_])" if (named[3] or named[4])[0] == "L" else r"(?u:\d)"
    return (f"(?!{word})(?s:.)" if negated else word), at + named.end()


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
