"""`/websocket` on every database: the recorded session, items, and what subscribers are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.servers import Server
from tests.wire.directus.socket_kit import Talk, data, field, make

pytestmark = [pytest.mark.process, pytest.mark.dialects]

FORBIDDEN = 'You don\'t have permission to access collection "{}" or it does not exist. Queried in root.'


@dataclass
class World:
    server: Server
    admin: httpx.Client
    token: str
    editor: str
    policy: str

    def talk(self, token: str | None = None) -> Talk:
        return Talk(self.server, token=token or self.token)

    def grant(self, collection: str, action: str, **more: Any) -> int:
        body = {"policy": self.policy, "collection": collection, "action": action, "fields": ["*"], **more}
        return int(data(self.admin.post("/permissions", json=body))["id"])


@pytest.fixture(scope="module")
def world(server_on: Server) -> Iterator[World]:
    token = server_on.directus_token()
    with server_on.client(token) as admin:
        make(admin, "authors", field("name"))
        make(
            admin,
            "notes",
            field("name", is_nullable=False),
            field("owner", "uuid"),
            field("state"),
            field("author", "integer"),
        )
        make(admin, "site", field("title"), singleton=True)
        relation = {"collection": "notes", "field": "author", "related_collection": "authors", "schema": {}}
        data(admin.post("/relations", json={**relation, "meta": {"one_field": "notes"}}))
        policy = data(admin.post("/policies", json={"name": "editing"}))["id"]
        role = data(admin.post("/roles", json={"name": "editor"}))["id"]
        data(admin.post("/access", json={"role": role, "policy": policy}))
        who = {"email": "editor@example.com", "password": "editor password 1"}
        data(admin.post("/users", json={**who, "role": role, "status": "active"}))
        editor = server_on.directus_token(who["email"], who["password"])
        yield World(server_on, admin, token, editor, policy)


@pytest.fixture(autouse=True)
def clean(world: World) -> Iterator[None]:
    yield
    for name in ("notes", "authors"):
        data(world.admin.request("DELETE", f"/items/{name}", json={"query": {"limit": -1}}))
    data(world.admin.request("DELETE", "/permissions", json={"query": {"limit": -1}}))


def add(world: World, **note: Any) -> int:
    return int(data(world.admin.post("/items/notes", json={"name": "a", **note}))["id"])


def test_a_session_goes_as_recorded(world: World) -> None:
    with Talk(world.server) as talk:
        answer = talk.ask(type="auth", email=world.server.email, password=world.server.password, uid=1)
        assert set(answer) == {"type", "status", "uid", "refresh_token"}
        again = talk.ask(type="auth", refresh_token=answer["refresh_token"], uid="x")
        assert (again["status"], again["uid"]) == ("ok", "x")
        assert again["refresh_token"] != answer["refresh_token"]
        assert talk.ask(type="ping", uid="a") == {"type": "pong", "uid": "a"}
        for text in ("{bad", "ping", "[]"):
            talk.socket.send(text)
            assert talk.next() == {
                "type": "server",
                "status": "error",
                "error": {"code": "INVALID_PAYLOAD", "message": "Unable to parse the incoming message."},
            }
        talk.send(type="nope", uid="u")
        said = 'Validation error: Invalid input: expected string, received undefined at "type"'
        assert talk.ask()["error"] == {"code": "INVALID_PAYLOAD", "message": said}
        assert talk.ask(type="auth", access_token=world.token, uid="re") == {
            "type": "auth",
            "status": "ok",
            "uid": "re",
        }


def test_items_are_read_and_written(world: World) -> None:
    with world.talk() as talk:
        made = talk.items("create", "notes", data={"name": "one"}, uid="c")
        first = made["data"]["id"]
        assert made == {"type": "items", "data": {**made["data"], "name": "one"}, "uid": "c"}
        rows = talk.items("create", "notes", data=[{"name": "two"}, {"name": "three"}], query={"fields": ["name"]})
        assert sorted(row["name"] for row in rows["data"]) == ["three", "two"]
        wanted = {"fields": ["id", "name"]}
        assert talk.items("read", "notes", id=first, query=wanted)["data"] == {"id": first, "name": "one"}
        listed = talk.items("read", "notes", query={**wanted, "limit": 1, "meta": "*"}, uid=7)
        assert listed == {
            "type": "items",
            "data": [{"id": first, "name": "one"}],
            "meta": {"total_count": 3, "filter_count": 3},
            "uid": 7,
        }
        ids = [row["id"] for row in talk.items("read", "notes", query={"fields": ["id"]})["data"]]
        assert [row["id"] for row in talk.items("read", "notes", ids=ids[:2])["data"]] == ids[:2]
        assert talk.items("update", "notes", id=first, data={"name": "1"}, query=wanted)["data"] == {
            "id": first,
            "name": "1",
        }
        changed = talk.items("update", "notes", ids=ids[:2], data={"state": "x"}, query={"fields": ["state"]})
        assert changed["data"] == [{"state": "x"}] * 2
        by_query = talk.items("update", "notes", data={"state": "y"}, query={"filter": {"name": "1"}})
        assert [row["state"] for row in by_query["data"]] == ["y"]
        batch = talk.items("update", "notes", data=[{"id": first, "state": "z"}], query={"fields": ["state"]})
        assert batch["data"] == [{"state": "z"}]
        assert talk.items("delete", "notes", id=first, uid="d") == {"type": "items", "data": first, "uid": "d"}
        assert talk.items("delete", "notes", ids=[ids[1]])["data"] == [ids[1]]
        assert talk.items("delete", "notes", query={"filter": {"name": "three"}})["data"] == [ids[2]]
        assert talk.items("delete", "notes", id=9999)["data"] == 9999
        assert talk.items("read", "site", query={"fields": ["title"]})["data"] == {"id": None}
        assert talk.items("update", "site", data={"title": "T"}, query={"fields": ["title"]})["data"] == {"title": "T"}
        assert talk.items("read", "site", query={"fields": ["title"]})["data"] == {"title": "T"}


def test_refusals_name_what_is_wrong(world: World) -> None:
    with world.talk() as talk:

        def refused(action: str, collection: Any, **more: Any) -> tuple[str, str]:
            answer = talk.items(action, collection, uid="e", **more)
            assert (answer["type"], answer["status"], answer["uid"]) == ("items", "error", "e")
            return answer["error"]["code"], answer["error"]["message"]

        assert refused("read", "nope") == ("FORBIDDEN", FORBIDDEN.format("nope"))
        assert refused("read", "notes", id=9999)[0] == "FORBIDDEN"
        system = ("INVALID_COLLECTION", "Cannot trigger an action on a system collection.")
        assert refused("read", "directus_users") == system
        assert refused("read", "_superusers")[0] == "FORBIDDEN"
        assert refused("fly", "notes")[1].endswith('or Invalid input: expected "delete" at "action"')
        assert refused("delete", "notes")[1] == "Either 'ids', 'id' or 'query' is required for a DELETE request."
        assert refused("create", "notes")[0] == "INVALID_PAYLOAD"
        assert refused("read", 5)[1].endswith('expected string, received number at "collection"')
        assert refused("create", "notes", data={})[0] == "FAILED_VALIDATION"
        assert refused("read", "notes", query={"limit": "x"})[0] == "INVALID_QUERY"
        assert refused("read", "notes", query={"filter": {"secret": 1}})[0] == "FORBIDDEN"
        assert talk.ask(type="ping") == {"type": "pong"}


def test_subscribers_are_told_what_they_asked_for(world: World) -> None:
    first = add(world, name="one", state="s")
    with world.talk() as talk:
        wanted = {"fields": ["id", "name"], "limit": 1}
        init = talk.follow("notes", query=wanted, uid="list")
        row = {"id": first, "name": "one"}
        assert init == {"type": "subscription", "event": "init", "data": [row], "uid": "list"}
        assert talk.follow("notes", event="update", uid="up") == {"type": "subscription", "event": "init", "uid": "up"}
        assert talk.follow("notes", item=first, query=wanted, uid="one")["data"] == row
        counted = talk.follow("notes", query={"fields": ["id"], "meta": "*"}, uid="meta")
        assert counted["meta"] == {"total_count": 1, "filter_count": 1}
        only = {"fields": ["name"], "filter": {"state": {"_eq": "s"}}}
        assert talk.follow("notes", query=only, uid="filter")["data"] == [{"name": "one"}]

        def told(count: int) -> dict[str, Any]:
            messages = [talk.next() for _ in range(count)]
            assert all(message["type"] == "subscription" for message in messages)
            return {message["uid"]: message for message in messages}

        second = add(world, name="two")
        heard = told(2)
        assert heard["list"]["data"] == [{"id": second, "name": "two"}]
        assert heard["list"]["event"] == "create"
        assert heard["meta"]["data"] == [{"id": second}]
        assert heard["meta"]["meta"] == {"total_count": 2, "filter_count": 2}
        data(world.admin.patch(f"/items/notes/{first}", json={"name": "changed"}))
        heard = told(5)
        assert heard["one"]["data"] == {"id": first, "name": "changed"}
        assert heard["up"]["data"][0]["name"] == "changed"
        assert heard["filter"]["data"] == [{"name": "changed"}]
        data(world.admin.delete(f"/items/notes/{first}"))
        heard = told(4)
        assert set(heard) == {"list", "one", "meta", "filter"}
        assert {str(item["data"]) for item in heard.values()} == {str([str(first)])}
        assert talk.ask(type="unsubscribe", uid="list") == {
            "type": "subscription",
            "event": "unsubscribe",
            "uid": "list",
        }
        assert talk.ask(type="unsubscribe") == {"type": "subscription", "event": "unsubscribe"}
        add(world, name="three")
        assert talk.is_quiet()


def test_one_transaction_is_one_message(world: World) -> None:
    keys = [add(world, name=f"n{number}") for number in range(3)]
    with world.talk() as talk:
        talk.follow("notes", query={"fields": ["id", "state"]})
        data(world.admin.patch("/items/notes", json={"keys": keys, "data": {"state": "new"}}))
        changed = talk.next()
        assert changed["event"] == "update"
        assert sorted(row["id"] for row in changed["data"]) == keys
        assert {row["state"] for row in changed["data"]} == {"new"}
        data(world.admin.request("DELETE", "/items/notes", json=keys))
        assert sorted(talk.next()["data"]) == sorted(str(key) for key in keys)
        assert talk.is_quiet()


def test_related_items_are_shown(world: World) -> None:
    with world.talk() as talk:
        talk.follow("notes", query={"fields": ["name", "author.name"]})
        data(world.admin.post("/items/notes", json={"name": "n", "author": {"name": "Ann"}}))
        assert talk.next()["data"] == [{"name": "n", "author": {"name": "Ann"}}]


def test_subscriptions_that_may_not_be(world: World) -> None:
    with world.talk() as talk:

        def refused(collection: str, **more: Any) -> tuple[str, str]:
            answer = talk.follow(collection, uid="e", **more)
            assert (answer["type"], answer["status"], answer["uid"]) == ("subscribe", "error", "e")
            return answer["error"]["code"], answer["error"]["message"]

        assert refused("nope") == ("FORBIDDEN", FORBIDDEN.format("nope"))
        assert refused("nope", event="create") == ("FORBIDDEN", FORBIDDEN.format("nope"))
        assert refused("notes", item=9999)[0] == "FORBIDDEN"
        assert refused("notes", query={"fields": ["nothing"]})[0] == "FORBIDDEN"
        assert refused("notes", event="fly")[0] == "INVALID_PAYLOAD"
        assert refused("notes", query={"aggregate": {"count": "*"}})[0] == "INVALID_QUERY"
        assert refused("_superusers")[0] == "FORBIDDEN"
        add(world)
        assert talk.is_quiet()


def test_nobody_is_told_of_what_they_may_not_see(world: World) -> None:
    me = data(world.admin.get("/users", params={"filter": '{"email":"editor@example.com"}'}))[0]["id"]
    rule = {"owner": {"_eq": "$CURRENT_USER"}}
    with world.talk(world.editor) as talk:
        assert talk.follow("notes")["error"]["code"] == "FORBIDDEN"
        world.grant("notes", "read", fields=["id", "name", "owner"], permissions=rule)
        assert talk.follow("notes", query={"fields": ["state"]})["error"]["code"] == "FORBIDDEN"
        assert talk.follow("notes", query={"filter": {"state": "x"}})["error"]["code"] == "FORBIDDEN"
        assert talk.follow("notes")["data"] == []
        hidden = add(world, name="hidden", state="x")
        mine = add(world, name="mine", owner=me, state="x")
        assert talk.next()["data"] == [{"id": mine, "name": "mine", "owner": me}]
        # one that goes out of sight is not told of, nor is its end
        data(world.admin.patch(f"/items/notes/{mine}", json={"owner": None}))
        data(world.admin.request("DELETE", "/items/notes", json=[hidden, mine]))
        assert talk.is_quiet()
        last = add(world, name="last", owner=me)
        assert talk.next()["data"][0]["id"] == last
        data(world.admin.delete(f"/items/notes/{last}"))
        assert talk.next()["data"] == [str(last)]


def test_many_callers_under_one_rule_hear_of_their_own_alone(world: World) -> None:
    world.grant("notes", "read", fields=["id", "name"], permissions={"owner": {"_eq": "$CURRENT_USER"}})
    role = data(world.admin.get("/roles", params={"filter[name][_eq]": "editor"}))[0]["id"]
    people: list[tuple[str, Talk]] = []
    for number in range(6):
        who = {"email": f"person{number}@example.com", "token": f"token of person {number}"}
        key = data(world.admin.post("/users", json={**who, "role": role, "status": "active"}))["id"]
        people.append((key, world.talk(who["token"])))
    try:
        for _, talk in people:
            assert talk.follow("notes", query={"fields": ["name"]})["data"] == []
        for key, _ in people:
            add(world, name=f"of {key}", owner=key)
        for key, talk in people:
            assert talk.next()["data"] == [{"name": f"of {key}"}]
            assert talk.is_quiet(0.1)
    finally:
        for key, talk in people:
            talk.close()
            data(world.admin.delete(f"/users/{key}"))


def test_a_grant_that_ends_ends_the_events(world: World) -> None:
    grant = world.grant("notes", "read", permissions={})
    with world.talk(world.editor) as talk:
        talk.follow("notes", query={"fields": ["id"]})
        first = add(world)
        assert talk.next()["data"] == [{"id": first}]
        data(world.admin.delete(f"/permissions/{grant}"))
        add(world)
        assert talk.is_quiet(1.0)
        assert talk.items("read", "notes")["error"]["code"] == "FORBIDDEN"
        world.grant("notes", "read", permissions={})
        third = add(world)
        assert talk.next()["data"] == [{"id": third}]


def test_system_collections_can_be_followed(world: World) -> None:
    with world.talk() as talk:
        talk.follow("directus_roles", query={"fields": ["name"]}, event="create", uid="r")
        made = data(world.admin.post("/roles", json={"name": "new"}))["id"]
        assert talk.next() == {"type": "subscription", "event": "create", "data": [{"name": "new"}], "uid": "r"}
        data(world.admin.delete(f"/roles/{made}"))


def test_the_other_wire_is_heard_too(world: World) -> None:
    with world.talk() as talk, httpx.Client(base_url=world.server.url) as other:
        talk.follow("notes", query={"fields": ["name"]})
        header = {"authorization": world.server.pocketbase_token()}
        path = "/api/collections/notes/records"
        answer = other.post(path, json={"name": "from afar"}, headers=header)
        assert answer.status_code == 200, answer.text
        assert talk.next()["data"] == [{"name": "from afar"}]
