"""Policies, roles and permissions through their own paths, and what they open: the wire's part of permissions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import httpx
import pytest
from tests.servers import Server, running_server
from tests.wire.directus.readers import allow, person

pytestmark = pytest.mark.process

SCHEMA = """
CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, score INTEGER);
CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, author INTEGER REFERENCES authors (id), owner TEXT);
INSERT INTO authors VALUES (1, 'Anna', 'a@x.io', 7), (2, 'Bob', 'b@x.io', 8);
INSERT INTO articles VALUES (1, 'One', 1, NULL), (2, 'Two', 2, NULL), (3, 'Three', NULL, NULL);
"""
PUBLIC = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
BARE = "You don't have permission to access this."


@dataclass
class World:
    """A server, its admin, and an editor with one policy through a role and another one of their own."""

    server: Server
    admin: httpx.Client
    editor: httpx.Client
    guest: httpx.Client
    role: str
    user: str
    policy: str
    second: str

    def grant(self, collection: str, action: str, **more: Any) -> int:
        body = {"policy": self.policy, "collection": collection, "action": action, "fields": ["*"], **more}
        return int(data(self.admin.post("/permissions", json=body))["id"])


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def refused(answer: httpx.Response) -> str:
    assert answer.status_code == 403, answer.text
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    return error["message"]


def no_collection(name: str, where: str = "Queried in root.") -> str:
    return f'You don\'t have permission to access collection "{name}" or it does not exist. {where}'


def no_field(name: str, collection: str) -> str:
    return (
        f'You don\'t have permission to access field "{name}" in collection "{collection}" or it does not exist. '
        "Queried in root."
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("permissions")
    path = folder / "shop.db"
    connection = apsw.Connection(str(path))
    connection.execute(SCHEMA)
    connection.close()
    with running_server(folder / "data", str(path)) as server:
        yield server


@pytest.fixture
def world(shop: Server) -> Iterator[World]:
    with shop.client(shop.directus_token()) as admin, shop.client("ed-token") as editor, shop.client() as guest:
        policy = data(admin.post("/policies", json={"name": "Editor"}))["id"]
        second = data(admin.post("/policies", json={"name": "Second"}))["id"]
        nested = {"create": [{"policy": policy}], "update": [], "delete": []}
        role = data(admin.post("/roles", json={"name": "Editors", "policies": nested}))["id"]
        person = {"email": "ed@example.com", "password": "pw", "role": role, "token": "ed-token"}
        user = data(admin.post("/users", json=person))["id"]
        yield World(shop, admin, editor, guest, role, user, policy, second)
        admin.delete(f"/users/{user}")
        admin.delete(f"/roles/{role}")
        admin.request("DELETE", "/policies", json=[policy, second])
        admin.request("DELETE", "/permissions", json={"query": {"limit": -1}})


def test_a_rule_with_a_value_that_the_field_can_not_hold_opens_nothing_and_refuses_nobody(world: World) -> None:
    for value in ("$CURRENT_USER", "$CURRENT_ROLE", "$CURRENT_ROLES", "words"):
        for operator in ("_eq", "_neq", "_in", "_nin"):
            world.grant("articles", "read", permissions={"author": {operator: value}})
    world.grant("articles", "read", permissions={"author": {"_gt": "$CURRENT_USER"}})
    assert data(world.editor.get("/items/articles")) == []
    world.grant("articles", "read", permissions={"id": {"_eq": 2}})
    assert [row["id"] for row in data(world.editor.get("/items/articles"))] == [2]


def test_nothing_is_open_until_somebody_says_so(world: World) -> None:
    assert refused(world.editor.get("/items/articles")) == no_collection("articles")
    assert refused(world.guest.get("/items/articles")) == no_collection("articles")
    assert data(world.editor.get("/users/me")) == {"id": world.user}
    assert data(world.editor.get("/permissions/me")) == {}
    assert data(world.editor.get("/roles/me")) == [{"id": world.role}]
    nothing = {"app_access": False, "admin_access": False, "enforce_tfa": False}
    assert data(world.editor.get("/policies/me/globals")) == nothing
    assert refused(world.editor.get("/collections")) == no_collection("directus_collections")
    for name in ("fields", "relations"):
        said = f'You don\'t have permission to perform "read" for collection "directus_{name}" or it does not exist.'
        assert refused(world.editor.get(f"/{name}")) == said
    assert refused(world.editor.post("/collections", json={"collection": "x", "schema": {}})) == BARE
    assert refused(world.guest.get("/permissions/me")) == BARE
    assert refused(world.guest.get("/roles/me")) == BARE
    assert world.guest.get("/users/me").status_code == 401


def test_reading_all_of_one_collection(world: World) -> None:
    world.grant("articles", "read", permissions={})
    assert data(world.editor.get("/items/articles?fields=title,author,author.name&limit=1")) == [
        {"title": "One", "author": 1}
    ]
    assert data(world.editor.get("/items/articles?fields=*.*&limit=1")) == [{"id": 1, "title": "One", "owner": None}]
    closed = no_collection("authors", 'Queried in "author".')
    assert refused(world.editor.get("/items/articles?filter[author][name]=Anna")) == closed
    assert refused(world.editor.get("/items/articles?sort=author.name")) == closed
    assert refused(world.editor.post("/items/articles", json={"title": "x"})) == no_collection("articles")
    assert refused(world.editor.patch("/items/articles/1", json={"title": "x"})) == no_collection("articles")
    assert refused(world.editor.delete("/items/articles/1")) == no_collection("articles")


def test_rows_and_fields(world: World) -> None:
    world.grant("authors", "read", fields=["id", "name"], permissions={"name": {"_starts_with": "A"}})
    world.grant("articles", "read")
    assert data(world.editor.get("/items/authors")) == [{"id": 1, "name": "Anna"}]
    for question in ("fields=email", "filter[email]=x", "sort=email", "aggregate[min]=email", "groupBy=email"):
        assert refused(world.editor.get(f"/items/authors?{question}")) == no_field("email", "authors")
    assert refused(world.editor.get("/items/authors/2")) == BARE
    assert data(world.editor.get("/items/authors?search=a@x.io")) == []
    assert data(world.editor.get("/items/authors?aggregate[count]=*")) == [{"count": 1}]
    assert world.editor.get("/items/authors?meta=*&limit=0").json()["meta"] == {"total_count": 1, "filter_count": 1}
    found = data(world.editor.get("/items/articles?fields=title,author.name&sort=id"))
    assert [item["author"] for item in found] == [{"name": "Anna"}, None, None]
    assert data(world.editor.get("/items/articles?fields=title&filter[author][name][_eq]=Bob")) == []


def test_fields_of_several_policies_are_shown_where_theirs_allow_the_row(world: World) -> None:
    world.grant("authors", "read", fields=["id", "name"], permissions={"name": {"_starts_with": "A"}})
    second = {"policy": world.second, "collection": "authors", "action": "read", "fields": ["id", "email"]}
    data(world.admin.post("/permissions", json={**second, "permissions": {"name": {"_starts_with": "B"}}}))
    given = {"policies": {"create": [{"policy": world.second}], "update": [], "delete": []}}
    data(world.admin.patch(f"/users/{world.user}?fields=id", json=given))
    assert data(world.editor.get("/items/authors?sort=id")) == [
        {"id": 1, "name": "Anna", "email": None},
        {"id": 2, "name": None, "email": "b@x.io"},
    ]
    assert data(world.editor.get("/items/authors?filter[email][_null]=true")) == [
        {"id": 1, "name": "Anna", "email": None}
    ]
    mine = data(world.editor.get("/permissions/me"))["authors"]
    assert mine["read"] == {"access": "partial", "fields": ["id", "name", "email"]}
    assert mine["create"] == {"access": "none"}


def test_writing_under_rules(world: World) -> None:
    world.grant("authors", "create", fields=["name", "score"], validation={"score": {"_gte": 5}}, presets={"score": 6})
    assert world.editor.post("/items/authors", json={"name": "New"}).status_code == 204
    low = world.editor.post("/items/authors", json={"name": "New2", "score": 1})
    assert low.json()["errors"][0] == {
        "message": 'Validation failed for field "score". Value has to be greater than or equal to "5".',
        "extensions": {"field": "score", "path": [], "type": "gte", "valid": 5, "code": "FAILED_VALIDATION"},
    }
    named = world.editor.post("/items/authors", json={"name": "New3", "email": "q@x.io"})
    assert refused(named) == no_field("email", "authors")
    assert data(world.admin.get("/items/authors?fields=name,score&filter[name]=New")) == [{"name": "New", "score": 6}]

    world.grant("authors", "read", fields=["id", "name"])
    update = world.grant("authors", "update", fields=["name"], permissions={"name": {"_starts_with": "A"}})
    assert data(world.editor.patch("/items/authors/1", json={"name": "Anne"})) == {"id": 1, "name": "Anne"}
    closed = (
        'You don\'t have permissions to perform "update" for the field(s) "name" in collection "authors" '
        "or it does not exist."
    )
    assert refused(world.editor.patch("/items/authors/2", json={"name": "x"})) == closed
    assert refused(world.editor.patch("/items/authors/999", json={"name": "x"})) == closed
    assert refused(world.editor.patch("/items/authors", json={"keys": [1, 2], "data": {"name": "A"}})) == closed
    assert data(world.admin.get("/items/authors/1?fields=name")) == {"name": "Anne"}, "nothing half done"
    assert refused(world.editor.patch("/items/authors/1", json={"score": 3})) == no_field("score", "authors")
    allowed = {"update": {"access": True}, "delete": {"access": False}, "share": {"access": False}}
    assert data(world.editor.get("/permissions/me/authors/1")) == allowed
    assert data(world.editor.get("/permissions/me/authors/2"))["update"] == {"access": False}
    asked = {"action": "update", "keys": [2, 1, "1", 999, "x"]}

    def open_items(**body: object) -> httpx.Response:
        return world.editor.request("SEARCH", "/permissions/me/authors", json={**asked, **body})

    assert data(open_items()) == [1, "1"]
    assert data(open_items(fields=["name"])) == [1, "1"]
    assert data(open_items(fields=["name", "score"])) == []
    assert data(open_items(action="delete")) == []
    assert data(world.editor.request("SEARCH", "/permissions/me/nothing", json=asked)) == []
    assert data(world.admin.request("SEARCH", "/permissions/me/authors", json=asked)) == [2, 1, "1"]
    for wrong in ({"action": "read"}, {"keys": "1"}, {"keys": [1] * 1001}, {"keys": [{}]}, {"fields": 1}, {"more": 1}):
        assert open_items(**wrong).status_code == 400
    assert world.guest.request("SEARCH", "/permissions/me/authors", json=asked).status_code == 403
    world.admin.delete(f"/permissions/{update}")
    assert refused(world.editor.patch("/items/authors/1", json={"name": "x"})) == no_collection("authors")
    world.admin.patch("/items/authors/1", json={"name": "Anna"})


def test_rules_know_the_caller(world: World) -> None:
    world.grant("articles", "read", permissions={"owner": {"_eq": "$CURRENT_USER"}})
    assert data(world.editor.get("/items/articles")) == []
    data(world.admin.patch("/items/articles/2", json={"owner": world.user}))
    assert [item["id"] for item in data(world.editor.get("/items/articles"))] == [2]
    world.grant("directus_users", "read", fields=["id", "email"], permissions={"id": {"_eq": "$CURRENT_USER"}})
    assert data(world.editor.get("/users")) == [{"id": world.user, "email": "ed@example.com"}]
    assert data(world.editor.get("/users/me")) == {"id": world.user, "email": "ed@example.com"}
    assert data(world.editor.get("/users/me?fields=role")) == {"id": world.user}


def test_a_rule_that_can_not_be_read_opens_nothing(world: World) -> None:
    world.grant("articles", "read", permissions={"nothing_like_it": {"_eq": 1}})
    assert data(world.editor.get("/items/articles")) == []


def test_the_public_policy_is_for_callers_without_a_role(world: World) -> None:
    body = {"policy": PUBLIC, "collection": "authors", "action": "read", "fields": ["id"], "permissions": {}}
    row = data(world.admin.post("/permissions", json=body))["id"]
    assert data(world.guest.get("/items/authors?limit=1")) == [{"id": 1}]
    assert refused(world.editor.get("/items/authors")) == no_collection("authors")
    assert world.admin.delete(f"/permissions/{row}").status_code == 204
    assert refused(world.guest.get("/items/authors")) == no_collection("authors")


def test_addresses(world: World) -> None:
    world.grant("articles", "read")
    path = f"/policies/{world.policy}"
    data(world.admin.patch(path, json={"ip_access": ["10.0.0.0/8"]}))
    assert refused(world.editor.get("/items/articles")) == no_collection("articles")
    data(world.admin.patch(path, json={"ip_access": ["127.0.0.0/8"]}))
    assert world.editor.get("/items/articles").status_code == 200
    bad = world.admin.patch(path, json={"ip_access": ["zzz"]})
    assert bad.status_code == 400
    assert "IP Access contains an incorrect value" in bad.json()["errors"][0]["message"]


def test_a_suspended_user_is_out(world: World) -> None:
    world.grant("articles", "read")
    data(world.admin.patch(f"/users/{world.user}?fields=id", json={"status": "suspended"}))
    assert world.editor.get("/items/articles").status_code == 401
    login = world.guest.post("/auth/login", json={"email": "ed@example.com", "password": "pw"})
    assert login.json()["errors"][0]["extensions"]["code"] == "INVALID_CREDENTIALS"
    data(world.admin.patch(f"/users/{world.user}?fields=id", json={"status": "active"}))
    assert world.editor.get("/items/articles").status_code == 200


def test_the_last_admin_stays(world: World) -> None:
    me = data(world.admin.get("/users/me?fields=id,role"))
    for answer in (
        world.admin.patch(f"/users/{me['id']}", json={"status": "suspended"}),
        world.admin.patch(f"/users/{me['id']}", json={"role": None}),
        world.admin.delete(f"/users/{me['id']}"),
        world.admin.delete(f"/roles/{me['role']}"),
    ):
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["message"] == (
            "Can't process content. Cannot remove the last admin user from the system."
        )


def test_accounts_are_checked(world: World) -> None:
    taken = world.admin.post("/users", json={"email": "ED@example.com"})
    assert taken.json()["errors"][0]["extensions"]["code"] == "RECORD_NOT_UNIQUE"
    bad = world.admin.post("/users", json={"email": "bad"})
    assert bad.json()["errors"][0]["extensions"] == {
        "field": "email",
        "path": [],
        "type": "email",
        "code": "FAILED_VALIDATION",
    }
    data(world.admin.patch("/settings", json={"auth_password_policy": "/^.{8,}$/"}))
    short = world.admin.post("/users", json={"email": "e2@example.com", "password": "short"})
    assert short.json()["errors"][0]["extensions"]["type"] == "regex"
    data(world.admin.patch("/settings", json={"auth_password_policy": None}))
    assert world.admin.post("/permissions", json={"collection": "x", "action": "read"}).status_code == 400


def test_app_access_brings_its_own_permissions(world: World) -> None:
    data(world.admin.patch(f"/policies/{world.policy}?fields=id", json={"app_access": True}))
    mine = data(world.editor.get("/permissions/me"))
    assert mine["directus_collections"]["read"]["access"] == "full"
    assert data(world.editor.get("/users/me?fields=email")) == {"email": "ed@example.com"}
    assert [
        item["collection"]
        for item in data(world.editor.get("/collections"))
        if not item["collection"].startswith("directus_")
    ] == []
    stored = data(world.admin.get("/permissions"))
    assert {row["collection"] for row in stored if row.get("system")} >= {"directus_collections", "directus_users"}
    assert refused(world.admin.get("/permissions?filter[system]=true")) == no_field("system", "directus_permissions")


def test_a_permission_may_come_before_its_collection(tmp_path: Path) -> None:
    key = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}
    name = {"field": "name", "type": "string", "schema": {}, "meta": {}}
    body = {"collection": "later", "schema": {}, "meta": {}, "fields": [key, name]}
    with (
        running_server(tmp_path) as server,
        server.client(server.directus_token()) as admin,
        server.client(server.pocketbase_token()) as superuser,
        person(server, admin) as somebody,
    ):
        given = allow(admin, somebody.policy, "later", "read", fields=["id"], permissions={"name": {"_eq": "a"}})
        allow(admin, somebody.policy, "posts", "read")
        assert refused(somebody.client.get("/items/later")) == no_collection("later")
        data(admin.post("/collections", json=body))
        data(admin.post("/items/later", json=[{"name": "a"}, {"name": "b"}]))
        assert data(somebody.client.get("/items/later")) == [{"id": 1}]
        made = {"name": "posts", "type": "base", "fields": [{"name": "title", "type": "text"}]}
        assert superuser.post("/api/collections", json=made).status_code == 200
        assert data(somebody.client.get("/items/posts")) == []
        assert admin.get(f"/permissions/{given}").status_code == 200

        # with a collection go its permissions, also when somebody else dropped its table
        assert admin.delete("/collections/later").status_code == 204
        assert admin.get(f"/permissions/{given}").status_code == 403
        data(admin.post("/collections", json=body))
        assert refused(somebody.client.get("/items/later")) == no_collection("later")
        allow(admin, somebody.policy, "later", "read")
        with apsw.Connection(str(tmp_path / "data.db")) as connection:
            connection.execute("DROP TABLE later")
        deadline = time.monotonic() + 20
        while admin.post("/collections", json=body).status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert refused(somebody.client.get("/items/later")) == no_collection("later")
