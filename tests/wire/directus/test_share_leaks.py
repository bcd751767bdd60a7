"""What somebody sees who came by a share: the item, what relations reach from it, and nothing that its creator or its
role may not see, whichever way they ask.
"""

from __future__ import annotations

import itertools
import json
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from tests.wire.directus.people import People, people, pytest_generate_tests, refusal

pytestmark = [pytest.mark.process, pytest.mark.dialects]
__all__ = ["people", "pytest_generate_tests"]

SECRET = "a secret of tests, long enough to sign tokens"
SETTINGS = {"secret": SECRET}

ARTICLES = {"id", "title", "author", "cover", "comments", "tags", "blocks"}


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"field": name, "type": kind, "meta": more, "schema": None if kind == "alias" else {}}


def collection(people: People, name: str, *fields: dict[str, Any]) -> None:
    number = {**field("id", "integer"), "schema": {"is_primary_key": True, "has_auto_increment": True}}
    people.ask("POST", "/collections", {"collection": name, "schema": {}, "meta": {}, "fields": [number, *fields]})


def relation(people: People, many: str, name: str, one: str | None, alias: str | None, **meta: Any) -> None:
    body = {"collection": many, "field": name, "related_collection": one, "schema": None if one is None else {}}
    people.ask("POST", "/relations", {**body, "meta": {"one_field": alias, **meta}})


@pytest.fixture(scope="module")
def world(people: People) -> People:
    collection(people, "authors", field("name"), field("email"), field("articles", "alias", special=["o2m"]))
    collection(
        people,
        "articles",
        field("title"),
        field("secret"),
        field("status"),
        field("author", "integer"),
        field("cover", "uuid"),
        field("comments", "alias", special=["o2m"]),
        field("tags", "alias", special=["m2m"]),
        field("blocks", "alias", special=["m2a"]),
    )
    collection(people, "comments", field("words"), field("hidden", "boolean"), field("article", "integer"))
    collection(people, "tags", field("word"))
    collection(people, "articles_tags", field("articles_id", "integer"), field("tags_id", "integer"))
    collection(people, "paragraphs", field("body"))
    collection(people, "parts", field("articles_id", "integer"), field("item"), field("collection"))
    collection(people, "payroll", field("sum", "integer"), field("of_author", "integer"))
    relation(people, "articles", "author", "authors", "articles")
    relation(people, "articles", "cover", "directus_files", None)
    relation(people, "comments", "article", "articles", "comments")
    relation(people, "articles_tags", "articles_id", "articles", "tags", junction_field="tags_id")
    relation(people, "articles_tags", "tags_id", "tags", None, junction_field="articles_id")
    relation(people, "parts", "articles_id", "articles", "blocks", junction_field="item")
    many = {"one_collection_field": "collection", "one_allowed_collections": ["paragraphs", "payroll"]}
    relation(people, "parts", "item", None, None, **many)
    relation(people, "payroll", "of_author", "authors", None)
    rows(people)
    return people


def rows(people: People) -> None:
    people.ask(
        "POST",
        "/items/authors",
        [
            {"name": "Ann", "email": "ann@x.io"},
            {"name": "Bob", "email": "bob@x.io"},
            {"name": "Cat", "email": "c@x.io"},
        ],
    )
    # 1 is shared; 2 is of the same author, 3 of another; 4 is a draft
    people.ask(
        "POST",
        "/items/articles",
        [
            {"title": "Shared", "secret": "hush one", "status": "published", "author": 1},
            {"title": "Sister", "secret": "hush two", "status": "published", "author": 1},
            {"title": "Stranger", "secret": "hush three", "status": "published", "author": 2},
            {"title": "Draft", "secret": "hush four", "status": "draft", "author": 3},
        ],
    )
    for article, words in itertools.product((1, 2, 3, 4), ("seen", "unseen")):
        row = {"words": f"{words} {article}", "hidden": words == "unseen", "article": article}
        people.ask("POST", "/items/comments", row)
    people.ask("POST", "/items/tags", [{"word": "red"}, {"word": "blue"}, {"word": "free"}])
    for article, tag in ((1, 1), (2, 2), (3, 1), (4, 3)):
        people.ask("POST", "/items/articles_tags", {"articles_id": article, "tags_id": tag})
    people.ask("POST", "/items/paragraphs", [{"body": "of one"}, {"body": "of two"}])
    for article in (1, 2):
        people.ask("POST", "/items/parts", {"articles_id": article, "item": str(article), "collection": "paragraphs"})
    people.ask("POST", "/items/payroll", [{"sum": 1000, "of_author": 1}, {"sum": 2000, "of_author": 2}])


