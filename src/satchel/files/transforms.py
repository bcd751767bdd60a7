"""Transforms: an image by what it is asked to become.

In charge of: opening an image by the one decoder that its type allows, the numbers of sizes and cuts, colours that
browsers show, the encoders, and limits of pixels and time. Not in charge of: what may be asked for (`transformation`),
single operations (`operations`), files (`versions`). Everything here blocks: call it in a thread.

The numbers are those of the sharp library: `cover` cuts around the centre (or the focal point), `contain` fills up with
black, a missing side follows from the other one.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyvips

from satchel.files.images import Box, NoVersion, Version, open_image
from satchel.files.operation_arguments import BadOperation
from satchel.files.operation_work import without_alpha_band
from satchel.files.operations import (
    BEFORE,
    CHANNELS,
    EARLY,
    LATE,
    MIDDLE,
    OPERATIONS,
    apply_all,
)
from satchel.files.transformation import FORMATS, Transformation

# content type → the only decoder that may be used
LOADERS: Mapping[str, str] = {
    "image/jpeg": "jpegload",
    "image/jpg": "jpegload",
    "image/png": "pngload",
    "image/webp": "webpload",
    "image/gif": "gifload",
    "image/tiff": "tiffload",
    "image/avif": "heifload",
}
ANIMATED = ("image/gif", "image/webp")
"""Types whose images may have several frames."""
_SAVERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "image/jpeg": ("jpegsave_buffer", {"Q": 80, "optimize_coding": True}),
    "image/png": ("pngsave_buffer", {"compression": 6}),
    "image/webp": ("webpsave_buffer", {"Q": 80, "effort": 4}),
    "image/gif": ("gifsave_buffer", {"effort": 2}),
    "image/tiff": ("tiffsave_buffer", {"Q": 80, "compression": "jpeg"}),
    "image/avif": ("heifsave_buffer", {"Q": 50, "compression": "av1", "effort": 4, "bitdepth": 8}),
}
_OPTIONS: Mapping[str, str] = {
    "quality": "Q",
    "progressive": "interlace",
    "lossless": "lossless",
    "effort": "effort",
    "compressionLevel": "compression",
    "palette": "palette",
}
# options that an encoder does not have are left out
_TAKEN: Mapping[str, frozenset[str]] = {
    "image/jpeg": frozenset({"quality", "progressive"}),
    "image/png": frozenset({"quality", "progressive", "compressionLevel", "palette"}),
    "image/webp": frozenset({"quality", "lossless", "effort"}),
    "image/gif": frozenset({"effort"}),
    "image/tiff": frozenset({"quality"}),
    "image/avif": frozenset({"quality", "lossless", "effort"}),
}
_VIPS: Any = pyvips
SHRINKS = (8, 4, 2)
"""By how much a JPEG can be made smaller while it is read."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`pixels`: the largest image, before and after, all frames together; `side`: the longest side after; `seconds`:
    for one image."""

    pixels: int
    side: int
    seconds: float


def transformable(content_type: str) -> bool:
    """Whether images of this type can become something else."""
    return content_type in LOADERS


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of an image tells: whether it has transparent parts, and more than one frame."""

    alpha: bool = False
    animated: bool = False


def read_head(content: Path, content_type: str) -> Head:
    """Raises NoVersion."""
    try:
        image = open_image(content, LOADERS[content_type])
        return Head(bool(image.hasalpha()), content_type in ANIMATED and _frames(image) > 1)
    except pyvips.Error as error:
        raise _unreadable(error) from error


def transform(content: Path, content_type: str, wanted: Transformation, bounds: Bounds) -> Version:
    """The image as it is asked for; with all frames where the new type can have several, and they are not too many
    pixels together. Raises NoVersion, whose message is for the caller."""
    try:
        new_type = _type_of(content_type, wanted)
        image = _opened(content, LOADERS[content_type], wanted, bounds)
        if content_type in ANIMATED and new_type in ANIMATED and _moves(image, bounds):
            image = _animation(content, LOADERS[content_type], image, wanted, bounds)
        else:
            image = _transformed(_upright(image), wanted, bounds)
        return Version(_saved(image, new_type, wanted, bounds.seconds), new_type)
    except BadOperation as error:
        raise NoVersion(f"The image can't be transformed: {error}.") from error
    except pyvips.Error as error:
        raise _unreadable(error) from error


