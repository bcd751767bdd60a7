"""Activity and revisions over the wire: what is kept of which write, who may see it, and going back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import Server, running_server
from tests.wire.directus.readers import Person, person

pytestmark = [pytest.mark.process, pytest.mark.dialects]

KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}
AGENT = "history tests"


def plain(field: str, kind: str = "string", **meta: Any) -> dict[str, Any]:
    return {"field": field, "type": kind, "schema": {}, "meta": meta}


@pytest.fixture(scope="module")
def admin(server_on: Server) -> Iterator[httpx.Client]:
    """Authors with books, a quiet collection (activity only) and a silent one."""
    with server_on.client(server_on.directus_token()) as client:
        client.headers["user-agent"] = AGENT
        books = {"field": "books", "type": "alias", "meta": {"special": ["o2m"]}}
        stamp = plain("changed", "timestamp", special=["date-updated"])
        flag = plain("flag", "boolean", special=["cast-boolean"])
        for body in (
            {"collection": "authors", "fields": [KEY, plain("name"), books], "meta": {}},
            {
                "collection": "books",
                "fields": [KEY, plain("title"), plain("author", "integer"), plain("extra", "json"), flag, stamp],
                "meta": {},
            },
            {"collection": "quiet", "fields": [KEY, plain("name")], "meta": {"accountability": "activity"}},
            {"collection": "silent", "fields": [KEY, plain("name")], "meta": {"accountability": None}},
        ):
            made = client.post("/collections", json={"schema": {}, **body})
            assert made.status_code == 200, made.text
        relation = {"collection": "books", "field": "author", "related_collection": "authors"}
        made = client.post("/relations", json={**relation, "meta": {"one_field": "books"}, "schema": {}})
        assert made.status_code == 200, made.text
        yield client


@pytest.fixture(scope="module")
def reader(server_on: Server, admin: httpx.Client) -> Iterator[Person]:
    """Reads activity and revisions, authors whole, books without `extra`."""
    with person(
        server_on,
        admin,
        ("directus_activity", ["*"], {}),
        ("directus_revisions", ["*"], {}),
        ("authors", ["*"], {}),
        ("books", ["id", "title", "author"], {}),
    ) as made:
        yield made


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def create(client: httpx.Client, name: str, item: dict[str, Any]) -> Any:
    return data(client.post(f"/items/{name}", json=item))["id"]


def activity(client: httpx.Client, name: str, key: Any) -> list[dict[str, Any]]:
    query = {"filter": {"collection": {"_eq": name}, "item": {"_eq": str(key)}}, "sort": ["id"]}
    return data(client.request("SEARCH", "/activity", json={"query": query}))


def revisions(client: httpx.Client, name: str, key: Any, fields: tuple[str, ...] = ("*",)) -> list[dict[str, Any]]:
    where = {"collection": {"_eq": name}, "item": {"_eq": str(key)}}
    query = {"filter": where, "sort": ["id"], "fields": fields}
    return data(client.request("SEARCH", "/revisions", json={"query": query}))


def test_every_write_of_an_item_is_kept(admin: httpx.Client) -> None:
    key = create(admin, "books", {"title": "One", "extra": {"a": [1]}, "flag": True})
    data(admin.patch(f"/items/books/{key}", json={"title": "Two"}))
    assert admin.delete(f"/items/books/{key}").status_code == 204
    found = activity(admin, "books", key)
    me = data(admin.get("/users/me?fields=id"))["id"]
    assert [item["action"] for item in found] == ["create", "update", "delete"]
    assert {(item["user"], item["user_agent"], item["ip"]) for item in found} == {(me, AGENT, "127.0.0.1")}
    assert list(found[0]) == [
        "id",
        "action",
        "user",
        "timestamp",
        "ip",
        "user_agent",
        "collection",
        "item",
        "origin",
        "revisions",
    ]
    first, second = revisions(admin, "books", key)
    assert (first["activity"], second["activity"]) == (found[0]["id"], found[1]["id"])
    assert first["data"] == first["delta"] == {"title": "One", "extra": {"a": [1]}, "flag": True}
    assert set(second["delta"]) == {"title", "changed"}
    assert second["delta"]["title"] == "Two"
    whole = {"id": key, "title": "Two", "author": None, "extra": {"a": [1]}, "flag": True}
    assert second["data"] == {**whole, "changed": second["delta"]["changed"]}
    assert second["delta"]["changed"].endswith("Z")


def test_what_was_done_in_one_go_is_one_operation(server_on: Server, admin: httpx.Client) -> None:
    made = [item["id"] for item in data(admin.post("/items/authors", json=[{"name": "One"}, {"name": "Two"}]))]
    other = create(admin, "authors", {"name": "Three"})
    named = {"x-satchel-operation": "8c5be8f2-8d5a-4f2e-9a8e-6a8f1f6c9f11"}
    for key in made:
        data(admin.patch(f"/items/authors/{key}", json={"name": "New"}, headers=named))
    first = activity(admin, "authors", made[0])[0]["id"]
    entries = data(admin.get(f"/activity/operations?filter[id][_gte]={first}&filter[collection]=authors&sort=id"))
    operations = [entry["operation"] for entry in entries]
    assert len(operations) == 5
    together, alone, changed = operations[0], operations[2], operations[3]
    assert operations == [together, together, alone, changed, changed]
    assert len({together, alone, changed}) == 3
    found = data(admin.get(f"/activity/operations/{changed}?fields=action,item&sort=id"))
    assert found == [{"action": "update", "item": str(key)} for key in made]
    own_name = named["x-satchel-operation"]
    assert data(admin.get(f"/activity/operations/{own_name}?fields=action,item&sort=id")) == found
    (counted,) = data(admin.get(f"/activity/operations/{together}?aggregate[count]=*"))
    assert int(counted["count"]) == 2
    (only,) = data(admin.get(f"/activity/operations/{alone}?fields=item"))
    assert only == {"item": str(other)}
    # nobody adds to an operation of somebody else, and nobody sees more of one than of the activity
    with person(server_on, admin, ("directus_activity", ["*"], {"action": {"_eq": "create"}})) as reader:
        assert data(reader.client.get(f"/activity/operations/{changed}")) == []
        assert len(data(reader.client.get(f"/activity/operations/{together}?fields=id"))) == 2
        assert data(reader.client.get("/activity/operations?filter[action]=update")) == []
    with person(server_on, admin, ("directus_activity", ["*"], {}), writes=("authors",)) as writer:
        assert writer.client.patch(f"/items/authors/{other}", json={"name": "Else"}, headers=named).is_success
        assert len(data(admin.get(f"/activity/operations/{changed}"))) == 2
        (theirs,) = data(writer.client.get(f"/activity/operations/{own_name}?fields=item"))
        assert theirs == {"item": str(other)}
    assert data(admin.get("/activity/operations/nothing")) == []
    with server_on.client() as nobody:
        assert nobody.get("/activity/operations").status_code == 403
        assert nobody.get(f"/activity/operations/{together}").status_code == 403


def test_what_a_collection_keeps_is_its_own_choice(admin: httpx.Client) -> None:
    for name, actions in (("quiet", ["create"]), ("silent", [])):
        key = create(admin, name, {"name": "x"})
        assert [item["action"] for item in activity(admin, name, key)] == actions
        assert revisions(admin, name, key) == []
    data(admin.patch("/collections/silent", json={"meta": {"accountability": "all"}}))
    key = create(admin, "silent", {"name": "y"})
    assert len(revisions(admin, "silent", key)) == 1
    data(admin.patch("/collections/silent", json={"meta": {"accountability": None}}))


def test_nested_items_name_the_revision_of_their_parent(admin: httpx.Client) -> None:
    key = create(admin, "authors", {"name": "A", "books": [{"title": "a"}, {"title": "b"}]})
    (parent,) = revisions(admin, "authors", key)
    books = data(admin.get(f"/items/books?fields=id&filter[author]={key}"))
    for book in books:
        (child,) = revisions(admin, "books", book["id"])
        assert child["parent"] == parent["id"]
        assert child["data"]["author"] == key
    data(admin.patch(f"/items/authors/{key}", json={"name": "B", "books": {"update": [{**books[0], "title": "c"}]}}))
    assert revisions(admin, "books", books[0]["id"])[1]["parent"] == revisions(admin, "authors", key)[1]["id"]


def test_a_large_batch_is_kept_in_order(admin: httpx.Client) -> None:
    made = data(admin.post("/items/authors", json=[{"name": f"n{number}"} for number in range(95)]))
    where = {"collection": {"_eq": "authors"}, "item": {"_in": [str(item["id"]) for item in made]}}
    query = {"filter": where, "limit": -1, "sort": ["id"], "fields": ["item", "data", "activity.item"]}
    found = data(admin.request("SEARCH", "/revisions", json={"query": query}))
    names = {str(item["id"]): item["name"] for item in made}
    assert len(found) == 95
    assert all(item["activity"]["item"] == item["item"] for item in found)
    assert all(item["data"]["name"] == names[item["item"]] for item in found)


def test_a_refused_write_leaves_nothing(admin: httpx.Client) -> None:
    before = data(admin.get("/activity?aggregate[count]=id"))
    refused = admin.post("/items/books", json=[{"title": "kept?"}, {"title": "no", "author": 987654}])
    assert refused.status_code == 400
    assert data(admin.get("/activity?aggregate[count]=id")) == before


def test_secrets_are_not_in_revisions(admin: httpx.Client) -> None:
    user = {"email": "secret@example.com", "password": "correct horse 9", "token": "a-token-that-is-secret"}
    key = data(admin.post("/users", json=user))["id"]
    data(admin.patch(f"/users/{key}", json={"first_name": "S", "password": "correct horse 10"}))
    text = str(revisions(admin, "directus_users", key))
    assert "a-token-that-is-secret" not in text
    assert "argon2" not in text
    assert "horse" not in text
    assert revisions(admin, "directus_users", key)[1]["delta"]["password"] == "**********"


def test_signing_in_is_activity(server_on: Server, admin: httpx.Client) -> None:
    me = data(admin.get("/users/me?fields=id"))["id"]
    server_on.directus_token()
    last = data(admin.get("/activity?sort=-id&limit=1"))[0]
    assert (last["action"], last["user"], last["collection"], last["item"]) == ("login", me, "directus_users", me)


def test_both_are_read_only(admin: httpx.Client) -> None:
    for path in ("/activity", "/revisions"):
        for method, at in (("POST", path), ("PATCH", path), ("DELETE", path), ("PATCH", f"{path}/1")):
            answer = admin.request(method, at, json={})
            assert answer.status_code == 404, (method, at)
            assert answer.json()["errors"][0]["extensions"]["code"] == "ROUTE_NOT_FOUND"


def test_no_wire_and_no_permission_writes_the_record(server_on: Server, admin: httpx.Client) -> None:
    with person(server_on, admin, ("directus_activity", ["*"], {}), writes=("directus_activity",)) as writer:
        for client in (admin, writer.client):
            mutation = 'mutation { create_activity_item(data: {action: "x", collection: "books", item: "1"}) { id } }'
            answer = client.post("/graphql/system", json={"query": mutation}).json()
            assert answer.get("errors"), answer
            assert client.post("/items/directus_activity", json={"action": "x"}).status_code == 403
    assert data(admin.get("/activity?filter[action]=x")) == []


def test_what_the_other_wire_writes_is_kept_too(server_on: Server, admin: httpx.Client) -> None:
    me = data(admin.get("/users/me?fields=id"))["id"]
    with server_on.client(server_on.pocketbase_token()) as other:
        made = other.post("/api/collections/authors/records", json={"name": "PB"})
        assert made.status_code == 200, made.text
        quiet = {"name": "made_there", "type": "base", "fields": [{"name": "title", "type": "text"}]}
        assert other.post("/api/collections", json=quiet).status_code == 200
        assert other.post("/api/collections/made_there/records", json={"title": "x"}).status_code == 200
    (found,) = activity(admin, "authors", made.json()["id"])
    assert (found["action"], found["user"]) == ("create", me)
    assert data(admin.get("/activity?filter[collection]=made_there")) == []
    assert data(admin.get("/collections/made_there"))["meta"]["accountability"] is None


def test_an_item_goes_back_to_a_revision(admin: httpx.Client) -> None:
    author = create(admin, "authors", {"name": "A"})
    key = create(admin, "books", {"title": "One", "extra": {"n": 1}, "author": author})
    data(admin.patch(f"/items/books/{key}", json={"title": "Two", "flag": True, "author": author}))
    data(admin.patch(f"/items/books/{key}", json={"title": "Three", "flag": False, "author": None}))
    second = revisions(admin, "books", key)[1]
    done = admin.post(f"/utils/revert/{second['id']}")
    assert (done.status_code, done.content) == (204, b"")
    book = data(admin.get(f"/items/books/{key}?fields=title,flag,author,extra"))
    assert book == {"title": "Two", "flag": True, "author": author, "extra": {"n": 1}}
    last = revisions(admin, "books", key)[-1]
    assert last["delta"]["title"] == "Two"
    for unknown in ("99999999", "x", "1e3", "9" * 30):
        answer = admin.post(f"/utils/revert/{unknown}")
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


def test_a_user_goes_back_without_its_secrets(server_on: Server, admin: httpx.Client) -> None:
    user = {"email": "back@example.com", "password": "correct horse 9", "first_name": "B", "status": "active"}
    key = data(admin.post("/users", json=user))["id"]
    data(admin.patch(f"/users/{key}", json={"first_name": "C", "password": "correct horse 10"}))
    data(admin.patch(f"/users/{key}", json={"first_name": "D"}))
    assert admin.post(f"/utils/revert/{revisions(admin, 'directus_users', key)[1]['id']}").status_code == 204
    assert data(admin.get(f"/users/{key}?fields=first_name")) == {"first_name": "C"}
    assert server_on.directus_token("back@example.com", "correct horse 10")


def test_a_revision_shows_to_whoever_may_read_all_of_the_collection(admin: httpx.Client, reader: Person) -> None:
    author = create(admin, "authors", {"name": "Shown"})
    book = create(admin, "books", {"title": "Hidden", "extra": {"secret": "swordfish"}})
    (shown,) = revisions(reader.client, "authors", author)
    assert shown["data"] == shown["delta"] == {"name": "Shown"}
    (hidden,) = revisions(reader.client, "books", book)
    assert (hidden["data"], hidden["delta"]) == (None, None)
    nested = data(reader.client.get(f"/activity/{hidden['activity']}?fields=revisions.data,revisions.delta"))
    assert nested == {"revisions": [{"data": None, "delta": None}]}


def test_nobody_goes_back_to_what_they_may_not_read_or_write(admin: httpx.Client, reader: Person) -> None:
    author = create(admin, "authors", {"name": "First"})
    book = create(admin, "books", {"title": "First"})
    data(admin.patch(f"/items/authors/{author}", json={"name": "Second"}))
    for name, key in (("authors", author), ("books", book)):
        number = revisions(admin, name, key)[0]["id"]
        assert reader.client.post(f"/utils/revert/{number}").status_code == 403
    assert data(admin.get(f"/items/authors/{author}?fields=name")) == {"name": "Second"}


def test_app_access_shows_ones_own_activity(server_on: Server, admin: httpx.Client) -> None:
    with person(server_on, admin, ("quiet", ["*"], {}), app=True, writes=("quiet",)) as someone:
        create(someone.client, "quiet", {"name": "mine"})
        mine = data(someone.client.get("/activity?fields=user,action"))
        assert mine
        assert {item["user"] for item in mine} == {someone.id}
        assert someone.client.get("/revisions").status_code == 403


@pytest.mark.parametrize(("settings", "left"), [((0, 0), (0, 0)), ((-1, 0), (3, 0)), ((-1, -1), (3, 3))])
def test_what_is_past_its_days_goes(tmp_path: Path, settings: tuple[int, int], left: tuple[int, int]) -> None:
    """(days of activity, days of revisions) → what is left of three items' after the clean-up."""
    days = dict(zip(("activity_retention_days", "revisions_retention_days"), settings, strict=True))
    with running_server(tmp_path, settings=days) as server, server.client(server.directus_token()) as client:
        body = {"collection": "notes", "schema": {}, "fields": [KEY, plain("name")], "meta": {}}
        assert client.post("/collections", json=body).status_code == 200
        data(client.post("/items/notes", json=[{"name": str(number)} for number in range(3)]))
        time.sleep(0.01)

        def counted() -> tuple[int, int]:
            where = "filter[collection]=notes&fields=id"
            first, second = (data(client.get(f"{path}?{where}")) for path in ("/activity", "/revisions"))
            return len(first), len(second)

        assert counted() == (3, 3)
        with server.client(server.pocketbase_token()) as other:
            assert other.post("/api/crons/__pbLogsCleanup__").status_code == 204
        deadline = time.monotonic() + 10
        while counted() != left and time.monotonic() < deadline:
            time.sleep(0.05)
        assert counted() == left


