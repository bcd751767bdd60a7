"""The page of an item: forms, linked items in one save, order, two people at once, drafts, translations."""

from __future__ import annotations

import base64
import json
import re
import statistics
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, expect

from tests.servers import Server, eventually
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE, Screen

ID = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
STATUS = [{"text": "Draft", "value": "draft"}, {"text": "Published", "value": "published"}]


def column(name: str, kind: str = "string", interface: str | None = None, **meta: Any) -> dict[str, Any]:
    schema = meta.pop("schema", {})
    return {
        "field": name,
        "type": kind,
        "schema": None if kind == "alias" else schema,
        "meta": {"interface": interface, **meta},
    }


def link(interface: str, special: str, name: str, kind: str = "alias", **meta: Any) -> dict[str, Any]:
    return column(name, kind, interface, special=[special], **meta)


COLLECTIONS: list[tuple[str, dict[str, Any], list[dict[str, Any]]]] = [
    ("organisations", {"display_template": "{{name}}"}, [column("name"), column("city")]),
    (
        "authors",
        {"display_template": "{{name}}"},
        [
            column("name", required=True),
            column("email"),
            link("select-dropdown-m2o", "m2o", "organisation", "integer"),
            link("list-o2m", "o2m", "articles"),
        ],
    ),
    ("tags", {"display_template": "{{name}}"}, [column("name")]),
    (
        "articles_tags",
        {"hidden": True},
        [column("articles_id", "integer"), column("tags_id", "integer"), column("sort", "integer")],
    ),
    (
        "languages",
        {"display_template": "{{name}}"},
        [{**column("code"), "schema": {"is_primary_key": True}}, column("name"), column("direction")],
    ),
    (
        "articles_translations",
        {"hidden": True},
        [
            column("articles_id", "integer", hidden=True),
            column("languages_code", hidden=True),
            column("headline", interface="input"),
        ],
    ),
    (
        "articles",
        {"display_template": "{{title}}"},
        [
            column(
                "status", options={"choices": STATUS}, interface="select-dropdown", schema={"default_value": "draft"}
            ),
            column("title", required=True),
            column("slug", schema={"is_unique": True}),
            column("body", "text", "input-rich-text-html"),
            column("keywords", "json", "tags", special=["cast-json"]),
            column("views", "bigInteger"),
            link("select-dropdown-m2o", "m2o", "author", "integer"),
            link("file-image", "file", "picture", "uuid"),
            link("list-m2m", "m2m", "tags"),
            link(
                "translations",
                "translations",
                "translations",
                options={"languageField": "name", "languageDirectionField": "direction", "defaultLanguage": "en"},
            ),
        ],
    ),
]
COLLECTIONS += [
    (
        "chapters",
        {"display_template": "{{name}}"},
        [column("name"), column("story", "integer"), column("sort", "integer")],
    ),
    ("stories_tags", {"hidden": True}, [column("stories_id", "integer"), column("tags_id", "integer")]),
    (
        "stories",
        {"display_template": "{{title}}", "versioning": True},
        [
            column("title"),
            column("text", "text", "input-multiline"),
            link("list-o2m", "o2m", "chapters"),
            link("list-m2m", "m2m", "tags"),
        ],
    ),
]
CHOICES = [
    {"text": "Red one", "value": "red"},
    {"text": "Blue one", "value": "blue"},
    {"text": "Green", "value": "green"},
]
COLLECTIONS += [
    (
        "everything",
        {"display_template": "{{line}}"},
        [
            column("line", interface="input"),
            column("whole", "integer", "input", options={"min": 1, "max": 10}),
            column("big", "bigInteger", "input"),
            column("fraction", "float", "input"),
            column("price", "decimal", "input", schema={"numeric_precision": 10, "numeric_scale": 2}),
            column("mark", "uuid", "input"),
            column("lines", "text", "input-multiline"),
            column("html", "text", "input-rich-text-html"),
            column("markdown", "text", "input-rich-text-md"),
            column("code", "json", "input-code", special=["cast-json"]),
            column("words", "csv", "tags", special=["cast-csv"]),
            column("labels", "json", "tags", special=["cast-json"]),
            column("level", "integer", "slider", options={"minValue": 0, "maxValue": 10}),
            column("on", "boolean", "boolean", special=["cast-boolean"]),
            column("day", "date", "datetime"),
            column("clock", "time", "datetime", options={"includeSeconds": True}),
            column("local", "dateTime", "datetime", options={"includeSeconds": True}),
            column("moment", "timestamp", "datetime", options={"includeSeconds": True}),
            column("colour", interface="select-color"),
            column("icon", interface="select-icon"),
            column("choice", interface="select-dropdown", options={"choices": CHOICES}),
            column("radio", interface="select-radio", options={"choices": CHOICES}),
            column("many", "json", "select-multiple-dropdown", special=["cast-json"], options={"choices": CHOICES}),
            column("boxes", "csv", "select-multiple-checkbox", special=["cast-csv"], options={"choices": CHOICES}),
            column(
                "rows",
                "json",
                "list",
                special=["cast-json"],
                options={
                    "fields": [{"field": "name", "name": "Name", "type": "string", "meta": {"interface": "input"}}]
                },
            ),
            column("secret", "hash", "input-hash", special=["hash"]),
            column("needed", required=True, schema={"default_value": "given"}),
            column("single", schema={"is_unique": True}),
            column(
                "pattern",
                validation={"_and": [{"pattern": {"_regex": "^[a-z]+$"}}]},
                validation_message="Small letters only",
            ),
        ],
    ),
    ("site", {"singleton": True}, [column("name"), column("claim")]),
]
RELATIONS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("authors", "organisation", "organisations", {}),
    ("articles", "author", "authors", {"one_field": "articles"}),
    ("articles", "picture", "directus_files", {}),
    (
        "articles_tags",
        "articles_id",
        "articles",
        {"one_field": "tags", "junction_field": "tags_id", "sort_field": "sort", "one_deselect_action": "delete"},
    ),
    ("articles_tags", "tags_id", "tags", {"junction_field": "articles_id"}),
    (
        "articles_translations",
        "articles_id",
        "articles",
        {"one_field": "translations", "junction_field": "languages_code"},
    ),
    ("articles_translations", "languages_code", "languages", {"junction_field": "articles_id"}),
    ("chapters", "story", "stories", {"one_field": "chapters", "sort_field": "sort"}),
    ("stories_tags", "stories_id", "stories", {"one_field": "tags", "junction_field": "tags_id"}),
    ("stories_tags", "tags_id", "tags", {"junction_field": "stories_id"}),
]


