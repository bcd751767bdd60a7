"""Introspection of PostgreSQL, by its system catalogue.

In charge of: tables, partitioned and foreign tables, views, materialised views, their columns, keys, indexes, comments
and the role's rights. Not in charge of: types (`postgres_types`), running statements (`server`). Called by `postgres`
and `cockroach`.

The catalogue is read directly, because SQLAlchemy's Inspector resolves neither domains nor rights and takes longer.
What can't be served is said in `notes`: tables of extensions, partitions (their rows are in their table), tables and
columns that the role may not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from satchel.db.base import Row
from satchel.db.check_text import listed_texts
from satchel.db.introspect import (
    DATABASE_READ_ONLY,
    IS_VIEW,
    NO_KEY,
    Rights,
    choose_key,
    stable,
)
from satchel.db.options import DatabaseOptions
from satchel.db.postgres_types import TypeCatalog
from satchel.db.vendor import Reader, Server
from satchel.model.catalog import Index, TableKind
from satchel.model.facts import ColumnFacts, DatabaseFacts, ForeignKeyFacts, TableFacts

KINDS: dict[str, TableKind] = {"r": "table", "p": "table", "f": "table", "v": "view", "m": "materialized_view"}
ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}

# the schemas to serve: $1 names them, or is empty for all that the role may use
SCHEMAS = """
SELECT oid FROM pg_catalog.pg_namespace
WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
  AND pg_catalog.has_schema_privilege(oid, 'USAGE') AND (cardinality($1::text[]) = 0 OR nspname = ANY($1::text[]))
"""
# what can be served: no partitions, no members of extensions
SERVED = f"""
SELECT c.oid, c.relkind FROM pg_catalog.pg_class c
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND c.relnamespace IN ({SCHEMAS})
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""
TABLES = f"""
SELECT c.oid::bigint, nullif(n.nspname, current_schema())::text, c.relname::text, c.relkind::text, o.description,
  has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'),
  has_table_privilege(c.oid, 'INSERT') OR has_any_column_privilege(c.oid, 'INSERT'),
  has_table_privilege(c.oid, 'UPDATE') OR has_any_column_privilege(c.oid, 'UPDATE'),
  has_table_privilege(c.oid, 'DELETE'),
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,
  (SELECT count(*) FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid AND p.relispartition
   WHERE i.inhparent = c.oid)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description o
  ON o.objoid = c.oid AND o.classoid = 'pg_catalog.pg_class'::regclass AND o.objsubid = 0
WHERE c.oid IN (SELECT oid FROM ({SERVED}) s)
ORDER BY n.nspname <> current_schema(), n.nspname, c.relname
"""
COLUMNS = f"""
SELECT a.attrelid::bigint, a.attname::text, a.atttypid::bigint, a.atttypmod,
  pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text, a.attgenerated::text,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid), o.description, a.attnum,
  pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_description o
  ON o.objoid = a.attrelid AND o.classoid = 'pg_catalog.pg_class'::regclass AND o.objsubid = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN (SELECT oid FROM ({SERVED}) s)
ORDER BY a.attrelid, a.attnum
"""
CONSTRAINTS = f"""
SELECT k.conrelid::bigint, k.contype::text, k.conname::text, k.conkey::int[], k.confrelid::bigint, k.confkey::int[],
  k.confupdtype::text, k.confdeltype::text, n.nspname::text, r.relname::text,
  CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
WHERE k.contype IN ('p', 'f', 'c') AND k.conparentid = 0 AND k.conrelid IN (SELECT oid FROM ({SERVED}) s)
ORDER BY k.conrelid, k.conname
"""
INDEXES = f"""
SELECT i.indrelid::bigint, c.relname::text, i.indisunique, i.indisprimary, i.indkey::int[], i.indnkeyatts,
  CASE WHEN 0 = ANY (i.indkey::int[]) THEN ARRAY(
    SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) k) END,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid), pg_catalog.pg_get_indexdef(i.indexrelid), i.indisvalid
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid IN (SELECT oid FROM ({SERVED}) s)
ORDER BY i.indrelid, c.relname
"""
LEFT_OUT = f"""
SELECT c.relname::text, e.extname::text
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace IN ({SCHEMAS})
ORDER BY c.relname
"""

