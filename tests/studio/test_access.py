"""Journeys 19 and 20: an editor's world, a policy made by clicks, the check of access, and looking as somebody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE, Screen

FIELDS: list[dict[str, Any]] = [
    {
        "field": "id",
        "type": "integer",
        "schema": {"is_primary_key": True, "has_auto_increment": True},
        "meta": {"hidden": True},
    },
    {"field": "title", "type": "string", "schema": {"is_nullable": False}, "meta": {"interface": "input"}},
    {"field": "status", "type": "string", "schema": {"default_value": "draft"}, "meta": {"interface": "input"}},
    {"field": "secret", "type": "string", "meta": {"interface": "input"}},
    {"field": "author", "type": "uuid", "meta": {"special": ["user-created"], "hidden": True}},
]
EDITOR = [
    {"collection": "articles", "action": "read", "fields": ["id", "title", "status"], "permissions": None},
    {"collection": "articles", "action": "create", "fields": ["title", "status"]},
    {
        "collection": "articles",
        "action": "update",
        "fields": ["title"],
        "permissions": {"author": {"_eq": "$CURRENT_USER"}},
    },
    {"collection": "directus_files", "action": "read", "fields": ["*"]},
]

_SIDEWAYS_WITHIN = """() => [...document.querySelectorAll("main *")].filter((one) =>
  one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX)).length"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("access")) as started:
        with started.client(started.directus_token()) as http:
            for name in ("articles", "invoices"):
                answer = http.post(
                    "/collections", json={"collection": name, "schema": {}, "meta": {}, "fields": FIELDS}
                )
                assert answer.status_code == 200, answer.text
            rows = [
                {"title": f"Article {n}", "status": "draft" if n % 2 else "published", "secret": "canary"}
                for n in range(1, 7)
            ]
            assert http.post("/items/articles", json=rows).status_code == 200
        yield started


@pytest.fixture
def editor(server: Server, signed_in_page: NewScreen, people: dict[str, tuple[str, str]]) -> tuple[Screen, str]:
    """An editor's screen, and the key of an article of theirs; made once."""
    screen = signed_in_page("Editor", EDITOR)
    with server.client(server.directus_token(*people["Editor"])) as http:
        mine = http.get("/items/articles", params={"filter[title][_eq]": "Mine"}).json()["data"]
        if not mine:
            made = http.post("/items/articles", json={"title": "Mine", "status": "draft"})
            assert made.status_code == 200, made.text
            mine = [made.json()["data"]]
    return screen, str(mine[0]["id"])


@pytest.mark.smoke
def test_an_editor_s_world(server: Server, editor: tuple[Screen, str], people: dict[str, tuple[str, str]]) -> None:
    """Journey 19. An editor sees three modules, their own articles open and others read-only, and no way round it."""
    screen, mine = editor
    page = screen.page
    screen.go("/home")
    rail = page.get_by_role("navigation", name="Modules")
    rail.get_by_role("link", name="Content").wait_for()
    assert [link.get_attribute("aria-label") or link.inner_text() for link in rail.get_by_role("link").all()] == [
        "Home",
        "Content",
        "Files",
    ]
    screen.checkpoint("editor home")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    screen.go("/content/articles")
    page.get_by_text("Article 1", exact=True).wait_for()
    page.get_by_role("navigation", name="Content").get_by_role("link", name="Articles 7").wait_for()
    assert sum(one.endswith("/studio/api/counts") for one in asked) == 1
    assert not any("invoices" in one for one in asked)
    assert "canary" not in page.content()
    assert page.get_by_role("link", name="Invoices").count() == 0
    screen.checkpoint("editor list")

    screen.go("/content/articles/2")
    page.get_by_text("You may read this item, but not change it.").wait_for()
    assert not page.get_by_role("textbox", name="Title").is_editable()
    screen.checkpoint("editor foreign article")
    screen.go(f"/content/articles/{mine}")
    title = page.get_by_role("textbox", name="Title")
    title.wait_for()
    assert title.is_editable()
    assert not page.get_by_role("textbox", name="Status").is_editable()
    assert page.get_by_role("textbox", name="Secret").count() == 0
    screen.checkpoint("editor own article")
    screen.go("/settings/access")
    page.get_by_text("You can't see “Settings”").wait_for()
    screen.checkpoint("editor refused")

    with server.client(server.directus_token(*people["Editor"])) as http:
        assert http.patch("/items/articles/2", json={"title": "Taken"}).status_code == 403
        assert http.patch(f"/items/articles/{mine}", json={"status": "published"}).status_code == 403
        assert http.get("/items/articles", params={"fields": "secret"}).status_code == 403
        assert http.get("/items/invoices").status_code == 403
        assert http.patch("/settings", json={"project_name": "Taken"}).status_code == 403


