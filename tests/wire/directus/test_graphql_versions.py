"""GraphQL: items as they would be with a version, and versions as they were saved."""

from __future__ import annotations

import httpx
import pytest
from tests.servers import Server
from tests.wire.directus.asking import Asking
from tests.wire.directus.test_versions import admin, page, person, save, version

__all__ = ["admin"]

pytestmark = [pytest.mark.process, pytest.mark.dialects]


def test_an_item_with_its_version(admin: httpx.Client) -> None:
    ask = Asking(admin)
    key = page(admin, blocks=[{"text": "old"}], author={"name": "Ann"})
    made = version(admin, key)
    save(
        admin,
        made,
        title="Draft",
        blocks={"create": [{"text": "new"}], "update": [], "delete": []},
        tags={"create": [{"tags_id": {"name": "t"}}], "update": [], "delete": []},
    )
    query = """query($id: ID!, $v: String) { pages_by_id(id: $id, version: $v) {
      key: id name: title author { name } parts: blocks(sort: ["text"]) { id text } first: blocks(limit: 1) { text }
      tags { id tags_id { n: id name } } tags_func { count } __typename
    } }"""
    shown = ask.data(query, {"id": key, "v": "v1"})["pages_by_id"]
    old = shown["parts"][1].pop("id")
    assert isinstance(old, str)
    assert shown == {
        "key": str(key),
        "name": "Draft",
        "author": {"name": "Ann"},
        # what the version would create has no key yet, under whatever name it is asked for
        "parts": [{"id": None, "text": "new"}, {"text": "old"}],
        "first": [{"text": "old"}],
        "tags": [{"id": None, "tags_id": {"n": None, "name": "t"}}],
        "tags_func": {"count": 1},
        "__typename": "pages",
    }
    for name in (None, "main"):
        assert ask.data(query, {"id": key, "v": name})["pages_by_id"]["name"] == "Main"
    found, (error,) = ask.failed(query, {"id": key, "v": "nope"})
    assert (found, error["extensions"]["code"]) == ({"pages_by_id": None}, "FORBIDDEN")


def test_a_version_as_it_was_saved(admin: httpx.Client) -> None:
    ask = Asking(admin)
    key = page(admin)
    blocks = {"create": [{"text": "new"}], "update": [], "delete": []}
    save(admin, version(admin, key), title="Draft", blocks=blocks)
    query = 'query($id: ID!) { p: pages_by_version(id: $id, version: "v1") { id t: title status blocks __typename } }'
    assert ask.data(query, {"id": key}) == {
        "p": {"id": str(key), "t": "Draft", "status": "open", "blocks": blocks, "__typename": "version_pages"}
    }


def test_a_singleton_with_its_version(admin: httpx.Client) -> None:
    ask = Asking(admin)
    admin.patch("/items/site", json={"title": "Now"})
    (key,) = [str(admin.get("/items/site?fields=id").json()["data"]["id"])]
    save(admin, version(admin, key, collection="site"), title="Soon")
    query = '{ a: site { title } b: site(version: "v1") { title } c: site_by_version(version: "v1") { title } }'
    assert ask.data(query) == {"a": {"title": "Now"}, "b": {"title": "Soon"}, "c": {"title": "Soon"}}


def test_a_version_does_not_open_what_is_hidden_in_the_item(server_on: Server, admin: httpx.Client) -> None:
    published = {"status": {"_eq": "published"}}
    rows = (("pages", ["id", "title", "status"], {}), ("pages", ["secret", "changed"], published))
    with person(server_on, admin, *rows, ("directus_versions", ["*"], {})) as reader:
        key = page(admin, secret="swordfish", status="open")
        save(admin, version(admin, key, "next"), status="published", secret="tunafish")
        ask = Asking(reader.client)
        for part in ("title s: secret", "c: changed", "changed_func { y: year }"):
            for query in (
                f'{{ pages_by_id(id: {key}, version: "next") {{ {part} }} }}',
                f'{{ pages_by_version(id: {key}, version: "next") {{ {part} }} }}',
            ):
                text = ask.send(query).text
                assert "fish" not in text, query
                assert "20" not in text, query
