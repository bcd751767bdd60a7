"""GraphQL: what each caller's schema shows, the system scope, and the manners of both endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import Server, running_server
from tests.wire.directus.asking import Asking
from tests.wire.directus.library import EMMA, build
from tests.wire.directus.test_recordings import without_users

pytestmark = pytest.mark.process

SYSTEM = "/graphql/system"


@dataclass
class World:
    """A library with its admin, and an editor whose permissions each test gives."""

    server: Server
    admin: httpx.Client
    editor: httpx.Client
    guest: httpx.Client
    role: str
    user: str
    policy: str
    second: str

    def grant(self, collection: str, action: str, **more: Any) -> None:
        body = {"policy": self.policy, "collection": collection, "action": action, "fields": ["*"], **more}
        answer = self.admin.post("/permissions", json=body)
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"graphql_max_root_fields": 20, "graphql_max_fields": 2000}
    with running_server(tmp_path_factory.mktemp("callers"), settings=limits) as server:
        without_users(server)
        with server.client(server.directus_token()) as client:
            build(client)
        yield server


@pytest.fixture
def world(library: Server) -> Iterator[World]:
    with library.client(library.directus_token()) as admin, library.client("ed") as editor, library.client() as guest:
        policy = made(admin.post("/policies", json={"name": "Editor"}))
        second = made(admin.post("/policies", json={"name": "Second"}))
        nested = {"create": [{"policy": policy}], "update": [], "delete": []}
        role = made(admin.post("/roles", json={"name": "Editors", "policies": nested}))
        person = {"email": "ed@example.com", "password": "pw", "role": role, "token": "ed"}
        user = made(admin.post("/users", json=person))
        yield World(library, admin, editor, guest, role, user, policy, second)
        admin.delete(f"/users/{user}")
        admin.delete(f"/roles/{role}")
        admin.request("DELETE", "/policies", json=[policy, second])
        admin.request("DELETE", "/permissions", json={"query": {"limit": -1}})


def made(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["id"])


def fields_of(ask: Asking, name: str, kind: str = "fields") -> dict[str, str]:
    """The fields of a type → their types, as the schema itself tells them; {} if there is no such type."""
    of = "kind name ofType { kind name ofType { kind name ofType { name } } }"
    part = f'__type(name: "{name}") {{ fields {{ name type {{ {of} }} }} inputFields {{ name type {{ {of} }} }} }}'
    found = ask.data(f"{{ {part} }}")["__type"]
    return {} if found is None else {item["name"]: written(item["type"]) for item in found[kind] or ()}


def written(kind: Any) -> str:
    if kind.get("kind") == "NON_NULL":
        return written(kind["ofType"]) + "!"
    return f"[{written(kind['ofType'])}]" if kind.get("kind") == "LIST" else kind["name"]


# --- what is there


def test_a_schema_shows_only_what_its_caller_may_use(world: World) -> None:
    editor, guest = Asking(world.editor), Asking(world.guest)
    assert fields_of(guest, "Query") == {"_empty": "Void"}
    assert guest.data("{ _empty }") == {"_empty": None}
    assert guest.invalid("{ books { title } }") == ['Cannot query field "books" on type "Query".']
    world.grant("books", "read", fields=["id", "title", "author"])
    queries = fields_of(editor, "Query")
    assert set(queries) == {"books", "books_by_id", "books_aggregated", "books_by_version"}
    # a relation that leads nowhere is a plain value, like its filter
    assert fields_of(editor, "books") == {"id": "ID!", "title": "String!", "author": "Int"}
    assert editor.data("{ books(filter: {author: {_eq: 1}}) { author } }")["books"] == [{"author": 1}]
    assert fields_of(editor, "authors") == {}
    assert fields_of(editor, "Mutation") == {}
    assert set(fields_of(editor, "books_aggregated_count")) == {"id", "title", "author"}
    for question in ("{ books { pages } }", "{ books(filter: {pages: {_gt: 1}}) { id } }", "{ authors { id } }"):
        assert editor.invalid(question)
    # what a text names is checked where it is used
    assert editor.failed('{ books(sort: ["pages"]) { id } }')[0] is None
    assert editor.failed('{ books_aggregated(groupBy: ["pages"]) { group } }')[0] is None
    # a permission that comes later shows at once
    world.grant("authors", "read", fields=["id", "name"])
    assert fields_of(editor, "books")["author"] == "authors"
    assert editor.data('{ books(filter: {author: {name: {_eq: "Jane"}}}) { author { name } } }')["books"] == [
        {"author": {"name": "Jane"}}
    ]


def test_rules_that_only_list_or_only_view_give_what_they_say(world: World) -> None:
    """PocketBase's rules tell lists from single items; a permission to read gives both."""
    editor, guest = Asking(world.editor), Asking(world.guest)
    world.grant("books", "read", fields=["id", "title", "author"])
    where = '{ books(filter: {author: {name: {_eq: "Jane"}}}) { id } }'

    def rules(**given: str | None) -> None:
        body = {"listRule": None, "viewRule": None, **given}
        with world.server.client(world.server.pocketbase_token()) as superuser:
            answer = superuser.patch("/api/collections/authors", json=body)
            assert answer.status_code == 200, answer.text

    try:
        rules(listRule="")
        assert set(fields_of(guest, "Query")) == {"authors", "authors_aggregated"}
        assert fields_of(editor, "books")["author"] == "Int", "whose items may not be shown: its key"
        assert {type(book["author"]) for book in editor.data("{ books { author } }")["books"]} <= {int, type(None)}
        assert editor.data(where)["books"], "asking for it is a list"
        rules(viewRule="name = 'Jane'")
        assert set(fields_of(guest, "Query")) == {"authors_by_id", "authors_by_version"}
        assert fields_of(editor, "books")["author"] == "authors"
        names = {(book["author"] or {}).get("name") for book in editor.data("{ books { author { name } } }")["books"]}
        assert "Jane" in names <= {"Jane", None}
        assert editor.invalid(where)
    finally:
        rules()


