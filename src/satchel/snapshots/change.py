"""What has to change in tables and metadata so that one snapshot becomes another.

In charge of: definitions for `Schema.save_collections` from the documents before and after. Not in charge of: the
documents (`document`), whether they fit (`snapshots`, the caller). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, cast

from satchel.engine.schema_save import Links
from satchel.errors import InvalidPayload
from satchel.model.catalog import Catalog, Collection
from satchel.model.definition import (
    CollectionDefinition,
    DefaultFunction,
    FieldDefinition,
    RelationDefinition,
    definition_of,
    field_definition_of,
)
from satchel.snapshots.document import by_identity, is_expression
from satchel.snapshots.field_payload import changed_field, new_field
from satchel.snapshots.json_diff import as_object
from satchel.snapshots.relation_payload import definition_of as relation_definition_of
from satchel.snapshots.relation_payload import with_payload

Object = Mapping[str, Any]
Items = Mapping[tuple[str, ...], Object]
Renames = dict[tuple[str, str], str]
"""(collection, field) → the field's new name"""

NO_RENAMES: Mapping[tuple[str, str], str] = {}
_FLAGS = ("is_unique", "is_indexed", "has_auto_increment", "is_nullable")
_SIZES = ("max_length", "numeric_precision", "numeric_scale")
_SIZED_TYPES = {"string": ("max_length",), "hash": ("max_length",), "decimal": ("numeric_precision", "numeric_scale")}
_TEXTS = frozenset({"string", "text", "hash", "csv"})
_UUID_WORDS = frozenset({"gen_random_uuid()", "uuid()", "newid()"})
_RECORD_ID = "randomblob(7)"
"""What gives away the default of PocketBase's ids."""


@dataclass
class SchemaChange:
    """One transaction's worth: the collections to save, those that go, and relations."""

    definitions: list[CollectionDefinition] = field(default_factory=list[CollectionDefinition])
    delete: list[str] = field(default_factory=list[str])
    links: Links = field(default_factory=Links)


def change_of(
    catalog: Catalog, before: Object, after: Object, renames: Mapping[tuple[str, str], str] = NO_RENAMES
) -> list[SchemaChange]:
    """The changes, one for each database that they are in: those of the data first. `after` has fields by the names
    that they have now, `renames` their new ones. Raises InvalidPayload."""
    collections = _both("collections", before, after)
    fields = _both("fields", before, after)
    system = _both("systemFields", before, after)
    relations = _both("relations", before, after)
    deleted = [name[0] for name in collections[0] if name not in collections[1]]
    touched = {name[0] for name in _changed(*collections)}
    touched |= {name[0] for pair in (fields, system) for name in _changed(*pair)}
    touched |= {name for name, _ in renames}
    vendor = str(before["vendor"])
    definitions = [
        _renamed(_definition(catalog, name, collections[1].get((name,)), fields, system, vendor), renames)
        for name in sorted(touched)
        if name not in deleted
    ]
    tie, untie = _links(catalog, relations, set(deleted))
    return _by_source(catalog, definitions, deleted, tie, untie)


def _both(part: str, before: Object, after: Object) -> tuple[Items, Items]:
    return by_identity(part, before[part]), by_identity(part, after[part])


def _changed(before: Items, after: Items) -> list[tuple[str, ...]]:
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _by_source(
    catalog: Catalog,
    definitions: Sequence[CollectionDefinition],
    deleted: Sequence[str],
    tie: Sequence[RelationDefinition],
    untie: Sequence[tuple[str, str]],
) -> list[SchemaChange]:
    """What concerns each database. What is new goes with the data, for which "" stands."""

    def source(name: str) -> str:
        found = catalog.get(name)
        return found.source if found is not None and found.system else ""

    changes: dict[str, SchemaChange] = {}

    def of(name: str) -> SchemaChange:
        return changes.setdefault(source(name), SchemaChange())

    for item in definitions:
        of(item.name).definitions.append(item)
    for name in deleted:
        of(name).delete.append(name)
    for item in tie:
        change = of(item.many)
        change.links = replace(change.links, tie=(*change.links.tie, item))
    for place in untie:
        change = of(place[0])
        change.links = replace(change.links, untie=(*change.links.untie, place))
    shared = {item.source for item in catalog.collections.values() if not item.system} | {""}
    if set(changes) - {""} <= shared:
        merged = SchemaChange()
        for change in changes.values():
            merged.definitions += change.definitions
            merged.delete += change.delete
            merged.links = Links((*merged.links.tie, *change.links.tie), (*merged.links.untie, *change.links.untie))
        return [merged] if changes else []
    return [changes[name] for name in sorted(changes)]


