"""Storage types: what a column can hold, one file each.

In charge of: the registry, and what is common to all types: enumerations and arrays. Called by `engine/write_plan`
for values on their way into a row, and by whoever binds a caller's value to a query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from satchel.model.catalog import Field
from satchel.model.types import (
    big_integer,
    binary,
    boolean,
    csv,
    date,
    date_time,
    decimal,
    float,  # noqa: A004 - the type is called so
    geometry,
    hash,  # noqa: A004
    integer,
    json,
    string,
    text,
    time,
    timestamp,
    unknown,
    uuid,
)
from satchel.model.types.contract import Accept, Refused, StorageType

__all__ = ["TYPES", "Accept", "Refused", "StorageType", "acceptor", "cast_list", "cast_value", "storage_type"]

_ALL = (
    string.TYPE, text.TYPE, boolean.TYPE, integer.TYPE, big_integer.TYPE, float.TYPE, decimal.TYPE,
    date.TYPE, time.TYPE, date_time.TYPE, timestamp.TYPE,
    json.TYPE, csv.TYPE, uuid.TYPE, hash.TYPE, binary.TYPE, geometry.TYPE, unknown.TYPE,
)  # fmt: skip

TYPES: Mapping[str, StorageType] = MappingProxyType({found.name: found for found in _ALL})


def storage_type(name: str) -> StorageType:
    """The type of that name; `geometry.Point` and its siblings are geometries, other names are unknown."""
    return TYPES.get(name) or TYPES.get(name.partition(".")[0]) or unknown.TYPE


def acceptor(field: Field, dialect: str) -> Accept:
    """The check of one column's values, prepared once. See `StorageType.acceptor`."""
    if field.enum:
        accept = _one_of(field)
    elif field.array:
        accept = unknown.TYPE.acceptor(field, dialect)  # the database knows the type of the elements
    else:
        accept = storage_type(field.type).acceptor(field, dialect)
    return _list_of(accept, field.name) if field.array else accept


def _one_of(field: Field) -> Accept:
    """A value of an enumeration, by its name. (MySQL's SETs come as texts with commas and are not enumerations.)"""
    name, allowed = field.name, frozenset(field.enum)

    def accept(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise Refused("invalid_value", f'Invalid value in field "{name}": {_listed(field.enum)}')
        return value

    return accept


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(f'"{value}"' for value in values[:20])
    return f"it has to be one of {shown}{', …' if len(values) > 20 else ''}"


def _list_of(accept: Accept, name: str) -> Accept:
    def accept_list(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise Refused("invalid_type", f'Invalid list in field "{name}"')
        items = cast("Sequence[Any]", value)
        return [None if item is None else accept(item) for item in items]

    return accept_list


def cast_value(type_name: str, value: Any, *, strict: bool) -> Any:
    """One value of a query for a column of this storage type. See `StorageType.cast`."""
    return None if value is None else storage_type(type_name).cast(value, strict)


def cast_list(type_name: str, values: Sequence[Any], *, strict: bool) -> list[Any]:
    """The values of a query's list. Those that can't be of the type are left out, or refused when `strict`."""
    cast_one = storage_type(type_name).cast
    found = [cast_one(value, strict) for value in values if value is not None]
    return [value for value in found if value is not None]