def test_rows_that_are_hidden_are_not_there(world: World) -> None:
    editor = Asking(world.editor)
    world.grant("books", "read", permissions={"title": {"_eq": "Dune"}})
    world.grant("authors", "read", fields=["id", "name"], permissions={"name": {"_eq": "Jane"}})
    assert editor.data("{ books { title author { name } } }")["books"] == [{"title": "Dune", "author": None}]
    assert editor.data("{ books_aggregated { countAll } authors { name } }") == {
        "books_aggregated": [{"countAll": 1}], "authors": [{"name": "Jane"}],
    }  # fmt: skip
    found, (error,) = editor.failed(f'{{ books_by_id(id: "{EMMA}") {{ title }} }}')
    assert (found, error["extensions"]) == ({"books_by_id": None}, {"code": "FORBIDDEN"})


def test_a_field_that_some_rows_hide_may_be_null(world: World) -> None:
    editor = Asking(world.editor)
    world.grant("books", "read", fields=["id", "title"], permissions={"title": {"_eq": "Dune"}})
    world.admin.post("/access", json={"user": world.user, "policy": world.second})
    wider = {"policy": world.second, "collection": "books", "action": "read", "fields": ["id"], "permissions": {}}
    assert world.admin.post("/permissions", json=wider).status_code == 200
    assert fields_of(editor, "books") == {"id": "ID!", "title": "String"}
    assert editor.data('{ books(sort: ["-id"]) { title } }')["books"] == [{"title": "Dune"}, {"title": None}]


def test_writing_without_reading_answers_that_it_was_done(world: World) -> None:
    editor = Asking(world.editor)
    world.grant("tags", "create", presets={"name": "preset"})
    assert fields_of(editor, "Mutation") == {"create_tags_items": "Boolean", "create_tags_item": "Boolean"}
    assert editor.data("mutation { create_tags_item(data: {}) }") == {"create_tags_item": True}
    names = [item["name"] for item in Asking(world.admin).data("{ tags { name } }")["tags"]]
    assert "preset" in names
    assert editor.invalid("mutation { delete_tags_item(id: 1) { id } }")
    # a preset is a value: nobody has to send it
    world.grant("authors", "create", presets={"name": "Preset"})
    assert fields_of(editor, "create_authors_input", "inputFields")["name"] == "String"
    world.grant("tags", "delete", permissions={"name": {"_eq": "preset"}})
    world.grant("tags", "read")
    assert editor.data("{ tags_aggregated { countAll } }")["tags_aggregated"][0]["countAll"] >= 1
    found, (error,) = editor.failed("mutation { delete_tags_item(id: 1) { id } }")
    assert (found, error["extensions"]["code"]) == ({"delete_tags_item": None}, "FORBIDDEN")
    preset = Asking(world.admin).data('{ tags(filter: {name: {_eq: "preset"}}) { id } }')["tags"][0]["id"]
    assert editor.data(f"mutation {{ delete_tags_item(id: {preset}) {{ id }} }}")["delete_tags_item"]["id"] == preset


