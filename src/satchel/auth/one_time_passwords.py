"""One-time passwords: codes by mail.

In charge of: making them, who gets one and how often, and spending one. Not in charge of: the mail's text (`mails`),
what follows a proof (`record_sign_in`), answers (the wires). Called by the PocketBase wire.

A code is spent by one DELETE of its row: of many callers with the right code exactly one signs in. Tries are counted
per record before the code is looked at.

Asking for a code tells nobody whether an address is known. An unknown one gets an id as well (a *decoy*), which
behaves like a real one until it expires: the same refusals, the same work, the same limits (see `decoys`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from satchel.auth.claims import Claims
from satchel.auth.decoys import Decoys
from satchel.auth.mails import RecordMails
from satchel.auth.passwords import Passwords
from satchel.auth.record_changes import RecordChanges, random_id, random_password
from satchel.auth.records import AuthRecord, Records
from satchel.auth.sessions import iso
from satchel.engine.store import Condition, Store
from satchel.errors import Forbidden, TooManyRequests, Unauthenticated
from satchel.mail.outbox import Outbox
from satchel.model.auth_fields import PASSWORD
from satchel.model.catalog import Collection

OTPS = "_otps"
NOT_ALLOWED = "The collection is not configured to allow OTP authentication."
TOO_MANY = "Too many attempts, please try again later with a new OTP."

BCRYPT_COST = 8
TRIES = 5
TRIES_SECONDS = 180
UNSPENT = 9
"""More codes than these are not sent: the last one is still good."""

Background = Callable[[Coroutine[Any, Any, None]], None]


class OneTimePasswords:
    """`now`: the current instant, in UTC."""

    def __init__(
        self,
        store: Store,
        records: Records,
        changes: RecordChanges,
        claims: Claims,
        mails: RecordMails,
        outbox: Outbox,
        passwords: Passwords,
        decoys: Decoys,
        *,
        background: Background,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._records = records
        self._changes = changes
        self._claims = claims
        self._mails = mails
        self._outbox = outbox
        self._passwords = passwords
        self._background = background
        self._now = now
        self._decoys = decoys

    def check_allowed(self, collection: Collection) -> None:
        """Raise Forbidden where nobody signs in with codes."""
        if not collection.options["otp"]["enabled"]:
            raise Forbidden(NOT_ALLOWED, reason="method")

    async def request(self, collection: Collection, email: str) -> str:
        """Mail a code to the record with that address; the id that goes with it, or one that looks like it."""
        record = await self._records.find_by_email(collection, email)
        subject = _subject(collection, email)
        unspent = await self._unspent(collection, subject if record is None else record.id)
        unspent_decoys = await self._decoys.unspent(subject)
        if record is None:
            unspent = unspent_decoys
        if len(unspent) > UNSPENT - 1:
            return unspent[0]
        if record is None:
            otp_id = self._decoys.new_id(subject)
            self._background(self._pretend(collection, otp_id, subject))
        else:
            otp_id = random_id()
            self._background(self._send(record, otp_id))
        return otp_id

    async def make(self, record: AuthRecord) -> tuple[str, str]:
        """A new code for a record, and its id, for whoever runs the server: no mail is sent. Raises Forbidden where
        nobody signs in with codes."""
        self.check_allowed(record.collection)
        otp_id = random_id()
        return otp_id, await self._keep(record, otp_id)

    async def spend(self, collection: Collection, otp_id: str, password: str) -> AuthRecord:
        """The record whose code this is. The code is worth nothing afterwards.

        Raises Unauthenticated (`otp`) for any mismatch, TooManyRequests.
        """
        row = await self._find(collection, otp_id)
        decoy = await self._decoys.subject(otp_id)
        subject = decoy if row is None else str(row["recordRef"])
        if subject:
            tries = await self._claims.count("otp", collection.id, subject, seconds=TRIES_SECONDS)
            if tries > TRIES:
                raise TooManyRequests(TOO_MANY, retry_after_seconds=TRIES_SECONDS)
        right = await self._passwords.verify(password, None if row is None else str(row["password"]), BCRYPT_COST)
        record = None if row is None else await self._records.find(collection, str(row["recordRef"]))
        if row is None or record is None or not right:
            raise _wrong()
        mine: tuple[Condition, ...] = (("id", "=", otp_id), ("password", "=", row["password"]))
        if await self._store.write(lambda session: session.delete(OTPS, *mine)) != 1:
            raise _wrong()
        if record.verified or str(row["sentTo"]) != record.email:
            return record
        # The address is theirs. Whoever made the record with it must not come in by the old password; where a second
        # factor is asked for, the password may be that factor.
        more = {} if collection.options["mfa"]["enabled"] else {PASSWORD: random_password()}
        return await self._changes.verify(record, "one-time password", more=more)

    async def sweep(self, collections: Iterable[Collection]) -> int:
        """Remove codes that have expired; how many."""
        count = 0
        for found in collections:
            where: tuple[Condition, ...] = (("collectionRef", "=", found.id), ("created", "<=", iso(self._born(found))))
            count += await self._store.write(lambda session, where=where: session.delete(OTPS, *where))
        return count

    # --- parts

    def _born(self, collection: Collection) -> datetime:
        """Codes that were made before this moment have expired."""
        return self._now() - timedelta(seconds=int(collection.options["otp"]["duration"]))

    async def _unspent(self, collection: Collection, record: str) -> list[str]:
        """Ids of a record's codes that are still good, newest first."""
        rows = await self._store.select(
            OTPS,
            ("id", "created"),
            ("collectionRef", "=", collection.id),
            ("recordRef", "=", record),
            ("created", ">", iso(self._born(collection))),
            order="created",
            descending=True,
        )
        return [str(row["id"]) for row in rows]

    async def _find(self, collection: Collection, otp_id: str) -> Mapping[str, Any] | None:
        if not otp_id.isalnum() or not otp_id.isascii():
            return None
        rows = await self._store.select(
            OTPS,
            ("id", "recordRef", "password", "sentTo"),
            ("id", "=", otp_id),
            ("collectionRef", "=", collection.id),
            ("created", ">", iso(self._born(collection))),
        )
        return next((row for row in rows if row["id"] == otp_id), None)

    async def _keep(self, record: AuthRecord, otp_id: str) -> str:
        """Keep a new code."""
        length = max(int(record.collection.options["otp"]["length"]), 4)
        code = "".join(secrets.choice("0123456789") for _ in range(length))
        now = iso(self._now())
        row = {
            "id": otp_id,
            "collectionRef": record.collection.id,
            "recordRef": record.id,
            "password": await self._passwords.hash(code, BCRYPT_COST),
            "sentTo": record.email,
            "created": now,
            "updated": now,
        }
        await self._store.write(lambda session: session.insert(OTPS, row))
        return code

    async def _send(self, record: AuthRecord, otp_id: str) -> None:
        """Keep a new code, and mail it; a code that did not get out is taken back."""
        code = await self._keep(record, otp_id)

        async def take_back() -> None:
            await self._store.write(lambda session: session.delete(OTPS, ("id", "=", otp_id)))

        if not self._outbox.post(self._mails.with_otp(record, code, otp_id), take_back):
            await take_back()

    # --- decoys

    async def _pretend(self, collection: Collection, otp_id: str, subject: str) -> None:
        """The work that a code would take, so that a busy server tells nothing either."""
        await self._passwords.hash("00000000", BCRYPT_COST)
        await self._decoys.add(otp_id, subject, seconds=int(collection.options["otp"]["duration"]))


def _subject(collection: Collection, email: str) -> str:
    """What stands for the record that an unknown address does not have."""
    return hashlib.sha256(f"{collection.id}\0{email}".encode("utf-8", "surrogatepass")).hexdigest()


def _wrong() -> Unauthenticated:
    return Unauthenticated("Invalid or expired OTP.", reason="otp")
