"""JSON made by the database: every type in both styles, nesting, order, odd characters. Parsed, it must be what was
stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.dialects.live import LIVE, Live, live_database, value

from satchel.expr.dialect import ObjectEntry, Sql
from satchel.expr.fragment import join, sql

pytestmark = pytest.mark.dialects

NASTY = (
    'quote " back \\ slash / tab \t newline \n return \r bell \x07 escape \x1b delete \x7f'
    " ä 日本 😀 \u2028 '; -- %s ? $1 {}"
)

TYPES = {
    "id": "integer",
    "s": "string",
    "x": "text",
    "big": "bigInteger",
    "f": "float",
    "c": "decimal",
    "b": "boolean",
    "d": "date",
    "tm": "time",
    "dt": "dateTime",
    "ts": "timestamp",
    "u": "uuid",
    "j": "json",
    "v": "csv",
    "raw": "binary",
}
DDL = {
    "sqlite": "CREATE TABLE t (id INTEGER PRIMARY KEY, s VARCHAR(200), x TEXT, big BIGINT, f REAL,"
    " c DECIMAL(12,2), b BOOLEAN,"
    " d DATE, tm TIME, dt DATETIME, ts TIMESTAMP, u CHAR(36), j JSON, v TEXT, raw BLOB)",
    "postgres": "CREATE TABLE t (id integer PRIMARY KEY, s varchar(200), x text, big bigint, f"
    " float8, c numeric(12,2), b boolean,"
    " d date, tm time, dt timestamp, ts timestamptz, u uuid, j json, v text, raw bytea)",
    "mariadb": "CREATE TABLE t (id integer PRIMARY KEY, s varchar(200), x text, big bigint, f"
    " double, c decimal(12,2), b boolean,"
    " d date, tm time, dt datetime(3), ts timestamp(3) NULL, u uuid, j json, v text, raw blob)",
}
UUID = "123e4567-e89b-12d3-a456-426614174000"
DOCUMENT = {"a": [1, 2.5, "x", None, True], 'ö"': {"deep": [[], {}]}, "n": NASTY}
ROWS: list[dict[str, Any]] = [
    {"id": 1},
    {
        "id": 2,
        "s": NASTY[:150],
        "x": NASTY,
        "big": 9007199254740993,
        "f": 0.1,
        "c": "12.34",
        "b": True,
        "d": "2024-02-29",
        "tm": "09:05:00",
        "dt": "2024-01-02 03:04:05.678",
        "ts": "2024-01-02 01:04:05.678Z",
        "u": UUID,
        "j": json.dumps(DOCUMENT),
        "v": 'a,b "c",ä',
        "raw": bytes(range(256)),
    },
    {
        "id": 3,
        "s": "",
        "x": "",
        "big": -9223372036854775808,
        "f": 5.0,
        "c": "5",
        "b": False,
        "d": "1999-12-31",
        "tm": "00:00:00",
        "dt": "1999-12-31 23:59:59.999",
        "ts": "1999-12-31 23:59:59.999Z",
        "j": "[]",
        "v": "",
        "raw": b"",
    },
    {"id": 4, "f": 1e21, "c": "-0.5", "j": '"text"', "v": "one", "s": "null", "x": "[1]"},
    {"id": 5, "f": -1.5e-7, "j": "null", "big": 0},
    {"id": 6, "f": 1 / 3, "j": "5"},
]


@pytest.fixture(scope="module", params=LIVE)
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_database(request.param, tmp_path_factory.mktemp("json")) as opened:
        opened.write(DDL[request.param])
        opened.insert("t", TYPES, ROWS)
        yield opened


def column(live: Live, name: str, table: str = "t") -> Sql:
    return sql(f"{table}.{live.dialect.quote(name)}")


def documents(live: Live, value: Sql) -> list[Any]:
    rows = live.read(sql("SELECT {} FROM t ORDER BY t.id", live.dialect.text_of_json(value)))
    return [json.loads(text) for (text,) in rows]


def expected(kind: str, style: str, type: str, stored: Any) -> Any:
    """What a value must look like on a wire."""
    if stored is None:
        return None
    match type:
        case "bigInteger" if kind == "postgres" and style == "directus":
            return str(stored)
        case "decimal":
            exact = f"{float(stored):.2f}"
            return exact if style == "directus" and kind != "sqlite" else float(stored)
        case "date":
            return stored if style == "directus" else f"{stored} 00:00:00.000Z"
        case "dateTime":
            return stored[:19].replace(" ", "T") if style == "directus" else stored + "Z"
        case "timestamp":
            return stored.replace(" ", "T") if style == "directus" else stored
        case "json":
            return json.loads(stored)
        case "csv":
            return stored if style != "directus" else stored.split(",") if stored else []
        case "binary":
            import base64

            return base64.b64encode(stored).decode()
        case _:
            return stored


@pytest.mark.parametrize("style", ["directus", "pocketbase"])
@pytest.mark.parametrize("name", TYPES)
def test_values(live: Live, name: str, style: str) -> None:
    written = documents(live, live.dialect.json_value(column(live, name), TYPES[name], array=False, style=style))
    assert written == [expected(live.dialect.name, style, TYPES[name], row.get(name)) for row in ROWS]


def test_object_keeps_keys_in_order(live: Live) -> None:
    keys = ["z", "a", "it's", 'quoted "key"', "back\\slash", "ä😀", "%s ?", "{}", "a very long key " * 10, "", "2", "1"]
    entries = [ObjectEntry(key, live.dialect.json_string(value(key, "text"))) for key in keys]
    (text,) = live.read(sql("SELECT {}", live.dialect.text_of_json(live.dialect.object(entries))))[0]
    assert list(json.loads(text).items()) == [(key, key) for key in keys]


def test_object_of_many_keys(live: Live) -> None:
    entries = [ObjectEntry(f"key{number}", live.dialect.json_constant(str(number))) for number in range(1500)]
    (text,) = live.read(sql("SELECT {}", live.dialect.object(entries)))[0]
    assert json.loads(text) == {f"key{number}": number for number in range(1500)}


def test_object_without_keys(live: Live) -> None:
    assert live.read(sql("SELECT {}", live.dialect.object([])))[0][0] == "{}"


@pytest.mark.parametrize("present", [(), (0,), (1,), (2,), (0, 2), (1, 2), (0, 1, 2)], ids=str)
def test_object_leaves_entries_out(live: Live, present: tuple[int, ...]) -> None:
    one = live.dialect.json_constant("1")
    conditional = [ObjectEntry(str(number), one, sql("1 = 1" if number in present else "1 = 0")) for number in range(3)]
    for certain in (None, 0, 1, 3):
        entries = [*conditional]
        if certain is not None:
            entries.insert(certain, ObjectEntry("x", one))
        (text,) = live.read(sql("SELECT {}", live.dialect.object(entries)))[0]
        assert list(json.loads(text)) == [
            entry.key for entry in entries if entry.key == "x" or int(entry.key) in present
        ]


def test_three_levels_in_order(live: Live) -> None:
    """For each row: the two rows after it, last first; for each of those the row before it; and in that a list of all
    ids.
    """
    dialect = live.dialect

    def ids(table: str) -> Sql:
        return dialect.json_value(column(live, "id", table), "integer", array=False, style="directus")

    text_of_child = dialect.json_value(column(live, "x", "b"), "text", array=False, style="directus")
    everyone = dialect.array(
        ids("d"), sql("FROM t AS d WHERE d.id <> c.id"), sql("d.id DESC"), None, value(1, "bigInteger")
    )
    before = dialect.scalar(
        sql(
            "SELECT {} AS j FROM t AS c WHERE c.id = b.id - 2",
            dialect.object([ObjectEntry("id", ids("c")), ObjectEntry("all", everyone)]),
        )
    )
    child = dialect.object(
        [ObjectEntry("id", ids("b")), ObjectEntry("x", text_of_child), ObjectEntry("before", before)]
    )
    children = dialect.array(
        child,
        sql("FROM t AS b WHERE b.id > t.id"),
        dialect.order(sql("b.id"), descending=True, nulls_last=None),
        value(2, "bigInteger"),
        value(1, "bigInteger"),
    )
    written = documents(live, dialect.object([ObjectEntry("id", ids("t")), ObjectEntry("children", children)]))

    def child_of(number: int) -> dict[str, Any]:
        found = number - 2
        others = [other for other in range(6, 0, -1) if other != found][1:]
        row = next(row for row in ROWS if row["id"] == number)
        return {"id": number, "x": row.get("x"), "before": {"id": found, "all": others} if found > 0 else None}

    assert written == [
        {"id": number, "children": [child_of(other) for other in range(6, number, -1)][1:3]} for number in range(1, 7)
    ]


def test_array_without_order_or_rows(live: Live) -> None:
    one = live.dialect.json_constant("{}")
    (none,) = live.read(sql("SELECT {}", live.dialect.array(one, sql("FROM t WHERE t.id > 99"), None, None, None)))[0]
    (all_,) = live.read(sql("SELECT {}", live.dialect.array(one, sql("FROM t"), None, None, None)))[0]
    (two,) = live.read(
        sql("SELECT {}", live.dialect.array(one, sql("FROM t"), None, value(2, "bigInteger"), value(0, "bigInteger")))
    )[0]
    assert (none, json.loads(all_), json.loads(two)) == ("[]", [{}] * 6, [{}] * 2)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("nulls_last", [False, True])
def test_nulls_first_or_last(live: Live, descending: bool, nulls_last: bool) -> None:
    order = live.dialect.order(column(live, "big"), descending=descending, nulls_last=nulls_last)
    found = [row[0] for row in live.read(sql("SELECT t.big FROM t ORDER BY {}", order))]
    known = sorted((row["big"] for row in ROWS if row.get("big") is not None), reverse=descending)
    nulls = [None] * (len(ROWS) - len(known))
    assert found == (known + nulls if nulls_last else nulls + known)


def test_concealed(live: Live) -> None:
    assert documents(live, live.dialect.json_concealed(column(live, "s"))) == [
        None,
        "**********",
        None,
        "**********",
        None,
        None,
    ]


def test_page_of_a_megabyte(live: Live) -> None:
    pieces = live.dialect.json_string(value("ä" * 100_000, "text"))
    (text,) = live.read(sql("SELECT {}", live.dialect.array(pieces, sql("FROM t"), None, None, None)))[0]
    assert json.loads(text) == ["ä" * 100_000] * 6


def test_floats_come_back_exactly(live: Live) -> None:
    numbers = [0.1, 0.1 + 0.2, 1 / 3, 1e-300, 1.7976931348623157e308, 123456789.123456789, -0.0, 2.0**53, 5e-324]
    selected = [
        live.dialect.json_value(value(number, "float"), "float", array=False, style="directus") for number in numbers
    ]
    written = [json.loads(text) for text in live.read(sql("SELECT {}", join(", ", selected)))[0]]
    assert written == numbers


class TestSqliteValues:
    """SQLite columns hold whatever was put in, and dates in many spellings."""

    DIRECTUS_DATES = (
        ("2024-01-02", "2024-01-02T00:00:00.000Z", "2024-01-02T00:00:00", "2024-01-02"),
        ("2024-01-02 03:04", "2024-01-02T03:04:00.000Z", "2024-01-02T03:04:00", "2024-01-02"),
        ("2024-01-02T03:04:05.678+02:00", "2024-01-02T01:04:05.678Z", "2024-01-02T01:04:05", "2024-01-02"),
        (1704164645000, "2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05", "2024-01-02"),
        (1704164645, "2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05", "2024-01-02"),
        (2460311.5, "2024-01-02T00:00:00.000Z", "2024-01-02T00:00:00", "2024-01-02"),
        ("next week", "next week", "next week", "next week"),
        ("", "", "", ""),
        (None, None, None, None),
    )

    @pytest.fixture
    def loose(self, tmp_path: Any) -> Iterator[Live]:
        with live_database("sqlite", tmp_path) as opened:
            opened.write("CREATE TABLE t (id INTEGER PRIMARY KEY, a)")
            yield opened

    def written(self, loose: Live, type: str, style: str = "directus") -> list[Any]:
        return documents(loose, loose.dialect.json_value(column(loose, "a"), type, array=False, style=style))

    def store(self, loose: Live, *values: Any) -> None:
        loose.insert("t", {"a": ""}, [{"a": item} for item in values])

    def test_dates(self, loose: Live) -> None:
        self.store(loose, *[dates[0] for dates in self.DIRECTUS_DATES])
        assert self.written(loose, "timestamp") == [dates[1] for dates in self.DIRECTUS_DATES]
        assert self.written(loose, "dateTime") == [dates[2] for dates in self.DIRECTUS_DATES]
        assert self.written(loose, "date") == [dates[3] for dates in self.DIRECTUS_DATES]

    @pytest.mark.parametrize("type", ["string", "integer", "float", "decimal", "unknown", "uuid", "csv", "json", ""])
    def test_anything_in_any_column(self, loose: Live, type: str) -> None:
        given = [5, 2.5, "text", b"\x00\xff", float("inf"), float("-inf"), "", None]
        self.store(loose, *given)
        for style in ("directus", "pocketbase"):
            written = self.written(loose, type, style)
            assert written[3] == "AP8="
            assert written[7] is None
            if type != "csv":
                assert written[:3] == [5, 2.5, "text"]

    def test_infinities_are_null(self, loose: Live) -> None:
        self.store(loose, float("inf"), float("-inf"))
        for type in ("float", "decimal", "unknown"):  # noqa: A001
            assert self.written(loose, type) == [None, None]

    def test_booleans(self, loose: Live) -> None:
        self.store(loose, 1, 0, "1", "0", "", None, "true", 5)
        assert self.written(loose, "boolean") == [True, False, True, False, None, None, "true", 5]
        assert self.written(loose, "boolean", "pocketbase") == [True, False, True, False, False, None, True, False]

    def test_text_that_is_no_json(self, loose: Live) -> None:
        self.store(loose, "{broken", "", "[1, 2]", "NaN", "{a:1}")
        assert self.written(loose, "json") == ["{broken", "", [1, 2], "NaN", "{a:1}"]
