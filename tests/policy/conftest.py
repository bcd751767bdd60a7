"""A real store in a temporary SQLite file, and Accounts on top of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from satchel.auth import passwords
from satchel.auth.accounts import Accounts
from satchel.auth.record_sign_in import SignedIn
from satchel.config import Settings, default_settings, override
from satchel.db import Database, DatabaseOptions, SqlFunction, open_database
from satchel.engine.schema_store import prepare_store
from satchel.engine.store import Store
from satchel.model.catalog import Catalog
from satchel.model.metadata_rows import MetadataRows
from satchel.model.overlay import build_catalog
from satchel.model.system.collections import store_tables
from satchel.policy.actor import Actor
from satchel.sql.dialects import DIALECTS, SQLITE_FUNCTIONS
from tests.policy.world import KINDS
from tests.stores import empty_store

GREEDY = [pytest.param(kind, marks=[pytest.mark.dialects, pytest.mark.heavy]) for kind in ("postgres", "mariadb")]
on_all_stores = pytest.mark.parametrize("setup", ["sqlite", *GREEDY], indirect=True)
races_on_all_stores = pytest.mark.parametrize("setup", KINDS, indirect=True)

SECRET = "a secret for tests, long enough to sign tokens with"


def uid(name: str) -> str:
    """The id of a named thing."""
    return str(uuid5(NAMESPACE_URL, name))


class NoRows:
    """Records of auth collections are none of these tests' business."""

    async def stored(self, *asked: Any) -> None:
        return None

    async def stored_by(self, *asked: Any) -> list[dict[str, Any]]:
        return []

    stored_like = stored_by

    async def meets(self, *asked: Any) -> bool:
        return False


NO_ROWS = NoRows()


async def superuser_login(accounts: Accounts, email: str, password: str, *, ip: str | None = None) -> SignedIn:
    """Sign in on the PocketBase wire."""
    collection = accounts._catalog().collections["_superusers"]  # pyright: ignore[reportPrivateUsage]
    context = accounts.context(Actor.public(ip=ip))
    return await accounts.sign_in.with_password(collection, email, password, "", context)


async def superuser_refresh(accounts: Accounts, token: str) -> SignedIn:
    """Trade a token on the PocketBase wire."""
    collection = accounts._catalog().collections["_superusers"]  # pyright: ignore[reportPrivateUsage]
    return await accounts.sign_in.refresh(token, collection, accounts.context(Actor.public()))


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
    clock: Clock
    catalog: Catalog = field(default_factory=lambda: build_catalog([], MetadataRows()).catalog)
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store(self.database, DIALECTS[self.database.dialect], store_tables(), lambda: self.catalog)

    def settings(self, **changes: Any) -> Settings:
        return override(default_settings(), {"secret": SECRET, "login_stall_milliseconds": 0, **changes})

    async def accounts(self, **changes: Any) -> Accounts:
        """One more worker on this store."""
        found = Accounts(
            self.store,
            self.settings(**changes),
            lambda: self.catalog,
            NO_ROWS,
            now=self.clock.now,
            clock=self.clock.monotonic,
        )
        await found.start()
        return found

    async def write(self, name: str, /, **values: Any) -> None:
        await self.store.write(lambda session: session.insert(name, values))

    async def user(self, accounts: Accounts, name: str, /, **values: Any) -> None:
        """A user with the id `uid(name)` and the password `correct horse`."""
        row = {"id": uid(name), "email": f"{name}@example.com", "status": "active", "provider": "default", **values}
        if "password" not in row:
            row["password"] = await accounts.hash_password("correct horse")
        await self.write("directus_users", **row)


@pytest.fixture
def slow_hashes() -> None:
    """For tests about the work that a password takes: it is done in full."""


@pytest.fixture(autouse=True)
def quick_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords of tests guard nothing: the same hash with as little work as there can be."""
    if "slow_hashes" not in request.fixturenames:
        monkeypatch.setattr(passwords, "MEMORY_KIB", 8)
        monkeypatch.setattr(passwords, "PASSES", 1)


@pytest.fixture
async def setup(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Setup]:
    """An empty store: in SQLite, or in what `@on_all_stores` asks for."""
    kind = getattr(request, "param", "sqlite")
    functions = tuple(SqlFunction(*item) for item in SQLITE_FUNCTIONS)
    options = DatabaseOptions(create=True, durability="normal", functions=functions, pool_size=5)
    with empty_store(kind) as url:
        database = open_database("store", url or f"sqlite:///{tmp_path / 'main.db'}", options)
        await database.open()
        found = Setup(database, Clock())
        await prepare_store(database, found.store)
        yield found
        await database.close()


@pytest.fixture
async def accounts(setup: Setup) -> AsyncIterator[Accounts]:
    found = await setup.accounts()
    yield found
    await found.close()
