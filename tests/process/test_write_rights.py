"""Who may write what: grants on actions, rows and fields, presets, validation, references to hidden items."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import Forbidden, NotFound, PreconditionFailed, ValidationFailed
from satchel.policy.actor import Actor
from tests.process.write_kit import Kit, granted, kit_on, said

pytestmark = pytest.mark.dialects


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
async def kit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kit]:
    async with kit_on(request.param, tmp_path) as made:
        for name in ("Ann", "Bob"):
            await made.create("authors", {"name": name, "score": 5})
        made.actor = Actor("user", "directus_users", "498b7dc9-d318-4521-bf38-14731a428a9a", role="r1")
        made.grants = granted()
        yield made


async def refused(made: Any) -> dict[str, Any]:
    with pytest.raises(Forbidden) as caught:
        await made
    return caught.value.details


def nothing_of(kit: Kit, count: int = 2) -> Any:
    return kit.values(f"SELECT count(*) - {count} FROM authors")


async def test_no_grant(kit: Kit):
    reason = {"reason": "collection", "collection": "authors", "path": ()}
    assert await refused(kit.create("authors", {"name": "x"})) == reason
    assert await refused(kit.update("authors", 1, {"name": "x"})) == reason
    assert await refused(kit.delete("authors", 1)) == reason
    assert await refused(kit.upsert("authors", {"id": 1, "name": "x"})) == reason
    assert await nothing_of(kit) == [0]


async def test_fields_of_a_create(kit: Kit):
    kit.grants = granted(authors__create=[{"fields": ["name", "score"]}])
    await kit.create("authors", {"name": "x", "score": 1})
    details = await refused(kit.create("authors", {"name": "x", "email": "e"}))
    assert details == {"reason": "fields", "collection": "authors", "fields": ("email",), "path": ()}
    # What is no field is answered the same.
    assert (await refused(kit.create("authors", {"name": "x", "nope": 1})))["fields"] == ("nope",)
    assert (await refused(kit.create("authors", {"name": "x", "articles": []})))["fields"] == ("articles",)


async def test_presets_and_validation(kit: Kit):
    kit.grants = granted(
        authors__create=[
            {
                "fields": ["name", "score"],
                "presets": {"score": 6, "email": "preset@x.io"},
                "validation": {"score": {"_gte": 5}},
            }
        ]
    )
    key = await kit.create("authors", {"name": "New1"})
    assert [*map(str, (await kit.rows("SELECT email, name FROM authors ORDER BY id"))[-1])] == ["preset@x.io", "New1"]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("authors", {"name": "New2", "score": 1})
    (error,) = caught.value.errors
    assert (error.path, error.code, dict(error.params)) == (("score",), "gte", {"value": 5})
    # The preset may set what the grant forbids to the caller.
    assert (await refused(kit.create("authors", {"name": "x", "email": "q@x.io"})))["fields"] == ("email",)
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("authors", {"name": "New3", "score": 9})
    assert said(caught.value) == [("email", "not_unique")]
    assert key


async def test_presets_know_the_caller(kit: Kit):
    presets = {"title": "$CURRENT_ROLE", "data": {"who": "$CURRENT_USER", "when": "$NOW"}, "status": "$NOT_ONE"}
    kit.grants = granted(articles__create=[{"presets": presets}])
    await kit.create("articles", {"views": 1})
    after = kit.sets[-1].changes[0].after
    assert after["title"] == "r1"
    assert after["status"] == "$NOT_ONE"
    assert after["data"] == {"who": kit.actor.key, "when": "2026-11-23T12:30:45.678Z"}


async def test_validation_rules(kit: Kit):
    rule = {
        "_and": [
            {"name": {"_nempty": True}},
            {"_or": [{"score": {"_null": True}}, {"score": {"_between": [1, 10]}}]},
            {"email": {"_regex": "^[a-z]+@x[.]io$"}},
            {"name": {"_starts_with": "A"}},
        ]
    }
    kit.grants = granted(authors__create=[{"validation": rule}], authors__update=[{"validation": rule}])
    await kit.create("authors", {"name": "Abe", "score": 10, "email": "a@x.io"})
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("authors", {"name": "", "score": 11, "email": "A@x.io"})
    assert said(caught.value) == [
        ("name", "nempty"), ("score", "null"), ("score", "between"), ("email", "regex"), ("name", "starts_with"),
    ]  # fmt: skip
    assert caught.value.errors[3].params == {"value": "A@x.io"}
    # What an update does not mention is not asked about.
    await kit.update("authors", 2, {"score": 3})
    with pytest.raises(ValidationFailed):
        await kit.update("authors", 2, {"score": 30})


async def test_rows_and_fields_of_an_update(kit: Kit):
    kit.grants = granted(authors__update=[{"fields": ["name"], "where": {"name": {"_starts_with": "A"}}}])
    await kit.update("authors", 1, {"name": "Anne"})
    item = {"reason": "item", "collection": "authors", "action": "update", "fields": ("name",)}
    assert await refused(kit.update("authors", 2, {"name": "Anne"})) == item
    assert await refused(kit.update("authors", 999, {"name": "Anne"})) == item
    assert await refused(kit.update("authors", "x", {"name": "Anne"})) == item
    assert await refused(kit.update("authors", 2, {"name": "x"})) == item
    details = await refused(kit.update("authors", 1, {"score": 3}))
    assert details == {"reason": "fields", "collection": "authors", "fields": ("score",), "path": ()}
    assert await kit.values("SELECT name FROM authors ORDER BY id") == ["Anne", "Bob"]
    # A row may leave the rule.
    await kit.update("authors", 1, {"name": "Zoe"})
    assert await refused(kit.update("authors", 1, {"name": "Anne"})) == item


async def test_each_field_needs_a_grant_that_allows_this_row(kit: Kit):
    kit.grants = granted(
        authors__update=[
            {"fields": ["name"], "where": {"name": {"_starts_with": "A"}}},
            {"fields": ["score"], "where": {"name": {"_starts_with": "B"}}},
        ]
    )
    await kit.update("authors", 1, {"name": "Anne"})
    await kit.update("authors", 2, {"score": 1})
    for key, payload in ((1, {"score": 1}), (2, {"name": "Bert"}), (1, {"name": "Andy", "score": 1})):
        assert (await refused(kit.update("authors", key, payload)))["reason"] == "item"
    assert await kit.values("SELECT name FROM authors ORDER BY id") == ["Anne", "Bob"]


async def test_rows_of_a_delete(kit: Kit):
    kit.grants = granted(authors__delete=[{"where": {"name": {"_eq": "Ann"}}}])
    item = {"reason": "item", "collection": "authors", "action": "delete", "fields": ()}
    assert await refused(kit.delete("authors", 2)) == item
    assert await refused(kit.delete("authors", 999)) == item
    await kit.delete("authors", 1)
    assert await kit.values("SELECT name FROM authors") == ["Bob"]
    with pytest.raises(NotFound):
        await kit.delete("authors", 2, "pocketbase")


async def test_a_rule_that_can_be_read_no_more_allows_nothing(kit: Kit):
    kit.grants = granted(authors__update=[{"where": {"gone": {"_eq": 1}}}], authors__create=[{"where": "gone = 1"}])
    assert (await refused(kit.update("authors", 1, {"name": "x"})))["reason"] == "item"
    assert (await refused(kit.create("authors", {"name": "x"})))["reason"] == "rule"


async def test_the_tag_tells_nothing_that_may_not_be_read(kit: Kit):
    kit.grants = granted(authors__update=[{}], authors__view=[{"fields": ["id", "score"]}])
    with pytest.raises(PreconditionFailed) as caught:
        await kit.update("authors", 1, {"name": "x", "score": 9, "secret": "y"}, if_match='"other"')
    assert list(caught.value.details["fields"]) == ["score"]
    kit.grants = granted(authors__update=[{}])
    with pytest.raises(PreconditionFailed) as caught:
        await kit.update("authors", 1, {"name": "x"}, if_match='"other"')
    assert caught.value.details["fields"] == {}


# --- references


async def test_hidden_and_missing_references_are_answered_alike(kit: Kit):
    kit.grants = granted(
        articles__create=[{}], articles__update=[{}], authors__view=[{"where": {"name": {"_eq": "Ann"}}}]
    )
    key = await kit.create("articles", {"title": "x", "author": 1})
    for author in (2, 999):
        for verb in (
            kit.create("articles", {"title": "x", "author": author}),
            kit.update("articles", key, {"author": author}),
        ):
            with pytest.raises(ValidationFailed) as caught:
                await verb
            (error,) = caught.value.errors
            assert (error.path, error.code) == (("author",), "foreign_key")
            message = f'Invalid foreign key "{author}" for field "author" in collection "articles"'
            assert error.message == message
    assert await kit.values("SELECT count(*) FROM articles") == [1]


async def test_references_that_were_there_may_stay(kit: Kit):
    kit.grants = None
    key = await kit.create("articles", {"title": "x", "author": 2})
    kit.grants = granted(articles__update=[{}])
    await kit.update("articles", key, {"title": "y", "author": 2})
    with pytest.raises(ValidationFailed):
        await kit.update("articles", key, {"author": 1})


async def test_presets_may_point_where_the_caller_cant_look(kit: Kit):
    kit.grants = granted(articles__create=[{"presets": {"author": 2}}])
    await kit.create("articles", {"title": "x"})
    assert await kit.values("SELECT author FROM articles") == [2]


async def test_nested_items_need_their_own_grants(kit: Kit):
    kit.grants = granted(articles__create=[{}])
    details = await refused(kit.create("articles", {"title": "x", "author": {"name": "new"}}))
    assert details == {"reason": "collection", "collection": "authors", "path": ("author",)}
    details = await refused(kit.create("articles", {"title": "x", "comments": [{"text": "c"}]}))
    assert details == {"reason": "collection", "collection": "comments", "path": ("comments",)}
    kit.grants = granted(articles__create=[{}], comments__create=[{"fields": ["text"]}])
    details = await refused(kit.create("articles", {"title": "x", "comments": [{"text": "c"}]}))
    assert details == {"reason": "fields", "collection": "comments", "fields": ("article",), "path": ("comments",)}
    kit.grants = granted(articles__create=[{}], comments__create=[{"fields": ["text", "article"]}])
    await kit.create("articles", {"title": "x", "comments": [{"text": "c"}]})
    assert await kit.values("SELECT count(*) FROM articles") == [1]


async def test_a_hidden_item_can_be_neither_taken_nor_let_go(kit: Kit):
    kit.grants = None
    mine = await kit.create("articles", {"title": "x", "comments": [{"text": "seen"}, {"text": "hidden"}]})
    await kit.create("articles", {"title": "y", "comments": [{"text": "hidden"}]})
    where = {"text": {"_eq": "seen"}}
    kit.grants = granted(articles__update=[{}], comments__view=[{"where": where}], comments__update=[{"where": where}])
    for item in (3, 999):
        assert await refused(kit.update("articles", mine, {"comments": [item]})) == {"reason": "missing"}
        details = await refused(kit.update("articles", mine, {"comments": [{"id": item, "text": "z"}]}))
        assert (details["reason"], details["action"]) == ("item", "update")
    await kit.update("articles", mine, {"comments": []})
    # The hidden comment still hangs where it hung.
    assert await kit.values("SELECT text FROM comments WHERE article IS NOT NULL ORDER BY id") == ["hidden", "hidden"]


async def test_upsert_tells_nothing_to_those_who_may_not_create(kit: Kit):
    kit.grants = granted(authors__update=[{"where": {"name": {"_eq": "Ann"}}}])
    hidden = await refused(kit.upsert("authors", {"id": 2, "name": "x"}))
    missing = await refused(kit.upsert("authors", {"id": 999, "name": "x"}))
    assert hidden == missing


async def test_a_denied_request_changes_nothing(kit: Kit):
    kit.grants = granted(articles__create=[{}], tags__create=[{}])
    with pytest.raises(Forbidden):
        await kit.create("articles", {"title": "x", "tags": [{"tags_id": {"name": "t"}}]})
    for table in ("articles", "tags", "articles_tags"):
        assert await kit.values(f"SELECT count(*) FROM {table}") == [0]
    assert len(kit.sets) == 2  # the two authors


async def test_system_work_says_why(kit: Kit):
    kit.actor = Actor.system("nightly cleaning")
    kit.grants = None
    await kit.create("authors", {"name": "x"})
    assert await kit.values("SELECT reason FROM satchel_changes ORDER BY id DESC LIMIT 1") == ["nightly cleaning"]
