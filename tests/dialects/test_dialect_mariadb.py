"""MariaDB's own trouble: columns of other character sets and collations than the connection's."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.dialects.live import Live, live_database, value

from satchel.expr.dialect import Sql, Term
from satchel.expr.fragment import sql
from satchel.expr.operators import OPERATORS

pytestmark = pytest.mark.dialects

COLUMNS = {
    "latin": "CHARACTER SET latin1",
    "latin_cs": "CHARACTER SET latin1 COLLATE latin1_general_cs",
    "three": "CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci",
    "four": "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
    "bytes": "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "plain": "CHARACTER SET ascii",
}
ROWS = ["Abc", "abc", "abc ", "b"]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_database("mariadb", tmp_path_factory.mktemp("mariadb")) as opened:
        columns = ", ".join(f"{name} varchar(40) {more}, KEY ({name})" for name, more in COLUMNS.items())
        opened.write(f"CREATE TABLE t (id int PRIMARY KEY, {columns})")
        types = {"id": "integer", **dict.fromkeys(COLUMNS, "string")}
        opened.insert("t", types, [{"id": at, **dict.fromkeys(COLUMNS, text)} for at, text in enumerate(ROWS)])
        yield opened


def column(name: str) -> Term:
    return Term(sql(f"t.`{name}`"), "string")


def ids(live: Live, condition: Sql) -> list[int]:
    return [row[0] for row in live.read(sql("SELECT t.id FROM t WHERE {} ORDER BY t.id", condition))]


def ask(live: Live, name: str, operator: str, given: object, hint: str, storage: str) -> list[int]:
    return ids(
        live, OPERATORS[operator].sql(live.dialect, column(name), Term(value(given, storage, hint), storage, hint))
    )


@pytest.mark.parametrize("sought", ["abc", "Abc", "abc ", "é", "日本", "😀", "abc😀"])
@pytest.mark.parametrize("name", COLUMNS)
def test_equal_to_the_byte(live: Live, name: str, sought: str) -> None:
    expected = [at for at, text in enumerate(ROWS) if text == sought]
    assert ask(live, name, "_eq", sought, "text", "string") == expected
    assert ask(live, name, "=", sought, "text", "") == expected
    assert ask(live, name, "=", sought, "any", "scalar") == expected
    assert ask(live, name, "_in", json.dumps([sought, "é", "😀"]), "list", "string") == expected
    assert ask(live, name, "_neq", sought, "text", "string") == [at for at in range(4) if at not in expected]


@pytest.mark.parametrize("sought", ["ab", "AB", "é", "😀"])
@pytest.mark.parametrize("name", COLUMNS)
def test_patterns(live: Live, name: str, sought: str) -> None:
    expected = [0, 1, 2] if sought in ("ab", "AB") else []
    assert ask(live, name, "_contains", sought, "text", "string") == expected
    assert ask(live, name, "~", f"%{sought}%", "pattern", "") == expected
    ask(live, name, "_istarts_with", sought, "text", "string")


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_of_all_collations_meet(live: Live, name: str) -> None:
    for other in COLUMNS:
        for operator in ("=", "!=", "<", "_eq", "~"):
            condition = OPERATORS[operator].sql(live.dialect, column(name), column(other))
            found = ids(live, condition)
            assert found == ([] if operator in ("!=", "<") else [0, 1, 2, 3])


def test_an_index_is_used(live: Live) -> None:
    for name in COLUMNS:
        condition = OPERATORS["_eq"].sql(live.dialect, column(name), Term(value("abc", "string"), "string", "text"))
        plan = live.read(sql("EXPLAIN SELECT t.id FROM t FORCE INDEX ({}) WHERE {}", name, condition))
        assert plan[0][3] == "ref", name
