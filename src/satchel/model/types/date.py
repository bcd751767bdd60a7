"""The storage type `date`: a calendar day, `2024-01-02`. Of a date with a time only the day counts.

In charge of: values of that type. Called through `TYPES`.
"""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused, StorageType
from satchel.model.types.moments import read_day


def _read(value: Any) -> str | None:
    read = read_day(value)
    return None if read is None else read.isoformat()


def _acceptor(field: Field, dialect: str) -> Accept:
    message = f'Invalid Date format in field "{field.name}"'

    def accept(value: Any) -> str:
        read = _read(value)
        if read is None:
            raise Refused("invalid_date", message)
        return read

    return accept


def _cast(value: Any, strict: bool) -> str | None:
    read = _read(value)
    if read is None and strict and value is not None:
        raise Refused("invalid_date", "Invalid Date value")
    return read


TYPE = StorageType("date", _acceptor, _cast)
