"""Introspection of SQL Server, by its `sys` views. **Not yet run against a live server.**

In charge of: tables, views, columns, keys, indexes, descriptions and the user's rights in the connected database. Not
in charge of: running statements (`server`). Called by `mssql`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from satchel.db.base import Row
from satchel.db.introspect import DATABASE_READ_ONLY, IS_VIEW, NO_KEY, Rights, choose_key, stable
from satchel.db.options import DatabaseOptions
from satchel.db.vendor import Reader, Server
from satchel.model.catalog import Index
from satchel.model.facts import ColumnFacts, DatabaseFacts, ForeignKeyFacts, TableFacts

STORAGE_TYPES = {
    "bit": "boolean",
    "tinyint": "integer",
    "smallint": "integer",
    "int": "integer",
    "bigint": "bigInteger",
    "decimal": "decimal",
    "numeric": "decimal",
    "money": "decimal",
    "smallmoney": "decimal",
    "real": "float",
    "float": "float",
    "char": "string",
    "varchar": "string",
    "nchar": "string",
    "nvarchar": "string",
    "text": "text",
    "ntext": "text",
    "date": "date",
    "time": "time",
    "datetime": "dateTime",
    "datetime2": "dateTime",
    "smalldatetime": "dateTime",
    "datetimeoffset": "timestamp",
    "uniqueidentifier": "uuid",
    "binary": "binary",
    "varbinary": "binary",
    "image": "binary",
    "timestamp": "binary",  # rowversion, under its old name
    "json": "json",
    "geometry": "geometry",
    "geography": "geometry",
}
LONG = -1  # max_length of varchar(max) and its family
TWO_BYTES = ("nchar", "nvarchar")

SERVED = "SELECT object_id FROM sys.objects WHERE type IN ('U', 'V') AND is_ms_shipped = 0"
NAME = "QUOTENAME(s.name) + '.' + QUOTENAME(o.name), 'OBJECT'"
TABLES = f"""
SELECT o.object_id, CASE WHEN s.name = SCHEMA_NAME() THEN NULL ELSE s.name END, o.name, RTRIM(o.type),
  CAST(p.value AS nvarchar(4000)), HAS_PERMS_BY_NAME({NAME}, 'SELECT'), HAS_PERMS_BY_NAME({NAME}, 'INSERT'),
  HAS_PERMS_BY_NAME({NAME}, 'UPDATE'), HAS_PERMS_BY_NAME({NAME}, 'DELETE'),
  CASE WHEN o.type = 'V' THEN OBJECT_DEFINITION(o.object_id) END
FROM sys.objects o
JOIN sys.schemas s ON s.schema_id = o.schema_id
LEFT JOIN sys.extended_properties p
  ON p.class = 1 AND p.major_id = o.object_id AND p.minor_id = 0 AND p.name = 'MS_Description'
WHERE o.object_id IN ({SERVED})
ORDER BY s.name, o.name
"""
COLUMNS = f"""
SELECT c.object_id, c.name, t.name, b.name, c.max_length, c.precision, c.scale, c.is_nullable, d.definition,
  c.is_computed, c.is_identity, CAST(p.value AS nvarchar(4000))
FROM sys.columns c
JOIN sys.types t ON t.user_type_id = c.user_type_id
LEFT JOIN sys.types b ON b.user_type_id = c.system_type_id
LEFT JOIN sys.default_constraints d ON d.object_id = c.default_object_id
LEFT JOIN sys.extended_properties p
  ON p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description'
WHERE c.object_id IN ({SERVED})
ORDER BY c.object_id, c.column_id
"""
INDEXES = f"""
SELECT i.object_id, i.name, i.is_unique, i.is_primary_key, i.filter_definition, c.name
FROM sys.indexes i
JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id AND k.is_included_column = 0
JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id
WHERE i.object_id IN ({SERVED}) AND i.type > 0 AND i.is_disabled = 0 AND i.is_hypothetical = 0
ORDER BY i.object_id, i.name, k.key_ordinal
"""
FOREIGN_KEYS = """
SELECT f.parent_object_id, f.name, a.name, f.referenced_object_id, s.name, o.name, b.name,
  REPLACE(f.delete_referential_action_desc, '_', ' '), REPLACE(f.update_referential_action_desc, '_', ' ')
