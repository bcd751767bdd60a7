"""PocketBase's data folder, served where it is: its `data.db` as the source, its metadata kept in step.

In charge of: bringing what `_collections` says into the store's metadata before the program serves, and what schema
changes make of it back into `_collections`; what belongs to accounts, in both directions. Not in charge of: superusers
(`pocketbase_superusers`), settings (`pocketbase_settings`), records (they are in PocketBase's own tables, which the
engine reads and writes), files (the storage folder is PocketBase's). Made by `app` for `--pocketbase`.

Who is right: a fingerprint of each of PocketBase's tables is kept in the store whenever both sides agree. If the table
has changed since, PocketBase wrote, and its word counts; if it has not, Satchel's does, which also repairs what a crash
left undone between the two. The same two servers must not run at the same time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from satchel.db.base import Database, Transaction
from satchel.engine import schema_rows
from satchel.engine.metadata import announce
from satchel.engine.schema import Schema
from satchel.engine.store import Store, StoreSession
from satchel.errors import ConfigError
from satchel.imports.agreements import Agreements
from satchel.imports.pocketbase import ACCOUNT_TABLES, SUPERUSERS, save_superuser_options
from satchel.imports.pocketbase_data import OWN_TABLES, SYSTEM, Object, check_layout, read_collections, read_rows
from satchel.imports.pocketbase_settings import SettingsInPlace
from satchel.imports.pocketbase_superusers import SuperusersInPlace
from satchel.model.catalog import Catalog, Collection
from satchel.model.definition import CollectionDefinition
from satchel.model.naming import Place
from satchel.settings.store import SettingsStore
from satchel.wire.pocketbase.collection_body import field_from, new_definition
from satchel.wire.pocketbase.collection_shape import collection_object, has_made_id

HIDDEN = OWN_TABLES | SYSTEM
"""PocketBase's own tables: what they hold is served from the store."""

RULES = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")
_COLUMNS = ("id", "system", "type", "name", "fields", "indexes", *RULES, "options", "created", "updated")
_OWN_KEYS = frozenset(_COLUMNS) - {"options"}

Note = Callable[[str], None]
_NOTHING = Catalog.build([])