def test_relations_in_payloads_follow_permissions(world: World) -> None:
    editor = Asking(world.editor)
    world.grant("books", "create")
    world.grant("books", "read")
    world.grant("authors", "read")
    plain = fields_of(editor, "create_books_input", "inputFields")
    assert plain["author"] == "Int"
    assert "notes" not in plain
    done = editor.data('mutation { create_books_item(data: {title: "Linked", author: 1}) { id author { name } } }')
    assert done["create_books_item"]["author"] == {"name": "Jane"}
    world.grant("authors", "create", presets={"name": "nobody"})
    assert fields_of(editor, "create_books_input", "inputFields")["author"] == "create_authors_input"
    again = editor.data('mutation { create_books_item(data: {title: "L2", author: {id: 1}}) { id author { name } } }')
    assert again["create_books_item"]["author"] == {"name": "Jane"}
    ids = [done["create_books_item"]["id"], again["create_books_item"]["id"]]
    Asking(world.admin).data("mutation($i: [ID]!) { delete_books_items(ids: $i) { ids } }", {"i": ids})


def test_messages_suggest_nothing(world: World) -> None:
    world.grant("books", "read", fields=["id"])
    for question in ("{ book { id } }", "{ books { titel } }", "{ books(filtre: 1) { id } }"):
        assert all("Did you mean" not in message for message in Asking(world.editor).invalid(question))
    for question, sent in (
        ("query($v: books_filter) { books(filter: $v) { id } }", {"titel": {"_eq": "s3cret-value"}}),
        ("query($v: books_filter) { books(filter: $v) { id } }", "s3cret-value"),
        ("query($v: Int) { books(limit: $v) { id } }", "s3cret-value"),
        ("query($v: Int) { books(limit: $v) { id } }", {"x: y": "s3cret-value\n"}),
        ("query($v: String) { books(search: $v) { id } }", ["s3cret-value", "x"]),
        ("query($v: books_filter) { books(filter: $v) { id } }", {"id": {"_in": ["1", {"a": "s3cret-value"}]}}),
    ):
        _, (error,) = Asking(world.editor).failed(question, {"v": sent})
        assert "Did you mean" not in error["message"]
        assert "s3cret-value" not in error["message"]


# --- manners


def test_get_asks_and_post_changes(world: World) -> None:
    admin = world.admin
    answer = admin.get(
        "/graphql", params={"query": "query($n: Int) { tags(limit: $n) { name } }", "variables": '{"n":1}'}
    )
    assert answer.json() == {"data": {"tags": [{"name": "love"}]}}
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    same = admin.get("/graphql", params={"query": "{ tags { id } }"}, headers={"if-none-match": answer.headers["etag"]})
    assert same.status_code == 200
    refused = admin.get("/graphql", params={"query": "mutation { delete_tags_item(id: 1) { id } }"})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert refused.json() == {
        "errors": [
            {
                "message": 'Invalid method "GET" used. Should be one of "POST".',
                "extensions": {"allowed": ["POST"], "current": "GET", "code": "METHOD_NOT_ALLOWED"},
            }
        ]
    }
    for body in ({}, {"query": ""}, {"query": 5}, [{"query": "{ tags { id } }"}]):
        error = admin.post("/graphql", json=body).json()["errors"][0]
        assert error["message"] == "Invalid payload. Must provide query string."
    assert admin.get("/graphql").status_code == 400
    assert admin.post("/graphql", json={"query": "{ tags { id } }", "variables": [1]}).status_code == 400


