"""Expressions by name: what both filter syntaxes parse to, before anything is looked up.

In charge of: the node shapes. Not in charge of: parsing (`syntax_text`, `syntax_tree`), names (`plan/resolve`), meaning
in SQL (`operators/*`, `sql/`) or in Python (`evaluate`).

Nodes are frozen and hashable, because a query's shape is a cache key. A caller's values are lifted out: a `Param` holds
the position of its value and a `hint` of what kind of value it is, so that equal shapes share one plan. A rule's
own values stay in it as `Literal`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted path with its modifier: `author.name`, `tags:each`, `@request.auth.id`, `@collection.tags:a.name`.

    `parts[0]` may be `@request` or `@collection` (then `parts[1]` may carry a `:alias`). Directus: `item:block_text` is
    one part. `function` is a Directus function key such as `year(date)`, with the path inside.
    """

    parts: tuple[str, ...]
    modifier: str = ""  # lower | length | each | isset | changed
    function: str = ""  # year … second | count | json
    arguments: tuple[str, ...] = ()  # of json(): the path


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant that belongs to the expression's shape. `value`: None, bool, int, float, str or a tuple of these.

    `hint` is `pattern` for a finished LIKE pattern (see `Param`), else "": the value's own type says what it is.
    """

    value: Any
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Param:
    """A value lifted out of the expression: `values[index]`.

    `hint`: `text` | `empty` (the empty text) | `number` | `bool` | `null` | `pattern` (a finished LIKE pattern with
    `\\` as escape) | `list` (a tuple; bound as one JSON array) | `json` | `any`. The hint is part of the shape.
    """

    index: int
    hint: str = "any"


@dataclass(frozen=True, slots=True)
class Variable:
    """A dynamic value: `$NOW` (arguments: ("-1 day",)), `$CURRENT_USER` (path: ("id",)), `@now`, `@todayStart`, …"""

    name: str
    path: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A function call in the text syntax: `geoDistance(…)`, `strftime(…)`."""

    name: str
    arguments: tuple[Operand, ...]


Operand = Path | Literal | Param | Variable | Call


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator right`. `operator` is the name of an OPERATOR in `expr/operators`.

    Text syntax names: `=` `!=` `>` `>=` `<` `<=` `~` `!~`; `any` is True for the `?` forms. Tree syntax names: `_eq`,
    `_neq`, `_in`, `_between`, … and `any` stays False (its paths are always any-of).
    """

    operator: str
    left: Operand
    right: Operand
    any: bool = False


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    item: Node


@dataclass(frozen=True, slots=True)
class Truth:
    """Always true, or always false."""

    value: bool


@dataclass(frozen=True, slots=True)
class Related:
    """Directus's `_some` (or, with `none`, `_none`) on a to-many field; `where` is relative to the related rows.

    For m2m and o2m, `where`'s paths start at the collection that `path` leads to (o2m child or junction).
    """

    path: Path
    where: Node
    none: bool = False


Node = Compare | And | Or | Not | Truth | Related


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression and the values lifted out of it."""

    node: Node
    values: tuple[Any, ...] = ()
