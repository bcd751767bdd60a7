"""Stand-ins: collections whose rows are another collection's, and who writes them.

In charge of: the registry, and what takes the place of INSERT, UPDATE and DELETE for such a collection. Not in charge
of: everything before that (rights, values and complaints are those of the collection that was asked for), or how the
rows are read (`sql/superusers`). Filled by `app`; used by `write` and `write_delete`.

`_superusers` is one: its records are users with admin access.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from satchel.engine.ledger import Change
from satchel.engine.write_rows import Written
from satchel.engine.write_values import Draft
from satchel.model.catalog import Key

if TYPE_CHECKING:
    from satchel.engine.write import WriteSession


class StandIn(Protocol):
    """Writes what a collection's rows really are, with the session that was opened for it. Values are stored ones,
    secrets hashed."""

    async def create(self, values: Mapping[str, Any], session: WriteSession) -> Key: ...

    async def update(self, key: Key, values: Mapping[str, Any], session: WriteSession) -> None: ...

    async def delete(self, key: Key, session: WriteSession) -> None: ...


async def insert(stand_in: StandIn, draft: Draft, session: WriteSession) -> Written:
    """In place of INSERT."""
    key = await stand_in.create(draft.values, session)
    named = dict(zip(draft.plan.key, key, strict=True))
    return Written(draft.plan, key, {**draft.values, **named})


async def change(stand_in: StandIn, draft: Draft, key: Key, parent: int | None, session: WriteSession) -> Change | None:
    """In place of UPDATE; None when nothing differs."""
    plan, before = draft.plan, draft.before or {}
    fresh = {name: value for name, value in draft.values.items() if plan.differs(name, before.get(name), value)}
    if not fresh:
        return None
    await stand_in.update(key, fresh, session)
    return session.ledger.updated(plan, key, {name: before.get(name) for name in fresh}, fresh, parent, before)
