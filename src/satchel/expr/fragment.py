"""Fragment: a piece of SQL with its bound values, composed without string concatenation of values.

In charge of: composing text and binds in order. Not in charge of: how a placeholder looks (`finish` asks the dialect).
Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Fragment(Generic[B]):
    """`parts`: SQL text and bound values (of type B) in the order in which they are written."""

    parts: tuple[str | B, ...]

    def __add__(self, other: Fragment[B]) -> Fragment[B]:
        return Fragment(self.parts + other.parts)


def sql(template: str, *pieces: Fragment[B] | str) -> Fragment[B]:
    """Fill each `{}` of the template with a fragment, or with SQL text that the caller vouches for.

    `sql("{} = {}", left, right)`. Literal braces are not needed in our SQL and are not supported.
    """
    texts = template.split("{}")
    assert len(texts) == len(pieces) + 1, f"{template!r} wants {len(texts) - 1} pieces, got {len(pieces)}"
    parts: list[str | B] = [texts[0]]
    for piece, text in zip(pieces, texts[1:], strict=True):
        if isinstance(piece, str):
            parts.append(piece)
        else:
            parts.extend(piece.parts)
        parts.append(text)
    return Fragment(tuple(part for part in parts if part != ""))


def bound(value: B) -> Fragment[B]:
    """A placeholder for one value."""
    return Fragment((value,))


def join(separator: str, pieces: Iterable[Fragment[B] | str]) -> Fragment[B]:
    """The pieces with SQL text between them."""
    items = list(pieces)
    return sql(separator.join(["{}"] * len(items)), *items)


def finish(
    fragment: Fragment[B], placeholder: Callable[[int, B], str], escape: Callable[[str], str] | None = None
) -> tuple[str, Sequence[B]]:
    """The SQL text with placeholders (numbered from 1) and the values to bind, in order.

    `escape` is applied to the text between placeholders (`Dialect.escape`).
    """
    texts: list[str] = []
    binds: list[B] = []
    for part in fragment.parts:
        if isinstance(part, str):
            texts.append(part if escape is None else escape(part))
        else:
            binds.append(part)
            texts.append(placeholder(len(binds), part))
    return "".join(texts), binds
