"""How the studio starts: what it asks for before its code is there, and what waits until the first screen is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.servers import Server
from tests.studio.conftest import NewScreen
from tests.studio.harness import Screen

FIRST = [
    "/collections",
    "/fields/starters",
    "/permissions/me",
    "/policies/me/globals",
    "/presets",
    "/relations",
    "/users/me",
]

CODE = "**/assets/*.js"


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.directus_token()) as client:
        yield client


@pytest.fixture(scope="module", autouse=True)
def starters(admin: httpx.Client) -> None:
    key = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
    title = {"field": "title", "type": "string", "schema": {}, "meta": {"interface": "input"}}
    body = {"collection": "starters", "schema": {}, "meta": {"icon": "rocket"}, "fields": [key, title]}
    assert admin.post("/collections", json=body).status_code == 200
    assert admin.post("/items/starters", json=[{"title": f"Row {n}"} for n in range(50)]).status_code == 200


def asked(screen: Screen) -> list[str]:
    """Paths that the screen asks the API for, in their order."""
    paths: list[str] = []

    def note(request: Any) -> None:
        path = urlsplit(request.url).path
        if "/studio/" not in path and request.resource_type == "fetch":
            paths.append(path)

    screen.page.on("request", note)
    return paths


@contextmanager
def held_back(screen: Screen, urls: str) -> Iterator[list[Any]]:
    """No request to such an URL reaches the server before the block ends. Gives those that wait."""
    held: list[Any] = []
    over = False

    def hold(route: Any) -> None:
        if over:
            route.continue_()
        else:
            held.append(route)

    screen.page.route(urls, hold)
    yield held
    over = True
    for route in held:
        route.continue_()


@pytest.mark.smoke
def test_a_page_asks_for_what_it_begins_with_before_its_code_is_there(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    paths = asked(screen)
    with held_back(screen, CODE):
        with screen.page.expect_request("**/presets?*"):
            screen.page.goto(f"{screen.server.url}/studio/content/starters", wait_until="commit")
        assert sorted(paths) == FIRST
    screen.page.get_by_role("gridcell", name="Row 7", exact=True).wait_for()
    # the answers were taken, not asked for again
    counts = Counter(paths)
    assert {path: counts[path] for path in FIRST if path != "/presets"} == {
        path: 1 for path in FIRST if path != "/presets"
    }
    assert counts["/presets"] == 2  # and once for the views in the navigation
    screen.checkpoint("list")


def test_a_list_that_was_seen_before_asks_for_its_rows_before_its_code_is_there(
    signed_in_page: NewScreen, admin: httpx.Client
) -> None:
    screen = signed_in_page("Admin")
    screen.go("/content/starters")
    screen.page.get_by_role("gridcell", name="Row 7", exact=True).wait_for()
    made = admin.post("/items/starters", json={"title": "A late one"}).json()["data"]["id"]
    paths = asked(screen)
    with held_back(screen, CODE):
        with screen.page.expect_request("**/items/starters?*count*"):
            screen.page.goto(f"{screen.server.url}/studio/content/starters", wait_until="commit")
        assert sorted(paths) == sorted([*FIRST, "/items/starters", "/items/starters"])
    grid = screen.page.get_by_role("grid")
    grid.get_by_role("gridcell", name="Row 7", exact=True).wait_for()
    # the rows are those of now, and they were not asked for again
    assert grid.get_attribute("aria-rowcount") == "52"
    assert Counter(paths)["/items/starters"] == 2
    assert admin.delete(f"/items/starters/{made}").status_code == 204
    # another view of the list is another page
    with held_back(screen, CODE):
        with screen.page.expect_request("**/presets?*"):
            screen.page.goto(f"{screen.server.url}/studio/content/starters?q=Row", wait_until="commit")
        screen.page.wait_for_timeout(200)
        assert Counter(paths)["/items/starters"] == 2
    screen.page.get_by_role("gridcell", name="Row 7", exact=True).wait_for()
    screen.checkpoint()


def test_guests_ask_for_nothing_early(new_screen: NewScreen) -> None:
    screen = new_screen()
    paths = asked(screen)
    screen.go("/content/starters")
    screen.page.get_by_label("E-mail").wait_for()
    assert paths == []


def test_what_a_dead_session_was_answered_is_not_shown_to_who_signs_in_next(
    new_screen: NewScreen, server: Server
) -> None:
    screen = new_screen()
    cookie = {"name": "directus_session_token", "value": "not.a.session", "url": server.url}
    screen.page.context.add_cookies([cookie])
    for path in (
        "/users/me",
        "/permissions/me",
        "/policies/me/globals",
        "/collections",
        "/fields",
        "/relations",
        "/presets",
    ):
        screen.allow(path, 401)
        screen.allow(path, 403)
    answers: list[tuple[str, int]] = []
    screen.page.on("response", lambda one: answers.append((urlsplit(one.url).path, one.status)))
    screen.go("/content/starters")
    screen.page.get_by_label("E-mail").fill(server.email)
    before = len(answers)
    screen.page.locator("input[name=password]").fill(server.password)
    screen.page.get_by_role("button", name="Log in").click()
    screen.page.get_by_role("gridcell", name="Row 7", exact=True).wait_for()
    fresh = {path for path, status in answers[before:] if status == 200}
    assert fresh >= set(FIRST)


def test_early_requests_are_those_of_whom_one_looks_as(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    screen.go("/home")
    screen.page.get_by_role("heading", level=1).wait_for()
    person = '{"id": "public", "name": "A guest"}'
    screen.page.evaluate("(one) => sessionStorage.setItem('satchel.view-as', one)", person)
    for path in ("/users/me", "/permissions/me", "/policies/me/globals", "/collections", "/relations", "/presets"):
        screen.allow(path, 401)
        screen.allow(path, 403)
    with held_back(screen, CODE), screen.page.expect_request("**/users/me?*") as me:
        screen.page.goto(f"{screen.server.url}/studio/home", wait_until="commit")
    assert me.value.headers["x-satchel-view-as"] == "public"


def test_the_first_rows_wait_for_nothing_that_only_comes_into_play_later(signed_in_page: NewScreen) -> None:
    """Dialogs, menus and editors are loaded when the rows are there; and of the icons only those that are drawn."""
    screen = signed_in_page("Admin")
    files: list[str] = []
    screen.page.on("request", lambda one: files.append(urlsplit(one.url).path.rpartition("/")[2]))
    with held_back(screen, "**/items/starters?*offset=0*") as held:
        screen.page.goto(f"{screen.server.url}/studio/content/starters", wait_until="commit")
        screen.page.locator("main [role=status][aria-busy]").wait_for()
        screen.page.wait_for_timeout(2000)
        assert held
        later = [file for file in files if file.startswith(("Overlays-", "floating-", "form-", "registry-"))]
        assert later == []
        sprites = {file[:7] for file in files if file.startswith("icons-") and file.endswith(".svg")}
        assert "icons-r" in sprites
        assert len(sprites) <= 6
    screen.page.wait_for_function(
        "() => performance.getEntriesByType('resource').some((one) => one.name.includes('/registry-'))"
    )
    screen.page.get_by_role("gridcell", name="Row 7", exact=True).wait_for()
    screen.checkpoint()


def test_what_is_said_and_asked_does_not_wait_for_the_page(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    """The corner for messages comes when all is shown; but at once when there is something to say."""
    me = admin.get("/users/me").json()["data"]["id"]
    view = admin.post("/presets", json={"collection": "starters", "bookmark": "Early", "user": me}).json()["data"]["id"]
    screen = signed_in_page("Admin")
    page = screen.page
    code: list[str] = []
    page.on("request", lambda one: code.append(one.url) if "/Overlays-" in one.url else None)
    with held_back(screen, "**/items/starters?*offset=0*"):
        page.goto(f"{screen.server.url}/studio/content/starters?view={view}", wait_until="commit")
        page.locator("main [role=status][aria-busy]").wait_for()
        assert code == []
        page.get_by_role("button", name="View Early").click()
        page.get_by_role("menuitem", name="Delete view").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Delete view").click(timeout=4_000)
        page.get_by_role("region", name="Messages").get_by_text("The view was deleted.").wait_for()
    page.get_by_role("gridcell", name="Row 7", exact=True).wait_for()