def test_one_of_several_operations(world: World) -> None:
    ask = Asking(world.admin)
    both = "query A { tags(limit: 1) { id } } query B { tags(limit: 2) { id } }"
    assert len(ask.data(both, operationName="B")["tags"]) == 2
    assert ask.send(both).json() == {
        "errors": [
            {
                "message": "Must provide operation name if query contains multiple operations.",
                "extensions": {"code": "INTERNAL_SERVER_ERROR"},
            }
        ]
    }
    assert ask.failed(both, operationName="C")[1][0]["message"] == 'Unknown operation named "C".'
    _, (error,) = ask.failed("query($n: Int!) { tags(limit: $n) { id } }", {"n": "many"})
    assert error["message"].startswith('Variable "$n" has invalid value')
    assert ask.failed("subscription { tags_mutated { key } }")[1]


def test_limits(world: World) -> None:
    ask = Asking(world.admin)
    (message,) = ask.invalid("{ " + " ".join(f"a{n}: tags {{ id }}" for n in range(21)) + " }")
    assert message == "An operation can have at most 20 root fields."
    assert "5000 tokens" in ask.invalid("{ tags { " + "id " * 5000 + "} }")[0]
    deep = "author { books { " * 6 + "id" + " } }" * 6
    _, (error,) = ask.failed(f"{{ books {{ {deep} }} }}")
    assert error["message"] == "Invalid query. Max relational depth exceeded."
    # a fragment that holds two of the next one, and so on
    bomb = " ".join(
        f"fragment F{n} on {here} {{ a: {to} {{ ...F{n + 1} }} b: {to} {{ ...F{n + 1} }} }}"
        for n, (here, to) in enumerate([("books", "author"), ("authors", "books")] * 4)
    )
    _, (error,) = ask.failed(f"{{ books {{ ...F0 }} }} {bomb} fragment F8 on books {{ id }}")
    assert error["extensions"]["code"] == "INVALID_QUERY"
    wide = " ".join(f"a{n}: author {{ books {{ id }} }}" for n in range(400))
    _, (error,) = ask.failed(f"{{ books {{ {wide} }} }}")
    assert error["extensions"]["code"] == "INVALID_QUERY"
    none = ask.data("mutation($d: [create_tags_input!]) { create_tags_items(data: $d) { id } }", {"d": []})
    assert none == {"create_tags_items": []}


def test_rate_limits_count_root_fields_and_failures_are_not_kept(tmp_path: Path) -> None:
    with running_server(tmp_path, settings={"cache_enabled": "true", "cache_status_header": "x-kept"}) as server:
        with server.client(server.directus_token()) as admin:
            without_users(server)
            build(admin)
            public = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
            shown = {"policy": public, "collection": "tags", "action": "read", "fields": ["*"]}
            assert admin.post("/permissions", json=shown).status_code == 200
            rules = [{"label": "GET /items/tags", "maxRequests": 3, "duration": 60}]
            limits = {"rateLimits": {"enabled": True, "rules": rules}}
            headers = {"authorization": server.pocketbase_token()}
            kept = [admin.get("/graphql", params={"query": "{ tags { id } }"}).headers["x-kept"] for _ in range(2)]
            wrong = {"query": "{ tags_by_id(id: 99) { id } }"}
            failing = [admin.get("/graphql", params=wrong).headers["x-kept"] for _ in range(2)]
            assert (kept, failing) == (["MISS", "HIT"], ["MISS", "MISS"])
            changed = admin.patch("/api/settings", json=limits, headers=headers)
            assert changed.status_code == 200, changed.text
        with server.client() as client:
            guest = Asking(client)
            assert guest.data("{ a: tags { id } b: tags { id } }")
            _, (error,) = guest.failed("{ c: tags { id } d: tags { id } }")
            assert (error["extensions"]["code"], error["path"]) == ("REQUESTS_EXCEEDED", ["d"])
            assert client.get("/items/tags").status_code == 429


# --- the system scope