FROM sys.foreign_keys f
JOIN sys.foreign_key_columns k ON k.constraint_object_id = f.object_id
JOIN sys.columns a ON a.object_id = k.parent_object_id AND a.column_id = k.parent_column_id
JOIN sys.columns b ON b.object_id = k.referenced_object_id AND b.column_id = k.referenced_column_id
JOIN sys.objects o ON o.object_id = f.referenced_object_id
JOIN sys.schemas s ON s.schema_id = o.schema_id
ORDER BY f.parent_object_id, f.name, k.constraint_column_id
"""
FINGERPRINT = """
SELECT CONCAT_WS('-', USER_NAME(), SCHEMA_NAME(),
  (SELECT CONCAT(COUNT_BIG(*), ':', CHECKSUM_AGG(CHECKSUM(object_id, schema_id, name, type, modify_date)))
   FROM sys.objects WHERE is_ms_shipped = 0),
  (SELECT CONCAT(COUNT_BIG(*), ':', CHECKSUM_AGG(CHECKSUM(c.object_id, c.column_id, c.name, c.user_type_id,
     c.max_length, c.precision, c.scale, c.is_nullable, c.is_identity, c.is_computed)))
   FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id AND o.is_ms_shipped = 0),
  (SELECT CONCAT(COUNT_BIG(*), ':', CHECKSUM_AGG(CHECKSUM(i.object_id, i.index_id, i.name, i.is_unique, i.is_disabled)))
   FROM sys.indexes i JOIN sys.objects o ON o.object_id = i.object_id AND o.is_ms_shipped = 0),
  (SELECT CONCAT(COUNT_BIG(*), ':', CHECKSUM_AGG(CHECKSUM(major_id, minor_id, CAST(value AS nvarchar(4000)))))
   FROM sys.extended_properties WHERE name = 'MS_Description'),
  (SELECT CONCAT(COUNT_BIG(*), ':', CHECKSUM_AGG(CHECKSUM(major_id, minor_id, grantee_principal_id, type, state)))
   FROM sys.database_permissions))
