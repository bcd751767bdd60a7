"""Errors in PocketBase's words: the envelope, and how the core's errors are translated into it.

In charge of: `ApiError`, which handlers raise when the wire has a text of its own, the envelope's exact form, and the
translation of every other error. Not in charge of: when something is an error. Used by every module of this wire; the
server calls `render_error`.

    {"data":{"title":{"code":"validation_required","message":"Cannot be blank."}},"message":"Failed to create record.",
     "status":400}

What went wrong inside is told to superusers only: a caller that may not know a name must not learn it from a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from satchel.errors import (
    Conflict,
    ConstraintFailed,
    FieldError,
    PreconditionFailed,
    Rejected,
    SatchelError,
    SecondFactorRefused,
    SecondFactorWanted,
    TooManyRequests,
    ValidationFailed,
)
from satchel.http.request import Request
from satchel.http.response import Response, json_response
from satchel.model.catalog import Catalog
from satchel.model.closest import closest_name

GENERIC = "Something went wrong while processing your request."
BY_STATUS: Mapping[int, str] = {
    400: GENERIC,
    401: "Missing or invalid authentication.",
    403: "You are not allowed to perform this request.",
    404: "The requested resource wasn't found.",
    408: "The request took too long to arrive.",
    409: "The record was changed meanwhile.",
    412: "The record was changed meanwhile.",
    413: "Request entity too large.",
    429: "Too Many Requests.",
    503: "The server can't answer right now, try again later.",
}
HINT_LENGTH_MAX = 500
# what a header may hold as it is; the rest is percent-encoded
HINT_SAFE = "".join(character for character in map(chr, range(32, 127)) if character != "%")
SUPERUSERS_ONLY = "Only superusers can perform this action."
NO_COLLECTION = "Missing collection context."


class ApiError(SatchelError):
    """An answer that is an error, in this wire's own words. `data`: field → error item, nested as the body was."""

    code, status = "pocketbase", 400

    def __init__(self, status: int, message: str = "", data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message or BY_STATUS.get(status, GENERIC))
        self.answer_status = status
        self.data: Mapping[str, Any] = data or {}


class UnknownCollection(ApiError):
    """A request about a collection that is not known."""

    def __init__(self, name: str, message: str = NO_COLLECTION) -> None:
        super().__init__(404, message)
        self.name = name


def generic() -> ApiError:
    """The 400 that tells nothing."""
    return ApiError(400)


def error_item(code: str, message: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One error item; `code` without the prefix that all codes have."""
    found: dict[str, Any] = {"code": f"validation_{code}", "message": sentence(message)}
    if params:
        found["params"] = dict(sorted(params.items()))
    return found


def sentence(text: str) -> str:
    """With a capital first letter and a full stop, unless it ends in one (or in `?` or `!`) already."""
    text = text.strip()
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!" else text + "."


REQUIRED = error_item("required", "Cannot be blank.")


def data_of(errors: Iterable[FieldError]) -> dict[str, Any]:
    """Field errors as nested maps, list positions as text keys. Of several about one field the first counts."""
    root: dict[str, Any] = {}
    for error in errors:
        branch = root
        for part in error.path[:-1]:
            branch = branch.setdefault(str(part), {})
            if "code" in branch:
                break
        else:
            last = str(error.path[-1]) if error.path else "id"
            branch.setdefault(last, error_item(error.code, error.message, error.params))
    return _sorted(root)


def _sorted(branch: dict[str, Any]) -> dict[str, Any]:
    return {key: value if "code" in value else _sorted(value) for key, value in sorted(branch.items())}


def constraint_data(error: ConstraintFailed) -> dict[str, Any]:
    """What the database refused, as error items of the columns it named."""
    match error.kind:
        case "unique":
            found = error_item("not_unique", "Value must be unique.")
        case "not_null":
            found = REQUIRED
        case "foreign_key":
            found = error_item("missing_rel_records", "Failed to find all relation records with the provided ids.")
        case _:
            found = error_item("invalid_value", "Invalid value.")
    return dict.fromkeys(sorted(error.columns), found)


def write_error(error: SatchelError, message: str) -> SatchelError:
    """The error of a failed write under the wire's own heading; what is not about the payload stays as it is."""
    if isinstance(error, Rejected):
        return error
    if isinstance(error, ValidationFailed):
        return ApiError(400, message, data_of(error.errors))
    if isinstance(error, ConstraintFailed):
        return ApiError(400, message, constraint_data(error))
    if error.status == 400:
        return ApiError(400, message)
    return error


def envelope(status: int, message: str, data: Mapping[str, Any] | None = None) -> Response:
    return json_response({"data": data or {}, "message": sentence(message), "status": status}, status)


def response_of(error: SatchelError) -> Response:
    if isinstance(error, SecondFactorWanted):
        return json_response({"mfaId": error.mfa_id}, 401)
    if isinstance(error, SecondFactorRefused):
        return envelope(400, error.message)
    if isinstance(error, ApiError):
        return envelope(error.answer_status, error.message, error.data)
    if isinstance(error, Rejected):
        data = {
            name: {"code": code, "message": sentence(message)} for name, (code, message) in sorted(error.fields.items())
        }
        return envelope(error.answer_status, error.message or BY_STATUS.get(error.answer_status, GENERIC), data)
    status = error.status
    data: Mapping[str, Any] = {}
    if isinstance(error, ValidationFailed):
        data = data_of(error.errors)
    elif isinstance(error, ConstraintFailed):
        data = constraint_data(error)
    elif isinstance(error, Conflict | PreconditionFailed):
        data = _differences(error.details.get("fields", {}))
    if status not in BY_STATUS:
        status = 500 if status >= 500 else 400
    return envelope(status, BY_STATUS.get(status, GENERIC), data)


def _differences(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Where the caller's version and the stored one part, as far as the caller may see both."""
    text = "The value was changed meanwhile."
    return {name: error_item("conflict", text, found) for name, found in sorted(fields.items())}


def render_error(request: Request, error: Exception, catalog: Callable[[], Catalog]) -> Response:
    """Any exception as an answer; unforeseen ones tell nothing. What lies behind an answer that tells nothing stands
    in a header for superusers: the body is as clients know it. `catalog`: the present one; there is none while the
    program is being opened or closed.
    """
    if not isinstance(error, SatchelError):
        return envelope(500, GENERIC)
    response = response_of(error)
    reason = error.__cause__
    if isinstance(error, ApiError) and isinstance(reason, SatchelError) and request.actor and request.actor.admin:
        guess = closest_name(reason.details, catalog())
        hint = sentence(str(reason)) + (f' Did you mean "{guess}"?' if guess else "")
        response.add_header("x-satchel-hint", quote(hint[:HINT_LENGTH_MAX], safe=HINT_SAFE))
    if isinstance(error, TooManyRequests):
        response.add_header("retry-after", str(error.details.get("retry_after_seconds", 1)))
    return response
