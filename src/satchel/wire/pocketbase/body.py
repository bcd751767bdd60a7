"""Request bodies: JSON, forms, and the rules by which a form's texts become values.

In charge of: `read_record` (keys are exact) and `read_form` (the fixed forms of log-in, batch and collections, whose
keys match in any case). Not in charge of: what the keys mean. Called by the handlers of this wire.

The Content-Type decides, by a case-sensitive prefix. An empty body is an empty object, whatever its type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

from satchel.errors import InvalidPayload, InvalidQuery
from satchel.http import json
from satchel.http.forms import Form
from satchel.http.request import Request
from satchel.wire.pocketbase.errors import ApiError, generic

JSON = "application/json"
URL_ENCODED = "application/x-www-form-urlencoded"
FORMS = ("multipart/form-data", URL_ENCODED)
XML = ("text/xml", "application/xml")
PAYLOAD_KEY = "@jsonPayload"
UNSUPPORTED = "Unsupported Content-Type."
UNNAMED_BYTES_MAX = 1024**2

_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NUMBER_CHARACTERS = frozenset("-.0123456789")

Body = dict[str, Any]


async def read_record(request: Request, *, limit_bytes: int | None = None) -> Body:
    """The body of a record's create or update, decoded, without its files. `limit_bytes`: the setting's unless given.

    Raises ApiError (400), TooLarge.
    """
    if not await _has_body(request, limit_bytes):
        return {}
    kind = request.header("content-type") or ""
    if kind.startswith(JSON):
        return _json_object(await request.body())
    if kind.startswith(FORMS):
        return await _form(request, limit_bytes)
    if kind.startswith(XML):
        raise generic()
    raise ApiError(400, UNSUPPORTED)


async def read_form(request: Request, failure: str = "") -> Body:
    """The body of a fixed form: as `read_record`, with lower-case keys. `failure`: the text for what can't be read."""
    try:
        body = await read_record(request)
    except ApiError as error:
        raise ApiError(400, failure) if failure and error.message != UNSUPPORTED else error from None
    return {key.lower(): value for key, value in body.items()}


def text_in(request: Request, form: Body, name: str) -> str | None:
    """A text of a fixed form, "" when it is absent; None if it is something else. What looks like a number in a form is
    a text all the same."""
    value: object = form.get(name.lower())
    if value is None or isinstance(value, str):
        return value or ""
    sent_as_text = not (request.header("content-type") or "").startswith(JSON)
    if not sent_as_text or not isinstance(value, bool | int | float):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _has_body(request: Request, limit_bytes: int | None) -> bool:
    if request.content_length == 0:
        return False
    if request.media_type == "multipart/form-data":
        return request.has_body
    return bool(await request.body(limit_bytes=limit_bytes))


def _json_object(text: bytes) -> Body:
    try:
        value = json.decode_unique(text)
    except InvalidPayload:
        raise generic() from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise generic()
    return cast("Body", value)


async def _form(request: Request, limit_bytes: int | None) -> Body:
    """The form's values, those of the query before them, and the JSON of `@jsonPayload` over both."""
    try:
        if request.media_type == URL_ENCODED and _BROKEN_ESCAPE.search(await request.body()):
            raise generic()
        form = await request.form(limit_bytes=limit_bytes)
        pairs = [*request.query_pairs, *_values(form)]
    except (InvalidPayload, InvalidQuery):
        raise generic() from None
    return collect(pairs)


def _values(form: Form) -> Iterator[tuple[str, str]]:
    """The values of a form. A file without a name is one."""
    for name, value in form.entries:
        if isinstance(value, str):
            yield name, value
        elif not value.file_name:
            yield name, value.head(UNNAMED_BYTES_MAX).decode("utf-8", "replace")


def collect(pairs: Iterable[tuple[str, str]]) -> Body:
    """Named texts as one object: values inferred, repeated names as lists, payloads merged last. Raises ApiError."""
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    payloads = texts.pop(PAYLOAD_KEY, [])
    body: Body = {}
    for name, values in texts.items():
        inferred = [infer(value) for value in values]
        body[name] = inferred[0] if len(inferred) == 1 else inferred
    for payload in payloads:
        if not payload:
            raise generic()
        body.update(_json_object(payload.encode()))
    return body


def infer(text: str) -> Any:
    """`true`, `false` and canonical numbers become values; the rest stays text, `05`, `0.0`, `1e3` and `+1` too."""
    if text in ("true", "false"):
        return text == "true"
    if text and _NUMBER_CHARACTERS.issuperset(text):
        try:
            number = float(text)
        except ValueError:
            return text
        whole = int(number) if number.is_integer() and abs(number) < 1e15 else None
        if (str(whole) if whole is not None else repr(number)) == text:
            return whole if whole is not None else number
    return text
