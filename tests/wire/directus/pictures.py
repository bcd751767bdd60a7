"""Pictures for tests, made with the library that reads them."""

from __future__ import annotations

from typing import Any

import pyvips


def picture(width: int, height: int, suffix: str = ".png", *, alpha: int | None = None, left: int = 0) -> bytes:
    """A picture whose left half (`left`: that many pixels) is red, and the rest blue."""
    vips: Any = pyvips
    edge = left or width // 2
    red = vips.Image.black(edge, height, bands=3).linear(1, [255, 0, 0])
    blue = vips.Image.black(width - edge, height, bands=3).linear(1, [0, 0, 255])
    image = red.join(blue, "horizontal").cast("uchar").copy(interpretation="srgb")
    if alpha is not None:
        image = image.bandjoin(alpha)
    return bytes(image.write_to_buffer(suffix))


def noise(width: int, height: int, suffix: str = ".jpg") -> bytes:
    """A picture that no encoder makes small."""
    vips: Any = pyvips
    image = vips.Image.gaussnoise(width, height, sigma=60, mean=128).cast("uchar")
    return bytes(image.bandjoin([image, image]).copy(interpretation="srgb").write_to_buffer(suffix))


DELAYS, LOOPS = [100, 250, 40], 3


def animation(width: int, height: int, suffix: str) -> bytes:
    """Three frames, shown for DELAYS milliseconds, LOOPS times: each is red on the left, and the rest green, blue,
    white."""
    vips: Any = pyvips
    frames: list[Any] = []
    for colour in ([0, 255, 0], [0, 0, 255], [255, 255, 255]):
        red = vips.Image.black(width // 2, height, bands=3).linear(1, [255, 0, 0])
        frames.append(red.join(vips.Image.black(width - width // 2, height, bands=3).linear(1, colour), "horizontal"))
    image = vips.Image.arrayjoin(frames, across=1).cast("uchar").copy(interpretation="srgb")
    image.set_type(vips.GValue.gint_type, "page-height", height)
    image.set_type(vips.GValue.array_int_type, "delay", DELAYS)
    image.set_type(vips.GValue.gint_type, "loop", LOOPS)
    return bytes(image.write_to_buffer(suffix))


def frames_of(content: bytes) -> list[Any]:
    """The frames of an animation, which has its delays and repeats as it should."""
    vips: Any = pyvips
    image = vips.Image.new_from_buffer(content, "", n=-1)
    assert (image.get("delay"), image.get("loop")) == (DELAYS, LOOPS)
    height = image.get("page-height")
    return [image.crop(0, top, image.width, height) for top in range(0, image.height, height)]


def opened(content: bytes) -> Any:
    """The picture in these bytes."""
    vips: Any = pyvips
    return vips.Image.new_from_buffer(content, "")


def colour_at(content: bytes, across: int, down: int) -> tuple[int, ...]:
    return tuple(round(value) for value in opened(content).getpoint(across, down))
