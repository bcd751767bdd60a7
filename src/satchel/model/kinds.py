"""How one wire's types look on the other: PocketBase kinds of plain columns, Directus types of PocketBase fields.

In charge of: a kind for every field that has none of its own, with the options that its column implies, and the type
that the Directus wire reports. Not in charge of: what kinds and types do (`fields/`, `types/`). Called by `overlay`,
`engine/schema` and the wires. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.model.catalog import Catalog, Field, Relation
from satchel.model.fields import FIELDS

_KIND_OF_TYPE = {
    "string": "text",
    "text": "text",
    "uuid": "text",
    "hash": "text",
    "csv": "text",
    "time": "text",
    "binary": "text",
    "unknown": "text",
    "boolean": "bool",
    "integer": "number",
    "bigInteger": "number",
    "float": "number",
    "decimal": "number",
    "date": "date",
    "dateTime": "date",
    "timestamp": "date",
    "json": "json",
    "alias": "",
}

_TYPE_OF_SPECIAL = {
    "cast-json": "json",
    "hash": "hash",
    "cast-csv": "csv",
    "uuid": "uuid",
    "file": "uuid",
    "cast-timestamp": "timestamp",
    "cast-datetime": "dateTime",
}

_SPECIALS_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "bool": ("cast-boolean",),
    "json": ("cast-json",),
    "geoPoint": ("cast-json",),
    "date": ("cast-timestamp",),
    "autodate": ("cast-timestamp",),
    "password": ("hash", "conceal"),
}


def pocketbase_kind(field: Field, relation: Relation | None = None) -> str:
    """The PocketBase type of a field, "" for one that the PocketBase wire doesn't show (an alias).

    `relation`: the one that starts at the field (`Catalog.m2o`), if there is any.
    """
    if field.kind:
        return field.kind
    if field.type == "alias" or field.column is None:
        return ""
    if relation is not None and relation.one is not None and len(relation.many_fields) == 1:
        return "relation"
    if field.array or field.type.startswith("geometry"):
        return "json"
    if field.enum:
        return "select"
    return _KIND_OF_TYPE.get(field.type, "text")


def pocketbase_options(field: Field, catalog: Catalog, relation: Relation | None = None) -> dict[str, Any]:
    """The options of `pocketbase_kind`, all of them: those that were saved, or what the column implies."""
    kind = pocketbase_kind(field, relation)
    if not kind:
        return {}
    options = {**FIELDS[kind].defaults}
    if field.kind:
        return {**options, **{name: value for name, value in field.options.items() if name in options}}
    if kind == "relation" and relation is not None:
        target = catalog.get(relation.one or "")
        options["collectionId"] = target.id if target else ""
        options["cascadeDelete"] = relation.on_delete == "CASCADE"
        options["maxSelect"] = 1
    elif kind == "select":
        options["values"] = list(field.enum)
        options["maxSelect"] = 1
    elif kind == "number":
        options["onlyInt"] = field.type in ("integer", "bigInteger")
    elif kind == "text" and field.max_length:
        options["max"] = field.max_length
    return options


def directus_type(field: Field) -> str:
    """The type that the Directus wire reports: the storage type unless a special says otherwise."""
    if field.column is None:
        return "alias"
    for special, found in _TYPE_OF_SPECIAL.items():
        if special in field.special:
            return found
    return field.type


def specials_of_kind(kind: str, options: Mapping[str, Any]) -> tuple[str, ...]:
    """The Directus specials of a field that was made with a PocketBase kind."""
    if kind in ("select", "relation", "file") and FIELDS[kind].storage(options) == "json":
        return ("cast-json",)
    if kind == "relation":
        return ("m2o",)
    return _SPECIALS_OF_KIND.get(kind, ())


def storage_of(storage: str, special: frozenset[str], vendor: str) -> str:
    """The storage type of a column whose metadata has specials.

    Where the database is strict about types, only a special that leaves the column's own type in force may change it:
    a text can be a list with commas, but a text that holds a UUID is no `uuid` column.
    """
    strict = vendor in ("postgres", "cockroach")
    if storage in ("string", "text", "unknown") or (storage == "json" and "cast-csv" in special):
        if "cast-csv" in special and storage != "json":
            return "csv"
        if "hash" in special:
            return "hash"
        if "cast-json" in special and not strict:
            return "json"
        if special & {"uuid", "file"} and not strict and storage == "string":
            return "uuid"
    if "cast-boolean" in special and storage in ("integer", "unknown") and not strict:
        return "boolean"
    if not strict and storage in ("dateTime", "timestamp", "string", "text"):
        if "cast-timestamp" in special:
            return "timestamp"
        if "cast-datetime" in special:
            return "dateTime"
    return storage
