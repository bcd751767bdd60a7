"""GraphQL documents without a server: what costs too much, subscriptions, and names that schemas can't hold."""

from __future__ import annotations

import contextlib
import json
from time import perf_counter
from typing import Any

import pytest
from graphql import GraphQLError, execute_sync, get_introspection_query, parse
from tests.policy.magazine import magazine

from satchel.errors import InvalidQuery
from satchel.expr.syntax_tree import TreeLimits
from satchel.model.catalog import Catalog, Collection, Field
from satchel.plan.query import Select
from satchel.policy.grants import admin_grants
from satchel.wire.directus.graphql.documents import DocumentLimits, Documents, InvalidDocument
from satchel.wire.directus.graphql.introspection import introspect
from satchel.wire.directus.graphql.schema import Builder
from satchel.wire.directus.graphql.schemas import CallersSchema
from satchel.wire.directus.graphql.sdl import schema_text
from satchel.wire.directus.graphql.selection import Budget, Walker
from satchel.wire.directus.graphql.subscriptions import Subscribed, read_subscription
from satchel.wire.directus.parameters import Bounds
from satchel.wire.directus.query import Rules

RULES = Rules(100, Bounds(), TreeLimits())


def known(catalog: Catalog | None = None, limits: DocumentLimits | None = None) -> CallersSchema:
    catalog = catalog or magazine()
    schema = Builder(catalog, admin_grants(catalog), "items").build({}, {})
    return CallersSchema(catalog, schema, Documents(schema, limits or DocumentLimits()))


@pytest.fixture(scope="module")
def posts() -> CallersSchema:
    return known()


def subscribe(posts: CallersSchema, text: str, variables: Any = None) -> Subscribed:
    return read_subscription(posts, posts.documents.read(text), RULES, variables or {}, None)


def test_a_subscription_says_what_it_follows(posts: CallersSchema) -> None:
    found = subscribe(
        posts,
        """subscription S($e: EventEnum) { new: posts_mutated(event: $e) {
          key what: event __typename data { id name by: author { name } } names: data { name }
        } }""",
        {"e": "create"},
    )
    assert (found.collection, found.event, found.key, found.wants_data) == ("posts", "create", "new", True)
    assert [item.key for item in found.query.select] == ["data", "names"]
    assert found.query.select[0].children[2] == Select("author", "by", (Select("name", "name"),))
    told = found.payload("7", "create", b'{"data":{"id":"7","name":"x","by":null},"names":{"name":"x"}}')
    assert told == (
        b'{"data":{"new":{"key":"7","what":"create","__typename":"posts_mutated",'
        b'"data":{"id":"7","name":"x","by":null},"names":{"name":"x"}}}}'
    )
    gone = subscribe(posts, "subscription { posts_mutated { event key data { name } } }")
    assert gone.event is None
    assert gone.payload("7", "delete", None) == b'{"data":{"posts_mutated":{"event":"delete","key":"7","data":null}}}'


def test_only_subscriptions_are_followed(posts: CallersSchema) -> None:
    with pytest.raises(GraphQLError, match="Only subscriptions"):
        subscribe(posts, "{ posts { id } }")
    with pytest.raises(InvalidDocument):
        subscribe(posts, "subscription { posts_mutated { key } tags_mutated { key } }")
    with pytest.raises(InvalidDocument) as caught:
        subscribe(posts, "subscription($e: EventEnum) { posts_mutated(event: $e) { key } }", {"e": "steal"})
    assert "EventEnum" in caught.value.errors[0]["message"]
    with pytest.raises(InvalidDocument):
        subscribe(posts, "subscription { posts_mutated { x: key x: event } }")


def wrong(posts: CallersSchema, text: str) -> str:
    with pytest.raises(InvalidDocument) as caught:
        posts.documents.read(text)
    return str(caught.value.errors[0]["message"])


def test_what_is_too_long_or_too_deep_is_not_even_parsed(posts: CallersSchema) -> None:
    assert "5000 tokens" in wrong(posts, "{ posts { " + "id " * 6000 + "} }")
    assert "levels deep" in wrong(posts, "{ a" * 5000)
    assert "levels deep" in wrong(posts, "{ posts(filter: " + "{_and: [" * 2000)
    # brackets in texts and remarks are no nesting
    posts.documents.read('{ posts(search: "' + "{" * 300 + '") { id # ' + "[" * 300 + "\n } }")


