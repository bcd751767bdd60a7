"""The import from Directus: everything that it has, under the same ids, into another database.

In charge of: the order of things, what is refused beforehand, notes about what could not come along, counts. Not in
charge of: reading (`directus_sources`), rows of system tables (`directus_rows`), making tables
(`snapshots`). Called by the command line.

Tables are made without foreign keys, filled, and then get them, so the order of rows does not matter. As long as an
import is not finished, neither the server nor another import starts on what is there.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from satchel.db.base import Database, Transaction
from satchel.engine.schema import Schema
from satchel.engine.schema_store import STATE
from satchel.engine.store import Store, StoreSession
from satchel.engine.write_plan import CollectionPlan
from satchel.errors import ConfigError, SatchelError
from satchel.imports.directus_data import Item
from satchel.imports.directus_rows import OTHERS, PEOPLE, SystemRows
from satchel.imports.directus_sources import DirectusSource
from satchel.imports.pocketbase import MARK, RUNNING, insert_rows, refuse_unfinished
from satchel.imports.sequences import renew_sequences
from satchel.model.catalog import Collection
from satchel.snapshots.snapshots import Snapshots
from satchel.sql.dialects import DIALECTS

Say = Callable[[str], None]
PutFile = Callable[[str, str, bytes | Path, str], Awaitable[None]]
"""(id of the file, its name on disk, content, type)"""


@dataclass
class Report:
    """What came along. `notes`: sentences about what did not."""

    records: dict[str, int] = field(default_factory=dict[str, int])
    system: dict[str, int] = field(default_factory=dict[str, int])
    files: int = 0
    notes: list[str] = field(default_factory=list[str])


class DirectusImport:
    """One import into an opened program."""

    def __init__(self, databases: Mapping[str, Database], schema: Schema, store: Store, put_file: PutFile) -> None:
        self._databases = databases
        self._schema = schema
        self._store = store
        self._snapshots = Snapshots(schema)
        self._put_file = put_file

    async def run(self, source: DirectusSource, *, say: Say = lambda _: None) -> Report:
        """Import everything. Raises ConfigError for what is refused beforehand; nothing was changed then."""
        report = Report()
        await refuse_unfinished(self._store)
        snapshot = await source.snapshot()
        for name in await self._check_target(snapshot):
            await self._schema.delete_collection(name, "directus")
        await self._mark(f"{RUNNING} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} from {source.name}")
        say("Collections")
        added = await source.added()
        for name, fields in added.items():
            await self._schema.save_fields(name, fields, "directus")
        bare = _without_foreign_keys(snapshot)
        await self._bring(bare)
        say("People, rights and settings")
        rows = SystemRows(self._store, self._schema.metadata, report.notes.append)
        report.system = await rows.take(source, (*PEOPLE, *OTHERS), self._added_types())
        report.system |= await rows.take_log(source)
        if not source.secrets:
            report.notes.append("Passwords and static tokens can't be read by the API: people need new ones.")
        for entry in snapshot["collections"]:
            if entry["schema"] is not None:
                say(str(entry["collection"]))
                report.records[entry["collection"]] = await self._copy(source, str(entry["collection"]))
        say("Relations")
        await self._tie(snapshot, bare, report)
        say("Files")
        await self._files(source, report)
        await self._mark(f"finished {datetime.now(UTC):%Y-%m-%d %H:%M:%S} from {source.name}")
        return report

    # --- beforehand

    async def _check_target(self, snapshot: Mapping[str, Any]) -> list[str]:
        """The empty collections that make way. Refuses any that holds something."""
        replaced: list[str] = []
        for entry in snapshot["collections"]:
            found = self._schema.metadata.catalog.get(str(entry["collection"]))
            if found is None:
                continue
            if found.kind == "folder" or not await self._is_empty(found):
                raise ConfigError(
                    f"There is a collection {found.name} already, so it can't be imported.",
                    hint="Import into an empty data folder: name a new one with --data.",
                )
            replaced.append(found.name)
        return replaced

    async def _is_empty(self, collection: Collection) -> bool:
        dialect = DIALECTS[self._databases[collection.source].dialect]
        table = dialect.table(collection.schema, collection.table)
        return not await self._databases[collection.source].read(f"SELECT 1 FROM {table} LIMIT 1")

    async def _mark(self, value: str) -> None:
        async def work(session: StoreSession) -> None:
            if await session.update(STATE, {"value": value}, ("name", "=", MARK)) == 0:
                await session.insert(STATE, {"name": MARK, "value": value})

        await self._store.write(work)

    def _added_types(self) -> dict[str, dict[str, str]]:
        """Columns that were added to system tables, with their types."""
        collections = self._schema.metadata.catalog.collections
        return {
            name: {item.name: item.type for item in collections[name].stored_fields if not item.system}
            for name in (*PEOPLE, *OTHERS)
        }

    # --- schema

    async def _bring(self, snapshot: Mapping[str, Any]) -> None:
        found = self._snapshots.diff(snapshot, force=True, partial=True)
        if found is not None:
            await self._snapshots.apply(found)

    async def _tie(self, snapshot: Mapping[str, Any], bare: Mapping[str, Any], report: Report) -> None:
        """Make the foreign keys: all at once, or each by itself where rows are in the way of one."""
        try:
            await self._bring(snapshot)
        except SatchelError:
            relations = list(bare["relations"])
            for place, item in enumerate(snapshot["relations"]):
                tried = [*relations[:place], item, *relations[place + 1 :]]
                try:
                    await self._bring({**snapshot, "relations": tried})
                except SatchelError as error:
                    name = f"{item['collection']}.{item['field']}"
                    report.notes.append(f"The foreign key of {name} was left out: {error.message}")
                else:
                    relations = tried

    # --- rows

    async def _copy(self, source: DirectusSource, name: str) -> int:
        """Copy the rows of a collection in one transaction; how many there are."""
        collection = self._schema.metadata.catalog.collections[name]
        database = self._databases[collection.source]
        plan = CollectionPlan(self._schema.metadata.catalog, collection, DIALECTS[database.dialect])
        types = {item.name: item.type for item in collection.stored_fields if not item.generated}
        count = 0

        async def work(transaction: Transaction) -> int:
            nonlocal count
            count = 0
            async for batch in source.rows(name, collection.key, types):
                names = tuple(batch[0])
                rows = [[plan.fields[label].encode(row.get(label)) for label in names] for row in batch]
                await insert_rows(transaction, plan, names, rows)
                count += len(rows)
            await renew_sequences(transaction, database.dialect, collection)
            return count

        return await database.write(work, heavy=True)

    async def _files(self, source: DirectusSource, report: Report) -> None:
        wanted = ("id", "filename_disk", "filename_download", "type")
        rows: list[Item] = await self._store.select("directus_files", wanted)
        missing = 0
        for row in rows:
            content = await source.file(row) if row["filename_disk"] else None
            if content is None:
                missing += row["filename_disk"] is not None
                continue
            await self._put_file(str(row["id"]), str(row["filename_disk"]), content, str(row["type"] or ""))
            report.files += 1
        if missing:
            hint = "name Directus's folder with --uploads, or its address"
            report.notes.append(f"{missing} files stayed behind: {hint}.")


def _without_foreign_keys(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(dict(snapshot))
    for item in made["relations"]:
        item["schema"] = None
    return made
