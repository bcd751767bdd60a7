"""What an image is asked to become: sizes, cuts and refusals, as the sharp library has them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from satchel.errors import InvalidQuery
from satchel.files.images import Box
from satchel.files.transformation import Offer, Transformation, negotiated, number_of, offer_of
from satchel.files.transforms import Plan, plan


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"width": 300}, Plan(300, 200)),
        ({"height": 100}, Plan(150, 100)),
        ({"width": 1200}, Plan(1200, 800)),
        ({"width": 1200, "without_enlargement": True}, Plan(600, 400)),
        ({"width": 100, "height": 100}, Plan(150, 100, Box(25, 0, 100, 100))),
        ({"width": 100, "height": 100, "fit": "contain"}, Plan(100, 67, frame=(100, 100))),
        ({"width": 100, "height": 100, "fit": "inside"}, Plan(100, 67)),
        ({"width": 100, "height": 100, "fit": "outside"}, Plan(150, 100)),
        ({"width": 100, "height": 100, "fit": "fill"}, Plan(100, 100)),
        ({"width": 300, "height": 200}, Plan(300, 200)),
        ({"width": 900, "height": 100, "without_enlargement": True}, Plan(600, 400, Box(0, 150, 600, 100))),
        ({"width": 100, "height": 100, "focal": (0, 0)}, Plan(150, 100, Box(0, 0, 100, 100))),
        ({"width": 100, "height": 100, "focal": (599, 399)}, Plan(150, 100, Box(50, 0, 100, 100))),
        ({"width": 100, "height": 100, "focal": (360, 200)}, Plan(150, 100, Box(40, 0, 100, 100))),
        ({"width": 1, "height": 1}, Plan(2, 1, Box(1, 0, 1, 1))),
    ],
)
def test_sizes_of_600_by_400(given: dict[str, Any], expected: Plan) -> None:
    assert plan(600, 400, Transformation(**given)) == expected


def test_a_side_is_never_nothing() -> None:
    assert plan(10_000, 1, Transformation(width=10)) == Plan(10, 1)


@pytest.mark.parametrize(
    ("text", "number"), [("10", 10.0), (" 10 ", 10.0), ("1e2", 100.0), ("+5", 5.0), (".5", 0.5), (7, 7.0)]
)
def test_numbers(text: Any, number: float) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["", "abc", "1_0", "0x10", "١", True, None, [], "1 2"])
def test_what_is_no_number(text: Any) -> None:
    assert number_of(text) != number_of(text)


def test_equal_requests_have_equal_names() -> None:
    offer = Offer()
    one = offer.chosen({"width": "10", "transforms": '[["blur",2]]'})
    other = offer.chosen({"transforms": '[ ["blur", 2] ]', "width": 10, "unknown": "x"})
    assert one.name == other.name
    assert offer.chosen({"width": "11", "transforms": '[["blur",2]]'}).name != one.name


@pytest.mark.parametrize(
    "value",
    [
        "{}",
        "null",
        "[[]]",
        "[1]",
        '[["blur","x"]]',
        '[["rotate",[1]]]',
        '[["convolve",{"width":3,"height":3,"kernel":[1]}]]',
        '[["convolve",{"width":1001,"height":3,"kernel":[]}]]',
        '[["recomb",[[1,2],[3,4]]]]',
        '[["tint","nocolour"]]',
        '[["modulate",{"brightness":"x"}]]',
        '[["linear",[1,2,3,4,5]]]',
        '[["extractChannel","pink"]]',
        '[["toFormat","gif"]]',
        '[["jpeg",{"quality":0}]]',
        "[" * 5000,
    ],
)
def test_operations_that_are_refused(value: str) -> None:
    with pytest.raises(InvalidQuery):
        Offer().chosen({"transforms": value})


def test_formats_for_browsers() -> None:
    auto = Transformation(format="auto", width=10)
    assert negotiated(auto, "image/png", "image/webp,image/avif", alpha=True).format == "avif"
    assert negotiated(auto, "image/png", "image/webp", alpha=True).format == "webp"
    assert negotiated(auto, "image/png", "*/*", alpha=False).format == ""
    assert negotiated(auto, "image/tiff", "*/*", alpha=False).format == "jpeg"
    assert negotiated(auto, "image/tiff", "*/*", alpha=True).format == "png"
    assert negotiated(replace(auto, format="tiff"), "image/png", "image/avif", alpha=True).format == "tiff"


def test_presets_of_the_settings() -> None:
    good = {"key": "a", "width": 5, "height": None, "transforms": [["flip"]]}
    offer = offer_of("presets", [good, {"key": "b", "width": "x"}, "nonsense", None], 5)
    assert set(offer.presets or {}) == {"a"}
    assert offer.chosen({"key": "a"}).width == 5
    assert offer_of("nonsense", None, 5).mode == "all"
    assert offer.chosen({}).nothing
