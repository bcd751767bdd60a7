"""Nested: related items inside a payload.

In charge of: objects in place of keys (to-one, many-to-any), and the two forms of to-many fields: a list that
replaces the set, and `create`, `update`, `delete`. A many-to-many is a to-many field of junction items with an object
in place of a key in each, so it needs nothing of its own; the same holds for translations. Not in charge of: one
item's own fields (`write`). Called by `write`.

Every related item goes through the same steps as a root item: its own rights, values, hooks and ledger entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from satchel.engine.check import Path, not_there
from satchel.engine.write_errors import DatabaseRefused
from satchel.engine.write_plan import CollectionPlan
from satchel.engine.write_references import pointed_at
from satchel.engine.write_rows import Written
from satchel.engine.write_values import Draft
from satchel.errors import FieldError, InvalidPayload, ValidationFailed
from satchel.model.catalog import Key, Relation
from satchel.model.key import decode_key, encode_key
from satchel.plan.query import Style

if TYPE_CHECKING:
    from satchel.engine.write import WriteSession

PARTS = ("create", "update", "delete")


class Complaints:
    """Complaints about siblings, so that all are told at once. What the database itself refused ends everything."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []
        self.collection = ""

    def add(self, failed: ValidationFailed) -> None:
        if isinstance(failed, DatabaseRefused):
            raise failed
        self.errors.extend(failed.errors)
        self.collection = self.collection or failed.collection

    def tell(self) -> None:
        if self.errors:
            raise ValidationFailed(self.errors, collection=self.collection)


# --- to-one
# -------------------------------------------------------------------------------------------------------------


async def write_to_one(session: WriteSession, draft: Draft) -> None:
    """Write the objects that stand in place of keys, and put their keys into the draft."""
    complaints = Complaints()
    for name, payload in draft.to_one.items():
        relation = draft.plan.fields[name].relation
        assert relation is not None
        target = _target(session, draft, relation)
        try:
            written = await _write_one(session, draft, target, payload, (*draft.path, name))
        except ValidationFailed as failed:
            complaints.add(failed)
            continue
        if relation.one is None:
            draft.values[name] = encode_key(written.key)
        else:
            for own, theirs in zip(relation.many_fields, pointed_at(relation, target), strict=True):
                draft.values[own] = written.row[theirs]
    complaints.tell()


async def _write_one(
    session: WriteSession, draft: Draft, target: CollectionPlan, payload: Mapping[str, Any], path: Path
) -> Written:
    """An object that is nothing but the key of an item links to it; any other is changed or created."""
    key = target.key_of(payload)
    if key is not None and len(payload) == len(key) and await session.checker.visible(target, [key]):
        row = await session.checker.row(target, key)
        if row is not None:
            return Written(target, key, row)
    return await session.upsert_item(target, payload, draft.style, path)


def _target(session: WriteSession, draft: Draft, relation: Relation) -> CollectionPlan:
    name = relation.one
    field = f"{draft.plan.name}.{relation.many_field}"
    if name is None and relation.collection_field is not None:
        before: Mapping[str, Any] = draft.before or {}
        name = draft.values.get(relation.collection_field, before.get(relation.collection_field))
        if not name:
            other = f"{draft.plan.name}.{relation.collection_field}"
            raise InvalidPayload(f'Can\'t update nested record "{field}" without field "{other}" being set')
        if name not in relation.allowed:
            raise InvalidPayload(f'"{field}" can\'t be linked to collection "{name}"')
    target = session.checker.plan_of(name)
    if target is None:
        raise InvalidPayload(f'"{field}" leads to no collection')
    return target


# --- to-many
# ------------------------------------------------------------------------------------------------------------


async def write_to_many(session: WriteSession, draft: Draft, parent: Written, position: int | None) -> None:
    """Write what the to-many fields were given. `position`: that of the parent's entry in the ledger, None if it
    has none.
    """
    if not draft.to_many:
        return
    complaints = Complaints()
    for name, value in draft.to_many.items():
        field = _ToMany(session, draft, parent, name, position, complaints)
        if value is None:
            await field.replace([])
        elif isinstance(value, list | tuple):
            await field.replace(cast("Sequence[Any]", value))
        else:
            await field.detailed(_checked_parts(value))
    complaints.tell()


def _checked_parts(value: Any) -> Mapping[str, Sequence[Any]]:
    """The detailed form, after checking its shape."""
    start = "Invalid one-to-many update structure: "
    if not isinstance(value, Mapping):
        raise InvalidPayload(f'{start}"value" must be of type object')
    entries = cast("Mapping[str, Any]", value)
    for name in entries:
        if name not in PARTS:
            raise InvalidPayload(f'{start}"{name}" is not allowed')
    for name in PARTS:
        items = entries.get(name, ())
        if not isinstance(items, list | tuple):
            raise InvalidPayload(f'{start}"{name}" must be an array')
        for place, item in enumerate(cast("Sequence[Any]", items)):
            if name == "delete" and (isinstance(item, bool) or not isinstance(item, str | int)):
                raise InvalidPayload(f'{start}"delete[{place}]" must be one of [string, number]')
            if name != "delete" and not isinstance(item, Mapping):
                raise InvalidPayload(f'{start}"{name}[{place}]" must be of type object')
    return {name: entries.get(name, ()) for name in PARTS}


