"""Item events: listeners around the writing of one item.

In charge of: the subject of these events, their order around the steps of a write, and telling how a transaction
ended. Not in charge of: the steps (`write`, `write_delete`) or the listeners (`events`). Called by `write`,
`write_delete` and `writes`, and only when somebody listens.

    record_create ( record_validate (complaints) · record_create_execute (the row) ) · commit
    · record_after_create_success

Inside of each of them is the event of the same name for models, which hears of collections too.
Listeners run in the transaction, after the caller's rights were checked: what they change is the program's own doing.
After a rollback `record_after_…_error` runs instead, with `error`. A transaction may run a second time when a
neighbour's failure undid it, and its events with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from satchel.engine.events import Events, GoOn, nothing
from satchel.engine.write_plan import CollectionPlan
from satchel.engine.write_values import Draft
from satchel.errors import HookFailed, Stopped
from satchel.model.catalog import EMPTY, Key

if TYPE_CHECKING:
    from satchel.engine.hooks import HookAction
    from satchel.engine.write import WriteSession

Result = TypeVar("Result")


@dataclass(slots=True)
class ItemEvent:
    """One item that is written. `draft`: its values on their way, None for a deletion. `row`: what is stored, as far as
    it is known: before the write for updates and deletions, of a new item once it is there. `key`: None until a new
    item has one. `error`: why it failed, in the events that say so.
    """

    session: WriteSession
    plan: CollectionPlan
    action: HookAction
    draft: Draft | None
    row: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    key: Key | None = None
    error: Exception | None = None

    @property
    def tags(self) -> tuple[str, str]:
        return self.plan.name, self.plan.collection.id

    @property
    def values(self) -> Mapping[str, Any]:
        """The stored values, with those on their way over them."""
        return self.row if self.draft is None else {**self.row, **self.draft.values}


class ItemEvents:
    """The events of one session. `happened`: those whose work was done, in order; `begun`: all."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self.begun: list[ItemEvent] = []
        self.happened: list[ItemEvent] = []

    def start_over(self) -> None:
        """The transaction runs, for the first time or once more."""
        self.begun, self.happened = [], []

    @property
    def heard(self) -> bool:
        return self._events.items

    async def around_saving(self, event: ItemEvent, judge: GoOn, store: Callable[[], Awaitable[Result]]) -> Result:
        """A create or an update: judge the values, then store the row."""
        events, tags, action = self._events, event.tags, event.action
        stored: list[Result] = []

        async def execute() -> None:
            stored.append(await store())

        async def judged() -> None:
            await judge()
            await events.run("model_validate", event, nothing, *tags)

        async def save() -> None:
            await events.run("record_validate", event, judged, *tags)
            await self._run(f"{action}_execute", event, execute)

        self.begun.append(event)
        await self._run(action, event, save)
        if not stored:
            raise Stopped(f'A hook kept the item of "{event.plan.name}" from being saved.')
        self.happened.append(event)
        return stored[0]

    async def around_deleting(self, event: ItemEvent, delete: GoOn) -> None:
        done = False

        async def execute() -> None:
            nonlocal done
            await delete()
            done = True

        async def remove() -> None:
            await self._run("delete_execute", event, execute)

        self.begun.append(event)
        await self._run("delete", event, remove)
        if not done:
            raise Stopped(f'A hook kept the item of "{event.plan.name}" from being deleted.')
        self.happened.append(event)

    async def committed(self, report: Callable[[Exception], None]) -> None:
        """Tell of success. What listeners raise goes to `report`: the write is done, and its caller is told so."""
        for event in self.happened:
            await self._tell(f"after_{event.action}_success", event, report)

    async def failed(self, error: Exception, report: Callable[[Exception], None]) -> None:
        """Tell of a transaction that was undone."""
        for event in self.begun:
            event.error = error
            await self._tell(f"after_{event.action}_error", event, report)

    async def _run(self, step: str, event: ItemEvent, work: GoOn) -> None:
        """The record's event, and in it the model's."""
        await self._events.run_nested(((f"record_{step}", event.tags), (f"model_{step}", event.tags)), event, work)

    async def _tell(self, step: str, event: ItemEvent, report: Callable[[Exception], None]) -> None:
        try:
            await self._run(step, event, nothing)
        except HookFailed:
            pass  # its log entry is written
        except Exception as error:
            report(error)
