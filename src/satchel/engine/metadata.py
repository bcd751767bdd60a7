"""Metadata: what is stored about collections, and the current catalog made from it.

In charge of: opening the store, reading facts and metadata rows, laying one over the other, noticing that either
changed (also by another worker or another program), holding the current Catalog. Not in charge of: how the two make a
catalog (`model/overlay`), writing rows (`schema_rows`), schema changes (`schema`). Made by `app`; asked by `engine`.

A worker learns of others' changes in two ways: the fingerprint of a source changes when its schema does, and every
transaction that changes metadata writes a new random value into one row of `satchel_state` (`announce`).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence

from satchel.db.base import Database
from satchel.engine.schema_store import STATE, note_made, prepare_store, when_made
from satchel.engine.store import Item, Store, StoreSession
from satchel.errors import ConstraintFailed
from satchel.model.catalog import Catalog
from satchel.model.facts import DatabaseFacts
from satchel.model.metadata_rows import MetadataRows
from satchel.model.overlay import Overlay, SourceFacts, build_catalog
from satchel.model.system.collections import store_tables
from satchel.model.system.declare import SystemTable
from satchel.model.system.metadata import COLLECTIONS, FIELDS, RELATIONS
from satchel.observe import SILENT, Observer
from satchel.sql.dialects import DIALECTS

STAMP = "metadata_stamp"
"""The row of `satchel_state` that every change of metadata gives a new value."""

Listener = Callable[[Catalog], None]


class Metadata:
    """One per process. `databases`: all of them by name; `store`: the name of the one with Satchel's own tables.

    Every database but a separate `store` is a source; the first one's tables keep their plain names. `hidden`: names of
    tables that are not served.
    """

    def __init__(
        self,
        databases: Mapping[str, Database],
        store: str,
        observer: Observer = SILENT,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.hidden = hidden
        self.databases = databases
        self.store_name = store
        self.store_database = databases[store]
        shared = len(databases) == 1 or store != "store"
        self.sources = {name: item for name, item in databases.items() if shared or name != store}
        self.store = Store(self.store_database, DIALECTS[self.store_database.dialect], store_tables(store))
        self.observer = observer
        self.notes: tuple[str, ...] = ()
        self._catalog: Catalog | None = None
        self._facts: dict[str, DatabaseFacts] = {}
        self._stamp = ""
        self._listeners: list[Listener] = []
        self._loading = asyncio.Lock()

    @property
    def shared(self) -> bool:
        """Whether the store is one of the sources."""
        return self.store_name in self.sources

    @property
    def catalog(self) -> Catalog:
        """The current snapshot."""
        assert self._catalog is not None, "the metadata is not open"
        return self._catalog

    @property
    def stamp(self) -> str:
        """What `announce` has to know."""
        return self._stamp

    @property
    def facts(self) -> Mapping[str, DatabaseFacts]:
        """What the sources say of themselves, by name."""
        return self._facts

    def on_change(self, listener: Listener) -> None:
        """Have `listener` called with every new catalog, in the order of registration."""
        self._listeners.append(listener)

    async def open(self) -> None:
        """Make the store's tables if they are missing, and load the first catalog. Raises ConfigError, Unavailable."""
        await prepare_store(self.store_database, self.store)
        await note_made(self.store_database, self.store)
        await self.reload()

    async def reload(self, names: Sequence[str] | None = None) -> Catalog:
        """Load anew: the metadata, and the facts of the named databases (None: of all)."""
        async with self._loading:
            return await self._load(tuple(self.databases) if names is None else names)

    async def refresh(self) -> bool:
        """Load what changed since the last time, if anything did. Cheap when nothing did."""
        async with self._loading:
            changed = [name for name, facts in self._facts.items() if await self._moved(name, facts)]
            if not changed and await read_stamp(self.store) == self._stamp:
                return False
            await self._load(changed)
            return True

    async def is_stale(self) -> bool:
        """Whether another worker changed metadata since the last load: one small read of the store."""
        return await read_stamp(self.store) != self._stamp

    async def _moved(self, name: str, facts: DatabaseFacts) -> bool:
        return await self.databases[name].fingerprint() != facts.fingerprint

    async def _load(self, names: Sequence[str]) -> Catalog:
        stamp = await read_stamp(self.store)  # before the rows: what changes meanwhile is found the next time
        found = await asyncio.gather(*(self.databases[name].facts() for name in names))
        facts = {**self._facts, **dict(zip(names, found, strict=True))}
        rows = await read_rows(self.store)
        overlay = self._overlay(facts, rows)
        self._facts, self._stamp, self._catalog = facts, stamp, overlay.catalog
        self._tell(overlay.notes)
        for listener in self._listeners:
            listener(overlay.catalog)
        return overlay.catalog

    def _overlay(self, facts: Mapping[str, DatabaseFacts], rows: MetadataRows) -> Overlay:
        sources = [
            SourceFacts(name, facts[name], None if name == self.store_name else False, self.hidden)
            for name in self.sources
        ]
        version = self._catalog.version + 1 if self._catalog is not None else 1
        return build_catalog(sources, rows, store=self.store_name, store_facts=facts[self.store_name], version=version)

    def _tell(self, notes: tuple[str, ...]) -> None:
        """Each note is logged once."""
        for note in notes:
            if note not in self.notes:
                self.observer.note(note, "warning")
        self.notes = notes


async def read_stamp(source: Store | StoreSession) -> str:
    """The value that the last change of metadata left, "" before the first one."""
    rows = await source.select(STATE, ("value",), ("name", "=", STAMP))
    return str(rows[0]["value"]) if rows else ""


class Stale(Exception):
    """Somebody else changed metadata since the catalog was loaded."""


async def announce(session: StoreSession, known: str | None) -> None:
    """Tell all workers that metadata changes with this transaction; such transactions wait for each other here.

    `known`: the stamp that the current catalog was loaded with. Raises Stale if it is not the stored one any more.
    None: whatever the stored one is.
    """
    stamp = {"value": secrets.token_hex(8)}
    if known is None and await session.update(STATE, stamp, ("name", "=", STAMP)):
        return
    if known:
        if await session.update(STATE, stamp, ("name", "=", STAMP), ("value", "=", known)) == 0:
            raise Stale
        return
    try:
        await session.insert(STATE, {"name": STAMP, **stamp})
    except ConstraintFailed as error:
        raise Stale from error


# --- reading rows


async def read_rows(source: Store | StoreSession) -> MetadataRows:
    """All metadata, decoded."""
    collections = await _select(source, COLLECTIONS, "collection")
    fields = await _select(source, FIELDS, "id")
    relations = await _select(source, RELATIONS, "id")
    return MetadataRows(
        {str(row["collection"]): row for row in collections},
        {(str(row["collection"]), str(row["field"])): row for row in fields},
        relations,
        await when_made(source),
    )


async def _select(source: Store | StoreSession, table: SystemTable, order: str) -> list[Item]:
    names = tuple(item.name for item in table.fields if item.type != "alias")
    return await source.select(table.name, names, order=order)
