"""Fields as clients send them, as definitions.

In charge of: a field's payload, its checks and its defaults. Not in charge of: whether the database can make such a
column (`engine/schema`). Called by the wire and by `change`. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn, cast

from satchel.errors import InvalidPayload
from satchel.model.catalog import Collection
from satchel.model.definition import Default, DefaultFunction, FieldDefinition, Verbatim
from satchel.snapshots.shape import FIELD_META

Payload = Mapping[str, Any]

TYPES = (
    "bigInteger", "boolean", "date", "dateTime", "decimal", "float", "integer", "json", "string", "text", "time",
    "timestamp", "binary", "uuid", "alias", "hash", "csv", "geometry", "geometry.Point", "geometry.LineString",
    "geometry.Polygon", "geometry.MultiPoint", "geometry.MultiLineString", "geometry.MultiPolygon", "unknown",
)  # fmt: skip
# what the type of a column wants as special, where the payload names none of its own
_SPECIALS: Mapping[str, str] = {"json": "cast-json", "timestamp": "cast-timestamp"}
# kinds of databases, as snapshots name them, whose timestamps need no mark
_ZONED = frozenset({"postgres", "cockroachdb"})
_STRING_LENGTH = 255
_DECIMAL = (10, 5)
_NOW_WORDS = frozenset({"CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP()", "NOW()"})


def special_of(kind: str, vendor: str) -> str | None:
    """What a column of this type has as special on this kind of database, whether its payload names it or not."""
    return None if kind == "timestamp" and vendor in _ZONED else _SPECIALS.get(kind)


def new_field(body: Any, *, sort: int, vendor: str, tracked: bool = True) -> FieldDefinition:
    """The definition that a payload asks for. `sort`: its place among the fields, unless its meta says another.
    `vendor`: the kind of database, as snapshots name it.

    `tracked` False: keep no metadata even where the type would want some.
    """
    payload = as_object(body)
    name = field_name(payload)
    kind = payload.get("type")
    if kind not in TYPES:
        _refuse(f'"type" must be one of [{", ".join(TYPES)}]')
    schema = _part(payload, "schema")
    meta = _meta(payload)
    wanted = special_of(kind, vendor)
    if meta is None and wanted is not None and tracked:
        meta = {}
    if meta is not None:
        meta = {"sort": sort, **{key: value for key, value in meta.items() if value is not None or key != "sort"}}
        special: Any = meta.get("special") or []
        if wanted is not None and isinstance(special, list) and wanted not in special:
            meta["special"] = [*cast("list[Any]", special), wanted]
    kind = "alias" if kind == "unknown" or ("schema" in payload and payload["schema"] is None) else kind
    base = FieldDefinition(name, type=kind, meta=meta)
    return base if kind == "alias" else with_schema(_sized(base), schema or {})


def _sized(field: FieldDefinition) -> FieldDefinition:
    """The sizes that a type has when nothing is said of them."""
    if field.type in ("string", "hash"):
        return replace(field, max_length=_STRING_LENGTH)
    if field.type == "decimal":
        return replace(field, precision=_DECIMAL[0], scale=_DECIMAL[1])
    return field


def with_schema(field: FieldDefinition, schema: Payload) -> FieldDefinition:
    """The definition with what a payload's `schema` says of the column; what it does not mention stays."""
    changes: dict[str, Any] = {}
    for name, key in (("max_length", "max_length"), ("precision", "numeric_precision"), ("scale", "numeric_scale")):
        if schema.get(key) is not None:
            changes[name] = _whole(schema[key], key)
    if "default_value" in schema:
        changes["default"] = default_of(schema["default_value"])
    if "is_nullable" in schema:
        changes["nullable"] = schema["is_nullable"] is not False
    if "comment" in schema:
        changes["comment"] = schema["comment"]
    for name, key in (("unique", "is_unique"), ("indexed", "is_indexed"), ("identity", "has_auto_increment")):
        if schema.get(key) is not None:
            changes[name] = bool(schema[key])
    if schema.get("is_primary_key"):
        changes["nullable"] = False
    return replace(field, **changes)


def default_of(value: Any) -> Default:
    """A default as sent; JSON values become their text."""
    if isinstance(value, str):
        return DefaultFunction.NOW if value.strip().upper() in _NOW_WORDS else value
    if value is None or isinstance(value, bool | int | float):
        return value
    from satchel.http import json

    return json.encode(value).decode()


def changed_field(field: FieldDefinition, payload: Payload) -> FieldDefinition:
    """A field that exists, with what a PATCH says of it. A type of a database's own default goes with its type."""
    schema = _part(payload, "schema")
    kind = payload.get("type")
    changed = field
    if kind is not None and kind != field.type:
        if kind not in TYPES:
            _refuse(f'"type" must be one of [{", ".join(TYPES)}]')
        # the sizes of the old type mean nothing for the new one
        changed = _sized(replace(field, type=kind, max_length=None, precision=None, scale=None, db_type="", kind=""))
        if isinstance(changed.default, Verbatim) and schema is not None and "default_value" not in schema:
            changed = replace(changed, default=field.default)
    if schema is not None:
        changed = with_schema(changed, schema)
    meta = _meta(payload)
    if meta is not None:
        changed = replace(changed, meta={**(field.meta or {}), **meta})
    return changed


def key_fields(payloads: Sequence[Any]) -> tuple[str, ...]:
    """The names of the fields that say they are the primary key."""
    names: list[str] = []
    for item in payloads:
        schema = _part(as_object(item), "schema")
        if schema and schema.get("is_primary_key"):
            names.append(field_name(as_object(item)))
    return tuple(names)


def identity_field(*, tracked: bool) -> FieldDefinition:
    """The key that a table gets when it is made without one."""
    meta = {"hidden": True, "interface": "numeric", "readonly": True, "sort": 1} if tracked else None
    return FieldDefinition("id", type="integer", nullable=False, identity=True, meta=meta)


def next_sort(collection: Collection) -> int:
    """The place after all fields of a collection."""
    places = [field.meta.get("sort") for field in collection.fields.values() if field.meta is not None]
    return 1 + max((place for place in places if isinstance(place, int)), default=0)


def field_name(payload: Payload) -> str:
    name = payload.get("field")
    if name is None or name == "":
        _refuse('"field" is required')
    if not isinstance(name, str):
        _refuse('"field" must be a string')
    return name


def meta_of(payload: Payload) -> Mapping[str, Any] | None:
    """The meta of a payload with the keys that are kept; None when it brings none."""
    return _meta(payload)


def _meta(payload: Payload) -> dict[str, Any] | None:
    given = _part(payload, "meta")
    if given is None:
        return None
    return {
        key: value for key, value in given.items() if key in FIELD_META and key not in ("id", "collection", "field")
    }


def _part(payload: Payload, name: str) -> Payload | None:
    value = payload.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        _refuse(f'"{name}" must be of type object')
    return cast("Payload", value)


def as_object(body: Any) -> Payload:
    if not isinstance(body, dict):
        _refuse('"value" must be of type object')
    return cast("Payload", body)


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value)
        _refuse(f'"{name}" must be a number')
    return value


def _refuse(reason: str) -> NoReturn:
    raise InvalidPayload(reason)