def permit(people: People, policy: str, name: str, fields: list[str], rule: Any = None) -> None:
    row = {"policy": policy, "collection": name, "action": "read", "fields": fields, "permissions": rule}
    people.ask("POST", "/permissions?fields=id", row)


@pytest.fixture(scope="module")
def creator(world: People) -> str:
    """Sees published articles, comments that are not hidden, all of authors; not what they earn."""
    world.user("zoe")
    policy = world.ask("GET", "/policies?filter[name][_eq]=zoe&fields=id")[0]["id"]
    permit(world, policy, "articles", ["*"], {"_or": [{"status": {"_eq": "published"}}, {"secret": "$CURRENT_USER"}]})
    permit(world, policy, "comments", ["id", "words", "article"], {"hidden": {"_eq": False}})
    for name in ("authors", "tags", "articles_tags", "parts", "paragraphs", "directus_files"):
        permit(world, policy, name, ["*"])
    world.ask("POST", "/permissions?fields=id", {"policy": policy, "collection": "articles", "action": "share"})
    return world.ids["zoe"]


@pytest.fixture(scope="module")
def role(world: People) -> str:
    """Sees some fields of everything, payroll included; and may write everything."""
    policy = world.ask("POST", "/policies?fields=id", {"name": "Visitors"})["id"]
    held = world.ask("POST", "/roles?fields=id", {"name": "Visitors", "policies": [{"policy": policy}]})["id"]
    permit(world, policy, "articles", sorted(ARTICLES))
    permit(world, policy, "authors", ["id", "name", "articles"])
    for name in ("comments", "tags", "articles_tags", "parts", "paragraphs", "payroll", "directus_files"):
        permit(world, policy, name, ["*"])
    for name, action in itertools.product(("articles", "comments", "authors"), ("create", "update", "delete")):
        row = {"policy": policy, "collection": name, "action": action, "fields": ["*"]}
        world.ask("POST", "/permissions?fields=id", row)
    return str(held)


def token_of(share: str, role: str | None) -> str:
    now = int(time.time())
    claims = {"app_access": False, "admin_access": False, "role": role, "share": share}
    key = OctKey.import_key(SECRET)
    return jwt.encode({"alg": "HS256"}, {**claims, "iat": now, "exp": now + 600, "iss": "directus"}, key)


def visitor(people: People, item: str, creator: str, role: str | None, of: str = "articles") -> httpx.Client:
    """Somebody with a token of a new share."""
    key = str(uuid4())
    people.insert(
        "satchel_shares",
        {"id": key, "collection": of, "item": item, "role": role, "user_created": creator, "times_used": 0},
    )
    return people.guest(token_of(key, role))


@pytest.fixture(scope="module")
def visit(world: People, creator: str, role: str) -> httpx.Client:
    return visitor(world, "1", creator, role)


def items(client: httpx.Client, name: str, **parameters: Any) -> Any:
    given = {key: value if isinstance(value, str) else json.dumps(value) for key, value in parameters.items()}
    answer = client.get(f"/items/{name}", params=given)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_what_is_reached(visit: httpx.Client) -> None:
    assert items(visit, "articles") == [
        {"id": 1, "title": "Shared", "author": 1, "cover": None, "comments": [1], "tags": [1], "blocks": [1]}
    ]
    assert items(visit, "authors") == [{"id": 1, "name": "Ann", "articles": [1]}]
    assert items(visit, "comments") == [{"id": 1, "words": "seen 1", "article": 1}]
    assert items(visit, "tags") == [{"id": 1, "word": "red"}]
    assert items(visit, "articles_tags") == [{"id": 1, "articles_id": 1, "tags_id": 1}]
    assert [row["item"] for row in items(visit, "parts")] == ["1"]
    assert items(visit, "paragraphs") == [{"id": 1, "body": "of one"}]
    nested = "title,author.name,comments.words,tags.tags_id.word,blocks.item:paragraphs.body"
    assert visit.get(f"/items/articles/1?fields={nested}").json()["data"] == {
        "title": "Shared",
        "author": {"name": "Ann"},
        "comments": [{"words": "seen 1"}],
        "tags": [{"tags_id": {"word": "red"}}],
        "blocks": [{"item": {"body": "of one"}}],
    }


