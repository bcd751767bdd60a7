"""Coming in by a share: what is asked for, how often it may be used, and when it is good no more."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from satchel.auth.accounts import Accounts
from satchel.auth.sessions import iso
from satchel.errors import TooManyRequests, Unauthenticated
from tests.policy.conftest import on_all_stores, races_on_all_stores, uid


def payload(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


async def reason(work: Any) -> str:
    with pytest.raises(Unauthenticated) as caught:
        await work
    return caught.value.details["reason"]


async def share(setup: Any, accounts: Accounts, name: str, **values: Any) -> str:
    """A share of an article by the user "ann"; its id."""
    if not await setup.store.select("directus_users", ("id",), ("id", "=", uid("ann"))):
        await setup.user(accounts, "ann")
    if "password" in values:
        values["password"] = await accounts.hash_password(values["password"])
    row = {"id": uid(name), "collection": "articles", "item": "1", "user_created": uid("ann"), "times_used": 0}
    await setup.write("directus_shares", **(row | values))
    accounts.changed()
    return uid(name)


async def uses(setup: Any, key: str) -> int:
    rows = await setup.store.select("directus_shares", ("times_used",), ("id", "=", key))
    return rows[0]["times_used"]


@on_all_stores
async def test_a_share_gives_a_token_in_the_recorded_shape(setup: Any, accounts: Accounts) -> None:
    key = await share(setup, accounts, "open")
    found = await accounts.shares.sign_in(key, None, ip="10.0.0.1")
    now = int(setup.clock.at.timestamp())
    assert list(payload(found.access_token).items()) == [
        ("app_access", False),
        ("admin_access", False),
        ("role", None),
        ("share", key),
        ("iat", now),
        ("exp", now + 900),
        ("iss", "directus"),
    ]
    assert await uses(setup, key) == 1
    actor = await accounts.resolve(found.access_token, ip=None)
    assert (actor.kind, actor.key, actor.admin) == ("share", None, False)
    renewed = await accounts.refresh(found.refresh_token)
    assert payload(renewed.access_token)["share"] == key
    assert await reason(accounts.refresh(found.refresh_token)) == "unknown"
    assert await uses(setup, key) == 1  # renewing is no further use
    in_session = await accounts.shares.sign_in(key, None, mode="session")
    assert (await accounts.resolve(in_session.access_token, ip=None)).kind == "share"
    await accounts.logout(in_session.access_token, mode="session")
    assert await reason(accounts.resolve(in_session.access_token, ip=None)) == "unknown"


async def test_what_is_refused(setup: Any, accounts: Accounts) -> None:
    locked = await share(setup, accounts, "locked", password="open sesame")
    for password in (None, "", "wrong", "x" * 2000):
        assert await reason(accounts.shares.sign_in(locked, password)) == "credentials"
    assert (await accounts.shares.sign_in(locked, "open sesame")).refresh_token
    assert await uses(setup, locked) == 1
    for key in (uid("nobody"), "", "no id", "x" * 2000, "\0"):
        assert await reason(accounts.shares.sign_in(key, None)) == "credentials"
    now = setup.clock.at
    future = await share(setup, accounts, "future", date_start=iso(now + timedelta(hours=1)))
    past = await share(setup, accounts, "past", date_end=iso(now - timedelta(hours=1)))
    spent = await share(setup, accounts, "spent", max_uses=1, times_used=1)
    orphan = await share(setup, accounts, "orphan", user_created=None)
    await setup.user(accounts, "bob", status="suspended")
    of_bob = await share(setup, accounts, "of bob", user_created=uid("bob"))
    for key in (future, past, spent, orphan, of_bob):
        assert await reason(accounts.shares.sign_in(key, None)) == "credentials"
    setup.clock.pass_by(3601)
    assert (await accounts.shares.sign_in(future, None)).access_token


async def test_guessing_passwords_ends(setup: Any, accounts: Accounts) -> None:
    locked = await share(setup, accounts, "locked", password="open sesame")
    for _ in range(25):
        assert await reason(accounts.shares.sign_in(locked, "wrong", ip="10.0.0.9")) == "credentials"
    with pytest.raises(TooManyRequests):
        await accounts.shares.sign_in(locked, "open sesame", ip="10.0.0.9")
    assert (await accounts.shares.sign_in(locked, "open sesame", ip="10.0.0.10")).access_token


async def test_a_share_ends_with_its_date_and_its_creator(setup: Any, accounts: Accounts) -> None:
    key = await share(setup, accounts, "brief", date_end=iso(setup.clock.at + timedelta(minutes=5)))
    found = await accounts.shares.sign_in(key, None)
    assert (await accounts.resolve(found.access_token, ip=None)).kind == "share"
    setup.clock.pass_by(301)
    assert await reason(accounts.resolve(found.access_token, ip=None)) == "unknown"
    assert await reason(accounts.refresh(found.refresh_token)) == "unknown"
    lasting = await accounts.shares.sign_in(await share(setup, accounts, "lasting"), None)
    actor = await accounts.resolve(lasting.access_token, ip=None)
    assert await accounts.standing(actor) is not None
    await setup.store.write(
        lambda session: session.update("directus_users", {"status": "archived"}, ("id", "=", uid("ann")))
    )
    setup.clock.pass_by(61)
    assert await reason(accounts.resolve(lasting.access_token, ip=None)) == "unknown"
    assert await accounts.standing(actor) is None


@races_on_all_stores
async def test_no_more_come_in_than_a_share_allows(setup: Any, accounts: Accounts) -> None:
    """Twelve at once want a share that three may use."""
    key = await share(setup, accounts, "three", max_uses=3)
    other = await setup.accounts()
    tries = [(accounts, other)[number % 2].shares.sign_in(key, None) for number in range(12)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    await other.close()
    assert sum(not isinstance(item, BaseException) for item in results) == 3, results
    assert all(isinstance(item, Unauthenticated) for item in results if isinstance(item, BaseException)), results
    assert await uses(setup, key) == 3
    assert len(await setup.store.select("directus_sessions", ("token",))) == 3
