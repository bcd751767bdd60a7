"""The SQL console: one statement as a person types it.

In charge of: which database it runs on, its limits, values as text, and telling everybody of a schema that it changed.
Not in charge of: running it (`db/`), or who may (the wires ask: superusers alone). Called by the wires.

What is written here by-passes rules, hooks and the change log, as it would in any other SQL client.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from satchel.db.console import Column, text_of, writes
from satchel.engine.metadata import Metadata
from satchel.errors import ReadOnly

ROWS_MAX = 1000
TIMEOUT_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Printed:
    """What a statement gave back, for reading. `milliseconds`: how long it took."""

    milliseconds: int
    changed: int
    columns: tuple[Column, ...]
    rows: list[list[str | None]]


class Console:
    """One per process. Statements run on the first source."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    async def run(self, sql: str, *, read_only: bool = False) -> Printed:
        """Run a statement. What reads runs read only; what writes is one transaction and gives no rows.

        `read_only`: ReadOnly is raised for what writes. Raises DatabaseError and its kin, with the database's words.
        """
        database = next(iter(self._metadata.sources.values()))
        started = perf_counter()
        write = writes(sql) and not read_only
        try:
            found = await database.ask(sql, write=write, rows_max=ROWS_MAX, timeout_seconds=TIMEOUT_SECONDS)
        except ReadOnly:
            if write or read_only:
                raise
            # one that writes and does not begin like one: WITH … DELETE
            write = True
            found = await database.ask(sql, write=True, rows_max=ROWS_MAX, timeout_seconds=TIMEOUT_SECONDS)
        milliseconds = int((perf_counter() - started) * 1000)
        if not write:
            rows = [[text_of(value) for value in row] for row in found.rows]
            return Printed(milliseconds, 0, found.columns, rows)
        await self._metadata.refresh()
        return Printed(milliseconds, found.changed, (), [])
