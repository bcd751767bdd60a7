"""Introspection of MariaDB and MySQL, by information_schema.

In charge of: tables, views, columns, keys, indexes, comments and the account's rights in the connected database. Not
in charge of: running statements (`server`). Called by `mariadb`.

A *database* of these products is what others call a schema; only the connected one is served. Sequences are no tables.

Choices: tinyint(1) and bit(1) are boolean, wider bit columns binary, as the server hands them out. JSON is what MySQL
calls json, and in MariaDB a longtext with the check `json_valid(column)`. A set is its labels joined with commas:
string. The inet types are `unknown`, read and written as their text.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from satchel.db.base import Row
from satchel.db.check_text import listed_texts
from satchel.db.introspect import DATABASE_READ_ONLY, IS_VIEW, NO_KEY, Rights, choose_key, stable
from satchel.db.options import DatabaseOptions
from satchel.db.vendor import Reader, Server
from satchel.model.catalog import Index
from satchel.model.facts import ColumnFacts, DatabaseFacts, ForeignKeyFacts, TableFacts
from satchel.model.index_text import SPARED

STORAGE_TYPES = {
    "tinyint": "integer",
    "smallint": "integer",
    "mediumint": "integer",
    "int": "integer",
    "year": "integer",
    "bit": "binary",
    "bigint": "bigInteger",
    "decimal": "decimal",
    "float": "float",
    "double": "float",
    "char": "string",
    "varchar": "string",
    "enum": "string",
    "set": "string",
    "tinytext": "text",
    "text": "text",
    "mediumtext": "text",
    "longtext": "text",
    "date": "date",
    "time": "time",
    "datetime": "dateTime",
    "timestamp": "timestamp",
    "json": "json",
    "uuid": "uuid",
    "binary": "binary",
    "varbinary": "binary",
    "tinyblob": "binary",
    "blob": "binary",
    "mediumblob": "binary",
    "longblob": "binary",
    "geometry": "geometry",
    "point": "geometry",
    "linestring": "geometry",
    "polygon": "geometry",
    "multipoint": "geometry",
    "multilinestring": "geometry",
    "multipolygon": "geometry",
    "geometrycollection": "geometry",
    "geomcollection": "geometry",
}
BOOLEANS = ("tinyint(1)", "bit(1)")
SPARES = re.compile(r"nullif\(`([^`]+)`,", re.IGNORECASE)
LABEL = re.compile(r"'((?:[^']|'')*)'")
JSON_CHECK = re.compile(r"^\s*\(?\s*json_valid\s*\(\s*`(?P<column>(?:[^`]|``)+)`\s*\)\s*\)?\s*$", re.IGNORECASE)
GRANT = re.compile(
    r"^GRANT (?P<rights>.+?) ON (?:TABLE )?(?P<database>\*|`(?:[^`]|``)+`)\.(?P<table>\*|`(?:[^`]|``)+`) TO ",
    re.IGNORECASE,
)
PARENTHESES = re.compile(r"\([^)]*\)")

TABLES = """
SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') ORDER BY TABLE_NAME
"""
COLUMNS = """
SELECT TABLE_NAME, COLUMN_NAME, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE, COLUMN_TYPE, CHARACTER_MAXIMUM_LENGTH,
  NUMERIC_PRECISION, NUMERIC_SCALE, EXTRA, COLUMN_COMMENT, GENERATION_EXPRESSION, PRIVILEGES
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION
"""
INDEXES = """
SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, {expression}
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
"""
FOREIGN_KEYS = """
SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA = DATABASE(),
  k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME
FROM information_schema.KEY_COLUMN_USAGE k
WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION
"""
RULES = """
SELECT TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE()
"""
CHECKS = (
    "SELECT TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()"
)
VIEWS = """
SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()
"""
# a checksum of all that is introspected, made by the server
FINGERPRINT = """
SELECT CONCAT_WS('-', CURRENT_USER(), COALESCE(CURRENT_ROLE(), ''),
  (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT,
     IS_NULLABLE, COLUMN_TYPE, EXTRA, COLUMN_COMMENT, GENERATION_EXPRESSION, PRIVILEGES))))
   FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()),
  (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', TABLE_NAME, TABLE_TYPE, TABLE_COMMENT))))
   FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'VIEW'),
  (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME,
     SUB_PART))))
   FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()),
  (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION,
     REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME))))
   FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL),
  (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE))))
   FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()),
  (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', CONSTRAINT_NAME, CHECK_CLAUSE))))
   FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()),
  (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', TABLE_NAME, VIEW_DEFINITION))))
   FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()))
