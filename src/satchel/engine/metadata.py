"""Metadata: the store's rows about collections, and the Catalog that they make together with the databases' facts.

In charge of: preparing the store, loading and reloading the catalog, and noticing changes by others: another worker's through a stamp in
the store, another program's through each database's fingerprint. Not in charge of: how rows and facts meet (`model/overlay`), or changing a schema
(`engine/schema`). Called by `engine/engine` and `engine/schema`.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from satchel.db.base import Database, Transaction
from satchel.engine.store import Store, StoreSession
from satchel.errors import ConfigError
from satchel.model.catalog import Catalog
from satchel.model.facts import DatabaseFacts
from satchel.model.metadata_rows import MetadataRows
from satchel.model.overlay import SourceFacts, build_catalog
from satchel.model.system.collections import store_tables
from satchel.model.system.migrations import LATEST, SCHEMA_VERSION, STEPS, changes_of
from satchel.sql.ddl import ddl_of
from satchel.sql.dialects import DIALECTS

STATE = "satchel_state"
STAMP = "catalog_stamp"
Listener = Callable[[Catalog], None]


class Metadata:
    """One per process. `databases`: by source name; `store`: the name of the one that holds Satchel's own tables."""

    def __init__(self, databases: Mapping[str, Database], store: str) -> None:
        self.databases = databases
        self.store_name = store
        self.database = databases[store]
        self.store = Store(self.database, DIALECTS[self.database.dialect], store_tables(store))
        self.catalog = Catalog.build(())
        self.rows = MetadataRows()
        self.facts: dict[str, DatabaseFacts] = {}
        self.notes: tuple[str, ...] = ()
        self.listeners: list[Listener] = []
        self._stamp = ""
        self._fingerprints: dict[str, str] = {}
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Prepare the store and load the catalog. Raises ConfigError for a store of a newer Satchel."""
        await self._prepare()
        await self.reload()

    # --- the store

    async def _prepare(self) -> None:
        facts = await self.database.facts()
        present = {
            table.name: frozenset(column.name for column in table.columns) for table in facts.tables if table.schema is None
        }
        await self._migrate(await self._version() if STATE in present else 0, present)

    async def _version(self) -> int:
        found = await self.store.select(STATE, ("value",), ("name", "=", SCHEMA_VERSION))
        return int(found[0]["value"]) if found else 0

    async def _migrate(self, version: int, present: Mapping[str, frozenset[str]]) -> None:
        """Run the steps that are missing, in one transaction."""
        if version > LATEST:
            raise ConfigError(
                f"The store was written by a newer Satchel (version {version} of its tables; this one knows {LATEST}).",
                hint="Start the newer program, or choose another store with --store.",
            )
        if version == LATEST:
            return
        ddl = ddl_of(self.database.dialect)

        async def work(transaction: Transaction) -> None:
            for statement in ddl.before():
                await transaction.run(statement)
            missing = [step for step in STEPS if step.number > version]
            for change in (change for step in missing for change in changes_of(step, present, None)):
                question = ddl.look(change)
                rows = await transaction.run(question) if question else []
                for statement in ddl.statements(change, rows):
                    await transaction.run(statement)
            session = self.store.session(transaction)
            if not await session.update(STATE, {"value": str(LATEST)}, ("name", "=", SCHEMA_VERSION)):
                await session.insert(STATE, {"name": SCHEMA_VERSION, "value": str(LATEST)})

        await self.database.write(work, heavy=True)

    async def stamp(self, session: StoreSession) -> None:
        """Tell all workers, in this transaction, that the catalog has changed."""
        value = secrets.token_hex(16)
        if not await session.update(STATE, {"value": value}, ("name", "=", STAMP)):
            await session.insert(STATE, {"name": STAMP, "value": value})

    # --- the catalog

    async def refresh(self) -> bool:
        """Reload if anything changed since; True if so."""
        stamp = await self._read_stamp()
        changed = stamp != self._stamp
        for name, database in self.databases.items():
            changed = changed or await database.fingerprint() != self._fingerprints.get(name)
        if changed:
            await self.reload()
        return changed

    async def _read_stamp(self) -> str:
        found = await self.store.select(STATE, ("value",), ("name", "=", STAMP))
        return str(found[0]["value"]) if found else ""

    async def reload(self) -> Catalog:
        """Read rows and facts anew; the new catalog. Callers at the same time wait for each other."""
        async with self._lock:
            # The stamp is read before the rows: what is newer than it is read again next time.
            stamp = await self._read_stamp()
            for name, database in self.databases.items():
                mark = await database.fingerprint()
                if mark != self._fingerprints.get(name) or name not in self.facts:
                    self.facts[name] = await database.facts()
                    self._fingerprints[name] = mark
            self.rows = await self._load_rows()
            self._stamp = stamp
            sources = [self._source(name) for name in self.databases if name != self.store_name or name == "main"]
            made = build_catalog(sources, self.rows, store=self.store_name, version=self.catalog.version + 1)
            self.catalog, self.notes = made.catalog, made.notes
        for listener in self.listeners:
            listener(self.catalog)
        return self.catalog

    def _source(self, name: str) -> SourceFacts:
        return SourceFacts(name, self.facts[name], None if name == self.store_name else False)

    async def _load_rows(self) -> MetadataRows:
        collections = await self._all("directus_collections", "collection")
        fields = await self._all("directus_fields", "id")
        relations = await self._all("directus_relations", "id")
        return MetadataRows(
            {str(row["collection"]): row for row in collections},
            {(str(row["collection"]), str(row["field"])): row for row in fields},
            relations,
        )

    async def _all(self, name: str, order: str) -> list[dict[str, Any]]:
        return await self.store.select(name, [field.name for field in self.store.fields(name)], order=order)
