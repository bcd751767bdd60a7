"""Signing in as a record: of an auth collection, or as a superuser on the PocketBase wire.

In charge of: checking a password, what has to hold before a token is given, refreshing, impersonating. Not in charge
of: tokens and records as such (`records`), users of the Directus wire (`accounts`), the answer's form (the wires).
Called by the wires through `accounts`, and by the features that bring other ways to prove who one is (codes, identity
providers): they find the record and end with `finish`.

The order after a proof is PocketBase's: the collection's `authRule`, then the gates (a second factor is one), then
the token, then whoever follows (an alert is one). Nothing tells a stranger whether an account exists: unknown and
known ones cost the same look-ups and the same hash.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from satchel.auth.guesses import WINDOW_SECONDS, Guesses
from satchel.auth.passwords import Passwords
from satchel.auth.records import AuthRecord, Records
from satchel.errors import Forbidden, TooManyRequests, Unauthenticated
from satchel.model.auth_fields import EMAIL, PASSWORD
from satchel.model.catalog import Collection
from satchel.model.fields.email import is_email
from satchel.model.fields.password import BCRYPT_COST
from satchel.model.system.sign_in import SUPERUSERS
from satchel.policy.actor import Context

Method = Literal["password", "oauth2", "otp", "totp"]
"""`totp`: a code of an authenticator app, after one of the others."""

NO_PASSWORDS = "The collection is not configured to allow password authentication."
UNMET = "The request doesn't satisfy the collection requirements to authenticate."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, and the token that says so."""

    record: AuthRecord
    token: str


Gate = Callable[[AuthRecord, Method, Context], Awaitable[None]]
"""Something that has to hold before a token is given; raises what the caller is told otherwise."""
Follow = Callable[[AuthRecord, Method, Context], Awaitable[None]]
"""Something that follows a sign-in, when nothing can go wrong any more."""
CheckSuperuser = Callable[[str, str, str | None], Awaitable[AuthRecord]]
"""(address, password, ip) → the superuser, counted and stalled as `accounts` has it. Raises Unauthenticated."""


class RecordSignIn:
    """One per process. `gates` and `follows` are filled by features when the program is put together."""

    def __init__(
        self, records: Records, passwords: Passwords, guesses: Guesses, check_superuser: CheckSuperuser
    ) -> None:
        self._records = records
        self._passwords = passwords
        self._guesses = guesses
        self._check_superuser = check_superuser
        self.gates: list[Gate] = []
        self.follows: list[Follow] = []

    async def with_password(
        self, collection: Collection, identity: str, password: str, field: str, context: Context
    ) -> SignedIn:
        """`field`: the identity field that `identity` is a value of; "" tries all of them, the address first.

        Raises Forbidden (passwords are switched off, or `authRule`), Unauthenticated (`credentials`), TooManyRequests.
        """
        self.check_passwords(collection)
        if collection.name == SUPERUSERS:
            record = await self._check_superuser(identity, password, context.actor.ip)
        else:
            record = await self._check(collection, identity, password, field, context.actor.ip)
        return await self.finish(record, "password", context)

    def check_passwords(self, collection: Collection) -> None:
        """Raise Forbidden if the collection's records don't sign in with passwords."""
        if not collection.options["passwordAuth"]["enabled"]:
            raise Forbidden(NO_PASSWORDS, reason="method")

    async def _check(
        self, collection: Collection, identity: str, password: str, field: str, ip: str | None
    ) -> AuthRecord:
        """The record with that password. Every failure is the same, and takes the same work."""
        guess = await self._guesses.begin(collection.id, identity, ip)
        if guess is None:
            raise TooManyRequests("Too many failed attempts.", retry_after_seconds=WINDOW_SECONDS)
        record = await self.identified(collection, identity, field)
        stored = None if record is None else record.password_hash
        cost = int(collection.fields[PASSWORD].options.get("cost") or BCRYPT_COST)
        if not await self._passwords.verify(password, stored, cost) or record is None:
            raise Unauthenticated("Invalid user credentials.", reason="credentials")
        await self._guesses.forgive(guess)
        return record

    async def identified(self, collection: Collection, identity: str, field: str) -> AuthRecord | None:
        """The first record that the identity names. All fields are looked at, whichever has it."""
        names = [field] if field else list(collection.options["passwordAuth"]["identityFields"])
        names.sort(key=lambda name: name != EMAIL)
        found: AuthRecord | None = None
        for name in names:
            if name == EMAIL and len(names) > 1 and not is_email(identity):
                continue
            record = await self._records.find_by(collection, name, identity)
            found = found or record
        return found

    async def finish(self, record: AuthRecord, method: Method, context: Context) -> SignedIn:
        """A token for somebody who proved who they are by `method`. Raises Forbidden, and what the gates raise."""
        await self.check_rule(record, context)
        for gate in self.gates:
            await gate(record, method, context)
        signed_in = SignedIn(record, self._records.mint_session(record))
        for follow in self.follows:
            await follow(record, method, context)
        return signed_in

    async def check_rule(self, record: AuthRecord, context: Context) -> None:
        """Raise Forbidden unless the record meets its collection's `authRule`; without one nobody signs in."""
        rule = record.collection.rules.get("authRule")
        if rule is None or not await self._records.meets(record, rule, context):
            raise Forbidden(UNMET, reason="auth_rule")

    async def refresh(self, token: str, collection: Collection, context: Context) -> SignedIn:
        """A new token for a good one; one that can't be refreshed is given back as it is.

        Raises Unauthenticated; Forbidden with the reason `collection` for a token of another one, and for `authRule`.
        """
        checked = await self._records.verify(token, "auth")
        if checked.record.collection.name != collection.name:
            # PocketBase names the record's own collection here; its clients know the text.
            raise Forbidden(wrong_collection(checked.record.collection.name), reason="collection")
        await self.check_rule(checked.record, context)
        if checked.claims.get("refreshable") is True:
            return SignedIn(checked.record, self._records.mint_session(checked.record))
        return SignedIn(checked.record, token)

    def impersonate(self, record: AuthRecord, seconds: int) -> SignedIn:
        """A token for a record, made for somebody else; it can't be refreshed. `seconds` 0: as long as any session."""
        token = self._records.mint(record, "auth", {"refreshable": False}, seconds=seconds or None)
        return SignedIn(record, token)


def wrong_collection(name: str) -> str:
    """What a record of that collection is told where a record of another one is needed."""
    return f"The request requires auth record from {name} collection."