@pytest.mark.parametrize(
    "path",
    [
        "/items/articles/2",
        "/items/articles/4",
        "/items/authors/2",
        "/items/comments/2",
        "/items/comments/3",
        "/items/tags/2",
        "/items/payroll",
        "/items/payroll/1",
        "/users",
        "/roles",
        "/policies",
        "/permissions",
        "/settings",
        "/items/articles?fields=secret",
        "/items/articles?fields=status",
        "/items/articles?filter[secret][_contains]=hush",
        "/items/articles?sort=secret",
        "/items/articles?aggregate[max]=secret",
        "/items/articles?groupBy[]=status&aggregate[count]=*",
        "/items/articles?filter[author][email][_contains]=x",
        "/items/articles?sort=author.email",
        "/items/articles?deep[comments][_filter][hidden][_eq]=true&fields=comments.words",
        "/items/comments?filter[article][secret][_nnull]=true",
        "/items/articles/1?version=draft",
        "/activity",
        "/revisions",
        "/versions",
    ],
)
def test_what_is_refused(visit: httpx.Client, path: str) -> None:
    assert visit.get(path).status_code in (403, 404), path


def test_nothing_leaks_through_relations(visit: httpx.Client) -> None:
    around = visit.get("/items/articles/1?fields=author.articles.title,author.articles.comments.words").json()["data"]
    assert around == {"author": {"articles": [{"title": "Shared", "comments": [{"words": "seen 1"}]}]}}
    for path, value in (
        (["author", "articles", "title"], "Sister"),
        (["comments", "words"], "unseen 1"),
        (["author", "articles", "comments", "words"], "seen 2"),
        (["tags", "tags_id", "word"], "blue"),
    ):
        wanted: Any = {"_eq": value}
        for part in reversed(path):
            wanted = {part: wanted}
        assert items(visit, "articles", filter=wanted) == [], path
    assert items(visit, "articles", search="hush") == []
    assert items(visit, "authors", search="x.io") == []
    assert items(visit, "comments", search="unseen") == []
    assert items(visit, "tags", filter={"word": {"_in": ["blue", "free"]}}) == []
    deep = {"comments": {"_filter": {"words": {"_contains": "unseen"}}}}
    assert items(visit, "articles", fields="comments.words", deep=deep) == [{"comments": []}]


def test_nothing_leaks_through_numbers(visit: httpx.Client) -> None:
    for name, count in (("articles", 1), ("authors", 1), ("comments", 1), ("tags", 1), ("articles_tags", 1)):
        assert int(items(visit, name, **{"aggregate[count]": "*"})[0]["count"]) == count, name
        meta = visit.get(f"/items/{name}?meta=*&limit=0").json()["meta"]
        assert meta == {"total_count": count, "filter_count": count}
    (counted,) = items(visit, "authors", fields="id,count(articles)")
    assert int(counted["articles_count"]) == 1
    assert visit.get("/items/comments?export=csv").text.count("\n") <= 2


def test_nothing_can_be_written(visit: httpx.Client, world: People) -> None:
    for method, path, body in (
        ("POST", "/items/articles", {"title": "x"}),
        ("PATCH", "/items/articles/1", {"title": "x"}),
        ("DELETE", "/items/articles/1", None),
        ("POST", "/items/comments", {"words": "x", "article": 1}),
        ("PATCH", "/users/me", {"first_name": "x"}),
        ("PATCH", "/users/me/track/page", {"last_page": "/"}),
        ("POST", "/users/me/tfa/generate", {"password": "x"}),
        ("POST", "/users/invite", {"email": "x@example.com", "role": str(uuid4())}),
        ("POST", "/permissions", {"collection": "articles", "action": "read"}),
        ("POST", "/collections", {"collection": "mine", "schema": {}}),
    ):
        assert visit.request(method, path, json=body).status_code in (401, 403), (method, path)
    assert world.ask("GET", "/items/articles/1?fields=title") == {"title": "Shared"}


def test_what_is_said_of_the_visitor_and_the_schema(visit: httpx.Client) -> None:
    assert list(visit.get("/users/me").json()["data"]) == ["share"]
    seen = {item["collection"] for item in visit.get("/collections").json()["data"]}
    assert {"articles", "authors", "comments"} <= seen
    assert not seen & {"payroll", "notes", "directus_users"}
    assert {item["field"] for item in visit.get("/fields/articles").json()["data"]} == ARTICLES
    mine = visit.get("/permissions/me").json()["data"]["articles"]
    assert (mine["read"]["access"], mine["update"]["access"]) == ("partial", "none")


def test_the_other_protocol_and_graphql_say_no_more(visit: httpx.Client) -> None:
    for name in ("articles", "authors", "comments", "tags", "payroll"):
        answer = visit.get(f"/api/collections/{name}/records", params={"perPage": 50})
        if answer.status_code == 200:
            assert answer.json()["totalItems"] <= 1, name
        assert "hush" not in answer.text
    query = "{ articles { title author { name articles { title } } comments { words } } }"
    answer = visit.post("/graphql", json={"query": query}).json()
    assert answer == {
        "data": {
            "articles": [
                {
                    "title": "Shared",
                    "author": {"name": "Ann", "articles": [{"title": "Shared"}]},
                    "comments": [{"words": "seen 1"}],
                }
            ]
        }
    }
    for query in ("{ articles { secret } }", "{ payroll { sum } }", "{ authors { email } }"):
        assert "errors" in visit.post("/graphql", json={"query": query}).json()


