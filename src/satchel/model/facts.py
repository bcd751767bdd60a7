"""Facts: what a database says of itself, before any metadata.

In charge of: the plain shapes that `db/introspect*` fill and `model/overlay` turns into a Catalog. No vendor
detail leaves the introspection: types are already storage types (see `model/catalog.Field.type`).
"""

from __future__ import annotations

from dataclasses import dataclass

from satchel.model.catalog import Index, TableKind


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    name: str
    type: str  # storage type, Directus's vocabulary
    db_type: str  # the full type text of the database, e.g. "character varying(40)", "INTEGER", "mood"
    nullable: bool = True
    default: str | None = None
    generated: bool = False
    identity: bool = False
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    enum: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()  # the texts that a CHECK allows; the database compares them, by its collation
    array: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignKeyFacts:
    columns: tuple[str, ...]
    to_schema: str | None
    to_table: str
    to_columns: tuple[str, ...]
    name: str | None = None
    on_delete: str | None = None
    on_update: str | None = None


@dataclass(frozen=True, slots=True)
class TableFacts:
    schema: str | None  # None in the database's default schema
    name: str
    kind: TableKind
    columns: tuple[ColumnFacts, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKeyFacts, ...] = ()
    indexes: tuple[Index, ...] = ()
    comment: str | None = None
    sql: str | None = None
    can_insert: bool = True
    can_update: bool = True
    can_delete: bool = True
    reason: str | None = None  # why it can't be written, when it can't


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """`fingerprint` changes when the schema does; cheap to ask for again (`Database.fingerprint`)."""

    vendor: str
    version: str
    tables: tuple[TableFacts, ...]
    fingerprint: str = ""
    read_only: bool = False
    notes: tuple[str, ...] = ()  # what was seen and can't be served, in sentences
