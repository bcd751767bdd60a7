"""Journeys 8 to 13: long lists, filters and views, spreadsheets, bulk changes, import and export."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from playwright.sync_api import expect

from tests.servers import Server
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE, Screen, pick_field

ROWS = 100_000
STATES = ["draft", "review", "published"]


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.directus_token()) as client:
        client.timeout = httpx.Timeout(60)
        yield client


def done(answer: httpx.Response) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json()["data"] if answer.content else None


def field(name: str, type_: str = "string", interface: str = "input", **meta: Any) -> dict[str, Any]:
    return {"field": name, "type": type_, "schema": {}, "meta": {"interface": interface, **meta}}


def choices() -> dict[str, Any]:
    return {"choices": [{"text": state.title(), "value": state} for state in STATES]}


@pytest.fixture(scope="module")
def books(admin: httpx.Client) -> None:
    """Books with authors and tags, 300 of them."""
    key = {
        "field": "id",
        "type": "integer",
        "schema": {"is_primary_key": True, "has_auto_increment": True},
        "meta": {"hidden": True, "readonly": True},
    }
    for name in ("writers", "labels"):
        body = {
            "collection": name,
            "schema": {},
            "meta": {"display_template": "{{name}}"},
            "fields": [key, field("name")],
        }
        done(admin.post("/collections", json=body))
    fields = [
        key,
        field("title", required=True),
        field("status", interface="select-dropdown", options=choices()),
        field("pages", "integer"),
        field("price", "float"),
        field("released", "date", "datetime"),
        field("writer", "integer", "select-dropdown-m2o", special=["m2o"]),
        field("owner", "uuid", "select-dropdown-m2o", special=["m2o"]),
    ]
    done(admin.post("/collections", json={"collection": "books", "schema": {}, "meta": {}, "fields": fields}))
    done(admin.post("/relations", json={"collection": "books", "field": "writer", "related_collection": "writers"}))
    owner = {"collection": "books", "field": "owner", "related_collection": "directus_users"}
    done(admin.post("/relations", json=owner))
    link = [key, field("books_id", "integer"), field("labels_id", "integer")]
    done(
        admin.post(
            "/collections", json={"collection": "books_labels", "schema": {}, "meta": {"hidden": True}, "fields": link}
        )
    )
    alias = {"field": "labels", "type": "alias", "meta": {"interface": "list-m2m", "special": ["m2m"]}}
    done(admin.post("/fields/books", json=alias))
    for side, target, one in (("books_id", "books", "labels"), ("labels_id", "labels", None)):
        other = "labels_id" if side == "books_id" else "books_id"
        meta = {"one_field": one, "junction_field": other}
        body = {"collection": "books_labels", "field": side, "related_collection": target, "meta": meta}
        done(admin.post("/relations", json=body))
    done(admin.post("/items/writers", json=[{"name": name} for name in ("Mia", "Omar", "Lena")]))
    done(admin.post("/items/labels", json=[{"name": name} for name in ("new", "old")]))
    me, today = done(admin.get("/users/me"))["id"], datetime.now(UTC).date().isoformat()
    rows = [
        {
            "title": f"Book {number:03}",
            "status": STATES[number % 3],
            "pages": number,
            "price": number / 2,
            "released": today if number % 5 == 0 else f"2025-{1 + number % 12:02}-{1 + number % 28:02}",
            "owner": me if number % 2 == 0 else None,
            "writer": 1 + number % 3,
            "labels": [{"labels_id": 1}] if number % 10 == 0 else [],
        }
        for number in range(300)
    ]
    done(admin.post("/items/books", json=rows))


def rows_text(screen: Screen) -> str:
    return screen.page.locator("footer").first.inner_text()


def cell(screen: Screen, row: int, column: int) -> Any:
    return screen.page.locator(f'[data-row="{row}"][data-column="{column}"]')


def paste(screen: Screen, text: str) -> None:
    """As the browser does it, with a text of another program."""
    screen.page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


@pytest.mark.smoke
def test_a_hundred_thousand_rows(signed_in_page: NewScreen, server: Server, admin: httpx.Client) -> None:
    """Journey 8. A hundred thousand rows: scrolled, jumped through, sorted, filtered, and one edited in place."""
    key = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
    fields = [key, field("name"), field("amount", "integer")]
    done(admin.post("/collections", json={"collection": "big", "schema": {}, "meta": {}, "fields": fields}))
    with sqlite3.connect(server.data / "data.db") as database:
        database.execute(
            "INSERT INTO big (name, amount) WITH RECURSIVE n(i) AS"
            " (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) SELECT 'Row ' || i, i % 977 FROM n",
            (ROWS,),
        )
    database.close()
    screen = signed_in_page("Admin")
    screen.go("/content/big?cols=id,name,amount")
    expect(cell(screen, 5, 2)).to_have_text("Row 5")
    expect(screen.page.locator("footer").first).to_have_text(re.compile("100,000 rows"))
    screen.checkpoint("big list")
    cell(screen, 5, 2).click()
    started = time.monotonic()
    screen.page.keyboard.press("Control+End")
    expect(cell(screen, ROWS - 1, 2)).to_have_text(f"Row {ROWS - 1}")
    assert time.monotonic() - started < 5  # 0.3 s on a machine that does nothing else
    nodes = screen.page.evaluate("document.querySelector('[role=grid]').querySelectorAll('*').length")
    assert nodes <= 1500, nodes
    # a row in the middle is changed where it stands, and the list stays there
    at = 73_412
    grid = screen.page.get_by_role("grid").first
    grid.evaluate(
        """(one, [at, rows]) => {
          const all = [one, ...one.querySelectorAll("*")].filter((part) => part.scrollHeight > 2 * part.clientHeight);
          const tall = all.sort((a, b) => b.scrollHeight - a.scrollHeight)[0];
          tall.scrollTop = (tall.scrollHeight / rows) * at - tall.clientHeight / 2;
          window.tall = tall;
        }""",
        [at, ROWS],
    )
    expect(cell(screen, at, 2)).to_have_text(f"Row {at}")
    cell(screen, at, 2).dblclick()
    place = screen.page.evaluate("window.tall.scrollTop")
    screen.page.keyboard.press("Control+a")
    screen.page.keyboard.type("In the middle")
    screen.page.keyboard.press("Enter")
    expect(cell(screen, at, 2)).to_have_text("In the middle")
    expect(screen.page.get_by_role("img", name="Saving")).to_have_count(0)
    assert abs(screen.page.evaluate("window.tall.scrollTop") - place) < 60
    assert done(admin.get(f"/items/big/{at + 1}"))["name"] == "In the middle"
    screen.page.keyboard.press("Control+z")
    expect(cell(screen, at, 2)).to_have_text(f"Row {at}")
    # sorted and filtered, the row is found and changed where it stands
    screen.go('/content/big?cols=id,name,amount&sort=-id&filter={"amount":{"_eq":140}}')
    expect(cell(screen, 3, 2)).to_be_visible()
    name = cell(screen, 3, 2).inner_text()
    cell(screen, 3, 2).dblclick()
    screen.page.keyboard.press("Control+a")
    screen.page.keyboard.type("Changed")
    screen.page.keyboard.press("Enter")
    expect(cell(screen, 3, 2)).to_have_text("Changed")
    expect(screen.page.get_by_role("img", name="Saving")).to_have_count(0)
    number = int(name.removeprefix("Row "))
    found = done(admin.get("/items/big", params={"filter": json.dumps({"id": {"_eq": number + 1}})}))
    assert found[0]["name"] == "Changed"
    assert screen.page.evaluate("document.activeElement.dataset.row") == "4"
    screen.page.keyboard.press("Control+z")
    expect(cell(screen, 3, 2)).to_have_text(name)
    # in groups: as quick, and no more of it in the page
    screen.go("/content/big?cols=id,name,amount&group=amount")
    heads = screen.page.locator('[role=row][aria-level="1"]')
    expect(heads.first).to_contain_text("103 rows")
    screen.page.wait_for_function("document.querySelector('[data-row=\"1\"]')")
    cell(screen, 1, 2).click()
    started = time.monotonic()
    screen.page.keyboard.press("Control+End")
    expect(cell(screen, ROWS + 977 - 1, 2)).to_have_text(re.compile(r"^Row \d+976$|^Row \d+$"))
    assert time.monotonic() - started < 5
    expect(heads.first).to_contain_text("976")
    nodes = screen.page.evaluate("document.querySelector('[role=treegrid]').querySelectorAll('*').length")
    assert nodes <= 1500, nodes
    screen.checkpoint("big list in groups")
    # what would be too many groups is a list that says so
    screen.go("/content/big?cols=id,name,amount&group=name")
    expect(screen.page.get_by_text("These are more than 1,000 groups")).to_be_visible()
    expect(cell(screen, 0, 2)).to_have_text(re.compile("^Row"))
    screen.checkpoint("too many groups")


@pytest.mark.usefixtures("books")
def test_filters_in_words_and_shared_views(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    """Journey 9. A filter as a sentence, its address in another browser, and a view shared with a role."""
    rights = [
        {"collection": name, "action": "read", "fields": ["*"], "permissions": {}}
        for name in ("books", "writers", "labels", "books_labels")
    ]
    other = signed_in_page("Editor", rights)
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/content/books?cols=title,status,pages,writer&sort=id")
    expect(cell(screen, 5, 1)).to_be_visible()
    page.get_by_role("button", name="Filter", exact=True).click()
    pick_field(page, "status")
    page.get_by_role("button", name="Comparison").click()
    page.get_by_role("option", name="is one of").click()
    for state in ("Draft", "Review"):
        page.get_by_role("group", name="Values").get_by_text(state, exact=True).click()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Status is one of Draft or Review")).to_be_visible()
    expect(page.locator("footer").first).to_contain_text("200 rows")
    page.get_by_role("button", name="All conditions").click()
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("menuitem", name="Owner", exact=True).click()
    page.get_by_role("combobox", name="Value").click()
    page.get_by_role("option", name="Me", exact=True).click()
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("menuitem", name="Released").click()
    page.get_by_role("button", name="Kind of moment").click()
    page.get_by_role("option", name="Ago").click()
    page.get_by_role("textbox", name="How many").fill("7")
    page.get_by_role("button", name="Add group").click()
    group = page.get_by_role("group", name="Any of these is true")
    group.get_by_role("button", name="Add a condition").click()
    page.get_by_role("menuitem", name="Fields of Writer").click()
    page.get_by_role("menuitem", name="Name", exact=True).click()
    group.get_by_role("textbox", name="Value").fill("mia")
    group.get_by_role("button", name="Add condition").click()
    page.get_by_role("menuitem", name="Pages").click()
    group.get_by_role("textbox", name="Value").last.fill("10")
    page.keyboard.press("Tab")
    screen.checkpoint("filter builder")
    page.get_by_role("button", name="Done").click()
    wanted: dict[str, Any] = {
        "_and": [
            {"status": {"_in": ["draft", "review"]}},
            {"owner": {"_eq": "$CURRENT_USER"}},
            {"released": {"_gte": "$NOW(-7 days)"}},
            {"_or": [{"writer": {"name": {"_icontains": "mia"}}}, {"pages": {"_eq": 10}}]},
        ]
    }
    params = {"filter": json.dumps(wanted), "limit": -1, "sort": "id", "fields": "title,pages"}
    found = done(admin.get("/items/books", params=params))
    assert 2 < len(found) < 40
    footer = page.locator("footer").first
    expect(footer).to_contain_text(f"{len(found)} rows")

    # what columns come to, by keys; and a rule that colours rows
    cell(screen, 0, 3).click()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Alt+ArrowDown")
    page.get_by_role("menuitem", name="Summary").press("Enter")
    page.get_by_role("menuitemradio", name="Sum").press("Enter")
    total = sum(one["pages"] for one in found)
    expect(page.get_by_role("row", name="Summary")).to_contain_text(f"Sum{total:,}")
    page.get_by_role("button", name="Table").click()
    page.get_by_role("menuitem", name="Colours by rule").click()
    page.get_by_role("button", name="Add a rule").click()
    page.get_by_role("textbox", name="What it means").fill("Short")
    page.get_by_role("region", name="Short").get_by_role("button", name="Add a condition").click()
    page.get_by_role("menuitem", name="Pages").click()
    page.get_by_role("region", name="Short").get_by_role("textbox", name="Value").fill("10")
    screen.checkpoint("colours by rule")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("img", name="Short")).to_have_count(1)

    page.get_by_role("button", name="New view").click()
    page.get_by_role("textbox", name="Name").fill("Mia's drafts")
    page.get_by_text("A role", exact=True).click()
    page.get_by_role("button", name="Role").click()
    page.get_by_role("option", name="Editor").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    tab = page.get_by_role("navigation", name="Views").get_by_role("button", name="Mia's drafts")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("img", name="Short")).to_have_count(1)
    screen.checkpoint("saved view")
    # the address gives the same rows in another browser
    again = signed_in_page("Admin")
    again.page.goto(page.url)
    expect(cell(again, len(found) - 1, 1)).to_have_text(found[-1]["title"])
    expect(again.page.get_by_role("row", name="Summary")).to_contain_text(f"Sum{total:,}")
    expect(again.page.locator("footer").first).to_contain_text(f"{len(found)} rows")
    # the role sees the view, with rows of its own, and can't change it
    other.page.goto(page.url)
    expect(
        other.page.get_by_role("navigation", name="Views").get_by_role("button", name="Mia's drafts")
    ).to_be_visible()
    expect(other.page.get_by_text("No item matches")).to_be_visible()
    other.page.get_by_role("button", name="Remove condition").nth(1).click()
    expect(other.page.get_by_role("button", name="Save as")).to_be_visible()
    expect(other.page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    expect(other.page.get_by_role("button", name="View Mia's drafts")).to_have_count(0)
    expect(other.page.get_by_role("link", name="Create item")).to_have_count(0)
    other.checkpoint("view of an editor")


@pytest.mark.usefixtures("books")
def test_pasting_a_spreadsheet_and_undoing_it(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    """Journey 10. Fifty rows of four cells are pasted, three are refused, and one undo takes all back."""
    before = done(
        admin.get("/items/books", params={"limit": -1, "sort": "id", "fields": "id,title,status,pages,price"})
    )
    screen = signed_in_page("Admin")
    screen.go("/content/books?cols=title,status,pages,price&sort=id")
    cell(screen, 0, 1).click()
    lines = [[f"Pasted {row}", STATES[(row + 1) % 3], str(1000 + row), f"{row}.25"] for row in range(50)]
    lines[3][1], lines[7][2], lines[9][0] = "nope", "many", ""
    paste(screen, "\n".join("\t".join(line) for line in lines))
    expect(screen.page.get_by_text("3 cells could not be changed")).to_be_visible()
    expect(screen.page.get_by_text("197 cells changed")).to_be_visible()
    for row, column, typed, reason in ((3, 2, "nope", "choices"), (7, 3, "many", "number"), (9, 1, "", "empty")):
        expect(cell(screen, row, column)).to_have_attribute("aria-invalid", "true")
        expect(cell(screen, row, column)).to_contain_text(typed)
        expect(cell(screen, row, column)).to_contain_text(re.compile(reason))
    assert screen.page.locator("[data-grid] [aria-invalid=true]").count() == 3
    screen.checkpoint("pasted")
    fields = ("title", "status", "pages", "price")
    after = done(admin.get("/items/books", params={"limit": -1, "sort": "id"}))
    assert sum(was[name] != now[name] for was, now in zip(before, after, strict=True) for name in fields) == 197
    # what happened is told as one operation, which opens to its parts
    audit = signed_in_page("Admin")
    audit.go("/home")
    told = audit.page.get_by_role("region", name="Activity").get_by_role("button", name="changed 50 items")
    expect(told).to_have_count(1)
    audit.checkpoint("activity")
    told.click()
    parts = audit.page.get_by_role("list", name="What was done in one go")
    expect(parts.get_by_role("listitem")).to_have_count(50)
    expect(parts.get_by_role("link", name="Pasted 12", exact=True)).to_be_visible()
    audit.checkpoint("operation")
    parts.get_by_role("link", name="Pasted 12", exact=True).click()
    expect(audit.page).to_have_url(re.compile("/content/books/13$"))
    audit.go("/content/books/13?panel=revisions")
    audit.page.get_by_role("tabpanel").get_by_role("listitem").first.get_by_role("button").click()
    audit.page.get_by_role("button", name="One of 50 changes made in one go").click()
    expect(parts.get_by_role("listitem")).to_have_count(50)
    audit.checkpoint("operation of an item")
    screen.page.locator("[data-grid] [tabindex='0']").first.focus()
    screen.page.keyboard.press("Control+z")
    expect(screen.page.get_by_text("Undone: 197 cells changed")).to_be_visible()
    assert (
        done(admin.get("/items/books", params={"limit": -1, "sort": "id", "fields": "id,title,status,pages,price"}))
        == before
    )


def test_a_peek_asks_for_linked_items_by_what_their_collection_has(
    signed_in_page: NewScreen, admin: httpx.Client
) -> None:
    """Nothing else on the page has loaded that collection, whose key is not called id, and which has no title."""
    key = {"field": "code", "type": "string", "schema": {"is_primary_key": True, "is_nullable": False}, "meta": {}}
    number = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
    title, dialect = {"field": "title", "type": "string"}, {"field": "dialect", "type": "string"}
    for name, fields in (("dialects", [key]), ("words", [number, title, dialect])):
        done(admin.post("/collections", json={"collection": name, "schema": {}, "meta": {}, "fields": fields}))
    done(admin.post("/relations", json={"collection": "words", "field": "dialect", "related_collection": "dialects"}))
    done(admin.post("/items/dialects", json={"code": "nds"}))
    word = done(admin.post("/items/words", json={"title": "Moin", "dialect": "nds"}))["id"]
    screen = signed_in_page("Admin")
    screen.page.route("**/fields/dialects*", lambda route: (time.sleep(0.5), route.continue_()))
    screen.go(f"/content/words?cols=title&peek={word}")
    expect(screen.page.get_by_role("dialog", name="Moin").get_by_text("nds")).to_be_visible()
    screen.checkpoint()


@pytest.mark.usefixtures("books")
def test_changing_many_items_at_once(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    """Journey 11. Many items change at once, some are not permitted and listed, and one undo takes all back."""
    fields = "id,status,writer,labels.labels_id"
    before = done(admin.get("/items/books", params={"limit": -1, "sort": "id", "fields": fields}))
    rule = {"id": {"_nin": [2, 3, 4]}}
    rights = [
        {"collection": name, "action": "read", "fields": ["*"], "permissions": {}}
        for name in ("books", "writers", "labels", "books_labels")
    ]
    rights += [{"collection": "books", "action": "update", "fields": ["*"], "permissions": rule}]
    rights += [
        {"collection": "books_labels", "action": action, "fields": ["*"], "permissions": {}}
        for action in ("create", "update", "delete")
    ]
    screen = signed_in_page("Clerk", rights)
    page = screen.page
    screen.go("/content/books?cols=title,status,writer,labels")
    expect(cell(screen, 5, 1)).to_be_visible()
    page.get_by_role("checkbox", name="Select all rows").check()
    expect(page.get_by_role("toolbar")).to_contain_text("300 selected")
    page.get_by_role("toolbar").get_by_role("button", name="Edit").click()
    for name, operation, pick in (("Status", "Set to", "Review"), ("Writer", "Empty", None), ("Labels", "Add", "new")):
        page.get_by_role("button", name="Choose a field").click()
        pick_field(page, name)
        part = page.get_by_role("region", name=name)
        part.get_by_role("button", name=f"What becomes of {name}").click()
        page.get_by_role("option", name=operation).click()
        if name == "Status":
            part.get_by_role("button", name=re.compile("^Choose")).click()
            page.get_by_role("option", name=pick).click()
        elif pick:
            part.get_by_role("combobox").fill(pick)
            page.get_by_role("option", name=pick, exact=True).click()
    expect(page.get_by_text("297 of 300 items will change")).to_be_visible()
    closed = page.get_by_role("list", name="3 items you may not change").get_by_role("listitem")
    expect(closed).to_have_text(["Book 001", "Book 002", "Book 003"])
    screen.checkpoint("bulk edit")
    page.get_by_role("button", name="Change 297 items").click()
    result = page.get_by_role("dialog", name="297 items changed")
    expect(result).to_be_visible(timeout=60_000)
    failed = result.get_by_role("list", name="3 items stayed as they were").get_by_role("listitem")
    expect(failed).to_have_count(3)
    for place, title in enumerate(("Book 001", "Book 002", "Book 003")):
        expect(failed.nth(place).get_by_role("link", name=title)).to_have_attribute(
            "href", re.compile(f"/{place + 2}$")
        )
        expect(failed.nth(place)).to_contain_text("You may not change this")
    screen.checkpoint("bulk edit result")
    after = done(admin.get("/items/books", params={"limit": -1, "sort": "id", "fields": fields}))
    for was, now in zip(before, after, strict=True):
        if now["id"] in (2, 3, 4):
            assert now == was
            continue
        assert (now["status"], now["writer"]) == ("review", None)
        assert [one["labels_id"] for one in now["labels"]] == [1]  # none twice
    entries = done(admin.get("/activity", params={"limit": 1, "sort": "-id", "filter[collection]": "books"}))
    (last,) = done(admin.get("/activity/operations", params={"filter[id]": entries[0]["id"]}))
    counted = {"aggregate[count]": "*", "filter[collection]": "books"}
    (count,) = done(admin.get(f"/activity/operations/{last['operation']}", params=counted))
    assert int(count["count"]) == 297
    result.get_by_role("button", name="Undo").click()
    expect(result).to_have_count(0)
    expect(page.get_by_text("Undone: 297 items changed")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("toolbar")).to_contain_text("3 selected")  # those that could not be changed
    deadline = time.monotonic() + 30
    while done(admin.get("/items/books", params={"limit": -1, "sort": "id", "fields": fields})) != before:
        assert time.monotonic() < deadline, "not everything came back"
        time.sleep(0.3)


@pytest.mark.usefixtures("books")
def test_the_rules_of_a_field_are_told_before_many_items_change(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    """Journey 11, the preview: what the rules of a field refuse is named, and nothing of it is written."""
    rule = {"options": {"max": 12}, "validation": {"pages": {"_neq": 11}}, "validation_message": "Not eleven"}
    done(admin.patch("/fields/books/pages", json={"meta": rule}))
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go('/content/books?cols=title,pages&sort=pages&filter={"pages":{"_lt":4}}')
    expect(cell(screen, 3, 1)).to_be_visible()
    page.get_by_role("checkbox", name="Select all rows").check()
    page.get_by_role("toolbar").get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Choose a field").click()
    pick_field(page, "Pages")
    part = page.get_by_role("region", name="Pages")
    part.get_by_role("button", name="What becomes of Pages").click()
    page.get_by_role("option", name="Increase by").click()
    part.get_by_role("textbox", name="By").fill("10")
    page.keyboard.press("Tab")
    refused = page.get_by_role("list", name="2 items whose new values are refused").get_by_role("listitem")
    expect(refused).to_have_text([re.compile("Book 001.*Not eleven"), re.compile("Book 003.*Pages")])
    expect(page.get_by_text("2 of 4 items will change")).to_be_visible()
    screen.checkpoint("bulk edit refused by rules")
    page.get_by_role("button", name="Change 2 items").click()
    expect(page.get_by_role("dialog", name="2 items changed")).to_contain_text("Not eleven")
    asked = {"filter": '{"id":{"_lte":4}}', "sort": "id", "fields": "pages"}
    assert [one["pages"] for one in done(admin.get("/items/books", params=asked))] == [10, 1, 12, 3]
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: 2 items changed")).to_be_visible()
    assert [one["pages"] for one in done(admin.get("/items/books", params=asked))] == [0, 1, 2, 3]
    nothing = {"options": None, "validation": None, "validation_message": None}
    done(admin.patch("/fields/books/pages", json={"meta": nothing}))


@pytest.mark.usefixtures("books")
def test_taking_in_a_file_and_taking_it_back(signed_in_page: NewScreen, admin: httpx.Client, tmp_path: Path) -> None:
    """Journey 12. Two thousand rows of a CSV: columns matched, a dry run that lists what is wrong, import, undo."""
    before = done(admin.get("/items/books", params={"limit": -1, "sort": "id"}))
    lines = [["Titel", "State", "Nr of pages", "Price", "Release date", "Writer name", "Shelf"]]
    lines += [
        [f"Imported {row}", "Draft", str(row), "1.5", "31.01.2026", "Omar", f"S{row % 40}"] for row in range(2000)
    ]
    for row, place, bad in ((5, 2, "many"), (10, 5, "Nobody"), (15, 1, "odd"), (20, 4, "31.02.2026"), (25, 3, "x")):
        lines[row][place] = bad
    for row in (30, 40, 50):
        lines[row][0] = ""  # a title is required
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    path = tmp_path / "books.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/content/books/import")
    screen.checkpoint("import")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)
    expect(page.get_by_text("books.csv has 2,000 rows")).to_be_visible()
    for column, target in (
        ("Titel", "Title"),
        ("State", "Status"),
        ("Nr of pages", "Pages"),
        ("Price", "Price"),
        ("Release date", "Released"),
    ):
        expect(page.get_by_role("button", name=f"Where {column} goes")).to_contain_text(target)
    expect(page.get_by_role("button", name="Where Writer name goes")).to_contain_text("Writer")
    page.get_by_role("button", name="Where Shelf goes").click()
    page.get_by_role("option", name="New field").click()
    expect(page.locator("[aria-current=step]")).to_have_text("2Columns")
    expect(page.get_by_role("listitem").filter(has_text="Done: File")).to_be_visible()
    screen.checkpoint("import columns")
    page.get_by_role("button", name="Create 1 field and check").click()
    expect(page.get_by_text("1,992 will be created, 0 will be changed")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("8 rows can't be taken in")).to_be_visible()
    refused = [row.locator("td").all_inner_texts() for row in page.get_by_role("table").locator("tbody tr").all()]
    assert refused == [
        ["5", "Nr of pages", "This is no number."],
        ["10", "Writer name", "No linked item is called “Nobody”."],
        ["15", "State", "This is none of the choices."],
        ["20", "Release date", "This is no date."],
        ["25", "Price", "This is no number."],
        *([row, "Titel", "This can't be empty."] for row in ("30", "40", "50")),
    ]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    waiting.value.save_as(tmp_path / "rejected.csv")
    rejected = rows_of(tmp_path / "rejected.csv")
    assert [list(row.values())[:7] for row in rejected] == [lines[row] for row in (5, 10, 15, 20, 25, 30, 40, 50)]
    screen.checkpoint("import checked")
    page.get_by_role("button", name="Import 1,992 rows").click()
    expect(page.get_by_text("1,992 created, 0 changed")).to_be_visible(timeout=60_000)
    made = done(admin.get("/items/books", params={"limit": -1, "filter": '{"title":{"_starts_with":"Imported"}}'}))
    assert len(made) == 1992
    assert {(one["writer"], one["released"], one["status"]) for one in made} == {(2, "2026-01-31", "draft")}
    assert made[3]["shelf"].startswith("S")
    # in the list, the keys that take back what was done there take back the import, and bring it again
    page.get_by_role("link", name="Show the list").click()
    expect(page.locator("footer").first).to_contain_text("2,292 rows")
    cell(screen, 0, 1).click()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Undone: 1,992 rows imported")).to_be_visible(timeout=60_000)
    expect(page.locator("footer").first).to_contain_text("300 rows")
    left = done(admin.get("/items/books", params={"limit": -1, "sort": "id"}))
    assert [{name: one[name] for name in before[0]} for one in left] == before
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_text("Done again: 1,992 rows imported")).to_be_visible(timeout=60_000)
    expect(page.locator("footer").first).to_contain_text("2,292 rows")
    page.keyboard.press("Control+z")
    expect(page.locator("footer").first).to_contain_text("300 rows", timeout=60_000)


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_exporting_what_a_view_shows(signed_in_page: NewScreen, admin: httpx.Client, kind: str, tmp_path: Path) -> None:
    """Journey 13. The filtered view as a file, which says the same when it is taken in again."""
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go('/content/books?cols=pages,title,id&sort=-pages&filter={"status":{"_eq":"published"}}')
    expect(page.locator("footer").first).to_contain_text("100 rows")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Export").click()
    expect(page.get_by_text("100 rows of this view are exported.")).to_be_visible()
    if kind != "csv":
        page.get_by_role("button", name="Format").click()
        page.get_by_role("option", name=kind.upper()).click()
    screen.checkpoint("export")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    path = tmp_path / f"export.{kind}"
    waiting.value.save_as(path)
    rows = rows_of(path)
    assert (len(rows), list(rows[0])) == (100, ["pages", "title", "id"])
    assert [int(row["pages"]) for row in rows] == sorted((int(row["pages"]) for row in rows), reverse=True)
    # taken in again, by the wizard and by the wire, it changes nothing
    everything = {"limit": -1, "sort": "id", "fields": "*"}
    before = done(admin.get("/items/books", params=everything))
    screen.go("/content/books/import")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("0 will be created, 0 will be changed")).to_be_visible()
    expect(page.get_by_text("100 items are as in the file already.")).to_be_visible()
    form = {"file": (path.name, path.read_bytes(), MEDIA[kind])}
    assert admin.post("/utils/import/books", files=form).status_code == 200
    assert done(admin.get("/items/books", params=everything)) == before


MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of an exported file."""
    if path.suffix == ".xlsx":
        header, *rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
        return [dict(zip(map(str, header), row, strict=True)) for row in rows]
    text = path.read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text))) if path.suffix == ".csv" else json.loads(text)


