"""Dates as text, and the functions that SQLite gets from us."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from satchel.expr.dates import read_moment, spelled
from satchel.expr.operators.values import number_of, text_of
from satchel.sql.dialects.sqlite_functions import SQLITE_FUNCTIONS

FUNCTIONS = {name: call for name, _, call, _ in SQLITE_FUNCTIONS}


@pytest.mark.parametrize(
    ("given", "storage", "text"),
    [
        ("2024-01-02", "date", "2024-01-02"),
        ("2024-01-02T23:00:00Z", "date", "2024-01-02"),
        ("2024-01-02T23:00:00-05:00", "date", "2024-01-02"),
        ("2024-01-02T03:04:05.678901Z", "timestamp", "2024-01-02 03:04:05.678Z"),
        ("2024-01-02 03:04:05+0200", "timestamp", "2024-01-02 01:04:05.000Z"),
        ("2024-01-02 03:04", "dateTime", "2024-01-02 03:04:00.000"),
        (date(2024, 1, 2), "timestamp", "2024-01-02 00:00:00.000Z"),
        (datetime(2024, 1, 2, 3, 4, 5, 6000, tzinfo=UTC), "dateTime", "2024-01-02 03:04:05.006"),
        (1704164645000, "timestamp", "2024-01-02 03:04:05.000Z"),
        (1704164645, "timestamp", "2024-01-02 03:04:05.000Z"),
        (time(9, 5), "time", "09:05:00"),
        ("9:05", "time", "9:05"),
        ("2024-02-30", "timestamp", None),
        ("2024-01-02T25:00:00Z", "timestamp", None),
        ("0001-01-01T00:00:00+14:00", "timestamp", None),
        ("", "date", None),
        ("soon", "timestamp", None),
        (True, "timestamp", None),
        (1e300, "timestamp", None),
    ],
)
def test_spelled(given: Any, storage: str, text: str | None) -> None:
    assert spelled(given, storage) == text


def test_moments_are_in_utc() -> None:
    assert read_moment("2024-01-02 03:04:05") == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        (" 5 ", 5),
        ("-2.5", -2.5),
        ("1e3", 1000),
        (".5", 0.5),
        ("5.", 5),
        ("+7", 7),
        ("0x10", None),
        ("5x", None),
    ],
)
def test_numbers_of_texts(text: str, number: float | None) -> None:
    read = number_of(text)
    assert (None if read is None else float(read)) == number
    assert FUNCTIONS["satchel_number"](text) == number


@pytest.mark.parametrize("text", ["", "abc", "NaN", "inf", "٣", "1_000", "1e", "--1", None])
def test_no_numbers(text: str | None) -> None:
    assert number_of(text) is None
    assert FUNCTIONS["satchel_number"](text) is None


def test_big_numbers_stay_within_sqlite() -> None:
    assert FUNCTIONS["satchel_number"]("9223372036854775807") == 2**63 - 1
    assert FUNCTIONS["satchel_number"]("9223372036854775808") == float(2**63)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5.0"),
        (1e21, "1.0e+21"),
        (True, "1"),
        ([1, "ä"], '[1,"ä"]'),
        ({"a": None}, '{"a":null}'),
        (float("inf"), "Inf"),
    ],
)
def test_texts_of_values(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_sqlite_functions() -> None:
    assert FUNCTIONS["satchel_base64"](b"\x00\xff") == "AP8="
    assert FUNCTIONS["satchel_base64"]("ä") == "w6Q="
    assert FUNCTIONS["satchel_base64"](None) is None
    assert FUNCTIONS["satchel_json"](float("inf")) == "null"
    assert FUNCTIONS["satchel_json"](b"\x00") == '"AA=="'
    assert FUNCTIONS["satchel_json"]('"\n') == '"\\"\\n"'
    assert FUNCTIONS["satchel_like"]("a\\%b_", "a%bc") is True
    assert FUNCTIONS["satchel_like"]("a%", "ABC") is False
    assert FUNCTIONS["satchel_like"](None, "a") is None
    assert FUNCTIONS["regexp"]("^a", "abc") is True
    assert FUNCTIONS["regexp"]("(", "abc") is False