def _transformed(image: Any, wanted: Transformation, bounds: Bounds) -> Any:
    if any(OPERATIONS[item.name].stage == BEFORE for item in wanted.operations):
        image = apply_all(image.copy_memory(), wanted.operations, (BEFORE,))
    if wanted.sized:
        image = _resized(image, wanted, bounds)
    if wanted.operations:
        image = apply_all(image.copy_memory(), wanted.operations, (EARLY, MIDDLE, LATE, CHANNELS))
    _check(image.width, image.height, bounds)
    return image


def _animation(content: Path, loader: str, first: Any, wanted: Transformation, bounds: Bounds) -> Any:
    """Every frame transformed by itself, and all of them again as one image above each other, as the library has
    animations. Delays and the number of repetitions go along."""
    width, height, count = first.width, first.height, _frames(first)
    whole = _coloured(open_image(content, loader, n=-1)).copy_memory()
    frames: list[Any] = []
    for number in range(count):
        frame = whole.crop(0, number * height, width, height).copy()
        for name in ("page-height", "n-pages"):
            frame.remove(name)
        frames.append(_transformed(_upright(frame), wanted, bounds))
    width, height = frames[0].width, frames[0].height
    if any((frame.width, frame.height) != (width, height) for frame in frames):
        raise BadOperation("the frames of the animation would differ in size")
    _check(width, height * count, bounds, side=False)
    image = _VIPS.Image.arrayjoin(frames, across=1).copy()
    image.set_type(_VIPS.GValue.gint_type, "page-height", height)
    return image


def _moves(image: Any, bounds: Bounds) -> bool:
    return 1 < _frames(image) <= bounds.pixels // (image.width * image.height)


def _frames(image: Any) -> int:
    return int(image.get("n-pages")) if image.get_typeof("n-pages") else 1


def _unreadable(error: Exception) -> NoVersion:
    return NoVersion("The image can't be read.", reason=str(error)[:500])


def _type_of(content_type: str, wanted: Transformation) -> str:
    name = wanted.format or (wanted.output.format if wanted.output else "")
    if name:
        return FORMATS[name]
    return "image/jpeg" if content_type == "image/jpg" else content_type


# --- opening


def _opened(content: Path, loader: str, wanted: Transformation, bounds: Bounds) -> Any:
    """The image in sRGB, made smaller while it is read where that is possible."""
    image = open_image(content, loader)
    if image.width * image.height > bounds.pixels:
        raise NoVersion(f"The image has more than {bounds.pixels} pixels.")
    turned = _orientation(image) >= 5
    before = any(OPERATIONS[item.name].stage == BEFORE for item in wanted.operations)
    if loader == "jpegload" and wanted.sized and not before:
        width, height = (image.height, image.width) if turned else (image.width, image.height)
        box = plan(width, height, wanted)
        factor = min(width / box.scaled_width, height / box.scaled_height)
        shrink = next((item for item in SHRINKS if item <= factor), 1)
        if shrink > 1:
            image = open_image(content, loader, shrink=shrink)
    return _coloured(image)


def _upright(image: Any) -> Any:
    # turning needs all of it at once
    return image.copy_memory().autorot() if _orientation(image) > 1 else image


def _orientation(image: Any) -> int:
    return image.get("orientation") if image.get_typeof("orientation") else 1


def _coloured(image: Any) -> Any:
    """In the colours of browsers: sRGB or grey, eight bits each."""
    if image.get_typeof("icc-profile-data") and image.interpretation not in ("b-w", "grey16"):
        try:
            return image.icc_transform("srgb", embedded=True, intent="perceptual", depth=8)
        except pyvips.Error:
            pass  # a profile that can't be used is as good as none
    grey = image.interpretation in ("b-w", "grey16")
    space = "b-w" if grey else "srgb"
    if image.interpretation != space:
        image = image.colourspace(space)
    return image.cast("uchar") if image.format != "uchar" else image


# --- sizes


@dataclass(frozen=True, slots=True)
class Plan:
    """The size to scale to, and then the part that is kept of it (`box`) or the frame around it (`frame`)."""

    scaled_width: int
    scaled_height: int
    box: Box | None = None
    frame: tuple[int, int] | None = None


