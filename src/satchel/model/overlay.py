"""Overlay: facts and stored metadata meet and become the Catalog.

In charge of: collections and fields from what the databases say of themselves, what the metadata adds, and Satchel's
own system collections. Not in charge of: relations (`overlay_relations`), names (`naming`), asking a database
(`db/introspect*`) or reading metadata (`engine/metadata`, its caller). Pure.

Metadata never invents a table or column: what it says of something that is gone is kept in the store, does nothing,
and is told in `Overlay.notes`. Facts never lose anything for want of metadata: a table that nobody described is served
as it is, with `meta` None and ids made from its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from satchel.model.auth_fields import TOKEN_KEY
from satchel.model.auth_options import with_defaults
from satchel.model.catalog import EMPTY, Catalog, Collection, CollectionType, Field, Index, Relation
from satchel.model.facts import ColumnFacts, DatabaseFacts, TableFacts
from satchel.model.fields import FIELDS
from satchel.model.kinds import pocketbase_kind, storage_of
from satchel.model.metadata_rows import MetadataRows, Row, collection_meta, field_meta
from satchel.model.naming import Place, collection_id, collection_names, field_id
from satchel.model.overlay_relations import TableAt, collect_relations
from satchel.model.system.collections import (
    PHYSICAL_SYSTEM_TABLES,
    POCKETBASE_COLLECTIONS,
    SYSTEM_BY_NAME,
    system_collections,
    system_relations,
)
from satchel.model.system.sign_in import SUPERUSER_TOKEN_SECONDS

ALIAS_KIND = "alias"
"""What stands in the column `kind` of a field that was made without a column, whatever its specials say."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source. `store_schema`: where Satchel's own tables are inside this source, if it is the store as well.

    False: the store is elsewhere. None: in the default schema. `hidden`: tables that are not served.
    """

    name: str
    facts: DatabaseFacts
    store_schema: str | Literal[False] | None = False
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Overlay:
    catalog: Catalog
    notes: tuple[str, ...] = ()


def build_catalog(
    sources: Sequence[SourceFacts],
    rows: MetadataRows,
    *,
    store: str = "store",
    store_facts: DatabaseFacts | None = None,
    version: int = 0,
) -> Overlay:
    """The catalog of all sources; the first one's tables keep their plain names.

    `store`: the source name that system collections carry. `store_facts`: what the store says of itself, for columns
    that somebody added to a system collection. `version`: the version of the new catalog.
    """
    notes: list[str] = []
    tables = _tables(sources, rows, notes)
    collections = {found.name: _collection(found, rows) for found in tables}
    collections.update(_folders(sources, collections, rows, notes))
    system = system_collections(store, _store_schema(sources))
    collections.update({name: _system(item, rows, store_facts) for name, item in system.items()})
    collections = _with_ids(collections)
    hidden = frozenset(name for source in sources for name in source.hidden)
    relations = collect_relations(tables, collections, rows, notes, _own_tables(system, store_facts), hidden)
    starts: dict[str, dict[str, Relation]] = {}
    for relation in relations:
        starts.setdefault(relation.many, {})[relation.many_field] = relation
    collections = {name: _with_field_ids(item, starts.get(name, {})) for name, item in collections.items()}
    _note_inert_fields(collections, rows, notes)
    return Overlay(Catalog.build(collections.values(), (*system_relations(), *relations), version), tuple(notes))


# --- tables


def _tables(sources: Sequence[SourceFacts], rows: MetadataRows, notes: list[str]) -> list[TableAt]:
    """Every table that is served, with its name in the catalog."""
    places: dict[Place, tuple[SourceFacts, TableFacts]] = {}
    for source in sources:
        notes.extend(source.facts.notes)
        for table in source.facts.tables:
            if not _is_own(source, table) and table.name not in source.hidden:
                places[Place(source.name, table.schema, table.name)] = (source, table)
    first = sources[0].name if sources else ""
    names = collection_names(places, first, rows.places())
    return [TableAt(names[place], place, table, source.facts.vendor) for place, (source, table) in places.items()]


def _is_own(source: SourceFacts, table: TableFacts) -> bool:
    """Satchel's own tables are not served as if they were the user's."""
    return (
        source.store_schema is not False
        and table.schema == source.store_schema
        and table.name in PHYSICAL_SYSTEM_TABLES
    )


def _store_schema(sources: Sequence[SourceFacts]) -> str | None:
    return next((item.store_schema for item in sources if item.store_schema is not False), None)


def _collection(at: TableAt, rows: MetadataRows) -> Collection:
    table = at.table
    row = rows.collections.get(at.name)
    fields = _fields(at, rows)
    key = table.primary_key
    kind = _type_of(table, row)
    if not key and kind == "view" and "id" in fields:
        key = ("id",)  # PocketBase's views promise one
    writable = table.kind == "table" and bool(key) and (table.can_insert or table.can_update or table.can_delete)
    return Collection(
        name=at.name,
        source=at.place.source,
        table=table.name,
        schema=table.schema,
        kind=table.kind,
        type=kind,
        key=key,
        fields=_concealing(fields) if kind == "auth" else fields,
        indexes=_indexes(table, row),
        comment=table.comment,
        sql=table.sql,
        writable=writable,
        read_only_reason=table.reason or (None if writable else _why_read_only(table)),
        id=str((row or EMPTY).get("pb_id") or ""),
        system=bool(row and row.get("system")),
        rules=(row or EMPTY).get("rules") or EMPTY,
        options=_type_options(kind, (row or EMPTY).get("pb_options") or EMPTY),
        meta=collection_meta(row),
        created=str((row or EMPTY).get("created") or ""),
        updated=str((row or EMPTY).get("updated") or ""),
    )


def _type_of(table: TableFacts, row: Row | None) -> CollectionType:
    if table.kind != "table":
        return "view"
    return "auth" if row is not None and row.get("type") == "auth" else "base"


def _type_options(kind: CollectionType, stored: Mapping[str, Any]) -> Mapping[str, Any]:
    return with_defaults(stored) if kind == "auth" else stored


def _concealing(fields: Mapping[str, Field]) -> dict[str, Field]:
    """The fields of an auth collection: nobody reads back what its tokens are signed with, on either wire."""
    key = fields.get(TOKEN_KEY)
    if key is None:
        return dict(fields)
    return {**fields, TOKEN_KEY: replace(key, special=key.special | {"conceal"})}


def _why_read_only(table: TableFacts) -> str:
    if table.kind != "table":
        return "a materialised view" if table.kind == "materialized_view" else "a view"
    return "no primary key" if not table.primary_key else "the database role may not write"


def _indexes(table: TableFacts, row: Row | None) -> tuple[Index, ...]:
    """The table's indexes; those made through the PocketBase wire come first, in the order and with the text in which
    they were submitted."""
    submitted: Mapping[str, str] = (row or EMPTY).get("pb_indexes") or EMPTY
    found = [replace(index, sql=submitted[index.name]) if index.name in submitted else index for index in table.indexes]
    order = {name: position for position, name in enumerate(submitted)}
    return tuple(sorted(found, key=lambda index: order.get(index.name, len(order))))


# --- fields


def _fields(at: TableAt, rows: MetadataRows) -> dict[str, Field]:
    """Columns in the order of the table, or of the PocketBase wire where it gave one; then aliases."""
    table = at.table
    unique = {index.columns[0] for index in table.indexes if _plain(index) and index.unique}
    indexed = {index.columns[0] for index in table.indexes if _plain(index) and not index.primary}
    if len(table.primary_key) == 1:
        unique.add(table.primary_key[0])
    made: list[tuple[int, int, Field]] = []
    for number, column in enumerate(table.columns):
        row = rows.fields.get((at.name, column.name))
        field = _field(column, row, at.vendor)
        if column.name in unique or column.name in indexed:
            field = replace(field, unique=column.name in unique, indexed=column.name in indexed)
        position = row.get("position") if row is not None else None
        made.append((len(table.columns) if position is None else int(position), number, field))
    made.sort(key=lambda item: item[:2])
    found = {field.name: field for _, _, field in made}
    found.update(_aliases(at.name, found, rows))
    return found


def _plain(index: Index) -> bool:
    return len(index.columns) == 1 and index.where is None


def _field(column: ColumnFacts, row: Row | None, vendor: str) -> Field:
    plain = Field(
        name=column.name,
        type=column.type,
        column=column.name,
        db_type=column.db_type,
        nullable=column.nullable,
        default=column.default,
        generated=column.generated,
        identity=column.identity,
        max_length=column.max_length,
        precision=column.precision,
        scale=column.scale,
        enum=column.enum,
        choices=column.choices,
        array=column.array,
        comment=column.comment,
    )
    if row is None:
        return plain
    kind = str(row.get("kind") or "")
    kind = kind if kind in FIELDS else ""
    options = _options(row)
    special = frozenset(row.get("special") or ())
    if kind and not column.array:
        storage = _storage_of_kind(column.type, FIELDS[kind].storage(options), vendor)
    else:
        storage = storage_of(column.type, special, vendor)
    return replace(
        plain,
        type=storage,
        id=str(row.get("pb_id") or ""),
        kind=kind,
        hidden=bool(row.get("pb_hidden")),
        system=bool(row.get("pb_system")),
        required=bool(row.get("pb_required")),
        special=special,
        options=options,
        meta=field_meta(row),
    )


def _options(row: Row) -> Mapping[str, Any]:
    """A kind's options; what all kinds have and `Field` has no place for stands beside them."""
    options: dict[str, Any] = {**(row.get("pb_options") or EMPTY)}
    if row.get("pb_presentable"):
        options["presentable"] = True
    if row.get("pb_help"):
        options["help"] = row["pb_help"]
    return options


