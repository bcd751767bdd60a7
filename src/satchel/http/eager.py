"""A coroutine's first step at once, and a task only for what is left.

In charge of: running a coroutine until it waits for something for the first time. Most answers wait for nothing, and a
task that is made, scheduled and ended for each of them costs more than some of these answers. Not in charge of: what
runs. Called by `http/protocol`.

From Python 3.12 on a task may begin at once by itself. Before, the first step runs under a stand-in for the task, so
that code which asks for the current task (`asyncio.timeout`, `asyncio.TaskGroup`) finds one, and the task that goes on
later takes the stand-in's orders. Code that remembers the current task (anyio's scopes, and so httpx) would find
another one later: it must not run in such a first step, which `begins_at_once` of the application sees to.
`_enter_task` and `_leave_task` are how asyncio's documentation ("Extending: task lifetime support") lets others run
coroutines.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Generator
from contextvars import copy_context
from typing import Any

Work = Coroutine[Any, Any, None]

_enter: Any = asyncio.tasks.__dict__["_enter_task"]
_leave: Any = asyncio.tasks.__dict__["_leave_task"]


class _StandIn:
    """The current task of a first step."""

    __slots__ = ("__weakref__", "task")

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None

    def cancelling(self) -> int:
        return self.task.cancelling() if self.task is not None else 0

    def cancel(self, msg: Any = None) -> bool:
        return self.task.cancel(msg) if self.task is not None else False

    def uncancel(self) -> int:
        return self.task.uncancel() if self.task is not None else 0

    def done(self) -> bool:
        return self.task.done() if self.task is not None else False

    def get_name(self) -> str:
        return self.task.get_name() if self.task is not None else "first step"


class _Rest:
    """What is left of a coroutine after a step that gave `waiting`, to be awaited by a task."""

    __slots__ = ("waiting", "work")

    def __init__(self, work: Work, waiting: Any) -> None:
        self.work = work
        self.waiting = waiting

    def __await__(self) -> Generator[Any, Any, None]:
        work, waiting = self.work, self.waiting
        while True:
            try:
                sent = yield waiting
            except GeneratorExit:
                work.close()
                raise
            except BaseException as error:  # a cancellation above all: it is the coroutine's to handle
                step, value = work.throw, error
            else:
                step, value = work.send, sent
            try:
                waiting = step(value)
            except StopIteration:
                return


async def _go_on(rest: _Rest) -> None:
    await rest


def start(work: Work, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None] | None:
    """Run a coroutine's first step now. Gives the task that goes on with it, or None when it has ended.

    Called on the event loop's thread, outside of any task. Raises what the first step raises.
    """
    if sys.version_info >= (3, 12):
        begun = asyncio.Task(work, loop=loop, eager_start=True)
        if begun.done():
            begun.result()
            return None
        return begun
    stand_in: Any = _StandIn()
    context = copy_context()
    _enter(loop, stand_in)
    try:
        waiting = context.run(work.send, None)
    except StopIteration:
        return None
    finally:
        _leave(loop, stand_in)
    task = stand_in.task = loop.create_task(_go_on(_Rest(work, waiting)), context=context)
    return task


REAL = sys.version_info >= (3, 12)
"""Whether the first step runs in the task that goes on later, so that any code may run in it."""


def is_same_task(task: Any, other: Any) -> bool:
    """Whether two answers of `asyncio.current_task()` mean the same work, begun by `start` or not."""
    if task is other:
        return task is not None
    own = task.task if isinstance(task, _StandIn) else task
    its = other.task if isinstance(other, _StandIn) else other
    return own is its and own is not None
