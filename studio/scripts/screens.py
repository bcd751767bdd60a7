"""Look at everything: a screenshot of every screen and its important states, and what a machine can find wrong with it.

    make studio && .venv/bin/python studio/scripts/screens.py --to /tmp/screens
    … --modes dark phone --only 'item|palette'        some of them
    … --quick                                         pictures only

Starts servers of its own: one with the blog sample, and one that is not set up. What was found stands in `report.txt`
beside a mode's pictures: violations of WCAG 2.2 A and AA (axe), a page that scrolls sideways, texts cut off without a
way to read them, small targets, a focus that is lost when a dialog closes, errors in the console, layout that jumps.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.servers import Server, running_server  # noqa: E402
from tests.studio.harness import CHROMIUM_FLAGS, DESKTOP, LONGER, PHONE, ZOOMED, Screen, make_person, sign_in  # noqa: E402
from tests.studio.places import Project, make_project  # noqa: E402

SOURCE = ROOT / "studio" / "src"
EXAMPLES = ROOT / "docs" / "examples"
SETTLE_MILLISECONDS = 250
DRAFTS = '/content/articles?layout=tabular&filter={"_and":[{"status":{"_eq":"draft"}}]}'

_SMALL = """(least) => {
  const seen = [];
  const at = document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") ?? document.body;
  for (const one of at.querySelectorAll("a[href], button, input, select, textarea, [role=button], [role=tab],"
      + "[role=menuitem], [role=option], [role=checkbox], [role=switch]")) {
    if (one.closest(".sr-only, [aria-hidden=true], .cm-editor, [inert], [role=grid]") || one.disabled) continue;
    const box = (one.closest("label") ?? one).getBoundingClientRect();
    const style = getComputedStyle(one);
    if (box.width < 2 || box.height < 2 || style.visibility === "hidden") continue;
    if (one.tagName === "A" && style.display === "inline") continue;
    // what lies over its edges counts too
    const after = getComputedStyle(one, "::after");
    const grown = after.content !== "none" && after.position === "absolute"
      ? {width: parseFloat(after.width) || 0, height: parseFloat(after.height) || 0} : {width: 0, height: 0};
    const width = Math.max(box.width, grown.width), height = Math.max(box.height, grown.height);
    if (width + 0.5 >= least && height + 0.5 >= least) continue;
    const name = (one.getAttribute("aria-label") ?? one.textContent).trim().slice(0, 40);
    seen.push(`${one.tagName.toLowerCase()} "${name}" ${Math.round(width)}×${Math.round(height)}`);
  }
  return [...new Set(seen)].slice(0, 12);
}"""
_PICTURES = """() => Promise.allSettled([...document.images].filter((one) => {
  const box = one.getBoundingClientRect();
  return !one.complete && box.top < innerHeight && box.bottom > 0;
}).map((one) => one.decode()))"""
_QUIET = """() => new Promise((done) => {
  let before = -1;
  const look = () => {
    const now = performance.getEntriesByType("resource").length;
    if (now === before) return done();
    before = now;
    setTimeout(look, 400);
  };
  look();
})"""
_SIDEWAYS = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? [`${document.documentElement.scrollWidth} > ${document.documentElement.clientWidth}`] : []"""
_WATCH_SHIFTS = """(() => {
  window.__shifts = 0; window.__shifted = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) {
      window.__shifts += one.value;
      const moved = one.sources.slice(0, 2).map(({node}) => node?.outerHTML ?? node?.textContent ?? "");
      window.__shifted.push(...moved.map((text) => text.slice(0, 110)));
    }
  }).observe({type: "layout-shift", buffered: true});
})();"""


@dataclass(frozen=True)
class Mode:
    """How somebody looks at it."""

    context: dict[str, Any]
    locale: str = "en"
    preferences: dict[str, Any] | None = None
    longer: bool = False


MODES: dict[str, Mode] = {
    "light": Mode({}),
    "dark": Mode({"color_scheme": "dark"}),
    "contrast": Mode({}, preferences={"contrast": "more"}),
    "contrast-dark": Mode({"color_scheme": "dark"}, preferences={"contrast": "more"}),
    "forced": Mode({"forced_colors": "active"}),
    "phone": Mode({"viewport": PHONE, "has_touch": True, "is_mobile": True}),
    "phone-dark": Mode({"viewport": PHONE, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}),
    "ar": Mode({"locale": "ar-AE"}, "ar"),
    "de": Mode({"locale": "de-DE"}, "de"),
    "zoom": Mode({"viewport": ZOOMED, "device_scale_factor": 2}),
    "pseudo": Mode({}, longer=True),
}


