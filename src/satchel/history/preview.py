"""Preview: an item as it would be with a version of it.

In charge of: putting a version's content into a transaction of which nothing stays, reading there what a caller asks,
and keeping back what the caller may not see of the item as it is now. Not in charge of: finding versions, or writing
them (`versions`). Called by `versions`.

The content is written by the same engine as any payload, so what a preview shows is what would be: nested items,
sorting, filters of nested lists. What the content may do was asked when it was saved; what the caller may see is asked
twice: the read runs in the state with the version, and under grants that open nothing that is hidden in the state
without it, in the item or in others (`policy/unwritten`). Items that the version would create have no key yet, so
theirs is null.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec

from satchel.engine.engine import Engine
from satchel.engine.ledger import Change
from satchel.engine.write import WriteSession
from satchel.errors import SatchelError
from satchel.history.version_delta import targets
from satchel.model.catalog import Action, Catalog, Collection, Key
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context
from satchel.policy.grant import Grants
from satchel.policy.grants import READING
from satchel.policy.unwritten import as_it_is

Created = Mapping[str, frozenset[str]]
"""The keys of items that a version would create, by collection."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says about one item. `payload`: without marks; `at`: when it was saved last."""

    collection: Collection
    key: Key
    payload: Mapping[str, Any]
    at: datetime


async def preview(
    engine: Engine, context: Context, content: Content, query: Query, values: Sequence[Any]
) -> dict[str, Any] | None:
    """The item as a query wants it; None for one that the caller may not see, with the version or without. `query`: a
    view of the item, with no filter of its own."""
    collection, key = content.collection, content.key
    hidden = await engine.writes.hidden_fields(context, collection.name, key)
    if hidden is None:
        return None

    async def work(session: WriteSession) -> tuple[bytes | None, list[Change]]:
        await _write(session, content)
        answer = await session.read(query, values)
        return answer.data, list(session.ledger.changes)

    grants = await engine.grants_of(context.actor)
    if not grants.admin and _leaves(collection, query.select):
        grants = await _narrowed(engine, context, content, grants)
    data, changes = await engine.writes.rehearse(context, collection.name, work, grants=grants)
    if data is None:
        return None
    item: dict[str, Any] = msgspec.json.decode(data)
    shown = _kept_back(item, query.select, hidden)
    created: dict[str, set[str]] = {}
    for change in changes:
        if change.action == "create":
            created.setdefault(change.collection, set()).add(change.key)
    known = {name: frozenset(keys) for name, keys in created.items()}
    return _NewKeys(engine.catalog, known).without(collection, shown, query.select) if known else shown


def _leaves(collection: Collection, selects: Sequence[Select]) -> bool:
    """Whether what is asked says something of other rows than the item's own."""
    plain = {field.name for field in collection.stored_fields}
    aliases = len(plain) < len(collection.fields)
    return any(
        select.children or select.function or (aliases if select.name == "*" else select.name not in plain)
        for select in selects
    )


async def _narrowed(engine: Engine, context: Context, content: Content, grants: Grants) -> Grants:
    """The caller's grants, opening with the version no more than without it."""

    async def work(session: WriteSession) -> list[Change]:
        await _write(session, content)
        return list(session.ledger.changes)

    changed: dict[str, frozenset[str]] = {}
    shown: dict[tuple[str, Action], dict[Key, frozenset[str]]] = {}
    catalog = engine.catalog
    for change in await engine.writes.rehearse(context, content.collection.name, work):
        name = change.collection
        changed[name] = changed.get(name, frozenset()).union(change.before, change.after)
        if change.action == "create":
            continue  # there is nothing to keep back, and the key will be another one
        for action in READING:
            hidden = await engine.writes.hidden_fields(context, name, change.parts, action)
            fields = frozenset[str]() if hidden is None else frozenset(catalog.collections[name].fields) - hidden
            shown.setdefault((name, action), {})[change.parts] = fields
    return as_it_is(grants, catalog, shown, changed)


def _kept_back(item: Mapping[str, Any], selects: Sequence[Select], hidden: Container[str]) -> dict[str, Any]:
    """The item with null in place of fields that are hidden in the item as it is, under whatever names they stand."""
    wanted = {select.key: select for select in selects}
    found: dict[str, Any] = {}
    for key, value in item.items():
        select = wanted.get(key)
        if select is not None and select.form == "object":
            # fields of the same row in an object of their own
            found[key] = _kept_back(cast("dict[str, Any]", value), select.children, hidden)
        elif select is not None and select.form == "constant":
            found[key] = value
        else:
            found[key] = None if (key if select is None else select.name) in hidden else value
    return found


async def _write(session: WriteSession, content: Content) -> None:
    """Write the content. Where it can't be written as a whole (a draft need not be complete), what can."""
    own = Context(Actor.system("show a version of an item"), content.at)

    async def attempt(payload: Mapping[str, Any]) -> None:
        async def tried() -> None:
            writer = await session.beside(own)
            await writer.update(content.collection.name, content.key, payload, "directus")

        await session.transaction.savepoint(tried)

    try:
        await attempt(content.payload)
    except SatchelError:
        for name, value in content.payload.items():
            with suppress(SatchelError):
                await attempt({name: value})


class _NewKeys:
    """Puts null in place of keys that no item has yet. `created`: those keys."""

    def __init__(self, catalog: Catalog, created: Created) -> None:
        self.catalog = catalog
        self.created = created

    def without(self, collection: Collection, item: Mapping[str, Any], selects: Sequence[Select]) -> dict[str, Any]:
        """An item; `selects` say which field stands under which name, and `*` that the others are named as they are."""
        new = self.created.get(collection.name, frozenset())
        wanted: dict[str, list[Select]] = {}
        for select in selects:
            wanted.setdefault(select.key, []).append(select)
        found: dict[str, Any] = {}
        for key, value in item.items():
            group = wanted.get(key) or [Select(key, key, star.children) for star in wanted.get("*", ())]
            first = group[0] if group else Select(key, key)
            if first.form == "object":
                found[key] = self.without(collection, value, first.children)
            elif first.form == "constant" or first.function:
                found[key] = value
            elif first.name in collection.key and str(value) in new:
                found[key] = None
            elif isinstance(value, list):
                found[key] = [self._related(collection, group, inner) for inner in cast("list[Any]", value)]
            else:
                found[key] = self._related(collection, group, value)
        return found

    def _related(self, collection: Collection, group: Sequence[Select], value: Any) -> Any:
        """What stands in a field that may lead to other items."""
        names = targets(self.catalog, collection, group[0].name) if group else ()
        if not isinstance(value, dict):
            new = any(str(value) in self.created.get(name, frozenset()) for name in names)
            return None if new else value
        given = cast("dict[str, Any]", value)
        for name in names:
            target = self.catalog.get(name)
            children = [child for select in group if select.scope in ("", name) for child in select.children]
            if target is not None and _fits(given, target, children):
                return self.without(target, given, children)
        return given


def _fits(given: Mapping[str, Any], target: Collection, selects: Sequence[Select]) -> bool:
    """Whether an item of several collections can be one of this: all that it holds is asked for of it."""
    asked = {select.key for select in selects}
    return all(key in asked or ("*" in asked and key in target.fields) for key in given)
