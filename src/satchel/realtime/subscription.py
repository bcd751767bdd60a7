"""Subscriptions: what a client follows, as a wire hands it in.

In charge of: the shapes. Not in charge of: parsing topics (the wires) or judging (`judge`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from satchel.engine.ledger import ChangeAction
from satchel.model.catalog import Collection
from satchel.plan.query import Query

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

    def asked(self, collection: Collection, reach: Reach, *, admin: bool) -> Asked | None:
        """What to read for an event of this collection; None when there is nothing to tell. Raises nothing."""
        ...

    def message(self, action: ChangeAction, data: bytes) -> bytes:
        """What is sent. `data`: the item's JSON as its readers may see it."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Subscription:
    """One topic that one client follows. `name`: how the client calls it. `topic`: what events are matched with."""

    name: str
    topic: str
    reading: Reading


class Outlet(Protocol):
    """Where a client's messages go."""

    def send(self, name: str, message: bytes) -> bool:
        """Hand over a message for the subscription `name`; False when the client is gone. Never waits."""
        ...

    def close(self) -> None:
        """End the connection in order."""
        ...
