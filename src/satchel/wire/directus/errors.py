"""Errors in this wire's words: `{"errors": [{"message", "extensions": {…, "code"}}]}`.

In charge of: code, status and exact text for every error of the core, and the wire's own errors (a route that does not
exist). Not in charge of: what went wrong. Called by the mount for anything that a handler raises.

Missing and forbidden look the same on purpose: both are FORBIDDEN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

from satchel.errors import (
    CollectionInactive,
    Conflict,
    ConstraintFailed,
    FieldError,
    Forbidden,
    HookFailed,
    InvalidPayload,
    InvalidQuery,
    NotFound,
    NotSupported,
    PreconditionFailed,
    ReadOnly,
    Rejected,
    SatchelError,
    StatementTimeout,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    UnsupportedMedia,
    ValidationFailed,
    VersionOutdated,
)
from satchel.model.catalog import Catalog
from satchel.model.closest import closest_name
from satchel.wire.directus.file_errors import FILE_WORDS

Extensions = dict[str, Any]
Worded = tuple[int, list[tuple[str, Extensions]]]
"""Status, and (message, extensions) of each error."""

BARE = "You don't have permission to access this."
INTERNAL = "An unexpected error occurred."


class RouteNotFound(SatchelError):
    """No such route. `details['path']` is the path as the wire names it, relative to its router."""

    code: ClassVar[str] = "route_not_found"
    status: ClassVar[int] = 404

    def __init__(self, path: str) -> None:
        super().__init__(f"Route {path} doesn't exist.", path=path)


class MethodNotAllowed(SatchelError):
    """The path has what was asked for, but not by this method."""

    code: ClassVar[str] = "method_not_allowed"
    status: ClassVar[int] = 405

    def __init__(self, current: str, allowed: tuple[str, ...]) -> None:
        listed = ", ".join(f'"{name}"' for name in allowed)
        super().__init__(
            f'Invalid method "{current}" used. Should be one of {listed}.', allowed=allowed, current=current
        )


def wire_errors(error: Exception, *, admin: bool, catalog: Catalog | None = None) -> tuple[int, dict[str, Any]]:
    """Status and body for an error.

    `admin`: the caller may see what an unforeseen error says, and (with `catalog`) which name was probably meant; to
    anybody else that would tell what there is.
    """
    status, worded = _worded(error, admin=admin)
    guess = closest_name(error.details, catalog) if admin and catalog and isinstance(error, Forbidden) else None
    if guess is not None:
        worded = [(message, {"hint": f'Did you mean "{guess}"?', **extensions}) for message, extensions in worded]
    rows = error.details.get("rows") if isinstance(error, SatchelError) else None
    if rows is not None:  # which lines of an imported file it was
        worded = [(text, {**_without_code(told), "rows": rows, "code": told["code"]}) for text, told in worded]
    return status, {"errors": [{"message": message, "extensions": extensions} for message, extensions in worded]}


def _without_code(extensions: Extensions) -> Extensions:
    """`code` stands last."""
    return {name: value for name, value in extensions.items() if name != "code"}


def _worded(error: Exception, *, admin: bool) -> Worded:
    for kind, word in _WORDS:
        if isinstance(error, kind):
            return word(error)
    if isinstance(error, SatchelError) and error.status < 500:
        return error.status, [_error(error.code.upper(), error.message, **_hinted(error))]
    return 500, [_error("INTERNAL_SERVER_ERROR", str(error) if admin and str(error) else INTERNAL)]


def _error(code: str, message: str, **extensions: Any) -> tuple[str, Extensions]:
    return message, {**extensions, "code": code}


def _reason(error: SatchelError) -> str:
    return error.message.removesuffix(".")


def _hinted(error: SatchelError) -> Extensions:
    return {"hint": error.hint} if error.hint else {}


# --- what the caller asked for ---------------------------------------------------------------------------------------


def _query(error: SatchelError) -> Worded:
    reason = _reason(error)
    return 400, [_error("INVALID_QUERY", f"Invalid query. {reason}.", reason=reason, **_hinted(error))]


def _payload(error: SatchelError) -> Worded:
    told = error.details.get("reason")
    reason = told if isinstance(told, str) and error.message.startswith("The body is not") else _reason(error)
    return 400, [_error("INVALID_PAYLOAD", f"Invalid payload. {reason}.", reason=reason, **_hinted(error))]


def _route(error: SatchelError) -> Worded:
    return 404, [_error("ROUTE_NOT_FOUND", error.message, path=error.details["path"])]


def _method(error: SatchelError) -> Worded:
    allowed, current = list(error.details["allowed"]), error.details["current"]
    return 405, [_error("METHOD_NOT_ALLOWED", error.message, allowed=allowed, current=current)]


def _too_large(error: SatchelError) -> Worded:
    return 413, [_error("CONTENT_TOO_LARGE", error.message, **_hinted(error))]


def _media(error: SatchelError) -> Worded:
    told = {"mediaType": error.details["media_type"], "where": error.details["where"]}
    return 415, [_error("UNSUPPORTED_MEDIA_TYPE", error.message, **told)]


def _too_many(error: SatchelError) -> Worded:
    after = error.details.get("retry_after_seconds", 1)
    extensions: Extensions = {}
    if "limit" in error.details:
        extensions["limit"] = error.details["limit"]
        moment = datetime.now(UTC) + timedelta(seconds=error.details["reset_seconds"])
        extensions["reset"] = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    return 429, [_error("REQUESTS_EXCEEDED", f"Too many requests, retry after {after}s.", **extensions)]


# --- who may ---------------------------------------------------------------------------------------------------------


_UNAUTHENTICATED: Mapping[str, tuple[int, str, str]] = {
    "expired": (401, "TOKEN_EXPIRED", "Token expired."),
    "invalid": (403, "INVALID_TOKEN", "Invalid token."),
    "suspended": (401, "USER_SUSPENDED", "User suspended."),
    "otp": (401, "INVALID_OTP", "Invalid user OTP."),
    "ip": (401, "INVALID_IP", "Invalid IP address."),
    "invite": (400, "INVALID_INVITE", "This invite is no longer valid."),
}


def _unauthenticated(error: SatchelError) -> Worded:
    status, code, message = _UNAUTHENTICATED.get(
        str(error.details.get("reason")), (401, "INVALID_CREDENTIALS", "Invalid user credentials.")
    )
    return status, [_error(code, message)]


def _forbidden(error: SatchelError) -> Worded:
    reason = forbidden_reason(error.details)
    if reason is None:
        return 403, [_error("FORBIDDEN", BARE)]
    return 403, [_error("FORBIDDEN", reason, reason=reason)]


def forbidden_reason(details: Mapping[str, Any]) -> str | None:
    """The exact sentence for a refusal; None where the wire gives none.

    With `path` the caller named something it may not see (or that is not there); with `action` alone, it may not do
    that to a row.
    """
    if details.get("sentence"):
        return str(details["sentence"])
    collection = details.get("collection")
    if not collection:
        return None
    fields = cast("tuple[str, ...]", tuple(details.get("fields") or ()))
    action = details.get("action")
    path = cast("tuple[Any, ...] | None", details.get("path"))
    if path is None and action:
        if fields:
            named = ", ".join(f'"{name}"' for name in fields)
            return (
                f'You don\'t have permissions to perform "{_wire_action(action)}" for the field(s) {named} in '
                f'collection "{collection}" or it does not exist.'
            )
        return (
            f'You don\'t have permission to perform "{_wire_action(action)}" for collection "{collection}" '
            "or it does not exist."
        )
    where = f'Queried in "{".".join(map(str, path))}".' if path else "Queried in root."
    if not fields:
        return f'You don\'t have permission to access collection "{collection}" or it does not exist. {where}'
    named = ", ".join(f'"{name}"' for name in fields)
    if len(fields) == 1:
        known = f'field {named} in collection "{collection}" or it does not exist'
    else:
        known = f'fields {named} in collection "{collection}" or they do not exist'
    return f"You don't have permission to access {known}. {where}"


def _wire_action(action: str) -> str:
    return "read" if action in ("list", "view") else action


def _missing(error: SatchelError) -> Worded:
    return 403, [_error("FORBIDDEN", BARE)]


def _read_only(error: SatchelError) -> Worded:
    reason = str(error).removesuffix(".") + "."
    return 403, [_error("FORBIDDEN", reason, reason=reason)]


def _inactive(error: SatchelError) -> Worded:
    collection = error.details["collection"]
    return 403, [_error("COLLECTION_INACTIVE", f'Collection "{collection}" is inactive.', collection=collection)]


# --- what the data says ----------------------------------------------------------------------------------------------


def _constraint(error: SatchelError) -> Worded:
    assert isinstance(error, ConstraintFailed)
    collection = error.table or None
    field = error.columns[0] if error.columns else None
    match error.kind:
        case "unique":
            return 400, [_not_unique(collection, field, error.value)]
        case "foreign_key":
            return 400, [_foreign_key(collection, field, error.value)]
        case "not_null":
            where = _place(collection, field)
            message = f"Value for {where} can't be null." if where else "A value can't be null."
            return 400, [_error("NOT_NULL_VIOLATION", message, collection=collection, field=field)]
        case "range" if collection is not None:
            return 400, [_out_of_range(collection, field, error.value)]
        case "length":
            return 400, [_too_long(collection, field, error.value)]
        case _:
            return _payload(error)


def _validation(error: SatchelError) -> Worded:
    assert isinstance(error, ValidationFailed)
    return 400, [field_error(item, error.collection) for item in error.errors]


def _said(value: Any) -> str:
    return f'"{value}"'


def _listed(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_said(item) for item in cast("Sequence[Any]", value))
    return _said(value)


# type → (the sentence, with {} for the value; the name of the value in the extensions, "" for none)
_RULES: Mapping[str, tuple[str, str]] = {
    "eq": ("Value has to be {}.", "valid"),
    "neq": ("Value can't be {}.", "invalid"),
    "lt": ("Value has to be less than {}.", "valid"),
    "lte": ("Value has to be less than or equal to {}.", "valid"),
    "gt": ("Value has to be greater than {}.", "valid"),
    "gte": ("Value has to be greater than or equal to {}.", "valid"),
    "in": ("Value has to be one of {}.", "valid"),
    "nin": ("Value can't be one of {}.", "invalid"),
    "between": ("Value has to be between {}.", "valid"),
    "nbetween": ("Value can't be between {}.", "invalid"),
    "null": ("Value has to be null.", ""),
    "nnull": ("Value can't be null.", ""),
    "empty": ("Value has to be empty.", ""),
    "nempty": ("Value can't be empty.", ""),
    "contains": ("Value has to contain {}.", "substring"),
    "icontains": ("Value has to contain {}.", "substring"),
    "ncontains": ("Value can't contain {}.", "substring"),
    "starts_with": ("Value has to start with {}.", "substring"),
    "nstarts_with": ("Value can't start with {}.", "substring"),
    "istarts_with": ("Value has to start with {}.", "substring"),
    "nistarts_with": ("Value can't start with {}.", "substring"),
    "ends_with": ("Value has to end with {}.", "substring"),
    "nends_with": ("Value can't end with {}.", "substring"),
    "iends_with": ("Value has to end with {}.", "substring"),
    "niends_with": ("Value can't end with {}.", "substring"),
    "regex": ("Value doesn't have the correct format.", "invalid"),
    "required": ("Value is required.", ""),
    "email": ("Value has to be a valid email address.", ""),
}
# neutral codes of the core → types of this wire
_TYPES: Mapping[str, str] = {"null": "nnull", "not_null": "nnull", "format": "regex", "pattern": "regex"}


def field_error(error: FieldError, collection: str) -> tuple[str, Extensions]:
    """One field's complaint: what the database minds, what is of the wrong type, or what a rule does not allow."""
    *above, field = error.path or (None,)
    value = error.params.get("value")
    match error.code:
        case "not_unique":
            return _not_unique(collection, field, value)
        case "foreign_key":
            return _foreign_key(collection, field, value)
        case "out_of_range":
            return _out_of_range(collection, field, value)
        case "too_long" if value is not None:
            return _too_long(collection, field, value)
        case code if code.startswith("invalid_") or code in ("check", "too_long"):
            reason = error.message.removesuffix(".")
            return _error("INVALID_PAYLOAD", f"Invalid payload. {reason}.", reason=reason)
        case _:
            return _failed(error, str(field or ""), above)


