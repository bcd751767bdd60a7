"""Differences of JSON: putting them into effect gives the other value, and the shapes are those of deep-diff."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satchel.errors import InvalidPayload
from satchel.snapshots.json_diff import MISSING, differences, patched

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=3)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("xyz", max_size=2), inner, max_size=4)
)


@given(VALUES, VALUES)
def test_differences_lead_to_the_other_value(left: Any, right: Any) -> None:
    assert (
        repr(patched(left, differences(left, right))) == repr(right) or patched(left, differences(left, right)) == right
    )
    assert differences(left, left) == []


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ({"a": 1}, {"a": 2}, [{"kind": "E", "path": ["a"], "lhs": 1, "rhs": 2}]),
        ({"a": 1}, {}, [{"kind": "D", "path": ["a"], "lhs": 1}]),
        ({}, {"a": None}, [{"kind": "N", "path": ["a"], "rhs": None}]),
        ({"a": None}, {"a": [1]}, [{"kind": "E", "path": ["a"], "lhs": None, "rhs": [1]}]),
        (
            [1],
            [1, 2, 3],
            [
                {"kind": "A", "index": 2, "item": {"kind": "N", "rhs": 3}},
                {"kind": "A", "index": 1, "item": {"kind": "N", "rhs": 2}},
            ],
        ),
        (
            [1, 2],
            [3],
            [
                {"kind": "A", "index": 1, "item": {"kind": "D", "lhs": 2}},
                {"kind": "E", "path": [0], "lhs": 1, "rhs": 3},
            ],
        ),
        (MISSING, {"a": 1}, [{"kind": "N", "rhs": {"a": 1}}]),
        ({"a": 1}, MISSING, [{"kind": "D", "lhs": {"a": 1}}]),
        (1, True, [{"kind": "E", "lhs": 1, "rhs": True}]),
    ],
)
def test_shapes(left: Any, right: Any, found: list[dict[str, Any]]) -> None:
    assert differences(left, right) == found


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "E", "path": ["a", "b", "c"], "rhs": 1},
        {"kind": "E", "path": ["list", 7], "rhs": 1},
        {"kind": "X", "path": ["a"]},
        {"kind": "N", "path": ["a"]},
        {"kind": "A", "path": ["a"], "index": 0, "item": {"kind": "N", "rhs": 1}},
        {"kind": "A", "path": ["list"], "index": 0},
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidPayload):
        patched({"a": {"b": 1}, "list": [1]}, [change])
