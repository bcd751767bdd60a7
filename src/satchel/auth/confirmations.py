"""Confirmations by mail: that an address is somebody's, a new password, a new address.

In charge of: who gets such a mail and how often, and what a mail's token is good for. Not in charge of: the texts
(`mails`), tokens as such (`records`), answers (the wires). Called by the PocketBase wire.

Asking tells nobody whether an address is known: a known one and an unknown one are looked up alike, and everything
else happens in the background after the answer. A token is used once: whoever claims the record first looks at the
token again and changes the record, and the change makes every token that was issued before worthless.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from satchel.auth.claims import Claims
from satchel.auth.mails import Purpose, RecordMails
from satchel.auth.passwords import Passwords
from satchel.auth.record_changes import RecordChanges, random_password
from satchel.auth.records import AuthRecord, Records, TokenType
from satchel.auth.tokens import peek
from satchel.errors import FieldError, Unauthenticated, Unprocessable, ValidationFailed
from satchel.mail.outbox import Outbox
from satchel.model.auth_fields import EMAIL, PASSWORD, VERIFIED
from satchel.model.catalog import Collection
from satchel.model.fields.password import BCRYPT_COST
from satchel.model.system.sign_in import SUPERUSERS

RESEND_SECONDS = 120
"""A record gets at most one mail of a kind in this time."""
USE_SECONDS = 120
"""Longer than changing a record can take."""
PASSWORD_LENGTH_MAXIMUM = 255

INVALID_TOKEN = FieldError(("token",), "invalid_token", "Invalid or expired token.")
OTHER_COLLECTION = FieldError(
    ("token",), "token_collection_mismatch", "The provided token is for different auth collection."
)
NO_EMAIL = FieldError(("token",), "invalid_token_claims", "Missing email token claim.")
OTHER_EMAIL = FieldError(
    ("token",), "token_email_mismatch", "The record email doesn't match with the requested token claims."
)
NO_NEW_EMAIL = FieldError(("token",), "invalid_token_payload", "Invalid token payload - newEmail must be set.")
BAD_NEW_EMAIL = FieldError(("token",), "invalid_token_email", "The new email address is invalid.")
BAD_PASSWORD = FieldError(("password",), "invalid_password", "Missing or invalid auth record password.")
MISMATCH = FieldError(("passwordConfirm",), "values_mismatch", "Values don't match.")

SUPERUSERS_VERIFIED = "All superusers are verified by default."
SUPERUSERS_CHANGE = "All superusers can change their emails directly."
NO_PASSWORDS = "The collection is not configured to allow password authentication."

Background = Callable[[Coroutine[Any, Any, None]], None]
SetSuperuserPassword = Callable[[str, str], Coroutine[Any, Any, Any]]


class Confirmations:
    """`background`: runs something after the answer. `set_superuser`: sets the password of an address."""

    def __init__(
        self,
        records: Records,
        changes: RecordChanges,
        claims: Claims,
        mails: RecordMails,
        outbox: Outbox,
        passwords: Passwords,
        *,
        background: Background,
        set_superuser: SetSuperuserPassword,
    ) -> None:
        self._records = records
        self._changes = changes
        self._claims = claims
        self._mails = mails
        self._outbox = outbox
        self._passwords = passwords
        self._background = background
        self._set_superuser = set_superuser

    async def owner(self, collection: Collection, token: str, kind: TokenType) -> AuthRecord | None:
        """The record of a good token of this type."""
        record, complaint = await self._owner(collection, token, kind)
        return record if complaint is None else None

    # --- verification

    async def request_verification(self, collection: Collection, email: str) -> None:
        """Mail a link to the record with that address, if there is one that is not verified yet."""
        record = await self._records.find_by_email(collection, email)
        if record is not None and not record.verified:
            self._background(self._send(record, "verification", "verification"))

    def check_verifiable(self, collection: Collection) -> None:
        """Raise Unprocessable for superusers, who need no verification."""
        if collection.name == SUPERUSERS:
            raise Unprocessable(SUPERUSERS_VERIFIED)

    async def verify(self, collection: Collection, token: str) -> None:
        """Make a record verified. A link that is opened twice is no error. Raises ValidationFailed (`token`)."""
        record, complaint = await self._owner(collection, token, "verification")
        if complaint is not None or record is None:
            raise ValidationFailed([complaint or INVALID_TOKEN])
        if record.verified:
            return
        # Who verifies an address where nobody signs in with passwords needs none; its maker must not keep one.
        passwords = record.collection.options["passwordAuth"]["enabled"]
        more = {} if passwords else {PASSWORD: random_password()}
        await self._changes.verify(record, "verification", more=more)

    # --- password reset

    def check_resettable(self, collection: Collection) -> None:
        """Raise Unprocessable where nobody signs in with a password."""
        if not collection.options["passwordAuth"]["enabled"]:
            raise Unprocessable(NO_PASSWORDS)

    async def request_password_reset(self, collection: Collection, email: str) -> None:
        """Mail a link to the record with that address, if there is one."""
        record = await self._records.find_by_email(collection, email)
        if record is not None:
            self._background(self._send(record, "password-reset", "passwordReset"))

    async def reset_password(self, collection: Collection, token: str, password: str, confirm: str) -> None:
        """Set a new password and end all sessions. Raises ValidationFailed with every complaint about the three;
        a password that the field refuses raises ValidationFailed with the text of the field.
        """
        errors = _password_complaints(collection, password, confirm)
        record: AuthRecord | None = None
        if token:
            record, complaint = await self._owner(collection, token, "passwordReset")
            if complaint is not None:
                errors.append(complaint)
        else:
            errors.append(FieldError(("token",), "required", "Cannot be blank."))
        if errors or record is None:
            raise ValidationFailed(errors or [INVALID_TOKEN])
        async with self._alone(record):
            record = await self._still(collection, token, "passwordReset")
            if record.is_superuser:
                await self._set_superuser(record.email, password)
                return
            more = {PASSWORD: password}
            # The link came by mail, so the address is theirs, if it is still the record's.
            if not record.verified and str((peek(token) or {}).get("email") or "") == record.email:
                await self._changes.verify(record, "password reset", more=more)
            else:
                await self._changes.write(record, more, "password reset")

    # --- e-mail change

    def check_email_changeable(self, collection: Collection) -> None:
        """Raise Unprocessable for superusers."""
        if collection.name == SUPERUSERS:
            raise Unprocessable(SUPERUSERS_CHANGE)

    async def request_email_change(self, record: AuthRecord, email: str) -> None:
        """Mail a link to the new address. Raises ValidationFailed (`newEmail`), MailFailed."""
        await self.check_new_email(record, email)
        token = self._records.mint(record, "emailChange", {"email": record.email, "newEmail": email})
        await self._outbox.send(self._mails.with_token(record, "email-change", token, to=email))

    async def check_new_email(self, record: AuthRecord, email: str) -> None:
        """Raise ValidationFailed (`newEmail`) for an address that the record can't get."""
        if email == record.email:
            raise ValidationFailed([FieldError(("newEmail",), "not_in_invalid", "Must not be in list.")])
        if await self._records.find_by_email(record.collection, email) is not None:
            raise ValidationFailed([FieldError(("newEmail",), "invalid_new_email", "Invalid new email address.")])

    async def change_email(self, collection: Collection, token: str, password: str) -> None:
        """Set the address that the token names, as verified, and end all sessions. Raises ValidationFailed."""
        errors: list[FieldError] = []
        record: AuthRecord | None = None
        email = ""
        if token:
            record, email, complaint = await self._new_email(collection, token)
            if complaint is not None:
                errors.append(complaint)
        else:
            errors.append(FieldError(("token",), "required", "Cannot be blank."))
        if not password:
            errors.append(FieldError(("password",), "required", "Cannot be blank."))
        elif not await self._is_password(collection, record if not errors else None, password):
            errors.append(BAD_PASSWORD)
        if errors or record is None:
            raise ValidationFailed(errors or [INVALID_TOKEN])
        async with self._alone(record):
            record = await self._still(collection, token, "emailChange")
            await self._changes.write(record, {EMAIL: email, VERIFIED: True}, "e-mail change")

    async def _new_email(self, collection: Collection, token: str) -> tuple[AuthRecord | None, str, FieldError | None]:
        email = (peek(token) or {}).get("newEmail")
        if not isinstance(email, str) or not email:
            return None, "", NO_NEW_EMAIL
        record, complaint = await self._owner(collection, token, "emailChange")
        if complaint is None and await self._records.find_by_email(collection, email) is not None:
            complaint = BAD_NEW_EMAIL
        return record, email, complaint

    async def _is_password(self, collection: Collection, record: AuthRecord | None, password: str) -> bool:
        """Whether it is the record's; the same work without one."""
        cost = int(collection.fields[PASSWORD].options.get("cost") or BCRYPT_COST)
        stored = None if record is None else record.password_hash
        return await self._passwords.verify(password, stored, cost) and record is not None

    # --- parts

    async def _owner(
        self, collection: Collection, token: str, kind: TokenType
    ) -> tuple[AuthRecord | None, FieldError | None]:
        """The record of a good token, or the complaint about it."""
        if kind == "verification" and not (peek(token) or {}).get("email"):
            return None, NO_EMAIL
        try:
            checked = await self._records.verify(token, kind)
        except Unauthenticated:
            return None, INVALID_TOKEN
        if checked.record.collection.id != collection.id:
            return None, OTHER_COLLECTION
        if kind == "verification" and checked.claims.get("email") != checked.record.email:
            return None, OTHER_EMAIL
        return checked.record, None

    @contextlib.asynccontextmanager
    async def _alone(self, record: AuthRecord) -> AsyncGenerator[None]:
        """Hold a record against others with a token for it. Of several at once one gets it; the others are too late."""
        name = ("confirm", record.collection.id, record.id)
        if not await self._claims.take(*name, seconds=USE_SECONDS):
            raise ValidationFailed([INVALID_TOKEN])
        try:
            yield
        finally:
            await self._claims.release(*name)

    async def _still(self, collection: Collection, token: str, kind: TokenType) -> AuthRecord:
        """The record, if its token is still good now that nobody else can use one."""
        record, complaint = await self._owner(collection, token, kind)
        if record is None or complaint is not None:
            raise ValidationFailed([complaint or INVALID_TOKEN])
        return record

    async def _send(self, record: AuthRecord, purpose: Purpose, kind: TokenType) -> None:
        """Mail a link, unless the record got one a moment ago."""
        if not await self._claims.take("mail", purpose, record.collection.id, record.id, seconds=RESEND_SECONDS):
            return
        token = self._records.mint(record, kind, {"email": record.email})
        self._outbox.post(self._mails.with_token(record, purpose, token))


def _password_complaints(collection: Collection, password: str, confirm: str) -> list[FieldError]:
    errors: list[FieldError] = []
    least = max(int(collection.fields[PASSWORD].options.get("min") or 0), 1)
    if not password:
        errors.append(FieldError(("password",), "required", "Cannot be blank."))
    elif not least <= len(password) <= PASSWORD_LENGTH_MAXIMUM:
        limits = {"max": PASSWORD_LENGTH_MAXIMUM, "min": least}
        text = f"The length must be between {least} and {PASSWORD_LENGTH_MAXIMUM}."
        errors.append(FieldError(("password",), "length_out_of_range", text, limits))
    if not confirm:
        errors.append(FieldError(("passwordConfirm",), "required", "Cannot be blank."))
    elif confirm != password:
        errors.append(MISMATCH)
    return errors
