"""Journey 23: a dashboard is made, filled, moved about by mouse and by keys, and says what the API says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE

STATES = ["paid", "open", "paid", "refunded", "paid", "open"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("insights")) as started:
        with started.client(started.directus_token()) as http:
            key = {"is_primary_key": True, "has_auto_increment": True}
            choices = [{"text": state.title(), "value": state} for state in ("paid", "open", "refunded")]
            fields = [
                {"field": "id", "type": "integer", "schema": key, "meta": {"hidden": True}},
                {"field": "title", "type": "string"},
                {"field": "state", "type": "string", "meta": {"options": {"choices": choices}}},
                {"field": "total", "type": "integer"},
                {"field": "placed", "type": "dateTime"},
            ]
            made = http.post("/collections", json={"collection": "orders", "schema": {}, "meta": {}, "fields": fields})
            assert made.status_code == 200, made.text
            rows = [
                {"title": f"Order {at}", "state": state, "total": 10 * at, "placed": f"2026-0{1 + at % 3}-10T12:00:00"}
                for at, state in enumerate(STATES, start=1)
            ]
            assert http.post("/items/orders", json=rows).status_code == 200
        yield started


def panel(kind: str, name: str, place: tuple[int, int, int, int], **options: Any) -> dict[str, Any]:
    x, y, width, height = place
    box = {"position_x": x, "position_y": y, "width": width, "height": height}
    return {"type": kind, "name": name, "show_header": True, **box, "options": {"collection": "orders", **options}}


def asked(server: Server, path: str, params: dict[str, str] | None = None) -> Any:
    with server.client(server.directus_token()) as http:
        answer = http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


def places(server: Server, dashboard: str) -> dict[str, tuple[int, int, int, int]]:
    """Where the API says that panels stand, by their names."""
    fields = ("position_x", "position_y", "width", "height")
    found = asked(server, f"/dashboards/{dashboard}", {"fields": "panels.*"})["panels"]
    return {one["name"]: tuple(one[name] for name in fields) for one in found}


def test_a_dashboard_says_what_the_api_says_and_keeps_its_layout(server: Server, signed_in_page: NewScreen) -> None:
    """Journey 23. A dashboard is filled, moved by mouse and keys, and says what the API says."""
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/home")
    page.get_by_role("link", name="Insights").click()
    page.get_by_role("heading", name="No dashboards yet").wait_for()
    screen.checkpoint("insights none")
    page.get_by_role("button", name="New dashboard").last.click()
    page.get_by_role("textbox", name="Name").fill("Sales")
    page.get_by_role("button", name="Create dashboard").click()
    page.get_by_role("heading", name="No panels yet").wait_for()
    screen.checkpoint("insights empty")

    # one panel by hand, with a filter
    page.get_by_role("button", name="Add panel").click()
    page.get_by_role("menuitem", name="Number").click()
    drawer = page.get_by_role("dialog", name="Options of Number")
    drawer.get_by_text("Choose in its options what it shows.").wait_for()
    drawer.get_by_role("button", name=re.compile("Collection")).click()
    page.get_by_role("option", name="Orders").click()
    preview = drawer.get_by_role("region", name="Preview")
    preview.get_by_text(str(len(STATES)), exact=True).wait_for()
    drawer.get_by_role("group", name="Name").get_by_role("textbox").fill("All orders")
    screen.checkpoint("insights options")
    drawer.get_by_role("button", name="Apply").click()
    page.get_by_role("region", name="All orders").get_by_text(str(len(STATES)), exact=True).wait_for()
    # undone, done again, and written at once
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("region", name="Number").wait_for()
    page.get_by_role("button", name="Redo").click()
    page.get_by_role("region", name="All orders").wait_for()
    [dashboard] = [one["id"] for one in asked(server, "/dashboards")]
    assert places(server, dashboard) == {}
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Edit", exact=True).wait_for()
    assert list(places(server, dashboard)) == ["All orders"]

    # the others by the API
    state = {"state": {"_eq": "{{ state }}"}}
    choices = [{"text": "Paid", "value": "paid"}, {"text": "Open", "value": "open"}]
    more = [
        panel("metric", "Turnover", (13, 1, 12, 5), function="sum", field="total", filter=state, suffix=" €"),
        panel("time-series", "By month", (1, 6, 12, 10), dateField="placed", precision="month", function="count"),
        panel("bar-chart", "By state", (13, 6, 12, 10), xAxis="state", function="sum", yAxis="total"),
        panel("list", "Largest", (1, 16, 12, 8), displayTemplate="{{title}}", sortField="total", limit=3),
        panel("variable", "Which", (13, 16, 8, 5), field="state", choices=choices),
    ]
    with server.client(server.directus_token()) as http:
        changes = {"panels": {"create": more, "update": [], "delete": []}}
        assert http.patch(f"/dashboards/{dashboard}", json=changes).status_code == 200
    page.reload()

    def total(**filters: Any) -> int:
        params = {"aggregate[sum]": "total", "filter": json.dumps(filters)}
        return int(asked(server, "/items/orders", params)[0]["sum"]["total"])

    turnover = page.get_by_role("region", name="Turnover")
    turnover.get_by_text(str(total())).wait_for()
    states = page.get_by_role("region", name="By state").get_by_role("row")
    groups = asked(server, "/items/orders", {"aggregate[sum]": "total", "groupBy": "state"})
    wanted = sorted(((int(one["sum"]["total"]), one["state"].title()) for one in groups), reverse=True)
    assert [states.nth(at + 1).inner_text().split("\t") for at in range(3)] == [[name, str(n)] for n, name in wanted]
    months = page.get_by_role("region", name="By month").get_by_role("row")
    assert [months.nth(at).inner_text().split("\t") for at in (1, 2, 3)] == [
        ["Jan 2026", "2"], ["Feb 2026", "2"], ["Mar 2026", "2"],
    ]  # fmt: skip
    largest = page.get_by_role("region", name="Largest").get_by_role("link")
    assert largest.all_inner_texts() == ["Order 6", "Order 5", "Order 4"]
    page.get_by_role("region", name="By state").get_by_role("button", name="Show as a table").click()
    screen.checkpoint("insights view")
    page.get_by_role("region", name="Which").get_by_role("button", name=re.compile("state")).click()
    page.get_by_role("option", name="Paid").click()
    turnover.get_by_text(str(total(state={"_eq": "paid"}))).wait_for()
    assert "paid" in page.url

    # moved and resized, by mouse and by keys
    page.get_by_role("button", name="Edit", exact=True).click()
    turnover.get_by_text(str(total(state={"_eq": "paid"}))).wait_for()  # variables stay as they are
    box = page.get_by_role("region", name="By month").bounding_box()
    cell = page.get_by_role("list", name="Panels").bounding_box()["width"] / 24
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + cell * 12, box["y"] + 20, steps=4)
    page.mouse.up()
    corner = page.get_by_role("button", name="Resize Largest").bounding_box()
    page.mouse.move(corner["x"] + 8, corner["y"] + 8)
    page.mouse.down()
    page.mouse.move(corner["x"] + 8, corner["y"] + 8 + 48, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Move All orders").focus()
    page.keyboard.press("Enter")
    page.get_by_text("All orders picked up.").wait_for()
    for key in ("ArrowRight", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    page.get_by_text("All orders put back").wait_for()
    page.get_by_role("button", name="Resize Turnover").focus()
    for key in ("Enter", "ArrowLeft", "ArrowLeft", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("Turnover put down").wait_for()
    screen.checkpoint("insights edit")
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Edit", exact=True).wait_for()
    found = places(server, dashboard)
    assert found["All orders"][:2] == (1, 1)
    assert found["Turnover"] == (13, 1, 10, 6)
    assert found["By month"][0] == 13
    assert found["Largest"][2:] == (12, 10)
    page.reload()
    page.get_by_role("region", name="By month").get_by_role("row").nth(1).wait_for(state="attached")
    month = page.get_by_role("region", name="By month").bounding_box()
    assert month["x"] > page.get_by_role("region", name="Largest").bounding_box()["x"] + cell * 11

    # not left by mistake
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("button", name="More for Which").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("link", name="Content").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Discard").click()
    page.wait_for_url(re.compile("/content"))
    page.wait_for_load_state("networkidle")
    assert "Which" in places(server, dashboard)


def test_who_may_only_read_sees_no_way_to_change(server: Server, signed_in_page: NewScreen) -> None:
    own = {"type": "label", "name": "Hello", "show_header": False, "position_x": 1, "position_y": 1}
    box = {"width": 12, "height": 4, "options": {"text": "Good morning"}}
    numbers = panel("metric", "Orders", (13, 1, 12, 5), function="count")
    with server.client(server.directus_token()) as http:
        made = http.post("/dashboards", json={"name": "Read me", "panels": [{**own, **box}, numbers]}).json()["data"]
    permissions = [
        {"collection": name, "action": "read", "permissions": {}, "fields": ["*"]}
        for name in ("directus_dashboards", "directus_panels")
    ]
    screen = signed_in_page("Reader", permissions, viewport=PHONE, color_scheme="dark")
    page = screen.page
    screen.go(f"/insights/{made['id']}")
    page.get_by_text("Good morning").wait_for()
    page.get_by_text("No access to orders. Ask an admin.").wait_for()
    assert page.get_by_role("button", name="Edit", exact=True).count() == 0
    assert page.get_by_role("button", name="More for this dashboard").count() == 0
    # one below the other
    label, metric = (page.get_by_role("region", name=name).bounding_box() for name in ("Hello", "Orders"))
    assert metric["y"] >= label["y"] + label["height"]
    screen.checkpoint("insights phone dark")
    screen.go(f"/insights/{made['id']}/edit")
    page.get_by_role("heading", name="You can't see").wait_for()
