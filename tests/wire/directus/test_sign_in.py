"""Signing in by the Directus protocol: the three modes, refreshing, signing out, and what is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server

pytestmark = pytest.mark.process

NO_TOKEN = "Invalid payload. The refresh token is required in either the payload or cookie."


@pytest.fixture
def guest(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def login(client: httpx.Client, server: Server, **more: Any) -> httpx.Response:
    return client.post("/auth/login", json={"email": server.email, "password": server.password, **more})


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


def test_json_mode(server: Server, guest: httpx.Client) -> None:
    answer = login(guest, server)
    data = answer.json()["data"]
    assert list(data) == ["expires", "refresh_token", "access_token"]
    assert data["expires"] == 900000
    assert len(data["refresh_token"]) == 64
    assert "set-cookie" not in answer.headers
    claims = json.loads(base64.urlsafe_b64decode(data["access_token"].split(".")[1] + "=="))
    assert set(claims) == {"id", "role", "app_access", "admin_access", "iat", "exp", "iss"}
    assert (claims["iss"], claims["admin_access"]) == ("directus", True)

    fresh = guest.post("/auth/refresh", json={"refresh_token": data["refresh_token"], "mode": "json"}).json()["data"]
    assert fresh["refresh_token"] != data["refresh_token"]
    again = guest.post("/auth/refresh", json={"refresh_token": data["refresh_token"]})
    assert code(again) == (401, "INVALID_CREDENTIALS")
    assert guest.post("/auth/logout", json={"refresh_token": fresh["refresh_token"]}).status_code == 204
    assert guest.post("/auth/logout", json={"refresh_token": fresh["refresh_token"]}).status_code == 204
    assert code(guest.post("/auth/refresh", json={"refresh_token": fresh["refresh_token"]})) == (
        401,
        "INVALID_CREDENTIALS",
    )
    # an access token lives until it expires
    me = guest.get("/users/me?fields=email", headers={"authorization": f"Bearer {data['access_token']}"})
    assert me.json() == {"data": {"email": server.email}}


def test_cookie_mode(server: Server, guest: httpx.Client) -> None:
    answer = login(guest, server, mode="cookie")
    assert list(answer.json()["data"]) == ["expires", "access_token"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("directus_refresh_token=")
    assert "Max-Age=604800; Path=/; Expires=" in cookie
    assert cookie.endswith("; HttpOnly; SameSite=Lax")
    fresh = guest.post("/auth/refresh", json={"mode": "cookie"})
    assert list(fresh.json()["data"]) == ["expires", "access_token"]
    out = guest.post("/auth/logout", json={"mode": "cookie"})
    assert out.status_code == 204
    assert out.headers["set-cookie"].startswith("directus_refresh_token=; Max-Age=604800; Path=/;")
    guest.cookies.clear()
    assert guest.post("/auth/refresh").json()["errors"][0]["message"] == NO_TOKEN


def test_session_mode(server: Server, guest: httpx.Client) -> None:
    answer = login(guest, server, mode="session")
    assert answer.json() == {"data": {"expires": 86400000}}
    assert answer.headers["set-cookie"].startswith("directus_session_token=")
    assert guest.get("/users/me?fields=email").json() == {"data": {"email": server.email}}
    old = guest.cookies["directus_session_token"]
    assert guest.post("/auth/refresh", json={"mode": "session"}).json() == {"data": {"expires": 86400000}}
    assert guest.cookies["directus_session_token"] != old
    # the old session stays good for a moment, for requests that are under way
    with server.client(cookies={"directus_session_token": old}) as other:
        assert other.get("/users/me?fields=email").status_code == 200
    last = guest.cookies["directus_session_token"]
    assert guest.post("/auth/logout", json={"mode": "session"}).status_code == 204
    with server.client(cookies={"directus_session_token": last}) as other:
        gone = other.get("/users/me?fields=email")
        assert code(gone) == (401, "INVALID_CREDENTIALS")
        assert gone.headers["set-cookie"].startswith("directus_session_token=; Max-Age=86400;")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, '"email" is required'),
        ({"email": "bad", "password": "x"}, '"email" must be a valid email'),
        ({"email": "a@example.com"}, '"password" is required'),
        ({"email": 5, "password": "x"}, '"email" must be a string'),
        ({"email": "a@example.com", "password": ["x"]}, '"password" must be a string'),
        ({"email": "a@example.com", "password": "x", "mode": "zzz"}, '"mode" must be one of [cookie, json, session]'),
    ],
)
def test_malformed_log_ins(guest: httpx.Client, body: Any, message: str) -> None:
    answer = guest.post("/auth/login", json=body)
    assert answer.json() == {
        "errors": [
            {"message": f"Invalid payload. {message}.", "extensions": {"reason": message, "code": "INVALID_PAYLOAD"}}
        ]
    }


def test_wrong_users_and_passwords_look_the_same(server: Server, guest: httpx.Client) -> None:
    wrong = guest.post("/auth/login", json={"email": server.email, "password": "wrong"})
    nobody = guest.post("/auth/login", json={"email": "nobody@example.com", "password": "wrong"})
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json() == nobody.json()
    assert wrong.json()["errors"][0]["message"] == "Invalid user credentials."


def test_no_token_to_refresh_or_end(guest: httpx.Client) -> None:
    for path in ("/auth/refresh", "/auth/logout"):
        for body in (None, {}, {"mode": "json"}, {"mode": "session"}, {"refresh_token": ["x"]}):
            answer = guest.post(path, json=body) if body is not None else guest.post(path)
            assert answer.status_code == 400, (path, body)
            assert answer.json()["errors"][0]["message"] == NO_TOKEN


def test_providers(guest: httpx.Client) -> None:
    assert guest.get("/auth").json() == {"data": [], "disableDefault": False}


def test_one_sign_in_serves_both_protocols(server: Server, guest: httpx.Client) -> None:
    token = server.pocketbase_token()
    me = guest.get("/users/me?fields=email", headers={"authorization": f"Bearer {token}"})
    assert me.json() == {"data": {"email": server.email}}
