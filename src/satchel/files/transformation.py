"""What an image is asked to become: sizes, format and operations, read from what somebody sent and checked.

In charge of: `Transformation`, its limits, presets, and which format a browser gets. Not in charge of: pixels
(`transforms`, `operations`), files or settings (`assets`). Pure. Called by `assets`.

The names and their meaning are Directus's, which hands them to the sharp library of Node: that library's rules for
sizes, and the methods of it that Directus allows, are what callers know.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Literal, NoReturn, cast

import msgspec

from satchel.errors import InvalidQuery, SatchelError
from satchel.files.operation_arguments import BadOperation
from satchel.files.operations import OPERATIONS, OUTPUTS, Operation, Output

Fit = Literal["cover", "contain", "fill", "inside", "outside"]

PARAMETERS = (
    "key",
    "transforms",
    "width",
    "height",
    "format",
    "fit",
    "quality",
    "withoutEnlargement",
    "focal_point_x",
    "focal_point_y",
)
SIZE_PARAMETERS = ("width", "height", "fit", "withoutEnlargement")
FITS: tuple[Fit, ...] = ("cover", "contain", "fill", "inside", "outside")
FORMATS: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "avif": "image/avif",
}
AUTO = "auto"
KNOWN_MAX = 1000
"""How many questions an offer remembers."""
NEGOTIATED = ("avif", "webp")
"""What `auto` may become, best first."""
STILL = ("avif",)
"""Those of them that have one frame only, as we write them."""
SENT_AS_IS = frozenset(("image/jpeg", "image/png", "image/gif"))
"""Types that every browser shows: `auto` leaves them."""
SIDE_LIMIT = 100_000_000
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)


class IllegalTransformation(SatchelError):
    """An image that is larger than is allowed was asked for. `details['names']`: the parameters."""

    code, status = "illegal_transformation", 400


@dataclass(frozen=True)
class Transformation:
    """What becomes of an image. `format`: a key of FORMATS, `auto`, or "" for the image's own. `focal`: what must stay
    in sight when the image is cut, in its pixels."""

    width: int | None = None
    height: int | None = None
    fit: Fit = "cover"
    without_enlargement: bool = False
    quality: int | None = None
    format: str = ""
    focal: tuple[int, int] | None = None
    operations: tuple[Operation, ...] = ()
    output: Output | None = None

    @property
    def nothing(self) -> bool:
        """Whether the image stays as it is."""
        return not (self.sized or self.quality or self.format or self.operations or self.output)

    @property
    def sized(self) -> bool:
        return self.width is not None or self.height is not None

    @cached_property
    def name(self) -> str:
        """A name that equal transformations share."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]

    def check(self, *, side_max: int) -> None:
        """Raise IllegalTransformation when a side would be longer than that."""
        if (self.width or 0) > side_max or (self.height or 0) > side_max:
            raise IllegalTransformation("Illegal asset transformation.", names=("width", "height"))


_SYSTEM_SIDES = {"small": 64, "medium": 300, "large": 800}
SYSTEM_PRESETS: Mapping[str, Transformation] = {
    **{
        f"system-{name}-cover": Transformation(width=side, height=side, fit="cover", format=AUTO)
        for name, side in _SYSTEM_SIDES.items()
    },
    **{
        f"system-{name}-contain": Transformation(width=side, fit="contain", format=AUTO)
        for name, side in _SYSTEM_SIDES.items()
    },
}
"""What the app shows its thumbnails in; always there."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the settings allow. `mode`: all | presets | none."""

    mode: str = "all"
    presets: Mapping[str, Transformation] | None = None
    operations_max: int = 5
    _known: dict[Hashable, Transformation] = field(
        default_factory=dict[Hashable, "Transformation"], compare=False, repr=False
    )

    def chosen(self, given: Mapping[str, str]) -> Transformation:
        """The transformation that these parameters ask for. Raises InvalidQuery for what can't be read, or is not
        allowed."""
        asked = {name: given[name] for name in PARAMETERS if name in given}
        key = tuple(asked.items())
        found = self._known.get(key)
        if found is None:
            found = self._chosen(asked)
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[key] = found
        return found

    def _chosen(self, asked: Mapping[str, str]) -> Transformation:
        listed = parse_operations(asked.get("transforms"), self.operations_max)
        key = asked.get("key")
        alone = key is not None and len(asked) == 1
        known = {**(self.presets or {}), **SYSTEM_PRESETS}
        if self.mode == "none" and asked and not (alone and key in SYSTEM_PRESETS):
            raise InvalidQuery("Dynamic asset generation has been disabled for this project")
        if self.mode == "presets" and asked and not (alone and key in known):
            raise InvalidQuery("Only configured presets can be used in asset generation")
        if key is not None:
            found = known.get(str(key))
            if found is None:
                raise InvalidQuery(f'Key "{key}" isn\'t configured')
            return found
        return _parsed(asked, listed)


