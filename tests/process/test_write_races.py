"""Writers that meet: nothing is lost, and the loser is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from satchel.errors import Conflict, NotFound, PreconditionFailed, ValidationFailed
from tests.process.write_kit import Kit, granted, kit_on

pytestmark = pytest.mark.dialects
WRITERS = 12


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
async def kit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kit]:
    async with kit_on(request.param, tmp_path) as made:
        yield made


async def test_increments_add_up(kit: Kit):
    (key,) = await kit.create("posts", {"title": "Title", "n": 0}, "pocketbase")
    await asyncio.gather(*(kit.update("posts", key, {"n+": 1}, "pocketbase") for _ in range(WRITERS)))
    assert await kit.values("SELECT n FROM posts") == [WRITERS]


async def test_increments_add_up_under_a_rule(kit: Kit):
    (key,) = await kit.create("posts", {"title": "Title", "n": 0}, "pocketbase")
    kit.grants = granted(posts__update=[{"where": "title = 'Title'"}])
    await asyncio.gather(*(kit.update("posts", key, {"n+": 1}, "pocketbase") for _ in range(WRITERS)))
    assert await kit.values("SELECT n FROM posts") == [WRITERS]


async def test_only_one_of_many_with_the_same_tag_wins(kit: Kit):
    key = await kit.create("authors", {"name": "Ann"})
    tag = await kit.writes.etag("authors", key)
    tries = [kit.update("authors", key, {"name": str(number)}, if_match=tag) for number in range(WRITERS)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert [item for item in found if not isinstance(item, PreconditionFailed)] == [key]
    assert len(await kit.log()) == 2


async def test_a_lost_race_on_a_unique_value_is_a_field_error(kit: Kit):
    tries = [kit.create("tags", {"name": "same"}) for _ in range(WRITERS)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(item, tuple) for item in found) == 1
    assert {item.errors[0].code for item in found if isinstance(item, ValidationFailed)} == {"not_unique"}
    assert await kit.values("SELECT count(*) FROM tags") == [1]
    assert len(await kit.log()) == 1


async def test_updates_and_deletes_of_one_item(kit: Kit):
    key = await kit.create("authors", {"name": "Ann"})
    tries = [kit.update("authors", key, {"name": str(number)}) for number in range(WRITERS)]
    tries.insert(WRITERS // 2, kit.delete("authors", key))
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert all(item in (None, key) or isinstance(item, NotFound | Conflict) for item in found)
    assert await kit.values("SELECT count(*) FROM authors") == [0]
    log = await kit.log()
    assert log[-1]["action"] == "delete"
    # Each entry starts where the one before it ended.
    names = [(entry["before"] or {}).get("name") for entry in log[1:]]
    assert names == [(entry["after"] or {})["name"] for entry in log[:-1]]
