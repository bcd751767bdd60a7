"""Sample projects: made, counted, taken away again exactly, and brought back.

In charge of: the order of it, and the mark that says what belongs to a sample. Not in charge of: what is in one
(`recipe`). Made by `app`; called by `first_start` and the studio's routes.

The mark is written before anything else, so what a failure or a crash leaves can always be taken away; keys follow from
labels. Taking away removes the rows of the mark and nothing else: a collection stays while it has other rows, or others
refer to it; a role stays while other people have it, a policy while others follow it. What is taken away is kept for
some days as it was, pictures as they are in the package.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, cast

from satchel.engine.engine import Engine
from satchel.engine.schema import Schema
from satchel.engine.store import Store, StoreSession
from satchel.engine.verbs import Session
from satchel.errors import NotFound, SatchelError, Unprocessable
from satchel.expr.nodes import Param
from satchel.files.files import Files
from satchel.files.library import FILES
from satchel.http import json
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context
from satchel.setup.recipe import FILE, LABEL, Recipe, read_recipe
from satchel.snapshots.document import PARTS
from satchel.snapshots.snapshots import Snapshots

STATE = "satchel_state"
MARK, KEPT = "sample", "sample_removed"
KEPT_DAYS = 7
FLOWS = "directus_flows"
CHUNK = 10_000
"""How many characters one row of the state takes on every database."""
USERS_OF: Mapping[str, tuple[str, str]] = {
    "directus_roles": ("directus_users", "role"),
    "directus_policies": ("directus_access", "policy"),
}
"""Rows that stay while rows of others name them: by their collection, who names them and in which field."""
STAMPED = frozenset({"date-created", "user-created", "role-created"})
SECRETS = frozenset({"password", "token", "tfa_secret"})

Keys = dict[str, list[Any]]
"""Keys by collection."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What belongs to the sample that was made. `made`: when, in UTC. `done`: False while it is being made, or where
    that was cut short; its collections hold nothing of others then.
    """

    name: str
    made: str
    keys: Keys
    done: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """`items`: the sample's own that are still there; `others`: how many stay. `stays`: the collection itself does;
    None for one of the system.
    """

    collection: str
    items: int
    others: int
    stays: bool | None


class Samples:
    """One per program."""

    def __init__(self, engine: Engine, schema: Schema, store: Store, files: Files) -> None:
        self._engine = engine
        self._schema = schema
        self._snapshots = Snapshots(schema)
        self._store = store
        self._files = files

    async def current(self) -> Mark | None:
        """The sample that there is."""
        rows = await self._store.select(STATE, ("value",), ("name", "=", MARK))
        return Mark(**json.decode(str(rows[0]["value"]).encode())) if rows else None

    async def kept_until(self) -> str | None:
        """Until when the sample that was taken away can be brought back; None when there is none."""
        rows = await self._store.select(STATE, ("expires",), ("name", "=", f"{KEPT}:0"))
        until = str(rows[0]["expires"]) if rows else ""
        return until if until > _iso(datetime.now(UTC)) else None

    # --- making

    async def make(self, name: str) -> Mark:
        """Make a sample. Raises InvalidPayload for an unknown name, and Unprocessable when there is one already, or its
        collections would be in the way of others.
        """
        recipe = read_recipe(name)
        await self.check(recipe)
        now = datetime.now(UTC)
        return await self._whole(recipe, now, recipe.schema, lambda: self._rows(recipe, now))

    async def check(self, recipe: Recipe) -> None:
        """Raises Unprocessable, see `make`."""
        if await self.current() is not None:
            raise Unprocessable("There is a sample project already. Take it away first.")
        for collection in recipe.collections:
            if self._engine.catalog.find(collection) is not None:
                raise Unprocessable(f"There is a collection {collection} already, which the sample would make.")

    async def _whole(
        self, recipe: Recipe, now: datetime, schema: Mapping[str, Any], rows: Callable[[], Awaitable[Keys]]
    ) -> Mark:
        """Collections and rows, or nothing."""
        labelled = {
            part.collection: [recipe.key(row[LABEL]) for row in part.rows if LABEL in row] for part in recipe.parts
        }
        mark = Mark(recipe.name, _iso(now), labelled, done=False)
        await self._write_mark(mark)
        try:
            diff = self._snapshots.diff(schema, force=True, partial=True)
            if diff is not None:
                await self._snapshots.by(_context(now)).apply(diff, force=True)
            mark = Mark(recipe.name, mark.made, await rows())
            await self._write_mark(mark)
        except BaseException:
            with suppress(SatchelError):
                await self._take(recipe, mark)
            raise
        return mark

    async def _rows(self, recipe: Recipe, now: datetime) -> Keys:
        """All rows of a recipe. One transaction for each database."""
        payloads: list[tuple[str, bool, dict[str, Any]]] = []
        seen: set[str] = set()
        contents: list[Any] = []
        for part in recipe.parts:
            key_name = self._key_name(part.collection)
            for row in part.rows:
                payload = recipe.payload(row, key_name, now)
                if part.collection == FILES:
                    data = recipe.picture(row)
                    received = await self._files.library.received(data, str(row[FILE]), "", len(data), data[:512])
                    payload = await self._files.library.new_row(received, payload, now)
                    contents.append(received.content)
                again = LABEL in row and row[LABEL] in seen
                seen.add(row.get(LABEL, ""))
                payloads.append((part.collection, again, payload))
        async with self._files.ready(contents):
            return await self._write(payloads, now)

    async def _write(
        self, payloads: Sequence[tuple[str, bool, dict[str, Any]]], now: datetime, *, saved: bool = False
    ) -> Keys:
        """(collection, whether the row is there already, payload): written in this order; the keys of all. `saved`: the
        rows keep what else the program fills in for new ones.
        """
        keys: Keys = {}
        for _, group in groupby(payloads, key=lambda item: self._source(item[0])):
            rows = list(group)

            async def work(session: Session, rows: list[tuple[str, bool, dict[str, Any]]] = rows) -> Keys:
                made: Keys = {}
                for collection, again, payload in rows:
                    if again:
                        key = payload.pop(self._key_name(collection))
                        await session.update(collection, (key,), payload, "directus")
                    else:
                        stamps = self._stamps(collection, payload) if saved else {}
                        own = await session.beside(replace(session.context, overrides=stamps)) if stamps else session
                        made.setdefault(collection, []).extend(await own.create(collection, payload, "directus"))
                return made

            for collection, made in (await self._engine.write(_context(now), rows[0][0], work)).items():
                keys.setdefault(collection, []).extend(made)
        return keys

    # --- taking away

    async def preview(self) -> tuple[Mark, list[Count]]:
        """What taking it away would remove. Raises NotFound when there is no sample."""
        mark = await self._present()
        return mark, await self._counts(read_recipe(mark.name), mark)

    async def remove(self) -> tuple[Mark, list[Count]]:
        """Take the sample away; what that removed. Raises NotFound when there is none."""
        mark = await self._present()
        recipe = read_recipe(mark.name)
        counts = await self._counts(recipe, mark)
        await self._keep(recipe, mark, counts)
        await self._take(recipe, mark)
        return mark, counts

    async def restore(self) -> Mark:
        """Bring back what was taken away last, as it was. Raises NotFound when that is no more, and as `make`."""
        kept = await self._kept()
        recipe = read_recipe(kept["name"])
        await self.check_free(kept["schema"])
        now = datetime.now(UTC)
        pictures = {recipe.key(row[LABEL]): row for part in recipe.parts for row in part.rows if FILE in row}

        async def rows() -> Keys:
            payloads: list[tuple[str, bool, dict[str, Any]]] = []
            contents: list[Any] = []
            for collection, saved in kept["rows"]:
                for payload in saved:
                    if collection == FILES:
                        row = pictures[payload["id"]]
                        data = recipe.picture(row)
                        received = await self._files.library.received(data, str(row[FILE]), "", len(data), data[:512])
                        payload = await self._files.library.new_row(received, payload, now)
                        contents.append(received.content)
                    payloads.append((collection, False, payload))
            async with self._files.ready(contents):
                return await self._write(_without_circles(payloads), now, saved=True)

        mark = await self._whole(recipe, now, kept["schema"], rows)
        await self._store.write(_forget_kept)
        return mark

    async def check_free(self, schema: Mapping[str, Any]) -> None:
        """Raises Unprocessable where a sample is there, or collections of others have its names by now."""
        if await self.current() is not None:
            raise Unprocessable("There is a sample project already. Take it away first.")
        for item in schema["collections"]:
            if self._engine.catalog.find(str(item["collection"])) is not None:
                raise Unprocessable(f"There is a collection {item['collection']} again, so it can't be brought back.")

    async def _present(self) -> Mark:
        mark = await self.current()
        if mark is None:
            raise NotFound("There is no sample project.")
        return mark

    async def _counts(self, recipe: Recipe, mark: Mark) -> list[Count]:
        found: list[Count] = []
        for collection, keys in mark.keys.items():
            if self._engine.catalog.find(collection) is None:
                continue
            own = len(await self._items(collection, keys, (self._key_name(collection),)))
            stays, others = None, 0
            if collection in recipe.collections:
                others = await self._total(collection) - own
                stays = bool(others) or self._referred(collection, recipe.collections)
            found.append(Count(collection, own, others, stays))
        return found

    def _referred(self, collection: str, own: Sequence[str]) -> bool:
        """Whether a collection of somebody else refers to it."""
        relations = self._engine.catalog.relations
        return any(item.many not in own and item.one == collection for item in relations)

    async def _take(self, recipe: Recipe, mark: Mark) -> None:
        """Remove the rows of the mark, the collections that then are empty, and the mark. Goes on where it was cut."""
        now = datetime.now(UTC)
        known = [item for item in reversed(mark.keys.items()) if self._engine.catalog.find(item[0]) is not None]
        for _, group in groupby(known, key=lambda item: self._source(item[0])):
            rows = list(group)

            used = {key for collection, keys in rows for key in await self._named_by_others(collection, keys, mark)}

            async def work(session: Session, rows: list[tuple[str, list[Any]]] = rows, used: set[str] = used) -> None:
                for collection, keys in rows:
                    for key in reversed(keys):
                        if str(key) not in used:
                            with suppress(NotFound):
                                await session.delete(collection, (key,))

            await self._engine.write(_context(now), rows[0][0], work)
        going = [name for name in reversed(recipe.collections) if self._engine.catalog.find(name) is not None]
        staying = {
            name
            for name in going
            if mark.done and (await self._total(name) or self._referred(name, recipe.collections))
        }
        for name in going:
            # what a collection that stays refers to stays as well
            relations = self._engine.catalog.relations
            if name not in staying and any(item.many in staying and item.one == name for item in relations):
                staying.add(name)
            if name not in staying:
                await self._schema.by(_context(datetime.now(UTC))).delete_collection(name, "directus")
        await self._store.write(_forget_mark)

    async def _named_by_others(self, collection: str, keys: Sequence[Any], mark: Mark) -> set[str]:
        """Those of the keys that rows of others name, where that keeps them."""
        if collection not in USERS_OF:
            return set()
        owner, field = USERS_OF[collection]
        own = {str(key) for key in mark.keys.get(owner, ())}
        rows = await self._store.select(owner, ("id", field), (field, "in", [*keys])) if keys else []
        return {str(row[field]) for row in rows if str(row["id"]) not in own}

    # --- what was taken away

    async def _keep(self, recipe: Recipe, mark: Mark, counts: Sequence[Count]) -> None:
        """Write down the rows as they are, and the collections that go."""
        rows: list[tuple[str, list[dict[str, Any]]]] = []
        for collection, keys in mark.keys.items():
            if self._engine.catalog.find(collection) is not None:
                fields = [
                    item.name
                    for item in self._engine.catalog.collections[collection].stored_fields
                    if item.name not in SECRETS
                ]
                rows.append((collection, await self._items(collection, keys, fields)))
        going = {item.collection for item in counts if item.stays is False}
        current = self._snapshots.current()
        schema: dict[str, Any] = dict(current)
        for part in PARTS:
            schema[part] = [item for item in current[part] if item["collection"] in going]
        text = json.encode({"name": mark.name, "schema": schema, "rows": rows}).decode()
        until = _iso(datetime.now(UTC) + timedelta(days=KEPT_DAYS))
        pieces = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]

        async def work(session: StoreSession) -> None:
            await _forget_kept(session)
            for number, piece in enumerate(pieces):
                await session.insert(STATE, {"name": f"{KEPT}:{number}", "value": piece, "expires": until})

        await self._store.write(work)

    async def _kept(self) -> dict[str, Any]:
        """Raises NotFound."""
        if await self.kept_until() is None:
            raise NotFound("There is no sample project that could be brought back.")
        pieces: list[str] = []
        while rows := await self._store.select(STATE, ("value",), ("name", "=", f"{KEPT}:{len(pieces)}")):
            pieces.append(str(rows[0]["value"]))
        return json.decode("".join(pieces).encode())

    async def _write_mark(self, mark: Mark) -> None:
        text = json.encode({"name": mark.name, "made": mark.made, "keys": mark.keys, "done": mark.done}).decode()

        async def work(session: StoreSession) -> None:
            await _forget_mark(session)
            await session.insert(STATE, {"name": MARK, "value": text})

        await self._store.write(work)

    # --- small reads

    def _stamps(self, collection: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The values that creating a row would fill in anew."""
        fields = self._engine.catalog.collections[collection].fields
        return {name: value for name, value in payload.items() if name in fields and fields[name].special & STAMPED}

    def _key_name(self, collection: str) -> str:
        return self._engine.catalog.collections[collection].key[0]

    def _source(self, collection: str) -> str:
        return self._engine.catalog.collections[collection].source

    async def _items(self, collection: str, keys: Sequence[Any], fields: Sequence[str]) -> list[dict[str, Any]]:
        """These fields of those of the items that are there, in the order of the keys."""
        select = tuple(Select(name, name) for name in fields)
        query = Query(collection, "directus", select=select, keys=Param(0, "list"))
        answer = await self._engine.read(query, ([str(key) for key in keys],), _context(datetime.now(UTC)))
        rows = cast("list[dict[str, Any]]", json.decode(answer.data or b"[]"))
        name = self._key_name(collection)
        places = {str(key): place for place, key in enumerate(keys)}
        return sorted(rows, key=lambda row: places.get(str(row[name]), 0))

    async def _total(self, collection: str) -> int:
        name = self._key_name(collection)
        query = Query(collection, "directus", select=(Select(name, name),), total=True)
        return (await self._engine.read(query, (), _context(datetime.now(UTC)))).total or 0


def _without_circles(payloads: Sequence[tuple[str, bool, dict[str, Any]]]) -> list[tuple[str, bool, dict[str, Any]]]:
    """Flows name an operation that names its flow: they get it once it is there."""
    made: list[tuple[str, bool, dict[str, Any]]] = []
    later: list[tuple[str, bool, dict[str, Any]]] = []
    for collection, again, payload in payloads:
        if collection == FLOWS and payload.get("operation") is not None:
            later.append((collection, True, {"id": payload["id"], "operation": payload["operation"]}))
            payload = {**payload, "operation": None}
        made.append((collection, again, payload))
    # still among the system's own, which are written together
    place = next((number for number, item in enumerate(made) if not item[0].startswith("directus_")), len(made))
    return [*made[:place], *later, *made[place:]]


def _context(now: datetime) -> Context:
    return Context(Actor.system("the sample project"), now)


def _iso(instant: datetime) -> str:
    return instant.isoformat()


async def _forget_mark(session: StoreSession) -> None:
    await session.delete(STATE, ("name", "=", MARK))


async def _forget_kept(session: StoreSession) -> None:
    number = 0
    while await session.delete(STATE, ("name", "=", f"{KEPT}:{number}")):
        number += 1
