"""A file of their own for logs, beside an embedded store.

In charge of: opening it, whatever state it is in. Not in charge of: what is in it (`archive`). Called by `app`.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from satchel.db import Database, DatabaseOptions, open_database
from satchel.errors import ConfigError, DatabaseError
from satchel.observe import Observer


async def open_beside(path: Path, options: DatabaseOptions, observer: Observer) -> Database:
    """An embedded database that nobody misses: one that can't be opened is put aside, and a new one made."""
    database = open_database("logs", str(path), options)
    try:
        await database.open()
    except (DatabaseError, ConfigError) as error:
        aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
        observer.note(f"{path} can't be opened and was moved to {aside}.", "error", error=error)
        _move(path, aside)
        await database.open()
    return database


def _move(path: Path, aside: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
