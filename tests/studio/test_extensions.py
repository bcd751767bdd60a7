"""Extensions of the studio: journey 24, and whatever else they may contribute, ask for and must not get."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE, Screen, pick_field

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def put(server: Server, *names: str) -> None:
    """Copy examples to where extensions are."""
    for name in names:
        shutil.copytree(EXAMPLES / name, server.data / "extensions" / name, dirs_exist_ok=True)


def broken(folder: Path) -> None:
    """An extension whose code throws as soon as it runs."""
    folder.mkdir(parents=True, exist_ok=True)
    interface = {"id": "acme-broken", "name": "Broken", "types": ["string"], "element": "acme-broken-input"}
    manifest = {
        "name": folder.name,
        "version": "1.0.0",
        "title": "Broken",
        "studio": "^1",
        "entry": "index.js",
        "trust": "trusted",
        "contributes": {"interfaces": [interface]},
    }
    (folder / "satchel-extension.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "index.js").write_text("throw new Error('the engine is missing');", encoding="utf-8")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("extensions")) as started:
        with started.client(started.directus_token()) as http:
            key = {"is_primary_key": True, "has_auto_increment": True}
            stars = {"interface": "acme-stars", "options": {"max": 6}, "display": "acme-stars"}
            fields = [
                {"field": "id", "type": "integer", "schema": key, "meta": {"hidden": True}},
                {"field": "title", "type": "string", "meta": {"interface": "input"}},
                {"field": "stars", "type": "integer", "meta": stars},
                {"field": "rank", "type": "integer", "meta": {"interface": "input"}},
                {"field": "code", "type": "string", "meta": {"interface": "acme-broken"}},
            ]
            made = http.post("/collections", json={"collection": "places", "schema": {}, "meta": {}, "fields": fields})
            assert made.status_code == 200, made.text
            rows = [{"title": "Harbour", "stars": 2, "code": "keep me"}, {"title": "Old mill", "stars": 5}]
            assert http.post("/items/places", json=rows).status_code == 200
        yield started


def first_load(screen: Screen) -> int:
    """The bytes that the log-in page loads, all but its own."""
    screen.go("/login")
    screen.page.get_by_role("textbox", name="E-mail").wait_for()
    screen.page.wait_for_load_state("networkidle")
    sizes = "() => performance.getEntriesByType('resource').reduce((sum, one) => sum + one.encodedBodySize, 0)"
    return screen.page.evaluate(sizes)


@pytest.mark.smoke
def test_a_folder_becomes_an_extension_without_a_rebuild(
    server: Server, new_screen: NewScreen, signed_in_page: NewScreen
) -> None:
    """Journey 24. A folder with an interface, a display, a panel and a module is there without a restart, and its value
    is the same in form, cell and batch; one that is broken shows its card, one in a sandbox is denied what it did not
    declare; the first load stays as it was.
    """
    before = first_load(new_screen())
    screen = signed_in_page("Admin")
    page = screen.page
    code: list[str] = []
    page.on("request", lambda request: code.append(request.url) if "/ext/" in request.url else None)

    with server.client(server.directus_token()) as http:

        def stored(*names: str) -> list[list[object]]:
            rows = http.get("/items/places", params={"sort": "id"}).json()["data"]
            return [[row[name] for name in names] for row in rows]

        def become(names: tuple[str, ...], *wanted: list[object]) -> None:
            for _ in range(50):
                if stored(*names) == list(wanted):
                    return
                page.wait_for_timeout(100)
            assert stored(*names) == list(wanted)

        screen.go("/content/places/1")
        page.get_by_text(re.compile("acme-stars.*is not installed")).first.wait_for()
        put(server, "acme-stars")
        page.reload()  # no restart, no build
        group = page.get_by_role("group", name="Stars")
        group.get_by_role("button", name="2 of 6 stars", pressed=True).wait_for()

        # it is chosen for another field
        screen.go("/develop/schema/places?field=rank")
        drawer = page.get_by_role("dialog")
        drawer.get_by_role("button", name=re.compile("Edited by")).click()
        page.get_by_role("option", name="Stars").click()
        screen.checkpoint("extension chosen")
        drawer.get_by_role("button", name="Done").click()
        page.get_by_role("button", name="Review").click()
        page.get_by_role("dialog").get_by_role("button", name="Apply changes").click()
        page.get_by_text("change was applied").wait_for()
        assert http.get("/fields/places/rank").json()["data"]["meta"]["interface"] == "acme-stars"

        # in the form; a broken one beside it shows its card, and nothing else stops
        broken(server.data / "extensions" / "acme-broken")
        screen.go("/content/places/1")
        page.get_by_text("the engine is missing").wait_for()
        page.get_by_text("keep me").first.wait_for()
        page.get_by_role("group", name="Rank").get_by_role("button", name="3 of 5 stars").click()
        group.get_by_role("button", name="4 of 6 stars").click()
        page.get_by_role("textbox", name="Title").fill("The harbour")
        screen.checkpoint("extension form")
        page.keyboard.press("Control+s")
        names = ("title", "stars", "rank", "code")
        become(names, ["The harbour", 4, 3, "keep me"], ["Old mill", 5, None, None])

        # in a list and its cells
        screen.go("/content/places?layout=tabular&cols=title,stars")
        page.get_by_role("img", name="5 stars").wait_for()
        screen.checkpoint("extension list")
        page.get_by_role("gridcell").filter(has=page.get_by_role("img", name="5 stars")).dblclick()
        page.get_by_role("group", name="Stars").get_by_role("button", name="1 of 6 stars").click()
        become(("stars",), [4], [1])

        # in many items at once
        page.get_by_role("checkbox", name="Select all rows").check()
        page.get_by_role("toolbar").get_by_role("button", name="Edit").click()
        page.get_by_role("button", name="Choose a field").click()
        pick_field(page, "Stars")
        page.get_by_role("region", name="Stars").get_by_role("button", name="3 of 6 stars").click()
        screen.checkpoint("extension batch")
        page.get_by_role("button", name="Change 2 items").click()
        become(("stars",), [3], [3])
        screen.go("/content/places?layout=acme-lines")
        page.get_by_text("2 items").wait_for()
        screen.checkpoint("extension layout")

        # on a dashboard
        board = http.post("/dashboards", json={"name": "Places"}).json()["data"]["id"]
        screen.go(f"/insights/{board}/edit")
        page.get_by_role("button", name="Add panel").click()
        page.get_by_role("menuitem", name="Average stars").click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_role("button", name=re.compile("Collection")).click()
        page.get_by_role("option", name="Places").click()
        drawer.get_by_text("3 stars on average").wait_for()
        drawer.get_by_role("button", name="Apply").click()
        screen.checkpoint("extension panel")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Edit", exact=True).wait_for()
        page.get_by_text("3 stars on average").wait_for()
        (panel,) = http.get("/panels", params={"filter[dashboard][_eq]": board}).json()["data"]
        assert panel["type"] == "acme-average"
        average = http.get("/items/places", params={"aggregate[avg]": "stars"}).json()["data"][0]["avg"]["stars"]
        assert float(average) == 3

    # as a module; nothing of an extension is loaded before it is drawn
    code.clear()
    screen.go("/home")
    page.get_by_role("link", name="Stars").wait_for()
    page.wait_for_load_state("networkidle")
    assert code == []
    page.get_by_role("link", name="Stars").click()
    page.get_by_role("heading", name="Stars of all places").wait_for()
    page.get_by_role("button", name="About this page").click()
    page.get_by_role("heading", name="About this page").wait_for()
    assert page.url.endswith("/x/acme-stars/overview/about")
    screen.checkpoint("extension module")
    page.keyboard.press("Control+k")
    page.keyboard.type("Stars")
    found = page.get_by_role("menuitem", name="Stars").first
    found.wait_for()
    assert "undefined" not in found.inner_text().lower()  # modules of extensions have no keys
    page.keyboard.press("Escape")

    # in a sandbox, it gets what it declares; the rest never leaves the browser
    put(server, "acme-guest")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/users/me" in request.url else None)
    screen.go("/home")
    page.get_by_role("link", name="Guest").wait_for()
    page.wait_for_load_state("networkidle")
    asked.clear()
    page.get_by_role("link", name="Guest").click()
    guest = page.frame_locator("iframe").frame_locator("iframe")
    guest.get_by_role("heading", name="2 places").wait_for()
    guest.get_by_text("read:directus_users").wait_for()
    assert asked == []
    screen.checkpoint("extension sandbox")

    assert abs(first_load(new_screen()) - before) <= 1000


def test_actions_sections_commands_and_themes(server: Server, signed_in_page: NewScreen) -> None:
    put(server, "acme-desk")
    with server.client(server.directus_token()) as http:
        http.patch("/items/places/2", json={"title": "Old mill"})
    screen = signed_in_page("Admin", color_scheme="dark")
    page = screen.page
    screen.go("/content/places/2?panel=x.acme-length")
    page.get_by_text("8 letters in the title").wait_for()
    page.get_by_role("textbox", name="Title").fill("Mill")
    page.get_by_text("4 letters in the title").wait_for()
    screen.checkpoint("extension section")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Shout the title").click()
    page.get_by_text("MILL", exact=True).wait_for()
    with server.client(server.directus_token()) as http:
        assert http.get("/items/places/2").json()["data"]["title"] == "MILL"
    page.get_by_role("textbox", name="Title").fill("MILL")

    screen.go("/content/places?layout=tabular")
    page.get_by_role("checkbox", name="Select all rows").check()
    page.get_by_role("toolbar").get_by_role("button", name="Count").click()
    page.get_by_text("2 items chosen").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("say hello")
    page.get_by_role("menuitem", name="Say hello").click()
    page.get_by_text("Hello from the desk").wait_for()

    def background() -> str:
        return page.evaluate("() => getComputedStyle(document.body).backgroundColor")

    plain = background()
    screen.go("/me/preferences")
    assert page.get_by_role("button", name=re.compile("Light theme")).count() == 0  # it can't be read
    page.get_by_role("button", name=re.compile("Dark theme")).click()
    page.get_by_role("option", name="Forest").click()
    assert background() != plain
    screen.checkpoint("extension theme")
    page.reload()
    page.get_by_role("button", name=re.compile("Dark theme.*Forest|Forest.*Dark theme")).wait_for()
    assert background() != plain


PROBE = """
import { api } from "@satchel/studio";
const tries = {
  cookie: () => document.cookie,
  storage: () => localStorage.length,
  parent: () => parent.document.title,
  top: () => top.document.title,
  leave: () => { top.location.href = "about:blank"; },
  network: () => fetch("https://example.com/"),
  server: () => fetch(new URL("/users/me", import.meta.url)),
  undeclared: () => api.get("/users"),
  write: () => api.patch("/items/places/1", { title: "Mine" }),
  through: () => api.get("/items/places", { fields: "owner.email" }),
  declared: () => api.get("/items/places", { fields: "title" }),
};
class Probe extends HTMLElement {
  async connectedCallback() {
    const told = {};
    for (const [name, run] of Object.entries(tries)) {
      try { await run(); told[name] = "done"; } catch (error) { told[name] = "denied"; }
    }
    this.textContent = JSON.stringify(told);
  }
}
export default () => customElements.define("acme-probe", Probe);
"""


def test_a_sandbox_gets_what_it_declares_and_nothing_else(server: Server, signed_in_page: NewScreen) -> None:
    folder = server.data / "extensions" / "acme-probe"
    folder.mkdir(parents=True)
    module = {"id": "acme-probe", "name": "Probe", "path": "home", "icon": "bug", "element": "acme-probe"}
    manifest = {
        "name": "acme-probe", "version": "1.0.0", "studio": "^1", "entry": "index.js", "trust": "sandboxed",
        "requires": {"api": ["read:places"]}, "contributes": {"modules": [module]},
    }  # fmt: skip
    (folder / "satchel-extension.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "index.js").write_text(PROBE, encoding="utf-8")
    screen = signed_in_page("Admin")
    page = screen.page
    # what the browser denies, it says in the console
    screen.allow_error("Content Security Policy|Unsafe attempt|sandboxed|Failed to navigate|CORS|Access to fetch")
    for url in ("example.com", "/users/me"):
        screen.allow(url, None)
    screen.go("/x/acme-probe/home")
    probe = page.frame_locator("iframe").frame_locator("iframe")
    probe.get_by_text("declared").wait_for()
    told = json.loads(probe.locator("acme-probe").inner_text())
    assert told.pop("declared") == "done"
    assert told == dict.fromkeys(told, "denied")
    assert "/x/acme-probe" in page.url
    with server.client(server.directus_token()) as http:
        assert http.get("/items/places/1").json()["data"]["title"] != "Mine"


def test_extensions_are_added_switched_and_removed_in_the_settings(server: Server, signed_in_page: NewScreen) -> None:
    shutil.rmtree(server.data / "extensions", ignore_errors=True)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for path in sorted((EXAMPLES / "acme-desk").rglob("*")):
            target.write(path, path.relative_to(EXAMPLES))
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/settings/extensions")
    page.get_by_role("heading", name="No extensions yet").wait_for()
    screen.checkpoint("extensions none")

    def choose(data: bytes) -> None:
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Add from a zip").click()
        chooser.value.set_files({"name": "desk.zip", "mimeType": "application/zip", "buffer": data})

    screen.allow("/studio/api/extensions", 400)
    choose(b"no zip at all")
    page.get_by_text("The file is no zip archive").wait_for()
    choose(archive.getvalue())
    dialog = page.get_by_role("alertdialog", name="Switch “Desk” on?")
    dialog.get_by_text("whole session").wait_for()
    screen.checkpoint("extensions trust")
    dialog.get_by_role("button", name="Switch on").click()
    card = page.get_by_role("region", name="Desk")
    card.get_by_role("switch", checked=True).wait_for(state="attached")
    card.get_by_text("The theme “Fog” has too little contrast").wait_for()
    assert card.get_by_text("Forest").count() == 0
    broken(server.data / "extensions" / "acme-wrong")
    (server.data / "extensions" / "acme-wrong" / "satchel-extension.json").write_text("{", encoding="utf-8")
    page.reload()
    page.get_by_role("region", name="acme-wrong").get_by_text("satchel-extension.json").wait_for()
    screen.checkpoint("extensions list")
    card.get_by_text("Enabled", exact=True).click()
    page.get_by_text("Changes take effect").wait_for()
    page.get_by_role("button", name="Reload").click()
    card.get_by_role("switch", checked=False).wait_for(state="attached")
    page.get_by_role("button", name="Remove acme-desk").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    card.wait_for(state="detached")
    assert not (server.data / "extensions" / "acme-desk").exists()


def test_safe_mode_starts_without_extensions(server: Server, signed_in_page: NewScreen) -> None:
    """A way back in, whatever an extension does to the page."""
    folder = server.data / "extensions" / "acme-hostile"
    folder.mkdir(parents=True, exist_ok=True)
    hostile = "setInterval(() => document.body.replaceChildren(), 50);"
    (folder / "index.js").write_text(f"export default () => {{ {hostile} }};", encoding="utf-8")
    module = {"id": "acme-hostile", "name": "Hostile", "path": "home", "icon": "bug", "element": "acme-hostile"}
    display = {"id": "acme-hostile", "element": "acme-hostile-display", "types": ["string"]}
    manifest = {
        "name": "acme-hostile", "version": "1.0.0", "studio": "^1", "entry": "index.js",
        "contributes": {"modules": [module], "displays": [display]},
    }  # fmt: skip
    (folder / "satchel-extension.json").write_text(json.dumps(manifest), encoding="utf-8")
    with server.client(server.directus_token()) as http:
        changed = http.patch("/fields/places/title", json={"meta": {"display": "acme-hostile"}})
        assert changed.status_code == 200, changed.text
    screen = signed_in_page("Admin")
    page = screen.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/ext/" in request.url else None)
    screen.go("/content/places?layout=tabular&safe=1")
    page.get_by_text("Safe mode: all extensions are off").wait_for()
    page.get_by_text("harbour").first.wait_for()
    assert page.get_by_role("link", name="Hostile").count() == 0
    screen.checkpoint("safe mode")
    # it holds until it is left, and what is broken can be switched off
    screen.go("/settings/extensions")
    card = page.get_by_role("region", name="acme-hostile")
    card.get_by_text("Enabled", exact=True).click()
    page.get_by_text("Changes take effect").wait_for()
    assert asked == []
    page.get_by_role("button", name="Leave safe mode").click()
    page.get_by_text("Safe mode").wait_for(state="detached")
    screen.go("/content/places")
    page.get_by_text("harbour").first.wait_for()
    with server.client(server.directus_token()) as http:
        http.patch("/fields/places/title", json={"meta": {"display": None}})
    shutil.rmtree(folder)


def test_a_display_of_a_sandbox_is_a_text(server: Server, signed_in_page: NewScreen) -> None:
    folder = server.data / "extensions" / "acme-text"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.js").write_text("throw new Error('nothing runs');", encoding="utf-8")
    display = {
        "id": "acme-text", "element": "acme-text", "types": ["integer"],
        "text": {"en": "{{value | number}} of {{options.max}}"},
    }  # fmt: skip
    panel = {
        "id": "acme-greedy", "name": "Greedy", "element": "acme-greedy",
        "queries": [{"id": "all", "collection": "directus_users", "fields": ["email"]}],
    }  # fmt: skip
    manifest = {
        "name": "acme-text", "version": "1.0.0", "studio": "^1", "entry": "index.js", "trust": "sandboxed",
        "requires": {"api": ["read:*"]}, "contributes": {"displays": [display], "panels": [panel]},
    }  # fmt: skip
    (folder / "satchel-extension.json").write_text(json.dumps(manifest), encoding="utf-8")
    with server.client(server.directus_token()) as http:
        meta = {"display": "acme-text", "display_options": {"max": 6}}
        assert http.patch("/fields/places/stars", json={"meta": meta}).status_code == 200
        assert http.patch("/items/places/1", json={"stars": 4}).status_code == 200
        board = http.post("/dashboards", json={"name": "Greedy"}).json()["data"]["id"]
        row = {"dashboard": board, "type": "acme-greedy", "width": 8, "height": 6, "position_x": 1, "position_y": 1}
        assert http.post("/panels", json={**row, "show_header": False}).status_code == 200
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/content/places?layout=tabular")
    page.get_by_text("4 of 6").wait_for()
    # what a panel of a sandbox asks for is held to what is declared, too
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "fields=email" in request.url else None)
    screen.allow_error("read:directus_users|error occurred")
    screen.go(f"/insights/{board}")
    page.get_by_text('needs "read:directus_users"').wait_for()
    assert asked == []
    shutil.rmtree(folder)


TOOLS = """
import { commands, pickItems, schema, tokens, api } from "@satchel/studio";
const say = (box, text) => { box.append(Object.assign(document.createElement("p"), { textContent: text })); };
class Tools extends HTMLElement {
  async connectedCallback() {
    this.style.cssText = "display:block;padding:24px";
    const button = Object.assign(document.createElement("button"), { textContent: "Choose places" });
    button.addEventListener("click", async () => say(this, `chosen: ${await pickItems("places", { multiple: true })}`));
    this.append(button);
    tokens.subscribe((now) => say(this, `background changed: ${now["--st-bg"] === tokens.get()["--st-bg"]}`));
    const names = (await schema.collections()).map((one) => one.collection);
    const fields = (await schema.fields("places")).map((one) => one.field);
    say(this, `knows places: ${names.includes("places")}, users: ${names.includes("directus_users")}, ${fields}`);
    for (const [name, run] of [["users", () => pickItems("directus_users")], ["command", () => commands.run("none")]]) {
      if (name === "users" && !this.sandboxed) continue;
      await run().then(() => say(this, `${name}: done`), (error) => say(this, `${name}: ${error.message}`));
    }
  }
}
export default () => {
  Tools.prototype.sandboxed = window.origin === "null";
  customElements.define("acme-tools", Tools);
};
"""


@pytest.mark.parametrize("trust", ["trusted", "sandboxed"])
def test_the_tools_of_the_studio(server: Server, signed_in_page: NewScreen, trust: str) -> None:
    folder = server.data / "extensions" / "acme-tools"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.js").write_text(TOOLS, encoding="utf-8")
    module = {"id": "acme-tools", "name": "Tools", "path": "home", "icon": "hammer", "element": "acme-tools"}
    manifest = {
        "name": "acme-tools", "version": "1.0.0", "studio": "^1", "entry": "index.js", "trust": trust,
        "requires": {"api": ["read:places"]}, "contributes": {"modules": [module]},
    }  # fmt: skip
    (folder / "satchel-extension.json").write_text(json.dumps(manifest), encoding="utf-8")
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/x/acme-tools/home")
    inside = page.frame_locator("iframe").frame_locator("iframe") if trust == "sandboxed" else page
    users = "true" if trust == "trusted" else "false"
    inside.get_by_text(f"knows places: true, users: {users}, id,title").wait_for()
    if trust == "sandboxed":
        inside.get_by_text('users: pickItems needs "read:directus_users"').wait_for()
        inside.get_by_text("command: commands.run is not open to extensions in a sandbox").wait_for()
    else:
        inside.get_by_text('command: There is no command "none"').wait_for()
    inside.get_by_role("button", name="Choose places").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("option").first.click()
    screen.checkpoint(f"extension picks {trust}", axe=False)
    dialog.get_by_role("button", name=re.compile("Add 1")).click()
    inside.get_by_text(re.compile("chosen: [12]")).wait_for()
    dialog.wait_for(state="detached")
    screen.wear("dark", "normal")
    inside.get_by_text("background changed: true").first.wait_for()
    shutil.rmtree(folder)


@pytest.mark.parametrize("trust", ["trusted", "sandboxed"])
def test_controls_overlays_and_a_shared_library(server: Server, signed_in_page: NewScreen, trust: str) -> None:
    """What draws with lit, with the studio's own controls and above the page, in both kinds of trust."""
    shutil.rmtree(server.data / "extensions", ignore_errors=True)
    put(server, "acme-tones")
    manifest = server.data / "extensions" / "acme-tones" / "satchel-extension.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"trusted"', f'"{trust}"'), encoding="utf-8")
    with server.client(server.directus_token()) as http:
        assert http.patch("/fields/places/code", json={"meta": {"interface": "acme-tones"}}).status_code == 200
        assert http.patch("/items/places/1", json={"code": None}).status_code == 200
    screen = signed_in_page("Admin")
    page = screen.page
    inside = page.frame_locator("iframe").frame_locator("iframe") if trust == "sandboxed" else page
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/sdk/" in request.url else None)
    screen.go("/home")
    page.get_by_role("link", name="Tones").wait_for()
    page.wait_for_load_state("networkidle")
    assert fetched == []

    screen.go("/content/places/1")
    button = inside.get_by_role("button", name="Code: None")
    button.click()
    shown = inside.get_by_role("dialog", name="Code")
    shown.get_by_role("button", name="Warm").and_(inside.locator(":focus")).wait_for()
    screen.checkpoint(f"extension overlay {trust}")
    page.keyboard.press("Escape")
    shown.wait_for(state="detached")
    assert inside.locator("acme-tones-input").evaluate("one => one.shadowRoot.activeElement?.localName") == "st-button"
    button.click()
    shown.wait_for()
    button.click()  # once more closes it
    shown.wait_for(state="detached")
    button.click()
    shown.get_by_role("button", name="Bold").click()
    inside.get_by_role("button", name="Code: Bold").wait_for()
    page.keyboard.press("Control+s") if trust == "trusted" else page.get_by_role("button", name="Save").first.click()
    page.get_by_text("Saved", exact=True).last.wait_for()
    with server.client(server.directus_token()) as http:
        assert http.get("/items/places/1").json()["data"]["code"] == "bold"

    screen.go("/x/acme-tones/all")
    inside.get_by_role("button", name="Suggest a tone").click()
    dialog = inside.get_by_role("dialog", name="Suggest a tone")
    dialog.wait_for()
    within = inside.locator("st-dialog")  # what stands in it is beside the shadow that the dialog is in
    within.get_by_role("button", name="Suggest", exact=True).click()
    within.get_by_text("It needs a name.").wait_for()
    for theme, contrast in (("light", "normal"), ("dark", "normal"), ("light", "more")):
        screen.wear(theme, contrast)
        screen.checkpoint(f"extension dialog {trust} {theme} {contrast}")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    inside.get_by_role("button", name="Suggest a tone").click()
    within.get_by_role("textbox", name="Name").fill("Crisp")
    within.get_by_role("combobox", name="Like").select_option("bold")
    within.get_by_role("button", name="Suggest", exact=True).click()
    page.get_by_text("Crisp ~ Bold").wait_for()


