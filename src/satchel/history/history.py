"""History: what the Directus wire asks of this room, as one object.

In charge of: putting its parts together. Made by `app`; the writing of activity and revisions is joined to the change
log in `joints`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from satchel.engine.engine import Engine
from satchel.engine.store import Store
from satchel.history import undo
from satchel.history.operations import Operations
from satchel.history.retention import Retention
from satchel.history.schedules import ActorOf, Schedules
from satchel.history.versions import Versions
from satchel.observe import SILENT, Observer
from satchel.policy.actor import Context


class History:
    """One per engine. `now`: the current instant, in UTC. `actor_of`: see `Schedules`. `secret`: the installation's.
    Days: see `Retention`."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        now: Callable[[], datetime],
        actor_of: ActorOf,
        *,
        secret: str,
        activity_days: int,
        revision_days: int,
        observer: Observer = SILENT,
    ) -> None:
        self._engine = engine
        self.operations = Operations(store)
        self.versions = Versions(engine, store, secret)
        self.schedules = Schedules(engine, store, self.versions, actor_of, now, observer=observer)
        self._retention = Retention(store, now, activity_days=activity_days, revision_days=revision_days)

    async def revert(self, context: Context, number: int) -> None:
        """Write an item again as a revision has it. Raises Forbidden, and what any update raises."""
        await undo.revert(self._engine, context, number)

    async def sweep(self) -> None:
        """Delete what is past its days."""
        await self._retention.sweep()
