"""`?fields=`: which keys of an answer are kept.

In charge of: parsing the parameter and picking from decoded JSON. Not in charge of: which fields may be seen; they
are gone from the answer before it comes here. Called by `shape`.

`id,expand.author.name,*,body:excerpt(200,true)`: comma list, dot paths, `*` for all keys of a level. Names that don't
exist are ignored. Below a value that is no object a path has no effect: the value is kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any, cast

from satchel.wire.pocketbase.errors import generic

Change = Callable[[Any], Any]

_PART = re.compile(r"(?:[^,(]|\([^)]*\))+")
_EXCERPT = re.compile(r"excerpt\(([^)]*)\)")
_SPACES = re.compile(r"[ \t\r\n]+")
_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdo", "big", "br", "button", "cite", "code", "em", "i", "img", "input", "kbd"),
        *("label", "map", "mark", "object", "output", "q", "s", "samp", "select", "small", "span", "strike", "strong"),
        *("sub", "sup", "time", "tt", "u", "var"),
    }
)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "iframe", "svg", "head"})


class Picker:
    """One level of the parameter: key → what is kept below it (None: all), and how its text is changed."""

    __slots__ = ("changes", "children")

    def __init__(self) -> None:
        self.children: dict[str, Picker | None] = {}
        self.changes: dict[str, Change] = {}

    def pick(self, value: Any) -> Any:
        """The kept part of a decoded JSON value; lists are picked from element by element."""
        if isinstance(value, list):
            return [self.pick(element) for element in cast("list[Any]", value)]
        if not isinstance(value, dict):
            return value
        found = cast("dict[str, Any]", value)
        kept: dict[str, Any] = {}
        every = "*" in self.children and self.children["*"] is None
        for key in sorted(found):
            if key not in self.children and not every:
                continue
            below = self.children.get(key)
            change = self.changes.get(key) or self.changes.get("*")
            picked = found[key] if below is None else below.pick(found[key])
            kept[key] = change(picked) if change is not None and isinstance(picked, str) else picked
        return kept


@lru_cache(maxsize=1024)
def parse_fields(text: str) -> Picker | None:
    """The picker of a `fields` parameter; None keeps everything. Raises ApiError (400) for an unknown modifier."""
    if text.count("(") > text.count(")"):
        raise generic()
    root = Picker()
    for part in _PART.findall(text):
        part = part.strip()
        if part:
            path, colon, modifier = part.partition(":")
            _add(root, path.rstrip(".").split("."), _modifier(modifier) if colon else None)
    return root if root.children else None


def _add(root: Picker, path: list[str], change: Change | None) -> None:
    level = root
    for key in path[:-1]:
        if key not in level.children:
            level.children[key] = Picker()
        below = level.children[key]
        if below is None:  # the whole of it is kept already
            return
        level = below
    last = path[-1]
    level.children[last] = None
    # The last mention of a key decides, also that its text is left as it is.
    level.changes.pop(last, None)
    if change is not None:
        level.changes[last] = change


def _modifier(text: str) -> Change:
    match = _EXCERPT.match(text)
    if match is None or ":" in text[match.end() :]:
        raise generic()
    arguments = [argument.strip() for argument in match.group(1).split(",")]
    if len(arguments) > 2:
        raise generic()
    try:
        length = int(float(arguments[0]))
    except (ValueError, OverflowError):
        length = 0
    if length <= 0:
        raise generic()
    ellipsis = len(arguments) > 1 and arguments[1] in ("1", "t", "T", "true", "TRUE", "True")
    return lambda value: excerpt(value, length, ellipsis)


def excerpt(text: str, length: int, ellipsis: bool) -> str:
    """The beginning of an HTML text as plain text: at most `length` characters, and `...` where something was cut."""
    reader = _PlainText()
    reader.feed(text)
    reader.close()
    plain = _SPACES.sub(" ", "".join(reader.parts)).strip(" ")
    if len(plain) <= length:
        return plain
    return plain[:length].strip(" ") + ("..." if ellipsis else "")


class _PlainText(HTMLParser):
    """Collects what a reader would see; blocks are parted by a space."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag not in _INLINE:
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag not in _INLINE:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
