"""The imports of a running program: what commands ask for.

In charge of: putting each import together. Not in charge of: how one is done. Made by `app`; called by the command
line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from satchel.db.base import Database
from satchel.engine.schema import Schema
from satchel.engine.store import Store
from satchel.errors import ConfigError
from satchel.imports.directus import DirectusImport, PutFile
from satchel.imports.directus import Report as DirectusReport
from satchel.imports.directus_in_place import DirectusInPlace
from satchel.imports.directus_sources import directus_source
from satchel.imports.pocketbase import PocketBaseImport, Report
from satchel.imports.pocketbase_data import open_folder
from satchel.model.system.collections import store_tables
from satchel.policy.actor import Actor, Context
from satchel.settings.store import SettingsStore
from satchel.sql.dialects import DIALECTS

Say = Callable[[str], None]


def _silent(_: str) -> None:
    return


class Imports:
    """`put_file`: keeps the bytes of a file of the library; `storage`: the folder of records' files; `in_place`: where
    the database is one that Directus uses.
    """

    def __init__(
        self,
        databases: Mapping[str, Database],
        schema: Schema,
        settings: SettingsStore,
        put_file: PutFile,
        storage: Path,
        in_place: DirectusInPlace | None,
    ) -> None:
        self._databases = databases
        self._schema = schema
        self._settings = settings
        self._put_file = put_file
        self._storage = storage
        self._in_place = in_place

    async def pocketbase(self, folder: Path, *, key: str = "", say: Say = _silent) -> Report:
        """Take over PocketBase's data folder, which is not touched. `key`: of encrypted settings, "" for none. Raises
        ConfigError for what is refused.
        """
        async with open_folder(folder) as data:
            work = PocketBaseImport(
                self._databases, self._schema_by("import of PocketBase's data"), self._settings, self._storage
            )
            return await work.run(data, key=key, say=say)

    async def directus(
        self, location: str, *, token: str = "", uploads: Path | None = None, say: Say = _silent
    ) -> DirectusReport:
        """Take over what a Directus has: its database, or a running one by its address. Raises ConfigError."""
        metadata = self._schema.metadata
        dialect = DIALECTS[metadata.store_database.dialect]
        tables = store_tables(metadata.store_name)
        store = Store(metadata.store_database, dialect, tables, lambda: metadata.catalog)
        schema = self._schema_by("import of Directus's data")
        work = DirectusImport(self._databases, schema, store, self._put_file)
        async with directus_source(location, token, uploads) as source:
            return await work.run(source, say=say)

    def _schema_by(self, reason: str) -> Schema:
        """The verbs whose changes are entered as the program's own, for this reason."""
        return self._schema.by(Context(Actor.system(reason), datetime.now(UTC)))

    async def adopt(self) -> list[str]:
        """Let the store alone count for a database that Directus uses; the fields whose foreign keys went. Raises
        ConfigError for another database.
        """
        if self._in_place is None:
            raise ConfigError("This is no database that Directus uses.", hint="Name it: satchel adopt DATABASE_URL.")
        return await self._in_place.adopt()