def test_the_server_and_the_schema(world: World) -> None:
    ask = Asking(world.admin, SYSTEM)
    found = ask.data(
        """{ server_ping server_info { project { project_name } queryLimit { default } } server_health
          mine: collections_by_name(name: "books") { collection meta { hidden } schema { name } }
          fields_in_collection(collection: "tags") { field type schema { is_primary_key data_type } }
          fields_by_name(collection: "books", field: "title") { type schema { is_nullable } }
          relations_in_collection(collection: "notes") { field related_collection meta { one_field } }
          relations_by_name(collection: "notes", field: "book") { related_collection }
          collections { __typename } fields { field } relations { field } }"""
    )
    assert found["server_ping"] == "pong"
    assert found["server_info"] == {"project": {"project_name": "Satchel"}, "queryLimit": {"default": 100}}
    assert found["server_health"]["status"] in ("ok", "warn")
    assert found["mine"] == {"collection": "books", "meta": {"hidden": False}, "schema": {"name": "books"}}
    assert [item["field"] for item in found["fields_in_collection"]] == ["id", "name"]
    assert found["fields_by_name"] == {"type": "string", "schema": {"is_nullable": False}}
    assert found["relations_in_collection"] == [
        {"field": "book", "related_collection": "books", "meta": {"one_field": "notes"}}
    ]
    assert found["collections"][0] == {"__typename": "directus_collections"}
    assert ask.failed('{ collections_by_name(name: "nope") { collection } }')[0] == {"collections_by_name": None}


def test_making_collections_fields_and_relations(world: World) -> None:
    ask = Asking(world.admin, SYSTEM)
    made = ask.data(
        """mutation {
          create_collections_item(data: {collection: "gears", schema: {}, meta: {note: "n"}, fields: [
            {field: "id", type: "integer", schema: {is_primary_key: true, has_auto_increment: true}}
          ]}) { collection meta { note } }
          create_fields_item(collection: "gears", data: {field: "name", type: "string"}) { field type }
          again: create_fields_item(collection: "gears", data: {field: "tag", type: "integer"}) { field }
          create_relations_item(data: {collection: "gears", field: "tag", related_collection: "tags"}) {
            related_collection
          }
          update_fields_item(collection: "gears", field: "name", data: {meta: {note: "x"}}) { meta { note } }
          update_collections_item(collection: "gears", data: {meta: {icon: "bolt"}}) { meta { icon } }
          update_relations_item(collection: "gears", field: "tag", data: {meta: {one_field: "gears"}}) {
            meta { one_field }
          }
        }"""
    )
    assert made["create_collections_item"] == {"collection": "gears", "meta": {"note": "n"}}
    assert made["update_relations_item"] == {"meta": {"one_field": "gears"}}
    # the schema of items follows
    items = Asking(world.admin)
    assert items.data('mutation { create_gears_item(data: {name: "g", tag: {id: 1}}) { tag { name } } }') == {
        "create_gears_item": {"tag": {"name": "love"}}
    }
    assert ask.data(
        """mutation {
          delete_relations_item(collection: "gears", field: "tag") { collection field }
          delete_fields_item(collection: "gears", field: "name") { field }
          delete_collections_item(collection: "gears") { collection }
        }"""
    ) == {
        "delete_relations_item": {"collection": "gears", "field": "tag"},
        "delete_fields_item": {"field": "name"},
        "delete_collections_item": {"collection": "gears"},
    }
    found, (error,) = ask.failed('mutation { delete_collections_item(collection: "gears") { collection } }')
    assert (found, error["extensions"]["code"]) == ({"delete_collections_item": None}, "FORBIDDEN")
    assert Asking(world.editor, SYSTEM).invalid('mutation { delete_collections_item(collection: "x") { field } }')