_ALIKE = (
    frozenset({"string", "text", "csv", "hash"}),
    frozenset({"integer", "bigInteger", "float", "decimal"}),
    frozenset({"dateTime", "timestamp"}),
)


def _storage_of_kind(storage: str, wanted: str, vendor: str) -> str:
    """What a kind says its column holds, unless the column turned into something else behind our back."""
    if vendor == "sqlite" or storage == wanted:
        return wanted
    if vendor in ("mariadb", "mysql", "mssql") and storage in ("string", "text") and wanted == "json":
        return wanted
    return wanted if any({storage, wanted} <= group for group in _ALIKE) else storage


def _aliases(collection: str, columns: Mapping[str, Field], rows: MetadataRows) -> dict[str, Field]:
    """The fields without a column: to-many relations and presentation, in the order of their rows."""
    return {
        name: Field(
            name=name,
            type="alias",
            special=frozenset(row.get("special") or ()),
            meta=field_meta(row),
        )
        for (owner, name), row in rows.fields.items()
        if owner == collection and name not in columns and row.get("tracked") and _is_alias(row)
    }


def _is_alias(row: Row) -> bool:
    """A row without a column is an alias if it was made as one, and inert if its column went away."""
    return row.get("kind") == ALIAS_KIND or bool(set(row.get("special") or ()) & _ALIAS_SPECIALS)