# A catalogue row that is written anew gets another xmin, so count and sum of xmin change with every CREATE, ALTER,
# DROP, COMMENT and GRANT. ANALYZE and VACUUM overwrite in place and don't disturb it.
FINGERPRINT = f"""
WITH served AS MATERIALIZED (
  SELECT c.oid, c.reltype, c.xmin FROM pg_catalog.pg_class c
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace IN ({SCHEMAS})
), rows AS (
  SELECT 1 AS part, xmin FROM served
  UNION ALL SELECT 2, a.xmin FROM pg_catalog.pg_attribute a JOIN served ON served.oid = a.attrelid
  UNION ALL SELECT 3, d.xmin FROM pg_catalog.pg_attrdef d JOIN served ON served.oid = d.adrelid
  UNION ALL SELECT 4, k.xmin FROM pg_catalog.pg_constraint k JOIN served ON served.oid = k.conrelid
  UNION ALL SELECT 5, i.xmin FROM pg_catalog.pg_index i JOIN served ON served.oid = i.indrelid
  UNION ALL SELECT 12, c.xmin FROM pg_catalog.pg_index i JOIN served ON served.oid = i.indrelid
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  UNION ALL SELECT 6, r.xmin FROM pg_catalog.pg_rewrite r JOIN served ON served.oid = r.ev_class
  UNION ALL SELECT 7, o.xmin FROM pg_catalog.pg_description o JOIN served ON served.oid = o.objoid
    WHERE o.classoid = 'pg_catalog.pg_class'::regclass
  UNION ALL SELECT 8, t.xmin FROM pg_catalog.pg_type t WHERE t.typtype IN ('d', 'e')
  UNION ALL SELECT 9, e.xmin FROM pg_catalog.pg_enum e
  UNION ALL SELECT 10, n.xmin FROM pg_catalog.pg_namespace n WHERE n.oid IN ({SCHEMAS})
  UNION ALL SELECT 11, m.xmin FROM pg_catalog.pg_auth_members m
)
SELECT concat_ws('-', current_user, current_schema(), count(*), sum(xmin::text::bigint),
  sum(xmin::text::bigint * part), max(xmin::text::bigint))
FROM rows
"""


async def introspect(
    reader: Reader, server: Server, options: DatabaseOptions, fingerprint: Callable[[], Awaitable[str]]
) -> DatabaseFacts:
    """Facts of all that the role may see; taken again when the schema changed meanwhile."""

    async def take(mark: str) -> DatabaseFacts:
        return await _take(reader, server, options, mark)

    return await stable(fingerprint, take)


async def fingerprint(reader: Reader, options: DatabaseOptions) -> str:
    return str((await reader.read(FINGERPRINT, (list(options.schemas),)))[0][0])


@dataclass(slots=True)
class _Catalog:
    """The rows of the catalogue, by table."""

    columns: dict[int, list[Row]]
    names: dict[int, dict[int, str]]  # table → column number → name, for readable columns and others alike
    constraints: dict[int, list[Row]]
    indexes: dict[int, list[Row]]
    served: dict[int, tuple[str | None, str]]  # table → schema, name
    types: TypeCatalog
    notes: list[str]

    def readable(self, table: int, numbers: Sequence[int]) -> bool:
        """Whether the role may read all these columns of a table."""
        allowed = {row[9] for row in self.columns[table] if row[10]}
        return allowed.issuperset(numbers)