def test_no_more_than_the_creator_and_the_role(world: People, creator: str, role: str) -> None:
    draft = visitor(world, "4", creator, role)
    assert items(draft, "articles") == []
    assert refusal(draft.get("/items/articles/4")) == (403, "FORBIDDEN")
    for item in ("", "no number", "99", "1 OR 1=1"):
        assert visitor(world, item, creator, role).get("/items/articles").json().get("data", []) == [], item
    for place in ("payroll", "directus_users", "directus_sessions", "nothing"):
        nowhere = visitor(world, "1", creator, role, of=place)
        assert nowhere.get(f"/items/{place}").status_code == 403, place
        assert nowhere.get("/items/articles").status_code == 403
    root = world.ask("GET", "/users/me?fields=id,role")
    public = visitor(world, "1", root["id"], None)
    assert public.get("/items/articles").status_code == 403  # the public may read nothing here
    # a role and a creator who may do everything: still one item, and only to look at
    whole = visitor(world, "1", root["id"], root["role"])
    assert [row["secret"] for row in items(whole, "articles")] == ["hush one"]
    assert [row["id"] for row in items(whole, "comments")] == [1, 2]
    assert whole.patch("/items/articles/1", json={"title": "x"}).status_code == 403
    for path in ("/settings", "/activity", "/items/notes"):
        assert whole.get(path).status_code == 403, path
    assert whole.get("/users").json() == {"data": []}  # nobody but who uploaded a file of the article


def test_files_are_reached_like_rows(world: People, visit: httpx.Client) -> None:
    files = [
        world.admin.post("/files", files={"file": (f"{name}.txt", name.encode(), "text/plain")}).json()["data"]["id"]
        for name in ("cover", "other")
    ]
    for key in files:
        assert visit.get(f"/assets/{key}").status_code == 403
        assert visit.get(f"/files/{key}").status_code == 403
    world.ask("PATCH", "/items/articles/1?fields=id", {"cover": files[0]})
    assert visit.get(f"/assets/{files[0]}").text == "cover"
    assert [row["id"] for row in visit.get("/files").json()["data"]] == files[:1]
    assert visit.get(f"/assets/{files[1]}").status_code == 403
    assert visit.post("/files", files={"file": ("x.txt", b"x", "text/plain")}).status_code == 403
    world.ask("PATCH", "/items/articles/1?fields=id", {"cover": None})


def test_versions_show_no_more_than_the_item(world: People, visit: httpx.Client) -> None:
    world.ask("PATCH", "/collections/articles", {"meta": {"versioning": True}})
    made = world.ask("POST", "/versions", {"key": "next", "name": "Next", "collection": "articles", "item": "1"})
    world.ask("POST", f"/versions/{made['id']}/save", {"title": "New title", "secret": "hush version"})
    for path in (
        "/items/articles/1?version=next",
        "/items/articles/1?version=next&fields=secret",
        "/items/articles?version=next",
        "/versions",
        f"/versions/{made['id']}",
        f"/versions/{made['id']}/compare",
        "/revisions",
    ):
        answer = visit.get(path)
        assert "hush" not in answer.text, path
        assert "New title" not in answer.text, path
    assert visit.post(f"/versions/{made['id']}/promote", json={"mainHash": made["hash"]}).status_code == 403


def test_it_ends_with_what_it_came_from(world: People, creator: str, role: str) -> None:
    guest = visitor(world, "1", creator, role)
    assert len(items(guest, "articles")) == 1
    world.ask("PATCH", f"/users/{creator}?fields=id", {"status": "archived"})
    assert refusal(guest.get("/items/articles")) == (401, "INVALID_CREDENTIALS")
    world.ask("PATCH", f"/users/{creator}?fields=id", {"status": "active"})
    assert len(items(guest, "articles")) == 1
    world.ask("PATCH", "/items/articles/1?fields=id", {"status": "draft"})
    assert items(guest, "articles") == []
    world.ask("PATCH", "/items/articles/1?fields=id", {"status": "published"})
    world.ask("PATCH", "/items/comments/1?fields=id", {"article": 2})
    assert items(guest, "comments") == []
    world.ask("PATCH", "/items/comments/1?fields=id", {"article": 1})
