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
_BINARY = frozenset({"sqlite"})
"""Databases that keep such numbers as whole ones of 64 bits where they are, else as binary fractions."""


def _survives(number: Decimal) -> bool:
    """Whether what such a database keeps of a number is read as the same number."""
    if number == number.to_integral_value() and -(2**63) <= number < 2**63:
        return True
    return Decimal(repr(float(number))) == number


def _places(number: Decimal) -> int:
    """The digits after the point."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


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

    def whole(number: Decimal) -> Decimal:
        """The number as the column keeps it. Raises Refused where that would take digits away unseen."""
        if dialect not in _BINARY:
            return number
        # such a database does not round to the scale of the column, as others do
        rounded = (
            number
            if field.scale is None or _places(number) <= field.scale
            else number.quantize(smallest, context=_WIDE)
        )
        if not _survives(rounded):
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
        return format(whole(number), "f")

    return accept


def _cast(value: Any, strict: bool) -> str | None:
    number = _exact(value)
    if number is not None and abs(number.adjusted()) <= _EXPONENT_MAX:
        return format(number, "f")
    if strict and value is not None:
        raise Refused("invalid_number", "Invalid numeric value" if number is None else "Numeric value is out of range")
    return None


TYPE = StorageType("decimal", _acceptor, _cast)
