"""Writes to columns of every type that the databases have: what is stored is what was meant."""

from __future__ import annotations

import contextlib
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import ValidationFailed
from tests.process import write_kit
from tests.process.write_kit import Kit, kit_on, said

pytestmark = pytest.mark.dialects

POSTGRES = """;
CREATE TYPE mood AS ENUM ('glad', 'it''s sad');
CREATE DOMAIN small AS integer CHECK (VALUE < 10);
CREATE SCHEMA "Odd one";
CREATE TABLE kinds (id serial PRIMARY KEY, s smallint, i integer, b bigint, n numeric, n2 numeric(6, 2), m money,
  r real, d double precision, c char(4), v varchar(5), t text, bo boolean, da date, ti time, tz timetz, ts timestamp,
  tt timestamptz, iv interval, u uuid, by bytea, j json, jb jsonb, ad inet, x xml, mo mood, sm small, ia integer[],
  ta text[], ma mood[], bt bit(3), rg int4range)"""

MARIADB = """;
CREATE TABLE kinds (id integer AUTO_INCREMENT PRIMARY KEY, s smallint, i integer, b bigint, un integer unsigned,
  ti tinyint, n2 decimal(6, 2), r float, d double, c char(4), v varchar(5), t text, bo boolean, da date, tm time,
  dt datetime(3), ts timestamp(3) NULL, j json, bi varbinary(10), bl blob, mo enum('glad', 'it''s sad'), y year,
  st set('a', 'b'))"""

SQLITE = """;
CREATE TABLE kinds (id INTEGER PRIMARY KEY, i integer, n numeric, r real, d double, c char(4), v varchar(5), t text,
  bo boolean, da date, dt datetime, ts timestamp, j json, bl blob, anything, de decimal(6, 2)) STRICT_OR_NOT;
CREATE TABLE without_row_id (code text PRIMARY KEY, n integer) WITHOUT ROWID""".replace(" STRICT_OR_NOT", "")


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
async def kit(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kit]:
    script = {"sqlite": SQLITE, "postgres": POSTGRES, "mariadb": MARIADB}[request.param]
    monkeypatch.setattr(write_kit, "SCRIPT", write_kit.SCRIPT + script)
    async with kit_on(request.param, tmp_path) as made:
        yield made


VALUES: dict[str, dict[str, list[Any]]] = {
    "postgres": {
        "s": [-32768, 32767, "5"], "i": [2**31 - 1, "-7", 5.0], "b": [2**63 - 1, "9007199254740993", -(2**63)],
        "n": ["12345678901234567890.123456789", 1.1, "1e30", 2**80], "n2": ["1234.56", 5], "m": ["12.34"],
        "r": [1.5, -0.0], "d": [1e308, 0.1, 5], "c": ["ab"], "v": ["héllo"], "t": ["", "a'b\"c\\d\n", "😀" * 10],
        "bo": [True, "false", 1], "da": ["2024-02-29", "0001-01-01", "9999-12-31"], "ti": ["23:59:59.5", "9:05"],
        "tz": ["10:00:00+02:00"], "ts": ["2024-01-02T03:04:05.678"], "tt": ["2024-01-02T03:04:05+05:30"],
        "iv": ["1 day 02:03:04"], "u": ["F70B97A8-556E-4287-A5A0-96E7468A99FB"], "by": ["AAEC/w==", ""],
        "j": [{"a": [1, "x", None]}, "text", "true", 5, [], False], "jb": [{"b": 1, "a": {"c": "\u2028"}}, "null"],
        "ad": ["10.0.0.1/8", "::1"], "x": ["<a>b</a>"], "mo": ["glad", "it's sad"], "sm": [9],
        "ia": [[1, None, 3], []], "ta": [["a", 'b"c', "d,e", "{}", "NULL", "", None, "\\"]], "ma": [["glad"]],
        "bt": ["101"], "rg": ["[1,5)"],
    },
    "mariadb": {
        "s": [-32768, "5"], "i": [2**31 - 1], "b": [2**63 - 1, "9007199254740993"], "un": [2**32 - 1], "ti": [-128],
        "n2": ["1234.56", 5], "r": [1.5], "d": [1e308, 0.1], "c": ["ab"], "v": ["héllo"],
        "t": ["", "a'b\"c\\d\n%s", "😀" * 10], "bo": [True, "false"], "da": ["2024-02-29", "9999-12-31"],
        "tm": ["23:59:59", "9:05"], "dt": ["2024-01-02T03:04:05.678"], "ts": ["2024-01-02T03:04:05Z"],
        "j": [{"a": [1, "x", None]}, "text", "true", 5, []], "bi": ["AAEC/w=="], "bl": ["AAEC/w==", ""],
        "mo": ["glad", "it's sad"], "y": [1999], "st": ["a,b"],
    },
    "sqlite": {
        "i": [2**63 - 1, -(2**63), "9007199254740993"], "r": [1e308, 0.1], "d": [0.25], "c": ["ab"], "v": ["héllo"],
        "t": ["", "a'b\"c\\d\n", "😀" * 10], "bo": [True, "false"], "da": ["2024-02-29"],
        "dt": ["2024-01-02T03:04:05.678"], "ts": ["2024-01-02T03:04:05Z"],
        "j": [{"a": [1, "x", None]}, "text", "true", 5, [], False], "bl": ["AAEC/w==", ""], "anything": ["x", 5, 1.5],
    },
}  # fmt: skip


