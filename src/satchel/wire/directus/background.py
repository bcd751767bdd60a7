"""Work that goes on after the answer: large imports and exports.

In charge of: how many at a time, and telling whoever asked how it ended, in `directus_notifications`. Not in charge of:
the work. Made by `routes`; used by `importing` and `exporting`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from satchel.engine.verbs import Engine, Session
from satchel.errors import SatchelError, TooManyRequests
from satchel.observe import Observer
from satchel.policy.actor import Actor, Context

NOTIFICATIONS = "directus_notifications"
AFTER_SECONDS = 10


class Background:
    """One per process. `most`: how many pieces of work go on at once."""

    def __init__(self, engine: Engine, most: int, observer: Observer) -> None:
        self._engine = engine
        self._observer = observer
        self._most = most
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, context: Context, subject: str, work: Callable[[], Awaitable[str]]) -> None:
        """Begin; the text that `work` gives is the message. Raises TooManyRequests when too much is going on."""
        if len(self._tasks) >= self._most:
            raise TooManyRequests("Too many imports and exports are going on.", retry_after_seconds=AFTER_SECONDS)
        task = asyncio.create_task(self._run(context, subject, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, context: Context, subject: str, work: Callable[[], Awaitable[str]]) -> None:
        try:
            message = await work()
        except SatchelError as error:
            rows = [number for entry in error.details.get("rows", ()) for number in entry["rows"]]
            where = f"Row {rows[0]}: " if rows else ""
            subject, message = f"{subject} failed", where + error.message
        except Exception as error:  # nobody waits for the task
            self._observer.note(f"{subject} failed.", "error", error=error)
            subject, message = f"{subject} failed", "An unexpected error occurred."
        try:
            await self._tell(context, subject, message)
        except SatchelError as error:
            self._observer.note(f"Nobody could be told: {subject}.", "error", error=error)

    async def _tell(self, context: Context, subject: str, message: str) -> None:
        actor = context.actor
        if actor.kind != "user" or actor.collection != "directus_users" or actor.key is None:
            return
        row = {"recipient": actor.key, "subject": subject, "message": message}

        async def work(session: Session) -> None:
            await session.create(NOTIFICATIONS, row, "directus")

        own = Context(Actor.system("tells how work in the background ended"), context.now)
        await self._engine.write(own, NOTIFICATIONS, work)
