"""A database that Directus uses, served where it is: its own tables as metadata, and nothing written into them.

In charge of: bringing what Directus's tables say into the store before the program serves, and again when they have
changed; adopting the database, after which the store alone counts. Not in charge of: data (it is in tables that the
engine reads and writes like any others). Made by `app` for a database that Directus uses.

Who is right: what changed over there since the last look is taken, and what is gone there goes here. What is changed
here stays here, until the same row changes there. Who signs in here, and the sessions, are the store's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from satchel.db.base import Database
from satchel.engine.schema import Schema
from satchel.engine.schema_apply import Plan, apply_plan
from satchel.engine.schema_store import STATE
from satchel.engine.store import Store, StoreSession
from satchel.imports.directus_data import HIDDEN, PREFIX, DirectusData, is_directus, read_directus
from satchel.imports.directus_rows import METADATA, OTHERS, PEOPLE, SystemRows
from satchel.imports.directus_schema import added_fields, read_metadata
from satchel.model.schema_changes import AlterTable, Change, DropForeignKey, ForeignKey, TableRef

ADOPTED = "directus_adopted"

Note = Callable[[str], None]


async def tables_of_directus(database: Database) -> frozenset[str]:
    """The names of Directus's own tables, which are not served as data; none where it does not use the database."""
    return HIDDEN if await is_directus(database) else frozenset()


class DirectusInPlace:
    """One per process. `source`: the database, open. `note`: hears what could not be taken over."""

    def __init__(self, source: Database, schema: Schema, store: Store, note: Note) -> None:
        self._source = source
        self._schema = schema
        self._store = store
        self._rows = SystemRows(store, schema.metadata, note)

    async def open(self) -> None:
        """Take what there is, unless the database was adopted. Raises ConfigError for a Directus that is too old."""
        if not await self.adopted():
            await self._take((*PEOPLE, *OTHERS))

    async def look(self) -> None:
        """Take what has changed over there."""
        await self.open()

    async def adopted(self) -> bool:
        return bool(await self._store.select(STATE, ("value",), ("name", "=", ADOPTED)))

    async def adopt(self) -> list[str]:
        """From now on the store alone counts: take all that is left, and drop the foreign keys that lead from tables of
        data into Directus's own, which are in the way of what is made here; the fields that had one. Directus's tables
        stay as they are.
        """
        if await self.adopted():
            return []
        data = await self._take((*PEOPLE, *OTHERS))
        await self._rows.take_log(data)
        dropped = _keys_into(data)
        changes: list[Change] = [AlterTable(table, (DropForeignKey(key),)) for table, key in dropped]

        async def rows(session: StoreSession) -> None:
            await session.insert(STATE, {"name": ADOPTED, "value": self._source.name})

        metadata = self._schema.metadata
        await metadata.refresh()
        await apply_plan(metadata, Plan(self._source.name, changes, rows))
        await metadata.reload()
        return [f"{table.name}.{', '.join(key.columns)}" for table, key in dropped]

    async def _take(self, tables: Sequence[str]) -> DirectusData:
        data = await read_directus(self._source)
        metadata = await read_metadata(data, self._source.name)
        added = added_fields(data, metadata)
        catalog = self._schema.metadata.catalog
        for name, fields in added.items():
            missing = [item for item in fields if item.name not in catalog.collections[name].fields]
            if missing:
                await self._schema.save_fields(name, missing, "directus")
        types = {name: {item.name: item.type for item in fields if item.stored} for name, fields in added.items()}
        own = [row for row in metadata["directus_fields"] if not str(row["collection"]).startswith(PREFIX)]
        given = {**metadata, "directus_fields": own}
        await self._rows.take(data, (*METADATA, *tables), types, given)
        await self._schema.metadata.reload([])
        return data


def _keys_into(data: DirectusData) -> list[tuple[TableRef, ForeignKey]]:
    """The foreign keys that lead from tables of data into Directus's own."""
    return [
        (
            TableRef(table.schema, table.name),
            ForeignKey(key.columns, TableRef(key.to_schema, key.to_table), key.to_columns, key.name),
        )
        for table in data.facts.tables
        if table.name not in HIDDEN
        for key in table.foreign_keys
        if key.to_table in HIDDEN
    ]
