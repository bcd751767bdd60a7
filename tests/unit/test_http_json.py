"""JSON text: errors, depth, repeated keys, text after the value."""

import sys

import pytest

from satchel.errors import InvalidPayload
from satchel.http import json


@pytest.mark.parametrize("depth", [1, 900, 2000, json.DEPTH_MAX])
@pytest.mark.parametrize(("start", "end"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_deep_values_survive_the_round_trip(depth: int, start: bytes, end: bytes) -> None:
    text = start * depth + b"1" + end * depth
    limit = sys.getrecursionlimit()
    assert json.encode(json.decode(text)) == text
    assert sys.getrecursionlimit() == limit


def test_absurd_depth_is_refused() -> None:
    with pytest.raises(InvalidPayload, match="levels deep"):
        json.decode(b"[" * 200_000 + b"]" * 200_000)
    with pytest.raises(InvalidPayload):
        json.decode(b"[" * 200_000)


def test_depth_ignores_brackets_in_strings() -> None:
    assert json.nesting_depth(b'{"a": "[[[[\\"[[", "b": [1, {}]}') == 3


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"a"', b"NaN", b"{'a': 1}", b'"\xff"', b"\xff", b'"\\ud800"', b"1 2", b"{} x", b"9" * 5000, "\ud800"],
)
def test_malformed_text_says_so(body: bytes | str) -> None:
    with pytest.raises(InvalidPayload) as caught:
        json.decode(body, what="filter")
    assert caught.value.message.startswith("The filter is not valid JSON: ")
    assert caught.value.details["reason"]


def test_numbers() -> None:
    assert json.decode(b"1208925819614629174706176") == 2**80
    assert json.decode(b"[1, -2, 1.5, 1e3]") == [1, -2, 1.5, 1000.0]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a":1} trailing', {"a": 1}),
        (b'{"a":"}"}}', {"a": "}"}),
        (b" [1,[2]] ]", [1, [2]]),
        (b"1 2", 1),
        (b'"a\\"b" "c"', 'a"b'),
    ],
)
def test_text_after_the_first_value(body: bytes, value: object) -> None:
    assert json.decode_first(body) == value
    with pytest.raises(InvalidPayload):
        json.decode(body)


@pytest.mark.parametrize(
    "body",
    [b'{"a":1,"a":2}', b'{"x":[{"b":1,"b":1}]}', b'{"t":"10:00","t":1}', b'{"t":"10:00","b":{"a":1,"a":1}} rest'],
)
def test_repeated_keys_are_refused_on_request(body: bytes) -> None:
    json.decode_first(body)
    with pytest.raises(json.RepeatedKey):
        json.decode_unique(body)


@pytest.mark.parametrize("body", [b'{"t":"10:00","b":{"a":1},"c":{"a":1}}', b"[]", b"3", b'{"a":' + b"9" * 4000 + b"}"])
def test_unique_keys_pass(body: bytes) -> None:
    assert json.decode_unique(body) == json.decode(body)
