"""The import of PocketBase's data folder: everything that it holds, under the same ids.

In charge of: the order of things, what is refused beforehand, notes about what could not come along, counts. Not in
charge of: reading the folder (`pocketbase_data`), making tables (`engine/schema`). Called by the command line.

What stays as it is: ids of collections, fields and records, rules, options, indexes, password hashes, the keys and
secrets that tokens are signed with (so whoever is logged in stays so), the names and places of files. Rules are not
judged: one that means nothing any more comes along and grants nothing, as it did.

A row of `satchel_state` says from the first change to the last that an import is under way; as long as it stands
there, neither another import nor the server starts.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import msgspec

from satchel.auth.superusers import Superusers
from satchel.db.base import Database, Transaction
from satchel.engine.metadata import Metadata
from satchel.engine.schema import Schema
from satchel.engine.schema_rows import COLLECTIONS, FIELDS
from satchel.engine.schema_store import STATE
from satchel.engine.store import Condition, Store, StoreSession
from satchel.engine.write_plan import CollectionPlan
from satchel.errors import ConfigError, SatchelError, ValidationFailed
from satchel.imports.pocketbase_data import SYSTEM, Object, PocketBaseData
from satchel.model.catalog import Catalog, Collection
from satchel.model.definition import CollectionDefinition
from satchel.model.fields import FIELDS as KINDS
from satchel.settings.model import AppSettings
from satchel.settings.sealed import is_sealed, unseal
from satchel.settings.store import SettingsStore
from satchel.sql.dialects import DIALECTS
from satchel.sql.write import insert
from satchel.wire.pocketbase.collection_body import new_definition
from satchel.wire.pocketbase.errors import ApiError

MARK = "pocketbase_import"
RUNNING = "running"
SUPERUSERS, USERS = "_superusers", "directus_users"
SUPERUSERS_ID = "pbc_3142635823"
BINDS_MAX = 20_000
ACCOUNT_TABLES = ("_externalAuths", "_authOrigins", "_mfas", "_otps")

Say = Callable[[str], None]


@dataclass
class Report:
    """What came along. `notes`: sentences about what did not."""

    records: dict[str, int] = field(default_factory=dict[str, int])
    views: int = 0
    superusers: int = 0
    files: int = 0
    notes: list[str] = field(default_factory=list[str])


async def refuse_unfinished(tables: Store) -> None:
    """Raise ConfigError while an import has not come to its end."""
    rows = await tables.select(STATE, ("value",), ("name", "=", MARK))
    if rows and str(rows[0]["value"]).startswith(RUNNING):
        raise ConfigError(
            "An import was not finished, so a part of the data is missing.",
            hint="Remove what it left (with an embedded database: the data folder) and import again.",
        )


class PocketBaseImport:
    """One import into an opened program. `storage`: the folder for uploaded files."""

    def __init__(
        self, databases: Mapping[str, Database], schema: Schema, settings: SettingsStore, storage: Path
    ) -> None:
        self._databases = databases
        self._metadata: Metadata = schema.metadata
        self._schema = schema
        self._tables = schema.metadata.store
        self._settings = settings
        self._storage = storage
        self._superuser_ids: dict[str, str] = {}

    @property
    def _catalog(self) -> Catalog:
        return self._metadata.catalog

    async def run(self, data: PocketBaseData, *, key: str = "", say: Say = lambda _: None) -> Report:
        """Import everything. Raises ConfigError for what is refused beforehand; nothing was changed then.

        `key`: what the settings are encrypted with.
        """
        report = Report()
        await refuse_unfinished(self._tables)
        settings = unseal(data.settings, key) if data.settings and (key or not is_sealed(data.settings)) else None
        replaced = await self._check_target(data)
        definitions = definitions_of(data, self._catalog)
        await self._mark(f"{RUNNING} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} from {data.folder}")
        for name in replaced:
            await self._schema.delete_collection(name, "pocketbase")
        say("Superusers")
        await self._superusers(data, report)
        say("Collections")
        await self._make_tables([item for item in definitions if item.kind != "view"], report)
        for item in definitions:
            if item.kind != "view":
                say(item.name)
                report.records[item.name] = await self._copy(data, item.name, item.name)
        await self._make_views([item for item in definitions if item.kind == "view"], report)
        await self._keep_details(data)
        say("Accounts")
        for name in ACCOUNT_TABLES:
            await self._account_rows(data, name)
        await self._take_settings(settings, report)
        say("Files")
        report.files = copy_files(data.storage, self._storage)
        await self._mark(f"finished {datetime.now(UTC):%Y-%m-%d %H:%M:%S} from {data.folder}")
        return report

    # --- beforehand

    async def _check_target(self, data: PocketBaseData) -> list[str]:
        """The empty collections that make way. Refuses any that holds something."""
        replaced: list[str] = []
        for item in data.collections:
            if item["name"] in SYSTEM:
                continue
            for found in {self._catalog.find(str(item["name"])), self._catalog.find(str(item["id"]))} - {None}:
                assert found is not None
                if found.system or not await self._is_empty(found):
                    raise ConfigError(
                        f"There is a collection {found.name} already, so {item['name']} can't be imported.",
                        hint="Import into an empty data folder: name a new one with --data.",
                    )
                replaced.append(found.name)
        return list(dict.fromkeys(replaced))

    async def _is_empty(self, collection: Collection) -> bool:
        dialect = DIALECTS[self._databases[collection.source].dialect]
        table = dialect.table(collection.schema, collection.table)
        return not await self._databases[collection.source].read(f"SELECT 1 FROM {table} LIMIT 1")

    async def _mark(self, value: str) -> None:
        async def work(session: StoreSession) -> None:
            if await session.update(STATE, {"value": value}, ("name", "=", MARK)) == 0:
                await session.insert(STATE, {"name": MARK, "value": value})

        await self._tables.write(work)

    # --- collections

    async def _make_tables(self, wanted: Sequence[CollectionDefinition], report: Report) -> None:
        """All tables at once, as relations may go in circles. An index that this database can't make is left out."""
        while True:
            named = {index.name for item in wanted for index in item.indexes}
            try:
                await self._schema.restore_collections(wanted)
            except SatchelError as error:
                name = error.details.get("index")
                if not isinstance(name, str) or name not in named:
                    raise
                report.notes.append(f"The index {name} was left out: {error.message}")
                wanted = [without_index(item, name) for item in wanted]
            else:
                return

    async def _make_views(self, wanted: Sequence[CollectionDefinition], report: Report) -> None:
        """Each view by itself, after those that it reads from; what does not work here is left out."""
        left = list(wanted)
        while left:
            failed: dict[str, str] = {}
            for item in left:
                try:
                    await self._schema.restore_collections([item])
                except SatchelError as error:
                    failed[item.name] = _reason(error)
                else:
                    report.views += 1
            if len(failed) == len(left):
                report.notes += [f"The view {name} was left out: {reason}" for name, reason in failed.items()]
                return
            left = [item for item in left if item.name in failed]

    async def _keep_details(self, data: PocketBaseData) -> None:
        """What making a collection decides anew: moments, the ids of a view's fields, the superusers' options."""

        async def work(session: StoreSession) -> None:
            for item in data.collections:
                moments = {"created": item["created"], "updated": item["updated"]}
                if item["name"] == SUPERUSERS:
                    await save_superuser_options(session, item)
                elif item["name"] not in SYSTEM:
                    await session.update(COLLECTIONS, moments, ("collection", "=", item["name"]))
                if item["type"] == "view":
                    for shown in item["fields"]:
                        of: Condition = ("collection", "=", item["name"])
                        await session.update(FIELDS, {"pb_id": shown["id"]}, of, ("field", "=", shown["name"]))

        await self._tables.write(work)
        await self._metadata.reload()

    # --- rows

    async def _copy(self, data: PocketBaseData, table: str, name: str) -> int:
        """Copy the rows of one table into a collection, in one transaction; how many there are."""
        collection = self._catalog.collections[name]
        database = self._databases[collection.source]
        plan = CollectionPlan(self._catalog, collection, DIALECTS[database.dialect])
        names = tuple(plan.fields)
        read = [self._reader(plan, item) for item in names]
        count = 0

        async def work(transaction: Transaction) -> int:
            nonlocal count
            count = 0
            async for batch in data.rows(table, names):
                rows = [[item(value) for item, value in zip(read, row, strict=True)] for row in batch]
                await insert_rows(transaction, plan, names, rows)
                count += len(rows)
            return count

        return await database.write(work, heavy=True)

    def _reader(self, plan: CollectionPlan, name: str) -> Callable[[Any], Any]:
        """What turns a stored value of PocketBase's into the one to be bound."""
        found = plan.fields[name]
        cast_value = value_reader(plan.collection, name)
        encode = found.encode
        points_at_superusers = found.field.options.get("collectionId") == SUPERUSERS_ID
        if points_at_superusers:
            return lambda value: encode(self._renamed(cast_value(value)))
        return lambda value: encode(cast_value(value))

    def _renamed(self, value: Any) -> Any:
        """References to superusers, whose ids are new."""
        if isinstance(value, list):
            return [self._superuser_ids.get(item, item) for item in cast("list[str]", value)]
        return self._superuser_ids.get(value, value)

    async def _take_settings(self, settings: AppSettings | None, report: Report) -> None:
        if settings is None:
            report.notes.append("The settings stayed behind: they are encrypted, and no --encryption-env was named.")
            return
        try:
            await self._settings.replace(settings)
        except ValidationFailed as error:
            report.notes.append(f"The settings stayed behind: {_reason(error)}")

    # --- accounts

    async def _superusers(self, data: PocketBaseData, report: Report) -> None:
        """Users with admin access, with the password and token key that they had."""
        superusers = Superusers(self._tables, lambda: datetime.now(UTC))
        columns = ("id", "email", "password", "tokenKey")
        async for batch in data.rows(SUPERUSERS, columns):
            for identifier, email, password, token_key in batch:
                made, created = await superusers.upsert(str(email).lower(), str(password))
                self._superuser_ids[str(identifier)] = made
                await self._keep_key(made, str(token_key))
                report.superusers += created

    async def _keep_key(self, user: str, token_key: str) -> None:
        async def work(session: StoreSession) -> None:
            await session.update(USERS, {"token_key": token_key}, ("id", "=", user))

        await self._tables.write(work)

    async def _account_rows(self, data: PocketBaseData, name: str) -> None:
        """The rows of one of PocketBase's own collections. References to superusers follow them."""
        columns = tuple(item.name for item in self._tables.fields(name))

        async def work(session: StoreSession) -> None:
            async for batch in data.rows(name, columns):
                for row in batch:
                    values = dict(zip(columns, row, strict=True))
                    if values.get("collectionRef") == SUPERUSERS_ID:
                        values["recordRef"] = self._renamed(values["recordRef"])
                    await session.insert(name, values)

        await self._tables.write(work)


