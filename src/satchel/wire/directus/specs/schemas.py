"""JSON Schemas of fields and items (OpenAPI 3.1 takes JSON Schema 2020-12 as it is).

In charge of: what a value looks like on this wire. Not in charge of: which fields a caller may know (`shown`). Called
by `document`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from satchel.model.catalog import Catalog, Collection, Field
from satchel.wire.directus.specs.shown import Shown

Schema = dict[str, Any]
SCHEMAS = "#/components/schemas/"

# server databases write some numbers as texts, so that no digit is lost
_TYPES: Mapping[str, Schema] = {
    "string": {"type": "string"},
    "text": {"type": "string"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "bigInteger": {"type": ["integer", "string"]},
    "float": {"type": "number"},
    "decimal": {"type": ["number", "string"]},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string"},
    "dateTime": {"type": "string"},
    "timestamp": {"type": "string", "format": "date-time"},
    "json": {},
    "csv": {"type": ["array", "string"], "items": {"type": "string"}},
    "uuid": {"type": "string", "format": "uuid"},
    "hash": {"type": "string"},
    "binary": {"type": "string"},
    "geometry": {"type": "object"},
    "unknown": {},
}


def ref(name: str) -> Schema:
    return {"$ref": f"{SCHEMAS}{name}"}


def value_schema(field: Field) -> Schema:
    """A value that is there, without what it points at."""
    if field.multiple:
        return {"type": "array", "items": {"type": "string"}}
    found = dict(_TYPES.get(field.type.partition(".")[0], {}))
    if field.enum and not field.array:
        found = {"type": "string", "enum": list(field.enum)}
    return {"type": "array", "items": found} if field.array else found


def key_schema(collection: Collection) -> Schema:
    """What names an item in a path; several fields are one text."""
    if len(collection.key) == 1:
        return value_schema(collection.key_fields[0])
    return {"type": "string"}


def field_schema(catalog: Catalog, shown: Mapping[str, Shown], collection: Collection, field: Field) -> Schema:
    """A field with its null, its note, and the items that it may lead to."""
    schema = _nullable(_linked(catalog, shown, collection, field), field)
    note = field.meta.get("note") if field.meta else None
    text = note if isinstance(note, str) and note else field.comment
    if text:
        schema["description"] = text
    if field.generated:
        schema["readOnly"] = True
    return schema


def item_schema(
    catalog: Catalog, shown: Mapping[str, Shown], collection: Collection, fields: Iterable[Field]
) -> Schema:
    """An item as far as it may be known. Which fields come is the request's choice, so none is required."""
    properties = {field.name: field_schema(catalog, shown, collection, field) for field in fields}
    return {"type": "object", "properties": properties, "x-collection": collection.name}


def _linked(catalog: Catalog, shown: Mapping[str, Shown], collection: Collection, field: Field) -> Schema:
    relation = catalog.m2o(collection.name, field.name)
    if relation is not None:
        if relation.one is None:
            return {}
        own = value_schema(field)
        if relation.list:
            return {"type": "array", "items": _key_or_item(catalog, shown, relation.one)}
        return {"anyOf": [own, ref(shown[relation.one].name)]} if _is_read(shown, relation.one) else own
    alias = None if field.stored else catalog.o2m(collection.name, field.name)
    if alias is not None:
        return {"type": "array", "items": _key_or_item(catalog, shown, alias.many)}
    return value_schema(field)


def _key_or_item(catalog: Catalog, shown: Mapping[str, Shown], name: str) -> Schema:
    target = catalog.get(name)
    key = {} if target is None else key_schema(target)
    return {"anyOf": [key, ref(shown[name].name)]} if _is_read(shown, name) else key


def _is_read(shown: Mapping[str, Shown], name: str) -> bool:
    return name in shown and "list" in shown[name].verbs


def _nullable(schema: Schema, field: Field) -> Schema:
    if (field.stored and not field.nullable) or not schema:
        return schema
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    given: Any = schema["type"]
    kinds = cast("list[str]", given) if isinstance(given, list) else [str(given)]
    found: Schema = {**schema, "type": [*kinds, "null"]}
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    return found
