"""Messages in this protocol's words: JSON with `type`, and `uid` as the client gave it.

In charge of: putting messages together, the forms of errors, and the sentences for messages that are none. Not in
charge of: what they are about. Pure; used by all of this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from satchel.errors import InvalidPayload, SatchelError
from satchel.http import json
from satchel.wire.directus.errors import wire_errors

Message = Mapping[str, Any]

UID_LENGTH_MAX = 255
UNREADABLE = "Unable to parse the incoming message."


class Refused(SatchelError):
    """A message that is answered with an error of this protocol. `code` and `message` are what the client reads."""

    status = 400

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.wire_code = code


def read(text: str | bytes) -> Message:
    """A message of a client. Raises InvalidPayload for anything but a JSON object."""
    decoded = json.decode(text)
    if not isinstance(decoded, dict):
        raise InvalidPayload("A message must be an object.")
    return cast("Message", decoded)


def uid_of(message: Message) -> bytes:
    """The message's `uid` as JSON; b"" without one, or when it can't be one. Raises Refused for one that is too
    long."""
    uid = message.get("uid")
    if isinstance(uid, bool) or not isinstance(uid, str | int | float):
        return b""
    encoded = json.encode(uid)
    if len(encoded) > UID_LENGTH_MAX:
        raise Refused("INVALID_PAYLOAD", f'Validation error: Too big: expected at most {UID_LENGTH_MAX} bytes at "uid"')
    return encoded


def with_uid(message: bytes, uid: bytes) -> bytes:
    """The object with a uid at its end."""
    return b'%b,"uid":%b}' % (message[:-1], uid) if uid else message


def said(kind: str, body: bytes = b"", uid: bytes = b"") -> bytes:
    """A message. `body`: more members, as JSON without the braces."""
    return with_uid(b'{"type":%b%b}' % (json.encode(kind), b"," + body if body else b""), uid)


def failed(kind: str, code: str, text: str, uid: bytes = b"") -> bytes:
    """A message that says what went wrong."""
    error = json.encode({"code": code, "message": text})
    return said(kind, b'"status":"error","error":' + error, uid)


def failure(kind: str, error: Exception, uid: bytes, *, admin: bool) -> bytes:
    """The message for an error of the core: the first one, where there are several."""
    if isinstance(error, Refused):
        return failed(kind, error.wire_code, error.message, uid)
    _, body = wire_errors(error, admin=admin)
    first = body["errors"][0]
    return failed(kind, first["extensions"]["code"], first["message"], uid)


def text_in(message: Message, name: str) -> str:
    """A text that must be there. Raises Refused."""
    value = message.get(name)
    if not isinstance(value, str):
        raise expected("string", value, name, there=name in message)
    return value


def object_in(message: Message, name: str) -> Message:
    """An object that may be missing. Raises Refused."""
    value = message.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise expected("record", value, name)
    return cast("Message", value)


def expected(kind: str, value: Any, name: str, *, there: bool = True) -> Refused:
    """The refusal of a value of the wrong type."""
    got = _type_of(value) if there else "undefined"
    return Refused("INVALID_PAYLOAD", f'Validation error: Invalid input: expected {kind}, received {got} at "{name}"')


def _type_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case _:
            return "object"


def members(body: bytes) -> bytes:
    """`data` and `meta` of an answer to a request, as members of a message: the data first."""
    if body.startswith(b'{"meta":'):
        place = body.index(b',"data":')
        return body[place + 1 : -1] + b"," + body[1:place]
    return body[1:-1]