class Api:
    """The server as a superuser sees it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.token = server.directus_token()

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        params = {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in query.items()}
        with self.server.client(self.token) as http:
            answer = http.request(method, path, json=body, params=params)
        assert answer.status_code in (200, 204), answer.text
        return answer.json()["data"] if answer.content else None

    def item(self, collection: str, key: Any, fields: str = "*") -> dict[str, Any]:
        return self("GET", f"/items/{collection}/{key}", fields=fields)


@pytest.fixture(scope="module")
def api(server: Server) -> Api:
    """A magazine: articles by authors of organisations, with tags in an order and in three languages."""
    api = Api(server)
    for name, meta, fields in COLLECTIONS:
        own = [] if any(field["schema"] and field["schema"].get("is_primary_key") for field in fields) else [ID]
        api("POST", "/collections", {"collection": name, "schema": {}, "meta": meta, "fields": [*own, *fields]})
    for collection, field, related, meta in RELATIONS:
        api(
            "POST",
            "/relations",
            {"collection": collection, "field": field, "related_collection": related, "meta": meta},
        )
    api("POST", "/items/organisations", [{"name": "Analytical Society", "city": "London"}])
    api("POST", "/items/authors", [{"name": "Ada", "organisation": 1}, {"name": "Grace"}])
    api("POST", "/items/tags", [{"name": f"Tag {number:02d}"} for number in range(1, 61)])
    languages = [("en", "English", "ltr"), ("de", "German", "ltr"), ("ar", "Arabic", "rtl")]
    api("POST", "/items/languages", [{"code": c, "name": n, "direction": d} for c, n, d in languages])
    return api


def article(api: Api, title: str, **values: Any) -> int:
    return api("POST", "/items/articles", {"title": title, **values})["id"]


def box(screen: Screen, name: str) -> Any:
    return screen.page.get_by_role("textbox", name=name, exact=True)


def save(screen: Screen, verb: str) -> None:
    screen.page.get_by_role("button", name=verb, exact=True).click()
    screen.page.get_by_text("Saved", exact=True).last.wait_for()


@pytest.mark.smoke
def test_an_article_with_an_author_made_beside_it_is_one_save(
    api: Api, signed_in_page: NewScreen, tmp_path: Path
) -> None:
    """Journey 5. An article with rich text, tags, a dropped picture and an author made beside it is published by one
    save.
    """
    (tmp_path / "harbour.png").write_bytes(base64.b64decode(PNG))
    screen = signed_in_page()
    page = screen.page
    screen.go("/content/articles/new")
    box(screen, "Title").fill("Hello")
    assert box(screen, "Title").evaluate("one => one === document.activeElement")
    body = box(screen, "Body")
    body.click()
    page.keyboard.type("A start")
    page.get_by_role("combobox", name="Keywords").fill("alpha,beta,")
    box(screen, "Views").fill("9007199254740993")
    page.get_by_role("button", name="Create: Authors").click()
    drawer = page.get_by_role("dialog", name="New: Authors")
    drawer.get_by_role("textbox", name="Name", exact=True).fill("Barbara")
    screen.checkpoint("item-author-drawer")
    drawer.get_by_role("button", name="Apply").click()
    picture = page.get_by_role("group", name="Picture", exact=True)
    drop(screen, picture.locator("[data-control]"), tmp_path / "harbour.png")
    picture.get_by_role("button", name="Download Harbour").wait_for()
    picture.get_by_role("button", name="Edit Harbour").click()
    about = page.get_by_role("dialog", name="Harbour")
    about.get_by_role("textbox", name="Description", exact=True).fill("Boats in the fog")
    about.get_by_role("button", name="Apply").click()
    page.get_by_role("group", name="Status", exact=True).get_by_role("button", name="Draft").click()
    page.get_by_role("option", name="Published").click()
    saves: list[str] = []
    page.on("request", lambda sent: saves.append(sent.url) if sent.method in ("POST", "PATCH") else None)
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url(re.compile(r"/content/articles/\d+$"))
    page.get_by_role("heading", name="Hello").wait_for()
    assert len([url for url in saves if "/items/" in url]) == 1
    expect(page.get_by_role("banner").or_(page.locator("header")).get_by_text("Published", exact=True)).to_be_visible()
    thumbnail = picture.get_by_role("img", name="Boats in the fog", exact=True)
    expect(thumbnail).not_to_have_js_property("naturalWidth", 0)
    screen.checkpoint("item-saved")
    key = page.url.rsplit("/", 1)[1]
    made = api.item("articles", key, "title,status,body,keywords,views,author.name,picture.title,picture.description")
    assert made["picture"] == {"title": "Harbour", "description": "Boats in the fog"}
    assert made["author"] == {"name": "Barbara"}
    assert made["body"] == "<p>A start</p>"
    assert (made["status"], made["keywords"]) == ("published", ["alpha", "beta"])
    assert str(made["views"]) == "9007199254740993"


def test_a_changed_article_is_published_in_three_clicks(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 5, its goal: from the list, at most three clicks until a changed article is what everybody sees."""
    fresh, known = article(api, "Clicked draft"), article(api, "Clicked known", status="published")
    screen = signed_in_page()
    page = screen.page
    page.add_init_script(CLICKS)
    clicks = lambda: int(page.evaluate("sessionStorage.getItem('clicks') ?? 0"))  # noqa: E731
    screen.go('/content/articles?q="Clicked"&sort=title')
    page.get_by_role("row").filter(has_text="Clicked draft").get_by_role("link").click()
    page.wait_for_url(re.compile(f"/content/articles/{fresh}$"))
    page.get_by_role("button", name="More ways to save").click()
    page.get_by_role("menuitem", name="Publish").click()
    page.get_by_text("Saved", exact=True).last.wait_for()
    assert clicks() <= 3
    assert api.item("articles", fresh)["status"] == "published"
    page.evaluate("sessionStorage.clear()")
    screen.go('/content/articles?q="Clicked"&sort=title')
    page.get_by_role("row").filter(has_text="Clicked known").get_by_role("link").click()
    box(screen, "Title").click()
    page.keyboard.press("End")
    page.keyboard.type(" better")
    save(screen, "Update")
    assert clicks() <= 3
    assert api.item("articles", known)["title"] == "Clicked known better"


CLICKS = """addEventListener("pointerdown", (event) => {
  if (event.isTrusted) sessionStorage.setItem("clicks", 1 + Number(sessionStorage.getItem("clicks") ?? 0));
}, true);"""
FOCUS = """() => {
  const marked = (one) => {
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(one);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none";
  };
  const one = document.activeElement;
  if (one === document.body) return "BODY";
  let at = one;
  for (let up = 0; at && up < 4; up += 1, at = at.parentElement) if (marked(at)) return "";
  return `${one.tagName} ${one.getAttribute("aria-label") ?? one.textContent.slice(0, 40)} shows no focus`;
}"""
"""What is wrong with where the focus is; "" for nothing."""


WAY_OUT = """() => {
  const one = document.activeElement;
  if (!one.closest(".cm-editor")) return null;
  const told = (one.getAttribute("aria-describedby") ?? "").split(" ");
  return told.map((id) => document.getElementById(id)?.textContent).join(" ");
}"""
"""Of a code editor, where Tab indents: what is said of it."""


def settled(screen: Screen) -> None:
    """Wait until something has the focus."""
    eventually(lambda: screen.page.evaluate("document.activeElement !== document.body"), 5)


def press(screen: Screen, *keys: str) -> None:
    """Press keys; after each, something has the focus and shows it."""
    for key in keys:
        screen.page.keyboard.press(key)
        wrong = screen.page.evaluate(FOCUS)
        if wrong == "BODY":  # for as long as something opens or closes
            settled(screen)
            wrong = screen.page.evaluate(FOCUS)
        assert wrong == "", f"after {key}: {wrong}"


def tab_to(screen: Screen, target: Any, stops: int = 60) -> None:
    """Go on to a place by the Tab key."""
    for _ in range(stops):
        if target.count() and target.evaluate("one => one === document.activeElement"):
            return
        way_out = screen.page.evaluate(WAY_OUT)
        if way_out is not None:
            assert "Esc" in way_out, "Tab indents here, and nobody says how to leave"
            press(screen, "Escape")
        press(screen, "Tab")
    raise AssertionError("Tab does not lead there")


def test_an_article_is_written_and_published_by_keys_alone(api: Api, signed_in_page: NewScreen, tmp_path: Path) -> None:
    """Journeys 5 and 25: rich text, tags, an author made beside it, a picture and publishing, without a mouse."""
    (tmp_path / "keys.png").write_bytes(base64.b64decode(PNG))
    article(api, "There already")
    screen = signed_in_page()
    page = screen.page
    screen.go("/content/articles")
    page.get_by_role("grid").wait_for()
    page.keyboard.press("n")
    box(screen, "Title").wait_for()
    settled(screen)
    tab_to(screen, box(screen, "Title"))
    page.keyboard.type("By keys")
    tab_to(screen, box(screen, "Body"))
    page.keyboard.type("Typed")
    tab_to(screen, page.get_by_role("combobox", name="Keywords"))
    page.keyboard.type("alpha,beta,")
    tab_to(screen, page.get_by_role("button", name="Create: Authors"))
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="New: Authors")
    name = drawer.get_by_role("textbox", name="Name", exact=True)
    name.wait_for()
    tab_to(screen, name)
    page.keyboard.type("Katherine")
    tab_to(screen, drawer.get_by_role("button", name="Apply"))
    press(screen, "Enter")
    drawer.wait_for(state="detached")
    settled(screen)
    # what opened it is gone: the field has the focus
    expect(page.get_by_role("group", name="Author", exact=True).locator(":focus")).to_contain_text("Katherine")
    upload = page.get_by_role("group", name="Picture", exact=True).get_by_role("button", name="Upload")
    tab_to(screen, upload)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(tmp_path / "keys.png")
    page.get_by_role("button", name="Download Keys").wait_for()
    settled(screen)
    screen.checkpoint("item-by-keys")
    page.keyboard.press("Control+Shift+p")
    page.wait_for_url(re.compile(r"/content/articles/\d+$"))
    settled(screen)
    made = api.item("articles", page.url.rsplit("/", 1)[1], "title,status,body,keywords,author.name,picture.title")
    assert made == {
        "title": "By keys",
        "status": "published",
        "body": "<p>Typed</p>",
        "keywords": ["alpha", "beta"],
        "author": {"name": "Katherine"},
        "picture": {"title": "Keys"},
    }


