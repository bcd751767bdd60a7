"""A real store in a temporary SQLite file, and Accounts on top of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from satchel.auth.accounts import Accounts
from satchel.config import Settings, default_settings, override
from satchel.db import Database, DatabaseOptions, SqlFunction, open_database
from satchel.engine.store import Store
from satchel.model.catalog import Catalog
from satchel.model.system.collections import store_tables
from satchel.sql.dialects import DIALECTS, SQLITE_FUNCTIONS

SECRET = "a secret for tests, long enough to sign tokens with"


@dataclass
class Clock:
    """Time that a test moves by hand."""

    at: datetime = field(default_factory=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Setup:
    database: Database
    store: Store
    clock: Clock
    path: Path
    catalog: Catalog = field(default_factory=lambda: Catalog.build([]))

    def settings(self, **changes: Any) -> Settings:
        return override(default_settings(), {"secret": SECRET, "login_stall_milliseconds": 0, **changes})

    async def accounts(self, **changes: Any) -> Accounts:
        """One more worker on this store."""
        found = Accounts(
            self.store, self.settings(**changes), lambda: self.catalog, now=self.clock.now, clock=self.clock.monotonic
        )
        await found.start()
        return found

    async def write(self, name: str, /, **values: Any) -> None:
        await self.store.write(lambda session: session.insert(name, values))

    async def user(self, accounts: Accounts, key: str, /, **values: Any) -> None:
        """A user with the password `correct horse`."""
        row = {"id": key, "email": f"{key}@example.com", "status": "active", "provider": "default", **values}
        if "password" not in row:
            row["password"] = await accounts.hash_password("correct horse")
        await self.write("directus_users", **row)


CREATE = 'CREATE TABLE "{}" ({}, PRIMARY KEY ("{}"))'


async def create_tables(database: Database) -> None:
    types = {"integer": "INTEGER", "bigInteger": "INTEGER", "boolean": "BOOLEAN"}

    async def work(transaction: Any) -> None:
        for collection in store_tables().values():
            columns = [
                f'"{item.column}" {types.get(item.type, "TEXT")}' + (f" DEFAULT {item.default}" if item.default else "")
                for item in collection.stored_fields
            ]
            await transaction.run(CREATE.format(collection.table, ", ".join(columns), collection.key[0]))

    await database.write(work)


Opener = Callable[[], Awaitable[Setup]]


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[Setup]:
    """An empty store in SQLite."""
    path = tmp_path / "store.db"
    options = DatabaseOptions(
        create=True, durability="normal", functions=tuple(SqlFunction(*item) for item in SQLITE_FUNCTIONS)
    )
    database = open_database("store", f"sqlite:///{path}", options)
    await database.open()
    await create_tables(database)
    yield Setup(database, Store(database, DIALECTS["sqlite"], store_tables()), Clock(), path)
    await database.close()


@pytest.fixture
async def accounts(setup: Setup) -> AsyncIterator[Accounts]:
    found = await setup.accounts()
    yield found
    await found.close()