def _failed(error: FieldError, field: str, above: Sequence[Any]) -> tuple[str, Extensions]:
    """A rule that is not met. Codes that this wire has no type for keep their own name and sentence."""
    kind = _TYPES.get(error.code, error.code)
    sentence, name = _RULES.get(kind, (error.message, ""))
    value = error.params.get(name, error.params.get("value")) if name else None
    if "{}" in sentence:
        sentence = sentence.format(_listed(value))
    at = f' at "{".".join(map(str, above))}"' if above else ""
    extensions: Extensions = {"field": field, "path": list(above), "type": kind}
    if name and value is not None:
        extensions[name] = value
    return _error("FAILED_VALIDATION", f'Validation failed for field "{field}"{at}. {sentence}', **extensions)


def _place(collection: Any, field: Any) -> str:
    return f'field "{field}" in collection "{collection}"' if field and collection else ""


def _not_unique(collection: Any, field: Any, value: Any) -> tuple[str, Extensions]:
    where = _place(collection, field) or "a field"
    named: Extensions = {"collection": collection, "field": field}
    if (collection, field) == ("directus_users", "email") and value is not None:
        value = f"[{value}]"  # addresses are looked for as a list
    if value is None:
        return _error("RECORD_NOT_UNIQUE", f"Value for {where} has to be unique.", **named)
    return _error("RECORD_NOT_UNIQUE", f'Value "{value}" for {where} has to be unique.', **named, value=value)