def test_tab_leads_through_every_kind_of_field(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 25: no kind of field keeps the focus, and each shows that it has it."""
    screen = signed_in_page()
    page = screen.page
    screen.go("/content/everything/new")
    page.get_by_role("radio", name="Red one").first.wait_for()
    box(screen, "Line").focus()
    tab_to(screen, box(screen, "Pattern"), 250)


@pytest.mark.smoke
def test_an_item_is_made_once_though_its_answer_is_lost(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 16: nothing is lost, and nothing is there twice."""
    screen = signed_in_page()
    page = screen.page
    screen.allow("/items/articles", None)
    screen.allow_error("ERR_")
    lost: list[str] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort("connectionfailed")
        else:
            route.continue_()

    page.route("**/items/articles?*", lose)
    screen.go("/content/articles/new")
    box(screen, "Title").fill("Only once")
    page.get_by_role("button", name="Create: Authors").click()
    drawer = page.get_by_role("dialog", name="New: Authors")
    drawer.get_by_role("textbox", name="Name", exact=True).fill("Hedy only once")
    drawer.get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="Save draft", exact=True).click()
    page.get_by_role("alert").filter(has_text="could not be saved").wait_for()
    assert lost
    box(screen, "Slug").fill("once")
    page.get_by_role("button", name="Save draft", exact=True).click()
    page.wait_for_url(re.compile(r"/content/articles/\d+$"))
    made = api("GET", "/items/articles", filter={"title": {"_eq": "Only once"}}, fields="slug,author.name")
    assert made == [{"slug": "once", "author": {"name": "Hedy only once"}}]
    assert len(api("GET", "/items/authors", filter={"name": {"_eq": "Hedy only once"}})) == 1


@pytest.mark.smoke
def test_a_tab_that_dies_while_it_saves_takes_nothing_away_and_doubles_nothing(
    api: Api, signed_in_page: NewScreen
) -> None:
    """Journey 16: the tab is killed inside of its request, which the server got or did not get."""
    key = article(api, "Saved while it died")
    screen = signed_in_page()
    context = screen.page.context
    for address, title, arrives in (
        ("new", "Made once", True),
        ("new", "Made at last", False),
        (str(key), "Changed once", True),
    ):
        page = screen.page

        def hold(route: Any, arrives: bool = arrives, page: Any = page) -> None:
            if route.request.method in ("POST", "PATCH"):
                if arrives:
                    assert route.fetch().ok
                page.evaluate("window.sent = true")  # and no answer ever comes
            else:
                route.continue_()

        page.route(re.compile("/items/articles"), hold)
        screen.go(f"/content/articles/{address}")
        box(screen, "Title").fill(title)
        page.get_by_role("button", name="Create: Authors").click()
        drawer = page.get_by_role("dialog", name="New: Authors")
        drawer.get_by_role("textbox", name="Name", exact=True).fill(f"Author of {title}")
        drawer.get_by_role("button", name="Apply").click()
        page.get_by_role("button", name="Save draft", exact=True).click()
        page.wait_for_function("() => window.sent")
        with suppress(Error):
            page.goto("chrome://crash", timeout=5_000)
        page.close()

        screen.page = page = context.new_page()
        screen.__post_init__()
        screen.go(f"/content/articles/{address}")
        page.get_by_role("button", name=re.compile("^Restore ")).click()
        assert box(screen, "Title").input_value() == title
        page.get_by_role("button", name="Save draft", exact=True).click()
        page.get_by_text(re.compile("^(Saved|Created)$")).last.wait_for()
        made = api("GET", "/items/articles", filter={"title": {"_eq": title}}, fields="author.name")
        assert made == [{"author": {"name": f"Author of {title}"}}]
        assert len(api("GET", "/items/authors", filter={"name": {"_eq": f"Author of {title}"}})) == 1
        page.reload()
        box(screen, "Title").wait_for()
        assert page.get_by_role("button", name="Restore").count() == 0


def test_one_new_item_after_the_other(api: Api, signed_in_page: NewScreen) -> None:
    screen = signed_in_page()
    page = screen.page
    screen.go("/content/tags/new")
    for name in ("One of three", "Two of three", "Three of three"):
        expect(box(screen, "Name")).to_have_value("")
        expect(box(screen, "Name")).to_be_focused()
        page.keyboard.type(name)
        page.get_by_role("button", name="More ways to save").click()
        page.get_by_role("menuitem", name="Save and create another").click()
    expect(box(screen, "Name")).to_have_value("")
    made = api("GET", "/items/tags", fields="name", filter={"name": {"_ends_with": "of three"}})
    assert [item["name"] for item in made] == ["One of three", "Two of three", "Three of three"]


def test_what_the_server_refuses_stands_at_its_field(api: Api, signed_in_page: NewScreen) -> None:
    article(api, "First", slug="taken")
    screen = signed_in_page()
    page = screen.page
    screen.go("/content/articles/new")
    page.get_by_role("button", name="Save draft", exact=True).click()
    summary = page.get_by_role("alert").filter(has_text="could not be saved")
    summary.get_by_role("button", name="Title").click()
    assert box(screen, "Title").evaluate("one => one === document.activeElement")
    box(screen, "Title").fill("Second")
    box(screen, "Slug").fill("taken")
    screen.allow("/items/articles", 400)
    page.keyboard.press("Control+s")
    summary.get_by_text("Another item has this value already.").wait_for()
    screen.checkpoint("item-refused")
    assert box(screen, "Slug").get_attribute("aria-invalid") == "true"
    assert box(screen, "Title").input_value() == "Second"


def test_a_text_field_is_a_form_for_itself(api: Api, signed_in_page: NewScreen) -> None:
    """Browsers look through all controls of a form after each key; and Enter in a form of one field sends it."""
    key = article(api, "Alone")
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    assert box(screen, "Title").evaluate("one => [...one.form.elements].every((other) => other === one)")
    box(screen, "Title").fill("Not alone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Not alone")).to_be_visible()
    expect(page.get_by_role("button", name="Save draft", exact=True)).to_be_enabled()
    assert box(screen, "Title").input_value() == "Not alone"
    assert page.evaluate("location.search") == ""
    assert api.item("articles", key)["title"] == "Alone"
    save(screen, "Save draft")
    assert api.item("articles", key)["title"] == "Not alone"


COUNTS_DRAWINGS = """(() => {
  window.drawn = 0;
  const draws = ({tag, flags, alternate}) => [0, 1, 11, 14, 15].includes(tag) && (flags & 1) && alternate;
  const walk = (fiber) => {
    if (draws(fiber)) window.drawn++;
    if (fiber.child === fiber.alternate?.child) return;
    for (let one = fiber.child; one; one = one.sibling) walk(one);
  };
  window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    renderers: new Map(),
    inject: () => 1,
    checkDCE: () => {},
    onCommitFiberRoot: (_, root) => walk(root.current),
    onCommitFiberUnmount: () => {},
    onPostCommitFiberRoot: () => {},
  };
})()"""
"""Counts components that are drawn anew, as React's tools for developers do."""


def test_a_key_draws_its_own_field(api: Api, signed_in_page: NewScreen) -> None:
    fields = [column(f"text_{number}", interface="input") for number in range(60)]
    api("POST", "/collections", {"collection": "sixty", "schema": {}, "meta": {}, "fields": [ID, *fields]})
    key = api("POST", "/items/sixty", {"text_0": "First"})["id"]
    screen = signed_in_page()
    page = screen.page
    page.add_init_script(COUNTS_DRAWINGS)
    screen.go(f"/content/sixty/{key}")
    box(screen, "Text 40").click()
    page.keyboard.type("first")
    page.get_by_role("button", name="1 change").wait_for()
    page.evaluate("drawn = 0")
    page.keyboard.type("and ten more")
    assert box(screen, "Text 40").input_value() == "firstand ten more"
    assert 12 <= page.evaluate("drawn") <= 12 * 25


