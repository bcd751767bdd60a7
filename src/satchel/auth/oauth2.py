"""OAuth2, our side: which account somebody is who comes back from an identity provider.

In charge of: the order in which an account is looked for, linking, making a new one, and what an account loses when it
turns out that somebody else made it with this person's address. Not in charge of: the provider's side
(`oauth2_exchange`), what follows a proof (`record_sign_in`), answers (the wires). Called by the PocketBase wire.

The order: the record that is linked to this person → the caller, when signed in to the same collection → the record
with the address, if the provider has verified it → a new record, made in the caller's name under the create rule.
Log-ins of one person take turns, so that many first ones at the same moment make one account.

A record that was never verified may have been made by anybody with anybody's address. So it loses its password (unless
the caller is that record) and every other link before this person gets it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from satchel.auth.claims import Claims
from satchel.auth.oauth2_exchange import Person, authorization, configured_provider, exchange, identify
from satchel.auth.providers.contract import Caller, Configured, Provider, Unusable
from satchel.auth.record_changes import EXTERNAL_AUTHS, RecordChanges, random_id, random_password
from satchel.auth.records import AuthRecord, Records
from satchel.auth.sessions import iso
from satchel.engine.store import Condition, Store
from satchel.engine.verbs import Engine, Session
from satchel.errors import (
    FieldError,
    Forbidden,
    OutboundFailed,
    SatchelError,
    SignInFailed,
    TooManyRequests,
    Unauthenticated,
    ValidationFailed,
)
from satchel.model.auth_fields import EMAIL, PASSWORD, VERIFIED
from satchel.model.catalog import Collection, Key
from satchel.model.fields import FIELDS
from satchel.model.fields.file import NewFile, check_files, size_max_bytes
from satchel.model.types import Refused
from satchel.observe import Observer
from satchel.policy.actor import Actor, Context
from satchel.policy.grant import Grants

NOT_ALLOWED = "The collection is not configured to allow OAuth2 authentication."
NO_TOKEN = "Failed to fetch OAuth2 token."
NO_USER = "Failed to fetch OAuth2 user."
SUPERUSERS_ONLY = "Only superusers can perform this action."
TURN_SECONDS = 60
"""Longer than making an account can take."""
ROUNDS, PAUSE_SECONDS = 200, 0.1
"""How often, and after which pause, a log-in looks whether another one of the same person is done."""

KeepFile = Callable[[str, int], Awaitable[NewFile | None]]
"""(a picture's address, how many bytes it may have) → a new file; None when there is none to be had."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What a client hands in after the provider sent somebody back. `nonce`: what it had put into the log-in, if
    anything. `create`: values for a new record.
    """

    provider: str
    code: str
    verifier: str
    redirect_url: str
    create: Mapping[str, Any]
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Who it is here. `created`: whether the record was made for this."""

    record: AuthRecord
    created: bool


class OAuth2:
    """`names`: gives the name that came with a code before (Apple). `keep_file`: for pictures."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        records: Records,
        changes: RecordChanges,
        claims: Claims,
        caller: Caller,
        *,
        grants: Callable[[Actor], Awaitable[Grants]],
        names: Callable[[str], str],
        keep_file: KeepFile,
        observer: Observer,
        now: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._store = store
        self._records = records
        self._changes = changes
        self._claims = claims
        self._caller = caller
        self._grants = grants
        self._names = names
        self._keep_file = keep_file
        self._observer = observer
        self._now = now

    # --- before

    def check_allowed(self, collection: Collection) -> None:
        """Raise Forbidden where nobody signs in with identity providers."""
        if not collection.options["oauth2"]["enabled"]:
            raise Forbidden(NOT_ALLOWED, reason="method")

    def methods(self, collection: Collection) -> list[dict[str, Any]]:
        """Every provider of a collection with a fresh state and verifier, as `auth-methods` shows them."""
        found: list[dict[str, Any]] = []
        for options in _provider_options(collection):
            known = configured_provider(options)
            if known is None:
                continue
            provider, configured = known
            started = authorization(provider, configured)
            found.append(
                {
                    "name": provider.name,
                    "displayName": configured.display_name,
                    "logo": provider.logo,
                    "state": started.state,
                    "authURL": started.url,
                    "authUrl": started.url,
                    "codeVerifier": started.verifier,
                    "codeChallenge": started.challenge,
                    "codeChallengeMethod": started.method,
                }
            )
        return found

    def provider(self, collection: Collection, name: str) -> tuple[Provider, Configured]:
        """A provider of a collection. Raises ValidationFailed (`provider`)."""
        for options in _provider_options(collection):
            known = configured_provider(options) if options.get("name") == name else None
            if known is not None:
                return known
        text = f"Provider with name {name} is missing or is not enabled."
        raise ValidationFailed([FieldError(("provider",), "invalid_provider", text, {"name": name})])

    # --- after

    async def person(self, collection: Collection, returned: Returned) -> Person:
        """Who came back. Raises ValidationFailed, SignInFailed; why goes to the log, not to the caller."""
        provider, configured = self.provider(collection, returned.provider)
        now = self._now()
        message = NO_TOKEN
        try:
            tokens = await exchange(
                self._caller,
                provider,
                configured,
                code=returned.code,
                verifier=returned.verifier,
                redirect_url=returned.redirect_url,
                now=now,
            )
            message = NO_USER
            person = await identify(self._caller, provider, configured, tokens, nonce=returned.nonce, now=now)
        except (Unusable, OutboundFailed) as error:
            self._observer.note(f"Log-in with {provider.name} failed: {error}", "warning")
            raise SignInFailed(message) from None
        name = person.profile.name or self._names(returned.code)
        return person if name == person.profile.name else person.named(name)

    async def known(
        self, collection: Collection, returned: Returned, person: Person, context: Context
    ) -> AuthRecord | None:
        """The record that `account` would find; None when it would make one."""
        record = await self._linked(collection, returned.provider, person)
        caller = self._signed_in(collection, context)
        if record is None and caller:
            record = await self._records.find(collection, caller)
        if record is None and person.profile.email:
            record = await self._by_email(collection, person.profile.email)
        return record

    async def account(self, collection: Collection, returned: Returned, person: Person, context: Context) -> Found:
        """The record of this person: found, linked, or new.

        Raises what a create raises (ValidationFailed, Forbidden …), and ConstraintFailed when the record that it would
        be is linked to somebody else at the same provider.
        """
        record = await self._linked(collection, returned.provider, person)
        if record is not None and record.verified:
            return Found(await self._with_email(record, person), created=False)
        name = ("oauth2", collection.id, returned.provider, person.profile.id)
        for _ in range(ROUNDS):
            if await self._claims.take(*name, seconds=TURN_SECONDS):
                try:
                    return await self._account(collection, returned, person, context)
                finally:
                    await self._claims.release(*name)
            await asyncio.sleep(PAUSE_SECONDS)
        raise TooManyRequests("Too many log-ins are in progress.", retry_after_seconds=1)

    async def _account(self, collection: Collection, returned: Returned, person: Person, context: Context) -> Found:
        caller = self._signed_in(collection, context)
        record = await self._linked(collection, returned.provider, person)
        linked = record is not None
        if record is None and caller:
            record = await self._records.find(collection, caller)
        if record is None and person.profile.email:
            record = await self._by_email(collection, person.profile.email)
        if record is None:
            return Found(await self._create(collection, returned, person, context), created=True)
        if not linked:
            await self._link(record, returned.provider, person, displace=not record.verified)
        if not record.verified:
            record = await self._settle(record, returned.provider, person, own=record.id == caller)
        return Found(await self._with_email(record, person), created=False)

    async def _with_email(self, record: AuthRecord, person: Person) -> AuthRecord:
        """The record, with the person's address if it has none."""
        if record.email or not person.profile.email:
            return record
        return await self._changes.write(record, {EMAIL: person.profile.email}, "sign-in with a provider")

    async def _by_email(self, collection: Collection, email: str) -> AuthRecord | None:
        """The record with an address. A database may also think that `é` and `e` are equal; an address is not."""
        record = await self._records.find_by_email(collection, email)
        return record if record is not None and record.email.lower() == email.lower() else None

    def _signed_in(self, collection: Collection, context: Context) -> str:
        """The id of the caller's record, if it is one of this collection."""
        actor = context.actor
        return str(actor.key or "") if actor.kind == "user" and actor.collection == collection.name else ""

    # --- links

    async def _linked(self, collection: Collection, provider: str, person: Person) -> AuthRecord | None:
        """The record that this person is linked to."""
        where: tuple[Condition, ...] = (
            ("collectionRef", "=", collection.id),
            ("provider", "=", provider),
            ("providerId", "=", person.profile.id),
        )
        rows = await self._store.select(EXTERNAL_AUTHS, ("id", "recordRef", "providerId"), *where)
        for row in rows:
            # Compared once more here: a database may think that `A` and `a` are equal.
            if row["providerId"] != person.profile.id:
                continue
            record = await self._records.find(collection, str(row["recordRef"]))
            if record is not None:
                return record
            # The record is gone; whoever gets its id must not get the link as well.
            stale = row["id"]
            await self._store.write(lambda session, stale=stale: session.delete(EXTERNAL_AUTHS, ("id", "=", stale)))
        return None

    async def _link(self, record: AuthRecord, provider: str, person: Person, *, displace: bool) -> None:
        """Link a record to a person. `displace`: in place of whoever it was linked to. Raises ConstraintFailed."""
        if displace:
            await self._changes.unlink_all(record)
        now = iso(self._now())
        row = {
            "id": random_id(),
            "collectionRef": record.collection.id,
            "recordRef": record.id,
            "provider": provider,
            "providerId": person.profile.id,
            "created": now,
            "updated": now,
        }
        await self._store.write(lambda session: session.insert(EXTERNAL_AUTHS, row))

    async def _settle(self, record: AuthRecord, provider: str, person: Person, *, own: bool) -> AuthRecord:
        """What an unverified record goes through when somebody gets it by an identity provider. `own`: the caller is
        that record."""
        email = person.profile.email
        changes: dict[str, Any] = {} if own else {PASSWORD: random_password()}
        if email and not record.email:
            changes[EMAIL] = email
        if email and email == (record.email or email):
            return await self._changes.verify(record, "sign-in with a provider", more=changes, keep=provider)
        await self._changes.unlink_all(record, keep=provider)
        return await self._changes.write(record, changes, "sign-in with a provider") if changes else record

    # --- a new record

    async def _create(self, collection: Collection, returned: Returned, person: Person, context: Context) -> AuthRecord:
        """A new record, made by the caller. Raises Forbidden where nobody may make one."""
        grants = await self._grants(context.actor)
        if not grants.of(collection.name, "create"):
            raise Forbidden(SUPERUSERS_ONLY, reason="no_rule", collection=collection.name)
        payload = await self._payload(collection, returned, person)

        async def work(session: Session) -> Key:
            return await session.create(collection.name, payload, "pocketbase")

        (key,) = await self._engine.write(context, collection.name, work)
        record = await self._records.find(collection, str(key))
        if record is None:
            raise Unauthenticated("Invalid user credentials.", reason="unknown")
        await self._link(record, returned.provider, person, displace=False)
        if person.profile.email and record.email == person.profile.email and not record.verified:
            record = await self._changes.write(record, {VERIFIED: True}, "sign-in with a provider")
        return record

    async def _payload(self, collection: Collection, returned: Returned, person: Person) -> dict[str, Any]:
        """The caller's values, and for what they don't mention the provider's."""
        payload = dict(returned.create)
        profile = person.profile
        if not payload.get(EMAIL) and profile.email:
            payload[EMAIL] = profile.email
        if not payload.get(PASSWORD):
            payload[PASSWORD] = payload["passwordConfirm"] = random_password()
        mapped: Mapping[str, Any] = collection.options["oauth2"]["mappedFields"]
        for source, value in (("id", profile.id), ("name", profile.name), ("username", profile.username)):
            field = str(mapped.get(source) or "")
            if not value or field not in collection.fields or field in payload:
                continue
            if source != "username" or await self._is_free(collection, field, value):
                payload[field] = value
        field = str(mapped.get("avatarURL") or "")
        if profile.avatar_url and field in collection.fields and field not in payload:
            picture = await self._picture(collection, field, profile.avatar_url)
            if picture is not None:
                payload[field] = picture
        return payload

    async def _is_free(self, collection: Collection, field: str, value: str) -> bool:
        """Whether a user name fits its field and is nobody's; a person can do without one."""
        found = collection.fields[field]
        check = FIELDS[found.kind].check(found) if found.kind in FIELDS else None
        try:
            if check is not None:
                check(value)
        except Refused:
            return False
        return await self._records.find_by(collection, field, value) is None

    async def _picture(self, collection: Collection, field: str, url: str) -> Any:
        """What the field takes: the picture itself for a field of files, else its address."""
        found = collection.fields[field]
        if found.kind != "file":
            return url
        try:
            picture = await self._keep_file(url, size_max_bytes(found))
            if picture is None:
                return None
            value = [picture] if found.multiple else picture
            check_files(found, value, None, [picture])
            return value
        except (SatchelError, Refused) as error:
            # A log-in does not fail for want of a picture.
            self._observer.note(f"A profile's picture was not kept: {error}", "warning")
            return None


def _provider_options(collection: Collection) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", collection.options["oauth2"]["providers"])


def meta_of(found: Found, person: Person) -> dict[str, Any]:
    """What a client is told of the provider's side, beside its record and token."""
    profile, tokens = person.profile, person.tokens
    return {
        "rawUser": dict(person.raw),
        "id": profile.id,
        "name": profile.name,
        "username": profile.username,
        "email": profile.email,
        "avatarURL": profile.avatar_url,
        "avatarUrl": profile.avatar_url,
        "accessToken": tokens.access,
        "refreshToken": tokens.refresh,
        "expiry": "" if tokens.expires is None else iso(tokens.expires).replace("T", " "),
        "isNew": found.created,
    }
