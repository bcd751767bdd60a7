"""The storage type `decimal`: exact decimal fractions, kept as text on their way so that no digit is lost.

In charge of: values of that type, and the precision of the column: digits before the point are checked, digits after
it are the database's to round. Called through `TYPES`.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused, StorageType
from satchel.model.types.number_value import out_of_range, read_number

# Farther exponents would become texts of that many zeros.
_EXPONENT_MAX = 1000
_WIDE = Context(prec=3 * _EXPONENT_MAX, rounding=ROUND_HALF_UP)
_DIGITS_KEPT = {"sqlite": 15}
"""Databases that keep such numbers as binary ones, with the decimal digits that these keep in any case."""


def _digits(number: Decimal) -> int:
    """The digits that matter, without zeros at either end."""
    return len("".join(map(str, number.as_tuple().digits)).strip("0"))


def _exact(value: Any) -> Decimal | None:
    """The number as written: a float by its shortest text, not by its binary expansion."""
    read = read_number(value)
    if read is None:
        return None
    return Decimal(repr(read)) if isinstance(read, float) else Decimal(read)


def _acceptor(field: Field, dialect: str) -> Accept:
    name = field.name
    whole_digits = field.precision - (field.scale or 0) if field.precision is not None else None
    smallest = Decimal(1).scaleb(-(field.scale or 0))
    digits_kept = _DIGITS_KEPT.get(dialect)

    def whole(number: Decimal) -> Decimal:
        """The number as the column keeps it. Raises Refused where that would take digits away unseen."""
        if digits_kept is None or _digits(number) <= digits_kept:
            return number
        rounded = number if field.scale is None else number.quantize(smallest, context=_WIDE)
        if _digits(rounded) > digits_kept:
            raise out_of_range(name)
        return rounded

    def accept(value: Any) -> str:
        number = _exact(value)
        if number is None:
            raise Refused("invalid_number", f'Invalid number in field "{name}"')
        if abs(number.adjusted()) > _EXPONENT_MAX:
            raise out_of_range(name)
        if whole_digits is not None:
            rounded = number.quantize(smallest, context=_WIDE)
            if rounded and rounded.adjusted() >= whole_digits:
                raise out_of_range(name)
        # a float was no exact number to begin with
        return format(number if isinstance(value, float) and field.scale is None else whole(number), "f")

    return accept


def _cast(value: Any, strict: bool) -> str | None:
    number = _exact(value)
    if number is not None and abs(number.adjusted()) <= _EXPONENT_MAX:
        return format(number, "f")
    if strict and value is not None:
        raise Refused("invalid_number", "Invalid numeric value" if number is None else "Numeric value is out of range")
    return None


TYPE = StorageType("decimal", _acceptor, _cast)