def test_changes_of_the_schema_are_kept(server_on: Server, admin: httpx.Client) -> None:
    me = data(admin.get("/users/me?fields=id"))["id"]

    def told(table: str, item: Any) -> list[tuple[str, str]]:
        return [(row["action"], row["user"]) for row in activity(admin, table, item)]

    def number(table: str, **where: str) -> int:
        """The key of a row of metadata, from what its creation left."""
        fields = ("item", "data", "activity.action")
        query = {"filter": {"collection": {"_eq": table}}, "sort": ["-id"], "fields": fields, "limit": -1}
        rows = data(admin.request("SEARCH", "/revisions", json={"query": query}))
        (found, *_) = [
            row["item"]
            for row in rows
            if row["activity"]["action"] == "create" and where.items() <= row["data"].items()
        ]
        return int(found)

    body = {"collection": "shelves", "schema": {}, "meta": {"note": "Where books stand."}, "fields": [KEY]}
    data(admin.post("/collections", json=body))
    assert told("directus_collections", "shelves") == [("create", me)]
    (made,) = revisions(admin, "directus_collections", "shelves")
    assert made["data"]["note"] == "Where books stand."
    data(admin.patch("/collections/shelves", json={"meta": {"icon": "shelves"}}))
    changed = revisions(admin, "directus_collections", "shelves")[1]
    assert (changed["delta"], changed["data"]["note"]) == ({"icon": "shelves"}, "Where books stand.")

    data(admin.post("/fields/shelves", json=plain("owner", "integer", special=["m2o"])))
    field = number("directus_fields", collection="shelves", field="owner")
    relation = {"collection": "shelves", "field": "owner", "related_collection": "authors", "meta": {}, "schema": {}}
    data(admin.post("/relations", json=relation))
    related = number("directus_relations", many_collection="shelves", many_field="owner")
    data(admin.patch("/relations/shelves/owner", json={"meta": {"one_deselect_action": "delete"}}))
    data(admin.patch("/fields/shelves/owner", json={"meta": {"note": "Whose"}}))
    assert admin.delete("/relations/shelves/owner").status_code == 204
    assert told("directus_relations", related) == [("create", me), ("update", me), ("delete", me)]

    assert admin.delete("/collections/shelves").status_code == 204
    assert told("directus_fields", field) == [("create", me), ("update", me), ("delete", me)]
    assert [action for action, _ in told("directus_collections", "shelves")] == ["create", "update", "delete"]

    with server_on.client(server_on.pocketbase_token()) as superuser:
        given = {"name": "stools", "type": "base", "fields": [{"name": "legs", "type": "number"}]}
        assert superuser.post("/api/collections", json=given).status_code == 200
        assert superuser.patch("/api/collections/stools", json={"name": "chairs"}).status_code == 200
    assert told("directus_collections", "stools") == [("create", me)]
    assert told("directus_collections", "chairs") == [("update", me)]
    refused = admin.post("/collections", json={**body, "fields": [KEY, KEY]})
    assert refused.status_code == 400
    assert len(activity(admin, "directus_collections", "shelves")) == 3


