"""Every kind of relation made in the studio: what the review says, what is there afterwards, editing, and removal."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.servers import Server
from tests.studio.conftest import NewScreen
from tests.studio.harness import Screen
from tests.studio.test_schema import api, make


def collection(server: Server, name: str, *names: str) -> None:
    make(server, name, "name")
    api(server, "PATCH", f"/collections/{name}", {"meta": {"display_template": "{{name}}"}})
    for one in names:
        api(server, "POST", f"/items/{name}", {"name": one})


def add(screen: Screen, owner: str, kind: str, label: str) -> None:
    """Open the drawer of a new field of a kind, with its name typed."""
    page = screen.page
    screen.go(f"/develop/schema/{owner}")
    page.get_by_role("button", name="Field", exact=True).click()
    page.get_by_role("searchbox", name="Search kinds of fields").fill(kind)
    page.get_by_role("menuitem", name=kind, exact=True).click()
    name = page.get_by_role("textbox", name=f"Name of the field ({kind})")
    name.and_(page.locator(":focus")).wait_for()
    name.fill(label)


def lead_to(screen: Screen, target: str, how_many: str | None = None) -> None:
    page = screen.page
    if how_many:
        page.get_by_role("button", name=re.compile("How many")).click()
        page.get_by_role("option", name=how_many, exact=True).click()
    box = page.get_by_role("combobox", name="Linked collection")
    box.fill(target)
    page.get_by_role("option", name=target, exact=True).click()


def shown_as(screen: Screen, name: str) -> None:
    screen.page.get_by_role("textbox", name="Name of the field at the other side").fill(name)


def review(screen: Screen, *statements: str, checkpoint: str | None = None) -> None:
    """Look at the review, find the statements in it, and apply."""
    page = screen.page
    done = page.get_by_role("button", name="Done")
    if done.count():
        done.click()
    page.get_by_role("button", name="Review").click()
    dialog = page.get_by_role("dialog", name=re.compile("Review"))
    dialog.get_by_role("button", name="Apply changes").wait_for()
    for statement in statements:
        dialog.get_by_text(re.compile(statement)).first.wait_for()
    if checkpoint:
        screen.checkpoint(checkpoint)
    sure = dialog.get_by_text("I know that this can't be undone")
    # the plan says which of the two it is
    dialog.get_by_role("button", name="Apply changes", disabled=False).or_(sure).first.wait_for()
    if sure.count():
        sure.click()
    dialog.get_by_role("button", name="Apply changes").click()
    page.get_by_text(re.compile(r"changes? (was|were) applied")).wait_for()


def remove(screen: Screen, owner: str, label: str, *, thorough: str | None = None) -> None:
    page = screen.page
    screen.go(f"/develop/schema/{owner}")
    page.get_by_role("button", name=f"Actions for {label}").click()
    page.get_by_role("menuitem", name="Delete").click()
    if thorough:
        page.get_by_text(f"Also delete the {thorough}").click()


def save(screen: Screen) -> None:
    screen.page.keyboard.press("Control+s")
    screen.page.get_by_text("Saved", exact=True).last.wait_for()


def names(server: Server, owner: str) -> set[str]:
    return {field["field"] for field in api(server, "GET", f"/fields/{owner}")}


def column(server: Server, owner: str, name: str) -> dict[str, Any]:
    return api(server, "GET", f"/fields/{owner}/{name}")["schema"]


def relation(server: Server, owner: str, name: str) -> dict[str, Any]:
    return api(server, "GET", f"/relations/{owner}/{name}")


def collections(server: Server) -> set[str]:
    return {one["collection"] for one in api(server, "GET", "/collections")}


def pick(screen: Screen, group: str, item: str) -> None:
    """Add an item that is there to a list of links."""
    page = screen.page
    page.get_by_role("group", name=group, exact=True).get_by_role("button", name="Add existing").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(item, exact=True).click()
    dialog.get_by_role("button", name=re.compile("^Add")).click()


def test_many_to_one_and_one_to_one(server: Server, signed_in_page: NewScreen) -> None:
    collection(server, "writers", "Mia", "Tom")
    collection(server, "novels", "First")
    screen = signed_in_page("Admin")
    page = screen.page
    add(screen, "novels", "Link", "writer")
    lead_to(screen, "Writers")
    page.get_by_text("Refuse while this item links to it").click()
    screen.checkpoint("relation-m2o-drawer")
    review(screen, r'REFERENCES "writers"', "CREATE INDEX", checkpoint="relation-m2o-review")
    found = column(server, "novels", "writer")
    assert (found["foreign_key_table"], found["is_indexed"], found["is_unique"]) == ("writers", True, False)
    made = relation(server, "novels", "writer")
    assert (made["schema"]["on_delete"], made["meta"]["one_field"]) == ("RESTRICT", "novels")

    screen.go("/content/novels/1")
    page.get_by_role("button", name="Writer Choose: Writers").click()
    page.get_by_role("option", name="Tom").click()
    save(screen)
    assert api(server, "GET", "/items/writers/2?fields=novels.name") == {"novels": [{"name": "First"}]}

    # the other side says the same in its own words, and changes it
    screen.go("/develop/schema/writers?field=novels")
    page.get_by_text("When an item of this collection is deleted").wait_for()
    page.get_by_text("Delete the items linked to it too").click()
    review(screen, "CASCADE")
    assert relation(server, "novels", "writer")["schema"]["on_delete"] == "CASCADE"

    remove(screen, "novels", "Writer")
    review(screen, r'DROP COLUMN "writer"|novels')
    assert names(server, "novels") == {"id", "name"}
    assert names(server, "writers") == {"id", "name"}

    add(screen, "novels", "Link", "author")
    lead_to(screen, "Writers", "one of its own")
    review(screen, "UNIQUE")
    assert column(server, "novels", "author")["is_unique"] is True
    api(server, "PATCH", "/items/novels/1", {"author": 1})
    with server.client(server.directus_token()) as client:
        assert client.post("/items/novels", json={"author": 1}).status_code == 400


def test_one_to_many_and_a_tree(server: Server, signed_in_page: NewScreen) -> None:
    collection(server, "albums", "Blue")
    collection(server, "songs", "One", "Two")
    screen = signed_in_page("Admin")
    page = screen.page
    add(screen, "albums", "List of links", "tracks")
    lead_to(screen, "Songs")
    shown_as(screen, "album")
    review(screen, 'ADD COLUMN "album"', 'REFERENCES "albums"')
    found = column(server, "songs", "album")
    assert (found["foreign_key_table"], found["is_indexed"]) == ("albums", True)
    assert relation(server, "songs", "album")["meta"]["one_field"] == "tracks"
    screen.go("/content/albums/1")
    pick(screen, "Tracks", "Two")
    save(screen)
    assert api(server, "GET", "/items/songs?fields=name,album&sort=id") == [
        {"name": "One", "album": None},
        {"name": "Two", "album": 1},
    ]
    # without a word about its column the links stay
    remove(screen, "albums", "Tracks")
    page.get_by_text("is not shown any more; its links stay").wait_for()
    screen.checkpoint("relation-o2m-removed")
    review(screen)
    assert "tracks" not in names(server, "albums")
    assert relation(server, "songs", "album")["meta"]["one_field"] is None

    add(screen, "songs", "Tree", "Variants")
    page.get_by_role("textbox", name="Name of the field that leads up").fill("original")
    screen.checkpoint("relation-tree")
    review(screen, 'ADD COLUMN "original"', 'REFERENCES "songs"')
    screen.go("/content/songs/1")
    pick(screen, "Variants", "Two")
    save(screen)
    assert api(server, "GET", "/items/songs/2?fields=original.name") == {"original": {"name": "One"}}
    # as another dashboard stored it
    api(server, "PATCH", "/fields/songs/variants", {"meta": {"interface": "list-o2m-tree-view"}})
    screen.go("/content/songs/1")
    page.get_by_role("group", name="Variants", exact=True).get_by_text("Two").wait_for()
    assert page.get_by_text("is not installed").count() == 0
    remove(screen, "songs", "Variants", thorough="column")
    review(screen, "original")
    assert names(server, "songs") == {"id", "name", "album"}


def test_many_to_many_with_a_new_table_and_one_that_is_there(server: Server, signed_in_page: NewScreen) -> None:
    collection(server, "posts", "Hello")
    collection(server, "labels", "red", "blue")
    screen = signed_in_page("Admin")
    page = screen.page
    add(screen, "posts", "Link", "labels")
    lead_to(screen, "Labels", "many")
    review(screen, 'CREATE TABLE "posts_labels"', checkpoint="relation-m2m-review")
    assert column(server, "posts_labels", "posts_id")["foreign_key_table"] == "posts"
    assert column(server, "posts_labels", "labels_id")["foreign_key_table"] == "labels"
    assert "posts" in names(server, "labels")
    screen.go("/content/posts/1")
    pick(screen, "Labels", "blue")
    save(screen)
    assert api(server, "GET", "/items/labels/2?fields=posts.posts_id.name") == {
        "posts": [{"posts_id": {"name": "Hello"}}]
    }

    # only what shows the links goes; they are there for the next field
    remove(screen, "posts", "Labels")
    review(screen)
    remove(screen, "labels", "Posts")
    review(screen)
    assert "posts_labels" in collections(server)
    add(screen, "posts", "Link", "tags")
    lead_to(screen, "Labels", "many")
    page.get_by_role("button", name=re.compile("Links are kept in")).click()
    page.get_by_role("option", name="posts_labels (posts_id → labels_id)").click()
    screen.checkpoint("relation-m2m-existing")
    review(screen)
    assert api(server, "GET", "/items/posts/1?fields=tags.labels_id.name") == {
        "tags": [{"labels_id": {"name": "blue"}}]
    }
    assert relation(server, "posts_labels", "posts_id")["meta"]["junction_field"] == "labels_id"
    remove(screen, "posts", "Tags", thorough="table")
    screen.checkpoint("relation-m2m-removed")
    review(screen, 'DROP TABLE "posts_labels"')
    assert "posts_labels" not in collections(server)
    assert names(server, "labels") == {"id", "name"}
    assert not [one for one in api(server, "GET", "/relations") if one["collection"] == "posts_labels"]


def test_links_of_a_collection_to_itself(server: Server, signed_in_page: NewScreen) -> None:
    collection(server, "plants", "Fern", "Moss")
    screen = signed_in_page("Admin")
    add(screen, "plants", "Link", "neighbours")
    lead_to(screen, "Plants", "many")
    shown_as(screen, "neighbour_of")
    review(screen, 'CREATE TABLE "plants_plants"')
    screen.go("/content/plants/1")
    pick(screen, "Neighbours", "Moss")
    save(screen)
    shown = api(server, "GET", "/items/plants/2?fields=neighbour_of.plants_id.name,neighbours.id")
    assert shown == {"neighbour_of": [{"plants_id": {"name": "Fern"}}], "neighbours": []}
    remove(screen, "plants", "Neighbours", thorough="table")
    review(screen)
    assert names(server, "plants") == {"id", "name"}


def test_links_to_any_of_several_collections(server: Server, signed_in_page: NewScreen) -> None:
    collection(server, "pages", "Start")
    collection(server, "heroes", "Big")
    collection(server, "quotes", "Wise")
    screen = signed_in_page("Admin")
    page = screen.page
    add(screen, "pages", "Link to many types", "blocks")
    for one in ("Heroes", "Quotes"):
        page.get_by_role("checkbox", name=one, exact=True).check(force=True)
    review(screen, 'CREATE TABLE "pages_blocks"')
    assert relation(server, "pages_blocks", "item")["meta"]["one_allowed_collections"] == ["heroes", "quotes"]
    screen.go("/content/pages/1")
    blocks = page.get_by_role("group", name="Blocks", exact=True)
    blocks.get_by_role("button", name="Add existing").click()
    page.get_by_role("menuitem", name="Quotes").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Wise", exact=True).click()
    dialog.get_by_role("button", name=re.compile("^Add")).click()
    save(screen)
    assert api(server, "GET", "/items/pages/1?fields=blocks.collection,blocks.item:quotes.name") == {
        "blocks": [{"collection": "quotes", "item": {"name": "Wise"}}]
    }
    remove(screen, "pages", "Blocks", thorough="table")
    review(screen, 'DROP TABLE "pages_blocks"')
    assert "pages_blocks" not in collections(server)


def test_translations_made_and_removed(server: Server, signed_in_page: NewScreen) -> None:
    collection(server, "dishes", "Soup")
    screen = signed_in_page("Admin")
    page = screen.page
    add(screen, "dishes", "Translations", "translations")
    page.get_by_role("textbox", name=re.compile("translated", re.IGNORECASE)).fill("Title")
    review(screen, 'CREATE TABLE "dishes_translations"')
    assert {one["code"] for one in api(server, "GET", "/items/languages")} >= {"en-US", "de-DE"}
    screen.go("/content/dishes/1")
    page.get_by_role("region", name="English").get_by_role("textbox", name="Title").fill("Hot soup")
    save(screen)
    assert api(server, "GET", "/items/dishes/1?fields=translations.languages_code,translations.title") == {
        "translations": [{"languages_code": "en-US", "title": "Hot soup"}]
    }
    remove(screen, "dishes", "Translations", thorough="table")
    review(screen, 'DROP TABLE "dishes_translations"')
    assert "dishes_translations" not in collections(server)
    assert "languages" in collections(server)


@pytest.mark.parametrize(("kind", "interface"), [("File", "file"), ("Image", "file-image"), ("Person", None)])
def test_files_and_people(server: Server, signed_in_page: NewScreen, kind: str, interface: str | None) -> None:
    owner = f"of_{kind.lower()}"
    collection(server, owner, "One")
    screen = signed_in_page("Admin")
    page = screen.page
    add(screen, owner, kind, "held")
    review(screen, "REFERENCES")
    found = api(server, "GET", f"/fields/{owner}/held")
    assert found["meta"]["interface"] == (interface or "select-dropdown-m2o")
    target = "directus_users" if kind == "Person" else "directus_files"
    assert relation(server, owner, "held")["related_collection"] == target
    assert found["schema"]["is_indexed"] is True
    screen.go(f"/content/{owner}/1")
    page.get_by_role("group", name="Held", exact=True).or_(page.get_by_role("combobox", name="Held")).first.wait_for()
    remove(screen, owner, "Held")
    review(screen, "held")
    assert names(server, owner) == {"id", "name"}
    assert not [one for one in api(server, "GET", "/relations") if one["collection"] == owner]


def test_several_files(server: Server, signed_in_page: NewScreen) -> None:
    collection(server, "trips", "Alps")
    screen = signed_in_page("Admin")
    add(screen, "trips", "Files", "photos")
    review(screen, 'CREATE TABLE "trips_photos"')
    assert relation(server, "trips_photos", "directus_files_id")["related_collection"] == "directus_files"
    screen.go("/content/trips/1")
    screen.page.get_by_role("group", name="Photos", exact=True).wait_for()
    remove(screen, "trips", "Photos", thorough="table")
    review(screen, 'DROP TABLE "trips_photos"')
    assert "trips_photos" not in collections(server)


def test_a_table_with_a_key_of_two_columns_says_why_nothing_links_to_it(
    server: Server, signed_in_page: NewScreen
) -> None:
    collection(server, "guests", "Mia")
    with server.client(server.pocketbase_token()) as client:
        query = "CREATE TABLE seats (row integer, number integer, note text, PRIMARY KEY (row, number))"
        assert client.post("/api/sql", json={"query": query}).status_code == 200
    api(server, "PATCH", "/collections", [{"collection": "seats", "meta": {}}])
    screen = signed_in_page("Admin")
    page = screen.page
    add(screen, "guests", "Link", "seat")
    lead_to(screen, "Seats")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Review").click()
    page.get_by_text("“seats” has no single key that a link could hold").wait_for()
    screen.checkpoint("relation-composite")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Discard").click()
    # and from its own side: lists of links need a key to hold, too
    add(screen, "seats", "List of links", "guests")
    lead_to(screen, "Guests")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Review").click()
    page.get_by_text("“seats” has no single key that a link could hold").wait_for()
