"""Who is on a WebSocket: the three modes, proofs that end, cookies of other pages, and the limits on one client."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.servers import Server, running_server
from tests.wire.directus.socket_kit import Talk, data, field, make
from websockets.exceptions import InvalidStatus

pytestmark = pytest.mark.process

FAILED = {"code": "AUTH_FAILED", "message": "Authentication failed."}
SHAKEN = {"code": "AUTH_FAILED", "message": "Authentication handshake failed."}
EDITOR = {"email": "editor@example.com", "password": "editor password 1"}
LIMITS = {
    "websocket_auth_timeout_seconds": 1.5,
    "websocket_message_bytes": 20_000,
    "websocket_messages_per_second": 20,
    "websocket_subscriptions_max": 3,
    "websocket_connections_max": 12,
    "cors_origins": "https://shop.example",
    "cors_credentials": "true",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("sockets"), settings=LIMITS) as server:
        _prepare(server)
        yield server


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Access tokens that last for two seconds, nobody has to say who they are, and signs of life are asked for."""
    settings = {
        **LIMITS,
        "access_token_ttl_seconds": 2,
        "websocket_rest_auth": "public",
        "websocket_heartbeat_seconds": 1,
    }
    with running_server(tmp_path_factory.mktemp("hasty"), settings=settings) as server:
        _prepare(server)
        yield server


def _prepare(server: Server) -> None:
    with server.client(server.directus_token()) as admin:
        make(admin, "notes", field("name"))
        policy = data(admin.post("/policies", json={"name": "reading"}))["id"]
        role = data(admin.post("/roles", json={"name": "reader"}))["id"]
        data(admin.post("/access", json={"role": role, "policy": policy}))
        for action in ("read", "create"):
            body = {"policy": policy, "collection": "notes", "action": action, "fields": ["*"], "permissions": {}}
            data(admin.post("/permissions", json=body))
        data(admin.post("/users", json={**EDITOR, "role": role, "status": "active"}))


def session_cookie(server: Server) -> dict[str, str]:
    body = {**EDITOR, "mode": "session"}
    answer = httpx.post(f"{server.url}/auth/login", json=body, timeout=30)
    return {"Cookie": f"directus_session_token={answer.cookies['directus_session_token']}"}


def refused_upgrade(server: Server, **options: object) -> int:
    with pytest.raises(InvalidStatus) as refused:
        Talk(server, **options)  # pyright: ignore[reportArgumentType]
    return refused.value.response.status_code


def test_a_handshake_that_fails_is_the_end(shop: Server) -> None:
    for message in (
        {"type": "ping"},
        {"type": "auth"},
        {"type": "auth", "access_token": "bad"},
        {"type": "auth", "access_token": ["x"]},
        {"type": "auth", "email": EDITOR["email"], "password": "bad"},
        {"type": "auth", "refresh_token": "nobody's"},
        {"type": "items", "action": "read", "collection": "notes"},
    ):
        with Talk(shop) as talk:
            assert talk.ask(**message) == {"type": "auth", "status": "error", "error": SHAKEN}
            assert talk.ended() == 1005
    with Talk(shop) as talk:
        talk.socket.send("{bad")
        assert talk.next()["error"] == SHAKEN
        assert talk.ended() == 1005
    with Talk(shop) as talk:  # nothing at all
        assert talk.next() == {"type": "auth", "status": "error", "error": SHAKEN}
        assert talk.ended() == 1005


def test_tokens_in_the_address(shop: Server) -> None:
    assert refused_upgrade(shop, query="?access_token=bad") == 401
    assert refused_upgrade(shop, path="/items/notes") == 404
    with Talk(shop, query=f"?access_token={shop.directus_token(**EDITOR)}") as talk:
        assert talk.ask(type="ping") == {"type": "pong"}
        assert talk.items("read", "notes")["data"] == []


def test_a_cookie_counts_only_for_pages_of_this_server(shop: Server) -> None:
    cookie = session_cookie(shop)
    for own in ({}, {"Origin": shop.url}, {"Origin": "https://shop.example"}):
        with Talk(shop, additional_headers={**cookie, **own}) as talk:
            assert talk.items("read", "notes")["data"] == []
    for foreign in ("https://evil.example", "null", "http://127.0.0.1:1", f"{shop.url}.evil.example"):
        with Talk(shop, additional_headers={**cookie, "Origin": foreign}) as talk:
            assert talk.items("read", "notes")["error"] == SHAKEN