# --- the parts


def definitions_of(data: PocketBaseData, catalog: Catalog) -> list[CollectionDefinition]:
    """What is to be made of every collection but PocketBase's own. Raises ConfigError for one that can't be read."""
    found: list[CollectionDefinition] = []
    for item in data.collections:
        if item["name"] in SYSTEM:
            continue
        try:
            found.append(new_definition(item, catalog))
        except ApiError as error:
            raise ConfigError(f"The collection {item['name']} can't be read: {error.message}") from error
    return found


def without_index(wanted: CollectionDefinition, name: str) -> CollectionDefinition:
    return replace(wanted, indexes=tuple(item for item in wanted.indexes if item.name != name))


def value_reader(collection: Collection, name: str) -> Callable[[Any], Any]:
    """What a stored value of PocketBase's means: lists and objects are kept as JSON texts, flags as numbers."""
    found = collection.fields[name]
    if not found.kind or (found.kind in _TEXTS and found.type != "json"):
        return lambda value: "" if value is None else str(value)
    read = KINDS[found.kind].cast(found)
    return (lambda value: read(document_of(value))) if found.type == "json" else read


_TEXTS = frozenset({"password", "text", "file", "relation", "select"})
"""Kinds whose single values are stored as the text that they are; a password's is its hash."""


