"""The judge: who of an event's followers may be told, and what.

In charge of: grouping followers whose answers are equal, asking the engine once per group, and deciding plain rules
without it. Not in charge of: what rules and grants mean (`plan/secure`, `expr/evaluate`), or sending. Called by
`realtime`.

The row stands in the query as bound values (`Query.given`), as its change left it, under the grants of the follower. So
an event is judged as of its commit however late that is, a deleted row can still be judged, and the JSON that is
sent is made by the same plan as every read's. There is no other way to it than through `secure`.

Followers are grouped by what they ask, then by all that an answer depends on (`Engine.sharing`). Where many callers are
left that differ by nothing but who they are (`owner = @request.auth.id`), and the rule needs the row and the caller
alone, the interpreter says which grants hold for each of them; equal grants see the same row, so one of them is
asked for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from satchel.engine.engine import Engine
from satchel.errors import DatabaseError, Forbidden, InvalidQuery
from satchel.expr.nodes import Param
from satchel.expr.operators import FLAVORS, SQLITE
from satchel.model.catalog import Collection
from satchel.model.key import decode_key
from satchel.plan.query import Query, Restored
from satchel.policy.actor import Actor, Context
from satchel.policy.grant import Grant
from satchel.policy.recorded import ABOUT
from satchel.realtime.clients import Client, Follower
from satchel.realtime.holders import Holders
from satchel.realtime.images import Entry, Image, gone_with
from satchel.realtime.local_rule import ImageRow, holds, is_local
from satchel.realtime.subscription import Asked, Reach, Reading

PAUSE_SECONDS = 60.0
"""For how long a subscription that asked too much is told nothing."""
FEW = 3
"""Up to so many different callers are just asked for one by one."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one item, and the row that it speaks of."""

    entry: Entry
    collection: Collection
    image: Image
    at: datetime


@dataclass(slots=True)
class _Group:
    """Followers with equal answers."""

    context: Context
    followers: list[Follower]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is told of a change, and to whom. `data`: the item's JSON as they may see it."""

    entry: Entry
    reading: Reading
    data: bytes
    followers: Sequence[Follower]


