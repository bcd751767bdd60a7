"""Schedules: versions that are published by the clock, each once, however many workers share a store.

In charge of: when a version is to be published and on whose behalf, whose turn it is, and telling that person of a
failure. Not in charge of: what publishing writes (`versions`). Made by `app`; asked by the Directus wire.

A worker looks at the clock when the next one is due, and every `LOOK_SECONDS` for those that others were asked for.
What came due while no worker was up is published at the start. It is claimed by one conditional statement; where the
store is the database of the item, the schedule goes in the transaction that publishes.

    UPDATE satchel_schedules SET claim = 'x', claimed_until = … WHERE version = 'v' AND claim IS NULL
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from satchel.engine.engine import Engine
from satchel.engine.store import Condition, Store, StoreSession
from satchel.engine.verbs import Session
from satchel.engine.write import WriteSession
from satchel.engine.write_fill import spelled
from satchel.errors import Forbidden, InvalidPayload, SatchelError, Unavailable
from satchel.history.recorder import user_of
from satchel.history.version_rules import VERSIONS
from satchel.history.versions import Versions
from satchel.model.types.moments import read_moment
from satchel.observe import SILENT, Observer
from satchel.policy.actor import Actor, Context

SCHEDULES = "satchel_schedules"
NOTIFICATIONS = "directus_notifications"
LOOK_SECONDS = 20.0
AGAIN_SECONDS = 5.0
"""How long what could not be begun, or is another worker's, waits for the next look."""
LEASE = timedelta(minutes=5)
"""After this long a worker that claimed something is taken to be dead."""
MOST = 50
FIELDS = ("version", "publish_at", "fields", "user", "ip", "claim", "claimed_until")

ActorOf = Callable[[str, str | None], Awaitable[Actor]]
"""A user with the rights of now, by key and address. Raises SatchelError for one who may not come in."""


class _Taken(Exception):
    """The schedule was changed or taken back meanwhile."""


