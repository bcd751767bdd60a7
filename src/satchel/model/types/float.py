"""The storage type `float`: binary fractions. Neither NaN nor infinity, which JSON can't say.

In charge of: values of that type. Called through `TYPES`.
"""

from __future__ import annotations

import math
from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused, StorageType
from satchel.model.types.number_value import cast_number, out_of_range, read_number

# The largest value of 32 bits; its databases call such a column so.
_SINGLE_MAX = 3.4028235e38
_SINGLE = ("real", "float4")


def _acceptor(field: Field, dialect: str) -> Accept:
    name = field.name
    words = field.db_type.lower().split()
    single = dialect in ("postgres", "cockroach", "mssql") and bool(words) and words[0] in _SINGLE
    largest = _SINGLE_MAX if single else math.inf

    def accept(value: Any) -> float:
        read = read_number(value)
        if read is None:
            raise Refused("invalid_number", f'Invalid number in field "{name}"')
        try:
            number = float(read)
        except OverflowError:
            raise out_of_range(name) from None
        if not math.isfinite(number) or abs(number) > largest:
            raise out_of_range(name)
        return number

    return accept


TYPE = StorageType("float", _acceptor, cast_number)
