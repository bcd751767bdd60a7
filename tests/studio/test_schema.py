"""Collections in the studio: made with a link in few clicks or by keyboard alone, changed after a review, taken in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Server
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE, Screen

CLIENTS = Path(__file__).parents[1] / "wire" / "node"
"""Where the official JavaScript clients are installed."""
CLICKS_MAX = 6
SECONDS_MAX = 45
TYPING_MILLISECONDS = 60
"""Between two keys, as somebody types who knows the words."""
_COUNT = (
    "() => { window.clicks = 0; addEventListener('pointerdown', (e) => { if (e.isTrusted) window.clicks++; }, true); }"
)


def api(server: Server, method: str, path: str, body: Any = None) -> Any:
    with server.client(server.directus_token()) as client:
        answer = client.request(method, path, json=body)
        assert answer.status_code in (200, 204), answer.text
        return answer.json()["data"] if answer.content else None


def make(server: Server, name: str, *fields: str) -> None:
    made = [{"field": field, "type": "string", "schema": {}, "meta": {"interface": "input"}} for field in fields]
    api(server, "POST", "/collections", {"collection": name, "schema": {}, "meta": {}, "fields": made})


@pytest.mark.smoke
def test_a_collection_with_a_link_in_six_clicks(server: Server, signed_in_page: NewScreen) -> None:
    """Journey 3. A collection with a relation from nothing, in six clicks and at a person's pace."""
    make(server, "authors", "name")
    screen: Screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/develop/schema")
    page.get_by_role("treegrid", name="Collections").wait_for()
    screen.checkpoint("schema")
    page.evaluate(_COUNT)
    started = time.monotonic()
    page.get_by_role("button", name="New collection").click()
    page.get_by_role("dialog", name="New collection").wait_for()
    page.keyboard.type("Books", delay=TYPING_MILLISECONDS)
    page.get_by_role("button", name="Field", exact=True).click()
    page.keyboard.type("link", delay=TYPING_MILLISECONDS)
    page.get_by_role("menuitem", name="Link", exact=True).click()
    name = page.get_by_role("textbox", name="Name of the field (Link)")
    name.and_(page.locator(":focus")).wait_for()
    page.keyboard.type("author", delay=TYPING_MILLISECONDS)
    page.keyboard.press("Enter")
    page.get_by_role("option", name="Authors").click()
    page.get_by_text("“Authors” also shows").wait_for()
    assert name.input_value() == "author"
    pause = time.monotonic()
    screen.checkpoint("new-collection")
    started += time.monotonic() - pause
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_text("“Books” is ready").wait_for()
    assert page.evaluate("window.clicks") <= CLICKS_MAX
    page.wait_for_url("**/content/books")
    page.get_by_role("link", name="Create item").first.wait_for()
    assert time.monotonic() - started <= SECONDS_MAX
    screen.checkpoint("new-collection-list")

    fields = {field["field"]: field for field in api(server, "GET", "/fields/books")}
    assert set(fields) == {"id", "author"}
    assert fields["author"]["schema"]["foreign_key_table"] == "authors"
    assert fields["author"]["schema"]["is_indexed"] is True
    assert "books" in {field["field"] for field in api(server, "GET", "/fields/authors")}
    made = api(server, "POST", "/items/books?fields=author.books.id", {"author": {"name": "Mia"}})
    assert made == {"author": {"books": [{"id": 1}]}}
    page.reload()
    page.locator("footer").get_by_text("1 row").wait_for()


@pytest.mark.smoke
def test_by_keyboard_alone_on_a_phone(server: Server, signed_in_page: NewScreen) -> None:
    """Journey 25, making a collection without a mouse, in the window of a phone."""
    screen: Screen = signed_in_page("Admin", viewport=PHONE)
    page = screen.page
    screen.go("/develop/schema?new=collection")
    page.get_by_role("dialog", name="New collection").wait_for()

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)
            assert page.evaluate("document.activeElement !== document.body"), f"{key} lost the focus"

    page.keyboard.type("Films")
    while page.evaluate("document.activeElement.textContent") != "Field":
        press("Tab")
    press("Enter")
    page.get_by_role("searchbox", name="Search kinds of fields").wait_for()
    page.keyboard.type("image")
    page.get_by_role("menuitem").first.wait_for()
    press("Enter")
    page.get_by_role("textbox", name="Name of the field (Image)").and_(page.locator(":focus")).wait_for()
    page.keyboard.type("Poster")
    screen.checkpoint("new-collection-phone")
    press("Enter")
    page.get_by_text("“Films” is ready").wait_for()
    field = api(server, "GET", "/fields/films/poster")
    assert (field["meta"]["interface"], field["meta"]["special"]) == ("file-image", ["file"])


