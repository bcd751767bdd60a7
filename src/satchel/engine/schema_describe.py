"""A planned schema change in words: its statements, what they take away, and how many rows that concerns.

In charge of: saying what a change would do, without doing it. Not in charge of: planning (`schema_save`), or running
(`schema_run`). Called by `schema`.

Nothing is locked or tried: what the data refuses (a duplicate under a new unique index) shows when the change is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from satchel.db.base import Database
from satchel.errors import SatchelError
from satchel.model.schema_changes import (
    AlterColumn,
    AlterTable,
    Change,
    CreateTable,
    CreateView,
    DropColumn,
    DropTable,
    DropView,
)
from satchel.sql.ddl import Ddl, ddl_of

COUNT_SECONDS = 5.0
"""How long the rows of one table are counted; beyond that their number is unknown."""


@dataclass(frozen=True, slots=True)
class Described:
    """One change. `action`: `create`, `drop`, or `change`. `dropped`: columns whose values go; `converted`: columns
    whose values get another type. `rows`: how many the table has; None for a new table, a view, or where counting
    takes too long.
    """

    table: str
    action: str
    statements: tuple[str, ...]
    dropped: tuple[str, ...] = ()
    converted: tuple[str, ...] = ()
    rows: int | None = None


async def described(database: Database, changes: Sequence[Change]) -> list[Described]:
    """The changes, in the order in which they would be made. Raises NotSupported where the database can't."""
    ddl = ddl_of(database.dialect)
    made: dict[str, str] = {}
    counted: dict[str, int | None] = {}
    found: list[Described] = []
    for change in changes:
        place = change.view if isinstance(change, CreateView | DropView) else change.table
        statements = tuple(ddl.statements(change, await _looked(database, ddl, change, made)))
        name = place.name
        if isinstance(change, CreateTable):
            made[name] = statements[0]
        elif name not in made and name not in counted:
            counted[name] = await _count(database, ddl.table(place))
        edits = change.edits if isinstance(change, AlterTable) else ()
        found.append(
            Described(
                name,
                _action(change),
                statements,
                tuple(edit.column for edit in edits if isinstance(edit, DropColumn)),
                tuple(edit.after.name for edit in edits if isinstance(edit, AlterColumn) and _converts(edit)),
                counted.get(name),
            )
        )
    return found


def _action(change: Change) -> str:
    match change:
        case CreateTable() | CreateView():
            return "create"
        case DropTable() | DropView():
            return "drop"
        case _:
            return "change"


def _converts(edit: AlterColumn) -> bool:
    before, after = edit.before, edit.after
    return (before.type, before.kind, before.multiple) != (after.type, after.kind, after.multiple)


async def _looked(database: Database, ddl: Ddl, change: Change, made: dict[str, str]) -> list[Any]:
    """What the dialect asks before a change. Of a table that this plan makes the database knows nothing yet."""
    if isinstance(change, AlterTable) and change.table.name in made:
        return [("table", change.table.name, made[change.table.name])]
    question = ddl.look(change)
    return list(await database.read(ddl.spoken(question))) if question is not None else []


async def _count(database: Database, table: str) -> int | None:
    """SELECT count(*) FROM "posts" """
    try:
        rows = await database.read(
            ddl_of(database.dialect).spoken(f"SELECT count(*) FROM {table}"), timeout_seconds=COUNT_SECONDS
        )
    except SatchelError:
        return None
    return int(rows[0][0])
