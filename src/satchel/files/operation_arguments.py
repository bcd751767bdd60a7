"""Arguments of operations on images: numbers within limits, colours, objects of options.

In charge of: reading them as sharp does, and refusing what would cost too much. Not in charge of: what an operation
does (`operations`). Pure. Called by `operations`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

KERNEL_MAX = 31
RADIUS_MAX = 100.0
EXTEND_MAX = 6000
COLOURS: Mapping[str, tuple[int, int, int]] = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "cyan": (0, 255, 255),
    "aqua": (0, 255, 255),
    "magenta": (255, 0, 255),
    "fuchsia": (255, 0, 255),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "maroon": (128, 0, 0),
    "olive": (128, 128, 0),
    "navy": (0, 0, 128),
    "purple": (128, 0, 128),
    "teal": (0, 128, 128),
    "orange": (255, 165, 0),
    "pink": (255, 192, 203),
    "brown": (165, 42, 42),
}
_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_RGB = re.compile(
    r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/]\s*([\d.]+)(%?)\s*)?\)", re.ASCII
)

Colour = tuple[int, int, int, float]
"""Red, green and blue to 255, and how opaque it is, to 1."""
Arguments = tuple[Any, ...]


class BadOperation(Exception):
    """An argument that the operation does not take; the text says what it takes."""


def read_number(value: Any, least: float, most: float, what: str) -> float:
    """A number within limits. Raises BadOperation, as all of these do."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadOperation(f"{what} must be a number between {least:g} and {most:g}")
    return float(value)


def read_integer(value: Any, least: int, most: int, what: str) -> int:
    """A whole number within limits."""
    found = read_number(value, least, most, what)
    if not found.is_integer():
        raise BadOperation(f"{what} must be a whole number")
    return int(found)


def first_of(given: Sequence[Any]) -> Any:
    """The first argument; None without one."""
    return given[0] if given else None


def options_of(value: Any) -> Mapping[str, Any]:
    """An object of options; nothing means none of them."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadOperation("its options must be an object")
    return cast("Mapping[str, Any]", value)


def read_flag(given: Sequence[Any]) -> Arguments:
    """On, unless the one argument says otherwise."""
    return (first_of(given) is not False,)


def read_nothing(given: Sequence[Any]) -> Arguments:
    """No arguments."""
    return ()


def colour_of(value: Any) -> Colour:
    """`#rgb`, `#rrggbb`, `rgb(…)`, a name, or `{r, g, b, alpha}`. Raises BadOperation."""
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        parts = [read_integer(given.get(name, 0), 0, 255, f'"{name}" of a colour') for name in ("r", "g", "b")]
        return parts[0], parts[1], parts[2], read_number(given.get("alpha", 1), 0, 1, '"alpha" of a colour')
    text = value.strip().lower() if isinstance(value, str) else ""
    if text == "transparent":
        return 0, 0, 0, 0.0
    if text in COLOURS:
        return *COLOURS[text], 1.0
    if _HEX.fullmatch(text):
        digits = text[1:] if len(text) > 5 else "".join(letter * 2 for letter in text[1:])
        red, green, blue, alpha = (int(f"{digits}ff"[at : at + 2], 16) for at in (0, 2, 4, 6))
        return red, green, blue, alpha / 255
    match = _RGB.fullmatch(text)
    if match:
        alpha = 1.0 if match[4] is None else min(float(match[4]) / (100 if match[5] else 1), 1.0)
        return min(int(match[1]), 255), min(int(match[2]), 255), min(int(match[3]), 255), alpha
    raise BadOperation("a colour must be a name, #rrggbb, rgb(…) or {r, g, b, alpha}")
