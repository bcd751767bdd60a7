"""Subscriptions: what a client follows, as a wire hands it in.

In charge of: the shapes. Not in charge of: parsing topics (the wires) or judging (`judge`).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from satchel.engine.ledger import ChangeAction
from satchel.engine.verbs import Answer
from satchel.model.catalog import Collection
from satchel.plan.query import Query
from satchel.realtime.images import Entry

Topic = Hashable
"""What events are matched with. Each wire makes its own, of a form that no client of the other wire can name."""

Reach = Literal["list", "view"]
"""Whether a subscription is about all items of a collection or about one: whose grants it is judged by."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read for an event. The query is about a given row, whose position is `len(values)`.

    `personal`: what it asks for differs from caller to caller in more than the grants, so that nothing is shared.
    """

    query: Query
    values: tuple[Any, ...] = ()
    personal: bool = False


class Reading(Protocol):
    """How a subscription wants to be told. Equal subscriptions share one, which is what they are grouped by."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What rules may know of the request: `context`, `method`, `query`, `headers`, `body`."""
        ...

    @property
    def gathers(self) -> bool:
        """Whether what one transaction did to several items of a collection is one message."""
        ...

    @property
    def counted(self) -> Asked | None:
        """The counts that a message holds beside the data, if it is one that gathers."""
        ...

    def asked(self, collection: Collection, reach: Reach, action: ChangeAction, *, admin: bool) -> Asked | None:
        """What to read for an event of this collection; None when there is nothing to tell. Raises nothing."""
        ...

    def message(self, entry: Entry, data: Sequence[bytes], counts: Answer | None = None) -> bytes:
        """What is sent. `entry`: the change, or the first of those that are gathered; `data`: the JSON of each item as
        its readers may see it."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Subscription:
    """One topic that one client follows. `name`: how the client calls it. `topic`: what events are matched with."""

    name: str
    topic: Topic
    reading: Reading


class Outlet(Protocol):
    """Where a client's messages go."""

    def send(self, name: str, message: bytes) -> bool:
        """Hand over a message for the subscription `name`; False when the client is gone. Never waits."""
        ...

    def close(self) -> None:
        """End the connection in order."""
        ...
