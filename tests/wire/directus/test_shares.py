"""Shares over the wire: making one, coming in by it, what it shows, and what it must not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.mail_sink import mail_sink
from tests.servers import Server
from tests.wire.directus.readers import Person, allow, person

pytestmark = pytest.mark.process

KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def plain(field: str, kind: str = "string", **meta: Any) -> dict[str, Any]:
    return {"field": field, "type": kind, "schema": {}, "meta": meta}


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    """Articles with an author and comments."""
    with server.client(server.directus_token()) as client:
        notes = {"field": "notes", "type": "alias", "meta": {"special": ["o2m"]}}
        for name, fields in (
            ("authors", [KEY, plain("name"), plain("email")]),
            ("articles", [KEY, plain("title"), plain("secret"), plain("author", "integer"), notes]),
            ("notes", [KEY, plain("text"), plain("article", "integer")]),
        ):
            body = {"collection": name, "schema": {}, "fields": fields, "meta": {}}
            made = client.post("/collections", json=body)
            assert made.status_code == 200, made.text
        for many, field, one, meta in (
            ("articles", "author", "authors", {}),
            ("notes", "article", "articles", {"one_field": "notes"}),
        ):
            body = {"collection": many, "field": field, "related_collection": one, "meta": meta, "schema": {}}
            assert client.post("/relations", json=body).status_code == 200
        yield client


@pytest.fixture(scope="module")
def viewer(admin: httpx.Client) -> str:
    """A role that reads articles without their secret, authors by name, and notes."""
    role = data(admin.post("/roles", json={"name": "viewer"}))["id"]
    policy = data(admin.post("/policies", json={"name": "viewer"}))["id"]
    data(admin.post("/access", json={"role": role, "policy": policy}))
    for name, fields in (
        ("articles", ["id", "title", "author", "notes"]),
        ("authors", ["id", "name"]),
        ("notes", ["*"]),
    ):
        allow(admin, policy, name, "read", fields=fields)
    return role


@pytest.fixture(scope="module")
def sharer(server: Server, admin: httpx.Client) -> Iterator[Person]:
    """Reads articles of the title Mine without their secret, shares them, and works with shares."""
    mine = {"title": {"_eq": "Mine"}}
    reads = (("articles", ["id", "title"], mine), ("directus_shares", ["*"], {}))
    with person(server, admin, *reads, writes=("directus_shares",)) as made:
        allow(admin, made.policy, "articles", "share", permissions=mine)
        yield made


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def article(admin: httpx.Client, **values: Any) -> Any:
    body = {"title": "Mine", "secret": "s", "author": {"name": "Ann", "email": "ann@x.co"}, **values}
    return data(admin.post("/items/articles", json=body))["id"]


def share(client: httpx.Client, key: Any, **values: Any) -> Any:
    return data(client.post("/shares", json={"collection": "articles", "item": str(key), **values}))


def visitor(server: Server, made: Any, **body: Any) -> httpx.Client:
    answer = httpx.post(f"{server.url}/shares/auth", json={"share": made["id"], **body}, timeout=30)
    return server.client(data(answer)["access_token"])


def test_a_share_is_a_row_without_its_password(admin: httpx.Client, viewer: str) -> None:
    key = article(admin)
    made = share(admin, key, name="S", password="pw", role=viewer, times_used=5, user_created=UNKNOWN)
    assert list(made) == [
        "id",
        "name",
        "collection",
        "item",
        "role",
        "password",
        "user_created",
        "date_created",
        "date_start",
        "date_end",
        "times_used",
        "max_uses",
    ]
    me = data(admin.get("/users/me?fields=id"))["id"]
    assert (made["password"], made["times_used"], made["user_created"]) == ("**********", 0, me)
    info = data(httpx.get(f"{admin.base_url}/shares/info/{made['id']}"))
    assert info == {
        "id": made["id"],
        "collection": "articles",
        "item": str(key),
        "password": "**********",
        "max_uses": None,
        "times_used": 0,
        "date_start": None,
        "date_end": None,
    }
    assert admin.delete(f"/shares/{made['id']}").status_code == 204
    assert httpx.get(f"{admin.base_url}/shares/info/{made['id']}").status_code == 403


def test_coming_in(server: Server, admin: httpx.Client, viewer: str) -> None:
    key, other = article(admin, notes=[{"text": "n"}]), article(admin)
    made = share(admin, key, password="pw", role=viewer)
    at = f"{server.url}/shares/auth"
    for body in ({"password": "bad"}, {}, {"password": "pw", "share": UNKNOWN}):
        refused = httpx.post(at, json={"share": made["id"], **body}, timeout=30)
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (401, "INVALID_CREDENTIALS")
    assert httpx.post(at, json={"password": "pw"}).status_code == 400
    with visitor(server, made, password="pw") as client:
        shown = data(client.get(f"/items/articles/{key}?fields=*,author.*,notes.text"))
        assert shown["author"]["name"] == "Ann"
        assert shown["notes"] == [{"text": "n"}]
        assert "secret" not in shown
        assert "email" not in shown["author"]
        assert client.get(f"/items/articles/{other}").status_code == 403
        assert [item["id"] for item in data(client.get("/items/articles"))] == [key]
        assert data(client.get("/users/me")) == {"share": made["id"]}
        for path in ("/shares", "/activity", "/revisions", "/versions", "/users", "/settings", "/notifications"):
            assert client.get(path).status_code == 403, path
        change = client.patch(f"/items/articles/{key}", json={"title": "x"})
        assert change.status_code == 403
        again = client.post("/shares", json={"collection": "articles", "item": str(key)})
        assert again.status_code == 403
    assert data(httpx.get(f"{server.url}/shares/info/{made['id']}"))["times_used"] == 1


def test_uses_are_counted_also_when_many_come_at_once(server: Server, admin: httpx.Client, viewer: str) -> None:
    made = share(admin, article(admin), max_uses=3, role=viewer)

    def use(_: int) -> int:
        return httpx.post(f"{server.url}/shares/auth", json={"share": made["id"]}, timeout=60).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(use, range(10)))
    assert sorted(answers) == [200] * 3 + [401] * 7


def test_a_share_is_good_between_its_dates(server: Server, admin: httpx.Client, viewer: str) -> None:
    for dates in ({"date_end": "2001-01-01T00:00:00Z"}, {"date_start": "2100-01-01T00:00:00Z"}):
        made = share(admin, article(admin), role=viewer, **dates)
        assert httpx.post(f"{server.url}/shares/auth", json={"share": made["id"]}, timeout=30).status_code == 401
        assert httpx.get(f"{server.url}/shares/info/{made['id']}").status_code == 403


def test_sharing_needs_the_right_to_share_that_item(admin: httpx.Client, sharer: Person) -> None:
    mine, other = article(admin), article(admin, title="Other")
    share(sharer.client, mine)
    for body in (
        {"collection": "articles", "item": str(other)},
        {"collection": "articles", "item": "99999"},
        {"collection": "articles", "item": "no number"},
        {"collection": "authors", "item": "1"},
        {"collection": "nope", "item": "1"},
        {"name": "x"},
    ):
        assert sharer.client.post("/shares", json=body).status_code == 403, body
    unnamed = admin.post("/shares", json={"name": "x"}).json()["errors"][0]["message"]
    assert unnamed == (
        'You don\'t have permission to access collection "undefined" or it does not exist. Queried in root.'
    )


def test_a_share_does_not_become_another_one(admin: httpx.Client, sharer: Person, viewer: str) -> None:
    """An admin's share, which somebody else may change, must not show more than before."""
    mine, other = article(admin), article(admin, title="Other")
    theirs = share(admin, mine, role=viewer)["id"]
    administrators = data(admin.get("/users/me?fields=role"))["role"]
    for change in (
        {"item": str(other)},
        {"collection": "authors", "item": "1"},
        {"role": administrators},
        {"role": None},
        {"role": {"name": "new"}},
    ):
        assert sharer.client.patch(f"/shares/{theirs}", json=change).status_code == 403, change
    for name in ("user_created", "date_created"):
        refused = sharer.client.patch(f"/shares/{theirs}", json={name: UNKNOWN})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["extensions"]["reason"] == f'"{name}" is not allowed'
    assert data(sharer.client.patch(f"/shares/{theirs}", json={"name": "N"}))["name"] == "N"
    own = share(sharer.client, mine)["id"]
    assert sharer.client.patch(f"/shares/{own}", json={"item": str(other)}).status_code == 403


