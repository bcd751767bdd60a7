"""From a submitted collection object to the definition that the schema verbs take.

In charge of: types of the submitted values, matching submitted fields with those that exist (by id, then by name),
and what is kept when a key is not mentioned. Not in charge of: whether the result is acceptable (`engine/schema`).
Called by `collections`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from satchel.errors import InvalidPayload
from satchel.model.auth_fields import FORCED
from satchel.model.auth_options import AUTH_RULES, Misshapen, default_options, merged
from satchel.model.catalog import Catalog, Collection, CollectionType, Field
from satchel.model.definition import (
    CollectionDefinition,
    FieldDefinition,
    IndexDefinition,
    definition_of,
    field_definition_of,
)
from satchel.model.fields import FIELDS
from satchel.model.index_text import parse_index, with_table
from satchel.model.kinds import pocketbase_kind
from satchel.wire.pocketbase.collection_shape import (
    ID_FIELD,
    RULES,
    field_objects,
    has_made_id,
    index_statement,
    is_plain_key,
)
from satchel.wire.pocketbase.errors import ApiError, error_item

Body = Mapping[str, Any]

NOT_UPDATED = "Failed to update collection."
INVALID_FORMAT = "Failed to load the submitted data due to invalid formatting."
INVALID_TYPE_DATA = "Failed to load the collection type data due to invalid formatting."

TYPES: Mapping[str, CollectionType] = {"base": "base", "view": "view", "auth": "auth"}
_COMMON = ("help", "hidden", "id", "name", "presentable", "required", "system", "type")
_DATES = {("date", "min"), ("date", "max")}


def invalid() -> ApiError:
    return ApiError(400, INVALID_FORMAT)


def new_definition(body: Body, catalog: Catalog) -> CollectionDefinition:
    """The definition of a collection to be created. Raises ApiError (400)."""
    kind = _collection_type(_text(body, "type") or "base")
    fields: list[FieldDefinition] = []
    if kind != "view":
        fields = merge_fields([field_from(ID_FIELD, None)], _field_bodies(body) or [], {})
    rules = {name: _rule(body, name) for name in RULES}
    options: dict[str, Any] = {}
    if kind == "auth":
        rules |= {"authRule": "", "manageRule": None, **_auth_rules(body)}
        options = _auth_options(default_options(), body)
    return CollectionDefinition(
        name=_text(body, "name"),
        fields=tuple(fields),
        indexes=_indexes(body, _text(body, "name")) or (),
        kind="view" if kind == "view" else "table",
        type=kind,
        id=_text(body, "id"),
        view_query=_text(body, "viewQuery") if kind == "view" else None,
        rules=rules,
        options=options,
        system=_flag(body, "system"),
    )


def changed_definition(body: Body, collection: Collection, catalog: Catalog) -> CollectionDefinition:
    """The definition of an existing collection with what `body` mentions put in place. Raises ApiError (400)."""
    wanted = definition_of(collection)
    changes: dict[str, Any] = {}
    if body.get("name") is not None:
        changes["name"] = _text(body, "name")
    if body.get("id") and _text(body, "id") != collection.id:
        raise ApiError(400, f"{NOT_UPDATED} Raw error: the id of a collection can't be changed")
    if body.get("type"):
        kind = _collection_type(_text(body, "type"))
        changes |= {"type": kind} if kind != collection.type else {}
    if collection.type == "view" and body.get("viewQuery") is not None:
        changes["view_query"] = _text(body, "viewQuery")
    rules = {name: collection.rules.get(name) for name in RULES}
    changes["rules"] = {**rules, **{name: _rule(body, name) for name in RULES if name in body}}
    if collection.type == "auth":
        changes["rules"] |= {**{name: collection.rules.get(name) for name in AUTH_RULES}, **_auth_rules(body)}
        changes["options"] = _auth_options(wanted.options, body)
    if "system" in body:
        changes["system"] = _flag(body, "system")
    name = str(changes.get("name", collection.name))
    if "indexes" in body:
        changes["indexes"] = _indexes(body, name) or ()
    elif name != collection.name:
        changes["indexes"] = tuple(_reworded(index, name) for index in wanted.indexes)
    bodies = _field_bodies(body)
    if bodies is not None and collection.type != "view":
        changes["fields"] = tuple(_changed_fields(bodies, collection, catalog))
    return replace(wanted, **changes)


def _auth_rules(body: Body) -> dict[str, str | None]:
    return {name: _rule(body, name) for name in AUTH_RULES if name in body}


def _auth_options(options: Mapping[str, Any], body: Body) -> dict[str, Any]:
    """Options of an auth collection merge key by key."""
    try:
        return merged(options, body)
    except Misshapen:
        raise invalid() from None


# -------------------------------------------------------------------------------------------------------------- fields
def _changed_fields(bodies: list[Any], collection: Collection, catalog: Catalog) -> list[FieldDefinition]:
    """The complete list of fields: those submitted, and those that this wire does not show or can't take away."""
    existing = {item.name: field_definition_of(item) for item in collection.fields.values()}
    shown = {str(item["name"]) for item in field_objects(collection, catalog)}
    plain_key = not has_made_id(collection)
    unseen = [
        item
        for name, item in existing.items()
        if name not in shown or (plain_key and is_plain_key(collection, collection.fields[name]))
    ]
    if plain_key:
        # Records of such a collection have an `id` that stands for their key; it is no field that could be changed.
        bodies = [item for item in bodies if not isinstance(item, Mapping) or cast("Body", item).get("name") != "id"]
    # Those of an auth collection are put back by `model/auth_fields`, which knows where.
    own = frozenset(FORCED) if collection.type == "auth" else frozenset[str]()
    system = [item for item in existing.values() if item.system and item.name in shown and item.name not in own]
    kept = [*unseen, *(item for item in system if item not in unseen)]
    kinds = {
        name: pocketbase_kind(item, catalog.m2o(collection.name, name)) for name, item in collection.fields.items()
    }
    known = [item for item in existing.values() if item not in unseen]
    return merge_fields(kept, bodies, {item.id: item for item in known if item.id}, known, kinds)


