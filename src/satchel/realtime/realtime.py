"""Realtime: the one door to this room for wires, hooks and other features.

In charge of: connecting and subscribing (also when the client is another worker's), custom messages, following the
feed, delivery, time limits, the orderly end. Not in charge of: what any of it looks like on a wire. Made by the
composition root; one per process.

What is committed reaches every follower once, in the order of the change log, whichever worker wrote it. A follower
that can't keep up is cut by its outlet and starts over; it is never waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from satchel.engine.engine import Engine
from satchel.engine.feed import Feed
from satchel.engine.ledger import ChangeSet
from satchel.errors import Forbidden, InvalidPayload, NotFound, SatchelError, Unavailable
from satchel.model.system.book_keeping import CHANGES
from satchel.observe import Observer
from satchel.policy.actor import Actor, Share
from satchel.realtime.bell import Bell
from satchel.realtime.client_ids import ClientIds
from satchel.realtime.clients import Client, Clients
from satchel.realtime.delivery import RETRY_SECONDS, Delivery, Topics, runs
from satchel.realtime.holders import Holders, Identities, account_of
from satchel.realtime.images import FIELDS, Entry, Images
from satchel.realtime.judge import Judge
from satchel.realtime.mailbox import EVERYBODY, Mailbox, Note
from satchel.realtime.subscription import Outlet, Subscription

BEAT_SECONDS = 0.25
"""How often a worker looks for what it heard no bell of."""
SWEEP_SECONDS = 1.0
ANSWER_SECONDS = 5.0
"""How long another worker may take to answer."""
GONE_MAX = 2000
"""How many deletions of one transaction are kept in mind while its events are judged."""
Parse = Callable[[str], Subscription]


class UnknownClient(NotFound):
    """There is no client of that id."""


class WrongAddress(InvalidPayload):
    """The client is connected from another address."""


class OtherCaller(Forbidden):
    """The client belongs to another account."""


REFUSALS: Mapping[str, type[SatchelError]] = {
    "client": UnknownClient,
    "address": WrongAddress,
    "caller": OtherCaller,
}


@dataclass(frozen=True, slots=True)
class RealtimeLimits:
    """`clients`: how many at once in this process. `idle_seconds`: how long one may be sent nothing. `life_seconds`:
    how long one may stay at all. `message_bytes`: how long a custom message may be. `judge_seconds`: how long it may
    take to find out what subscribers that ask the same are told of one event."""

    clients: int = 10_000
    idle_seconds: float = 300.0
    life_seconds: float = 1800.0
    message_bytes: int = 1024**2
    judge_seconds: float = 5.0


class Realtime:
    """`topics` and `parse` are the wire's. `folder`: the data folder. `shared`: whether processes with other folders
    may use the same store."""

    def __init__(
        self,
        engine: Engine,
        identities: Identities,
        *,
        topics: Topics,
        parse: Parse,
        secret: str,
        folder: Path,
        shared: bool,
        limits: RealtimeLimits,
        observer: Observer,
    ) -> None:
        clock = time.monotonic
        store = engine.metadata.store
        gaps = engine.metadata.store_database.dialect != "sqlite"
        self._engine = engine
        self._parse = parse
        self._limits = limits
        self._shared = shared
        self._observer = observer
        self._clock = clock
        self._ids = ClientIds(secret)
        self._clients = Clients(limits.clients)
        self._holders = Holders(identities, clock)
        images = Images(engine, store, clock)
        judge = Judge(
            engine,
            self._holders,
            seconds=limits.judge_seconds,
            clock=clock,
            note=lambda text: observer.note(text, "warning"),
        )
        self._delivery = Delivery(engine, self._clients, self._holders, images, judge, topics, observer, clock)
        self._feed = Feed(store, CHANGES.name, FIELDS, clock, gaps=gaps)
        self._mailbox = Mailbox(store, self._ids.worker, clock, gaps=gaps)
        self._bell = Bell(folder, self._ids.worker, self._wake, clock)
        self._woken = asyncio.Event()
        self._attending = asyncio.Lock()
        self._following = self._reading_notes = False
        self._waiting: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._gone: tuple[str, list[Entry]] = ("", [])
        self._task: asyncio.Task[None] | None = None
        self._sweep_at = 0.0

    # --- life

    def start(self) -> None:
        self._bell.open()
        self._engine.writes.hooks.on_after(self._committed)
        self._engine.metadata.on_change(lambda catalog: self._holders.forget())
        self._task = asyncio.create_task(self._run())

    def close_clients(self) -> None:
        """End all connections in order."""
        for client in self._clients:
            client.outlet.close()

    async def stop(self) -> None:
        self.close_clients()
        self._bell.close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _committed(self, change_set: ChangeSet) -> None:
        if self._following or self._reading_notes:
            self._woken.set()
        self._bell.ring()

    def _wake(self) -> None:
        self._woken.set()

    # --- clients

    async def connect(self, outlet: Outlet, ip: str | None, *, watched: bool = False) -> Client:
        """A new client, a guest that follows nothing yet. `watched`: its wire looks after how long it may stay. Raises
        Unavailable when there are too many."""
        client = Client(self._ids.make(), outlet, Actor.public(ip=ip), self._clock(), watched=watched)
        self._clients.add(client)
        try:
            await self._attend()
        except BaseException:
            self._clients.remove(client.id)
            raise
        return client

    def disconnect(self, client: Client) -> None:
        """The connection is gone."""
        self._clients.remove(client.id)

    async def subscribe(self, client_id: str, names: Sequence[str], actor: Actor) -> None:
        """Replace what a client follows, and who it is. Returns when no commit from now on can be missed.

        Raises UnknownClient; WrongAddress for another address than the connection's; OtherCaller unless the client was
        a guest or the same account before.
        """
        worker = self._ids.worker_of(client_id)
        if worker is None:
            raise UnknownClient("There is no such client.")
        proof = await self._proof(actor)
        if worker == self._ids.worker:
            await self._subscribe(client_id, names, actor, proof)
            return
        collection, key = account_of(actor)
        caller = {"kind": actor.kind, "collection": collection, "key": key, "ip": actor.ip}
        body = {"client": client_id, "names": list(names), "caller": caller, "proof": proof}
        await self._ask(worker, "subscribe", body)

    async def _subscribe(self, client_id: str, names: Sequence[str], actor: Actor, proof: str) -> None:
        client = self._clients.get(client_id)
        if client is None:
            raise UnknownClient("There is no such client.")
        if client.ip != actor.ip:
            raise WrongAddress("The client is connected from another address.")
        # its account may have become a guest since
        before = await self._holders.actor(client)
        if before.kind != "public" and account_of(before) != account_of(actor):
            raise OtherCaller("The client belongs to another account.")
        client.actor, client.proof = actor, proof
        self._clients.follow(client, [self._parse(name) for name in dict.fromkeys(names)])
        await self._attend()

    async def identify(self, client: Client, actor: Actor) -> None:
        """From now on a client of this worker is `actor`, whom its wire has just asked for a proof."""
        proof = await self._proof(actor)
        client.actor, client.proof = actor, proof

    async def follow(self, client: Client, subscriptions: Sequence[Subscription]) -> None:
        """Replace what a client of this worker follows. Returns when no commit from now on can be missed."""
        self._clients.follow(client, subscriptions)
        await self._attend()

    async def _proof(self, actor: Actor) -> str:
        standing = await self._holders.standing(actor)
        return "" if standing is None else standing.proof

    # --- custom messages

    async def send(self, topic: str, message: bytes | str) -> None:
        """Send a message to all that follow a topic, on every worker. Raises InvalidPayload for one that is too long.

        Hooks must call this after a commit, or from outside of a write: nothing takes a message back.
        """
        data = message.encode() if isinstance(message, str) else message
        if len(data) > self._limits.message_bytes:
            raise InvalidPayload(
                f"A realtime message of {len(data)} bytes is too long; {self._limits.message_bytes} are allowed.",
                limit_bytes=self._limits.message_bytes,
            )
        await self._hand_out(topic, data)
        if self._shared or self._bell.in_company():
            await self._tell(EVERYBODY, "message", {"topic": topic, "data": data.decode("utf-8", "replace")})

    async def send_once(self, client_id: str, topic: str, message: bytes | str, ip: str | None) -> bool:
        """Send a message to one client if it follows the topic and is connected from this address, and end that
        subscription; whether all of that was so."""
        data = message.encode() if isinstance(message, str) else message
        worker = self._ids.worker_of(client_id)
        if worker is None:
            return False
        if worker == self._ids.worker:
            return self._send_once(client_id, topic, data, ip)
        body = {"client": client_id, "topic": topic, "data": data.decode("utf-8", "replace"), "ip": ip}
        with contextlib.suppress(SatchelError):
            await self._ask(worker, "once", body)
            return True
        return False

    def _send_once(self, client_id: str, topic: str, data: bytes, ip: str | None) -> bool:
        client = self._clients.get(client_id)
        if client is None or client.ip != ip:
            return False
        found = [item for item in client.subscriptions if item.topic == topic]
        if not found:
            return False
        self._clients.follow(client, [item for item in client.subscriptions if item.topic != topic])
        return client.send(found[0].name, data, self._clock())

    async def _hand_out(self, topic: str, data: bytes) -> None:
        await self._delivery.send(data, self._clients.followers(topic))

    # --- between workers

    async def _tell(self, target: str, kind: str, body: Mapping[str, Any]) -> None:
        await self._mailbox.send(target, kind, body)
        self._bell.ring()

    async def _ask(self, worker: str, kind: str, body: Mapping[str, Any]) -> None:
        """Have another worker do something with a client of its own. Raises what it raises; UnknownClient when it does
        not answer."""
        number = secrets.token_hex(8)
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self._attend()
            await self._tell(worker, kind, {**body, "answer": number})
            async with asyncio.timeout(ANSWER_SECONDS):
                error = (await answer).get("error")
        except TimeoutError:
            error = "client"
        finally:
            self._waiting.pop(number, None)
        if error:
            raise REFUSALS.get(str(error), Unavailable)("The other worker refused.")

    async def _read_note(self, note: Note) -> None:
        body = note.body
        match note.kind:
            case "message":
                await self._hand_out(str(body["topic"]), str(body["data"]).encode())
            case "answer":
                waiting = self._waiting.get(str(body["answer"]))
                if waiting is not None and not waiting.done():
                    waiting.set_result(body)
            case "once":
                sent = self._send_once(str(body["client"]), str(body["topic"]), str(body["data"]).encode(), body["ip"])
                await self._reply(note, "" if sent else "client")
            case "subscribe":
                await self._reply(note, await self._subscribe_for(body))
            case _:
                pass  # a newer worker's

    async def _subscribe_for(self, body: Mapping[str, Any]) -> str:
        """Subscribe a client of this worker as another worker was asked to; the reason of a refusal."""
        claimed = _claimed(body["caller"])
        standing = await self._holders.standing(claimed)
        actor = claimed if standing is None else standing.actor
        try:
            await self._subscribe(str(body["client"]), body["names"], actor, str(body["proof"]))
        except SatchelError as error:
            return next((name for name, kind in REFUSALS.items() if type(error) is kind), "other")
        return ""

    async def _reply(self, note: Note, error: str) -> None:
        await self._tell(note.sender, "answer", {"answer": note.body.get("answer", ""), "error": error})

    # --- following

    async def _attend(self) -> None:
        """Make sure that from now on nothing is missed that somebody here waits for."""
        async with self._attending:
            if not self._reading_notes and (len(self._clients) or self._waiting):
                await self._mailbox.start()
                self._reading_notes = True
            if not self._following and self._clients.followed:
                await self._feed.start()
                self._following = True
        self._woken.set()

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self._look()
            except SatchelError as error:
                self._observer.note("Realtime can't read the store.", "warning", error=error)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception as error:  # one mistake must not silence everybody
                self._observer.note("Realtime failed.", "error", error=error)
                await asyncio.sleep(RETRY_SECONDS)

    async def _look(self) -> None:
        now = self._clock()
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS
            limits = self._limits
            for client in self._clients.overdue(
                now, idle_seconds=limits.idle_seconds, life_seconds=limits.life_seconds
            ):
                client.outlet.close()
        async with self._attending:
            if self._reading_notes:
                self._reading_notes = bool(len(self._clients) or self._waiting)
            notes = await self._mailbox.take() if self._reading_notes else []
        for note in notes:
            await self._read_note(note)
        while True:
            async with self._attending:
                self._following = self._following and self._clients.followed
                rows = await self._feed.next() if self._following else []
            if not rows:
                return
            await self._freshen()
            for run in runs(self._entries([Entry.of(row) for row in rows])):
                await self._delivery.tell_of(run)

    async def _freshen(self) -> None:
        """Know the rules and fields that another worker changed before what it wrote next. The rows that were read must
        not be lost, so this is tried until it succeeds."""
        metadata = self._engine.metadata
        while True:
            try:
                if await metadata.is_stale():
                    await metadata.refresh()
                return
            except SatchelError as error:
                self._observer.note("Realtime waits for the database.", "warning", error=error)
                await asyncio.sleep(RETRY_SECONDS)

    def _entries(self, entries: list[Entry]) -> list[Entry]:
        """The entries, with the deletions of their transactions."""
        gone: dict[str, list[Entry]] = {self._gone[0]: self._gone[1]}
        for entry in entries:
            if entry.action == "delete":
                same = gone.setdefault(entry.change_set, [])
                if len(same) < GONE_MAX:
                    same.append(entry)
        last = entries[-1].change_set
        self._gone = (last, gone.get(last, []))
        return [replace(entry, gone=gone[entry.change_set]) if entry.action == "delete" else entry for entry in entries]


def _claimed(caller: Mapping[str, Any]) -> Actor:
    """The caller that another worker names, without any rights: those come with the standing."""
    kind, key, ip = caller["kind"], caller["key"], caller["ip"]
    if kind == "share":
        return Actor("share", ip=ip, share=Share(key, "", "", Actor.public(ip=ip)))
    return Actor("user", caller["collection"], key, ip=ip) if kind == "user" else Actor.public(ip=ip)