def test_an_overlay_is_all_that_its_escape_closes(server: Server, signed_in_page: NewScreen) -> None:
    """In a drawer of the studio's own; and on a phone, dark and from right to left, where targets are 44 pixels."""
    shutil.rmtree(server.data / "extensions", ignore_errors=True)
    put(server, "acme-tones")
    with server.client(server.directus_token()) as http:
        assert http.patch("/fields/places/code", json={"meta": {"interface": "acme-tones"}}).status_code == 200
        assert http.patch("/items/places", json={"keys": [1, 2], "data": {"code": "calm"}}).status_code == 200
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/content/places?layout=tabular")
    page.get_by_role("checkbox", name="Select all rows").check()
    page.get_by_role("toolbar").get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Choose a field").click()
    pick_field(page, "Code")
    page.get_by_role("button", name="Code: None").click()
    shown = page.get_by_role("dialog", name="Code")
    shown.get_by_role("button", name="Warm").wait_for()
    screen.checkpoint("extension overlay in a drawer")
    page.keyboard.press("Escape")
    shown.wait_for(state="detached")
    page.get_by_role("button", name="Code: None").click()
    shown.get_by_role("button", name="Warm").click()
    page.get_by_role("button", name="Change 2 items").click()
    page.get_by_text("2 items").first.wait_for()
    with server.client(server.directus_token()) as http:
        for _ in range(50):
            if [row["code"] for row in http.get("/items/places").json()["data"]] == ["warm", "warm"]:
                break
            page.wait_for_timeout(100)
        assert [row["code"] for row in http.get("/items/places").json()["data"]] == ["warm", "warm"]

    phone = signed_in_page("Admin", viewport=PHONE, has_touch=True, locale="ar-AE", color_scheme="dark")
    phone.go("/content/places/1")
    phone.page.get_by_role("button", name="Code: دافئ").tap()
    shown = phone.page.get_by_role("dialog", name="Code")
    for button in shown.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    around, anchor = shown.bounding_box(), phone.page.get_by_role("button", name="Code: دافئ").bounding_box()
    assert around is not None
    assert anchor is not None
    assert around["x"] >= 0
    assert abs(around["x"] + around["width"] - anchor["x"] - anchor["width"]) <= 1  # they end where the other begins
    phone.checkpoint("extension overlay on a phone")
