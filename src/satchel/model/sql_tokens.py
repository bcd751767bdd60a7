"""SQL text taken apart into tokens: enough to find names, commas and parentheses, not to understand it.

In charge of: words, quoted names, strings, comments, nesting. Not in charge of: what the text means (`index_text`,
`view_query`, `sql/ddl_sqlite_text`, its callers). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from satchel.errors import InvalidPayload

Kind = Literal["word", "name", "string", "number", "symbol"]

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
  | (?P<string>'(?:[^']|'')*')
  | (?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)
  | (?P<word>[^\W\d][\w$]*)
  | (?P<symbol>\|\||<=|>=|<>|!=|==|<<|>>|->>|->|::|[^\w\s])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`text` as written; `start` and `end` are positions in the text."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The word in capitals; quoted names and strings are never words."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        """The identifier that a word or quoted name stands for."""
        if self.kind != "name":
            return self.text
        quote = self.text[-1]
        return self.text[1:-1].replace(quote * 2, quote) if quote != "]" else self.text[1:-1]

    def is_symbol(self, text: str) -> bool:
        return self.kind == "symbol" and self.text == text


def tokens(text: str) -> list[Token]:
    """All tokens, without white space and comments. Raises InvalidPayload for an unfinished quote."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise InvalidPayload(f"The SQL can't be read at character {position + 1}.")
        kind = found.lastgroup
        if kind == "symbol" and found.group() in "'\"`[":
            raise InvalidPayload(f"The SQL has a quote that is not closed, at character {position + 1}.")
        if kind == "word" or kind == "name" or kind == "string" or kind == "number" or kind == "symbol":
            yield Token(kind, found.group(), found.start(), found.end())
        position = found.end()


def close_of(found: Sequence[Token], start: int) -> int:
    """The position of the `)` that closes the `(` at `start`. Raises InvalidPayload if there is none."""
    depth = 0
    for position in range(start, len(found)):
        if found[position].is_symbol("("):
            depth += 1
        elif found[position].is_symbol(")"):
            depth -= 1
            if depth == 0:
                return position
    raise InvalidPayload("The SQL has a parenthesis that is not closed.")


def split(found: Sequence[Token], separator: str = ",") -> list[list[Token]]:
    """The tokens between separators that stand outside of parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        if token.is_symbol("("):
            depth += 1
        elif token.is_symbol(")"):
            depth -= 1
        if depth == 0 and token.is_symbol(separator):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def text_of(source: str, found: Sequence[Token]) -> str:
    """The text that tokens cover, as it was written."""
    return source[found[0].start : found[-1].end] if found else ""


def is_balanced(found: Sequence[Token]) -> bool:
    """Whether every parenthesis has its other half, in order."""
    depth = 0
    for token in found:
        depth += token.is_symbol("(") - token.is_symbol(")")
        if depth < 0:
            return False
    return depth == 0
