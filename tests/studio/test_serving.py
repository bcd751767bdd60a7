"""The built studio as the server serves it, in a real browser: below any prefix, under its policy, by old addresses."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.servers import Server
from tests.studio.conftest import NewScreen

PROXY = """
import asyncio, sys
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
import httpx, uvicorn

client = httpx.AsyncClient(base_url=sys.argv[1], timeout=30)

async def hand_on(request):
    headers = [(k, v) for k, v in request.headers.raw if k not in (b"host", b"accept-encoding", b"connection")]
    path = request.url.path.removeprefix("/deep/inside") + ("?" + request.url.query if request.url.query else "")
    answer = await client.request(request.method, path, headers=headers, content=await request.body())
    own = (b"content-encoding", b"content-length", b"transfer-encoding")
    kept = [(k, v) for k, v in answer.headers.raw if k.lower() not in own]
    response = Response(answer.content, answer.status_code)
    response.raw_headers += kept
    return response

methods = ["GET", "POST", "PATCH", "DELETE", "SEARCH"]
app = Starlette(routes=[Route("/deep/inside/{rest:path}", hand_on, methods=methods)])
uvicorn.run(app, port=int(sys.argv[2]), log_level="error")
"""


@pytest.fixture
def behind_a_proxy(server: Server, tmp_path: Path) -> Iterator[str]:
    """The URL of the server behind a proxy that takes a prefix away without a word."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    script = tmp_path / "proxy.py"
    script.write_text(PROXY)
    process = subprocess.Popen([sys.executable, str(script), server.url, str(port)])
    url = f"http://127.0.0.1:{port}/deep/inside"
    for _ in range(200):
        try:
            httpx.get(f"{url}/server/ping")
            break
        except httpx.HTTPError:
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(10)


@pytest.mark.smoke
def test_log_in_paints_under_the_policy_without_asking_the_server(new_screen: NewScreen) -> None:
    screen = new_screen()
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    screen.go("/login")
    screen.page.get_by_role("heading", level=1).wait_for()
    screen.page.get_by_label("E-mail").wait_for()
    screen.checkpoint("login")
    assert not [url for url in asked if "/studio/" not in url]
    assert screen.boot()["setupRequired"] is False
    kinds = screen.page.evaluate("performance.getEntriesByType('resource').map((one) => one.encodedBodySize)")
    assert 0 < sum(kinds) < 400_000  # compressed


def test_a_deep_address_loads_its_files_also_after_the_address_has_changed(new_screen: NewScreen) -> None:
    screen = new_screen()
    screen.allow("/users/me", 401)
    screen.go("/content/some/where?view=1")
    screen.page.get_by_label("E-mail").wait_for()
    assert "/studio/login" in screen.page.url
    # a relative base is settled once: going elsewhere inside the page does not move it
    assert screen.page.evaluate("document.baseURI") == f"{screen.server.url}/studio/"
    screen.checkpoint()


@pytest.mark.smoke
def test_it_works_behind_a_proxy_that_takes_a_prefix_away(
    new_screen: NewScreen, behind_a_proxy: str, server: Server
) -> None:
    screen = new_screen()
    screen.allow("/users/me", 401)
    screen.allow_error("WebSocket connection to")  # this proxy has none
    screen.page.goto(f"{behind_a_proxy}/admin")
    screen.page.get_by_label("E-mail").fill(server.email)
    assert screen.page.url.startswith(f"{behind_a_proxy}/studio/login")
    screen.page.locator("input[name=password]").fill(server.password)
    screen.page.get_by_role("button", name="Log in").click()
    screen.page.wait_for_url(f"{behind_a_proxy}/studio/home*")
    screen.checkpoint("home behind a proxy")


def test_a_session_opens_the_studio_at_once(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    screen.page.goto(f"{screen.server.url}/")
    screen.page.wait_for_url("**/studio/home*")
    screen.page.get_by_role("navigation").first.wait_for()
    screen.checkpoint("home")


def test_links_in_mails_of_pocketbase_arrive(new_screen: NewScreen) -> None:
    screen = new_screen()
    screen.page.goto(f"{screen.server.url}/_/#/auth/confirm-verification/abc.def")
    screen.page.wait_for_url("**/studio/auth/confirm-verification/abc.def")
    screen.page.goto(f"{screen.server.url}/_/#/auth/oauth2-redirect-failure")
    screen.page.get_by_role("heading", name="Not logged in").wait_for()
    screen.checkpoint()


def test_a_page_from_elsewhere_can_not_frame_it(new_screen: NewScreen) -> None:
    screen = new_screen()
    screen.allow("/studio/login", None)
    screen.allow_error("frame-ancestors")
    screen.page.set_content(f'<iframe title="studio" src="{screen.server.url}/studio/login"></iframe>')
    screen.page.wait_for_timeout(500)
    frame = screen.page.frames[1]
    assert not frame.locator("#root").count()
