"""Patterns that take time in proportion to the text, whatever they say.

In charge of: running patterns that people set (superusers, policies) by RE2, which never goes back. Not in charge of:
patterns of our own, which are Python's. Pure. Called by `operators/regex`, `model/fields/pattern` and the functions of
the embedded database.
"""

from __future__ import annotations

import re
from functools import lru_cache

import re2

# RE2's messages → those of its Go sister, which PocketBase shows
_WORDS = (
    ("missing ]", "missing closing ]"),
    ("missing )", "missing closing )"),
    ("no argument for repetition operator", "missing argument to repetition operator"),
    ("bad repetition operator", "invalid nested repetition operator"),
    ("invalid repetition size", "invalid repeat count"),
    ("invalid perl operator", "invalid or unsupported Perl syntax"),
    ("invalid named capture group", "invalid named capture"),
)


class BadPattern(ValueError):
    """What is no pattern, or one that can't be run in linear time. Its text says what is wrong, as Go does."""


class Linear:
    """One pattern. `folded`: capitals and small letters are the same. `lines`: `^` and `$` match at every line.
    `dots`: `.` matches line ends too. Raises BadPattern.
    """

    __slots__ = ("_set",)

    def __init__(self, pattern: str, *, folded: bool = False, lines: bool = False, dots: bool = False) -> None:
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True
        options.case_sensitive = not folded
        flags = ("m" if lines else "") + ("s" if dots else "")
        self._set = re2.Set.SearchSet(options)
        try:
            # compiled by itself first, as only that says what is wrong
            re2.compile(pattern, options)
            self._set.Add(f"(?{flags}:{pattern})" if flags else pattern)
            self._set.Compile()
        except re2.error as error:
            raise BadPattern(_said(error)) from None
        except UnicodeEncodeError:
            raise BadPattern("invalid UTF-8") from None

    def finds(self, text: str) -> bool:
        """Whether the pattern matches somewhere in the text."""
        try:
            return bool(self._set.Match(text))
        except UnicodeEncodeError:  # half a surrogate pair: no text
            return False


def _said(error: Exception) -> str:
    """`missing closing ]: `[``."""
    first: object = error.args[0] if error.args else b""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
    if text.startswith("trailing \\"):
        return "trailing backslash at end of expression: ``"
    what, _, where = text.partition(": ")
    what = next((ours for theirs, ours in _WORDS if what.startswith(theirs)), what)
    return f"{what}: `{where}`"


@lru_cache(maxsize=512)
def linear(pattern: str) -> Linear:
    """The pattern, kept. Raises BadPattern."""
    return Linear(pattern)


# --- JavaScript's


_SLASHED = re.compile(r"/(.*)/([a-z]*)", re.DOTALL)


@lru_cache(maxsize=256)
def javascript(pattern: str) -> tuple[tuple[Linear, bool], ...] | None:
    """`abc`, or `/abc/i`, as patterns of which each has to be found (True) or not (False). None for what can't be run.

    RE2 does not look around. What passwords are commonly checked by, looking ahead from the beginning
    (`^(?=.*[A-Z])(?!.*\\s).{8,}$`), comes to several questions about the same text.
    """
    folded = lines = dots = False
    found = _SLASHED.fullmatch(pattern)
    if found is not None:
        pattern, flags = found[1], found[2]
        folded, lines, dots = "i" in flags, "m" in flags, "s" in flags
    if pattern.startswith("(?=^"):
        pattern = "^" + pattern  # what it looks for first is at the beginning
    if lines or not pattern.startswith(("^(?=", "^(?!")):
        parts = [(pattern, True)]
    else:
        parts = _ahead(pattern)
    try:
        return tuple((Linear(part, folded=folded, lines=lines, dots=dots), wanted) for part, wanted in parts)
    except BadPattern:
        return None


def _ahead(pattern: str) -> list[tuple[str, bool]]:
    """The questions of a pattern that begins by looking ahead. An alternative outside of groups would be one to the
    whole, so such a pattern stays as it is (and is refused).
    """
    parts: list[tuple[str, bool]] = []
    at = 1
    while pattern.startswith(("(?=", "(?!"), at):
        end = _closing(pattern, at)
        if end is None:
            return [(pattern, True)]
        parts.append((f"^(?:{pattern[at + 3 : end]})", pattern[at + 2] == "="))
        at = end + 1
    rest = pattern[at:]
    if _closing(f"({rest})", 0) != len(rest) + 1 or _has_alternative(rest):
        return [(pattern, True)]
    return [*parts, ("^" + rest, True)]


def _closing(pattern: str, at: int) -> int | None:
    """Where the group that opens at `at` closes."""
    depth, inside = 0, False
    while at < len(pattern):
        mark = pattern[at]
        if mark == "\\":
            at += 1
        elif inside:
            inside = mark != "]"
        elif mark == "[":
            inside = True
        elif mark == "(":
            depth += 1
        elif mark == ")":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return None


def _has_alternative(pattern: str) -> bool:
    """Whether there is a `|` outside of groups and classes."""
    at = 0
    while at < len(pattern):
        mark = pattern[at]
        if mark == "|":
            return True
        if mark == "\\":
            at += 1
        elif mark == "(":
            at = _closing(pattern, at) or len(pattern)
        elif mark == "[":
            at = pattern.find("]", at + 2)
            if at < 0:
                return False
        at += 1
    return False
