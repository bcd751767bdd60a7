"""Field kinds: what each reads, what it refuses and in which words. The cases are recorded from a PocketBase server."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satchel.model.catalog import Field
from satchel.model.fields import FIELDS, FieldKind
from satchel.model.types import Refused


def field_of(kind: str, *, nullable: bool = True, **options: Any) -> Field:
    return Field("f", FIELDS[kind].storage(options), column="f", kind=kind, nullable=nullable, options=options)


def cast(kind: str, value: Any, **options: Any) -> Any:
    return FIELDS[kind].cast(field_of(kind, **options))(value)


def refusal(kind: str, value: Any, **options: Any) -> tuple[str, str, dict[str, Any]] | None:
    found: FieldKind = FIELDS[kind]
    field = field_of(kind, **options)
    value = found.cast(field)(value)
    check = found.check(field)
    if check is None or found.blank(value):
        return None
    try:
        check(value)
    except Refused as refused:
        return refused.code, refused.message, dict(refused.params)
    return None


def test_all_kinds_are_there():
    assert set(FIELDS) == {
        "text",
        "editor",
        "number",
        "bool",
        "email",
        "url",
        "date",
        "autodate",
        "select",
        "relation",
        "file",
        "json",
        "geoPoint",
        "password",
    }
    for name, kind in FIELDS.items():
        assert kind.kind == name


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("x", "x"),
        (5, "5"),
        (1.5, "1.5"),
        (1e21, "1000000000000000000000"),
        (True, "true"),
        (None, ""),
        ([1, 2], ""),
        ({"a": 1}, ""),
        (1e3, "1000"),
        (0.1, "0.1"),
        (123456789012345678, "123456789012345680"),
    ],
)
def test_text_is_read_leniently(sent: Any, read: str):
    for kind in ("text", "editor", "email", "url", "password"):
        assert cast(kind, sent) == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (1, 1),
        ("5", 5),
        ("5.5", 5.5),
        ("abc", 0),
        ("1e3", 1000),
        (" 5", 0),
        ("0x10", 0),
        (None, 0),
        (True, 1),
        ([1], 0),
        ({"a": 1}, 0),
        (1e308, 1e308),
        ("1e400", 0),
        (9007199254740993, 9007199254740992),
        ("", 0),
        ("-", 0),
        ("+5", 5),
        ("1_000", 1000),
        (2**70, float(2**70)),
        ("9" * 500, 0),
    ],
)
def test_numbers_are_read_leniently(sent: Any, read: float):
    assert cast("number", sent) == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (1, True),
        (0, False),
        ("true", True),
        ("TRUE", True),
        ("T", True),
        ("t", True),
        ("yes", False),
        ("1", True),
        ("0", False),
        ("f", False),
        (2, True),
        (None, False),
        ([1], False),
        ({}, False),
        ("on", False),
        ("tRuE", False),
    ],
)
def test_truth_is_read_leniently(sent: Any, read: bool):
    assert cast("bool", sent) is read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2024-01-02", "2024-01-02 00:00:00.000Z"),
        ("2024-01-02 03:04:05", "2024-01-02 03:04:05.000Z"),
        ("2024-01-02T03:04:05Z", "2024-01-02 03:04:05.000Z"),
        ("2024-01-02T03:04:05+02:00", "2024-01-02 01:04:05.000Z"),
        ("2024-01-02T03:04:05+0200", "2024-01-02 01:04:05.000Z"),
        ("2024-01-02 03:04:05 +0200", "2024-01-02 01:04:05.000Z"),
        ("2024-01-02 03:04:05.123456Z", "2024-01-02 03:04:05.123Z"),
        ("2024-01-02 03:04:05.9999Z", "2024-01-02 03:04:05.999Z"),
        ("2024-01-02T03:04:05.5", "2024-01-02 03:04:05.500Z"),
        ("Tue, 02 Jan 2024 03:04:05 GMT", "2024-01-02 03:04:05.000Z"),
        ("9999-12-31 23:59:59.999Z", "9999-12-31 23:59:59.999Z"),
        ("2024-01-02 03:04", None),
        ("2024-1-2", None),
        ("01/02/2024", None),
        ("garbage", None),
        (5, None),
        (1704164645, None),
        ("1704164645", None),
        (None, None),
        (True, None),
        ("2024", None),
        ("20240102", None),
        ("2024-02-30", None),
        ("2024-01-02T25:00:00Z", None),
        ("0001-01-01", None),
        (" 2024-01-02", None),
        ("03:04", None),
        ("2024-01-02 03:04:05 UTC", None),
        ("Tue, 42 Jan 2024 03:04:05 GMT", None),
    ],
)
def test_dates_are_read_leniently(sent: Any, read: str | None):
    assert cast("date", sent) == read
    # A column that allows no NULL holds "" for "no date".
    assert cast("date", sent, nullable=False) == (read or "")


@pytest.mark.parametrize(
    ("sent", "single", "multiple"),
    [
        ("a", "a", ["a"]),
        (["a", "a", "b"], "b", ["a", "b"]),
        ("", "", []),
        (None, "", []),
        ([], "", []),
        ([""], "", []),
        ({"x": 1}, "", []),
        (5, "5", ["5"]),
        ('["a"]', "a", ["a"]),
        ('["a","b"]', "b", ["a", "b"]),
        ("[a", "[a", ["[a"]),
        ("a,b", "a,b", ["a,b"]),
    ],
)
def test_lists_are_read_leniently(sent: Any, single: str, multiple: list[str]):
    assert cast("select", sent) == single
    assert cast("select", sent, maxSelect=2) == multiple
    assert cast("relation", sent) == (single or None)
    assert cast("relation", sent, nullable=False) == single
    assert cast("relation", sent, maxSelect=2) == multiple


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (1, 1),
        ("1", 1),
        ("1e3", 1000.0),
        ("true", True),
        ("abc", "abc"),
        ("", ""),
        (None, None),
        ('{"a":1}', {"a": 1}),
        ("{bad", "{bad"),
        ("[1]", [1]),
        ("[1", "[1"),
        ('"x"', "x"),
        ("012", "012"),
        (" 1", " 1"),
        ("-1.50", -1.5),
        ("null", None),
        ("'a'", "'a'"),
        ("NaN", "NaN"),
        ("[NaN]", "[NaN]"),
    ],
)
def test_json_texts_are_read_as_what_they_say(sent: Any, read: Any):
    assert cast("json", sent) == read


@pytest.mark.parametrize(
    ("sent", "lon", "lat"),
    [
        ({"lon": 1, "lat": 2}, 1, 2),
        ('{"lon":1,"lat":2}', 1, 2),
        (None, 0, 0),
        ("x", 0, 0),
        ([1, 2], 0, 0),
        ({"lon": "5", "lat": "6"}, 0, 0),
        ({"lat": 5}, 0, 5),
        ({"lon": 1, "lat": 2, "x": 3}, 1, 2),
        (5, 0, 0),
    ],
)
def test_points_are_read_leniently(sent: Any, lon: float, lat: float):
    assert cast("geoPoint", sent) == {"lon": lon, "lat": lat}


KEY = {"primaryKey": True, "min": 15, "max": 15, "pattern": "^[a-z0-9]+$", "autogeneratePattern": "[a-z0-9]{15}"}
OWN_KEY = {"primaryKey": True, "pattern": "^.+$"}


@pytest.mark.parametrize(
    ("kind", "value", "options", "code", "message", "params"),
    [
        ("text", "a", {"min": 2}, "min_text_constraint", "Must be at least 2 character(s).", {"min": 2}),
        ("text", "abcde", {"max": 4}, "max_text_constraint", "Must be no more than 4 character(s).", {"max": 4}),
        ("text", "x" * 5001, {}, "max_text_constraint", "Must be no more than 5000 character(s).", {"max": 5000}),
        ("text", "AB", {"pattern": "^[a-z]+$"}, "invalid_format", "Invalid value format.", {}),
        ("text", "ab\n", {"pattern": "^[a-z]+$"}, "invalid_format", "Invalid value format.", {}),
        ("text", "abc", KEY, "min_text_constraint", "Must be at least 15 character(s).", {"min": 15}),
        ("text", "ABCDEFGHIJKLMNO", KEY, "invalid_format", "Invalid value format.", {}),
        ("text", "a/b", OWN_KEY, "forbidden_pk_character", "'/' is not a valid primary key character.", {"ch": "/"}),
        (
            "text",
            "con",
            OWN_KEY,
            "reserved_pk",
            "The primary key 'CON' is reserved and cannot be used.",
            {"reserved": "CON"},
        ),
        (
            "editor",
            "x" * 11,
            {"maxSize": 10},
            "content_size_limit",
            "The maximum allowed content size is 10 bytes.",
            {"maxSize": 10},
        ),
        (
            "editor",
            "é" * 6,
            {"maxSize": 10},
            "content_size_limit",
            "The maximum allowed content size is 10 bytes.",
            {"maxSize": 10},
        ),
        ("number", "inf", {}, "not_a_number", "The submitted number is not properly formatted.", {}),
        ("number", "NaN", {}, "not_a_number", "The submitted number is not properly formatted.", {}),
        ("number", 1.5, {"onlyInt": True}, "only_int_constraint", "Decimal numbers are not allowed.", {}),
        ("number", -6, {"min": -5}, "min_number_constraint", "Must be greater or equal than -5.", {"min": -5}),
        ("number", 3, {"max": 2.5}, "max_number_constraint", "Must be less or equal than 2.5.", {"max": 2.5}),
        ("email", "bad", {}, "is_email", "Must be a valid email address.", {}),
        (
            "email",
            "a@y.com",
            {"onlyDomains": ["x.com"]},
            "email_domain_not_allowed",
            "Email domain is not allowed.",
            {},
        ),
        (
            "email",
            "a@x.com",
            {"exceptDomains": ["x.com"]},
            "email_domain_not_allowed",
            "Email domain is not allowed.",
            {},
        ),
        ("url", "//a.co", {}, "invalid_url", "Must be a valid url.", {}),
        (
            "url",
            "http://x.com:80",
            {"onlyDomains": ["x.com"]},
            "url_domain_not_allowed",
            "Url domain is not allowed.",
            {},
        ),
        (
            "date",
            "2023-12-31",
            {"min": "2024-01-01"},
            "min_greater_equal_than_required",
            "Must be no less than 2024-01-01 00:00:00 +0000 UTC.",
            {"threshold": "2024-01-01T00:00:00Z"},
        ),
        (
            "date",
            "2025-01-01",
            {"max": "2024-12-31 10:00:00.5Z"},
            "max_less_equal_than_required",
            "Must be no greater than 2024-12-31 10:00:00.5 +0000 UTC.",
            {"threshold": "2024-12-31T10:00:00.5Z"},
        ),
        ("select", "z", {"values": ["a"]}, "invalid_value", "Invalid value z.", {"value": "z"}),
        ("select", ["z", "q"], {"values": ["a"], "maxSelect": 2}, "invalid_value", "Invalid value z.", {"value": "z"}),
        (
            "select",
            ["a", "b", "c"],
            {"values": ["a", "b", "c"], "maxSelect": 2},
            "too_many_values",
            "Select no more than 2.",
            {"maxSelect": 2},
        ),
        (
            "relation",
            "x",
            {"minSelect": 2, "maxSelect": 3},
            "not_enough_values",
            "Select at least 2.",
            {"minSelect": 2},
        ),
        (
            "relation",
            ["a", "b", "c", "d"],
            {"maxSelect": 3},
            "too_many_values",
            "Select no more than 3.",
            {"maxSelect": 3},
        ),
        (
            "file",
            "x.png",
            {},
            "invalid_file",
            "Invalid new files: [x.png].",
            {"invalidFiles": ["x.png"]},
        ),
        (
            "json",
            "x" * 30,
            {"maxSize": 20},
            "json_size_limit",
            "The maximum allowed JSON size is 20 bytes.",
            {"maxSize": 20},
        ),
        ("json", {"a": float("nan")}, {}, "invalid_json", "Must be a valid json value.", {}),
        (
            "geoPoint",
            {"lon": 181, "lat": 91},
            {},
            "invalid_latitude",
            "Latitude must be between -90 and 90 degrees.",
            {},
        ),
        (
            "geoPoint",
            {"lon": 181, "lat": 0},
            {},
            "invalid_longitude",
            "Longitude must be between -180 and 180 degrees.",
            {},
        ),
        ("password", "ab", {"min": 3}, "min_text_constraint", "Must be at least 3 character(s).", {}),
        ("password", "abcdefg", {"max": 6}, "max_text_constraint", "Must be less than 6 character(s).", {}),
        ("password", "x" * 72, {}, "max_text_constraint", "Must be less than 71 character(s).", {}),
        ("password", "é" * 40, {}, "invalid_value", "Invalid value.", {}),
        ("password", "ABC", {"pattern": "^[a-z]+$"}, "invalid_format", "Invalid value format.", {}),
    ],
)
def test_refuses(kind: str, value: Any, options: dict[str, Any], code: str, message: str, params: dict[str, Any]):
    assert refusal(kind, value, **options) == (code, message, params)


@pytest.mark.parametrize(
    ("kind", "value", "options"),
    [
        ("text", "ab", {"min": 2, "max": 4, "pattern": "^[a-z]+$"}),
        ("text", "abcdefghijklmno", KEY),
        ("text", "é", OWN_KEY),
        ("text", "@request", OWN_KEY),
        ("text", "", {"min": 2}),
        ("editor", "<b>ok</b>", {"maxSize": 10}),
        ("number", 0, {"min": 1.5}),
        ("number", 10, {"onlyInt": True, "min": -5, "max": 10}),
        ("email", "a@x.com", {"onlyDomains": ["x.com"]}),
        ("email", "a@sub.x.com", {"exceptDomains": ["x.com"]}),
        ("url", "http://x.com", {"onlyDomains": ["x.com"]}),
        ("date", "2024-06-01", {"min": "2024-01-01", "max": "2024-12-31"}),
        ("date", "2024-06-01", {"min": "garbage"}),
        ("select", ["b", "a"], {"values": ["a", "b"], "maxSelect": 2}),
        ("relation", [], {"minSelect": 2, "maxSelect": 3}),
        ("json", "", {}),
        ("geoPoint", {"lon": -180, "lat": 90}, {}),
        ("password", "abc", {"min": 3, "max": 6, "pattern": "^[a-z]+$"}),
    ],
)
def test_accepts(kind: str, value: Any, options: dict[str, Any]):
    assert refusal(kind, value, **options) is None


def test_emails():
    good = ["a@b.co", "A@B.CO", "a@b.c.d.e", "é@b.co", "x" * 250 + "@b.co", "a+b@c-d.org", '"a b"@c.de', "a.b@c.de"]
    bad = [
        "bad",
        "a@b",
        " a@b.co",
        "a@localhost",
        "5",
        "a@@b.co",
        "@b.co",
        "a@b.co ",
        ".a@b.co",
        "a..b@c.de",
        "a@-b.co",
    ]
    assert [refusal("email", item) for item in good] == [None] * len(good)
    assert all(refusal("email", item) for item in bad)


def test_urls():
    good = [
        "http://a.co",
        "https://a",
        "ftp://a.co",
        "a.co",
        "mailto:x@y.z",
        "http://localhost:80/x?y=1#z",
        "http://user:pw@h.co",
        "http://1.2.3.4",
        "http://é.co",
        "https://[::1]:8090/",
        "http://xn--a.co",
    ]
    bad = [
        "//a.co",
        "http://",
        "javascript:alert(1)",
        "/a/b",
        "http://a b.co",
        "5",
        "http://a.co:99999",
        "http://.a.co",
        "http://1.2.3.400",
        "http://[::zz]/",
        "http://a..co",
    ]
    assert [refusal("url", item) for item in good] == [None] * len(good)
    assert all(refusal("url", item) for item in bad)


def test_zero_values_and_blanks():
    zeros = {
        "text": "",
        "editor": "",
        "number": 0,
        "bool": False,
        "email": "",
        "url": "",
        "date": None,
        "autodate": None,
        "select": "",
        "relation": None,
        "file": "",
        "json": None,
        "geoPoint": {"lon": 0, "lat": 0},
        "password": "",
    }
    for kind, zero in zeros.items():
        assert FIELDS[kind].zero(field_of(kind)) == zero
        assert FIELDS[kind].blank(zero)
    for kind in ("select", "relation", "file"):
        assert FIELDS[kind].zero(field_of(kind, maxSelect=2)) == []
        assert FIELDS[kind].blank([])
    for blank in ("", [], {}, None):
        assert FIELDS["json"].blank(blank)
    assert not FIELDS["json"].blank(0)
    assert not FIELDS["json"].blank(False)
    # 0 and false are blank for a required number or bool.
    assert FIELDS["number"].blank(0.0)
    assert FIELDS["bool"].blank(False)


def test_storage_follows_the_options():
    assert FIELDS["text"].storage({}) == "text"
    assert FIELDS["text"].storage({"max": 100}) == "string"
    assert FIELDS["text"].storage({"primaryKey": True}) == "string"
    assert FIELDS["select"].storage({"maxSelect": 1}) == "string"
    assert FIELDS["select"].storage({"maxSelect": 2}) == "json"
    assert FIELDS["date"].storage({}) == "timestamp"


def test_modifiers():
    number, chosen = FIELDS["number"].modifiers, FIELDS["select"].modifiers
    assert number["+"](5, "2") == 7
    assert number["-"](5, "abc") == 5
    assert chosen["+"](["a"], "b") == ["a", "b"]
    assert chosen["+:"](["a", "b"], ["c", "a"]) == ["c", "a", "a", "b"]  # doubles go when the value is cast
    assert chosen["-"](["a", "b"], ["a", "zzz"]) == ["b"]
    assert chosen["-"]("a", "a") == []
    assert not FIELDS["text"].modifiers
    assert not FIELDS["bool"].modifiers


def test_deep_json_is_measured_without_recursion():
    deep: Any = 1
    for _ in range(3000):
        deep = {"a": [deep]}
    # {"a":[…]} is seven bytes around the next level.
    assert refusal("json", deep, maxSize=3000 * 8 + 1) is None
    assert refusal("json", deep, maxSize=3000 * 8) is not None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(FIELDS)), ANYTHING, st.booleans())
def test_whatever_comes_is_read_and_then_accepted_or_refused(kind: str, value: Any, multiple: bool):
    options = {"maxSelect": 2, "values": ["a", "b"]} if multiple else {"values": ["a"]}
    read = cast(kind, value, **options)
    refusal(kind, value, **options)
    again = cast(kind, read, **options)
    assert kind == "json" or again == read or read != read
