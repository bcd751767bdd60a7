"""Collections as PocketBase shows them: from the catalog to the object of the wire.

In charge of: the object's keys and their order, fields of collections that were made elsewhere, and index texts.
Not in charge of: what a submitted object means (`collection_body`). Called by `collections`.
"""

from __future__ import annotations

from typing import Any

from satchel.model.auth_options import AUTH_RULES
from satchel.model.auth_options import shown as shown_options
from satchel.model.catalog import Catalog, Collection, Field, Index
from satchel.model.definition import FieldDefinition, IndexDefinition, index_definition_of
from satchel.model.fields import FIELDS
from satchel.model.kinds import pocketbase_kind, pocketbase_options

RULES = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")
# These have no value of their own to be explained or demanded.
_WITHOUT_HELP = frozenset({"autodate"})

ID_FIELD: dict[str, Any] = {
    "autogeneratePattern": "[a-z0-9]{15}",
    "help": "",
    "hidden": False,
    "id": "text3208210256",
    "max": 15,
    "min": 15,
    "name": "id",
    "pattern": "^[a-z0-9]+$",
    "presentable": False,
    "primaryKey": True,
    "required": True,
    "system": True,
    "type": "text",
}


def collection_object(collection: Collection, catalog: Catalog) -> dict[str, Any]:
    """The object of a collection, keys in PocketBase's order."""
    rules = collection.rules
    shown: dict[str, Any] = {
        "id": collection.id,
        **{name: rules.get(name) for name in RULES},
        "name": collection.name,
        "type": collection.type,
        "fields": field_objects(collection, catalog),
        "indexes": [index_text(index, collection) for index in collection.indexes if not index.primary],
        "created": collection.created,
        "updated": collection.updated,
        "system": collection.system,
    }
    if collection.type == "auth":
        shown |= {**{name: rules.get(name) for name in AUTH_RULES}, **shown_options(collection.options)}
    if collection.type == "view":
        shown["viewQuery"] = collection.options.get("viewQuery") or collection.sql or ""
    return shown


def field_objects(collection: Collection, catalog: Catalog) -> list[dict[str, Any]]:
    """The fields that this wire shows. Every collection with a key has an `id`: its own, or the key as one text."""
    shown = [
        found
        for item in collection.fields.values()
        if not is_plain_key(collection, item)
        for found in [field_object(collection, item, catalog)]
        if found is not None
    ]
    if has_made_id(collection):
        return shown
    return [key_object(collection), *shown] if collection.key else shown


def has_made_id(collection: Collection) -> bool:
    """Whether the collection's key is a field `id` that was made through this wire."""
    field = collection.fields.get("id")
    return field is not None and bool(field.kind) and collection.key == ("id",)


def is_plain_key(collection: Collection, field: Field) -> bool:
    """Whether the field is a column `id` that another program made the key: `key_object` stands for it."""
    return not field.kind and field.name == "id" and "id" in collection.key


def key_object(collection: Collection) -> dict[str, Any]:
    """The `id` of records whose key was made elsewhere: any text, filled by the database where it can."""
    filled = any(field.identity or field.default is not None for field in collection.key_fields)
    return {**ID_FIELD, "autogeneratePattern": "", "max": 0, "min": 0, "pattern": "", "required": not filled}


def field_object(collection: Collection, field: Field, catalog: Catalog) -> dict[str, Any] | None:
    """One field, keys in alphabetical order; None for one that this wire does not show."""
    relation = catalog.m2o(collection.name, field.name)
    kind = pocketbase_kind(field, relation)
    if not kind:
        return None
    shown: dict[str, Any] = {
        **pocketbase_options(field, catalog, relation),
        "hidden": field.hidden,
        "id": field.id,
        "name": field.name,
        "presentable": bool(field.options.get("presentable")),
        "system": field.system,
        "type": kind,
    }
    if kind not in _WITHOUT_HELP:
        shown["help"] = str(field.options.get("help") or "")
        shown["required"] = field.required
    return dict(sorted(shown.items()))


def definition_object(field: FieldDefinition) -> dict[str, Any]:
    """The field object of a definition that is not in the catalog (the preview of a view)."""
    kind = field.kind or "json"
    options = {**FIELDS[kind].defaults, **field.options}
    shown: dict[str, Any] = {
        **{name: value for name, value in options.items() if name in FIELDS[kind].defaults},
        "hidden": field.hidden,
        "id": field.id,
        "name": field.name,
        "presentable": field.presentable,
        "system": field.system,
        "type": kind,
    }
    if kind not in _WITHOUT_HELP:
        shown["help"] = field.help
        shown["required"] = field.required
    return dict(sorted(shown.items()))


def index_text(index: Index, collection: Collection) -> str:
    """The text that was submitted; for an index that was made elsewhere, one that says the same."""
    return index.sql or index_statement(index_definition_of(index, collection), collection.name)


# CREATE UNIQUE INDEX `idx_name` ON `posts` (`name` COLLATE NOCASE DESC) WHERE name != ''
def index_statement(index: IndexDefinition, table: str) -> str:
    """An index as this wire words it. It is shown, and read back by `parse_index`; no database sees it as it is."""
    parts: list[str] = []
    for part in index.parts:
        text = part.text if part.expression else f"`{part.text}`"
        collation = f" COLLATE {part.collation}" if part.collation else ""
        parts.append(text + collation + (" DESC" if part.descending else ""))
    unique = "UNIQUE " if index.unique else ""
    where = f" WHERE {index.where}" if index.where else ""
    columns = parts[0] if len(parts) == 1 else "\n  " + ",\n  ".join(parts) + "\n"
    return f"CREATE {unique}INDEX `{index.name}` ON `{table}` ({columns}){where}"
