"""Relations between a source and the store: tickets of a database of its own, and the users who own and watch them.

Both wires, as an administrator and as somebody whose rights hang on the other database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import Server, fresh_database, running_server

pytestmark = pytest.mark.process

SERVERS = [pytest.param(kind, marks=pytest.mark.heavy) for kind in ("postgres", "mariadb")]
USERS = {"ann": "Ann", "bob": "Bob", "cem": "Cem"}
PASSWORD = "correct horse 2"


@dataclass
class Desk:
    server: Server
    admin: httpx.Client
    users: dict[str, str]
    role: str
    policy: str

    def titles(self, client: httpx.Client | None = None, **parameters: Any) -> Any:
        answer = (client or self.admin).get("/items/tickets", params={"fields": "title", "sort": "id", **parameters})
        return [item["title"] for item in answer.json()["data"]] if answer.status_code == 200 else answer.json()

    def records(self, client: httpx.Client | None = None, **parameters: Any) -> Any:
        answer = (client or self.admin).get("/api/collections/tickets/records", params={"sort": "id", **parameters})
        return [item["title"] for item in answer.json()["items"]] if answer.status_code == 200 else answer.json()


def ok(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 204), answer.text
    return answer.json()["data"] if answer.content else None


def prepare(admin: httpx.Client) -> dict[str, Any]:
    """Users in the store; tickets, notes and who watches what in the source."""
    role = ok(admin.post("/roles", json={"name": "agents"}))["id"]
    policy = ok(admin.post("/policies", json={"name": "agents", "app_access": False}))["id"]
    ok(admin.post("/access", json={"role": role, "policy": policy}))
    users: dict[str, str] = {}
    for name, first in USERS.items():
        body = {"email": f"{name}@example.com", "password": PASSWORD, "first_name": first, "role": role}
        users[name] = ok(admin.post("/users", json=body))["id"]
    key = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}

    def collection(name: str, *fields: dict[str, Any]) -> None:
        ok(admin.post("/collections", json={"collection": name, "schema": {}, "meta": {}, "fields": [key, *fields]}))

    owner = {"field": "owner", "type": "uuid", "schema": {}, "meta": {"special": ["m2o"]}}
    number = {"type": "integer", "schema": {}}
    watchers = {"field": "watchers", "type": "alias", "schema": None, "meta": {"special": ["m2m"]}}
    collection(
        "tickets",
        {"field": "title", "type": "string", "schema": {}},
        {"field": "points", **number},
        owner,
        watchers,
    )
    collection("watching", {"field": "ticket", **number}, {"field": "person", "type": "uuid", "schema": {}})
    alias = {"field": "tickets", "type": "alias", "schema": None, "meta": {"special": ["o2m"]}}
    ok(admin.post("/fields/directus_users", json=alias))

    def relation(many: str, field: str, one: str, **meta: Any) -> None:
        body = {"collection": many, "field": field, "related_collection": one, "meta": meta}
        ok(admin.post("/relations", json=body))

    relation("tickets", "owner", "directus_users", one_field="tickets")
    relation("watching", "ticket", "tickets", one_field="watchers", junction_field="person")
    relation("watching", "person", "directus_users", junction_field="ticket")
    rows = [("lamp", "ann", 1), ("desk", "bob", 2), ("door", "ann", 3), ("wall", None, 4), ("gate", "cem", 5)]
    for title, name, points in rows:
        ok(admin.post("/items/tickets", json={"title": title, "points": points, "owner": users.get(name or "")}))
    for ticket, name in ((1, "bob"), (1, "cem"), (2, "ann"), (4, "cem")):
        ok(admin.post("/items/watching", json={"ticket": ticket, "person": users[name]}))
    return {"users": users, "role": role, "policy": policy}


@pytest.fixture(scope="module", params=["sqlite", *SERVERS])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("desk")
    with fresh_database(request.param) as found:
        url = found or f"sqlite:///{folder}/tickets.db"
        if not found:
            (folder / "tickets.db").touch()
        with running_server(folder / "data", url) as server, server.client(server.directus_token()) as admin:
            yield Desk(server, admin, **prepare(admin))


def agent(desk: Desk, name: str) -> httpx.Client:
    return desk.server.client(desk.server.directus_token(f"{name}@example.com", PASSWORD))


@pytest.fixture
def granted(desk: Desk) -> Iterator[Any]:
    """Gives the agents permissions, and takes them away again."""
    made: list[int] = []

    def grant(collection: str, action: str, **more: Any) -> None:
        body = {"policy": desk.policy, "collection": collection, "action": action, "fields": ["*"], **more}
        made.append(ok(desk.admin.post("/permissions", json=body))["id"])

    yield grant
    for key in made:
        desk.admin.delete(f"/permissions/{key}")


# --- the Directus wire


def test_output_goes_both_ways(desk: Desk) -> None:
    found = ok(desk.admin.get("/items/tickets?fields=title,owner.first_name,watchers.person.first_name&sort=id"))
    assert found[0] == {
        "title": "lamp",
        "owner": {"first_name": "Ann"},
        "watchers": [{"person": {"first_name": "Bob"}}, {"person": {"first_name": "Cem"}}],
    }
    assert found[3] == {"title": "wall", "owner": None, "watchers": [{"person": {"first_name": "Cem"}}]}
    users = ok(desk.admin.get("/users?fields=first_name,tickets.title&sort=first_name&filter[first_name][_nnull]=true"))
    assert {"first_name": "Ann", "tickets": [{"title": "lamp"}, {"title": "door"}]} in users
    star = ok(desk.admin.get("/items/tickets/1?fields=*.*"))
    assert star["owner"]["email"] == "ann@example.com"


@pytest.mark.parametrize(
    ("condition", "titles"),
    [
        ('{"owner":{"first_name":{"_eq":"Ann"}}}', ["lamp", "door"]),
        ('{"owner":{"first_name":{"_neq":"Ann"}}}', ["desk", "gate"]),
        ('{"owner":{"_null":true}}', ["wall"]),
        ('{"owner":{"first_name":{"_null":true}}}', ["wall"]),
        ('{"_or":[{"owner":{"first_name":{"_eq":"Bob"}}},{"points":{"_gt":4}}]}', ["desk", "gate"]),
        ('{"_and":[{"owner":{"role":{"name":{"_eq":"agents"}}}},{"points":{"_lt":3}}]}', ["lamp", "desk"]),
        ('{"watchers":{"person":{"first_name":{"_eq":"Cem"}}}}', ["lamp", "wall"]),
        ('{"watchers":{"_none":{"person":{"first_name":{"_eq":"Cem"}}}}}', ["desk", "door", "gate"]),
        ('{"watchers":{"_some":{"person":{"email":{"_starts_with":"ann"}}}}}', ["desk"]),
        ('{"owner":{"tickets":{"points":{"_eq":3}}}}', ["lamp", "door"]),
    ],
)
def test_filters_lead_across(desk: Desk, condition: str, titles: list[str]) -> None:
    assert desk.titles(filter=condition) == titles


def test_sorts_counts_and_aggregates_lead_across(desk: Desk) -> None:
    assert desk.titles(sort="-owner.first_name,id", **{"filter[owner][_nnull]": "true"}) == [
        "gate",
        "desk",
        "lamp",
        "door",
    ]
    asked = {"fields": "first_name,count(tickets)", "sort": "first_name", "filter[first_name][_nnull]": "true"}
    found = ok(desk.admin.get("/users", params=asked))
    assert [
        (item["first_name"], int(item["tickets_count"])) for item in found if item["first_name"] in "AnnBobCem"
    ] == [
        ("Ann", 2),
        ("Bob", 1),
        ("Cem", 1),
    ]
    grouped = ok(desk.admin.get('/items/tickets?aggregate[sum]=points&filter={"owner":{"first_name":{"_eq":"Ann"}}}'))
    assert int(grouped[0]["sum"]["points"]) == 4
    deep = {
        "fields": "first_name,tickets.title",
        "filter[first_name][_in]": "Ann,Bob",
        "sort": "first_name",
        "deep[tickets][_sort]": "-points",
        "deep[tickets][_limit]": "1",
    }
    assert [item["tickets"] for item in ok(desk.admin.get("/users", params=deep))] == [
        [{"title": "door"}],
        [{"title": "desk"}],
    ]
    sums = {
        "fields": "tickets",
        "filter[first_name][_in]": "Ann,Bob",
        "sort": "first_name",
        "deep[tickets][_aggregate][sum]": "points",
    }
    found = ok(desk.admin.get("/users", params=sums))
    assert [int(item["tickets"][0]["sum"]["points"]) for item in found] == [4, 2]
    counted = desk.admin.get('/items/tickets?meta=*&limit=1&filter={"owner":{"first_name":{"_eq":"Ann"}}}').json()
    assert counted["meta"] == {"total_count": 5, "filter_count": 2}


# --- the PocketBase wire


@pytest.fixture
def superuser(desk: Desk) -> Iterator[httpx.Client]:
    with desk.server.client(desk.server.pocketbase_token()) as client:
        yield client


def test_filters_sorts_and_expands_lead_across_on_the_other_wire(desk: Desk, superuser: httpx.Client) -> None:
    def found(**parameters: str) -> Any:
        return desk.records(superuser, **parameters)

    assert found(filter='owner.first_name = "Ann"') == ["lamp", "door"]
    assert found(filter='owner.first_name != "Ann"') == ["desk", "wall", "gate"]
    assert found(filter='watching_via_ticket.person.first_name ?= "Cem"') == ["lamp", "wall"]
    assert found(filter='owner.first_name ~ "b" || points = 4') == ["desk", "wall"]
    assert found(sort="-owner.first_name,-id", filter="owner != ''") == ["gate", "desk", "door", "lamp"]
    page = superuser.get("/api/collections/tickets/records", params={"expand": "owner", "sort": "id"}).json()
    assert page["items"][0]["expand"]["owner"]["first_name"] == "Ann"
    assert "owner" not in page["items"][3].get("expand", {})
    asked = {"expand": "watching_via_ticket.person", "filter": "id = 1"}
    page = superuser.get("/api/collections/tickets/records", params=asked).json()
    watching = page["items"][0]["expand"]["watching_via_ticket"]
    assert sorted(item["expand"]["person"]["first_name"] for item in watching) == ["Bob", "Cem"]


# --- rights


def test_rules_lead_across_and_hold(desk: Desk, granted: Any) -> None:
    granted("tickets", "read", permissions={"owner": {"email": {"_eq": "$CURRENT_USER.email"}}})
    with agent(desk, "ann") as ann, agent(desk, "bob") as bob:
        assert desk.titles(ann) == ["lamp", "door"]
        assert desk.titles(bob) == ["desk"]
        assert desk.records(bob) == ["desk"]
        assert bob.get("/items/tickets/1").status_code == 403
        assert ok(bob.get("/items/tickets?aggregate[count]=*"))[0]["count"] in (1, "1")
        # nothing grants users: they may be neither shown nor asked about
        assert ok(bob.get("/items/tickets?fields=owner.email")) == [{"owner": desk.users["bob"]}]
        refused = bob.get('/items/tickets?filter={"owner":{"email":{"_eq":"bob@example.com"}}}')
        assert refused.status_code == 403
        assert desk.records(bob, filter='owner.email = "bob@example.com"')["status"] == 400
        assert bob.get("/items/tickets?sort=owner.email").status_code == 403


def test_hidden_items_elsewhere_are_none(desk: Desk, granted: Any) -> None:
    granted("tickets", "read")
    granted("directus_users", "read", permissions={"first_name": {"_neq": "Ann"}}, fields=["id", "first_name"])
    with agent(desk, "bob") as bob:
        shown = ok(bob.get("/items/tickets?fields=title,owner.first_name&sort=id"))
        assert [item["owner"] for item in shown] == [None, {"first_name": "Bob"}, None, None, {"first_name": "Cem"}]
        assert desk.titles(bob, filter='{"owner":{"first_name":{"_eq":"Ann"}}}') == []
        assert desk.titles(bob, filter='{"owner":{"first_name":{"_null":true}}}') == ["lamp", "door", "wall"]
        assert desk.records(bob, filter='owner.first_name = ""') == ["lamp", "door", "wall"]
        assert bob.get('/items/tickets?filter={"owner":{"email":{"_nnull":true}}}').status_code == 403
        page = bob.get("/api/collections/tickets/records", params={"expand": "owner", "sort": "id"}).json()
        assert [item.get("expand", {}).get("owner", {}).get("first_name") for item in page["items"]] == [
            None,
            "Bob",
            None,
            None,
            "Cem",
        ]


def test_writes_are_held_by_rules_that_lead_across(desk: Desk, granted: Any) -> None:
    granted("tickets", "read")
    granted("tickets", "update", permissions={"owner": {"first_name": {"_eq": "Bob"}}})
    granted("tickets", "create", permissions={}, fields=["title"])
    granted("tickets", "delete", permissions={"watchers": {"person": {"first_name": {"_eq": "Nobody"}}}})
    with agent(desk, "bob") as bob:
        assert ok(bob.patch("/items/tickets/2", json={"points": 20}))["points"] == 20
        assert bob.patch("/items/tickets/1", json={"points": 20}).status_code == 403
        assert bob.delete("/items/tickets/2").status_code == 403
    ok(desk.admin.patch("/items/tickets/2", json={"points": 2}))


def test_new_records_meet_rules_that_lead_across(desk: Desk, superuser: httpx.Client) -> None:
    rules = {"createRule": 'owner.first_name = "Bob" && watching_via_ticket.person.email != "x@example.com"'}
    changed = superuser.patch("/api/collections/tickets", json=rules)
    assert changed.status_code == 200, changed.text
    try:
        with agent(desk, "bob") as bob:
            made = bob.post("/api/collections/tickets/records", json={"title": "new", "owner": desk.users["bob"]})
            assert made.status_code == 200, made.text
            for owner in (desk.users["ann"], "", "00000000-0000-4000-8000-000000000000"):
                refused = bob.post("/api/collections/tickets/records", json={"title": "new", "owner": owner})
                assert refused.status_code == 400, refused.text
        superuser.delete(f"/api/collections/tickets/records/{made.json()['id']}")
        assert desk.titles() == ["lamp", "desk", "door", "wall", "gate"]
    finally:
        superuser.patch("/api/collections/tickets", json={"createRule": None})


def test_too_many_items_elsewhere_are_refused(desk: Desk, tmp_path: Path) -> None:
    server = desk.server
    settings = {**server.settings, "across_limit": "1"}
    other = Server(server.data, server.database_url, settings)
    # a second server needs a folder of its own; the limit is that of the process
    server.stop()
    other.start()
    try:
        with other.client(other.directus_token()) as client:
            refused = client.get("/items/tickets?sort=owner.first_name")
            assert refused.status_code == 400
            assert "across_limit" in refused.text
            found = client.get('/items/tickets?fields=title&filter={"owner":{"first_name":{"_eq":"Bob"}}}')
            assert found.json()["data"] == [{"title": "desk"}]
    finally:
        other.stop()
        server.start()
        desk.admin.base_url = httpx.URL(server.url)
