"""Writes where related items live in another database: what works, and what is refused with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from satchel.db import DatabaseOptions, open_database
from satchel.errors import NotSupported, ValidationFailed
from satchel.model.catalog import Catalog
from tests.process.write_kit import Kit, granted, kit_on, said

TAG = "tag000000000001"


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    """Authors and tags live in a second database, the rest in the first."""
    async with kit_on("sqlite", tmp_path) as made:
        other = open_database("other", f"sqlite:///{tmp_path}/other.db", DatabaseOptions(create=True))
        await other.open()

        async def work(transaction: Any) -> None:
            await transaction.run(
                "CREATE TABLE authors (id INTEGER PRIMARY KEY, name text NOT NULL, email text,"
                " score numeric, secret text, boss integer)"
            )
            await transaction.run(
                "CREATE TABLE board_tags (id varchar(255) PRIMARY KEY, name text NOT NULL DEFAULT '')"
            )

        await other.write(work)
        made.databases["other"] = other
        away = {"authors", "board_tags"}
        found = [
            replace(item, source="other") if item.name in away else item for item in made.catalog.collections.values()
        ]
        relations = [
            replace(item, constraint=None, on_delete=None) if item.one in away else item
            for item in made.catalog.relations
        ]
        made.writes._host.catalog = Catalog.build(found, relations, 2)
        yield made
        await other.close()


async def test_keys_of_items_elsewhere_are_checked_there(kit: Kit):
    await kit.create("authors", {"name": "Ann"})
    await kit.create("authors", {"name": "Bob"})
    assert await kit.create("notes", {"title": "x", "author": 1})
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("notes", {"title": "for an admin", "author": 99})
    assert said(caught.value) == [("author", "foreign_key")]
    kit.grants = granted(notes__create=[{}], authors__view=[{"where": {"name": {"_eq": "Ann"}}}])
    await kit.create("notes", {"title": "y", "author": 1})
    for author in (2, 99):
        with pytest.raises(ValidationFailed) as caught:
            await kit.create("notes", {"title": "z", "author": author})
        assert said(caught.value) == [("author", "foreign_key")]


async def test_objects_cant_be_written_across(kit: Kit):
    with pytest.raises(NotSupported, match='"authors" lives in another database'):
        await kit.create("notes", {"title": "x", "author": {"name": "new"}})
    assert await kit.values("SELECT count(*) FROM notes") == [0]
    await kit.create("authors", {"name": "Ann"})
    # An object that is nothing but a key only links.
    await kit.create("notes", {"title": "x", "author": {"id": 1}})
    assert await kit.values("SELECT author FROM notes") == [1]


async def test_the_log_is_where_the_store_is(kit: Kit):
    await kit.create("authors", {"name": "Ann"})
    assert [(entry["collection"], entry["action"]) for entry in await kit.log()] == [("authors", "create")]


async def test_references_from_elsewhere_hold_a_deletion_back(kit: Kit):
    await kit.create("board_tags", {"id": TAG}, "pocketbase")
    await kit.create("posts", {"title": "Title", "rm": [TAG]}, "pocketbase")
    with pytest.raises(NotSupported, match='Items of "posts" in another database'):
        await kit.delete("board_tags", TAG, "pocketbase")
    await kit.update("posts", (await kit.values("SELECT id FROM posts"))[0], {"rm": []}, "pocketbase")
    await kit.delete("board_tags", TAG, "pocketbase")