class Judge:
    """`seconds`: how long the question of one group may take. What takes longer would hold up everybody's events, so
    that subscription is told nothing for a while. `clock`: seconds that only grow. `note`: told of it.
    """

    def __init__(
        self,
        engine: Engine,
        holders: Holders,
        *,
        seconds: float,
        clock: Callable[[], float],
        note: Callable[[str], None],
    ) -> None:
        self._engine = engine
        self._holders = holders
        self._seconds = seconds
        self._clock = clock
        self._note = note
        self._paused: dict[Reading, float] = {}

    async def judge(self, event: Event, followers: Sequence[tuple[Reach, Follower]]) -> list[Verdict]:
        """What is told of an event. Errors: Unavailable, StatementTimeout, DatabaseError."""
        found: list[Verdict] = []
        for (reading, reach), same in _by_reading(followers).items():
            if self._is_paused(reading):
                continue
            for admin, actors in (await self._by_actor(same)).items():
                asked = reading.asked(event.collection, reach, event.entry.action, admin=admin)
                if asked is not None:
                    found += await self._answers(event, reading, reach, asked, actors)
        return found

    async def _by_actor(self, followers: Iterable[Follower]) -> dict[bool, list[tuple[Actor, list[Follower]]]]:
        """Followers by who they are now, admins apart."""
        grouped: dict[Hashable, tuple[Actor, list[Follower]]] = {}
        actors: dict[Client, Actor] = {}
        for follower in followers:
            client = follower[0]
            actor = actors.get(client)
            if actor is None:
                actor = actors[client] = await self._holders.actor(client)
            who = (actor.kind, actor.collection, actor.key, actor.policies, actor.app_access, actor.admin, actor.share)
            grouped.setdefault(who, (actor, []))[1].append(follower)
        found: dict[bool, list[tuple[Actor, list[Follower]]]] = {}
        for actor, same in grouped.values():
            found.setdefault(actor.admin, []).append((actor, same))
        return found

    async def _answers(
        self,
        event: Event,
        reading: Reading,
        reach: Reach,
        asked: Asked,
        actors: list[tuple[Actor, list[Follower]]],
    ) -> list[Verdict]:
        query, values = self._given(event, asked)
        groups: dict[Hashable, _Group] = {}
        for actor, followers in actors:
            context = Context(actor, event.at, reading.facts)
            try:
                shared = await self._engine.sharing(query, values, context)
            except (Forbidden, InvalidQuery):
                continue
            groups.setdefault(shared, _Group(context, [])).followers.extend(followers)
        found: list[Verdict] = []
        for group in await self._merged(event, reach, asked, list(groups.values())):
            try:
                async with asyncio.timeout(self._seconds):
                    data = await self._read(event, query, values, group.context)
            except TimeoutError:
                self._paused[reading] = self._clock() + PAUSE_SECONDS
                self._note(f"A realtime subscription to {event.collection.name} takes too long to judge and is paused.")
                break
            if data is not None:
                found.append(Verdict(event.entry, reading, data, group.followers))
        return found

    def _is_paused(self, reading: Reading) -> bool:
        until = self._paused.get(reading)
        if until is not None and until <= self._clock():
            del self._paused[reading]
            until = None
        return until is not None

    def _given(self, event: Event, asked: Asked) -> tuple[Query, tuple[Any, ...]]:
        """The query about the event's row, and its values."""
        first = len(asked.values)
        given = self._engine.given
        values: list[Any] = [*asked.values, given(event.collection.name, event.image)]
        catalog = self._engine.catalog
        restored: list[Restored] = []
        for name, images in gone_with(event.entry, catalog).items():
            restored.append(Restored(name, len(values), len(images)))
            values += [given(name, image) for image in images]
        return replace(asked.query, given=first, restored=tuple(restored)), tuple(values)

    async def _read(self, event: Event, query: Query, values: Sequence[Any], context: Context) -> bytes | None:
        try:
            return (await self._engine.read(query, values, context)).data
        except (Forbidden, InvalidQuery):
            return None
        except DatabaseError:
            # Some column takes no such bound value. The row as it is stored will do, where it still is.
            key = decode_key(event.collection, event.entry.key)
            if event.entry.action == "delete" or key is None:
                raise
            kept = list(values[: query.given])
            stored = replace(query, given=None, restored=(), key=Param(len(kept), "list"))
            data = (await self._engine.read(stored, (*kept, key), context)).data
            return data if data is None or query.action == "view" else data[1:-1] or None

    # --- many callers

    async def _merged(self, event: Event, reach: Reach, asked: Asked, groups: list[_Group]) -> list[_Group]:
        """Fewer groups with the same answers, where a rule can be decided without the database."""
        if len(groups) <= FEW or asked.personal:
            return groups
        collection = event.collection
        row = ImageRow(collection, event.image)
        flavor = FLAVORS.get(self._engine.databases[collection.source].dialect, SQLITE)
        local: dict[Hashable, bool] = {}
        merged: dict[Hashable, _Group] = {}
        kept: list[_Group] = []
        for group in groups:
            actor = group.context.actor
            grants = await self._engine.grants_of(actor)
            found = grants.of(collection.name, reach)
            if grants.token not in local:
                plain = collection.name not in ABOUT
                local[grants.token] = plain and all(is_local(grant.where, collection) for grant in found)
            if not local[grants.token]:
                kept.append(group)
                continue
            allowing = _allowing(found, row, group.context, flavor)
            if any(allowing):
                key = (grants.token, actor.collection, allowing)
                same = merged.setdefault(key, _Group(group.context, []))
                same.followers.extend(group.followers)
        return [*kept, *merged.values()]


def _allowing(grants: Sequence[Grant], row: ImageRow, context: Context, flavor: Any) -> tuple[bool, ...]:
    return tuple(holds(grant.where, row, context, flavor) for grant in grants)


def _by_reading(followers: Sequence[tuple[Reach, Follower]]) -> dict[tuple[Reading, Reach], list[Follower]]:
    found: dict[tuple[Reading, Reach], list[Follower]] = {}
    for reach, follower in followers:
        found.setdefault((follower[1].reading, reach), []).append(follower)
    return found