COUNTS_MOST = """(() => {
  window.most = 0;
  const fields = (one) => one.querySelectorAll?.("[role=group]").length + one.matches?.("[role=group]") || 0;
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    window.most = Math.max(window.most, added.map(fields).reduce((all, one) => all + one, 0));
  }).observe(document, {subtree: true, childList: true});
})()"""
"""The most fields that came into the page in one go."""


def test_a_large_form_comes_in_parts_and_a_key_lays_out_one_field(api: Api, signed_in_page: NewScreen) -> None:
    fields = [column(f"text_{number}", interface="input") for number in range(120)]
    api("POST", "/collections", {"collection": "large", "schema": {}, "meta": {}, "fields": [ID, *fields]})
    key = api("POST", "/items/large", {"text_0": "First"})["id"]
    screen = signed_in_page()
    page = screen.page
    page.add_init_script(COUNTS_MOST)
    screen.go(f"/content/large/{key}")
    expect(box(screen, "Text 119")).to_be_attached()
    assert 10 <= page.evaluate("most") <= 40
    box(screen, "Text 40").click()
    page.keyboard.type("first")
    page.get_by_role("button", name="1 change").wait_for()
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.keyboard.type("and ten more")
    expect(box(screen, "Text 40")).to_have_value("firstand ten more")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    boxes = [one["args"]["beginData"]["totalObjects"] for one in events if one["name"] == "Layout" and "args" in one]
    assert len(boxes) >= 12
    assert statistics.median(boxes) <= 10
    screen.checkpoint()


def test_a_time_is_read_in_its_own_order_from_right_to_left(api: Api, signed_in_page: NewScreen) -> None:
    fields = [column("at", "dateTime", "datetime"), column("hour", "time", "datetime")]
    api("POST", "/collections", {"collection": "moments", "schema": {}, "meta": {}, "fields": [ID, *fields]})
    key = api("POST", "/items/moments", {"at": "2026-10-20T04:45:00", "hour": "04:45:00"})["id"]
    screen = signed_in_page(locale="ar-AE")
    screen.go(f"/content/moments/{key}")
    minutes = screen.page.locator("[data-type=minute]")
    expect(minutes).to_have_text(["45", "45"])
    for number in range(2):
        minute, hour = (
            minutes.nth(number).bounding_box(),
            screen.page.locator("[data-type=hour]").nth(number).bounding_box(),
        )
        assert minute
        assert hour
        assert hour["x"] < minute["x"]


def test_a_raw_value_is_edited_from_the_menu_of_its_field(api: Api, signed_in_page: NewScreen) -> None:
    key = article(api, "Raw", keywords=["a"])
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    page.get_by_role("button", name="Options of Keywords").click()
    screen.checkpoint("item-field-menu")
    page.get_by_role("menuitem", name="Edit raw value").click()
    dialog = page.get_by_role("dialog", name="Keywords: raw value")
    dialog.get_by_role("textbox", name="Value").fill('["a", "b"]')
    dialog.get_by_role("button", name="Apply").click()
    save(screen, "Save draft")
    assert api.item("articles", key)["keywords"] == ["a", "b"]