"""


async def introspect(reader: Reader, server: Server, options: DatabaseOptions) -> DatabaseFacts:
    """Facts of the connected database; taken again when the schema changed meanwhile."""

    async def take(mark: str) -> DatabaseFacts:
        return await _take(reader, server, options, mark)

    return await stable(lambda: fingerprint(reader), take)


async def fingerprint(reader: Reader) -> str:
    schema = str((await reader.read(FINGERPRINT))[0][0])
    grants = zlib.crc32(repr(await reader.read("SHOW GRANTS")).encode())
    return f"{schema}-{grants}"


@dataclass(slots=True)
class _Catalog:
    """The rows of information_schema, by table."""

    columns: dict[str, list[Row]]
    indexes: dict[str, list[Row]]
    foreign_keys: dict[str, list[Row]]
    rules: dict[tuple[str, str], tuple[str, str]]
    json_columns: set[tuple[str, str]]
    choices: dict[tuple[str, str], tuple[str, ...]]  # by table and column
    views: dict[str, str | None]
    deletable: set[str | None]  # tables; None: all
    notes: list[str]


async def _take(reader: Reader, server: Server, options: DatabaseOptions, mark: str) -> DatabaseFacts:
    is_mariadb = server.dialect == "mariadb"
    tables = await reader.read(TABLES)
    checks = await reader.read(CHECKS) if is_mariadb else []
    json_checks = [(table, JSON_CHECK.match(clause)) for table, clause in checks]
    catalog = _Catalog(
        columns=_by_table(await reader.read(COLUMNS)),
        indexes=_by_table(await reader.read(INDEXES.format(expression="NULL" if is_mariadb else "EXPRESSION"))),
        foreign_keys=_by_table(await reader.read(FOREIGN_KEYS)),
        rules={(row[0], row[1]): (row[2], row[3]) for row in await reader.read(RULES)},
        json_columns={(table, found["column"].replace("``", "`")) for table, found in json_checks if found},
        choices={(table, found[0]): found[1] for table, clause in checks if (found := listed_texts(clause))},
        views=dict(await reader.read(VIEWS)),
        deletable=await _deletable(reader),
        notes=[],
    )
    read_only = server.read_only or options.read_only
    found = [_table(row, catalog, read_only) for row in tables]
    return DatabaseFacts(
        vendor=server.dialect,
        version=server.version,
        tables=tuple(table for table in found if table is not None),
        fingerprint=mark,
        read_only=read_only,
        notes=tuple(catalog.notes),
    )


async def _deletable(reader: Reader) -> set[str | None]:
    """Tables that the account, or one of its active roles, may delete from; None stands for all.

    SHOW GRANTS: information_schema tells of rights on columns, but not of those that come through a role.
    """
    (name,) = (await reader.read("SELECT DATABASE()"))[0]
    found: set[str | None] = set()
    for row in await reader.read("SHOW GRANTS"):
        grant = GRANT.match(str(row[0]))
        if grant is None:
            continue
        rights = {right.strip().upper() for right in PARENTHESES.sub("", grant["rights"]).split(",")}
        database, table = _unquote(grant["database"]), _unquote(grant["table"])
        if rights & {"DELETE", "ALL", "ALL PRIVILEGES"} and (database == "*" or _is_like(name, database)):
            found.add(None if table == "*" else table)
    return found


def _unquote(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name


def _is_like(name: str, pattern: str) -> bool:
    r"""The pattern of a grant: % any text, _ any character, a backslash before either takes it as it is."""
    parts: list[str] = re.findall(r"\\.|.", pattern, re.DOTALL)
    regex = "".join({"%": ".*", "_": "."}.get(part, re.escape(part[-1])) for part in parts)
    return re.fullmatch(regex, name, re.DOTALL | re.IGNORECASE) is not None


def _by_table(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row[1:])
    return groups


def _table(row: Row, catalog: _Catalog, read_only: bool) -> TableFacts | None:
    name, kind, comment = row
    column_rows = catalog.columns.get(name, [])
    if not column_rows:
        what = "view" if kind == "VIEW" else "table"
        catalog.notes.append(f"The {what} {name} can't be read: it has no columns to show.")
        return None
    hidden = [found[0] for found in column_rows if "select" not in found[11]]
    if len(hidden) == len(column_rows):
        catalog.notes.append(f"{name} is not served: the account may not read it.")
        return None
    if hidden:
        catalog.notes.append(f"{name} is served without {', '.join(hidden)}: the account may not read them.")
    rights = Rights(
        insert=any("insert" in found[11] for found in column_rows),
        update=any("update" in found[11] for found in column_rows),
        delete=bool(catalog.deletable & {None, name}),
    )
    spared = {str(found[0]): str(found[10]) for found in column_rows if found[0].startswith(SPARED)}
    shown = [found for found in column_rows if found[0] not in hidden and found[0] not in spared]
    columns = tuple(_column(name, found, catalog) for found in shown)
    indexes = _indexes(catalog.indexes.get(name, []), spared)
    primary = next((index.columns for index in indexes if index.primary), ())
    key = choose_key(primary, columns, indexes) if kind != "VIEW" else ()
    if not {column.name for column in columns}.issuperset(key):
        key = ()  # the account may not read its key
    if kind == "VIEW":
        rights = rights.without(IS_VIEW)
    elif not key:
        rights = rights.without(NO_KEY)
    elif read_only:
        rights = rights.without(DATABASE_READ_ONLY)
    return TableFacts(
        schema=None,
        name=name,
        kind="view" if kind == "VIEW" else "table",
        columns=columns,
        primary_key=key,
        foreign_keys=_foreign_keys(name, catalog),
        indexes=indexes,
        comment=comment if comment and kind != "VIEW" else None,  # a view's comment is the word VIEW
        sql=catalog.views.get(name) or None,
        can_insert=rights.insert,
        can_update=rights.update,
        can_delete=rights.delete,
        reason=rights.reason,
    )


def _column(table: str, row: Row, catalog: _Catalog) -> ColumnFacts:
    name, default, nullable, data_type, column_type, length, precision, scale, extra, comment, expression, _ = row
    storage = STORAGE_TYPES.get(data_type.lower(), "unknown")
    if column_type.lower() in BOOLEANS:
        storage = "boolean"
    elif storage == "text" and (table, name) in catalog.json_columns:
        storage = "json"
    if default == "NULL":  # MariaDB's text for "no default"
        default = None
    generated = bool(expression) or "GENERATED" in extra.upper().replace("DEFAULT_GENERATED", "")
    is_number = storage == "decimal"
    return ColumnFacts(
        name=name,
        type=storage,
        db_type=column_type,
        nullable=nullable == "YES",
        default=None if generated else default,
        generated=generated,
        identity="auto_increment" in extra.lower() or (default or "").lower().startswith("nextval("),
        max_length=int(length) if data_type in ("char", "varchar") and length is not None else None,
        precision=int(precision) if is_number and precision is not None else None,
        scale=int(scale) if is_number and scale is not None else None,
        enum=tuple(label.replace("''", "'") for label in LABEL.findall(column_type)) if data_type == "enum" else (),
        choices=catalog.choices.get((table, name), ()) if storage in ("string", "text") else (),
        comment=comment or None,
    )


def _indexes(rows: list[Row], spared: dict[str, str]) -> tuple[Index, ...]:
    """`spared`: the expressions of invisible columns, each the column that it stands for without its empty texts."""
    origins = {name: str(match[1]) for name, text in spared.items() if (match := SPARES.search(text)) is not None}
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    found: list[Index] = []
    for name, group in groups.items():
        # an index on the first letters only does not say anything about whole values
        columns = tuple(
            (f"{column}({prefix})" if prefix is not None else column) if column is not None else (expression or "?")
            for _, _, column, prefix, expression in group
        )
        unique = not int(group[0][1])
        where = next((f"`{origins[column]}` != ''" for column in columns if column in origins), None)
        columns = tuple(origins.get(column, column) for column in columns)
        found.append(Index(name, columns, unique=unique, primary=name == "PRIMARY", where=where))
    return tuple(found)


def _foreign_keys(table: str, catalog: _Catalog) -> tuple[ForeignKeyFacts, ...]:
    groups: dict[str, list[Row]] = {}
    for row in catalog.foreign_keys.get(table, []):
        groups.setdefault(row[0], []).append(row)
    found: list[ForeignKeyFacts] = []
    for name, group in groups.items():
        _, _, here, schema, target, _ = group[0]
        columns = tuple(row[1] for row in group)
        if not here:
            catalog.notes.append(f"{table}.{', '.join(columns)} refers to {schema}.{target}, which is not served.")
            continue
        on_delete, on_update = catalog.rules.get((table, name), (None, None))
        to_columns = tuple(row[5] for row in group)
        found.append(ForeignKeyFacts(columns, None, target, to_columns, name, on_delete, on_update))
    return tuple(found)
