"""The field kind `number`: a float of 64 bits.

In charge of: reading numbers leniently, bounds, whole numbers. 0 is blank. Called through `FIELDS`.
"""

from __future__ import annotations

import math
from typing import Any

from satchel.errors import FieldError
from satchel.model.catalog import Field
from satchel.model.fields.contract import Cast, Check, FieldKind, Options, OptionsContext
from satchel.model.fields.text_cast import shown
from satchel.model.types.contract import Refused

_LENGTH_MAX = 400


def number_of(value: Any) -> float:
    """A number, or a text that is one; everything else is 0. `"inf"` and `"NaN"` stay what they are, for the check
    to refuse.
    """
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    if not isinstance(value, str) or len(value) > _LENGTH_MAX or value.strip() != value:
        return 0.0
    try:
        number = float(value)
    except ValueError:
        return 0.0
    # "1e400" is out of range, not infinity.
    return 0.0 if math.isinf(number) and "inf" not in value.lower() else number


def _cast(_: Field) -> Cast:
    return number_of


def _check(field: Field) -> Check:
    options = field.options
    low, high = options.get("min"), options.get("max")
    whole_only = bool(options.get("onlyInt"))

    def check(value: Any) -> None:
        if not math.isfinite(value):
            raise Refused("not_a_number", "The submitted number is not properly formatted.")
        if whole_only and (value != math.floor(value) or abs(value) >= 2**63):
            raise Refused("only_int_constraint", "Decimal numbers are not allowed.")
        if low is not None and value < low:
            raise _too_small(low)
        if high is not None and value > high:
            message = f"Must be less or equal than {shown(high)}."
            raise Refused("max_number_constraint", message, {"max": shown(high)})

    return check


def _too_small(low: float) -> Refused:
    message = f"Must be greater or equal than {shown(low)}."
    return Refused("min_number_constraint", message, {"min": shown(low)})


def _check_options(options: Options, _: OptionsContext) -> list[FieldError]:
    errors: list[FieldError] = []
    low, high = options.get("min"), options.get("max")
    if options.get("onlyInt"):
        for name, bound in (("min", low), ("max", high)):
            if bound is not None and bound != math.floor(bound):
                errors.append(FieldError((name,), "only_int_constraint", "Decimal numbers are not allowed."))
    if not errors and low is not None and high is not None and high < low:
        errors.append(_too_small(low).at(("max",)))
    return errors


FIELD = FieldKind(
    kind="number",
    storage=lambda _: "float",
    zero=lambda _: 0.0,
    cast=_cast,
    check=_check,
    blank=lambda value: not value,
    check_options=_check_options,
    defaults={"max": None, "min": None, "onlyInt": False},
    modifiers={
        "+": lambda stored, operand: number_of(stored) + number_of(operand),
        "-": lambda stored, operand: number_of(stored) - number_of(operand),
    },
)