def test_an_ended_session_ends_the_connection(shop: Server) -> None:
    cookie = session_cookie(shop)
    with Talk(shop, additional_headers=cookie) as idle, Talk(shop, additional_headers=cookie) as busy:
        assert busy.items("read", "notes")["data"] == []
        body = {"mode": "session"}
        answer = httpx.post(f"{shop.url}/auth/logout", json=body, headers=cookie, timeout=30)
        assert answer.status_code == 204
        refused = busy.items("read", "notes")
        assert (refused["type"], refused["error"]) == ("auth", FAILED)
        assert busy.ended() == 1005
        assert idle.next(20)["error"] == FAILED
        assert idle.ended() == 1005


def test_a_suspended_user_is_out(shop: Server) -> None:
    with shop.client(shop.directus_token()) as admin:
        me = data(admin.get("/users", params={"filter[email][_eq]": EDITOR["email"]}))[0]["id"]
        with Talk(shop, token=shop.directus_token(**EDITOR)) as talk:
            assert talk.follow("notes")["data"] == []
            data(admin.patch(f"/users/{me}", json={"status": "suspended"}))
            data(admin.post("/items/notes", json={"name": "secret"}))
            assert talk.next(20) == {"type": "auth", "status": "error", "error": FAILED}
            assert talk.ended() == 1005
        data(admin.patch(f"/users/{me}", json={"status": "active"}))
        data(admin.request("DELETE", "/items/notes", json={"query": {"limit": -1}}))


def test_saying_it_wrong_later_ends_the_connection(shop: Server) -> None:
    with Talk(shop, token=shop.directus_token(**EDITOR)) as talk:
        assert talk.ask(type="auth", access_token="bad", uid=1)["error"] == FAILED
        assert talk.ended() == 1005


def test_shares_show_their_item_and_nothing_else(shop: Server) -> None:
    with shop.client(shop.directus_token()) as admin:
        shown, hidden = (data(admin.post("/items/notes", json={"name": name}))["id"] for name in ("a", "b"))
        role = data(admin.get("/roles", params={"filter[name][_eq]": "reader"}))[0]["id"]
        share = data(admin.post("/shares", json={"collection": "notes", "item": str(shown), "role": role}))["id"]
        token = data(httpx.post(f"{shop.url}/shares/auth", json={"share": share}, timeout=30))["access_token"]
        with Talk(shop, token=token) as talk, Talk(shop, token=shop.directus_token()) as other:
            other.follow("notes")
            assert [row["id"] for row in talk.follow("notes", query={"fields": ["id"]})["data"]] == [shown]
            for key in (hidden, shown):
                data(admin.patch(f"/items/notes/{key}", json={"name": "new"}))
                assert other.next()["data"][0]["id"] == key
            assert talk.next()["data"] == [{"id": shown}]
            assert talk.items("read", "notes", id=hidden)["error"]["code"] == "FORBIDDEN"
            data(admin.delete(f"/shares/{share}"))
            assert talk.next(20)["error"] == FAILED
        data(admin.request("DELETE", "/items/notes", json={"query": {"limit": -1}}))


def test_limits(shop: Server) -> None:
    token = shop.directus_token(**EDITOR)
    with Talk(shop, token=token) as talk:
        for number in range(3):
            assert talk.follow("notes", uid=number)["event"] == "init"
        assert talk.follow("notes", uid=2)["event"] == "init"
        refused = talk.follow("notes", uid=3)
        assert refused["error"]["code"] == "LIMIT_EXCEEDED"
        talk.ask(type="unsubscribe", uid=1)
        assert talk.follow("notes", uid=3)["event"] == "init"
        assert talk.ask(type="ping", uid="x" * 300)["error"]["code"] == "INVALID_PAYLOAD"
        talk.socket.send('{"type":"items","query":' + "[" * 9000 + "]" * 9000 + "}")
        assert talk.next()["error"]["code"] == "INVALID_PAYLOAD"
    with Talk(shop, token=token) as talk:
        for _ in range(60):
            talk.send(type="ping")
        answers = [talk.next() for _ in range(60)]
        assert {"REQUESTS_EXCEEDED"} == {answer["error"]["code"] for answer in answers if "error" in answer}
        assert sum("error" not in answer for answer in answers) >= 40
    with Talk(shop, token=token) as talk:
        talk.send(type="ping", more="x" * 30_000)
        assert talk.ended() == 1009
    talks = [Talk(shop, token=token) for _ in range(12)]
    assert refused_upgrade(shop) == 503
    for talk in talks:
        talk.close()


def test_sign_in_counts_under_the_rules_for_requests(shop: Server) -> None:
    rule = {"label": "*:auth", "audience": "", "duration": 60, "maxRequests": 3}
    header = {"authorization": shop.pocketbase_token()}
    try:
        for enabled in (True, False):
            body = {"rateLimits": {"enabled": enabled, "rules": [rule]}}
            answer = httpx.patch(f"{shop.url}/api/settings", json=body, headers=header, timeout=30)
            assert answer.status_code == 200, answer.text
            outcomes: list[str] = []
            for _ in range(5):
                with Talk(shop) as talk:
                    outcomes.append(talk.ask(type="auth", **EDITOR)["status"])
            assert outcomes == (["ok"] * 3 + ["error"] * 2 if enabled else ["ok"] * 5)
    finally:
        off = {"rateLimits": {"enabled": False, "rules": []}}
        httpx.patch(f"{shop.url}/api/settings", json=off, headers=header, timeout=30)


