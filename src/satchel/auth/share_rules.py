"""What a share has to be like to be made or changed as a row.

In charge of: asking whether the caller may share that item, and keeping a share from becoming another one under its
creator's name. Not in charge of: what a share opens (`policy/share_grants`), or coming in by one (`shares`). Hangs on
the writes of `directus_shares` as filter hooks; joined in `joints`.

A share shows what its creator may see. So nobody but the creator says what it shows: an administrator's share that
somebody else could point at another item, or give another role, would show them what they may not see themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.auth.share_rows import SHARES
from satchel.engine.engine import Engine
from satchel.engine.hooks import Event
from satchel.engine.store import Store
from satchel.errors import Forbidden, InvalidPayload
from satchel.model.key import decode_key
from satchel.policy.actor import Context

SHOWS = ("collection", "item", "role")
BY_ITSELF = ("user_created", "date_created")


class ShareRules:
    """One per engine."""

    def __init__(self, engine: Engine, store: Store) -> None:
        self._engine = engine
        self._store = store

    async def created(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        """A new share. Raises Forbidden unless the caller may share the item."""
        await self._check(event.session.context, payload.get("collection"), payload.get("item"))
        return {name: value for name, value in payload.items() if name not in ("times_used", *BY_ITSELF)}

    async def updated(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        """A share that changes. Raises InvalidPayload for what is not to be set, and Forbidden."""
        for name in BY_ITSELF:
            if name in payload:
                raise InvalidPayload(f'"{name}" is not allowed')
        rows = await self._store.select(SHARES, (*SHOWS, "user_created"), ("id", "=", (event.key or ("",))[0]))
        if not rows:
            return payload  # the write itself says so
        stored = rows[0]
        changed = {name for name in SHOWS if name in payload and payload[name] != stored[name]}
        if not changed:
            return payload
        context = event.session.context
        if stored["user_created"] != context.actor.key:
            raise Forbidden("Only who made a share may say what it shows.")
        if changed & {"collection", "item"}:
            wanted = {**stored, **payload}
            await self._check(context, wanted["collection"], wanted["item"])
        return payload

    async def _check(self, context: Context, collection: Any, item: Any) -> None:
        found = self._engine.catalog.get(collection) if isinstance(collection, str) else None
        if found is None:
            name = collection if isinstance(collection, str) else "undefined"
            raise Forbidden(f'There is no collection "{name}".', reason="collection", collection=name, path=())
        if item is None or isinstance(item, bool) or not isinstance(item, str | int):
            raise InvalidPayload('"item" is required')
        key = decode_key(found, str(item))
        for action in ("share", "view"):
            if key is None or not await self._engine.allows(context, found.name, action, key):
                raise Forbidden("You may not share this item.", collection=found.name, action="share")
