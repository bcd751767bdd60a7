"""What runs in a sandbox finds no way out: each is tried in a real browser, and a server beside listens."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen

WAYS = (Path(__file__).parent / "ways.js").read_text(encoding="utf-8")
LEAVING = ("away", "replaced", "refresh", "ownPage", "data", "blob")


class Listener:
    """Notes whatever comes, by TCP or UDP, on one port of this machine."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        threading.Thread(target=self._connections, daemon=True).start()
        threading.Thread(target=self._packets, daemon=True).start()

    def _connections(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            connection.settimeout(2)
            try:
                said = connection.recv(200).decode("latin-1").split("\r\n")[0]
            except OSError:
                said = ""
            self.heard.append(f"tcp {said}")
            connection.close()

    def _packets(self) -> None:
        while True:
            try:
                data, _ = self._udp.recvfrom(2000)
            except OSError:
                return
            self.heard.append(f"udp of {len(data)} bytes")

    def close(self) -> None:
        self._tcp.close()
        self._udp.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


def put_ways(server: Server, listener: Listener, trust: str) -> None:
    folder = server.data / "extensions" / "acme-ways"
    folder.mkdir(parents=True, exist_ok=True)
    module = {"id": "acme-ways", "name": "Ways", "path": "out", "icon": "bug", "element": "acme-ways"}
    manifest: dict[str, Any] = {
        "name": "acme-ways", "version": "1.0.0", "studio": "^1", "entry": "index.js", "trust": trust,
        "requires": {"api": ["read:*"]}, "contributes": {"modules": [module]},
    }  # fmt: skip
    out, stun = f"http://127.0.0.1:{listener.port}", f"stun:127.0.0.1:{listener.port}"
    head = f"const OUT = {json.dumps(out)}, STUN = {json.dumps(stun)};\n"
    (folder / "satchel-extension.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "index.js").write_text(head + WAYS, encoding="utf-8")
    own = (
        f'{head} const made = new RTCPeerConnection({{ iceServers: [{{ urls: STUN }}] }}); made.createDataChannel("x");'
    )
    own += " made.createOffer().then((offer) => made.setLocalDescription(offer)); fetch(`${OUT}/own`);"
    (folder / "out.js").write_text(own, encoding="utf-8")
    page = f'<script src="out.js"></script><img src="{out}/page">'
    (folder / "out.html").write_text(page, encoding="utf-8")


def test_nothing_leaves_a_sandbox(server: Server, signed_in_page: NewScreen, listener: Listener) -> None:
    put_ways(server, listener, "sandboxed")
    screen = signed_in_page("Admin")
    screen.allow_error("")  # what the browser denies, it says in the console
    screen.allow("", None)
    page = screen.page
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    screen.go("/x/acme-ways/out")
    page.frame_locator("iframe").frame_locator("iframe").get_by_text("All ways were tried.").wait_for(timeout=40_000)
    assert listener.heard == []
    assert page.url.endswith("/x/acme-ways/out")
    assert len(page.context.pages) == 1
    for way in LEAVING:
        screen.go(f"/x/acme-ways/out/{way}")
        page.wait_for_timeout(2000)
        assert listener.heard == [], way
    screen.problems.clear()  # errors of the tries themselves


def test_the_listener_hears_who_may_speak(server: Server, signed_in_page: NewScreen, listener: Listener) -> None:
    """The same tries, from the studio's own page: what is silent above is so because of the sandbox."""
    put_ways(server, listener, "trusted")
    screen = signed_in_page("Admin")
    for way, said in {"rtc": "udp", "pictures": "tcp GET /1 "}.items():
        screen.go(f"/x/acme-ways/out/{way}")
        screen.page.get_by_text("All ways were tried.").wait_for()
        assert any(one.startswith(said) for one in listener.heard), listener.heard
    screen.page.goto("about:blank")
    screen.problems.clear()


def test_a_page_of_an_extension_is_no_page_of_the_studio(
    server: Server, signed_in_page: NewScreen, listener: Listener
) -> None:
    put_ways(server, listener, "sandboxed")
    screen = signed_in_page("Admin")
    with server.client(server.directus_token()) as http:
        (found,) = http.get("/studio/api/extensions").json()["data"]
    screen.allow_error("Content Security Policy|sandboxed|Blocked script")
    screen.page.goto(f"{server.url}/studio/{found['base']}out.html")
    screen.page.wait_for_timeout(1000)
    assert listener.heard == []
    screen.problems.clear()
