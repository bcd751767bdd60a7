"""Limits on requests: of one address, of all together, and while the server is behind."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import pytest
from tests.servers import running_server
from tests.wire.directus.socket_kit import Talk

pytestmark = pytest.mark.process

HOOKS = """
import time
from satchel import app

@app.get("/slow")
async def slow(request):
    time.sleep(0.3)  # not await: the whole server stands still
    return {}
"""


@pytest.mark.parametrize("scope", ["", "_global"])
def test_an_address_has_so_many_requests(tmp_path: Path, scope: str) -> None:
    settings = {
        f"rate_limiter{scope}_enabled": "true",
        f"rate_limiter{scope}_points": 5,
        f"rate_limiter{scope}_duration_seconds": 2,
    }
    with running_server(tmp_path, settings=settings) as server:
        token = server.directus_token()
        time.sleep(2.1)
        with server.client(token) as client:
            answers = [client.get("/roles") for _ in range(7)]
            assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
            refused = answers[-1]
            wait = refused.headers["retry-after"]
            (error,) = refused.json()["errors"]
            assert error["message"] == f"Too many requests, retry after {wait}s."
            assert error["extensions"]["limit"] == 5
            assert list(error["extensions"]) == ["limit", "reset", "code"]
            assert error["extensions"]["code"] == "REQUESTS_EXCEEDED"
            assert client.get("/server/ping").text == "pong"
            time.sleep(2.1)
            assert client.get("/roles").status_code == 200
            info = client.get("/server/info").json()["data"]
            told = info["rateLimitGlobal" if scope else "rateLimit"]
            assert told == {"points": 5, "duration": 2}
            time.sleep(2.1)
            with Talk(server, query=f"?access_token={token}") as talk:
                codes = [talk.items("read", "nothing")["error"]["code"] for _ in range(6)]
                assert codes == ["FORBIDDEN"] * 4 + ["REQUESTS_EXCEEDED"] * 2
            assert client.get("/roles").status_code == 429


def test_a_server_that_is_behind_says_so(tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "slow.py").write_text(HOOKS)
    settings = {"hooks_dir": str(hooks), "pressure_limit_milliseconds": 100}
    with running_server(tmp_path / "data", settings=settings) as server:
        with server.client() as client:
            assert client.get("/slow").status_code == 200

        async def run() -> set[int]:
            seen: set[int] = set()
            async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:

                async def crowd() -> None:
                    for _ in range(8):
                        await client.get("/slow")

                async def watch() -> None:
                    for _ in range(30):
                        answer = await client.get("/items/nothing")
                        seen.add(answer.status_code)
                        if answer.status_code == 503:
                            (error,) = answer.json()["errors"]
                            assert error["message"] == 'Service "api" is unavailable. Under pressure.'
                            assert answer.headers["retry-after"] == "1"
                            return
                        await asyncio.sleep(0.05)

                await asyncio.gather(crowd(), crowd(), watch())
            return seen

        assert 503 in asyncio.run(run())
        time.sleep(1.5)
        with server.client() as client:
            assert client.get("/items/nothing").status_code == 403
