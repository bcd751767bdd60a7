"""Metadata rows: saving what is kept about collections, fields and relations, and cleaning up behind what goes.

In charge of: the rows of `directus_collections`, `directus_fields`, `directus_relations`, and the mentions of names in
`directus_permissions`. Not in charge of: tables and columns (`schema_run`), reading rows (`metadata`). Called by
`schema`, inside its transaction.

Columns that the Directus wire shows and those that the PocketBase wire needs stand in one row; each wire's style
changes its own and leaves the others alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from satchel.engine.schema_store import STATE
from satchel.engine.store import Condition, Item, StoreSession
from satchel.errors import InvalidPayload
from satchel.model.definition import CollectionDefinition, FieldDefinition, RelationDefinition
from satchel.model.fields import FIELDS as KINDS
from satchel.model.kinds import specials_of_kind
from satchel.model.metadata_rows import COLLECTION_META, FIELD_META
from satchel.model.naming import Place
from satchel.model.overlay import ALIAS_KIND
from satchel.model.system.declare import SystemTable
from satchel.model.system.metadata import COLLECTIONS as COLLECTIONS_TABLE
from satchel.model.system.metadata import FIELDS as FIELDS_TABLE
from satchel.model.system.sign_in import ACCOUNT_TABLES
from satchel.plan.query import Style

COLLECTIONS, FIELDS, RELATIONS = "directus_collections", "directus_fields", "directus_relations"
PERMISSIONS = "directus_permissions"
SPEAKING = ("directus_revisions", "directus_versions", "directus_comments", "directus_shares", "directus_presets")
"""Tables whose rows are about items of a collection: they go with it, so that they never speak of another one's items.
What was done in it stays in `directus_activity`."""
TOLD = ("directus_activity", "directus_notifications")
ACCESS_STAMP = "access_stamp"
"""The row of `satchel_state` that tells workers to read permissions again."""


_NAMED = ("id", "collection", "field")
_FITTING: Mapping[str, tuple[type, ...]] = {
    "integer": (int,),
    "boolean": (bool,),
    "string": (str,),
    "text": (str,),
    "csv": (list, tuple, str),
}


def _kept(meta: Mapping[str, Any], names: Sequence[str], table: SystemTable) -> Item:
    """The keys of a meta that are kept. Raises InvalidPayload for a value that its column can't hold."""
    found: Item = {}
    for name in names:
        if name not in meta or name in _NAMED:
            continue
        value, declared = meta[name], table.by_name[name]
        fitting = _FITTING.get(declared.type)
        wrong = fitting is not None and not isinstance(value, fitting)
        if value is None:
            wrong = not declared.nullable and declared.default is None
        elif isinstance(value, bool) and declared.type != "boolean" and fitting is not None:
            wrong = True
        if wrong:
            raise InvalidPayload(f'"{name}" must be a {declared.type}', collection=table.name)
        if value is None and not declared.nullable:
            value = declared.default
        found[name] = value
    return found


# --- collections


async def save_collection(
    session: StoreSession,
    wanted: CollectionDefinition,
    place: Place,
    style: Style,
    *,
    new: bool,
    now: str,
) -> None:
    """Save the row of a collection. `new`: it was not there before this change."""
    values: Item = {
        "collection": wanted.name,
        "source": place.source,
        "table_schema": place.schema,
        "table_name": place.table or None,
        "kind": wanted.kind,
        "updated": now,
    }
    if wanted.meta is not None:
        values |= _kept(wanted.meta, COLLECTION_META, COLLECTIONS_TABLE)
        values["tracked"] = True
    if style == "pocketbase":
        values |= _pocketbase_collection(wanted)
    if await session.update(COLLECTIONS, values, ("collection", "=", wanted.name)) == 0:
        # What the PocketBase wire makes has metadata on the other one too.
        tracked = wanted.meta is not None or (style == "pocketbase" and new)
        values = {**values, "tracked": tracked, "created": now}
        if style == "pocketbase":
            # That wire has no activity, so nothing is kept until somebody asks for it.
            values.setdefault("accountability", None)
        await session.insert(COLLECTIONS, values)


