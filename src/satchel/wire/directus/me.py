"""About the caller: `/users/me`, `/roles/me`, `/policies/me/globals`, `/permissions/me`.

In charge of: what a caller may know of itself even without permissions, and its permissions in this wire's words. Not
in charge of: what they are (`auth`, `policy`). Mounted by `routes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from satchel.errors import Forbidden, Unauthenticated
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.model.catalog import Action, Catalog
from satchel.policy.actor import Actor
from satchel.policy.grant import Grant, Grants
from satchel.wire.directus import shape
from satchel.wire.directus.bodies import given_list, given_object, only, refuse
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.items import Items, Resource
from satchel.wire.directus.query import Reader
from satchel.wire.directus.schema_handlers import in_order
from satchel.wire.directus.services import Services

USERS, ROLES = "directus_users", "directus_roles"
# this wire's name → the action of the grants
ACTIONS: Mapping[str, Action] = {
    "read": "list",
    "create": "create",
    "update": "update",
    "delete": "delete",
    "share": "share",
}
JUDGED = ("update", "delete", "share")
"""What is allowed or not on an item by itself."""
KEYS_MAX = 1000
"""Items that one request may ask about."""


class Me:
    """The handlers."""

    def __init__(self, services: Services, gate: Gate, reader: Reader) -> None:
        self.services = services
        self.engine = services.engine
        self.gate = gate
        self.reader = reader
        self.users = Items(services, gate, reader, Resource(USERS))

    def mount(self, router: Router) -> None:
        router.add("GET", "/users/me", self.user)
        router.add("PATCH", "/users/me", self.change_user)
        router.add("GET", "/roles/me", self.roles)
        router.add("GET", "/policies/me/globals", self.globals)
        router.add("GET", "/permissions/me", self.permissions)
        router.add("GET", "/permissions/me/{collection}", self.item_permissions)
        router.add("GET", "/permissions/me/{collection}/{key}", self.item_permissions)
        router.add("SEARCH", "/permissions/me/{collection}", self.open_items)

    async def user(self, request: Request) -> Response:
        """The caller's own user: what may be read of it, and its id in any case."""
        state = state_of(request)
        if state.actor.share is not None:
            return shape.value({"share": state.actor.share.id})
        key = own_key(state.actor)
        reading = self.reader.read(USERS, "view", state.parameters, state.raw).of_key((key,))
        try:
            answer = await self.engine.read(reading.query, reading.values, self.gate.context(request))
        except Forbidden:
            answer = None
        if answer is None or answer.data is None:
            return shape.value({"id": key})
        return shape.enveloped(answer.data)

    async def change_user(self, request: Request) -> Response:
        return await self.users.update_one(request, USERS, (own_key(state_of(request).actor),))

    async def roles(self, request: Request) -> Response:
        """The caller's roles, its own first; only their ids where no more may be read."""
        state = state_of(request)
        if state.actor.kind == "public":
            raise Forbidden("Nobody is signed in.")
        ids = list(state.actor.roles)
        reading = self.reader.output(ROLES, state.parameters).of_keys([(item,) for item in ids])
        try:
            answer = await self.engine.read(reading.query, reading.values, self.gate.context(request))
        except Forbidden:
            return shape.value([{"id": item} for item in ids])
        return shape.enveloped(answer.data or b"[]")

    async def globals(self, request: Request) -> Response:
        actor = state_of(request).actor
        enforced = await self.services.accounts.asks_second_factor(actor)
        access = {"app_access": actor.app_access or actor.admin, "admin_access": actor.admin, "enforce_tfa": enforced}
        return shape.value(access)

    async def permissions(self, request: Request) -> Response:
        """What the caller may do with each collection: full, partial (some rows or fields) or none."""
        actor = state_of(request).actor
        if actor.kind == "public":
            raise Forbidden("Nobody is signed in.")
        grants = await self.services.accounts.grants(actor)
        return shape.value(access_table(grants, self.engine.catalog))

    async def item_permissions(self, request: Request) -> Response:
        """Whether the caller may change, delete and share one item (without a key: items of that kind at all)."""
        actor = state_of(request).actor
        if actor.kind == "public":
            raise Forbidden("Nobody is signed in.")
        name = request.params["collection"]
        found = self.engine.catalog.get(name)
        key = request.params.get("key")
        grants = await self.services.accounts.grants(actor)
        answer: dict[str, Any] = {}
        for action in JUDGED:
            given = grants.of(name, ACTIONS[action])
            entry: dict[str, Any] = {"access": await self._may(request, name, ACTIONS[action], given, key)}
            if action == "update" and found is not None and found.singleton and given:
                entry |= {"fields": _fields(given, self.engine.catalog, name), "presets": _presets(given)}
            answer[action] = entry
        return shape.value(answer)

    async def open_items(self, request: Request) -> Response:
        """SEARCH: which of the items `keys` the caller may update (the `fields` of), delete or share, as they are now.
        An addition to this wire: there is nothing like it in Directus.
        """
        if state_of(request).actor.kind == "public":
            raise Forbidden("Nobody is signed in.")
        body, name = given_object(request), request.params["collection"]
        only(body, ("action", "keys", "fields"))
        if body.get("action") not in JUDGED:
            refuse(f'"action" must be one of [{", ".join(JUDGED)}]')
        keys = given_list(body, "keys")
        if len(keys) > KEYS_MAX:
            refuse(f'"keys" must contain at most {KEYS_MAX} items')
        fields = [str(field) for field in given_list(body, "fields")]
        context, action = self.gate.context(request), ACTIONS[body["action"]]
        grants = await self.services.accounts.grants(state_of(request).actor)
        found: list[Any] = []
        for key in keys if name in self.engine.catalog.collections else ():
            try:
                parts = self.users.key_of(name, key)
            except Forbidden:
                continue
            if await self.engine.allows(context, name, action, parts, fields=fields, grants=grants):
                found.append(key)
        return shape.value(found)

    async def _may(self, request: Request, name: str, action: Action, given: Sequence[Grant], key: str | None) -> bool:
        if not given or name not in self.engine.catalog.collections:
            return False
        if key is None or any(grant.where is None for grant in given):
            return True
        try:
            parts = self.users.key_of(name, key)
        except Forbidden:
            return False
        return await self.engine.allows(self.gate.context(request), name, action, parts)


