"""What happens around a write: hooks, the change log in and outside of the transaction, the bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from satchel.engine.appending import BATCH
from satchel.engine.hooks import Event
from satchel.engine.ledger import Change
from satchel.errors import DatabaseError, Forbidden, Unprocessable, ValidationFailed
from tests.process.write_kit import Kit, granted, kit_on, open_kit


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    async with kit_on("sqlite", tmp_path) as made:
        yield made


async def test_filter_hooks_change_payloads_before_checks(kit: Kit):
    seen: list[tuple[str, str, Any]] = []

    async def shout(payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        seen.append((event.collection, event.action, event.key))
        return {**payload, "name": str(payload["name"]).upper()} if "name" in payload else payload

    async def add(payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        return {**payload, "score": 7}

    kit.hooks.on_filter("*", "create", shout)
    kit.hooks.on_filter("authors", "create", add)
    kit.hooks.on_filter("authors", "update", shout)
    kit.hooks.on_filter("authors", "delete", shout)
    key = await kit.create("authors", {"name": "ann"})
    await kit.update("authors", key, {"name": "anna"})
    assert await kit.rows("SELECT name, score FROM authors") == [("ANNA", 7)]
    await kit.delete("authors", key)
    assert seen == [("authors", "create", None), ("authors", "update", key), ("authors", "delete", key)]
    # What a hook adds is checked like the caller's own.
    kit.grants = granted(authors__create=[{"fields": ["name"]}])
    with pytest.raises(Forbidden) as caught:
        await kit.create("authors", {"name": "x"})
    assert caught.value.details["fields"] == ("score",)


async def test_a_filter_hook_may_refuse(kit: Kit):
    async def refuse(payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        raise Unprocessable("Not today.")

    kit.hooks.on_filter("authors", "delete", refuse)
    key = await kit.create("authors", {"name": "ann"})
    with pytest.raises(Unprocessable):
        await kit.delete("authors", key)
    assert await kit.values("SELECT count(*) FROM authors") == [1]


async def test_inside_hooks_see_changes_and_share_the_transaction(kit: Kit):
    seen: list[tuple[str, str]] = []

    async def note(change: Change, session: Any) -> None:
        seen.append((change.action, change.collection))
        if change.collection == "authors":
            await session.create("tags", {"name": f"author {change.key}"}, "directus")

    kit.hooks.on_inside("*", "create", note)
    await kit.create("articles", {"title": "x", "author": {"name": "a"}})
    assert seen == [("create", "tags"), ("create", "authors"), ("create", "articles")] or len(seen) == 3
    assert await kit.values("SELECT name FROM tags") == ["author 1"]
    assert len(kit.sets) == 1

    async def refuse(change: Change, session: Any) -> None:
        raise Unprocessable("Not this.")

    kit.hooks.on_inside("comments", "create", refuse)
    with pytest.raises(Unprocessable):
        await kit.create("articles", {"title": "y", "comments": [{"text": "z"}]})
    assert await kit.values("SELECT count(*) FROM articles") == [1]
    assert len(kit.sets) == 1


async def test_after_hooks_run_after_the_commit_and_cant_undo_it(kit: Kit):
    rows: list[Any] = []
    told: list[Exception] = []
    kit.writes._report = told.append

    async def look(change_set: Any) -> None:
        rows.append(await kit.values("SELECT name FROM authors"))
        raise ValueError("too late")

    kit.hooks.on_after(look)
    assert await kit.create("authors", {"name": "ann"}) == (1,)
    assert rows == [["ann"]]
    assert [str(error) for error in told] == ["too late"]


async def test_the_log_commits_with_the_data(kit: Kit):
    async def fail(session: Any) -> None:
        await session.create("authors", {"name": "a"}, "directus")
        raise DatabaseError("gone")

    with pytest.raises(DatabaseError):
        await kit.run("authors", fail)
    assert await kit.log() == []
    await kit.create("authors", {"name": "a", "articles": [{"title": "x"}]})
    assert kit.sets[0].sequence == 2
    ids = await kit.values("SELECT DISTINCT change_set FROM satchel_changes")
    assert ids == [str(kit.sets[0].id)]


async def test_many_changes_are_all_logged(kit: Kit):
    count = 2 * BATCH + 3

    async def work(session: Any) -> None:
        for number in range(count):
            await session.create("tags", {"name": str(number)}, "directus")

    await kit.run("tags", work)
    assert [entry["key"] for entry in await kit.log()] == [str(number + 1) for number in range(count)]
    assert kit.sets[0].sequence == count
    assert [change.key for change in kit.sets[0].changes] == [entry["key"] for entry in await kit.log()]


async def test_a_log_elsewhere_is_written_before_the_answer(tmp_path: Path):
    async with open_kit(f"sqlite:///{tmp_path}/w.db", "sqlite", separate_log=True) as kit:
        await kit.create("authors", {"name": "a"})
        assert [entry["action"] for entry in await kit.log()] == ["create"]
        assert kit.sets[0].sequence == 1
        with pytest.raises(ValidationFailed):
            await kit.create("authors", {})
        assert len(await kit.log()) == 1


async def test_reads_and_keys_inside(kit: Kit):
    from satchel.plan.query import Query

    async def work(session: Any) -> Any:
        await session.create("tags", {"name": "b"}, "directus")
        await session.create("tags", {"name": "a"}, "directus")
        return await session.keys(Query("tags", "directus"), ())

    assert await kit.run("tags", work) == [(1,), (2,)]


# --- the bus


async def test_listeners_get_committed_sets(kit: Kit):
    got: list[str] = []

    async def listen() -> None:
        with kit.writes.bus.listen() as listener:
            async for change_set in listener:
                got.extend(f"{change.action} {change.key}" for change in change_set.changes)
                if len(got) == 2:
                    return

    task = asyncio.create_task(listen())
    await asyncio.sleep(0)
    key = await kit.create("authors", {"name": "a"})
    with pytest.raises(ValidationFailed):
        await kit.create("authors", {})
    await kit.delete("authors", key)
    await asyncio.wait_for(task, 5)
    assert got == ["create 1", "delete 1"]
    await kit.create("authors", {"name": "b"})  # nobody listens any more


async def test_a_slow_listener_is_told_what_it_missed(kit: Kit):
    listener = kit.writes.bus.listen(limit=2)
    for name in "abcd":
        await kit.create("authors", {"name": name})
    assert listener.take_missed() == 2
    assert listener.take_missed() == 0
    first = await listener.next()
    assert first is not None
    assert first.changes[0].after["name"] == "c"
    kit.writes.bus.close()
    second = await listener.next()
    assert second is not None
    assert second.changes[0].after["name"] == "d"
    assert await listener.next() is None
    with pytest.raises(ValueError):
        kit.writes.bus.listen(limit=0)


async def test_many_writers_at_once(kit: Kit):
    await kit.create("authors", {"name": "a", "score": 0})

    async def one(number: int) -> None:
        await kit.create("tags", {"name": str(number)})

    await asyncio.gather(*(one(number) for number in range(50)))
    assert await kit.values("SELECT count(*) FROM tags") == [50]
    assert len(await kit.log()) == 51
    results = await asyncio.gather(*(one(7) for _ in range(10)), return_exceptions=True)
    assert all(isinstance(item, ValidationFailed) for item in results)
    assert await kit.values("SELECT count(*) FROM tags") == [50]
