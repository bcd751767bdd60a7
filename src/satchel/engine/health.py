"""Health: whether the databases answer, and how fast.

In charge of: asking each of them once. Not in charge of: what is told of it. Called through the engine by the wires.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from satchel.db.base import Database
from satchel.errors import SatchelError

PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """`seconds`: how long the answer took. `error`: why there was none, without what only operators may know."""

    name: str
    dialect: str
    seconds: float
    error: str = ""


async def check(databases: Mapping[str, Database]) -> Sequence[DatabaseHealth]:
    """Ask all of them at once."""
    return await asyncio.gather(*(_ask(name, database) for name, database in databases.items()))


async def _ask(name: str, database: Database) -> DatabaseHealth:
    started = perf_counter()
    error = ""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await database.ping()
    except TimeoutError:
        error = f"No answer within {PATIENCE_SECONDS:g} seconds."
    except SatchelError as failure:
        error = failure.message
    return DatabaseHealth(name, database.dialect, perf_counter() - started, error)
