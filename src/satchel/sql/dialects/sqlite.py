"""SQLite: the embedded database, and SQLite files that others made.

In charge of: what SQLite says its own way. Not in charge of: running it (`db/sqlite*`), nor the functions it calls by
name (`sqlite_functions`). Called by `expr/operators`, `expr/functions`, `sql/read` and `sql/write`.

A column may hold any type whatever it was declared as, so JSON output is tolerant: bytes in a text column come as
base64, infinities as null, dates as far as they can be read and else as they are. Dates may be stored as text
(`2024-01-02 03:04:05`, with `T`, fraction, `Z` or offset), as milliseconds or seconds since 1970, or as a Julian day.
Satchel stores `timestamp` as `2024-01-02 03:04:05.000Z`, `dateTime` without the `Z`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from satchel.expr.dates import SECONDS_MAX, spelled
from satchel.expr.dialect import Sql
from satchel.expr.fragment import Fragment, join, sql
from satchel.sql.dialects.base import BaseDialect, constant, is_costly, json_text

_DATE = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"
_TIME = "'[0-9][0-9]:[0-9][0-9]*'"
# Function arguments are limited to 1000 in SQLite; a wide object is joined in steps.
_CONCAT_MAX = 900

_PARTS = {
    "year": "%Y",
    "month": "%m",
    "week": "%W",
    "day": "%d",
    "weekday": "%w",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
}

_UUID = "????????-????-????-????-????????????"
_NUMERIC = frozenset({"integer", "bigInteger", "float", "decimal", "boolean", "number"})
_AFFINITY = dict.fromkeys(_NUMERIC, "NUMERIC")
_TEXTS = frozenset({"string", "text", "csv", "hash"})

# style → type → (GLOB of texts that are right already, strftime format)
_OUTPUT: dict[str, dict[str, tuple[str, str]]] = {
    "directus": {
        "date": ("????-??-??", "%Y-%m-%d"),
        "dateTime": ("????-??-??T??:??:??", "%Y-%m-%dT%H:%M:%S"),
        "timestamp": ("????-??-??T??:??:??.???Z", "%Y-%m-%dT%H:%M:%fZ"),
    },
    "pocketbase": {
        "date": ("????-??-?? ??:??:??.???Z", "%Y-%m-%d 00:00:00.000Z"),
        "dateTime": ("????-??-?? ??:??:??.???Z", "%Y-%m-%d %H:%M:%fZ"),
        "timestamp": ("????-??-?? ??:??:??.???Z", "%Y-%m-%d %H:%M:%fZ"),
    },
}
# How Satchel stores them, which is also the form in which they are compared.
_STORED: dict[str, tuple[str, str]] = {
    "date": ("????-??-??", "%Y-%m-%d"),
    "dateTime": ("????-??-?? ??:??:??.???", "%Y-%m-%d %H:%M:%f"),
    "timestamp": ("????-??-?? ??:??:??.???Z", "%Y-%m-%d %H:%M:%fZ"),
}


@dataclass(frozen=True, slots=True)
class Joined(Fragment[Any]):
    """A `concat(…)` that still knows its pieces."""

    pieces: tuple[Sql | str, ...]


def unjoined(pieces: Sequence[Sql | str]) -> list[Sql | str]:
    """The pieces, with those of joined texts in their place."""
    found: list[Sql | str] = []
    for piece in pieces:
        if isinstance(piece, Joined):
            found.extend(piece.pieces)
        else:
            found.append(piece)
    return found


class SqliteDialect(BaseDialect):
    name = "sqlite"
    label = "SQLite"
    dynamic = True
    keeps_old_views = True  # a prepared statement that reads no table never looks whether the schema changed
    element: Mapping[Literal["value", "position"], str] = {"value": "value", "position": "key"}
    aggregate = "group_concat(j, ',')"
    true = "1"
    false = "0"

    # --- names and values

    def placeholder(self, number: int, type: str) -> str:
        return "?"

    def encode(self, value: Any, type: str) -> Any:
        """None, int, float, str or bytes. Integers beyond 64 bits become floats, as SQLite itself would read them."""
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, int):
            return value if -(2**63) <= value < 2**63 else float(value)
        if value is None or isinstance(value, float | bytes):
            return value
        if isinstance(value, bytearray):
            return bytes(value)
        if isinstance(value, dict | list | tuple):
            return json_text(value)
        if type in _STORED or type == "time":
            return spelled(value, type) or str(value)
        return str(value)

    def decode(self, value: Any, type: str) -> Any:
        if type == "boolean" and value in (0, 1, "0", "1"):
            return bool(int(value))
        return value

    # --- scalar expressions

    def same(self, left: Sql, right: Sql) -> Sql:
        return sql("{} IS {}", left, right)

    def compare(self, symbol: str, left: Sql, right: Sql, kind: str) -> Sql:
        return sql("{} {} {}", left, symbol, right)

    def like(self, value: Sql, pattern: Sql, *, sensitive: bool) -> Sql:
        if sensitive:
            return sql("satchel_like({}, {})", pattern, value)
        return sql("{} LIKE {} ESCAPE '\\'", value, pattern)

    def cast(self, value: Sql, type: str, to: str) -> Sql:
        match to:
            case "decimal" | "float" | "integer" | "bigInteger" if type in _NUMERIC:
                return value
            case "decimal" | "float" if type == "scalar":
                return sql("CASE WHEN typeof({}) IN ('integer', 'real') THEN {} END", value, value)
            case "decimal" | "float":
                return sql("satchel_number({})", value)
            case "integer" | "bigInteger":
                return sql("CAST(satchel_number({}) AS INTEGER)", value)
            case "boolean":
                return sql(
                    "CASE WHEN {} IN (1, '1', 'true', 't') THEN 1 WHEN {} IN (0, '0', 'false', 'f') THEN 0 END",
                    value,
                    value,
                )
            case "date" | "dateTime" | "timestamp":
                return self._moment(value, *_STORED[to], day=to == "date")
            case "uuid":
                return sql("CASE WHEN {} GLOB '{}' THEN lower({}) END", value, _UUID, value)
            case "time" | "binary" | "scalar":
                return value
            case _ if type in _TEXTS:
                return value
            case _:
                return sql("CAST({} AS TEXT)", value)

    # x IN (SELECT value FROM json_each(?))
    def in_list(self, value: Sql, values: Sql, type: str) -> Sql:
        return sql("{} IN (SELECT value FROM json_each({}))", value, values)

    # CASE WHEN json_valid(doc) THEN json_extract(doc, ?) END
    def json_get(self, document: Sql, path: Sequence[str]) -> Sql:
        if not path:
            return sql("CASE WHEN json_valid({}) THEN json_extract({}, '$') ELSE {} END", document, document, document)
        return sql(
            "CASE WHEN json_valid({}) THEN json_extract({}, {}) END", document, document, constant(json_path(path))
        )

    def json_length(self, document: Sql) -> Sql:
        return sql("CASE WHEN json_valid({}) THEN json_array_length({}) ELSE 0 END", document, document)

    # json_each(CASE WHEN json_valid(doc) AND json_type(doc) = 'array' THEN doc ELSE '[]' END) AS e
    def json_each(self, document: Sql, alias: str) -> Sql:
        return sql(
            "json_each(CASE WHEN json_valid({}) AND json_type({}) = 'array' THEN {} ELSE '[]' END) AS {}",
            document, document, document, alias,
        )  # fmt: skip

    # (SELECT CAST(json_extract(e.value, '$[0]') AS NUMERIC) AS "id", … FROM json_each(?) AS e) AS t2
    def handed(self, document: Sql, columns: Sequence[tuple[str, str]], alias: str) -> Sql:
        """The casts give the columns the affinity that those of a table would have."""
        listed = [
            f"CAST(json_extract(e.value, '$[{place}]') AS {_AFFINITY.get(storage, 'TEXT')}) AS {self.quote(name)}"
            for place, (name, storage) in enumerate(columns)
        ]
        return sql("(SELECT {} FROM json_each({}) AS e) AS {}", ", ".join(listed), document, alias)

    # CASE WHEN x GLOB '<right already>' THEN x WHEN x GLOB '<date>*' THEN strftime(f, x)
    #      WHEN typeof(x) = 'integer' THEN strftime(f, <seconds>, 'unixepoch') WHEN typeof(x) = 'real' THEN
    #         strftime(f, x, 'auto') END
    def _moment(self, value: Sql, right: str, form: str, *, day: bool = False) -> Sql:
        """A stored date, however it was written, in one form; NULL if it can't be read. `right`: the texts that have it
        already.
        """
        ready: Sql = sql("WHEN {} GLOB '{}' THEN {} ", value, right, value) if right else sql("")
        written = sql("substr({}, 1, 10)", value) if day else value
        return sql(
            "CASE {}WHEN {} GLOB {} THEN strftime('{}', {}) WHEN typeof({}) = 'integer'"
            " THEN strftime('{}', CASE WHEN abs({}) < {} THEN {} ELSE {} / 1000.0 END, 'unixepoch')"
            " WHEN typeof({}) = 'real' THEN strftime('{}', {}, 'auto') END",
            ready, value, _DATE, form, written, value,
            form, value, str(SECONDS_MAX), value, value,
            value, form, value,
        )  # fmt: skip

    def date_part(self, part: str, value: Sql, type: str) -> Sql:
        form = _PARTS[part]
        if type == "time":
            return sql("CASE WHEN {} GLOB {} THEN CAST(strftime('{}', {}) AS INTEGER) END", value, _TIME, form, value)
        return sql("CAST({} AS INTEGER)", self._moment(value, "", form, day=type == "date"))

    def strftime(self, format: Sql, value: Sql | None, modifiers: Sequence[Sql]) -> Sql:
        return sql("strftime({})", join(", ", [format, sql("'now'") if value is None else value, *modifiers]))

    def geo_distance(self, lon_a: Sql, lat_a: Sql, lon_b: Sql, lat_b: Sql) -> Sql:
        return sql(
            "(12742.0 * asin(min(1.0, sqrt(pow(sin(radians({} - {}) / 2), 2)"
            " + cos(radians({})) * cos(radians({})) * pow(sin(radians({} - {}) / 2), 2)))))",
            lat_b, lat_a, lat_a, lat_b, lon_b, lon_a,
        )  # fmt: skip

    def intersects(self, geometry: Sql, document: Sql, *, box: bool) -> Sql:
        raise self.unsupported("geometries can't be compared")

    # --- JSON output

    def json_value(self, value: Sql, type: str, *, array: bool, style: str) -> Sql:
        if is_costly(value) and type in (
            "string",
            "text",
            "uuid",
            "hash",
            "unknown",
            "integer",
            "bigInteger",
            "float",
            "decimal",
            "scalar",
            "",
        ):
            return sql("satchel_json({})", value)
        if array:
            return self._json_document(value)
        match type:
            case "boolean":
                return self._json_boolean(value, style)
            case "integer" | "bigInteger":
                return self.json_string(value)
            case "float" | "decimal" | "unknown" | "scalar" | "":
                return self._json_number(value)
            case "date" | "dateTime" | "timestamp":
                right, form = _OUTPUT[style][type]
                return sql(
                    "coalesce('\"' || {} || '\"', {})",
                    self._moment(value, right, form, day=type == "date"),
                    self.json_string(value),
                )
            case "json" | "geometry":
                return self._json_document(value)
            case "csv" if style == "directus":
                return self._json_csv(value)
            case "binary":
                return sql("coalesce('\"' || satchel_base64({}) || '\"', 'null')", value)
            case _:
                return self.json_string(value)

    # CASE WHEN x >= x'' THEN '"' || satchel_base64(x) || '"' ELSE json_quote(x) END         (only bytes are >= x'')
    def json_string(self, value: Sql) -> Sql:
        if is_costly(value):
            return sql("satchel_json({})", value)
        return sql("CASE WHEN {} >= x'' THEN satchel_json({}) ELSE json_quote({}) END", value, value, value)

    # CASE WHEN x > -9e999 AND x < 9e999 THEN json_quote(x) ELSE satchel_json(x) END
    def _json_number(self, value: Sql) -> Sql:
        return sql(
            "CASE WHEN {} > -9e999 AND {} < 9e999 THEN json_quote({}) ELSE satchel_json({}) END",
            value,
            value,
            value,
            value,
        )

    def _json_boolean(self, value: Sql, style: str) -> Sql:
        if style == "directus":
            return sql(
                "CASE {} WHEN 1 THEN 'true' WHEN 0 THEN 'false' WHEN '1' THEN 'true' WHEN '0' THEN 'false'"
                " WHEN '' THEN 'null' ELSE satchel_json({}) END",
                value, value,
            )  # fmt: skip
        return sql(
            "CASE {} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE CASE WHEN {} IS NULL THEN 'null'"
            " WHEN {} IN ('1', 'true', 't') THEN 'true' ELSE 'false' END END",
            value, value, value,
        )  # fmt: skip

    # CASE WHEN x IS NULL THEN 'null' WHEN json_valid(x) THEN x WHEN json_valid(x, 8) THEN json(x) ELSE
    #    satchel_document(x) END      (8: JSONB)
    def _json_document(self, value: Sql) -> Sql:
        return sql(
            "CASE WHEN {} IS NULL THEN 'null' WHEN json_valid({}) THEN {} WHEN json_valid({}, 8) THEN json({})"
            " ELSE satchel_document({}) END",
            value, value, value, value, value, value,
        )  # fmt: skip

    # '["' || replace(<inside of json_quote(x)>, ',', '","') || '"]'
    def _json_csv(self, value: Sql) -> Sql:
        return sql(
            "CASE WHEN {} IS NULL THEN 'null' WHEN {} = '' THEN '[]' WHEN {} >= x'' THEN satchel_json({})"
            " ELSE '[' || replace(json_quote(CAST({} AS TEXT)), ',', '\",\"') || ']' END",
            value, value, value, value, value,
        )  # fmt: skip

    # concat(a, b, …): NULL is left out, and texts that are joined already lend their pieces

    def join_text(self, pieces: Sequence[Sql | str]) -> Sql:
        items = unjoined(pieces)
        whole = tuple(items)
        while len(items) > _CONCAT_MAX:
            items = [
                sql("concat({})", join(", ", items[at : at + _CONCAT_MAX])) for at in range(0, len(items), _CONCAT_MAX)
            ]
        return Joined(sql("concat({})", join(", ", items)).parts, whole)

    # concat('{', substr(concat((SELECT …), (SELECT …)), 2), '}')

    def optional(self, pieces: Sequence[Sql]) -> Sql:
        if not pieces:
            return self.json_constant("{}")
        present = pieces[0] if len(pieces) == 1 else self.join_text(pieces)
        return self.join_text([self.text("{"), self.cut_first(present), self.text("}")])

    def text_of_json(self, value: Sql) -> Sql:
        # a stored JSON number may be a number still
        return sql("CAST({} AS TEXT)", value)

    def aggregate_text(self) -> Sql:
        return sql("coalesce(group_concat(j, ','), '')")

    def concat(self, *pieces: Sql) -> Sql:
        return sql("({})", join(" || ", list(pieces)))

    # --- clauses

    def order(self, value: Sql, *, descending: bool, nulls_last: bool | None, type: str = "") -> Sql:
        """NULL is the least of all values already."""
        return super().order(value, descending=descending, nulls_last=None if nulls_last is descending else nulls_last)

    def limit(self, limit: Sql | None, offset: Sql | None, *, ordered: bool) -> Sql:
        if limit is None and offset is None:
            return sql("")
        # SQLite plans anew at each execution where a limit is a placeholder and nothing else
        text: Sql = sql(" LIMIT {} + 0", limit) if limit is not None else sql(" LIMIT -1")
        return text if offset is None else sql("{} OFFSET {} + 0", text, offset)


def json_path(path: Sequence[str]) -> str:
    """`$."a"[0]`: names quoted, digits as list positions."""
    return "$" + "".join(
        f"[{part}]" if part.isascii() and part.isdigit() else '."' + part.replace('"', '\\"') + '"' for part in path
    )


DIALECT = SqliteDialect()
