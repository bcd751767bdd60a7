"""Every screen, in light, dark and high contrast, from left to right and from right to left, at a desk and on a phone:
nothing that axe-core finds, no error in the console, no page that scrolls sideways. With longer words, in German, and
zoomed: nothing cut off, nothing left in another language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers import Server
from tests.studio.conftest import NewScreen
from tests.studio.harness import DESKTOP, LONGER, NARROWEST, PHONE, ROOT, ZOOMED, Screen, sign_in
from tests.studio.places import Project, make_project

LOOKS = [("light", "normal"), ("dark", "normal"), ("light", "more"), ("dark", "more")]
BARS = re.compile(r'^button ".*: [\d,]+ entr(y|ies)"')
"""Those of the histogram of logs are as wide as their time is long; times are chosen by a field, too."""
REFUSED = {"item-missing": "/items/articles/00000000"}
"""Screens whose request is refused: that is what they show."""


@pytest.fixture(scope="module")
def project(server: Server) -> Project:
    return make_project(server)


@pytest.fixture
def visits(new_screen: NewScreen, server: Server, project: Project) -> Any:
    """Opens each screen in turn, and waits until it is there."""

    def visit(locale: str, script: str = "") -> Iterator[tuple[str, Screen]]:
        screen = new_screen(locale=locale)
        if script:
            screen.page.add_init_script(script)
        sign_in(screen, server.email, server.password)
        for name, path in project.places().items():
            if name in REFUSED:
                screen.allow(REFUSED[name], 403)
            screen.go(path)
            screen.page.locator("h1").first.wait_for()
            screen.page.wait_for_load_state("networkidle", timeout=60_000)
            busy = screen.page.locator("[aria-busy=true]").first
            busy.wait_for(state="detached", timeout=30_000)
            yield name, screen

    return visit


@pytest.mark.parametrize("locale", ["en-US", pytest.param("ar-AE", marks=pytest.mark.sweep)])
def test_every_screen_in_every_look(visits: Any, locale: str) -> None:
    """Journey 25, every screen: languages, phone and desk, light, dark and high contrast; all is hit by a finger."""
    wrong: dict[str, Any] = {}
    for turn, (name, screen) in enumerate(visits(locale)):
        # colours are all that another look changes: they alone are judged again, and once for both directions
        first = LOOKS[turn % 4]
        others = [look for look in LOOKS if look != first] if locale == "en-US" else []
        for look in (first, *others):
            screen.wear(*look)
            found = screen.axe(*([] if look == first else ["color-contrast"]))
            if found:
                wrong[f"{name}, {' '.join(look)}"] = found
        for size in (PHONE, DESKTOP):
            if locale == "en-US":
                screen.touch(size == PHONE)
            screen.resize(size)
            sideways = screen.sideways()
            if sideways:
                wrong[f"{name}, {size['width']} wide"] = sideways
            if outgrown := screen.outgrown():
                wrong[f"{name}, taller than the window, {size['width']} wide"] = outgrown
            if size == PHONE and locale == "en-US":
                hard = [one for one in screen.hard_to_hit() if not BARS.search(one)]
                if hard:
                    wrong[f"{name}, under fingers"] = hard
        if screen.problems:
            wrong[f"{name}, errors"] = screen.problems.copy()
            screen.problems.clear()
    assert not wrong, json.dumps(wrong, indent=1)


SOURCE = ROOT / "studio" / "src"
NO_SENTENCE = re.compile(r"[^A-Za-z]*|[A-Za-z]{1,3}|.*[\d@{}<>=_/].*", re.DOTALL)
"""Signs, units, initials, numbers and dates, addresses, code."""
NAMES = {"English", "Deutsch", "PocketBase", "Directus", "curl", "JavaScript", "Python", "GraphQL", "POST", "PATCH"}
NAMES |= {"DELETE", "Satchel"}
WORDS = re.compile(r'\bwords\(\s*"([^"]+)"')
"""What interfaces, displays and panels are called: each says it in all languages where it is defined."""
FROM_ELSEWHERE = {"just now", "Click to start dragging."}
"""What the browser (`Intl`) and React Aria say, in the language of the page: not from our catalogs."""


def catalog(locale: str) -> dict[str, str]:
    """All messages of a language."""
    said: dict[str, str] = {}
    for path in SOURCE.rglob(f"messages/{locale}.json"):
        said |= json.loads(path.read_text(encoding="utf-8"))
    return said


def told_by_the_server(server: Server) -> str:
    """What the server says, in one text, as people read it: names and values that nobody translates."""
    paths = ("/collections", "/fields", "/relations", "/items/articles?fields=*.*&limit=-1", "/users?fields=*.*")
    more = (
        "/roles",
        "/policies",
        "/files",
        "/folders",
        "/dashboards?fields=*.*",
        "/presets",
        "/notifications",
        "/comments",
    )
    with server.client(server.directus_token()) as http:
        texts = [json.dumps(http.get(path).json(), ensure_ascii=False) for path in (*paths, *more)]
        people = http.get("/users").json()["data"]
    texts += [f"{one['first_name']} {one['last_name']}" for one in people]
    return re.sub("<[^>]*>", "", "\n".join(texts).replace("_", " ")).casefold()


def test_the_programs_own_collections_are_named_in_all_languages(server: Server) -> None:
    with server.client(server.directus_token()) as http:
        names = [one["collection"] for one in http.get("/collections").json()["data"]]
    own = {name.removeprefix("directus_") for name in names if name.startswith("directus_")}
    assert own
    for locale in ("en", "de", "ar"):
        assert own == {name.removeprefix("api.system.") for name in catalog(locale) if name.startswith("api.system.")}


@pytest.mark.parametrize("look", ["pseudo", pytest.param("de-DE", marks=pytest.mark.sweep)])
def test_every_screen_in_longer_words_and_zoomed(visits: Any, server: Server, project: Project, look: str) -> None:
    """Words 40 % longer, then German; at 100 %, 200 % and 400 %: all can be read, and is said in the language asked."""
    wrong: dict[str, Any] = {}
    english, german = catalog("en"), catalog("de")
    same = set(german.values())
    foreign = {text for message, text in english.items() if text != german[message] and text not in same}
    called = {name.casefold() for path in SOURCE.rglob("*.ts*") for name in WORDS.findall(path.read_text("utf-8"))}
    known = told_by_the_server(server)
    pseudo = look == "pseudo"

    def said(text: str) -> bool:
        return bool(NO_SENTENCE.fullmatch(text)) or text.casefold() in called or text.casefold()[:40] in known

    for name, screen in visits("en-US" if pseudo else look, LONGER if pseudo else ""):
        words = screen.words()
        if pseudo:
            left = [w for w in words if "·" not in w and w not in NAMES | FROM_ELSEWHERE]
            found = [w for w in left if not (said(w) or all(said(one) for one in w.split(", ")))]
        else:
            found = [w for w in words if w in foreign and w.casefold() not in known]
        if found:
            wrong[f"{name}, not translated"] = found
        for size in (DESKTOP, ZOOMED, NARROWEST):
            screen.resize(size)
            if size != NARROWEST and (cut := screen.cut_off()):
                wrong[f"{name}, cut off, {size['width']} wide"] = cut
            if sideways := screen.sideways():
                wrong[f"{name}, {size['width']} wide"] = sideways
        screen.resize(DESKTOP)
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
