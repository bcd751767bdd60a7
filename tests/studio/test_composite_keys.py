"""A table of somebody else's whose key has two columns: told apart in lists, looked at, opened, changed and made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.servers import Server, fresh_database, running_server
from tests.studio.conftest import NewScreen

TABLE = "CREATE TABLE orders (region varchar(20), number integer, note varchar(50), PRIMARY KEY (number, region))"
ROWS = [("eu", 1, "first"), ("eu", 2, "second"), ("us", 1, "third"), ("a,b/c", 1, "odd")]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with (
        fresh_database(request.param) as url,
        running_server(tmp_path_factory.mktemp("orders"), url) as started,
    ):
        with started.client(started.pocketbase_token()) as http:
            answer = http.post("/api/sql", json={"query": TABLE})
            assert answer.status_code == 200, answer.text
        with started.client(started.directus_token()) as http:
            assert http.patch("/collections", json=[{"collection": "orders", "meta": {}}]).status_code == 200
            rows = [dict(zip(("region", "number", "note"), row, strict=True)) for row in ROWS]
            assert http.post("/items/orders", json=rows).status_code == 200
        yield started


def notes(server: Server) -> dict[tuple[str, int], str]:
    with server.client(server.directus_token()) as http:
        rows = http.get("/items/orders", params={"limit": -1}).json()["data"]
    return {(row["region"], row["number"]): row["note"] for row in rows}


def test_items_are_told_apart_opened_and_changed(server: Server, signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    grid = page.get_by_role("grid", name="Orders")

    def row(text: str) -> Any:
        return grid.get_by_role("row").filter(has_text=text)

    def box(name: str) -> Any:
        return page.get_by_role("textbox", name=name, exact=True)

    def saved() -> None:
        page.get_by_text("Saved", exact=True).last.wait_for()

    screen.go("/content/orders?cols=note,region,number")
    expect(page.locator("footer").first).to_contain_text("4 rows")
    # in the list: one is selected, and one changed where it stands
    row("second").get_by_role("checkbox").click()
    expect(page.get_by_role("toolbar")).to_contain_text("1 selected")
    screen.checkpoint("composite list")
    row("second").get_by_role("checkbox").click()
    row("second").get_by_role("gridcell", name="second", exact=True).dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("in place")
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Saving")).to_have_count(0)
    expect(row("in place")).to_have_count(1)
    assert notes(server)["eu", 2] == "in place"
    # looked at beside the list
    row("in place").get_by_role("gridcell", name="in place", exact=True).click()
    page.keyboard.press("Space")
    drawer = page.get_by_role("dialog", name="in place")
    drawer.get_by_text("eu", exact=True).first.wait_for()
    screen.checkpoint("composite peek")
    page.keyboard.press("Escape")
    drawer.wait_for(state="detached")
    # opened, at an address that stays, and changed there
    row("odd").get_by_role("link").click()
    page.wait_for_url(re.compile(r"/content/orders/1%2Ca%252Cb%2Fc"))
    expect(box("Note")).to_have_value("odd")
    page.reload()
    box("Note").fill("as odd as ever")
    page.keyboard.press("Control+s")
    saved()
    expect(box("Region")).to_have_value("a,b/c")
    assert notes(server)["a,b/c", 1] == "as odd as ever"
    screen.checkpoint("composite item")
    # a new one
    screen.go("/content/orders/new")
    for name, text in (("Region", "eu"), ("Number", "9"), ("Note", "made")):
        box(name).fill(text)
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/content/orders/9(,|%2C)eu$"))
    box("Note").fill("made and changed")
    page.keyboard.press("Control+s")
    saved()
    assert notes(server)["eu", 9] == "made and changed"
    assert len(notes(server)) == 5
