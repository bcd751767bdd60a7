"""What records of items (revisions) tell to whoever may not read all of an item: nothing of its content.

Two items differ only in a field that the reader may not see. Whatever is asked about the revisions of one must be
answered as for those of the other. That the questions are good ones is shown by an admin, to whom the two look
different.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from tests.servers import Server
from tests.wire.directus.readers import Person, person

pytestmark = [pytest.mark.process, pytest.mark.dialects]

KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}
WORDS = ("swordfish", "tunafish")
COPIES = ("data", "delta")


def questions(field: str) -> list[tuple[str, Mapping[str, Any]]]:
    """(path, query) about one of the fields that hold a copy; the filter on the item is added to each."""
    name = f"revisions.{field}"
    return [
        ("/revisions", {"fields": ["*"]}),
        ("/revisions", {"fields": ["id", field]}),
        ("/revisions", {"fields": ["id"], "alias": {"copy": field}}),
        ("/revisions", {"fields": ["id"], "filter": {field: {"_null": True}}}),
        ("/revisions", {"fields": ["id"], "filter": {field: {"_nnull": True}}}),
        ("/revisions", {"fields": ["id"], "filter": {field: {"_contains": WORDS[0]}}}),
        ("/revisions", {"fields": ["id"], "filter": {field: {"_json": {"note": {"_eq": WORDS[0]}}}}}),
        ("/revisions", {"fields": ["id"], "filter": {"_not": {field: {"_contains": WORDS[0]}}}}),
        ("/revisions", {"fields": ["id"], "search": WORDS[0]}),
        ("/revisions", {"fields": ["id"], "sort": [field, "id"]}),
        ("/revisions", {"fields": ["id"], "sort": [f"-{field}", "id"]}),
        ("/revisions", {"fields": ["id", f"count({field})"]}),
        ("/revisions", {"aggregate": {"countDistinct": [field]}}),
        ("/revisions", {"aggregate": {"max": [field]}}),
        ("/revisions", {"aggregate": {"count": ["id"]}, "groupBy": [field]}),
        ("/activity", {"fields": ["revisions.*"]}),
        ("/activity", {"fields": [name]}),
        ("/activity", {"fields": ["id"], "filter": {"revisions": {field: {"_contains": WORDS[0]}}}}),
        ("/activity", {"fields": ["id"], "filter": {"revisions": {"_some": {field: {"_nnull": True}}}}}),
        ("/activity", {"fields": ["id", name], "deep": {"revisions": {"_filter": {field: {"_contains": WORDS[0]}}}}}),
        ("/activity", {"fields": ["id", name], "deep": {"revisions": {"_sort": [field], "_limit": 1}}}),
    ]


QUESTIONS = [(field, *question) for field in COPIES for question in questions(field)]


@pytest.fixture(scope="module")
def admin(store_on: Server) -> Iterator[httpx.Client]:
    with store_on.client(store_on.directus_token()) as client:
        fields = [KEY, *({"field": name, "type": "string", "schema": {}, "meta": {}} for name in ("title", "note"))]
        body = {"collection": "papers", "schema": {}, "fields": fields}
        made = client.post("/collections", json={**body, "meta": {"versioning": True}})
        assert made.status_code == 200, made.text
        yield client


@pytest.fixture(scope="module")
def items(admin: httpx.Client) -> list[dict[str, str]]:
    """For each word, the numbers that are the item's own, by the word that stands for them in comparisons."""
    found: list[dict[str, str]] = []
    for word in WORDS:
        made = admin.post("/items/papers", json={"title": "T", "note": word}).json()["data"]["id"]
        admin.patch(f"/items/papers/{made}", json={"note": f"{word}-2"})
        where = {"collection": {"_eq": "papers"}, "item": {"_eq": str(made)}}
        rows = admin.request("SEARCH", "/revisions", json={"query": {"filter": where, "sort": ["id"]}}).json()["data"]
        assert len(rows) == 2
        own = {str(row["id"]): f"r{place}" for place, row in enumerate(rows)}
        own.update({f"a{row['activity']}": f"a{place}" for place, row in enumerate(rows)})
        found.append({"item": str(made), **own})
    return found


HIDINGS: dict[str, list[tuple[str, list[str], dict[str, Any]]]] = {
    "a field": [("papers", ["id", "title"], {})],
    "rows": [("papers", ["*"], {"title": {"_eq": "other"}})],
    "a field of some rows": [("papers", ["id", "title"], {}), ("papers", ["*"], {"title": {"_eq": "other"}})],
    # all the fields that there are by name; but who knows which there were
    "former fields": [("papers", ["id", "title", "note"], {})],
}
"""What the reader may see of the items."""


@pytest.fixture(scope="module")
def readers(store_on: Server, admin: httpx.Client) -> Iterator[dict[str, Person]]:
    """For each hiding, somebody who reads all records."""
    records = [("directus_revisions", ["*"], {}), ("directus_activity", ["*"], {})]
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(person(store_on, admin, *records, *papers)) for name, papers in HIDINGS.items()
        }


