"""What follows: rows that the database itself deletes or changes, because a foreign key says so.

In charge of: finding, before a row is deleted or one of its keys is changed, every row that ON DELETE and ON UPDATE
(CASCADE, SET NULL, SET DEFAULT) will touch, however far it goes, and entering those rows into the ledger afterwards.
Not in charge of: the deletion or the change (`write_delete`, `write_rows`), or PocketBase's reference rules, which are
the engine's own work. Called by `write_delete` and `write`.

Nobody's rights are asked: whoever may delete a row sets off what the owner of the schema declared. The rows are read
and locked in the same transaction, so nothing can come in between.

A default that SET DEFAULT puts in is read back afterwards; keys that in turn refer to the changed column are not
followed further. Rows of tables without a key have no name and stay out of the ledger.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from satchel.engine.item_events import ItemEvent
from satchel.engine.ledger import Change
from satchel.engine.write_plan import CollectionPlan
from satchel.errors import Unprocessable
from satchel.model.catalog import Key, Relation

if TYPE_CHECKING:
    from satchel.engine.write import WriteSession

ROWS_MAX = 10_000
"""How many rows one write may set off, unless the setting says otherwise."""

Row = dict[str, Any]


@dataclass(slots=True)
class _Touched:
    """A row that follows. `after`: None for one that goes."""

    plan: CollectionPlan
    key: Key
    before: Row
    after: Row | None
    defaulted: bool = False


class Followed:
    """What follows one deletion or change. Made before it; `enter` after it."""

    def __init__(self, session: WriteSession, root: CollectionPlan, key: Key) -> None:
        self._session = session
        self._root = root
        self._touched: dict[tuple[str, Key], _Touched | None] = {(root.name, key): None}

    async def look(self, before: Mapping[str, Any], after: Mapping[str, Any] | None) -> None:
        """Find and lock what follows when the root's row goes from `before` to `after` (None: when it goes away).

        Raises Unprocessable when that is more than the limit allows.
        """
        waiting = deque([(self._root, before, after)])
        while waiting:
            plan, old, new = waiting.popleft()
            for relation in plan.followers if new is None else plan.key_followers:
                for touched in await self._next(plan, relation, old, new):
                    waiting.append((touched.plan, touched.before, touched.after))

    async def _next(
        self, plan: CollectionPlan, relation: Relation, old: Mapping[str, Any], new: Mapping[str, Any] | None
    ) -> list[_Touched]:
        """The rows that one foreign key touches, as far as they weren't known yet or are worse off now."""
        values = [old[name] for name in relation.one_fields]
        if None in values or (new is not None and values == [new[name] for name in relation.one_fields]):
            return []
        owner = self._session.checker.plan_of(relation.many)
        if owner is None or not owner.key or owner.source != plan.source:
            return []
        fresh: list[_Touched] = []
        for row in await self._referring(owner, relation, values):
            key = owner.key_of(row)
            place = (owner.name, key or ())
            if key is None or (place in self._touched and self._touched[place] is None):
                continue
            known = self._touched.get(place)
            if known is not None and known.after is None:
                continue
            touched = known or _Touched(owner, key, row, dict(row))
            _apply(touched, relation, new)
            self._touched[place] = touched
            fresh.append(touched)
        return fresh

    async def _referring(self, owner: CollectionPlan, relation: Relation, values: Sequence[Any]) -> list[Row]:
        limit = self._session.limits.followed
        room = limit - len(self._touched) + 2
        names = relation.many_fields
        normal = [_as(owner, name, value) for name, value in zip(names, values, strict=True)]
        statement = owner.select_some(names, max(room, 1) if limit >= 0 else None)
        rows = await self._session.transaction.run(statement.sql, owner.encode(names, normal))
        if 0 <= limit < len(self._touched) - 1 + len(rows):
            raise Unprocessable(
                f'More than {limit} rows would follow this item of "{self._root.name}" by foreign keys.',
                hint='Delete or change them first. The setting "cascade_rows_max" is the limit.',
            )
        return [owner.decode(statement.out, row) for row in rows]

    async def enter(self, parent: int | None) -> None:
        """Enter what followed into the ledger, below the change at `parent`, and tell the hooks."""
        session = self._session
        for touched in self._touched.values():
            if touched is None:
                continue
            change = await self._entered(touched, parent)
            if change is None:
                continue
            if session.events.heard:
                row = {**touched.before, **(touched.after or {})}
                action = "delete" if touched.after is None else "update"
                session.events.happened.append(ItemEvent(session, touched.plan, action, None, row, touched.key))
            await session.hooks.made(change, session)

    async def _entered(self, touched: _Touched, parent: int | None) -> Change | None:
        plan, before, after = touched.plan, touched.before, touched.after
        ledger = self._session.ledger
        if after is None:
            return ledger.deleted(plan, touched.key, before, parent)
        key = plan.key_of(after) or touched.key
        if touched.defaulted:
            after = touched.after = await self._session.checker.row(plan, key) or after
        changed = [name for name in plan.fields if plan.differs(name, before[name], after[name])]
        if not changed:
            return None
        old, new = {name: before[name] for name in changed}, {name: after[name] for name in changed}
        return ledger.updated(plan, key, old, new, parent, before)


def _apply(touched: _Touched, relation: Relation, new: Mapping[str, Any] | None) -> None:
    """What a foreign key does to a row that refers to what goes away (`new` None) or changes to `new`."""
    assert touched.after is not None
    match relation.on_delete if new is None else relation.on_update:
        case "CASCADE" if new is None:
            touched.after = None
        case "CASCADE":
            for name, other in zip(relation.many_fields, relation.one_fields, strict=True):
                touched.after[name] = _as(touched.plan, name, new[other]) if new is not None else None
        case action:
            touched.defaulted = touched.defaulted or action == "SET DEFAULT"
            touched.after.update(dict.fromkeys(relation.many_fields))


def _as(plan: CollectionPlan, name: str, value: Any) -> Any:
    """A value of the other side as this column has it."""
    normal = None if value is None else plan.fields[name].normal(value, False)
    return value if normal is None else normal