def _foreign_key(collection: Any, field: Any, value: Any) -> tuple[str, Extensions]:
    where = _place(collection, field)
    message = "Invalid foreign key."
    if where:
        message = (
            f'Invalid foreign key "{value}" for {where}.' if value is not None else f"Invalid foreign key for {where}."
        )
    return _error("INVALID_FOREIGN_KEY", message, collection=collection if where else None, field=field, value=value)


def _out_of_range(collection: Any, field: Any, value: Any) -> tuple[str, Extensions]:
    message = f'Numeric value in collection "{collection}" is out of range.'
    return _error("VALUE_OUT_OF_RANGE", message, collection=collection, field=field, value=value)


def _too_long(collection: Any, field: Any, value: Any) -> tuple[str, Extensions]:
    message = f'Value "{value}" for {_place(collection, field)} is too long.'
    return _error("VALUE_TOO_LONG", message, collection=collection, field=field, value=value)


_STATUS_CODES: Mapping[int, str] = {
    400: "INVALID_PAYLOAD",
    401: "INVALID_CREDENTIALS",
    403: "FORBIDDEN",
    404: "FORBIDDEN",
    413: "CONTENT_TOO_LARGE",
    422: "UNPROCESSABLE_CONTENT",
    429: "REQUESTS_EXCEEDED",
    503: "SERVICE_UNAVAILABLE",
}


