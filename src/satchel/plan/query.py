"""Query: what a wire hands in, by names. Plain, frozen, hashable data: its shape is the cache key of its plan.

In charge of: the shapes. Not in charge of: whether names exist (`resolve`) or may be seen (`secure`). A caller's values
are not in the Query but in a tuple beside it; the Query holds their positions (`Param`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from satchel.expr.nodes import Node, Param, Path

Style = Literal["directus", "pocketbase"]
"""How values and objects are written: Directus's fields as asked, or PocketBase's whole records."""
Form = Literal["", "text", "number", "constant", "object", "union", "group"]
"""How one output entry is written, where the style alone does not say it; see `Select`."""


@dataclass(frozen=True, slots=True)
class Sort:
    """`path` may hold a modifier or function. `special`: `random` | `rowid` | `count` … see `resolve`."""

    path: Path
    descending: bool = False
    special: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Positions of the bound limit and offset values; None: no limit, no offset."""

    limit: Param | None = None
    offset: Param | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """One wanted output entry (Directus style).

    `name`: a field, `*`, or the relation that `children` are taken from. `key`: the key in the output (alias, or
    `<field>_<function>`). `scope`: for a many-to-any `item`, the collection of `children` ("" = all of them).
    `optional`: came from a wildcard or a deep path, so an unreadable relation falls back instead of failing.
    `arguments` are what `deep` said. `form`, for protocols that name the type of each value: `text` (an id of any
    type), `number` (never a text of digits), `constant` (the text `name` itself), `object` (`children`, which belong to
    the same row, in an object of their own; without any it only says that the row is an object), `union` (for a
    many-to-any: an object, or null for collections that are not mentioned, but never the bare key), `group` (in a
    grouped read: the group's own fields).
    """

    name: str
    key: str
    children: tuple[Select, ...] = ()
    scope: str = ""
    function: str = ""
    function_arguments: tuple[str, ...] = ()
    optional: bool = False
    arguments: Arguments | None = None
    form: Form = ""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What narrows one list of rows: the root's, or (by `deep`) a nested relation's.

    `layout`: how the object of a group is laid out, where that is not as Directus does it.
    """

    where: Node | None = None
    search: Param | None = None
    sort: tuple[Sort, ...] = ()
    page: Page = Page()
    aggregate: tuple[Aggregate, ...] = ()
    group: tuple[Path, ...] = ()
    layout: tuple[Select, ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`function`: count countDistinct countAll sum sumDistinct avg avgDistinct min max. `field`: a name or `*`."""

    function: str
    field: str


@dataclass(frozen=True, slots=True)
class Expand:
    """PocketBase's expand tree: `name` is a relation field or `{collection}_via_{field}`.

    `wanted`: a path ends here. A step that is only on the way to others goes with them when none of those can be taken.
    """

    name: str
    children: tuple[Expand, ...] = ()
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Restored:
    """Rows that a change took away, put back beside their table. `first`: the position of the first row's values (a
    list in the order of the collection's stored fields); the others follow."""

    collection: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Query:
    """One read. `action`: `list` (many) or `view` (one item by `key`).

    `key`: the position of the wanted item's key parts (a list of values, in the order of `Collection.key`). `keys`: the
    position of a list of keys. `total`: count the rows that may be seen; `matching`: count those that also match
    `where` and `search`. PocketBase style ignores `select` and writes whole records with `expand`; `backlink` False
    stops wildcards from going back to the parent. `written`: the caller has just written this very item, in the same
    transaction, and is shown it as PocketBase shows it: without a grant to view it (see `secure`). Only for what a
    session wrote. `given`: the position of the values of one row, which stands in for the collection's own (see
    `plan/given` and `engine.given`); the answer is that row as the caller may see it, or none. `restored` goes with it.
    `own`: the item is the account that asks, which sees itself when it signs in, whatever the rules say.
    """

    collection: str
    style: Style
    action: Literal["list", "view"] = "list"
    select: tuple[Select, ...] = ()
    expand: tuple[Expand, ...] = ()
    arguments: Arguments = Arguments()
    key: Param | None = None
    keys: Param | None = None
    total: bool = False
    matching: bool = False
    backlink: bool = True
    written: bool = False
    given: int | None = None
    restored: tuple[Restored, ...] = ()
    own: bool = False
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        """Reckoned once: the whole tree is walked for it, and every read asks."""
        if not self._hash:
            parts = (self.collection, self.style, self.action, self.select, self.expand, self.arguments, self.key)
            object.__setattr__(self, "_hash", hash((*parts, self.keys, self.total, self.matching, self.restored)))
        return self._hash