def _pocketbase_collection(wanted: CollectionDefinition) -> Item:
    options = dict(wanted.options)
    if wanted.view_query is not None:
        options["viewQuery"] = wanted.view_query
    return {
        "pb_id": wanted.id,
        "type": wanted.type,
        "rules": dict(wanted.rules or {}),
        "pb_options": options,
        "pb_indexes": {item.name: item.sql for item in wanted.indexes if item.sql},
        "system": wanted.system,
    }


async def save_collection_meta(
    session: StoreSession, name: str, meta: Mapping[str, Any], place: Place, kind: str
) -> None:
    """Set keys of a collection's Directus meta; it is tracked from then on."""
    values = _kept(meta, COLLECTION_META, COLLECTIONS_TABLE)
    values["tracked"] = True
    if kind == "folder":
        values["kind"] = kind  # a row whose table went away becomes a folder when something is said of it again
    if await session.update(COLLECTIONS, values, ("collection", "=", name)) == 0:
        where = {"source": place.source, "table_schema": place.schema, "table_name": place.table or None}
        await session.insert(COLLECTIONS, {"collection": name, "kind": kind, **where, **values})


async def rename_collection(session: StoreSession, old: str, new: str, place: Place) -> None:
    """Carry everything over to a collection's new name."""
    where = {"source": place.source, "table_schema": place.schema, "table_name": place.table or None}
    await session.update(COLLECTIONS, {"collection": new, **where}, ("collection", "=", old))
    await session.update(FIELDS, {"collection": new}, ("collection", "=", old))
    await session.update(RELATIONS, {"many_collection": new}, ("many_collection", "=", old))
    await session.update(RELATIONS, {"one_collection": new}, ("one_collection", "=", old))
    await session.update(COLLECTIONS, {"group": new}, ("group", "=", old))
    for table in (PERMISSIONS, *SPEAKING, *TOLD):
        await session.update(table, {"collection": new}, ("collection", "=", old))
    await _change_allowed(session, old, new)
    await touch_access(session)


async def make_room(session: StoreSession, name: str) -> None:
    """Forget what was kept of a collection of that name whose table is gone: it is not for a new one.

    Permissions that were given before there was such a collection are meant for it, and stay.
    """
    known = [await session.select(table, ("collection",), ("collection", "=", name)) for table in (COLLECTIONS, FIELDS)]
    await delete_collection(session, name, permissions=any(known))


async def delete_collection(session: StoreSession, name: str, *, permissions: bool = True) -> None:
    """Forget all that was kept about a collection."""
    for row in await session.select(RELATIONS, ("one_collection", "one_field"), ("many_collection", "=", name)):
        if row["one_field"]:
            await _delete_field_row(session, str(row["one_collection"]), str(row["one_field"]))
    await session.delete(RELATIONS, ("many_collection", "=", name))
    await session.delete(RELATIONS, ("one_collection", "=", name))
    await session.delete(FIELDS, ("collection", "=", name))
    for table in (PERMISSIONS, *SPEAKING) if permissions else SPEAKING:
        await session.delete(table, ("collection", "=", name))
    await session.update(COLLECTIONS, {"group": None}, ("group", "=", name))
    await session.delete(COLLECTIONS, ("collection", "=", name))
    await _change_allowed(session, name, None)
    await touch_access(session)


async def delete_accounts(session: StoreSession, collection_id: str) -> None:
    """Forget what signing in left behind for the records of an auth collection that goes."""
    for table in ACCOUNT_TABLES:
        await session.delete(table.name, ("collectionRef", "=", collection_id))


