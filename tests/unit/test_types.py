"""Storage types: what each accepts, what it refuses and in which words, what a query's value becomes."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satchel.model.catalog import Field
from satchel.model.types import TYPES, Refused, acceptor, cast_list, cast_value, storage_type


def accept(type_name: str, value: Any, dialect: str = "postgres", **facts: Any) -> Any:
    return acceptor(Field("f", type_name, column="f", **facts), dialect)(value)


def refusal(type_name: str, value: Any, dialect: str = "postgres", **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        accept(type_name, value, dialect, **facts)
    return caught.value


def test_every_storage_type_of_the_catalog_is_there():
    assert set(TYPES) == {
        "string",
        "text",
        "boolean",
        "integer",
        "bigInteger",
        "float",
        "decimal",
        "date",
        "time",
        "dateTime",
        "timestamp",
        "json",
        "csv",
        "uuid",
        "hash",
        "binary",
        "geometry",
        "unknown",
    }
    assert storage_type("geometry.Point").name == "geometry"
    assert storage_type("money").name == "unknown"


@pytest.mark.parametrize(
    ("type_name", "value", "stored"),
    [
        ("string", "é", "é"),
        ("string", 5, "5"),
        ("string", 5.0, "5"),
        ("string", 1.5, "1.5"),
        ("string", True, "true"),
        ("text", "a\nb", "a\nb"),
        ("boolean", True, True),
        ("boolean", "true", True),
        ("boolean", "False", False),
        ("boolean", 0, False),
        ("boolean", "1", True),
        ("integer", "12", 12),
        ("integer", 5.0, 5),
        ("integer", "5.0", 5),
        ("bigInteger", "9007199254740993", 9007199254740993),
        ("float", "1.25", 1.25),
        ("float", 2**80, float(2**80)),
        ("decimal", "12.34", "12.34"),
        ("decimal", 1.1, "1.1"),
        ("decimal", 5, "5"),
        ("decimal", "1e3", "1000"),
        ("decimal", "-0.00", "-0.00"),
        ("date", "2024-05-06", "2024-05-06"),
        ("date", "2024-01-02T23:00:00Z", "2024-01-02"),
        ("date", "2024-01-02T23:00:00-05:00", "2024-01-02"),
        ("time", "9:05", "09:05:00"),
        ("time", "10:11:12", "10:11:12"),
        ("time", "10:11:12.5", "10:11:12.500000"),
        ("dateTime", "2024-01-02T03:04:05", "2024-01-02 03:04:05.000"),
        ("dateTime", "2024-01-02T03:04:05+02:00", "2024-01-02 01:04:05.000"),
        ("dateTime", "2024-01-02", "2024-01-02 00:00:00.000"),
        ("timestamp", "2024-01-02 03:04:05", "2024-01-02 03:04:05.000Z"),
        ("timestamp", "2024-01-02T03:04:05.123456Z", "2024-01-02 03:04:05.123Z"),
        ("timestamp", datetime(2024, 1, 2, tzinfo=timezone(timedelta(hours=1))), "2024-01-01 23:00:00.000Z"),
        ("json", {"a": [1, None]}, {"a": [1, None]}),
        ("json", '{"a":1}', {"a": 1}),
        ("json", "plain", "plain"),
        ("json", "NaN", "NaN"),
        ("csv", ["a", "b"], "a,b"),
        ("csv", "x,y", "x,y"),
        ("csv", [], ""),
        ("uuid", "F70B97A8-556E-4287-A5A0-96E7468A99FB", "f70b97a8-556e-4287-a5a0-96e7468a99fb"),
        ("uuid", "f70b97a8556e4287a5a096e7468a99fb", "f70b97a8-556e-4287-a5a0-96e7468a99fb"),
        ("hash", "secret", "secret"),
        ("binary", "aGk=", b"hi"),
        ("binary", b"hi", b"hi"),
        ("geometry", {"type": "Point", "coordinates": [1, 2]}, {"type": "Point", "coordinates": [1, 2]}),
        ("geometry.Point", '{"type":"Point","coordinates":[1,2]}', {"type": "Point", "coordinates": [1, 2]}),
        ("unknown", "10.0.0.1", "10.0.0.1"),
    ],
)
def test_accepts(type_name: str, value: Any, stored: Any):
    got = accept(type_name, value)
    assert got == stored
    assert type(got) is type(stored)


@pytest.mark.parametrize(
    ("type_name", "value", "code", "message"),
    [
        ("string", "a\0b", "invalid_text", "The text can't contain the character U+0000"),
        ("text", "\ud800", "invalid_text", "The text contains half of a surrogate pair"),
        ("text", "é\0", "invalid_text", "The text can't contain the character U+0000"),
        ("string", ["a"], "invalid_type", 'Invalid text in field "f"'),
        ("boolean", "yes", "invalid_boolean", 'Invalid boolean in field "f"'),
        ("boolean", 2, "invalid_boolean", 'Invalid boolean in field "f"'),
        ("integer", "abc", "invalid_number", 'Invalid integer in field "f"'),
        ("integer", 1.5, "invalid_number", 'Invalid integer in field "f"'),
        ("integer", True, "invalid_number", 'Invalid integer in field "f"'),
        ("integer", "", "invalid_number", 'Invalid integer in field "f"'),
        ("integer", "9" * 5000, "invalid_number", 'Invalid integer in field "f"'),
        ("integer", "1e99999", "invalid_number", 'Invalid integer in field "f"'),
        ("integer", "\u0661", "invalid_number", 'Invalid integer in field "f"'),
        ("bigInteger", 2**63, "out_of_range", 'Numeric value for field "f" is out of range'),
        ("float", math.nan, "invalid_number", 'Invalid number in field "f"'),
        ("float", math.inf, "invalid_number", 'Invalid number in field "f"'),
        ("float", "NaN", "invalid_number", 'Invalid number in field "f"'),
        ("float", 10**400, "out_of_range", 'Numeric value for field "f" is out of range'),
        ("float", "1e400", "out_of_range", 'Numeric value for field "f" is out of range'),
        ("decimal", "1e99999", "out_of_range", 'Numeric value for field "f" is out of range'),
        ("decimal", "x", "invalid_number", 'Invalid number in field "f"'),
        ("date", "xx", "invalid_date", 'Invalid Date format in field "f"'),
        ("date", "2024-1-2", "invalid_date", 'Invalid Date format in field "f"'),
        ("date", "2024-02-30", "invalid_date", 'Invalid Date format in field "f"'),
        ("date", "", "invalid_date", 'Invalid Date format in field "f"'),
        ("date", 5, "invalid_date", 'Invalid Date format in field "f"'),
        ("dateTime", "xx", "invalid_date_time", 'Invalid DateTime format in field "f"'),
        ("timestamp", "xx", "invalid_timestamp", 'Invalid Timestamp format in field "f"'),
        ("timestamp", "0001-01-01T00:00:00+05:00", "invalid_timestamp", 'Invalid Timestamp format in field "f"'),
        ("time", "25:00", "invalid_time", 'Invalid Time format in field "f"'),
        ("json", {"a": "\0"}, "invalid_text", "The text can't contain the character U+0000"),
        ("json", {"a": math.inf}, "invalid_json", "Invalid JSON: numbers must be finite"),
        ("json", {"a": object()}, "invalid_json", "Invalid JSON: object is no JSON value"),
        ("uuid", "zzz", "invalid_uuid", 'Invalid UUID in field "f"'),
        ("binary", "~", "invalid_binary", 'Invalid base64 in field "f"'),
        ("geometry", {"type": "Point", "coordinates": ["x", 2]}, "invalid_geometry", None),
        ("geometry.Point", {"type": "LineString", "coordinates": [[1, 2]]}, "invalid_geometry", None),
    ],
)
def test_refuses(type_name: str, value: Any, code: str, message: str | None):
    found = refusal(type_name, value)
    assert found.code == code
    if message is not None:
        assert found.message == message


def test_length_is_counted_in_characters_and_named_in_params():
    assert accept("string", "éé", max_length=2) == "éé"
    found = refusal("string", "abc", max_length=2)
    assert (found.code, found.params) == ("too_long", {"max": 2, "value": "abc"})
    assert refusal("binary", b"abc", max_length=2).code == "too_long"
    assert refusal("csv", ["ab", "c"], max_length=3).code == "too_long"


@pytest.mark.parametrize(
    ("db_type", "dialect", "low", "high"),
    [
        ("integer", "postgres", -(2**31), 2**31 - 1),
        ("smallint", "postgres", -(2**15), 2**15 - 1),
        ("bigint", "postgres", -(2**63), 2**63 - 1),
        ("INTEGER", "sqlite", -(2**63), 2**63 - 1),
        ("SMALLINT", "sqlite", -(2**63), 2**63 - 1),
        ("int(11)", "mariadb", -(2**31), 2**31 - 1),
        ("int(10) unsigned", "mariadb", 0, 2**32 - 1),
        ("tinyint(4)", "mysql", -128, 127),
        ("mediumint", "mysql", -(2**23), 2**23 - 1),
        ("bigint(20) unsigned", "mysql", 0, 2**64 - 1),
        ("year(4)", "mysql", 0, 2155),
    ],
)
def test_integers_reach_as_far_as_their_column(db_type: str, dialect: str, low: int, high: int):
    assert accept("integer", low, dialect, db_type=db_type) == low
    assert accept("integer", high, dialect, db_type=db_type) == high
    for beyond in (low - 1, high + 1):
        assert refusal("integer", beyond, dialect, db_type=db_type).code == "out_of_range"


def test_single_precision_is_a_matter_of_the_database():
    assert accept("float", 1e39, "sqlite", db_type="REAL") == 1e39
    assert refusal("float", 1e39, "postgres", db_type="real").code == "out_of_range"


def test_decimals_fit_their_precision_after_rounding():
    facts = {"precision": 4, "scale": 2}
    assert accept("decimal", "99.99", **facts) == "99.99"
    assert accept("decimal", "0.001", **facts) == "0.001"
    assert refusal("decimal", "100", **facts).code == "out_of_range"
    assert refusal("decimal", "99.995", **facts).code == "out_of_range"
    assert accept("decimal", "0", precision=2, scale=2) == "0"


def test_no_digit_of_a_decimal_is_cut_unseen():
    wide = {"precision": 20, "scale": 5}
    assert accept("decimal", "123456789012345.12345", **wide) == "123456789012345.12345"
    found = refusal("decimal", "123456789012345.12345", "sqlite", **wide)
    assert found.code == "out_of_range"
    assert accept("decimal", "1234567890.12345", "sqlite", **wide) == "1234567890.12345"
    assert accept("decimal", "12345678901234500", "sqlite", precision=20) == "12345678901234500"
    # beyond its scale a number is rounded, as other databases do it
    assert accept("decimal", "0.30000000000000004", "sqlite", **wide) == "0.30000"
    assert accept("decimal", 0.30000000000000004, "sqlite") == "0.30000000000000004"
    assert accept("decimal", 1000000000000001.0, "sqlite") == "1000000000000001.0"
    assert accept("decimal", "1000000000000001.0", "sqlite") == "1000000000000001.0"
    assert accept("decimal", "1234567890.1234567", "sqlite") == "1234567890.1234567"
    assert refusal("decimal", "1234567890.12345678", "sqlite").code == "out_of_range"


def test_enumerations_and_arrays():
    assert accept("unknown", "sad", enum=("sad", "ok")) == "sad"
    found = refusal("unknown", "mad", enum=("sad", "ok"))
    assert (found.code, found.message) == (
        "invalid_value",
        'Invalid value in field "f": it has to be one of "sad", "ok"',
    )
    assert accept("json", [1, None, "{}", [2]], array=True) == [1, None, "{}", [2]]
    assert accept("json", ["ok"], array=True, enum=("sad", "ok")) == ["ok"]
    assert refusal("json", 1, array=True).code == "invalid_type"
    assert refusal("json", ["\0"], array=True).code == "invalid_text"
    assert refusal("json", ["mad"], array=True, enum=("sad", "ok")).code == "invalid_value"


def test_json_may_be_thousands_of_levels_deep():
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert accept("json", deep) is deep


@pytest.mark.parametrize(
    ("type_name", "value", "bound"),
    [
        ("string", 5, "5"),
        ("text", "x", "x"),
        ("boolean", 1, True),
        ("integer", "1", 1),
        ("integer", "1.0", 1),
        ("float", 1, 1),
        ("float", "1.5", 1.5),
        ("decimal", 1.5, "1.5"),
        ("date", "2024-01-02 03:04:05", "2024-01-02"),
        ("timestamp", "2024-01-02", "2024-01-02 00:00:00.000Z"),
        ("timestamp", datetime(2024, 1, 2, 3, 4, 5, 678901, UTC), "2024-01-02 03:04:05.678Z"),
        ("uuid", "F70B97A8-556E-4287-A5A0-96E7468A99FB", "f70b97a8-556e-4287-a5a0-96e7468a99fb"),
        ("json", {"a": 1}, {"a": 1}),
        ("csv", ["a", "b"], "a,b"),
        ("integer", None, None),
    ],
)
def test_cast(type_name: str, value: Any, bound: Any):
    assert cast_value(type_name, value, strict=True) == bound
    assert cast_value(type_name, value, strict=False) == bound


@pytest.mark.parametrize(
    ("type_name", "value", "message"),
    [
        ("integer", "abc", "Invalid numeric value"),
        ("integer", 1.5, "Invalid numeric value"),
        ("integer", 2**63, "Numeric value is out of range"),
        ("float", "abc", "Invalid numeric value"),
        ("float", 10**400, "Numeric value is out of range"),
        ("decimal", "abc", "Invalid numeric value"),
        ("boolean", "x", "Invalid boolean value"),
        ("date", "x", "Invalid Date value"),
        ("dateTime", "x", "Invalid DateTime value"),
        ("timestamp", "x", "Invalid Timestamp value"),
        ("time", "x", "Invalid Time value"),
        ("uuid", "x", "Invalid UUID value"),
        ("string", "\0", "Invalid text value"),
        ("string", {"a": 1}, "Invalid text value"),
        ("binary", "~", "Invalid base64 value"),
    ],
)
def test_cast_of_what_is_none_of_the_type(type_name: str, value: Any, message: str):
    assert cast_value(type_name, value, strict=False) is None
    with pytest.raises(Refused) as caught:
        cast_value(type_name, value, strict=True)
    assert caught.value.message == message


def test_cast_list_leaves_out_what_equals_nothing():
    assert cast_list("integer", ["1", "x", None, 3], strict=False) == [1, 3]
    with pytest.raises(Refused):
        cast_list("integer", ["1", "x"], strict=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(TYPES)), JSON.filter(lambda value: value is not None))
def test_whatever_comes_is_accepted_or_refused(type_name: str, value: Any):
    for dialect in ("sqlite", "postgres"):
        try:
            stored = accept(type_name, value, dialect)
        except Refused:
            pass
        else:
            # What is stored is accepted again as the same: a client may send back what it read.
            assert type_name in ("binary", "json", "csv") or accept(type_name, stored, dialect) == stored
    cast_value(type_name, value, strict=False)