# --- collections and fields


def _definition(
    catalog: Catalog,
    name: str,
    wanted: Object | None,
    fields: tuple[Items, Items],
    system: tuple[Items, Items],
    vendor: str,
) -> CollectionDefinition:
    """A collection as it is to be. `wanted`: its entry, None for a system collection."""
    found = catalog.get(name)
    after = {key[1]: item for key, item in fields[1].items() if key[0] == name}
    if found is None:
        if wanted is None:
            raise InvalidPayload(f'Collection "{name}" doesn\'t exist')
        return _new_collection(name, wanted, after, vendor)
    definition = definition_of(found)
    if wanted is not None and wanted.get("meta") is not None:
        definition = replace(definition, meta=_without_name(wanted["meta"], "collection"))
    before = {key[1]: item for key, item in fields[0].items() if key[0] == name}
    for gone in before.keys() - after.keys():
        if gone in found.key:
            raise InvalidPayload(f'"{name}.{gone}" is the primary key, which can\'t go')
        definition = definition.without_field(gone)
    places = _places(after)
    for label, item in after.items():
        if before.get(label) != item:
            definition = definition.with_field(_changed_field(found, label, before.get(label), item, vendor, places))
    for key in _changed(*system):
        if key[0] == name and key[1] in found.fields:
            known = field_definition_of(found.fields[key[1]])
            indexed = bool(system[1].get(key, {"schema": {"is_indexed": False}})["schema"]["is_indexed"])
            definition = definition.with_field(replace(known, indexed=indexed))
    return definition


def _renamed(definition: CollectionDefinition, renames: Mapping[tuple[str, str], str]) -> CollectionDefinition:
    """The definition with the new names of fields. Raises InvalidPayload for one that is not there, or is taken."""
    for (collection, label), name in renames.items():
        if collection != definition.name or name == label:
            continue
        known = definition.field(label)
        if known is None:
            raise InvalidPayload(f'Field "{label}" doesn\'t exist in collection "{collection}"')
        if definition.field(name) is not None:
            raise InvalidPayload(f'Field "{name}" already exists in collection "{collection}"')
        definition = definition.with_field(replace(known, name=name, was=label))
    return definition


def _new_collection(name: str, wanted: Object, fields: Mapping[str, Object], vendor: str) -> CollectionDefinition:
    meta = _without_name(wanted.get("meta") or {}, "collection")
    places = _places(fields)
    if wanted.get("schema") is None:
        aliases = tuple(_new_field(item, vendor, places) for item in fields.values())
        return CollectionDefinition(name, aliases, key=(), kind="folder", meta=meta)
    made = [_new_field(item, vendor, places) for item in fields.values()]
    schemas = {label: as_object(item.get("schema")) for label, item in fields.items()}
    key = tuple(label for label, schema in schemas.items() if schema and schema.get("is_primary_key"))
    if not key:
        raise InvalidPayload(f'Collection "{name}" has no primary key')
    return CollectionDefinition(name, tuple(made), key=key, meta=meta)


def _places(fields: Mapping[str, Object]) -> Iterator[int]:
    """Places after all fields that have one, for those that have none."""
    found = [item["meta"].get("sort") for item in fields.values() if item.get("meta") is not None]
    return count(1 + max((place for place in found if isinstance(place, int)), default=0))


def _new_field(item: Object, vendor: str, places: Iterator[int]) -> FieldDefinition:
    schema: Any = item.get("schema")
    if schema is not None and schema.get("is_generated"):
        where = f'"{item["collection"]}.{item["field"]}"'
        raise InvalidPayload(f"{where} is computed by the database; make it there first")
    kind = str(item.get("type"))
    tracked = item.get("meta") is not None
    payload = {
        "field": item["field"],
        "type": "text" if kind == "unknown" else kind,
        "meta": _without_name(item["meta"], "collection", "field") if tracked else None,
        "schema": None if schema is None else _column(kind, schema),
    }
    sort = item["meta"].get("sort") if tracked else None
    place = sort or (next(places) if tracked else 1)
    return _with_function(new_field(payload, sort=place, vendor=vendor, tracked=tracked), schema)


