"""Snapshots: the whole schema as one document, in Directus's form.

In charge of: the document that the catalog makes (`snapshot_of`), and reading another one's as this database would
write it (`ported`). Not in charge of: comparing and applying (`snapshots`). Called by `snapshots`. Pure.

What a snapshot can't say stays out of it: tables without metadata, views, references of several columns, lists of
references, PocketBase's kinds, rules and options.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from satchel.model.catalog import Catalog, Collection, Field, Relation
from satchel.model.definition import DefaultFunction
from satchel.model.system.collections import SYSTEM_BY_NAME
from satchel.snapshots.field_payload import default_of, special_of
from satchel.snapshots.json_diff import as_object
from satchel.snapshots.shape import (
    COLLECTION_META,
    FIELD_META,
    RELATION_META,
    field_object,
    relation_object,
)

Object = dict[str, Any]
Entries = Mapping[tuple[str, ...], Mapping[str, Any]]
"""The entries of a part by what they are called by."""

DIRECTUS = "12.4.0"
"""The version of Directus whose form this is; clients compare it."""
VENDORS: Mapping[str, str] = {"cockroach": "cockroachdb", "mariadb": "mysql"}
PARTS = ("collections", "fields", "systemFields", "relations")

_FIELD_SCHEMA = (
    "name", "table", "data_type", "default_value", "max_length", "numeric_precision", "numeric_scale", "is_nullable",
    "is_unique", "is_indexed", "is_primary_key", "is_generated", "generation_expression", "has_auto_increment",
    "foreign_key_table", "foreign_key_column",
)  # fmt: skip
_RELATION_SCHEMA = (
    "table", "column", "foreign_key_table", "foreign_key_column", "constraint_name", "on_update", "on_delete",
)  # fmt: skip
_REFUSING = frozenset({"NO ACTION", "RESTRICT", None})
"""Few databases tell these apart."""
_EXPRESSION = re.compile(r"\(.*\)|\w+\(.*\)(::[\w ]+)?|.*\|\|.*\(.*\).*", re.DOTALL)
_SIZED = frozenset({"string", "hash"})
_EXACT = frozenset({"decimal"})


def vendor_of(dialect: str) -> str:
    """What Directus calls a kind of database."""
    return VENDORS.get(dialect, dialect)


def snapshot_of(catalog: Catalog, dialect: str) -> Object:
    """The document of a catalog. `dialect`: that of its first source."""
    shown = sorted((item for item in catalog.collections.values() if _is_shown(item)), key=lambda item: item.name)
    names = {item.name for item in shown}
    system = [item for item in catalog.collections.values() if item.name in SYSTEM_BY_NAME]
    owners = sorted([*shown, *system], key=lambda item: item.name)
    return {
        "version": 1,
        "directus": DIRECTUS,
        "vendor": vendor_of(dialect),
        "collections": [_collection(item) for item in shown],
        "fields": [_field(catalog, owner, item) for owner in owners for item in _fields(owner)],
        "systemFields": [
            {"collection": owner.name, "field": item.name, "schema": {"is_indexed": True}}
            for owner in sorted(system, key=lambda item: item.name)
            for item in owner.fields.values()
            if item.indexed and item.name in SYSTEM_BY_NAME[owner.name].by_name
        ],
        "relations": [_relation(catalog, item) for item in _relations(catalog, names)],
    }


def _is_shown(collection: Collection) -> bool:
    return not collection.system and collection.meta is not None and collection.kind in ("table", "folder")


def _fields(owner: Collection) -> list[Field]:
    """The fields of a collection by the ids of their metadata; of a system collection those that were added."""
    table = SYSTEM_BY_NAME.get(owner.name)
    added = [item for item in owner.fields.values() if table is None or item.name not in table.by_name]
    return sorted(added, key=_number)


def _relations(catalog: Catalog, names: set[str]) -> list[Relation]:
    """Those that start at what is shown or added and lead to what is shown or the system's; one for each field."""
    found: dict[tuple[str, str], Relation] = {}
    for item in catalog.relations:
        own = item.many in names or (
            item.many in SYSTEM_BY_NAME and item.many_field not in SYSTEM_BY_NAME[item.many].by_name
        )
        leads = item.one is None or item.one in names or item.one in SYSTEM_BY_NAME
        if own and leads and not item.list and len(item.many_fields) == 1:
            found.setdefault((item.many, item.many_field), item)
    return sorted(found.values(), key=lambda item: (item.many, _number(item), item.many_field))


def _number(item: Field | Relation) -> int:
    number = item.meta.get("id") if item.meta is not None else None
    return number if isinstance(number, int) else 2**31


