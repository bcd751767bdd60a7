"""Plan nodes: what a Query means once names are looked up; and, after `secure`, what may be said of it.

In charge of: the frozen node shapes that `resolve` makes, `secure` completes and `sql/read` writes down. A `Scan` is
the only node that names a collection. Every mention of a field is a `Column` that points at its Scan by number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from satchel.model.catalog import Action

# --- where bound values come from ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FromParam:
    """`values[index]` of the caller."""

    index: int
    item: int | None = None  # a position inside, when the value is a tuple (a composite key, a pair)


@dataclass(frozen=True, slots=True)
class FromConst:
    value: Any


@dataclass(frozen=True, slots=True)
class FromContext:
    """A value of the Context: `("auth", "id")`, `("query", "x")`, `("body", "n", ":isset")`, `("now", "@todayStart")`,
    `("now", "$NOW", "-1 day")`, `("user", …)`, `("role",)`, `("roles",)`, `("policies",)`. Missing ones are None."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FromHanded:
    """What an earlier step of the same read handed on (see `plan/steps`): `context.handed[number]`."""

    number: int


Source = FromParam | FromConst | FromContext | FromHanded

# --- expressions


@dataclass(frozen=True, slots=True)
class Column:
    """Field `field` of the Scan `scan`. `type` is the storage type. `array`: an array of the database's own."""

    scan: int
    field: str
    type: str
    array: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the list that the Scan `scan` takes apart: its `value`, or its `position`."""

    scan: int
    part: Literal["value", "position"]
    type: str


@dataclass(frozen=True, slots=True)
class Bind:
    """A bound value, cast to storage type `type` before binding ("" = as it is).

    `strict`: a value that is not of the type is the caller's error; else it becomes a value that equals nothing.
    `hint` is that of the Param (see `expr/nodes`).
    """

    source: Source
    type: str = ""
    hint: str = "any"
    strict: bool = False
    label: str = ""  # the field's name, for the error message


@dataclass(frozen=True, slots=True)
class Apply:
    """`function(arguments…)`, by the name of an `expr/functions` FUNCTION (`lower`, `year`, `json_get`, `list_length`,
    …).
    """

    function: str
    arguments: tuple[Expr, ...]
    type: str
    extra: tuple[str, ...] = ()  # constants of the shape: a JSON path, a style


@dataclass(frozen=True, slots=True)
class Test:
    """`left operator right`, by the name of an `expr/operators` OPERATOR."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class All:
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Negate:
    item: Expr


@dataclass(frozen=True, slots=True)
class Always:
    value: bool


@dataclass(frozen=True, slots=True)
class Exists:
    """True if some combination of the joined rows meets `where`.

    The joins start from one dummy row: those that are not `inner` make "nothing is related" a combination of NULLs.
    """

    joins: tuple[Join, ...]
    where: Expr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class CountOf:
    """How many rows the scan has (under its link, guard and `where`)."""

    scan: Scan
    type: str = "bigInteger"


@dataclass(frozen=True, slots=True)
class Aggregation:
    """`function` (count, sum, avg, min, max) over the rows of a group; `argument` None counts rows."""

    function: str
    argument: Expr | None
    type: str
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """A scalar subquery over the inner-joined rows: `expr` is an Aggregation, or there is at most one row."""

    joins: tuple[Join, ...]
    expr: Expr
    type: str


@dataclass(frozen=True, slots=True)
class Case:
    """`CASE WHEN condition THEN expr … END` (NULL when none holds)."""

    branches: tuple[tuple[Expr, Expr], ...]
    type: str


@dataclass(frozen=True, slots=True)
class Search:
    """Some readable, searchable field of the scan has the text in it (or is the number, or the uuid). `secure` spells
    it out.
    """

    scan: Scan
    value: Bind


Expr = (
    Column
    | Element
    | Bind
    | Apply
    | Test
    | All
    | AnyOf
    | Negate
    | Always
    | Exists
    | CountOf
    | Aggregation
    | Pick
    | Case
    | Search
)

# --- scans