@pytest.mark.usefixtures("books")
def test_what_others_do_is_seen(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/content/books?cols=title,pages&sort=id")
    expect(cell(screen, 2, 1)).to_be_visible()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    title = cell(screen, 2, 1).inner_text()
    done(admin.patch("/items/books/3", json={"title": "By somebody else"}))
    expect(cell(screen, 2, 1)).to_have_text("By somebody else")
    made = done(admin.post("/items/books", json={"title": "News"}))["id"]
    expect(page.get_by_role("button", name="1 new item")).to_be_visible()
    screen.checkpoint("news")
    page.get_by_role("button", name="1 new item").click()
    expect(page.locator("footer").first).to_contain_text("301 rows")
    # a value that somebody else changed meanwhile is not written over
    cell(screen, 2, 1).dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Mine")
    done(admin.patch("/items/books/3", json={"title": "Theirs"}))
    page.keyboard.press("Enter")
    expect(cell(screen, 2, 1)).to_have_attribute("aria-invalid", "true")
    expect(cell(screen, 2, 1)).to_contain_text("Mine")
    assert done(admin.get("/items/books/3"))["title"] == "Theirs"
    done(admin.patch("/items/books/3", json={"title": title}))
    assert admin.delete(f"/items/books/{made}").status_code == 204


@pytest.mark.usefixtures("books")
def test_deleted_items_come_back_with_what_they_were_linked_to(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    going = [{"title": "Going 1", "pages": 7}, {"title": "Going 2", "writer": 2}]
    asked = {
        "filter": '{"title":{"_starts_with":"Going"}}',
        "fields": "id,title,pages,writer",
        "sort": "id",
    }
    done(admin.post("/items/books", json=going))
    before = done(admin.get("/items/books", params=asked))
    screen = signed_in_page("Admin")
    page = screen.page
    counted = page.get_by_role("link", name=re.compile("^Books"))
    screen.go('/content/books?cols=title,writer&filter={"title":{"_starts_with":"Going"}}')
    expect(page.locator("footer").first).to_contain_text("2 rows")
    expect(counted).to_contain_text("302")
    page.get_by_role("checkbox", name="Select all rows").check()
    page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    question = page.get_by_role("alertdialog", name="Delete 2 items?")
    expect(question).to_contain_text("You can undo this as long as this page is open.")
    screen.checkpoint("delete")
    question.get_by_role("button", name="Delete").click()
    said = page.get_by_role("region", name="Messages")
    expect(said).to_contain_text("2 items deleted")
    expect(page.get_by_role("gridcell", name="Going 1", exact=True)).to_have_count(0)
    expect(counted).to_contain_text("300")
    assert done(admin.get("/items/books", params=asked)) == []
    said.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("gridcell", name="Going 1", exact=True)).to_be_visible()
    expect(counted).to_contain_text("302")
    assert done(admin.get("/items/books", params=asked)) == before
    for one in before:
        assert admin.delete(f"/items/books/{one['id']}").status_code == 204


@pytest.mark.usefixtures("books")
def test_archived_items(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    archiving = {"archive_field": "status", "archive_value": "archived", "unarchive_value": "draft"}
    done(admin.patch("/collections/books", json={"meta": archiving}))
    screen = signed_in_page("Admin")
    page, footer = screen.page, screen.page.locator("footer").first
    screen.go("/content/books?cols=title,status&sort=id")
    expect(footer).to_contain_text("300 rows")
    # one by its menu, by keys; two by the bar
    first = cell(screen, 0, 1).inner_text()
    cell(screen, 0, 1).click()
    page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu", name=f"What to do with {first}")
    expect(menu).to_be_visible()
    screen.checkpoint("menu of a row")
    menu.get_by_role("menuitem", name="Archive").click()
    expect(page.get_by_text("1 item archived")).to_be_visible()
    expect(footer).to_contain_text("299 rows")
    cell(screen, 0, 1).focus()
    for _ in range(2):
        page.keyboard.press("Shift+Space")
        page.keyboard.press("ArrowDown")
    page.get_by_role("toolbar").get_by_role("button", name="Archive").click()
    expect(page.get_by_text("2 items archived")).to_be_visible()
    expect(footer).to_contain_text("297 rows")
    expect(cell(screen, 0, 1)).to_be_visible()
    # where nothing is left, the archive is named, and the address keeps what is shown
    screen.go(f'/content/books?cols=title,status&filter={{"title":{{"_eq":"{first}"}}}}')
    expect(page.get_by_text("1 archived item is not shown.")).to_be_visible()
    screen.checkpoint("only archived")
    page.get_by_role("button", name="Show archived items").click()
    expect(cell(screen, 0, 1)).to_have_text(first)
    assert "archived=only" in page.url
    cell(screen, 0, 1).click(button="right")
    page.get_by_role("menuitem", name="Take out of the archive").click()
    expect(page.get_by_text("1 item taken out of the archive")).to_be_visible()
    screen.go("/content/books?cols=title,status&sort=id&archived=all")
    expect(footer).to_contain_text("300 rows")
    page.get_by_role("checkbox", name="Select all rows").check()
    page.get_by_role("toolbar").get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text("300 items archived")).to_be_visible()
    cell(screen, 0, 1).click()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Undone: 300 items archived")).to_be_visible()
    counts = done(admin.get("/items/books", params={"aggregate[count]": "*", "groupBy[]": "status", "sort": "status"}))
    assert {one["status"]: int(one["count"]) for one in counts} == {
        "archived": 2, "draft": 100, "review": 99, "published": 99,
    }  # fmt: skip
    # a collection may leave its archived items in its lists
    done(admin.patch("/collections/books", json={"meta": {"archive_app_filter": False}}))
    screen.go("/content/books?cols=title,status")
    expect(footer).to_contain_text("300 rows")
    done(admin.patch("/collections/books", json={"meta": dict.fromkeys(archiving)}))
    for one in done(admin.get("/items/books", params={"filter[status][_eq]": "archived", "fields": "id"})):
        done(admin.patch(f"/items/books/{one['id']}", json={"status": STATES[(one["id"] - 1) % 3]}))


def heads_of(screen: Screen) -> Any:
    return screen.page.locator('[role=row][aria-level="1"]')


@pytest.mark.usefixtures("books")
def test_rows_in_groups(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    screen = signed_in_page("Admin")
    page, heads = screen.page, heads_of(screen)
    screen.go("/content/books?cols=title,status,pages,price&sort=-pages")
    page.get_by_role("button", name="Group", exact=True).click()
    page.get_by_role("menuitem", name="Status", exact=True).click()
    expect(page.get_by_role("treegrid", name="Books")).to_be_visible()
    assert "group=status" in page.url
    expect(heads.first).to_have_text(re.compile("Draft.*100 rows"))
    expect(cell(screen, 1, 1)).to_have_text("Book 297")
    screen.checkpoint("groups")
    # by keys: heads are walked over, closed and opened
    cell(screen, 1, 1).click()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.row") == "0"
    page.keyboard.press("ArrowLeft")
    expect(heads.first).to_have_attribute("aria-expanded", "false")
    expect(heads.nth(1)).to_have_text(re.compile("Published.*100 rows"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(heads.nth(2)).to_have_text(re.compile("Review.*100 rows"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    expect(heads.first).to_have_attribute("aria-expanded", "true")
    expect(cell(screen, 1, 1)).to_have_text("Book 297")
    # the head stays in sight while its rows are scrolled
    cell(screen, 1, 1).click()
    for _ in range(3):
        page.keyboard.press("PageDown")
    expect(cell(screen, 1, 1)).to_have_count(0)
    expect(heads.first).to_be_in_viewport()
    expect(heads.first).to_contain_text("Draft")
    top, bar = heads.first.bounding_box()["y"], page.get_by_role("columnheader").first.bounding_box()
    assert abs(top - bar["y"] - bar["height"]) < 3
    screen.checkpoint("groups scrolled")
    # with a filter and what columns come to; a paste goes on in the next group
    screen.go('/content/books?cols=title,status,pages,price&sort=-pages&group=status&filter={"pages":{"_lt":6}}')
    expect(heads).to_have_count(3)
    cell(screen, 1, 3).click()
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Alt+ArrowDown")
    page.get_by_role("menuitem", name="Summary").press("Enter")
    page.get_by_role("menuitemradio", name="Sum").press("Enter")
    expect(heads.first).to_contain_text("Sum3")
    expect(page.get_by_role("row", name="Summary")).to_contain_text("Sum15")
    before = done(admin.get("/items/books", params={"filter": '{"pages":{"_lt":6}}', "sort": "id"}))
    cell(screen, 2, 4).click()
    paste(screen, "11\n12\n13\n14")
    expect(page.get_by_text("4 cells changed")).to_be_visible()
    changed = done(admin.get("/items/books", params={"filter": '{"pages":{"_lt":6}}', "sort": "pages"}))
    assert [one["price"] for one in changed] == [11, 0.5, 13, 1.5, 14, 12]
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Undone: 4 cells changed")).to_be_visible()
    assert done(admin.get("/items/books", params={"filter": '{"pages":{"_lt":6}}', "sort": "id"})) == before
    # others move a row to another group
    done(admin.patch("/items/books/1", json={"status": "review"}))
    expect(heads.nth(2)).to_have_text(re.compile("Review.*3 rows"))
    done(admin.patch("/items/books/1", json={"status": "draft"}))
    expect(heads.first).to_have_text(re.compile("Draft.*2 rows"))
    # a view keeps its groups
    page.get_by_role("button", name="New view").click()
    page.get_by_role("textbox", name="Name").fill("By status")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    tab = page.get_by_role("navigation", name="Views").get_by_role("button", name="By status")
    expect(tab).to_have_attribute("aria-current", "page")
    assert "group=" not in page.url
    page.reload()
    expect(heads).to_have_count(3)
    # by dates, in the other order; those without a value are a group
    done(admin.patch("/items/books/1", json={"released": None}))
    page.get_by_role("button", name="Grouped by Status").click()
    page.get_by_role("menuitem", name="Released, by month").click()
    page.get_by_role("button", name="Grouped by Released, by month").click()
    page.get_by_role("menuitem", name="Groups in descending order").click()
    asked = {"groupBy": "year(released),month(released)", "sort": "-year(released),-month(released)"}
    found = done(admin.get("/items/books", params={**asked, "aggregate[count]": "*", "filter": '{"pages":{"_lt":6}}'}))
    expect(heads).to_have_count(len(found))
    for place, one in enumerate(found):
        year = one["released_year"]
        told = f"{date(year, one['released_month'], 1):%B %Y}" if year else "No value"
        expect(heads.nth(place)).to_contain_text(told)
    expect(heads.last).to_contain_text("No value")
    screen.checkpoint("groups of months")
    done(admin.patch("/items/books/1", json={"released": before[0]["released"]}))
    # by related items, in the order of their titles; all closed
    screen.go("/content/books?cols=title,writer&sort=id&group=writer&filter=null&q=")
    expect(heads.first).to_have_text(re.compile("Lena.*100 rows"))
    page.get_by_role("button", name="Grouped by Writer").click()
    page.get_by_role("menuitem", name="Close all groups").click()
    expect(page.locator('[role=row][aria-level="2"]')).to_have_count(0)
    for place, writer in enumerate(("Lena", "Mia", "Omar")):
        expect(heads.nth(place)).to_contain_text(writer)
    heads.nth(1).click()
    expect(cell(screen, 2, 1)).to_have_text("Book 000")
    screen.checkpoint("groups of related items")
    # on a phone, with what columns come to
    phone = signed_in_page("Admin", viewport=PHONE, has_touch=True, is_mobile=True)
    view = next(one for one in done(admin.get("/presets")) if one["bookmark"] == "By status")
    phone.go(f"/content/books?view={view['id']}")
    head = phone.page.get_by_role("button", name=re.compile("Draft.*2 rows"))
    expect(head).to_have_attribute("aria-expanded", "true")
    expect(phone.page.get_by_role("region", name="Summary")).to_contain_text("15")
    phone.checkpoint("groups on a phone")
    head.click()
    expect(head).to_have_attribute("aria-expanded", "false")
    expect(phone.page.get_by_text("Book 003")).to_have_count(0)
    for one in done(admin.get("/presets", params={"filter[collection]": "books"})):
        done(admin.delete(f"/presets/{one['id']}"))  # the list of all begins as it was


@pytest.mark.usefixtures("books")
def test_groups_show_no_more_than_one_may_see(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    rights = [
        {
            "collection": "books",
            "action": "read",
            "fields": ["id", "title", "writer", "status"],
            "permissions": {"pages": {"_lt": 30}},
        }
    ]
    screen = signed_in_page("Guest", rights)
    heads = heads_of(screen)
    screen.go("/content/books?cols=title,status&group=status")
    expect(heads.first).to_have_text(re.compile("Draft.*10 rows"))
    # a field that one may not see groups nothing; items that one may not see have no titles
    screen.go("/content/books?cols=title&group=pages")
    expect(screen.page.get_by_role("grid", name="Books")).to_be_visible()
    screen.go("/content/books?cols=title&group=writer")
    expect(heads.first).to_have_text(re.compile("1.*10 rows"))
    screen.checkpoint("groups of somebody who sees less")


_SMALL = """() => [...document.querySelectorAll("main :is(a, button, input)")].filter((one) => {
  const box = (one.closest("label") ?? one).getBoundingClientRect();
  return box.width > 0 && one.checkVisibility() && (box.height < 43.5 || box.width < 43.5);
}).map((one) => `${one.getAttribute("aria-label") ?? one.textContent}`)"""


@pytest.mark.usefixtures("books")
def test_a_list_on_a_phone(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    """Journey 25, a list under fingers: rows found, selected and opened."""
    screen = signed_in_page("Admin", viewport=PHONE, has_touch=True, is_mobile=True)
    page, footer = screen.page, screen.page.locator("footer").first
    screen.go("/content/books?cols=title,status,pages,price&sort=id")
    rows = page.get_by_role("list", name="Books")
    expect(rows.get_by_text("Book 001")).to_be_visible()
    assert page.evaluate(_SMALL) == []
    # a text that is longer than its place is cut off there
    values = rows.locator("li").first.get_by_text(re.compile("^[0-9.]+$"))
    assert {one.evaluate("one => getComputedStyle(one).textOverflow") for one in values.all()} == {"ellipsis"}
    screen.checkpoint("list on a phone")
    # by the menu of a row, then by taps
    rows.get_by_role("button", name="What to do with Book 001").click()
    page.get_by_role("menuitem", name="Select").click()
    toolbar = page.get_by_role("toolbar")
    expect(toolbar).to_contain_text("1 selected")
    rows.get_by_text("Book 002").click()
    expect(toolbar).to_contain_text("2 selected")
    screen.checkpoint("selecting on a phone")
    toolbar.get_by_role("button", name="Clear selection").click()
    expect(toolbar).to_have_count(0)
    # by a long press, as fingers do it
    box = rows.get_by_text("Book 003").bounding_box()
    fingers = page.context.new_cdp_session(page)
    touch = {"x": box["x"] + 4, "y": box["y"] + 4}
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [touch]})
    expect(toolbar).to_contain_text("1 selected")
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(rows.get_by_role("checkbox", name="Select Book 003")).to_be_checked()
    toolbar.get_by_role("button", name="Clear selection").click()
    page.get_by_role("searchbox", name="Search").fill("Book 042")
    expect(footer).to_contain_text("1 row")
    rows.get_by_text("Book 042").click()
    expect(page).to_have_url(re.compile("/content/books/43"))


@pytest.mark.usefixtures("books")
def test_looking_at_rows_by_keys(signed_in_page: NewScreen, admin: httpx.Client) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/content/books?cols=title,status&sort=id")
    titles = [cell(screen, row, 1).inner_text() for row in range(4)]
    cell(screen, 1, 1).click()
    page.keyboard.press("Space")
    drawer = page.get_by_role("dialog", name=titles[1])
    expect(drawer).to_be_visible()
    screen.checkpoint("peek")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("dialog", name=titles[3])).to_be_visible()
    assert "peek=" in page.url
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(cell(screen, 3, 1)).to_be_focused()
    # what the view asks for, and what it needs
    page.get_by_role("button", name="API of this view").click()
    expect(page.get_by_role("dialog")).to_contain_text("Read books: id, title, status")
    for language, part in (("curl", "curl -H"), ("JavaScript", 'readItems("books"'), ("Python", "httpx.get(")):
        page.get_by_role("tab", name=language).click()
        expect(page.get_by_role("tabpanel")).to_contain_text(part)
    screen.checkpoint("API of a view")
