"""Schema changes on real databases, without a server around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from satchel.db import Database, DatabaseOptions, SqlFunction, open_database
from satchel.engine.engine import Engine
from satchel.engine.metadata import Metadata
from satchel.engine.schema import Schema
from satchel.model.catalog import Catalog, Collection
from satchel.model.definition import CollectionDefinition, FieldDefinition, IndexDefinition, definition_of
from satchel.model.index_text import parse_index
from satchel.plan.limits import Limits
from satchel.sql.dialects.sqlite_functions import SQLITE_FUNCTIONS
from tests.servers import fresh_database
from tests.stores import empty_store

KEY_OPTIONS = {
    "primaryKey": True,
    "pattern": "^[a-z0-9]+$",
    "min": 15,
    "max": 15,
    "autogeneratePattern": "[a-z0-9]{15}",
}
POCKETBASE_KEY = FieldDefinition("id", kind="text", options=KEY_OPTIONS, required=True, system=True)
NUMBER_KEY = FieldDefinition("id", type="integer", nullable=False, identity=True, meta={"sort": 1})


@dataclass
class World:
    """One source with a store, and the verbs on it."""

    kind: str
    database: Database
    store: Database
    metadata: Metadata
    schema: Schema
    url: str

    @property
    def catalog(self) -> Catalog:
        return self.metadata.catalog

    def collection(self, name: str) -> Collection:
        return self.catalog.collections[name]

    def definition(self, name: str) -> CollectionDefinition:
        return definition_of(self.collection(name))

    async def run(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """One statement in the source; names are quoted with double quotes, whatever the database."""
        if self.kind == "mariadb":
            sql = sql.replace('"', "`")
        text, values = numbered(sql, params, self.kind)
        return await self.database.write_schema(lambda transaction: transaction.run(text, values))

    async def column(self, table: str, name: str) -> list[Any]:
        return [row[0] for row in await self.run(f'SELECT "{name}" FROM "{table}" ORDER BY 1')]


def numbered(sql: str, params: Sequence[Any], kind: str) -> tuple[str, Sequence[Any]]:
    """`?` as the driver wants it."""
    if kind == "postgres":
        for number in range(1, len(params) + 1):
            sql = sql.replace("?", f"${number}", 1)
    if kind == "mariadb" and params:
        sql = sql.replace("?", "%s")
    return sql, params


def options() -> DatabaseOptions:
    return DatabaseOptions(
        create=True, durability="normal", functions=tuple(SqlFunction(*item) for item in SQLITE_FUNCTIONS)
    )


@asynccontextmanager
async def world(kind: str, folder: Path, *, apart: bool = False) -> AsyncIterator[World]:
    """A fresh database of this kind with a store in it. `apart`: the store is another one, an SQLite file."""
    with (fresh_database if apart else empty_store)(kind) as url:
        async with world_at(kind, url or f"sqlite:///{folder}/main.db", folder, apart=apart) as made:
            yield made


@asynccontextmanager
async def world_at(kind: str, url: str, folder: Path, *, apart: bool = False) -> AsyncIterator[World]:
    """The database behind a URL, with engine and verbs of its own."""
    database = open_database("main", url, options())
    store = open_database("store", f"sqlite:///{folder}/store.db", options()) if apart else database
    opened = [database, store] if apart else [database]
    try:
        for item in opened:
            await item.open()
        metadata = Metadata({item.name: item for item in opened}, store.name)
        await metadata.open()
        engine = Engine({item.name: item for item in opened}, metadata, limits=Limits())
        yield World(kind, database, store, metadata, Schema(metadata, engine), url)
    finally:
        for item in opened:
            await item.close()


def pocketbase(name: str, *fields: FieldDefinition, indexes: Sequence[str] = (), **more: Any) -> CollectionDefinition:
    """A collection as the PocketBase wire defines one."""
    found: tuple[IndexDefinition, ...] = tuple(parse_index(text) for text in indexes)
    return CollectionDefinition(name, (POCKETBASE_KEY, *fields), indexes=found, **more)


def directus(name: str, *fields: FieldDefinition, **more: Any) -> CollectionDefinition:
    """A collection as the Directus wire defines one."""
    return CollectionDefinition(name, (NUMBER_KEY, *fields), meta=more.pop("meta", {}), **more)
