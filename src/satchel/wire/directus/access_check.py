"""`GET /permissions/check`: what somebody may do with a collection or an item, and why; for admins.

In charge of: its parameters and the words of its answer. Not in charge of: the explanation (`auth/explain`). Mounted by
`routes`. An addition to this wire: there is nothing like it in Directus.

Parameters: `collection`, `action` (read, create, update, delete, share; read unless given), `user` (an id; a guest
unless given), `item` (a key), `ip` (an address that the user would come from).
"""

from __future__ import annotations

from typing import Any

from satchel.auth.explain import Explained, Held, Reason, explain
from satchel.errors import InvalidQuery, NotFound
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.model.catalog import Action, Collection, Key
from satchel.model.key import decode_key
from satchel.wire.directus import shape
from satchel.wire.directus.me import ACTIONS
from satchel.wire.directus.schema_handlers import for_admins
from satchel.wire.directus.services import Services


class AccessCheck:
    """The handler."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def mount(self, router: Router) -> None:
        router.add("GET", "/permissions/check", for_admins(self.check))

    async def check(self, request: Request) -> Response:
        services, query = self._services, request.query
        collection = services.engine.catalog.get(query.get("collection", ""))
        if collection is None:
            raise InvalidQuery(f'There is no collection "{query.get("collection", "")}".')
        action = _action(query.get("action", "read"), query.get("item"))
        user = None
        if query.get("user"):
            user = await services.accounts.access.user(query["user"])
            if user is None:
                raise NotFound(f"There is no user {query['user']}.")
        found = await explain(
            services.accounts.access,
            services.engine,
            user,
            collection=collection,
            action=action,
            key=_key(collection, query.get("item")),
            ip=query.get("ip") or None,
        )
        status = None if user is None else user.status
        return shape.value(_shown(found, collection, user_status=status))


def _action(name: str, item: str | None) -> Action:
    action = ACTIONS.get(name)
    if action is None:
        raise InvalidQuery(f'"{name}" is no action; there are {", ".join(ACTIONS)}.')
    return "view" if action == "list" and item else action


def _key(collection: Collection, text: str | None) -> Key | None:
    if not text:
        return None
    key = decode_key(collection, text)
    if key is None:
        raise InvalidQuery(f'"{text}" is no key of "{collection.name}".')
    return key


def _shown(found: Explained, collection: Collection, *, user_status: str | None) -> dict[str, Any]:
    # who can't sign in can do nothing, whatever is granted
    active = user_status in (None, "active")
    return {
        "allowed": found.allowed if active else False,
        "admin": found.actor.admin,
        "status": user_status,
        "exists": found.exists,
        "fields": _fields(found.fields, collection),
        "policies": [_held(held) for held in found.held],
        "reasons": [_reason(reason, collection) for reason in found.reasons],
    }


def _held(held: Held) -> dict[str, Any]:
    policy = held.policy
    return {
        "id": policy.id,
        "name": policy.name,
        "admin_access": policy.admin_access,
        "app_access": policy.app_access,
        "through": held.way,
        "role": held.role,
        "in_force": held.in_force,
    }


def _reason(reason: Reason, collection: Collection) -> dict[str, Any]:
    kind, _, name = reason.origin.partition(":")
    return {
        "kind": {"app access": "app_access"}.get(kind, kind),
        "policy": name if kind == "policy" else None,
        "rule": name.partition(".")[2] if kind == "rule" else None,
        "condition": reason.condition,
        "fields": _fields(reason.fields, collection),
        "validation": reason.validation,
        "presets": dict(reason.presets),
        "holds": reason.holds,
    }


def _fields(names: frozenset[str] | None, collection: Collection) -> list[str]:
    """`["*"]`, or the fields in the collection's order."""
    return ["*"] if names is None else [name for name in collection.fields if name in names]