class PocketBaseInPlace:
    """One per process. `source`: the folder's database, open. `key`: what its settings are sealed with, if they are.
    `note`: hears what could not be taken over.
    """

    def __init__(
        self, folder: Path, source: Database, schema: Schema, settings: SettingsStore, key: str, note: Note
    ) -> None:
        self._folder = folder
        self._source = source
        self._schema = schema
        self._tables: Store = schema.metadata.store
        self._note = note
        self._agreements = agreements = Agreements(self._tables)
        self._settings = SettingsInPlace(source, settings, key, agreements, note)
        self._superusers = SuperusersInPlace(source, self._tables, agreements, note)

    async def open(self) -> None:
        """Bring both sides together, and follow schema changes from now on. Raises ConfigError for another folder."""
        await check_layout(self._folder, self._source)
        found = await read_collections(self._source)
        if await self._agreements.changed("_collections", found):
            await self._take_collections(found)
            await self._agreements.agree("_collections", found)
        else:
            await self.give_collections(self._schema.metadata.catalog)
        await self._superusers.open()
        await self._open_accounts()
        await self._settings.open()
        self._schema.on_saved(lambda _, after: self.give_collections(after))

    async def close(self) -> None:
        """Write back what is not written at once."""
        await self._superusers.give()
        for name in ACCOUNT_TABLES:
            await self._give_accounts(name)
        await self._settings.close()

    # --- collections, from there to here

    async def _take_collections(self, found: Sequence[Object]) -> None:
        metadata = self._schema.metadata
        tables = {table.name for table in metadata.facts[self._source.name].tables}
        taken: list[Object] = []
        for item in found:
            if item["name"] in SYSTEM or item["name"] in tables:
                taken.append(item)
            else:
                self._note(f"PocketBase's collection {item['name']} has no table and is left out.")

        async def work(session: StoreSession) -> None:
            await announce(session, metadata.stamp)
            await self._forget_missing(session, {str(item["id"]) for item in taken})
            for item in taken:
                if item["name"] == SUPERUSERS:
                    await save_superuser_options(session, item)
                elif item["name"] not in SYSTEM:
                    await self._take(session, item)

        await self._tables.write(work)
        await metadata.reload()

    async def _forget_missing(self, session: StoreSession, ids: set[str]) -> None:
        rows = await session.select(
            schema_rows.COLLECTIONS, ("collection", "pb_id"), ("source", "=", self._source.name)
        )
        for row in rows:
            if row["pb_id"] and row["pb_id"] not in ids:
                await schema_rows.delete_collection(session, str(row["collection"]))

    async def _take(self, session: StoreSession, item: Object) -> None:
        """The rows of one collection, with the renames that PocketBase made."""
        wanted = definition_of_object(item)
        place = Place(self._source.name, None, wanted.name)
        rows = await session.select(schema_rows.COLLECTIONS, ("collection",), ("pb_id", "=", wanted.id))
        if rows and rows[0]["collection"] != wanted.name:
            await schema_rows.rename_collection(session, str(rows[0]["collection"]), wanted.name, place)
        known = await session.select(schema_rows.FIELDS, ("field", "pb_id"), ("collection", "=", wanted.name))
        names = {field.id: field.name for field in wanted.fields}
        for row in known:
            name = names.get(str(row["pb_id"] or ""))
            if name is None and row["pb_id"]:
                await schema_rows.delete_field(session, wanted.name, str(row["field"]))
            elif name is not None and name != row["field"]:
                await schema_rows.rename_field(session, wanted.name, str(row["field"]), name)
                await session.update(
                    schema_rows.FIELDS,
                    {"field": name},
                    ("collection", "=", wanted.name),
                    ("pb_id", "=", row["pb_id"]),
                )
        at = str(item["updated"])
        await schema_rows.save_collection(session, wanted, place, "pocketbase", new=not rows, now=at)
        await session.update(schema_rows.COLLECTIONS, {"created": item["created"]}, ("collection", "=", wanted.name))
        for position, field in enumerate(wanted.fields):
            await schema_rows.save_field(session, wanted.name, field, "pocketbase", known=None, position=position)

    # --- collections, from here to there

    async def give_collections(self, catalog: Catalog) -> None:
        """Write what PocketBase would know of the catalog's collections into `_collections`."""
        stored = {item["id"]: item for item in await read_collections(self._source)}
        wanted = {found.id: row_of(found, catalog) for found in catalog.collections.values() if self._is_theirs(found)}
        changed = [row for identifier, row in wanted.items() if row != _row_of_object(stored.get(identifier))]
        gone = [key for key, item in stored.items() if key not in wanted and item["name"] not in SYSTEM]
        if changed or gone:
            await self._source.write(lambda transaction: _write_rows(transaction, changed, gone))
        await self._agreements.agree("_collections", await read_collections(self._source))

    def _is_theirs(self, found: Collection) -> bool:
        """Whether PocketBase could have made it: a view with an id, or a table with PocketBase's key."""
        if found.source != self._source.name or (found.system and found.name in SYSTEM) or found.table in HIDDEN:
            return False
        return bool(found.options.get("viewQuery")) if found.type == "view" else has_made_id(found)

    # --- what belongs to accounts

    async def _open_accounts(self) -> None:
        for name in ACCOUNT_TABLES:
            columns = self._columns(name)
            rows = [row async for batch in read_rows(self._source, name, columns) for row in batch]
            if await self._agreements.changed(name, rows):
                await self._take_accounts(name, [dict(zip(columns, row, strict=True)) for row in rows])
                await self._agreements.agree(name, rows)
            else:
                await self._give_accounts(name)

    def _columns(self, name: str) -> tuple[str, ...]:
        return tuple(item.name for item in self._tables.fields(name))

    async def _take_accounts(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        async def work(session: StoreSession) -> None:
            await session.delete(name)
            for row in rows:
                await session.insert(name, row)

        await self._tables.write(work)

    async def _give_accounts(self, name: str) -> None:
        """Make PocketBase's table what ours is."""
        columns = self._columns(name)
        ours = await self._tables.select(name, columns)
        values = [[row[column] for column in columns] for row in ours]
        names, marks = ", ".join(f'"{item}"' for item in columns), ", ".join("?" for _ in columns)

        async def work(transaction: Transaction) -> None:
            await transaction.run(f'DELETE FROM "{name}"')
            for row in values:
                await transaction.run(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', row)

        await self._source.write(work)
        await self._agreements.agree(
            name, [row async for batch in read_rows(self._source, name, columns) for row in batch]
        )


# --- the parts


def definition_of_object(item: Object) -> CollectionDefinition:
    """A row of `_collections` as a definition with all its fields, also a view's. Raises ConfigError."""
    try:
        wanted = new_definition(item, _NOTHING)
        fields = tuple(field_from(body, None) for body in item["fields"])
    except Exception as error:
        raise ConfigError(f"The collection {item['name']} can't be read: {error}") from error
    return replace(wanted, fields=fields, key=("id",))


def row_of(found: Collection, catalog: Catalog) -> dict[str, Any]:
    """A collection as `_collections` holds it."""
    shown = collection_object(found, catalog)
    options: dict[str, Any] = dict(found.options)
    if found.type == "auth":
        options |= {name: found.rules.get(name) for name in ("authRule", "manageRule")}
    return {
        **{name: shown[name] for name in _COLUMNS if name in shown},
        "options": options if found.type != "base" else {},
    }


def _row_of_object(item: Object | None) -> dict[str, Any] | None:
    if item is None:
        return None
    options = {name: value for name, value in item.items() if name not in _OWN_KEYS}
    return {**{name: item[name] for name in _COLUMNS if name != "options"}, "options": options}


# INSERT INTO _collections (id, …) VALUES (?, …) ON CONFLICT (id) DO UPDATE SET name = excluded.name, …
async def _write_rows(transaction: Transaction, rows: Sequence[Mapping[str, Any]], gone: Sequence[str]) -> None:
    for identifier in gone:
        await transaction.run("DELETE FROM _collections WHERE id = ?", [identifier])
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    marks = ", ".join("?" for _ in _COLUMNS)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in _COLUMNS[1:])
    for row in rows:
        values = [_stored(row[name]) for name in _COLUMNS]
        await transaction.run(
            f"INSERT INTO _collections ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {changes}", values
        )


def _stored(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return int(value) if isinstance(value, bool) else value
