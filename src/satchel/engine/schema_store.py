"""Opening a store: making Satchel's own tables, and bringing older ones up to date.

In charge of: which steps a store lacks, and running them, once, however many workers start together. Not in charge of:
what the steps are (`model/system/migrations`). Called by `metadata`.

    SELECT "value" FROM "satchel_state" WHERE "name" = 'schema_version'
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

from satchel.db.base import Database, Transaction
from satchel.engine.schema_run import run_changes
from satchel.engine.store import Store, StoreSession
from satchel.errors import ConfigError, ConstraintFailed, DatabaseError, ReadOnly
from satchel.model.schema_changes import Change
from satchel.model.system.migrations import LATEST, SCHEMA_VERSION, STEPS, changes_of, present_after
from satchel.sql.ddl import ddl_of

STATE = "satchel_state"
MADE = "made"
"""The row of `satchel_state` that says since when there is this store."""
ATTEMPTS = 6
PAUSE_SECONDS = 0.2


async def prepare_store(database: Database, store: Store) -> int:
    """Bring the store to this program's version; the version that it had (0: it was new).

    Raises ConfigError for a store of a newer program, and for one that can't be written but would have to be.
    """
    version = await _version(store)
    if version > LATEST:
        raise ConfigError(
            f"The store {database.name} was written by a newer version of Satchel (its schema has number {version}, "
            f"this program knows {LATEST}).",
            hint="Start the newer version, or name another store with --store.",
        )
    if version == LATEST:
        return version
    facts = await database.facts()
    if facts.read_only:
        raise ConfigError(
            f"The store {database.name} is read only, and Satchel's own tables are not in it yet.",
            hint="Name a store that can be written with --store.",
        )
    for attempt in range(ATTEMPTS):
        try:
            await _migrate(database, store, version)
            return version
        except _Done:
            return LATEST
        except (DatabaseError, ReadOnly) as error:
            # Where DDL is not transactional another worker's tables may be seen before its version is.
            await asyncio.sleep(PAUSE_SECONDS * attempt)
            if await _version(store) == LATEST:
                return LATEST
            if attempt + 1 == ATTEMPTS:
                raise ConfigError(
                    f"Satchel's own tables could not be made in the store {database.name}: {error.message}",
                    hint="The role needs the right to create tables, or name another store with --store.",
                ) from error
    return version


class _Done(Exception):
    """Another worker was quicker."""


async def _migrate(database: Database, store: Store, version: int) -> None:
    """Run the steps that are missing, in one transaction. Raises _Done."""
    facts = await database.facts()
    # The store's tables are in the schema that a new table would be made in: those without a schema in the facts.
    present = {
        table.name: frozenset(column.name for column in table.columns) for table in facts.tables if table.schema is None
    }
    steps = [step for step in STEPS if step.number > version]
    changes: list[Change] = []
    for step in steps:
        changes += changes_of(step, present, None)
        present = present_after(step, present)

    async def look() -> None:
        if await _version(store) == LATEST:
            raise _Done

    async def finish(transaction: Transaction) -> None:
        session = store.session(transaction)
        for step in steps:
            for statement in step.sql:
                await transaction.run(statement)
        number = {"value": str(LATEST)}
        if await session.update(STATE, number, ("name", "=", SCHEMA_VERSION)) == 0:
            await session.insert(STATE, {"name": SCHEMA_VERSION, **number})

    async def work(transaction: Transaction) -> None:
        await run_changes(transaction, ddl_of(database.dialect), changes, check=look, verify=finish)

    await database.write_schema(work)


async def note_made(database: Database, store: Store) -> None:
    """Remember since when there is this store; nothing happens in one that can't be written."""
    if await when_made(store) or (await database.facts()).read_only:
        return
    row = {"name": MADE, "value": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3] + "Z"}
    with suppress(ConstraintFailed):  # another worker was quicker
        await store.write(lambda session: session.insert(STATE, row))


async def when_made(source: Store | StoreSession) -> str:
    """Since when there is this store, as the PocketBase wire shows moments."""
    rows = await source.select(STATE, ("value",), ("name", "=", MADE))
    return str(rows[0]["value"]) if rows else ""


async def _version(store: Store) -> int:
    """The number of the last step, 0 for a database that is no store yet."""
    try:
        rows = await store.select(STATE, ("value",), ("name", "=", SCHEMA_VERSION))
    except DatabaseError:
        return 0  # there is no such table
    return int(rows[0]["value"]) if rows else 0
