"""`/server/specs/oas`: a valid description of what is served, no more than its reader may know, and one that can be
driven against the server without breaking it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.servers import PASSWORD, Server, running_server

from satchel import Satchel
from satchel.wire.directus.routes import directus_mount

pytestmark = pytest.mark.process

POLICY = "bbbbbbbb-0000-4000-8000-000000000001"
DRIVE_SECONDS = 15
DANGEROUS = "^/graphql|^/files/import|^/users/me|^/extensions/registry"
SERVICES = "^/(auth|assets|server|extensions|utils|settings/owner|shares|versions)(/|$)|^/files/tus"


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    meta = more.pop("meta", {})
    return {"field": name, "type": kind, "meta": meta, "schema": {"is_nullable": True, **more}}


NUMBER_KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
COLLECTIONS: list[dict[str, Any]] = [
    {"collection": "authors", "fields": [NUMBER_KEY, field("name", "string", is_nullable=False, max_length=50)]},
    {
        "collection": "articles",
        "meta": {"note": "What we write."},
        "fields": [
            {"field": "id", "type": "uuid", "meta": {"special": ["uuid"]}, "schema": {"is_primary_key": True}},
            field("title", "string", is_nullable=False, meta={"note": "Short."}),
            field("body", "text"),
            field("secret", "string"),
            field("count", "bigInteger"),
            field("price", "decimal", numeric_precision=10, numeric_scale=2),
            field("published", "boolean", default_value=False),
            field("on", "date"),
            field("at", "timestamp"),
            field("then", "dateTime"),
            field("hour", "time"),
            field("tags", "csv", meta={"special": ["cast-csv"]}),
            field("data", "json", meta={"special": ["cast-json"]}),
            field("author", "integer", meta={"special": ["m2o"]}),
        ],
    },
    {"collection": "my site!", "meta": {"singleton": True}, "fields": [NUMBER_KEY, field("name", "string")]},
    {"collection": "my_site", "fields": [NUMBER_KEY, field("name", "string")]},
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {"log_level": "warning", "outbound_timeout_seconds": 1}
    with running_server(tmp_path_factory.mktemp("data"), settings=settings) as started:
        with started.client(started.directus_token()) as admin:
            for collection in COLLECTIONS:
                assert admin.post("/collections", json={**collection, "schema": {}}).status_code == 200, collection
            alias = {"field": "articles", "type": "alias", "meta": {"special": ["o2m"]}}
            assert admin.post("/fields/authors", json=alias).status_code == 200
            relation = {"collection": "articles", "field": "author", "related_collection": "authors"}
            answer = admin.post("/relations", json={**relation, "meta": {"one_field": "articles"}})
            assert answer.status_code == 200, answer.text
        yield started


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.directus_token()) as client:
        yield client


def document(client: httpx.Client) -> dict[str, Any]:
    answer = client.get("/server/specs/oas")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    OpenAPIV31SpecValidator(found).validate()
    return found


def test_the_description_is_valid_and_whole(admin: httpx.Client) -> None:
    found = document(admin)
    assert found["openapi"] == "3.1.0"
    assert set(found["paths"]["/items/articles"]) == {"get", "post", "patch", "delete"}
    assert set(found["paths"]["/items/articles/{id}"]) == {"parameters", "get", "patch", "delete"}
    assert found["paths"]["/items/articles"]["get"]["operationId"] == "readItemsArticles"
    assert set(found["paths"]["/items/my%20site%21"]) == {"get", "patch"}
    assert {"name": "ItemsArticles", "x-collection": "articles", "description": "What we write."} in found["tags"]
    schemas = found["components"]["schemas"]
    assert schemas["ItemsMySite"]["x-collection"] == "my site!"
    assert schemas["ItemsMySite2"]["x-collection"] == "my_site"
    properties = schemas["ItemsArticles"]["properties"]
    assert properties["title"] == {"type": "string", "description": "Short."}
    assert properties["at"] == {"type": ["string", "null"], "format": "date-time"}
    to_author = [{"type": "integer"}, {"$ref": "#/components/schemas/ItemsAuthors"}, {"type": "null"}]
    assert properties["author"] == {"anyOf": to_author}
    assert schemas["ItemsAuthors"]["properties"]["articles"]["type"] == ["array", "null"]
    created = found["paths"]["/items/articles"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert created["anyOf"][0]["allOf"][1] == {"required": ["title"]}


def test_everything_in_it_is_served(admin: httpx.Client) -> None:
    for path, operations in document(admin)["paths"].items():
        if path.startswith("/files/tus"):
            continue  # OPTIONS is a question of its own there
        there = re.sub(r"\{\w+\}", "00000000-0000-4000-8000-000000000000", path)
        allowed = admin.options(there).headers.get("allow", "").split(",")
        missing = {method.upper() for method in operations if method != "parameters"} - set(allowed)
        assert not missing, (path, missing)


async def test_everything_that_is_served_is_in_it(admin: httpx.Client, tmp_path: Path) -> None:
    """The router's own table against the description. OpenAPI 3.1 has no word for the method SEARCH."""
    app = Satchel(data_dir=str(tmp_path))
    await app.startup()
    try:
        served = {(method, pattern) for method, pattern in directus_mount(app).router.patterns if method != "SEARCH"}
    finally:
        await app.shutdown()
    told = {
        (method.upper(), bare(path))
        for path, operations in document(admin)["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert len(served) > 100
    missing = {(method, path) for method, path in served if (method, bare(path)) not in told}
    # of these there is one for each collection
    assert missing == {(method, "/items/{collection}") for method in ("GET", "POST", "PATCH", "DELETE")} | {
        (method, "/items/{collection}/{key}") for method in ("GET", "PATCH", "DELETE")
    }


def bare(path: str) -> str:
    """A path without the names in it."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_system_collections_are_in_it(admin: httpx.Client) -> None:
    paths = document(admin)["paths"]
    for path in ("/users", "/users/{id}", "/users/me", "/roles", "/policies", "/permissions", "/settings", "/files"):
        assert path in paths
    assert "post" not in paths["/activity"]
    assert "/sessions" not in paths


def test_it_says_no_more_than_its_reader_may_know(server: Server, admin: httpx.Client) -> None:
    policy = {"id": POLICY, "name": "Reads", "admin_access": False, "app_access": False}
    assert admin.post("/policies", json=policy).status_code == 200
    for action, fields in (("read", ["id", "title", "author"]), ("create", ["title", "secret"])):
        permission = {"policy": POLICY, "collection": "articles", "action": action, "fields": fields, "permissions": {}}
        assert admin.post("/permissions", json=permission).status_code == 200
    user = {"email": "reader@x.io", "password": PASSWORD, "policies": [{"policy": POLICY}]}
    assert admin.post("/users", json=user).status_code == 200
    with server.client(server.directus_token("reader@x.io", PASSWORD)) as reader:
        found = document(reader)
    assert set(found["paths"]["/items/articles"]) == {"get", "post"}
    assert set(found["paths"]["/items/articles/{id}"]) == {"parameters", "get"}
    schemas = found["components"]["schemas"]
    assert list(schemas["ItemsArticles"]["properties"]) == ["id", "title", "author"]
    assert list(schemas["CreateItemsArticles"]["properties"]) == ["title", "secret"]
    assert schemas["ItemsArticles"]["properties"]["author"] == {"type": ["integer", "null"]}
    assert "authors" not in str(found)
    assert "/collections" in found["paths"]
    assert "post" not in found["paths"]["/collections"]
    guest = document(server.client())
    assert "/auth/login" in guest["paths"]
    assert not {"/schema/snapshot", "/roles/me", "/users/invite"} & set(guest["paths"])
    # a new installation has users who sign up themselves; nothing else is for everybody
    assert {path for path in guest["paths"] if path.startswith("/items")} == {"/items/users", "/items/users/{id}"}
    assert "title" not in str(guest["components"]["schemas"])


def test_it_follows_the_data_model(admin: httpx.Client) -> None:
    assert admin.post("/fields/authors", json=field("nick", "string")).status_code == 200
    assert "nick" in document(admin)["components"]["schemas"]["ItemsAuthors"]["properties"]
    assert admin.delete("/fields/authors/nick").status_code == 204
    assert "nick" not in document(admin)["components"]["schemas"]["ItemsAuthors"]["properties"]


@pytest.fixture(scope="module")
def driver(admin: httpx.Client) -> str:
    """The token of an admin who only drives."""
    token = "drives-the-description-0123456789"
    me = admin.get("/users/me?fields=id,role").json()["data"]
    user = {"email": "driver@x.io", "password": PASSWORD, "role": me["role"], "token": token}
    assert admin.post("/users", json=user).status_code == 200
    return token


@pytest.mark.parametrize(("which", "seconds"), [("include", DRIVE_SECONDS), ("exclude", DRIVE_SECONDS)])
def test_driving_it_breaks_nothing(server: Server, driver: str, which: str, seconds: int, tmp_path: Path) -> None:
    """Schemathesis makes requests from the description, right and wrong ones; no answer may be the server's fault."""
    command = [
        *(sys.executable, "-W", "ignore", "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"),
        *(f"{server.url}/server/specs/oas", "-H", f"Authorization: Bearer {driver}"),
        *("--checks", "not_a_server_error", "--phases", "coverage,fuzzing", "--max-examples", "2", "--mode", "all"),
        *("--seed", "1", "--workers", "1", "--max-time", str(seconds), "--no-color", "--no-shrink"),
        *("--suppress-health-check", "all", "--warnings", "off", "--generation-database", "none"),
        *((f"--{which}-path-regex", SERVICES) if which == "include" else ()),
        # who drives must stay who they are; graphql and pieces of uploads have tests of their own; importing calls
        # other servers
        *("--exclude-operation-id", "deleteUsers", "--exclude-operation-id", "updateUsers"),
        *("--exclude-operation-id", "appendToUpload", "--exclude-operation-id", "overrideUpload"),
        *("--exclude-path-regex", DANGEROUS if which == "include" else f"{DANGEROUS}|{SERVICES}"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=seconds + 50)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
