"""Calling what authors wrote: `async def` on the event loop, plain `def` in a thread of its own.

In charge of: the threads, `wait`, and what is current while a handler runs (program, handler, transaction). Not in
charge of: which handler is called when (`program`). Called by `program`, `routes` and `app`.

A plain function may block (call another server, read a file) without holding anybody up. The way back onto the event
loop is `wait`, which `event.next()` uses by itself. A handler that finds all threads taken is refused at once: it may
be called inside of another one, so waiting for a thread could be waiting for ever.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from satchel.errors import Unavailable

if TYPE_CHECKING:
    from satchel.engine.verbs import Session
    from satchel.extensions.program import Extensions

Result = TypeVar("Result")

PROGRAM: ContextVar[Extensions | None] = ContextVar("satchel_program", default=None)
"""Whose hooks are being loaded or run."""
HANDLER: ContextVar[str] = ContextVar("satchel_handler", default="")
"""The name of the handler that runs, for logs and the change log."""
SESSION: ContextVar[Session | None] = ContextVar("satchel_session", default=None)
"""The transaction that the handler runs in, if it does."""

_thread = threading.local()


class Threads:
    """The threads of one program's handlers. `limit`: how many may be busy at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._busy = 0
        self._pool = ThreadPoolExecutor(limit, thread_name_prefix="satchel-hook")

    async def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function gives. Raises Unavailable when all threads are taken, and whatever the function raises."""
        if inspect.iscoroutinefunction(function):
            return await function(*arguments)
        if self._busy >= self._limit:
            raise Unavailable("Too many hooks run at once.", hint='The setting "hook_threads_max" is the limit.')
        loop = asyncio.get_running_loop()
        context = contextvars.copy_context()
        self._busy += 1
        try:
            result = await loop.run_in_executor(self._pool, lambda: context.run(_run, loop, function, arguments))
        finally:
            self._busy -= 1
        return await result if inspect.isawaitable(result) else result

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _run(loop: asyncio.AbstractEventLoop, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    _thread.loop = loop
    try:
        return function(*arguments)
    finally:
        _thread.loop = None


def in_plain_function() -> bool:
    """Whether the caller is a plain function that runs in a thread of ours."""
    return getattr(_thread, "loop", None) is not None


def wait(awaitable: Awaitable[Result]) -> Result:
    """The result of an awaitable, in a plain `def` handler. Raises RuntimeError elsewhere: there, `await` it."""
    loop: asyncio.AbstractEventLoop | None = getattr(_thread, "loop", None)
    if loop is None:
        if inspect.iscoroutine(awaitable):
            awaitable.close()
        raise RuntimeError("wait() is for plain functions that Satchel calls; write `await` in an async function.")
    return asyncio.run_coroutine_threadsafe(_awaited(awaitable), loop).result()


async def _awaited(awaitable: Awaitable[Result]) -> Result:
    return await awaitable


class Done:
    """Nothing left to wait for."""

    def __await__(self) -> Generator[None]:
        return
        yield