def test_the_caller(world: World) -> None:
    admin, editor, guest = (Asking(client, SYSTEM) for client in (world.admin, world.editor, world.guest))
    found = admin.data(
        """{ users_me { mail: email role { name } } roles_me { name }
          permissions_me policies_me_globals { admin_access } }"""
    )
    assert found["users_me"] == {"mail": world.server.email, "role": {"name": "Administrator"}}
    assert found["roles_me"] == [{"name": "Administrator"}]
    assert found["policies_me_globals"] == {"admin_access": True}
    assert found["permissions_me"]["books"]["read"]["access"] == "full"
    assert editor.invalid("{ users_me { id } }")
    world.grant("directus_users", "read", fields=["id", "first_name"], permissions={"id": {"_eq": "$CURRENT_USER"}})
    world.grant("directus_users", "update", fields=["first_name"], permissions={"id": {"_eq": "$CURRENT_USER"}})
    assert editor.data("{ users_me { id first_name } users { id } }") == {
        "users_me": {"id": world.user, "first_name": None}, "users": [{"id": world.user}],
    }  # fmt: skip
    assert editor.data('mutation { update_users_me(data: {first_name: "Ed"}) { first_name } }') == {
        "update_users_me": {"first_name": "Ed"}
    }
    assert fields_of(editor, "update_directus_users_input", "inputFields") == {"first_name": "String"}
    assert fields_of(guest, "Query").keys() & {"users_me", "users", "collections"} == set()


def test_system_collections(world: World) -> None:
    ask = Asking(world.admin, SYSTEM)
    made = ask.data(
        """mutation {
          create_roles_item(data: {name: "R", policies: [{policy: {name: "P", icon: "x"}}]}) {
            id policies { policy { name } }
          }
          update_settings(data: {project_name: "Ours"}) { project_name }
        }"""
    )
    assert made["create_roles_item"]["policies"] == [{"policy": {"name": "P"}}]
    assert made["update_settings"] == {"project_name": "Ours"}
    assert ask.data("{ settings { project_name } roles_aggregated { countAll } }")["settings"] == {
        "project_name": "Ours"
    }
    ask.data("mutation($i: ID!) { delete_roles_item(id: $i) { id } }", {"i": made["create_roles_item"]["id"]})
    ask.data('mutation { update_settings(data: {project_name: "Satchel"}) { id } }')
    assert ask.invalid("mutation { delete_activity_item(id: 1) { id } }")
    assert "activity" in fields_of(ask, "Query")


def test_signing_in(world: World) -> None:
    guest = Asking(world.guest, SYSTEM)
    login = "auth_login(email: $e, password: $p) { access_token expires refresh_token }"
    who = {"e": "ed@example.com", "p": "pw"}
    tokens = guest.data(f"mutation($e: String!, $p: String!) {{ {login} }}", who)["auth_login"]
    assert isinstance(tokens["expires"], str)
    with world.server.client(tokens["access_token"]) as signed_in:
        assert Asking(signed_in, SYSTEM).data("{ policies_me_globals { app_access } }")
    again = "mutation($t: String) { auth_refresh(refresh_token: $t) { refresh_token } }"
    fresh = guest.data(again, {"t": tokens["refresh_token"]})["auth_refresh"]["refresh_token"]
    out = "mutation($t: String) { auth_logout(refresh_token: $t) }"
    assert guest.data(out, {"t": fresh}) == {"auth_logout": True}
    found, (error,) = guest.failed(again, {"t": fresh})
    assert (found, error["extensions"]["code"]) == ({"auth_refresh": None}, "INVALID_CREDENTIALS")
    _, (error,) = guest.failed(f"mutation($e: String!, $p: String!) {{ {login} }}", {"e": "ed@example.com", "p": "x"})
    assert error["message"] == "Invalid user credentials."
    assert guest.invalid(f"mutation($e: String!, $p: String!) {{ a: {login} b: {login} }}", who) == [
        'The field "auth_login" can be used only once in an operation.'
    ]
    assert guest.invalid("{ a: server_health b: server_health }")
    with httpx.Client(base_url=world.server.url) as browser:
        by_cookie = Asking(browser, SYSTEM)
        done = by_cookie.send(
            "mutation($e: String!, $p: String!) { auth_login(email: $e, password: $p, mode: session) { expires } }", who
        )
        assert "directus_session_token" in done.headers["set-cookie"]
        assert by_cookie.data("{ policies_me_globals { admin_access } }") == {
            "policies_me_globals": {"admin_access": False}
        }


def code_of(ask: Asking, query: str, variables: Any = None) -> str:
    _, (error,) = ask.failed(query, variables)
    return str(error["extensions"]["code"])


