"""Rate limits and addresses in a running server: under concurrency, on both wires, and the way back in."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from tests.servers import DATABASES, Server, running_server
from tests.stores import store_with_superuser


def limit(server: Server, token: str, *rules: tuple[str, int]) -> None:
    made = [{"label": label, "duration": 60, "maxRequests": most} for label, most in rules]
    with server.client(token) as client:
        answer = client.patch("/api/settings", json={"rateLimits": {"enabled": True, "rules": made}})
        assert answer.status_code == 200, answer.text


@pytest.mark.process
def test_not_one_too_many_under_concurrency(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        limit(server, server.pocketbase_token(), ("/api/", 25), ("*:authWithPassword", 3))

        def ask(_: int) -> int:
            return httpx.get(f"{server.url}/api/health", verify=False).status_code

        def guess(_: int) -> int:
            body = {"identity": "root@example.com", "password": "wrong"}
            path = "/api/collections/_superusers/auth-with-password"
            return httpx.post(f"{server.url}{path}", json=body, verify=False).status_code

        with ThreadPoolExecutor(16) as threads:
            assert Counter(threads.map(ask, range(100))) == {200: 25, 429: 75}
            assert Counter(threads.map(guess, range(40))) == {400: 3, 429: 37}


@pytest.mark.process
@pytest.mark.dialects
@pytest.mark.parametrize("kind", DATABASES)
def test_limits_follow_a_renamed_collection(kind: str, tmp_path: Path) -> None:
    with store_with_superuser(kind) as url:
        places = {"database_url": url, "store_url": url} if url else {}
        with running_server(tmp_path, url, settings=places, superuser=url is None) as server:
            token = server.pocketbase_token()
            with server.client(token) as client:
                body = {"name": "shops", "listRule": "", "fields": [{"name": "t", "type": "text"}]}
                assert client.post("/api/collections", json=body).status_code == 200
                limit(server, token, ("shops:list", 2), ("kiosks:list", 5))
                # two rules for one label: nothing of the change is done, on no database
                answer = client.patch("/api/collections/shops", json={"name": "kiosks"})
                assert answer.status_code == 400, answer.text
                code = answer.json()["data"]["rateLimits"]["rules"]["1"]["label"]["code"]
                assert code == "validation_conflicting_rate_limit_rule"
                assert client.get("/api/collections/shops/records").status_code == 200
                answer = client.patch("/api/collections/shops", json={"name": "stores"})
                assert answer.status_code == 200, answer.text
                rules = client.get("/api/settings").json()["rateLimits"]["rules"]
                assert [rule["label"] for rule in rules] == ["stores:list", "kiosks:list"]
            path = f"{server.url}/api/collections/stores/records"
            assert [httpx.get(path, verify=False).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.process
def test_the_other_wire_is_counted_too(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        token = server.pocketbase_token()
        limit(server, token, ("*:auth", 2), ("/items/", 1))
        wrong = {"email": "root@example.com", "password": "wrong"}
        for path in ("/auth/login", "/auth/login/", "/auth/login"):
            answer = httpx.post(f"{server.url}{path}", json=wrong)
        assert answer.status_code == 429
        assert answer.json()["errors"][0]["extensions"]["code"] == "REQUESTS_EXCEEDED"
        assert 0 < int(answer.headers["retry-after"]) <= 60
        statuses = [httpx.get(f"{server.url}{path}").status_code for path in ("/items/a", "/items/a/", "/items/b")]
        assert statuses == [403, 429, 429]


@pytest.mark.process
def test_superusers_come_from_where_they_may(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        pocketbase, directus = server.pocketbase_token(), server.directus_token()
        with server.client(pocketbase) as client:
            answer = client.patch("/api/settings", json={"superuserIPs": ["10.0.0.0/8"]})
            assert answer.status_code == 200, answer.text
            assert client.get("/api/settings").status_code == 403
        with server.client(directus) as client:
            assert client.get("/users/me").status_code == 403
            assert client.get("/items/directus_users").status_code == 403
        body = {"email": server.email, "password": server.password}
        answer = httpx.post(f"{server.url}/auth/login", json=body)
        assert answer.status_code == 403, answer.text
        assert "access_token" not in answer.text
        # the way back in, beside the running server
        done = server.run("superuser", "ips")
        assert (done.returncode, done.stdout.strip()) == (0, "Superusers may come from anywhere."), done.stderr
        time.sleep(1.5)
        with server.client(pocketbase) as client:
            assert client.get("/api/settings").json()["superuserIPs"] == []
        done = server.run("superuser", "ips", "nonsense")
        assert (done.returncode, "Invalid IP" in done.stderr) == (1, True), done.stderr
        done = server.run("superuser", "ips", "10.0.0.0/8", "::1")
        assert done.stdout.strip() == "Superusers may come from 10.0.0.0/8, ::1."
