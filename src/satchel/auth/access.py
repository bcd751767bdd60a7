"""Access: who a user is at this moment, and what is granted.

In charge of: the snapshots of users, roles and policies that requests are judged by, and keeping them fresh: a change
in this process shows at once, a change by another worker within `CHECK_SECONDS`. Not in charge of: tokens, passwords
and sessions, nor of what grants mean (`policy/`). Called by `accounts` and the other files of this room.

Every change of users, roles, policies, access or permissions ends with `touch` in its transaction: it writes a new
random text into the state of the store, which is all that other workers have to look at.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from satchel.auth.share_rows import ShareRow, find_share
from satchel.auth.tokens import random_text
from satchel.engine.store import Store, StoreSession
from satchel.errors import Forbidden, Unauthenticated
from satchel.model.catalog import Catalog
from satchel.model.system.collections import SYSTEM_BY_NAME
from satchel.model.system.sign_in import SUPERUSERS, SUPERUSERS_ID
from satchel.policy.actor import Actor, Share
from satchel.policy.addresses import Span, admits, parse_entry
from satchel.policy.grant import Grants
from satchel.policy.grants import admin_grants, combine
from satchel.policy.load_policies import Effective, PolicyBook, admin_holders, effective, make_book
from satchel.policy.load_rules import RuleGrants, load_rules
from satchel.policy.share_grants import Reach, share_grants

Key = TypeVar("Key")
Value = TypeVar("Value")

USERS = "directus_users"
DEFAULT_PROVIDER = "default"
"""The provider of users who sign in with e-mail address and password here."""
STATE = "satchel_state"
STAMP = "access_stamp"

INTERNAL = frozenset(field.name for field in SYSTEM_BY_NAME[USERS].fields if field.internal)

CHECK_SECONDS = 0.25
"""How long a look at the stamp is believed."""
RELOAD_SECONDS = 60.0
"""How long snapshots are believed although the stamp stays: somebody may have written SQL into the store."""
REMEMBERED = 1024
TEXT_LENGTH_MAXIMUM = 512

POLICY_FIELDS = ("id", "name", "ip_access", "admin_access", "app_access", "enforce_tfa")
PERMISSION_FIELDS = ("id", "policy", "collection", "action", "permissions", "validation", "presets", "fields")
ACCESS_FIELDS = ("id", "role", "user", "policy")
ROLE_FIELDS = ("id", "parent")


Bearers = dict[tuple[str, str | None], tuple[float, Actor]]
"""Token and address → until when (seconds since the epoch), and whose it is."""

NOTHING = Grants(("nothing",))

_SUPERUSER = {"collectionId": SUPERUSERS_ID, "collectionName": SUPERUSERS, "verified": True, "emailVisibility": False}
"""What rules of the PocketBase wire know of a user with admin access beside the user's own fields."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as stored. `record`: what rules may know of the user; no secrets."""

    id: str
    status: str
    role: str | None
    email: str
    password: str
    sealed_secret: str  # of the second factor; "" without one
    token_key: str
    provider: str
    created: Any
    updated: Any
    record: Mapping[str, Any]

    @property
    def active(self) -> bool:
        return self.status == "active"

    @property
    def second_factor(self) -> bool:
        return bool(self.sealed_secret)


