"""Stalling: answers that take the same time whatever they found out.

In charge of: waiting until a certain time has passed. Called where a stranger could learn by the clock who has an
account.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")


async def at_least(milliseconds: int, work: Callable[[], Awaitable[Result]]) -> Result:
    """Run `work`; its answer and its refusal come no sooner than that."""
    until = time.monotonic() + milliseconds / 1000
    try:
        return await work()
    finally:
        rest = until - time.monotonic()
        if rest > 0:
            await asyncio.sleep(rest)