class _ToMany:
    """One to-many field of one item."""

    def __init__(
        self,
        session: WriteSession,
        draft: Draft,
        parent: Written,
        name: str,
        position: int | None,
        complaints: Complaints,
    ) -> None:
        self.session = session
        self.style: Style = draft.style
        self.path: Path = (*draft.path, name)
        self.position = position
        self.complaints = complaints
        self.relation: Relation = draft.plan.to_many[name]
        child = session.checker.plan_of(self.relation.many)
        if child is None or self.relation.list:
            raise InvalidPayload(f'The items of "{name}" can\'t be written through it')
        self.child = child
        self.links = self._links(parent)
        self.link_names = frozenset(self.links)

    def _links(self, parent: Written) -> dict[str, Any]:
        """What makes a child one of this parent."""
        relation = self.relation
        if relation.one is None:
            assert relation.collection_field is not None
            return {relation.many_field: encode_key(parent.key), relation.collection_field: parent.plan.name}
        theirs = pointed_at(relation, parent.plan)
        return {own: parent.row[name] for own, name in zip(relation.many_fields, theirs, strict=True)}

    async def children(self) -> dict[Key, dict[str, Any]]:
        """The items that hang on this parent now, by key."""
        names = tuple(self.links)
        statement = self.child.select(names, lock=True)
        params = self.child.encode(names, list(self.links.values()))
        rows = [
            self.child.decode(statement.out, row) for row in await self.session.transaction.run(statement.sql, params)
        ]
        keyed = [(self.child.key_of(row), row) for row in rows]
        return {key: row for key, row in keyed if key is not None}

    async def replace(self, items: Sequence[Any]) -> None:
        """The list form: these items and no others."""
        children = await self.children()
        kept: set[Key] = set()
        for place, item in enumerate(items):
            try:
                kept.add(await self._put(item, children, (*self.path, place)))
            except ValidationFailed as failed:
                self.complaints.add(failed)
        await self._let_go([key for key in children if key not in kept])

    async def _put(self, item: Any, children: Mapping[Key, Mapping[str, Any]], path: Path) -> Key:
        """One element of the list form: a key, an object with one, or a new object."""
        if isinstance(item, Mapping):
            payload = cast("Mapping[str, Any]", item)
            key = self.child.key_of(payload)
            if key is not None and key in children and len(payload) == len(key):
                return key
            return (await self._upsert(payload, path)).key
        key = self._key(item)
        if key is None:
            raise not_there()
        if key not in children:
            if not await self.session.checker.visible(self.child, [key]):
                raise not_there()
            await self._update(key, {}, path)
        return key

    def _key(self, item: Any) -> Key | None:
        """A key as it stands in a payload: its value, or the opaque string of a composite one."""
        if isinstance(item, bool) or not isinstance(item, str | int | float):
            raise InvalidPayload(f'"{".".join(map(str, self.path))}" takes keys and objects')
        parts = decode_key(self.child.collection, item) if isinstance(item, str) else (item,)
        return None if parts is None else self.child.cast_key(parts)

    async def detailed(self, parts: Mapping[str, Sequence[Any]]) -> None:
        """The form with `create`, `update` and `delete`; items that are not mentioned stay as they are."""
        start = await self._sort_start() if parts["create"] else None
        for place, item in enumerate(parts["create"]):
            payload = dict(cast("Mapping[str, Any]", item))
            if (
                start is not None
                and self.relation.sort_field is not None
                and payload.get(self.relation.sort_field) is None
            ):
                payload[self.relation.sort_field] = start
                start += 1
            try:
                await self._upsert(payload, (*self.path, "create", place))
            except ValidationFailed as failed:
                self.complaints.add(failed)
        for place, item in enumerate(parts["update"]):
            payload = cast("Mapping[str, Any]", item)
            key = self.child.key_of(payload)
            if key is None:
                raise InvalidPayload("Item in update misses primary key")
            try:
                await self._update(key, payload, (*self.path, "update", place))
            except ValidationFailed as failed:
                self.complaints.add(failed)
        if parts["delete"]:
            children = await self.children()
            wanted = {self._key(item) for item in parts["delete"]}
            await self._let_go([key for key in children if key in wanted])

    async def _sort_start(self) -> int | None:
        """One more than the largest position among the parent's items."""
        name = self.relation.sort_field
        if name is None or name not in self.child.fields:
            return None
        names = tuple(self.links)
        statement = self.child.select_max(name, names)
        params = self.child.encode(names, list(self.links.values()))
        rows = await self.session.transaction.run(statement.sql, params)
        return int(rows[0][0] or 0) + 1

    async def _upsert(self, payload: Mapping[str, Any], path: Path) -> Written:
        return await self.session.upsert_item(
            self.child, {**payload, **self.links}, self.style, path, linked=self.link_names, parent=self.position
        )

    async def _update(self, key: Key, payload: Mapping[str, Any], path: Path) -> Written:
        return await self.session.update_item(
            self.child, key, {**payload, **self.links}, self.style, path, linked=self.link_names, parent=self.position
        )

    async def _let_go(self, keys: Sequence[Key]) -> None:
        """Items that are no longer this parent's: without one, or deleted, as the relation says. Those that the
        caller can't see stay.
        """
        if not keys:
            return
        visible = await self.session.checker.visible(self.child, keys)
        for key in keys:
            if key not in visible:
                continue
            if self.relation.deselect == "delete":
                await self.session.deletion.delete_item(self.child, key, self.path, self.style, parent=self.position)
            else:
                nothing = dict.fromkeys(self.links)
                await self.session.update_item(
                    self.child, key, nothing, self.style, self.path, linked=self.link_names, parent=self.position
                )
