"""Superusers: PocketBase sign-in, the command line's verbs, the set-up link, and who may do what when rows change."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from satchel.auth.accounts import Accounts
from satchel.auth.seeds import ADMIN_POLICY, PUBLIC_POLICY
from satchel.engine.store import Store
from satchel.errors import NotFound, SatchelError, Unauthenticated, Unprocessable, ValidationFailed
from satchel.model.catalog import Catalog, Collection, Field
from tests.policy.conftest import on_all_stores, races_on_all_stores, superuser_login, superuser_refresh, uid

IP = "10.0.0.1"
EMAIL, PASSWORD = "root@example.com", "root's password"


async def reason(work: Any) -> str:
    with pytest.raises(Unauthenticated) as caught:
        await work
    return caught.value.details["reason"]


def payload(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


# --- PocketBase sign-in


@on_all_stores
async def test_a_superuser_signs_in(setup: Any, accounts: Accounts) -> None:
    key = await accounts.create_superuser(EMAIL, PASSWORD)
    found = await superuser_login(accounts, "ROOT@example.com", PASSWORD)
    assert (found.record.id, found.record.email, found.record.verified) == (key, EMAIL, True)
    assert found.record.collection.id == "pbc_3142635823"
    assert list(payload(found.token).items()) == [
        ("collectionId", "pbc_3142635823"),
        ("exp", int(setup.clock.at.timestamp()) + 86400),
        ("id", key),
        ("refreshable", True),
        ("type", "auth"),
    ]
    actor = await accounts.resolve(found.token, ip=IP)
    assert (actor.key, actor.admin, actor.collection) == (key, True, "directus_users")
    assert (await accounts.grants(actor)).admin


async def test_only_admins_are_superusers(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    assert await reason(superuser_login(accounts, "ann@example.com", "correct horse")) == "credentials"
    assert await reason(superuser_login(accounts, "nobody@example.com", "correct horse")) == "credentials"


async def test_a_superusers_token_ends_with_admin_access(setup: Any, accounts: Accounts) -> None:
    key = await accounts.create_superuser(EMAIL, PASSWORD)
    token = (await superuser_login(accounts, EMAIL, PASSWORD)).token
    await setup.store.write(lambda s: s.update("directus_users", {"role": None}, ("id", "=", key)))
    setup.clock.pass_by(120)
    assert await reason(accounts.resolve(token, ip=IP)) == "unknown"


@pytest.mark.parametrize("change", [{"password": "$argon2id$other"}, {"email": "other@example.com"}])
async def test_a_superusers_token_ends_with_password_or_address(
    setup: Any, accounts: Accounts, change: dict[str, Any]
) -> None:
    key = await accounts.create_superuser(EMAIL, PASSWORD)
    token = (await superuser_login(accounts, EMAIL, PASSWORD)).token
    await setup.store.write(lambda s: s.update("directus_users", change, ("id", "=", key)))
    setup.clock.pass_by(120)
    assert await reason(accounts.resolve(token, ip=IP)) == "invalid"


async def test_a_superusers_token_is_renewed(setup: Any, accounts: Accounts) -> None:
    await accounts.create_superuser(EMAIL, PASSWORD)
    first = await superuser_login(accounts, EMAIL, PASSWORD)
    setup.clock.pass_by(3600)
    second = await superuser_refresh(accounts, first.token)
    assert payload(second.token)["exp"] == payload(first.token)["exp"] + 3600
    assert second.record.id == first.record.id
    setup.clock.pass_by(90_000)
    assert await reason(superuser_refresh(accounts, second.token)) == "expired"


async def test_a_directus_token_is_not_traded_for_a_longer_one(accounts: Accounts) -> None:
    await accounts.create_superuser(EMAIL, PASSWORD)
    token = (await accounts.login(EMAIL, PASSWORD)).access_token
    assert await reason(superuser_refresh(accounts, token)) == "invalid"


async def test_a_superuser_token_of_another_installation_or_kind(setup: Any, accounts: Accounts) -> None:
    key = await accounts.create_superuser(EMAIL, PASSWORD)
    other = await setup.accounts(secret="another secret, also long enough for this")
    token = (await superuser_login(other, EMAIL, PASSWORD)).token
    assert await reason(accounts.resolve(token, ip=IP)) == "invalid"
    tokens = accounts.tokens
    record = await accounts.records.find(setup.catalog.collections["_superusers"], key)
    assert record is not None
    signing = accounts.records._key(record, "auth")  # pyright: ignore[reportPrivateUsage]
    base = {"collectionId": "pbc_3142635823", "exp": 4_000_000_000, "id": key, "type": "auth"}
    for change, why in [
        ({"type": "file"}, "invalid"),
        ({"collectionId": "pbc_other"}, "invalid"),
        ({"id": "nobody"}, "unknown"),
    ]:
        forged = tokens._sign({**base, **change}, signing)  # pyright: ignore[reportPrivateUsage]
        assert await reason(accounts.resolve(forged, ip=IP)) == why
    await other.close()


# --- the command line's verbs


@pytest.mark.parametrize(
    ("email", "password", "codes"),
    [
        ("", "", [("email", "required"), ("password", "required")]),
        ("nonsense", "long enough", [("email", "email")]),
        ("a@b@c", "long enough", [("email", "email")]),
        ("a b@example.com", "long enough", [("email", "email")]),
        ("a@example..com", "long enough", [("email", "email")]),
        ("x" * 300 + "@example.com", "long enough", [("email", "email")]),
        (EMAIL, "short", [("password", "min_text")]),
        (EMAIL, "x" * 2000, [("password", "max_text")]),
    ],
)
async def test_what_is_no_address_or_password(
    accounts: Accounts, email: str, password: str, codes: list[tuple[str, str]]
) -> None:
    for work in (accounts.create_superuser, accounts.upsert_superuser, accounts.update_superuser):
        with pytest.raises(ValidationFailed) as caught:
            await work(email, password)
        assert [(error.path[0], error.code) for error in caught.value.errors] == codes
    assert not await accounts.has_superuser()


@on_all_stores
async def test_create_update_upsert_delete(setup: Any, accounts: Accounts) -> None:
    assert not await accounts.has_superuser()
    key = await accounts.create_superuser(" Root@Example.com ", PASSWORD)
    assert await accounts.has_superuser()
    with pytest.raises(ValidationFailed) as caught:
        await accounts.create_superuser("ROOT@example.com", PASSWORD)
    assert caught.value.errors[0].code == "not_unique"

    session = await accounts.login(EMAIL, PASSWORD)
    assert await accounts.update_superuser(EMAIL, "another password") == key
    assert await reason(accounts.login(EMAIL, PASSWORD)) == "credentials"
    assert await reason(accounts.refresh(session.refresh_token)) == "unknown"
    assert (await accounts.login(EMAIL, "another password")).access_token

    assert await accounts.upsert_superuser(EMAIL, PASSWORD) == (key, False)
    second, created = await accounts.upsert_superuser("two@example.com", PASSWORD)
    assert created
    await accounts.delete_superuser(EMAIL)
    assert await reason(accounts.login(EMAIL, PASSWORD)) == "credentials"
    with pytest.raises(Unprocessable, match="Cannot remove the last admin user from the system"):
        await accounts.delete_superuser("two@example.com")
    assert (await superuser_login(accounts, "two@example.com", PASSWORD)).record.id == second
    assert await setup.store.select("directus_access", ("user",), ("user", "is not null", None)) == []


async def test_unknown_superusers(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    for email in ("nobody@example.com", "ann@example.com"):
        with pytest.raises(NotFound):
            await accounts.update_superuser(email, PASSWORD)
        with pytest.raises(NotFound):
            await accounts.delete_superuser(email)


async def test_upsert_raises_a_user_to_an_admin(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann", status="suspended")
    assert await accounts.upsert_superuser("ann@example.com", PASSWORD) == (uid("ann"), False)
    assert (await superuser_login(accounts, "ann@example.com", PASSWORD)).record.id == uid("ann")


@races_on_all_stores
async def test_two_admins_that_delete_each_other(accounts: Accounts) -> None:
    await accounts.create_superuser("one@example.com", PASSWORD)
    await accounts.create_superuser("two@example.com", PASSWORD)
    found = await asyncio.gather(
        accounts.delete_superuser("one@example.com"),
        accounts.delete_superuser("two@example.com"),
        return_exceptions=True,
    )
    assert sorted(type(item).__name__ for item in found) == ["NoneType", "Unprocessable"]
    assert await accounts.has_superuser()


@on_all_stores
async def test_admin_access_can_be_given_back(setup: Any, accounts: Accounts) -> None:
    async def lose(session: Any) -> None:
        await session.delete("directus_access")
        await session.delete("directus_roles")
        await session.update("directus_policies", {"admin_access": False})

    await setup.store.write(lose)
    await accounts.create_superuser(EMAIL, PASSWORD)
    assert (await superuser_login(accounts, EMAIL, PASSWORD)).token


# --- the set-up link


async def test_the_set_up_link_makes_the_first_admin_once(setup: Any, accounts: Accounts) -> None:
    token = await accounts.setup_token()
    assert token is not None
    stored = await setup.store.select("satchel_state", ("value",), ("name", "=", "setup"))
    assert token not in stored[0]["value"]
    assert await accounts.setup(token, EMAIL, PASSWORD)
    assert (await superuser_login(accounts, EMAIL, PASSWORD)).token
    assert await reason(accounts.setup(token, "two@example.com", PASSWORD)) == "unknown"
    assert await accounts.setup_token() is None


@races_on_all_stores
async def test_of_fifty_that_use_the_set_up_link_at_once_one_wins(setup: Any, accounts: Accounts) -> None:
    token = await accounts.setup_token()
    assert token is not None
    other = await setup.accounts()
    workers = [accounts, other]
    found = await asyncio.gather(
        *(workers[number % 2].setup(token, f"root{number}@example.com", PASSWORD) for number in range(50)),
        return_exceptions=True,
    )
    assert len([item for item in found if isinstance(item, str)]) == 1
    assert all(isinstance(item, str | Unauthenticated) for item in found)
    assert len(await setup.store.select("directus_users", ("id",))) == 1
    await other.close()


async def test_a_mistake_does_not_spend_the_set_up_link(accounts: Accounts) -> None:
    token = await accounts.setup_token()
    assert token is not None
    with pytest.raises(ValidationFailed):
        await accounts.setup(token, "nonsense", "short")
    assert await accounts.setup(token, EMAIL, PASSWORD)


@on_all_stores
async def test_the_set_up_link_expires_and_a_new_one_replaces_it(setup: Any, accounts: Accounts) -> None:
    first = await accounts.setup_token()
    second = await accounts.setup_token()
    assert first is not None
    assert second is not None
    assert await reason(accounts.setup(first, EMAIL, PASSWORD)) == "unknown"
    setup.clock.pass_by(30 * 60)
    assert await reason(accounts.setup(second, EMAIL, PASSWORD)) == "expired"
    assert not await accounts.has_superuser()


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "é"])
async def test_guessed_set_up_tokens(accounts: Accounts, token: str) -> None:
    assert await reason(accounts.setup(token, EMAIL, PASSWORD)) == "unknown"
    await accounts.setup_token()
    assert await reason(accounts.setup(token, EMAIL, PASSWORD)) == "unknown"


async def test_the_set_up_link_dies_when_an_admin_comes_another_way(accounts: Accounts) -> None:
    token = await accounts.setup_token()
    assert token is not None
    await accounts.create_superuser(EMAIL, PASSWORD)
    assert await reason(accounts.setup(token, "two@example.com", PASSWORD)) == "unknown"


# --- seeds, grants and change


async def test_seeds_are_written_once(setup: Any, accounts: Accounts) -> None:
    policies = await setup.store.select("directus_policies", ("id", "admin_access"), order="id")
    assert policies == [
        {"id": ADMIN_POLICY, "admin_access": True},
        {"id": PUBLIC_POLICY, "admin_access": False},
    ]
    await setup.store.write(lambda s: s.delete("directus_policies", ("id", "=", PUBLIC_POLICY)))
    again = await setup.accounts()
    assert len(await setup.store.select("directus_policies", ("id",))) == 1
    await again.close()


@on_all_stores
async def test_workers_that_start_at_once_seed_once(setup: Any) -> None:
    found = await asyncio.gather(*(setup.accounts() for _ in range(5)))
    assert len(await setup.store.select("directus_roles", ("id",))) == 1
    for item in found:
        await item.close()


def posts(version: int, **rules: str) -> Catalog:
    fields = {"id": Field("id", "integer", "id"), "title": Field("title", "string", "title")}
    item = Collection(name="posts", source="main", table="posts", key=("id",), fields=fields, rules=rules)
    return Catalog.build([item], version=version)


async def test_grants_follow_catalog_and_permissions(setup: Any, accounts: Accounts) -> None:
    setup.catalog = posts(1)
    guest = await accounts.guest(ip=IP)
    before = await accounts.grants(guest)
    assert before.of("posts", "list") == ()
    assert await accounts.grants(guest) is before

    setup.catalog = posts(2, listRule="")
    ruled = await accounts.grants(guest)
    assert ruled.token != before.token
    assert len(ruled.of("posts", "list")) == 1

    other = await setup.accounts()
    await setup.write(
        "directus_permissions", id=1, policy=PUBLIC_POLICY, collection="posts", action="read", fields=["id", "title"]
    )
    from satchel.auth.access import touch

    await setup.store.write(touch)
    accounts.access.changed()
    seen = await accounts.grants(await accounts.guest(ip=IP))
    assert [grant.origin for grant in seen.of("posts", "list")] == ["rule:posts.listRule", f"policy:{PUBLIC_POLICY}"]
    # Another worker sees it when its look at the stamp is old.
    setup.clock.pass_by(0.3)
    elsewhere = await other.grants(await other.guest(ip=IP))
    assert elsewhere.token == seen.token
    await other.close()


async def test_another_worker_learns_of_a_suspension(setup: Any, accounts: Accounts) -> None:
    await accounts.create_superuser(EMAIL, PASSWORD)
    other = await setup.accounts()
    await other.create_superuser("two@example.com", PASSWORD)
    token = (await superuser_login(other, "two@example.com", PASSWORD)).token
    assert (await other.resolve(token, ip=IP)).admin
    await accounts.delete_superuser("two@example.com")
    setup.clock.pass_by(0.3)
    assert await reason(other.resolve(token, ip=IP)) == "unknown"
    await other.close()


@on_all_stores
async def test_policies_hold_only_at_their_addresses(setup: Any, accounts: Accounts) -> None:
    await accounts.create_superuser(EMAIL, PASSWORD)
    token = (await accounts.login(EMAIL, PASSWORD)).access_token
    await setup.store.write(
        lambda s: s.update("directus_policies", {"ip_access": ["10.0.0.0/8"]}, ("id", "=", ADMIN_POLICY))
    )
    setup.clock.pass_by(120)
    assert (await accounts.resolve(token, ip="10.1.1.1")).admin
    assert (await accounts.resolve(token, ip="::ffff:10.1.1.1")).admin
    assert not (await accounts.resolve(token, ip="11.1.1.1")).admin
    assert not (await accounts.resolve(token, ip=None)).admin
    assert await reason(superuser_login(accounts, EMAIL, PASSWORD, ip="11.1.1.1")) == "credentials"
    assert await accounts.has_superuser()


async def test_a_store_that_is_away_lets_nobody_in(setup: Any, accounts: Accounts) -> None:
    await accounts.create_superuser(EMAIL, PASSWORD)
    token = (await superuser_login(accounts, EMAIL, PASSWORD)).token
    working = setup.store.select

    async def broken(*_: Any, **__: Any) -> Any:
        raise SatchelError("away")

    setup.store.select = broken
    setup.clock.pass_by(1)
    with pytest.raises(SatchelError):
        await accounts.resolve(token, ip=IP)
    with pytest.raises(SatchelError):
        await accounts.guest(ip=IP)
    setup.store.select = working
    assert (await accounts.resolve(token, ip=IP)).admin


async def test_resolving_is_quick(setup: Any, accounts: Accounts) -> None:
    import time

    await accounts.create_superuser(EMAIL, PASSWORD)
    assert isinstance(setup.store, Store)
    for token in (
        (await accounts.login(EMAIL, PASSWORD)).access_token,
        (await superuser_login(accounts, EMAIL, PASSWORD)).token,
    ):
        await accounts.resolve(token, ip=IP)
        started = time.perf_counter()
        for _ in range(500):
            await accounts.resolve(token, ip=IP)
        each = (time.perf_counter() - started) / 500
        assert each < 0.0002, f"{each * 1e6:.0f} µs"
