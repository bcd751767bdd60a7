"""The query language on every live database: the same questions, the same answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server
from tests.wire.directus.seed import SEED_BODIES

pytestmark = [pytest.mark.process, pytest.mark.dialects]

RELATIONS: tuple[dict[str, Any], ...] = (
    {
        "collection": "articles",
        "field": "author",
        "related_collection": "authors",
        "meta": {"one_field": "articles"},
        "schema": {"on_delete": "SET NULL"},
    },
    {
        "collection": "articles_tags",
        "field": "articles_id",
        "related_collection": "articles",
        "meta": {
            "one_field": "tags",
            "junction_field": "tags_id",
            "one_deselect_action": "delete",
            "sort_field": "sort",
        },
        "schema": {"on_delete": "CASCADE"},
    },
    {
        "collection": "articles_tags",
        "field": "tags_id",
        "related_collection": "tags",
        "meta": {"one_field": None, "junction_field": "articles_id"},
        "schema": {"on_delete": "CASCADE"},
    },
    {
        "collection": "article_comments",
        "field": "article",
        "related_collection": "articles",
        "meta": {"one_field": "comments", "sort_field": "sort"},
        "schema": {"on_delete": "SET NULL"},
    },
    {
        "collection": "pages_blocks",
        "field": "item",
        "related_collection": None,
        "meta": {
            "one_collection_field": "collection",
            "one_allowed_collections": ["block_text", "block_image"],
            "junction_field": "pages_id",
        },
    },
    {
        "collection": "pages_blocks",
        "field": "pages_id",
        "related_collection": "pages",
        "meta": {
            "one_field": "blocks",
            "junction_field": "item",
            "sort_field": "sort",
            "one_deselect_action": "delete",
        },
        "schema": {"on_delete": "CASCADE"},
    },
)
PLAIN = (
    {"collection": "tags", "fields": [["id", True], ["name", False]]},
    {"collection": "block_text", "fields": [["id", True], ["content", False]]},
)
ONE, TWO = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
ARTICLES: tuple[dict[str, Any], ...] = (
    {
        "id": ONE,
        "title": "One",
        "views": 3,
        "price": 1.5,
        "flag": True,
        "tags_csv": ["a", "b"],
        "data": {"k": {"c": [1, 2]}, "color": "red"},
        "published": "2024-01-02T03:04:05",
        "at": "2024-01-02T03:04:05+02:00",
        "t": "10:11:12",
        "d": "2024-05-06",
        "author": {"name": "Ann", "email": "a@x.io", "born": "1980-02-03"},
        "tags": [{"tags_id": {"name": "py"}}, {"tags_id": {"name": "go"}}],
        "comments": [{"text": "c1"}, {"text": "c2"}],
    },
    {
        "id": TWO,
        "title": "Two",
        "status": "published",
        "views": 10,
        "author": {"name": "Bob"},
        "tags": [{"tags_id": 1}],
    },
    {"id": "aaaaaaaa-0000-4000-8000-000000000003", "title": "Three 100%", "views": 0, "data": {"color": "blue"}},
)


def post(client: httpx.Client, path: str, body: Any) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()["data"]


@pytest.fixture(scope="module")
def admin(server_on: Server) -> Iterator[httpx.Client]:
    with server_on.client(server_on.directus_token()) as client:
        for line in sorted(SEED_BODIES):
            post(client, "/collections", json.loads(SEED_BODIES[line]))
        for item in PLAIN:
            fields = [
                {"field": name, "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
                if key
                else {"field": name, "type": "string", "schema": {}, "meta": {}}
                for name, key in item["fields"]
            ]
            post(client, "/collections", {"collection": item["collection"], "schema": {}, "meta": {}, "fields": fields})
        post(client, "/fields/authors", {"field": "articles", "type": "alias", "meta": {"special": ["o2m"]}})
        for relation in RELATIONS:
            post(client, "/relations", relation)
        for article in ARTICLES:
            post(client, "/items/articles", article)
        page = {"collection": "block_text", "item": {"content": "hello"}}
        image = {"collection": "block_image", "item": {"caption": "cap"}}
        post(client, "/items/pages", {"title": "P1", "blocks": [page, image]})
        yield client


def titles(client: httpx.Client, given: Any) -> list[str]:
    query = {"filter": given, "fields": ["title"], "sort": ["title"]}
    answer = client.request("SEARCH", "/items/articles", json={"query": query})
    assert answer.status_code == 200, answer.text
    return [item["title"].partition(" ")[0] for item in answer.json()["data"]]


FILTERS: list[tuple[Any, list[str]]] = [
    ({"title": {"_eq": "One"}}, ["One"]),
    ({"title": "One"}, ["One"]),
    ({"title": {"_neq": "One"}}, ["Three", "Two"]),
    ({"title": {"_in": "One,Two"}}, ["One", "Two"]),
    ({"title": {"_nin": ["One", "Two"]}}, ["Three"]),
    ({"title": {"_icontains": "tW"}}, ["Two"]),
    ({"title": {"_contains": "100%"}}, ["Three"]),
    ({"title": {"_ncontains": "w"}}, ["One", "Three"]),
    ({"title": {"_starts_with": "T"}}, ["Three", "Two"]),
    ({"title": {"_istarts_with": "tw"}}, ["Two"]),
    ({"title": {"_ends_with": "e"}}, ["One"]),
    ({"title": {"_niends_with": "E"}}, ["Three", "Two"]),
    ({"views": {"_gt": 0}}, ["One", "Two"]),
    ({"views": {"_between": [3, 10]}}, ["One", "Two"]),
    ({"views": {"_nbetween": [1, 5]}}, ["Three", "Two"]),
    ({"views": {"_lte": "3"}}, ["One", "Three"]),
    ({"price": {"_null": True}}, ["Three", "Two"]),
    ({"price": {"_eq": None}}, ["Three", "Two"]),
    ({"price": {"_neq": "null"}}, ["One"]),
    ({"price": {"_eq": "1.5"}}, ["One"]),
    ({"body": {"_empty": True}}, ["One", "Three", "Two"]),
    ({"body": {"_nempty": True}}, []),
    ({"flag": True}, ["One"]),
    ({"flag": {"_eq": "true"}}, ["One"]),
    ({"flag": {"_neq": True}}, ["Three", "Two"]),
    ({"id": {"_eq": ONE}}, ["One"]),
    ({"id": {"_in": [ONE, TWO]}}, ["One", "Two"]),
    ({"d": {"_eq": "2024-05-06"}}, ["One"]),
    ({"t": {"_gt": "09:00"}}, ["One"]),
    ({"at": {"_gte": "2024-01-01"}}, ["One"]),
    ({"at": {"_eq": "2024-01-02T01:04:05Z"}}, ["One"]),
    ({"published": {"_lt": "2024-01-02T03:04:06"}}, ["One"]),
    ({"date_created": {"_gt": "$NOW(-1 day)"}}, ["One", "Three", "Two"]),
    ({"date_created": {"_gt": "$NOW(+1 day)"}}, []),
    ({"user_created": {"_eq": "$CURRENT_USER"}}, ["One", "Three", "Two"]),
    ({"tags_csv": {"_contains": "a"}}, ["One"]),
    ({"data": {"_null": True}}, ["Two"]),
    ({"data": {"_json": {"color": {"_eq": "red"}}}}, ["One"]),
    ({"data": {"_json": {"k.c[0]": {"_gt": 0}}}}, ["One"]),
    ({"data": {"_json": {"_or": [{"color": "red"}, {"color": "blue"}]}}}, ["One", "Three"]),
    ({"year(published)": {"_eq": 2024}}, ["One"]),
    ({"count(tags)": {"_gt": 1}}, ["One"]),
    ({"count(tags)": {"_eq": 0}}, ["Three"]),
    ({"author": {"name": {"_eq": "Ann"}}}, ["One"]),
    ({"author": {"_null": True}}, ["Three"]),
    ({"author": {"name": {"_null": True}}}, ["Three"]),
    ({"author": {"year(born)": {"_eq": 1980}}}, ["One"]),
    ({"author": {"_or": [{"name": "Ann"}, {"name": "Bob"}]}}, ["One", "Two"]),
    ({"tags": {"tags_id": {"name": {"_eq": "py"}}}}, ["One", "Two"]),
    ({"tags": {"tags_id": {"name": {"_neq": "py"}}}}, ["One"]),
    ({"tags": {"_null": True}}, ["Three"]),
    ({"comments": {"id": {"_null": True}}}, ["Three", "Two"]),
    ({"tags": {"_some": {"tags_id": {"name": "go"}}}}, ["One"]),
    ({"tags": {"_none": {"tags_id": {"name": "go"}}}}, ["Three", "Two"]),
    ({"tags": {"_some": {}}}, ["One", "Three", "Two"]),
    ({"tags": {"_none": {}}}, ["One", "Three", "Two"]),
    # one related row has to meet both, unless two are asked for
    ({"_and": [{"tags": {"tags_id": {"id": 1}}}, {"tags": {"tags_id": {"id": 2}}}]}, []),
    ({"_and": [{"tags": {"_some": {"tags_id": {"id": 1}}}}, {"tags": {"_some": {"tags_id": {"id": 2}}}}]}, ["One"]),
    ({"_or": [{"title": "One"}, {"_and": [{"views": {"_gte": 10}}, {"status": {"_neq": "draft"}}]}]}, ["One", "Two"]),
    ({"_or": [{"title": "One"}, {}]}, ["One", "Three", "Two"]),
    ({"_or": []}, ["One", "Three", "Two"]),
    ({}, ["One", "Three", "Two"]),
]


@pytest.mark.parametrize(("given", "found"), FILTERS, ids=lambda value: json.dumps(value)[:60])
def test_filters(admin: httpx.Client, given: Any, found: list[str]) -> None:
    assert titles(admin, given) == found


READS: list[tuple[str, Any]] = [
    ("/items/articles?fields=title&sort=author.name,-title", None),
    ("/items/articles?fields=title&sort=-count(tags),title&limit=1", [{"title": "One"}]),
    ("/items/articles?fields=title&sort=-year(d),title&limit=1&filter[d][_nnull]=true", [{"title": "One"}]),
    (
        "/items/articles?filter[title]=One&fields=published,at,t,d,flag,tags_csv,data,price,views",
        [
            {
                "published": "2024-01-02T03:04:05",
                "at": "2024-01-02T01:04:05.000Z",
                "t": "10:11:12",
                "d": "2024-05-06",
                "flag": True,
                "tags_csv": ["a", "b"],
                "data": {"k": {"c": [1, 2]}, "color": "red"},
                "price": 1.5,
                "views": 3,
            }
        ],
    ),
    (
        "/items/articles?filter[title]=One&fields=json(data, color),json(data, k.c[1])",
        [{"data_color_json": "red", "data_k_c_1_json": 2}],
    ),
    ("/items/articles?filter[title]=One&fields=author.name,tags.tags_id.name,comments.text", None),
    (
        "/items/articles?filter[title]=Two&fields=tt,author.name&alias[tt]=title",
        [{"tt": "Two", "author": {"name": "Bob"}}],
    ),
    ("/items/articles?search=two&fields=title", [{"title": "Two"}]),
    ("/items/articles?search=10&fields=title,views&filter[title]=Two", [{"title": "Two", "views": 10}]),
    (f"/items/articles?search={TWO}&fields=title", [{"title": "Two"}]),
    ("/items/articles?search=nothing+like+it&fields=title", []),
    ("/items/articles?aggregate[min]=title&aggregate[max]=title", [{"min": {"title": "One"}, "max": {"title": "Two"}}]),
    ("/items/articles?groupBy=status&sort=status", [{"status": "draft"}, {"status": "published"}]),
    ("/items/articles?fields=title&limit=0", []),
    ("/items/articles?fields=title&sort=title&limit=1&page=2", [{"title": "Three 100%"}]),
    ("/items/articles?fields=title&sort=title&offset=2", [{"title": "Two"}]),
    (
        "/items/pages?fields=title,blocks.item:block_text.content,blocks.item:block_image.caption,blocks.collection",
        [
            {
                "title": "P1",
                "blocks": [
                    {"item": {"content": "hello"}, "collection": "block_text"},
                    {"item": {"caption": "cap"}, "collection": "block_image"},
                ],
            }
        ],
    ),
    ('/items/pages?fields=title&filter={"blocks":{"item:block_text":{"content":"hello"}}}', [{"title": "P1"}]),
    ('/items/pages?fields=title&filter={"blocks":{"item:block_text":{"content":"other"}}}', []),
    (
        "/items/articles?filter[title]=One&fields=tags.tags_id.name&deep[tags][_sort]=-id&deep[tags][_limit]=1",
        [{"tags": [{"tags_id": {"name": "go"}}]}],
    ),
    (
        "/items/articles?filter[title]=One&fields=comments.text&deep[comments][_filter][text]=c2",
        [{"comments": [{"text": "c2"}]}],
    ),
    ("/items/authors?filter[name]=Ann&fields=name,n&alias[n]=count(articles)", None),
]


@pytest.mark.parametrize(("address", "data"), READS, ids=lambda value: str(value)[:70])
def test_reads(admin: httpx.Client, address: str, data: Any) -> None:
    answer = admin.get(address)
    assert answer.status_code == 200, answer.text
    if data is not None:
        assert answer.json()["data"] == data


def test_counts_and_sums(admin: httpx.Client) -> None:
    (found,) = admin.get("/items/articles?aggregate[count]=*&aggregate[sum]=views&aggregate[avg]=price").json()["data"]
    assert (int(found["count"]), int(found["sum"]["views"]), float(found["avg"]["price"])) == (3, 13, 1.5)
    groups = admin.get("/items/articles?aggregate[count]=*&groupBy[]=status&groupBy[]=year(date_created)&sort=-count")
    assert [(item["status"], int(item["count"])) for item in groups.json()["data"]] == [("draft", 2), ("published", 1)]
    assert all("date_created_year" in item for item in groups.json()["data"])


def test_wildcards_write_what_is_there(admin: httpx.Client) -> None:
    (plain,) = admin.get("/items/articles?filter[title]=One").json()["data"]
    assert list(plain)[:3] == ["id", "status", "sort"]
    assert list(plain)[-2:] == ["tags", "comments"]
    assert (plain["author"], plain["tags"], plain["comments"]) == (1, [1, 2], [1, 2])
    (deep,) = admin.get("/items/articles?filter[title]=One&fields=*.*").json()["data"]
    assert next(iter(deep)) == "author", "relations come first"
    assert deep["author"]["articles"] == [ONE]
    assert deep["tags"][0] == {"id": 1, "articles_id": ONE, "tags_id": 1, "sort": None}


def test_concealed_values_are_never_told(admin: httpx.Client) -> None:
    made = post(admin, "/items/authors", {"name": "Secretive", "secret": "s3cr3t"})
    assert made["secret"] == "**********"
    for question in ("filter[secret][_eq]=x", "sort=secret", "search=s3cr3t", "aggregate[max]=secret"):
        answer = admin.get(f"/items/authors?{question}")
        assert "s3cr3t" not in answer.text.replace("search=s3cr3t", "")
        assert "$argon2" not in answer.text
    assert admin.get("/items/authors?filter[secret][_nnull]=true&fields=name").json()["data"] == [{"name": "Secretive"}]
    assert admin.delete(f"/items/authors/{made['id']}").status_code == 204