def offer_of(mode: Any, presets: Any, operations_max: int) -> Offer:
    """The settings, as they are stored. A preset that can't be read is not there."""
    found: dict[str, Transformation] = {}
    for item in cast("list[Any]", presets) if isinstance(presets, list) else []:
        if isinstance(item, Mapping):
            given = {name: value for name, value in cast("Mapping[str, Any]", item).items() if value is not None}
            try:
                found[str(given.get("key"))] = _parsed(given, parse_operations(given.get("transforms"), operations_max))
            except InvalidQuery:
                continue
    return Offer(mode if mode in ("presets", "none") else "all", found, operations_max)


@lru_cache(maxsize=KNOWN_MAX)
def negotiated(
    wanted: Transformation, content_type: str, accept: str, *, alpha: bool, animated: bool = False
) -> Transformation:
    """With the format in place of `auto`. `accept`: the header; `alpha`: whether the image has transparent parts;
    `animated`: whether it has several frames."""
    if wanted.format != AUTO:
        return wanted
    for name in NEGOTIATED:
        if f"image/{name}" in accept and not (animated and name in STILL):
            return replace(wanted, format=name)
    if content_type in SENT_AS_IS:
        return replace(wanted, format="" if not wanted.nothing else content_type.rpartition("/")[2])
    return replace(wanted, format="png" if alpha else "jpeg")


# --- reading


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of operations asks for. `output`: the format, if one of them names it; `size`: parameters of the size
    likewise."""

    operations: tuple[Operation, ...] = ()
    output: Output | None = None
    size: Mapping[str, Any] = field(default_factory=dict[str, Any])


def parse_operations(value: Any, most: int) -> Listed:
    """The operations of `transforms`. Raises InvalidQuery."""
    if value is None:
        return Listed()
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            _refuse('"transforms" Parameter needs to be a JSON array of allowed transformations')
    if not isinstance(value, list):
        _refuse('"transforms" Parameter needs to be a JSON array of allowed transformations')
    listed = cast("list[Any]", value)
    if len(listed) > most:
        _refuse(f'"transforms" Parameter is only allowed {most} transformations')
    operations: list[Operation] = []
    output: Output | None = None
    size: Mapping[str, Any] = {}
    for item in listed:
        parts: Sequence[Any] = cast("list[Any]", item) if isinstance(item, list) and item else [item]
        name = str(parts[0])
        try:
            if name in OUTPUTS:
                output = OUTPUTS[name](parts[1:])
            elif name == "resize":
                size = _size_of(parts[1:])
            elif name in OPERATIONS:
                operations.append(Operation(name, OPERATIONS[name].read(parts[1:])))
            else:
                _refuse(f'"transforms" Parameter does not allow "{name}" as a transformation')
        except BadOperation as error:
            _refuse(f'"transforms" Parameter has a wrong argument for "{name}": {error}')
    return Listed(tuple(operations), output, size)


def _size_of(given: Sequence[Any]) -> Mapping[str, Any]:
    """`resize` with its sides, or with them among its options."""
    sides = zip(("width", "height"), given, strict=False)
    found: dict[str, Any] = {name: value for name, value in sides if isinstance(value, int | float)}
    objects = [cast("Mapping[str, Any]", item) for item in given if isinstance(item, Mapping)]
    options: Mapping[str, Any] = objects[0] if objects else {}
    return {**found, **{name: options[name] for name in SIZE_PARAMETERS if options.get(name) is not None}}


def _parsed(given: Mapping[str, Any], listed: Listed) -> Transformation:
    if "width" not in given and "height" not in given:
        given = {**given, **listed.size}
    width, height = _side(given, "width"), _side(given, "height")
    fit = given.get("fit", "cover")
    if fit not in FITS:
        if width is not None or height is not None:
            _refuse(f"Expected valid fit for fit but received {fit} of type string")
        fit = "cover"
    quality = given.get("quality")
    if quality is not None:
        quality = _whole(quality, "integer", "quality", 100)
    name = given.get("format")
    if name and name not in FORMATS and name != AUTO:
        known = ", ".join((AUTO, *FORMATS))
        _refuse(f"Expected one of: {known} for format but received {name} of type string")
    across, down = _point(given, "focal_point_x"), _point(given, "focal_point_y")
    return Transformation(
        width=width,
        height=height,
        fit=fit,
        without_enlargement=given.get("withoutEnlargement") not in (None, False, "false", "0", 0),
        quality=quality,
        format=str(name or ""),
        focal=(across, down) if across is not None and down is not None else None,
        operations=listed.operations,
        output=listed.output,
    )


def _side(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    return None if value is None else _whole(value, "positive integer", name, SIDE_LIMIT)


def _point(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    number = number_of(value)
    if math.isnan(number) or abs(number) > SIDE_LIMIT:
        _refuse(f"Expected number for {name} but received {_said(number)} of type number")
    return int(number)


def _whole(value: Any, kind: str, name: str, most: int) -> int:
    number = number_of(value)
    if not number.is_integer() or not 1 <= number <= most:
        _refuse(f"Expected {kind} between 1 and {most} for {name} but received {_said(number)} of type number")
    return int(number)


def number_of(value: Any) -> float:
    """A number as JavaScript reads it; NaN for what is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < 2**53 else math.inf
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    return math.nan


def _said(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity"
    return str(int(number)) if number.is_integer() else str(number)


def _refuse(reason: str) -> NoReturn:
    raise InvalidQuery(reason)
