"""Delivery: from entries of the change log to messages in clients' outlets.

In charge of: judging the entries of one run, putting together what a subscription gathers into one message, and handing
messages over within bounds. Not in charge of: reading the log (`realtime`), who may know (`judge`), or the shape of
messages (the wires' readings). Used by `realtime`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from satchel.engine.engine import Engine
from satchel.engine.verbs import Answer
from satchel.errors import HookFailed, SatchelError, Unavailable
from satchel.model.catalog import Collection
from satchel.observe import Observer
from satchel.policy.actor import Actor, Context
from satchel.realtime.clients import Client, Clients, Follower
from satchel.realtime.holders import Holders
from satchel.realtime.images import Entry, Images
from satchel.realtime.judge import Event, Judge, Verdict
from satchel.realtime.subscription import Reach, Subscription, Topic

PATIENCE_SECONDS = 60.0
"""For how long an event is tried again while its database can't be reached."""
RETRY_SECONDS = 0.5
BREATH = 200
"""After how many messages other work gets its turn."""
RUN_MAX = 100
"""How many entries are one run at most."""

Topics = Callable[[Collection, str], Sequence[tuple[Topic, Reach]]]
"""The topics under which an item of a collection is followed (its key as text), and which grants each is judged by."""


@dataclass(slots=True)
class MessageEvent:
    """One client is about to be sent a message, as bytes of JSON. Listeners may change `subscription` and `message`."""

    actor: Actor
    client_id: str
    subscription: str
    message: bytes


def runs(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries that stand together and did the same to one collection in one transaction."""
    found: list[list[Entry]] = []
    before: Hashable = None
    for entry in entries:
        kind = (entry.change_set, entry.collection, entry.action)
        if kind == before and len(found[-1]) < RUN_MAX:
            found[-1].append(entry)
        else:
            found.append([entry])
        before = kind
    return found


class Delivery:
    """`clock`: seconds that only grow."""

    def __init__(
        self,
        engine: Engine,
        clients: Clients,
        holders: Holders,
        images: Images,
        judge: Judge,
        topics: Topics,
        observer: Observer,
        clock: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._clients = clients
        self._holders = holders
        self._images = images
        self._judge = judge
        self._topics = topics
        self._observer = observer
        self._clock = clock

    async def tell_of(self, run: Sequence[Entry]) -> None:
        """Judge and deliver the entries of one run."""
        verdicts: list[Verdict] = []
        for entry in run:
            if entry.action != "delete":
                # what changed about an account counts for this very change
                self._holders.passed(entry.collection, entry.key)
            verdicts += await self._patiently(entry)
        await self._send_all(verdicts)
        for entry in run:
            if entry.action == "delete":
                # whoever goes is told of it, and of nothing more
                self._holders.passed(entry.collection, entry.key)

    async def _patiently(self, entry: Entry) -> list[Verdict]:
        """What is to be told of one entry; while a database can't be reached, asked again and again for a while."""
        until = self._clock() + PATIENCE_SECONDS
        while True:
            try:
                return await self._judged(entry)
            except Unavailable as error:
                if self._clock() > until:
                    self._observer.note("A realtime event is lost.", "error", error=error)
                    return []
                await asyncio.sleep(RETRY_SECONDS)
            except Exception as error:  # an event that can't be judged is told to nobody
                self._observer.note("A realtime event could not be judged.", "error", error=error)
                return []

    async def _judged(self, entry: Entry) -> list[Verdict]:
        collection = self._engine.catalog.get(entry.collection)
        if collection is None:
            return []
        followers: list[tuple[Reach, Follower]] = []
        for topic, reach in self._topics(collection, entry.key):
            followers.extend((reach, follower) for follower in self._clients.followers(topic))
        if not followers:
            return []
        image = await self._images.of(entry, collection)
        if image is None:
            return []
        return await self._judge.judge(Event(entry, collection, image, datetime.now(UTC)), followers)

    # --- sending

    async def _send_all(self, verdicts: Sequence[Verdict]) -> None:
        gathered: dict[Follower, list[Verdict]] = {}
        sent = 0
        for verdict in verdicts:
            if verdict.reading.gathers:
                for follower in verdict.followers:
                    gathered.setdefault(follower, []).append(verdict)
                continue
            sent = await self.send(verdict.reading.message(verdict.entry, (verdict.data,)), verdict.followers, sent)
        if gathered:
            await self._send_gathered(gathered, sent)

    async def send(self, message: bytes, followers: Sequence[Follower], sent: int = 0) -> int:
        """Hand one message to followers. `sent`: how many messages went out before it without a pause."""
        now = self._clock()
        followed = self._engine.events.heard_by_any("realtime_message_send")
        for client, subscription in followers:
            # who has left or changed its mind since gets nothing
            if subscription not in client.subscriptions:
                continue
            if followed:
                await self._send_heard(client, subscription.name, message)
            else:
                client.send(subscription.name, message, now)
            sent += 1
            if sent % BREATH == 0:
                await asyncio.sleep(0)
        return sent

    async def _send_gathered(self, gathered: dict[Follower, list[Verdict]], sent: int) -> None:
        """Send what a run means for each follower as one message; followers of the same share its bytes."""
        made: dict[Hashable, bytes] = {}
        counted: dict[Hashable, Answer | None] = {}
        for follower, verdicts in gathered.items():
            client, subscription = follower
            counts = await self._counts(client, subscription, counted)
            key = (subscription.reading, tuple(map(id, verdicts)), counts)
            message = made.get(key)
            if message is None:
                data = [verdict.data for verdict in verdicts]
                message = made[key] = subscription.reading.message(verdicts[0].entry, data, counts)
            sent = await self.send(message, (follower,), sent)

    async def _counts(
        self, client: Client, subscription: Subscription, known: dict[Hashable, Answer | None]
    ) -> Answer | None:
        """The counts that a subscription wants beside the data, as its client may know them; None for none."""
        asked = subscription.reading.counted
        if asked is None:
            return None
        context = Context(await self._holders.actor(client), datetime.now(UTC), subscription.reading.facts)
        try:
            shared = (asked.query, asked.values, await self._engine.sharing(asked.query, asked.values, context))
            if shared not in known:
                known[shared] = await self._engine.read(asked.query, asked.values, context)
        except SatchelError:
            return None
        return known[shared]

    async def _send_heard(self, client: Client, name: str, message: bytes) -> None:
        """Send one message with whoever listens around it; one that they refuse is not sent."""
        event = MessageEvent(client.actor, client.id, name, message)

        async def send() -> None:
            client.send(event.subscription, event.message, self._clock())

        try:
            await self._engine.events.run("realtime_message_send", event, send)
        except HookFailed:
            pass  # its log entry is written
        except Exception as error:
            self._observer.note("A hook refused a realtime message.", "warning", error=error)