def test_changes_wait_for_a_review(server: Server, signed_in_page: NewScreen) -> None:
    make(server, "shops", "title", "old")
    api(server, "POST", "/items/shops", {"title": "One", "old": "x"})
    screen: Screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/develop/schema/shops?field=title")
    page.get_by_role("textbox", name="Column", exact=True).fill("headline")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Actions for Old").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.reload()
    page.get_by_text("2 changes").wait_for()
    screen.checkpoint("pending")
    assert {field["field"] for field in api(server, "GET", "/fields/shops")} == {"id", "title", "old"}

    page.get_by_role("button", name="Review").click()
    page.get_by_text(re.compile('RENAME COLUMN "title" TO "headline"')).wait_for()
    page.get_by_text("The values of old in 1 rows of shops go.").wait_for()
    apply = page.get_by_role("button", name="Apply changes")
    assert apply.is_disabled()
    screen.checkpoint("review")
    page.get_by_text("I know that this can't be undone").click()
    apply.click()
    page.get_by_text("2 changes were applied").wait_for()
    assert api(server, "GET", "/items/shops") == [{"id": 1, "headline": "One"}]


def test_a_collection_gets_another_name_and_keeps_what_belongs_to_it(server: Server, signed_in_page: NewScreen) -> None:
    make(server, "teams", "name")
    make(server, "players", "name")
    link = {"field": "team", "type": "integer", "schema": {}, "meta": {"special": ["m2o"]}}
    api(server, "POST", "/fields/players", link)
    api(server, "POST", "/relations", {"collection": "players", "field": "team", "related_collection": "teams"})
    api(server, "POST", "/items/players", {"name": "Mia", "team": {"name": "Reds"}})
    api(server, "POST", "/presets", {"collection": "teams", "bookmark": "Mine"})
    policy = api(server, "POST", "/policies", {"name": "Fans"})["id"]
    api(server, "POST", "/permissions", {"collection": "teams", "action": "read", "fields": ["*"], "policy": policy})
    with server.client(server.pocketbase_token()) as http:
        assert http.patch("/api/collections/teams", json={"listRule": "name != ''"}).status_code == 200

    screen: Screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/develop/schema")
    page.get_by_role("button", name="Actions for Teams").click()
    page.get_by_role("menuitem", name="Rename the table").click()
    name = page.get_by_role("dialog").get_by_role("textbox", name="Name of the table")
    name.fill("players")
    page.get_by_text("There is a collection of this name.").wait_for()
    name.fill("clubs")
    screen.checkpoint("rename")
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_text("“teams” is called “clubs” now").wait_for()
    page.get_by_role("button", name="Actions for Clubs").wait_for()

    assert api(server, "GET", "/items/clubs") == [{"id": 1, "name": "Reds"}]
    assert api(server, "GET", "/items/players?fields=team.name") == [{"team": {"name": "Reds"}}]
    assert [row["bookmark"] for row in api(server, "GET", "/presets?filter[collection][_eq]=clubs")] == ["Mine"]
    rows = api(server, "GET", f"/permissions?filter[policy][_eq]={policy}")
    assert [row["collection"] for row in rows] == ["clubs"]
    with server.client(server.pocketbase_token()) as http:
        assert http.get("/api/collections/clubs").json()["listRule"] == "name != ''"
    with server.client(server.directus_token()) as http:
        assert http.get("/items/teams").status_code == 403


def test_what_the_database_refuses_changes_nothing(server: Server, signed_in_page: NewScreen) -> None:
    make(server, "cities", "name")
    for _ in range(2):
        api(server, "POST", "/items/cities", {"name": "same"})
    screen: Screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/develop/schema/cities?field=name")
    page.get_by_text("No two items have the same value").click()
    page.get_by_role("textbox", name="Help text").fill("of the city")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Review").click()
    screen.allow("/schema/apply", 400)
    page.get_by_role("button", name="Apply changes").click()
    page.get_by_role("alert").get_by_text("Nothing was changed.").wait_for()
    screen.checkpoint("refused")
    found = api(server, "GET", "/fields/cities/name")
    assert (found["schema"]["is_unique"], found["meta"]["note"]) == (False, None)


