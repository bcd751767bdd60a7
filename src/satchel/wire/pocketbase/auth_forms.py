"""Forms of signing in: texts, addresses and tokens, with PocketBase's complaints.

In charge of: reading a form's texts and checking their lengths. Not in charge of: what they are for. Called by the
`auth_*` modules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from satchel.errors import FieldError, ValidationFailed
from satchel.http.request import Request
from satchel.model.fields.email import is_email
from satchel.wire.pocketbase.auth import NOT_LOADED, NOT_VALID
from satchel.wire.pocketbase.body import Body, read_form, text_in
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, data_of, error_item

LENGTH_MAX = 255


async def read_texts(request: Request, names: Iterable[str]) -> tuple[Body, dict[str, str]]:
    """The whole form, and the named texts in it ("" when absent). Raises ApiError (400)."""
    form = await read_form(request, NOT_LOADED)
    texts: dict[str, str] = {}
    for name in names:
        value = text_in(request, form, name)
        if value is None:
            raise ApiError(400, NOT_LOADED)
        texts[name] = value
    return form, texts


def email_problem(value: str) -> dict[str, Any] | None:
    """The complaint about an address."""
    if not value:
        return REQUIRED
    if len(value) > LENGTH_MAX:
        return out_of_range(LENGTH_MAX)
    return None if is_email(value) else error_item("is_email", "Must be a valid email address.")


def text_problem(value: str, most: int = LENGTH_MAX) -> dict[str, Any] | None:
    """The complaint about a text that must be there."""
    if not value:
        return REQUIRED
    return out_of_range(most) if len(value) > most else None


def out_of_range(most: int) -> dict[str, Any]:
    text = f"The length must be between 1 and {most}."
    return error_item("length_out_of_range", text, {"max": most, "min": 1})


def check(problems: Mapping[str, dict[str, Any] | None], message: str = NOT_VALID) -> None:
    """Raise ApiError (400) if there is any complaint."""
    found = {name: problem for name, problem in sorted(problems.items()) if problem is not None}
    if found:
        raise ApiError(400, message, found)


def refused(error: ValidationFailed, message: str = NOT_VALID) -> ApiError:
    """Complaints of a verb, in this wire's words."""
    return ApiError(400, message, data_of(error.errors))


def is_about_token(errors: Iterable[FieldError]) -> bool:
    """Whether it is the form that is complained about, and not a value for the record."""
    return any(error.path == ("token",) for error in errors)
