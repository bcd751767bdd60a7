"""Microsoft SQL Server (2019 and later).

In charge of: what SQL Server says its own way. Not in charge of: running it. Called by `expr/operators`,
`expr/functions`, `sql/read` and `sql/write`. Not yet run against a live server.

What it can't do, and says so with NotSupported: regular expressions, `strftime`. Conditions are no values here, so they
only ever stand in WHERE, ON and CASE WHEN. A list that hangs on a table of the same FROM would need APPLY instead of a
join.

Texts are compared by code unit (`Latin1_General_100_BIN2`) with a full stop behind both, because trailing blanks do not
count otherwise; a plain comparison goes first, so that a column's index is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from satchel.errors import InvalidQuery
from satchel.expr.dates import spelled
from satchel.expr.dialect import Sql
from satchel.expr.fragment import join, sql
from satchel.sql.dialects.base import MOMENTS, NUMBERS, BaseDialect, constant, json_text, literal
from satchel.sql.dialects.mysql import json_path

_BINARY = "COLLATE Latin1_General_100_BIN2"
_AGGREGATE = "string_agg(CAST(a.j AS nvarchar(max)), N',') WITHIN GROUP (ORDER BY a.n)"
_DECIMAL = "decimal(38, 15)"
_CASTS = {
    "integer": "bigint",
    "bigInteger": "bigint",
    "float": "float",
    "decimal": _DECIMAL,
    "boolean": "bit",
    "date": "date",
    "time": "time",
    "dateTime": "datetime2(3)",
    "timestamp": "datetimeoffset(3)",
    "uuid": "uniqueidentifier",
    "binary": "varbinary(max)",
}
_PARTS = {
    "year": "year",
    "month": "month",
    "week": "iso_week",
    "day": "day",
    "hour": "hour",
    "minute": "minute",
    "second": "second",
}


class MsSqlDialect(BaseDialect):
    name = "mssql"
    label = "SQL Server"
    returning = False
    true = "1"
    false = "0"

    # --- names and values

    def quote(self, name: str) -> str:
        if "\0" in name:
            raise InvalidQuery("A name can't contain a NUL character")
        return "[" + name.replace("]", "]]") + "]"

    def text(self, text: str) -> str:
        return "N" + literal(text)

    def placeholder(self, number: int, type: str) -> str:
        to = _CASTS.get(type)
        return f"CAST(? AS {to})" if to else "CAST(? AS nvarchar(max))"

    def encode(self, value: Any, type: str) -> Any:
        """None, text, int (of booleans) or bytes: everything else is cast from its text."""
        if value is None or isinstance(value, bytes):
            return value
        if type == "scalar":
            return json_text(value)
        if isinstance(value, bool):
            return int(value) if type == "boolean" else str(int(value))
        if isinstance(value, dict | list | tuple):
            return json_text(value)
        if isinstance(value, datetime | date | time):
            return spelled(value, type if type in MOMENTS else "timestamp") or str(value)
        return repr(value) if isinstance(value, float) else str(value)

    def decode(self, value: Any, type: str) -> Any:
        if value is None or isinstance(value, bool | int | float | str | bytes):
            return bool(value) if type == "boolean" and isinstance(value, int) else value
        if isinstance(value, Decimal):
            return format(value, "f")
        if isinstance(value, datetime):
            return spelled(value, "dateTime" if value.tzinfo is None else "timestamp")
        return value.isoformat() if isinstance(value, date | time) else str(value).lower()

    # --- scalar expressions

    def same(self, left: Sql, right: Sql) -> Sql:
        return sql("EXISTS (SELECT {} INTERSECT SELECT {})", left, right)

    # ([t].[title] = ? AND [t].[title] + N'.' = ? + N'.' COLLATE Latin1_General_100_BIN2)
    def compare(self, symbol: str, left: Sql, right: Sql, kind: str) -> Sql:
        if kind != "text":
            return sql("{} {} {}", left, symbol, right)
        if symbol not in ("=", "<>"):
            return sql(f"{{}} {symbol} {{}} {_BINARY}", left, right)
        exact = sql(f"{{}} + N'.' {symbol} {{}} + N'.' {_BINARY}", left, right)
        return sql("({} = {} AND {})", left, right, exact) if symbol == "=" else exact

    def like(self, value: Sql, pattern: Sql, *, sensitive: bool) -> Sql:
        collation = _BINARY if sensitive else "COLLATE Latin1_General_100_CI_AS"
        return sql(f"{{}} LIKE replace({{}}, N'[', N'\\[') {collation} ESCAPE N'\\'", value, pattern)

    def concat(self, *pieces: Sql) -> Sql:
        return sql("({})", join(" + ", list(pieces)))

    def text_length(self, value: Sql) -> Sql:
        return sql("(datalength(CAST({} AS nvarchar(max))) / 2)", value)

    def cast(self, value: Sql, type: str, to: str) -> Sql:
        if to == type:
            return value
        if to in ("text", "string", "hash", "csv", "unknown", "json"):
            return self._to_text(value, type)
        if to == "scalar":
            return sql("concat(N'\"', string_escape({}, 'json'), N'\"')", self._to_text(value, type))
        if to in ("decimal", "float") and type in NUMBERS:
            return value
        if type == "scalar":
            value = self._to_text(value, type) if to not in ("decimal", "float") else self._scalar_number(value)
        if to == "bigInteger" and type not in ("integer", "boolean"):
            number = sql(f"TRY_CAST({{}} AS {_DECIMAL})", value)
            return sql("CASE WHEN {} = floor({}) THEN TRY_CAST({} AS bigint) END", number, number, number)
        if type == "timestamp" and to in ("date", "dateTime", "time"):
            value = sql("{} AT TIME ZONE 'UTC'", value)
        return sql("TRY_CAST({} AS {})", value, _CASTS[to])

    def _to_text(self, value: Sql, type: str) -> Sql:
        match type:
            case "string" | "text" | "csv" | "hash":
                return value
            case "date":
                return sql("CONVERT(nvarchar(10), {}, 23)", value)
            case "dateTime":
                return sql("CONVERT(nvarchar(23), CAST({} AS datetime2(3)), 121)", value)
            case "timestamp":
                return sql("CONVERT(nvarchar(23), CAST({} AT TIME ZONE 'UTC' AS datetime2(3)), 121) + N'Z'", value)
            case "float":
                return sql("CONVERT(nvarchar(50), {}, 3)", value)
            case "boolean":
                return sql("CAST(CAST({} AS int) AS nvarchar(1))", value)
            case "uuid":
                return sql("lower(CAST({} AS nvarchar(36)))", value)
            case "scalar":
                return sql(
                    "(SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END"
                    " FROM OPENJSON(concat(N'[', {}, N']')) AS o)",
                    value,
                )
            case _:
                return sql("CAST({} AS nvarchar(max))", value)

    def _scalar_number(self, value: Sql) -> Sql:
        return sql(
            "(SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END"
            " FROM OPENJSON(concat(N'[', {}, N']')) AS o)",
            value,
        )

    # x IN (SELECT TRY_CAST(o.[value] AS bigint) FROM OPENJSON(?) AS o WHERE o.[value] IS NOT NULL)
    def in_list(self, value: Sql, values: Sql, type: str) -> Sql:
        to = _CASTS.get(type)
        if to is not None:
            element: Sql = sql("TRY_CAST(o.[value] AS {})", to)
            return sql("{} IN (SELECT {} FROM OPENJSON({}) AS o WHERE {} IS NOT NULL)", value, element, values, element)
        text = self._to_text(value, type)
        same = self.compare("=", text, sql("o.[value]"), "text")
        return sql("EXISTS (SELECT 1 FROM OPENJSON({}) AS o WHERE {})", values, same)

    # (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN <quoted> ELSE o.[value] END FROM OPENJSON(<doc>, ?) AS o
    #    WHERE o.[key] = ?)
    def json_get(self, document: Sql, path: Sequence[str]) -> Sql:
        """A scalar is the JSON text of its value."""
        if path:
            where = sql(
                "OPENJSON(CASE WHEN ISJSON({}) = 1 THEN {} END, {})", document, document, constant(json_path(path[:-1]))
            )
            key: Sql = constant(path[-1])
        else:
            wrapped = sql("concat(N'[', {}, N']')", document)
            where = sql("OPENJSON(CASE WHEN ISJSON({}) = 1 THEN {} END)", wrapped, wrapped)
            key = sql("N'0'")
        return sql(
            "(SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'\"', string_escape(o.[value], 'json'), N'\"')"
            f" ELSE o.[value] END FROM {{}} AS o WHERE o.[key] = {{}} {_BINARY})",
            where, key,
        )  # fmt: skip

    def _list(self, document: Sql) -> Sql:
        return sql(
            "CASE WHEN ISJSON({}) = 1 AND left(ltrim({}), 1) = N'[' THEN {} ELSE N'[]' END",
            document,
            document,
            document,
        )

    def json_length(self, document: Sql) -> Sql:
        return sql("(SELECT count(*) FROM OPENJSON({}))", self._list(document))

    def json_each(self, document: Sql, alias: str) -> Sql:
        return sql(
            "(SELECT [value], CAST([key] AS int) AS [position] FROM OPENJSON({})) AS {}", self._list(document), alias
        )

    # (SELECT <cast of e.v0> AS [id], … FROM OPENJSON(?) WITH (v0 nvarchar(max) '$[0]', …) AS e) AS t2
    def handed(self, document: Sql, columns: Sequence[tuple[str, str]], alias: str) -> Sql:
        listed = [
            sql("{} AS {}", self.cast(sql(f"e.v{place}"), "text", storage), self.quote(name))
            for place, (name, storage) in enumerate(columns)
        ]
        paths = ", ".join(f"v{place} nvarchar(max) '$[{place}]'" for place in range(len(columns)))
        return sql("(SELECT {} FROM OPENJSON({}) WITH ({}) AS e) AS {}", join(", ", listed), document, paths, alias)

    def date_part(self, part: str, value: Sql, type: str) -> Sql:
        local = sql("{} AT TIME ZONE 'UTC'", value) if type == "timestamp" else value
        if part == "weekday":
            return sql("((datepart(weekday, {}) + @@DATEFIRST - 1) % 7)", local)
        return sql("datepart({}, {})", _PARTS[part], local)

    def strftime(self, format: Sql, value: Sql | None, modifiers: Sequence[Sql]) -> Sql:
        raise self.unsupported("strftime")

    def geo_distance(self, lon_a: Sql, lat_a: Sql, lon_b: Sql, lat_b: Sql) -> Sql:
        return sql(
            "(SELECT 12742.0 * asin(IIF(w.h > 1, 1, w.h)) FROM (SELECT sqrt(square(sin(radians(v.y2 - v.y1) / 2))"
            " + cos(radians(v.y1)) * cos(radians(v.y2)) * square(sin(radians(v.x2 - v.x1) / 2))) AS h FROM (SELECT"
            " CAST({} AS float) AS x1, CAST({} AS float) AS y1, CAST({} AS float) AS x2, CAST({} AS float) AS"
            " y2) AS v) AS w)",
            lon_a, lat_a, lon_b, lat_b,
        )  # fmt: skip

    def intersects(self, geometry: Sql, document: Sql, *, box: bool) -> Sql:
        raise self.unsupported("geometries can't be compared with GeoJSON")

    # --- JSON output

    def json_value(self, value: Sql, type: str, *, array: bool, style: str) -> Sql:
        match type:
            case "integer" | "bigInteger":
                return sql("coalesce(CAST({} AS nvarchar(max)), N'null')", value)
            case "decimal" if style == "pocketbase":
                return sql("coalesce(CAST({} AS nvarchar(max)), N'null')", value)
            case "float":
                return sql("coalesce(CONVERT(nvarchar(max), {}, 3), N'null')", value)
            case "boolean":
                return sql("CASE {} WHEN 1 THEN N'true' WHEN 0 THEN N'false' ELSE N'null' END", value)
            case "date" | "dateTime" | "timestamp":
                return sql("coalesce(N'\"' + {} + N'\"', N'null')", self._moment(value, type, style))
            case "json":
                wrapped = sql("concat(N'[', {}, N']')", value)
                return sql(
                    "CASE WHEN {} IS NULL THEN N'null' WHEN ISJSON({}) = 1 THEN CAST({} AS nvarchar(max)) ELSE {} END",
                    value, wrapped, value, self.json_string(value),
                )  # fmt: skip
            case "scalar":
                return sql("coalesce({}, N'null')", value)
            case "csv" if style == "directus":
                return sql(
                    "CASE WHEN {} IS NULL THEN N'null' WHEN {} = N'' THEN N'[]'"
                    " ELSE concat(N'[', replace({}, N',', N'\",\"'), N']') END",
                    value, value, self.json_string(value),
                )  # fmt: skip
            case "binary":
                encoded = sql("(SELECT {} AS [*] FOR XML PATH(''), BINARY BASE64)", value)
                return sql("coalesce(N'\"' + {} + N'\"', N'null')", encoded)
            case "geometry":
                return self.json_string(sql("{}.STAsText()", value))
            case "uuid":
                return self.json_string(sql("lower(CAST({} AS nvarchar(36)))", value))
            case _:
                return self.json_string(value)

    def _moment(self, value: Sql, type: str, style: str) -> Sql:
        local = sql("{} AT TIME ZONE 'UTC'", value) if type == "timestamp" else value
        if style == "pocketbase":
            return sql("CONVERT(nvarchar(23), CAST({} AS datetime2(3)), 121) + N'Z'", local)
        if type == "date":
            return sql("CONVERT(nvarchar(10), {}, 23)", value)
        if type == "dateTime":
            return sql("CONVERT(nvarchar(19), {}, 126)", value)
        return sql("CONVERT(nvarchar(23), CAST({} AS datetime2(3)), 126) + N'Z'", local)

    # coalesce(N'"' + string_escape(CAST(x AS nvarchar(max)), 'json') + N'"', N'null')
    def json_string(self, value: Sql) -> Sql:
        return sql("coalesce(N'\"' + string_escape(CAST({} AS nvarchar(max)), 'json') + N'\"', N'null')", value)

    def join_text(self, pieces: Sequence[Sql | str]) -> Sql:
        # the first operand's type is that of the whole, and a plain literal would cut it at 4000 characters
        return sql("(CAST(N'' AS nvarchar(max)) + {})", join(" + ", pieces))

    def cut_first(self, value: Sql) -> Sql:
        return sql("substring({}, 2, 2147483647)", value)

    # (SELECT N'[' + coalesce(string_agg(a.j, N',') WITHIN GROUP (ORDER BY a.n), N'') + N']'
    #    FROM (SELECT <value> AS j, row_number() OVER (ORDER BY …) AS n <tail> ORDER BY … OFFSET … FETCH …) AS a)
    def array(self, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None) -> Sql:
        cut = self._cut(value, tail, order, limit, offset)
        return sql("(SELECT N'[' + coalesce({}, N'') + N']' FROM ({}) AS a)", _AGGREGATE, cut)

    def keyed_rows(
        self, key: str, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None
    ) -> Sql:
        cut = self._cut(value, tail, order, limit, offset)
        return sql("(SELECT {} + {} + N']' FROM ({}) AS a)", self.text(f",{json_text(key)}:["), _AGGREGATE, cut)

    def _cut(self, value: Sql, tail: Sql, order: Sql | None, limit: Sql | None, offset: Sql | None) -> Sql:
        """The wanted rows with their place `n`."""
        by: Sql = order if order is not None else sql("(SELECT NULL)")
        cut: Sql = sql("SELECT {} AS j, row_number() OVER (ORDER BY {}) AS n {}", value, by, tail)
        if limit is None and offset is None:
            return cut
        return sql("{} ORDER BY {}{}", cut, by, self.limit(limit, offset, ordered=True))

    def scalar(self, select: Sql) -> Sql:
        return sql("coalesce(({}), N'null')", select)

    def json_concealed(self, value: Sql) -> Sql:
        return sql("CASE WHEN {} IS NULL OR {} = N'' THEN N'null' ELSE N'\"**********\"' END", value, value)

    # --- clauses

    def order(self, value: Sql, *, descending: bool, nulls_last: bool | None, type: str = "") -> Sql:
        direction = "DESC" if descending else "ASC"
        if nulls_last is None or nulls_last is descending:
            return sql("{} {}", value, direction)
        rank = ("1", "0") if nulls_last else ("0", "1")
        return sql("CASE WHEN {} IS NULL THEN {} ELSE {} END, {} {}", value, *rank, value, direction)

    def limit(self, limit: Sql | None, offset: Sql | None, *, ordered: bool) -> Sql:
        if limit is None and offset is None:
            return sql("")
        start: Sql = offset if offset is not None else sql("0")
        by = "" if ordered else " ORDER BY (SELECT NULL)"
        text: Sql = sql("{} OFFSET {} ROWS", by, start)
        return sql("{} FETCH NEXT {} ROWS ONLY", text, limit) if limit is not None else text

    def random(self) -> Sql:
        return sql("newid()")


DIALECT = MsSqlDialect()
