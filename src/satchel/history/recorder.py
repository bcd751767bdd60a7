"""Recorder: activity and revisions, written from the change log.

In charge of: who did what to which item (`directus_activity`), and what it then was (`directus_revisions`), for the
collections that keep such a record. Not in charge of: what changed (`engine/ledger`), who may read the record
(`policy/recorded`), how long it is kept (`retention`). Joined to the change log in `joints`.

A collection says in its metadata what it keeps: `all` (both), `activity`, or nothing. What is written here is in the
same transaction as the entry of the change log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from satchel.engine.appending import Appender
from satchel.engine.hooks import Event
from satchel.engine.ledger import Change, ChangeSet
from satchel.engine.store import StoreSession
from satchel.engine.write_fill import spelled
from satchel.engine.write_plan import CONCEALED
from satchel.errors import ReadOnly
from satchel.expr.dialect import Dialect
from satchel.model.catalog import Catalog, Collection, Field
from satchel.model.system.sign_in import SUPERUSERS
from satchel.policy.actor import Actor

ACTIVITY = "directus_activity"
REVISIONS = "directus_revisions"
USERS = "directus_users"
VERSIONS = "directus_versions"
SAVE: Any = "version_save"
ACTIVITY_NAMES = ("action", "user", "timestamp", "ip", "user_agent", "collection", "item", "origin", "operation")
REVISION_NAMES = ("activity", "collection", "item", "data", "delta", "parent", "version")
OPERATION_HEADER = "x_satchel_operation"
"""A request's header, as rules know it: a UUID that several requests of one operation share."""
ITEM_MAX = 255
IP_MAX = 50
AGENT_MAX = 512


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change that is kept. `position`: its place in the set. `number`: of its activity row."""

    position: int
    change: Change
    collection: Collection
    number: int


class Recorder:
    """One per engine. `tables`: the system tables of the store; `catalog` gives the current snapshot."""

    def __init__(self, dialect: Dialect, tables: Mapping[str, Collection], catalog: Callable[[], Catalog]) -> None:
        self._catalog = catalog
        self._activity = Appender(dialect, tables[ACTIVITY], ACTIVITY_NAMES)
        self._revisions = Appender(dialect, tables[REVISIONS], REVISION_NAMES)

    async def enter(self, change_set: ChangeSet, session: StoreSession) -> None:
        """Write down a set of changes, inside a transaction of the store."""
        collections = self._catalog().collections
        kept: list[tuple[int, Change, Collection]] = []
        for position, change in enumerate(change_set.changes):
            collection = collections.get(change.collection)
            if collection is None:
                continue
            if is_save(change):
                await self._enter_save(change_set, change, session)
            elif kept_of(collection):
                kept.append((position, change, collection))
        if not kept:
            return
        rows = self._activity_rows(change_set, [change for _, change, _ in kept])
        numbers = await self._activity.append_numbered(session.transaction, rows)
        await self._enter_revisions(
            [
                Recorded(position, change, collection, number)
                for (position, change, collection), number in zip(kept, numbers, strict=True)
                if change.action != "delete" and kept_of(collection) == "all"
            ],
            session,
        )

    async def _enter_save(self, change_set: ChangeSet, change: Change, session: StoreSession) -> None:
        """The content of a version was saved: that is about the version's item, and its revision names the version."""
        name, item = change.row["collection"], str(change.row["item"] or "")
        about = self._catalog().get(name)
        kept = kept_of(about) if about is not None else None
        if not kept:
            return
        saved = replace(change, action=SAVE, collection=name, key=item)
        (number,) = await self._activity.append_numbered(session.transaction, self._activity_rows(change_set, [saved]))
        if kept == "all":
            before: Mapping[str, Any] = change.before.get("delta") or {}
            after: Mapping[str, Any] = change.after["delta"]
            fresh = {key: value for key, value in after.items() if before.get(key) != value}
            values = (number, name, item[:ITEM_MAX], after, fresh, None, change.key)
            row = [write(value) for write, value in zip(self._revisions.encode, values, strict=True)]
            await self._revisions.append_numbered(session.transaction, [row])

    async def _enter_revisions(self, waiting: list[Recorded], session: StoreSession) -> None:
        """Parents first, because what is nested in them names them."""
        made: dict[int, int] = {}
        open_positions = {item.position for item in waiting}
        while waiting:
            ready = [item for item in waiting if item.change.parent not in open_positions]
            rows = [self._revision_row(item, made) for item in ready]
            numbers = await self._revisions.append_numbered(session.transaction, rows)
            made.update(zip((item.position for item in ready), numbers, strict=True))
            open_positions -= {item.position for item in ready}
            waiting = [item for item in waiting if item.position in open_positions]

    def _activity_rows(self, change_set: ChangeSet, changes: list[Change]) -> Iterator[list[Any]]:
        encode = self._activity.encode
        headers: Mapping[str, Any] = change_set.request.get("headers") or {}
        values = (
            user_of(change_set.actor),
            spelled(change_set.at, "timestamp"),
            _cut(change_set.actor.ip, IP_MAX),
            _cut(headers.get("user_agent"), AGENT_MAX),
        )
        middle = [encode[place + 1](value) for place, value in enumerate(values)]
        # of the program's own work, why it was done
        why = change_set.actor.reason if change_set.actor.kind == "system" else None
        origin = encode[7](_cut(headers.get("origin") or why, ITEM_MAX))
        operation = encode[8](operation_of(change_set))
        for change in changes:
            item = encode[6](change.key[:ITEM_MAX])
            yield [encode[0](change.action), *middle, encode[5](change.collection), item, origin, operation]

    def _revision_row(self, item: Recorded, made: Mapping[int, int]) -> list[Any]:
        encode, change = self._revisions.encode, item.change
        data, delta = images(change, item.collection)
        parent = None if change.parent is None else made.get(change.parent)
        values = (item.number, change.collection, change.key[:ITEM_MAX], data, delta, parent, None)
        return [write(value) for write, value in zip(encode, values, strict=True)]