@pytest.mark.parametrize(
    "text",
    [
        "{ posts { " + "name " * 4900 + "} }",
        "{ " + "posts { id } " * 1200 + "}",
        "{ posts { " + "...F " * 1500 + "} } fragment F on posts { name }",
        "{ posts { " + " ".join(f"...F{n}" for n in range(500)) + " } } "
        + " ".join(f"fragment F{n} on posts {{ name }}" for n in range(500)),
        " ".join(f"query Q{n} {{ posts {{ ...F }} }}" for n in range(450)) + " fragment F on posts { name }",
        "query(" + " ".join(f"$v{n}: Int" for n in range(1200)) + ") { posts { id } }",
        "{ posts(filter: {_or: [" + '{name: {_eq: "x"}} ' * 450 + "]}) { id } }",
        "{ " + "nope " * 4000 + "}",
    ],
)  # fmt: skip
def test_hostile_documents_are_read_in_no_time(posts: CallersSchema, text: str) -> None:
    started = perf_counter()
    with contextlib.suppress(InvalidDocument):
        posts.documents.read(text)
    assert perf_counter() - started < 2.0


def test_introspection_can_be_switched_off() -> None:
    closed = known(limits=DocumentLimits(introspection=False))
    assert "introspection" in wrong(closed, "{ __schema { queryType { name } } }").lower()
    closed.documents.read("{ posts { __typename } }")


def walker(posts: CallersSchema, text: str) -> tuple[Walker, dict[str, Any]]:
    document = posts.documents.read(text)
    made = Walker(posts.schema, document.fragments, None, Budget(10_000, 10_000))
    assert posts.schema.query_type is not None
    return made, made.collect(posts.schema.query_type, [document.operations[0].selection_set])


async def test_a_schema_tells_what_graphql_core_would_tell(posts: CallersSchema) -> None:
    text = get_introspection_query()
    made, asked = walker(posts, text)
    expected = execute_sync(posts.schema, parse(text)).data
    assert expected is not None
    told = await introspect(made, posts.schema, asked, 1_000_000)
    assert json.loads(told["__schema"]) == expected["__schema"]


async def test_what_a_schema_tells_has_an_end(posts: CallersSchema) -> None:
    part = "fields { type { ofType { fields { name type { name } } } fields { name } } }"
    made, asked = walker(posts, f"{{ a: __schema {{ types {{ {part} }} }} b: __schema {{ types {{ {part} }} }} }}")
    with pytest.raises(InvalidQuery, match="at most 5000 fields"):
        await introspect(made, posts.schema, asked, 5000)


def test_names_that_schemas_cannot_hold_are_left_out() -> None:
    def table(name: str, *fields: str) -> Collection:
        made = {field: Field(field, "string", field) for field in ("id", *fields)}
        return Collection(name, "main", name, key=("id",), fields=made)

    names = (
        "a",
        "a_filter",
        "a_quantifier",
        "a b",
        "1st",
        "Query",
        "String",
        "__x",
        "version_a",
        "date_functions",
        "b-c",
    )
    catalog = Catalog.build([table(name, "ok", "not ok", "__no", "ä") for name in names])
    found = known(catalog)
    queries = set(found.schema.query_type.fields) if found.schema.query_type else set()
    assert queries == {"a", "a_by_id", "a_aggregated", "a_by_version"}
    text = schema_text(found.schema)
    assert "type a {\n  id: ID!\n  ok: String\n}" in text


def test_collections_whose_json_fields_make_one_name_stay_both() -> None:
    def table(name: str, field: str) -> Collection:
        fields = {"id": Field("id", "string", "id"), field: Field(field, "json", field)}
        return Collection(name, "main", name, key=("id",), fields=fields)

    found = known(Catalog.build([table("posts", "tags_meta"), table("posts_tags", "meta"), table("auth_logs", "x")]))
    text = schema_text(found.schema)
    assert text.count("type posts_tags_meta_func {") == 1
    assert {"type posts {", "type posts_tags {", "type auth_logs {"} <= set(text.splitlines())
