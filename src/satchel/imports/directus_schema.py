"""What Directus keeps of collections, fields and relations, as this house keeps it.

In charge of: metadata rows with where their tables are, columns that somebody added to Directus's own tables, the
snapshot of all of it. Not in charge of: reading (`directus_data`), putting it anywhere. Called by `directus` and
`directus_in_place`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from satchel.imports.directus_data import HIDDEN, PREFIX, DirectusData, Item
from satchel.model.catalog import Collection
from satchel.model.definition import STORAGE_TYPES, FieldDefinition, field_definition_of
from satchel.model.metadata_rows import FIELD_META, MetadataRows
from satchel.model.overlay import ALIAS_KIND, SourceFacts, build_catalog
from satchel.model.system.collections import SYSTEM_BY_NAME
from satchel.snapshots.document import snapshot_of

COLLECTIONS, FIELDS, RELATIONS = "directus_collections", "directus_fields", "directus_relations"


async def read_metadata(data: DirectusData, source: str) -> dict[str, list[Item]]:
    """The rows of the three metadata tables. `source`: what the database is called here."""
    tables = {item.name: item for item in data.facts.tables if item.schema is None}
    collections: list[Item] = []
    for row in await _rows(data, COLLECTIONS):
        name = str(row["collection"])
        if name.startswith(PREFIX):
            continue
        table = tables.get(name)
        place = {"source": source, "table_schema": None, "table_name": name if table is not None else None}
        collections.append({**row, **place, "kind": table.kind if table is not None else "folder", "tracked": True})
    fields: list[Item] = []
    for row in await _rows(data, FIELDS):
        owner = tables.get(str(row["collection"]))
        stored = owner is not None and any(column.name == row["field"] for column in owner.columns)
        special = [item for item in str(row.get("special") or "").split(",") if item]
        more = {} if stored else {"kind": ALIAS_KIND}
        fields.append({**row, "special": special, "tracked": True, **more})
    relations: list[Item] = []
    for row in await _rows(data, RELATIONS):
        allowed = [item for item in str(row.get("one_allowed_collections") or "").split(",") if item]
        relations.append({**row, "one_allowed_collections": allowed or None})
    return {COLLECTIONS: collections, FIELDS: fields, RELATIONS: relations}


async def _rows(data: DirectusData, name: str) -> list[Item]:
    table = SYSTEM_BY_NAME[name]
    return await data.all_rows(name, {item.name: item.type for item in table.fields if not item.internal})


def added_fields(data: DirectusData, metadata: Mapping[str, list[Item]]) -> dict[str, list[FieldDefinition]]:
    """The columns that somebody added to Directus's own tables, by collection."""
    rows = {(str(row["collection"]), str(row["field"])): row for row in metadata[FIELDS]}
    open_catalog = build_catalog([SourceFacts("directus", data.facts)], MetadataRows()).catalog
    by_table = {item.table: item for item in open_catalog.collections.values() if item.source == "directus"}
    found: dict[str, list[FieldDefinition]] = {}
    for (name, label), row in rows.items():
        declared = SYSTEM_BY_NAME.get(name)
        if declared is None or label in declared.by_name:
            continue
        meta = {key: row.get(key) for key in FIELD_META if key not in ("id", "collection", "field")}
        column = by_table[name].fields.get(label) if name in by_table else None
        if column is None:
            wanted = FieldDefinition(label, type="alias", meta=meta)
        else:
            known = field_definition_of(column)
            kind = known.type if known.type in STORAGE_TYPES else "text"
            wanted = replace(known, type=kind, default=None, nullable=True, db_type="", identity=False, meta=meta)
        found.setdefault(name, []).append(wanted)
    return found


def catalog_of(data: DirectusData, metadata: Mapping[str, list[Item]]) -> Mapping[str, Collection]:
    return _catalog(data, metadata).collections


def snapshot_of_data(data: DirectusData, metadata: Mapping[str, list[Item]]) -> dict[str, Any]:
    """The schema of a Directus database, but for what was added to its own tables."""
    made = snapshot_of(_catalog(data, metadata), data.database.dialect)
    made["systemFields"] = []
    keys = {
        (table.name, key.columns): key
        for table in data.facts.tables
        for key in table.foreign_keys
        if key.to_table in HIDDEN and table.schema is None
    }
    for item in made["relations"]:
        key = keys.get((item["collection"], (item["field"],)))
        if item["schema"] is None and key is not None and key.to_table == item["related_collection"]:
            item["schema"] = {
                "table": item["collection"],
                "column": item["field"],
                "foreign_key_table": key.to_table,
                "foreign_key_column": key.to_columns[0],
                "constraint_name": key.name,
                "on_update": key.on_update or "NO ACTION",
                "on_delete": key.on_delete or "NO ACTION",
            }
    return made


def _catalog(data: DirectusData, metadata: Mapping[str, list[Item]]) -> Any:
    rows = MetadataRows(
        {str(row["collection"]): row for row in metadata[COLLECTIONS]},
        {(str(row["collection"]), str(row["field"])): row for row in metadata[FIELDS]},
        metadata[RELATIONS],
    )
    return build_catalog([SourceFacts("main", data.facts, hidden=HIDDEN)], rows).catalog
