"""Comments on items: who may write them, and telling people who are mentioned.

In charge of: that a comment is about an item that its author may see, finding `@<user id>` in it, and a notification
for each of those users who may see the item too. Not in charge of: mailing notifications (`notices`). Hangs on the
writes of `directus_comments`; joined in `joints`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from satchel.engine.engine import Engine
from satchel.engine.hooks import Event
from satchel.engine.ledger import Change, ChangeSet
from satchel.engine.store import Store
from satchel.engine.verbs import Session
from satchel.errors import Forbidden, InvalidPayload
from satchel.history.recorder import user_of
from satchel.model.key import decode_key
from satchel.policy.actor import Actor, Context

COMMENTS, NOTIFICATIONS = "directus_comments", "directus_notifications"
PLACE = ("collection", "item")
MENTIONS_MAX = 50
"""How many users one comment tells; those who are named first."""

_MENTION = re.compile(r"@([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![\w-])", re.IGNORECASE)

ActorOf = Callable[[str], Awaitable[Actor | None]]
"""An active user by id, as a caller; None if there is none."""


class Comments:
    """One per engine."""

    def __init__(self, engine: Engine, store: Store, actor_of: ActorOf) -> None:
        self._engine = engine
        self._store = store
        self._actor_of = actor_of

    async def created(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        """A new comment. Raises InvalidPayload, and Forbidden unless its author may see the item."""
        for name in (*PLACE, "comment"):
            if payload.get(name) in (None, ""):
                raise InvalidPayload(f'"{name}" is required')
        await self._check(event.session.context, payload)
        return payload

    async def updated(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        """A comment that changes. It may only come to be about an item that the caller may see."""
        if any(name in payload for name in PLACE):
            rows = await self._store.select(COMMENTS, PLACE, ("id", "=", (event.key or ("",))[0]))
            if rows:
                await self._check(event.session.context, {**rows[0], **payload})
        return payload

    async def _check(self, context: Context, about: Mapping[str, Any]) -> None:
        name, item = about["collection"], about["item"]
        collection = self._engine.catalog.get(name) if isinstance(name, str) else None
        if collection is None:
            message = f'There is no collection "{name}".'
            raise Forbidden(message, reason="collection", collection=str(name), path=())
        if not await self._may_see(context, collection.name, item):
            raise Forbidden("There is no such item.")

    async def _may_see(self, context: Context, name: str, item: Any) -> bool:
        collection = self._engine.catalog.get(name)
        key = None if collection is None or isinstance(item, dict | list) else decode_key(collection, str(item))
        return key is not None and await self._engine.allows(context, name, "view", key)

    async def tell(self, change_set: ChangeSet) -> None:
        """Make notifications for those who are mentioned in new comments."""
        for change in change_set.changes:
            if change.collection == COMMENTS and change.action == "create":
                await self._tell(change_set, change)

    async def _tell(self, change_set: ChangeSet, change: Change) -> None:
        name, item, text = (str(change.after.get(part) or "") for part in (*PLACE, "comment"))
        mentioned = list(dict.fromkeys(found.lower() for found in _MENTION.findall(text)))[:MENTIONS_MAX]
        author = user_of(change_set.actor)
        recipients: list[str] = []
        for user in mentioned:
            actor = await self._actor_of(user)
            if actor is not None and await self._may_see(Context(actor, change_set.at), name, item):
                recipients.append(user)
        if not recipients:
            return
        notice = {
            "sender": author,
            "subject": f"You were mentioned in {name}",
            "message": text,
            "collection": name,
            "item": item[:255],
        }

        async def work(session: Session) -> None:
            for user in recipients:
                await session.create(NOTIFICATIONS, {**notice, "recipient": user}, "directus")

        own = Context(Actor.system("tell who is mentioned in a comment"), change_set.at)
        await self._engine.write(own, NOTIFICATIONS, work)
