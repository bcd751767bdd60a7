"""Putting a planned schema change into effect: DDL and metadata as one.

In charge of: which transactions there are, in which order, what a crash between two of them leaves, and telling what
became of the metadata. Not in charge of: what the plan is (`schema`), how a change is run (`schema_run`). Called by
`schema`.

* Store and source are one database with transactional DDL: one transaction, all or nothing.
* They are two databases: the metadata is written, then the DDL is run and committed, then the metadata is committed.
  A crash in between leaves new columns without metadata: they are served as they are, and the change can be sent again.
* One MariaDB or MySQL: the DDL commits as it goes and is undone step by step if a step fails; the metadata follows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from satchel.db.base import Database, Transaction
from satchel.engine.ledger import Change as RowChange
from satchel.engine.metadata import Metadata, Stale, announce, read_rows, read_stamp
from satchel.engine.schema_noted import changes_between
from satchel.engine.schema_run import run_changes
from satchel.engine.store import StoreSession
from satchel.errors import ReadOnly
from satchel.model.schema_changes import Change
from satchel.sql.ddl import ddl_of

Rows = Callable[[StoreSession], Awaitable[None]]
Verify = Callable[[Transaction], Awaitable[None]]
Note = Callable[[Transaction, Sequence[RowChange]], Awaitable[None]]
"""Is told what became of the rows of the metadata, in the transaction that changes them."""


async def nothing(_: object) -> None:
    """For plans without rows to save, or nothing to verify."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A schema change, ready to be made.

    `source`: the database that `changes` are for. `rows` writes the metadata. `verify` looks at the result before it
    is committed and raises to undo it. Both may run twice, and must not change anything but the database.
    """

    source: str
    changes: Sequence[Change] = ()
    rows: Rows = nothing
    verify: Verify = nothing


async def apply_plan(metadata: Metadata, plan: Plan, note: Note | None = None) -> None:
    """Make the change. Raises Stale when the catalog that it was planned with is old, and what the database says."""
    if note is not None:
        plan = replace(plan, rows=_noted(metadata, plan.rows, note))
    source = metadata.databases[plan.source]
    store = metadata.store_database
    if not plan.changes:
        await store.write(lambda transaction: _write_rows(metadata, plan, transaction, metadata.stamp))
        return
    facts = metadata.facts.get(plan.source)
    if facts is not None and facts.read_only:
        raise ReadOnly(f"The database {plan.source} is read only, so its schema can't be changed.")
    if source is not store:
        await _apply_across(metadata, plan, source, store)
    elif ddl_of(source.dialect).transactional:
        await _apply_at_once(metadata, plan, source)
    else:
        await _apply_in_steps(metadata, plan, source)


def _noted(metadata: Metadata, rows: Rows, note: Note) -> Rows:
    async def work(session: StoreSession) -> None:
        before = await read_rows(session)
        await rows(session)
        changes = changes_between(before, await read_rows(session))
        if changes:
            await note(session.transaction, changes)

    return work


async def _write_rows(metadata: Metadata, plan: Plan, transaction: Transaction, stamp: str | None) -> None:
    session = metadata.store.session(transaction)
    await announce(session, stamp)
    await plan.rows(session)


async def _apply_at_once(metadata: Metadata, plan: Plan, database: Database) -> None:
    async def work(transaction: Transaction) -> None:
        # announced first: of two that change metadata the second waits here, and then knows that it is late
        await announce(metadata.store.session(transaction), metadata.stamp)
        await run_changes(transaction, ddl_of(database.dialect), plan.changes, verify=plan.verify)
        await plan.rows(metadata.store.session(transaction))

    await database.write_schema(work)


async def _apply_across(metadata: Metadata, plan: Plan, source: Database, store: Database) -> None:
    done = False

    async def change(transaction: Transaction) -> None:
        await run_changes(transaction, ddl_of(source.dialect), plan.changes, verify=plan.verify)

    async def work(transaction: Transaction) -> None:
        nonlocal done
        await _write_rows(metadata, plan, transaction, metadata.stamp)
        if not done:  # the store may run this twice, the DDL is committed once
            await source.write_schema(change)
            done = True

    await store.write(work, heavy=True)


async def _apply_in_steps(metadata: Metadata, plan: Plan, database: Database) -> None:
    async def look() -> None:
        if await read_stamp(metadata.store) != metadata.stamp:
            raise Stale

    async def change(transaction: Transaction) -> None:
        await run_changes(transaction, ddl_of(database.dialect), plan.changes, check=look, verify=plan.verify)

    await database.write_schema(change)
    await database.write(lambda transaction: _write_rows(metadata, plan, transaction, None))
