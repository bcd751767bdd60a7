"""Query strings in both readings."""

import time

import pytest

from satchel.errors import InvalidQuery
from satchel.http.querystring import DEPTH_MAX, PAIRS_MAX, first_values, nested, parse_pairs


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", []),
        ("a=1&b=2", [("a", "1"), ("b", "2")]),
        ("a=1&a=2", [("a", "1"), ("a", "2")]),
        ("a", [("a", "")]),
        ("a=b=c", [("a", "b=c")]),
        ("&&a=1&", [("a", "1")]),
        ("a=x+y%20z%2B", [("a", "x y z+")]),
        ("%C3%A9=%E2%82%AC", [("é", "€")]),
        ("a=%zz%4", [("a", "%zz%4")]),
        ("a=%FF", [("a", "\ufffd")]),
        ("a=%00", [("a", "\0")]),
        ("filter[a=b]=c", [("filter[a=b]", "c")]),
        ("a=[b]=c", [("a", "[b]=c")]),
    ],
)
def test_pairs(raw: str, expected: list[tuple[str, str]]) -> None:
    assert parse_pairs(raw.encode()) == expected


def test_unescaped_bytes_are_read_as_utf8() -> None:
    assert parse_pairs("é=ü".encode()) == [("é", "ü")]


def test_first_value_counts() -> None:
    assert first_values(parse_pairs(b"a=1&a=2&b=3")) == {"a": "1", "b": "3"}


def test_too_many_pairs_are_refused() -> None:
    with pytest.raises(InvalidQuery):
        parse_pairs(b"&".join([b"a=1"] * (PAIRS_MAX + 1)))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("filter[a][_eq]=1", {"filter": {"a": {"_eq": "1"}}}),
        ("filter[_or][0][x]=1&filter[_or][1][y]=2", {"filter": {"_or": [{"x": "1"}, {"y": "2"}]}}),
        ("fields[]=a&fields[]=b", {"fields": ["a", "b"]}),
        ("fields[]=a", {"fields": ["a"]}),
        ("fields=a&fields=b", {"fields": ["a", "b"]}),
        ("fields=a", {"fields": "a"}),
        ("filter[id][_in][]=1&filter[id][_in][]=2", {"filter": {"id": {"_in": ["1", "2"]}}}),
        ("a[5]=x&a[2]=y", {"a": ["y", "x"]}),
        ("a[0]=b&a[c]=d", {"a": {"0": "b", "c": "d"}}),
        ("a[501]=x", {"a": {"501": "x"}}),
        ("a[01]=x", {"a": {"01": "x"}}),
        ("a[]=1&a=2", {"a": ["1", "2"]}),
        ("a[b]=c&a=d", {"a": {"b": "c", "d": "true"}}),
        ("a[][b]=1&a[][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
        ("a%5Bb%5D=1", {"a": {"b": "1"}}),
        ("a[b=1", {"a[b": "1"}),
        ("[a]=1", {"a": "1"}),
        ("0=x", {"0": "x"}),
        ("=x", {}),
        ("deep[author][_sort]=-name&deep[author][_limit]=3", {"deep": {"author": {"_sort": "-name", "_limit": "3"}}}),
        ("a[__proto__][x]=1", {"a": {"__proto__": {"x": "1"}}}),
    ],
)
def test_nested(raw: str, expected: dict[str, object]) -> None:
    assert nested(parse_pairs(raw.encode())) == expected


def test_nesting_has_a_limit() -> None:
    assert nested(parse_pairs(b"a" + b"[b]" * DEPTH_MAX + b"=1"))
    with pytest.raises(InvalidQuery) as caught:
        nested(parse_pairs(b"a" + b"[b]" * (DEPTH_MAX + 1) + b"=1"))
    assert caught.value.details["parameter"] == "a"


def test_long_lists_take_linear_time() -> None:
    raw = "&".join(f"a[]={number}" for number in range(PAIRS_MAX)).encode()
    started = time.perf_counter()
    assert len(nested(parse_pairs(raw))["a"]) == PAIRS_MAX
    assert time.perf_counter() - started < 1
