"""Journeys 19 and 20: an editor's world, a policy made by clicks, the check of access, and looking as somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen

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
]
EDITOR = [
    {"collection": "articles", "action": "read", "fields": ["id", "title", "status"], "permissions": None},
    {
        "collection": "articles",
        "action": "update",
        "fields": ["title"],
        "permissions": {"status": {"_eq": "draft"}},
    },
]


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


@pytest.mark.smoke
def test_an_editor_s_world(server: Server, signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Editor", EDITOR)
    page = screen.page
    screen.go("/home")
    rail = page.get_by_role("navigation", name="Modules")
    rail.get_by_role("link", name="Content").wait_for()
    assert rail.get_by_role("link", name="Settings").count() == 0
    assert rail.get_by_role("link", name="Develop").count() == 0
    screen.checkpoint("editor home")
    screen.go("/content/articles")
    page.get_by_text("Article 1", exact=True).wait_for()
    assert "canary" not in page.content()
    assert page.get_by_role("link", name="Invoices").count() == 0
    screen.checkpoint("editor list")
    screen.go("/settings/access")
    page.get_by_text("You can't see “Settings”").wait_for()
    screen.checkpoint("editor refused")


@pytest.mark.smoke
def test_a_policy_by_clicks_is_what_holds(server: Server, signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/settings/access")
    page.get_by_role("button", name="New policy").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Proofreaders")
    screen.checkpoint("new policy")
    page.get_by_role("button", name="Create policy").click()
    page.get_by_role("heading", name="Proofreaders").wait_for()

    page.get_by_role("button", name="Articles, Read: None").click()
    page.get_by_role("menuitem", name="All", exact=True).click()
    page.get_by_role("button", name="Articles, Update: None").click()
    page.get_by_role("menuitem", name="Custom rule…").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("checkbox", name="All fields, new ones too").uncheck(force=True)
    drawer.get_by_role("checkbox", name="Title").check(force=True)
    screen.checkpoint("rule drawer")
    drawer.get_by_role("button", name="Apply rule").click()
    page.get_by_role("button", name="Articles, Update: Custom").wait_for()
    page.get_by_text("2 changes are not saved yet").wait_for()
    screen.checkpoint("policy changed")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("2 changes are not saved yet").wait_for(state="detached")

    with server.client(server.directus_token()) as http:
        rows = http.get("/permissions", params={"filter[policy][name][_eq]": "Proofreaders"}).json()["data"]
        stored = {row["action"]: row["fields"] for row in rows if row.get("policy")}
        assert stored == {"read": ["*"], "update": ["title"]}


def test_the_check_says_why_and_view_as_shows_it(
    server: Server, signed_in_page: NewScreen, people: dict[str, tuple[str, str]]
) -> None:
    signed_in_page("Editor", EDITOR)
    screen = signed_in_page("Admin")
    page = screen.page
    with server.client(server.directus_token()) as http:
        email = people["Editor"][0]
        (editor,) = http.get("/users", params={"filter[email][_eq]": email, "fields": "id"}).json()["data"]
    for item, verdict, applies in (("1", "Editor: yes", "applies"), ("2", "Editor: no", "does not apply")):
        screen.go(f"/settings/access/check?user={editor['id']}&collection=articles&action=update&item={item}")
        page.get_by_text(verdict, exact=True).wait_for()
        page.get_by_text(applies, exact=True).wait_for()
        page.get_by_role("heading", name="Policy “Editor”").wait_for()
        screen.checkpoint(f"check {item}")
    page.get_by_role("button", name="View as").click()
    page.get_by_text(re.compile("You see everything as Editor does")).wait_for()
    screen.go("/content/articles")
    page.get_by_text("Article 2", exact=True).wait_for()
    assert page.get_by_role("link", name="Settings").count() == 0
    assert "canary" not in page.content()
    screen.checkpoint("view as")
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
