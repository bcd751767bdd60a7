"""Signing in the Directus way: log-in, tokens, refresh and log-out, and what a failure tells."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

import pyotp
import pytest

from satchel.auth.accounts import Accounts
from satchel.auth.attempts import CODES_FREE, begin_code
from satchel.auth.guesses import WINDOW_SECONDS
from satchel.auth.seeds import ADMIN_ROLE, PUBLIC_POLICY
from satchel.errors import TooManyRequests, Unauthenticated
from tests.policy.conftest import NO_ROWS, on_all_stores, races_on_all_stores, superuser_login, uid

IP = "10.0.0.1"
RIGHT = "correct horse"


def payload(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


async def reason(work: Any) -> str:
    with pytest.raises(Unauthenticated) as caught:
        await work
    return caught.value.details["reason"]


# --- log-in


async def test_a_log_in_gives_tokens_in_the_recorded_shape(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann", role=ADMIN_ROLE)
    found = await accounts.login("ann@example.com", RIGHT, ip=IP, user_agent="test")
    assert found.expires_milliseconds == 900_000
    assert found.cookie_seconds == 604_800
    assert len(found.refresh_token) == 64
    head = base64.urlsafe_b64decode(found.access_token.split(".")[0] + "==")
    assert head == b'{"alg":"HS256","typ":"JWT"}'
    now = int(setup.clock.at.timestamp())
    assert list(payload(found.access_token).items()) == [
        ("id", uid("ann")),
        ("role", ADMIN_ROLE),
        ("app_access", True),
        ("admin_access", True),
        ("iat", now),
        ("exp", now + 900),
        ("iss", "directus"),
    ]


async def test_session_mode_gives_one_cookie_that_names_its_session(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    found = await accounts.login("ann@example.com", RIGHT, mode="session")
    assert found.refresh_token == ""
    assert found.expires_milliseconds == 86_400_000
    claims = payload(found.access_token)
    assert list(claims) == ["id", "role", "app_access", "admin_access", "session", "iat", "exp", "iss"]
    assert claims["exp"] - claims["iat"] == 86_400


@on_all_stores
async def test_addresses_are_compared_whatever_their_case(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann", email="Ann@Example.com")
    assert (await accounts.login("aNN@example.COM", RIGHT)).access_token


@pytest.mark.parametrize("status", ["suspended", "invited", "draft", "unverified", "archived"])
async def test_only_active_users_come_in(setup: Any, accounts: Accounts, status: str) -> None:
    await setup.user(accounts, "ann", status=status)
    assert await reason(accounts.login("ann@example.com", RIGHT)) == "credentials"


@on_all_stores
async def test_wrong_password_and_wrong_user_are_one_answer(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    await setup.user(accounts, "bob", password=None)
    for email, password in [
        ("ann@example.com", "wrong"),
        ("ann@example.com", ""),
        ("nobody@example.com", RIGHT),
        ("bob@example.com", ""),
        ("", ""),
        ("ann@example.com\x00", RIGHT),
        ("ann@example.com", "x" * 100_000),
    ]:
        assert await reason(accounts.login(email, password)) == "credentials"


async def test_a_stored_bcrypt_hash_opens(setup: Any, accounts: Accounts) -> None:
    import bcrypt

    stored = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    await setup.user(accounts, "ann", password=stored.replace("$2b$", "$2a$"))
    assert (await accounts.login("ann@example.com", "x" * 72)).access_token
    assert (await accounts.login("ann@example.com", "x" * 72 + "ignored")).access_token
    assert await reason(accounts.login("ann@example.com", "x" * 71)) == "credentials"


async def test_a_second_factor_that_was_not_shown_keeps_the_door_shut(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann", tfa_secret="F4EBSQBIHJWUCXBX")
    assert await reason(accounts.login("ann@example.com", RIGHT)) == "otp"
    assert await reason(accounts.login("ann@example.com", "wrong")) == "credentials"


@pytest.mark.usefixtures("slow_hashes")
async def test_failures_take_the_same_time_whatever_their_reason(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    await setup.user(accounts, "bob", status="suspended")
    slow = Accounts(setup.store, setup.settings(login_stall_milliseconds=300), lambda: setup.catalog, NO_ROWS)
    for email, password in [("ann@example.com", "wrong"), ("nobody@example.com", "x"), ("bob@example.com", RIGHT)]:
        started = time.perf_counter()
        assert await reason(slow.login(email, password)) == "credentials"
        assert 0.29 < time.perf_counter() - started < 0.6
        started = time.perf_counter()
        assert await reason(superuser_login(slow, email, password)) == "credentials"
        assert 0.29 < time.perf_counter() - started < 0.6
    await slow.close()


@pytest.mark.usefixtures("slow_hashes")
async def test_an_unknown_user_costs_a_hash_too(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    await reason(accounts.login("nobody@example.com", "x"))  # makes the hash that is compared with

    async def seconds(email: str) -> float:
        times: list[float] = []
        for _ in range(5):
            started = time.perf_counter()
            await reason(accounts.login(email, "wrong"))
            times.append(time.perf_counter() - started)
        return min(times)

    known, unknown = await seconds("ann@example.com"), await seconds("nobody@example.com")
    assert unknown > 0.3 * known


@pytest.mark.usefixtures("slow_hashes")
async def test_hashing_leaves_the_event_loop_free(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    worst = 0.0

    async def watch() -> None:
        nonlocal worst
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            worst = max(worst, time.perf_counter() - before)

    watcher = asyncio.create_task(watch())
    await asyncio.gather(*(accounts.verify_password("wrong", None) for _ in range(10)))
    watcher.cancel()
    assert worst < 0.1


@pytest.mark.usefixtures("slow_hashes")
async def test_more_log_ins_than_can_wait_are_refused(accounts: Accounts) -> None:
    found = await asyncio.gather(*(accounts.verify_password("wrong", None) for _ in range(120)), return_exceptions=True)
    refused = [item for item in found if isinstance(item, Exception)]
    assert {getattr(item, "status", None) for item in refused} == {429}
    assert len(found) - len(refused) == 66


# --- attempts


async def test_too_many_failures_suspend(setup: Any, accounts: Accounts) -> None:
    await setup.write("directus_settings", id=1, auth_login_attempts=3)
    await accounts.create_superuser("root@example.com", "root's password")
    await setup.user(accounts, "ann")
    session = await accounts.login("ann@example.com", RIGHT)
    for _ in range(3):
        assert await reason(accounts.login("ann@example.com", "wrong")) == "credentials"
    assert await reason(accounts.login("ann@example.com", RIGHT)) == "credentials"
    rows = await setup.store.select("directus_users", ("status",), ("id", "=", uid("ann")))
    assert rows == [{"status": "suspended"}]
    assert await reason(accounts.refresh(session.refresh_token)) == "unknown"
    assert await reason(accounts.resolve(session.access_token, ip=IP)) == "unknown"


async def test_success_forgives_failures(setup: Any, accounts: Accounts) -> None:
    await setup.write("directus_settings", id=1, auth_login_attempts=2)
    await setup.user(accounts, "ann")
    for _ in range(3):
        for _ in range(1):
            await reason(accounts.login("ann@example.com", "wrong"))
        await accounts.login("ann@example.com", RIGHT)


async def test_null_suspends_nobody_and_bounds_guesses_from_one_address(setup: Any, accounts: Accounts) -> None:
    await setup.write("directus_settings", id=1, auth_login_attempts=None)
    await setup.user(accounts, "ann")
    for name in ("ann@example.com", "nobody@example.com"):
        for _ in range(25):
            assert await reason(accounts.login(name, "wrong", ip=IP)) == "credentials"
        with pytest.raises(TooManyRequests):
            await accounts.login(name, RIGHT, ip=IP)
    await accounts.login("ann@example.com", RIGHT, ip="192.0.2.99")
    setup.clock.pass_by(WINDOW_SECONDS + 1)
    await accounts.login("ann@example.com", RIGHT, ip=IP)


@on_all_stores
async def test_codes_wait_longer_after_each_wrong_one(setup: Any, accounts: Accounts) -> None:
    """Also those of the last admin, whom no number of failures suspends; all workers count together."""
    await setup.write("directus_settings", id=1, auth_login_attempts=None)
    key = await accounts.create_superuser("root@example.com", "root's password")
    secret = accounts.totp.new_secret()
    sealed = accounts.totp.seal(secret, key)
    await setup.store.write(lambda session: session.update("directus_users", {"tfa_secret": sealed}, ("id", "=", key)))
    workers = [accounts, await setup.accounts()]

    async def guess(code: str, number: int = 0) -> Any:
        return await workers[number % 2].login("root@example.com", "root's password", otp=code, ip=f"192.0.2.{number}")

    def right() -> str:
        return pyotp.TOTP(secret).at(setup.clock.now())

    found = await asyncio.gather(*(guess("000000", number) for number in range(20)), return_exceptions=True)
    looked_at = [item for item in found if isinstance(item, Unauthenticated)]
    assert len(looked_at) == CODES_FREE + 1, "the others have to wait"
    assert sum(isinstance(item, TooManyRequests) for item in found) == 20 - len(looked_at)
    waited: list[int] = []
    for number in range(12):
        with pytest.raises(TooManyRequests) as early:
            await guess(right(), number)
        waited.append(early.value.details["retry_after_seconds"])
        setup.clock.pass_by(waited[-1])
        assert await reason(guess("000000", number)) == "otp"
    assert waited == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    setup.clock.pass_by(900)
    assert (await guess(right())).access_token, "nobody is locked out for good"
    setup.clock.pass_by(31)
    assert await reason(guess("000000")) == "otp", "a right code forgives"
    assert (await guess(right())).access_token
    await workers[1].close()


async def test_a_new_password_by_the_command_ends_the_wait(setup: Any, accounts: Accounts) -> None:
    key = await accounts.create_superuser("root@example.com", "root's password")
    for _ in range(CODES_FREE + 1):
        await begin_code(setup.store, key, setup.clock.now())
    with pytest.raises(TooManyRequests):
        await begin_code(setup.store, key, setup.clock.now())
    await accounts.update_superuser("root@example.com", "root's new password")
    await begin_code(setup.store, key, setup.clock.now())


@on_all_stores
async def test_guesses_at_once_do_not_slip_under_the_limit(
    setup: Any, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await setup.write("directus_settings", id=1, auth_login_attempts=5)
    await accounts.create_superuser("root@example.com", "root's password")
    await setup.user(accounts, "ann")
    passwords = accounts.passwords
    verify, looked_at = passwords.verify, []

    async def watched(password: str, stored: str | None) -> bool:
        looked_at.append(stored is not None)
        return await verify(password, stored)

    monkeypatch.setattr(passwords, "verify", watched)
    guesses = [accounts.login("ann@example.com", f"guess {number}") for number in range(20)]
    found = await asyncio.gather(*guesses, return_exceptions=True)
    assert [item for item in found if not isinstance(item, Unauthenticated)] == []
    assert sum(looked_at) <= 5, "whoever comes after the limit is refused without a look at the password"
    with pytest.raises(Unauthenticated):  # the right one is too late
        await accounts.login("ann@example.com", RIGHT)


async def test_the_last_admin_is_not_locked_out_by_strangers(setup: Any, accounts: Accounts) -> None:
    await setup.write("directus_settings", id=1, auth_login_attempts=2)
    await accounts.create_superuser("root@example.com", "root's password")
    for _ in range(5):
        assert await reason(superuser_login(accounts, "root@example.com", "wrong")) == "credentials"
    assert (await superuser_login(accounts, "root@example.com", "root's password")).token
    await accounts.create_superuser("two@example.com", "two's password")
    for _ in range(4):
        await reason(superuser_login(accounts, "two@example.com", "wrong"))
    assert await reason(superuser_login(accounts, "two@example.com", "two's password")) == "credentials"


# --- refresh and log-out


async def test_a_refresh_token_is_good_once(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    first = await accounts.login("ann@example.com", RIGHT)
    second = await accounts.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert len(second.refresh_token) == 64
    assert await reason(accounts.refresh(first.refresh_token)) == "unknown"
    assert (await accounts.refresh(second.refresh_token, mode="cookie")).refresh_token


@races_on_all_stores
async def test_of_fifty_refreshes_at_once_one_wins(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    other = await setup.accounts()
    first = await accounts.login("ann@example.com", RIGHT)
    workers = [accounts, other]
    found = await asyncio.gather(
        *(workers[number % 2].refresh(first.refresh_token) for number in range(50)), return_exceptions=True
    )
    winners = [item for item in found if not isinstance(item, BaseException)]
    losers = [item for item in found if isinstance(item, Unauthenticated)]
    assert (len(winners), len(losers)) == (1, 49)
    assert len(await setup.store.select("directus_sessions", ("token",))) == 1
    await accounts.refresh(winners[0].refresh_token)
    await other.close()


async def test_refresh_tokens_are_not_stored(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    found = await accounts.login("ann@example.com", RIGHT)
    rows = await setup.store.select("directus_sessions", ("token", "user"))
    assert rows[0]["user"] == uid("ann")
    assert rows[0]["token"] != found.refresh_token
    assert await reason(accounts.refresh(rows[0]["token"])) == "unknown"


async def test_refresh_tokens_expire(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    found = await accounts.login("ann@example.com", RIGHT)
    setup.clock.pass_by(604_799)
    second = await accounts.refresh(found.refresh_token)
    setup.clock.pass_by(604_801)
    assert await reason(accounts.refresh(second.refresh_token)) == "unknown"


@pytest.mark.parametrize("mode", ["json", "cookie", "session"])
@pytest.mark.parametrize("token", ["", "bad", "x" * 64, "x" * 10_000, "a.b.c"])
async def test_a_token_that_nobody_holds(accounts: Accounts, mode: Any, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await accounts.refresh(token, mode=mode)
    await accounts.logout(token, mode=mode)


async def test_a_suspended_user_is_told_at_refresh(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    found = await accounts.login("ann@example.com", RIGHT)
    await setup.store.write(lambda s: s.update("directus_users", {"status": "suspended"}, ("id", "=", uid("ann"))))
    setup.clock.pass_by(120)
    assert await reason(accounts.refresh(found.refresh_token)) == "suspended"


async def test_log_out_ends_the_refresh_token(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    found = await accounts.login("ann@example.com", RIGHT)
    await accounts.logout(found.refresh_token)
    await accounts.logout(found.refresh_token)
    assert await reason(accounts.refresh(found.refresh_token)) == "unknown"
    assert (await accounts.resolve(found.access_token, ip=IP)).key == uid("ann")


@on_all_stores
async def test_a_session_lives_on_for_the_grace_period_with_one_successor(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    first = await accounts.login("ann@example.com", RIGHT, mode="session")
    second = await accounts.refresh(first.access_token, mode="session")
    assert (await accounts.resolve(first.access_token, ip=IP)).key == uid("ann")
    again = await accounts.refresh(first.access_token, mode="session")
    assert payload(again.access_token)["session"] == payload(second.access_token)["session"]
    setup.clock.pass_by(11)
    assert await reason(accounts.resolve(first.access_token, ip=IP)) == "unknown"
    assert await reason(accounts.refresh(first.access_token, mode="session")) == "unknown"
    assert (await accounts.resolve(second.access_token, ip=IP)).key == uid("ann")


@on_all_stores
async def test_fifty_renewals_at_once_share_one_successor(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    first = await accounts.login("ann@example.com", RIGHT, mode="session")
    found = await asyncio.gather(*(accounts.refresh(first.access_token, mode="session") for _ in range(50)))
    assert len({payload(item.access_token)["session"] for item in found}) == 1
    assert len(await setup.store.select("directus_sessions", ("token",))) == 2


async def test_log_out_ends_a_session_at_once_with_its_relatives(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    first = await accounts.login("ann@example.com", RIGHT, mode="session")
    second = await accounts.refresh(first.access_token, mode="session")
    third = await accounts.refresh(second.access_token, mode="session")
    await accounts.logout(first.access_token, mode="session")
    for token in (first, second, third):
        assert await reason(accounts.resolve(token.access_token, ip=IP)) == "unknown"
    assert await setup.store.select("directus_sessions", ("token",)) == []


async def test_one_kind_of_token_does_not_pass_for_another(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    in_session = await accounts.login("ann@example.com", RIGHT, mode="session")
    plain = await accounts.login("ann@example.com", RIGHT)
    name = payload(in_session.access_token)["session"]
    assert await reason(accounts.refresh(name)) == "unknown"
    assert await reason(accounts.refresh(in_session.access_token)) == "unknown"
    assert await reason(accounts.refresh(plain.access_token, mode="session")) == "unknown"
    assert await reason(accounts.resolve(plain.refresh_token, ip=IP)) == "unknown"


async def test_logging_in_sweeps_expired_sessions(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann")
    await accounts.login("ann@example.com", RIGHT)
    setup.clock.pass_by(700_000)
    await accounts.login("ann@example.com", RIGHT)
    assert len(await setup.store.select("directus_sessions", ("token",))) == 1
    rows = await setup.store.select("directus_users", ("last_access",))
    assert rows[0]["last_access"] is not None


# --- who a token is


async def test_no_token_is_the_public(accounts: Accounts) -> None:
    for token in (None, ""):
        actor = await accounts.resolve(token, ip=IP)
        assert (actor.kind, actor.admin, actor.policies, actor.ip) == ("public", False, (PUBLIC_POLICY,), IP)


async def test_a_public_policy_never_makes_an_admin(setup: Any, accounts: Accounts) -> None:
    await setup.store.write(lambda s: s.update("directus_policies", {"admin_access": True}, ("id", "=", PUBLIC_POLICY)))
    setup.clock.pass_by(120)
    actor = await accounts.resolve(None, ip=IP)
    assert not actor.admin
    assert not (await accounts.grants(actor)).admin


@on_all_stores
async def test_a_users_token_brings_user_role_and_policies(setup: Any, accounts: Accounts) -> None:
    team, company, policy = uid("team"), uid("company"), uid("policy")
    await setup.write("directus_roles", id=company, name="Company")
    await setup.write("directus_roles", id=team, name="Team", parent=company)
    await setup.write("directus_policies", id=policy, name="P", admin_access=False, app_access=True, enforce_tfa=False)
    await setup.write("directus_access", id=uid("access"), role=company, policy=policy)
    await setup.user(accounts, "ann", role=team, first_name="Ann", tags=["a", "b"], token="static")
    setup.clock.pass_by(120)
    found = await accounts.login("ann@example.com", RIGHT)
    for token in (found.access_token, "static"):
        actor = await accounts.resolve(token, ip=IP)
        assert (actor.kind, actor.collection, actor.key) == ("user", "directus_users", uid("ann"))
        assert (actor.role, actor.roles, actor.policies) == (team, (team, company), (policy,))
        assert actor.app_access
        assert not actor.admin
        assert actor.record["first_name"] == "Ann"
        assert actor.record["tags"] == ["a", "b"]
        assert not {"password", "token", "tfa_secret"} & set(actor.record)


@on_all_stores
async def test_tokens_that_are_forged_expired_or_unknown(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann", token="static")
    token = (await accounts.login("ann@example.com", RIGHT)).access_token
    head, body, signature = token.split(".")
    forged = json.dumps({**payload(token), "id": uid("bob")}).encode()
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for bad in [
        f"{head}.{body}.{signature[:-2]}",
        f"{head}.{base64.urlsafe_b64encode(forged).decode().rstrip('=')}.{signature}",
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
    ]:
        assert await reason(accounts.resolve(bad, ip=IP)) in ("invalid", "unknown")
    assert await reason(accounts.resolve(f"{head}.{body}.{signature[:-2]}", ip=IP)) == "invalid"
    for unknown in ["nobody's", "STATIC", "static ", "x" * 100_000, "..", "a.b.c", "\x00", "é"]:
        assert await reason(accounts.resolve(unknown, ip=IP)) == "unknown"
    setup.clock.pass_by(901)
    assert await reason(accounts.resolve(token, ip=IP)) == "expired"


async def test_a_token_without_its_claims_is_invalid(accounts: Accounts) -> None:
    from satchel.auth.tokens import Tokens

    tokens = Tokens("a secret for tests, long enough to sign tokens with", time.time)
    for claims in [
        {"iss": "directus", "id": "ann", "exp": 4_000_000_000},
        {"iss": "directus", "role": None, "app_access": True, "admin_access": True, "exp": 4_000_000_000},
        {"iss": "directus", "id": "ann", "role": None, "app_access": True, "admin_access": True},
        {"iss": "directus", "id": "ann", "role": None, "app_access": True, "admin_access": True, "exp": True},
    ]:
        signed = tokens._sign(claims, tokens._secret)  # pyright: ignore[reportPrivateUsage]
        assert await reason(accounts.resolve(signed, ip=IP)) == "invalid"


async def test_claims_about_access_are_not_believed(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann", role=ADMIN_ROLE)
    token = (await accounts.login("ann@example.com", RIGHT)).access_token
    assert (await accounts.resolve(token, ip=IP)).admin
    await setup.store.write(lambda s: s.update("directus_users", {"role": None}, ("id", "=", uid("ann"))))
    setup.clock.pass_by(120)
    assert not (await accounts.resolve(token, ip=IP)).admin


async def test_the_token_of_a_deleted_user_opens_nothing(setup: Any, accounts: Accounts) -> None:
    await setup.user(accounts, "ann", token="static")
    token = (await accounts.login("ann@example.com", RIGHT)).access_token
    await setup.store.write(lambda s: s.delete("directus_users", ("id", "=", uid("ann"))))
    setup.clock.pass_by(120)
    assert await reason(accounts.resolve(token, ip=IP)) == "unknown"
    assert await reason(accounts.resolve("static", ip=IP)) == "unknown"


# --- contexts


async def test_a_context_has_one_instant_and_snake_cased_headers(setup: Any, accounts: Accounts) -> None:
    actor = await accounts.guest(ip=IP)
    found = accounts.context(actor, method="post", headers={"X-Token": "t"}, query={"a": "1"}, body={"n": 1})
    assert found.now == setup.clock.at
    assert found.actor is actor
    assert found.request == {
        "context": "default",
        "method": "POST",
        "query": {"a": "1"},
        "headers": {"x_token": "t"},
        "body": {"n": 1},
    }