class Access:
    """`clock`: seconds that only grow. `catalog`: gives the current snapshot. `reach`: how far shares go."""

    def __init__(self, store: Store, catalog: Callable[[], Catalog], clock: Callable[[], float], reach: Reach) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._reach = reach
        self._lock = asyncio.Lock()
        self._stamp = ""
        self._good_until = float("-inf")
        self._changes = 0
        self._reload_at = float("-inf")
        self._book = PolicyBook("")
        self._holders_of_admin: tuple[frozenset[str], frozenset[str]] | None = None
        self._addresses_matter = False
        self._rules: tuple[int, RuleGrants] | None = None
        self._users: dict[str, User | None] = {}
        self._holders: dict[str, str | None] = {}
        self._shares: dict[str, ShareRow] = {}
        self._effective: dict[tuple[str | None, str | None, str | None], Effective] = {}
        self._actors: dict[tuple[str | None, str | None], tuple[User | None, Effective, Actor]] = {}
        self.bearers: Bearers = {}
        self._grants: dict[Any, Grants] = {}
        self._admin_spans: tuple[Span | None, ...] = ()

    # --- freshness

    @property
    def book(self) -> PolicyBook:
        return self._book

    async def refresh(self) -> None:
        """Make sure that the snapshots are good; nearly always a comparison of two numbers."""
        if self._clock() < self._good_until:
            return
        async with self._lock:
            now = self._clock()
            if now < self._good_until:
                return
            changes = self._changes
            stamp = await read_stamp(self._store)
            if stamp != self._stamp or now >= self._reload_at:
                # The stamp is read before the rows: rows that are newer than it are read again next time.
                self._take(await load_book(self._store))
                self._stamp, self._reload_at = stamp, now + RELOAD_SECONDS
            if changes == self._changes:  # else what was read may be from before a change
                self._good_until = now + CHECK_SECONDS

    def changed(self) -> None:
        """This process has changed something: look at the stamp before the next answer."""
        self._good_until = float("-inf")
        self._changes += 1

    def _take(self, book: PolicyBook) -> None:
        self._book = book
        self._holders_of_admin = None
        self._addresses_matter = any(policy.spans for policy in book.policies.values())
        # new ones: who is reading just now, perhaps from before a change, remembers it in the old ones
        self._users, self._holders, self._shares, self.bearers = {}, {}, {}, {}
        self._effective.clear()
        self._actors.clear()
        self._grants.clear()

    # --- users

    async def user(self, key: str) -> User | None:
        """A user by id, of any status; None if there is none."""
        await self.refresh()
        users = self._users
        if key not in users:
            if not _is_key(key):
                return None
            found = await find_users(self._store, key=key)
            remember(users, key, found[0] if found else None)
        return users[key]

    async def user_by_email(self, email: str) -> User | None:
        """The user with an address, in any case of its letters."""
        await self.refresh()
        found = await find_users(self._store, email=email)
        return found[0] if len(found) == 1 else None

    async def holder(self, token: str) -> User | None:
        """The user whose static token this is."""
        await self.refresh()
        if not is_storable(token):
            return None
        holders = self._holders
        if token not in holders:
            rows = await self._store.select(USERS, ("id", "token"), ("token", "=", token), limit=2)
            # Compared once more here: a database may think that `A` and `a` are equal.
            exact = [str(row["id"]) for row in rows if row["token"] == token]
            # An unknown token is not kept: a stranger would choose what is remembered.
            if not exact:
                return None
            remember(holders, token, exact[0])
        key = holders[token]
        return None if key is None else await self.user(key)

    async def share(self, key: str) -> ShareRow | None:
        """A share by id, whether or not it is good now; None if there is none."""
        await self.refresh()
        if not _is_key(key):
            return None
        shares = self._shares
        if key not in shares:
            found = await find_share(self._store, key)
            if found is None:  # a stranger would choose what is remembered
                return None
            remember(shares, key, found)
        return shares[key]

    # --- what they may

    def limit_admins(self, addresses: Iterable[str]) -> None:
        """From now on users with admin access may only come from these addresses and networks; none: from anywhere."""
        self._admin_spans = tuple(parse_entry(address) for address in addresses)
        self.bearers = {}

    def effective(self, user: User | None, ip: str | None) -> Effective:
        """The policies in force for a user (None: a guest) at an address. Raises Forbidden for an admin who may not
        come from there.
        """
        found = self._effective_at(user, ip)
        if found.admin and user is not None and self._admin_spans and not admits(self._admin_spans, ip):
            raise Forbidden("Superusers may not come from this address.", hint='See the setting "superuserIPs".')
        return found

    def _effective_at(self, user: User | None, ip: str | None) -> Effective:
        name, role = (None, None) if user is None else (user.id, user.role)
        key = (name, role, ip if self._addresses_matter else None)
        found = self._effective.get(key)
        if found is None:
            found = effective(self._book, user=name, role=role, ip=ip)
            remember(self._effective, key, found)
        return found

    def holds_admin(self, user: User) -> bool:
        """Whether a user holds admin access, from whichever address it may be used."""
        if self._holders_of_admin is None:
            self._holders_of_admin = admin_holders(self._book)
        users, roles = self._holders_of_admin
        return user.id in users or user.role in roles

    def actor(self, user: User | None, ip: str | None) -> Actor:
        found = self.effective(user, ip)
        name = None if user is None else user.id
        known = self._actors.get((name, ip))
        if known is not None and known[0] is user and known[1] is found:
            return known[2]
        made = _guest(found, ip) if user is None else _actor(user, found, ip)
        remember(self._actors, (name, ip), (user, found, made))
        return made

    def bearer(self, token: str, ip: str | None, now: float) -> Actor | None:
        """Who came with a token before, if that is known and still good. Only right after `refresh`."""
        known = self.bearers.get((token, ip))
        return None if known is None or now >= known[0] else known[1]

    def proven(self, actor: Actor, user: User) -> Actor:
        """The actor of somebody who signed in; who still lacks the second factor that a policy asks for, may no more
        than set it up.
        """
        if user.second_factor or not self.effective(user, actor.ip).enforce_tfa:
            return actor
        return Actor("user", collection=USERS, key=user.id, ip=actor.ip, unproven=True)

    async def share_actor(self, key: str, ip: str | None, now: datetime) -> Actor:
        """Who comes by a share. Raises Unauthenticated (`unknown`) when it is not good, or its creator is gone."""
        row = await self.share(key)
        creator = None if row is None or row.creator is None else await self.user(row.creator)
        if row is None or creator is None or not creator.active or not row.good_at(now):
            raise Unauthenticated("Invalid user credentials.", reason="unknown")
        found = effective(self._book, user=None, role=row.role, ip=ip)
        return Actor(
            "share",
            policies=found.policies,
            role=row.role,
            roles=found.roles,
            ip=ip,
            share=Share(row.id, row.collection, row.item, self.actor(creator, ip)),
        )

    def grants(self, actor: Actor) -> Grants:
        if actor.unproven:
            return NOTHING
        if actor.share is not None:
            return self._share_grants(actor, actor.share)
        catalog = self._catalog()
        key = (catalog.version, self._book.version, actor.policies, actor.app_access, actor.admin)
        found = self._grants.get(key)
        if found is None:
            if actor.admin:
                found = admin_grants(catalog)
            else:
                found = combine(
                    catalog,
                    self._book,
                    policies=actor.policies,
                    app_access=actor.app_access,
                    rules=self.rules_of(catalog),
                )
            remember(self._grants, key, found)
        return found

    def _share_grants(self, actor: Actor, share: Share) -> Grants:
        catalog = self._catalog()
        role = self._policies_of_share(actor)
        # All of a creator that a rule may speak of is put into the grants, and so into their name.
        about = hashlib.blake2b(msgspec.json.encode(share.creator.record, enc_hook=str), digest_size=12).hexdigest()
        creator = self.grants(share.creator)
        item = (share.id, share.collection, share.item)
        key = ("share", *item, creator.token, share.creator.roles, share.creator.policies, about, role.token)
        found = self._grants.get(key)
        if found is None:
            found = share_grants(catalog, share, creator, role, self._reach, key)
            remember(self._grants, key, found)
        return found

    def _policies_of_share(self, actor: Actor) -> Grants:
        """What the role of a share may do, without anybody who holds it."""
        found = effective(self._book, user=None, role=actor.role, ip=actor.ip)
        return self.grants(
            Actor("public", policies=found.policies, admin=found.admin, app_access=found.app_access, ip=actor.ip)
        )

    def rules_of(self, catalog: Catalog) -> RuleGrants:
        """What the rules of collections grant, read once for each catalog."""
        if self._rules is None or self._rules[0] != catalog.version:
            self._rules = (catalog.version, load_rules(catalog))
        return self._rules[1]


