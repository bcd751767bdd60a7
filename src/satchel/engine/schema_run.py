"""Running schema changes: typed changes become statements, one after the other.

In charge of: asking what a dialect has to know before a change, running its statements, undoing what was done where a
database commits every DDL statement. Not in charge of: what the statements are (`sql/ddl`), which changes there are
(`model/diff`), metadata (`schema_rows`). Called by `schema` and `schema_store`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from satchel.db.base import Transaction
from satchel.errors import DatabaseError, SatchelError
from satchel.model.schema_changes import Change, CreateIndex, opposite
from satchel.sql.ddl import Ddl


async def _no_check() -> None:
    return


async def _no_doubt(_: Transaction) -> None:
    return


async def run_changes(
    transaction: Transaction,
    ddl: Ddl,
    changes: Sequence[Change],
    *,
    check: Callable[[], Awaitable[None]] = _no_check,
    verify: Callable[[Transaction], Awaitable[None]] = _no_doubt,
) -> None:
    """Make the changes. When one fails, the error is raised again and nothing is left of the others.

    In a database without transactional DDL they are undone one by one, the last one first; what loses data stands
    last in a list of changes, when all that may fail has been tried. `check` is run once nobody else changes the
    schema, `verify` when all is done; either may raise to stop.
    """
    for statement in ddl.before():
        await transaction.run(ddl.spoken(statement))
    try:
        await check()
        if ddl.transactional:
            for change in changes:
                await _run(transaction, ddl, change)
            await verify(transaction)
        else:
            await _run_one_by_one(transaction, ddl, changes, verify)
    except Exception:
        if not ddl.transactional:
            await _finish(transaction, ddl)
        raise
    await _finish(transaction, ddl)


async def _finish(transaction: Transaction, ddl: Ddl) -> None:
    for statement in ddl.after():
        await transaction.run(ddl.spoken(statement))


async def _run(transaction: Transaction, ddl: Ddl, change: Change) -> None:
    question = ddl.look(change)
    rows = await transaction.run(ddl.spoken(question)) if question is not None else []
    try:
        for statement in ddl.statements(change, rows):
            await transaction.run(ddl.spoken(statement))
    except SatchelError as error:
        if isinstance(change, CreateIndex):
            error.details["index"] = change.index.name  # so that a wire can say which one was refused
        raise


async def _run_one_by_one(
    transaction: Transaction,
    ddl: Ddl,
    changes: Sequence[Change],
    verify: Callable[[Transaction], Awaitable[None]],
) -> None:
    done: list[Change] = []
    try:
        for change in changes:
            await _run(transaction, ddl, change)
            done.append(change)
        await verify(transaction)
    except SatchelError as error:
        left = await _undo(transaction, ddl, done)
        if not left:
            raise
        raise DatabaseError(
            f"{error.message} {ddl.label} keeps each schema change as it is made, so this was done and stays: "
            + "; ".join(left),
            hint="Look at the table, and send the change again.",
        ) from error


async def _undo(transaction: Transaction, ddl: Ddl, done: Sequence[Change]) -> list[str]:
    """Undo changes, the last one first. What could not be undone, in words."""
    left: list[str] = []
    for change in reversed(done):
        back = opposite(change)
        try:
            if back is None:
                left.append(_worded(change))
            else:
                await _run(transaction, ddl, back)
        except SatchelError:
            left.append(_worded(change))
    return left


def _worded(change: Change) -> str:
    name = type(change).__name__
    table = getattr(change, "table", None) or getattr(change, "view", None)
    return f"{name} {table.name if table is not None else ''}".strip()