_ALIAS_SPECIALS = frozenset({"alias", "no-data", "o2m", "m2m", "m2a", "o2a", "files", "translations", "group"})


def _system(declared: Collection, rows: MetadataRows, facts: DatabaseFacts | None) -> Collection:
    """A system collection with what was added to it, and the options that were set of an auth collection."""
    row = rows.collections.get(declared.name) or EMPTY
    if declared.derived:
        options = with_defaults({**_SUPERUSER_OPTIONS, **(row.get("pb_options") or EMPTY)})
        rules = {**declared.rules, **(row.get("rules") or EMPTY)}
        found = replace(declared, options=options, rules=rules)
    else:
        found = _with_added(declared, rows, facts)
    return replace(found, created=rows.made, updated=str(row.get("updated") or rows.made))


_SUPERUSER_OPTIONS: Mapping[str, Any] = {"authToken": {"duration": SUPERUSER_TOKEN_SECONDS}}


def _own_tables(system: Mapping[str, Collection], facts: DatabaseFacts | None) -> list[TableAt]:
    """Satchel's own tables with the foreign keys that somebody added to them, so that relations find both."""
    found = {(item.schema, item.table): item for item in system.values() if not item.derived}
    tables: list[TableAt] = []
    for table in facts.tables if facts is not None else ():
        own = found.get((table.schema, table.name))
        if facts is None or own is None:
            continue
        declared = SYSTEM_BY_NAME[own.name].by_name
        keys = tuple(item for item in table.foreign_keys if not set(item.columns) <= declared.keys())
        place = Place(own.source, table.schema, table.name)
        tables.append(TableAt(own.name, place, replace(table, foreign_keys=keys), facts.vendor))
    return tables


