"""Guesses of passwords and codes count for all workers together, on every database."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.mail_sink import mail_sink
from tests.servers import Server, running_server

pytestmark = pytest.mark.process

LIMIT = 6
WORKERS = 3
SETTINGS = {"workers": WORKERS, "login_guesses_max": LIMIT, "access_log": "false"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("guesses")
    with running_server(folder, settings=SETTINGS) as found, mail_sink() as sink:
        with found.client(found.pocketbase_token()) as client:
            smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port}
            assert client.patch("/api/settings", json={"smtp": smtp}).status_code == 200
            otp = {"enabled": True, "duration": 600, "length": 6}
            body = {"name": "people", "type": "auth", "otp": otp}
            assert client.post("/api/collections", json=body).status_code == 200
            for name in ("ada", "ben", "cleo"):
                account = {"email": f"{name}@example.com", "password": "12345678", "passwordConfirm": "12345678"}
                assert client.post("/api/collections/people/records", json=account).status_code == 200
        yield found


def ask_all(server: Server, path: str, bodies: list[dict[str, Any]]) -> Counter[int]:
    """Ask at once, each on a connection of its own, so that all workers are asked. The statuses."""

    def ask(body: dict[str, Any]) -> int:
        return httpx.post(
            f"{server.url}/api/collections/people/{path}", json=body, timeout=60, verify=False
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(ask, bodies))


def wrong(name: str, count: int) -> list[dict[str, Any]]:
    return [{"identity": f"{name}@example.com", "password": f"wrong {number}"} for number in range(count)]


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_passwords(server: Server, name: str) -> None:
    statuses = ask_all(server, "auth-with-password", wrong(name, 4 * LIMIT))
    assert statuses == {400: LIMIT, 429: 3 * LIMIT}, "as many as one worker alone would bear, known or not"
    right = {"identity": f"{name}@example.com", "password": "12345678"}
    assert ask_all(server, "auth-with-password", [right]) == {429: 1}, "too late"


def test_a_right_password_forgives(server: Server) -> None:
    right = {"identity": "ben@example.com", "password": "12345678"}
    for _ in range(3):
        assert ask_all(server, "auth-with-password", wrong("ben", LIMIT - 1)) == {400: LIMIT - 1}
        assert ask_all(server, "auth-with-password", [right]) == {200: 1}


@pytest.mark.parametrize("name", ["cleo", "nobody"])
def test_one_time_passwords(server: Server, name: str) -> None:
    """Known and unknown addresses behave the same, whichever worker is asked."""
    path = f"{server.url}/api/collections/people/request-otp"
    ids: list[str] = []
    for _ in range(12):
        ids.append(httpx.post(path, json={"email": f"{name}@example.com"}, timeout=60).json()["otpId"])
        time.sleep(0.3)  # it is kept after the answer
    assert len(set(ids[:9])) == 9
    assert ids[9:] == [ids[8]] * 3, "after so many the last one is given again"
    bodies = [{"otpId": ids[0], "password": f"{number:06}"} for number in range(20)]
    assert ask_all(server, "auth-with-otp", bodies) == {400: 5, 429: 15}


def test_plain_rate_limits_count_for_all_workers(tmp_path: Path) -> None:
    settings = {
        "workers": WORKERS,
        "access_log": "false",
        "rate_limiter_enabled": "true",
        "rate_limiter_points": 40,
        "rate_limiter_duration_seconds": 600,
    }
    with running_server(tmp_path, settings=settings) as found:

        def ask(_: int) -> int:
            return httpx.get(f"{found.url}/server/info", timeout=60, verify=False).status_code

        with ThreadPoolExecutor(8) as pool:
            statuses = Counter(pool.map(ask, range(100)))
        assert statuses == {200: 40, 429: 60}
