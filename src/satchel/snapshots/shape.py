"""Collections, fields and relations as Directus describes them.

In charge of: these objects, made from the catalog. Not in charge of: who may see them, or changing them. Called by
`document` and the wire. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.model.catalog import Catalog, Collection, Field, Relation
from satchel.snapshots.defaults import default_value

COLLECTION_META: Mapping[str, Any] = {
    "collection": None,
    "icon": None,
    "note": None,
    "display_template": None,
    "hidden": False,
    "singleton": False,
    "translations": None,
    "archive_field": None,
    "archive_app_filter": True,
    "archive_value": None,
    "unarchive_value": None,
    "sort_field": None,
    "accountability": "all",
    "color": None,
    "item_duplication_fields": None,
    "sort": None,
    "group": None,
    "collapse": "open",
    "preview_url": None,
    "versioning": False,
    "status": "active",
    "autosave_revision_interval": None,
}
FIELD_META: Mapping[str, Any] = {
    "id": None,
    "collection": None,
    "field": None,
    "special": None,
    "interface": None,
    "options": None,
    "display": None,
    "display_options": None,
    "readonly": False,
    "hidden": False,
    "sort": None,
    "width": "full",
    "translations": None,
    "note": None,
    "conditions": None,
    "required": False,
    "group": None,
    "validation": None,
    "validation_message": None,
    "searchable": True,
}
GEOMETRIES: Mapping[str, str] = {
    name.lower(): name for name in ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
}
# bits and decimals of the whole numbers of server databases
PRECISIONS: Mapping[str, tuple[int, int]] = {"integer": (32, 0), "bigInteger": (64, 0)}
RELATION_META: Mapping[str, Any] = {
    "id": None,
    "many_collection": None,
    "many_field": None,
    "one_collection": None,
    "one_field": None,
    "one_collection_field": None,
    "one_allowed_collections": None,
    "junction_field": None,
    "sort_field": None,
    "one_deselect_action": "nullify",
}


def _meta(stored: Mapping[str, Any] | None, keys: Mapping[str, Any]) -> dict[str, Any] | None:
    """The stored row with the known keys, in their order; `system` rows say so."""
    if stored is None:
        return None
    meta = {name: stored.get(name, default) for name, default in keys.items()}
    if stored.get("system"):
        meta["system"] = True
    return meta


def collection_object(collection: Collection) -> dict[str, Any]:
    meta = _meta(collection.meta, COLLECTION_META)
    shown: dict[str, Any] = {"collection": collection.name, "meta": meta, "schema": _collection_schema(collection)}
    if not collection.writable and collection.kind != "folder":
        shown["read_only"] = collection.read_only_reason or True
    return shown


def _collection_schema(collection: Collection) -> dict[str, Any] | None:
    """What the database says of the table; None for folders, which have none."""
    if collection.kind == "folder":
        return None
    if collection.sql is not None and collection.kind == "table":
        return {"name": collection.table, "sql": collection.sql}
    schema = {"schema": collection.schema or "public", "name": shown_table(collection), "comment": collection.comment}
    if collection.kind != "table":
        schema["kind"] = collection.kind
    return schema


def field_object(catalog: Catalog, collection: Collection, field: Field) -> dict[str, Any]:
    return {
        "collection": collection.name,
        "field": field.name,
        "type": _type(field),
        "schema": _field_schema(catalog, collection, field),
        "meta": _meta(field.meta, FIELD_META),
    }


def _type(field: Field) -> str:
    """The storage type; of a geometry also which one, where the column's own type says so."""
    if field.type != "geometry":
        return field.type
    kind = GEOMETRIES.get(field.db_type.partition("(")[0].strip().lower())
    return f"geometry.{kind}" if kind else "geometry"


def _field_schema(catalog: Catalog, collection: Collection, field: Field) -> dict[str, Any] | None:
    if field.column is None:
        return None
    primary = field.name in collection.key
    sqlite = collection.sql is not None and collection.kind == "table"
    relation = catalog.m2o(collection.name, field.name)
    enforced = relation is not None and relation.one is not None and is_enforced(relation)
    target = catalog.collections.get(relation.one) if relation is not None and enforced and relation.one else None
    precision, scale = field.precision, field.scale
    if precision is None and not sqlite:
        precision, scale = PRECISIONS.get(field.type, (None, None))
    schema: dict[str, Any] = {
        "name": field.column,
        "table": shown_table(collection),
        "data_type": field.db_type.partition("(")[0].strip().lower() or None,
        "default_value": default_value(field),
        "max_length": field.max_length,
        "numeric_precision": precision,
        "numeric_scale": scale,
        "is_generated": field.generated,
        "generation_expression": field.default if field.generated else None,
        "is_nullable": field.nullable and not primary,
        "is_unique": field.unique and not primary if sqlite else field.unique or collection.key == (field.name,),
        "is_indexed": field.indexed,
        "is_primary_key": primary,
        "has_auto_increment": field.identity,
        "foreign_key_column": _target_field(target, relation) if target is not None else None,
        "foreign_key_table": shown_table(target) if target is not None else None,
    }
    if primary and len(collection.key) > 1:
        schema |= {"key_position": collection.key.index(field.name), "key_size": len(collection.key)}
    if choices := field.enum or field.choices:
        schema["choices"] = list(choices)
    if not sqlite:
        schema["foreign_key_schema"] = (target.schema or "public") if target is not None else None
        schema["comment"] = field.comment
    return schema


def shown_table(collection: Collection) -> str:
    """What a table is called: the system's own go by the names that clients know."""
    return collection.name if collection.system and collection.name.startswith("directus_") else collection.table


def is_enforced(relation: Relation) -> bool:
    """Whether the database itself holds the relation (a foreign key), not only metadata."""
    return relation.constraint is not None or relation.on_delete is not None or relation.on_update is not None


def _target_field(target: Collection, relation: Relation | None) -> str | None:
    if relation is not None and relation.one_fields:
        return relation.one_fields[0]
    return target.key[0] if target.key else None


def relation_object(catalog: Catalog, relation: Relation) -> dict[str, Any]:
    return {
        "collection": relation.many,
        "field": relation.many_field,
        "related_collection": relation.one,
        "schema": _relation_schema(catalog, relation),
        "meta": _relation_meta(relation),
    }


def _relation_meta(relation: Relation) -> dict[str, Any] | None:
    meta = _meta(relation.meta, RELATION_META)
    if meta is not None and isinstance(meta["one_allowed_collections"], str):
        meta["one_allowed_collections"] = meta["one_allowed_collections"].split(",")
    return meta


def _relation_schema(catalog: Catalog, relation: Relation) -> dict[str, Any] | None:
    many = catalog.collections.get(relation.many)
    one = catalog.collections.get(relation.one) if relation.one else None
    if many is None or one is None or not is_enforced(relation):
        return None
    schema: dict[str, Any] = {
        "table": shown_table(many),
        "column": relation.many_field,
        "foreign_key_table": shown_table(one),
        "foreign_key_column": _target_field(one, relation),
        "on_update": relation.on_update or "NO ACTION",
        "on_delete": relation.on_delete or "NO ACTION",
        "constraint_name": relation.constraint,
    }
    if one.sql is None and many.sql is None:
        schema["foreign_key_schema"] = one.schema or "public"
    if len(relation.many_fields) > 1:
        schema["columns"] = list(relation.many_fields)
        schema["foreign_key_columns"] = list(relation.one_fields)
    return schema