def merge_fields(
    kept: list[FieldDefinition],
    bodies: list[Any],
    by_id: Mapping[str, FieldDefinition],
    known: list[FieldDefinition] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> list[FieldDefinition]:
    """Submitted fields in their order, after those of `kept` that were not submitted.

    A field that repeats the id of an earlier one (or its name, where it has no id) takes that one's place.
    """
    by_name = {item.name: item for item in (known or [])}
    submitted: list[FieldDefinition] = []
    for position, body in enumerate(bodies):
        if not isinstance(body, Mapping):
            raise invalid()
        body = cast("Body", body)
        found = by_id.get(_text(body, "id")) or (by_name.get(_text(body, "name")) if not body.get("id") else None)
        wanted = field_from(body, found, (kinds or {}).get(found.name, "") if found else "")
        _place(submitted, wanted, position)
    result = [item for item in kept if not any(_same(item, other) for other in submitted)]
    return [*result, *[_completed(item, kept) for item in submitted]]


def _place(fields: list[FieldDefinition], wanted: FieldDefinition, position: int) -> None:
    for index, item in enumerate(fields):
        if (wanted.id and item.id == wanted.id) or (not wanted.id and item.name == wanted.name and wanted.name):
            fields[index] = replace(wanted, id=wanted.id or item.id)
            return
    fields.append(wanted)


def _same(kept: FieldDefinition, submitted: FieldDefinition) -> bool:
    if submitted.id:
        return submitted.id == kept.id or (submitted.name == kept.name and submitted.kind == kept.kind)
    return submitted.name == kept.name and submitted.kind == kept.kind


def _completed(item: FieldDefinition, kept: list[FieldDefinition]) -> FieldDefinition:
    """A submitted `id` is what the key must be: it can be narrowed, not taken apart."""
    key = next((other for other in kept if other.name == "id" and _same(other, item)), None)
    if key is None or key.kind != "text":
        return item
    options = {**item.options, "primaryKey": True, "pattern": item.options.get("pattern") or ID_FIELD["pattern"]}
    return replace(item, id=key.id, system=True, required=True, hidden=False, options=options)


def field_from(body: Body, found: FieldDefinition | None, kind_found: str = "") -> FieldDefinition:
    """One submitted field, as a change of the one it matches. Raises ApiError (400) for values of the wrong type."""
    kind = _text(body, "type")
    if kind not in FIELDS:
        raise invalid()
    common: dict[str, Any] = {
        "name": _text(body, "name"),
        "id": _text(body, "id"),
        "hidden": _flag(body, "hidden"),
        "presentable": _flag(body, "presentable"),
        "required": _flag(body, "required"),
        "system": _flag(body, "system"),
        "help": _text(body, "help"),
    }
    if found is not None:
        common["id"] = common["id"] or found.id
        common["was"] = found.name if found.name != common["name"] else None
        if not found.kind and kind == kind_found:
            # A column that was made elsewhere stays as it is; only what this wire keeps about it changes.
            return replace(found, **common)
    return FieldDefinition(kind=kind, options=_options(kind, body), **common)


def _options(kind: str, body: Body) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, default in FIELDS[kind].defaults.items():
        value = body.get(name)
        options[name] = default if value is None else _option(kind, name, value, default)
    return options


def _option(kind: str, name: str, given: Any, default: Any) -> Any:
    """A submitted option, of the type that its default has."""
    value = cast("object", given)
    match default:
        case bool():
            fits = isinstance(value, bool)
        case int():
            fits = isinstance(value, int) and not isinstance(value, bool)
        case str():
            fits = isinstance(value, str)
        case list():
            items = cast("list[object]", value) if isinstance(value, list) else None
            fits = items is not None and all(isinstance(item, str | None) for item in items)
            given = [item or "" for item in items or ()] if fits else given
        case _:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits:
        raise invalid()
    if (kind, name) in _DATES:
        return FIELDS["date"].cast(Field(name, "timestamp", kind=kind, nullable=False))(given)
    return given


# --------------------------------------------------------------------------------------------------- submitted values
def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ApiError(400, INVALID_TYPE_DATA if name in ("name", "type") else INVALID_FORMAT)
    return value


def _flag(body: Body, name: str) -> bool:
    value = body.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise invalid()
    return value


def _rule(body: Body, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid()
    return value


def _collection_type(text: str) -> CollectionType:
    found = TYPES.get(text)
    if found is None:
        raise ApiError(400, "", {"type": error_item("in_invalid", "Must be a valid value.")})
    return found


def _field_bodies(body: Body) -> list[Any] | None:
    value = body.get("fields")
    if value is None:
        return None
    if not isinstance(value, list):
        raise invalid()
    return cast("list[Any]", value)


def _indexes(body: Body, table: str) -> tuple[IndexDefinition, ...] | None:
    """The submitted indexes; what can't be read keeps its text alone, and is refused by the schema verbs."""
    value = body.get("indexes")
    if value is None:
        return None
    texts = cast("list[object]", value) if isinstance(value, list) else None
    if texts is None or not all(isinstance(text, str | None) for text in texts):
        raise invalid()
    return tuple(_index(str(text or ""), table) for text in texts)


def _reworded(index: IndexDefinition, table: str) -> IndexDefinition:
    """An index that comes along when its table is renamed."""
    if not index.sql:
        return index
    try:
        return replace(index, sql=index_statement(parse_index(index.sql), table))
    except InvalidPayload:
        return index


def _index(text: str, table: str) -> IndexDefinition:
    try:
        index = parse_index(text)
    except InvalidPayload:
        return IndexDefinition("", (), sql=text)
    # A text that names another table is worded anew for this one.
    return index if with_table(text, table) == text else replace(index, sql=index_statement(index, table))
