"""What dialects have in common: names, and JSON made by joining texts.

In charge of: the defaults that `sqlite`, `postgres`, `mariadb`, … refine. Not in charge of: anything only one database
says. Used by its siblings only.

JSON is text here: `object` and `array` join texts that are JSON already, with the keys written into the SQL. Measured
against the databases' own functions this is as fast (SQLite 3.54, a page of 30 rows with 10 columns: `concat` 32 µs,
`json_object` 29 µs, `||` 40 µs, `format` 34 µs), and unlike them it keeps the order of keys everywhere, has no limit on
their number (PostgreSQL: 50), can leave a key out, and nests without being quoted or parsed again: SQLite's JSON
subtype does not survive a subquery, nor MariaDB's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from satchel.errors import InvalidQuery, NotSupported
from satchel.expr.dialect import ObjectEntry, Sql
from satchel.expr.fragment import bound, join, sql
from satchel.plan.nodes import Bind, FromConst

NUMBERS = frozenset({"integer", "bigInteger", "float", "decimal"})
MOMENTS = frozenset({"date", "time", "dateTime", "timestamp"})
DATE_PARTS = ("year", "month", "week", "day", "weekday", "hour", "minute", "second")
CONCEALED = '"**********"'


def constant(value: Any, type: str = "text") -> Sql:
    """A bound value that is part of the statement's shape (a JSON path, a format)."""
    return bound(Bind(FromConst(value), type))


def literal(text: str) -> str:
    """An SQL string literal. Only for texts whose characters we choose, and for keys of JSON objects."""
    assert "\0" not in text, "NUL can't stand in SQL text"
    return "'" + text.replace("'", "''") + "'"


