"""MySQL (8.0 and later), and what MariaDB has in common with it.

In charge of: what MySQL says its own way; `mariadb` refines it. Not in charge of: running it (`db/mariadb`). Called by
`expr/operators`, `expr/functions`, `sql/read` and `sql/write`. Not yet run against a live MySQL; the shared half runs
on MariaDB.

Texts are compared byte by byte, whatever a column's collation finds equal: a rule has to mean the same to the database
and to the interpreter. So that a column's index is used all the same, a plain comparison in the column's collation goes
first. It must not fail on any value: a text that is not ASCII can't always be compared with a column of another
character set, so such a value is only compared the exact way, without an index.

The server is expected to be set to UTC, and to a `group_concat_max_len` that no page reaches (`db/mariadb` does both).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from satchel.errors import InvalidQuery
from satchel.expr.dates import spelled
from satchel.expr.dialect import Sql
from satchel.expr.fragment import join, sql
from satchel.sql.dialects.base import MOMENTS, NUMBERS, BaseDialect, constant, json_text, literal
from satchel.sql.dialects.mysql_strftime import strftime

_PLACEHOLDERS = {
    "date": "CAST(%s AS DATE)",
    "time": "CAST(%s AS TIME(6))",
    "dateTime": "CAST(%s AS DATETIME(6))",
    "timestamp": "CAST(%s AS DATETIME(6))",
    "geometry": "ST_GeomFromGeoJSON(%s)",
}
_COLUMN = re.compile(r"(\w+\.)?`(?:[^`]|``)+`")
_NUMBER_PATTERN = "^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$"
_UUID_PATTERN = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_MOMENT_PATTERN = (
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    "([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?[[:space:]]?"
    "(Z|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$"
)
_DECIMAL = "DECIMAL(65,30)"
_HANDED = {"integer": "BIGINT", "bigInteger": "BIGINT", "float": "DOUBLE", "boolean": "TINYINT"}
# style → type → (DATE_FORMAT, characters to keep, what follows)
_OUTPUT = {
    "directus": {
        "date": ("%Y-%m-%d", 10, ""),
        "dateTime": ("%Y-%m-%dT%H:%i:%s", 19, ""),
        "timestamp": ("%Y-%m-%dT%H:%i:%s.%f", 23, "Z"),
    },
    "pocketbase": dict.fromkeys(("date", "dateTime", "timestamp"), ("%Y-%m-%d %H:%i:%s.%f", 23, "Z")),
}
_STORED = {
    "date": ("%Y-%m-%d", 10, ""),
    "dateTime": ("%Y-%m-%d %H:%i:%s.%f", 23, ""),
    "timestamp": ("%Y-%m-%d %H:%i:%s.%f", 23, "Z"),
}
_PARTS = {
    "year": "YEAR({})", "month": "MONTH({})", "week": "WEEK({}, 3)", "day": "DAYOFMONTH({})",
    "weekday": "DAYOFWEEK({}) - 1", "hour": "HOUR({})", "minute": "MINUTE({})", "second": "SECOND({})",
}  # fmt: skip


class MySqlDialect(BaseDialect):
    name = "mysql"
    label = "MySQL"
    returning = False
    collation = "utf8mb4_0900_bin"  # compares bytes and does not pad with blanks
    everything = "18446744073709551615"

    # --- names and values

    def quote(self, name: str) -> str:
        if "\0" in name:
            raise InvalidQuery("A name can't contain a NUL character")
        return "`" + name.replace("`", "``") + "`"

    def text(self, text: str) -> str:
        return literal(text.replace("\\", "\\\\"))

    def escape(self, text: str) -> str:
        return text.replace("%", "%%")

    def placeholder(self, number: int, type: str) -> str:
        return _PLACEHOLDERS.get(type, "%s")

    def encode(self, value: Any, type: str) -> Any:
        """None, int, float, str, bytes or Decimal. Raises InvalidQuery for halves of surrogate pairs."""
        if value is None:
            return None
        if type == "scalar":
            return _bindable(json_text(value))
        if isinstance(value, bool):
            return int(value) if type == "boolean" else str(int(value))
        if type in NUMBERS:
            return _number(value, type)
        if isinstance(value, bytes | bytearray):
            return bytes(value)
        if isinstance(value, dict | list | tuple):
            return _bindable(json_text(value))
        if type in MOMENTS or isinstance(value, datetime | date | time):
            return (spelled(value, type if type in MOMENTS else "timestamp") or str(value)).removesuffix("Z")
        return _bindable(str(value))

    def decode(self, value: Any, type: str) -> Any:
        if value is None or isinstance(value, str | float | bool):
            return value
        if isinstance(value, int):
            return bool(value) if type == "boolean" else value
        if isinstance(value, Decimal):
            return format(value, "f")
        if isinstance(value, datetime):
            return spelled(value, type if type in ("date", "timestamp") else "dateTime")
        if isinstance(value, timedelta):
            return _clock(value)
        if isinstance(value, bytes | bytearray):
            return value != b"\x00" if type == "boolean" else bytes(value)
        return value.isoformat() if isinstance(value, date | time) else str(value)

    # --- scalar expressions

    def same(self, left: Sql, right: Sql) -> Sql:
        return sql("{} <=> {}", left, right)

    # (`t`.`title` = CONVERT(? USING ascii) OR length(?) <> char_length(?)) AND CONVERT(`t`.`title` USING utf8mb4)
    #    COLLATE … = ?
    def compare(self, symbol: str, left: Sql, right: Sql, kind: str) -> Sql:
        if kind != "text":
            return sql("{} {} {}", left, symbol, right)
        exact = sql("{} {} {}", self.exact(left), symbol, self.exact(right))
        column, value = (left, right) if _is_fixed(right) else (right, left)
        if symbol != "=" or not _is_fixed(value) or not _is_column(column):
            return exact
        return sql(
            "(({} = CONVERT({} USING ascii) OR length({}) <> char_length({})) AND {})",
            column,
            value,
            value,
            value,
            exact,
        )

    # coalesce(DATE_SUB(<moment>, INTERVAL 1 DAY), '1000-01-01')
    def edge(self, value: Sql, type: str, column: str, *, above: bool) -> Sql | None:
        if column == "uuid":
            return self._to_text(value, type)
        if column in ("integer", "bigInteger"):
            if type == "scalar":
                number = self._to_number(self._to_text(value, type), "text")
            else:
                number = self._to_number(value, type)
            rounded = sql("{}({})", "ceiling" if above else "floor", number)
            return sql("coalesce({}, {})", rounded, "9223372036854775807" if above else "-9223372036854775808")
        if column not in ("date", "dateTime", "timestamp"):
            return None
        moment = self.read_moment(self._to_text(value, type))
        end = "9999-12-31" if above else "1000-01-01"
        shifted = sql("{}({}, INTERVAL 1 DAY)", "DATE_ADD" if above else "DATE_SUB", moment)
        return sql("coalesce({}, CAST('{}' AS DATETIME))", shifted, end)

    def exact(self, value: Sql) -> Sql:
        """A text that is compared byte by byte."""
        return sql("CONVERT({} USING utf8mb4) COLLATE {}", value, self.collation)

    def like(self, value: Sql, pattern: Sql, *, sensitive: bool) -> Sql:
        if sensitive:
            return sql("{} LIKE {}", self.exact(value), self.exact(pattern))
        return sql("lower({}) LIKE lower({})", self.exact(value), self.exact(pattern))

    def concat(self, *pieces: Sql) -> Sql:
        return sql("concat({})", join(", ", list(pieces)))

    def text_length(self, value: Sql) -> Sql:
        return sql("char_length({})", value)

    def cast(self, value: Sql, type: str, to: str) -> Sql:
        match to:
            case "integer" | "bigInteger":
                return value if type in ("integer", "bigInteger") else self._to_integer(value, type)
            case "float":
                return value if type in NUMBERS else sql("({} + 0e0)", self._to_number(value, type))
            case "decimal":
                return value if type in NUMBERS else self._to_number(value, type)
            case "boolean":
                return value if type == "boolean" else self._to_boolean(self._to_text(value, type))
            case "date" | "dateTime" | "timestamp" | "time":
                return self._to_moment(value, type, to)
            case "uuid":
                text = self._to_text(value, type)
                return sql("CASE WHEN {} REGEXP '{}' THEN lower({}) END", text, _UUID_PATTERN, text)
            case "scalar":
                return value if type == "scalar" else sql("JSON_QUOTE({})", self._to_text(value, type))
            case "binary":
                return value
            case _:
                return self._to_text(value, type)

    def _to_text(self, value: Sql, type: str) -> Sql:
        match type:
            case "date" | "dateTime" | "timestamp":
                return self._formatted(value, *_STORED[type])
            case "boolean":
                return sql("CAST({} + 0 AS CHAR)", value)
            case "integer" | "bigInteger" | "float" | "decimal" | "uuid" | "time":
                return sql("CAST({} AS CHAR)", value)
            case "scalar":
                return sql(
                    "CASE WHEN left({}, 1) = '\"' THEN JSON_UNQUOTE({}) WHEN {} = 'true' THEN '1' WHEN {} ="
                    " 'false' THEN '0' ELSE {} END",
                    value, value, value, value, self.compact(value),
                )  # fmt: skip
            case _:
                return value

    def compact(self, document: Sql) -> Sql:
        """A JSON document without blanks between its parts, where the database can."""
        return document

    def _formatted(self, value: Sql, form: str, length: int, after: str) -> Sql:
        text = sql("left(DATE_FORMAT({}, '{}'), {})", value, form, str(length))
        return sql("concat({}, '{}')", text, after) if after else text

    def _to_number(self, value: Sql, type: str) -> Sql:
        if type == "number":
            return sql("CAST({} AS {})", value, _DECIMAL)
        if type == "boolean":
            return sql("({} + 0)", value)
        if type == "scalar":
            return sql(
                "CASE WHEN {} IN ('true', 'false') THEN {} = 'true' WHEN left({}, 1) BETWEEN '-' AND '9' THEN"
                " CAST({} AS {}) END",
                value, value, value, value, _DECIMAL,
            )  # fmt: skip
        text = self._to_text(value, type)
        return sql(
            "CASE WHEN char_length({}) < 200 AND {} REGEXP '{}' THEN CAST({} AS {}) END",
            text, text, _NUMBER_PATTERN, text, _DECIMAL,
        )  # fmt: skip

    def _to_integer(self, value: Sql, type: str) -> Sql:
        number = self._to_number(value, type)
        return sql(
            "CASE WHEN {} = floor({}) AND {} BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST({}"
            " AS SIGNED) END",
            number, number, number, number,
        )  # fmt: skip

    def _to_boolean(self, text: Sql) -> Sql:
        return sql("CASE WHEN {} IN ('true', 't', '1') THEN 1 WHEN {} IN ('false', 'f', '0') THEN 0 END", text, text)

    def _to_moment(self, value: Sql, type: str, to: str) -> Sql:
        if type == to or {type, to} == {"dateTime", "timestamp"}:
            return value
        if to == "time" or type == "time":
            return sql("CAST({} AS TIME(6))", value)
        moment = value if type in MOMENTS else self.read_moment(self._to_text(value, type))
        return sql("CAST({} AS {})", moment, "DATE" if to == "date" else "DATETIME(6)")

    # CASE WHEN x REGEXP '<a date>' THEN CASE WHEN x REGEXP '[+-]…$' THEN CONVERT_TZ(…) ELSE CAST(… AS DATETIME(3))
    #    END END
    def read_moment(self, text: Sql) -> Sql:
        """A text as a DATETIME in UTC; NULL for what is no date."""
        plain = sql("CAST(left(replace(replace({}, 'T', ' '), 'Z', ''), 23) AS DATETIME(3))", text)
        zone = "[+-][0-9]{2}:?[0-9]{2}$"
        offset = sql("concat(left(right(replace({}, ':', ''), 5), 3), ':', right({}, 2))", text, text)
        local = sql("CAST(left(REGEXP_REPLACE(replace({}, 'T', ' '), '{}', ''), 23) AS DATETIME(3))", text, zone)
        return sql(
            "CASE WHEN {} REGEXP '{}' THEN CASE WHEN substr({}, 11) REGEXP '{}' THEN CONVERT_TZ({}, {},"
            " '+00:00') ELSE {} END END",
            text, _MOMENT_PATTERN, text, zone, local, offset, plain,
        )  # fmt: skip

    # x IN (SELECT j.v FROM JSON_TABLE(?, '$[*]' COLUMNS (v BIGINT PATH '$')) AS j WHERE j.v IS NOT NULL)
    def in_list(self, value: Sql, values: Sql, type: str) -> Sql:
        numeric = {
            "integer": "BIGINT",
            "bigInteger": "BIGINT",
            "float": "DOUBLE",
            "decimal": _DECIMAL,
            "boolean": "INT",
        }
        column = {
            "date": "DATE",
            "dateTime": "DATETIME(6)",
            "timestamp": "DATETIME(6)",
            "time": "TIME(6)",
            **numeric,
        }.get(type)
        if column is not None:
            return sql(
                "{} IN (SELECT j.v FROM JSON_TABLE({}, '$[*]' COLUMNS (v {} PATH '$')) AS j WHERE j.v IS NOT NULL)",
                value, values, column,
            )  # fmt: skip
        text = self._to_text(value, type)
        if type == "uuid":
            return sql(
                "{} IN (SELECT JSON_UNQUOTE(JSON_QUOTE(j.v)) FROM JSON_TABLE({}, '$[*]' COLUMNS (v CHAR(36)"
                " PATH '$')) AS j"
                " WHERE j.v IS NOT NULL)",
                value, values,
            )  # fmt: skip
        # a JSON function's result bows to the column's own collation, so the first half can use an index
        return sql(
            "({} IN (SELECT JSON_UNQUOTE(JSON_QUOTE(j.v)) FROM JSON_TABLE({}, '$[*]' COLUMNS (v LONGTEXT PATH"
            " '$')) AS j"
            " WHERE j.v IS NOT NULL) AND {} IN (SELECT {} FROM JSON_TABLE({}, '$[*]' COLUMNS (v LONGTEXT PATH"
            " '$')) AS k"
            " WHERE k.v IS NOT NULL))",
            text, values, self.exact(text), self.exact(sql("k.v")), values,
        )  # fmt: skip

    def json_get(self, document: Sql, path: Sequence[str]) -> Sql:
        found = sql("JSON_EXTRACT({}, {})", document, constant(json_path(path)))
        return sql("CASE WHEN JSON_VALID({}) THEN nullif({}, 'null') END", document, found)

    def json_length(self, document: Sql) -> Sql:
        return sql(
            "CASE WHEN JSON_VALID({}) AND JSON_TYPE({}) = 'ARRAY' THEN JSON_LENGTH({}) ELSE 0 END",
            document,
            document,
            document,
        )

    def json_each(self, document: Sql, alias: str) -> Sql:
        return sql(
            "JSON_TABLE(CASE WHEN JSON_VALID({}) AND JSON_TYPE({}) = 'ARRAY' THEN {} ELSE '[]' END, '$[*]'"
            " COLUMNS (value LONGTEXT PATH '$', position FOR ORDINALITY)) AS {}",
            document, document, document, alias,
        )  # fmt: skip

    # (SELECT <cast of e.v0> AS `id`, … FROM JSON_TABLE(?, '$[*]' COLUMNS (v0 LONGTEXT PATH '$[0]', …)) AS e) AS t2
    def handed(self, document: Sql, columns: Sequence[tuple[str, str]], alias: str) -> Sql:
        listed = [
            sql("{} AS {}", self._handed(f"e.v{place}", storage), self.quote(name))
            for place, (name, storage) in enumerate(columns)
        ]
        types = [_HANDED.get(storage, "LONGTEXT") for _, storage in columns]
        paths = ", ".join(f"v{place} {column} PATH '$[{place}]'" for place, column in enumerate(types))
        source = sql("JSON_TABLE({}, '$[*]' COLUMNS ({})) AS e", document, paths)
        return sql("(SELECT {} FROM {}) AS {}", join(", ", listed), source, alias)

    def _handed(self, value: str, type: str) -> Sql:
        if type in _HANDED:
            return sql(value)
        return self.cast(sql(value), "text", type) if type in MOMENTS or type == "decimal" else self.exact(sql(value))

    def date_part(self, part: str, value: Sql, type: str) -> Sql:
        return sql(_PARTS[part], value)

    def strftime(self, format: Sql, value: Sql | None, modifiers: Sequence[Sql]) -> Sql:
        now: Sql = sql("UTC_TIMESTAMP(3)")
        if value is not None:
            now = sql("CASE WHEN {} = 'now' THEN UTC_TIMESTAMP(3) ELSE {} END", value, self.read_moment(value))
        return strftime(format, now, modifiers)

    def geo_distance(self, lon_a: Sql, lat_a: Sql, lon_b: Sql, lat_b: Sql) -> Sql:
        return sql(
            "(12742e0 * asin(least(1e0, sqrt(pow(sin(radians(({}) - ({})) / 2), 2)"
            " + cos(radians({})) * cos(radians({})) * pow(sin(radians(({}) - ({})) / 2), 2)))))",
            lat_b, lat_a, lat_a, lat_b, lon_b, lon_a,
        )  # fmt: skip

    def intersects(self, geometry: Sql, document: Sql, *, box: bool) -> Sql:
        return sql("MBRIntersects({}, {})" if box else "ST_Intersects({}, {})", geometry, document)

    # --- JSON output

    def json_value(self, value: Sql, type: str, *, array: bool, style: str) -> Sql:
        match type:
            case "integer" | "bigInteger" | "float":
                return sql("coalesce(CAST({} AS CHAR), 'null')", value)
            case "decimal" if style == "directus":
                return self.json_string(value)
            case "decimal":
                return sql("coalesce(CAST({} AS CHAR), 'null')", value)
            case "boolean":
                return sql("coalesce(elt(({} <> 0) + 1, 'false', 'true'), 'null')", value)
            case "date" | "dateTime" | "timestamp":
                text = self._formatted(value, *_OUTPUT[style][type])
                return sql("coalesce(concat('\"', {}, '\"'), 'null')", text)
            case "json":
                return sql(
                    "CASE WHEN {} IS NULL THEN 'null' WHEN JSON_VALID({}) THEN {} ELSE JSON_QUOTE({}) END",
                    value, value, value, value,
                )  # fmt: skip
            case "scalar":
                return sql("coalesce({}, 'null')", value)
            case "geometry":
                return sql("coalesce(ST_AsGeoJSON({}), 'null')", value)
            case "csv" if style == "directus":
                return sql(
                    "CASE WHEN {} IS NULL THEN 'null' WHEN {} = '' THEN '[]'"
                    " ELSE concat('[', replace({}, ',', '\",\"'), ']') END",
                    value, value, self.json_string(value),
                )  # fmt: skip
            case "binary":
                return sql("coalesce(concat('\"', replace(TO_BASE64({}), char(10), ''), '\"'), 'null')", value)
            case _:
                return self.json_string(value)

    # coalesce(JSON_QUOTE(CONVERT(x USING utf8mb4)), 'null')
    def json_string(self, value: Sql) -> Sql:
        return sql("coalesce(JSON_QUOTE(CONVERT({} USING utf8mb4)), 'null')", value)

    def join_text(self, pieces: Sequence[Sql | str]) -> Sql:
        return sql("concat({})", join(", ", pieces))

    # (SELECT concat('[', coalesce(group_concat(a.j ORDER BY a.n SEPARATOR ','), ''), ']')
    #    FROM (SELECT <value> AS j, row_number() OVER (ORDER BY …) AS n <tail> ORDER BY n LIMIT …) AS a)
    def array(self, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None) -> Sql:
        cut = self._cut(value, tail, order, limit, offset)
        return sql(
            "(SELECT concat('[', coalesce(group_concat(a.j ORDER BY a.n SEPARATOR ','), ''), ']') FROM ({}) AS a)", cut
        )

    def keyed_rows(
        self, key: str, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None
    ) -> Sql:
        cut = self._cut(value, tail, order, limit, offset)
        start = self.text(f",{json_text(key)}:[")
        return sql("(SELECT concat({}, group_concat(a.j ORDER BY a.n SEPARATOR ','), ']') FROM ({}) AS a)", start, cut)

    def _cut(self, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None) -> Sql:
        """The wanted rows with their place `n`: `j` is to be aggregated in this order."""
        clause = self.limit(limit, offset, ordered=True)
        if order is None:
            return sql("SELECT {} AS j, 0 AS n {}{}", value, tail, clause)
        return sql("SELECT {} AS j, row_number() OVER (ORDER BY {}) AS n {} ORDER BY n{}", value, order, tail, clause)

    def plain_text(self, value: Sql) -> Sql:
        return sql("CONVERT({} USING utf8mb4)", value)

    # --- clauses

    def order(self, value: Sql, *, descending: bool, nulls_last: bool | None, type: str = "") -> Sql:
        direction = "DESC" if descending else "ASC"
        if nulls_last is None or nulls_last is descending:
            return sql("{} {}", value, direction)
        return sql("{} IS {}NULL, {} {}", value, "" if nulls_last else "NOT ", value, direction)

    def limit(self, limit: Sql | None, offset: Sql | None, *, ordered: bool) -> Sql:
        if limit is None and offset is None:
            return sql("")
        text: Sql = sql(" LIMIT {}", limit if limit is not None else self.everything)
        return text if offset is None else sql("{} OFFSET {}", text, offset)

    def random(self) -> Sql:
        return sql("rand()")


def json_path(path: Sequence[str]) -> str:
    """`$."a"[0]`: names quoted, digits as list positions."""
    pieces = (
        f"[{part}]"
        if part.isascii() and part.isdigit()
        else '."' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for part in path
    )
    return "$" + "".join(pieces)


def _is_column(value: Sql) -> bool:
    """True for a column as it is, which alone can have an index."""
    return len(value.parts) == 1 and isinstance(value.parts[0], str) and _COLUMN.fullmatch(value.parts[0]) is not None


def _is_fixed(value: Sql) -> bool:
    """True for what no column has a part in: bound values and what is computed of them. (Columns are always quoted.)"""
    return not any(isinstance(part, str) and "`" in part for part in value.parts)


def _number(value: Any, type: str) -> Any:
    if type == "float":
        number = float(value)
        return number if abs(number) < float("inf") else None
    if type == "decimal":
        try:
            exact = Decimal(str(value))
        except InvalidOperation:
            return None
        return exact if exact.is_finite() else None
    return int(value)


def _clock(value: timedelta) -> str:
    """A TIME, which may be negative or longer than a day."""
    micro = abs(value) // timedelta(microseconds=1)
    seconds, fraction = divmod(micro, 1_000_000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}{text}.{fraction:06}" if fraction else sign + text


def _bindable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidQuery("The text has a half of a surrogate pair in it, which is no character.") from error
    return text


DIALECT = MySqlDialect()
