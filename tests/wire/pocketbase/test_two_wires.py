"""What the other wire's policies open is open here too, and no more than that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server

from satchel.model.system.collections import PUBLIC_POLICY_ID

pytestmark = pytest.mark.process
NOTES = "/api/collections/notes/records"


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.pocketbase_token()) as client:
        fields = [{"name": "title", "type": "text"}, {"name": "inner", "type": "text"}]
        made = client.post("/api/collections", json={"name": "notes", "fields": fields})
        assert made.status_code == 200, made.text
        yield client


def grant(server: Server, action: str, **more: Any) -> None:
    """Give a permission to everyone, through the other wire."""
    body = {"policy": PUBLIC_POLICY_ID, "collection": "notes", "action": action, **more}
    with server.client(server.directus_token()) as client:
        answer = client.post("/permissions", json=body)
        assert answer.status_code == 200, answer.text


def test_a_writer_by_policy_sees_what_its_policies_show(server: Server, admin: httpx.Client) -> None:
    with server.client() as guest:
        assert guest.post(NOTES, json={"title": "x"}).status_code == 403
        grant(server, "create", fields=["title"], presets={"inner": "preset"})
        made = guest.post(NOTES, json={"title": "open"})
        assert made.status_code == 200, made.text
        assert set(made.json()) == {"id", "collectionId", "collectionName"}
        assert admin.get(f"{NOTES}/{made.json()['id']}").json()["inner"] == "preset"
        assert guest.get(NOTES).status_code == 403

        grant(server, "read", fields=["title"], permissions={"title": {"_eq": "open"}})
        listed = guest.get(NOTES).json()["items"]
        assert [set(item) for item in listed] == [{"id", "collectionId", "collectionName", "title"}]
        seen = guest.post(NOTES, json={"title": "open"}).json()
        assert seen["title"] == "open"
        assert "inner" not in seen
        unseen = guest.post(NOTES, json={"title": "closed"}).json()
        assert set(unseen) == {"id", "collectionId", "collectionName"}
        assert guest.get(NOTES, params={"filter": "inner = 'preset'"}).status_code == 400


def test_a_token_of_the_other_wire_is_good_here(server: Server, admin: httpx.Client) -> None:
    """One identity: the other wire's token is good here as well."""
    with server.client(server.directus_token()) as client:
        assert client.get("/api/collections").status_code == 200
        client.post(NOTES, json={"title": "mine"})
        assert "inner" in client.get(NOTES).json()["items"][0]


def test_the_studios_session_counts_with_its_header_alone(server: Server) -> None:
    with server.client() as browser:
        body = {"email": server.email, "password": server.password, "mode": "session"}
        assert browser.post("/auth/login", json=body).status_code == 200
        assert browser.post("/api/sql", json={"query": "SELECT 1"}).status_code == 401
        studio = {"x-satchel-studio": "build"}
        assert browser.get("/api/collections", headers=studio).status_code == 200
        found = browser.post("/api/sql", json={"query": "SELECT 1", "readOnly": True}, headers=studio)
        assert found.json()["rows"] == [["1"]]
        for query in ("CREATE TABLE t (a integer)", "WITH x AS (SELECT 1) DELETE FROM directus_users WHERE 1=0"):
            refused = browser.post("/api/sql", json={"query": query, "readOnly": True}, headers=studio)
            assert refused.status_code == 400, query
        preflight = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
        allowed = browser.options("/api/collections", headers=preflight)
        assert "access-control-allow-credentials" not in allowed.headers
