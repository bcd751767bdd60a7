"""The storage type `timestamp`: an instant, kept in UTC with milliseconds.

In charge of: values of that type. Called through `TYPES`.
"""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused, StorageType
from satchel.model.types.moments import read_moment, timestamp_text


def _read(value: Any) -> str | None:
    read = read_moment(value)
    return None if read is None else timestamp_text(read)


def _acceptor(field: Field, dialect: str) -> Accept:
    message = f'Invalid Timestamp format in field "{field.name}"'

    def accept(value: Any) -> str:
        read = _read(value)
        if read is None:
            raise Refused("invalid_timestamp", message)
        return read

    return accept


def _cast(value: Any, strict: bool) -> str | None:
    read = _read(value)
    if read is None and strict and value is not None:
        raise Refused("invalid_timestamp", "Invalid Timestamp value")
    return read


TYPE = StorageType("timestamp", _acceptor, _cast)