def test_tables_of_a_database_are_taken_in(server: Server, signed_in_page: NewScreen) -> None:
    make(server, "owners", "name")
    with server.client(server.pocketbase_token()) as client:
        made = client.post(
            "/api/sql",
            json={
                "query": "CREATE TABLE pets (id integer PRIMARY KEY, pet_name text NOT NULL, tame boolean,"
                " coat_color text, size text CHECK (size IN ('small', 'very_big')),"
                " owner_id integer REFERENCES owners (id))"
            },
        )
        assert made.status_code == 200, made.text
    screen: Screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/develop/schema")
    page.get_by_role("button", name=re.compile("Add all 1 to the studio")).click()
    page.get_by_text("1 table is in the studio now").wait_for()
    screen.checkpoint("taken-in")
    interfaces = {field["field"]: field["meta"]["interface"] for field in api(server, "GET", "/fields/pets")}
    assert interfaces == {
        "id": "input",
        "pet_name": "input",
        "tame": "boolean",
        "coat_color": "select-color",
        "size": "select-dropdown",
        "owner_id": "select-dropdown-m2o",
    }
    assert api(server, "GET", "/collections/pets")["meta"]["display_template"] == "{{pet_name}}"
    page.get_by_role("link", name="Pets").click()
    page.get_by_role("treegrid", name="Fields").get_by_text("Owner", exact=True).wait_for()
    screen.checkpoint("taken-in-editor")
    screen.go("/develop/schema/pets?field=size")
    page.get_by_text("The database takes only these values: small, very_big.").wait_for()
    page.get_by_role("button", name="Icon and colour of Very big").click()
    page.get_by_role("button", name="Icon Choose an icon").click()
    page.get_by_role("searchbox", name="Search icons").fill("rocket")
    page.get_by_role("option", name="rocket", exact=True).click()
    screen.checkpoint("choice-looks")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("tab", name="Options").click()
    page.get_by_role("button", name="Icon Choose an icon").click()
    page.get_by_role("searchbox", name="Search icons").fill("dog")
    page.get_by_role("option", name="dog", exact=True).click()
    page.get_by_role("textbox", name="Colour").fill("#2ecda7")
    screen.checkpoint("options-looks")
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Apply changes").click()
    page.get_by_text("were applied").wait_for()
    meta = api(server, "GET", "/collections/pets")["meta"]
    assert (meta["icon"], meta["color"]) == ("dog", "#2ECDA7")
    choices = api(server, "GET", "/fields/pets/size")["meta"]["options"]["choices"]
    assert choices[1] == {"text": "Very big", "value": "very_big", "icon": "rocket"}


