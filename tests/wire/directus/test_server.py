"""The server about itself, and the link that makes the first superuser."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import httpx
import pytest
from tests.mail_sink import mail_sink
from tests.servers import Server, running_server
from tests.wire.directus.readers import person

pytestmark = pytest.mark.process


def test_ping_info_and_health(server: Server) -> None:
    with server.client() as guest, server.client(server.directus_token()) as admin:
        assert guest.get("/server/ping").text == "pong"
        info = guest.get("/server/info").json()["data"]
        assert set(info) == {"project", "license"}
        assert info["project"]["project_name"] == "Satchel"
        more = admin.get("/server/info").json()["data"]
        assert more["queryLimit"] == {"default": 100, "max": -1}
        assert (more["rateLimit"], more["rateLimitGlobal"]) == (False, False)
        assert more["websocket"]["rest"] == {"authentication": "handshake", "path": "/websocket"}
        assert more["websocket"]["heartbeat"] == 30
        assert guest.get("/server/health").status_code == 403
        health = admin.get("/server/health").json()
        assert (health["status"], "data" in health) == ("ok", False)
        (check,) = health["checks"]["sqlite:responseTime"]
        assert check["observedValue"] < 1000


def test_small_services(server: Server) -> None:
    with server.client(server.directus_token()) as admin, server.client() as guest:
        assert (guest.post("/utils/cache/clear").status_code, admin.post("/utils/cache/clear").status_code) == (
            403,
            200,
        )
        assert admin.post("/utils/cache/clear?system").content == b""
        for path in ("/utils/hash/generate", "/utils/hash/verify"):
            answer = admin.post(path, json={"string": "x", "hash": "y"})
            assert answer.json()["errors"][0]["extensions"] == {"path": path, "code": "ROUTE_NOT_FOUND"}

        def resolved(target: str) -> str:
            return str(guest.post("/utils/resolve-redirect", json={"redirect": target}).json()["data"])

        assert resolved("/admin") == "/admin"
        assert resolved(f"{server.url}/admin?x=1") == f"{server.url}/admin?x=1"
        for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
            assert resolved(elsewhere) == "/"
        refused = guest.post("/utils/resolve-redirect", json={})
        assert refused.json()["errors"][0]["message"] == 'Invalid payload. "redirect" is required.'


def test_settings_are_one_object(server: Server) -> None:
    with server.client(server.directus_token()) as admin, server.client() as guest:
        assert admin.get("/settings").json()["data"]["auth_login_attempts"] == 25
        changed = admin.patch("/settings?fields=id,project_name", json={"project_name": "Shop"})
        assert changed.json() == {"data": {"id": 1, "project_name": "Shop"}}
        assert guest.get("/server/info").json()["data"]["project"]["project_name"] == "Shop"
        assert guest.get("/settings").status_code == 403
        assert admin.post("/settings", json={}).status_code == 404
        admin.patch("/settings", json={"project_name": "Satchel"})


@pytest.mark.parametrize(("length", "status"), [("1", 200), ("500", 200), ("0", 400), ("501", 400), ("x", 400)])
def test_random_strings(server: Server, length: str, status: int) -> None:
    with server.client() as guest:
        answer = guest.get(f"/utils/random/string?length={length}")
        assert answer.status_code == status
        if status == 200:
            assert re.fullmatch(r"[A-Za-z0-9]+", answer.json()["data"])
            assert len(answer.json()["data"]) == int(length)


def test_the_first_superuser_is_made_by_a_link_that_works_once(tmp_path: Path) -> None:
    with running_server(tmp_path, superuser=False) as server:
        link = re.search(r"http://\S+/server/setup\?token=\S+", server.log())
        assert link is not None
        with httpx.Client(timeout=30) as browser:
            page = browser.get(link.group())
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert "form-action 'self'" in page.headers["content-security-policy"]
            assert '<form method="post"' in page.text
            refused = browser.post(link.group(), data={"email": "root@example.com", "password": "short"})
            assert refused.status_code == 400
            assert "at least 8" in refused.text
            forged = browser.post(
                f"{server.url}/server/setup?token=forged", data={"email": "a@example.com", "password": "long enough 1"}
            )
            assert forged.status_code == 401
            made = browser.post(link.group(), data={"email": server.email, "password": server.password})
            assert made.status_code == 200
            assert browser.get(link.group()).status_code == 403
            again = browser.post(f"{server.url}/server/setup", json={"token": "x", "email": "b@x.io", "password": "p"})
            assert again.status_code == 403
        assert server.directus_token()
        assert server.pocketbase_token()


def test_info_says_what_is_not_here(server: Server) -> None:
    with server.client() as guest, server.client(server.directus_token()) as admin:
        told = guest.get("/server/info").json()["data"]["license"]
        assert told["source"] is None
        assert told["entitlements"]["production_enabled"] is True
        more = admin.get("/server/info").json()["data"]
        assert {name: more[name] for name in ("autoSave", "mcp_enabled", "ai_enabled")} == dict.fromkeys(
            ("autoSave", "mcp_enabled", "ai_enabled"), False
        )
        assert more["uploads"] == {"tus": True, "chunkSize": 8 * 1024**2, "maxConcurrency": None}
        query = {"query": "{ server_info { license { source entitlements { display_powered_by } } } }"}
        asked = admin.post("/graphql/system", json=query).json()["data"]["server_info"]["license"]
        assert asked == {"source": None, "entitlements": {"display_powered_by": "none"}}


def test_health_looks_at_every_service(tmp_path: Path) -> None:
    settings = {"healthcheck_cache_seconds": 0, "cache_enabled": True}
    with (
        mail_sink() as sink,
        running_server(tmp_path, settings=settings) as server,
        server.client(server.directus_token()) as admin,
        server.client(server.pocketbase_token()) as superuser,
    ):
        assert "email:connection" not in admin.get("/server/health").json()["checks"]
        smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port}
        assert superuser.patch("/api/settings", json={"smtp": smtp}).status_code == 200
        fine = admin.get("/server/health")
        assert (fine.status_code, fine.json()["status"]) == (200, "ok")
        names = {"sqlite:responseTime", "storage:local:responseTime", "email:connection", "cache:responseTime"}
        checks = fine.json()["checks"]
        assert names <= set(checks)
        (place,) = checks["storage:local:responseTime"]
        assert (place["status"], place["componentType"], place["observedUnit"]) == ("ok", "objectstore", "ms")
        assert not [*(tmp_path / "storage").rglob("health/*")]

        with socket.create_server(("127.0.0.1", 0)) as listener:
            nobody = listener.getsockname()[1]
        assert superuser.patch("/api/settings", json={"smtp": {**smtp, "port": nobody}}).status_code == 200
        bad = admin.get("/server/health")
        assert (bad.status_code, bad.json()["status"]) == (503, "error")
        (mail,) = bad.json()["checks"]["email:connection"]
        assert mail["status"] == "error"
        assert f"127.0.0.1:{nobody}" in mail["output"]
        with person(server, admin) as somebody:
            told = somebody.client.get("/server/health")
            assert (told.status_code, told.json()) == (503, {"status": "error"})