"""


async def introspect(reader: Reader, server: Server, options: DatabaseOptions) -> DatabaseFacts:
    """Facts of all that the user may see; taken again when the schema changed meanwhile."""

    async def take(mark: str) -> DatabaseFacts:
        return await _take(reader, server, options, mark)

    return await stable(lambda: fingerprint(reader), take)


async def fingerprint(reader: Reader) -> str:
    return str((await reader.read(FINGERPRINT))[0][0])


@dataclass(slots=True)
class _Catalog:
    """The rows of the `sys` views, by table."""

    columns: dict[int, list[Row]]
    indexes: dict[int, list[Row]]
    foreign_keys: dict[int, list[Row]]
    served: dict[int, tuple[str | None, str]]  # table → schema, name
    notes: list[str]


async def _take(reader: Reader, server: Server, options: DatabaseOptions, mark: str) -> DatabaseFacts:
    wanted = set(options.schemas)
    rows = await reader.read(TABLES)
    default = (await reader.read("SELECT SCHEMA_NAME()"))[0][0]
    tables = [row for row in rows if row[5] and (not wanted or (row[1] or default) in wanted)]
    catalog = _Catalog(
        columns=_by_table(await reader.read(COLUMNS)),
        indexes=_by_table(await reader.read(INDEXES)),
        foreign_keys=_by_table(await reader.read(FOREIGN_KEYS)),
        served={row[0]: (row[1], row[2]) for row in tables},
        notes=[f"{row[2]} is not served: the user may not read it." for row in rows if not row[5]],
    )
    read_only = server.read_only or options.read_only
    found = tuple(_table(row, catalog, read_only) for row in tables)
    return DatabaseFacts(
        vendor="mssql",
        version=server.version,
        tables=found,
        fingerprint=mark,
        read_only=read_only,
        notes=tuple(catalog.notes),
    )


def _by_table(rows: Sequence[Row]) -> dict[int, list[Row]]:
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row[1:])
    return groups


def _table(row: Row, catalog: _Catalog, read_only: bool) -> TableFacts:
    oid, schema, name, kind, comment, _, may_insert, may_update, may_delete, definition = row
    is_view = kind == "V"
    columns = tuple(_column(found) for found in catalog.columns.get(oid, []))
    indexes = _indexes(catalog.indexes.get(oid, []))
    primary = next((index.columns for index in indexes if index.primary), ())
    key = () if is_view else choose_key(primary, columns, indexes)
    rights = Rights(bool(may_insert), bool(may_update), bool(may_delete))
    if is_view:
        rights = rights.without(IS_VIEW)
    elif not key:
        rights = rights.without(NO_KEY)
    elif read_only:
        rights = rights.without(DATABASE_READ_ONLY)
    return TableFacts(
        schema=schema,
        name=name,
        kind="view" if is_view else "table",
        columns=columns,
        primary_key=key,
        foreign_keys=_foreign_keys(oid, name, catalog),
        indexes=indexes,
        comment=comment,
        sql=definition,
        can_insert=rights.insert,
        can_update=rights.update,
        can_delete=rights.delete,
        reason=rights.reason,
    )


def _column(row: Row) -> ColumnFacts:
    name, type_name, base_name, length, precision, scale, nullable, default, computed, identity, comment = row
    base = base_name or type_name  # types of the CLR (geometry, hierarchyid) have no base
    storage = STORAGE_TYPES.get(base, "unknown")
    letters = length // 2 if base in TWO_BYTES and length != LONG else length
    if storage == "string" and length == LONG:
        storage = "text"
    is_number = storage == "decimal"
    return ColumnFacts(
        name=name,
        type=storage,
        db_type=_type_text(type_name, base, letters, precision, scale),
        nullable=bool(nullable),
        default=default,
        generated=bool(computed) or base == "timestamp",
        identity=bool(identity),
        max_length=letters if storage == "string" else None,
        precision=precision if is_number else None,
        scale=scale if is_number else None,
        comment=comment,
    )


def _type_text(type_name: str, base: str, letters: int, precision: int, scale: int) -> str:
    if type_name != base:
        return type_name
    if base in ("char", "varchar", "nchar", "nvarchar", "binary", "varbinary"):
        return f"{base}({'max' if letters == LONG else letters})"
    return f"{base}({precision},{scale})" if base in ("decimal", "numeric") else base


def _indexes(rows: list[Row]) -> tuple[Index, ...]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return tuple(
        Index(
            name=name,
            columns=tuple(row[4] for row in group),
            unique=bool(group[0][1]),
            primary=bool(group[0][2]),
            where=group[0][3],
        )
        for name, group in groups.items()
    )


def _foreign_keys(table: int, shown: str, catalog: _Catalog) -> tuple[ForeignKeyFacts, ...]:
    groups: dict[str, list[Row]] = {}
    for row in catalog.foreign_keys.get(table, []):
        groups.setdefault(row[0], []).append(row)
    found: list[ForeignKeyFacts] = []
    for name, group in groups.items():
        _, _, target, to_schema, to_table, _, on_delete, on_update = group[0]
        columns = tuple(row[1] for row in group)
        if target not in catalog.served:
            catalog.notes.append(f"{shown}.{', '.join(columns)} refers to {to_schema}.{to_table}, which is not served.")
            continue
        schema = catalog.served[target][0]
        to_columns = tuple(row[5] for row in group)
        found.append(ForeignKeyFacts(columns, schema, to_table, to_columns, name, on_delete, on_update))
    return tuple(found)
