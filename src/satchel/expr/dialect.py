"""The Dialect protocol: how one database says things.

In charge of: the contract between what is said (`expr/operators`, `expr/functions`, `sql/read`, `sql/write`) and how a
database says it (`sql/dialects/*`). Pure: a dialect takes and gives fragments of SQL; it never runs anything.

Types are storage types (see `model/catalog.Field.type`); "" means not known. Beside them there are `scalar`, a value
whose own type is known per row only (what `json_get` takes out of a document; bound: a value of whatever JSON type came
with the request), and `json_list`, a bound list as one JSON text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from satchel.expr.fragment import Fragment

Sql = Fragment[Any]


@dataclass(frozen=True, slots=True)
class Term:
    """An operand in SQL. `hint` is that of a bound value (see `nodes.Param`), "" for columns and calls.

    `computed`: the result of a function. Unlike a column it does not lend its type to what it is compared with.
    """

    sql: Sql
    type: str = ""
    hint: str = ""
    computed: bool = False

    @property
    def bound(self) -> bool:
        return self.hint != ""


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """One entry of a JSON object: `value` is SQL that gives JSON (as `json_value`, `object`, `array` do). `when`: leave
    out if not true.
    """

    key: str
    value: Sql
    when: Sql | None = None


class Dialect(Protocol):
    name: str
    returning: bool  # INSERT/UPDATE/DELETE … RETURNING
    true: str
    false: str

    # --- names and values
    def quote(self, name: str) -> str:
        """The identifier, quoted; any name is possible, NUL is refused with InvalidQuery."""
        ...

    def table(self, schema: str | None, name: str) -> str: ...

    def text(self, text: str) -> str:
        """A text as an SQL literal. For texts of the statement's shape; what a caller sends is always bound."""
        ...

    def escape(self, text: str) -> str:
        """A finished statement, before its placeholders are put in, as the driver wants it (one that formats with `%`
        wants it doubled).
        """
        ...

    def placeholder(self, number: int, type: str) -> str:
        """The placeholder of the number-th bound value (from 1), with the cast that its storage type needs."""
        ...

    def encode(self, value: Any, type: str) -> Any:
        """A Python value (as decoded from JSON, or cast by `model/types`) as the driver wants it for `placeholder(_,
        type)`.

        For `json` and `json_list` a text is a JSON document already; for `scalar` it is a text.
        """
        ...

    def decode(self, value: Any, type: str) -> Any:
        """A driver's value as plain Python: str, int, float, bool, None, bytes, lists of these; decimals, dates and
        JSON as text.
        """
        ...

    # --- scalar expressions
    def same(self, left: Sql, right: Sql) -> Sql:
        """Equal, with NULL equal to NULL; never NULL itself."""
        ...

    dynamic: bool  # values carry their own type, and any two may be compared (SQLite)

    def compare(self, symbol: str, left: Sql, right: Sql, kind: str) -> Sql:
        """`left symbol right` (`=` `<>` `<` `<=` `>` `>=`) for two values of one kind: text (byte by byte), number,
        boolean, uuid, date, time, dateTime, timestamp, binary. NULL if either is NULL.
        """
        ...

    def edge(self, value: Sql, type: str, column: str, *, above: bool) -> Sql | None:
        """For the sake of an index: a value of the storage type `column` below which (`above`: above which) nothing
        lies that a text-syntax comparison with `value` could mean. None where that comparison can use an index by
        itself, or no such value is known.
        """
        ...

    contains_sensitive: bool
    """Whether `_contains` and its family tell upper from lower case, as Directus does on this database."""

    def like(self, value: Sql, pattern: Sql, *, sensitive: bool) -> Sql:
        """LIKE with `\\` as escape. Insensitive is ASCII-insensitive at least."""
        ...

    def concat(self, *pieces: Sql) -> Sql: ...
    def lower(self, value: Sql) -> Sql: ...
    def cast(self, value: Sql, type: str, to: str) -> Sql:
        """From one storage type to another. Never an error: what is no value of `to` gives NULL.

        To `text`: dates as Satchel stores them, numbers as written. From `json`, the document itself; from `scalar`,
        its value: a text as it is, objects and lists as JSON; to `decimal` only what is a number already. From
        `number`: a bound text that surely is one.
        """
        ...

    def in_list(self, value: Sql, values: Sql, type: str) -> Sql:
        """`value` is an element of the JSON array that is bound as `values` (text); elements cast to `type`."""
        ...

    def json_get(self, document: Sql, path: Sequence[str]) -> Sql:
        """The value at a path (names, and list positions as digits) as a scalar; NULL for missing, JSON null, or text
        that is not JSON. Objects and lists come as their JSON text. The path is bound, never interpolated.
        """
        ...

    def text_length(self, value: Sql) -> Sql:
        """The number of characters (or of bytes, if that is what the database counts)."""
        ...

    def array_document(self, value: Sql) -> Sql:
        """A column that holds an array of the database's own, as a JSON document."""
        ...

    def json_length(self, document: Sql) -> Sql:
        """Number of elements of a JSON array; 0 for NULL, '' or anything else."""
        ...

    def json_each(self, document: Sql, alias: str) -> Sql:
        """A FROM item named `alias`: the elements of a JSON array as scalars, and their place, in the columns that
        `element` names (no rows for anything else). `document` may refer to tables before it in the same FROM.
        """
        ...

    def handed(self, document: Sql, columns: Sequence[tuple[str, str]], alias: str) -> Sql:
        """A FROM item named `alias`: the rows of a bound JSON array of arrays, as columns with these names and storage
        types. Numbers and booleans come as JSON's, all else as the text that `cast` makes of a type.
        """
        ...

    def date_part(self, part: str, value: Sql, type: str) -> Sql:
        """year month week day weekday (0 = Sunday) hour minute second of a date, time, dateTime or timestamp, as
        integer.
        """
        ...

    def strftime(self, format: Sql, value: Sql | None, modifiers: Sequence[Sql]) -> Sql:
        """SQLite's strftime of a text in a form that SQLite reads (None: of the current time). What a database does not
        know gives NULL.
        """
        ...

    def geo_distance(self, lon_a: Sql, lat_a: Sql, lon_b: Sql, lat_b: Sql) -> Sql:
        """Great-circle distance in km on a sphere with radius 6371."""
        ...

    def intersects(self, geometry: Sql, document: Sql, *, box: bool) -> Sql:
        """The geometry (or its bounding box) has a point in common with that of the GeoJSON document."""
        ...

    # --- JSON output
    def json_value(self, value: Sql, type: str, *, array: bool, style: str) -> Sql:
        """A column's value as JSON in a wire's style (`directus`: timestamps `2024-01-02T01:04:05.000Z`, dateTime
        `…T03:04:05`; `pocketbase`: dates `2024-01-02 01:04:05.000Z`, NULL text as "" only where a PocketBase kind says
        so, which the caller handles).
        """
        ...

    def json_string(self, value: Sql) -> Sql:
        """A text as a JSON string, or JSON null."""
        ...

    def json_constant(self, text: str) -> Sql:
        """A JSON document that is part of the shape (`null`, `[]`, `"x"`)."""
        ...

    def json_concealed(self, value: Sql) -> Sql:
        """`"**********"` when the value is neither NULL nor '', else JSON null."""
        ...

    def object(self, entries: Sequence[ObjectEntry]) -> Sql:
        """A JSON object with its keys in this order."""
        ...

    def optional(self, pieces: Sequence[Sql]) -> Sql:
        """A JSON object of pieces that `keyed_row` and `keyed_rows` made, without those that are NULL."""
        ...

    def keyed_row(self, key: str, value: Sql, tail: Sql) -> Sql:
        """`,"key":value` for the one row of `tail`; NULL if there is none."""
        ...

    def keyed_rows(
        self, key: str, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None
    ) -> Sql:
        """`,"key":[value, …]` for the rows of `tail`; NULL if there are none. Needs `correlated_derived`."""
        ...

    def array(self, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None) -> Sql:
        """The JSON `value` of every row of `tail` (`FROM … WHERE …`, which may refer to outer tables), as an array in
        the order of `order` (`a DESC, b`), after limit and offset; `[]` if there are none. A scalar subquery. (A
        database without correlated derived tables aggregates with its own ORDER BY and LIMIT.)
        """
        ...

    def scalar(self, select: Sql) -> Sql:
        """The JSON value of the one-column, at most one-row SELECT; JSON null if there is none. Keeps being JSON when
        nested in `object`.
        """
        ...

    def text_of_json(self, value: Sql) -> Sql:
        """What `object`, `array` and `scalar` made, as text, for the outermost SELECT; NULL stays NULL."""
        ...

    # --- clauses
    element: Mapping[Literal["value", "position"], str]  # names of the columns of `json_each`
    keeps_old_views: bool  # a statement may go on with a view's former text
    correlated_derived: bool  # a derived table inside a scalar subquery may refer to outer tables

    def order(self, value: Sql, *, descending: bool, nulls_last: bool | None, type: str = "") -> Sql:
        """`value DESC NULLS LAST`. `type`: its storage type, for those that a database can't sort as they are."""
        ...

    def limit(self, limit: Sql | None, offset: Sql | None, *, ordered: bool) -> Sql:
        """` LIMIT … OFFSET …` in the database's words, with a leading space; "" when both are None."""
        ...

    def random(self) -> Sql: ...