def _column(kind: str, schema: Object) -> dict[str, Any]:
    """What a snapshot says of a column, without what each database decides by itself."""
    sizes = _SIZED_TYPES.get(kind, ())
    made = {name: schema.get(name) for name in (*_FLAGS, "default_value", "is_primary_key")}
    made |= {name: schema.get(name) for name in sizes}
    if made["is_primary_key"]:
        del made["is_unique"], made["is_indexed"]
    if made["has_auto_increment"] or (made["default_value"] == "" and kind not in _TEXTS):
        del made["default_value"]  # PocketBase's columns have empty texts as defaults, whatever their type
    return made


def _with_function(wanted: FieldDefinition, schema: Object | None) -> FieldDefinition:
    """Computed defaults, in the words of any database; those that are known to one alone stay behind."""
    text = str((schema or {}).get("default_value") or "").strip().lower()
    if not wanted.stored or wanted.default is DefaultFunction.NOW or not is_expression(text):
        return wanted
    if text in _UUID_WORDS:
        return replace(wanted, default=DefaultFunction.UUID)
    return replace(wanted, default=DefaultFunction.RECORD_ID if _RECORD_ID in text else None)


def _changed_field(
    found: Collection, label: str, before: Object | None, item: Object, vendor: str, places: Iterator[int]
) -> FieldDefinition:
    known = found.fields.get(label)
    if known is None:
        return _new_field(item, vendor, places)
    payload: dict[str, Any] = {}
    if item.get("meta") is not None:
        payload["meta"] = _without_name(item["meta"], "collection", "field")
    if known.stored and item.get("schema") is not None:
        kind = str(item["type"])
        if kind not in (known.type, before["type"] if before else known.type):
            payload["type"] = kind
        payload["schema"] = _changed_column(found, label, before, item["schema"], kind)
    definition = changed_field(field_definition_of(known), payload)
    told = "default_value" in payload.get("schema", {})
    return _with_function(definition, item["schema"]) if told else definition


def _changed_column(found: Collection, label: str, before: Object | None, schema: Object, kind: str) -> dict[str, Any]:
    here: Object = (before or {}).get("schema") or {}
    if bool(schema.get("is_primary_key")) != (label in found.key):
        raise InvalidPayload(f'The primary key of "{found.name}" can\'t be changed')
    names = [*_FLAGS, "default_value", *(name for name in _SIZES if name in _SIZED_TYPES.get(kind, ()))]
    changed = {name: schema.get(name) for name in names if schema.get(name) != here.get(name)}
    if changed.get("is_unique") is False:
        changed["is_indexed"] = schema.get("is_indexed")  # the index goes with the constraint
    return changed


def _without_name(meta: Object, *names: str) -> dict[str, Any]:
    return {name: value for name, value in meta.items() if name not in (*names, "id")}


# --- relations


def _links(
    catalog: Catalog, relations: tuple[Items, Items], deleted: set[str]
) -> tuple[list[RelationDefinition], list[tuple[str, str]]]:
    before, after = relations
    tie: list[RelationDefinition] = []
    untie: list[tuple[str, str]] = []
    for name in _changed(before, after):
        collection, label = name[0], name[1]
        if name not in after:
            untie.append((collection, label))
            continue
        if collection in deleted:
            continue
        tie.append(_relation(catalog, after[name]))
    return tie, untie


def _relation(catalog: Catalog, item: Object) -> RelationDefinition:
    collection, label = str(item["collection"]), str(item["field"])
    related = item.get("related_collection")
    found = catalog.m2o(collection, label)
    if found is not None and found.one == related:
        base = relation_definition_of(found)
    else:
        base = RelationDefinition(collection, label, cast("str | None", related), tracked=item.get("meta") is not None)
    enforce = related is not None and item.get("schema") is not None
    return with_payload(replace(base, enforce=enforce), item)
