"""The storage type `boolean`.

In charge of: values of that type: true and false, and the spellings `1`, `0`, `"true"`, `"false"`, `"1"`, `"0"`.
Called through `TYPES`.
"""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused, StorageType

_SPELLINGS = {"true": True, "1": True, "false": False, "0": False}


def _read(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _SPELLINGS.get(value.lower())
    if isinstance(value, int | float) and value in (0, 1):
        return value == 1
    return None


def _acceptor(field: Field, dialect: str) -> Accept:
    name = field.name

    def accept(value: Any) -> bool:
        if value is True or value is False:
            return value
        read = _read(value)
        if read is None:
            raise Refused("invalid_boolean", f'Invalid boolean in field "{name}"')
        return read

    return accept


def _cast(value: Any, strict: bool) -> bool | None:
    read = _read(value)
    if read is None and strict and value is not None:
        raise Refused("invalid_boolean", "Invalid boolean value")
    return read


TYPE = StorageType("boolean", _acceptor, _cast)