@pytest.mark.smoke
def test_a_policy_by_clicks_and_keys_is_what_holds(server: Server, signed_in_page: NewScreen) -> None:
    """Journey 20, the policy: made by clicks and keys, and what is stored is what holds."""
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/settings/access")
    page.get_by_role("button", name="New policy").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Proofreaders")
    screen.checkpoint("new policy")
    page.get_by_role("button", name="Create policy").click()
    page.get_by_role("heading", name="Proofreaders").wait_for()

    # one cell is in the order of Tab, arrows lead to the others
    page.get_by_role("button", name="Articles, Create: None").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="All", exact=True).click()
    page.get_by_role("button", name="Articles, Read: All").wait_for()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Own items").click()
    page.get_by_role("button", name="Articles, Delete: Own").wait_for()
    page.get_by_role("button", name="Articles, Update: None").click()
    page.get_by_role("menuitem", name="Custom rule…").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("checkbox", name="All fields, new ones too").uncheck(force=True)
    drawer.get_by_role("checkbox", name="Title").check(force=True)
    # a condition without a rule would hold for everything
    apply = drawer.get_by_role("button", name="Apply rule")
    items = drawer.get_by_role("region", name="Items", exact=True)
    items.get_by_text("Only items that match").click()
    items.get_by_text("A rule is missing or unfinished.").wait_for()
    assert apply.is_disabled()
    items.get_by_text("All items", exact=True).click()
    expect(apply).to_be_enabled()
    screen.checkpoint("rule drawer")
    apply.click()
    page.get_by_role("button", name="Articles, Update: Custom").wait_for()
    page.get_by_text("Rules as text").click()
    page.get_by_text("author = @request.auth.id").wait_for()
    page.get_by_text("[title]").wait_for()
    page.get_by_text("3 changes are not saved yet").wait_for()
    screen.checkpoint("policy changed")
    page.get_by_role("link", name="Back to access").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    addresses = page.get_by_role("textbox", name="Only from these addresses")
    addresses.fill("10.0.0.0/8, home")
    page.get_by_text("“home” is no address or network.").wait_for()
    assert page.get_by_role("button", name="Save changes").is_disabled()
    addresses.fill("")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("3 changes are not saved yet").wait_for(state="detached")
    # what the corner says is above the bar of buttons, however long it stays
    addresses.fill("10.0.0.0/8")
    said = page.get_by_role("region", name="Messages").get_by_text("“Proofreaders” is saved")
    said.hover()  # it stays as long as it is pointed at
    for viewport in (None, PHONE):
        if viewport:
            page.set_viewport_size(viewport)
        message = page.get_by_role("region", name="Messages").bounding_box()
        bar = page.get_by_role("button", name="Save changes").bounding_box()
        assert message
        assert bar
        assert message["y"] + message["height"] <= bar["y"]
    page.get_by_role("button", name="Discard").click()

    with server.client(server.directus_token()) as http:
        rows = http.get("/permissions", params={"filter[policy][name][_eq]": "Proofreaders"}).json()["data"]
        stored = {row["action"]: (row["fields"], row["permissions"]) for row in rows if row["collection"] == "articles"}
        assert stored == {
            "read": (["*"], None),
            "update": (["title"], None),
            "delete": (["*"], {"author": {"_eq": "$CURRENT_USER"}}),
        }


