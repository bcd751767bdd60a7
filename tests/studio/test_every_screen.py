"""Every screen, in light, dark and high contrast, from left to right and from right to left, at a desk and on a phone:
nothing that axe-core finds, no error in the console, no page that scrolls sideways.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers import Server
from tests.studio.conftest import NewScreen
from tests.studio.harness import DESKTOP, PHONE, Screen, sign_in
from tests.studio.places import Project, make_project

LOOKS = [("light", "normal"), ("dark", "normal"), ("light", "more"), ("dark", "more")]
REFUSED = {"item-missing": "/items/articles/00000000"}
"""Screens whose request is refused: that is what they show."""


@pytest.fixture(scope="module")
def project(server: Server) -> Project:
    return make_project(server)


@pytest.fixture
def visits(new_screen: NewScreen, server: Server, project: Project) -> Any:
    """Opens each screen in turn, and waits until it is there."""

    def visit(locale: str) -> Iterator[tuple[str, Screen]]:
        screen = new_screen(locale=locale)
        sign_in(screen, server.email, server.password)
        for name, path in project.places().items():
            if name in REFUSED:
                screen.allow(REFUSED[name], 403)
            screen.go(path)
            screen.page.locator("h1").first.wait_for()
            screen.page.wait_for_load_state("networkidle", timeout=60_000)
            screen.page.locator("[aria-busy=true]").first.wait_for(state="detached")
            yield name, screen

    return visit


@pytest.mark.parametrize("locale", ["en-US", "ar-AE"])
def test_every_screen_in_every_look(visits: Any, locale: str) -> None:
    wrong: dict[str, Any] = {}
    for turn, (name, screen) in enumerate(visits(locale)):
        # colours are all that another look changes: they alone are judged again, and once for both directions
        first = LOOKS[turn % 4]
        others = [look for look in LOOKS if look != first] if locale == "en-US" else []
        for look in (first, *others):
            screen.wear(*look)
            found = screen.axe(*([] if look == first else ["color-contrast"]))
            if found:
                wrong[f"{name}, {' '.join(look)}"] = found
        for size in (PHONE, DESKTOP):
            screen.page.set_viewport_size(size)
            sideways = screen.sideways()
            if sideways:
                wrong[f"{name}, {size['width']} wide"] = sideways
        if screen.problems:
            wrong[f"{name}, errors"] = screen.problems.copy()
            screen.problems.clear()
    assert not wrong, json.dumps(wrong, indent=1)