async def refuse(payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
    """A filter hook: nobody writes the record but the program, whatever wire or permission they have."""
    raise ReadOnly(f'"{event.collection}" is written by the program alone.', collection=event.collection)


def is_save(change: Change) -> bool:
    """Whether a change is new content of a version."""
    return change.collection == VERSIONS and change.action == "update" and isinstance(change.after.get("delta"), dict)


async def note(
    session: StoreSession,
    action: str,
    *,
    user: str | None,
    at: datetime,
    collection: str,
    item: str,
    ip: str | None,
    user_agent: str | None = None,
) -> None:
    """Write down something that is no change of an item: somebody signed in, say."""
    values = (
        action,
        user,
        spelled(at, "timestamp"),
        _cut(ip, IP_MAX),
        _cut(user_agent, AGENT_MAX),
        collection,
        item[:ITEM_MAX],
        None,
        None,
    )
    await session.insert(ACTIVITY, dict(zip(ACTIVITY_NAMES, values, strict=True)))


def operation_of(change_set: ChangeSet) -> str:
    """What the entries of a set share: the name that the caller gave to several requests, or the set's own id."""
    headers: Mapping[str, Any] = change_set.request.get("headers") or {}
    return own_operation(headers.get(OPERATION_HEADER) or "", change_set.actor) or str(change_set.id)


def own_operation(name: str, actor: Actor) -> str | None:
    """The operation that a caller named so; None where the name is no UUID.

    A name counts for the one who gave it: nobody can add to an operation of somebody else.
    """
    try:
        named = UUID(name)
    except ValueError:
        return None
    return str(uuid5(named, f"{actor.kind}/{actor.collection}/{actor.key}"))


def kept_of(collection: Collection) -> str | None:
    """What a collection keeps: `all`, `activity` or None."""
    return collection.meta.get("accountability") if collection.meta else None


def user_of(actor: Actor) -> str | None:
    """The key of the user who acted; None for everybody who is none of Satchel's own users."""
    if actor.kind != "user" or actor.key is None or actor.collection not in (USERS, SUPERUSERS):
        return None
    try:
        return str(UUID(actor.key))
    except ValueError:
        return None


def images(change: Change, collection: Collection) -> tuple[dict[str, Any], dict[str, Any]]:
    """`data` and `delta` of a revision: of a new item what was given, of a changed one all of it and what changed."""
    after = shown(change.after, collection)
    if change.action == "create":
        given = {name: value for name, value in after.items() if name in change.given}
        return given or after, given or after
    return {**shown(change.row, collection), **after}, after


def shown(row: Mapping[str, Any], collection: Collection) -> dict[str, Any]:
    """Stored values as the Directus wire shows them, without secrets."""
    fields = collection.fields
    return {name: _shown(value, fields[name]) for name, value in row.items() if name in fields}


def _shown(value: Any, field: Field) -> Any:
    if value and field.concealed:
        return CONCEALED
    if not isinstance(value, str):
        return value
    match field.type:
        case "timestamp":
            return value.replace(" ", "T", 1)
        case "dateTime":
            return value.replace(" ", "T", 1).partition(".")[0]
        case "csv":
            return value.split(",") if value else []
        case _:
            return value


def _cut(text: Any, length: int) -> str | None:
    return text[:length] if isinstance(text, str) else None
