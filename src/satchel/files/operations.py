"""Operations on images that may be asked for by name: those of the sharp library that Directus allows.

In charge of: the list of them, reading their arguments, and what each does to the pixels. Not in charge of: their order
(`stage` says it), sizes and formats (`transforms`). `apply` blocks: call it in a thread. Called by `transformation` and
`transforms`.

One operation is one entry of OPERATIONS. As with sharp, their order is that of a fixed pipeline, not the one in which
they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

BEFORE, EARLY, MIDDLE, LATE, CHANNELS = range(5)
"""When an operation is done: BEFORE the size is changed, the others after it."""

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
_CHANNELS = {"red": 0, "green": 1, "blue": 2, "alpha": 3}

Colour = tuple[int, int, int, float]
Arguments = tuple[Any, ...]


class BadOperation(Exception):
    """An argument that the operation does not take; the text says what it takes."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with its arguments, as `Kind.read` gave them."""

    name: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Output:
    """A format that was asked for by an operation, with the options that are known of it."""

    format: str
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """`read`: the arguments as they were sent → as `apply` takes them. Raises BadOperation."""

    stage: int
    read: Callable[[Sequence[Any]], Arguments]
    apply: Callable[..., Any] = field(compare=False)


def apply_all(image: Any, operations: Sequence[Operation], stages: Sequence[int]) -> Any:
    """The image after those operations that belong to these stages."""
    for stage in stages:
        for operation in operations:
            kind = OPERATIONS[operation.name]
            if kind.stage == stage:
                image = kind.apply(image, *operation.arguments)
    return image


# --- arguments