def document_of(value: Any) -> Any:
    """A stored JSON text as its value; what is none is a text."""
    if not isinstance(value, str | bytes):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


# INSERT INTO "posts" ("id", "title") VALUES (?, ?), (?, ?)
async def insert_rows(
    transaction: Transaction, plan: CollectionPlan, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert encoded rows, as many at a time as a statement can take."""
    fields = [plan.fields[name].field for name in names]
    step = max(1, BINDS_MAX // max(1, len(fields)))
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        statement = insert(plan.dialect, plan.collection, fields, (), rows=len(part))
        await transaction.run(statement.sql, [value for row in part for value in row])


async def save_superuser_options(session: StoreSession, item: Object) -> None:
    """The options of the superusers' collection: secrets, lives of tokens, templates."""
    known = (*("id", "system", "type", "name", "fields", "indexes", "created", "updated"), *_RULES)
    values = {"pb_options": {name: value for name, value in item.items() if name not in known}}
    if await session.update(COLLECTIONS, values, ("collection", "=", SUPERUSERS)) == 0:
        await session.insert(COLLECTIONS, {"collection": SUPERUSERS, "tracked": False, **values})


_RULES = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule", "authRule", "manageRule")


def copy_files(source: Path, target: Path) -> int:
    """Copy uploaded files with what is kept beside them; how many there are, without previews."""
    if not source.is_dir():
        return 0
    shutil.copytree(source, target, dirs_exist_ok=True)
    return sum(
        1
        for path in source.rglob("*")
        if path.is_file() and path.suffix != ".attrs" and not path.parent.name.startswith("thumbs_")
    )


def _reason(error: SatchelError) -> str:
    errors = getattr(error, "errors", ())
    return " ".join(item.message for item in errors) or error.message