async def _change_allowed(session: StoreSession, old: str, new: str | None) -> None:
    """The lists of collections that a many-to-any may point at."""
    for row in await session.select(RELATIONS, ("id", "one_allowed_collections")):
        allowed: Sequence[str] = row["one_allowed_collections"] or ()
        if old in allowed:
            kept = [new if item == old else item for item in allowed if item != old or new is not None]
            await session.update(RELATIONS, {"one_allowed_collections": kept}, ("id", "=", row["id"]))


# --- fields


async def save_field(
    session: StoreSession,
    collection: str,
    wanted: FieldDefinition,
    style: Style,
    *,
    known: FieldDefinition | None,
    position: int,
    rows: Mapping[str, Any] | None = None,
) -> None:
    """Save the row of a field, under its new name. `known`: the field that it continues, None for a new one. `rows`:
    see `field_rows`; looked up unless given."""
    values = _directus_field(wanted, known, style, position)
    if style == "pocketbase" or wanted.kind or (known is not None and known.kind):
        values |= _pocketbase_field(wanted, style, position)
    name = wanted.name if known is None else known.name
    stored = (await field_rows(session, collection) if rows is None else rows).get(name)
    if stored is not None:
        await session.update(FIELDS, {**values, "field": wanted.name}, ("id", "=", stored))
    elif values:
        tracked = bool(values.pop("tracked", False))
        await session.insert(FIELDS, {"collection": collection, "field": wanted.name, "tracked": tracked, **values})


async def field_rows(session: StoreSession, collection: str) -> dict[str, Any]:
    """The ids of a collection's field rows, by the names that the fields have now."""
    rows = await session.select(FIELDS, ("field", "id"), ("collection", "=", collection))
    return {str(row["field"]): row["id"] for row in rows}


def _directus_field(wanted: FieldDefinition, known: FieldDefinition | None, style: Style, position: int) -> Item:
    values: Item = {}
    if wanted.meta is not None:
        values = _kept(wanted.meta, FIELD_META, FIELDS_TABLE)
        values["special"] = values.get("special") or []
        values["tracked"] = True
        if wanted.type == "alias" and not wanted.kind:
            values["kind"] = ALIAS_KIND
    elif style == "pocketbase" and wanted.kind and known is None:
        values = {"sort": position + 1, "required": wanted.required, "hidden": wanted.hidden, "tracked": True}
    if wanted.kind and (known is None or known.multiple != wanted.multiple or not known.kind):
        values["special"] = list(specials_of_kind(wanted.kind, wanted.options))
    return values


def _pocketbase_field(wanted: FieldDefinition, style: Style, position: int) -> Item:
    if not wanted.kind and style == "directus":
        # A type was given to what had a kind: from then on it is an ordinary column.
        return {"kind": None, "pb_options": None, "pb_id": None}
    known: Mapping[str, Any] = KINDS[wanted.kind].defaults if wanted.kind else {}
    values: Item = {
        "kind": wanted.kind or None,
        "pb_id": wanted.id or None,
        "pb_options": {name: value for name, value in wanted.options.items() if name in known} if known else None,
        "pb_hidden": wanted.hidden,
        "pb_required": wanted.required,
        "pb_presentable": wanted.presentable,
        "pb_system": wanted.system,
        "pb_help": wanted.help or None,
    }
    return {**values, "position": position} if style == "pocketbase" else values


async def save_field_meta(
    session: StoreSession, collection: str, name: str, meta: Mapping[str, Any], *, alias: bool
) -> None:
    """Set keys of a field's Directus meta; it is tracked from then on. `alias`: the field has no column."""
    values = _kept(meta, FIELD_META, FIELDS_TABLE)
    if "special" in values:
        values["special"] = values["special"] or []
    values["tracked"] = True
    if alias:
        values["kind"] = ALIAS_KIND
    where: tuple[Condition, ...] = (("collection", "=", collection), ("field", "=", name))
    if await session.update(FIELDS, values, *where) == 0:
        await session.insert(FIELDS, {"collection": collection, "field": name, **values})


