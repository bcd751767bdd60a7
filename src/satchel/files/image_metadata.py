"""What an image says of itself beside its pixels, as far as an installation wants it kept.

In charge of: entries of EXIF, IPTC and of the head of a colour profile, by group and name. Not in charge of: reading
files (`image_facts`), or what becomes of it (`library`). Everything here blocks: call it in a thread.

    {"ifd0": {"Make": "Canon"}, "exif": {"FNumber": 2.8}, "iptc": {"keywords": ["sea"]}, "icc": {"colorSpace": "RGB"}}

Names of EXIF are the standard's (CIPA DC-008), those of IPTC follow IIM 4.2, those of profiles ICC.1:2022, 7.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

GROUPS = ("ifd0", "ifd1", "exif", "gps", "interop")
"""The directories of EXIF, in the order of their numbers."""
IPTC_NAMES: Mapping[int, str] = {
    5: "objectName",
    15: "category",
    25: "keywords",
    40: "specialInstructions",
    55: "dateCreated",
    60: "timeCreated",
    80: "byline",
    85: "bylineTitle",
    90: "city",
    92: "sublocation",
    95: "provinceState",
    101: "country",
    105: "headline",
    110: "credit",
    115: "source",
    116: "copyright",
    120: "caption",
    122: "captionWriter",
}
IPTC_LISTS = frozenset({25, 80})
"""What there may be several of."""
ENTRIES_MAX = 500
TEXT_MAX = 10_000
NUMBERS_MAX = 64

_EXIF = re.compile(r"^(.*) \((.*), (\w+), \d+ components?, \d+ bytes?\)$", re.DOTALL)
_KEY = re.compile(r"exif-ifd([0-4])-(\w+)")
_NUMBER = re.compile(r"-?\d{1,18}(/-?\d{1,18})?")
_ICC_HEAD = 128


class Wanted:
    """Which entries are kept: `group.Name`, `group.*`, or `*` for all."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries = frozenset(entries)

    def __call__(self, group: str, name: str) -> bool:
        return bool(self._entries & {"*", f"{group}.*", f"{group}.{name}"})


def metadata_of(image: Any, iptc: Mapping[int, Sequence[str]], wanted: Wanted) -> dict[str, Any]:
    """The wanted entries. `image`: as libvips has opened it. `iptc`: the texts by the numbers of their data sets."""
    found: dict[str, Any] = {}
    kept = 0
    for group, name, value in (*_exif(image, wanted), *_iptc(iptc), *_icc(image)):
        if value is not None and wanted(group, name) and kept < ENTRIES_MAX:
            found.setdefault(group, {})[name] = value
            kept += 1
    return found


def _exif(image: Any, wanted: Wanted) -> Iterator[tuple[str, str, Any]]:
    for field in image.get_fields():
        match = _KEY.fullmatch(field)
        if match is not None and wanted(GROUPS[int(match[1])], match[2]):
            yield GROUPS[int(match[1])], match[2], _exif_value(str(image.get(field)))


def _exif_value(text: str) -> Any:
    """`2.8` of `28/10 (f/2.8, Rational, 1 components, 8 bytes)`; several numbers are a list."""
    match = _EXIF.match(text[: 2 * TEXT_MAX])
    if match is None:
        return None
    raw, shown, kind = match.groups()
    if kind == "ASCII":
        return shown.strip().rstrip("\0")[:TEXT_MAX] or None
    parts = raw.split()
    if not parts or len(parts) > NUMBERS_MAX or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    numbers = [_number(part) for part in parts]
    return numbers[0] if len(numbers) == 1 else numbers


def _number(text: str) -> int | float | None:
    above, slash, below = text.partition("/")
    if not slash:
        return int(above)
    return int(above) / int(below) if int(below) else None


def _iptc(texts: Mapping[int, Sequence[str]]) -> Iterator[tuple[str, str, Any]]:
    for number, values in texts.items():
        if number in IPTC_NAMES and values:
            yield "iptc", IPTC_NAMES[number], list(values) if number in IPTC_LISTS else values[0]


def _icc(image: Any) -> Iterator[tuple[str, str, Any]]:
    """The head of the colour profile."""
    data = bytes(image.get("icc-profile-data")[:_ICC_HEAD]) if image.get_typeof("icc-profile-data") else b""
    if len(data) < _ICC_HEAD or data[36:40] != b"acsp":
        return
    yield "icc", "version", f"{data[8]}.{data[9] >> 4}.{data[9] & 15}"
    for name, at in (("cmm", 4), ("deviceClass", 12), ("colorSpace", 16), ("connectionSpace", 20), ("creator", 80)):
        text = data[at : at + 4].decode("ascii", "replace").strip("\0 ")
        if text.isprintable() and text.isascii() and text:
            yield "icc", name, text
