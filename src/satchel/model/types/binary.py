"""The storage type `binary`: bytes, as base64 on a wire.

In charge of: values of that type. Called through `TYPES`.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused, StorageType


def _read(value: Any) -> bytes | None:
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


def _acceptor(field: Field, dialect: str) -> Accept:
    name, limit = field.name, field.max_length

    def accept(value: Any) -> bytes:
        read = _read(value)
        if read is None:
            raise Refused("invalid_binary", f'Invalid base64 in field "{name}"')
        if limit is not None and len(read) > limit:
            raise Refused("too_long", f'Value for field "{name}" is too long', {"max": limit})
        return read

    return accept


def _cast(value: Any, strict: bool) -> bytes | None:
    read = _read(value)
    if read is None and strict and value is not None:
        raise Refused("invalid_binary", "Invalid base64 value")
    return read


TYPE = StorageType("binary", _acceptor, _cast)
