"""Journey 2, taking the sample away: the counts first, exactly that and nothing else, and back again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.servers import Server
from tests.studio.conftest import NewScreen

BOOKS = {"collection": "books", "schema": {}, "fields": [
    {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}},
    {"field": "title", "type": "string", "schema": {}},
]}  # fmt: skip
PLACES = (
    "files",
    "folders",
    "policies",
    "roles",
    "permissions",
    "users",
    "dashboards",
    "panels",
    "flows",
    "operations",
)


def everything(server: Server) -> dict[str, Any]:
    """What there is, by key."""
    with server.client(server.directus_token()) as http:
        found: dict[str, Any] = {
            place: [row.get("id") for row in http.get(f"/{place}", params={"limit": -1, "sort": "id"}).json()["data"]]
            for place in PLACES
        }
        found["collections"] = sorted(row["collection"] for row in http.get("/collections").json()["data"])
        return found


@pytest.mark.smoke
def test_sample_data_goes_exactly_and_comes_back(signed_in_page: NewScreen, server: Server) -> None:
    """Journey 2. Taking the sample away names the counts, leaves all else as it was, and can be undone."""
    with server.client(server.directus_token()) as http:
        assert http.post("/collections", json=BOOKS).status_code == 200
        assert http.post("/items/books", json={"title": "mine"}).status_code == 200
        before = everything(server)
        assert http.post("/studio/api/sample", json={"name": "blog"}).status_code == 200
        first = http.get("/items/articles", params={"limit": 1, "sort": "title"}).json()["data"][0]
        assert http.patch(f"/items/articles/{first['id']}", json={"title": "My own words"}).status_code == 200

    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/home")
    page.get_by_text("This project holds sample data").wait_for()
    screen.checkpoint("home with sample data")
    page.get_by_role("button", name="Remove sample data").click()
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_text("Remove the sample data?").wait_for()
    lines = [" ".join(line.split()) for line in dialog.get_by_role("listitem").all_inner_texts()]
    assert "Articles 24" in lines
    assert "Files 28" in lines
    screen.checkpoint("what removing sample data takes away")
    dialog.get_by_role("button", name="Cancel").click()
    whole = everything(server)
    assert "articles" in whole["collections"]

    page.get_by_role("button", name="Remove sample data").click()
    dialog.get_by_role("button", name="Remove sample data").click()
    page.get_by_text("Sample data removed").wait_for()
    screen.checkpoint("sample data is gone")
    assert everything(server) == before
    with server.client(server.directus_token()) as http:
        assert [row["title"] for row in http.get("/items/books").json()["data"]] == ["mine"]

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Sample data is back").wait_for()
    page.get_by_text("This project holds sample data").wait_for()
    screen.checkpoint()
    back = everything(server)
    assert {place: sorted(map(str, keys)) for place, keys in back.items()} == {
        place: sorted(map(str, keys)) for place, keys in whole.items()
    }
    with server.client(server.directus_token()) as http:
        titles = [row["title"] for row in http.get("/items/articles", params={"limit": -1}).json()["data"]]
    assert len(titles) == 24
    assert "My own words" in titles