def own_key(actor: Actor) -> str:
    """The key of the caller's own user. Raises Unauthenticated when it is none."""
    if actor.kind != "user" or actor.collection != USERS or actor.key is None:
        raise Unauthenticated("Nobody is signed in.", reason="credentials")
    return actor.key


def access_table(grants: Grants, catalog: Catalog) -> dict[str, Any]:
    """Collection → action → `{"access", "fields"?, "presets"?}`, for collections with any grant at all."""
    table: dict[str, Any] = {}
    for name in (item.name for item in in_order(catalog)):
        entries = {action: _access(grants.of(name, known), catalog, name) for action, known in ACTIONS.items()}
        if any(entry["access"] != "none" for entry in entries.values()):
            table[name] = entries
    return table


def _access(given: Sequence[Grant], catalog: Catalog, name: str) -> dict[str, Any]:
    if not given:
        return {"access": "none"}
    full = any(grant.where is None and grant.fields is None for grant in given)
    entry: dict[str, Any] = {"access": "full" if full else "partial", "fields": _fields(given, catalog, name)}
    presets = _presets(given)
    if presets:
        entry["presets"] = presets
    return entry


def _fields(given: Sequence[Grant], catalog: Catalog, name: str) -> list[str]:
    """`["*"]`, or the granted fields in the collection's order."""
    if any(grant.fields is None for grant in given):
        return ["*"]
    granted = {field for grant in given for field in grant.fields or ()}
    return [field for field in catalog.collections[name].fields if field in granted]


def _presets(given: Sequence[Grant]) -> dict[str, Any]:
    return {name: value for grant in given for name, value in grant.presets.items()}