def test_presets_and_validation_by_clicks_are_what_an_editor_gets(
    server: Server, signed_in_page: NewScreen, people: dict[str, tuple[str, str]]
) -> None:
    kept = {"labels": ["new"], "sign": "$CURRENT_USER.email", "gone": {"one": 1}}
    fields = [
        {"field": "title", "type": "string", "meta": {"interface": "input"}},
        {
            "field": "state",
            "type": "string",
            "meta": {
                "interface": "select-dropdown",
                "options": {"choices": [{"text": "Open", "value": "open"}, {"text": "Done", "value": "done"}]},
            },
        },
        {"field": "weight", "type": "integer", "meta": {"interface": "input"}},
        {"field": "owner", "type": "uuid", "meta": {"interface": "select-dropdown-m2o", "special": ["m2o"]}},
        {"field": "due", "type": "date", "meta": {"interface": "datetime"}},
        {"field": "labels", "type": "json", "meta": {"interface": "tags", "special": ["cast-json"]}},
        {"field": "sign", "type": "string", "meta": {"interface": "input"}},
    ]
    with server.client(server.directus_token()) as http:
        body: dict[str, Any] = {"collection": "tickets", "schema": {}, "meta": {}, "fields": [FIELDS[0], *fields]}
        assert http.post("/collections", json=body).status_code == 200
        relation = {"collection": "tickets", "field": "owner", "related_collection": "directus_users"}
        assert http.post("/relations", json=relation).status_code == 200
    signed_in_page(
        "Agent",
        [
            {"collection": "tickets", "action": "read", "fields": ["*"]},
            {"collection": "tickets", "action": "create", "fields": ["title"], "presets": kept},
        ],
    )
    screen = signed_in_page("Admin")
    page = screen.page
    with server.client(server.directus_token()) as http:
        (policy,) = http.get("/policies", params={"filter[name][_eq]": "Agent"}).json()["data"]
    screen.go(f"/settings/access/policies/{policy['id']}")

    def open_rule() -> Any:
        page.get_by_role("button", name="Tickets, Create: Custom").click()
        page.get_by_role("menuitem", name="Custom rule…").click()
        return page.get_by_role("dialog").get_by_role("region", name="Preset values")

    presets = open_rule()

    def add(name: str) -> Any:
        presets.get_by_role("button", name="Preset a field").click()
        page.get_by_role("menuitem", name=name, exact=True).click()
        return presets.get_by_role("region", name=name, exact=True)

    state = add("State")
    state.get_by_text("Stays empty.").wait_for()
    state.get_by_role("group").get_by_role("button", name=re.compile("State")).click()
    page.get_by_role("option", name="Open").click()
    add("Weight").get_by_role("textbox").fill("3")
    owner = add("Owner")
    owner.get_by_role("button", name=re.compile("Kind of value: Owner")).click()
    page.get_by_role("option", name="Who saves it").click()
    due = add("Due")
    due.get_by_role("button", name=re.compile("Kind of value: Due")).click()
    page.get_by_role("option", name="Some time after saving").click()
    due.get_by_role("textbox", name="How many").fill("3")
    due.get_by_role("textbox", name="How many").press("Tab")
    presets.get_by_role("region", name="gone").get_by_role("textbox").wait_for()
    add("Title")
    presets.get_by_role("button", name="Preset no value: Title").click()
    screen.checkpoint("presets")

    # its other face says the same, and refuses what is none
    presets.get_by_role("button", name="Edit as JSON").click()
    text = presets.get_by_role("textbox", name="Preset values")
    wanted = {**kept, "state": "open", "weight": 3, "owner": "$CURRENT_USER", "due": "$NOW(+3 days)"}
    assert json.loads(text.input_value()) == wanted
    text.fill("{")
    presets.get_by_text("This is no JSON object.").wait_for()
    assert page.get_by_role("button", name="Apply rule").is_disabled()
    del wanted["gone"]
    text.fill(json.dumps(wanted))
    presets.get_by_role("button", name="Back to the fields").click()
    assert presets.get_by_role("region", name="gone").count() == 0

    rules = page.get_by_role("dialog").get_by_role("region", name="What values must be")
    rules.get_by_text("Only values that match").click()
    rules.get_by_role("button", name="Add a condition").click()
    page.get_by_role("menuitem", name="Title", exact=True).click()
    rules.get_by_role("textbox", name="Value").fill("TICKET")
    screen.checkpoint("validation")
    page.get_by_role("button", name="Apply rule").click()
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("1 change is not saved yet").wait_for(state="detached")

    with server.client(server.directus_token()) as http:
        row = {"filter[policy][_eq]": policy["id"], "filter[action][_eq]": "create"}
        (stored,) = http.get("/permissions", params=row).json()["data"]
        assert stored["presets"] == wanted
        assert stored["validation"] == {"title": {"_icontains": "TICKET"}}
    with server.client(server.directus_token(*people["Agent"])) as http:
        me = http.get("/users/me").json()["data"]
        refused = http.post("/items/tickets", json={"title": "Something"})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["extensions"]["field"] == "title"
        made = http.post("/items/tickets", json={"title": "Ticket 1"}).json()["data"]
        assert (made["state"], made["weight"], made["owner"]) == ("open", 3, me["id"])
        assert (made["labels"], made["sign"]) == (["new"], me["email"])
        assert made["due"] == (datetime.now(UTC) + timedelta(days=3)).date().isoformat()

    # opened and applied again, on a phone, nothing is lost and nothing has changed
    page.set_viewport_size(PHONE)
    open_rule().get_by_role("button", name="Preset a field").scroll_into_view_if_needed()
    screen.checkpoint("presets on a phone")
    page.get_by_role("button", name="Apply rule").click()
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.get_by_text("not saved yet").count() == 0