async def test_values_come_back_as_they_were_meant(kit: Kit):
    for name, values in VALUES[kit.dialect].items():
        for value in values:
            key = await kit.create("kinds", {name: value})
            first = dict(kit.sets[-1].changes[0].after)
            assert first[name] is not None or value == "null", (name, value)
            # What is stored, read back and sent again is no change: nothing was lost or bent on the way.
            count = len(kit.sets)
            row = await kit.run("kinds", lambda session, key=key: _row(session, key))
            await kit.update("kinds", key, {name: _sendable(row[name])})
            assert len(kit.sets) == count, (name, value, kit.sets[-1].changes[0])
            await kit.update("kinds", key, {name: None})
            row = await kit.run("kinds", lambda session, key=key: _row(session, key))
            assert row[name] is None


async def _row(session: Any, key: Any) -> dict[str, Any]:
    return await session.checker.row(session.checker.plan_of("kinds"), key)


def _sendable(value: Any) -> Any:
    import base64

    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


async def test_exact_numbers(kit: Kit):
    if kit.dialect == "sqlite":
        pytest.skip("SQLite has no exact decimals")
    key = await kit.create("kinds", {"b": "9007199254740993", "n2": "0.10"})
    row = await kit.run("kinds", lambda session: _row(session, key))
    assert (int(row["b"]), str(row["n2"])) == (9007199254740993, "0.10")


WRONG: dict[str, dict[str, list[tuple[Any, str]]]] = {
    "postgres": {
        "s": [(32768, "out_of_range"), ("x", "invalid_number")],
        "i": [(2**31, "out_of_range"), (1.5, "invalid_number")],
        "b": [(2**63, "out_of_range"), (10**400, "out_of_range")], "n2": [("12345.6", "out_of_range")],
        "r": [(1e39, "out_of_range")], "d": [(math.nan, "invalid_number"), ("1e400", "out_of_range")],
        "c": [("abcde", "too_long")], "v": [("abcdef", "too_long")],
        "t": [("a\0", "invalid_text"), ("\ud800", "invalid_text")],
        "da": [("2023-02-29", "invalid_date")], "ti": [("25:00", "invalid_time")], "u": [("zzz", "invalid_uuid")],
        "by": [("~", "invalid_binary")], "jb": [({"a": "\0"}, "invalid_text")], "mo": [("mad", "invalid_value")],
        "sm": [(10, "check")], "ma": [(["mad"], "invalid_value")], "ia": [(5, "invalid_type")],
    },
    "mariadb": {
        "s": [(32768, "out_of_range")], "un": [(-1, "out_of_range"), (2**32, "out_of_range")],
        "ti": [(128, "out_of_range")],
        "n2": [("12345.6", "out_of_range")], "v": [("abcdef", "too_long")], "da": [("2023-02-29", "invalid_date")],
        "mo": [("mad", "invalid_value")], "bi": [("AAECAwQFBgcICQoL", "too_long")],
    },
    "sqlite": {
        "i": [(2**63, "out_of_range"), ("abc", "invalid_number")], "v": [("abcdef", "too_long")],
        "da": [("x", "invalid_date")], "bo": [("perhaps", "invalid_boolean")],
    },
}  # fmt: skip


async def test_what_does_not_fit_is_told_for_its_field(kit: Kit):
    for name, cases in WRONG[kit.dialect].items():
        for value, code in cases:
            with pytest.raises(ValidationFailed) as caught:
                await kit.create("kinds", {name: value})
            assert [item[1] for item in said(caught.value)] == [code], (name, value)
    assert await kit.values("SELECT count(*) FROM kinds") == [0]


async def test_tables_without_row_ids(kit: Kit):
    if kit.dialect != "sqlite":
        pytest.skip("only SQLite has them")
    assert await kit.create("without_row_id", {"code": "a", "n": 1}) == ("a",)
    await kit.update("without_row_id", "a", {"n": 2})
    assert await kit.rows("SELECT * FROM without_row_id") == [("a", 2)]


async def test_random_values_never_break_a_write(kit: Kit):
    odd: list[Any] = [
        "", " ", "a", "0", "-1", "1e5", 0, -1, 1.5, 10**30, True, False, [], {}, [None], {"a": 1}, "\ufeff",
        "2024-01-01", "NaN", "[]", "{}", "null", "'; DROP TABLE kinds --", "%s", "$1", "?", ":x", "\\", "x" * 300,
    ]  # fmt: skip
    for name in VALUES[kit.dialect]:
        for value in odd:
            with contextlib.suppress(ValidationFailed):
                await kit.create("kinds", {name: value})
    assert await kit.values("SELECT count(*) FROM kinds") != [0]