def _collection(item: Collection) -> Object:
    assert item.meta is not None
    schema = None if item.kind == "folder" else {"name": item.table}
    return {"collection": item.name, "meta": _sorted(item.meta, COLLECTION_META), "schema": schema}


def _field(catalog: Catalog, owner: Collection, item: Field) -> Object:
    made = field_object(catalog, owner, item)
    schema = made["schema"]
    return {
        "collection": owner.name,
        "field": item.name,
        "type": made["type"],
        "meta": None if item.meta is None else _sorted(item.meta, FIELD_META),
        "schema": None if schema is None else {name: schema[name] for name in _FIELD_SCHEMA},
    }


def _relation(catalog: Catalog, item: Relation) -> Object:
    made = relation_object(catalog, item)
    schema, meta = made["schema"], made["meta"]
    return {
        "collection": item.many,
        "field": item.many_field,
        "related_collection": item.one,
        "meta": None if meta is None else _sorted(meta, RELATION_META),
        "schema": None if schema is None else {name: schema[name] for name in _RELATION_SCHEMA},
    }


def _sorted(meta: Mapping[str, Any], known: Mapping[str, Any]) -> Object:
    """The keys of a meta in alphabetical order, without the id; those that are missing have their defaults."""
    return {name: meta.get(name, known[name]) for name in sorted(known) if name != "id"}


# --- another one's document


def identity(part: str, item: Mapping[str, Any]) -> tuple[str, ...]:
    """What an entry of a part is called by."""
    return (str(item["collection"]),) if part == "collections" else (str(item["collection"]), str(item["field"]))


def by_identity(part: str, items: Iterable[Mapping[str, Any]]) -> Entries:
    return {identity(part, item): item for item in items}


def with_kinds(catalog: Catalog) -> frozenset[tuple[str, ...]]:
    """The fields whose columns follow from their PocketBase kind."""
    return frozenset(
        (owner.name, item.name) for owner in catalog.collections.values() for item in owner.fields.values() if item.kind
    )


def ported(
    wanted: Mapping[str, Any], current: Mapping[str, Any], fixed: frozenset[tuple[str, ...]], *, apart: bool
) -> Object:
    """A snapshot of another installation as this one would write it, where both mean the same.

    `current`: this one's. `fixed`: fields whose columns stay as they are. `apart`: users and files are in another
    database than the data, which no foreign key reaches. Names of types and constraints, sizes of
    types that have none to choose, and the words of defaults are each database's own and no difference. Keys that an
    older version did not know have their defaults.
    """
    made: Object = {name: wanted.get(name) for name in ("version", "directus", "vendor")}
    for part in PARTS:
        known = by_identity(part, cast("Sequence[Mapping[str, Any]]", current[part]))
        items = cast("Sequence[Mapping[str, Any]]", wanted.get(part, current[part]))
        port = _PORTS[part]
        made[part] = [port(item, known.get(identity(part, item)), current["vendor"]) for item in items]
        if part == "fields":
            made[part] = [_fixed(item, known, fixed) for item in made[part]]
        elif part == "relations" and apart:
            made[part] = [_unreached(item) for item in made[part]]
    return made


def _unreached(item: Object) -> Object:
    ends = [str(item["collection"]) in SYSTEM_BY_NAME, str(item["related_collection"]) in SYSTEM_BY_NAME]
    return {**item, "schema": None} if any(ends) and not all(ends) else item


def _fixed(item: Object, known: Entries, fixed: frozenset[tuple[str, ...]]) -> Object:
    here = known.get(identity("fields", item))
    if here is None or identity("fields", item) not in fixed:
        return item
    return {**item, "type": here["type"], "schema": here["schema"]}


def _ported_collection(item: Mapping[str, Any], known: Mapping[str, Any] | None, vendor: str) -> Object:
    schema = as_object(item.get("schema"))
    return {
        "collection": item["collection"],
        "meta": _ported_meta(item, known, COLLECTION_META),
        "schema": None if schema is None else {"name": schema.get("name", item["collection"])},
    }


def _ported_field(item: Mapping[str, Any], known: Mapping[str, Any] | None, vendor: str) -> Object:
    given = str(item.get("type"))
    meta = _with_special(given, _ported_meta(item, known, FIELD_META), known, vendor)
    kind = given
    if known is not None and known["type"] == _type_here(given, meta, vendor):
        kind = str(known["type"])
    schema = as_object(item.get("schema"))
    here = as_object(known["schema"]) if known is not None and known["type"] == kind else None
    return {
        "collection": item["collection"],
        "field": item["field"],
        "type": kind,
        "meta": meta,
        "schema": None if schema is None else _ported_column(schema, here, given, vendor),
    }