def _guest(found: Effective, ip: str | None) -> Actor:
    # never an admin, whatever somebody ticked in the public policy
    return Actor("public", policies=found.policies, ip=ip)


def _actor(user: User, found: Effective, ip: str | None) -> Actor:
    return Actor(
        "user",
        collection=USERS,
        key=user.id,
        admin=found.admin,
        app_access=found.app_access,
        policies=found.policies,
        role=user.role,
        roles=found.roles,
        ip=ip,
        record={**user.record, **_SUPERUSER} if found.admin else user.record,
    )


# --- reading and stamping the store


async def touch(session: StoreSession) -> None:
    """Tell all workers that access has changed. Called first in a transaction, it also makes such transactions queue
    up.
    """
    stamp = random_text(16)
    if await session.update(STATE, {"value": stamp}, ("name", "=", STAMP)) == 0:
        await session.insert(STATE, {"name": STAMP, "value": stamp})


async def read_stamp(store: Store) -> str:
    rows = await store.select(STATE, ("value",), ("name", "=", STAMP))
    return str(rows[0]["value"]) if rows else ""


async def load_book(source: Store | StoreSession) -> PolicyBook:
    """All policies as stored now. The version is a digest of the content, so it is the same in every worker."""
    policies = await source.select("directus_policies", POLICY_FIELDS, order="id")
    permissions = await source.select("directus_permissions", PERMISSION_FIELDS, order="id")
    access = await source.select("directus_access", ACCESS_FIELDS, order="id")
    roles = await source.select("directus_roles", ROLE_FIELDS, order="id")
    content = msgspec.json.encode([policies, permissions, access, roles], enc_hook=str)
    version = hashlib.blake2b(content, digest_size=12).hexdigest()
    return make_book(version, policies=policies, permissions=permissions, access=access, roles=roles)


