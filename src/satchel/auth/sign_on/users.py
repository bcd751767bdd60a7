"""Which user somebody is who was identified by a provider.

In charge of: finding the user, making one where that is allowed, and what a log-in brings up to date. Not in charge of:
the identity (the drivers), sessions and whether the user may come in (`auth/accounts`). Called by `sign_on`.

A user is found by provider and identifier alone. A user who happens to have the same e-mail address is somebody else
until an administrator says otherwise: whoever can choose their address at a provider must not get another one's
account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from satchel.auth.access import USERS, is_storable
from satchel.auth.providers.contract import Unusable
from satchel.auth.sign_on.contract import IDENTIFIER_LENGTH_MAXIMUM, Identity
from satchel.engine.store import Item, Store
from satchel.engine.verbs import Engine, Session
from satchel.errors import ConstraintFailed, Unprocessable, ValidationFailed
from satchel.model.catalog import Key
from satchel.observe import Observer
from satchel.policy.actor import Actor, Context

NAME_LENGTH_MAXIMUM = 255
FIELDS = ("id", "provider", "external_identifier", "email", "first_name", "last_name", "role", "auth_data")


@dataclass(frozen=True, slots=True)
class Membership:
    """What a provider's people get here.

    `role_mapping`: group → role, the first that fits counts. `groups_are_roles`: without a mapping, a group's name is
    the name of a role. Where either is so, every log-in sets the role; else only the first one.
    """

    provider: str
    registers: bool = False
    require_verified_email: bool = False
    default_role: str | None = None
    role_mapping: Mapping[str, Any] = field(default_factory=dict[str, Any])
    groups_are_roles: bool = False
    sync_user_info: bool = False


class Users:
    """`now`: the current instant, in UTC."""

    def __init__(self, engine: Engine, store: Store, observer: Observer, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._store = store
        self._observer = observer
        self._now = now

    async def of(self, membership: Membership, identity: Identity) -> str:
        """The id of the user, who may not be active. Raises Unusable when there is none."""
        if len(identity.identifier) > IDENTIFIER_LENGTH_MAXIMUM or not is_storable(identity.identifier):
            raise Unusable("the identifier is too long, or no text")
        row = await self._find(membership, identity)
        if row is None:
            return await self._register(membership, identity)
        changes = await self._changes(membership, identity, row)
        if changes:
            await self._update(membership, str(row["id"]), changes)
        return str(row["id"])

    async def _find(self, membership: Membership, identity: Identity) -> Item | None:
        """Raises Unusable when the identifier is that of another provider's user."""
        wanted = identity.identifier
        rows = await self._store.select(USERS, FIELDS, ("external_identifier", "lower =", wanted), order="id")
        return self._among(membership, identity, rows)

    def _among(self, membership: Membership, identity: Identity, rows: list[Item]) -> Item | None:
        wanted = identity.identifier
        for row in rows:
            stored = str(row["external_identifier"])
            # Compared once more here: a database may think that `é` and `e` are equal.
            if stored != wanted and (identity.exact or stored.lower() != wanted.lower()):
                continue
            if row["provider"] != membership.provider:
                raise Unusable(f'the identifier belongs to a user of the provider "{row["provider"]}"')
            return row
        return None

    async def _register(self, membership: Membership, identity: Identity) -> str:
        if not membership.registers:
            raise Unusable("there is no such user, and the provider does not register new ones")
        if membership.require_verified_email and identity.email_verified is not True:
            raise Unusable("there is no such user, and the address is not verified")
        payload: dict[str, Any] = {
            "provider": membership.provider,
            "external_identifier": identity.identifier if identity.exact else identity.identifier.lower(),
            "role": await self._role(membership, identity),
            "status": "active",
            **_told(identity),
        }
        if identity.auth_data is not None:
            payload["auth_data"] = dict(identity.auth_data)

        async def work(session: Session) -> Key:
            return await session.create(USERS, payload, "directus")

        try:
            (key,) = await self._engine.write(self._context(membership), USERS, work)
        except (ConstraintFailed, ValidationFailed) as error:
            # Somebody with that identifier at the same moment is this very person. What they wrote is seen for sure by
            # whoever writes after them.
            found = await self._store.write(
                lambda session: session.select(USERS, FIELDS, ("external_identifier", "lower =", identity.identifier))
            )
            row = self._among(membership, identity, found)
            if row is None:
                raise Unusable(f"no user can be made: {error}") from None
            return str(row["id"])
        return str(key)

    async def _changes(self, membership: Membership, identity: Identity, row: Item) -> dict[str, Any]:
        """What a log-in brings up to date."""
        wanted: dict[str, Any] = {}
        if membership.sync_user_info:
            wanted |= _told(identity)
            if identity.email_verified is False:
                wanted.pop("email", None)
        if identity.auth_data is not None:
            wanted["auth_data"] = dict(identity.auth_data)
        if identity.groups is not None and (membership.role_mapping or membership.groups_are_roles):
            wanted["role"] = await self._role(membership, identity)
        return {name: value for name, value in wanted.items() if row[name] != value}

    async def _update(self, membership: Membership, key: str, changes: dict[str, Any]) -> None:
        """Write what the provider says now. Who was identified comes in although an address is taken by now, or the
        last administrator would lose that role; but never with a role that should have been another one. Raises
        Unusable.
        """

        async def work(session: Session) -> None:
            await session.update(USERS, (key,), changes, "directus")

        while changes:
            try:
                await self._engine.write(self._context(membership), USERS, work)
                return
            except (ConstraintFailed, ValidationFailed) as error:
                dropped, reason = "email", error
            except Unprocessable as error:
                dropped, reason = "role", error
            if dropped not in changes:
                raise Unusable(f"the user can't be brought up to date: {reason}")
            del changes[dropped]
            text = f'The {dropped} of a user of the identity provider "{membership.provider}" stays: {reason}'
            self._observer.note(text, "warning")

    async def _role(self, membership: Membership, identity: Identity) -> str | None:
        groups = identity.groups or ()
        if membership.role_mapping:
            found = next((role for group, role in membership.role_mapping.items() if group in groups), None)
            return membership.default_role if found is None else str(found)
        if membership.groups_are_roles and groups:
            rows = await self._store.select(
                "directus_roles", ("id", "name"), ("name", "in", list(groups)), order="name"
            )
            exact = [str(row["id"]) for row in rows if row["name"] in groups]
            if exact:
                return exact[0]
        return membership.default_role

    def _context(self, membership: Membership) -> Context:
        return Context(Actor.system(f'sign-on with "{membership.provider}"'), self._now())


def _told(identity: Identity) -> dict[str, Any]:
    """What the provider says of the person, as far as it says something."""
    found = {
        "email": identity.email.strip().lower(),
        "first_name": identity.first_name.strip()[:NAME_LENGTH_MAXIMUM],
        "last_name": identity.last_name.strip()[:NAME_LENGTH_MAXIMUM],
    }
    return {name: value for name, value in found.items() if value}
