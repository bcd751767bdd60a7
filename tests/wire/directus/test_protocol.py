"""What all answers of the Directus wire have in common: headers, tags, the order of checks, refusals of bad input."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.servers import Server

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.directus_token()) as client:
        made = client.post(
            "/collections",
            json={
                "collection": "tags",
                "schema": {},
                "meta": {},
                "fields": [
                    {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}},
                    {"field": "name", "type": "string", "schema": {"is_unique": True}, "meta": {}},
                ],
            },
        )
        assert made.status_code == 200, made.text
        assert client.post("/items/tags", json=[{"name": "py"}, {"name": "go"}]).status_code == 200
        yield client


@pytest.fixture
def guest(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def error(answer: httpx.Response) -> tuple[int, str, str]:
    body = answer.json()
    first = body["errors"][0]
    assert list(first) == ["message", "extensions"]
    assert list(first["extensions"])[-1] == "code", "code comes last"
    return answer.status_code, first["extensions"]["code"], first["message"]


def test_headers(admin: httpx.Client) -> None:
    answer = admin.get("/items/tags/1")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["x-powered-by"] == "Directus"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "Origin, Cache-Control"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin-allow-popups"
    assert "default-src" in answer.headers["content-security-policy"]
    assert answer.text == '{"data":{"id":1,"name":"py"}}'


def test_a_known_tag_is_answered_with_304(admin: httpx.Client) -> None:
    first = admin.get("/items/tags")
    tag = first.headers["etag"]
    assert tag.startswith(f'W/"{len(first.content):x}-')
    again = admin.get("/items/tags", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert admin.get("/items/tags", headers={"if-none-match": 'W/"1-x"'}).status_code == 200


def test_head_and_options(admin: httpx.Client) -> None:
    head = admin.head("/items/tags")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(admin.get("/items/tags").content)
    options = admin.options("/items/tags")
    assert (options.status_code, options.text) == (200, "POST,SEARCH,GET,HEAD,PATCH,DELETE")
    assert options.headers["allow"] == options.text


def test_pages_of_other_origins_may_call(admin: httpx.Client) -> None:
    asked = {"origin": "http://shop.example", "access-control-request-method": "SEARCH"}
    preflight = admin.options("/items/tags", headers=asked)
    assert preflight.status_code == 204
    assert "SEARCH" in preflight.headers["access-control-allow-methods"]
    answer = admin.get("/items/tags", headers={"origin": "http://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_unknown_routes(admin: httpx.Client) -> None:
    assert error(admin.get("/nope")) == (404, "ROUTE_NOT_FOUND", "Route /nope doesn't exist.")
    assert error(admin.put("/items/tags/1", json={})) == (
        404,
        "ROUTE_NOT_FOUND",
        "Route /items/tags/1 doesn't exist.",
    )
    assert admin.get("/nope").json()["errors"][0]["extensions"] == {"path": "/nope", "code": "ROUTE_NOT_FOUND"}
    assert admin.get("/items/tags/").status_code == 200


def test_a_bad_token_is_told_before_anything_else_is_looked_at(guest: httpx.Client) -> None:
    bad = {"authorization": "Bearer nobody-has-this"}
    assert error(guest.get("/nope", headers=bad))[:2] == (401, "INVALID_CREDENTIALS")
    assert error(guest.get("/items/tags?limit=-5", headers=bad))[:2] == (401, "INVALID_CREDENTIALS")
    assert guest.get("/server/ping", headers=bad).text == "pong"
    forged = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6IngiLCJpc3MiOiJkaXJlY3R1cyIsImV4cCI6OTk5OTk5OTk5OX0.AAAA"
    assert error(guest.get("/items/tags", headers={"authorization": f"Bearer {forged}"}))[:2] == (403, "INVALID_TOKEN")


def test_a_bad_parameter_is_told_on_any_route(guest: httpx.Client) -> None:
    assert error(guest.get("/nope?limit=-5"))[:2] == (400, "INVALID_QUERY")
    assert error(guest.get("/server/info?meta=x"))[:2] == (400, "INVALID_QUERY")


def test_a_malformed_body_is_told_first(admin: httpx.Client, guest: httpx.Client) -> None:
    kind = {"content-type": "application/json"}
    assert error(admin.post("/items/tags", content="{bad", headers=kind))[:2] == (400, "INVALID_PAYLOAD")
    bad = {**kind, "authorization": "Bearer nobody-has-this"}
    assert error(guest.post("/items/tags", content="{bad", headers=bad))[:2] == (400, "INVALID_PAYLOAD")
    assert error(admin.post("/items/tags", content='"text"', headers=kind))[:2] == (400, "INVALID_PAYLOAD")
    assert error(admin.post("/items/tags", content=b"\xff{}", headers=kind))[:2] == (400, "INVALID_PAYLOAD")


def test_where_tokens_may_be(server: Server, admin: httpx.Client, guest: httpx.Client) -> None:
    token = server.directus_token()
    assert guest.get(f"/items/tags?access_token={token}").status_code == 200
    assert guest.get("/items/tags", headers={"authorization": f"bearer {token}"}).status_code == 200
    assert error(admin.get(f"/items/tags?access_token={token}")) == (
        400,
        "INVALID_PAYLOAD",
        "Invalid payload. The request uses more than one method for including an access token.",
    )
    assert error(guest.get("/items/tags", headers={"authorization": "Basic abc"}))[:2] == (403, "FORBIDDEN")
    assert error(guest.get("/items/tags"))[2] == (
        'You don\'t have permission to access collection "tags" or it does not exist. Queried in root.'
    )


def test_system_collections_have_paths_of_their_own(admin: httpx.Client) -> None:
    bare = (403, "FORBIDDEN", "You don't have permission to access this.")
    assert error(admin.get("/items/directus_users")) == bare
    assert error(admin.post("/items/directus_users", json={})) == bare


def test_only_json_bodies_are_read(admin: httpx.Client) -> None:
    answer = admin.patch("/items/tags", content="name=x", headers={"content-type": "application/x-www-form-urlencoded"})
    assert error(answer) == (400, "INVALID_PAYLOAD", 'Invalid payload. "data" is required.')


@pytest.mark.parametrize(
    "query",
    [
        "filter=" + "[" * 3000,
        "filter[a]" + "[b]" * 40 + "=1",
        "fields=" + "a." * 200 + "b",
        "sort=" + ",".join(["name"] * 200),
        "deep=" + '{"a":' * 100 + "1" + "}" * 100,
        "limit=99999999999999999999999999",
        "filter[name][_in]=" + ",".join(["x"] * 20000),
        "filter[id]=99999999999999999999",
        "search=" + "x" * 5000,
        "filter[name]=%00",
        "offset=99999999999999",
        "page=999999999999",
        "filter[name][_contains]=%ff%fe",
    ],
)
def test_absurd_queries_are_answered(admin: httpx.Client, query: str) -> None:
    answer = admin.get(f"/items/tags?{query}")
    assert answer.status_code in (200, 400, 403), answer.text
    assert admin.get("/items/tags/1").status_code == 200