def test_guests_where_the_mode_is_public(hasty: Server) -> None:
    with Talk(hasty) as talk:
        assert talk.items("read", "notes")["error"]["code"] == "FORBIDDEN"
        assert talk.follow("notes")["error"]["code"] == "FORBIDDEN"
        assert talk.ask(type="auth", access_token="bad")["error"] == FAILED
        assert talk.ask(type="auth", **EDITOR)["status"] == "ok"
        assert talk.items("read", "notes")["data"] == []


def test_a_token_that_expires_is_told_and_the_client_is_a_guest(hasty: Server) -> None:
    with Talk(hasty) as talk:
        refresh = talk.ask(type="auth", **EDITOR)["refresh_token"]
        assert talk.follow("notes", query={"fields": ["name"]})["data"] == []
        answer = talk.next()
        while answer["type"] == "ping":
            talk.send(type="pong")
            answer = talk.next()
        assert answer == {
            "type": "auth",
            "status": "error",
            "error": {"code": "TOKEN_EXPIRED", "message": "Token expired."},
        }
        with hasty.client(hasty.directus_token()) as fresh:
            data(fresh.post("/items/notes", json={"name": "unseen"}))
        assert talk.items("read", "notes")["error"]["code"] == "FORBIDDEN"
        assert talk.ask(type="auth", refresh_token=refresh)["status"] == "ok"
        with hasty.client(hasty.directus_token()) as fresh:
            data(fresh.post("/items/notes", json={"name": "seen"}))
        answer = talk.next()
        while answer["type"] == "ping":
            answer = talk.next()
        assert answer["data"] == [{"name": "seen"}]


def test_who_gives_no_sign_of_life_is_cut(hasty: Server) -> None:
    with Talk(hasty) as quiet, Talk(hasty) as lively:
        started = time.monotonic()
        while time.monotonic() - started < 4:
            assert lively.next() == {"type": "ping"}
            lively.send(type="pong")
        quiet.ended()
        assert lively.ask(type="ping", uid=1)["type"] in ("pong", "ping")


def test_strict_and_handshake_with_tokens_that_expire(tmp_path: Path) -> None:
    settings = {**LIMITS, "access_token_ttl_seconds": 2, "websocket_rest_auth": "strict"}
    with running_server(tmp_path, settings=settings) as server:
        _prepare(server)
        assert refused_upgrade(server) == 401
        address = f"?access_token={server.directus_token(**EDITOR)}"
        with Talk(server, query=address) as talk, Talk(server, query=address) as other:
            assert talk.next()["error"]["code"] == "TOKEN_EXPIRED"
            assert talk.items("read", "notes")["error"]["code"] == "TOKEN_EXPIRED"
            assert talk.ask(type="auth", access_token=server.directus_token(**EDITOR))["status"] == "ok"
            assert talk.items("read", "notes")["data"] == []
            assert other.next()["error"]["code"] == "TOKEN_EXPIRED"
            assert other.next()["error"]["code"] == "AUTH_TIMEOUT"
            assert other.ended() == 1005


def test_admins_see_the_log_as_it_is_written(shop: Server) -> None:
    path = "/websocket/logs"
    assert refused_upgrade(shop, path=path) == 401
    assert refused_upgrade(shop, path=path, query=f"?access_token={shop.directus_token(**EDITOR)}") == 403
    with Talk(shop, path=path, query=f"?access_token={shop.directus_token()}") as talk:
        assert talk.ask(type="subscribe", log_level="loud")["error"]["code"] == "INVALID_PAYLOAD"
        assert talk.ask(type="subscribe", log_level="error", uid=1) == {"type": "logs", "event": "subscribe", "uid": 1}
        httpx.get(f"{shop.url}/server/info", timeout=30)
        httpx.get(f"{shop.url}/items/nothing?access_token=secret-of-mine", timeout=30)
        entry = talk.next(20)
        assert (entry["type"], entry["uid"], entry["data"]["level"]) == ("logs", 1, 50)
        assert entry["data"]["msg"].startswith("GET /items/nothing")
        assert "secret-of-mine" not in str(entry)
        assert abs(entry["data"]["time"] / 1000 - time.time()) < 60
        assert talk.ask(type="unsubscribe") == {"type": "logs", "event": "unsubscribe"}
