"""Fixtures of the studio's journeys: a browser, and screens of people with different rights."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Server, running_server
from tests.studio.harness import AXE, CHROMIUM_FLAGS, DESKTOP, DIST, Screen, make_person, sign_in

NewScreen = Callable[..., Screen]


LONGEST_FIRST = (
    "test_every_screen.py", "test_items.py", "test_list.py", "test_schema_relations.py", "test_access.py",
    "test_extensions.py", "test_schema.py", "test_faults.py", "test_sign_in.py", "test_frame.py",
)  # fmt: skip
"""A process makes the journeys of whole files: what starts last should not be what takes longest."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey drives a browser, and takes its time."""
    here = [place for place, item in enumerate(items) if "studio" in item.path.parts]
    journeys = [items[place] for place in here]
    journeys.sort(key=lambda item: (*LONGEST_FIRST, item.path.name).index(item.path.name))
    for place, item in zip(here, journeys, strict=True):
        item.add_marker(pytest.mark.heavy)
        item.add_marker(pytest.mark.browser)
        items[place] = item


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium. Skips where there is none, or no built studio.

    Not for the whole session: Playwright keeps an event loop running, which asynchronous tests can't live with.
    """
    missing = (
        "the studio is not built (make studio)" if not (DIST / "index.html").is_file()
        else f"there is no {AXE}: npm ci in studio/" if not AXE.is_file()
        else ""
    )  # fmt: skip
    if missing:
        (pytest.fail if os.environ.get("TEST_REQUIRE_NODE") else pytest.skip)(missing)
    api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium is installed")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.fixture
def new_screen(browser: Any, server: Server) -> Iterator[NewScreen]:
    """`new_screen(**options of the context)`: a page in a browser of its own, signed out. What the test did not
    announce is a failure at its end too.
    """
    screens: list[Screen] = []

    def open_screen(on: Server | None = None, **options: Any) -> Screen:
        settings = {"viewport": DESKTOP, "locale": "en-US", "reduced_motion": "reduce", **options}
        screen = Screen(browser.new_context(**settings).new_page(), on or server)
        screen.page.set_default_timeout(10_000)
        screens.append(screen)
        return screen

    yield open_screen
    problems = [problem for screen in screens for problem in screen.problems]
    for screen in screens:
        screen.page.context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def people(server: Server) -> dict[str, tuple[str, str]]:
    """(e-mail, password) by role; those whom a test adds stay for the module."""
    return {"Admin": (server.email, server.password)}


@pytest.fixture
def signed_in_page(new_screen: NewScreen, server: Server, people: dict[str, tuple[str, str]]) -> NewScreen:
    """`signed_in_page("Admin")`, or another role, with `permissions` for who is not there yet."""

    def open_screen(role: str = "Admin", permissions: list[dict[str, Any]] | None = None, **options: Any) -> Screen:
        if role not in people:
            people[role] = make_person(server, role, permissions)
        screen = new_screen(**options)
        sign_in(screen, *people[role])
        return screen

    return open_screen


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """A server at its first start: nobody has an account."""
    with running_server(tmp_path, superuser=False) as started:
        yield started
