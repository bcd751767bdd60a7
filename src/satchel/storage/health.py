"""Health of places for files: whether each keeps what it is given.

In charge of: a small file, written and removed again. Not in charge of: what is told of it. Called by the Directus
wire.
"""

from __future__ import annotations

import asyncio
import secrets
from time import perf_counter

from satchel.errors import SatchelError
from satchel.storage.base import Attributes, Storage

PATIENCE_SECONDS = 5.0
FOLDER = "health"


async def probe(storage: Storage) -> tuple[float, str]:
    """How many seconds a place takes to keep a small file, and why it could not ("" when it did). Never raises."""
    key = f"{FOLDER}/{secrets.token_hex(8)}"
    started = perf_counter()
    error = ""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await storage.put(key, b"ok", Attributes("text/plain"))
            await storage.delete(key)
    except TimeoutError:
        error = f"No answer within {PATIENCE_SECONDS:g} seconds."
    except SatchelError as failure:
        error = failure.message
    return perf_counter() - started, error
