"""`satchel ext test`: the examples hold, and what people get wrong is found and said, with where it is seen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
WRONG = """
class Input extends HTMLElement {
  connectedCallback() {
    this.innerHTML = '<input value="text" style="color:#888;background:#999"><p style="width:3000px">wide</p>';
    if (this.mode === "cell") throw new Error("no cells here");
  }
}
class Display extends HTMLElement {
  // fits one of the two appearances
  connectedCallback() { this.innerHTML = '<span style="color:#333">text</span>'; }
}
export default () => {
  customElements.define("acme-wrong-input", Input);
  customElements.define("acme-wrong-display", Display);
};
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("trial")) as started:
        yield started


def tried(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-m", "satchel.cli", "ext", "test", *map(str, arguments)],
        env={**os.environ, **variables}, capture_output=True, text=True, timeout=280,
    )  # fmt: skip


@pytest.mark.usefixtures("browser")
def test_an_example_holds_in_all_modes_and_looks() -> None:
    done = tried(EXAMPLES / "acme-stars")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "acme-stars 1.0.0 holds in all modes and looks." in done.stdout
    for look in ("light", "dark", "right to left"):
        parts = "interfaces.acme-stars, displays.acme-stars, layouts.acme-lines, panels.acme-average"
        assert f"{look}: {parts}" in done.stderr
        assert f"{look}: modules.acme-stars" in done.stderr


@pytest.mark.usefixtures("browser")
def test_one_in_a_sandbox_is_tried_with_a_project_that_is_there(tmp_path: Path) -> None:
    with running_server(tmp_path / "project") as server, server.client(server.directus_token()) as http:
        key = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
        assert http.post("/collections", json={"collection": "places", "schema": {}, "fields": [key]}).is_success
    before = sorted(path.name for path in (tmp_path / "project").iterdir())
    done = tried(EXAMPLES / "acme-guest", "--data", tmp_path / "project")
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in (tmp_path / "project").iterdir()) == before


@pytest.mark.usefixtures("browser")
def test_what_is_wrong_is_said_with_where_it_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "acme-wrong"
    folder.mkdir()
    (folder / "index.js").write_text(WRONG, encoding="utf-8")
    interface = {
        "id": "acme-wrong", "name": "Wrong", "types": ["string"], "element": "acme-wrong-input",
        "modes": ["edit", "cell"],
    }  # fmt: skip
    manifest = {
        "name": "acme-wrong", "version": "1.0.0", "studio": "^1", "entry": "index.js",
        "contributes": {
            "interfaces": [interface],
            "displays": [{"id": "acme-wrong", "element": "acme-wrong-display"}],
        },
    }  # fmt: skip
    (folder / "satchel-extension.json").write_text(json.dumps(manifest), encoding="utf-8")
    done = tried(folder)
    assert done.returncode == 1, done.stdout + done.stderr
    found = done.stdout.splitlines()

    def has(start: str, *parts: str) -> bool:
        return any(line.strip().startswith(start) and all(part in line for part in parts) for line in found)

    everywhere = "(light, dark, right to left)"
    assert has(f"interfaces.acme-wrong {everywhere}: label:"), done.stdout
    assert has(f"interfaces.acme-wrong {everywhere}: color-contrast:"), done.stdout
    assert has(f"interfaces.acme-wrong {everywhere}:", "no cells here"), done.stdout
    assert has("interfaces.acme-wrong", "pixels too wide"), done.stdout
    assert has("displays.acme-wrong (dark): color-contrast:"), done.stdout
    assert "Error: acme-wrong: " in done.stderr


def test_without_playwright_it_says_how_to_get_it() -> None:
    script = "import sys; sys.modules['playwright'] = None; from satchel.cli import main; main()"
    command = [sys.executable, "-c", script, "ext", "test", str(EXAMPLES / "acme-stars")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "pip install playwright" in done.stderr


@pytest.mark.usefixtures("browser")
def test_without_chromium_it_says_how_to_get_it(tmp_path: Path) -> None:
    done = tried(EXAMPLES / "acme-stars", PATH=str(tmp_path), PLAYWRIGHT_BROWSERS_PATH=str(tmp_path))
    assert done.returncode == 1
    assert "playwright install chromium" in done.stderr


def test_people_try_an_extension_before_they_use_it(server: Server, signed_in_page: NewScreen) -> None:
    """The same page, by hand: light, dark and in high contrast, and on a phone."""
    for name in ("acme-stars", "acme-desk", "acme-tones"):
        shutil.copytree(EXAMPLES / name, server.data / "extensions" / name)
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/settings/extensions")
    page.get_by_role("link", name="Try Stars").click()
    region = page.get_by_role("region", name="Stars: in a form")
    region.get_by_role("group", name="Without a value").get_by_role("button", name="4 of 5 stars").click()
    region.get_by_role("button", name="4 of 5 stars", pressed=True).wait_for()
    assert region.get_by_role("group", name="Read-only").get_by_role("button", disabled=True).count() == 5
    page.get_by_role("region", name="Average stars").get_by_text("stars on average").wait_for()
    for theme, contrast in (("light", "normal"), ("dark", "normal"), ("dark", "more")):
        screen.wear(theme, contrast)
        screen.checkpoint(f"try extension {theme} {contrast}")
    screen.go("/settings/extensions/acme-desk")
    page.get_by_role("region", name="Actions and commands").get_by_text("shout, count, hello").wait_for()
    phone = signed_in_page("Admin", viewport=PHONE, has_touch=True, locale="de-DE")
    phone.go("/settings/extensions/acme-tones")
    phone.page.get_by_role("region", name="Ton: im Formular").wait_for()
    phone.checkpoint("try extension phone")
