"""PostgreSQL's types: from the catalogue's rows to storage types.

In charge of: resolving domains to their base type, arrays, enums, lengths and scales. Called by `introspect_postgres`.

Choices: numeric is always decimal, with or without a scale, because it is exact. A column of an array type is json, a
list on the wire. Types that have no counterpart (money, whose text depends on the server's locale and which does not
compare with numbers; inet, xml, interval, ranges, bit strings, hstore, tsvector, composite types …) are `unknown`: they
can be read, filtered and written as their text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from satchel.db.base import Row
from satchel.db.vendor import Reader

STORAGE_TYPES = {
    "bool": "boolean",
    "int2": "integer",
    "int4": "integer",
    "int8": "bigInteger",
    "oid": "bigInteger",
    "numeric": "decimal",
    "float4": "float",
    "float8": "float",
    "varchar": "string",
    "bpchar": "string",
    "char": "string",
    "name": "string",
    "text": "text",
    "citext": "text",
    "date": "date",
    "time": "time",
    "timetz": "time",
    "timestamp": "dateTime",
    "timestamptz": "timestamp",
    "json": "json",
    "jsonb": "json",
    "uuid": "uuid",
    "bytea": "binary",
    "geometry": "geometry",
    "geography": "geometry",
}
LENGTHS = {"char": 1, "name": 63}
NOT_SET = -1
# length and precision are kept with four more than they are (the size of a header)
HEADER = 4

TYPES = """
SELECT t.oid::bigint, t.typname::text, t.typtype::text, t.typbasetype::bigint, t.typtypmod,
  CASE WHEN t.typlen = -1 AND t.typcategory = 'A' THEN t.typelem::bigint ELSE 0 END, t.typnotnull, t.typdefault
FROM pg_catalog.pg_type t WHERE t.typtype IN ('b', 'd', 'e', 'r', 'm', 'c')
  AND (t.typtype <> 'c' OR t.typcategory = 'A')
"""
ENUMS = "SELECT enumtypid::bigint, enumlabel::text FROM pg_catalog.pg_enum ORDER BY enumtypid, enumsortorder"


@dataclass(frozen=True, slots=True)
class ResolvedType:
    storage: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    enum: tuple[str, ...] = ()
    array: bool = False
    not_null: bool = False  # a domain may say so
    default: str | None = None  # likewise


class TypeCatalog:
    """All types of one database."""

    def __init__(self, types: list[Row], enums: list[Row]) -> None:
        self._types: dict[int, Row] = {row[0]: row[1:] for row in types}
        self._enums: dict[int, list[str]] = {}
        for oid, label in enums:
            self._enums.setdefault(oid, []).append(label)

    @staticmethod
    async def load(reader: Reader) -> TypeCatalog:
        return TypeCatalog(await reader.read(TYPES), await reader.read(ENUMS))

    def resolve(self, oid: int, modifier: int) -> ResolvedType:
        """The storage type of a type and its modifier (length, or precision and scale)."""
        row = self._types.get(oid)
        if row is None:
            return ResolvedType("unknown")
        name, kind, base, base_modifier, element, not_null, default = row
        if kind == "d":
            resolved = self.resolve(base, modifier if modifier != NOT_SET else base_modifier)
            return replace(resolved, not_null=not_null or resolved.not_null, default=default or resolved.default)
        if kind == "e":
            return ResolvedType("string", enum=tuple(self._enums.get(oid, ())))
        if element:
            return ResolvedType("json", array=True, enum=self.resolve(element, NOT_SET).enum)
        return _plain(name, modifier)


def _plain(name: str, modifier: int) -> ResolvedType:
    storage = STORAGE_TYPES.get(name, "unknown")
    if name in LENGTHS:
        return ResolvedType(storage, length=LENGTHS[name])
    if storage == "string":
        # a varchar without a length is text
        return ResolvedType("text") if modifier == NOT_SET else ResolvedType(storage, length=modifier - HEADER)
    if name == "numeric" and modifier != NOT_SET:
        packed: Any = modifier - HEADER
        scale = packed & 0x7FF
        # eleven bits with a sign: numeric(3, -2) rounds to hundreds
        return ResolvedType(storage, precision=(packed >> 16) & 0xFFFF, scale=scale - 2048 if scale > 1023 else scale)
    return ResolvedType(storage)