async def _take(reader: Reader, server: Server, options: DatabaseOptions, mark: str) -> DatabaseFacts:
    schemas = (list(options.schemas),)
    tables = await reader.read(TABLES, schemas)
    columns = _by_table(await reader.read(COLUMNS, schemas))
    catalog = _Catalog(
        columns=columns,
        names={table: {row[9]: row[0] for row in rows} for table, rows in columns.items()},
        constraints=_by_table(await reader.read(CONSTRAINTS, schemas)),
        indexes=_by_table(await reader.read(INDEXES, schemas)),
        served={row[0]: (row[1], row[2]) for row in tables if row[5]},
        types=await TypeCatalog.load(reader),
        notes=[],
    )
    read_only = server.read_only or options.read_only
    found = tuple(_table(row, catalog, read_only) for row in tables if row[5])
    unreadable = [_name(row[1], row[2]) for row in tables if not row[5]]
    catalog.notes += [f"{name} is not served: the role may not read it." for name in unreadable]
    catalog.notes += [
        f"{name} is not served: it belongs to the extension {extension}."
        for name, extension in await reader.read(LEFT_OUT, schemas)
    ]
    return DatabaseFacts(
        vendor=server.dialect,
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


def _name(schema: str | None, table: str) -> str:
    return f"{schema}.{table}" if schema else table


def _table(row: Row, catalog: _Catalog, read_only: bool) -> TableFacts:
    oid, schema, name, kind, comment, _, may_insert, may_update, may_delete, definition, partitions = row
    shown = _name(schema, name)
    hidden = [column[0] for column in catalog.columns.get(oid, []) if not column[10]]
    if hidden:
        catalog.notes.append(f"{shown} is served without {', '.join(hidden)}: the role may not read them.")
    if partitions:
        catalog.notes.append(f"The {partitions} partitions of {shown} are served through it.")
    choices = _choices(oid, catalog)
    columns = tuple(
        _column(column, catalog.types, choices.get(column[9], ()))
        for column in catalog.columns.get(oid, [])
        if column[10]
    )
    indexes = tuple(_index(found, catalog.names[oid]) for found in catalog.indexes.get(oid, []))
    is_table = KINDS[kind] == "table"
    valid = [index for index, found in zip(indexes, catalog.indexes.get(oid, []), strict=True) if found[8]]
    key = choose_key(_primary_key(oid, catalog), columns, valid) if is_table else ()
    if not {column.name for column in columns}.issuperset(key):
        key = ()  # the role may not read its key
    rights = Rights(may_insert, may_update, may_delete)
    if not is_table:
        rights = rights.without(IS_VIEW if kind == "v" else "a materialised view")
    elif not key:
        rights = rights.without("a foreign table without a key" if kind == "f" else NO_KEY)
    elif read_only:
        rights = rights.without(DATABASE_READ_ONLY)
    return TableFacts(
        schema=schema,
        name=name,
        kind=KINDS[kind],
        columns=columns,
        primary_key=key,
        foreign_keys=tuple(_foreign_keys(oid, shown, catalog)),
        indexes=indexes,
        comment=comment,
        sql=definition.strip().rstrip(";") if definition else None,
        can_insert=rights.insert,
        can_update=rights.update,
        can_delete=rights.delete,
        reason=rights.reason,
    )


def _choices(table: int, catalog: _Catalog) -> dict[int, tuple[str, ...]]:
    """The texts that columns may have, by the columns' numbers."""
    found: dict[int, tuple[str, ...]] = {}
    for kind, _, numbers, *_, condition in catalog.constraints.get(table, []):
        if kind == "c" and numbers and len(numbers) == 1 and condition and (listed := listed_texts(condition)):
            found[numbers[0]] = listed[1]
    return found


def _column(row: Row, types: TypeCatalog, choices: tuple[str, ...]) -> ColumnFacts:
    name, type_oid, modifier, type_text, not_null, identity, generated, default, comment, _, _ = row
    resolved = types.resolve(type_oid, modifier)
    # what the catalogue keeps as the default of a generated column is its expression
    default = None if generated else default if default is not None else resolved.default
    return ColumnFacts(
        name=name,
        type=resolved.storage,
        db_type=type_text,
        nullable=not (not_null or resolved.not_null),
        default=default,
        generated=bool(generated) or identity == "a",  # an identity that is always generated takes no value either
        identity=bool(identity) or (default or "").startswith("nextval("),
        max_length=resolved.length,
        precision=resolved.precision,
        scale=resolved.scale,
        enum=resolved.enum,
        choices=choices if resolved.storage in ("string", "text") and not resolved.array else (),
        array=resolved.array,
        comment=comment,
    )


def _primary_key(table: int, catalog: _Catalog) -> tuple[str, ...]:
    for kind, _, numbers, *_ in catalog.constraints.get(table, []):
        if kind == "p":
            return tuple(catalog.names[table][number] for number in numbers)
    return ()


def _foreign_keys(table: int, shown: str, catalog: _Catalog) -> list[ForeignKeyFacts]:
    found: list[ForeignKeyFacts] = []
    for constraint in catalog.constraints.get(table, []):
        kind, name, numbers, target, to_numbers, on_update, on_delete, to_schema, to_table, _ = constraint
        if kind != "f":
            continue
        columns = tuple(catalog.names[table][number] for number in numbers)
        if not catalog.readable(table, numbers):
            continue
        if target not in catalog.served or not catalog.readable(target, to_numbers):
            catalog.notes.append(f"{shown}.{', '.join(columns)} refers to {to_schema}.{to_table}, which is not served.")
            continue
        found.append(
            ForeignKeyFacts(
                columns=columns,
                to_schema=catalog.served[target][0],
                to_table=to_table,
                to_columns=tuple(catalog.names[target][number] for number in to_numbers),
                name=name,
                on_delete=ACTIONS[on_delete],
                on_update=ACTIONS[on_update],
            )
        )
    return found


def _index(row: Row, names: dict[int, str]) -> Index:
    name, unique, primary, numbers, key_count, texts, where, sql, _ = row
    # columns past the count are only stored with the index (INCLUDE)
    columns = tuple(
        names[number] if number else _bare(texts[position]) for position, number in enumerate(numbers[:key_count])
    )
    return Index(name=name, columns=columns, unique=unique, primary=primary, where=_bare(where), sql=sql)


def _bare(text: Any) -> Any:
    """Without the parentheses that the catalogue puts around a whole expression."""
    if isinstance(text, str) and text.startswith("(") and text.endswith(")"):
        depth = 0
        for position, character in enumerate(text):
            depth += (character == "(") - (character == ")")
            if depth == 0 and position < len(text) - 1:
                return text
        return text[1:-1]
    return text