@dataclass(frozen=True, slots=True, eq=False)
class Handed:
    """Rows that an earlier step has read, bound as one JSON array of arrays: `FromHanded(number)`.

    `columns`: their names and storage types. `plan/steps` adds to them while it walks a plan, and nobody afterwards.
    """

    number: int
    columns: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows of one collection. `link` says how they hang on their parent, `where` is the caller's, `guard` the policy's.

    `guard` is None until `secure` fills it. `trusted`: reached by a rule's own text, which sees all rows and fields.
    `path` is how the caller reached it, for messages (() = root). `each`: not a table but the elements of a list
    column: (scan, field); its columns are `value` and `position`. `via`: the field that the caller went through, as
    (scan, field). `virtual`: not a table but one row, given as binds by field name. `added`: such rows, beside those of
    the table. `written`: the caller has just written the row, which opens it to them (see `secure`). `own`: so does its
    being their own account. `handed`: its rows were read by an earlier step.
    """

    number: int
    collection: str
    action: Action
    link: Expr | None = None
    where: Expr | None = None
    guard: Expr | None = None
    trusted: bool = False
    path: tuple[str, ...] = ()
    each: Expr | None = None
    via: tuple[int, str] | None = None
    virtual: tuple[tuple[str, Expr], ...] = ()
    added: tuple[tuple[tuple[str, Expr], ...], ...] = ()
    written: bool = False
    handed: Handed | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """The scan's rows, linked by its `link`. LEFT unless `inner`."""

    scan: Scan
    inner: bool = False


# --- output


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar written as JSON in the query's style.

    `concealed`: written as `**********` when not null. `kept`: a date or number that an embedded database keeps just
    as the style shows it, so that it need not be looked at. `blank`: the JSON that is written for NULL, where it
    is not `null`. `number`: written as a number, also where the style writes those of its kind as texts.
    """

    expr: Expr
    type: str
    array: bool = False
    concealed: bool = False
    kept: bool = False
    blank: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A constant text."""

    value: str


@dataclass(frozen=True, slots=True)
class KeyText:
    """The opaque key string of a scan's row."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Star:
    """`*` of one scan, until `secure` expands it to what may be seen.

    `children`: the `Select`s of the next wildcard level. `skip`: keys named beside it. `inside`: of these, the fields
    that were named after it, which keep their place among all fields. `back`: fields that lead back to the parent and
    are not followed.
    """

    scan: Scan
    children: tuple[Any, ...] = ()
    skip: tuple[str, ...] = ()
    backlink: bool = True
    inside: tuple[Entry, ...] = ()
    back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Object:
    entries: tuple[Entry, ...]
    optional: bool = False  # drop entries whose value is null (PocketBase's expand)


@dataclass(frozen=True, slots=True)
class Rows:
    """Nested rows. `single`: one object or null (m2o), else an array.

    `fallback` is written instead when the collection may not be read (Directus's raw key); with fallback None the entry
    is dropped. `joins` come after the scan (a list relation's elements come before it, in `before`).
    `passing`: only on the way to what its output expands; left out when none of that may be seen.
    """

    scan: Scan
    joins: tuple[Join, ...]
    output: Output
    order: tuple[Order, ...] = ()
    limit: Bind | None = None
    offset: Bind | None = None
    single: bool = False
    fallback: Output | None = None
    passing: bool = False
    before: Scan | None = None
    grouped: bool = False
    group: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A many-to-any item: the output of the branch whose collection the row names."""

    collection: Expr
    branches: tuple[tuple[str, Output], ...]
    otherwise: Output | None = None


Output = Value | Text | KeyText | Object | Rows | Choice


@dataclass(frozen=True, slots=True)
class Entry:
    """`when`: the entry is left out of rows where it does not hold (PocketBase's invisible e-mail)."""

    key: str
    output: Output | Star
    when: Expr | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """`own`: the collection's own order, which no caller asked for."""

    expr: Expr
    descending: bool = False
    nulls_last: bool | None = None  # None: as the database does
    own: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """One resolved read. `joins` hang on the root scan and match at most one row each.

    `total`: also count the rows of root scan alone; `matching`: with `where`. `single`: at most one row is wanted.
    `grouped`: the output is one object per `group` (one in all without). `natural`: no order was asked for.
    """

    scan: Scan
    joins: tuple[Join, ...]
    output: Output
    style: Literal["directus", "pocketbase"]
    order: tuple[Order, ...] = ()
    limit: Bind | None = None
    offset: Bind | None = None
    total: bool = False
    matching: bool = False
    single: bool = False
    group: tuple[Expr, ...] = ()
    grouped: bool = False
    natural: bool = False


@dataclass(frozen=True, slots=True)
class Secured:
    """A Read with every guard in place. Only `plan/secure.secure` makes one."""

    read: Read