def test_changes_three_levels_deep_are_one_save_without_the_undone_one(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 6. Article, author and organisation in drawers: one transaction without the change that was undone."""
    key = article(api, "Deep", author=1)
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    box(screen, "Title").fill("Deeper")
    box(screen, "Slug").fill("deep")
    page.get_by_role("button", name="Edit Ada").click()
    author = page.get_by_role("dialog", name="Ada")
    author.get_by_role("textbox", name="Email").fill("ada@example.com")
    author.get_by_role("button", name="Edit Analytical Society").click()
    organisation = page.get_by_role("dialog", name="Analytical Society")
    organisation.get_by_role("textbox", name="City").fill("Marylebone")
    organisation.get_by_role("button", name="Apply").click()
    author.get_by_role("button", name="Close").click()
    # what was typed is there when the drawer opens again
    page.get_by_role("button", name="Edit Ada").click()
    assert author.get_by_role("textbox", name="Email").input_value() == "ada@example.com"
    author.get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="4 changes, in 2 linked items").click()
    screen.checkpoint("item-changes")
    page.get_by_role("button", name="Undo: Title").click()
    page.keyboard.press("Escape")
    save(screen, "Save draft")
    stored = api.item("articles", key)
    assert (stored["title"], stored["slug"]) == ("Deep", "deep")
    assert api.item("authors", 1)["email"] == "ada@example.com"
    assert api.item("organisations", 1)["city"] == "Marylebone"
    entries = []
    for collection, one in (("articles", key), ("authors", 1), ("organisations", 1)):
        revisions = api(
            "GET", "/revisions", filter={"collection": {"_eq": collection}, "item": {"_eq": str(one)}}, sort="-id"
        )
        assert len(revisions) == 2
        entries.append(revisions[0]["activity"])
    operations = api("GET", "/activity/operations", filter={"id": {"_in": entries}})
    assert len({one["operation"] for one in operations}) == 1, "three items, one transaction"


SPOKEN = """() => {
  window.spoken = [];
  new MutationObserver((all) => {
    for (const one of all) {
      const at = one.target.nodeType === 3 ? one.target.parentElement : one.target;
      if (at?.closest("[data-live-announcer]")) window.spoken.push(at.textContent);
    }
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""
"""Writes down what a screen reader is told from now on."""


def test_sixty_rows_are_put_in_order_by_keys(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 7. Sixty linked items in one list are put in order by keys, and told to who can't see it."""
    rows = [{"tags_id": number, "sort": number} for number in range(1, 61)]
    key = article(api, "Ordered", tags=rows)
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    page.get_by_text("60 items").wait_for()
    page.evaluate(SPOKEN)
    page.get_by_role("row").filter(has_text="Tag 01").focus()
    for pressed in ("ArrowDown", "ArrowDown", "Alt+ArrowUp", "Alt+ArrowUp"):
        page.keyboard.press(pressed)
    expect(page.get_by_role("row").filter(has_text="Tag 03")).to_be_focused()
    # by picking up and dropping, as a screen reader does it
    page.get_by_role("row").filter(has_text="Tag 05").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Drag Tag 05")).to_be_focused()
    page.keyboard.press("Enter")
    here = page.get_by_role("button", name="Insert between Tag 02 and Tag 04")
    for _ in range(6):
        page.wait_for_function("document.activeElement.getAttribute('aria-label')?.startsWith('Insert')")
        if here.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("ArrowUp")
    expect(here).to_be_focused()
    page.keyboard.press("Enter")
    eventually(lambda: page.evaluate("window.spoken.some((text) => /Drop complete/.test(text))"), 5)
    assert any("Started dragging" in text for text in page.evaluate("window.spoken"))
    screen.checkpoint("item-ordered")
    shown = page.get_by_role("grid", name="Tags").get_by_role("button", name=re.compile("^Tag")).all_inner_texts()[:8]
    save(screen, "Save draft")
    stored = api(
        "GET", "/items/articles_tags", filter={"articles_id": {"_eq": key}}, sort="sort", fields="tags_id", limit=-1
    )
    order = [row["tags_id"] for row in stored]
    assert order[0] == 3
    assert sorted(order) == list(range(1, 61))
    assert [one for one in order if one != 5][:4] == [3, 1, 2, 4]
    assert order.index(5) < order.index(4), "the dropped row went up"
    assert shown == [f"Tag {number:02d}" for number in order[:8]]
    assert page.evaluate("window.spoken.length") > 0, "the page was not loaded anew"


def test_sixty_rows_are_put_in_order_by_the_mouse(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 7, by the mouse: picked up at its handle, and carried to what is not in sight yet."""
    key = article(api, "Carried", tags=[{"tags_id": number, "sort": number} for number in range(1, 61)])
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    page.get_by_text("60 items").wait_for()
    page.evaluate("window.stillHere = true")
    grid = page.get_by_role("grid", name="Tags")

    def carry(number: int, to: int, share: float) -> None:
        """Drag one row by its handle to a part of another's height."""
        rows = [grid.get_by_role("row").filter(has_text=f"Tag {one:02d}") for one in (number, to)]
        begin, end = rows[0].get_by_role("button", name="Drag").bounding_box(), rows[1].bounding_box()
        page.mouse.move(begin["x"] + begin["width"] / 2, begin["y"] + begin["height"] / 2)
        page.mouse.down()
        page.mouse.move(end["x"] + 90, end["y"] + end["height"] / 2, steps=8)
        page.mouse.move(end["x"] + 90, end["y"] + end["height"] * share, steps=4)
        page.mouse.up()

    grid.scroll_into_view_if_needed()
    carry(1, 4, 0.9)
    expect(grid.get_by_role("row").nth(3)).to_contain_text("Tag 01")
    grid.evaluate("one => one.scrollTo(0, one.scrollHeight)")
    grid.get_by_role("row").filter(has_text="Tag 60").wait_for()
    carry(60, 55, 0.1)
    save(screen, "Save draft")
    asked = {"filter": {"articles_id": {"_eq": key}}, "sort": "sort", "fields": "tags_id", "limit": -1}
    order = [one["tags_id"] for one in api("GET", "/items/articles_tags", **asked)]
    assert order == [2, 3, 4, 1, *range(5, 55), 60, *range(55, 60)]
    assert page.evaluate("window.stillHere") is True


@pytest.mark.smoke
def test_two_people_change_different_fields_then_the_same(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 15. Different fields merge without a word, the same field opens a comparison."""
    key = article(api, "Both", slug="both")
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    other = signed_in_page()
    other.go(f"/content/articles/{key}")
    box(other, "Slug").wait_for()
    box(screen, "Title").fill("Mine")
    box(other, "Slug").fill("theirs")
    save(other, "Save draft")
    screen.allow(f"/items/articles/{key}", 412)
    save(screen, "Save draft")
    assert page.get_by_role("dialog").count() == 0
    after = api.item("articles", key)
    assert (after["title"], after["slug"]) == ("Mine", "theirs")

    box(screen, "Title").fill("Mine again")
    expect(box(other, "Title")).to_have_value("Mine")
    box(other, "Title").fill("Theirs")
    save(other, "Save draft")
    page.get_by_role("button", name="Save draft", exact=True).click()
    dialog = page.get_by_role("dialog", name="Changed by somebody else, too")
    dialog.get_by_text("Theirs", exact=True).last.wait_for()
    screen.checkpoint("item-conflict")
    dialog.get_by_role("radio", name="Keep mine").check(force=True)
    dialog.get_by_role("button", name="Save with this choice").click()
    dialog.wait_for(state="hidden")
    page.get_by_text("Saved", exact=True).last.wait_for()
    assert api.item("articles", key)["title"] == "Mine again"
    titles = [
        one["delta"].get("title") for one in api("GET", "/revisions", filter={"item": {"_eq": str(key)}}, sort="id")
    ]
    assert [title for title in titles if title] == ["Both", "Mine", "Theirs", "Mine again"]


@pytest.mark.smoke
def test_a_tab_that_dies_takes_nothing_away(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 16, the tab: what was typed is offered again. `test_faults` ends sessions, servers and tabs at random."""
    key = article(api, "Kept")
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    box(screen, "Title").fill("Typed and never saved")
    box(screen, "Slug").fill("typed")
    page.get_by_role("button", name="2 changes").wait_for()
    page.wait_for_function(
        """async () => {
          const open = await new Promise((done) => {
            const asked = indexedDB.open("satchel");
            asked.onsuccess = () => done(asked.result);
          });
          if (!open.objectStoreNames.contains("drafts")) return false;
          const drafts = await new Promise((done) => {
            const asked = open.transaction("drafts").objectStore("drafts").getAll();
            asked.onsuccess = () => done(asked.result);
          });
          open.close();
          return drafts.some((draft) => draft.changes === 2);
        }"""
    )
    page.close()
    screen.page = page.context.new_page() if page.is_closed() else page
    screen.__post_init__()
    screen.go(f"/content/articles/{key}")
    screen.page.get_by_role("button", name="Restore 2 changes").click()
    assert box(screen, "Title").input_value() == "Typed and never saved"
    screen.checkpoint("item-restored")
    save(screen, "Save draft")
    assert api.item("articles", key)["slug"] == "typed"
    screen.page.reload()
    box(screen, "Title").wait_for()
    assert screen.page.get_by_role("button", name="Restore").count() == 0


def test_translations_stand_side_by_side(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 17. Languages side by side, from right to left too, copied from the default, with what is missing."""
    key = article(api, "Many tongues", translations=[{"languages_code": "en", "headline": "Hello"}])
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    page.get_by_text("2 languages are not complete").wait_for()
    arabic = page.get_by_role("region", name="Arabic")
    headline = arabic.get_by_role("textbox", name="Headline")
    assert headline.evaluate("one => getComputedStyle(one).direction") == "rtl"
    headline.fill("مرحبا")
    page.get_by_text("1 language is not complete").wait_for()
    arabic.get_by_role("button", name="Language").click()
    page.get_by_role("option", name="German").click()
    german = page.get_by_role("region", name="German")
    german.get_by_role("button", name="Copy from English").click()
    screen.checkpoint("item-translations")
    save(screen, "Save draft")
    stored = api.item("articles", key, "translations.languages_code,translations.headline")["translations"]
    assert {one["languages_code"]: one["headline"] for one in stored} == {"en": "Hello", "ar": "مرحبا", "de": "Hello"}
    page.get_by_text("All languages are complete").wait_for()


def test_who_has_no_translation_reads_the_default_one(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 17, the fallback: one's own language, else the default one, else what there is."""
    look = {"display": "translations", "display_options": {"defaultLanguage": "en", "userLanguage": True}}
    api("PATCH", "/fields/articles/translations", {"meta": look})
    for title, heads in (
        ("Fall own", {"ar": "لا", "en": "No", "de": "Eigenes"}),
        ("Fall empty", {"ar": "لا", "en": "Default", "de": None}),
        ("Fall none", {"ar": "لا", "en": "Default too"}),
        ("Fall other", {"ar": "آخر"}),
    ):
        article(api, title, translations=[{"languages_code": code, "headline": text} for code, text in heads.items()])
    screen = signed_in_page(locale="de-DE")
    screen.go('/content/articles?cols=title,translations&q="Fall"&sort=title')
    for title, shown in (
        ("Fall own", "Eigenes"),
        ("Fall empty", "Default"),
        ("Fall none", "Default too"),
        ("Fall other", "آخر"),
    ):
        expect(screen.page.get_by_role("row").filter(has_text=title)).to_contain_text(shown)
    screen.checkpoint("item-translations-fallback")


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PASTE = """(one, [name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], name, {type: "image/png"}));
  one.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def drop(screen: Screen, target: Any, path: Path) -> None:
    """Let a file of the disk fall on something, as the browser itself tells it."""
    target.scroll_into_view_if_needed()
    place = target.bounding_box()
    at = {"x": place["x"] + 20, "y": place["y"] + 12}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    browser = screen.page.context.new_cdp_session(screen.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


def test_pictures_are_dropped_and_pasted(api: Api, signed_in_page: NewScreen, tmp_path: Path) -> None:
    """Journey 5, the pictures: dropped and pasted into texts and file fields."""
    for name in ("dropped.png", "second.png"):
        (tmp_path / name).write_bytes(base64.b64decode(PNG))
    key = article(api, "Illustrated", body="<p>Before</p>")
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    picture = page.get_by_role("group", name="Picture", exact=True)
    picture.get_by_role("button", name="Upload").wait_for()
    drop(screen, picture.locator("[data-control]"), tmp_path / "dropped.png")
    picture.get_by_role("button", name="Download Dropped").wait_for()
    picture.get_by_role("button", name="Remove Dropped").click()
    picture.get_by_role("button", name="Upload").evaluate(PASTE, ["copied.png", PNG])
    picture.get_by_role("button", name="Download Copied").wait_for()
    body = box(screen, "Body")
    body.click()
    page.keyboard.press("End")
    body.evaluate(PASTE, ["pasted.png", PNG])
    body.locator("img[alt=Pasted]").wait_for()
    drop(screen, body, tmp_path / "second.png")
    body.locator("img[alt=Second]").wait_for()
    screen.checkpoint("item-pictures")
    save(screen, "Save draft")
    stored = api.item("articles", str(key), "body,picture.title,picture.type,picture.width")
    assert stored["picture"] == {"title": "Copied", "type": "image/png", "width": 1}
    assert len(re.findall(r'<img src="[^"]*/assets/[0-9a-f-]{36}"', stored["body"])) == 2
    assert "efore<" in stored["body"], "the text around it stays"


def test_the_menu_of_a_field_and_the_order_of_the_list(api: Api, signed_in_page: NewScreen) -> None:
    keys = [
        article(api, f"Order {name}", translations=[{"languages_code": "en", "headline": f"Head {name}"}])
        for name in ("b", "c", "a")
    ]
    screen = signed_in_page()
    page = screen.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    filters = json.dumps({"title": {"_starts_with": "Order"}})
    screen.go(f"/content/articles?sort=title&filter={filters}")
    page.get_by_role("gridcell", name="Order b").first.dblclick()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(f"/content/articles/{keys[0]}$"))
    box(screen, "Title").wait_for()
    page.get_by_role("button", name="Next item").click()
    page.wait_for_url(re.compile(f"/content/articles/{keys[1]}$"))
    page.get_by_role("button", name="Previous item").click()
    page.wait_for_url(re.compile(f"/content/articles/{keys[0]}$"))
    page.get_by_role("heading", name="Order b").wait_for()
    page.get_by_role("button", name="Previous item", disabled=False).wait_for()
    page.keyboard.press("Control+ArrowUp")
    page.wait_for_url(re.compile(f"/content/articles/{keys[2]}$"))
    page.get_by_role("button", name="Previous item").and_(page.locator("[disabled]")).wait_for()

    box(screen, "Slug").fill("one")
    bar = page.get_by_role("button", name="Changed. Was empty before")
    bar.focus()
    screen.checkpoint("item-change-bar")
    page.get_by_role("button", name="Options of Title").click()
    page.get_by_role("menuitem", name="Copy raw value").click()
    page.get_by_role("button", name="Options of Slug").click()
    page.get_by_role("menuitem", name="Paste raw value").click()
    assert box(screen, "Slug").input_value() == "Order a"
    page.get_by_role("button", name="Options of Slug").click()
    page.get_by_role("menuitem", name="Undo").click()
    bar.wait_for(state="hidden")
    arabic = page.get_by_role("region", name="Arabic")
    arabic.get_by_role("button", name="Options of Headline").click()
    page.get_by_role("menuitem", name="Copy from English").click()
    assert arabic.get_by_role("textbox", name="Headline").input_value() == "Head a"


@pytest.mark.smoke
def test_found_edited_given_a_photo_and_published_by_fingers(
    api: Api, signed_in_page: NewScreen, tmp_path: Path
) -> None:
    """Journey 25, on a phone: an article is found, edited, gets a photo and is published, by touch alone."""
    key = article(api, "Pocket harbour")
    (tmp_path / "photo.png").write_bytes(base64.b64decode(PNG))
    screen = signed_in_page(viewport=PHONE, has_touch=True, is_mobile=True)
    page = screen.page
    screen.go("/content/articles")
    page.get_by_role("searchbox", name="Search").tap()
    page.keyboard.type("Pocket")
    page.get_by_role("list", name="Articles").get_by_text("Pocket harbour").tap()
    page.wait_for_url(re.compile(f"/content/articles/{key}$"))
    box(screen, "Title").tap()
    page.keyboard.press("End")
    page.keyboard.type(" at dawn")
    picture = page.get_by_role("group", name="Picture", exact=True)
    upload = picture.get_by_role("button", name="Upload")
    size = upload.bounding_box()
    assert size is not None
    assert size["height"] >= 44
    with page.expect_file_chooser() as chooser:
        upload.tap()
    chooser.value.set_files(tmp_path / "photo.png")
    picture.get_by_role("button", name="Download Photo").wait_for()
    page.get_by_role("group", name="Status", exact=True).get_by_role("button", name="Draft").tap()
    page.get_by_role("option", name="Published").tap()
    screen.checkpoint("item-phone-changed")
    page.get_by_role("button", name="Publish", exact=True).tap()
    page.get_by_text("Saved", exact=True).last.wait_for()
    screen.checkpoint("item-phone-published")
    made = api.item("articles", key, "title,status,picture.title")
    assert made == {"title": "Pocket harbour at dawn", "status": "published", "picture": {"title": "Photo"}}


def test_leaving_asks_and_a_small_screen_saves_too(api: Api, signed_in_page: NewScreen) -> None:
    key = article(api, "Leaving")
    screen = signed_in_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page = screen.page
    screen.go(f"/content/articles/{key}")
    box(screen, "Title").fill("Changed")
    page.get_by_role("button", name="Back to Articles").click()
    question = page.get_by_role("alertdialog")
    screen.checkpoint("item-leaving-phone")
    question.get_by_role("button", name="Cancel").click()
    assert box(screen, "Title").input_value() == "Changed"
    save(screen, "Save draft")
    assert api.item("articles", key)["title"] == "Changed"


def test_a_save_without_a_network_says_so_and_loses_nothing(api: Api, signed_in_page: NewScreen) -> None:
    key = article(api, "Far out")
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/articles/{key}")
    box(screen, "Title").fill("Farther out")
    screen.allow("/", None)
    screen.allow_error("WebSocket|ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.keyboard.press("Control+s")
    page.get_by_role("alert").get_by_text("The server can't be reached.").wait_for()
    assert page.get_by_text("Failed to fetch").count() == 0
    page.context.set_offline(False)
    page.keyboard.press("Control+s")
    page.get_by_text("Saved", exact=True).last.wait_for()
    assert api.item("articles", key, "title") == {"title": "Farther out"}


def test_somebody_with_some_rights_sees_what_may_be_changed(api: Api, signed_in_page: NewScreen) -> None:
    author = api("POST", "/items/authors", {"name": "Nobody you know"})["id"]
    key = article(api, "Limited", slug="limited", author=author)
    permissions = [
        {"collection": "articles", "action": "read", "fields": ["id", "title", "slug", "author"], "permissions": {}},
        {
            "collection": "articles",
            "action": "update",
            "fields": ["title"],
            "permissions": {"title": {"_eq": "Limited"}},
        },
    ]
    screen = signed_in_page("Editor", permissions)
    page = screen.page
    screen.go(f"/content/articles/{key}")
    page.get_by_text("You can edit 1 of").wait_for()
    assert not box(screen, "Slug").is_editable()
    assert page.get_by_text("Views", exact=True).count() == 0
    # what a link leads to may be closed: that is said, and nothing waits for it
    page.get_by_role("group", name="Author", exact=True).get_by_text(f"{author} (not visible to you)").wait_for()
    screen.checkpoint("item-editor")
    other = article(api, "Foreign")
    screen.go(f"/content/articles/{other}")
    page.get_by_text("You may read this item, but not change it.").wait_for()
    assert page.get_by_role("button", name="Save", exact=True).count() == 0
    screen.checkpoint("item-read-only")


def story(api: Api, **values: Any) -> int:
    chapters = [{"name": "One", "sort": 1}, {"name": "Two", "sort": 2}]
    return api("POST", "/items/stories", {"title": "Told", "text": "Once", "chapters": chapters, **values})["id"]


def draft_of(api: Api, key: int) -> Any:
    """The content of an item's draft; None while there is none."""
    filters = {"collection": {"_eq": "stories"}, "item": {"_eq": str(key)}, "key": {"_eq": "draft"}}
    found = api("GET", "/versions", filter=filters, fields="id")
    return api("GET", f"/versions/{found[0]['id']}/compare")["current"] if found else None


def live(api: Api, key: int) -> Any:
    return api.item("stories", str(key), "title,text,chapters.name,tags.tags_id.name")


def test_a_draft_is_kept_compared_published_in_part_and_scheduled(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 14. A draft that the API does not show is compared, published in part, scheduled and restored."""
    key = story(api, tags=[{"tags_id": 1}])
    before = live(api, key)
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/stories/{key}")
    box(screen, "Title").fill("Told anew")
    page.get_by_role("group", name="Chapters").get_by_role("button", name="Create").click()
    drawer = page.get_by_role("dialog", name="New: Chapters")
    drawer.get_by_role("textbox", name="Name", exact=True).fill("Three")
    drawer.get_by_role("button", name="Apply").click()
    page.get_by_role("row").filter(has_text="Two").get_by_role("button", name="Remove").click()
    eventually(lambda: (draft_of(api, key) or {}).get("title") == "Told anew")
    page.get_by_role("status").get_by_text("Kept at").wait_for()
    assert [one["name"] for one in draft_of(api, key)["chapters"]["create"]] == ["Three"]
    # what is typed during and after a save stays, and a later save keeps the links of the earlier one
    text = box(screen, "Text")
    text.fill("Once upon a time")
    eventually(lambda: draft_of(api, key).get("text") == "Once upon a time")
    assert text.evaluate("one => one === document.activeElement")
    assert live(api, key) == before, "nobody else sees a draft"
    # leaving asks nothing: it is kept
    page.get_by_role("button", name="Back to Stories").click()
    page.get_by_role("grid", name="Stories").wait_for()
    screen.go(f"/content/stories/{key}")
    assert box(screen, "Title").input_value() == "Told"
    page.get_by_role("button", name="Continue the draft").click()
    page.get_by_role("button", name="4 changes").wait_for()
    assert box(screen, "Title").input_value() == "Told anew"
    page.get_by_role("grid", name="Chapters").get_by_role("button", name="Three", exact=True).wait_for()
    screen.checkpoint("item-version")
    # another row on top of those that the server gave back
    page.get_by_role("group", name="Chapters").get_by_role("button", name="Create").click()
    drawer.get_by_role("textbox", name="Name", exact=True).fill("Four")
    drawer.get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog", name="Compare and publish")
    chapters = dialog.get_by_role("region", name="Chapters")
    for text_of_row in ("Three", "Four", "Two"):
        chapters.get_by_text(text_of_row).wait_for()
    screen.checkpoint("item-version-compare")
    dialog.get_by_role("checkbox", name="Text").click(force=True)
    dialog.get_by_role("button", name="Publish").click()
    dialog.wait_for(state="hidden")
    after = live(api, key)
    assert (after["title"], after["text"]) == ("Told anew", "Once")
    assert sorted(one["name"] for one in after["chapters"]) == ["Four", "One", "Three"]
    assert draft_of(api, key).keys() == {"id", "text"}

    # the rest at a time
    page.get_by_role("button", name="Continue the draft").click()
    page.get_by_role("button", name="Draft", exact=True).click()
    page.get_by_role("menuitem", name="Schedule…").click()
    plan = page.get_by_role("dialog", name="Schedule “Draft”")
    plan.get_by_role("button", name="Schedule", exact=True).wait_for()
    screen.checkpoint("item-version-schedule")
    plan.get_by_role("button", name="Schedule", exact=True).click()
    chip = page.get_by_role("button", name="Scheduled for")
    chip.wait_for()
    screen.checkpoint("item-version-scheduled")
    version = api("GET", "/versions", filter={"item": {"_eq": str(key)}}, fields="id")[0]["id"]
    chip.click()
    plan.get_by_role("button", name="Don’t publish").click()
    chip.wait_for(state="hidden")
    assert api("GET", f"/versions/{version}/schedule") is None
    soon = datetime.now(UTC) + timedelta(seconds=2)
    api("POST", f"/versions/{version}/schedule", {"publish_at": soon.isoformat()})
    eventually(lambda: live(api, key)["text"] == "Once upon a time")
    told = {"collection": {"_eq": "stories"}, "item": {"_eq": str(key)}, "action": {"_eq": "update"}}
    (last,) = api("GET", "/activity", filter=told, sort="-id", limit=1)
    assert 0 <= (datetime.fromisoformat(last["timestamp"]) - soon).total_seconds() <= 5

    # one field of an older state, and none of the others
    screen.go(f"/content/stories/{key}?panel=revisions")
    page.get_by_role("tabpanel").get_by_role("listitem").last.get_by_role("button").click()
    older = page.get_by_role("dialog")
    title = older.locator("section").filter(has=page.get_by_role("heading", name="Title", exact=True))
    screen.checkpoint("item-revision")
    title.get_by_role("button", name="Restore").click()
    older.wait_for(state="hidden")
    assert (box(screen, "Title").input_value(), text.input_value()) == ("Told", "Once upon a time")
    save(screen, "Save")
    after = live(api, key)
    assert (after["title"], after["text"]) == ("Told", "Once upon a time")
    assert sorted(one["name"] for one in after["chapters"]) == ["Four", "One", "Three"]


def test_a_save_takes_the_place_of_the_draft_and_an_undo_leaves_it(api: Api, signed_in_page: NewScreen) -> None:
    key = story(api)
    screen = signed_in_page()
    page = screen.page
    screen.go(f"/content/stories/{key}")
    box(screen, "Title").fill("Kept a while")
    eventually(lambda: (draft_of(api, key) or {}).get("title") == "Kept a while")
    box(screen, "Text").fill("Twice")
    save(screen, "Save")
    assert (live(api, key)["title"], live(api, key)["text"]) == ("Kept a while", "Twice")
    eventually(lambda: draft_of(api, key) is None)
    assert page.get_by_role("button", name="Continue the draft").count() == 0
    box(screen, "Title").fill("Left aside")
    page.get_by_role("button", name="More ways to save").click()
    page.get_by_role("menuitem", name="Keep as draft").click()
    page.get_by_role("button", name="Draft", exact=True).wait_for()
    box(screen, "Text").fill("Thrice")
    eventually(lambda: draft_of(api, key).get("text") == "Thrice")
    page.get_by_role("button", name="2 changes").click()
    page.get_by_role("button", name="Undo: Title").click()
    page.keyboard.press("Escape")
    eventually(lambda: draft_of(api, key).keys() == {"id", "text"})
    assert box(screen, "Text").input_value() == "Thrice"
    assert live(api, key)["text"] == "Twice"


EVERYTHING: dict[str, Any] = {
    "line": "  Ünï — “x” 🦊\tend ",
    "whole": 7,
    "big": "9223372036854775807",
    "fraction": 0.1,
    "price": "12345678.91",
    "mark": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "lines": "one\n\n  two\n",
    "html": '<p>A <strong>b</strong> &amp; c</p><hr><custom-tag data-x="1">kept</custom-tag>',
    "markdown": "# Title\n\n* a\n* b  \n",
    "code": {"b": [1, 2.5, None, {"deep": "x"}], "a": "ü"},
    "words": ["b", "a"],
    "labels": ["x y", "z"],
    "level": 3,
    "on": False,
    "day": "2024-02-29",
    "clock": "23:59:58",
    "local": "2024-03-31T02:30:15",
    "moment": "2024-11-03T05:30:15.000Z",
    "colour": "#12ab3480",
    "icon": "rocket",
    "choice": "blue",
    "radio": "green",
    "many": ["green", "red"],
    "boxes": ["red", "blue"],
    "rows": [{"name": "r1"}, {"name": "r2", "unknown": True}],
    "needed": "n",
    "single": "only",
    "pattern": "abc",
}


def exact(api: Api, key: int) -> dict[str, Any]:
    """A row of `everything`, its numbers as they are written."""
    with api.server.client(api.token) as http:
        text = http.get(f"/items/everything/{key}").text
    return json.loads(text, parse_float=str, parse_int=str)["data"]


def test_every_kind_of_value_stays_as_it_is_beside_a_change(api: Api, signed_in_page: NewScreen) -> None:
    key = api("POST", "/items/everything", EVERYTHING)["id"]
    before = exact(api, key)
    screen = signed_in_page(timezone_id="America/New_York")
    page = screen.page
    screen.go(f"/content/everything/{key}")
    page.get_by_role("radio", name="Green").wait_for()
    page.get_by_text("kept", exact=True).wait_for()
    # each control gets the focus and loses it: an editor that writes its own form of a value would show now
    for label in page.locator("[role=group] > div > span[id$=-label]").all():
        label.click()
        page.keyboard.press("Escape")
        page.keyboard.press("Shift+Tab")
    assert page.get_by_text("Changed", exact=True).count() == 0
    assert page.get_by_role("button", name="1 change").count() == 0
    screen.checkpoint("item-everything")
    box(screen, "Line").fill("Another")
    save(screen, "Save")
    assert exact(api, key) == {**before, "line": "Another"}


SHOWN = """() => Object.fromEntries(
  [...document.querySelectorAll("main [role=group]:has(> div > span[id$=-label])")].map((group) => [
    group.querySelector("span[id$=-label]").textContent,
    [...group.querySelectorAll("input, textarea, [contenteditable=true], [role=spinbutton], [role=option], [role=row]")]
      .filter((one) => one.type !== "hidden" && one.checkVisibility())
      .map((one) => ["checkbox", "radio"].includes(one.type)
        ? one.checked && (one.getAttribute("aria-label") ?? one.closest("label").textContent)
        : one.value ?? one.innerText)
      .filter((one) => one !== false),
  ]))"""


def test_every_kind_of_value_is_typed_saved_and_read_again(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 4. Each type of field is typed, saved and read again as it was."""
    screen = signed_in_page(timezone_id="America/New_York")
    page = screen.page
    screen.go("/content/everything/new")
    group = lambda name: page.get_by_role("group", name=name, exact=True)  # noqa: E731
    typed = {"Line": " a line ", "Big": "-9007199254740993", "Fraction": "-1.5e-3", "Price": "0.10", "Lines": "x\ny"}
    typed |= {
        "Whole": "10",
        "Mark": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "Needed": "n2",
        "Single": "s",
        "Pattern": "abc",
    }
    for name, text in typed.items():
        box(screen, name).fill(text)
    box(screen, "HTML").click()
    page.keyboard.type("rich")
    for name, text in (("Markdown", "# m"), ("Code", '{"a": [1]}')):
        group(name).locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
    for name in ("Words", "Labels"):
        group(name).get_by_role("combobox").fill("p,q,")
    group("Level").get_by_role("slider").focus()
    page.keyboard.press("End")
    group("On").get_by_role("switch").check(force=True)
    for name, keys in (
        ("Day", "02292024"),
        ("Clock", "110203PM"),
        ("Local", "01022024103020PM"),
        ("Moment", "07042024103020PM"),
    ):
        group(name).get_by_role("spinbutton").first.click()
        page.keyboard.type(keys)
    page.get_by_role("radio", name="Red one").check(force=True)
    group("Boxes").get_by_role("checkbox", name="Blue one").check(force=True)
    group("Choice").get_by_role("button").last.click()
    page.get_by_role("option", name="Green").click()
    page.get_by_label("Secret").last.fill("open sesame")
    group("Colour").get_by_role("textbox").fill("#12ab34")
    group("Icon").get_by_role("button", name="Choose an icon").click()
    page.get_by_role("searchbox", name="Search icons").fill("rocket")
    page.get_by_role("option", name="rocket", exact=True).click()
    group("Many").get_by_role("combobox").fill("Gre")
    page.get_by_role("option", name="Green").click()
    page.keyboard.press("Escape")
    group("Rows").get_by_role("button", name=re.compile("^Add|^Create")).click()
    page.get_by_role("textbox", name="Name", exact=True).last.fill("r1")
    screen.checkpoint("item-everything-typed")
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_url(re.compile(r"/content/everything/\d+$"))
    key = int(page.url.rsplit("/", 1)[1])
    row = exact(api, key)
    shown = {name: row[name] for name in ("line", "big", "lines", "whole", "mark", "html", "markdown", "code", "words")}
    assert shown == {
        "line": " a line ",
        "big": "-9007199254740993",
        "lines": "x\ny",
        "whole": "10",
        "mark": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "html": "<p>rich</p>",
        "markdown": "# m",
        "code": {"a": ["1"]},
        "words": ["p", "q"],
    }
    assert (float(row["fraction"]), float(row["price"])) == (-0.0015, 0.1)
    assert (row["labels"], row["level"], row["on"]) == (["p", "q"], "10", True)
    assert (row["day"], row["clock"], row["local"]) == ("2024-02-29", "23:02:03", "2024-01-02T22:30:20")
    assert row["moment"].startswith("2024-07-05T02:30:20"), "a moment is of all time zones"
    assert (row["choice"], row["radio"], row["boxes"], row["secret"]) == ("green", "red", ["blue"], "**********")
    assert (row["colour"].lower(), row["icon"], row["many"]) == ("#12ab34", "rocket", ["green"])
    assert row["rows"] == [{"name": "r1"}]
    page.reload()
    page.get_by_role("radio", name="Red one").wait_for()
    shown = {name: values for name, values in page.evaluate(SHOWN).items() if values}
    assert shown == {
        **{name: [text] for name, text in typed.items()},
        "ID": [str(key)],
        "Fraction": ["-0.0015"],
        "Price": ["0.1"],
        "HTML": ["rich"],
        "Markdown": ["# m"],
        "Code": ['{\n  "a": [\n    1\n  ]\n}'],
        # the first one is the box for more
        "Words": ["", "p", "q"],
        "Labels": ["", "p", "q"],
        "Many": ["", "Green"],
        "Level": ["10"],
        "On": ["On"],
        # the parts that people type, and what a form would send
        "Day": ["02", "29", "2024", "2024-02-29"],
        "Clock": ["11", "02", "03", "PM"],
        "Local": ["01", "02", "2024", "10", "30", "20", "PM", "2024-01-02T22:30:20"],
        "Moment": ["07", "04", "2024", "10", "30", "20", "PM", "2024-07-04T22:30:20"],
        "Colour": ["#12AB34"],
        "Radio": ["Red one"],
        "Boxes": ["Blue one"],
        "Rows": ["r1"],
        # never shown again
        "Secret": [""],
    }
    expect(group("Choice")).to_contain_text("Green")
    expect(group("Icon")).to_contain_text("rocket")
    assert exact(api, key) == row


def test_what_is_wrong_with_values_stands_at_the_field_and_in_the_summary(api: Api, signed_in_page: NewScreen) -> None:
    """Journey 4, the errors: required, unique, ranges and patterns."""
    api("POST", "/items/everything", {"needed": "n", "single": "taken"})
    screen = signed_in_page()
    page = screen.page
    screen.go("/content/everything/new")
    for name, text in (
        ("Needed", ""),
        ("Whole", "11"),
        ("Pattern", "ABC"),
        ("Price", "123456789012.5"),
        ("Fraction", "x"),
    ):
        box(screen, name).fill(text)
    page.get_by_role("button", name="Create", exact=True).click()
    summary = page.get_by_role("alert").filter(has_text="could not be saved")

    def told(name: str, message: str) -> None:
        """At the field, and in the summary beside the field's name."""
        assert box(screen, name).get_attribute("aria-invalid") == "true"
        expect(box(screen, name)).to_have_accessible_description(re.compile(re.escape(message)))
        named = page.get_by_role("button", name=name, exact=True)
        expect(summary.get_by_role("listitem").filter(has=named)).to_contain_text(message)

    for name, message in (
        ("Needed", "A value is needed."),
        ("Whole", "It has to be at most 10."),
        ("Pattern", "Small letters only"),
        ("Fraction", "A number is needed."),
    ):
        told(name, message)
    screen.checkpoint("item-wrong")
    for name, text in (("Needed", "n"), ("Whole", "9"), ("Pattern", "abc"), ("Fraction", "1"), ("Single", "taken")):
        box(screen, name).fill(text)
    screen.allow("/items/everything", 400)
    page.keyboard.press("Control+s")
    summary.get_by_role("button", name="Price").wait_for()
    box(screen, "Price").fill("12.5")
    page.keyboard.press("Control+s")
    summary.get_by_role("button", name="Single").wait_for()
    told("Single", "Another item has this value already.")
    # too small is as wrong as too large
    for name, text in (("Single", "free"), ("Whole", "0")):
        box(screen, name).fill(text)
    page.keyboard.press("Control+s")
    told("Whole", "It has to be at least 1.")


def test_two_people_change_a_singleton(api: Api, signed_in_page: NewScreen) -> None:
    api("PATCH", "/items/site", {"name": "Ours", "claim": "First"})
    screen = signed_in_page()
    screen.go("/content/site/new")
    box(screen, "Name").fill("Mine")
    api("PATCH", "/items/site", {"claim": "Theirs"})
    screen.allow("/items/site", 412)
    save(screen, "Save")
    assert {name: api("GET", "/items/site")[name] for name in ("name", "claim")} == {"name": "Mine", "claim": "Theirs"}
    box(screen, "Name").fill("Mine again")
    api("PATCH", "/items/site", {"name": "Theirs"})
    screen.page.get_by_role("button", name="Save", exact=True).click()
    screen.page.get_by_role("dialog", name="Changed by somebody else, too").get_by_text("Theirs").last.wait_for()
    assert api("GET", "/items/site")["name"] == "Theirs"
