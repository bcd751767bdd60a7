"""Hooks: other rooms' code around a write.

In charge of: the registry and the three places where hooks run. Not in charge of: what they do. Filled by features
and extensions through `app`; run by `write`.

* A *filter* hook sees a payload before anything is checked, and gives back the payload to go on with. What it adds is
checked like the caller's own. It may refuse by raising an error of `errors.py`.
* An *inside* hook sees each change in its transaction, after it was made and before the commit. Raising undoes
everything.
* A *settling* hook sees all changes of a transaction at once, after the work and before the commit, with the open
transaction. Raising undoes
everything.
* An *outside* hook comes last before the commit. It does what has to be done outside of the database for the changes
to hold (their files, say), and hands back a Settlement, which hears how the transaction ended. Raising undoes
everything.
* An *after* hook sees the committed change set. The caller's answer waits for it; what it raises is reported, not
told to the caller.

Hooks run in the order of their registration, those for all collections (`*`) and those for one alike. A transaction
may be run a second time when a neighbour's failure undid it, so filter and inside hooks must have no effects outside
of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from satchel.db.base import Transaction
from satchel.engine.ledger import Change, ChangeSet
from satchel.engine.verbs import Session
from satchel.model.fields.file import NewFile
from satchel.plan.query import Style

HookAction = Literal["create", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Event:
    """Which write a filter hook is asked about. `key`: the item's key values for update and delete, else None."""

    collection: str
    action: HookAction
    style: Style
    session: Session
    key: tuple[Any, ...] | None = None


class Settlement(Protocol):
    """What was done outside of the database for one run of a transaction. One of both is called, once; neither raises.

    `finish`: the transaction was committed. `undo`: it failed, or was run once more, or nobody knows how it ended:
    whatever a committed row needs has to stay.
    """

    async def finish(self) -> None: ...

    async def undo(self) -> None: ...


Filter = Callable[[Mapping[str, Any], Event], Awaitable[Mapping[str, Any]]]
Inside = Callable[[Change, Session], Awaitable[None]]
Settle = Callable[[Sequence[Change], Transaction], Awaitable[None]]
Outside = Callable[[Sequence[Change], Mapping[str, NewFile]], Awaitable[Settlement | None]]
"""(the changes, the uploads among them by name) → what is to be settled, None for nothing."""
After = Callable[[ChangeSet], Awaitable[None]]

ALL = "*"


class Hooks:
    """One per engine."""

    def __init__(self) -> None:
        self._filters: dict[tuple[str, str], list[Filter]] = {}
        self._inside: dict[tuple[str, str], list[Inside]] = {}
        self._settle: list[Settle] = []
        self._outside: list[Outside] = []
        self._after: list[After] = []

    def on_filter(self, collection: str, action: HookAction, hook: Filter) -> None:
        """`collection`: a name, or `*` for all."""
        self._filters.setdefault((collection, action), []).append(hook)

    def on_inside(self, collection: str, action: HookAction, hook: Inside) -> None:
        self._inside.setdefault((collection, action), []).append(hook)

    def on_settle(self, hook: Settle) -> None:
        self._settle.append(hook)

    async def settled(self, changes: Sequence[Change], transaction: Transaction) -> None:
        for hook in self._settle:
            await hook(changes, transaction)

    def on_outside(self, hook: Outside) -> None:
        self._outside.append(hook)

    async def outside(self, changes: Sequence[Change], uploads: Mapping[str, NewFile]) -> list[Settlement]:
        """Run the outside hooks. When one raises, the others are undone."""
        made: list[Settlement] = []
        try:
            for hook in self._outside:
                settlement = await hook(changes, uploads)
                if settlement is not None:
                    made.append(settlement)
        except BaseException:
            for settlement in made:
                await settlement.undo()
            raise
        return made

    def on_after(self, hook: After) -> None:
        self._after.append(hook)

    async def filtered(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        """The payload after all filter hooks. For a delete the payload is empty."""
        if not self._filters:
            return payload
        for name in (ALL, event.collection):
            for hook in self._filters.get((name, event.action), ()):
                payload = await hook(payload, event)
        return payload

    async def made(self, change: Change, session: Session) -> None:
        """Run the inside hooks of a change."""
        if not self._inside:
            return
        for name in (ALL, change.collection):
            for hook in self._inside.get((name, change.action), ()):
                await hook(change, session)

    async def committed(self, change_set: ChangeSet, report: Callable[[Exception], None]) -> None:
        """Run the after hooks; what they raise goes to `report`."""
        for hook in self._after:
            try:
                await hook(change_set)
            except Exception as error:
                report(error)
