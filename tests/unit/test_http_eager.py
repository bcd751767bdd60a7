"""Coroutines that are begun without a task: what they may rely on all the same."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

import pytest

from satchel.http.eager import start

MARK: ContextVar[str] = ContextVar("mark", default="outside")


async def begin(work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None] | None:
    """Start from a callback of the loop, as a connection does."""
    loop = asyncio.get_running_loop()
    begun: asyncio.Future[asyncio.Task[None] | None] = loop.create_future()

    def call() -> None:
        try:
            begun.set_result(start(work(), loop))
        except BaseException as error:
            begun.set_exception(error)

    loop.call_soon(call)
    return await begun


async def test_what_waits_for_nothing_needs_no_task() -> None:
    seen: list[int] = []

    async def work() -> None:
        seen.append(1)

    assert await begin(work) is None
    assert seen == [1]


async def test_the_rest_goes_on_in_a_task() -> None:
    seen: list[Any] = []

    async def work() -> None:
        seen.append("first")
        await asyncio.sleep(0.01)
        seen.append("second")
        seen.append(await asyncio.get_running_loop().run_in_executor(None, lambda: "third"))

    task = await begin(work)
    assert seen == ["first"]
    assert task is not None
    await task
    assert seen == ["first", "second", "third"]


async def test_time_limits_and_groups_that_begin_in_the_first_step() -> None:
    seen: list[Any] = []

    async def work() -> None:
        try:
            async with asyncio.timeout(0.02):
                await asyncio.sleep(5)
        except TimeoutError:
            seen.append("too long")
        async with asyncio.timeout(5):
            await asyncio.sleep(0)
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0, "x"))
        seen.append("done")

    task = await begin(work)
    assert task is not None
    await task
    assert seen == ["too long", "done"]
    assert not task.cancelled()


async def test_a_group_in_the_first_step_ends_with_its_children() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError("child")

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            await asyncio.sleep(5)

    task = await begin(work)
    assert task is not None
    with pytest.raises(ExceptionGroup):
        await task


async def test_cancelling_reaches_the_coroutine() -> None:
    seen: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        finally:
            seen.append("cleaned")

    task = await begin(work)
    assert task is not None
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["cancelled", "cleaned"]


async def test_a_coroutine_may_survive_its_cancellation() -> None:
    seen: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            seen.append("survived")

    task = await begin(work)
    assert task is not None
    task.cancel()
    await task
    assert seen == ["survived"]


async def test_errors_of_the_first_step_are_raised_and_later_ones_are_the_task_s() -> None:
    async def at_once() -> None:
        raise ValueError("at once")

    async def later() -> None:
        await asyncio.sleep(0)
        raise ValueError("later")

    with pytest.raises(ValueError, match="at once"):
        await begin(at_once)
    task = await begin(later)
    assert task is not None
    with pytest.raises(ValueError, match="later"):
        await task


async def test_variables_of_the_context_stay_with_the_coroutine() -> None:
    seen: list[str] = []

    async def work() -> None:
        MARK.set("inside")
        await asyncio.sleep(0)
        seen.append(MARK.get())

    task = await begin(work)
    assert MARK.get() == "outside"
    assert task is not None
    await task
    assert seen == ["inside"]


async def test_the_current_task_is_told_in_both_parts() -> None:
    seen: list[Any] = []

    async def work() -> None:
        seen.append(asyncio.current_task())
        await asyncio.sleep(0)
        seen.append(asyncio.current_task())

    task = await begin(work)
    assert task is not None
    await task
    assert seen[0] is not None
    assert seen[1] is task
