"""The events of collections: listeners around every change of what exists, by whichever wire.

In charge of: their subject, and their order. Not in charge of: the changes (`schema`), or the listeners (`events`).
Called by `schema`.

Listeners before a change run outside of its transaction. One change can be about several collections: the listeners of
all of them run around it, and it is made for all of them or for none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from satchel.engine.events import Events, GoOn, nothing
from satchel.errors import HookFailed, Stopped
from satchel.model.definition import CollectionDefinition

Action = Literal["create", "update", "delete"]

MODEL_TAG = "_collections"
"""What listeners to models name to hear of collections, as they name a collection to hear of its records."""


@dataclass(slots=True)
class CollectionEvent:
    """One collection. `definition`: what it is to be, which listeners may replace; of one that goes, what it was.
    `error`: why it failed, in the events about failures.
    """

    action: Action
    collection: str
    collection_id: str
    definition: CollectionDefinition
    error: Exception | None = None

    @property
    def model(self) -> CollectionDefinition:
        """What listeners to models see."""
        return self.definition

    @model.setter
    def model(self, definition: CollectionDefinition) -> None:
        self.definition = definition


async def announced(
    events: Events,
    subjects: Sequence[CollectionEvent],
    judge: GoOn,
    work: GoOn,
    report: Callable[[Exception], None],
) -> None:
    """Do `work` with the listeners of all subjects around it. `judge` refuses what can't be done, before listeners to
    its being done are told. What listeners raise once it is done goes to `report`. Raises Stopped when one keeps it
    from being done.
    """
    done = False

    async def last() -> None:
        nonlocal done
        await work()
        done = True

    async def save() -> None:
        await _validated(events, subjects, judge)
        go_on = last
        for subject in reversed(subjects):
            go_on = _executing(events, subject, judge, go_on)
        await go_on()

    go_on = save
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
                await _tell(events, f"after_{subject.action}_error", subject, report)
            raise
        if not isinstance(error, HookFailed):  # whose log entry is written
            report(error)
    for subject in subjects:
        await _tell(events, f"after_{subject.action}_success", subject, report)


async def _validated(events: Events, subjects: Sequence[CollectionEvent], judge: GoOn) -> None:
    """The events of judging what is to be; what goes is judged when it goes."""
    saved = [subject for subject in subjects if subject.action != "delete"]

    async def judged() -> None:
        await judge()
        for subject in saved:
            await events.run("model_validate", subject, nothing, MODEL_TAG)

    go_on = judged
    for subject in reversed(saved):
        go_on = _validating(events, subject, go_on)
    if saved:
        await go_on()


def _validating(events: Events, subject: CollectionEvent, go_on: GoOn) -> GoOn:
    async def validating() -> None:
        await events.run("collection_validate", subject, go_on, *_tags(subject))

    return validating


def _executing(events: Events, subject: CollectionEvent, judge: GoOn, go_on: GoOn) -> GoOn:
    async def execute() -> None:
        if subject.action == "delete":
            await judge()
        await events.run(f"model_{subject.action}_execute", subject, go_on, MODEL_TAG)

    async def executing() -> None:
        await events.run(f"collection_{subject.action}_execute", subject, execute, *_tags(subject))

    return executing


def _around(events: Events, subject: CollectionEvent, go_on: GoOn) -> GoOn:
    async def around() -> None:
        await events.run_nested(_named(subject, subject.action), subject, go_on)

    return around


async def _tell(events: Events, step: str, subject: CollectionEvent, report: Callable[[Exception], None]) -> None:
    try:
        await events.run_nested(_named(subject, step), subject, nothing)
    except HookFailed:
        pass  # its log entry is written
    except Exception as error:
        report(error)


def _named(subject: CollectionEvent, step: str) -> Sequence[tuple[str, Sequence[str]]]:
    """The collection's event, and in it the model's."""
    return (f"collection_{step}", _tags(subject)), (f"model_{step}", (MODEL_TAG,))


def _tags(subject: CollectionEvent) -> tuple[str, str]:
    return subject.collection, subject.collection_id
