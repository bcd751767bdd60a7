"""Passkeys of users by the Directus protocol: adding one, signing in with it, and everything that must not sign in."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.authenticator import PRESENT, Authenticator, encode
from tests.process.running import free_port
from tests.servers import Server, running_server
from tests.wire.directus.people import People, people, pytest_generate_tests, refusal

from satchel.auth.relying_party import party_at
from satchel.errors import Unprocessable

pytestmark = pytest.mark.process
__all__ = ["people", "pytest_generate_tests"]

SETTINGS = {"login_guesses_max": 200, "login_stall_milliseconds": 20}
PASSWORD = "correct horse 2"
REFUSED = (401, "INVALID_CREDENTIALS")


def at_localhost(client: httpx.Client) -> httpx.Client:
    """The same client, at the one host that needs no HTTPS."""
    client.headers["host"] = f"localhost:{urlsplit(str(client.base_url)).port}"
    return client


def device(client: httpx.Client) -> Authenticator:
    return Authenticator(f"http://{client.headers['host']}")


def guest_of(people: People, token: str | None = None) -> httpx.Client:
    return at_localhost(people.guest(token))


def person(people: People, name: str, **values: Any) -> httpx.Client:
    values.setdefault("update_self", True)
    return at_localhost(people.user(name, **values))


def back(people: People, name: str) -> httpx.Client:
    """Somebody who signed in by the password once more."""
    return at_localhost(people.signed_in(name))


def options(client: httpx.Client, password: str = PASSWORD) -> dict[str, Any]:
    answer = client.post("/users/me/passkeys/options", json={"password": password})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def added(client: httpx.Client, name: str = "Laptop") -> tuple[Authenticator, str]:
    """A device whose passkey is the caller's, and the passkey's id."""
    made = device(client)
    body = {"name": name, "credential": made.make(options(client))}
    answer = client.post("/users/me/passkeys", json=body)
    assert answer.status_code == 200, answer.text
    return made, answer.json()["data"]["id"]


def asked(guest: httpx.Client) -> dict[str, Any]:
    return guest.post("/auth/passkeys/options").json()["data"]


def sign_in(guest: httpx.Client, made: Authenticator, mode: str = "json", **other: Any) -> httpx.Response:
    return guest.post("/auth/passkeys/login", json={"credential": made.show(asked(guest), **other), "mode": mode})


def claims(token: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


@pytest.mark.dialects
def test_a_life_with_a_passkey(people: People) -> None:
    ann = person(people, "ann", first_name="Ann")
    assert ann.get("/users/me/passkeys").json() == {"data": []}
    offered = options(ann)
    assert offered["rp"]["id"] == "localhost"
    assert offered["user"]["name"] == "ann@example.com"
    assert offered["user"]["displayName"] == "Ann"
    assert offered["authenticatorSelection"]["userVerification"] == "required"
    assert offered["authenticatorSelection"]["residentKey"] == "required"
    made, key = added(ann)
    (listed,) = ann.get("/users/me/passkeys").json()["data"]
    assert {name: listed[name] for name in ("id", "name", "last_used", "host", "synced")} == {
        "id": key,
        "name": "Laptop",
        "last_used": None,
        "host": "localhost",
        "synced": False,
    }
    assert [item["id"] for item in options(ann)["excludeCredentials"]] == [encode(made.identifier)]

    guest = guest_of(people)
    assert asked(guest)["allowCredentials"] == []
    data = sign_in(guest, made).json()["data"]
    with people.server.client(data["access_token"]) as came_in:
        assert came_in.get("/users/me?fields=email").json() == {"data": {"email": "ann@example.com"}}
    renewed = guest.post("/auth/refresh", json={"refresh_token": data["refresh_token"]}).json()["data"]
    assert claims(renewed["access_token"])["passkey"] is True
    cookie = sign_in(guest_of(people), made, "cookie")
    assert "directus_refresh_token" in cookie.headers["set-cookie"]
    browser = guest_of(people)
    in_session = sign_in(browser, made, "session")
    assert in_session.status_code == 200
    assert set(in_session.json()["data"]) == {"expires"}
    found = ann.get("/users/me/passkeys").json()["data"][0]["last_used"]
    assert abs((datetime.now(UTC) - datetime.fromisoformat(found)).total_seconds()) < 60

    assert ann.patch(f"/users/me/passkeys/{key}", json={"name": " Phone "}).json()["data"]["name"] == "Phone"
    actions = people.ask("GET", f"/activity?filter[item][_eq]={people.ids['ann']}&fields=action,user&limit=-1")
    assert {"action": "passkey_added", "user": people.ids["ann"]} in actions
    assert sum(row["action"] == "login" for row in actions) >= 4

    for password, refused in (({}, (400, "INVALID_PAYLOAD")), ({"password": "wrong"}, REFUSED)):
        assert refusal(ann.request("DELETE", f"/users/me/passkeys/{key}", json=password)) == refused
    assert ann.request("DELETE", f"/users/me/passkeys/{key}", json={"password": PASSWORD}).status_code == 204
    assert ann.get("/users/me/passkeys").json() == {"data": []}
    assert refusal(sign_in(guest, made)) == REFUSED
    # what was opened with it has ended
    assert guest.post("/auth/refresh", json={"refresh_token": renewed["refresh_token"]}).status_code == 401


@pytest.mark.dialects
def test_what_does_not_sign_in(people: People) -> None:
    made, _ = added(person(people, "bob"))
    other, _ = added(person(people, "ben"))
    guest = guest_of(people)
    wrong: dict[str, dict[str, Any]] = {
        "another page": {"origin": "http://evil.localhost"},
        "another port": {"origin": "http://localhost:1"},
        "another host": {"rp_id": "evil.example"},
        "the other ceremony": {"type": "webauthn.create"},
        "a frame": {"cross_origin": True},
        "a challenge of somebody else's": {"challenge": encode(b"x" * 32)},
        "another user": {"user": other.user},
    }
    told = {name: sign_in(guest, made, **values) for name, values in wrong.items()}
    stranger = device(guest)
    stranger.user = made.user
    told["unknown"] = sign_in(guest, stranger)
    forger = Authenticator(made.origin, identifier=made.identifier, user=made.user)
    told["a wrong signature"] = sign_in(guest, forger)
    made.flags = PRESENT
    told["not verified"] = sign_in(guest, made)
    made.flags = 4
    told["not present"] = sign_in(guest, made)
    made.flags = 5
    told["a challenge for adding"] = guest.post(
        "/auth/passkeys/login",
        json={"credential": made.show(asked(guest), challenge=options(back(people, "bob"))["challenge"])},
    )
    for broken in ({}, {"rawId": 1}, {"rawId": "=", "response": []}, {"response": {"clientDataJSON": "e30"}}):
        told[str(broken)] = guest.post("/auth/passkeys/login", json={"credential": broken})
    bodies = {name: (answer.status_code, answer.text) for name, answer in told.items()}
    assert set(bodies.values()) == {(401, told["unknown"].text)}, bodies
    assert told["unknown"].json()["errors"][0]["extensions"]["code"] == "INVALID_CREDENTIALS"
    assert sign_in(guest, made).status_code == 200


@pytest.mark.dialects
def test_a_challenge_is_good_once(people: People) -> None:
    made, _ = added(person(people, "cat"))
    guest = guest_of(people)
    body = {"credential": made.show(asked(guest))}
    with ThreadPoolExecutor(6) as pool:
        posts = pool.map(lambda _: guest_of(people).post("/auth/passkeys/login", json=body).status_code, range(6))
        assert sorted(posts) == [200] + [401] * 5
    # a wrong answer spends it too
    question = asked(guest)
    assert guest.post("/auth/passkeys/login", json={"credential": made.show(question, type="x")}).status_code == 401
    assert guest.post("/auth/passkeys/login", json={"credential": made.show(question)}).status_code == 401


@pytest.mark.dialects
def test_a_copied_key_is_noticed(people: People) -> None:
    dan = person(people, "dan")
    made = device(dan)
    made.counter = 5
    assert dan.post("/users/me/passkeys", json={"credential": made.make(options(dan))}).status_code == 200
    guest = guest_of(people)
    assert sign_in(guest, made).status_code == 200  # 6
    made.counter = 5
    assert refusal(sign_in(guest, made)) == REFUSED  # 6 again
    assert sign_in(guest, made).status_code == 200  # 7
    assert "It may have been copied" in people.server.log()


@pytest.mark.dialects
def test_who_may_not_come_in(people: People) -> None:
    made, key = added(person(people, "eve"))
    guest = guest_of(people)
    body = {"credential": made.show(asked(guest))}
    people.ask("PATCH", f"/users/{people.ids['eve']}?fields=id", {"status": "suspended"})
    assert refusal(guest.post("/auth/passkeys/login", json=body)) == REFUSED
    people.ask("PATCH", f"/users/{people.ids['eve']}?fields=id", {"status": "active"})
    data = sign_in(guest, made).json()["data"]
    # an admin takes it away, as when the device is lost
    path = f"/users/{people.ids['eve']}/passkeys"
    assert [row["id"] for row in people.ask("GET", path)] == [key]
    people.ask("DELETE", f"{path}/{key}")
    assert guest.post("/auth/refresh", json={"refresh_token": data["refresh_token"]}).status_code == 401
    assert refusal(sign_in(guest, made)) == REFUSED
    assert refusal(people.admin.delete(f"{path}/{key}")) == (403, "FORBIDDEN")
    kept, _ = added(back(people, "eve"))
    people.ask("DELETE", f"/users/{people.ids['eve']}")
    assert refusal(sign_in(guest, kept)) == REFUSED
    assert encode(kept.identifier) not in people.stored("satchel_passkeys")
    assert people.ids["eve"] not in people.stored("satchel_passkeys")


@pytest.mark.dialects
def test_adding_is_bound_to_who_asked(people: People) -> None:
    fay, gus = person(people, "fay"), person(people, "gus")
    made = device(fay)
    question = options(fay)
    stolen = gus.post("/users/me/passkeys", json={"credential": made.make(question)})
    assert refusal(stolen) == (400, "INVALID_PAYLOAD")
    for other in (
        {"origin": "http://evil.localhost"},
        {"rp_id": "evil.example"},
        {"type": "webauthn.get"},
        {"challenge": asked(guest_of(people))["challenge"]},
    ):
        answer = fay.post("/users/me/passkeys", json={"credential": made.make(options(fay), **other)})
        assert refusal(answer) == (400, "INVALID_PAYLOAD"), other
    made.flags = PRESENT
    answer = fay.post("/users/me/passkeys", json={"credential": made.make(options(fay))})
    assert "verif" in answer.json()["errors"][0]["extensions"]["reason"].lower()
    made.flags = 5
    question = options(fay)
    assert fay.post("/users/me/passkeys", json={"credential": made.make(question)}).status_code == 200
    assert refusal(fay.post("/users/me/passkeys", json={"credential": made.make(question)}))[0] == 400
    # the same key is nobody else's
    again = gus.post("/users/me/passkeys", json={"credential": made.make(options(gus))})
    assert refusal(again) == (422, "UNPROCESSABLE_CONTENT")


def test_a_policy_that_wants_two_factors(people: People) -> None:
    """A passkey is both; the password alone of who has one may not even get another second factor."""
    ida = person(people, "ida", enforce_tfa=True, update_self=False)
    assert ida.get("/items/notes").status_code == 403
    browser = guest_of(people)
    body = {"email": "ida@example.com", "password": PASSWORD, "mode": "session"}
    assert browser.post("/auth/login", json=body).status_code == 200
    assert browser.get("/items/notes").status_code == 403
    made, key = added(browser)
    assert browser.get("/items/notes").status_code == 200  # the session that added the first one has shown it
    assert browser.get("/policies/me/globals").json()["data"]["enforce_tfa"] is False
    assert browser.post("/auth/refresh", json={"mode": "session"}).status_code == 200
    assert browser.get("/items/notes").status_code == 200

    thief = back(people, "ida")
    assert claims(thief.headers["authorization"].removeprefix("Bearer "))["enforce_tfa"] is True
    assert thief.get("/policies/me/globals").json()["data"]["enforce_tfa"] is True
    password = {"password": PASSWORD}
    for method, path, sent in (
        ("POST", "/users/me/tfa/generate", password),
        ("POST", "/users/me/tfa/enable", {"secret": "A" * 32, "otp": "000000"}),
        ("POST", "/users/me/passkeys/options", password),
        ("POST", "/users/me/passkeys", {"credential": {}}),
        ("PATCH", f"/users/me/passkeys/{key}", {"name": "x"}),
        ("DELETE", f"/users/me/passkeys/{key}", password),
        ("DELETE", f"/users/{people.ids['ida']}/passkeys", password),
    ):
        assert refusal(thief.request(method, path, json=sent)) == (403, "FORBIDDEN"), path
    assert thief.get("/items/notes").status_code == 403
    token = sign_in(guest_of(people), made).json()["data"]["access_token"]
    assert "enforce_tfa" not in claims(token)
    with people.server.client(token) as came_in:
        assert came_in.get("/items/notes").status_code == 200
    assert browser.request("DELETE", f"/users/me/passkeys/{key}", json=password).status_code == 204
    assert browser.get("/items/notes").status_code == 403
    assert browser.get("/users/me").status_code == 200  # it goes on, and has to get another factor


def test_who_may_have_passkeys(people: People) -> None:
    jan = person(people, "jan", update_self=False)
    asking = {"password": PASSWORD}
    assert refusal(jan.post("/users/me/passkeys/options", json=asking)) == (403, "FORBIDDEN")
    assert refusal(guest_of(people).post("/users/me/passkeys/options", json=asking)) == REFUSED
    kim = person(people, "kim")
    _, key = added(kim)
    path = f"/users/{people.ids['kim']}/passkeys"
    for method, place in (("GET", path), ("DELETE", path), ("DELETE", f"{path}/{key}")):
        assert refusal(jan.request(method, place)) == (403, "FORBIDDEN")
        assert guest_of(people).request(method, place).status_code == 401
    assert refusal(jan.patch(f"/users/me/passkeys/{key}", json={"name": "x"})) == (403, "FORBIDDEN")
    for name in ("", " ", "x" * 101, "a\nb", 5):
        assert refusal(kim.patch(f"/users/me/passkeys/{key}", json={"name": name})) == (400, "INVALID_PAYLOAD")
    # no wire reads the table
    for place in ("/items/satchel_passkeys", "/items/directus_passkeys", "/collections/satchel_passkeys"):
        assert people.admin.get(place).status_code == 403
    assert "passkey" not in people.admin.get("/users?fields=*").text
    assert people.admin.get("/api/collections/satchel_passkeys/records").status_code == 404
    people.insert("satchel_users", {"id": "0c0ffee0-0000-4000-8000-000000000001", "email": "far@example.com"} | FAR)
    far = guest_of(people, "a-static-token-of-far")
    assert "has no passkeys here" in far.post("/users/me/passkeys/options", json={}).text
    # the command for who lost every device
    root, _ = added(person(people, "roo", admin=True))
    done = people.server.run("superuser", "disable-tfa", "roo@example.com")
    assert done.returncode == 0, done.stdout + done.stderr
    assert refusal(sign_in(guest_of(people), root)) == REFUSED


FAR = {
    "provider": "github",
    "status": "active",
    "token": "a-static-token-of-far",
    "email_notifications": True,
    "text_direction": "auto",
}


def test_passwords_and_passkeys_are_guessed_within_bounds(people: People) -> None:
    lea = person(people, "lea")
    path = "/users/me/passkeys/options"
    statuses = [lea.post(path, json={"password": "wrong"}).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert lea.post("/users/me/tfa/generate", json={"password": PASSWORD}).status_code == 429


@contextlib.contextmanager
def stopping(server: Server) -> Iterator[None]:
    try:
        yield
    finally:
        server.stop()


def test_limits_and_addresses(tmp_path: Path) -> None:
    settings = {"passkeys_max": 1, "login_guesses_max": 3, "public_url": "https://studio.example.com/data"}
    port = free_port()
    server = Server(tmp_path, settings=settings)
    server.create_superuser()
    server.start("--port", str(port))
    server.url = f"http://127.0.0.1:{port}"  # where it is, whatever it says
    with stopping(server), People(server) as people:
        mia = people.user("mia", update_self=True)
        made = Authenticator("https://studio.example.com")
        offered = options(mia)
        assert offered["rp"]["id"] == "studio.example.com"
        answer = mia.post("/users/me/passkeys", json={"credential": made.make(offered)})
        assert answer.json()["data"]["name"] == "Passkey"
        assert "at most" in mia.post("/users/me/passkeys/options", json={"password": PASSWORD}).text
        guest = people.guest()
        assert sign_in(guest, made).status_code == 200
        made.origin = server.url  # what the setting says counts
        assert [sign_in(guest, made).status_code for _ in range(4)] == [401, 401, 401, 429]
        made.origin = "https://studio.example.com"
        assert sign_in(guest, made).status_code == 429


def test_passkeys_can_be_switched_off(tmp_path: Path) -> None:
    with running_server(tmp_path, settings={"passkeys_max": 0}) as server, People(server) as people:
        guest = guest_of(people)
        assert "switched off" in guest.post("/auth/passkeys/options").text
        assert "switched off" in guest.post("/auth/passkeys/login", json={"credential": {}}).text


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [
        ("https://example.com", "example.com", "https://example.com"),
        ("https://Example.com:443/data", "example.com", "https://example.com"),
        ("https://example.com:8443", "example.com", "https://example.com:8443"),
        ("http://localhost:8090", "localhost", "http://localhost:8090"),
        ("http://shop.localhost", "shop.localhost", "http://shop.localhost"),
    ],
)
def test_where_passkeys_are_good(address: str, host: str, origin: str) -> None:
    party = party_at(address, "Shop")
    assert (party.id, party.origin) == (host, origin)


@pytest.mark.parametrize(
    "address",
    ["http://example.com", "http://127.0.0.1:8090", "https://127.0.0.1", "https://[::1]:1", "https://a:b", "ftp://a"],
)
def test_where_browsers_make_none(address: str) -> None:
    with pytest.raises(Unprocessable, match="Passkeys need"):
        party_at(address, "Shop")
