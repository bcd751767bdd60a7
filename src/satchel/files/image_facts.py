"""What is known of an image without unpacking it: its size as it is shown, and what the camera and the photographer
wrote into it.

In charge of: width, height, a few entries of EXIF, and title, description and tags of IPTC. Not in charge of: pixels,
or where the facts are kept (`library`). Everything here blocks: call it in a thread.

    {"ifd0": {"Make": "Canon"}, "exif": {"FNumber": 2.8, "ExposureTime": 0.004}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyvips

from satchel.files.images import open_image
from satchel.files.transforms import LOADERS

KEPT: Mapping[str, tuple[str, ...]] = {
    "ifd0": ("Make", "Model"),
    "exif": ("FNumber", "ExposureTime", "FocalLength", "ISOSpeedRatings"),
}
"""The entries that are kept. Others can say more than somebody who shares a picture means to: where it was taken."""
IPTC_BYTES_MAX = 1024 * 1024
TEXT_MAX = 10_000
TAGS_MAX = 200

_IFD = {"ifd0": "ifd0", "exif": "ifd2"}
_EXIF = re.compile(r"^(.*?) \((.*), (\w+), \d+ components?, \d+ bytes?\)$", re.DOTALL)
_FRACTION = re.compile(r"(-?\d+)/(-?\d+)")
_TITLE, _TAG, _CAPTION, _HEADLINE = 5, 25, 120, 105


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """`title`, `description` and `tags`: what IPTC says, for a file that nobody named otherwise."""

    width: int
    height: int
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    title: str | None = None
    description: str | None = None
    tags: list[str] | None = None


def image_facts(content: Path | bytes, content_type: str) -> ImageFacts | None:
    """What is known of an image; None for what is none, or is broken."""
    loader = "gifload" if content_type == "image/gif" else LOADERS.get(content_type)
    if loader is None:
        return None
    try:
        image = open_image(content, loader)
        turned = image.get_typeof("orientation") and image.get("orientation") >= 5
        width, height = (image.height, image.width) if turned else (image.width, image.height)
        data: Any = image.get("iptc-data") if image.get_typeof("iptc-data") else b""
        return ImageFacts(width, height, _exif(image), **_iptc(bytes(data)))
    except pyvips.Error:
        return None


def _exif(image: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for group, names in KEPT.items():
        for name in names:
            key = f"exif-{_IFD[group]}-{name}"
            value = _exif_value(str(image.get(key))) if image.get_typeof(key) else None
            if value is not None:
                found.setdefault(group, {})[name] = value
    return found


def _exif_value(text: str) -> Any:
    """`2.8` of `28/10 (f/2.8, Rational, 1 components, 8 bytes)`."""
    match = _EXIF.match(text)
    if match is None:
        return None
    raw, shown, kind = match.groups()
    if kind == "ASCII":
        return shown.strip().rstrip("\0")[:TEXT_MAX] or None
    fraction = _FRACTION.fullmatch(raw.strip())
    if fraction:
        return int(fraction[1]) / int(fraction[2]) if int(fraction[2]) else None
    return int(raw) if re.fullmatch(r"-?\d{1,18}", raw.strip()) else None


def _iptc(data: bytes) -> dict[str, Any]:
    found: dict[int, list[str]] = {}
    for number, value in _datasets(data[:IPTC_BYTES_MAX]):
        text = value.decode("utf-8", "replace").strip().replace("\0", "")[:TEXT_MAX]
        if text and len(found.setdefault(number, [])) < TAGS_MAX:
            found[number].append(text)
    title = (found.get(_HEADLINE) or found.get(_TITLE) or [None])[0]
    return {
        "title": None if title is None else title[:255],
        "description": (found.get(_CAPTION) or [None])[0],
        "tags": found.get(_TAG),
    }


def _datasets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The entries of the second record, of plain IPTC or of what Photoshop wraps around it."""
    at = data.find(b"\x1c\x02")
    while at >= 0 and data[at : at + 1] == b"\x1c" and at + 5 <= len(data):
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        if size & 0x8000:
            return  # longer than any text that is kept
        if data[at + 1] == 2:
            yield data[at + 2], data[at + 5 : at + 5 + size]
        at += 5 + size
