"""Items over the wire: batches, singletons, concurrent changes, exports, and what a refused write leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server

pytestmark = [pytest.mark.process, pytest.mark.dialects]

KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}


def text(name: str, **schema: Any) -> dict[str, Any]:
    return {"field": name, "type": "string", "schema": schema, "meta": {}}


@pytest.fixture(scope="module")
def admin(server_on: Server) -> Iterator[httpx.Client]:
    """A client of a server with authors, books that point at them, and the singleton `site`."""
    with server_on.client(server_on.directus_token()) as client:
        number = {"field": "pages", "type": "integer", "schema": {"default_value": 0}, "meta": {}}
        writer = {"field": "author", "type": "integer", "schema": {}, "meta": {}}
        alias = {"field": "books", "type": "alias", "meta": {"special": ["o2m"]}}
        for body in (
            {"collection": "authors", "fields": [KEY, text("name", is_nullable=False), alias], "meta": {}},
            {"collection": "books", "fields": [KEY, text("title", is_unique=True), number, writer], "meta": {}},
            {
                "collection": "site",
                "fields": [KEY, text("title", default_value="My site")],
                "meta": {"singleton": True},
            },
        ):
            made = client.post("/collections", json={"schema": {}, **body})
            assert made.status_code == 200, made.text
        relation = {"collection": "books", "field": "author", "related_collection": "authors"}
        made = client.post("/relations", json={**relation, "meta": {"one_field": "books"}, "schema": {}})
        assert made.status_code == 200, made.text
        yield client


@pytest.fixture(autouse=True)
def empty(admin: httpx.Client) -> None:
    for name in ("books", "authors"):
        gone = admin.request("DELETE", f"/items/{name}", json={"query": {"limit": -1}})
        assert gone.status_code == 204, gone.text


def create(client: httpx.Client, name: str, *items: dict[str, Any]) -> list[Any]:
    answer = client.post(f"/items/{name}", json=list(items))
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    first = answer.json()["errors"][0]
    return answer.status_code, first["extensions"]["code"], first["message"]


# --- changes at the same time


def test_a_change_is_held_back_by_a_tag_that_is_not_current(admin: httpx.Client) -> None:
    (author,) = create(admin, "authors", {"name": "Ann"})
    path = f"/items/authors/{author['id']}?fields=id,name"
    tag = admin.get(path).headers["etag"]
    first = admin.patch(path, json={"name": "Anna"}, headers={"if-match": tag})
    assert (first.status_code, first.json()["data"]["name"]) == (200, "Anna")
    late = admin.patch(path, json={"name": "Anne"}, headers={"if-match": tag})
    assert refusal(late)[:2] == (412, "PRECONDITION_FAILED")
    assert late.json()["errors"][0]["extensions"]["fields"] == {"name": {"yours": "Anne", "stored": "Anna"}}
    assert admin.get(path).json()["data"]["name"] == "Anna"
    again = admin.patch(path, json={"name": "Anne"}, headers={"if-match": first.headers["etag"]})
    assert again.json()["data"]["name"] == "Anne"
    assert admin.delete(path, headers={"if-match": tag}).status_code == 412
    assert admin.delete(path, headers={"if-match": again.headers["etag"]}).status_code == 204


def test_if_match_on_what_is_not_there(admin: httpx.Client) -> None:
    answer = admin.patch("/items/authors/999999", json={"name": "x"}, headers={"if-match": "*"})
    assert answer.status_code in (204, 412)


# --- all or nothing


def test_a_batch_is_all_or_nothing(admin: httpx.Client) -> None:
    create(admin, "books", {"title": "Taken"})
    refused = admin.post("/items/books", json=[{"title": "New"}, {"title": "Taken"}])
    assert refusal(refused)[:2] == (400, "RECORD_NOT_UNIQUE")
    assert [item["title"] for item in admin.get("/items/books").json()["data"]] == ["Taken"]


def test_a_nested_write_is_all_or_nothing(admin: httpx.Client) -> None:
    refused = admin.post("/items/authors", json={"name": "Ann", "books": [{"title": "A"}, {"title": "A"}]})
    assert refused.status_code == 400
    assert admin.get("/items/authors").json()["data"] == []
    assert admin.get("/items/books").json()["data"] == []


def test_all_complaints_come_at_once(admin: httpx.Client) -> None:
    answer = admin.post("/items/authors", json=[{"books": [{"title": "A", "author": {"name": None}}]}])
    errors = answer.json()["errors"]
    assert answer.status_code == 400
    assert {error["extensions"]["code"] for error in errors} == {"FAILED_VALIDATION"}


def test_malformed_batches(admin: httpx.Client) -> None:
    invalid = (400, "INVALID_PAYLOAD")
    assert refusal(admin.patch("/items/books", json={"keys": [1]}))[2] == 'Invalid payload. "data" is required.'
    assert refusal(admin.patch("/items/books", json={"keys": 1, "data": {}}))[:2] == invalid
    assert refusal(admin.patch("/items/books", json=[{"title": "x"}]))[2] == (
        "Invalid payload. Item in update misses primary key."
    )
    assert refusal(admin.post("/items/books", json=["x"]))[:2] == invalid
    assert refusal(admin.request("DELETE", "/items/books", json={"keys": [{}]}))[:2] == invalid
    assert refusal(admin.request("SEARCH", "/items/books", json={"keys": "1"}))[:2] == invalid
    assert refusal(admin.request("SEARCH", "/items/books", json={"query": {"limit": "x"}}))[:2] == (
        400,
        "INVALID_QUERY",
    )


@pytest.mark.parametrize("operator", ["_intersects", "_nintersects", "_intersects_bbox", "_nintersects_bbox"])
def test_geometries_are_sought_in_geometries_only(admin: httpx.Client, operator: str) -> None:
    create(admin, "authors", {"name": "Ann"})
    point = {"type": "Point", "coordinates": [1, 2]}
    for field in ("name", "id", "count(books)"):
        answer = admin.request("SEARCH", "/items/authors", json={"query": {"filter": {field: {operator: point}}}})
        assert refusal(answer)[:2] == (400, "INVALID_QUERY")


def test_a_large_batch_comes_back_whole(admin: httpx.Client) -> None:
    made = create(admin, "books", *({"title": f"t{number:03}"} for number in range(150)))
    assert len(made) == 150
    assert len(admin.get("/items/books").json()["data"]) == 100
    assert len(admin.get("/items/books?limit=-1").json()["data"]) == 150
    changed = admin.patch("/items/books?fields=pages", json={"query": {"limit": -1}, "data": {"pages": 7}})
    assert changed.json()["data"] == [{"pages": 7}] * 150


# --- lists


def test_nested_lists_have_a_default_limit_of_their_own(admin: httpx.Client) -> None:
    create(admin, "authors", {"name": "Ann", "books": [{"title": f"t{number:03}"} for number in range(120)]})
    assert len(admin.get("/items/authors?fields=books").json()["data"][0]["books"]) == 100
    deep = "deep[books][_limit]"
    assert len(admin.get(f"/items/authors?fields=books.id&{deep}=-1").json()["data"][0]["books"]) == 120
    assert len(admin.get(f"/items/authors?fields=books.id&{deep}=3").json()["data"][0]["books"]) == 3


def test_meta_stands_before_the_data_of_items_and_after_that_of_the_system(admin: httpx.Client) -> None:
    create(admin, "books", {"title": "a"}, {"title": "b"})
    assert admin.get("/items/books?meta=*&limit=0").text == '{"meta":{"total_count":2,"filter_count":2},"data":[]}'
    assert admin.get("/users?meta=total_count&limit=0").text == '{"data":[],"meta":{"total_count":1}}'


def test_many_pages_hold_every_item_once(admin: httpx.Client) -> None:
    create(admin, "books", *({"title": f"t{number:03}", "pages": number % 3} for number in range(50)))
    seen = [
        item["id"]
        for page in range(1, 8)
        for item in admin.get(f"/items/books?limit=8&page={page}&sort=pages,id").json()["data"]
    ]
    assert len(seen) == len(set(seen)) == 50


# --- singletons


def test_a_singleton_is_one_object(admin: httpx.Client) -> None:
    assert admin.get("/items/site").json() == {"data": {"id": None, "title": "My site"}}
    made = admin.patch("/items/site", json={"title": "Ours"}).json()["data"]
    assert made["title"] == "Ours"
    assert admin.patch("/items/site", json={"title": "Yours"}).json()["data"] == {"id": made["id"], "title": "Yours"}
    assert admin.get(f"/items/site/{made['id']}").json()["data"]["title"] == "Yours"
    assert refusal(admin.post("/items/site", json={})) == (404, "ROUTE_NOT_FOUND", "Route /site doesn't exist.")
    assert refusal(admin.patch(f"/items/site/{made['id']}", json={}))[:2] == (404, "ROUTE_NOT_FOUND")
    assert admin.delete(f"/items/site/{made['id']}").status_code == 204
    assert admin.get("/items/site").json()["data"]["id"] is None


def test_a_singleton_is_held_back_by_a_tag_that_is_not_current(admin: httpx.Client) -> None:
    for path in ("/items/site", "/items/site?fields=id,title"):
        before = admin.get(path).headers["etag"]
        first = admin.patch(path, json={"title": "One"}, headers={"if-match": before})
        assert (first.status_code, first.json()["data"]["title"]) == (200, "One")
        assert first.headers["etag"] == admin.get(path).headers["etag"]
        late = admin.patch(path, json={"title": "Late"}, headers={"if-match": before})
        assert refusal(late)[:2] == (412, "PRECONDITION_FAILED")
        assert admin.get(path).json()["data"]["title"] == "One"
        again = admin.patch(path, json={"title": "Two"}, headers={"if-match": first.headers["etag"]})
        assert again.status_code == 200
        assert admin.patch(path, json={"title": "Three"}).status_code == 200, "who insists on nothing writes"


# --- exports


def test_exports(admin: httpx.Client) -> None:
    create(admin, "authors", {"name": "Ann", "books": [{"title": "A"}]}, {"name": 'B"ob'})
    query = "/items/authors?fields=name,books.title&sort=name&export="
    answer = admin.get(f"{query}csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="authors 2')
    assert answer.text == '"name","books"\n"Ann","[{""title"":""A""}]"\n"B""ob","[]"'
    assert admin.get(f"{query}json").json()[1] == {"name": 'B"ob', "books": []}
    assert "<name>Ann</name>" in admin.get(f"{query}xml").text
    assert admin.get(f"{query}yaml").text.startswith("- name: Ann\n  books:\n    - title: A\n")
    assert admin.get(f"{query}nope").status_code == 400
    body = {"query": {"fields": ["name"], "export": "csv", "limit": 1}}
    assert admin.request("SEARCH", "/items/authors", json=body).text == '"name"\n"Ann"'


def test_what_can_be_no_key_is_refused_and_a_key_that_no_item_has_is_not(admin: httpx.Client) -> None:
    (kept,) = create(admin, "authors", {"name": "A"})
    bare = (403, "FORBIDDEN", "You don't have permission to access this.")
    for path in ("/items/authors", "/users", "/presets"):
        for method in ("GET", "PATCH", "DELETE"):
            body = {"json": {}} if method == "PATCH" else {}
            assert refusal(admin.request(method, f"{path}/me-not", **body)) == bare, (method, path)
        assert refusal(admin.request("DELETE", path, json=["me-not"])) == bare
        assert refusal(admin.request("PATCH", path, json={"keys": ["me-not"], "data": {}})) == bare
        assert refusal(admin.request("PATCH", path, json=[{"id": "me-not"}])) == bare
    assert admin.patch("/items/authors/4711", json={"name": "B"}).status_code == 204
    assert admin.delete("/items/authors/4711").status_code == 204
    assert admin.request("DELETE", "/items/authors", json=[4711, kept["id"]]).status_code == 204
    assert admin.get("/items/authors").json()["data"] == []


def test_related_lists_have_the_order_of_their_relation(admin: httpx.Client) -> None:
    """The order of a collection is that of its own list alone."""
    create(admin, "authors", {"id": 1, "name": "Ann"})
    pages = {1: 3, 2: None, 3: 1, 4: 2}
    create(admin, "books", *({"id": key, "pages": count, "author": 1} for key, count in pages.items()))

    def listed(path: str) -> list[int]:
        (author,) = admin.get(f"/items/authors?fields={path}").json()["data"]
        return [item["id"] if isinstance(item, dict) else item for item in author["books"]]

    def set_order(path: str, name: str | None) -> None:
        changed = admin.patch(path, json={"meta": {"sort_field": name}})
        assert changed.status_code == 200, changed.text

    collection, relation = "/collections/books", "/relations/books/author"
    set_order(collection, "pages")
    root = [item["id"] for item in admin.get("/items/books").json()["data"] if item["pages"]]
    assert root == [3, 4, 1]
    assert listed("books") == listed("books.id") == listed("*") == [1, 2, 3, 4]
    set_order(relation, "pages")
    assert listed("books") == listed("books.id") == [3, 4, 1, 2]
    for path in (collection, relation):
        set_order(path, None)