def run(language: str, code: str, token: str) -> str:
    """Run an example as it was copied. What it printed; raises where it fails, also by the status of an answer."""
    commands = {
        # --fail-with-body: a status of 400 and above is a failure
        "curl": ["bash", "-euc", f"{code} --silent --show-error --fail-with-body"],
        "JavaScript": ["node", "--input-type=module", "--eval", code],
        "Python": [sys.executable, "-c", code],
    }
    environment = {**os.environ, "TOKEN": token}
    done = subprocess.run(
        commands[language], cwd=CLIENTS, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"{code}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.node
@pytest.mark.parametrize("protocol", ["Directus", "PocketBase"])
def test_examples_of_the_api_run_as_they_are_copied(server: Server, signed_in_page: NewScreen, protocol: str) -> None:
    languages = ["curl", "Python"]
    if shutil.which("node") and all((CLIENTS / "node_modules" / name).is_dir() for name in ("pocketbase", "@directus")):
        languages.append("JavaScript")
    elif os.environ.get("TEST_REQUIRE_NODE"):
        pytest.fail(f"npm ci in {CLIENTS}")
    name = f"samples_{protocol.lower()}"
    make(server, name, "title", "note")
    api(server, "POST", f"/items/{name}", [{"title": f"First {at}", "note": 'it\'s "quoted"'} for at in range(9)])
    token = server.directus_token() if protocol == "Directus" else server.pocketbase_token()
    screen: Screen = signed_in_page("Admin")
    page = screen.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for language in languages:
        screen.go(f"/develop/schema/{name}?tab=api")
        page.get_by_role("radio", name=protocol).check(force=True)
        page.get_by_role("button", name=re.compile("Language")).click()
        page.get_by_role("option", name=language, exact=True).click()
        before = len(api(server, "GET", f"/items/{name}?limit=-1"))
        said: dict[str, str] = {}
        for operation in ("List", "One item", "Create", "Update", "Delete"):
            page.get_by_role("button", name=f"Copy {operation}", exact=True).click()
            page.get_by_role("button", name=f"Copied: {operation}", exact=True).wait_for()
            said[operation] = run(language, page.evaluate("navigator.clipboard.readText()"), token)
        assert "First" in said["List"]
        assert "First" in said["One item"]
        rows = api(server, "GET", f"/items/{name}?limit=-1")
        assert (len(rows), rows[-1]["title"]) == (before, "Example title")


def test_every_room_of_develop(server: Server, signed_in_page: NewScreen) -> None:
    make(server, "rooms", "name")
    screen: Screen = signed_in_page("Admin", color_scheme="dark")
    page = screen.page
    screen.go("/develop/schema/rooms?tab=api")
    page.get_by_role("button", name="Run as me").first.click()
    page.get_by_role("status").get_by_text("200").wait_for()
    screen.checkpoint("api-dark")
    page.get_by_role("tab", name="API rules").click()
    page.get_by_role("button", name="Unlock List and search").click()
    page.get_by_role("textbox", name="List and search").click()
    page.keyboard.type("nothing = 1")
    page.keyboard.press("Escape")
    screen.allow("/api/collections/rooms", 400)
    page.get_by_role("button", name="Save rules").click()
    page.get_by_role("alert").get_by_text("nothing").first.wait_for()
    screen.checkpoint("rules-dark")
    screen.go("/develop/map")
    page.get_by_role("tab", name="List").wait_for()
    screen.checkpoint("map-dark")
    screen.go("/develop/sql")
    page.get_by_role("textbox", name="Statement").click()
    page.keyboard.insert_text("DELETE FROM rooms")
    screen.allow("/api/sql", 400)
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Statements that write need “Allow writing”.").wait_for()
    screen.checkpoint("sql-dark")
    screen.go("/develop/logs")
    page.get_by_text("GET /fields/rooms").first.wait_for()
    screen.checkpoint("logs-dark")


PLAIN_KINDS = {
    "Text": ("string", "input"),
    "Long text": ("text", "input-multiline"),
    "Rich text": ("text", "input-rich-text-html"),
    "Markdown": ("text", "input-rich-text-md"),
    "Number": ("integer", "input"),
    "Decimal number": ("decimal", "input"),
    "Slider": ("integer", "slider"),
    "Yes/No": ("boolean", "boolean"),
    "Choice": ("string", "select-dropdown"),
    "Several choices": ("json", "select-multiple-dropdown"),
    "Tags": ("json", "tags"),
    "Date": ("date", "datetime"),
    "Date and time": ("timestamp", "datetime"),
    "Time": ("time", "datetime"),
    "JSON": ("json", "input-code"),
    "Repeater": ("json", "list"),
    "Colour": ("string", "select-color"),
    "Icon": ("string", "select-icon"),
    "Password or secret": ("hash", "input-hash"),
    "UUID": ("uuid", "input"),
    "Group": ("alias", "group-detail"),
    "Divider": ("alias", "presentation-divider"),
}
"""Those that lead nowhere; `test_schema_relations` makes the others."""


def test_every_plain_kind_of_field_is_added_by_clicks(server: Server, signed_in_page: NewScreen) -> None:
    """Journey 4, the beginning: each kind is picked, and all are made by one review."""
    make(server, "gadgets", "name")
    screen: Screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/develop/schema/gadgets")
    for number, kind in enumerate(PLAIN_KINDS):
        page.get_by_role("button", name="Field", exact=True).click()
        page.get_by_role("searchbox", name="Search kinds of fields").fill(kind)
        page.get_by_role("menuitem", name=kind, exact=True).click()
        name = page.get_by_role("textbox", name=f"Name of the field ({kind})")
        name.and_(page.locator(":focus")).wait_for()
        name.fill(f"kind_{number}")
        page.get_by_role("button", name="Done").click()
        name.wait_for(state="detached")
    page.get_by_text(f"{len(PLAIN_KINDS)} changes").wait_for()
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Apply changes").click()
    page.get_by_text(f"{len(PLAIN_KINDS)} changes were applied").wait_for(timeout=30_000)
    made = {field["field"]: field for field in api(server, "GET", "/fields/gadgets")}
    found = {
        kind: (made[f"kind_{number}"]["type"], made[f"kind_{number}"]["meta"]["interface"])
        for number, kind in enumerate(PLAIN_KINDS)
    }
    assert found == PLAIN_KINDS
    screen.go("/content/gadgets/new")
    page.get_by_role("textbox", name="Name", exact=True).wait_for()
    screen.checkpoint("every-kind")
