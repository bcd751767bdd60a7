"""Accounts of auth collections on a real server: hidden addresses leak nowhere, races, and what is stored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.servers import DATABASES, Server, fresh_database, running_server

PASSWORD = "correct horse"
MEMBERS = "/api/collections/members"


@pytest.fixture(scope="module", params=DATABASES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with accounts: `shown` shows its address, `first` and `second` hide theirs."""
    with fresh_database(request.param) as url, running_server(tmp_path_factory.mktemp("data"), url) as found:
        admin = found.client(found.pocketbase_token())
        rules = {f"{name}Rule": "" for name in ("list", "view", "create", "update", "delete")}
        body = {"name": "members", "type": "auth", **rules, "fields": [{"name": "nick", "type": "text"}]}
        members = admin.post("/api/collections", json=body).json()
        notes = [{"name": "owner", "type": "relation", "collectionId": members["id"]}]
        admin.post("/api/collections", json={"name": "notes", "type": "base", **rules, "fields": notes})
        for name, nick in (("zoe", "first"), ("ann", "second"), ("bob", "shown")):
            made = sign_up(admin, name, nick=nick, emailVisibility=nick == "shown")
            admin.post("/api/collections/notes/records", json={"owner": made["id"]})
        yield found


def sign_up(client: httpx.Client, name: str, **more: Any) -> dict[str, Any]:
    body = {"email": f"{name}@secret.example", "password": PASSWORD, "passwordConfirm": PASSWORD, **more}
    answer = client.post(f"{MEMBERS}/records", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def log_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    body = {"identity": f"{name}@secret.example", "password": password}
    return client.post(f"{MEMBERS}/auth-with-password", json=body)


def asked(server: Server, path: str) -> Any:
    answer = server.client(None).get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def nicks(items: list[dict[str, Any]]) -> list[str]:
    return [item["nick"] for item in items]


@pytest.mark.process
@pytest.mark.dialects
def test_a_hidden_address_leaks_through_no_clause_of_the_pocketbase_wire(server: Server) -> None:
    records = f"{MEMBERS}/records"
    whole = asked(server, records)["items"]
    assert [item["nick"] for item in whole if "email" in item] == ["shown"]
    for clause in ("email='zoe@secret.example'", "email~'zoe'", "email>'y'", "email:lower='zoe@secret.example'"):
        assert asked(server, f"{records}?filter=({clause})")["totalItems"] == 0, clause
    assert nicks(asked(server, f"{records}?filter=(email~'secret')")["items"]) == ["shown"]
    # by address: ann, bob, zoe; the hidden ones are all alike, so they stand where their other key puts them
    for sign, other in (("", "nick"), ("-", "nick"), ("", "-nick"), ("-", "-nick")):
        found = nicks(asked(server, f"{records}?sort={sign}email,{other}")["items"])
        hidden = [name for name in found if name != "shown"]
        assert hidden == (["first", "second"] if other == "nick" else ["second", "first"]), (sign, other)
    notes = "/api/collections/notes/records"
    assert asked(server, f"{notes}?filter=(owner.email='zoe@secret.example')")["totalItems"] == 0
    assert asked(server, f"{notes}?filter=(owner.email~'secret')")["totalItems"] == 1
    expanded = [item["expand"]["owner"] for item in asked(server, f"{notes}?expand=owner")["items"]]
    assert [owner["nick"] for owner in expanded if "email" in owner] == ["shown"]
    for secret in ("tokenKey", "password"):
        assert server.client(None).get(f"{records}?filter=({secret}!='')").status_code == 400
        assert server.client(None).get(f"{records}?sort={secret}").status_code == 400


@pytest.mark.process
@pytest.mark.dialects
def test_a_hidden_address_leaks_through_no_clause_of_the_directus_wire(server: Server) -> None:
    whole = asked(server, "/items/members")["data"]
    assert [item["nick"] for item in whole if item["email"] is not None] == ["shown"]
    assert all("tokenKey" not in item and "password" not in item for item in whole)
    for clause in ("_eq]=zoe@secret.example", "_contains]=zoe", "_starts_with]=z", "_in]=zoe@secret.example"):
        assert asked(server, f"/items/members?filter[email][{clause}")["data"] == [], clause
    assert nicks(asked(server, "/items/members?search=secret.example")["data"]) == ["shown"]
    assert asked(server, "/items/members?search=zoe@secret.example")["data"] == []
    for sign in ("", "-"):
        found = nicks(asked(server, f"/items/members?sort={sign}email,nick")["data"])
        assert [name for name in found if name != "shown"] == ["first", "second"], sign
    groups = asked(server, "/items/members?groupBy[]=email&aggregate[count]=*")["data"]
    assert sorted((group["email"] or "", int(group["count"])) for group in groups) == [
        ("", 2),
        ("bob@secret.example", 1),
    ]
    counted = asked(server, "/items/members?aggregate[countDistinct]=email")["data"][0]
    assert int(counted["countDistinct"]["email"]) == 1
    assert asked(server, "/items/notes?filter[owner][email][_eq]=zoe@secret.example")["data"] == []
    exported = server.client(None).get("/items/members?export=csv").text
    assert "bob@secret.example" in exported
    assert "zoe@" not in exported
    assert "ann@" not in exported
    for secret in ("tokenKey", "password"):
        assert server.client(None).get(f"/items/members?filter[{secret}][_nnull]=true").status_code == 403
        assert server.client(None).get(f"/items/members?fields={secret}").status_code == 403


@pytest.mark.process
@pytest.mark.dialects
def test_a_token_opens_both_wires_as_the_same_person(server: Server) -> None:
    client = server.client(None)
    token = log_in(client, "zoe").json()["token"]
    mine = server.client(token)
    own = mine.get(f"{MEMBERS}/records").json()["items"]
    assert {item["nick"] for item in own if "email" in item} == {"first", "shown"}
    seen = {item["nick"] for item in mine.get("/items/members").json()["data"] if item["email"]}
    assert seen == {"first", "shown"}


@pytest.mark.process
@pytest.mark.dialects
def test_a_new_password_ends_every_session_whoever_races(server: Server) -> None:
    client = server.client(None)
    made = sign_up(client, "race", nick="race")
    tokens = [log_in(client, "race").json()["token"] for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        refreshed = list(pool.map(lambda _: server.client(tokens[0]).post(f"{MEMBERS}/auth-refresh"), range(8)))
    assert {answer.status_code for answer in refreshed} == {200}
    change = {"password": "another horse", "passwordConfirm": "another horse", "oldPassword": PASSWORD}

    def act(number: int) -> httpx.Response:
        if number == 3:
            return server.client(tokens[0]).patch(f"{MEMBERS}/records/{made['id']}", json=change)
        return log_in(server.client(None), "race")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(act, range(8)))
    assert answers[3].status_code == 200, answers[3].text
    given = [*tokens, *(answer.json()["token"] for answer in answers if answer is not answers[3] and answer.is_success)]
    for token in [*given, *(answer.json()["token"] for answer in refreshed)]:
        assert server.client(token).post(f"{MEMBERS}/auth-refresh").status_code == 401
    assert log_in(client, "race").status_code == 400
    assert log_in(client, "race", "another horse").status_code == 200


@pytest.mark.process
@pytest.mark.dialects
def test_nobody_is_told_who_has_an_account(server: Server) -> None:
    client = server.client(None)
    log_in(client, "nobody", "wrong")

    def seconds(name: str) -> float:
        started = time.perf_counter()
        assert log_in(client, name, "wrong").status_code == 400
        return time.perf_counter() - started

    # by turns, and the quickest of each: what else the machine does slows both down, and never speeds one up
    pairs = [(seconds("ann"), seconds("nobody")) for _ in range(7)]
    known, unknown = (min(taken) for taken in zip(*pairs, strict=True))
    assert 0.5 < unknown / known < 2, f"{known:.3f} s for an account that exists, {unknown:.3f} s for one that does not"