class Looker:
    """One person in one mode."""

    def __init__(self, screen: Screen, project: Project, locale: str, longer: bool) -> None:
        self.screen, self.page, self.project, self.longer = screen, screen.page, project, longer
        self._words: dict[str, str] = {}
        for path in SOURCE.rglob(f"messages/{locale}.json"):
            self._words |= json.loads(path.read_text(encoding="utf-8"))

    def say(self, message: str) -> re.Pattern[str]:
        """What this message looks like on the page, whatever its values."""
        text = self._words[message]
        if one := re.match(r"\{\w+, plural, .*?one \{([^}]*)", text):
            pattern = ".+".join(re.escape(part) for part in re.split(r"\{.*|#|\b1\b", one[1]))
        else:
            pattern = re.escape(re.split(r"\{", text)[0].strip() or text)
        return re.compile("^" + (re.sub("[aeiou]", ".", pattern) if self.longer else pattern))

    def go(self, path: str) -> None:
        self.screen.go(path)
        self.page.locator("h1, [role=grid]").first.wait_for(timeout=15_000)
        self.settle()

    def settle(self) -> None:
        """Until nothing loads any more."""
        self.page.wait_for_load_state("networkidle", timeout=20_000)
        waiting = self.page.locator("[aria-busy=true], [class*=st-pulse]").first
        waiting.wait_for(state="detached", timeout=8_000)
        self.page.evaluate(_PICTURES)
        self.page.wait_for_timeout(SETTLE_MILLISECONDS)

    def press(self, message: str, role: str = "button", nth: int = 0) -> None:
        self.page.get_by_role(role, name=self.say(message)).nth(nth).click()
        self.page.wait_for_timeout(SETTLE_MILLISECONDS)


State = Callable[[Looker], object]


def _route(name: str) -> State:
    return lambda at: at.go(at.project.places()[name])


def _then(name: str, *steps: Callable[[Looker], Any]) -> State:
    def act(at: Looker) -> None:
        at.go(at.project.places()[name])
        for step in steps:
            step(at)
        at.page.evaluate(_QUIET)

    return act


def _press(message: str, role: str = "button", nth: int = 0) -> Callable[[Looker], None]:
    return lambda at: at.press(message, role, nth)


def _key(keys: str) -> Callable[[Looker], None]:
    return lambda at: at.page.keyboard.press(keys)


def _type(text: str) -> Callable[[Looker], None]:
    return lambda at: at.page.keyboard.type(text)


