"""Ledger: what one transaction did, row by row, in order.

In charge of: the shapes of a change and of a change set, counting, and keeping secrets out. Not in charge of: storing
them (`changes`) or handing them out (`bus`). Filled by the `write_*` rooms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from satchel.engine.write_plan import CONCEALED, CollectionPlan
from satchel.errors import InvalidPayload
from satchel.model.catalog import EMPTY, Key
from satchel.model.key import encode_key
from satchel.policy.actor import Actor

ChangeAction = Literal["create", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Change:
    """One row that changed. `key`: its opaque string; `parts`: its values.

    `before` and `after`: stored values by field name: of a new row all that is known of it after, of a deleted row
    all of it before, of a changed row the fields that changed. Secrets are there as `**********`. `parent`: the
    position in the set of the change that this one was nested in, None for a root.

    Two things are known only while the set is in memory: `given`, the fields of a new row that its caller (or a preset)
    gave, and `row`, the whole stored row before a change.
    """

    collection: str
    key: str
    parts: Key
    action: ChangeAction
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: Mapping[str, Any] = field(default_factory=dict[str, Any])
    parent: int | None = None
    given: Collection[str] = ()
    row: Mapping[str, Any] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """All changes of one committed transaction, in order. `sequence`: the number of its last entry in the change
    log, 0 if not known. `request`: what rules could know of the request (see `Context`).
    """

    id: UUID
    actor: Actor
    at: datetime
    changes: tuple[Change, ...]
    sequence: int = 0
    request: Mapping[str, Any] = field(default_factory=lambda: EMPTY, repr=False)  # its body may hold secrets


class Ledger:
    """The changes of a transaction that is going on. `limit`: how many there may be (-1: any number)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.changes: list[Change] = []
        self._count = 0

    def count(self) -> None:
        """One more item is about to be written. Raises InvalidPayload past the limit, before anything is done for
        it.
        """
        self._count += 1
        if 0 <= self.limit < self._count:
            raise InvalidPayload(f"Exceeded max batch mutation limit of {self.limit}", limit=self.limit)

    def created(
        self, plan: CollectionPlan, key: Key, after: Mapping[str, Any], parent: int | None, given: Collection[str] = ()
    ) -> Change:
        change = Change(plan.name, encode_key(key), key, "create", EMPTY, _public(plan, after), parent, given)
        return self._add(change)

    def updated(
        self,
        plan: CollectionPlan,
        key: Key,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        parent: int | None,
        row: Mapping[str, Any],
    ) -> Change:
        """`before` and `after` hold the fields that changed; `row` is the whole row before."""
        old, new = _public(plan, before), _public(plan, after)
        return self._add(Change(plan.name, encode_key(key), key, "update", old, new, parent, (), _public(plan, row)))

    def deleted(self, plan: CollectionPlan, key: Key, before: Mapping[str, Any], parent: int | None) -> Change:
        return self._add(Change(plan.name, encode_key(key), key, "delete", _public(plan, before), EMPTY, parent))

    def _add(self, change: Change) -> Change:
        self.changes.append(change)
        return change

    def next_position(self) -> int:
        """The position that the next change will have."""
        return len(self.changes)


def _public(plan: CollectionPlan, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values without secrets."""
    if not plan.concealed or not any(values.get(name) for name in plan.concealed):
        return values
    hidden = plan.concealed
    return {name: CONCEALED if name in hidden and value else value for name, value in values.items()}
