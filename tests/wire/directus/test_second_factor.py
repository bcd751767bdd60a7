"""The second factor of users by the Directus protocol: setting it up, signing in with it, and policies that want it."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pyotp
import pytest
from tests.wire.directus.people import People, people, pytest_generate_tests, refusal

pytestmark = pytest.mark.process
__all__ = ["people", "pytest_generate_tests"]

PASSWORD = "correct horse 2"


def code(secret: str, step: int = 0) -> str:
    return pyotp.TOTP(secret).at(time.time() + 30 * step)


def enabled(client: httpx.Client, password: str = PASSWORD) -> str:
    """Set up a second factor; its secret."""
    made = client.post("/users/me/tfa/generate", json={"password": password}).json()["data"]
    answer = client.post("/users/me/tfa/enable", json={"secret": made["secret"], "otp": code(made["secret"])})
    assert answer.status_code == 204, answer.text
    return made["secret"]


def claims(token: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


@pytest.mark.dialects
def test_a_life_with_a_second_factor(people: People) -> None:
    ann = people.user("ann", update_self=True)
    wrong = ann.post("/users/me/tfa/generate", json={"password": "wrong"})
    assert refusal(wrong) == (401, "INVALID_CREDENTIALS")
    made = ann.post("/users/me/tfa/generate", json={"password": PASSWORD}).json()["data"]
    secret = made["secret"]
    assert made["otpauth_url"] == (
        f"otpauth://totp/Satchel:ann%40example.com?secret={secret}&period=30&digits=6&algorithm=SHA1&issuer=Satchel"
    )
    assert ann.get("/users/me?fields=tfa_secret").json() == {"data": {"tfa_secret": None}}
    for body, reason in (
        ({}, '"secret" is required'),
        ({"secret": secret}, '"otp" is required'),
        ({"secret": "ABC", "otp": "123"}, '"otp" is invalid'),
        ({"secret": secret, "otp": "000000"}, '"otp" is invalid'),
        ({"secret": secret, "otp": code(secret, 3)}, '"otp" is invalid'),
    ):
        answer = ann.post("/users/me/tfa/enable", json=body)
        assert answer.json()["errors"][0]["extensions"] == {"reason": reason, "code": "INVALID_PAYLOAD"}, body
    off = ann.post("/users/me/tfa/disable", json={"otp": code(secret)})
    assert "doesn't have TFA enabled" in off.json()["errors"][0]["message"]

    assert ann.post("/users/me/tfa/enable", json={"secret": secret, "otp": code(secret)}).status_code == 204
    again = ann.post("/users/me/tfa/enable", json={"secret": secret, "otp": code(secret)})
    assert again.json()["errors"][0]["extensions"]["reason"] == "TFA Secret is already set for this user"
    assert ann.get("/users/me?fields=tfa_secret").json() == {"data": {"tfa_secret": "**********"}}
    assert people.admin.get("/users?fields=tfa_secret&filter[tfa_secret][_nnull]=true").json()["data"] == [
        {"tfa_secret": "**********"}
    ]
    assert secret not in people.stored()

    guest = people.guest()
    whole = {"email": "ANN@example.com", "password": PASSWORD}
    for otp in ({}, {"otp": "000000"}, {"otp": ""}, {"otp": code(secret, 5)}):
        answer = guest.post("/auth/login", json={**whole, **otp})
        assert refusal(answer) in ((401, "INVALID_OTP"), (400, "INVALID_PAYLOAD")), otp
    assert refusal(guest.post("/auth/login", json={**whole, "password": "x", "otp": code(secret)})) == (
        401,
        "INVALID_CREDENTIALS",
    )
    used = code(secret)
    assert guest.post("/auth/login", json={**whole, "otp": used}).status_code == 200
    assert refusal(guest.post("/auth/login", json={**whole, "otp": used})) == (401, "INVALID_OTP")
    assert ann.post("/users/me/tfa/disable", json={"otp": used}).status_code == 400
    assert ann.post("/users/me/tfa/disable", json={"otp": code(secret, 1)}).status_code == 204
    assert guest.post("/auth/login", json=whole).status_code == 200


@pytest.mark.dialects
def test_a_code_is_spent_once(people: People) -> None:
    cat = people.user("cat", update_self=True)
    secret = enabled(cat)
    body = {"email": "cat@example.com", "password": PASSWORD, "otp": code(secret)}
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda _: people.guest().post("/auth/login", json=body).status_code, range(6)))
    assert sorted(statuses) == [200] + [401] * 5


def test_only_who_may_change_it(people: People) -> None:
    dan = people.user("dan")
    made = dan.post("/users/me/tfa/generate", json={"password": PASSWORD}).json()["data"]
    body = {"secret": made["secret"], "otp": code(made["secret"])}
    assert refusal(dan.post("/users/me/tfa/enable", json=body)) == (403, "FORBIDDEN")
    for client in (dan, people.guest()):
        assert client.post(f"/users/{people.ids['dan']}/tfa/disable").status_code == 403
    eve = people.user("eve", update_self=True)
    for name in ("tfa_secret", "provider", "external_identifier", "auth_data"):
        answer = eve.patch("/users/me", json={name: "x"})
        assert answer.json()["errors"][0]["extensions"]["reason"] == f'You can\'t change the "{name}" value manually'
    assert people.admin.patch(f"/users/{people.ids['eve']}", json={"tfa_secret": "x"}).status_code == 400
    enabled(eve)
    assert people.admin.post(f"/users/{people.ids['eve']}/tfa/disable").status_code == 204
    assert people.admin.post("/users/11111111-1111-1111-1111-111111111111/tfa/disable").status_code == 403
    assert eve.get("/users/me?fields=tfa_secret").json() == {"data": {"tfa_secret": None}}
    for path in ("generate", "enable", "disable"):
        body = {"password": PASSWORD, "secret": made["secret"], "otp": "000000"}
        assert refusal(people.guest().post(f"/users/me/tfa/{path}", json=body)) == (401, "INVALID_CREDENTIALS")


def test_a_policy_that_wants_one(people: People) -> None:
    fay = people.user("fay", enforce_tfa=True)
    token = fay.headers["authorization"].removeprefix("Bearer ")
    assert claims(token)["enforce_tfa"] is True
    assert fay.get("/users/me").json() == {"data": {"id": people.ids["fay"]}}
    assert fay.get("/policies/me/globals").json()["data"]["enforce_tfa"] is True
    for path in ("/users", "/items/notes", "/roles", "/collections", "/fields", "/settings", "/activity"):
        assert fay.get(path).status_code == 403, path
    assert fay.get("/api/collections/notes/records").json().get("totalItems") in (None, 0)
    secret = enabled(fay)
    assert fay.get("/users/me?fields=email").json() == {"data": {"email": "fay@example.com"}}
    body = {"email": "fay@example.com", "password": PASSWORD, "otp": code(secret)}
    signed_in = people.guest().post("/auth/login", json=body).json()["data"]
    assert "enforce_tfa" not in claims(signed_in["access_token"])
    assert fay.get("/items/notes").status_code == 200


def test_no_way_around_by_the_other_protocol(people: People) -> None:
    """Who has a second factor, or needs one, does not get in where none is asked for."""
    gus = people.user("gus", admin=True)
    identity = {"identity": "gus@example.com", "password": PASSWORD}
    way = "/api/collections/_superusers/auth-with-password"
    assert people.guest().post(way, json=identity).status_code == 200
    enabled(gus)
    assert people.guest().post(way, json=identity).status_code >= 400
    people.user("hal", admin=True, enforce_tfa=True)
    assert people.guest().post(way, json={**identity, "identity": "hal@example.com"}).status_code >= 400
    people.user("ivy", admin=True)
    token = people.guest().post(way, json={**identity, "identity": "ivy@example.com"}).json()["token"]
    ivy = people.guest(token)
    assert ivy.get("/api/collections").status_code == 200
    policy = people.ask("GET", "/policies?filter[name][_eq]=ivy&fields=id")[0]["id"]
    people.ask("PATCH", f"/policies/{policy}?fields=id", {"enforce_tfa": True})
    assert ivy.get("/api/collections").status_code == 403
    assert ivy.get("/users?fields=id").status_code == 403


def test_a_way_back_for_who_lost_the_device(people: People) -> None:
    secret = enabled(people.user("jan", admin=True))
    body = {"email": "jan@example.com", "password": PASSWORD}
    assert refusal(people.guest().post("/auth/login", json=body)) == (401, "INVALID_OTP")
    assert secret not in people.stored("satchel_changes")
    done = people.server.run("superuser", "disable-tfa", "jan@example.com")
    assert done.returncode == 0, done.stdout + done.stderr
    assert people.guest().post("/auth/login", json=body).status_code == 200


def test_guessing_ends(people: People) -> None:
    ida = people.user("ida", update_self=True)
    statuses = [ida.post("/users/me/tfa/generate", json={"password": "wrong"}).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
