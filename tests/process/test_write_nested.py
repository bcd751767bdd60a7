"""Nested writes: every form that related items take in a payload."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import Forbidden, InvalidPayload, ValidationFailed
from tests.process.write_kit import Kit, kit_on, said

pytestmark = pytest.mark.dialects


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
async def kit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kit]:
    async with kit_on(request.param, tmp_path) as made:
        yield made


async def article(kit: Kit, **payload: Any) -> str:
    (key,) = await kit.create("articles", {"title": "A", **payload})
    return str(key)


async def comments(kit: Kit) -> list[tuple[Any, ...]]:
    return await kit.rows(
        "SELECT id, text, CASE WHEN article IS NULL THEN 0 ELSE 1 END, sort FROM comments ORDER BY id"
    )


async def entries(kit: Kit) -> list[str]:
    return [f"{entry['action']} {entry['collection']}" for entry in await kit.log()]


# --- to-one


async def test_an_object_without_a_key_is_created(kit: Kit):
    key = await article(kit, author={"name": "Cid"})
    assert await kit.rows("SELECT author FROM articles") == [(1,)]
    assert await entries(kit) == ["create authors", "create articles"]
    await kit.update("articles", key, {"author": {"name": "Dot"}})
    assert await kit.rows("SELECT author FROM articles") == [(2,)]


async def test_an_object_with_a_key_changes_that_item_or_is_created_with_it(kit: Kit):
    key = await article(kit, author={"name": "Ann"})
    await kit.update("articles", key, {"author": {"id": 1, "name": "Anna"}})
    assert await kit.rows("SELECT id, name FROM authors") == [(1, "Anna")]
    await kit.update("articles", key, {"author": {"id": 777, "name": "Made"}})
    assert await kit.rows("SELECT author FROM articles") == [(777,)]
    await kit.update("articles", key, {"author": {"id": 1}})
    assert await kit.rows("SELECT author FROM articles") == [(1,)]
    await kit.update("articles", key, {"author": None})
    assert await kit.rows("SELECT author FROM articles") == [(None,)]
    assert len(await kit.values("SELECT id FROM authors")) == 2


async def test_objects_may_nest(kit: Kit):
    await article(kit, author={"name": "a", "boss": {"name": "b", "boss": {"name": "c"}}})
    assert await kit.rows("SELECT name, boss FROM authors ORDER BY id") == [("c", None), ("b", 1), ("a", 2)]


async def test_complaints_carry_the_path(kit: Kit):
    with pytest.raises(ValidationFailed) as caught:
        await article(kit, author={"name": None, "boss": {"email": "x"}})
    assert said(caught.value) == [("author.name", "null")]
    with pytest.raises(ValidationFailed) as caught:
        await article(kit, author={"name": "a", "boss": {"score": "x"}})
    assert said(caught.value) == [("author.boss.score", "invalid_number"), ("author.boss.name", "required")]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create(
            "authors", {"name": "x", "articles": [{"views": "x"}, {"title": "ok"}, {"d": "y", "title": None}]}
        )
    assert said(caught.value) == [
        ("articles.0.views", "invalid_number"),
        ("articles.0.title", "required"),
        ("articles.2.d", "invalid_date"),
        ("articles.2.title", "null"),
    ]
    assert await kit.values("SELECT count(*) FROM authors") == [0]


# --- to-many


async def test_a_list_replaces_the_set(kit: Kit):
    key = await article(kit, comments=[{"text": "c1"}, {"text": "c2"}])
    other = await article(kit, comments=[{"text": "c3"}])
    assert await comments(kit) == [(1, "c1", 1, None), (2, "c2", 1, None), (3, "c3", 1, None)]
    # c1 stays, c3 moves here, c2 is let go, one is new
    await kit.update("articles", key, {"comments": [1, {"id": 3, "text": "C3"}, {"text": "c4"}]})
    assert await comments(kit) == [(1, "c1", 1, None), (2, "c2", 0, None), (3, "C3", 1, None), (4, "c4", 1, None)]
    assert await kit.values(f"SELECT count(*) FROM comments WHERE article = '{other}'") == [0]
    before = len(await kit.log())
    await kit.update("articles", key, {"comments": [1, 3, 4]})
    assert (await kit.log())[before:] == []  # the same set again is no change
    await kit.update("articles", key, {"comments": []})
    assert [row[2] for row in await comments(kit)] == [0, 0, 0, 0]
    await kit.update("articles", key, {"comments": [2]})
    await kit.update("articles", key, {"comments": None})
    assert [row[2] for row in await comments(kit)] == [0, 0, 0, 0]


async def test_keys_of_a_list_must_be_there(kit: Kit):
    with pytest.raises(Forbidden) as caught:
        await article(kit, comments=[99])
    assert caught.value.details == {"reason": "missing"}
    with pytest.raises(Forbidden):
        await article(kit, comments=["x"])
    with pytest.raises(InvalidPayload):
        await article(kit, comments=[True])
    assert await kit.values("SELECT count(*) FROM articles") == [0]


async def test_the_detailed_form(kit: Kit):
    key = await article(kit)
    await kit.update(
        "articles", key, {"comments": {"create": [{"text": "a"}, {"text": "b"}, {"text": "z", "sort": 9}]}}
    )
    assert await comments(kit) == [(1, "a", 1, 1), (2, "b", 1, 2), (3, "z", 1, 9)]
    await kit.update(
        "articles", key, {"comments": {"create": [{"text": "n"}], "update": [{"id": 1, "text": "upd"}], "delete": [2]}}
    )
    assert await comments(kit) == [(1, "upd", 1, 1), (2, "b", 0, 2), (3, "z", 1, 9), (4, "n", 1, 10)]
    # `delete` only touches items of this parent; what is not mentioned stays.
    other = await article(kit, comments={"create": [{"text": "o"}]})
    await kit.update("articles", key, {"comments": {"delete": [5]}})
    assert (await comments(kit))[4][2] == 1
    await kit.update("articles", other, {"comments": {"update": [{"id": 4}]}})
    assert await kit.values(f"SELECT count(*) FROM comments WHERE article = '{other}'") == [2]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (5, '"value" must be of type object'),
        ("x", '"value" must be of type object'),
        ({"creat": []}, '"creat" is not allowed'),
        ({"create": {}}, '"create" must be an array'),
        ({"create": [5]}, '"create[0]" must be of type object'),
        ({"update": ["x"]}, '"update[0]" must be of type object'),
        ({"delete": [{}]}, '"delete[0]" must be one of [string, number]'),
    ],
)
async def test_wrong_shapes(kit: Kit, value: Any, reason: str):
    if kit.dialect != "sqlite":
        pytest.skip("shapes are the same on every database")
    with pytest.raises(InvalidPayload) as caught:
        await article(kit, comments=value)
    assert caught.value.message == f"Invalid one-to-many update structure: {reason}"
    assert await kit.values("SELECT count(*) FROM articles") == [0]


async def test_an_update_needs_its_key(kit: Kit):
    key = await article(kit)
    with pytest.raises(InvalidPayload, match="Item in update misses primary key"):
        await kit.update("articles", key, {"comments": {"update": [{"text": "x"}]}})


async def test_many_to_many(kit: Kit):
    await kit.create("tags", {"name": "one"})
    key = await article(kit, tags=[{"tags_id": {"name": "py"}}, {"tags_id": 1}])
    links = "SELECT id, tags_id FROM articles_tags ORDER BY id"
    assert await kit.rows(links) == [(1, 2), (2, 1)]
    assert await entries(kit) == [
        "create tags", "create articles", "create tags", "create articles_tags", "create articles_tags",
    ]  # fmt: skip
    # Links that are let go are deleted, as the relation says; their tags stay.
    await kit.update("articles", key, {"tags": [2, {"tags_id": {"name": "go"}}]})
    assert await kit.rows(links) == [(2, 1), (3, 3)]
    await kit.update("articles", key, {"tags": [{"id": 99, "tags_id": 1}]})
    assert await kit.rows(links) == [(99, 1)]
    await kit.update("articles", key, {"tags": {"create": [{"tags_id": 2}], "update": [], "delete": [99]}})
    assert [row[1] for row in await kit.rows(links)] == [2]
    assert await kit.values("SELECT sort FROM articles_tags") == [1]
    await kit.update("articles", key, {"tags": None})
    assert await kit.rows(links) == []
    assert len(await kit.values("SELECT id FROM tags")) == 3


async def test_many_to_any(kit: Kit):
    payload = {
        "title": "P",
        "blocks": [
            {"collection": "block_text", "item": {"content": "hello"}},
            {"collection": "block_image", "item": {"caption": "cap"}},
        ],
    }
    (key,) = await kit.create("pages", payload)
    blocks = "SELECT collection, item FROM pages_blocks ORDER BY id"
    assert await kit.rows(blocks) == [("block_text", "1"), ("block_image", "1")]
    await kit.update("pages", key, {"blocks": {"update": [{"id": 1, "item": {"id": 1, "content": "bye"}}]}})
    assert await kit.values("SELECT content FROM block_text") == ["bye"]
    await kit.update("pages", key, {"blocks": {"create": [{"collection": "block_image", "item": "1"}]}})
    assert (await kit.rows(blocks))[2] == ("block_image", "1")
    with pytest.raises(InvalidPayload) as caught:
        await kit.create("pages", {"blocks": [{"item": {"content": "hello"}}]})
    reason = 'Can\'t update nested record "pages_blocks.item" without field "pages_blocks.collection" being set'
    assert caught.value.message == reason
    with pytest.raises(InvalidPayload) as caught:
        await kit.create("pages", {"blocks": [{"collection": "tags", "item": {"name": "hello"}}]})
    assert caught.value.message == '"pages_blocks.item" can\'t be linked to collection "tags"'


async def test_composite_foreign_keys(kit: Kit):
    await kit.create(
        "orders", {"region": "eu", "number": 1, "lines": [{"line": 1, "what": "a"}, {"line": 2, "what": "b"}]}
    )
    lines = "SELECT region, number, line, what FROM order_lines ORDER BY line"
    assert await kit.rows(lines) == [("eu", 1, 1, "a"), ("eu", 1, 2, "b")]
    await kit.update("orders", ("eu", 1), {"lines": ["eu,1,2", {"region": "eu", "number": 1, "line": 3, "what": "c"}]})
    assert await kit.rows(lines) == [("eu", 1, 2, "b"), ("eu", 1, 3, "c")]


async def test_depth_and_count_are_limited(tmp_path: Path):
    async with kit_on("sqlite", tmp_path, depth=3, items=5) as kit:
        boss: dict[str, Any] = {"name": "0"}
        for level in range(3):
            boss = {"name": str(level), "boss": boss}
        await kit.create("authors", boss)
        with pytest.raises(InvalidPayload, match="A payload may go 3 relations deep"):
            await kit.create("authors", {"name": "x", "boss": boss})
        with pytest.raises(InvalidPayload, match="Exceeded max batch mutation limit of 5"):
            await kit.create("articles", {"title": "x", "comments": [{"text": str(item)} for item in range(5)]})
        assert await kit.values("SELECT count(*) FROM articles") == [0]


async def test_changes_know_their_parents(kit: Kit):
    await kit.create(
        "authors", {"name": "a", "boss": {"name": "b"}, "articles": [{"title": "x", "comments": [{"text": "c"}]}]}
    )
    (found,) = kit.sets
    assert [(change.collection, change.parent) for change in found.changes] == [
        ("authors", None), ("authors", None), ("articles", 1), ("comments", 2),
    ]  # fmt: skip
    assert found.sequence == 4 or kit.dialect == "mysql"