def test_what_else_people_and_admins_can_do(world: World) -> None:
    """Each of these is the request that REST has for it, with its answers and refusals."""
    admin, editor, guest = (Asking(client, SYSTEM) for client in (world.admin, world.editor, world.guest))
    asked = 'mutation { auth_password_request(email: "nobody@example.com", reset_url: null) }'
    assert guest.data(asked) == {"auth_password_request": True}
    assert code_of(guest, 'mutation { auth_password_reset(token: "x", password: "y") }') == "INVALID_TOKEN"
    assert code_of(guest, 'mutation { users_invite_accept(token: "x", password: "y") }') == "INVALID_TOKEN"
    assert code_of(guest, 'mutation { users_register(email: "a@b.io", password: "y") }') == "FORBIDDEN"
    assert code_of(guest, 'mutation { users_register_verify(token: "x") }') == "INVALID_TOKEN"
    assert guest.invalid('mutation { users_invite(email: "a@b.io", role: "x") }')
    invite = 'mutation($r: String!) { users_invite(email: "new@example.com", role: $r) }'
    assert admin.data(invite, {"r": world.role}) == {"users_invite": True}
    (invited,) = admin.data('{ users(filter: {email: {_eq: "new@example.com"}}) { id status } }')["users"]
    assert invited["status"] == "invited"
    admin.data("mutation($i: ID!) { delete_users_item(id: $i) { id } }", {"i": invited["id"]})
    generate = 'mutation { users_me_tfa_generate(password: "pw") { secret otpauth_url } }'
    secret = editor.data(generate)["users_me_tfa_generate"]
    assert secret["otpauth_url"].startswith("otpauth://totp/")
    enable = 'mutation($s: String!) { users_me_tfa_enable(secret: $s, otp: "000000") }'
    assert code_of(editor, enable, {"s": secret["secret"]}) == "FORBIDDEN"
    assert code_of(admin, enable, {"s": secret["secret"]}) == "INVALID_PAYLOAD"
    assert code_of(editor, generate.replace("pw", "wrong")) == "INVALID_CREDENTIALS"
    assert admin.data("mutation { utils_cache_clear }") == {"utils_cache_clear": None}
    assert editor.invalid("mutation { utils_cache_clear }")
    assert admin.data("{ server_specs_oas }")["server_specs_oas"]["openapi"].startswith("3.")


def test_going_back_to_a_revision(world: World) -> None:
    items, system = Asking(world.admin), Asking(world.admin, SYSTEM)
    tag = items.data('mutation { create_tags_item(data: {name: "before"}) { id } }')["create_tags_item"]["id"]
    items.data('mutation($i: ID!) { update_tags_item(id: $i, data: {name: "after"}) { id } }', {"i": tag})
    query = '{ revisions(filter: {collection: {_eq: "tags"}}, sort: ["id"]) { id item data activity { action } } }'
    found = [item for item in system.data(query)["revisions"] if item["item"] == tag]
    assert [item["activity"]["action"] for item in found] == ["create", "update"]
    system.data("mutation($r: ID!) { utils_revert(revision: $r) }", {"r": found[0]["id"]})
    assert items.data("query($i: ID!) { tags_by_id(id: $i) { name } }", {"i": tag}) == {
        "tags_by_id": {"name": "before"}
    }
    assert code_of(system, "mutation { utils_revert(revision: 999999) }") == "FORBIDDEN"
    items.data("mutation($i: ID!) { delete_tags_item(id: $i) { id } }", {"i": tag})


def test_what_is_drawn_by_chance(world: World) -> None:
    found = Asking(world.admin, SYSTEM).data("mutation { utils_random_string(length: 5) b: utils_random_string }")
    assert (len(found["utils_random_string"]), len(found["b"])) == (5, 32)
    assert Asking(world.admin, SYSTEM).failed("mutation { utils_random_string(length: 100000) }")[1]


def test_introspection(world: World) -> None:
    query = """query($name: String!) {
      __schema { queryType { name } mutationType { name } types { name } }
      __type(name: $name) { name fields { name } }
      tags(limit: 1) { name }
    }"""
    found = Asking(world.admin).data(query, {"name": "tags"})
    assert found["__type"] == {"name": "tags", "fields": [{"name": "id"}, {"name": "name"}]}
    assert found["tags"] == [{"name": "love"}]
    assert list(found) == ["__schema", "__type", "tags"]