def _with_added(system: Collection, rows: MetadataRows, facts: DatabaseFacts | None) -> Collection:
    """A system collection with the columns, alias fields and indexes that somebody added to it."""
    declared = {item.name for item in SYSTEM_BY_NAME[system.name].fields}
    fields = dict(system.fields)
    indexes = system.indexes
    for table in facts.tables if facts is not None else ():
        if (table.schema, table.name) == (system.schema, system.table):
            known = {index.name for index in indexes}
            added = tuple(item for item in table.indexes if item.name not in known and not item.primary)
            indexes = (*indexes, *added)
            unique = {index.columns[0] for index in added if _plain(index) and index.unique}
            indexed = {index.columns[0] for index in added if _plain(index)}
            for column in table.columns:
                name = column.name
                if name not in declared:
                    field = _field(column, rows.fields.get((system.name, name)), facts.vendor if facts else "")
                    fields[name] = replace(field, unique=name in unique, indexed=name in indexed)
                elif name in indexed and name in fields:
                    fields[name] = replace(fields[name], indexed=True)
    fields.update(_aliases(system.name, fields, rows))
    if indexes == system.indexes and fields == system.fields:
        return system
    return replace(system, fields=fields, indexes=indexes)


def _note_inert_fields(collections: Mapping[str, Collection], rows: MetadataRows, notes: list[str]) -> None:
    for owner, name in rows.fields:
        collection = collections.get(owner)
        if collection is not None and name not in collection.fields:
            notes.append(f"There is metadata of {owner}.{name}, which does not exist; it is kept and does nothing.")


# --- folders and ids


def _folders(
    sources: Sequence[SourceFacts], tables: Mapping[str, Collection], rows: MetadataRows, notes: list[str]
) -> dict[str, Collection]:
    """Directus's collections without a table."""
    found: dict[str, Collection] = {}
    for name, row in rows.collections.items():
        if name in tables or name in POCKETBASE_COLLECTIONS:
            continue
        if row.get("kind") != "folder":
            notes.append(f"There is metadata of {name}, a table that does not exist; it is kept and does nothing.")
            continue
        found[name] = Collection(
            name=name,
            source=sources[0].name if sources else "",
            table="",
            kind="folder",
            fields=_aliases(name, {}, rows),
            writable=False,
            read_only_reason="a folder",
            meta=collection_meta(row),
        )
    return found


def _with_ids(collections: Mapping[str, Collection]) -> dict[str, Collection]:
    """PocketBase ids for collections that have none; those that were given ids keep them."""
    taken = {item.id for item in collections.values() if item.id}
    named: dict[str, Collection] = {}
    for name, item in collections.items():
        if not item.id and item.kind != "folder":
            item = replace(item, id=collection_id(item.type, name, taken))
            taken.add(item.id)
        named[name] = item
    return named


def _with_field_ids(collection: Collection, starts: Mapping[str, Relation]) -> Collection:
    """PocketBase ids for fields that have none. `starts`: the relations that start at its fields."""
    missing = [item for item in collection.fields.values() if not item.id and item.column is not None]
    if not missing:
        return collection
    taken = {item.id for item in collection.fields.values() if item.id}
    fields = dict(collection.fields)
    for item in missing:
        made = field_id(pocketbase_kind(item, starts.get(item.name)), item.name, taken)
        taken.add(made)
        fields[item.name] = replace(item, id=made)
    return replace(collection, fields=fields)
