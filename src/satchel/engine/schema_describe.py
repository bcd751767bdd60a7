"""A planned schema change in words: its statements, what they take away, and how many rows that concerns.

In charge of: saying what a change would do, without doing it. Not in charge of: planning (`schema_save`), or running
(`schema_run`). Called by `schema`.

Nothing is locked or tried as long as what is there now says enough: what the data refuses (a duplicate under a new
unique index) shows when the change is made. Where a change has to know what an earlier one leaves, they are made and
undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from satchel.db.base import Database, Transaction
from satchel.errors import NotFound, NotSupported, SatchelError
from satchel.model.schema_changes import (
    AlterColumn,
    AlterTable,
    Change,
    CreateTable,
    CreateView,
    DropColumn,
    DropTable,
    DropView,
    TableRef,
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
    try:
        return await _read(database, changes)
    except (NotFound, NotSupported):
        # what a later change has to know of a table is what an earlier one makes of it
        if not ddl_of(database.dialect).transactional:
            raise
        return await _rehearsed(database, changes)


async def _read(database: Database, changes: Sequence[Change]) -> list[Described]:
    """The changes, told by what is there now."""
    ddl = ddl_of(database.dialect)
    made: dict[str, str] = {}
    counted: dict[str, int | None] = {}
    found: list[Described] = []
    for change in changes:
        place = _place(change)
        statements = ddl.statements(change, await _looked(database, ddl, change, made))
        if isinstance(change, CreateTable):
            made[place.name] = statements[0]
        elif place.name not in made and place.name not in counted:
            counted[place.name] = await _count(database, ddl.table(place))
        found.append(_described(change, statements, counted.get(place.name)))
    return found


class _Rehearsed(Exception):
    """Undoes what was done in its transaction."""


async def _rehearsed(database: Database, changes: Sequence[Change]) -> list[Described]:
    """The changes, made in a transaction that is undone."""
    ddl = ddl_of(database.dialect)
    found: list[Described] = []
    counted: dict[str, int | None] = {}
    for place in dict.fromkeys(map(_place, changes)):
        counted[place.name] = await _count(database, ddl.table(place))

    async def work(transaction: Transaction) -> None:
        found.clear()
        for statement in ddl.before():
            await transaction.run(ddl.spoken(statement))
        for change in changes:
            question = ddl.look(change)
            rows = await transaction.run(ddl.spoken(question)) if question is not None else []
            statements = ddl.statements(change, rows)
            for statement in statements:
                await transaction.run(ddl.spoken(statement))
            found.append(_described(change, statements, counted.get(_place(change).name)))
        raise _Rehearsed

    with suppress(_Rehearsed):
        await database.write_schema(work)
    return found


def _place(change: Change) -> TableRef:
    return change.view if isinstance(change, CreateView | DropView) else change.table


def _described(change: Change, statements: Sequence[str], rows: int | None) -> Described:
    edits = change.edits if isinstance(change, AlterTable) else ()
    return Described(
        _place(change).name,
        _action(change),
        tuple(statements),
        tuple(edit.column for edit in edits if isinstance(edit, DropColumn)),
        tuple(edit.after.name for edit in edits if isinstance(edit, AlterColumn) and _converts(edit)),
        rows,
    )


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
