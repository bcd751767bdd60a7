"""Journey 24: an extension is a folder; it draws in forms, lists and layouts, and a broken one stops nothing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "acme-stars"


def broken(folder: Path) -> None:
    """An extension whose code throws as soon as it runs."""
    folder.mkdir(parents=True)
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
                {"field": "code", "type": "string", "meta": {"interface": "acme-broken"}},
            ]
            made = http.post("/collections", json={"collection": "places", "schema": {}, "meta": {}, "fields": fields})
            assert made.status_code == 200, made.text
            rows = [{"title": "Harbour", "stars": 2, "code": "keep me"}, {"title": "Old mill", "stars": 5}]
            assert http.post("/items/places", json=rows).status_code == 200
        yield started


@pytest.mark.smoke
def test_a_folder_is_an_extension_at_once(server: Server, signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/content/places/1")
    page.get_by_text("The interface “acme-stars” is not installed").or_(
        page.get_by_text(re.compile("acme-stars.*is not installed"))
    ).first.wait_for()
    shutil.copytree(EXAMPLE, server.data / "extensions" / "acme-stars")
    broken(server.data / "extensions" / "acme-broken")
    page.reload()  # no restart, no build
    group = page.get_by_role("group", name="Stars")
    group.get_by_role("button", name="2 of 6 stars", pressed=True).wait_for()
    page.get_by_text("the engine is missing").wait_for()
    page.get_by_text("keep me").first.wait_for()
    screen.checkpoint("extension form")
    group.get_by_role("button", name="4 of 6 stars").click()
    page.get_by_role("textbox", name="Title").fill("The harbour")
    page.keyboard.press("Control+s")
    group.get_by_role("button", name="4 of 6 stars", pressed=True).wait_for()
    with server.client(server.directus_token()) as http:

        def stored() -> dict[str, object]:
            row = http.get("/items/places/1").json()["data"]
            return {name: row[name] for name in ("title", "stars", "code")}

        wanted = {"title": "The harbour", "stars": 4, "code": "keep me"}
        for _ in range(50):
            if stored() == wanted:
                break
            page.wait_for_timeout(100)
        assert stored() == wanted

    screen.go("/content/places")
    page.get_by_role("img", name="5 stars").wait_for()
    screen.checkpoint("extension list")
    screen.go("/content/places?layout=acme-lines")
    page.get_by_text("2 items").wait_for()
    page.get_by_text(re.compile("Old mill")).wait_for()
    screen.checkpoint("extension layout")