async def rename_field(session: StoreSession, collection: str, old: str, new: str) -> None:
    """Carry mentions over to a field's new name; its own row is saved by `save_field`."""
    many: Condition = ("many_collection", "=", collection)
    one: Condition = ("one_collection", "=", collection)
    for column in ("many_field", "sort_field", "junction_field", "one_collection_field"):
        await session.update(RELATIONS, {column: new}, many, (column, "=", old))
    await session.update(RELATIONS, {"one_field": new}, one, ("one_field", "=", old))
    await session.update(FIELDS, {"group": new}, ("collection", "=", collection), ("group", "=", old))
    for column in ("sort_field", "archive_field"):
        await session.update(COLLECTIONS, {column: new}, ("collection", "=", collection), (column, "=", old))
    await _change_permissions(session, collection, old, new)


async def delete_field(session: StoreSession, collection: str, name: str) -> None:
    """Forget a field, and clean up what names it."""
    many: Condition = ("many_collection", "=", collection)
    one: Condition = ("one_collection", "=", collection)
    for column in ("many_field", "one_collection_field"):
        rows = await session.select(RELATIONS, ("id", "one_collection", "one_field"), many, (column, "=", name))
        for row in rows:
            if row["one_field"]:
                await _delete_field_row(session, str(row["one_collection"]), str(row["one_field"]))
            await session.delete(RELATIONS, ("id", "=", row["id"]))
    for column in ("sort_field", "junction_field"):
        await session.update(RELATIONS, {column: None}, many, (column, "=", name))
    await session.update(RELATIONS, {"one_field": None}, one, ("one_field", "=", name))
    for column in ("sort_field", "archive_field"):
        await session.update(COLLECTIONS, {column: None}, ("collection", "=", collection), (column, "=", name))
    await session.update(FIELDS, {"group": None}, ("collection", "=", collection), ("group", "=", name))
    await _delete_field_row(session, collection, name)
    await _change_permissions(session, collection, name, None)


async def _delete_field_row(session: StoreSession, collection: str, name: str) -> None:
    await session.delete(FIELDS, ("collection", "=", collection), ("field", "=", name))


async def _change_permissions(session: StoreSession, collection: str, old: str, new: str | None) -> None:
    """The lists of fields in permissions. A list that becomes empty stays one: it allows no field."""
    changed = False
    for row in await session.select(PERMISSIONS, ("id", "fields"), ("collection", "=", collection)):
        fields: Sequence[str] = row["fields"] or ()
        if old in fields:
            kept = [new if item == old else item for item in fields if item != old or new is not None]
            await session.update(PERMISSIONS, {"fields": kept}, ("id", "=", row["id"]))
            changed = True
    if changed:
        await touch_access(session)


# --- relations


async def save_relation(session: StoreSession, wanted: RelationDefinition) -> None:
    """Save the row of a relation; the one of the same field, if there is one, is replaced."""
    values: Item = {
        "many_collection": wanted.many,
        "many_field": wanted.many_field,
        "one_collection": wanted.one,
        "one_field": wanted.one_field,
        "one_collection_field": wanted.collection_field,
        "one_allowed_collections": list(wanted.allowed) or None,
        "junction_field": wanted.junction_field,
        "sort_field": wanted.sort_field,
        "one_deselect_action": wanted.deselect,
    }
    where: tuple[Condition, ...] = (("many_collection", "=", wanted.many), ("many_field", "=", wanted.many_field))
    if await session.update(RELATIONS, values, *where) == 0:
        await session.insert(RELATIONS, values)


async def delete_relation(session: StoreSession, collection: str, field: str) -> None:
    await session.delete(RELATIONS, ("many_collection", "=", collection), ("many_field", "=", field))


async def touch_access(session: StoreSession) -> None:
    """Tell all workers that permissions changed."""
    stamp = {"value": secrets.token_hex(8)}
    if await session.update(STATE, stamp, ("name", "=", ACCESS_STAMP)) == 0:
        await session.insert(STATE, {"name": ACCESS_STAMP, **stamp})