def plan(width: int, height: int, wanted: Transformation) -> Plan:
    """What becomes of an image of that size."""
    across, down = wanted.width, wanted.height
    keep = wanted.without_enlargement
    if across is None or down is None:
        factor = width / across if across is not None else height / (down or height)
        if keep:
            factor = max(factor, 1.0)
        exact_width = across if across is not None and not (keep and factor == 1.0) else _rounded(width / factor)
        exact_height = down if down is not None and not (keep and factor == 1.0) else _rounded(height / factor)
        return Plan(exact_width, exact_height)
    by_width, by_height = width / across, height / down
    match wanted.fit:
        case "fill":
            if keep:
                by_width, by_height = max(by_width, 1.0), max(by_height, 1.0)
            return Plan(_rounded(width / by_width), _rounded(height / by_height))
        case "inside" | "contain":
            factor = max(by_width, by_height)
        case "outside" | "cover":
            factor = min(by_width, by_height)
    if keep:
        factor = max(factor, 1.0)
    scaled_width, scaled_height = _rounded(width / factor), _rounded(height / factor)
    if wanted.fit == "contain":
        return Plan(scaled_width, scaled_height, frame=(across, down))
    if wanted.fit == "cover":
        box = _cut(scaled_width, scaled_height, across, down, wanted.focal, factor)
        return Plan(scaled_width, scaled_height, box=box)
    return Plan(scaled_width, scaled_height)


def _rounded(value: float) -> int:
    return max(int(value + 0.5), 1)


def _cut(width: int, height: int, across: int, down: int, focal: tuple[int, int] | None, factor: float) -> Box | None:
    """The part of a scaled image that is kept."""
    kept_width, kept_height = min(width, across), min(height, down)
    if (kept_width, kept_height) == (width, height):
        return None
    if focal is None:
        return Box((width - kept_width + 1) // 2, (height - kept_height + 1) // 2, kept_width, kept_height)
    left = round(focal[0] / factor - kept_width / 2)
    top = round(focal[1] / factor - kept_height / 2)
    return Box(max(0, min(left, width - kept_width)), max(0, min(top, height - kept_height)), kept_width, kept_height)


def _resized(image: Any, wanted: Transformation, bounds: Bounds) -> Any:
    found = plan(image.width, image.height, wanted)
    _check(found.scaled_width, found.scaled_height, bounds, side=False)
    if (found.scaled_width, found.scaled_height) != (image.width, image.height):
        image = image.thumbnail_image(found.scaled_width, height=found.scaled_height, size="force", no_rotate=True)
    if found.box is not None:
        image = image.crop(found.box.left, found.box.top, found.box.width, found.box.height)
    if found.frame is not None and found.frame != (image.width, image.height):
        image = _framed(image, *found.frame)
    return image


def _framed(image: Any, width: int, height: int) -> Any:
    """In the middle of a black frame."""
    left, top = (width - image.width) // 2, (height - image.height) // 2
    colours = image.bands - 1 if image.hasalpha() else image.bands
    background = [0] * colours + ([255] if image.hasalpha() else [])
    return image.embed(left, top, width, height, extend="background", background=background)


def _check(width: int, height: int, bounds: Bounds, *, side: bool = True) -> None:
    if width * height > bounds.pixels or (side and max(width, height) > bounds.side):
        raise NoVersion("The image would become too large.")


# --- saving


def _saved(image: Any, content_type: str, wanted: Transformation, seconds: float) -> bytes:
    save, defaults = _SAVERS[content_type]
    options = dict(defaults)
    given = dict(wanted.output.options) if wanted.output and FORMATS[wanted.output.format] == content_type else {}
    if wanted.quality is not None:
        given["quality"] = wanted.quality
    for name, value in given.items():
        if name in _TAKEN[content_type]:
            options[_OPTIONS[name]] = value
    if content_type == "image/png" and ("quality" in given or given.get("palette")):
        options["palette"] = True
    if content_type == "image/tiff" and image.hasalpha():
        options["compression"] = "deflate"
    if content_type == "image/jpeg" and image.hasalpha():
        image = image.flatten(background=[0] * (image.bands - 1))
    if image.bands > 4 or (image.bands == 2 and content_type == "image/jpeg"):
        image = without_alpha_band(image)
    return _within(image, save, options, seconds)


def _within(image: Any, save: str, options: Mapping[str, Any], seconds: float) -> bytes:
    """Encode, and give up when it takes too long."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        image.set_kill(True)

    image = image.copy()
    image.set_progress(True)
    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        return cast("bytes", getattr(image, save)(**options, keep="none"))
    except pyvips.Error as error:
        if late.is_set():
            raise NoVersion("The image took too long to transform.") from error
        raise
    finally:
        timer.cancel()
