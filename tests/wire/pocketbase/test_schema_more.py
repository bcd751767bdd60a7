"""What Satchel does better than the peer with collections: order of views, indexes that follow, circles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server

pytestmark = pytest.mark.process
COLLECTIONS = "/api/collections"


@pytest.fixture(scope="module")
def admin(server_on: Server) -> Iterator[httpx.Client]:
    with server_on.client(server_on.pocketbase_token()) as client:
        yield client


def view(name: str, query: str) -> dict[str, Any]:
    return {"name": name, "type": "view", "viewQuery": query}


def test_an_import_makes_views_after_what_they_read_from(admin: httpx.Client) -> None:
    wanted = [
        view("third", "select id, title from second"),
        view("second", "select id, title from first"),
        {"name": "first", "fields": [{"name": "title", "type": "text"}]},
    ]
    answer = admin.put(f"{COLLECTIONS}/import", json={"collections": wanted})
    assert answer.status_code == 204, answer.text
    admin.post(f"{COLLECTIONS}/first/records", json={"title": "x"})
    assert [item["title"] for item in admin.get(f"{COLLECTIONS}/third/records").json()["items"]] == ["x"]
    shown = admin.get(f"{COLLECTIONS}/third").json()["fields"]
    assert [field["type"] for field in shown] == ["text", "text"]


def test_an_import_changes_a_table_and_the_view_that_shows_its_new_field(admin: httpx.Client) -> None:
    admin.post(COLLECTIONS, json={"name": "base", "fields": [{"name": "a", "type": "text"}]})
    admin.post(COLLECTIONS, json=view("shown", "select id, a from base"))
    wanted = [view("shown", "select id, a, b from base"), {"name": "base", "fields": [{"name": "b", "type": "number"}]}]
    answer = admin.put(f"{COLLECTIONS}/import", json={"collections": wanted})
    assert answer.status_code == 204, answer.text
    fields = admin.get(f"{COLLECTIONS}/shown").json()["fields"]
    assert [(field["name"], field["type"]) for field in fields] == [("id", "text"), ("a", "text"), ("b", "number")]


def test_views_in_a_circle_are_refused(admin: httpx.Client) -> None:
    wanted = [view("hen", "select id from egg"), view("egg", "select id from hen")]
    answer = admin.put(f"{COLLECTIONS}/import", json={"collections": wanted})
    assert answer.status_code == 400
    assert admin.get(f"{COLLECTIONS}/hen").status_code == 404
    assert admin.get(f"{COLLECTIONS}/egg").status_code == 404


def test_index_texts_follow_a_renamed_field(admin: httpx.Client) -> None:
    fields = [{"name": "code", "type": "text", "max": 20}, {"name": "n", "type": "number"}]
    index = "CREATE UNIQUE INDEX code ON indexed (code, n)"
    made = admin.post(COLLECTIONS, json={"name": "indexed", "fields": fields, "indexes": [index]}).json()
    renamed = [{**field, "name": "label"} if field["name"] == "code" else field for field in made["fields"]]
    answer = admin.patch(f"{COLLECTIONS}/indexed", json={"fields": renamed})
    assert answer.status_code == 200, answer.text
    assert answer.json()["indexes"] == ["CREATE UNIQUE INDEX code ON indexed (label, n)"]
    records = f"{COLLECTIONS}/indexed/records"
    assert admin.post(records, json={"label": "a", "n": 1}).status_code == 200
    refused = admin.post(records, json={"label": "a", "n": 1}).json()
    assert set(refused["data"]) == {"label", "n"}


def test_a_unique_index_may_leave_out_empty_texts(admin: httpx.Client) -> None:
    """PocketBase makes such ones for addresses; where the database has no conditions they come about another way."""
    made = admin.post(
        COLLECTIONS,
        json={
            "name": "spared",
            "fields": [{"name": "code", "type": "text"}, {"name": "n", "type": "number"}],
            "indexes": [
                "CREATE UNIQUE INDEX idx_spared ON spared (code) WHERE code != ''",
                "CREATE INDEX idx_some ON spared (n) WHERE n > 5",
            ],
        },
    )
    assert made.status_code == 200, made.text
    records = f"{COLLECTIONS}/spared/records"

    def save(name: str, value: str) -> httpx.Response:
        return admin.post(records, json={name: value})

    assert [save("code", value).status_code for value in ("", "", "a", "A", "b")] == [200] * 5
    assert save("code", "a").json()["data"]["code"]["code"] == "validation_not_unique"
    shown = admin.get(f"{COLLECTIONS}/spared").json()
    assert len(shown["indexes"]) == 2
    assert [field["name"] for field in shown["fields"]] == ["id", "code", "n"]
    renamed = [{**field, "name": "label"} if field["name"] == "code" else field for field in shown["fields"]]
    answer = admin.patch(f"{COLLECTIONS}/spared", json={"fields": renamed})
    assert answer.status_code == 200, answer.text
    assert save("label", "").status_code == 200
    assert save("label", "a").json()["data"]["label"]["code"] == "validation_not_unique"
    answer = admin.patch(f"{COLLECTIONS}/spared", json={"indexes": []})
    assert answer.status_code == 200, answer.text
    assert save("label", "a").status_code == 200
    assert admin.patch(f"{COLLECTIONS}/spared", json={"fields": shown["fields"][:1]}).status_code == 200


def test_a_view_may_look_into_lists(admin: httpx.Client) -> None:
    """By LIKE, as PocketBase's own views do where lists are texts; a percent sign is only that."""
    made = admin.post(COLLECTIONS, json={"name": "labels", "fields": [{"name": "name", "type": "text"}]}).json()
    many = {"name": "every", "type": "relation", "collectionId": made["id"], "maxSelect": 9}
    assert admin.post(COLLECTIONS, json={"name": "tagged", "fields": [many]}).status_code == 200
    for index in range(3):
        record = {"id": f"label000000000{index}", "name": f"l{index}"}
        assert admin.post(f"{COLLECTIONS}/labels/records", json=record).status_code == 200
    body = {"every": ["label0000000000", "label0000000002"]}
    assert admin.post(f"{COLLECTIONS}/tagged/records", json=body).status_code == 200
    query = (
        "SELECT l.id, l.name, count(t.id) AS total FROM labels l LEFT JOIN tagged t"
        " ON t.every LIKE concat('%', l.id, '%') GROUP BY l.id, l.name"
    )
    answer = admin.post(COLLECTIONS, json=view("counted", query))
    assert answer.status_code == 200, answer.text
    assert answer.json()["viewQuery"] == query
    rows = admin.get(f"{COLLECTIONS}/counted/records", params={"sort": "name"}).json()["items"]
    assert [row["total"] for row in rows] == [1, 0, 1]


def test_every_collection_was_made_at_some_moment(admin: httpx.Client) -> None:
    moment = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z")
    shown = admin.get("/api/collections", params={"perPage": 200}).json()["items"]
    own = {item["name"] for item in shown if item["system"]}
    assert own >= {"_superusers", "_mfas", "_otps", "_externalAuths", "_authOrigins"}
    for item in shown:
        if item["name"].startswith("_"):
            assert moment.fullmatch(item["created"]), item["name"]
            assert moment.fullmatch(item["updated"]), item["name"]
    again = admin.get("/api/collections/_otps").json()
    assert again["created"] == next(item["created"] for item in shown if item["name"] == "_otps")
    changed = admin.patch("/api/collections/_superusers", json={"authToken": {"duration": 3600}}).json()
    assert changed["created"] == again["created"]
    assert changed["updated"] > changed["created"]