async def find_users(source: Store | StoreSession, *, key: str | None = None, email: str | None = None) -> list[User]:
    """Users by id, or by e-mail address whatever its case."""
    fields = [field.name for field in source.fields(USERS)]
    if key is not None:
        rows = await source.select(USERS, fields, ("id", "=", key), limit=2)
        found = [row for row in rows if str(row["id"]) == key]
    else:
        assert email is not None, "find_users needs an id or an address"
        if not is_storable(email):
            return []
        rows = await source.select(USERS, fields, ("email", "lower =", email), order="id")
        # A database may also think that `é` and `e` are equal; an address is not.
        found = [row for row in rows if str(row["email"]).lower() == email.lower()]
    known = {field.name for field in source.fields(USERS) if not field.concealed and field.name not in INTERNAL}
    return [_user(row, known) for row in found]


def is_storable(text: str) -> bool:
    """Whether a text of a stranger can be asked for at all: some databases refuse what no text can hold."""
    return len(text) <= TEXT_LENGTH_MAXIMUM and "\0" not in text and text.isprintable()


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _user(row: Mapping[str, Any], known: set[str]) -> User:
    return User(
        id=str(row["id"]),
        status=str(row["status"]),
        role=None if row["role"] is None else str(row["role"]),
        email=str(row["email"] or ""),
        password=str(row["password"] or ""),
        sealed_secret=str(row["tfa_secret"] or ""),
        token_key=str(row["token_key"] or ""),
        provider=str(row["provider"] or DEFAULT_PROVIDER),
        created=row["created"],
        updated=row["updated"],
        record={name: value for name, value in row.items() if name in known},
    )


def remember(cache: dict[Key, Value], key: Key, value: Value) -> None:
    """Keep a value in a cache that never grows beyond its bound; the oldest goes first."""
    if len(cache) >= REMEMBERED:
        del cache[next(iter(cache))]
    cache[key] = value
