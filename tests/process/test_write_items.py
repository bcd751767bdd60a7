"""Writes of single items: values, what is filled in, complaints, keys, the change log."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import (
    ConstraintFailed,
    Forbidden,
    InvalidPayload,
    NotFound,
    PreconditionFailed,
    ReadOnly,
    ValidationFailed,
)
from tests.process.write_kit import Kit, kit_on, said

pytestmark = pytest.mark.dialects


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
async def kit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kit]:
    async with kit_on(request.param, tmp_path) as made:
        yield made


async def test_create_gives_the_key_and_fills_in_what_comes_by_itself(kit: Kit):
    key = await kit.create("articles", {"title": "One", "views": "12", "flag": "true", "tags_csv": ["a", "b"]})
    assert key == ("00000000-0000-0000-0000-000000000001",)
    (row,) = await kit.rows("SELECT status, title, views, flag, tags_csv, user_created, date_updated FROM articles")
    assert [*map(str, row[:5])] == ["draft", "One", "12", str(row[3]), "a,b"]
    assert row[3] in (True, 1)
    assert str(row[5]) == kit.actor.key
    assert row[6] is None
    (entry,) = await kit.log()
    assert (entry["collection"], entry["key"], entry["action"]) == ("articles", key[0], "create")
    # What the database filled in is in the log too.
    assert entry["after"]["status"] == "draft"
    assert entry["after"]["date_created"].startswith("2026-11-23 12:30:45.678")
    assert entry["actor_key"] == kit.actor.key


async def test_generated_keys_come_back(kit: Kit):
    assert await kit.create("authors", {"name": "Ann"}) == (1,)
    assert await kit.create("authors", {"name": "Bob", "id": 500}) == (500,)
    assert await kit.create("authors", {"name": "Cid"}) == (501,)
    assert (await kit.log())[1]["after"]["name"] == "Bob"


async def test_values_of_all_types_are_stored_as_they_are_meant(kit: Kit):
    payload = {
        "title": 5, "data": {"k": [1, None, "é"]}, "published": "2024-01-02T03:04:05+02:00",
        "at": "2024-01-02 03:04:05.5", "d": "2024-01-02T23:00:00Z", "t": "9:05",
    }  # fmt: skip
    await kit.create("articles", payload)
    (entry,) = await kit.log()
    after = entry["after"]
    assert after["title"] == "5"
    assert after["data"] == {"k": [1, None, "é"]}
    assert after["published"] == "2024-01-02 01:04:05.000"
    assert after["at"] == "2024-01-02 03:04:05.500Z"
    assert after["d"] == "2024-01-02"
    assert after["t"] == "09:05:00"
    (key,) = await kit.values("SELECT id FROM articles")
    # Sent back as it was read, nothing changes but the date of the change.
    await kit.update("articles", str(key), {**after, "id": "ignored"})
    assert list((await kit.log())[1]["after"]) == ["date_updated"]


async def test_json_texts_numbers_and_null(kit: Kit):
    for value, stored in [("plain", "plain"), ('{"a":1}', {"a": 1}), (5, 5), (True, True), ([], [])]:
        key = await kit.create("articles", {"title": "j", "data": value})
        assert (await kit.log())[-1]["after"]["data"] == stored
        await kit.update("articles", key, {"data": None})
        assert (await kit.log())[-1]["before"]["data"] == stored
        assert (await kit.log())[-1]["after"]["data"] is None


async def test_dates_refuse_in_the_wires_words(kit: Kit):
    payload = {"title": "x", "d": "xx", "published": "yy", "at": "", "views": "abc", "flag": "perhaps"}
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("articles", payload)
    assert {item.path: item.message for item in caught.value.errors} == {
        ("d",): 'Invalid Date format in field "d"',
        ("published",): 'Invalid DateTime format in field "published"',
        ("at",): 'Invalid Timestamp format in field "at"',
        ("views",): 'Invalid integer in field "views"',
        ("flag",): 'Invalid boolean in field "flag"',
    }
    assert await kit.values("SELECT count(*) FROM articles") == [0]


async def test_required_and_null_are_told_before_the_database_is_asked(kit: Kit):
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("authors", {"email": "z@x.io"})
    assert said(caught.value) == [("name", "required")]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("authors", {"name": None})
    assert said(caught.value) == [("name", "null")]
    key = await kit.create("authors", {"name": "Ann"})
    with pytest.raises(ValidationFailed) as caught:
        await kit.update("authors", key, {"name": None})
    assert said(caught.value) == [("name", "null")]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("codes", {})
    assert said(caught.value) == [("code", "required"), ("label", "required")]


async def test_what_the_database_refuses_is_a_field_error(kit: Kit):
    await kit.create("authors", {"name": "Ann", "email": "a@x.io"})
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("authors", {"name": "Bob", "email": "a@x.io"})
    assert said(caught.value) == [("email", "not_unique")]
    assert caught.value.errors[0].params == {"value": "a@x.io"}
    assert caught.value.collection == "authors"
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("authors", {"name": "Bob", "id": 1})
    assert said(caught.value) == [("id", "not_unique")]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("articles", {"title": "x", "author": 999})
    assert said(caught.value) == [("author", "foreign_key")]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("codes", {"code": "a", "label": "b", "tiny": 100})
    assert [item.code for item in caught.value.errors] == ["check"]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("codes", {"code": "abcdef", "label": "x" * 11})
    assert said(caught.value) in ([("code", "too_long"), ("label", "too_long")], [("code", "too_long")])


async def test_a_key_that_can_be_none_is_forbidden(kit: Kit):
    with pytest.raises(Forbidden) as caught:
        await kit.create("articles", {"title": "x", "id": "zzz"})
    assert caught.value.details == {"reason": "missing"}
    with pytest.raises(NotFound):
        await kit.update("articles", "zzz", {"title": "x"})
    with pytest.raises(NotFound):
        await kit.update("authors", "1.5", {"name": "x"})


async def test_unknown_and_generated_fields(kit: Kit):
    key = await kit.create("orders", {"region": "eu", "number": 1, "total": 4, "doubled": 99, "nope": 1})
    assert key == ("eu", 1)
    assert await kit.rows("SELECT total, doubled FROM orders") == [(4, 8)]


async def test_composite_keys(kit: Kit):
    await kit.create("orders", {"region": "eu", "number": 1, "total": 4})
    assert await kit.update("orders", ("eu", "1"), {"note": "n"}) == ("eu", 1)
    assert await kit.rows("SELECT region, number, note FROM orders") == [("eu", 1, "n")]
    assert (await kit.log())[1]["key"] == "eu,1"
    with pytest.raises(NotFound):
        await kit.update("orders", ("eu",), {"note": "n"})
    await kit.delete("orders", ("eu", "1"))
    assert await kit.rows("SELECT * FROM orders") == []


async def test_update_writes_and_logs_only_what_changed(kit: Kit):
    key = await kit.create("authors", {"name": "Ann", "score": "5.00", "email": "a@x.io"})
    await kit.update("authors", key, {"name": "Anna", "score": 5, "email": "a@x.io"})
    entry = (await kit.log())[1]
    assert entry["action"] == "update"
    assert (entry["before"], entry["after"]) == ({"name": "Ann"}, {"name": "Anna"})
    await kit.update("authors", key, {"name": "Anna"})
    assert len(await kit.log()) == 2


async def test_dates_and_makers_of_changes(kit: Kit):
    key = await kit.create("articles", {"title": "x", "date_created": "2001-01-01T00:00:00Z", "user_created": None})
    after = (await kit.log())[0]["after"]
    assert after["date_created"].startswith("2026-11-23")
    assert after["user_created"] == kit.actor.key
    await kit.update("articles", key, {"title": "y", "date_updated": "2001-01-01T00:00:00Z"})
    assert (await kit.log())[1]["after"]["date_updated"].startswith("2026-11-23")
    # On update the payload's value of a creation field is taken.
    await kit.update("articles", key, {"date_created": "2001-01-01T00:00:00Z"})
    assert (await kit.log())[2]["after"]["date_created"] == "2001-01-01 00:00:00.000Z"
    count = len(await kit.log())
    await kit.update("articles", key, {})
    assert len(await kit.log()) == count


async def test_secrets_are_hashed_and_never_logged(kit: Kit):
    key = await kit.create("authors", {"name": "Ann", "secret": "s3cr3t"})
    assert await kit.values("SELECT secret FROM authors") == ["hashed:t3rc3s"]
    for keep in ("**********", "", None):
        await kit.update("authors", key, {"secret": keep})
        assert await kit.values("SELECT secret FROM authors") == ["hashed:t3rc3s"]
    await kit.update("authors", key, {"secret": "other"})
    assert await kit.values("SELECT secret FROM authors") == ["hashed:rehto"]
    await kit.delete("authors", key)
    log = await kit.log()
    assert [(entry["before"] or {}).get("secret") for entry in log] == [None, "**********", "**********"]
    assert [(entry["after"] or {}).get("secret") for entry in log] == ["**********", "**********", None]
    assert "rehto" not in str(kit.sets)
    assert "t3rc3s" not in str(kit.sets)


async def test_delete(kit: Kit):
    key = await kit.create("authors", {"name": "Ann"})
    await kit.delete("authors", key)
    assert await kit.values("SELECT count(*) FROM authors") == [0]
    entry = (await kit.log())[1]
    assert (entry["action"], entry["before"]["name"], entry["after"]) == ("delete", "Ann", None)
    with pytest.raises(NotFound):
        await kit.delete("authors", key)


async def test_delete_that_a_foreign_key_holds_back(kit: Kit):
    boss = await kit.create("authors", {"name": "Boss"})
    await kit.create("authors", {"name": "Ann", "boss": boss[0]})
    with pytest.raises(ConstraintFailed) as caught:
        await kit.delete("authors", boss)
    assert caught.value.kind == "foreign_key"
    assert await kit.values("SELECT count(*) FROM authors") == [2]


async def test_upsert(kit: Kit):
    assert await kit.upsert("codes", {"code": "a", "label": "one"}) == ("a",)
    assert await kit.upsert("codes", {"code": "a", "label": "two"}) == ("a",)
    assert await kit.rows("SELECT code, label FROM codes") == [("a", "two")]
    assert [entry["action"] for entry in await kit.log()] == ["create", "update"]
    assert await kit.upsert("authors", {"name": "Ann"}) == (1,)
    assert await kit.upsert("authors", {"id": 7, "name": "Bob"}) == (7,)


async def test_a_failed_transaction_leaves_nothing(kit: Kit):
    async def work(session: Any) -> None:
        await session.create("authors", {"name": "Ann"}, "directus")
        await session.create("authors", {}, "directus")

    with pytest.raises(ValidationFailed):
        await kit.run("authors", work)
    assert await kit.values("SELECT count(*) FROM authors") == [0]
    assert await kit.log() == []
    assert kit.sets == []


async def test_an_error_that_is_kept_quiet_still_undoes_everything(kit: Kit):
    async def work(session: Any) -> None:
        await session.create("authors", {"name": "Ann", "email": "a@x.io"}, "directus")
        with contextlib.suppress(ValidationFailed):
            await session.create("authors", {"name": "Bob", "email": "a@x.io"}, "directus")

    with pytest.raises(ValidationFailed):
        await kit.run("authors", work)
    assert await kit.values("SELECT count(*) FROM authors") == [0]


async def test_a_missing_item_may_be_passed_over(kit: Kit):
    await kit.create("authors", {"name": "Ann"})

    async def work(session: Any) -> None:
        await session.update("authors", (1,), {"name": "Anna"}, "directus")
        for verb in (session.update("authors", (9,), {"name": "x"}, "directus"), session.delete("authors", (9,))):
            with pytest.raises(NotFound):
                await verb

    await kit.run("authors", work)
    assert await kit.values("SELECT name FROM authors") == ["Anna"]


async def test_if_match(kit: Kit):
    key = await kit.create("authors", {"name": "Ann", "score": 1})
    tag = await kit.writes.etag("authors", key)
    assert tag is not None
    await kit.update("authors", key, {"name": "Anna"}, if_match=f'W/"{tag}"')
    with pytest.raises(PreconditionFailed) as caught:
        await kit.update("authors", key, {"name": "Anne", "score": 1}, if_match=f'"{tag}"')
    assert caught.value.details["fields"] == {"name": {"yours": "Anne", "stored": "Anna"}}
    assert await kit.values("SELECT name FROM authors") == ["Anna"]
    with pytest.raises(PreconditionFailed):
        await kit.delete("authors", key, if_match=tag)
    fresh = await kit.writes.etag("authors", key)
    assert fresh != tag
    await kit.update("authors", key, {"name": "Anne"}, if_match=f'"nope", "{fresh}"')
    await kit.update("authors", key, {"name": "Annette"}, if_match="*")
    await kit.delete("authors", key, if_match=await kit.writes.etag("authors", key))
    assert await kit.writes.etag("authors", key) is None


async def test_what_is_read_only_says_why(kit: Kit):
    with pytest.raises(ReadOnly, match="the table has no key"):
        await kit.create("bare", {"n": 1})
    with pytest.raises(Forbidden) as caught:
        await kit.create("nope", {"n": 1})
    assert caught.value.details == {"reason": "collection", "collection": "nope", "path": ()}


async def test_the_limit_counts_items(kit: Kit):
    kit.writes._limits = type(kit.writes._limits)(items=2)

    async def work(session: Any) -> None:
        for name in "abc":
            await session.create("authors", {"name": name}, "directus")

    with pytest.raises(InvalidPayload, match="Exceeded max batch mutation limit of 2"):
        await kit.run("authors", work)
    assert await kit.values("SELECT count(*) FROM authors") == [0]


async def test_deep_documents_are_stored_and_read_back(kit: Kit):
    # SQLite reads JSON up to 1000 levels deep, MariaDB up to 32, which the log adds to.
    levels = {"sqlite": 900, "postgres": 2000, "mariadb": 29}[kit.dialect]
    deep: Any = 1
    for _ in range(levels):
        deep = [deep]
    key = await kit.create("articles", {"title": "deep", "data": deep})
    await kit.update("articles", key, {"data": [deep]})
    assert len(kit.sets) == 2
