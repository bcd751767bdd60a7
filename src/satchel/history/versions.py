"""Versions: content of an item that is saved beside it, compared with it, and one day written into it.

In charge of: these verbs. Not in charge of: what rows of versions have to be like (`version_rules`), marks
(`version_delta`), or what an item would look like (`preview`). Called by the Directus wire.

A version is a row of `directus_versions`: who may read or change it is a matter of permissions on that collection. Its
content is about an item, so the rights on the item hold as well: saving asks whether the caller might write this into
the item, reading whether the item may be seen, promoting is an update like any other.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from satchel.engine.engine import Engine
from satchel.engine.etag import etag_of
from satchel.engine.store import Store
from satchel.engine.verbs import Session
from satchel.engine.write import WriteSession
from satchel.engine.write_fill import spelled
from satchel.errors import (
    Forbidden,
    NotFound,
    PreconditionFailed,
    SatchelError,
    Unprocessable,
    VersionOutdated,
)
from satchel.expr.nodes import Param
from satchel.history.preview import Content, preview
from satchel.history.recorder import user_of
from satchel.history.version_delta import DATE, USER, is_nested, marked, may_see, resolved, saved_by, targets, unmarked
from satchel.history.version_rules import VERSIONS
from satchel.model.catalog import Collection, Key
from satchel.model.key import decode_key
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context

STAR = (Select("*", "*"),)
FIELDS = ("id", "collection", "item", "hash", "delta")
PAUSE_SECONDS = 0.01
TRIES = 20
"""How often a save begins anew because somebody else saved the same version meanwhile."""

Inside = Callable[[Session], Awaitable[None]]
"""More work for the transaction that publishes a version."""


@dataclass(frozen=True, slots=True)
class Version:
    """A row, with its collection and the key of its item (None: of none yet). `delta`: with marks."""

    id: str
    collection: Collection
    key: Key | None
    hash: str
    delta: Mapping[str, Any]
    stored: Mapping[str, Any]


class Versions:
    """One per engine. `secret`: keeps hashes from telling what is hidden in an item."""

    def __init__(self, engine: Engine, store: Store, secret: str) -> None:
        self._engine = engine
        self._store = store
        self._secret = secret.encode()

    # --- hashes

    async def hash_for(self, context: Context, collection: Collection, item: str) -> str:
        """The hash of an item that this caller may read. Raises Forbidden."""
        key = decode_key(collection, item)
        if key is None:
            raise Forbidden("No item has such a key.")
        await self._main(context, collection, key)
        return await self._hash(collection, key)

    async def _hash(self, collection: Collection, key: Key) -> str:
        """40 hexadecimal digits that change when the item does."""
        context = Context(Actor.system("tell whether an item changed"), datetime.now(UTC))
        answer = await self._engine.read(_view(collection.name), (key,), context)
        return hmac.new(self._secret, answer.data or b"", "sha1").hexdigest()

    async def _main(self, context: Context, collection: Collection, key: Key) -> dict[str, Any]:
        """The item as the caller may read it. Raises Forbidden."""
        answer = await self._engine.read(_view(collection.name), (key,), context)
        if answer.data is None:
            raise Forbidden("There is no such item.")
        return msgspec.json.decode(answer.data)

    # --- finding

    async def _find(self, context: Context, version: str) -> Version:
        """A version that the caller may read. Raises Forbidden."""
        query = Query(VERSIONS, "directus", "view", (Select("id", "id"),), key=Param(0), backlink=False)
        answer = await self._engine.read(query, ((version,),), context)
        row = None if answer.data is None else await self._engine.stored_item(VERSIONS, (version,))
        found = None if row is None else self._version(row)
        if found is None:
            raise Forbidden("There is no such version.")
        return found

    async def _changeable(self, context: Context, version: str) -> Version:
        found = await self._find(context, version)
        if not await self._engine.allows(context, VERSIONS, "update", (found.id,)):
            raise Forbidden("You may not change this version.")
        return found

    async def check_changeable(self, context: Context, version: str) -> None:
        """Raise Forbidden unless the caller may change the version."""
        await self._changeable(context, version)

    async def check_readable(self, context: Context, version: str) -> None:
        """Raise Forbidden unless the caller may read the version."""
        await self._find(context, version)

    def _version(self, row: Mapping[str, Any]) -> Version | None:
        collection = self._engine.catalog.get(row["collection"])
        if collection is None:
            return None
        key = None if row["item"] is None else decode_key(collection, str(row["item"]))
        delta = cast("dict[str, Any]", row["delta"]) if isinstance(row["delta"], dict) else {}
        return Version(str(row["id"]), collection, key, str(row["hash"] or ""), delta, row)

    async def of_items(
        self, context: Context, collection: str, version: str, keys: Sequence[str]
    ) -> dict[str, Version]:
        """The versions of that name that the caller may read, by the key of their item."""
        found: dict[str, Version] = {}
        for item in dict.fromkeys(keys):
            rows = await self._store.select(
                VERSIONS, FIELDS, ("collection", "=", collection), ("item", "=", item), ("key", "=", version), limit=1
            )
            made = self._version(rows[0]) if rows else None
            if made is not None and await self._may_read(context, made.id):
                found[item] = made
        return found

    async def _may_read(self, context: Context, version: str) -> bool:
        return await self._engine.allows(context, VERSIONS, "view", (version,))

    # --- reading

    async def view(
        self, context: Context, version: Version, query: Query, values: Sequence[Any]
    ) -> dict[str, Any] | None:
        """The item with the version, as a query wants it; None if the caller may not see it. See `preview`."""
        content = self._content(version)
        return None if content is None else await preview(self._engine, context, content, query, values)

    def _content(self, version: Version) -> Content | None:
        if version.key is None:
            return None
        payload = unmarked(self._engine.catalog, version.collection, version.delta)
        at = version.delta.get(DATE)
        moment = datetime.fromisoformat(at) if isinstance(at, str) else datetime.now(UTC)
        return Content(version.collection, version.key, payload, moment)

    def without_marks(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row of a version as one is read by itself: its content as clients compare it."""
        found = self._version(row)
        if found is None or not found.delta:
            return dict(row)
        return {**row, "delta": resolved(self._engine.catalog, found.collection, found.key or (), found.delta)}

    async def raw(self, context: Context, version: Version) -> dict[str, Any]:
        """The content as it was saved, with the item's key, as far as the caller may see it."""
        delta = resolved(self._engine.catalog, version.collection, version.key or (), version.delta)
        return await self._shown(context, version, delta)

    async def _shown(self, context: Context, version: Version, delta: Mapping[str, Any]) -> dict[str, Any]:
        """Of content what the caller may see: plain values as a preview shows them, nested ones that they saved
        themselves or that hold only what may be seen of every item."""
        grants = await self._engine.grants_of(context.actor)
        if grants.admin:
            return dict(delta)
        collection, catalog = version.collection, self._engine.catalog
        if version.key is None:
            return {}
        hidden = await self._engine.writes.hidden_fields(context, collection.name, version.key)
        item = await self.view(context, version, _view(collection.name), (version.key,))
        if hidden is None or item is None:
            return {}
        own = user_of(context.actor)
        found: dict[str, Any] = {}
        for name, value in delta.items():
            if name in (USER, DATE):
                found[name] = value
            elif name in hidden or name not in item:
                continue
            elif not is_nested(catalog, collection, name, value):
                found[name] = item[name]
            elif saved_by(version.delta.get(name), own) or may_see(
                grants, catalog, targets(catalog, collection, name), value
            ):
                found[name] = value
        return found

    async def compare(self, context: Context, version: str) -> dict[str, Any]:
        """A version beside its item. Raises Forbidden."""
        found = await self._find(context, version)
        if found.key is None:
            current = await self.raw(context, found)
            return {"outdated": False, "mainHash": "", "current": current, "main": None}
        main = await self._main(context, found.collection, found.key)
        known = await self._hash(found.collection, found.key)
        current = await self.raw(context, found)
        return {"outdated": known != found.hash, "mainHash": known, "current": current, "main": main}

    # --- saving

    async def save(
        self, context: Context, version: str, body: Mapping[str, Any], drop: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Add to a version's content, and take fields (`drop`) out of it; the item with all of it. Raises Forbidden
        unless the caller might write this into the item, and what is wrong with nested items."""
        found = await self._find(context, version)
        collection, catalog = found.collection, self._engine.catalog
        given = {name: value for name, value in body.items() if name not in collection.key}
        if context.actor.admin:  # to others it is told which fields there are not
            given = {name: value for name, value in given.items() if name in collection.fields}
        main = {} if found.key is None else await self._main(context, collection, found.key)
        # who takes a change back has to be one who might make it
        await self._check(context, found, {**{name: main.get(name) for name in drop if name in found.delta}, **given})
        user, date = user_of(context.actor), spelled(context.now, "timestamp").replace(" ", "T", 1)
        marks = {USER: user, DATE: date}
        fresh = marked(catalog, collection, given, user, date)
        for attempt in range(TRIES):
            old = {name: value for name, value in found.delta.items() if name not in marks and name not in drop}
            delta = {**old, **fresh, **marks}
            try:
                await self._store_delta(context, found, delta)
            except PreconditionFailed:
                # what they wrote may not be there to read yet
                await asyncio.sleep(PAUSE_SECONDS * attempt)
                found = await self._find(context, version)
                continue
            return {**main, **await self._shown(context, replace(found, delta=delta), delta)}
        raise Unprocessable("Others keep saving this version at the same time.")

    async def _store_delta(self, context: Context, version: Version, delta: Mapping[str, Any]) -> None:
        """UPDATE the content, unless somebody else did meanwhile (PreconditionFailed)."""
        stamps = {"date_updated": spelled(context.now, "timestamp"), "user_updated": user_of(context.actor)}
        own = replace(context, overrides={"delta": dict(delta), **stamps})

        async def work(session: Session) -> None:
            await session.update(VERSIONS, (version.id,), {}, "directus", if_match=etag_of(version.stored))

        await self._engine.write(own, VERSIONS, work)

    async def _check(self, context: Context, version: Version, body: Mapping[str, Any]) -> None:
        """Raise Forbidden if the caller may not write this into the item. A draft may be incomplete, so what is wrong
        with plain values is said when it is promoted; but nested items have to be good, so that their rights are asked
        to the end."""
        catalog, collection = self._engine.catalog, version.collection
        try:
            await self._try(context, version, body)
        except (Forbidden, NotFound):
            raise
        except SatchelError:
            for name, value in body.items():
                try:
                    await self._try(context, version, {name: value})
                except (Forbidden, NotFound):
                    raise
                except SatchelError:
                    if is_nested(catalog, collection, name, value):
                        raise

    async def _try(self, context: Context, version: Version, body: Mapping[str, Any]) -> None:
        name, key = version.collection.name, version.key

        async def work(session: WriteSession) -> None:
            if key is None:
                await session.create(name, body, "directus")
            else:
                await session.update(name, key, body, "directus")

        await self._engine.writes.rehearse(context, name, work)

    # --- promoting

    async def promote(self, context: Context, version: str, main_hash: str, fields: Sequence[str] | None) -> Key:
        """Write a version's content into its item (or make the item); the item's key. Raises VersionOutdated if the
        item is not the one whose hash the caller knows, and what any write raises."""
        found = await self._find(context, version)
        collection, engine = found.collection, self._engine
        payload = self._payload(found, fields)
        if found.key is None:
            return await self._make(context, found, payload)
        await self._main(context, collection, found.key)
        tag = await engine.etag(collection.name, found.key)
        known = await self._hash(collection, found.key)
        if not hmac.compare_digest(known, main_hash):
            raise VersionOutdated("The item has changed since.", main_hash=known)
        if not payload:
            raise Unprocessable("No changes to promote.")
        key = found.key

        async def work(session: Session) -> Key:
            return await session.update(collection.name, key, payload, "directus", if_match=tag)

        try:
            return await engine.write(context, collection.name, work)
        except PreconditionFailed:
            changed = await self._hash(collection, key)
            raise VersionOutdated("The item has changed since.", main_hash=changed) from None

    def _payload(self, version: Version, fields: Sequence[str] | None) -> dict[str, Any]:
        """What promoting writes: the content, or of it these fields."""
        payload = unmarked(self._engine.catalog, version.collection, version.delta)
        return {name: value for name, value in payload.items() if fields is None or name in fields}

    async def _make(
        self, context: Context, version: Version, payload: Mapping[str, Any], inside: Inside | None = None
    ) -> Key:
        """A new item of a draft that was of none."""
        if not payload:
            raise Unprocessable("No changes to promote.")

        async def work(session: Session) -> Key:
            made = await session.create(version.collection.name, payload, "directus")
            if inside is not None:
                await inside(session)
            return made

        return await self._engine.write(context, version.collection.name, work)

    # --- publishing by the clock

    async def check_publishing(self, context: Context, version: str, fields: Sequence[str] | None) -> None:
        """Raise Forbidden unless the caller may change the version, and might write its content into the item now."""
        found = await self._changeable(context, version)
        await self._check(context, found, self._payload(found, fields))

    async def publish(self, context: Context, version: str, fields: Sequence[str] | None, inside: Inside) -> None:
        """Write a version's content into its item as it is by now (or make the item); what was written is no part of
        the version any more. `inside`: run in the same transaction. Raises what any write raises."""
        found = await self._find(context, version)
        collection, payload = found.collection, self._payload(found, fields)
        if found.key is None:
            await self._make(context, found, payload, inside)
        elif not payload:
            raise Unprocessable("No changes to promote.")
        else:
            key = found.key

            async def work(session: Session) -> None:
                await session.update(collection.name, key, payload, "directus")
                await inside(session)

            await self._engine.write(context, collection.name, work)
        await self._spend(found, payload.keys())

    async def _spend(self, version: Version, written: Iterable[str]) -> None:
        """Take what was published out of a version, and the version away when nothing is left of it."""
        left = {name: value for name, value in version.delta.items() if name not in written}
        own = Context(Actor.system("a version was published"), datetime.now(UTC), overrides={"delta": left})

        async def work(session: Session) -> None:
            if left.keys() <= {USER, DATE}:
                await session.delete(VERSIONS, (version.id,), if_match=etag_of(version.stored))
            else:
                await session.update(VERSIONS, (version.id,), {}, "directus", if_match=etag_of(version.stored))

        with suppress(PreconditionFailed):  # somebody saved it meanwhile: then it stays
            await self._engine.write(own, VERSIONS, work)


def _view(collection: str) -> Query:
    return Query(collection, "directus", "view", STAR, key=Param(0))
