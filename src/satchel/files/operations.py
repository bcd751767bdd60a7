"""Operations on images that may be asked for by name: those of the sharp library that Directus allows.

In charge of: the list of them, when each is done, and the formats that some of them name. Not in charge of: what they
do to pixels (`operation_work`), sizes (`transforms`). `apply` blocks: call it in a thread. Called by `transformation`
and `transforms`.

One operation is one entry of OPERATIONS. As with sharp, their order is that of a fixed pipeline, not the one in which
they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from satchel.files import operation_work as work
from satchel.files.operation_arguments import (
    Arguments,
    BadOperation,
    first_of,
    options_of,
    read_flag,
    read_integer,
    read_nothing,
)

BEFORE, EARLY, MIDDLE, LATE, CHANNELS = range(5)
"""When an operation is done: BEFORE the size is changed, the others after it."""


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


_GREY = Kind(MIDDLE, read_flag, work.greyscale)
_NORMALISE = Kind(LATE, work.read_normalise, work.normalise)
_COLOURSPACE = Kind(CHANNELS, work.read_colourspace, work.colourspace)

OPERATIONS: Mapping[str, Kind] = {
    "rotate": Kind(BEFORE, work.read_rotate, work.rotate),
    "trim": Kind(BEFORE, work.read_trim, work.trim),
    "extract": Kind(BEFORE, work.read_extract, work.extract),
    "flatten": Kind(EARLY, work.read_background, work.flatten),
    "negate": Kind(EARLY, work.read_negate, work.negate),
    "gamma": Kind(EARLY, work.read_gamma, work.gamma),
    "flip": Kind(EARLY, read_flag, work.flip),
    "flop": Kind(EARLY, read_flag, work.flop),
    "extend": Kind(EARLY, work.read_extend, work.extend),
    "greyscale": _GREY,
    "grayscale": _GREY,
    "median": Kind(MIDDLE, work.read_median, work.median),
    "threshold": Kind(MIDDLE, work.read_threshold, work.threshold),
    "blur": Kind(MIDDLE, work.read_blur, work.blur),
    "convolve": Kind(MIDDLE, work.read_convolve, work.convolve),
    "recomb": Kind(MIDDLE, work.read_recomb, work.recomb),
    "modulate": Kind(MIDDLE, work.read_modulate, work.modulate),
    "sharpen": Kind(LATE, work.read_sharpen, work.sharpen),
    "linear": Kind(LATE, work.read_linear, work.linear),
    "normalise": _NORMALISE,
    "normalize": _NORMALISE,
    "clahe": Kind(LATE, work.read_clahe, work.clahe),
    "bandbool": Kind(CHANNELS, work.read_bandbool, work.bandbool),
    "tint": Kind(CHANNELS, work.read_tint, work.tint),
    "extractChannel": Kind(CHANNELS, work.read_channel, work.channel),
    "removeAlpha": Kind(CHANNELS, read_nothing, work.without_alpha_band),
    "ensureAlpha": Kind(CHANNELS, work.read_alpha, work.ensure_alpha),
    "toColorspace": _COLOURSPACE,
    "toColourspace": _COLOURSPACE,
}


# --- formats

_OUTPUT_OPTIONS: Mapping[str, Callable[[Any], Any]] = {
    "quality": lambda value: read_integer(value, 1, 100, '"quality"'),
    "progressive": bool,
    "lossless": bool,
    "effort": lambda value: read_integer(value, 0, 6, '"effort"'),
    "compressionLevel": lambda value: read_integer(value, 0, 9, '"compressionLevel"'),
    "palette": bool,
}


def _output(name: str, options: Any) -> Output:
    given = options_of(options)
    return Output(
        name, tuple((key, read(given[key])) for key, read in _OUTPUT_OPTIONS.items() if given.get(key) is not None)
    )


def _to_format(given: Sequence[Any]) -> Output:
    name = first_of(given)
    if isinstance(name, Mapping):
        name = cast("Mapping[str, Any]", name).get("id")
    if name not in ("jpg", "jpeg", "png", "webp", "tiff", "avif"):
        raise BadOperation("it takes jpeg, png, webp, tiff or avif")
    return _output(str(name), given[1] if len(given) > 1 else None)


def _format(name: str) -> Callable[[Sequence[Any]], Output]:
    return lambda given: _output(name, first_of(given))


OUTPUTS: Mapping[str, Callable[[Sequence[Any]], Output]] = {
    "toFormat": _to_format,
    **{name: _format(name) for name in ("jpeg", "png", "webp", "tiff", "avif")},
}
