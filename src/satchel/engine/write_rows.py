"""Write rows: the INSERT and the UPDATE of one item.

In charge of: running them, learning what the database filled in, and what it refuses. Not in charge of: whether they
may run (`write`) or their text (`sql/write`). Called by `write` and `write_delete`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from satchel.db.base import Transaction
from satchel.engine.check import Checker
from satchel.engine.ledger import Change, Ledger
from satchel.engine.write_errors import refused
from satchel.engine.write_plan import CollectionPlan
from satchel.engine.write_references import pointed_at
from satchel.engine.write_values import Chance, Draft, fill_changed
from satchel.errors import Conflict, ConstraintFailed, DatabaseError
from satchel.model.catalog import Key, Relation
from satchel.model.key import encode_key
from satchel.policy.actor import Context


@dataclass(frozen=True, slots=True)
class Written:
    """An item after a write. `row`: its stored values, as far as they are known."""

    plan: CollectionPlan
    key: Key
    row: Mapping[str, Any]


class RowWriter:
    """The rows of one session."""

    def __init__(
        self, transaction: Transaction, checker: Checker, ledger: Ledger, context: Context, chance: Chance
    ) -> None:
        self._transaction = transaction
        self._checker = checker
        self._ledger = ledger
        self._context = context
        self._chance = chance

    async def insert(self, draft: Draft) -> Written:
        """INSERT the draft's values; what the database fills in comes back with the row."""
        plan = draft.plan
        values = draft.values
        names = tuple(name for name in plan.fields if name in values)
        statement = plan.insert(names)
        params = plan.bind(names, values)
        try:
            if statement.out or len(names) == len(plan.fields):
                rows = await self._transaction.run(statement.sql, params)
                row = {**values, **plan.decode(statement.out, rows[0])} if statement.out else dict(values)
            else:
                row = await self._insert_unreturned(draft, statement.sql, params)
        except ConstraintFailed as error:
            raise await refused(error, draft, lambda relation: self._leads(draft, relation)) from error
        key = plan.key_of(row)
        if key is None:
            raise DatabaseError(f'The key of a new item of "{plan.name}" is not known.')
        await self._catch_up(plan, values)
        return Written(plan, key, row)

    async def _insert_unreturned(self, draft: Draft, sql: str, params: Sequence[Any]) -> dict[str, Any]:
        """On a database without INSERT … RETURNING: find the new row by its key."""
        plan = draft.plan
        made = await self._transaction.insert_id(sql, params)
        known = dict(draft.values)
        missing = [name for name in plan.key if known.get(name) is None]
        if len(missing) == 1 and made is not None:
            known[missing[0]] = made
        key = plan.key_of(known)
        row = None if key is None else await self._checker.row(plan, key)
        return known if row is None else row

    async def _catch_up(self, plan: CollectionPlan, values: Mapping[str, Any]) -> None:
        """A key that was given by hand must not be given out again by the database's sequence."""
        for found in plan.key_plans:
            if found.field.identity and values.get(found.name) is not None:
                statement = plan.catch_up(found.name)
                if statement is None:
                    continue
                table = plan.dialect.table(plan.collection.schema, plan.collection.table)
                params = [table, found.field.column]

                async def move(sql: str = statement.sql, params: Sequence[Any] = params) -> None:
                    await self._transaction.run(sql, params)

                try:
                    await self._transaction.savepoint(move)
                except DatabaseError:
                    # Without the right to move the sequence, the next insert may meet the key and say so.
                    return

    async def _leads(self, draft: Draft, relation: Relation) -> bool:
        target = self._checker.plan_of(relation.one)
        if target is None:
            return True
        values = [draft.values[name] for name in relation.many_fields]
        fields = pointed_at(relation, target)
        return await self._checker.row_by(target, fields, values) is not None

    async def change(self, draft: Draft, key: Key, *, touch: bool, parent: int | None) -> Change | None:
        """UPDATE what differs from the stored row; None if nothing does."""
        plan = draft.plan
        before = draft.before
        assert before is not None
        if touch:
            draft.values.update(fill_changed(draft, self._context, self._chance))
        changed = tuple(
            name
            for name in plan.fields
            if name in draft.values and plan.differs(name, before[name], draft.values[name])
        )
        if not changed:
            return None
        await self._update_row(draft, key, changed)
        old = {name: before[name] for name in changed}
        new = {name: draft.values[name] for name in changed}
        return self._ledger.updated(plan, key, old, new, parent, before)

    async def _update_row(self, draft: Draft, key: Key, names: tuple[str, ...]) -> None:
        """UPDATE these fields of one row. Raises Conflict when the row went away meanwhile."""
        plan = draft.plan
        statement = plan.update(names)
        params = plan.bind(names, draft.values) + plan.encode(plan.key, key)
        try:
            count = await self._transaction.count(statement.sql, params)
        except ConstraintFailed as error:
            raise await refused(error, draft, lambda relation: self._leads(draft, relation)) from error
        if count == 0:
            raise Conflict(f'The item "{encode_key(key)}" of "{plan.name}" was deleted meanwhile.', fields={})
