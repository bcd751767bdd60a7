"""Rows: what the interpreter may ask of a row, and of the request around it.

In charge of: the protocols. Whoever has rows that are no rows of a database (a payload, a change, a test's table) gives
them this face. Called by `evaluate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from typing import Literal as Constant

from satchel.expr.nodes import Variable


class Absent:
    """A value that was not sent, as opposed to one that is NULL. Only payloads have them."""


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Step:
    """Where one part of a path leads: the rows there (none: nothing is related), and the row that stands for nothing,
    whose values are all None. `many`: there may be more than one.
    """

    rows: Sequence[Row]
    nothing: Row
    many: bool


class Row(Protocol):
    """One row, or the row of NULLs of its collection."""

    @property
    def key(self) -> str:
        """The name of the key field."""
        ...

    def value(self, name: str) -> Any:
        """The value of a field, as `Dialect.decode` gives it; ABSENT if it was not sent. Raises InvalidQuery for an
        unknown name.
        """
        ...

    def type(self, name: str) -> str:
        """The storage type of a field; `alias` for a relation that is no column, "" if it is not known."""
        ...

    def listed(self, name: str) -> Constant["", "single", "many"]:
        """Whether `:length` counts in this field: a list (which `:each` looks into), or a single value of a field that
        might be one.
        """
        ...

    def step(self, part: str) -> Step | None:
        """Where a relation leads (`author`, `tags`, `item:block_text`, `posts_via_author`); None if the part is no
        relation.
        """
        ...


class Scope(Protocol):
    """What an expression may know beside the row."""

    @property
    def now(self) -> datetime:
        """The instant of the request, in UTC."""
        ...

    @property
    def signed_in(self) -> Row | None:
        """The item that signed in, for paths through its relations."""
        ...

    def request(self, parts: Sequence[str]) -> Any:
        """`("auth", "id")`, `("body", "title")`, `("query", "x")`, `("method",)` …; None for what is missing."""
        ...

    def is_set(self, parts: Sequence[str]) -> bool:
        """Whether such a value was sent, be it None."""
        ...

    def variable(self, variable: Variable) -> Any:
        """The value of `$NOW`, `$CURRENT_USER`, `@now` and the like."""
        ...

    def collection(self, name: str) -> Step:
        """All rows of a collection, by name or id."""
        ...

    def submitted(self, name: str) -> Step | None:
        """The rows whose keys were sent for a relation field (`@request.body.tags.name`); None if the field is no
        relation.
        """
        ...
