"""Superusers: users with admin access, as the command line and the first start make them.

In charge of: creating, changing and deleting them, what addresses and passwords they may have, and the single-use
set-up link that makes the first one. Not in charge of: hashing (`passwords`), signing in (`accounts`). Called by
`accounts`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

from satchel.auth.access import STATE, USERS, User, find_users, load_book, touch
from satchel.auth.admins import active_admins, keep_one_admin
from satchel.auth.attempts import forgive
from satchel.auth.passkey_rows import take_away
from satchel.auth.passwords import LENGTH_MAXIMUM
from satchel.auth.seeds import ADMIN_ACCESS, ADMIN_POLICY, ADMIN_ROLE
from satchel.auth.sessions import end_all, iso
from satchel.auth.tokens import digest, random_text
from satchel.engine.ledger import Change
from satchel.engine.store import Condition, Store, StoreSession
from satchel.engine.write_plan import CONCEALED
from satchel.errors import FieldError, NotFound, Unauthenticated, ValidationFailed
from satchel.policy.load_policies import admin_holders

PASSWORD_LENGTH_MINIMUM = 8
EMAIL_LENGTH_MAXIMUM = 255
SETUP_MINUTES = 30
SETUP = "setup"

# The shape of an address: text without spaces or brackets, one @, and a host name.
_PART = r"[^@\s<>()\[\],;:\"\\\x00-\x1f]"
_EMAIL = re.compile(rf"{_PART}+@[^@\s<>()\[\],;:\"\\.\x00-\x1f]+(?:\.[^@\s<>()\[\],;:\"\\.\x00-\x1f]+)*")


def is_email(address: str) -> bool:
    """Whether the text has the form of an e-mail address."""
    return len(address) <= EMAIL_LENGTH_MAXIMUM and _EMAIL.fullmatch(address) is not None


def check(email: str, password: str) -> str:
    """The address as it is stored (lower case). Raises ValidationFailed with every complaint about the two."""
    errors: list[FieldError] = []
    address = email.strip().lower()
    if not address:
        errors.append(FieldError(("email",), "required", "Cannot be blank."))
    elif not is_email(address):
        errors.append(FieldError(("email",), "email", "Must be a valid email address."))
    errors.extend(check_password(password))
    if errors:
        raise ValidationFailed(errors, collection=USERS)
    return address


def check_password(password: str) -> list[FieldError]:
    """The complaints about a new password."""
    if not password:
        return [FieldError(("password",), "required", "Cannot be blank.")]
    if len(password) < PASSWORD_LENGTH_MINIMUM:
        limits = {"min": PASSWORD_LENGTH_MINIMUM}
        text = f"Must be at least {PASSWORD_LENGTH_MINIMUM} character(s)."
        return [FieldError(("password",), "min_text", text, limits)]
    if len(password) > LENGTH_MAXIMUM:
        text = f"Must be no more than {LENGTH_MAXIMUM} character(s)."
        return [FieldError(("password",), "max_text", text, {"max": LENGTH_MAXIMUM})]
    return []


Note = Callable[[StoreSession, Change], Awaitable[None]]
"""Puts a change into the change log, in the transaction that makes it."""


async def no_note(session: StoreSession, change: Change) -> None:
    """What stands in where nothing keeps a change log."""


class Superusers:
    """Passwords arrive here as hashes. `now`: the current instant, in UTC. `note`: see `Note`; `app` puts it in."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self.note: Note = no_note

    async def create(self, email: str, password_hash: str) -> str:
        """The new user's id. Raises ValidationFailed (`not_unique`) when the address is taken."""
        return await self._store.write(lambda session: self._create(session, email, password_hash))

    async def upsert(self, email: str, password_hash: str) -> tuple[str, bool]:
        """(id, whether it was created). An existing user becomes an active admin with that password."""

        async def work(session: StoreSession) -> tuple[str, bool]:
            await touch(session)
            found = await find_users(session, email=email)
            if not found:
                return await self._insert(session, email, password_hash), True
            user = found[0]
            await self._renew(session, user, password_hash)
            await self._make_admin(session, user)
            return user.id, False

        return await self._store.write(work)

    async def update(self, email: str, password_hash: str) -> str:
        """Set the password, end all sessions. Raises NotFound unless it is a superuser's address."""

        async def work(session: StoreSession) -> str:
            await touch(session)
            user = await self._superuser(session, email)
            await self._renew(session, user, password_hash)
            return user.id

        return await self._store.write(work)

    async def forget_second_factor(self, email: str) -> None:
        """For who lost the device: the next log-in asks for the password alone, and there are no passkeys. Raises
        NotFound."""

        async def work(session: StoreSession) -> None:
            await touch(session)
            user = await self._superuser(session, email)
            await take_away(session, user.id, None)
            if user.second_factor:
                await session.update(USERS, {"tfa_secret": None}, ("id", "=", user.id))
                before, after = {"tfa_secret": CONCEALED}, {"tfa_secret": None}
                await self.note(session, Change(USERS, user.id, (user.id,), "update", before, after))

        await self._store.write(work)

    async def delete(self, email: str) -> None:
        """Raises NotFound; Unprocessable for the last admin."""

        async def work(session: StoreSession) -> None:
            await touch(session)
            user = await self._superuser(session, email)
            await end_all(session, [user.id])
            await forgive(session, user.id)
            await session.delete("directus_access", ("user", "=", user.id))
            await session.delete(USERS, ("id", "=", user.id))
            await self.note(session, Change(USERS, user.id, (user.id,), "delete", {"id": user.id, "email": user.email}))
            await keep_one_admin(session)

        await self._store.write(work)

    # --- the set-up link

    async def offer_setup(self) -> str | None:
        """A token for the set-up link, in place of any earlier one; None when an admin exists."""
        token = random_text(43)
        until = self._now() + timedelta(minutes=SETUP_MINUTES)
        row = {"name": SETUP, "value": digest(token), "expires": iso(until)}

        async def work(session: StoreSession) -> bool:
            if await active_admins(session, limit=1):
                return False
            await session.delete(STATE, ("name", "=", SETUP))
            await session.insert(STATE, row)
            return True

        return token if await self._store.write(work) else None

    async def knows_setup(self, token: str) -> bool:
        """Whether the token is the one on offer: a look before the costly hash, not the decision."""
        return bool(await self._store.select(STATE, ("name",), ("name", "=", SETUP), ("value", "=", digest(token))))

    async def offers_setup(self, token: str) -> bool:
        """Whether the token is the one on offer, and not too old."""
        known: tuple[Condition, ...] = (("name", "=", SETUP), ("value", "=", digest(token)))
        return bool(await self._store.select(STATE, ("name",), *known, ("expires", ">", iso(self._now()))))

    async def setup(self, token: str, email: str, password_hash: str) -> str:
        """Spend the token on the first admin, whose id is the answer. Raises Unauthenticated (`unknown`, `expired`)."""

        async def work(session: StoreSession) -> str:
            # This one statement decides who may use the link; the others find nothing to delete.
            mine: tuple[Condition, ...] = (("name", "=", SETUP), ("value", "=", digest(token)))
            if await session.delete(STATE, *mine, ("expires", ">", iso(self._now()))) != 1:
                if await session.select(STATE, ("name",), *mine):
                    raise Unauthenticated("This set-up link has expired.", reason="expired")
                raise Unauthenticated("This set-up link is not valid.", reason="unknown")
            if await active_admins(session, limit=1):
                raise Unauthenticated("This set-up link is not valid.", reason="unknown")
            return await self._create(session, email, password_hash)

        return await self._store.write(work)

    # --- steps

    async def _create(self, session: StoreSession, email: str, password_hash: str) -> str:
        await touch(session)
        if await find_users(session, email=email):
            raise ValidationFailed([FieldError(("email",), "not_unique", "Value must be unique.")], collection=USERS)
        return await self._insert(session, email, password_hash)

    async def _insert(self, session: StoreSession, email: str, password_hash: str) -> str:
        key = str(uuid4())
        role = await self.admin_role(session)
        now = iso(self._now())
        values = {"id": key, "email": email, "password": password_hash, "status": "active", "provider": "default"}
        await session.insert(USERS, {**values, "role": role, "created": now, "updated": now})
        after = {**values, "password": CONCEALED, "role": role}
        await self.note(session, Change(USERS, key, (key,), "create", after=after))
        return key

    async def _renew(self, session: StoreSession, user: User, password_hash: str) -> None:
        """A new password ends what the old one opened."""
        await session.update(USERS, {"password": password_hash, "updated": iso(self._now())}, ("id", "=", user.id))
        await end_all(session, [user.id])
        await forgive(session, user.id)
        hidden = {"password": CONCEALED}
        await self.note(session, Change(USERS, user.id, (user.id,), "update", hidden, hidden))

    async def _make_admin(self, session: StoreSession, user: User) -> None:
        users, roles = admin_holders(await load_book(session))
        values: dict[str, str] = {"status": "active"}
        if user.id not in users and user.role not in roles:
            values["role"] = await self.admin_role(session)
        await session.update(USERS, values, ("id", "=", user.id))
        before = {"status": user.status, "role": user.role}
        changed = {name: value for name, value in values.items() if before[name] != value}
        if changed:
            was = {name: before[name] for name in changed}
            await self.note(session, Change(USERS, user.id, (user.id,), "update", was, changed))

    async def _superuser(self, session: StoreSession, email: str) -> User:
        found = await find_users(session, email=email)
        if found:
            users, roles = admin_holders(await load_book(session))
            if found[0].id in users or found[0].role in roles:
                return found[0]
        raise NotFound(f'There is no superuser "{email}".')

    async def admin_role(self, session: StoreSession) -> str:
        """A role with admin access: the seeded one, else any, else the seeded one again."""
        _, roles = admin_holders(await load_book(session))
        if roles:
            return ADMIN_ROLE if ADMIN_ROLE in roles else min(roles)
        # Somebody took admin access from every role. The command line is in the hands of whoever owns the machine,
        # and must be able to give it back.
        await self._restore_role(session)
        return ADMIN_ROLE

    async def _restore_role(self, session: StoreSession) -> None:
        if not await session.select("directus_roles", ("id",), ("id", "=", ADMIN_ROLE)):
            await session.insert("directus_roles", {"id": ADMIN_ROLE, "name": "Administrator", "icon": "verified"})
        admin = {"admin_access": True, "app_access": True}
        if await session.select("directus_policies", ("id",), ("id", "=", ADMIN_POLICY)):
            await session.update("directus_policies", admin, ("id", "=", ADMIN_POLICY))
        else:
            row = {"id": ADMIN_POLICY, "name": "Administrator", "icon": "verified", "enforce_tfa": False}
            await session.insert("directus_policies", {**row, **admin})
        await session.delete("directus_access", ("id", "=", ADMIN_ACCESS))
        row = {"id": ADMIN_ACCESS, "role": ADMIN_ROLE, "policy": ADMIN_POLICY}
        await session.insert("directus_access", row)
