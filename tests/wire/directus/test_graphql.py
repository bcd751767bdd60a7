"""GraphQL: questions and changes about items, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.servers import Server
from tests.wire.directus.asking import Asking
from tests.wire.directus.library import DUNE, EMMA, build

pytestmark = [pytest.mark.process, pytest.mark.dialects]


@pytest.fixture(scope="module")
def ask(server_on: Server) -> Iterator[Asking]:
    with server_on.client(server_on.directus_token()) as client:
        build(client)
        yield Asking(client)


def test_values_are_written_as_their_types_say(ask: Asking) -> None:
    (found,) = ask.data(
        '{ books(filter: {title: {_eq: "Emma"}}) {'
        " id title pages price copies rare labels data published author { id name born secret } } }"
    )["books"]
    assert found == {
        "id": EMMA,
        "title": "Emma",
        "pages": 474,
        "price": 9.5,
        "copies": "9007199254740993",
        "rare": True,
        "labels": ["old", "fun"],
        "data": {"shelf": {"row": 7}},
        "published": "1815-12-23T10:00:00",
        "author": {"id": "1", "name": "Jane", "born": "1775-12-16", "secret": "**********"},
    }


def test_names_fragments_directives_and_variables(ask: Asking) -> None:
    query = """
    query All($skip: Boolean!, $only: books_filter, $n: Int = 1) {
      cheap: books(filter: $only) { ...Basics name: title again: title @skip(if: $skip) }
      books(sort: ["title"], limit: $n) { __typename ... on books { title @include(if: $skip) } ... { pages } }
      __typename
    }
    fragment Basics on books { id by: author { ...Person } }
    fragment Person on authors { name books { title } }
    """
    found = ask.data(query, {"skip": True, "only": {"price": {"_gt": 10}}})
    by = {"name": "Frank", "books": [{"title": "Dune"}]}
    assert found == {
        "cheap": [{"id": DUNE, "by": by, "name": "Dune"}],
        "books": [{"__typename": "books", "title": "Dune", "pages": 412}],
        "__typename": "Query",
    }
    # the order of an answer is that of the question
    assert list(found) == ["cheap", "books", "__typename"]
    assert list(found["cheap"][0]) == ["id", "by", "name"]


def test_lists_within_lists_have_arguments_of_their_own(ask: Asking) -> None:
    query = """{ books(sort: ["title"]) {
      title
      last: notes(sort: ["-id"], limit: 1) { text }
      few: notes(filter: {text: {_contains: "ir"}}, sort: ["id"]) { text book { title } }
      tags { tags_id { name } }
      notes_func { n: count }
    } }"""
    assert ask.data(query)["books"] == [
        {"title": "Dune", "last": [], "few": [], "tags": [{"tags_id": {"name": "sand"}}], "notes_func": {"n": 0}},
        {
            "title": "Emma",
            "last": [{"text": "third"}],
            "few": [{"text": "first", "book": {"title": "Emma"}}, {"text": "third", "book": {"title": "Emma"}}],
            "tags": [{"tags_id": {"name": "love"}}],
            "notes_func": {"n": 3},
        },
    ]


def test_functions(ask: Asking) -> None:
    query = """{ books(sort: ["title"]) {
      published_func { year hour } data_func { count row: json(path: "shelf.row") } author { born_func { month } }
    } }"""
    assert ask.data(query)["books"] == [
        {"published_func": {"year": 1965, "hour": 0}, "data_func": {"count": 3, "row": None},
         "author": {"born_func": {"month": 10}}},
        {"published_func": {"year": 1815, "hour": 10}, "data_func": {"count": 0, "row": 7},
         "author": {"born_func": {"month": 12}}},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "titles"),
    [
        ('{published_func: {year: {_gt: 1900}}}', ["Dune"]),
        ('{notes_func: {count: {_eq: 3}}}', ["Emma"]),
        ('{tags: {_some: {tags_id: {name: {_eq: "love"}}}}}', ["Emma"]),
        ('{tags: {_none: {tags_id: {name: {_eq: "love"}}}}}', ["Dune"]),
        ('{author: {name: {_starts_with: "F"}}}', ["Dune"]),
        ('{_or: [{pages: {_lt: 450}}, {copies: {_eq: "9007199254740993"}}]}', ["Dune", "Emma"]),
        ("in variables", None),
        ('{price: {_between: [9, 10]}}', ["Emma"]),
        ('{id: {_in: ["22222222-2222-4222-8222-222222222222"]}}', ["Dune"]),
        ('{rare: {_eq: true}}', ["Emma"]),
        ('{author: {_and: [{born: {_lt: "1800-01-01"}}]}}', ["Emma"]),
    ],
)  # fmt: skip
def test_filters(ask: Asking, given: str, titles: list[str] | None) -> None:
    if titles is None:
        variables: Any = {"f": {"data": {"_json": {"shelf.row": {"_eq": 7}}}}}
        found = ask.data('query($f: books_filter) { books(filter: $f, sort: ["title"]) { title } }', variables)
        titles = ["Emma"]
    else:
        found = ask.data(f'{{ books(filter: {given}, sort: ["title"]) {{ title }} }}')
    assert [item["title"] for item in found["books"]] == titles


def test_pages_and_search(ask: Asking) -> None:
    assert ask.data('{ books(search: "dun") { title } }')["books"] == [{"title": "Dune"}]
    second = ask.data('{ books(sort: ["-title"], limit: 1, page: 2) { title } }')
    assert second == ask.data('{ books(sort: ["-title"], limit: 1, offset: 1) { title } }')
    assert second["books"] == [{"title": "Dune"}]


def test_items_of_any_collection(ask: Asking) -> None:
    query = """{ leaves { blocks(sort: ["id"]) {
      collection
      item { __typename ... on texts { what: content } ... on pictures { what: caption } }
      short: item { ... on texts { content } }
    } } }"""
    blocks = ask.data(query)["leaves"][0]["blocks"]
    assert blocks == [
        {"collection": "texts", "item": {"__typename": "texts", "what": "hello"}, "short": {"content": "hello"}},
        {"collection": "pictures", "item": {"__typename": "pictures", "what": "a cat"}, "short": {}},
    ]
    filtered = '{ leaves(filter: {blocks: {item__texts: {content: {_eq: "hello"}}}}) { name } }'
    assert ask.data(filtered)["leaves"] == [{"name": "home"}]


def test_aggregates(ask: Asking) -> None:
    query = """{ books_aggregated(groupBy: ["rare", "year(published)"], sort: ["rare"]) {
      is: group all: countAll count { id } most: max { p: price pages } sum { copies } __typename
    } }"""
    found = ask.data(query)["books_aggregated"]
    assert [item["most"] for item in found] == [{"p": 12, "pages": 412}, {"p": 9.5, "pages": 474}]
    assert [item["all"] for item in found] == [1, 1]
    assert [item["count"] for item in found] == [{"id": 1}, {"id": 1}]
    assert [item["is"]["rare"] for item in found] == [False, True]
    assert [int(item["is"]["published_year"]) for item in found] == [1965, 1815]
    assert [item["__typename"] for item in found] == ["books_aggregated"] * 2
    (whole,) = ask.data("{ books_aggregated { avg { pages } countDistinct { author } } }")["books_aggregated"]
    assert whole == {"avg": {"pages": 443}, "countDistinct": {"author": 2}}
    assert ask.data('{ books_aggregated(groupBy: ["author"], sort: ["author"]) { group } }') == {
        "books_aggregated": [{"group": {"author": 1}}, {"group": {"author": 2}}]
    }


def test_one_item(ask: Asking) -> None:
    assert ask.data("{ authors_by_id(id: 1) { id name } }") == {"authors_by_id": {"id": "1", "name": "Jane"}}
    found, errors = ask.failed('{ jane: authors_by_id(id: "1") { name } nobody: authors_by_id(id: 99) { name } }')
    assert found == {"jane": {"name": "Jane"}, "nobody": None}
    assert errors == [
        {
            "message": "You don't have permission to access this.",
            "extensions": {"code": "FORBIDDEN"},
            "locations": [{"line": 1, "column": 41}],
            "path": ["nobody"],
        }
    ]


def test_singletons(ask: Asking) -> None:
    assert ask.data("{ shop { title motto } }") == {"shop": {"title": "My shop", "motto": None}}
    assert ask.data('mutation { update_shop(data: {motto: "read"}) { id motto } }')["update_shop"]["motto"] == "read"
    assert ask.data("{ shop { title motto } }") == {"shop": {"title": "My shop", "motto": "read"}}


def test_creating_changing_and_deleting(ask: Asking) -> None:
    one = ask.data('mutation { create_tags_item(data: {name: "new"}) { id name } }')["create_tags_item"]
    assert one == {"id": one["id"], "name": "new"}
    assert isinstance(one["id"], str)
    many = ask.data('mutation { create_tags_items(data: [{name: "a1"}, {name: "a2"}], sort: ["-name"]) { id name } }')[
        "create_tags_items"
    ]
    assert [item["name"] for item in many] == ["a2", "a1"]
    changed = ask.data(
        'mutation($id: ID!) { update_tags_item(id: $id, data: {name: "newer"}) { name } }', {"id": one["id"]}
    )
    assert changed == {"update_tags_item": {"name": "newer"}}
    ids = [item["id"] for item in many]
    batch = [{"id": ids[0], "name": "b2"}, {"id": ids[1], "name": "b1"}]
    found = ask.data("mutation($d: [update_tags_input!]) { update_tags_batch(data: $d) { name } }", {"d": batch})
    assert sorted(item["name"] for item in found["update_tags_batch"]) == ["b1", "b2"]
    same = ask.data("mutation($i: [ID]!) { update_tags_items(ids: $i, data: {}) { id } }", {"i": ids})
    assert {item["id"] for item in same["update_tags_items"]} == set(ids)
    gone = ask.data("mutation($i: [ID]!) { delete_tags_items(ids: $i) { ids } }", {"i": ids})
    assert gone == {"delete_tags_items": {"ids": ids}}
    assert ask.data(f"mutation {{ delete_tags_item(id: {one['id']}) {{ id }} }}") == {
        "delete_tags_item": {"id": one["id"]}
    }
    assert ask.data('{ tags(sort: ["id"]) { name } }')["tags"] == [{"name": "love"}, {"name": "sand"}]


def test_nested_writes(ask: Asking) -> None:
    made = ask.data(
        """mutation { create_authors_item(data: {
          name: "Iris", books: [{title: "Sea", notes: [{text: "wet"}], tags: [{tags_id: {name: "water"}}]}]
        }) { id books { id title notes { text } tags { tags_id { name } } } } }"""
    )["create_authors_item"]
    (book,) = made["books"]
    assert (book["title"], book["notes"], book["tags"]) == (
        "Sea", [{"text": "wet"}], [{"tags_id": {"name": "water"}}],
    )  # fmt: skip
    # the key alone links
    linked = ask.data(
        "mutation($id: ID!) { update_books_item(id: $id, data: {author: {id: 1}}) { author { name } } }",
        {"id": book["id"]},
    )
    assert linked == {"update_books_item": {"author": {"name": "Jane"}}}
    ask.data("mutation($id: ID!) { delete_books_item(id: $id) { id } }", {"id": book["id"]})
    ask.data("mutation($id: ID!) { delete_authors_item(id: $id) { id } }", {"id": made["id"]})


def test_each_root_field_is_a_transaction_of_its_own(ask: Asking) -> None:
    found, (error,) = ask.failed(
        """mutation {
          first: create_tags_item(data: {name: "t1"}) { name }
          twice: create_tags_item(data: {name: "t1"}) { name }
          last: create_tags_item(data: {name: "t2"}) { name }
        }"""
    )
    assert found == {"first": {"name": "t1"}, "twice": None, "last": {"name": "t2"}}
    assert (error["extensions"]["code"], error["path"]) == ("RECORD_NOT_UNIQUE", ["twice"])
    assert next(iter(error["extensions"])) == "code"
    # an answer that can't be null ends it: nothing after it is tried
    found, (error,) = ask.failed(
        """mutation {
          create_tags_items(data: [{name: "t3"}, {name: "t1"}]) { name }
          create_tags_item(data: {name: "t4"}) { name }
        }"""
    )
    assert found is None
    names = {item["name"] for item in ask.data("{ tags { name } }")["tags"]}
    assert {"t1", "t2"} <= names
    assert not names & {"t3", "t4"}


def test_what_the_document_gets_wrong(ask: Asking) -> None:
    assert ask.invalid("{ nope { id } }") == ['Cannot query field "nope" on type "Query".']
    assert ask.invalid("{ books { titel } }") == ['Cannot query field "titel" on type "books".']
    assert ask.invalid("{ books { ") == ["Syntax Error: Expected Name, found <EOF>."]
    assert ask.invalid("mutation { create_authors_item(data: {}) { id } }") == [
        'Field "create_authors_input.name" of required type "String!" was not provided.'
    ]
    assert ask.invalid("mutation { create_tags_item(data: {nme: 1}) { id } }") == [
        'Field "nme" is not defined by type "create_tags_input".'
    ]
    (conflict,) = ask.invalid("{ books { x: title x: pages } }")
    assert conflict.startswith('Fields "x" conflict')