def _number(value: Any, least: float, most: float, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadOperation(f"{what} must be a number between {least:g} and {most:g}")
    return float(value)


def _integer(value: Any, least: int, most: int, what: str) -> int:
    number = _number(value, least, most, what)
    if not number.is_integer():
        raise BadOperation(f"{what} must be a whole number")
    return int(number)


def _first(given: Sequence[Any]) -> Any:
    return given[0] if given else None


def _options(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadOperation("its options must be an object")
    return cast("Mapping[str, Any]", value)


def _flag(given: Sequence[Any]) -> Arguments:
    return (_first(given) is not False,)


def _none(given: Sequence[Any]) -> Arguments:
    return ()


def colour_of(value: Any) -> Colour:
    """`#rgb`, `#rrggbb`, `rgb(…)`, a name, or `{r, g, b, alpha}`. Raises BadOperation."""
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        parts = [_integer(given.get(name, 0), 0, 255, f'"{name}" of a colour') for name in ("r", "g", "b")]
        return parts[0], parts[1], parts[2], _number(given.get("alpha", 1), 0, 1, '"alpha" of a colour')
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


def _bytes(image: Any) -> Any:
    return image.cast("uchar") if image.format != "uchar" else image


# --- before the size


def _read_rotate(given: Sequence[Any]) -> Arguments:
    angle = 0.0 if _first(given) is None else _number(_first(given), -36_000, 36_000, "the angle")
    background = _options(given[1] if len(given) > 1 else None).get("background", "black")
    return angle % 360, colour_of(background)


def _rotate(image: Any, angle: float, background: Colour) -> Any:
    if angle % 90 == 0:
        return image if angle == 0 else image.copy_memory().rot(f"d{int(angle)}")
    return image.copy_memory().rotate(angle, background=ink(image, background))


def _read_extract(given: Sequence[Any]) -> Arguments:
    options = _options(_first(given))
    least = {"left": 0, "top": 0, "width": 1, "height": 1}
    return tuple(_integer(options.get(name), low, 10**7, f'"{name}"') for name, low in least.items())


def _extract(image: Any, left: int, top: int, width: int, height: int) -> Any:
    if left + width > image.width or top + height > image.height:
        raise BadOperation("the area is not inside of the image")
    return image.crop(left, top, width, height)


def _read_trim(given: Sequence[Any]) -> Arguments:
    first = _first(given)
    options = {"threshold": first} if isinstance(first, int | float) else _options(first)
    background = options.get("background")
    threshold = _number(options.get("threshold", 10), 0, 255, "the threshold")
    return threshold, None if background is None else colour_of(background)


def _trim(image: Any, threshold: float, background: Colour | None) -> Any:
    image = image.copy_memory()
    found = ink(image, background) if background else image.getpoint(0, 0)
    left, top, width, height = image.find_trim(threshold=threshold, background=found[: colours(image)])
    return image.crop(left, top, width, height) if width and height else image


# --- after the size


def _flatten(image: Any, background: Colour) -> Any:
    return image.flatten(background=ink(image, background)[: colours(image)]) if image.hasalpha() else image


def _negate(image: Any, alpha: bool) -> Any:
    return image.invert() if alpha else without_alpha(image, lambda part: part.invert())


def _read_gamma(given: Sequence[Any]) -> Arguments:
    into = _number(given[0] if given and given[0] is not None else 2.2, 1, 3, "gamma")
    back = _number(given[1], 1, 3, "gamma") if len(given) > 1 and given[1] is not None else into
    return (back / into,)


def _gamma(image: Any, exponent: float) -> Any:
    return image if exponent == 1 else without_alpha(image, lambda part: _bytes(part.gamma(exponent=exponent)))


def _read_extend(given: Sequence[Any]) -> Arguments:
    first = _first(given)
    sides = ("top", "bottom", "left", "right")
    options = dict.fromkeys(sides, first) if isinstance(first, int) else _options(first)
    found = [_integer(options.get(side, 0), 0, EXTEND_MAX, f'"{side}"') for side in sides]
    return *found, colour_of(options.get("background", "black"))


def _extend(image: Any, top: int, bottom: int, left: int, right: int, background: Colour) -> Any:
    width, height = image.width + left + right, image.height + top + bottom
    return image.embed(left, top, width, height, extend="background", background=ink(image, background))


def _read_median(given: Sequence[Any]) -> Arguments:
    size = _first(given)
    return (3 if size is None else _integer(size, 1, KERNEL_MAX, "the size"),)


def _threshold(image: Any, level: int, grey: bool) -> Any:
    if not level:
        return image

    def work(part: Any) -> Any:
        return (part.colourspace("b-w")[0] if grey else part) >= level

    return work(image[0 : colours(image)]).bandjoin(image[image.bands - 1]) if image.hasalpha() else work(image)


def _read_threshold(given: Sequence[Any]) -> Arguments:
    level = given[0] if given and given[0] is not None else 128
    options = _options(given[1] if len(given) > 1 else None)
    grey = options.get("greyscale", options.get("grayscale", True)) is not False
    return _integer(level, 0, 255, "the threshold"), grey


def _read_blur(given: Sequence[Any]) -> Arguments:
    sigma = _first(given)
    if isinstance(sigma, Mapping):
        sigma = _options(sigma).get("sigma")
    return (None if sigma is None or sigma is True else _number(sigma, 0.3, RADIUS_MAX, "the radius"),)


def _blur(image: Any, sigma: float | None) -> Any:
    if sigma is None:
        return image.conv(_matrix([[1, 1, 1], [1, 1, 1], [1, 1, 1]], 9))
    return image.gaussblur(sigma)


def _matrix(rows: Sequence[Sequence[float]], scale: float, offset: float = 0) -> Any:
    import pyvips

    vips: Any = pyvips
    return vips.Image.new_from_array([list(row) for row in rows], scale=scale, offset=offset)


def _read_convolve(given: Sequence[Any]) -> Arguments:
    options = _options(_first(given))
    width = _integer(options.get("width"), 3, KERNEL_MAX, '"width"')
    height = _integer(options.get("height"), 3, KERNEL_MAX, '"height"')
    kernel: Any = options.get("kernel")
    if not isinstance(kernel, list) or len(cast("list[Any]", kernel)) != width * height:
        raise BadOperation(f'"kernel" must be a list of {width * height} numbers')
    numbers = [_number(item, -1e6, 1e6, "a number of the kernel") for item in cast("list[Any]", kernel)]
    scale = options.get("scale")
    total = sum(numbers) or 1.0
    scale = total if scale is None else _number(scale, -1e9, 1e9, '"scale"') or 1.0
    offset = _number(options.get("offset", 0), -1e6, 1e6, '"offset"')
    return tuple(tuple(numbers[at : at + width]) for at in range(0, len(numbers), width)), scale, offset


def _read_recomb(given: Sequence[Any]) -> Arguments:
    rows = cast("list[Any]", _first(given)) if isinstance(_first(given), list) else []
    if len(rows) != 3 or any(not isinstance(row, list) or len(cast("list[Any]", row)) != 3 for row in rows):
        raise BadOperation("it takes a matrix of 3 by 3 numbers")
    return (tuple(tuple(_number(item, -1e4, 1e4, "a number of the matrix") for item in row) for row in rows),)


def _recomb(image: Any, rows: Sequence[Sequence[float]]) -> Any:
    if colours(image) != 3:
        return image
    return without_alpha(image, lambda part: _bytes(part.recomb(_matrix(rows, 1))))


def _read_modulate(given: Sequence[Any]) -> Arguments:
    options = _options(_first(given))
    return (
        _number(options.get("brightness", 1), 0, 1000, '"brightness"'),
        _number(options.get("saturation", 1), 0, 1000, '"saturation"'),
        _number(options.get("hue", 0), -36_000, 36_000, '"hue"') % 360,
        _number(options.get("lightness", 0), -1000, 1000, '"lightness"'),
    )


def _modulate(image: Any, brightness: float, saturation: float, hue: float, lightness: float) -> Any:
    def work(part: Any) -> Any:
        changed = part.colourspace("lch").linear([brightness, saturation, 1], [lightness, 0, hue])
        return changed.colourspace("srgb")

    return without_alpha(image, work)


def _read_sharpen(given: Sequence[Any]) -> Arguments:
    first = _first(given)
    options = dict(_options(first)) if isinstance(first, Mapping) else {}
    if isinstance(first, int | float) and not isinstance(first, bool):
        names = ("sigma", "m1", "m2")
        options = {name: value for name, value in zip(names, given, strict=False) if value is not None}
    if "sigma" not in options:
        return ()
    defaults = {"sigma": 1.0, "m1": 1.0, "m2": 2.0, "x1": 2.0, "y2": 10.0, "y3": 20.0}
    sigma = _number(options["sigma"], 0.000001, 10, "sigma")
    rest = (_number(options.get(name, defaults[name]), 0, 1e6, f'"{name}"') for name in list(defaults)[1:])
    return sigma, *rest


def _sharpen(image: Any, *options: float) -> Any:
    if not options:
        return image.conv(_matrix([[-1, -1, -1], [-1, 32, -1], [-1, -1, -1]], 24))
    sigma, m1, m2, x1, y2, y3 = options
    return without_alpha(
        image, lambda part: part.sharpen(sigma=sigma, m1=m1, m2=m2, x1=x1, y2=y2, y3=y3).colourspace("srgb")
    )


def _read_normalise(given: Sequence[Any]) -> Arguments:
    options = _options(_first(given))
    lower = _integer(options.get("lower", 1), 0, 99, '"lower"')
    upper = _integer(options.get("upper", 99), 1, 100, '"upper"')
    if lower >= upper:
        raise BadOperation('"lower" must be less than "upper"')
    return lower, upper


def _normalise(image: Any, lower: int, upper: int) -> Any:
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


def _read_clahe(given: Sequence[Any]) -> Arguments:
    options = _options(_first(given))
    width = _integer(options.get("width"), 1, 1000, '"width"')
    height = _integer(options.get("height"), 1, 1000, '"height"')
    return width, height, _integer(options.get("maxSlope", 3), 0, 100, '"maxSlope"')


def _clahe(image: Any, width: int, height: int, slope: int) -> Any:
    across, down = min(width, image.width), min(height, image.height)
    return without_alpha(image.copy_memory(), lambda part: _bytes(part).hist_local(across, down, max_slope=slope))


def _read_linear(given: Sequence[Any]) -> Arguments:
    def numbers(value: Any, default: float) -> tuple[float, ...]:
        if value is None:
            return (default,)
        listed = cast("list[Any]", value) if isinstance(value, list) else [value]
        if not 1 <= len(listed) <= 4:
            raise BadOperation("it takes a number, or one for each channel")
        return tuple(_number(item, -1e6, 1e6, "a factor") for item in listed)

    factors = numbers(_first(given), 1)
    offsets = numbers(given[1] if len(given) > 1 else None, 0)
    return factors, offsets


def _linear(image: Any, factors: Sequence[float], offsets: Sequence[float]) -> Any:
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


def _tint(image: Any, colour: Colour) -> Any:
    import pyvips

    vips: Any = pyvips
    dot = vips.Image.black(1, 1, bands=3).linear([0, 0, 0], list(colour[:3])).copy(interpretation="srgb")
    _, green, yellow = dot.colourspace("lab").getpoint(0, 0)

    def work(part: Any) -> Any:
        light = part.colourspace("b-w").colourspace("lab")[0]
        return light.bandjoin([green, yellow]).copy(interpretation="lab").colourspace("srgb")

    return without_alpha(image, work)


# --- channels


def _read_colourspace(given: Sequence[Any]) -> Arguments:
    if _first(given) not in ("srgb", "b-w"):
        raise BadOperation("it takes srgb or b-w")
    return (_first(given),)


def _read_channel(given: Sequence[Any]) -> Arguments:
    value = _first(given)
    if isinstance(value, str) and value in _CHANNELS:
        return (_CHANNELS[value],)
    return (_integer(value, 0, 3, "the channel"),)


def _channel(image: Any, number: int) -> Any:
    if number >= image.bands:
        raise BadOperation("the image has no such channel")
    return image[number].copy(interpretation="b-w")


def _read_bandbool(given: Sequence[Any]) -> Arguments:
    if _first(given) not in ("and", "or", "eor"):
        raise BadOperation("it takes and, or or eor")
    return (_first(given),)


def _ensure_alpha(image: Any, alpha: float) -> Any:
    return image if image.hasalpha() else image.bandjoin(alpha * 255)


def _read_alpha(given: Sequence[Any]) -> Arguments:
    return (1.0 if _first(given) is None else _number(_first(given), 0, 1, "alpha"),)


def _background(given: Sequence[Any]) -> Arguments:
    first = _first(given)
    return (colour_of(_options(first).get("background", "black") if not isinstance(first, str) else first),)


_GREY = Kind(MIDDLE, _flag, lambda image, wanted: image.colourspace("b-w") if wanted else image)
_NORMALISE = Kind(LATE, _read_normalise, _normalise)
_COLOURSPACE = Kind(CHANNELS, _read_colourspace, lambda image, name: image.colourspace(name))

OPERATIONS: Mapping[str, Kind] = {
    "rotate": Kind(BEFORE, _read_rotate, _rotate),
    "trim": Kind(BEFORE, _read_trim, _trim),
    "extract": Kind(BEFORE, _read_extract, _extract),
    "flatten": Kind(EARLY, _background, _flatten),
    "negate": Kind(EARLY, lambda given: (_options(_first(given)).get("alpha", True) is not False,), _negate),
    "gamma": Kind(EARLY, _read_gamma, _gamma),
    "flip": Kind(EARLY, _flag, lambda image, on: image.copy_memory().flip("vertical") if on else image),
    "flop": Kind(EARLY, _flag, lambda image, on: image.flip("horizontal") if on else image),
    "extend": Kind(EARLY, _read_extend, _extend),
    "greyscale": _GREY,
    "grayscale": _GREY,
    "median": Kind(MIDDLE, _read_median, lambda image, size: image.median(size)),
    "threshold": Kind(MIDDLE, _read_threshold, _threshold),
    "blur": Kind(MIDDLE, _read_blur, _blur),
    "convolve": Kind(MIDDLE, _read_convolve, lambda image, rows, by, add: _bytes(image.conv(_matrix(rows, by, add)))),
    "recomb": Kind(MIDDLE, _read_recomb, _recomb),
    "modulate": Kind(MIDDLE, _read_modulate, _modulate),
    "sharpen": Kind(LATE, _read_sharpen, _sharpen),
    "linear": Kind(LATE, _read_linear, _linear),
    "normalise": _NORMALISE,
    "normalize": _NORMALISE,
    "clahe": Kind(LATE, _read_clahe, _clahe),
    "bandbool": Kind(CHANNELS, _read_bandbool, lambda image, how: image.bandbool(how).copy(interpretation="b-w")),
    "tint": Kind(CHANNELS, lambda given: (colour_of(_first(given)),), _tint),
    "extractChannel": Kind(CHANNELS, _read_channel, _channel),
    "removeAlpha": Kind(CHANNELS, _none, lambda image: without_alpha_band(image)),
    "ensureAlpha": Kind(CHANNELS, _read_alpha, _ensure_alpha),
    "toColorspace": _COLOURSPACE,
    "toColourspace": _COLOURSPACE,
}


def without_alpha_band(image: Any) -> Any:
    """The colours alone."""
    return image[0 : image.bands - 1] if image.hasalpha() else image


# --- formats

_OUTPUT_OPTIONS: Mapping[str, Callable[[Any], Any]] = {
    "quality": lambda value: _integer(value, 1, 100, '"quality"'),
    "progressive": bool,
    "lossless": bool,
    "effort": lambda value: _integer(value, 0, 6, '"effort"'),
    "compressionLevel": lambda value: _integer(value, 0, 9, '"compressionLevel"'),
    "palette": bool,
}


def _output(name: str, options: Any) -> Output:
    given = _options(options)
    return Output(
        name, tuple((key, read(given[key])) for key, read in _OUTPUT_OPTIONS.items() if given.get(key) is not None)
    )


def _to_format(given: Sequence[Any]) -> Output:
    name = _first(given)
    if isinstance(name, Mapping):
        name = cast("Mapping[str, Any]", name).get("id")
    if name not in ("jpg", "jpeg", "png", "webp", "tiff", "avif"):
        raise BadOperation("it takes jpeg, png, webp, tiff or avif")
    return _output(str(name), given[1] if len(given) > 1 else None)


def _format(name: str) -> Callable[[Sequence[Any]], Output]:
    return lambda given: _output(name, _first(given))


OUTPUTS: Mapping[str, Callable[[Sequence[Any]], Output]] = {
    "toFormat": _to_format,
    **{name: _format(name) for name in ("jpeg", "png", "webp", "tiff", "avif")},
}
