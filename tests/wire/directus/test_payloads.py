"""Payloads of items: nested relations in every form, dates, and values of other types, as recorded from Directus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server
from tests.wire.directus.seed import SEED_BODIES
from tests.wire.directus.test_language import PLAIN, RELATIONS

pytestmark = [pytest.mark.process, pytest.mark.dialects]


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


@pytest.fixture(scope="module")
def admin(server_on: Server) -> Iterator[httpx.Client]:
    with server_on.client(server_on.directus_token()) as client:
        for line in sorted(SEED_BODIES):
            data(client.post("/collections", json=json.loads(SEED_BODIES[line])))
        for item in PLAIN:
            fields = [
                {"field": name, "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
                if key
                else {"field": name, "type": "string", "schema": {}, "meta": {}}
                for name, key in item["fields"]
            ]
            body = {"collection": item["collection"], "schema": {}, "meta": {}, "fields": fields}
            data(client.post("/collections", json=body))
        data(client.post("/fields/authors", json={"field": "articles", "type": "alias", "meta": {"special": ["o2m"]}}))
        for relation in RELATIONS:
            data(client.post("/relations", json=relation))
        for name in ("py", "go"):
            data(client.post("/items/tags", json={"name": name}))
        yield client


@pytest.fixture
def article(admin: httpx.Client) -> str:
    """The path of a fresh article with two comments and two tags."""
    body = {
        "title": "rel",
        "comments": [{"text": "a"}, {"text": "b"}],
        "tags": [{"tags_id": 1}, {"tags_id": 2}],
    }
    return f"/items/articles/{data(admin.post('/items/articles', json=body))['id']}"


def texts(admin: httpx.Client, path: str) -> list[str]:
    return [item["text"] for item in data(admin.get(f"{path}?fields=comments.text"))["comments"]]


def ids(admin: httpx.Client, path: str, name: str) -> list[int]:
    return data(admin.get(f"{path}?fields={name}"))[name]


def test_a_list_replaces_the_set(admin: httpx.Client, article: str) -> None:
    first, second = ids(admin, article, "comments")
    _, junction = ids(admin, article, "tags")
    answer = admin.patch(f"{article}?fields=comments.text,tags.id", json={"comments": [first], "tags": [junction]})
    assert data(answer) == {"comments": [{"text": "a"}], "tags": [{"id": junction}]}
    # one is let go, the other deleted, as their relations say
    assert data(admin.get(f"/items/article_comments/{second}"))["article"] is None
    assert data(admin.get("/items/articles_tags?filter[id][_neq]=0&fields=id,articles_id")) is not None
    assert ids(admin, article, "tags") == [junction]


def test_the_detailed_form_changes_what_it_names(admin: httpx.Client, article: str) -> None:
    first, second = ids(admin, article, "comments")
    change = {"create": [{"text": "n"}], "update": [{"id": first, "text": "upd"}], "delete": [second]}
    data(admin.patch(article, json={"comments": change}))
    assert sorted(texts(admin, article)) == ["n", "upd"]
    data(admin.patch(article, json={"comments": {"create": [{"text": "only"}]}}))
    assert sorted(texts(admin, article)) == ["n", "only", "upd"]
    made = data(admin.get(f"{article}?fields=comments.sort&deep[comments][_filter][text]=n"))["comments"]
    assert made[0]["sort"] == 1, "new ones come last"


@pytest.mark.parametrize("nothing", [[], None])
def test_nothing_empties_the_set(admin: httpx.Client, article: str, nothing: Any) -> None:
    answer = admin.patch(f"{article}?fields=comments,tags", json={"comments": nothing, "tags": nothing})
    assert data(answer) == {"comments": [], "tags": []}


def test_a_related_item_is_changed_made_or_let_go(admin: httpx.Client, article: str) -> None:
    made = data(admin.patch(f"{article}?fields=author.*", json={"author": {"name": "Ann"}}))["author"]
    changed = {"author": {"id": made["id"], "name": "Anna"}}
    assert data(admin.patch(f"{article}?fields=author.name", json=changed)) == {"author": {"name": "Anna"}}
    unknown = {"author": {"id": 777, "name": "Made"}}
    assert data(admin.patch(f"{article}?fields=author.id", json=unknown)) == {"author": {"id": 777}}
    assert data(admin.patch(f"{article}?fields=author", json={"author": made["id"]})) == {"author": made["id"]}
    assert data(admin.patch(f"{article}?fields=author", json={"author": None})) == {"author": None}
    data(admin.patch(article, json={"author": {"id": 777}}))
    assert admin.delete("/items/authors/777").status_code == 204
    assert data(admin.get(f"{article}?fields=author")) == {"author": None}


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        (5, 400, 'Invalid payload. Invalid one-to-many update structure: "value" must be of type object.'),
        ({"creat": []}, 400, 'Invalid payload. Invalid one-to-many update structure: "creat" is not allowed.'),
        ([99999], 403, "You don't have permission to access this."),
    ],
)
def test_other_forms_are_refused(admin: httpx.Client, article: str, given: Any, status: int, message: str) -> None:
    answer = admin.patch(article, json={"comments": given})
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (status, message)
    assert texts(admin, article) == ["a", "b"]


def test_many_to_any(admin: httpx.Client) -> None:
    blocks = [
        {"collection": "block_text", "item": {"content": "hello"}},
        {"collection": "block_image", "item": {"caption": "cap"}},
    ]
    page = data(admin.post("/items/pages?fields=id,blocks.collection", json={"title": "P", "blocks": blocks}))
    assert [item["collection"] for item in page["blocks"]] == ["block_text", "block_image"]
    nameless = admin.post("/items/pages", json={"blocks": [{"item": {"content": "x"}}]})
    assert nameless.json()["errors"][0]["message"] == (
        'Invalid payload. Can\'t update nested record "pages_blocks.item" without field "pages_blocks.collection" '
        "being set."
    )
    foreign = admin.post("/items/pages", json={"blocks": [{"collection": "tags", "item": {"name": "x"}}]})
    assert foreign.json()["errors"][0]["message"] == (
        'Invalid payload. "pages_blocks.item" can\'t be linked to collection "tags".'
    )


def test_dates(admin: httpx.Client, article: str) -> None:
    given = {"published": "2024-01-02T03:04:05", "at": "2024-01-02T03:04:05+02:00", "d": "2024-01-02", "t": "09:05:00"}
    assert data(admin.patch(f"{article}?fields=published,at,d,t", json=given)) == {
        "published": "2024-01-02T03:04:05",
        "at": "2024-01-02T01:04:05.000Z",
        "d": "2024-01-02",
        "t": "09:05:00",
    }
    bad = admin.patch(article, json={"d": "2024-1-2"})
    assert bad.json()["errors"][0]["message"] == 'Invalid payload. Invalid Date format in field "d".'
    bad = admin.patch(article, json={"published": "xx"})
    assert bad.json()["errors"][0]["message"] == 'Invalid payload. Invalid DateTime format in field "published".'


def test_values_of_other_types(admin: httpx.Client, article: str) -> None:
    fields = "views,price,title,tags_csv,data"
    given = {"views": "12", "price": "1.25", "title": 5, "tags_csv": "x,y", "data": '{"a":1}'}
    assert data(admin.patch(f"{article}?fields={fields}", json=given)) == {
        "views": 12,
        "price": 1.25,
        "title": "5",
        "tags_csv": ["x", "y"],
        "data": {"a": 1},
    }
    given = {"flag": 1, "data": [1, 2], "tags_csv": []}
    assert data(admin.patch(f"{article}?fields=flag,data,tags_csv", json=given)) == {
        "flag": True,
        "data": [1, 2],
        "tags_csv": [],
    }
    assert data(admin.patch(f"{article}?fields=data", json={"data": "plain"})) == {"data": "plain"}


def test_what_fills_itself_in(admin: httpx.Client, article: str) -> None:
    me = data(admin.get("/users/me?fields=id"))["id"]
    forged = {"title": "forge", "user_created": None, "date_created": "2001-01-01T00:00:00Z"}
    made = data(admin.post("/items/articles?fields=id,user_created,date_created,date_updated", json=forged))
    assert made["user_created"] == me
    assert not made["date_created"].startswith("2001")
    assert made["date_updated"] is None
    changed = {"date_created": "2001-01-01T00:00:00Z", "title": "x"}
    found = data(admin.patch(f"/items/articles/{made['id']}?fields=date_created,date_updated", json=changed))
    assert found["date_created"] == "2001-01-01T00:00:00.000Z"
    assert found["date_updated"] is not None


def test_keys_stay(admin: httpx.Client, article: str) -> None:
    other = "99999999-1111-4111-8111-111111111111"
    assert data(admin.patch(f"{article}?fields=id", json={"id": other}))["id"] == article.rpartition("/")[2]
    assert admin.post("/items/articles", json={"title": "badid", "id": "zzz"}).status_code in (400, 403)
    data(admin.post("/items/authors", json={"name": "pk", "id": 5000}))
    taken = admin.post("/items/authors", json={"name": "pk", "id": 5000})
    assert taken.json()["errors"][0]["extensions"] == {
        "collection": "authors",
        "field": "id",
        "value": 5000,
        "code": "RECORD_NOT_UNIQUE",
    }


def test_unknown_fields_are_dropped(admin: httpx.Client) -> None:
    made = data(admin.post("/items/tags", json={"name": "extra", "nope": 1}))
    assert "nope" not in made
