"""Deletion: an item, and what PocketBase's relations say about those that refer to it.

In charge of: deleting one item by its key, and PocketBase's reference rules, which live in no foreign key: a
referring item goes too (`cascadeDelete`, when this was its last value), or loses the reference, or holds everything
back (a required one). Not in charge of: foreign keys, which are the database's (`write_followed` says what they do).
Called by `write` and `nested`.

What follows from the reference rules is the engine's own work: the caller's grants are not asked again. It is in the
ledger and runs inside hooks like any other change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from satchel.engine.check import Path
from satchel.engine.etag import etag_of, matches
from satchel.engine.hooks import Event
from satchel.engine.item_events import ItemEvent
from satchel.engine.write_errors import named_error
from satchel.engine.write_followed import Followed
from satchel.engine.write_plan import CollectionPlan, FieldPlan
from satchel.engine.write_values import Draft
from satchel.errors import ConstraintFailed, NotSupported, PreconditionFailed, ReadOnly
from satchel.model.catalog import Key, Relation
from satchel.model.fields.list_value import list_of
from satchel.model.key import encode_key
from satchel.plan.query import Style

if TYPE_CHECKING:
    from satchel.engine.write import WriteSession

REQUIRED = "The item is part of a required relation reference."


class Deletion:
    """The deletions of one session."""

    def __init__(self, session: WriteSession) -> None:
        self._session = session
        self._going: set[tuple[str, Key]] = set()

    async def delete_item(
        self,
        plan: CollectionPlan,
        key: Sequence[Any],
        path: Path,
        style: Style,
        *,
        parent: int | None = None,
        if_match: str | None = None,
    ) -> None:
        """Delete one item that the caller may delete. Raises ConstraintFailed when a reference holds it back."""
        session = self._session
        session.begin(plan, path)
        await session.hooks.filtered({}, Event(plan.name, "delete", style, session, tuple(key)))
        if not path:
            session.checker.hear(session.context)  # not what an earlier item of the session made of its body
        session.checker.granted(plan, "delete", path)
        if not plan.collection.writable or not plan.key:
            raise ReadOnly(f'"{plan.name}" is read only.', collection=plan.name)
        found, seen = await session.find(plan, "delete", key, path, style, ())
        if if_match is not None and not matches(if_match, etag_of(seen.row)):
            raise PreconditionFailed(
                f'The item "{encode_key(found)}" of "{plan.name}" was changed meanwhile.', fields={}
            )
        await self._remove(plan, found, seen.row, parent)

    async def _remove(self, plan: CollectionPlan, key: Key, row: dict[str, Any], parent: int | None) -> None:
        """The row and what refers to it. Items that are going already (circles) are passed over."""
        if (plan.name, key) in self._going:
            return
        self._going.add((plan.name, key))
        session = self._session
        try:
            if session.events.heard:
                event = ItemEvent(session, plan, "delete", None, row, key)
                await session.events.around_deleting(event, lambda: self._remove_row(plan, key, row, parent))
            else:
                await self._remove_row(plan, key, row, parent)
        finally:
            self._going.discard((plan.name, key))

    async def _remove_row(self, plan: CollectionPlan, key: Key, row: dict[str, Any], parent: int | None) -> None:
        session = self._session
        for relation in plan.catalog.incoming.get(plan.name, ()):
            await self._release(plan, key, row, relation, parent)
        followed = None
        if plan.followers:
            followed = Followed(session, plan, key)
            await followed.look(row, None)
        await self._delete_row(plan, key, row)
        position = session.ledger.next_position()
        change = session.ledger.deleted(plan, key, row, parent)
        if followed is not None:
            await followed.enter(position)
        await session.hooks.made(change, session)

    async def _delete_row(self, plan: CollectionPlan, key: Key, row: Mapping[str, Any]) -> None:
        session = self._session
        stand_in = session.stand_ins.get(plan.name)
        if stand_in is not None:
            await stand_in.delete(key, session)
            return
        statement = plan.delete()
        try:
            for relation in plan.self_holders:
                if all(
                    row[own] == row[one] for own, one in zip(relation.many_fields, relation.one_fields, strict=True)
                ):
                    loose = plan.update(relation.many_fields)
                    empty = dict.fromkeys(relation.many_fields)
                    params = plan.bind(relation.many_fields, empty) + plan.encode(plan.key, key)
                    await session.transaction.count(loose.sql, params)
            await session.transaction.count(statement.sql, plan.encode(plan.key, key))
        except ConstraintFailed as error:
            raise named_error(error, plan) from error

    # --- references

    async def _release(
        self, plan: CollectionPlan, key: Key, row: dict[str, Any], relation: Relation, parent: int | None
    ) -> None:
        """Take this item out of every item that refers to it through one of PocketBase's relation fields."""
        session = self._session
        owner = session.checker.plan_of(relation.many)
        found = None if owner is None else owner.fields.get(relation.many_field)
        if owner is None or found is None or found.field.kind != "relation" or len(key) != 1:
            return
        if not owner.collection.writable or not owner.key:
            return
        text = str(key[0])
        referring = await self._referring(owner, found, text)
        if referring and owner.source != plan.source:
            raise NotSupported(
                f'Items of "{owner.name}" in another database refer to this item of "{plan.name}".',
                hint="Take the references out first: no transaction spans both databases.",
            )
        cascade = bool(found.field.options.get("cascadeDelete"))
        for other_key, other in referring:
            if (owner.name, other_key) in self._going:
                continue
            left = [item for item in list_of(other[found.name]) if item != text]
            if cascade and not left:
                session.ledger.count()
                await self._remove(owner, other_key, other, parent)
            elif found.required and not left:
                raise ConstraintFailed("foreign_key", REQUIRED, table=owner.name, columns=(found.name,))
            else:
                await self._shorten(owner, found, other_key, other, left, parent)

    async def _referring(self, owner: CollectionPlan, found: FieldPlan, text: str) -> list[tuple[Key, dict[str, Any]]]:
        session = self._session
        here = owner.source == session.source
        if found.field.multiple:
            statement = owner.select_listing(found.name, lock=here)
            params = [text]
        else:
            statement = owner.select((found.name,), lock=here)
            params = owner.encode([found.name], [text])
        found_rows = await session.checker.run_on(owner, statement.sql, params)
        rows = [owner.decode(statement.out, row) for row in found_rows]
        keyed = [(owner.key_of(row), row) for row in rows]
        return [(key, row) for key, row in keyed if key is not None]

    async def _shorten(
        self,
        owner: CollectionPlan,
        found: FieldPlan,
        key: Key,
        row: dict[str, Any],
        left: list[str],
        parent: int | None,
    ) -> None:
        """The referring item without the reference."""
        session = self._session
        session.ledger.count()
        draft = Draft(owner, "pocketbase", (), before=row)
        draft.values[found.name] = left if found.field.multiple else found.zero
        change = await session.rows.change(draft, key, touch=True, parent=parent)
        if change is not None:
            await session.hooks.made(change, session)
