"""The server about itself, and the link that makes the first superuser."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from tests.servers import Server, running_server

pytestmark = pytest.mark.process


def test_ping_info_and_health(server: Server) -> None:
    with server.client() as guest, server.client(server.directus_token()) as admin:
        assert guest.get("/server/ping").text == "pong"
        info = guest.get("/server/info").json()["data"]
        assert set(info) == {"project"}
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