def test_a_policy_on_a_phone_is_a_card_for_each_collection(server: Server, signed_in_page: NewScreen) -> None:
    with server.client(server.directus_token()) as http:
        policy = http.post("/policies", json={"name": "Phones"}).json()["data"]["id"]
    screen = signed_in_page("Admin", viewport=PHONE, has_touch=True)
    page = screen.page
    screen.go(f"/settings/access/policies/{policy}")
    card = page.get_by_role("list", name="What it allows").get_by_role("listitem").filter(has_text="articles")
    expect(card.get_by_role("button", name="Articles, Read: None")).to_have_text("None")
    card.get_by_role("button", name="Articles, Read: None").tap()
    page.get_by_role("menuitem", name="All", exact=True).tap()
    card.get_by_role("button", name="Articles, Read: All").wait_for()
    assert page.get_by_role("grid").count() == 0
    for button in card.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 44
    assert page.evaluate(_SIDEWAYS_WITHIN) == 0
    page.get_by_text("1 change is not saved yet").wait_for()
    screen.checkpoint("policy on a phone")
    screen.wear("dark", "more")
    screen.checkpoint("policy on a phone, dark")
    page.get_by_role("button", name="Discard").tap()


def test_the_last_admin_stays(server: Server, signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/settings/access")
    page.get_by_role("region", name="Policies").get_by_role("link", name=re.compile("Administrator")).click()
    page.get_by_text("May do everything").click()
    screen.allow("/policies/", 422)
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("alert").get_by_text(re.compile("Somebody must be left who may do everything")).wait_for()
    screen.checkpoint("last admin")


def test_roles_have_what_those_above_have(server: Server, signed_in_page: NewScreen) -> None:
    with server.client(server.directus_token()) as http:
        policy = http.post("/policies", json={"name": "Readers", "app_access": True}).json()["data"]["id"]
        above = http.post("/roles", json={"name": "Staff", "policies": [{"policy": policy}]}).json()["data"]["id"]
        below = http.post("/roles", json={"name": "Interns", "parent": above}).json()["data"]["id"]
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/settings/access")
    page.get_by_role("link", name=re.compile("Interns.*and what “Staff” has")).click()
    page.get_by_text("by the role Staff").wait_for()
    assert page.get_by_role("button", name="Save changes").is_disabled()
    screen.checkpoint("role below another")
    screen.go(f"/settings/access/roles/{above}")
    page.get_by_role("button", name=re.compile("Belongs to")).click()
    page.get_by_role("option", name="No other role").wait_for()
    assert page.get_by_role("option", name="Interns").count() == 0
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Name").fill("Everybody here")
    page.get_by_role("link", name="Back to access").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Leave").click()
    page.get_by_role("heading", name="Access", exact=True, level=1).wait_for()
    with server.client(server.directus_token()) as http:
        assert http.get(f"/roles/{above}").json()["data"]["name"] == "Staff"
        assert http.request("DELETE", "/roles", json=[below, above]).status_code == 204
        assert http.delete(f"/policies/{policy}").status_code == 204


def test_the_check_says_why_and_view_as_shows_what_the_person_sees(
    server: Server, editor: tuple[Screen, str], signed_in_page: NewScreen, people: dict[str, tuple[str, str]]
) -> None:
    """Journey 20. The check names policy and rule; the studio as somebody shows what that person sees."""
    theirs, mine = editor
    screen = signed_in_page("Admin")
    page = screen.page
    email = people["Editor"][0]
    with server.client(server.directus_token()) as http:
        (who,) = http.get("/users", params={"filter[email][_eq]": email, "fields": "id"}).json()["data"]
        rule = {"collection": "invoices", "action": "read", "fields": ["id", "title"]}
        (policy,) = http.get("/policies", params={"filter[name][_eq]": "Editor"}).json()["data"]
        rule |= {"policy": policy["id"], "permissions": {"status": {"_eq": "open"}}}
        assert http.post("/permissions", json=rule).status_code == 200
        rows = [{"title": f"Invoice {n}", "status": "open" if n % 3 else "paid"} for n in range(1, 13)]
        assert http.post("/items/invoices", json=rows).status_code == 200
    for item, verdict, applies in ((mine, "Editor: yes", "applies"), ("2", "Editor: no", "does not apply")):
        screen.go(f"/settings/access/check?user={who['id']}&collection=articles&action=update&item={item}")
        page.get_by_text(verdict, exact=True).wait_for()
        page.get_by_text(applies, exact=True).wait_for()
        reasons = page.get_by_role("region", name="Permissions that count")
        card = reasons.get_by_role("heading", name="Policy “Editor”").locator("xpath=../..")
        expect(card).to_contain_text("Author is $CURRENT_USER")
        expect(card).to_contain_text("Fields: Title")
        screen.checkpoint(f"check {applies}")

    screen.go(f"/settings/access/policies/{policy['id']}")
    page.get_by_role("button", name="Try as…").click()
    drawer = page.get_by_role("dialog", name="What a person may do")
    drawer.get_by_role("combobox", name="Person").fill("Editor")
    page.get_by_role("option", name=re.compile("Editor")).click()
    drawer.get_by_text("can read 8 of 12").wait_for()
    drawer.get_by_text("can read 7 of 7").wait_for()
    screen.checkpoint("try as")
    with server.client(server.directus_token(*people["Editor"])) as http:
        seen = {
            name: int(http.get(f"/items/{name}", params={"aggregate[count]": "*"}).json()["data"][0]["count"])
            for name in ("articles", "invoices")
        }
    assert seen == {"articles": 7, "invoices": 8}

    drawer.get_by_role("button", name="View as").click()
    page.get_by_text(re.compile("You see everything as Editor does")).wait_for()
    screen.go("/content/invoices")
    page.get_by_text("Invoice 1", exact=True).wait_for()
    page.get_by_text(re.compile("^8 rows")).wait_for()
    assert page.get_by_text("Invoice 3", exact=True).count() == 0
    assert page.get_by_role("link", name="Settings").count() == 0
    assert "canary" not in page.content()
    screen.checkpoint("view as")
    for name, count in seen.items():
        for one in (screen, theirs):
            one.go(f"/content/{name}")
            one.page.get_by_text(re.compile(f"^{count} rows")).wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("heading", name="Access", exact=True, level=1).wait_for()
    assert page.get_by_text(re.compile("You see everything as")).count() == 0


def test_people_are_found_changed_and_suspended(server: Server, signed_in_page: NewScreen) -> None:
    signed_in_page("Editor", EDITOR)
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/people")
    page.get_by_role("searchbox", name="Search people").fill("editor@")
    page.get_by_role("link", name=re.compile("editor@example.com")).click()
    page.get_by_role("heading", name="Editor").wait_for()
    page.get_by_role("textbox", name="Last name").fill("Chief")
    page.get_by_role("button", name=re.compile("Status")).click()
    page.get_by_role("option", name="Suspended").click()
    screen.checkpoint("person")
    page.get_by_role("button", name="Save person").click()
    page.get_by_role("heading", name="Editor Chief").wait_for()
    with server.client(server.directus_token()) as http:
        (row,) = http.get("/users", params={"filter[last_name][_eq]": "Chief"}).json()["data"]
        assert row["status"] == "suspended"
        assert http.patch(f"/users/{row['id']}", json={"status": "active", "last_name": None}).status_code == 200