def test_log_ins_of_the_other_wire_are_kept(server_on: Server, admin: httpx.Client) -> None:
    def logins(table: str, item: str) -> list[dict[str, Any]]:
        return [row for row in activity(admin, table, item) if row["action"] == "login"]

    me = data(admin.get("/users/me?fields=id"))["id"]
    before = len(logins("directus_users", me))
    with server_on.client(server_on.pocketbase_token()) as superuser:
        superuser.headers["user-agent"] = AGENT
        body = {"identity": server_on.email, "password": server_on.password}
        path = "/api/collections/_superusers/auth-with-password"
        assert superuser.post(path, json={**body, "password": "wrong"}).status_code == 400
        assert superuser.post(path, json=body).status_code == 200
        first, last = logins("directus_users", me)[before:]  # the first is that of the client's token
        assert (last["user"], last["user_agent"], last["ip"]) == (me, AGENT, "127.0.0.1")
        assert first["user"] == me

        made = {"name": "guests", "type": "auth", "createRule": "", "viewRule": ""}
        assert superuser.post("/api/collections", json=made).status_code == 200
        guest = {"email": "guest@example.com", "password": "long enough 1", "passwordConfirm": "long enough 1"}
        key = superuser.post("/api/collections/guests/records", json=guest).json()["id"]
        entry = {"identity": guest["email"], "password": guest["password"]}
        path = "/api/collections/guests/auth-with-password"
        assert superuser.post(path, json=entry).status_code == 200
        assert logins("guests", key) == []  # what that wire makes keeps nothing until somebody asks for it
        data(admin.patch("/collections/guests", json={"meta": {"accountability": "all"}}))
        assert superuser.post(path, json=entry).status_code == 200
        (kept,) = logins("guests", key)
        assert kept["user"] is None