def json_text(value: Any) -> str:
    """A Python value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def is_costly(value: Sql) -> bool:
    """True for a value that must not be written twice, because it is a subquery."""
    return any(isinstance(part, str) and "SELECT" in part for part in value.parts)


class BaseDialect:
    """The shared half of a `Dialect`. Class attributes say what differs in a word."""

    name = ""
    returning = True
    correlated_derived = True
    keeps_old_views = False
    dynamic = False
    contains_sensitive = False
    element: Mapping[Literal["value", "position"], str] = {"value": "value", "position": "position"}
    true = "TRUE"
    false = "FALSE"
    aggregate = "string_agg(j, ',')"  # the texts `j` with commas between them; NULL for no rows
    label = ""  # the database's name in messages

    # --- names and values

    def quote(self, name: str) -> str:
        if "\0" in name:
            raise InvalidQuery("A name can't contain a NUL character")
        return '"' + name.replace('"', '""') + '"'

    def table(self, schema: str | None, name: str) -> str:
        return f"{self.quote(schema)}.{self.quote(name)}" if schema else self.quote(name)

    def text(self, text: str) -> str:
        """SQL text as a literal, in this database's spelling."""
        return literal(text)

    def escape(self, text: str) -> str:
        """Finished SQL text (without placeholders) as the driver wants it: a driver that formats with `%` needs it
        doubled.
        """
        return text

    # --- scalar expressions

    def lower(self, value: Sql) -> Sql:
        return sql("lower({})", value)

    def edge(self, value: Sql, type: str, column: str, *, above: bool) -> Sql | None:
        return None

    def array_document(self, value: Sql) -> Sql:
        return value

    def text_length(self, value: Sql) -> Sql:
        return sql("length({})", value)

    def concat(self, *pieces: Sql) -> Sql:
        return join(" || ", [sql("({})", piece) for piece in pieces])

    # --- JSON output
    # '{"id":' || <json> || ',"title":' || <json> || '}'

    def object(self, entries: Sequence[ObjectEntry]) -> Sql:
        """Keys in order. An entry with `when` brings its own comma, so that any of them may be missing."""
        if not entries:
            return self.json_constant("{}")
        pieces: list[Sql | str] = []
        first_is_certain = entries[0].when is None
        for position, entry in enumerate(entries):
            start = "{" if position == 0 and first_is_certain else ","
            key = self.text(start + json_text(entry.key) + ":")
            if entry.when is None:
                pieces.extend((key, entry.value))
            else:
                pieces.append(sql("CASE WHEN {} THEN {} ELSE '' END", entry.when, self.join_text([key, entry.value])))
        if first_is_certain:
            return self.join_text([*pieces, self.text("}")])
        # nobody knows which entry comes first, so its comma is cut off
        return self.join_text([self.text("{"), self.cut_first(self.join_text(pieces)), self.text("}")])

    def optional(self, pieces: Sequence[Sql]) -> Sql:
        """An object of the pieces that are there: each is `,"key":…` or NULL (see `keyed_row` and `keyed_rows`)."""
        if not pieces:
            return self.json_constant("{}")
        present = self.join_text([sql("coalesce({}, '')", piece) for piece in pieces])
        return self.join_text([self.text("{"), self.cut_first(present), self.text("}")])

    # (SELECT ',"author":' || <value> FROM …)
    def keyed_row(self, key: str, value: Sql, tail: Sql) -> Sql:
        return sql("(SELECT {} AS j {})", self.join_text([self.text(f",{json_text(key)}:"), value]), tail)

    # (SELECT ',"posts":[' || string_agg(j, ',') || ']' FROM (SELECT <value> AS j <tail> ORDER BY … LIMIT …) AS a)
    def keyed_rows(
        self, key: str, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None
    ) -> Sql:
        select = sql("SELECT {} AS j {}", value, tail)
        if order is not None:
            select = sql("{} ORDER BY {}", select, order)
        select += self.limit(limit, offset, ordered=order is not None)
        start = self.text(f",{json_text(key)}:[")
        return sql("(SELECT {} || {} || ']' FROM ({}) AS a)", start, self.aggregate, select)

    def cut_first(self, value: Sql) -> Sql:
        """The text without its first character."""
        return sql("substr({}, 2)", value)

    def join_text(self, pieces: Sequence[Sql | str]) -> Sql:
        """The texts one after the other; none of them is NULL."""
        return sql("({})", join(" || ", pieces))

    # (SELECT '[' || coalesce(string_agg(j, ','), '') || ']' FROM (SELECT <value> AS j <tail> ORDER BY … LIMIT …) AS a)

    def array(self, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None) -> Sql:
        select = sql("SELECT {} AS j {}", value, tail)
        if order is not None:
            select = sql("{} ORDER BY {}", select, order)
        select += self.limit(limit, offset, ordered=order is not None)
        return sql(
            "(SELECT {} FROM ({}) AS a)",
            self.join_text([self.text("["), self.aggregate_text(), self.text("]")]),
            select,
        )

    def aggregate_text(self) -> Sql:
        """The texts `j` of the rows, in their order, with commas; '' for no rows."""
        return sql("coalesce(string_agg(j, ','), '')")

    def scalar(self, select: Sql) -> Sql:
        return sql("coalesce(({}), 'null')", select)

    def json_constant(self, text: str) -> Sql:
        return sql("{}", self.text(text))

    def json_concealed(self, value: Sql) -> Sql:
        return sql(
            "CASE WHEN {} IS NULL OR {} = '' THEN 'null' ELSE '{}' END", value, self.plain_text(value), CONCEALED
        )

    def plain_text(self, value: Sql) -> Sql:
        """A value of any type so that it may be compared with a text."""
        return value

    def text_of_json(self, value: Sql) -> Sql:
        return value

    # --- clauses

    def order(self, value: Sql, *, descending: bool, nulls_last: bool | None, type: str = "") -> Sql:
        direction = "DESC" if descending else "ASC"
        nulls = "" if nulls_last is None else " NULLS LAST" if nulls_last else " NULLS FIRST"
        return sql("{} {}{}", value, direction, nulls)

    def limit(self, limit: Sql | None, offset: Sql | None, *, ordered: bool) -> Sql:
        text: Sql = sql("")
        if limit is not None:
            text += sql(" LIMIT {}", limit)
        if offset is not None:
            text += sql(" OFFSET {}", offset)
        return text

    def random(self) -> Sql:
        return sql("random()")

    # --- for siblings

    def unsupported(self, feature: str) -> NotSupported:
        return NotSupported(f"{self.label} can't do this: {feature}.")
