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


def test_admins_are_told_what_the_start_fixes(tmp_path: Path) -> None:
    place = "s3://files?region=eu&endpoint=http://127.0.0.1:9&access_key_id=canary&secret_access_key=canary"
    settings = {"trusted_proxies": "10.0.0.0/8", "storage_url": place}
    with (
        running_server(tmp_path, settings=settings) as started,
        started.client(started.directus_token()) as admin,
        started.client() as guest,
        person(started, admin) as somebody,
    ):
        answer = admin.get("/server/info")
        assert answer.json()["data"]["fixed"] == {
            "trusted_proxies": {"value": ["10.0.0.0/8"], "by": "SATCHEL_TRUSTED_PROXIES"},
            "storage_url": {"value": "s3://files", "by": "SATCHEL_STORAGE_URL"},
        }
        assert "canary" not in answer.text
        for other in (guest, somebody.client):
            assert "fixed" not in other.get("/server/info").json()["data"]


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
        link = re.search(r"http://\S+/studio/setup#t=(\S+)", server.log())
        assert link is not None
        wanted = {"token": link[1], "email": "root@example.com", "password": server.password}
        with httpx.Client(base_url=server.url, timeout=30) as browser:
            for changes, status, told in (
                ({"token": None}, 403, "permission"),
                ({"token": "forged"}, 401, "Invalid"),
                ({"password": "short"}, 400, "at least 8"),
                ({"email": "nobody"}, 400, "valid email"),
                ({"project_name": "x" * 101}, 400, "no more than 100"),
                ({"sample": "nothing of ours"}, 400, '"sample" must be one of'),
                ({"more": 1}, 400, "not allowed"),
            ):
                refused = browser.post("/server/setup", json={**wanted, **changes})
                assert refused.status_code == status, (changes, refused.text)
                assert told in refused.text.replace("\\", ""), (changes, refused.text)
            made = browser.post("/server/setup", json={**wanted, "project_name": " Ada's shop "})
            assert (made.status_code, made.text) == (204, "")
            assert browser.post("/server/setup", json=wanted).status_code == 403
            assert browser.get("/server/info").json()["data"]["project"]["project_name"] == "Ada's shop"
        assert server.directus_token()
        token = server.pocketbase_token()
        meta = server.client(token).get("/api/settings").json()["meta"]
        assert meta["appName"] == "Ada's shop"


@pytest.mark.heavy
def test_a_new_link_can_be_had_until_there_is_a_superuser(tmp_path: Path) -> None:
    with running_server(tmp_path, superuser=False) as server:
        first = re.search(r"/studio/setup#t=(\S+)", server.log())
        again = re.search(r"http://127.0.0.1:8090/studio/setup#t=(\S+)", server.run("superuser", "link").stdout)
        assert first is not None
        assert again is not None
        body = {"email": "root@example.com", "password": server.password}
        answers = [httpx.post(f"{server.url}/server/setup", json={**body, "token": link[1]}) for link in (first, again)]
        assert [answer.status_code for answer in answers] == [401, 204]
        refused = server.run("superuser", "link")
        assert refused.returncode == 1
        assert "There is a superuser already." in refused.stderr


@pytest.mark.heavy
def test_a_project_can_begin_without_a_browser(tmp_path: Path) -> None:
    server = Server(tmp_path)
    arguments = ("init", "--email", "ada@example.com", "--password-stdin", "--project-name", "Engines")
    short = server.run(*arguments, given="short\n")
    assert short.returncode == 1
    assert "at least 8" in short.stderr
    begun = server.run(*arguments, given=server.password + "\n")
    assert begun.returncode == 0, begun.stderr
    again = server.run(*arguments, given=server.password + "\n")
    assert again.returncode == 1
    assert "There is a superuser already" in again.stderr
    with running_server(tmp_path, superuser=False) as server:
        assert "setup#" not in server.log()
        assert server.directus_token("ada@example.com")
        info = server.client().get("/server/info").json()
        assert info["data"]["project"]["project_name"] == "Engines"


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