def ask(client: httpx.Client, path: str, query: Mapping[str, Any], own: dict[str, str]) -> Any:
    """What is answered about one item's records, with its own numbers as words."""
    where = {"_and": [{"collection": {"_eq": "papers"}, "item": {"_eq": own["item"]}}, query.get("filter", {})]}
    answer = client.request("SEARCH", path, json={"query": {**query, "filter": where}})
    return answer.status_code, named(answer.json(), own)


def named(value: Any, own: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [named(item, own) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: named(item, own) for key, item in value.items()}
    for key in ("id", "revisions", "activity", "item", "timestamp"):
        if key in found and not isinstance(found[key], dict | list):
            number = str(found[key])
            found[key] = own.get(number, own.get(f"a{number}", "own"))
        elif isinstance(found.get(key), list):
            found[key] = [own.get(str(item), "own") if isinstance(item, int) else item for item in found[key]]
    return found


@pytest.mark.parametrize("hiding", HIDINGS)
def test_an_answer_does_not_depend_on_what_is_hidden(
    readers: dict[str, Person], items: list[dict[str, str]], hiding: str
) -> None:
    for _, path, query in QUESTIONS:
        first, second = (ask(readers[hiding].client, path, query, own) for own in items)
        assert first == second, (path, query)
        assert not any(word in json.dumps(first[1].get("data")) for word in WORDS), (path, query)


def test_the_questions_would_tell(admin: httpx.Client, items: list[dict[str, str]]) -> None:
    told = [ask(admin, path, query, items[0]) != ask(admin, path, query, items[1]) for _, path, query in QUESTIONS]
    assert sum(told) >= len(QUESTIONS) // 4  # some databases refuse to compare documents, in either item


def test_exports_hide_it_too(readers: dict[str, Person], items: list[dict[str, str]]) -> None:
    for reader in readers.values():
        for kind in ("csv", "json", "xml", "yaml"):
            answer = reader.client.get(f"/revisions?export={kind}&limit=-1")
            assert answer.status_code == 200
            assert not any(word in answer.text for word in WORDS)


# --- versions

VERSIONS: list[tuple[str, Mapping[str, Any]]] = [
    ("/versions", {"fields": ["*"]}),
    ("/versions", {"fields": ["id"], "alias": {"copy": "delta"}}),
    ("/versions", {"fields": ["id"], "filter": {"delta": {"_nnull": True}}}),
    ("/versions", {"fields": ["id"], "filter": {"delta": {"_contains": WORDS[0]}}}),
    ("/versions", {"fields": ["id"], "search": WORDS[0]}),
    ("/versions", {"fields": ["id"], "sort": ["delta", "id"]}),
    ("/versions", {"aggregate": {"countDistinct": ["delta"]}}),
    ("/versions", {"aggregate": {"count": ["id"]}, "groupBy": ["delta"]}),
    ("/revisions", {"fields": ["version.delta", "data", "delta"]}),
    ("/revisions", {"fields": ["item"], "filter": {"version": {"delta": {"_contains": WORDS[0]}}}}),
]


def test_versions_tell_nothing_either(store_on: Server, admin: httpx.Client, items: list[dict[str, str]]) -> None:
    """Who reads all of the items reads versions of them as items, and not the rows: they hold content of others too."""
    for word, own in zip(WORDS, items, strict=True):
        made = admin.post("/versions", json={"collection": "papers", "item": own["item"], "key": "v"}).json()["data"]
        own[made["id"]] = "v"
        assert admin.post(f"/versions/{made['id']}/save", json={"note": word}).status_code == 200
    records = [("directus_revisions", ["*"], {}), ("directus_versions", ["*"], {})]
    with person(store_on, admin, *records, ("papers", ["id", "title"], {})) as reader:
        for path, query in VERSIONS:
            first, second = (_settled(ask(reader.client, path, query, own)) for own in items)
            assert first == second, (path, query)
            assert not any(word in json.dumps(first) for word in WORDS if "_contains" not in str(query))
    told = [ask(admin, path, query, items[0]) != ask(admin, path, query, items[1]) for path, query in VERSIONS]
    assert any(told)


def _settled(answer: Any) -> Any:
    """Without hashes and moments, which are each item's own."""
    status, body = answer
    for row in body.get("data") or []:
        for name in ("hash", "date_created", "date_updated"):
            row.pop(name, None)
    return status, body


def test_graphql_tells_nothing_either(readers: dict[str, Person], items: list[dict[str, str]]) -> None:
    for reader in readers.values():
        for own in items:
            where = f'{{_and: [{{collection: {{_eq: "papers"}}}}, {{item: {{_eq: "{own["item"]}"}}}}]}}'
            for inner in (
                f"revisions(filter: {where}) {{ id data delta }}",
                f"activity(filter: {where}) {{ revisions {{ data delta }} }}",
                f'revisions_aggregated(filter: {where}, groupBy: ["data"]) {{ group count {{ id }} }}',
            ):
                answer = reader.client.post("/graphql/system", json={"query": f"{{ {inner} }}"})
                assert not any(word in json.dumps(answer.json().get("data")) for word in WORDS), inner
