"""Every operator on every type and database: what SQL finds is what the Python half says, and nothing is an error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from tests.dialects.live import LIVE, Live, live_database, value

from satchel.expr.dialect import Term
from satchel.expr.fragment import join, sql
from satchel.expr.operators import FLAVORS, OPERATORS, Operator, Value

pytestmark = pytest.mark.dialects

UUID = "123e4567-e89b-12d3-a456-426614174000"
TYPES = {
    "id": "integer",
    "s": "string",
    "n": "integer",
    "g": "bigInteger",
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
}
DDL = {
    "sqlite": "CREATE TABLE t (id INTEGER PRIMARY KEY, s VARCHAR(200), n INTEGER, g BIGINT, f REAL,"
    " c NUMERIC, b BOOLEAN,"
    " d TEXT, tm TEXT, dt TEXT, ts TEXT, u CHAR(36), j JSON, v TEXT)",
    "postgres": "CREATE TABLE t (id integer PRIMARY KEY, s varchar(200), n integer, g bigint, f"
    " float8, c numeric(30,10), b boolean,"
    " d date, tm time, dt timestamp, ts timestamptz, u uuid, j jsonb, v text)",
    "mariadb": "CREATE TABLE t (id integer PRIMARY KEY, s varchar(200), n integer, g bigint, f"
    " double, c decimal(30,10), b boolean,"
    " d date, tm time, dt datetime(3), ts timestamp(3) NULL, u uuid, j json, v text)",
}
TEXTS = [
    None,
    "",
    "a",
    "A",
    "abc",
    "ABC",
    "a%b",
    "a_b",
    "a\\b",
    "it's",
    '"q"',
    "ä",
    "Ä",
    "日本😀",
    "5",
    "5.0",
    "-1",
    "1e3",
    " 5",
    "5 ",
    "a ",
    "true",
    "1",
    "0",
    "line\nbreak",
    "O",
    "One",
    "O%",
    "2024-01-02",
    "NaN",
    "+7",
    "0x10",
    UUID,
    UUID.upper(),
    "tab\t",
]
JSONS = [5, "5", "abc", True, False, None, [], ["a", "b"], {"a": [1, "x", None], "b": True}, -2.5, ""]
COLUMNS: dict[str, list[Any]] = {
    "s": TEXTS,
    "v": TEXTS,
    "n": [None, 0, 1, -1, 5, 10, 2147483647, -2147483648],
    "g": [None, 0, 1, -5, 9007199254740993, 9223372036854775807, -9223372036854775808, 5],
    "f": [None, 0.0, 1.0, -2.5, 0.1, 5.0, 1e21, 1e-7],
    "c": [None, "0", "1", "-2.5", "0.1", "5", "12345678.25", "-0.0001"],
    "b": [None, True, False],
    "d": [None, "2024-01-02", "1999-12-31", "2024-02-29"],
    "tm": [None, "00:00:00", "09:05:00", "23:59:59"],
    "dt": [None, "2024-01-02 03:04:05.000", "2024-01-02 00:00:00.000", "1999-12-31 23:59:59.999"],
    "ts": [None, "2024-01-02 03:04:05.000Z", "2024-01-02 00:00:00.000Z", "1999-12-31 23:59:59.999Z"],
    "u": [None, UUID, "00000000-0000-0000-0000-000000000000"],
    "j": [None, *(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in JSONS)],
}
ROWS: list[dict[str, Any]] = [
    {"id": index + 1, **{name: items[index] if index < len(items) else None for name, items in COLUMNS.items()}}
    for index in range(len(TEXTS))
]
Given = tuple[str, Any]
LITERALS: list[Given] = [
    *(("text", text) for text in TEXTS if text),
    ("empty", ""),
    ("null", None),
    ("number", 0),
    ("number", 1),
    ("number", 5),
    ("number", -1),
    ("number", 2.5),
    ("number", 5.0),
    ("number", 9007199254740993),
    ("number", 9223372036854775807),
    ("bool", True),
    ("bool", False),
    ("text", "2024-01-02 03:04:05.000Z"),
    ("text", "2024"),
    ("text", "2024-02-30"),
    ("text", "2024-01-02T00:00:00+14:00"),
    ("text", "2024-01-02 03:04:05.000"),
    ("text", "[]"),
    ("text", '["a","b"]'),
    ("text", "-2.5"),
    ("text", "9007199254740993"),
    ("text", "9" * 300),
    ("text", "09:05:00"),
]
REQUESTED: list[Given] = [("any", item) for item in (None, "", "5", 5, 2.5, True, "abc", UUID, "2024-01-02", "ä")]
PATTERNS: list[Given] = [
    *(
        ("pattern", text)
        for text in ("%a%", "%A%", "a%", "%\\_%", "%\\%%", "%\\\\%", "%%", "_", "%ä%", "%日本%", "%'%", "%5%", "%2024%")
    ),
    ("any", "a"),
    ("any", None),
    ("any", ""),
]
SOUGHT: list[Given] = [
    ("text", item) for item in ("a", "A", "%", "_", "\\", "ä", "Ä", "b", "日本", "it's", None, "ABC", "😀", "2024", "")
]
TEXT_SYNTAX = ("=", "!=", ">", ">=", "<", "<=", "~", "!~")
TREE_SYNTAX = [
    name for name, operator in OPERATORS.items() if name.startswith("_") and operator.write and "intersects" not in name
]


@pytest.fixture(scope="module", params=LIVE)
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_database(request.param, tmp_path_factory.mktemp("operators")) as opened:
        opened.write(DDL[request.param])
        opened.insert("t", TYPES, ROWS)
        yield opened


def right_terms(operator: Operator, given: Given, storage: str) -> list[Term]:
    hint, item = given
    if operator.shape == "pair":
        return [Term(value(part, storage, hint), storage, hint) for part in item]
    bound = json.dumps(item) if hint == "list" else item
    return [Term(value(bound, storage, hint), storage, hint)]


def check(live: Live, name: str, column: str, rights: Sequence[Given], storage: str, *, compare: bool = True) -> None:
    """Ask for all rights of one column at once, and compare with the Python half row by row."""
    operator = OPERATORS[name]
    left = Term(sql(f"t.{live.dialect.quote(column)}"), TYPES[column])
    asked = [
        sql("CASE WHEN {} THEN 1 WHEN NOT ({}) THEN 0 END", condition, condition)
        for condition in (operator.sql(live.dialect, left, *right_terms(operator, given, storage)) for given in rights)
    ]
    rows = live.read(sql("SELECT {} FROM t ORDER BY t.id", join(", ", asked)))
    flavor = FLAVORS[live.dialect.name]
    wrong: list[str] = []
    for row, found in zip(ROWS, rows, strict=True):
        for (hint, item), answer in zip(rights, found, strict=True):
            said = operator.test(Value(row[column], TYPES[column]), Value(item, storage, hint), flavor)
            # of a list it only matters whether the row is found: the database may say false where the value is NULL
            given = None if answer is None else bool(answer)
            if given is not said and not (operator.shape == "list" and not given and not said):
                wrong.append(f"{row[column]!r} {name} {item!r} ({hint}): {live.dialect.name} {given}, Python {said}")
    assert not compare or not wrong, "\n".join(wrong[:20])


@pytest.mark.parametrize("column", TYPES)
@pytest.mark.parametrize("name", TEXT_SYNTAX)
def test_text_syntax(live: Live, name: str, column: str) -> None:
    if name in ("~", "!~"):
        # how a fraction looks as a text is the database's own, so there it only has to be no error
        alike = live.dialect.name == "sqlite" or column not in ("f", "c")
        check(live, name, column, PATTERNS, "", compare=alike)
    else:
        check(live, name, column, LITERALS, "")
        check(live, name, column, REQUESTED, "scalar")


@pytest.mark.parametrize("name", TREE_SYNTAX)
def test_tree_syntax(live: Live, name: str) -> None:
    operator = OPERATORS[name]
    for column, storage in TYPES.items():
        if operator.types is not None and storage not in operator.types:
            continue
        known = [row[column] for row in ROWS if row[column] is not None]
        if operator.shape == "flag":
            check(live, name, column, [("bool", True)], "boolean")
        elif operator.shape == "pair":
            pairs = [("any", (low, high)) for low in known[:4] for high in known[:4]]
            check(live, name, column, pairs, storage)
        elif operator.shape == "list":
            check(live, name, column, [("list", known[:size]) for size in (0, 1, 2, 5, 40)], storage)
        elif operator.seeks_text:
            check(live, name, column, SOUGHT, "string")
        else:
            hint = "number" if storage in ("integer", "bigInteger", "float", "decimal") else "text"
            check(live, name, column, [*((hint, item) for item in known), (hint, None)], storage)


@pytest.mark.parametrize("name", ["=", "!=", ">", "<=", "_eq", "_neq", "_lt", "_gte"])
def test_column_with_column(live: Live, name: str) -> None:
    """Any two types may meet, as in joins of keys of different types."""
    operator = OPERATORS[name]
    flavor = FLAVORS[live.dialect.name]
    wrong: list[str] = []
    # how a fraction looks as a text is the database's own
    pairs = [(one, other) for one in TYPES for other in TYPES if not {one, other} & {"f"}]
    for one, other in pairs:
        left, right = (
            Term(sql(f"{at}.{live.dialect.quote(name)}"), TYPES[name]) for at, name in (("a", one), ("b", other))
        )
        condition = operator.sql(live.dialect, left, right)
        asked = sql("CASE WHEN {} THEN 1 WHEN NOT ({}) THEN 0 END", condition, condition)
        found = live.read(sql("SELECT a.id, b.id, {} FROM t a, t b WHERE a.id < 9 AND b.id < 20", asked))
        for first, second, answer in found:
            given = None if answer is None else bool(answer)
            said = operator.test(
                Value(ROWS[first - 1][one], TYPES[one]), Value(ROWS[second - 1][other], TYPES[other]), flavor
            )
            if given is not said:
                wrong.append(
                    f"{ROWS[first - 1][one]!r} {name} {ROWS[second - 1][other]!r} ({one}, {other}): {given}, {said}"
                )
    assert not wrong, "\n".join(wrong[:20])


def test_json_paths(live: Live) -> None:
    """What comes out of a document is compared by its own type."""
    from satchel.expr.functions import FUNCTIONS

    live.write(
        "CREATE TABLE documents (id integer PRIMARY KEY, j "
        + ("json" if live.dialect.name != "sqlite" else "JSON")
        + ")"
    )
    stored = ['{"a":{"b":[10,"x"]},"n":5,"t":"5","yes":true,"z":null}', '{"n":"abc"}', "[1]", None]
    live.insert("documents", {"id": "integer", "j": "json"}, [{"id": at, "j": item} for at, item in enumerate(stored)])
    column = Term(sql(f"documents.{live.dialect.quote('j')}"), "json")

    def ids(name: str, path: Sequence[str], given: Any, hint: str, storage: str = "scalar") -> list[int]:
        left = FUNCTIONS["json_get"].sql(live.dialect, [column], path)
        condition = OPERATORS[name].sql(live.dialect, left, Term(value(given, storage, hint), storage, hint))
        return [row[0] for row in live.read(sql("SELECT id FROM documents WHERE {} ORDER BY id", condition))]

    assert ids("_eq", ["n"], 5, "number") == [0]
    assert ids("_gt", ["n"], 4, "number") == [0]
    assert ids("_eq", ["n"], "abc", "text") == [1]
    assert ids("_eq", ["t"], "5", "text") == [0]
    assert ids("_gt", ["t"], 4, "number") == []
    assert ids("_eq", ["a", "b", "0"], 10, "number") == [0]
    assert ids("_eq", ["0"], 1, "number") == [2]
    assert ids("_eq", ["yes"], True, "bool") == [0]
    assert ids("_null", ["z"], True, "bool") == [0, 1, 2, 3]
    assert ids("_contains", ["a", "b", "1"], "x", "text", "string") == [0]
    assert ids("_contains", ["n"], "b", "text", "string") == [1]
    assert ids("_in", ["n"], '[5, "abc"]', "list") == [0, 1]
    assert ids("_nin", ["n"], "[5]", "list") == [1]
    assert ids("=", ["a", "b"], '[10,"x"]', "text", "") == [0]
    assert ids("=", ["n"], "5", "text", "") == []
    assert ids("=", ["z"], None, "null", "") == [0, 1, 2, 3]
    assert ids("!=", ["n"], 5, "number", "") == [1, 2, 3]
    assert ids("_eq", ['it\'s "odd"', "\\"], 1, "number") == []


def test_lists_that_are_not_there(live: Live) -> None:
    """An unset variable has no members and excludes none."""
    left = Term(sql("t.n"), "integer")
    for name in ("_in", "_nin"):
        condition = OPERATORS[name].sql(live.dialect, left, Term(value(None, "integer", "list"), "integer", "list"))
        assert live.read(sql("SELECT t.id FROM t WHERE {}", condition)) == []
