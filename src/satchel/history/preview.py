"""Preview: an item as it would be with a version of it.

In charge of: putting a version's content into a transaction of which nothing stays, reading there what a caller asks,
and keeping back what the caller may not see of the item as it is now. Not in charge of: finding versions, or writing
them (`versions`). Called by `versions`.

The content is written by the same engine as any payload, so what a preview shows is what would be: nested items,
sorting, filters of nested lists. What the content may do was asked when it was saved; what the caller may see is asked
twice: the read runs under the caller's grants in the state with the version, and the fields of the item that are hidden
in the state without it stay hidden. Items that the version would create have no key yet, so theirs is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from satchel.model.catalog import Catalog, Collection, Key
from satchel.plan.query import Query
from satchel.policy.actor import Actor, Context

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

    data, changes = await engine.writes.rehearse(context, collection.name, work)
    if data is None:
        return None
    item: dict[str, Any] = msgspec.json.decode(data)
    kept_back = {select.key for select in query.select if select.name in hidden}
    if any(select.name == "*" for select in query.select):
        kept_back |= hidden
    shown = {name: None if name in kept_back else value for name, value in item.items()}
    created: dict[str, set[str]] = {}
    for change in changes:
        if change.action == "create":
            created.setdefault(change.collection, set()).add(change.key)
    known = {name: frozenset(keys) for name, keys in created.items()}
    return _without_new_keys(engine.catalog, collection, shown, known) if known else shown


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


def _without_new_keys(
    catalog: Catalog, collection: Collection, item: dict[str, Any], created: Created
) -> dict[str, Any]:
    """The item with null in place of keys that no item has yet."""
    new = created.get(collection.name, frozenset())
    found: dict[str, Any] = {}
    for name, value in item.items():
        names = targets(catalog, collection, name)
        if name in collection.key and str(value) in new:
            found[name] = None
        elif not names:
            found[name] = value
        elif isinstance(value, list):
            found[name] = [_related(catalog, names, inner, created) for inner in cast("list[Any]", value)]
        else:
            found[name] = _related(catalog, names, value, created)
    return found


def _related(catalog: Catalog, names: tuple[str, ...], value: Any, created: Created) -> Any:
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        # of several collections it is the one whose fields these are
        fitting = [item for name in names if (item := catalog.get(name)) is not None and given.keys() <= {*item.fields}]
        return _without_new_keys(catalog, fitting[0], given, created) if fitting else given
    return None if any(str(value) in created.get(name, frozenset()) for name in names) else value
