"""Subscriptions on `/graphql` by graphql-transport-ws, on every database: as recorded, and under permissions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server, running_server
from tests.wire.directus.socket_kit import Talk, data, field, make
from websockets.typing import Subprotocol

pytestmark = [pytest.mark.process, pytest.mark.dialects]

EDITOR = {"email": "editor@example.com", "password": "editor password 1"}
FOLLOW = "subscription { tags_mutated { key event data { id name } } }"


@pytest.fixture(scope="module")
def admin(server_on: Server) -> Iterator[httpx.Client]:
    with server_on.client(server_on.directus_token()) as client:
        make(client, "tags", field("name"), field("owner", "uuid"))
        policy = data(client.post("/policies", json={"name": "reading"}))["id"]
        role = data(client.post("/roles", json={"name": "reader"}))["id"]
        data(client.post("/access", json={"role": role, "policy": policy}))
        rule = {"owner": {"_eq": "$CURRENT_USER"}}
        body = {"policy": policy, "collection": "tags", "action": "read", "fields": ["id", "name"], "permissions": rule}
        data(client.post("/permissions", json=body))
        data(client.post("/users", json={**EDITOR, "role": role, "status": "active"}))
        yield client


def opened(server: Server, payload: Any = None, **options: Any) -> Talk:
    talk = Talk(server, path="/graphql", subprotocols=[Subprotocol("graphql-transport-ws")], **options)
    talk.send(type="connection_init", **({} if payload is None else {"payload": payload}))
    return talk


def signed_in(server: Server, token: str | None = None) -> Talk:
    talk = opened(server, {"access_token": token or server.directus_token()})
    assert talk.next() == {"type": "connection_ack"}
    return talk


def start(talk: Talk, name: str, query: str, **more: Any) -> None:
    talk.send(id=name, type="subscribe", payload={"query": query, **more})


def settle(talk: Talk) -> None:
    """Wait until what was asked before is done: answers come in order."""
    assert talk.ask(type="ping") == {"type": "pong"}


def mutated(message: Any) -> dict[str, Any]:
    assert message["type"] == "next"
    return dict(message["payload"]["data"]["tags_mutated"])


def test_a_session_goes_as_recorded(server_on: Server, admin: httpx.Client) -> None:
    with signed_in(server_on) as talk:
        start(talk, "1", FOLLOW)
        settle(talk)
        made = data(admin.post("/items/tags", json={"name": "gqlws"}))["id"]
        shown = {"key": str(made), "event": "create", "data": {"id": str(made), "name": "gqlws"}}
        assert talk.next() == {"id": "1", "type": "next", "payload": {"data": {"tags_mutated": shown}}}
        data(admin.patch(f"/items/tags/{made}", json={"name": "new"}))
        assert mutated(talk.next())["data"] == {"id": str(made), "name": "new"}
        data(admin.delete(f"/items/tags/{made}"))
        assert mutated(talk.next()) == {"key": str(made), "event": "delete", "data": None}
        start(talk, "2", "subscription { nope }")
        assert talk.next() == {
            "id": "2",
            "type": "error",
            "payload": [
                {
                    "message": 'Cannot query field "nope" on type "Subscription".',
                    "locations": [{"line": 1, "column": 16}],
                }
            ],
        }
        talk.send(id="1", type="complete")
        settle(talk)
        data(admin.delete(f"/items/tags/{data(admin.post('/items/tags', json={'name': 'x'}))['id']}"))
        assert talk.is_quiet()


def test_events_variables_and_aliases(server_on: Server, admin: httpx.Client) -> None:
    with signed_in(server_on) as talk:
        text = "subscription S($e: EventEnum) { it: tags_mutated(event: $e) { what: event one: data { name } } }"
        start(talk, "a", text, variables={"e": "update"}, operationName="S")
        start(talk, "b", "subscription { tags_mutated(event: delete) { key event } }")
        settle(talk)
        made = data(admin.post("/items/tags", json={"name": "x"}))["id"]
        data(admin.patch(f"/items/tags/{made}", json={"name": "y"}))
        told = talk.next()
        assert told["payload"] == {"data": {"it": {"what": "update", "one": {"name": "y"}}}}
        data(admin.delete(f"/items/tags/{made}"))
        assert mutated(talk.next()) == {"key": str(made), "event": "delete"}
        assert talk.is_quiet()


def test_each_item_of_a_transaction_is_told_of(server_on: Server, admin: httpx.Client) -> None:
    with signed_in(server_on) as talk:
        start(talk, "1", "subscription { tags_mutated { key event } }")
        settle(talk)
        keys = [row["id"] for row in data(admin.post("/items/tags", json=[{"name": "a"}, {"name": "b"}]))]
        assert sorted(mutated(talk.next())["key"] for _ in keys) == sorted(map(str, keys))
        data(admin.request("DELETE", "/items/tags", json=keys))
        assert sorted(mutated(talk.next())["key"] for _ in keys) == sorted(map(str, keys))


def test_nobody_is_told_of_what_they_may_not_see(server_on: Server, admin: httpx.Client) -> None:
    me = data(admin.get("/users", params={"filter[email][_eq]": EDITOR["email"]}))[0]["id"]
    with signed_in(server_on, server_on.directus_token(**EDITOR)) as talk:
        start(talk, "1", FOLLOW)
        start(talk, "2", "subscription { tags_mutated { data { owner } } }")
        refused = talk.next()
        assert (refused["id"], refused["type"]) == ("2", "error")
        hidden = data(admin.post("/items/tags", json={"name": "hidden"}))["id"]
        mine = data(admin.post("/items/tags", json={"name": "mine", "owner": me}))["id"]
        assert mutated(talk.next())["data"] == {"id": str(mine), "name": "mine"}
        data(admin.request("DELETE", "/items/tags", json=[hidden, mine]))
        assert mutated(talk.next()) == {"key": str(mine), "event": "delete", "data": None}
        assert talk.is_quiet()


def test_queries_and_mutations_are_answered(server_on: Server, admin: httpx.Client) -> None:
    with signed_in(server_on) as talk:
        start(talk, "m", 'mutation { create_tags_item(data: {name: "made"}) { name } }')
        assert talk.next() == {
            "id": "m",
            "type": "next",
            "payload": {"data": {"create_tags_item": {"name": "made"}}},
        }
        assert talk.next() == {"id": "m", "type": "complete"}
        start(talk, "q", 'query { tags(filter: {name: {_eq: "made"}}) { id name } }')
        (row,) = talk.next()["payload"]["data"]["tags"]
        assert talk.next()["type"] == "complete"
        data(admin.delete(f"/items/tags/{row['id']}"))


def test_how_connections_end(server_on: Server) -> None:
    for payload in (None, {}, {"access_token": "bad"}, "text"):
        with opened(server_on, payload) as talk:
            assert talk.ended() == 4403
            assert talk.socket.close_reason == "Forbidden"
    for protocols in ([Subprotocol("graphql-ws")], None):
        with Talk(server_on, path="/graphql", subprotocols=protocols) as talk:
            assert talk.ended() == 4406
    with Talk(server_on, path="/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]) as talk:
        start(talk, "1", FOLLOW)
        assert talk.ended() == 4401
    for message in ("{bad", "[]", '{"type":"fly"}', '{"type":"subscribe","id":"1"}', '{"type":"subscribe"}'):
        with signed_in(server_on) as talk:
            talk.socket.send(message)
            assert talk.ended() == 4400
    with signed_in(server_on) as talk:
        talk.send(type="connection_init")
        assert talk.ended() == 4429
    with signed_in(server_on) as talk:
        start(talk, "1", FOLLOW)
        start(talk, "1", FOLLOW)
        assert talk.ended() == 4409


def test_documents_have_the_limits_that_they_have_elsewhere(server_on: Server) -> None:
    with signed_in(server_on) as talk:
        start(talk, "deep", "subscription { tags_mutated { data " + "{ a " * 200 + "}" * 200 + " } }")
        assert talk.next()["type"] == "error"
        start(talk, "many", "query { " + " ".join(f"a{number}: tags {{ id }}" for number in range(400)) + " }")
        refused = talk.next()
        assert "errors" in refused["payload"] or refused["type"] == "error"


def test_time_runs_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = {"websocket_auth_timeout_seconds": 1, "access_token_ttl_seconds": 2, "websocket_graphql_auth": "public"}
    with running_server(tmp_path_factory.mktemp("time"), settings=settings) as server:
        with Talk(server, path="/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]) as talk:
            assert talk.ended() == 4408
        with opened(server) as guest:
            assert guest.next() == {"type": "connection_ack"}
        with signed_in(server) as talk:
            assert talk.ended() == 4403