def _rejected(error: SatchelError) -> Worded:
    """What the program's own code answered: an error for each field that it names, else one."""
    assert isinstance(error, Rejected)
    status = error.answer_status
    if error.fields:
        named = sorted(error.fields.items())
        return status, [
            _error("FAILED_VALIDATION", message, field=name, path=[], type=code) for name, (code, message) in named
        ]
    return status, [_error(_STATUS_CODES.get(status, "REJECTED"), error.message or BARE)]


def _conflict(error: SatchelError) -> Worded:
    code = "PRECONDITION_FAILED" if isinstance(error, PreconditionFailed) else "CONFLICT"
    return error.status, [_error(code, error.message, fields=error.details.get("fields") or {})]


def _unprocessable(error: SatchelError) -> Worded:
    reason = _reason(error)
    return 422, [_error("UNPROCESSABLE_CONTENT", f"Can't process content. {reason}.", reason=reason)]


def _outdated(error: SatchelError) -> Worded:
    message = "Main item has changed since this version was last updated."
    return 422, [_error("VERSION_HASH_MISMATCH", message, mainHash=error.details["main_hash"])]


def _unavailable(error: SatchelError) -> Worded:
    reason = str(error).removesuffix(".")
    service = str(error.details.get("service", "api"))
    message = f'Service "{service}" is unavailable. {reason}.'
    return 503, [_error("SERVICE_UNAVAILABLE", message, service=service, reason=reason)]


_WORDS: tuple[tuple[type[SatchelError], Callable[[Any], Worded]], ...] = (
    *FILE_WORDS,
    (RouteNotFound, _route),
    (MethodNotAllowed, _method),
    (Rejected, _rejected),
    (HookFailed, lambda error: (500, [_error("INTERNAL_SERVER_ERROR", INTERNAL)])),
    (CollectionInactive, _inactive),
    (ValidationFailed, _validation),
    (ConstraintFailed, _constraint),
    (InvalidQuery, _query),
    (InvalidPayload, _payload),
    (Unauthenticated, _unauthenticated),
    (Forbidden, _forbidden),
    (NotFound, _missing),
    (ReadOnly, _read_only),
    (NotSupported, _payload),
    (Conflict, _conflict),
    (PreconditionFailed, _conflict),
    (Unprocessable, _unprocessable),
    (VersionOutdated, _outdated),
    (TooLarge, _too_large),
    (UnsupportedMedia, _media),
    (TooManyRequests, _too_many),
    (Unavailable, _unavailable),
    (StatementTimeout, _unavailable),
)
