"""Events: who listens, in which order, and what stops a chain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from satchel.engine.events import EVENTS, Events, GoOn, Link
from satchel.engine.item_events import ItemEvent
from satchel.engine.write_values import set_value
from satchel.errors import Stopped, Unprocessable, ValidationFailed
from tests.process.write_kit import Kit, kit_on


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    async with kit_on("sqlite", tmp_path) as made:
        yield made


def noting(seen: list[str], name: str) -> Link:
    async def link(subject: Any, go_on: GoOn) -> None:
        seen.append(f"> {name}")
        await go_on()
        seen.append(f"< {name}")

    return link


async def test_links_run_around_the_work_in_their_order():
    events, seen = Events(), list[str]()
    events.on("serve", noting(seen, "a"))
    events.on("serve", noting(seen, "b"))

    async def work() -> None:
        seen.append("work")

    await events.run("serve", None, work)
    assert seen == ["> a", "> b", "work", "< b", "< a"]
    seen.clear()
    await events.run("terminate", None, work)
    assert seen == ["work"]


async def test_tags_choose_the_events():
    events, seen = Events(), list[str]()
    events.on("record_create", noting(seen, "posts"), ["posts", "other"])
    events.on("record_create", noting(seen, "all"))

    async def work() -> None:
        seen.append("work")

    await events.run("record_create", None, work, "tags", "id2")
    assert seen == ["> all", "work", "< all"]
    assert events.items
    assert events.heard("record_create", "posts")
    assert not events.heard("record_update", "posts")


async def test_a_link_may_keep_the_work_from_being_done():
    events, done = Events(), list[int]()

    async def stop(subject: Any, go_on: GoOn) -> None:
        pass

    async def work() -> None:
        done.append(1)

    events.on("serve", stop)
    await events.run("serve", None, work)
    assert done == []
    events.clear()
    await events.run("serve", None, work)
    assert done == [1]


def test_only_events_that_are_raised_can_be_listened_to():
    with pytest.raises(KeyError):
        Events().on("record_creat", noting([], ""))
    assert all(name == name.lower() for name in EVENTS)


# --- events of items


async def test_the_events_of_a_write(kit: Kit):
    seen: list[str] = []
    for name in EVENTS:
        if name.startswith("record_"):
            kit.writes.events.on(name, noting(seen, name.removeprefix("record_")), ["authors"])
    key = await kit.create("authors", {"name": "a"})
    assert seen == [
        "> create", "> validate", "< validate", "> create_execute", "< create_execute", "< create",
        "> after_create_success", "< after_create_success",
    ]  # fmt: skip
    seen.clear()
    await kit.update("authors", key, {"name": "b"})
    assert seen[0] == "> update"
    assert seen[-1] == "< after_update_success"
    seen.clear()
    with pytest.raises(ValidationFailed):
        await kit.create("authors", {"score": "x"})
    assert seen == ["> create", "> validate", "> after_create_error", "< after_create_error"]
    seen.clear()
    await kit.create("tags", {"name": "x"})
    assert seen == []
    await kit.delete("authors", key)
    assert seen == [
        "> delete", "> delete_execute", "< delete_execute", "< delete",
        "> after_delete_success", "< after_delete_success",
    ]  # fmt: skip


async def test_listeners_may_change_refuse_and_stop(kit: Kit):
    async def link(event: ItemEvent, go_on: GoOn) -> None:
        assert event.draft is not None
        match event.draft.values.get("name"):
            case "loud":
                set_value(event.draft, "name", "LOUD")
            case "bad":
                raise Unprocessable("No.")
            case "stop":
                return
            case _:
                pass
        await go_on()

    errors: list[Any] = []

    async def failed(event: ItemEvent, go_on: GoOn) -> None:
        errors.append(event.error)

    kit.writes.events.on("record_create", link)
    kit.writes.events.on("record_after_create_error", failed)
    await kit.create("authors", {"name": "loud"})
    for name, kind in (("bad", Unprocessable), ("stop", Stopped)):
        with pytest.raises(kind):
            await kit.create("authors", {"name": name})
    assert await kit.values("SELECT name FROM authors") == ["LOUD"]
    assert [type(error) for error in errors] == [Unprocessable, Stopped]


async def test_after_events_tell_of_rows_that_foreign_keys_took(kit: Kit):
    seen: list[Any] = []

    async def gone(event: ItemEvent, go_on: GoOn) -> None:
        seen.append((event.plan.name, event.action, dict(event.values).get("name")))

    kit.writes.events.on("record_after_delete_success", gone)
    kit.writes.events.on("record_after_update_success", gone)
    await kit.create("articles", {"title": "x", "author": {"name": "ann"}})
    await kit.delete("authors", (1,))
    assert sorted(seen) == [("articles", "update", None), ("authors", "delete", "ann")]


async def test_what_an_after_listener_raises_is_not_the_callers(kit: Kit):
    told: list[Exception] = []
    kit.writes._report = told.append

    async def fail(event: ItemEvent, go_on: GoOn) -> None:
        raise ValueError("too late")

    kit.writes.events.on("record_after_create_success", fail)
    assert await kit.create("authors", {"name": "a"}) == (1,)
    assert [str(error) for error in told] == ["too late"]
