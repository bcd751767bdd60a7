"""What is known of an image without unpacking it: its size as it is shown, and what the camera and the photographer
wrote into it.

In charge of: width, height, and title, description and tags of IPTC. Not in charge of: pixels, other metadata
(`image_metadata`), or where the facts are kept (`library`). Everything here blocks: call it in a thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyvips

from satchel.files.image_metadata import TEXT_MAX, Wanted, metadata_of
from satchel.files.images import open_image
from satchel.files.transforms import LOADERS

IPTC_BYTES_MAX = 1024 * 1024
TAGS_MAX = 200

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


def image_facts(content: Path | bytes, content_type: str, wanted: Wanted) -> ImageFacts | None:
    """What is known of an image; None for what is none, or is broken. `wanted`: the entries of metadata to keep."""
    loader = LOADERS.get(content_type)
    if loader is None:
        return None
    try:
        image = open_image(content, loader)
        turned = image.get_typeof("orientation") and image.get("orientation") >= 5
        width, height = (image.height, image.width) if turned else (image.width, image.height)
        data: Any = image.get("iptc-data") if image.get_typeof("iptc-data") else b""
        iptc = _iptc(bytes(data))
        title = (iptc.get(_HEADLINE) or iptc.get(_TITLE) or [None])[0]
        return ImageFacts(
            width,
            height,
            metadata_of(image, iptc, wanted),
            title=None if title is None else title[:255],
            description=(iptc.get(_CAPTION) or [None])[0],
            tags=iptc.get(_TAG),
        )
    except pyvips.Error:
        return None


def _iptc(data: bytes) -> dict[int, list[str]]:
    """The texts, by the numbers of their data sets."""
    found: dict[int, list[str]] = {}
    for number, value in _datasets(data[:IPTC_BYTES_MAX]):
        text = value.decode("utf-8", "replace").strip().replace("\0", "")[:TEXT_MAX]
        if text and len(found.setdefault(number, [])) < TAGS_MAX:
            found[number].append(text)
    return found


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
