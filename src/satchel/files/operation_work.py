"""What operations do to the pixels of an image, and how each reads its arguments.

In charge of: a pair of functions per operation, `read_…` (what was sent → arguments) and the work itself, which blocks.
Not in charge of: which operations there are and when each is done (`operations`). Called by `operations`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import pyvips

from satchel.files.operation_arguments import (
    EXTEND_MAX,
    KERNEL_MAX,
    RADIUS_MAX,
    Arguments,
    BadOperation,
    Colour,
    colour_of,
    first_of,
    options_of,
    read_integer,
    read_number,
)

_VIPS: Any = pyvips
_CHANNELS = {"red": 0, "green": 1, "blue": 2, "alpha": 3}


def ink(image: Any, colour: Colour) -> list[float]:
    """The colour in the bands of an image."""
    red, green, blue, alpha = colour
    plain: list[float] = [red, green, blue] if colours(image) >= 3 else [0.2126 * red + 0.7152 * green + 0.0722 * blue]
    return [*plain, alpha * 255] if image.hasalpha() else plain


def colours(image: Any) -> int:
    """How many bands hold colour."""
    return image.bands - 1 if image.hasalpha() else image.bands


def without_alpha(image: Any, work: Callable[[Any], Any]) -> Any:
    """The image after `work` on its colours, with its own transparency."""
    if not image.hasalpha():
        return work(image)
    alpha = image[image.bands - 1]
    return work(image[0 : image.bands - 1]).bandjoin(alpha)


def eight_bits(image: Any) -> Any:
    return image.cast("uchar") if image.format != "uchar" else image


def read_rotate(given: Sequence[Any]) -> Arguments:
    angle = 0.0 if first_of(given) is None else read_number(first_of(given), -36_000, 36_000, "the angle")
    background = options_of(given[1] if len(given) > 1 else None).get("background", "black")
    return angle % 360, colour_of(background)


def rotate(image: Any, angle: float, background: Colour) -> Any:
    if angle % 90 == 0:
        return image if angle == 0 else image.copy_memory().rot(f"d{int(angle)}")
    return image.copy_memory().rotate(angle, background=ink(image, background))


def read_extract(given: Sequence[Any]) -> Arguments:
    options = options_of(first_of(given))
    least = {"left": 0, "top": 0, "width": 1, "height": 1}
    return tuple(read_integer(options.get(name), low, 10**7, f'"{name}"') for name, low in least.items())


def extract(image: Any, left: int, top: int, width: int, height: int) -> Any:
    if left + width > image.width or top + height > image.height:
        raise BadOperation("the area is not inside of the image")
    return image.crop(left, top, width, height)


def read_trim(given: Sequence[Any]) -> Arguments:
    first = first_of(given)
    options = {"threshold": first} if isinstance(first, int | float) else options_of(first)
    background = options.get("background")
    threshold = read_number(options.get("threshold", 10), 0, 255, "the threshold")
    return threshold, None if background is None else colour_of(background)


def trim(image: Any, threshold: float, background: Colour | None) -> Any:
    image = image.copy_memory()
    found = ink(image, background) if background else image.getpoint(0, 0)
    left, top, width, height = image.find_trim(threshold=threshold, background=found[: colours(image)])
    return image.crop(left, top, width, height) if width and height else image


def flatten(image: Any, background: Colour) -> Any:
    return image.flatten(background=ink(image, background)[: colours(image)]) if image.hasalpha() else image


def negate(image: Any, alpha: bool) -> Any:
    return image.invert() if alpha else without_alpha(image, lambda part: part.invert())


def read_gamma(given: Sequence[Any]) -> Arguments:
    into = read_number(given[0] if given and given[0] is not None else 2.2, 1, 3, "gamma")
    back = read_number(given[1], 1, 3, "gamma") if len(given) > 1 and given[1] is not None else into
    return (back / into,)


def gamma(image: Any, exponent: float) -> Any:
    return image if exponent == 1 else without_alpha(image, lambda part: eight_bits(part.gamma(exponent=exponent)))


def read_extend(given: Sequence[Any]) -> Arguments:
    first = first_of(given)
    sides = ("top", "bottom", "left", "right")
    options: Mapping[str, Any] = dict.fromkeys(sides, first) if isinstance(first, int) else options_of(first)
    found = [read_integer(options.get(side, 0), 0, EXTEND_MAX, f'"{side}"') for side in sides]
    return *found, colour_of(options.get("background", "black"))


def extend(image: Any, top: int, bottom: int, left: int, right: int, background: Colour) -> Any:
    width, height = image.width + left + right, image.height + top + bottom
    return image.embed(left, top, width, height, extend="background", background=ink(image, background))


def read_median(given: Sequence[Any]) -> Arguments:
    size = first_of(given)
    return (3 if size is None else read_integer(size, 1, KERNEL_MAX, "the size"),)


def threshold(image: Any, level: int, grey: bool) -> Any:
    if not level:
        return image

    def work(part: Any) -> Any:
        return (part.colourspace("b-w")[0] if grey else part) >= level

    return work(image[0 : colours(image)]).bandjoin(image[image.bands - 1]) if image.hasalpha() else work(image)


def read_threshold(given: Sequence[Any]) -> Arguments:
    level = given[0] if given and given[0] is not None else 128
    options = options_of(given[1] if len(given) > 1 else None)
    grey = options.get("greyscale", options.get("grayscale", True)) is not False
    return read_integer(level, 0, 255, "the threshold"), grey


def read_blur(given: Sequence[Any]) -> Arguments:
    sigma = first_of(given)
    if isinstance(sigma, Mapping):
        sigma = options_of(sigma).get("sigma")
    return (None if sigma is None or sigma is True else read_number(sigma, 0.3, RADIUS_MAX, "the radius"),)


def blur(image: Any, sigma: float | None) -> Any:
    if sigma is None:
        return image.conv(matrix([[1, 1, 1], [1, 1, 1], [1, 1, 1]], 9))
    return image.gaussblur(sigma)


def matrix(rows: Sequence[Sequence[float]], scale: float, offset: float = 0) -> Any:
    return _VIPS.Image.new_from_array([list(row) for row in rows], scale=scale, offset=offset)


def read_convolve(given: Sequence[Any]) -> Arguments:
    options = options_of(first_of(given))
    width = read_integer(options.get("width"), 3, KERNEL_MAX, '"width"')
    height = read_integer(options.get("height"), 3, KERNEL_MAX, '"height"')
    kernel: Any = options.get("kernel")
    if not isinstance(kernel, list) or len(cast("list[Any]", kernel)) != width * height:
        raise BadOperation(f'"kernel" must be a list of {width * height} numbers')
    numbers = [read_number(item, -1e6, 1e6, "a number of the kernel") for item in cast("list[Any]", kernel)]
    scale = options.get("scale")
    total = sum(numbers) or 1.0
    scale = total if scale is None else read_number(scale, -1e9, 1e9, '"scale"') or 1.0
    offset = read_number(options.get("offset", 0), -1e6, 1e6, '"offset"')
    return tuple(tuple(numbers[at : at + width]) for at in range(0, len(numbers), width)), scale, offset


def read_recomb(given: Sequence[Any]) -> Arguments:
    rows = cast("list[Any]", first_of(given)) if isinstance(first_of(given), list) else []
    if len(rows) != 3 or any(not isinstance(row, list) or len(cast("list[Any]", row)) != 3 for row in rows):
        raise BadOperation("it takes a matrix of 3 by 3 numbers")
    return (tuple(tuple(read_number(item, -1e4, 1e4, "a number of the matrix") for item in row) for row in rows),)


def recomb(image: Any, rows: Sequence[Sequence[float]]) -> Any:
    if colours(image) != 3:
        return image
    return without_alpha(image, lambda part: eight_bits(part.recomb(matrix(rows, 1))))


def read_modulate(given: Sequence[Any]) -> Arguments:
    options = options_of(first_of(given))
    return (
        read_number(options.get("brightness", 1), 0, 1000, '"brightness"'),
        read_number(options.get("saturation", 1), 0, 1000, '"saturation"'),
        read_number(options.get("hue", 0), -36_000, 36_000, '"hue"') % 360,
        read_number(options.get("lightness", 0), -1000, 1000, '"lightness"'),
    )


def modulate(image: Any, brightness: float, saturation: float, hue: float, lightness: float) -> Any:
    def work(part: Any) -> Any:
        changed = part.colourspace("lch").linear([brightness, saturation, 1], [lightness, 0, hue])
        return changed.colourspace("srgb")

    return without_alpha(image, work)


def read_sharpen(given: Sequence[Any]) -> Arguments:
    first = first_of(given)
    options = dict(options_of(first)) if isinstance(first, Mapping) else {}
    if isinstance(first, int | float) and not isinstance(first, bool):
        names = ("sigma", "m1", "m2")
        options = {name: value for name, value in zip(names, given, strict=False) if value is not None}
    if "sigma" not in options:
        return ()
    defaults = {"sigma": 1.0, "m1": 1.0, "m2": 2.0, "x1": 2.0, "y2": 10.0, "y3": 20.0}
    sigma = read_number(options["sigma"], 0.000001, 10, "sigma")
    rest = (read_number(options.get(name, defaults[name]), 0, 1e6, f'"{name}"') for name in list(defaults)[1:])
    return sigma, *rest


def sharpen(image: Any, *options: float) -> Any:
    if not options:
        return image.conv(matrix([[-1, -1, -1], [-1, 32, -1], [-1, -1, -1]], 24))
    sigma, m1, m2, x1, y2, y3 = options
    return without_alpha(
        image, lambda part: part.sharpen(sigma=sigma, m1=m1, m2=m2, x1=x1, y2=y2, y3=y3).colourspace("srgb")
    )


def read_normalise(given: Sequence[Any]) -> Arguments:
    options = options_of(first_of(given))
    lower = read_integer(options.get("lower", 1), 0, 99, '"lower"')
    upper = read_integer(options.get("upper", 99), 1, 100, '"upper"')
    if lower >= upper:
        raise BadOperation('"lower" must be less than "upper"')
    return lower, upper


def normalise(image: Any, lower: int, upper: int) -> Any:
    def work(part: Any) -> Any:
        lab = part.copy_memory().colourspace("lab")
        light = lab[0]
        # percent() counts whole numbers
        whole = light.linear(2.55, 0).cast("uchar")
        least = light.min() if lower == 0 else whole.percent(lower) / 2.55
        most = light.max() if upper == 100 else whole.percent(upper) / 2.55
        if most - least < 1:
            return part
        factor = 100 / (most - least)
        return light.linear(factor, -least * factor).bandjoin(lab[1:3]).colourspace("srgb")

    return without_alpha(image, lambda part: work(part) if part.bands >= 3 else part)


def read_clahe(given: Sequence[Any]) -> Arguments:
    options = options_of(first_of(given))
    width = read_integer(options.get("width"), 1, 1000, '"width"')
    height = read_integer(options.get("height"), 1, 1000, '"height"')
    return width, height, read_integer(options.get("maxSlope", 3), 0, 100, '"maxSlope"')


def clahe(image: Any, width: int, height: int, slope: int) -> Any:
    across, down = min(width, image.width), min(height, image.height)
    return without_alpha(image.copy_memory(), lambda part: eight_bits(part).hist_local(across, down, max_slope=slope))


def read_linear(given: Sequence[Any]) -> Arguments:
    def numbers(value: Any, default: float) -> tuple[float, ...]:
        if value is None:
            return (default,)
        listed = cast("list[Any]", value) if isinstance(value, list) else [value]
        if not 1 <= len(listed) <= 4:
            raise BadOperation("it takes a number, or one for each channel")
        return tuple(read_number(item, -1e6, 1e6, "a factor") for item in listed)

    factors = numbers(first_of(given), 1)
    offsets = numbers(given[1] if len(given) > 1 else None, 0)
    return factors, offsets


def linear(image: Any, factors: Sequence[float], offsets: Sequence[float]) -> Any:
    def spread(values: Sequence[float], bands: int) -> list[float]:
        if len(values) not in (1, bands):
            raise BadOperation(f"it takes one number or {bands} of them")
        return list(values) * bands if len(values) == 1 else list(values)

    whole = max(len(factors), len(offsets)) == image.bands
    if whole or not image.hasalpha():
        return image.linear(spread(factors, image.bands), spread(offsets, image.bands), uchar=True)
    return without_alpha(
        image, lambda part: part.linear(spread(factors, part.bands), spread(offsets, part.bands), uchar=True)
    )


def tint(image: Any, colour: Colour) -> Any:
    dot = _VIPS.Image.black(1, 1, bands=3).linear([0, 0, 0], list(colour[:3])).copy(interpretation="srgb")
    _, green, yellow = dot.colourspace("lab").getpoint(0, 0)

    def work(part: Any) -> Any:
        light = part.colourspace("b-w").colourspace("lab")[0]
        return light.bandjoin([green, yellow]).copy(interpretation="lab").colourspace("srgb")

    return without_alpha(image, work)


def read_colourspace(given: Sequence[Any]) -> Arguments:
    if first_of(given) not in ("srgb", "b-w"):
        raise BadOperation("it takes srgb or b-w")
    return (first_of(given),)


def read_channel(given: Sequence[Any]) -> Arguments:
    value = first_of(given)
    if isinstance(value, str) and value in _CHANNELS:
        return (_CHANNELS[value],)
    return (read_integer(value, 0, 3, "the channel"),)


def channel(image: Any, number: int) -> Any:
    if number >= image.bands:
        raise BadOperation("the image has no such channel")
    return image[number].copy(interpretation="b-w")


def read_bandbool(given: Sequence[Any]) -> Arguments:
    if first_of(given) not in ("and", "or", "eor"):
        raise BadOperation("it takes and, or or eor")
    return (first_of(given),)


def ensure_alpha(image: Any, alpha: float) -> Any:
    return image if image.hasalpha() else image.bandjoin(alpha * 255)


def read_alpha(given: Sequence[Any]) -> Arguments:
    return (1.0 if first_of(given) is None else read_number(first_of(given), 0, 1, "alpha"),)


def read_background(given: Sequence[Any]) -> Arguments:
    first = first_of(given)
    return (colour_of(options_of(first).get("background", "black") if not isinstance(first, str) else first),)


def read_negate(given: Sequence[Any]) -> Arguments:
    return (options_of(first_of(given)).get("alpha", True) is not False,)


def read_tint(given: Sequence[Any]) -> Arguments:
    return (colour_of(first_of(given)),)


def greyscale(image: Any, wanted: bool) -> Any:
    return image.colourspace("b-w") if wanted else image


def colourspace(image: Any, name: str) -> Any:
    return image.colourspace(name)


def flip(image: Any, wanted: bool) -> Any:
    return image.copy_memory().flip("vertical") if wanted else image


def flop(image: Any, wanted: bool) -> Any:
    return image.flip("horizontal") if wanted else image


def median(image: Any, size: int) -> Any:
    return image.median(size)


def convolve(image: Any, rows: Sequence[Sequence[float]], scale: float, offset: float) -> Any:
    return eight_bits(image.conv(matrix(rows, scale, offset)))


def bandbool(image: Any, how: str) -> Any:
    return image.bandbool(how).copy(interpretation="b-w")


def without_alpha_band(image: Any) -> Any:
    """The colours alone."""
    return image[0 : image.bands - 1] if image.hasalpha() else image