def _failing(name: str, pattern: str) -> State:
    """The screen when a request is answered by an error."""

    def act(at: Looker) -> None:
        body = {"errors": [{"message": "boom", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}
        at.screen.allow("/", 500)
        at.page.route(pattern, lambda route: route.fulfill(status=500, json=body))
        at.screen.go(at.project.places()[name])
        at.page.get_by_role("button", name=at.say("app.retry")).first.wait_for(timeout=15_000)
        at.page.wait_for_timeout(SETTLE_MILLISECONDS)

    return act


def _loading(name: str, pattern: str) -> State:
    """The screen while the answer is on its way."""

    def act(at: Looker) -> None:
        at.page.route(pattern, lambda route: None)
        at.screen.go(at.project.places()[name])
        at.page.wait_for_timeout(1500)

    return act


def _offline(at: Looker) -> None:
    at.go("/home")
    at.screen.allow("/", None)
    at.screen.allow_error("WebSocket|ERR_INTERNET_DISCONNECTED")
    at.page.context.set_offline(True)
    at.page.get_by_text(re.compile(at.say("shell.offline").pattern.lstrip("^"))).wait_for()


def _import_columns(at: Looker) -> None:
    at.go("/content/articles/import")
    csv = "title,status,Author,colour\nA day at sea,draft,Nobody,red\nAnother,nonsense,Nobody,blue\n"
    file = {"name": "articles.csv", "mimeType": "text/csv", "buffer": csv.encode()}
    at.page.locator("input[type=file]").first.set_input_files(file)
    at.page.get_by_role("heading", level=1).wait_for()
    at.page.wait_for_timeout(800)


def _select_rows(at: Looker) -> None:
    at.go(at.project.places()["list"])
    boxes = at.page.get_by_role("checkbox")
    for nth in (1, 2, 3):
        boxes.nth(nth).click(force=True)


def _import_checked(at: Looker) -> None:
    _import_columns(at)
    at.press("content.import.check")
    at.page.get_by_role("table").wait_for()


def _import_done(at: Looker) -> None:
    at.go("/content/notes/import")
    file = {"name": "notes.csv", "mimeType": "text/csv", "buffer": b"title\nLeave the key with Mira\n"}
    at.page.locator("input[type=file]").first.set_input_files(file)
    at.press("content.import.check")
    at.press("content.import.run")
    at.page.get_by_role("link", name=at.say("content.import.show")).wait_for()


def _bulk_preview(at: Looker) -> None:
    """What would become of all articles, some of which this person may not change."""
    at.go(at.project.places()["list"])
    at.page.get_by_role("checkbox").first.click(force=True)
    at.press("content.bulk.edit")
    at.press("content.bulk_edit.add")
    at.page.get_by_role("menuitem", name="Summary").click()
    at.page.get_by_role("dialog").get_by_role("textbox").first.fill("To be written")
    at.page.get_by_role("dialog").get_by_text(at.say("content.bulk_edit.closed.one")).first.wait_for()


def _changed(at: Looker) -> None:
    at.go(at.project.places()["author"])
    at.page.get_by_role("textbox", name="Name").first.fill("Ines Okafor-Byron")
    at.page.wait_for_timeout(400)


def _saved(at: Looker) -> None:
    """A small change, and the message that it is saved."""
    _changed(at)
    at.page.keyboard.press("Control+s")
    at.page.get_by_text(at.say("item.saved")).last.wait_for()


def _refused(at: Looker) -> None:
    """A new item that lacks what it must have."""
    at.screen.allow("/items/articles", 400)
    at.go("/content/articles/new")
    at.page.get_by_role("textbox", name="Slug").fill("x")
    at.press("item.verb.save_draft")
    at.page.get_by_role("alert").first.wait_for()


def _session_over(at: Looker) -> None:
    """Somebody has typed something, and the session ends."""
    _changed(at)
    at.screen.allow("", 401)
    at.screen.allow("", 403)
    body = {"errors": [{"message": "Token expired.", "extensions": {"code": "TOKEN_EXPIRED"}}]}
    at.page.route(re.compile("/(items|users|auth)/"), lambda route: route.fulfill(status=401, json=body))
    at.page.keyboard.press("Control+s")
    at.page.get_by_role("alertdialog", name=at.say("shell.relogin")).wait_for()


def _view_as(path: str) -> State:
    def act(at: Looker) -> None:
        at.go("/unknown")
        person = json.dumps(json.dumps({"id": at.project.editor, "name": "Eva"}))
        at.page.evaluate(f"sessionStorage.setItem('satchel.view-as', {person})")
        at.screen.allow("", 403)
        at.go(path)

    return act


def _review(at: Looker) -> None:
    """Two changes of a schema that wait: a column with another name, and one that goes."""
    at.go("/develop/schema/articles?field=title")
    at.page.get_by_role("dialog").get_by_role("textbox", name=at.say("develop.settings.name")).first.fill("headline")
    at.press("develop.done")
    at.press("develop.actions", nth=-1)
    at.press("develop.delete", "menuitem")
    at.press("develop.review")
    at.page.get_by_text("RENAME COLUMN").first.wait_for()


def _sql(at: Looker) -> None:
    at.go("/develop/sql")
    at.page.get_by_role("textbox").first.click()
    at.page.keyboard.type("SELECT name, email, biography FROM authors")
    at.press("develop.sql.run")
    at.page.get_by_role("table").or_(at.page.get_by_role("grid")).first.wait_for()


def _uploaded(at: Looker) -> None:
    at.go("/files")
    one = {"name": "notes of the harbour.txt", "mimeType": "text/plain", "buffer": b"low tide"}
    at.page.locator("input[type=file]").first.set_input_files(one)
    at.page.get_by_text("notes of the harbour").first.wait_for()
    at.page.evaluate(_QUIET)


def _selected_files(at: Looker) -> None:
    at.go("/files")
    for nth in (0, 1):
        at.page.get_by_role("checkbox").nth(nth).click(force=True)


def _wrong(at: Looker) -> None:
    at.screen.allow("/auth/login", 401)
    at.go("/login")
    at.page.locator("input[type=email]").fill("ada@example.com")
    at.page.locator("input[type=password]").fill("nothing like it")
    at.page.keyboard.press("Enter")
    at.page.get_by_text(at.say("app.error.INVALID_CREDENTIALS")).wait_for()


def _cell(collection: str, action: str) -> Callable[[Looker], None]:
    """Press a cell of a policy's matrix."""

    def act(at: Looker) -> None:
        what = at.say(f"access.action.{action}").pattern.lstrip("^")
        at.page.get_by_role("button", name=re.compile(f"{collection}.*{what}", re.IGNORECASE)).first.click()

    return act


def _new_collection(at: Looker) -> None:
    at.go("/develop/schema?new=collection")
    at.page.keyboard.type("Reviews")
    for kind in ("link", "image"):
        at.press("develop.field")
        at.page.get_by_role("menuitem", name=at.say(f"develop.kind.{kind}")).first.click()
        at.page.wait_for_timeout(SETTLE_MILLISECONDS)


GUEST: dict[str, State] = {
    "login": lambda at: at.go("/login"),
    "login-wrong": _wrong,
    "reset": lambda at: at.go("/reset-password"),
    "invite": lambda at: at.go("/accept-invite?token=none"),
    "shared": lambda at: at.go("/shared/00000000-0000-4000-8000-000000000000"),
}


PERMISSIONS = [
    {"collection": "articles", "action": "read", "fields": ["*"]},
    {"collection": "articles", "action": "create", "fields": ["*"]},
    {
        "collection": "articles",
        "action": "update",
        "fields": ["status", "title", "summary"],
        "permissions": {"status": {"_eq": "draft"}},
    },
    {"collection": "categories", "action": "read", "fields": ["*"]},
    {"collection": "directus_files", "action": "read", "fields": ["*"]},
]
WRITER: dict[str, State] = {
    "writer-home": lambda at: at.go("/home"),
    "writer-list": lambda at: at.go("/content/articles"),
    "writer-item": _route("item"),
    "writer-bulk": _bulk_preview,
    "writer-forbidden": lambda at: at.go("/settings/access"),
    "writer-forbidden-list": lambda at: at.go("/content/authors"),
}
"""Of somebody who may read articles and change drafts."""
SETUP: dict[str, State] = {
    "setup": lambda at: None,
    "setup-database": lambda at: at.page.get_by_text(at.say("setup.start.database")).first.click(),
    "setup-csv": lambda at: at.page.get_by_text(at.say("setup.start.csv")).first.click(),
    "setup-restore": _press("setup.restore.link"),
}
"""On a server that nobody has an account at."""


def states(project: Project) -> dict[str, State]:
    """What to look at for somebody who is signed in."""
    return {
        **{name: _route(name) for name in project.places()},
        "filter": _then("list", _press("filter.add")),
        "list-filtered": lambda at: at.go(DRAFTS),
        "columns": _then("list", _press("content.columns")),
        "bulk": _select_rows,
        "list-more": _then("list", _press("content.more")),
        "export": _then("list", _press("content.more"), _press("content.export", "menuitem")),
        "corner": _then("list", _press("content.api")),
        "import-columns": _import_columns,
        "item-menu": _then("item", _press("item.more")),
        "palette": _then("home", _key("Control+k")),
        "palette-typed": _then("home", _key("Control+k"), _type("bread"), lambda at: at.page.wait_for_timeout(900)),
        "cheat-sheet": _then("home", _key("?")),
        "notifications": _then("home", _press("shell.notifications")),
        "account-menu": _then("home", _press("shell.account.of")),
        "sample-remove": _then("home", _press("home.sample.remove")),
        "folder-new": _then("files", _press("files.folder.new")),
        "list-group-menu": _then("list", _press("content.group")),
        "list-layouts": _then("list", _press("layouts.tabular")),
        "list-colours": _then("list", _press("layouts.tabular"), _press("content.colours.open", "menuitem")),
        "list-view-new": lambda at: (at.go(DRAFTS), at.press("content.view.new")),
        "list-head-menu": _then("list", _press("grid.column_menu", nth=1)),
        "list-row-menu": _then("list", lambda at: at.page.get_by_role("gridcell").nth(2).click(button="right")),
        "filter-conditions": lambda at: (at.go(DRAFTS), at.press("filter.advanced")),
        "bulk-edit": lambda at: (_select_rows(at), at.press("content.bulk.edit"), at.press("content.bulk_edit.add")),
        "bulk-delete": lambda at: (_select_rows(at), at.press("content.delete")),
        "import-checked": _import_checked,
        "import-done": _import_done,
        "item-picker": _then("item", _press("relations.browse")),
        "item-picker-many": _then("author", _press("relations.add")),
        "item-linked": _then("item", _press("relations.edit")),
        "item-changed": _changed,
        "item-changes": lambda at: (_changed(at), at.press("item.changes")),
        "item-leave": lambda at: (_changed(at), at.press("item.back_to")),
        "item-saved": _saved,
        "item-refused": _refused,
        "item-delete": _then("item", _press("item.more"), _press("item.delete", "menuitem")),
        "item-version": _then("item", _press("item.version.main")),
        "session-over": _session_over,
        "palette-none": _then("home", _key("Control+k"), _type("zzzz"), lambda at: at.page.wait_for_timeout(900)),
        "passkey-new": _then("me-security", _press("account.passkeys.add")),
        "second-factor": _then("me-security", _press("account.tfa.set_up")),
        "file-delete": lambda at: (_selected_files(at), at.press("files.delete")),
        "files-selected": _selected_files,
        "files-upload": _uploaded,
        "policy-rule": _then("policy", _cell("articles", "update"), _press("access.level.custom_edit", "menuitem")),
        "policy-presets": _then(
            "policy",
            _cell("articles", "create"),
            _press("access.level.custom_edit", "menuitem"),
            _press("access.preset.add"),
            lambda at: at.page.get_by_role("menuitem", name="Author").click(),
        ),
        "policy-try": _then("policy", _press("access.try")),
        "view-as": _view_as("/content/articles"),
        "schema-fields": _then("schema-collection", _press("develop.field")),
        "schema-field": lambda at: at.go("/develop/schema/articles?field=status"),
        "schema-field-link": lambda at: at.go("/develop/schema/articles?field=author"),
        "schema-new-filled": _new_collection,
        "schema-options": lambda at: at.go("/develop/schema/articles?tab=options"),
        "schema-rules": lambda at: at.go("/develop/schema/articles?tab=rules"),
        "schema-indexes": lambda at: at.go("/develop/schema/articles?tab=indexes"),
        "schema-review": _review,
        "schema-delete": _then("schema", _press("develop.actions"), _press("develop.delete", "menuitem")),
        "sql-result": _sql,
        "panel-new": _then("dashboard-edit", _press("insights.add")),
        "panel-options": _then("dashboard-edit", _press("insights.options")),
        "dashboard-new": _then("insights", _press("insights.new")),
        "extension-try": lambda at: at.go("/settings/extensions/acme-stars"),
        "extension-switch": _then(
            "settings-extensions", lambda at: at.page.get_by_role("switch").last.click(force=True)
        ),
        "backup-restore": _then(
            "settings-backups",
            _press("settings.backups.make"),
            lambda at: at.page.get_by_text(at.say("settings.backups.made")).wait_for(),
            _press("settings.backups.actions"),
            _press("settings.backups.restore", "menuitem"),
        ),
        "people-invite": _then("people", _press("people.invite")),
        "people-new": _then("people", _press("people.new")),
        "policy-new": _then("access", _press("access.policy.new")),
        "schema-new": _then("schema", _press("develop.new")),
        "list-grouped": lambda at: at.go("/content/articles?layout=tabular&group=category"),
        "offline": _offline,
        "error-list": _failing("list", "**/items/articles?*"),
        "error-home": _failing("home", "**/activity?*"),
        "error-files": _failing("files", "**/files?*"),
        "error-people": _failing("people", "**/users?*"),
        "loading-list": _loading("list", "**/items/articles?*"),
        "loading-item": _loading("item", "**/items/articles/*"),
        "loading-home": _loading("home", "**/activity?*"),
        "loading-files": _loading("files", "**/files?*"),
        "loading-settings": _loading("settings-mail", "**/api/settings*"),
        "loading-people": _loading("people", "**/users?*"),
        "loading-policy": _loading("policy", "**/policies/*?*"),
    }


@dataclass(frozen=True)
class Place:
    """What is looked at: a server with a project, another without anybody, and who looks."""

    server: Server
    empty: Server
    project: Project
    writer: tuple[str, str]


def look(browser: Any, place: Place, name: str, wanted: re.Pattern[str], options: Any) -> list[str]:
    """All screens in one mode, into the folder; the findings."""
    mode = MODES[name]
    found: list[str] = []
    groups: list[tuple[tuple[str, str] | None, dict[str, State]]] = [
        (None, SETUP),
        (None, GUEST),
        ((place.server.email, place.server.password), states(place.project)),
        (place.writer, WRITER),
    ]
    for person, group in groups:
        chosen = {state: act for state, act in group.items() if wanted.search(state)}
        if not chosen:
            continue
        server = place.empty if group is SETUP else place.server
        settings = {"viewport": DESKTOP, "locale": "en-US", "reduced_motion": "reduce", **mode.context}
        context = browser.new_context(**settings)
        context.add_init_script(_WATCH_SHIFTS)
        if mode.longer:
            context.add_init_script(LONGER)
        if mode.preferences:
            value = json.dumps(json.dumps(mode.preferences))
            context.add_init_script(f"localStorage.setItem('satchel.preferences', {value})")
        if person:
            sign_in(Screen(context.new_page(), server), *person)
        for state, act in chosen.items():
            screen = Screen(context.new_page(), server)
            screen.page.set_default_timeout(8_000)
            problems: list[str] = []
            try:
                looker = Looker(screen, place.project, mode.locale, mode.longer)
                if group is SETUP:
                    link = re.search(r"/setup#t=\S+", server.log())
                    looker.go(link.group() if link else "/setup")
                act(looker)
            except Exception as error:
                problems.append(f"not reached: {str(error).splitlines()[0]}")
            try:
                screen.page.screenshot(path=options.to / name / f"{state}.png", timeout=60_000)
            except Exception as error:
                problems.append(f"no picture: {str(error).splitlines()[0]}")
            if not options.quick:
                problems += _findings(screen, "phone" in name)
            context.set_offline(False)
            screen.page.unroute_all(behavior="ignoreErrors")
            screen.page.close()
            found += [f"{name} {state}: {problem}" for problem in problems]
            (options.to / name / "report.txt").write_text("\n".join(found) + "\n", encoding="utf-8")
        context.close()
    return found


def _findings(screen: Screen, touch: bool) -> list[str]:
    page = screen.page
    found = [f"sideways {one}" for one in page.evaluate(_SIDEWAYS)]
    found += [f"cut off {one}" for one in screen.cut_off()]
    found += [f"small {one}" for one in page.evaluate(_SMALL, 44 if touch else 24)]
    shifts = page.evaluate("window.__shifts")
    if shifts > 0.02:
        found.append(f"jumps {shifts:.3f} {page.evaluate('window.__shifted.slice(0, 3)')}")
    found += [f"axe {one['rule']}: {one['nodes'][0]}" for one in screen.axe()]
    found += screen.problems
    if page.locator("[role=dialog], [role=alertdialog]").count():
        page.keyboard.press("Escape")
        page.wait_for_timeout(300)
        if not page.locator("[role=dialog], [role=alertdialog]").count() and page.evaluate(
            "document.activeElement === document.body"
        ):
            found.append("focus is lost when the dialog closes")
    return found


def main() -> None:
    """Parse the arguments, look, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--to", type=Path, default=Path("screens"), help="the folder for pictures and the report")
    parser.add_argument("--modes", nargs="+", choices=MODES, default=list(MODES))
    parser.add_argument("--only", default="", help="a regular expression of names of screens")
    parser.add_argument("--quick", action="store_true", help="pictures only")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    data = Path(tempfile.mkdtemp(prefix="screens-"))
    found: list[str] = []
    shutil.copytree(EXAMPLES, data / "project" / "extensions")
    with (
        running_server(data / "project") as started,
        running_server(data / "empty", superuser=False) as empty,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        # passkeys want a name
        server = replace(started, url=started.url.replace("127.0.0.1", "localhost"))
        place = Place(server, empty, make_project(server), make_person(server, "Writer", PERMISSIONS))
        for name in options.modes:
            (options.to / name).mkdir(parents=True, exist_ok=True)
            found += look(browser, place, name, re.compile(options.only), options)
            sys.stdout.write(f"{name}: done\n")
        browser.close()
    shutil.rmtree(data, ignore_errors=True)
    sys.stdout.write(f"{len(found)} findings; see report.txt beside the pictures\n")


if __name__ == "__main__":
    main()
