"""Introspection of SQLite, by its PRAGMA functions.

In charge of: tables, views, virtual tables, columns, keys, foreign keys and indexes of one file. Not in charge of:
running statements (`sqlite`), its only caller.

Column types are what was declared, and SQLite holds to it loosely: any column may hold any value unless the table is
STRICT. The storage type follows the declared name; a name that says nothing falls back to SQLite's affinity rules.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import apsw

from satchel.db.base import Row
from satchel.db.check_text import conditions, listed_texts
from satchel.db.index_text import index_parts
from satchel.db.introspect import DATABASE_READ_ONLY, IS_VIEW, NO_KEY, Rights, choose_key, read_type, stable
from satchel.errors import DatabaseError
from satchel.model.catalog import Index
from satchel.model.facts import ColumnFacts, DatabaseFacts, ForeignKeyFacts, TableFacts

if TYPE_CHECKING:
    from satchel.db.sqlite import SqliteDatabase

STORAGE_TYPES = {
    "boolean": ("boolean", "bool", "bit"),
    "integer": ("int", "integer", "tinyint", "smallint", "mediumint", "int2", "int4", "serial", "smallserial", "year"),
    "bigInteger": ("bigint", "int8", "bigserial", "unsigned big int", "unsigned bigint", "bigint unsigned"),
    "float": ("real", "float", "double", "double precision", "float4", "float8"),
    "decimal": ("decimal", "numeric", "number", "dec", "money", "smallmoney", "num"),
    "string": (
        "varchar",
        "nvarchar",
        "varchar2",
        "nvarchar2",
        "char",
        "nchar",
        "character",
        "bpchar",
        "character varying",
        "varying character",
        "native character",
    ),
    "text": ("text", "clob", "nclob", "ntext", "tinytext", "mediumtext", "longtext", "citext", "string"),
    "date": ("date",),
    "time": ("time", "timetz", "time without time zone", "time with time zone"),
    "dateTime": ("datetime", "datetime2", "smalldatetime", "timestamp without time zone"),
    "timestamp": ("timestamp", "timestamptz", "timestamp with time zone", "datetimeoffset"),
    "json": ("json", "jsonb"),
    "uuid": ("uuid", "guid", "uniqueidentifier"),
    "binary": ("blob", "binary", "varbinary", "bytea", "image", "tinyblob", "mediumblob", "longblob"),
    "geometry": (
        "geometry",
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geometrycollection",
    ),
}
BY_NAME = {name: storage for storage, names in STORAGE_TYPES.items() for name in names}
# SQLite's own rules for a declared type's affinity, in its order (datatype3.html, section 3.1)
AFFINITIES = (
    ("int", "integer"),
    ("char", "text"),
    ("clob", "text"),
    ("text", "text"),
    ("blob", "binary"),
    ("real", "float"),
    ("floa", "float"),
    ("doub", "float"),
)
COLUMN_PRAGMA = 'name, type, "notnull", dflt_value, pk, hidden'
OBJECTS = """
SELECT l.name, l.type, l.wr, m.sql
FROM pragma_table_list AS l LEFT JOIN sqlite_master AS m ON m.name = l.name AND m.type IN ('table', 'view')
WHERE l.schema = 'main' AND l.type <> 'shadow' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY l.name
"""
TABLES = "(SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table') AS t"
COLUMNS = (
    f"SELECT t.name, {COLUMN_PRAGMA.replace('name,', 'x.name,', 1)} FROM {TABLES}, pragma_table_xinfo(t.name) AS x"
)
COLUMNS_OF_ONE = f"SELECT ?1, {COLUMN_PRAGMA} FROM pragma_table_xinfo(?1)"
FOREIGN_KEYS = f"""
SELECT t.name, x.id, x."table", x."from", x."to", x.on_update, x.on_delete
FROM {TABLES}, pragma_foreign_key_list(t.name) AS x ORDER BY t.name, x.id DESC, x.seq
"""
INDEXES = f"""
SELECT t.name, i.name, i."unique", i.origin, x.name, x.cid, m.sql
FROM {TABLES}, pragma_index_list(t.name) AS i, pragma_index_xinfo(i.name) AS x
LEFT JOIN sqlite_master AS m ON m.type = 'index' AND m.name = i.name
WHERE x.key ORDER BY t.name, i.seq DESC, x.seqno
"""


async def introspect(database: SqliteDatabase) -> DatabaseFacts:
    """Facts of all tables and views; taken again when the schema changed meanwhile."""

    async def take(mark: str) -> DatabaseFacts:
        return await _introspect(database, mark)

    return await stable(database.fingerprint, take)


async def _introspect(database: SqliteDatabase, fingerprint: str) -> DatabaseFacts:
    notes: list[str] = []
    objects = await database.read(OBJECTS)
    columns = _grouped(await database.read(COLUMNS))
    for name, kind, _, _ in objects:
        if kind != "table":  # a view may be broken, a virtual table's module missing: asked for one by one
            try:
                columns[name] = [row[1:] for row in await database.read(COLUMNS_OF_ONE, (name,))]
            except DatabaseError as error:
                notes.append(f"The {kind} {name} can't be read: {error.message}.")
    foreign_keys = _grouped(await database.read(FOREIGN_KEYS))
    indexes = _grouped(await database.read(INDEXES))
    read_only = database.options.read_only or not os.access(database.path, os.W_OK)
    names = _Names({name: [row[0] for row in columns[name]] for name, *_ in objects if name in columns}, columns)
    tables = tuple(
        _table(row, columns[row[0]], foreign_keys.get(row[0], []), indexes.get(row[0], []), names, notes, read_only)
        for row in objects
        if row[0] in columns
    )
    return DatabaseFacts(
        vendor="sqlite",
        version=apsw.sqlite_lib_version(),
        tables=tables,
        fingerprint=fingerprint,
        read_only=read_only,
        notes=tuple(notes),
    )


def _grouped(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row[1:])
    return groups


class _Names:
    """SQLite finds names without regard to ASCII case; foreign keys keep them as they were typed."""

    def __init__(self, tables: dict[str, list[str]], columns: dict[str, list[Row]]) -> None:
        self._tables = {name.lower(): name for name in tables}
        self._columns = {name: {column.lower(): column for column in found} for name, found in tables.items()}
        self._keys = {
            name: tuple(row[0] for row in sorted((row for row in columns[name] if row[4]), key=lambda row: row[4]))
            for name in tables
        }

    def table(self, name: str) -> str | None:
        return self._tables.get(name.lower())

    def column(self, table: str, name: str) -> str | None:
        return self._columns[table].get(name.lower())

    def key(self, table: str) -> tuple[str, ...]:
        return self._keys[table]


def _table(
    row: Row,
    column_rows: list[Row],
    foreign_key_rows: list[Row],
    index_rows: list[Row],
    names: _Names,
    notes: list[str],
    read_only: bool,
) -> TableFacts:
    name, kind, without_rowid, sql = row
    indexes = _indexes(index_rows)
    primary = names.key(name)
    # an INTEGER PRIMARY KEY that is the row id has no index of its own
    row_id = len(primary) == 1 and kind == "table" and not without_rowid and not any(index.primary for index in indexes)
    choices = _choices(sql, kind)
    columns = tuple(
        _column(found, choices.get(found[0].lower(), ()), row_id=row_id)
        for found in column_rows
        if kind != "virtual" or found[5] == 0
    )
    key = choose_key(primary, columns, indexes) if kind == "table" else ()
    rights = Rights()
    if kind == "view":
        rights = rights.without(IS_VIEW)
    elif kind == "virtual":
        rights = rights.without("a virtual table")
    elif not key:
        rights = rights.without(NO_KEY)
    elif read_only:
        rights = rights.without(DATABASE_READ_ONLY)
    return TableFacts(
        schema=None,
        name=name,
        kind="view" if kind == "view" else "table",
        columns=columns,
        primary_key=key,
        foreign_keys=_foreign_keys(name, foreign_key_rows, names, notes),
        indexes=indexes,
        sql=sql,
        can_insert=rights.insert,
        can_update=rights.update,
        can_delete=rights.delete,
        reason=rights.reason,
    )


def _choices(sql: str | None, kind: str) -> dict[str, tuple[str, ...]]:
    """The texts that columns may have, by their names in small letters."""
    if sql is None or kind != "table" or "CHECK" not in sql.upper():
        return {}
    found = (listed_texts(text) for text in conditions(sql))
    return {one[0].lower(): one[1] for one in found if one is not None}


def _column(row: Row, choices: tuple[str, ...], *, row_id: bool) -> ColumnFacts:
    name, declared, not_null, default, key_position, hidden = row
    is_row_id = row_id and bool(key_position)
    storage, length, precision, scale = storage_type(declared)
    return ColumnFacts(
        name=name,
        type=storage,
        db_type=declared,
        nullable=not not_null and not is_row_id,
        default=default,
        generated=hidden in (2, 3),
        identity=is_row_id,
        max_length=length,
        precision=precision,
        scale=scale,
        choices=choices if storage in ("string", "text") else (),
    )


def storage_type(declared: str) -> tuple[str, int | None, int | None, int | None]:
    """Storage type, length, precision and scale of a declared type."""
    text = read_type(declared)
    if not text.name:
        return "unknown", None, None, None
    storage = BY_NAME.get(text.name)
    if storage is None:
        storage = next((found for part, found in AFFINITIES if part in text.name), "unknown")
    first = text.numbers[0] if text.numbers else None
    if storage == "string" and first is None and "var" in text.name:
        return "text", None, None, None  # as in other databases: no length, no limit
    if storage == "string":
        return storage, first, None, None
    if storage == "decimal":
        return storage, None, first, text.numbers[1] if len(text.numbers) > 1 else (0 if text.numbers else None)
    return storage, None, None, None


def _foreign_keys(table: str, rows: list[Row], names: _Names, notes: list[str]) -> tuple[ForeignKeyFacts, ...]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    found: list[ForeignKeyFacts] = []
    for group in groups.values():
        _, to_typed, _, _, on_update, on_delete = group[0]
        own = tuple(row[2] for row in group)
        target = names.table(to_typed)
        if target is None:
            notes.append(f"{table}.{', '.join(own)} refers to a table that does not exist: {to_typed}.")
            continue
        typed: list[Any] = [row[3] for row in group]
        # REFERENCES without columns means the primary key
        to = names.key(target) if typed[0] is None else tuple(names.column(target, column) or "" for column in typed)
        if len(to) != len(own) or not all(to):
            notes.append(f"{table}.{', '.join(own)} refers to columns of {target} that do not exist.")
            continue
        found.append(ForeignKeyFacts(own, None, target, to, on_delete=on_delete, on_update=on_update))
    return tuple(found)


def _indexes(rows: list[Row]) -> tuple[Index, ...]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    found: list[Index] = []
    for name, group in groups.items():
        _, unique, origin, _, _, sql = group[0]
        terms, where = index_parts(sql) if sql else ((), None)
        columns = tuple(
            column if cid >= 0 else (terms[position] if position < len(terms) else "rowid")
            for position, (_, _, _, column, cid, _) in enumerate(group)
        )
        found.append(Index(name, columns, unique=bool(unique), primary=origin == "pk", where=where, sql=sql))
    return tuple(found)
