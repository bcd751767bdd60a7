"""What follows when accounts are written like any other item."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from satchel.auth.accounts import Accounts
from satchel.auth.changes import RowChange, settle
from satchel.auth.seeds import ADMIN_ACCESS, ADMIN_POLICY, ADMIN_ROLE
from satchel.engine.schema_store import STATE
from satchel.engine.store import Store
from satchel.errors import Unauthenticated, Unprocessable
from satchel.model.system.collections import store_tables
from satchel.sql.dialects import DIALECTS
from tests.policy.conftest import on_all_stores, superuser_login, uid

AT = "2026-01-02 03:04:05.000Z"

RIGHT = "correct horse"
USERS = "directus_users"


async def change(setup: Any, accounts: Accounts, collection: str, key: str, **values: Any) -> None:
    async def work(session: Any) -> None:
        await session.update(collection, values, ("id", "=", key))
        await settle(session, [RowChange(collection, "update", key, frozenset(values))], AT)

    await setup.store.write(work)
    accounts.access.changed()


async def delete(setup: Any, accounts: Accounts, collection: str, key: str) -> None:
    async def work(session: Any) -> None:
        await session.delete(collection, ("id", "=", key))
        await settle(session, [RowChange(collection, "delete", key)], AT)

    await setup.store.write(work)
    accounts.access.changed()


class SlowStore(Store):
    """Its next answer about one table comes late: it waits for `gate` after it was read."""

    late: str | None = None

    def wait_for(self, table: str) -> None:
        self.late, self.reached, self.gate = table, asyncio.Event(), asyncio.Event()

    async def select(self, name: str, *given: Any, **more: Any) -> list[dict[str, Any]]:
        rows = await super().select(name, *given, **more)
        if name == self.late:
            self.late = None
            self.reached.set()
            await self.gate.wait()
        return rows


@pytest.mark.parametrize("table", [USERS, STATE])
async def test_what_was_read_before_a_change_is_not_believed_after_it(setup: Any, table: str) -> None:
    """However late it comes: the change was answered already."""
    slow = SlowStore(setup.database, DIALECTS[setup.database.dialect], store_tables(), lambda: setup.catalog)
    setup.store = slow
    accounts = await setup.accounts()
    await setup.user(accounts, "root", role=ADMIN_ROLE)
    await setup.user(accounts, "ann")
    if table == STATE:
        assert (await accounts.access.user(uid("ann"))).active
    setup.clock.pass_by(1)
    slow.wait_for(table)
    early = asyncio.create_task(accounts.access.user(uid("ann")))
    await slow.reached.wait()
    await change(setup, accounts, USERS, uid("ann"), status="suspended")
    if table == USERS:
        await accounts.access.refresh()
    slow.gate.set()
    await early
    assert not (await accounts.access.user(uid("ann"))).active
    await accounts.close()


async def ended(accounts: Accounts, token: str) -> bool:
    try:
        await accounts.refresh(token)
    except Unauthenticated:
        return True
    return False


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ({"password": "$argon2id$x"}, True),
        ({"status": "suspended"}, True),
        ({"role": ADMIN_ROLE}, True),
        ({"email": "other@example.com"}, True),
        ({"first_name": "Ann"}, False),
        ({"last_page": "/content"}, False),
    ],
)
async def test_what_ends_a_users_sessions(setup: Any, accounts: Accounts, values: dict[str, Any], ends: bool) -> None:
    await setup.user(accounts, "ann")
    await setup.user(accounts, "bob")
    ann, bob = [(await accounts.login(f"{name}@example.com", RIGHT)).refresh_token for name in ("ann", "bob")]
    in_session = (await accounts.login("ann@example.com", RIGHT, mode="session")).access_token
    await accounts.create_superuser("root@example.com", "root's password")
    await change(setup, accounts, USERS, uid("ann"), **values)
    assert await ended(accounts, ann) is ends
    assert not await ended(accounts, bob)
    if ends:
        with pytest.raises(Unauthenticated):
            await accounts.resolve(in_session, ip=None)
    else:
        assert (await accounts.resolve(in_session, ip=None)).key == uid("ann")


async def test_a_change_shows_at_once_in_this_worker(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann", token="static")
    await accounts.create_superuser("root@example.com", "root's password")
    assert not (await accounts.resolve("static", ip=None)).admin
    await change(setup, accounts, USERS, uid("ann"), role=ADMIN_ROLE)
    assert (await accounts.resolve("static", ip=None)).admin
    await change(setup, accounts, USERS, uid("ann"), status="suspended")
    with pytest.raises(Unauthenticated):
        await accounts.resolve("static", ip=None)


@pytest.mark.parametrize("collection", ["directus_permissions", "directus_access", "directus_policies"])
async def test_other_workers_are_told(setup: Any, accounts: Accounts, collection: str) -> None:
    before = await setup.store.select("satchel_state", ("value",), ("name", "=", "access_stamp"))
    await setup.store.write(lambda s: settle(s, [RowChange(collection, "create", "1")], AT))
    after = await setup.store.select("satchel_state", ("value",), ("name", "=", "access_stamp"))
    assert before != after
    assert await setup.store.write(lambda s: settle(s, [RowChange("posts", "delete", "1")], AT)) is False
    assert after == await setup.store.select("satchel_state", ("value",), ("name", "=", "access_stamp"))


@on_all_stores
async def test_the_last_admin_stays(setup: Any, accounts: Accounts) -> None:
    key = await accounts.create_superuser("root@example.com", "root's password")
    await setup.user(accounts, "ann")
    for work in (
        change(setup, accounts, USERS, key, status="suspended"),
        change(setup, accounts, USERS, key, role=None),
        change(setup, accounts, "directus_policies", ADMIN_POLICY, admin_access=False),
        change(setup, accounts, "directus_access", ADMIN_ACCESS, role=None),
        delete(setup, accounts, USERS, key),
        delete(setup, accounts, "directus_policies", ADMIN_POLICY),
        delete(setup, accounts, "directus_access", ADMIN_ACCESS),
        delete(setup, accounts, "directus_roles", ADMIN_ROLE),
    ):
        with pytest.raises(Unprocessable, match=r"^Cannot remove the last admin user from the system$"):
            await work
    assert (await superuser_login(accounts, "root@example.com", "root's password")).token
    await change(setup, accounts, USERS, uid("ann"), role=ADMIN_ROLE)
    await change(setup, accounts, USERS, key, role=None)
    await delete(setup, accounts, USERS, key)


@on_all_stores
async def test_two_admins_that_suspend_each_other(setup: Any, accounts: Accounts) -> None:
    keys = [await accounts.create_superuser(f"{name}@example.com", "a long password") for name in ("one", "two")]
    found = await asyncio.gather(
        *(change(setup, accounts, USERS, key, status="suspended") for key in keys), return_exceptions=True
    )
    assert sorted(type(item).__name__ for item in found) == ["NoneType", "Unprocessable"]


async def test_whoever_is_let_in_again_starts_from_nothing(setup: Any, accounts: Accounts) -> None:
    await setup.write("directus_settings", id=1, auth_login_attempts=2)
    await accounts.create_superuser("root@example.com", "root's password")
    await setup.user(accounts, "ann")
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            await accounts.login("ann@example.com", "wrong")
    await change(setup, accounts, USERS, uid("ann"), status="active")
    assert (await accounts.login("ann@example.com", RIGHT)).access_token
