"""Every error the core raises, in one place.

In charge of: the catalogue of errors, with a code, an HTTP status, a message that names the thing, and
a hint where one helps. Not in charge of: how an error looks on a wire; each wire has an `errors.py`
that translates these. Used by every room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


class SatchelError(Exception):
    """The base of all errors. `details` holds what a wire may need to word the error its own way."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details: dict[str, Any] = details

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class ConfigError(SatchelError):
    """A setting, flag or URL that can't be used."""

    code, status = "config", 500


class InvalidQuery(SatchelError):
    """A filter, sort, field list or page that can't be understood. `details`: `path`, `parameter`."""

    code, status = "invalid_query", 400


class InvalidPayload(SatchelError):
    """A body that can't be understood as a whole (a field's own error is a `ValidationFailed`)."""

    code, status = "invalid_payload", 400


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field's complaint.

    `path`: names and list positions from the root item to the field. `code`: neutral snake_case
    (`required`, `null`, `not_unique`, `min_text`, …); `params`: the limits the message speaks of.
    """

    path: tuple[str | int, ...]
    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])


class ValidationFailed(SatchelError):
    """All field errors of one write, at once."""

    code, status = "validation_failed", 400

    def __init__(self, errors: Sequence[FieldError], *, collection: str = "") -> None:
        names = ", ".join(".".join(map(str, error.path)) or "item" for error in errors)
        super().__init__(f"Validation failed for {names}.", collection=collection)
        self.errors = tuple(errors)
        self.collection = collection


class ConstraintFailed(SatchelError):
    """The database refused a row. `kind`: unique | foreign_key | not_null | check | range | length.

    `collection`, `columns` and `value` are filled as far as the database tells them.
    """

    code, status = "constraint", 400

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        table: str = "",
        columns: Sequence[str] = (),
        constraint: str = "",
        value: Any = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.table = table
        self.columns = tuple(columns)
        self.constraint = constraint
        self.value = value


class Unauthenticated(SatchelError):
    """Who asks is not known, or the credentials are wrong. `details['reason']` says which case."""

    code, status = "unauthenticated", 401


class Forbidden(SatchelError):
    """The caller may not do this, or the thing does not exist (the same answer on purpose).

    `details`: `collection`, `fields`, `action`, `path` as far as known.
    """

    code, status = "forbidden", 403


class NotFound(SatchelError):
    """There is no such thing for this caller."""

    code, status = "not_found", 404


class Conflict(SatchelError):
    """The item changed meanwhile. `details['fields']`: name → {'yours', 'stored'}."""

    code, status = "conflict", 409


class PreconditionFailed(SatchelError):
    """`If-Match` named a version that is not the stored one. `details['fields']` as for Conflict."""

    code, status = "precondition_failed", 412


class TooLarge(SatchelError):
    """A body or an answer over its limit."""

    code, status = "too_large", 413


class UnsupportedMedia(SatchelError):
    """A body or file of a kind that is not taken there. `details`: `media_type`, `where`."""

    code, status = "unsupported_media_type", 415

    def __init__(self, media_type: str, where: str) -> None:
        super().__init__(f'Unsupported media type "{media_type}" in {where}.', media_type=media_type, where=where)


class Unprocessable(SatchelError):
    """Understood, and refused for the state things are in (the last admin, say)."""

    code, status = "unprocessable", 422


class VersionOutdated(SatchelError):
    """The item changed since a version of it was compared. `details['main_hash']`: the item's hash now."""

    code, status = "version_outdated", 422


class TooManyRequests(SatchelError):
    """A rate limit was met. `details['retry_after_seconds']`."""

    code, status = "too_many_requests", 429


class Stopped(SatchelError):
    """A hook kept something from being done."""

    code, status = "stopped", 400


class HookFailed(SatchelError):
    """A hook raised an error that it did not mean as an answer. The log says which."""

    code, status = "hook_failed", 400


class Rejected(SatchelError):
    """An answer that the program's own code chose. `fields`: name → (code, message) of what is wrong with it."""

    code = "rejected"

    def __init__(self, status: int, message: str, fields: Mapping[str, tuple[str, str]] | None = None) -> None:
        super().__init__(message)
        self.answer_status = status
        self.fields = dict(fields or {})


class ReadOnly(SatchelError):
    """The collection or the database can't be written; the message says why."""

    code, status = "read_only", 400


class CollectionInactive(SatchelError):
    """The collection is switched off. `details['collection']`."""

    code, status = "collection_inactive", 403


class NotSupported(SatchelError):
    """This database can't do that; the message names the database and the feature."""

    code, status = "not_supported", 400


class Unavailable(SatchelError):
    """The database can't be reached, is full, or is locked for too long. Worth another try."""

    code, status = "unavailable", 503


class StatementTimeout(SatchelError):
    """A statement went over its time limit and was cancelled."""

    code, status = "statement_timeout", 503


class DatabaseError(SatchelError):
    """Any other refusal of the database. The message is for logs and superusers, never for a guest."""

    code, status = "database", 500


class SchemaMoved(DatabaseError):
    """A table or column that a statement names is not there: another program may have changed the schema."""


class SignInFailed(SatchelError):
    """An identity provider did not say who somebody is. The message is for the caller and tells no reason."""

    code, status = "sign_in_failed", 400


class SecondFactorWanted(SatchelError):
    """One proof is given and another one needed. `mfa_id`: names the first one."""

    code, status = "second_factor", 401

    def __init__(self, mfa_id: str) -> None:
        super().__init__("A second factor is needed.")
        self.mfa_id = mfa_id


class SecondFactorRefused(SatchelError):
    """What was shown of a first proof is not good for a second one; the message says why."""

    code, status = "second_factor_refused", 400


class MailFailed(SatchelError):
    """A mail was not sent. `details["again"]`: whether another try may help."""

    code, status = "mail", 503


class OutboundFailed(SatchelError):
    """A request of ours to another server failed, or was not made.

    `details["reason"]`: `url`, `address` (one that we don't call), `connect`, `timeout`, `size` or `redirect`.
    """

    code, status = "outbound", 502
