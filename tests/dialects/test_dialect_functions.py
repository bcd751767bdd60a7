"""Functions on every database: what SQL computes is what the Python half computes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.dialects.live import LIVE, Live, live_database, value

from satchel.expr.dialect import Term
from satchel.expr.fragment import join, sql
from satchel.expr.functions import FUNCTIONS
from satchel.expr.functions.date_parts import PARTS
from satchel.expr.functions.strftime import FORMATS
from satchel.expr.operators import Value

pytestmark = pytest.mark.dialects

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TYPES = {
    "id": "integer",
    "s": "string",
    "n": "integer",
    "d": "date",
    "tm": "time",
    "dt": "dateTime",
    "ts": "timestamp",
    "j": "json",
    "v": "csv",
}
DDL = {
    "sqlite": "CREATE TABLE t (id INTEGER PRIMARY KEY, s VARCHAR(200), n INTEGER, d DATE, tm TIME,"
    " dt DATETIME, ts TIMESTAMP, j JSON, v TEXT)",
    "postgres": "CREATE TABLE t (id integer PRIMARY KEY, s varchar(200), n integer, d date, tm time,"
    " dt timestamp, ts timestamptz, j json, v text)",
    "mariadb": "CREATE TABLE t (id integer PRIMARY KEY, s varchar(200), n integer, d date, tm time,"
    " dt datetime(3), ts timestamp(3) NULL, j json, v text)",
}
ROWS: list[dict[str, Any]] = [
    {
        "id": 1,
        "s": "ÄBC",
        "n": 5,
        "d": "2024-02-29",
        "tm": "09:05:07",
        "dt": "2024-12-31 23:59:59.999",
        "ts": "2024-01-01 00:00:00.000Z",
        "j": "[1,[2],{}]",
        "v": "a,b,c",
    },
    {
        "id": 2,
        "s": "",
        "n": 0,
        "d": "1999-12-31",
        "tm": "00:00:00",
        "dt": "2023-01-01 12:30:15.250",
        "ts": "2021-01-03 23:00:00.500Z",
        "j": '{"a":1}',
        "v": "",
    },
    {
        "id": 3,
        "s": "it's",
        "n": -1,
        "d": "2023-07-02",
        "tm": "23:59:59",
        "dt": "2024-07-01 00:00:00.000",
        "ts": "2016-02-29 13:14:15.016Z",
        "j": "[]",
        "v": "one",
    },
    {"id": 4, "j": "5"},
    {"id": 5},
]
MOMENTS = [
    "2024-01-31 10:20:30.456Z",
    "2024-02-29",
    "2023-12-31T23:59:59+02:00",
    "2016-03-01 00:00",
    "garbage",
    "",
    "2023-02-29",
    "2024-13-01",
    None,
]
# SQLite takes 29 February of any year for 1 March at most
LENIENT = ("2023-02-29",)
MODIFIERS = [
    "+1 month",
    "-1 day",
    "+90 minutes",
    "-3600 seconds",
    "+1 year",
    "start of month",
    "start of year",
    "start of day",
    "+2 hours",
    "12 days",
    "nonsense",
    "+1 fortnight",
    "",
]


@pytest.fixture(scope="module", params=LIVE)
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_database(request.param, tmp_path_factory.mktemp("functions")) as opened:
        opened.write(DDL[request.param])
        opened.insert("t", TYPES, ROWS)
        yield opened


def on_column(live: Live, name: str, column: str, *extra: str) -> list[tuple[Any, Any]]:
    """(SQL, Python) for each row."""
    function = FUNCTIONS[name]
    term = function.sql(live.dialect, [Term(sql(f"t.{live.dialect.quote(column)}"), TYPES[column])], extra)
    rows = live.read(sql("SELECT {} FROM t ORDER BY t.id", term.sql))
    expected = [function.evaluate([Value(row.get(column), TYPES[column])], extra, NOW) for row in ROWS]
    return [(row[0], said) for row, said in zip(rows, expected, strict=True)]


def on_values(live: Live, name: str, *arguments: Any) -> tuple[Any, Any]:
    """(SQL, Python) for bound arguments."""
    function = FUNCTIONS[name]
    hints = ["number" if isinstance(item, int | float) else "text" for item in arguments]
    terms = [Term(value(item, "", hint), "", hint) for item, hint in zip(arguments, hints, strict=True)]
    (row,) = live.read(sql("SELECT {}", function.sql(live.dialect, terms, ()).sql))
    return row[0], function.evaluate(
        [Value(item, "", hint) for item, hint in zip(arguments, hints, strict=True)], (), NOW
    )


@pytest.mark.parametrize("column", ["d", "dt", "ts"])
@pytest.mark.parametrize("part", [part for part in PARTS if part != "week"])
def test_date_parts(live: Live, part: str, column: str) -> None:
    assert all(found == said for found, said in on_column(live, part, column))


@pytest.mark.parametrize("part", ["hour", "minute", "second"])
def test_time_parts(live: Live, part: str) -> None:
    assert all(found == said for found, said in on_column(live, part, "tm"))


def test_week(live: Live) -> None:
    """From the first Monday on SQLite, by ISO 8601 elsewhere."""
    found = [answer for answer, _ in on_column(live, "week", "dt")]
    assert found == ([53, 0, 27, None, None] if live.dialect.name == "sqlite" else [1, 52, 27, None, None])


def test_lower(live: Live) -> None:
    found = [answer for answer, _ in on_column(live, "lower", "s")]
    assert found == ["Äbc" if live.dialect.name == "sqlite" else "äbc", "", "it's", None, None]
    assert [answer for answer, _ in on_column(live, "lower", "n")] == ["5", "0", "-1", None, None]


def test_list_length(live: Live) -> None:
    assert [answer for answer, _ in on_column(live, "list_length", "j")] == [3, 0, 0, 0, 0]
    assert [answer for answer, _ in on_column(live, "list_length", "v")] == [3, 0, 1, 0, 0]
    assert [answer for answer, _ in on_column(live, "list_length", "s", "single")] == [1, 0, 1, 0, 0]
    for column, extra in (("j", ()), ("v", ()), ("s", ("single",))):
        assert all(found == said for found, said in on_column(live, "list_length", column, *extra))


@pytest.mark.parametrize("moment", MOMENTS)
def test_strftime_formats(live: Live, moment: str | None) -> None:
    if live.dialect.name == "sqlite" and moment in LENIENT:
        assert on_values(live, "strftime", "%F", moment)[0] == "2023-03-01"
        return
    forms = [*(f"<%{letter}>" for letter in sorted(FORMATS)), "%Y-%m-%dT%H:%M:%S 100%% %%Y"]
    function = FUNCTIONS["strftime"]
    at = Term(value(moment, "", "text"), "", "text")
    terms = [function.sql(live.dialect, [Term(value(form, "", "text"), "", "text"), at], ()) for form in forms]
    (found,) = live.read(sql("SELECT {}", join(", ", [term.sql for term in terms])))
    said = [function.evaluate([Value(form, "", "text"), Value(moment, "", "text")], (), NOW) for form in forms]
    assert dict(zip(forms, found, strict=True)) == dict(zip(forms, said, strict=True))


@pytest.mark.parametrize("modifier", MODIFIERS)
def test_strftime_modifiers(live: Live, modifier: str) -> None:
    for moment in ("2024-05-15 10:20:30.456Z", "2023-12-31T23:59:59+02:00", "garbage"):
        found, said = on_values(live, "strftime", "%Y-%m-%d %H:%M:%f", moment, modifier)
        assert found == said, (moment, modifier)
    found, said = on_values(live, "strftime", "%Y-%m-%d", "2024-05-15", "start of month", modifier, "-1 day")
    assert found == said


def test_strftime_of_what_is_not_known(live: Live) -> None:
    assert on_values(live, "strftime", "%Q", "2024-01-01") == (None, None)
    assert on_values(live, "strftime", "%", "2024-01-01") == (None, None)


def test_strftime_now(live: Live) -> None:
    found, _ = on_values(live, "strftime", "%Y-%m-%d %H:%M")
    before = datetime.now(UTC)
    assert abs((datetime.fromisoformat(found).replace(tzinfo=UTC) - before).total_seconds()) < 120


def test_strftime_of_a_column(live: Live) -> None:
    function = FUNCTIONS["strftime"]
    form = Term(value("%Y-%m", "", "text"), "", "text")
    for column in ("d", "dt", "ts"):
        term = function.sql(live.dialect, [form, Term(sql(f"t.{column}"), TYPES[column])], ())
        found = [row[0] for row in live.read(sql("SELECT {} FROM t ORDER BY t.id", term.sql))]
        assert found == [row[column][:7] if row.get(column) else None for row in ROWS]


@pytest.mark.parametrize(
    ("points", "kilometres"),
    [
        ((23.32, 42.69, 23.3, 42.7), 1.98),
        ((0, 0, 0, 0), 0.0),
        ((10.5, -33.25, 10.5, -33.25), 0.0),
        ((0, 90, 0, -90), 20015.09),
        ((-179.5, 0, 179.5, 0), 111.19),
        (("abc", 0, 0, 0), None),
        ((None, 0, 0, 0), None),
    ],
    ids=str,
)
def test_geo_distance(live: Live, points: tuple[Any, ...], kilometres: float | None) -> None:
    found, said = on_values(live, "geoDistance", *points)
    if kilometres is None:
        assert (found, said) == (None, None)
    else:
        assert math.isclose(found, kilometres, abs_tol=0.01)
        assert math.isclose(found, said, abs_tol=1e-6)


def test_elements(live: Live) -> None:
    """The elements of a list as rows, in order; none for anything else."""
    names = live.dialect.element
    each = live.dialect.json_each(sql("t.j"), "e")
    found = live.read(
        sql(
            f"SELECT t.id, e.{names['value']} FROM t LEFT JOIN {{}} ON 1 = 1 ORDER BY t.id, e.{names['position']}", each
        )
    )
    assert [(key, None if item is None else str(item)) for key, item in found[:1]] == [(1, "1")]
    assert [key for key, _ in found] == [1, 1, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("given", "storage", "to", "cast"),
    [
        ("12", "text", "decimal", 12),
        ("1.5", "text", "decimal", 1.5),
        ("abc", "text", "decimal", None),
        ("", "text", "decimal", None),
        ("1e3", "text", "float", 1000),
        ("0x1F", "text", "decimal", None),
        ("12", "text", "bigInteger", 12),
        ("99999999999999999999", "text", "bigInteger", None),
        ("12.5", "text", "bigInteger", None),
        ("9223372036854775807", "text", "bigInteger", 2**63 - 1),
        ("2024-02-30", "text", "timestamp", None),
        ("junk", "text", "timestamp", None),
        ("nope", "text", "uuid", None),
        ("true", "text", "boolean", True),
        ("0", "text", "boolean", False),
        ("maybe", "text", "boolean", None),
        ("2024-01-02T03:04:05+01:00", "text", "timestamp", "2024-01-02 02:04:05.000Z"),
        ("2024-01-02", "text", "timestamp", "2024-01-02 00:00:00.000Z"),
    ],
)
def test_casts_never_fail(live: Live, given: Any, storage: str, to: str, cast: Any) -> None:
    sqlite = live.dialect.name == "sqlite"
    if (sqlite, given, to) in (
        (True, "99999999999999999999", "bigInteger"),
        (True, "12.5", "bigInteger"),
        (True, "2024-02-30", "timestamp"),
    ):
        # SQLite's own reading: the nearest integer below, and 1 March
        live.read(sql("SELECT {}", live.dialect.cast(value(given, "text"), storage, to)))
        return
    (row,) = live.read(sql("SELECT {}", live.dialect.cast(value(given, "text"), storage, to)))
    found = live.dialect.decode(row[0], to)
    if cast is not None and to in ("decimal", "float"):
        assert float(found) == cast
    elif isinstance(cast, bool):
        assert bool(found) is cast
    else:
        assert found == cast


def test_text_survives_the_way_there_and_back(live: Live) -> None:
    texts = [
        "%",
        "%%",
        "%s %(x)s",
        "?",
        "$1",
        ":name",
        "\\",
        "'",
        '"',
        "`",
        "{}",
        "{0}",
        "ä😀",
        "a\nb",
        "--",
        "/*",
        ";",
    ]
    assert list(live.read(sql("SELECT {}", join(", ", [value(text, "text") for text in texts])))[0]) == texts
    assert list(live.read(sql("SELECT {}", join(", ", [live.dialect.text(text) for text in texts])))[0]) == texts