def test_a_role_gives_no_more_than_the_creator_sees(server: Server, admin: httpx.Client, sharer: Person) -> None:
    key = article(admin, secret="swordfish")
    administrators = data(admin.get("/users/me?fields=role"))["role"]
    with visitor(server, share(sharer.client, key, role=administrators)) as client:
        for path in (f"/items/articles/{key}?fields=*.*", "/items/articles", "/items/authors", "/users"):
            assert "swordfish" not in client.get(path).text
            assert "ann@x.co" not in client.get(path).text
        filtered = client.get("/items/articles?filter[secret][_contains]=sword")
        assert filtered.status_code == 403


def test_inviting(admin: httpx.Client, sharer: Person) -> None:
    made = share(sharer.client, article(admin), name="S")["id"]
    with mail_sink() as sink:
        smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port, "tls": False}
        body = {"smtp": smtp, "meta": {"senderAddress": "a@b.co", "senderName": "T", "appURL": "http://app.example"}}
        assert admin.patch("/api/settings", json=body).status_code == 200
        sent = sharer.client.post("/shares/invite", json={"share": made, "emails": ["a@b.co", "c@d.co", "a@b.co"]})
        assert (sent.status_code, sent.content) == (204, b"")
        mails = sink.wait(2)
        assert all(f"http://app.example/admin/shared/{made}" in mail.text for mail in mails)
        assert admin.patch("/api/settings", json={"smtp": {"enabled": False}}).status_code == 200
    for body in ({"share": UNKNOWN, "emails": ["a@b.co"]},):
        assert sharer.client.post("/shares/invite", json=body).status_code == 403
    for body in ({"share": made}, {"emails": ["a@b.co"]}, {"share": made, "emails": ["x"]}):
        assert sharer.client.post("/shares/invite", json=body).status_code == 400
    guest = httpx.post(f"{admin.base_url}/shares/invite", json={"share": made, "emails": ["a@b.co"]})
    assert guest.status_code == 403
