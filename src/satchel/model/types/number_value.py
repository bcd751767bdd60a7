"""Numbers: how they are read, and how far each column reaches.

In charge of: reading numbers from JSON values and texts without surprises (`NaN`, a million digits), and the ranges
of integer columns. Called by the numeric types.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused

INT64 = (-(2**63), 2**63 - 1)
# More digits than any column holds; reading them would only cost time.
_DIGITS_MAX = 400
_FEW_DIGITS = 18
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,6})?", re.ASCII)

# The words of `db_type` → bits. SQLite's integers have 64 bits whatever they are called.
_BITS = {
    "tinyint": 8, "int1": 8, "smallint": 16, "int2": 16, "smallserial": 16, "serial2": 16, "mediumint": 24, "int3": 24,
    "int": 32, "integer": 32, "int4": 32, "serial": 32, "serial4": 32,
    "bigint": 64, "int8": 64, "bigserial": 64, "serial8": 64,
}  # fmt: skip


def read_number(value: Any) -> Decimal | int | float | None:
    """A finite number: int and float as they are, a text as int or Decimal; None for everything else (also true
    and false).
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if not isinstance(value, str) or len(value) > _DIGITS_MAX or not _NUMBER.fullmatch(value):
        return None
    try:
        return int(value)
    except ValueError:
        try:
            return Decimal(value)
        except InvalidOperation:
            return None


def read_integer(value: Any) -> int | None:
    """A whole number; None for everything else. `5.0` and `"5"` are whole."""
    if isinstance(value, str) and len(value) <= _FEW_DIGITS and value.isascii() and value.isdigit():
        return int(value)  # what nearly all of them are
    number = read_number(value)
    if number is None or isinstance(number, int):
        return number
    if isinstance(number, Decimal) and number.adjusted() > _DIGITS_MAX:
        return None
    whole = int(number)
    return whole if whole == number else None


def integer_range(field: Field, dialect: str) -> tuple[int, int]:
    """The smallest and largest value of an integer column."""
    if dialect == "sqlite":
        return INT64
    words = field.db_type.lower().replace("(", " ").split()
    if words and words[0] == "year":
        return 0, 2155
    bits = _BITS.get(words[0] if words else "", 64)
    if "unsigned" in words:
        return 0, 2**bits - 1
    return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


def integer_acceptor(field: Field, dialect: str) -> Accept:
    """Whole numbers within the range of the column."""
    name = field.name
    low, high = integer_range(field, dialect)

    def accept(value: Any) -> int:
        read = value if type(value) is int else read_integer(value)
        if read is None:
            raise Refused("invalid_number", f'Invalid integer in field "{name}"')
        if not low <= read <= high:
            raise out_of_range(name)
        return read

    return accept


def out_of_range(name: str) -> Refused:
    """The refusal of a number beyond its column."""
    return Refused("out_of_range", f'Numeric value for field "{name}" is out of range')


def cast_integer(value: Any, strict: bool) -> int | None:
    """A query's value as an integer of 64 bits. A fraction is refused: no integer equals it."""
    read = read_integer(value)
    if read is not None and INT64[0] <= read <= INT64[1]:
        return read
    if strict and value is not None:
        raise Refused("invalid_number", "Invalid numeric value" if read is None else "Numeric value is out of range")
    return None


def cast_number(value: Any, strict: bool) -> float | int | None:
    """A query's value as a float, or as an int where that is exact."""
    read = read_number(value)
    if isinstance(read, int) and INT64[0] <= read <= INT64[1]:
        return read
    try:
        number = None if read is None else float(read)
    except OverflowError:
        number = None
    if number is not None and math.isfinite(number):
        return number
    if strict and value is not None:
        raise Refused("invalid_number", "Invalid numeric value" if read is None else "Numeric value is out of range")
    return None
