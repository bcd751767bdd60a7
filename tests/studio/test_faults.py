"""Nothing that was typed is lost, whatever dies: the tab, its process, the server, the connection, the session.

`STUDIO_FAULTS` says how often something dies; the figure of the guide comes from a hundred times.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

from tests.servers import Server, running_server
from tests.studio.harness import DESKTOP, Screen, sign_in

ROUNDS = int(os.environ.get("STUDIO_FAULTS", "10"))
KEPT_SECONDS = 0.6
"""What is older than this is on the disk when a process dies without a last word."""
FAULTS = ("tab closed", "tab crashed", "server killed", "connection lost", "signed out")


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a collection `notes` that comes back at the same address."""
    with running_server(tmp_path_factory.mktemp("data")) as server:
        with server.client(server.directus_token()) as http:
            key = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
            texts = [
                {"field": name, "type": "text", "schema": {}, "meta": {"interface": "input-multiline"}}
                for name in ("first", "second", "third")
            ]
            made = http.post("/collections", json={"collection": "notes", "schema": {}, "fields": [key, *texts]})
            assert made.status_code == 200, made.text
            assert http.post("/items/notes", json={"first": "a", "second": "b", "third": "c"}).status_code == 200
        yield server


def come_back(server: Server, url: str) -> None:
    """Start a server again where it was, so that the browser knows what it keeps of it."""
    server.start("--port", str(urlsplit(url).port))


def fail(fault: str, screen: Screen, server: Server) -> None:
    """Let something die. The tab is gone afterwards, and all else is well again."""
    page, context, url = screen.page, screen.page.context, server.url
    if fault == "tab crashed":
        with suppress(Error):
            page.goto("chrome://crash", timeout=5_000)
        page.close()
        return
    if fault == "server killed":
        server.kill()
    elif fault == "connection lost":
        context.set_offline(True)
    elif fault == "signed out":
        context.clear_cookies()
    page.close()
    if fault == "server killed":
        come_back(server, url)
    elif fault == "connection lost":
        context.set_offline(False)


def test_nothing_that_was_typed_is_lost(browser: Any, notes: Server) -> None:
    """Journey 16, over and over: tabs, networks and sessions end at random while somebody types."""
    chance = random.Random(16)
    context = browser.new_context(viewport=DESKTOP, locale="en-US", reduced_motion="reduce")
    lost: list[str] = []
    stored = {"first": "a", "second": "b", "third": "c"}
    try:
        for number in range(ROUNDS):
            screen = Screen(context.new_page(), notes)
            sign_in(screen, notes.email, notes.password)
            screen.go("/content/notes/1")
            typed: dict[str, str] = {}
            for name in chance.sample(sorted(stored), chance.randint(1, 3)):
                typed[name] = f"{name} of round {number}"
                screen.page.get_by_role("textbox", name=name.title(), exact=True).fill(typed[name])
                time.sleep(chance.random() * 0.4)  # a person's pace, and so any moment of the keeping
            fault = FAULTS[number % len(FAULTS)]
            if fault == "tab crashed":
                time.sleep(KEPT_SECONDS)
            fail(fault, screen, notes)

            screen = Screen(context.new_page(), notes)
            sign_in(screen, notes.email, notes.password)
            screen.go("/content/notes/1")
            count = f"{len(typed)} change{'s' if len(typed) > 1 else ''}"
            screen.page.get_by_role("button", name=f"Restore {count}", exact=True).click()
            for name, text in {**stored, **typed}.items():
                found = screen.page.get_by_role("textbox", name=name.title(), exact=True).input_value()
                if found != text:
                    lost.append(f"round {number}, {fault}: {found!r} is not {text!r}")
            screen.page.get_by_role("button", name="Save", exact=True).click()
            screen.page.get_by_text("Saved", exact=True).last.wait_for()
            stored |= typed
            screen.page.close()
        assert not lost, "\n".join(lost)
        with notes.client(notes.directus_token()) as http:
            assert http.get("/items/notes").json()["data"] == [{"id": 1, **stored}]
    finally:
        context.close()


def test_a_form_outlives_its_session_and_its_server(browser: Any, notes: Server) -> None:
    """Journey 16. The session ends and the server goes away under a form; nothing that was typed is lost."""
    context = browser.new_context(viewport=DESKTOP, locale="en-US", reduced_motion="reduce")
    try:
        screen = Screen(context.new_page(), notes)
        sign_in(screen, notes.email, notes.password)
        page = screen.page
        screen.go("/content/notes/1")
        first = page.get_by_role("textbox", name="First", exact=True)
        first.fill("Typed before the session ended")
        context.clear_cookies()
        page.keyboard.press("Control+s")
        dialog = page.get_by_role("alertdialog", name="Log in again")
        dialog.locator("input[name=password]").fill(notes.password)
        dialog.get_by_role("button", name="Log in and go on").click()
        page.get_by_text("Saved", exact=True).last.wait_for()
        assert first.input_value() == "Typed before the session ended"
        first.fill("Typed while there was no server")
        url = notes.url
        notes.kill()
        page.keyboard.press("Control+s")
        page.get_by_role("alert").filter(has_text="could not be saved").wait_for()
        come_back(notes, url)
        page.keyboard.press("Control+s")
        page.get_by_text("Saved", exact=True).last.wait_for()
        with notes.client(notes.directus_token()) as http:
            assert http.get("/items/notes/1").json()["data"]["first"] == "Typed while there was no server"
            assert len(http.get("/items/notes").json()["data"]) == 1
    finally:
        context.close()
