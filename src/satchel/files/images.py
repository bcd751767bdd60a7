"""Images: smaller (or larger) versions of them.

In charge of: the sizes that can be asked for, how a version is cut and scaled, and refusing images that would cost too
much before a pixel of them is unpacked. Not in charge of: where files are (`thumbs`). Everything here blocks: call it
in a thread.

Sizes are PocketBase's, and so are the pixels' numbers: `WxH` cuts around the centre, `WxHt` from the top, `WxHb` from
the bottom, `WxHf` fits in without cutting and never enlarges, `0xH` and `Wx0` keep the ratio.
"""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyvips

from satchel.errors import SatchelError

CUT_FIRST_FROM = 100
"""Images at least this wide and high are cut before they are scaled, smaller ones after it: it decides who rounds."""
THREADS = 1
"""How many threads work on one image; several are worked on at a time."""

_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})([tbf]?)", re.ASCII)
# content type → (the only decoder that may be used, how the version is written, its content type)
_FORMATS: dict[str, tuple[str, str, str]] = {
    "image/png": ("pngload", ".png", "image/png"),
    "image/jpg": ("jpegload", ".jpg", "image/jpeg"),
    "image/jpeg": ("jpegload", ".jpg", "image/jpeg"),
    "image/gif": ("gifload", ".gif", "image/gif"),
    "image/webp": ("webpload", ".png", "image/png"),
}
_SAVED: dict[str, tuple[str, dict[str, Any]]] = {
    ".png": ("pngsave_buffer", {"compression": 6}),
    ".jpg": ("jpegsave_buffer", {"Q": 90, "optimize_coding": True}),
    ".gif": ("gifsave_buffer", {"effort": 4}),
}


class NoVersion(SatchelError):
    """There is no version of this content: it is broken, too large, or of a kind without versions."""

    code, status = "no_version", 422


@dataclass(frozen=True, slots=True)
class Size:
    """One size. 0 for the side that follows from the other. `mark`: "", "t", "b" or "f"."""

    width: int
    height: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """What is cut out of an image, in pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Version:
    """`modified`: when it was made, in seconds since 1970."""

    data: bytes
    content_type: str
    modified: float = field(default_factory=time.time)


def has_versions(content_type: str) -> bool:
    """Whether images of this type have versions."""
    return content_type in _FORMATS


def parse_size(text: str) -> Size | None:
    """A size by its text; None if it is none."""
    match = _SIZE.fullmatch(text)
    if match is None:
        return None
    size = Size(int(match[1]), int(match[2]), match[3])
    return size if size.width or size.height else None


def make_version(content: Path | bytes, content_type: str, size: Size, *, pixels_max: int) -> Version:
    """The version of an image in that size. Raises NoVersion.

    `pixels_max`: the largest image, before and after, in pixels.
    """
    loader, suffix, new_type = _FORMATS[content_type]
    try:
        image = open_image(content, loader)
        if image.width * image.height > pixels_max:
            raise NoVersion(f"The image has more than {pixels_max} pixels.")
        if loader == "webpload" and _pages(image) > 1:
            # as PocketBase, which can't read them
            raise NoVersion("Animated WebP images have no versions.")
        image = image.autorot()
        image = _scaled(image, size, pixels_max)
        save, options = _SAVED[suffix]
        data: bytes = getattr(image, save)(**options, keep="icc")
    except pyvips.Error as error:
        raise NoVersion("The image can't be read.", reason=str(error)[:500]) from error
    return Version(data, new_type)


def open_image(content: Path | bytes, loader: str, **more: Any) -> Any:
    """The image, with nothing read but its head. The first page of several. Raises pyvips.Error."""
    options: dict[str, Any] = {"access": "sequential", "fail_on": "error", **more}
    if isinstance(content, bytes):
        return getattr(pyvips.Image, f"{loader}_buffer")(content, **options)
    return getattr(pyvips.Image, loader)(str(content), **options)


def _pages(image: Any) -> int:
    return image.get("n-pages") if image.get_typeof("n-pages") else 1


def _scaled(image: Any, size: Size, pixels_max: int) -> Any:
    width, height = image.width, image.height
    if size.mark == "f" and size.width and size.height:
        new = fitted(width, height, size)
        return image if new == (width, height) else _resized(image, *new, pixels_max)
    if not size.width or not size.height:
        return _resized(image, *proportional(width, height, size), pixels_max)
    if min(width, height) >= CUT_FIRST_FROM:
        box = cut(width, height, size.width, size.height, size.mark)
        image = image.crop(box.left, box.top, box.width, box.height)
        return _resized(image, size.width, size.height, pixels_max)
    wide = width * size.height < height * size.width
    side = Size(size.width, 0) if wide else Size(0, size.height)
    image = _resized(image, *proportional(width, height, side), pixels_max)
    box = _anchored(image.width, image.height, size.width, size.height, size.mark)
    return image.crop(box.left, box.top, box.width, box.height)


def _resized(image: Any, width: int, height: int, pixels_max: int) -> Any:
    if width * height > pixels_max:
        raise NoVersion(f"The version would have more than {pixels_max} pixels.")
    # what is cut is read at once then: a sequential reader can't go back
    return image.thumbnail_image(width, height=height, size="force", no_rotate=True)


# --- the numbers


def fitted(width: int, height: int, size: Size) -> tuple[int, int]:
    """The largest size of this ratio that fits in; never larger than the image."""
    if width <= size.width and height <= size.height:
        return width, height
    ratio = width / height
    if ratio > size.width / size.height:
        return size.width, max(int(size.width / ratio), 1)
    return max(int(size.height * ratio), 1), size.height


def proportional(width: int, height: int, size: Size) -> tuple[int, int]:
    """The size whose one side is given."""
    if not size.width:
        return max(math.floor(size.height * width / height + 0.5), 1), size.height
    return size.width, max(math.floor(size.width * height / width + 0.5), 1)


def cut(width: int, height: int, wanted_width: int, wanted_height: int, mark: str) -> Box:
    """The largest part of the wanted ratio."""
    if width / height < wanted_width / wanted_height:
        new_width, new_height = width, max(math.floor(width * wanted_height / wanted_width + 0.5), 1)
    else:
        new_width, new_height = max(math.floor(height * wanted_width / wanted_height + 0.5), 1), height
    return _anchored(width, height, new_width, new_height, mark)


def _anchored(width: int, height: int, new_width: int, new_height: int, mark: str) -> Box:
    new_width, new_height = min(new_width, width), min(new_height, height)
    top = {"t": 0, "b": height - new_height}.get(mark, (height - new_height) // 2)
    return Box((width - new_width) // 2, top, new_width, new_height)


def prepare() -> None:
    """Set the library up for a server: no cache of operations, few threads per image, only decoders that are safe for
    strangers' files.
    """
    pyvips.cache_set_max(0)
    vips: Any = pyvips
    vips.concurrency_set(THREADS)
    pyvips.block_untrusted_set(True)
