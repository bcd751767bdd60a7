"""The events of collections: listeners around every change of what exists, by whichever wire.

In charge of: their subject, and their order. Not in charge of: the changes (`schema`), or the listeners (`events`).
Called by `schema`.

Listeners before a change run outside of its transaction. One change can be about several collections: the listeners of
all of them run around it, and it is made for all of them or for none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from satchel.engine.events import Events, nothing
from satchel.errors import HookFailed, Stopped
from satchel.model.definition import CollectionDefinition

Action = Literal["create", "update", "delete"]
ACTIONS: tuple[Action, ...] = ("create", "update", "delete")


@dataclass(slots=True)
class CollectionEvent:
    """One collection. `definition`: what it is to be, which listeners may replace; None for one that goes. `error`: why
    it failed, in the events about failures.
    """

    action: Action
    collection: str
    collection_id: str
    definition: CollectionDefinition | None = None
    error: Exception | None = None

    @property
    def tags(self) -> tuple[str, str]:
        return self.collection, self.collection_id


def heard(events: Events) -> bool:
    """Whether somebody listens to collections at all."""
    return any(
        events.heard_by_any(f"collection_{action}")
        or events.heard_by_any(f"collection_after_{action}_success")
        or events.heard_by_any(f"collection_after_{action}_error")
        for action in ACTIONS
    )


async def announced(
    events: Events,
    subjects: Sequence[CollectionEvent],
    work: Callable[[], Awaitable[None]],
    report: Callable[[Exception], None],
) -> None:
    """Do `work` with the listeners of all subjects around it. What listeners raise once it is done goes to `report`.
    Raises Stopped when one keeps it from being done.
    """
    done = False

    async def last() -> None:
        nonlocal done
        await work()
        done = True

    go_on = last
    for subject in reversed(subjects):
        go_on = _around(events, subject, go_on)
    try:
        await go_on()
        if not done:
            raise Stopped("A hook kept the collection from being changed.")
    except Exception as error:
        if not done:
            for subject in subjects:
                subject.error = error
                await _tell(events, f"collection_after_{subject.action}_error", subject, report)
            raise
        if not isinstance(error, HookFailed):  # whose log entry is written
            report(error)
    for subject in subjects:
        await _tell(events, f"collection_after_{subject.action}_success", subject, report)


def _around(
    events: Events, subject: CollectionEvent, go_on: Callable[[], Awaitable[None]]
) -> Callable[[], Awaitable[None]]:
    async def around() -> None:
        await events.run(f"collection_{subject.action}", subject, go_on, *subject.tags)

    return around


async def _tell(events: Events, name: str, subject: CollectionEvent, report: Callable[[Exception], None]) -> None:
    try:
        await events.run(name, subject, nothing, *subject.tags)
    except HookFailed:
        pass  # its log entry is written
    except Exception as error:
        report(error)
