"""Ranges and conditions, as Go's servers answer them."""

from __future__ import annotations

import pytest

from satchel.http.ranges import RANGES_MAX, BadRange, Span, condition_status, http_date, parse_ranges, wanted_spans
from satchel.http.request import Request, RequestLimits

NOW = 1_700_000_000.9


def asking(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": raw, "http_version": "1.1"}

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    return Request(scope, receive, RequestLimits())


@pytest.mark.parametrize(
    ("header", "spans"),
    [
        ("bytes=0-4", [Span(0, 5)]),
        ("bytes=5-", [Span(5, 25)]),
        ("bytes=-3", [Span(27, 3)]),
        ("bytes=-100", [Span(0, 30)]),
        ("bytes=-0", [Span(30, 0)]),
        ("bytes=0-100", [Span(0, 30)]),
        ("bytes=0-4, 100-200", [Span(0, 5)]),
        ("bytes= 1-2 ,  4-5", [Span(1, 2), Span(4, 2)]),
        ("bytes=", []),
        ("bytes=,", []),
    ],
)
def test_ranges(header: str, spans: list[Span]) -> None:
    assert parse_ranges(header, 30) == spans


@pytest.mark.parametrize(
    ("header", "past_the_end"),
    [("bytes=30-", True), ("bytes=100-200", True), ("bytes=5-3", False), ("bytes=a-b", False), ("items=0-1", False),
     ("bytes=-", False), ("bytes=1", False), ("bytes=--1", False), ("bytes=+1-2", False)],
)  # fmt: skip
def test_ranges_that_can_t_be_answered(header: str, past_the_end: bool) -> None:
    with pytest.raises(BadRange) as error:
        parse_ranges(header, 30)
    assert error.value.overlaps_nothing is past_the_end


def test_too_much_is_answered_by_the_whole() -> None:
    assert wanted_spans(asking(range="bytes=0-29,0-29"), 30, NOW) == []
    many = "bytes=" + ",".join("0-0" for _ in range(RANGES_MAX + 1))
    assert wanted_spans(asking(range=many), 10_000, NOW) == []


def test_if_range() -> None:
    old = http_date(NOW - 60)
    assert wanted_spans(asking(range="bytes=0-1", if_range=http_date(NOW)), 30, NOW) == [Span(0, 2)]
    assert wanted_spans(asking(range="bytes=0-1", if_range=old), 30, NOW) == []
    assert wanted_spans(asking(range="bytes=0-1", if_range='"tag"'), 30, NOW) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"if_modified_since": http_date(NOW)}, 304),
        ({"if_modified_since": http_date(NOW - 5)}, 200),
        ({"if_modified_since": "nonsense"}, 200),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"x"', "if_modified_since": http_date(NOW)}, 200),
        ({"if_match": "*"}, 200),
        ({"if_match": '"x"'}, 412),
        ({"if_unmodified_since": http_date(NOW)}, 200),
        ({"if_unmodified_since": http_date(NOW - 5)}, 412),
        ({"if_match": "*", "if_unmodified_since": http_date(NOW - 5)}, 200),
    ],
)
def test_conditions(headers: dict[str, str], status: int) -> None:
    assert condition_status(asking(**headers), NOW) == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if_none_match": '"a"'}, 304),
        ({"if_none_match": 'W/"a"'}, 304),
        ({"if_none_match": '"b", "a"'}, 304),
        ({"if_none_match": '"b"'}, 200),
        ({"if_none_match": '"b"', "if_modified_since": http_date(NOW)}, 200),
        ({"if_match": '"a"'}, 200),
        ({"if_match": 'W/"a"'}, 412),
        ({"if_match": '"b"'}, 412),
    ],
)
def test_conditions_of_contents_with_a_tag(headers: dict[str, str], status: int) -> None:
    assert condition_status(asking(**headers), NOW, '"a"') == status


def test_if_range_with_a_tag() -> None:
    assert wanted_spans(asking(range="bytes=0-4", if_range='"a"'), 30, NOW, '"a"') == [Span(0, 5)]
    assert wanted_spans(asking(range="bytes=0-4", if_range='"b"'), 30, NOW, '"a"') == []
    assert wanted_spans(asking(range="bytes=0-4", if_range=http_date(NOW)), 30, NOW, '"a"') == [Span(0, 5)]
