"""The storage type `dateTime`: a date and time without a zone; input that names a zone is converted to UTC.

In charge of: values of that type. Called through `TYPES`.
"""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused, StorageType
from satchel.model.types.moments import date_time_text, read_moment


def _read(value: Any) -> str | None:
    read = read_moment(value)
    return None if read is None else date_time_text(read)


def _acceptor(field: Field, dialect: str) -> Accept:
    message = f'Invalid DateTime format in field "{field.name}"'

    def accept(value: Any) -> str:
        read = _read(value)
        if read is None:
            raise Refused("invalid_date_time", message)
        return read

    return accept


def _cast(value: Any, strict: bool) -> str | None:
    read = _read(value)
    if read is None and strict and value is not None:
        raise Refused("invalid_date_time", "Invalid DateTime value")
    return read


TYPE = StorageType("dateTime", _acceptor, _cast)
