"""A table of somebody else's whose key has two columns: told apart in lists, looked at, opened, changed and made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.servers import Server, fresh_database, running_server
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE, pick_field

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


def test_many_at_once_deleted_and_brought_back_and_taken_in(
    server: Server, signed_in_page: NewScreen, tmp_path: Path
) -> None:
    """Bulk edit, deletion with its undo, and a file with rows that are there and new ones: by the whole key."""
    rows = [{"region": region, "number": number, "note": "many"} for region in ("ap", "me") for number in range(130)]
    with server.client(server.directus_token()) as http:
        assert http.post("/items/orders", json=rows).status_code == 200
    screen = signed_in_page("Admin")
    page = screen.page
    footer = page.locator("footer").first
    toolbar = page.get_by_role("toolbar")
    before = notes(server)

    said = page.get_by_role("region", name="Messages")

    def change(text: str, count: int) -> None:
        toolbar.get_by_role("button", name="Edit").click()
        page.get_by_role("button", name="Choose a field").click()
        pick_field(page, "Note")
        page.get_by_role("region", name="Note").get_by_role("textbox").fill(text)
        page.get_by_role("button", name=f"Change {count} items").click()
        expect(said).to_contain_text(f"{count} items changed", timeout=60_000)

    # those that are marked, by their keys: the same number is there in two regions
    screen.go('/content/orders?cols=note,region,number&filter={"note":{"_eq":"many"}}&sort=number,region')
    expect(footer).to_contain_text("260 rows")
    for place in (1, 2, 4):
        page.get_by_role("grid").get_by_role("row").nth(place).get_by_role("checkbox").click()
    # a copy would have the key of what it is a copy of
    expect(toolbar.get_by_role("button", name="Delete")).to_be_visible()
    expect(toolbar.get_by_role("button", name="Duplicate")).to_have_count(0)
    change("three", 3)
    picked = [("ap", 0), ("me", 0), ("me", 1)]
    assert notes(server) == {**before, **dict.fromkeys(picked, "three")}
    said.get_by_role("button", name="Close").click()
    # all others at once, more than one request takes
    expect(footer).to_contain_text("257 rows")
    page.get_by_role("checkbox", name="Select all rows").check()
    change("changed", 257)
    changed = {key: "changed" if note == "many" else note for key, note in before.items()}
    assert notes(server) == {**changed, **dict.fromkeys(picked, "three")}
    said.get_by_role("button", name="Undo").first.click()
    expect(footer).to_contain_text("257 rows", timeout=30_000)
    assert notes(server) == {**before, **dict.fromkeys(picked, "three")}

    # deleted, and brought back
    page.get_by_role("checkbox", name="Select all rows").check()
    toolbar.get_by_role("button", name="Delete").click()
    page.get_by_role("alertdialog", name="Delete 257 items?").get_by_role("button", name="Delete").click()
    expect(said).to_contain_text("257 items deleted", timeout=60_000)
    assert set(notes(server)) == {key for key, note in before.items() if note != "many"} | set(picked)
    said.get_by_role("button", name="Undo").last.click()
    expect(footer).to_contain_text("257 rows", timeout=30_000)
    assert notes(server) == {**before, **dict.fromkeys(picked, "three")}

    # taken in: rows that are there by their key, one as it is already, new ones, and one without its region
    path = tmp_path / "orders.csv"
    there = [(region, number) for region in ("ap", "me") for number in range(130)]
    lines = [f"{region},{number},from a file" for region, number in there]
    lines[129] = "ap,129,many"
    path.write_text("\n".join(["region,number,note", *lines, "ap,130,new", ",131,nowhere"]), encoding="utf-8")
    screen.go("/content/orders/import")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("1 will be created, 259 will be changed")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("1 item is as in the file already.")).to_be_visible()
    rejected = page.get_by_role("table").locator("tbody tr")
    expect(rejected).to_have_count(1)
    expect(rejected).to_contain_text("262")
    screen.checkpoint("composite import")
    page.get_by_role("button", name="Import 260 rows").click()
    expect(page.get_by_text("1 created, 259 changed")).to_be_visible(timeout=60_000)
    taken = {**dict.fromkeys(there, "from a file"), ("ap", 129): "many", ("ap", 130): "new"}
    assert notes(server) == {**before, **taken}
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text("The import was taken back.")).to_be_visible(timeout=60_000)
    assert notes(server) == {**before, **dict.fromkeys(picked, "three")}


def test_a_list_on_a_phone(server: Server, signed_in_page: NewScreen) -> None:
    """Marked and opened by fingers: one of two rows whose keys begin alike."""
    screen = signed_in_page("Admin", viewport=PHONE, has_touch=True, is_mobile=True)
    page = screen.page
    screen.go('/content/orders?cols=note,region,number&filter={"number":{"_eq":1}}&sort=region')
    rows = page.get_by_role("list", name="Orders")
    rows.get_by_role("button", name="What to do with third").tap()
    page.get_by_role("menuitem", name="Select").tap()
    expect(page.get_by_role("toolbar")).to_contain_text("1 selected")
    expect(rows.get_by_role("checkbox", checked=True)).to_have_count(1)
    screen.checkpoint("composite on a phone")
    page.get_by_role("toolbar").get_by_role("button", name="Clear selection").tap()
    rows.get_by_text("third").tap()
    page.wait_for_url(re.compile(r"/content/orders/1(,|%2C)us$"))
    note = page.get_by_role("textbox", name="Note", exact=True)
    note.fill("by fingers")
    page.get_by_role("button", name="Save", exact=True).tap()
    page.get_by_text("Saved", exact=True).last.wait_for()
    assert notes(server)["us", 1] == "by fingers"


def test_who_may_not_read_the_whole_key_reads_only(server: Server, signed_in_page: NewScreen) -> None:
    """Rows that can't be told apart are shown, with the reason why that is all; half of a key is not taken for one."""
    for role, fields in (("Half", ["number", "note"]), ("Nothing", ["note"])):
        rights = [{"collection": "orders", "action": "read", "fields": fields}]
        rights += [{"collection": "orders", "action": action, "fields": ["*"]} for action in ("update", "delete")]
        screen = signed_in_page(role, rights)
        page = screen.page
        screen.go("/content/orders?cols=note&sort=note")
        grid = page.get_by_role("grid", name="Orders")
        expect(grid.get_by_role("gridcell", name="first", exact=True)).to_be_visible()
        expect(page.get_by_text("You may not see the key")).to_be_visible()
        expect(page.get_by_role("checkbox")).to_have_count(0)
        expect(grid.get_by_role("link")).to_have_count(0)
        grid.get_by_role("gridcell", name="first", exact=True).dblclick()
        page.keyboard.type("changed")
        for keys in ("Delete", "Space", "Control+Enter", "Control+a", "Shift+F10"):
            page.keyboard.press(keys)
        expect(page.get_by_role("toolbar")).to_have_count(0)
        expect(grid.get_by_role("textbox")).to_have_count(0)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("menu")).to_have_count(0)
        expect(page).to_have_url(re.compile("/content/orders[?]"))
        screen.checkpoint("no key")
        screen.resize(PHONE)
        rows = page.get_by_role("list", name="Orders")
        rows.get_by_text("first", exact=True).click()
        expect(rows.get_by_role("button")).to_have_count(0)
        expect(page).to_have_url(re.compile("/content/orders[?]"))
        screen.checkpoint("no key on a phone")
