"""A database that Directus uses, read: which of its tables there are, and their rows as plain values.

In charge of: telling such a database from others and from those of old versions, and how Directus stores values in each
kind of database. Not in charge of: what becomes of any of it (`directus_rows`, `directus`, `directus_in_place`). It
only reads.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from satchel.db.base import Database
from satchel.db.open import open_database
from satchel.db.options import DatabaseOptions
from satchel.errors import ConfigError, SatchelError
from satchel.model.facts import DatabaseFacts, TableFacts
from satchel.model.types.moments import date_time_text, read_day, read_moment, read_time, time_text, timestamp_text
from satchel.sql.dialects import DIALECTS

PREFIX = "directus_"
NEEDED = ("directus_collections", "directus_fields", "directus_relations", "directus_users", "directus_roles")
SINCE_11 = ("directus_policies", "directus_access", "directus_permissions")
_NAMES = (
    "access activity collections comments dashboards deployments deployment_projects deployment_runs extensions fields"
    " files flows folders migrations notifications oauth_clients oauth_codes oauth_consents oauth_tokens operations"
    " panels permissions policies presets relations revisions roles sessions settings shares translations users"
    " versions webhooks"
)
HIDDEN = frozenset(PREFIX + name for name in _NAMES.split(" "))
"""Directus's own tables: what they hold is served from the store."""
BATCH = 2000
"""Rows that are read at a time."""

Item = dict[str, Any]


async def is_directus(database: Database) -> bool:
    """Whether Directus uses this database."""
    dialect = DIALECTS[database.dialect]
    for name in ("directus_migrations", *NEEDED):
        try:
            await database.read(f"SELECT 1 FROM {dialect.table(None, name)} WHERE 1 = 0")
        except SatchelError:
            return False
    return True


@dataclass(frozen=True, slots=True)
class DirectusData:
    """An open database. `facts`: what it says of itself."""

    database: Database
    facts: DatabaseFacts

    def table(self, name: str) -> TableFacts | None:
        """A table of the default schema."""
        return next((item for item in self.facts.tables if item.name == name and item.schema is None), None)

    async def rows(self, name: str, types: Mapping[str, str]) -> AsyncGenerator[list[Item]]:
        """The rows of a table, some thousand at a time, in the order of its key. `types`: the columns that are wanted,
        with the storage type that each value is to be of; those that are not there are left out.
        """
        table = self.table(name)
        if table is None:
            return
        known = {column.name for column in table.columns}
        wanted = {column: kind for column, kind in types.items() if column in known}
        if not wanted:
            return
        async for batch in _batches(self.database, table, tuple(wanted)):
            yield [
                {column: plain(value, wanted[column]) for column, value in zip(wanted, row, strict=True)}
                for row in batch
            ]

    def parts(self, name: str, types: Mapping[str, str]) -> AsyncGenerator[list[Item]]:
        return self.rows(name, types)

    async def all_rows(self, name: str, types: Mapping[str, str]) -> list[Item]:
        return [row async for batch in self.rows(name, types) for row in batch]


# SELECT "id", "title" FROM "posts" ORDER BY "id" LIMIT 500 OFFSET 1000
async def _batches(
    database: Database, table: TableFacts, columns: Sequence[str]
) -> AsyncGenerator[list[tuple[Any, ...]]]:
    dialect = DIALECTS[database.dialect]
    names = ", ".join(dialect.quote(name) for name in columns)
    order = ", ".join(dialect.quote(name) for name in table.primary_key or columns[:1])
    place = dialect.table(table.schema, table.name)
    start = 0
    while True:
        found = await database.read(f"SELECT {names} FROM {place} ORDER BY {order} LIMIT {BATCH} OFFSET {start}")
        if found:
            yield found
        if len(found) < BATCH:
            return
        start += BATCH


@asynccontextmanager
async def open_directus(url: str) -> AsyncGenerator[DirectusData]:
    """Open a database of Directus for reading. Raises ConfigError for one that is none, or of a version before 11."""
    database = open_database("directus", url, DatabaseOptions())
    await database.open()
    try:
        yield await read_directus(database)
    finally:
        await database.close()


async def read_directus(database: Database) -> DirectusData:
    """An open database. Raises ConfigError as `open_directus`."""
    data = DirectusData(database, await database.facts())
    missing = [name for name in NEEDED if data.table(name) is None]
    if missing:
        raise ConfigError(f"This is no database of Directus: it has no table {missing[0]}.")
    old = [name for name in SINCE_11 if data.table(name) is None]
    if old:
        raise ConfigError(
            f"This database is of a Directus before version 11: it has no table {old[0]}.",
            hint="Start a newer Directus on a copy of it once, which brings it up to date.",
        )
    return data


def plain(value: Any, kind: str) -> Any:
    """A stored value as the store and the engine keep one of this storage type. SQLite's moments are milliseconds."""
    if value is None:
        return None
    match kind:
        case "boolean":
            return value not in (0, False, "0", "false", "f", b"\x00")
        case "integer" | "bigInteger":
            return int(value)
        case "float":
            return float(value)
        case "decimal":
            return str(value)
        case "json":
            return _document(value)
        case "timestamp" | "dateTime" | "date" | "time":
            return _moment(value, kind)
        case "binary":
            return bytes(value)
        case _:
            return _text(value)


def _document(value: Any) -> Any:
    if isinstance(value, str | bytes):
        try:
            return json.loads(value)
        except ValueError:
            return value if isinstance(value, str) else value.decode("utf-8", "replace")
    return value


def _moment(value: Any, kind: str) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = datetime.fromtimestamp(value / 1000, UTC)
    if isinstance(value, timedelta) and timedelta(0) <= value < timedelta(days=1):
        value = (
            datetime.min.replace(tzinfo=UTC) + value
        ).time()  # as the driver of MariaDB and MySQL gives a time of day
    if kind == "time":
        found = read_time(value)
        return time_text(found) if found is not None else _text(value)
    if kind == "date":
        day = read_day(value)
        return day.isoformat() if day is not None else None
    moment = read_moment(value)
    if moment is None:
        return None
    return timestamp_text(moment) if kind == "timestamp" else date_time_text(moment)


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, UUID | Decimal):
        return str(value)
    return str(value) if isinstance(value, int | float) else value