class Schedules:
    """One per process."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        versions: Versions,
        actor_of: ActorOf,
        now: Callable[[], datetime],
        *,
        observer: Observer = SILENT,
    ) -> None:
        self._engine = engine
        self._store = store
        self._versions = versions
        self._actor_of = actor_of
        self._now = now
        self._observer = observer
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # --- what callers ask for

    async def set(
        self, context: Context, version: str, publish_at: Any, fields: Sequence[str] | None
    ) -> dict[str, Any]:
        """Publish a version at a moment, in place of what was said before. Raises Forbidden unless the caller may
        change the version and might publish it now, InvalidPayload for no moment to come."""
        moment = read_moment(publish_at) if isinstance(publish_at, str) else None
        if moment is None:
            raise InvalidPayload('"publish_at" must be a timestamp')
        if moment <= self._now():
            raise InvalidPayload('"publish_at" must be in the future')
        user = user_of(context.actor)
        if user is None:
            raise Forbidden("Only users can schedule a version: it is published with their rights.")
        await self._versions.check_publishing(context, version, fields)
        values = {
            "publish_at": spelled(moment, "timestamp"),
            "fields": None if fields is None else list(fields),
            "user": user,
            "ip": context.actor.ip,
            "claim": None,
            "claimed_until": None,
        }

        async def work(session: StoreSession) -> None:
            await session.delete(SCHEDULES, ("version", "=", version))
            await session.insert(SCHEDULES, {"version": version, **values})

        await self._store.write(work)
        self._changed.set()
        found = await self.get(context, version)
        assert found is not None
        return found

    async def get(self, context: Context, version: str) -> dict[str, Any] | None:
        """When a version that the caller may read is published: `version, publish_at, fields, user`; None for never."""
        await self._versions.check_readable(context, version)
        rows = await self._store.select(SCHEDULES, FIELDS, ("version", "=", version))
        if not rows:
            return None
        shown = {name: rows[0][name] for name in ("version", "publish_at", "fields", "user")}
        moment = read_moment(shown["publish_at"])
        assert moment is not None
        return {**shown, "publish_at": spelled(moment, "timestamp").replace(" ", "T", 1)}

    async def cancel(self, context: Context, version: str) -> None:
        """Take a schedule back. Raises Forbidden unless the caller may change the version."""
        await self._versions.check_changeable(context, version)
        await self._store.write(lambda session: session.delete(SCHEDULES, ("version", "=", version)))

    # --- the clock

    def start(self) -> None:
        """Publish what is due from now on."""
        if self._task is None:
            self._task = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop the clock. What is being published is finished or not done at all."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _follow(self) -> None:
        while True:
            self._changed.clear()
            try:
                wait = await self.run_due()
            except Exception as error:
                self._observer.note("Scheduled versions could not be looked at.", "warning", error=error)
                wait = AGAIN_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wait)

    async def run_due(self) -> float:
        """Publish what is due. Gives the seconds until the next look."""
        now = self._now()
        due = ("publish_at", "<=", spelled(now, "timestamp"))
        for row in await self._store.select(SCHEDULES, FIELDS, due, order="publish_at", limit=MOST):
            claim = await self._claim(row)
            if claim is not None:
                await self._publish(row, claim)
        if await self._store.select(SCHEDULES, ("version",), due, limit=1):
            return AGAIN_SECONDS
        coming = ("publish_at", ">", spelled(now, "timestamp"))
        rows = await self._store.select(SCHEDULES, ("publish_at",), coming, order="publish_at", limit=1)
        next_one = read_moment(rows[0]["publish_at"]) if rows else None
        if next_one is None:
            return LOOK_SECONDS
        return min(LOOK_SECONDS, max(0.0, (next_one - self._now()).total_seconds()))

    async def _claim(self, row: dict[str, Any]) -> str | None:
        """A name for this worker's turn; None if it is another's."""
        mine, now = uuid4().hex, self._now()
        until = read_moment(row["claimed_until"]) if row["claimed_until"] is not None else None
        if row["claim"] is not None and until is not None and until > now:
            return None
        held: Condition = ("claim", "is null", None) if row["claim"] is None else ("claim", "=", row["claim"])
        values = {"claim": mine, "claimed_until": spelled(now + LEASE, "timestamp")}
        same: Condition = ("version", "=", row["version"])
        taken = await self._store.write(lambda session: session.update(SCHEDULES, values, same, held))
        return mine if taken else None

    async def _publish(self, row: dict[str, Any], claim: str) -> None:
        version, user = str(row["version"]), None if row["user"] is None else str(row["user"])
        mine: tuple[Condition, ...] = (("version", "=", version), ("claim", "=", claim))

        async def done(session: StoreSession) -> None:
            if not await session.delete(SCHEDULES, *mine):
                raise _Taken

        async def inside(session: Session) -> None:
            if isinstance(session, WriteSession) and session.source == self._engine.metadata.store_name:
                await done(self._store.session(session.transaction))

        try:
            if user is None:
                raise Forbidden("Nobody answers for it any more.")
            context = Context(await self._actor_of(user, row["ip"]), self._now())
            await self._versions.publish(context, version, row["fields"], inside)
            # where the item is in another database
            await self._store.write(lambda session: session.delete(SCHEDULES, *mine))
        except _Taken:
            return
        except Unavailable as error:
            self._observer.note(f"The version {version} could not be published yet.", "warning", error=error)
            freed = {"claim": None, "claimed_until": None}
            await self._store.write(lambda session: session.update(SCHEDULES, freed, *mine))
        except Exception as error:
            self._observer.note(f"The version {version} could not be published.", "warning", error=error)
            reason = str(error) if isinstance(error, SatchelError) else "Something went wrong in the server."
            await self._tell(version, user, reason)
            await self._store.write(lambda session: session.delete(SCHEDULES, *mine))

    async def _tell(self, version: str, user: str | None, reason: str) -> None:
        """Let whoever scheduled it know that it was not published, and why."""
        rows = await self._store.select(VERSIONS, ("name", "key", "collection", "item"), ("id", "=", version))
        if user is None or not rows:
            return
        about = rows[0]
        name = about["name"] or about["key"]
        notice = {
            "recipient": user,
            "subject": f"The version “{name}” was not published",
            "message": f"It was scheduled, but could not be published: {reason}",
            "collection": about["collection"],
            "item": about["item"],
        }

        async def work(session: Session) -> None:
            await session.create(NOTIFICATIONS, notice, "directus")

        own = Context(Actor.system("tell that a scheduled version was not published"), self._now())
        with suppress(SatchelError):
            await self._engine.write(own, NOTIFICATIONS, work)
