"""The storage type `uuid`: stored in lower case with hyphens.

In charge of: values of that type. Called through `TYPES`.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused, StorageType

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_READABLE = re.compile(r"\{?[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{12}\}?")


def _read(value: Any) -> str | None:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        return None
    if _CANONICAL.fullmatch(value):
        return value
    return str(UUID(value)) if _READABLE.fullmatch(value) else None


def _acceptor(field: Field, dialect: str) -> Accept:
    name = field.name

    def accept(value: Any) -> str:
        read = _read(value)
        if read is None:
            raise Refused("invalid_uuid", f'Invalid UUID in field "{name}"')
        return read

    return accept


def _cast(value: Any, strict: bool) -> str | None:
    read = _read(value)
    if read is None and strict and value is not None:
        raise Refused("invalid_uuid", "Invalid UUID value")
    return read


TYPE = StorageType("uuid", _acceptor, _cast)