def _with_special(
    kind: str, meta: Mapping[str, Any] | None, known: Mapping[str, Any] | None, vendor: str
) -> Mapping[str, Any] | None:
    """The meta of a timestamp, marked as this database's are: the mark is no difference."""
    if kind != "timestamp" or meta is None:
        return meta
    special: list[Any] = meta.get("special") or []
    kept = None if known is None or known["type"] != kind else as_object(known.get("meta"))
    here: list[Any] = (kept or {}).get("special") or []
    mark = "cast-timestamp"
    if [item for item in special if item != mark] == [item for item in here if item != mark] and kept is not None:
        return {**meta, "special": here or None}
    wanted = special_of(kind, vendor)
    return meta if wanted is None or wanted in special else {**meta, "special": [*special, wanted]}


def _type_here(kind: str, meta: Mapping[str, Any] | None, vendor: str) -> str:
    """How a column that was made with a type shows itself here: specials keep what the database does not tell."""
    special: set[str] = set((meta or {}).get("special") or ())
    if kind == "csv" and "cast-csv" not in special:
        return "text"
    if kind == "hash" and "hash" not in special:
        return "string"
    if kind == "uuid" and vendor in ("sqlite", "mysql") and not special & {"uuid", "file"}:
        return "string"
    return kind


def _ported_column(given: Mapping[str, Any], here: Mapping[str, Any] | None, kind: str, vendor: str) -> Object:
    schema: Object = {name: given.get(name) for name in _FIELD_SCHEMA}
    for name in ("is_nullable", "is_unique", "is_indexed", "is_primary_key", "is_generated", "has_auto_increment"):
        schema[name] = bool(schema[name])
    if here is None:
        return schema
    # what a field points at is the relations' to say
    own = {"table", "data_type", "generation_expression", "foreign_key_table", "foreign_key_column"}
    if kind not in _SIZED or schema["max_length"] is None:
        own.add("max_length")
    if kind not in _EXACT:
        own |= {"numeric_precision", "numeric_scale"}
    if here["is_primary_key"] and schema["is_primary_key"]:
        own |= {"is_unique", "is_indexed", "is_nullable"}
    if here["is_unique"] and schema["is_unique"]:
        own.add("is_indexed")
    if vendor == "mysql" and here["foreign_key_table"] and here["is_indexed"]:
        own.add("is_indexed")  # a foreign key stands on an index there
    automatic = here["has_auto_increment"] and schema["has_auto_increment"]
    computed = default_of(schema["default_value"]) is not DefaultFunction.NOW and is_expression(schema["default_value"])
    if (
        automatic
        or computed
        or schema["default_value"] == ""
        or default_of(schema["default_value"]) == default_of(here["default_value"])
    ):
        own.add("default_value")
    return {name: here[name] if name in own else value for name, value in schema.items()}


def is_expression(default: Any) -> bool:
    """Whether a default is computed, in words that only one kind of database understands."""
    return isinstance(default, str) and _EXPRESSION.fullmatch(default.strip()) is not None


def _ported_system_field(item: Mapping[str, Any], known: Mapping[str, Any] | None, vendor: str) -> Object:
    schema = as_object(item.get("schema"))
    indexed = schema is not None and bool(schema.get("is_indexed"))
    return {"collection": item["collection"], "field": item["field"], "schema": {"is_indexed": indexed}}


def _ported_relation(item: Mapping[str, Any], known: Mapping[str, Any] | None, vendor: str) -> Object:
    given = as_object(item.get("schema"))
    here = as_object(known["schema"]) if known is not None else None
    schema: Object | None = None
    if given is not None:
        schema = {name: given.get(name) for name in _RELATION_SCHEMA}
        if here is not None:
            schema["constraint_name"] = here["constraint_name"]
            for name in ("on_update", "on_delete"):
                if {schema[name], here[name]} <= _REFUSING:
                    schema[name] = here[name]
    return {
        "collection": item["collection"],
        "field": item["field"],
        "related_collection": item.get("related_collection"),
        "meta": _ported_meta(item, known, RELATION_META),
        "schema": schema,
    }


def _ported_meta(
    item: Mapping[str, Any], known: Mapping[str, Any] | None, keys: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    meta = as_object(item.get("meta"))
    if meta is not None:
        return _sorted(meta, keys)
    return None if known is None or known["meta"] is None else cast("Mapping[str, Any]", known["meta"])


_PORTS = {
    "collections": _ported_collection,
    "fields": _ported_field,
    "systemFields": _ported_system_field,
    "relations": _ported_relation,
}
