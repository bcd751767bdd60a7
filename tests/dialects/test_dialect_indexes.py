"""Comparisons that have to be answered by an index, also where a value of another type meets a column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.dialects.live import LIVE, Live, live_database, value

from satchel.expr.dialect import Term
from satchel.expr.fragment import sql
from satchel.expr.operators import OPERATORS

pytestmark = pytest.mark.dialects

UUID = "00000000-0000-0000-0000-000000000005"
TYPES = {"s": "string", "n": "integer", "g": "bigInteger", "u": "uuid", "c": "decimal", "ts": "timestamp"}
COLUMNS = {
    "sqlite": ("VARCHAR(60)", "INTEGER", "BIGINT", "CHAR(36)", "DECIMAL(20,4)", "TEXT"),
    "postgres": ("varchar(60)", "integer", "bigint", "uuid", "numeric(20,4)", "timestamptz"),
    "mariadb": ("varchar(60)", "int", "bigint", "uuid", "decimal(20,4)", "datetime(3)"),
}
FILLED = {
    "sqlite": "WITH RECURSIVE x(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM x WHERE i < 5000) INSERT INTO t"
    " SELECT i, 's' || i, i, i, printf('00000000-0000-0000-0000-%012d', i), i,"
    " strftime('%Y-%m-%d %H:%M:%fZ', 1704067200 + i * 60, 'unixepoch') FROM x",
    "postgres": "INSERT INTO t SELECT i, 's' || i, i, i, ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid,"
    " i, timestamptz '2024-01-01 00:00:00Z' + i * interval '1 minute' FROM generate_series(1, 5000) AS i",
    "mariadb": "INSERT INTO t SELECT seq, concat('s', seq), seq, seq,"
    " concat('00000000-0000-0000-0000-', lpad(seq, 12, '0')), seq, '2024-01-01' + INTERVAL seq MINUTE"
    " FROM seq_1_to_5000",
}
CASES: list[tuple[str, str, Any, str, str]] = [
    ("_eq", "s", "s5", "string", "text"),
    ("_eq", "n", 5, "integer", "number"),
    ("_eq", "u", UUID, "uuid", "text"),
    ("_eq", "c", "5", "decimal", "number"),
    ("_gt", "n", 4990, "integer", "number"),
    ("=", "s", "s5", "", "text"),
    ("=", "s", "s5", "scalar", "any"),
    ("=", "n", 5, "", "number"),
    ("=", "n", "5", "", "text"),
    ("=", "n", "5", "scalar", "any"),
    ("=", "g", 5, "", "number"),
    ("=", "g", "5", "scalar", "any"),
    ("=", "u", UUID, "", "text"),
    ("=", "u", UUID, "scalar", "any"),
    (">", "n", 4990, "", "number"),
    ("<=", "g", 10, "", "number"),
    ("=", "c", 5, "", "number"),
    ("=", "ts", "2024-01-01 00:05:00.000Z", "", "text"),
    ("<", "ts", "2024-01-01 00:05:00.000Z", "", "text"),
    ("_in", "s", ["s5", "s6"], "string", "list"),
    ("_in", "n", [5, 6], "integer", "list"),
    ("_in", "u", [UUID], "uuid", "list"),
]


@pytest.fixture(scope="module", params=LIVE)
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    kind = request.param
    with live_database(kind, tmp_path_factory.mktemp("indexes")) as opened:
        columns = ", ".join(f"{name} {type}" for name, type in zip(TYPES, COLUMNS[kind], strict=True))  # noqa: A001
        opened.write(f"CREATE TABLE t (id integer PRIMARY KEY, {columns})")
        opened.write(*(f"CREATE INDEX ix_{name} ON t ({name})" for name in TYPES), FILLED[kind])
        opened.write({"sqlite": "ANALYZE", "postgres": "ANALYZE t", "mariadb": "ANALYZE TABLE t"}[kind])
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[1]} {case[0]} {case[2]!r} ({case[4]})")
def test_index(live: Live, case: tuple[str, str, Any, str, str]) -> None:
    name, column, given, storage, hint = case
    bound = json.dumps(given) if hint == "list" else given
    left = Term(sql(f"t.{live.dialect.quote(column)}"), TYPES[column])
    condition = OPERATORS[name].sql(live.dialect, left, Term(value(bound, storage, hint), storage, hint))
    query = sql("SELECT t.id FROM t WHERE {}", condition)
    assert 1 <= len(live.read(query)) <= 10
    match live.dialect.name:
        case "sqlite":
            plan = [row[3] for row in live.read(sql("EXPLAIN QUERY PLAN {}", query))]
            assert not any(step.startswith("SCAN t") for step in plan), plan
        case "postgres":
            plan = "\n".join(row[0] for row in live.read(sql("EXPLAIN {}", query)))
            assert f"ix_{column}" in plan, plan
        case _:
            plan = live.read(sql("EXPLAIN {}", query))
            ways = {row[3] for row in plan if row[2] == "t"}
            assert ways <= {"ref", "range", "eq_ref", "const"}, plan
