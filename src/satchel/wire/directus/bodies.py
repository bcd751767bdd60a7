"""Bodies: reading the objects that requests about signing in bring.

In charge of: required and optional texts, unknown keys, and the exact complaints. Not in charge of: what is done with
them. Called by the handlers of `auth` and `users`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, NoReturn, cast

from satchel.errors import InvalidPayload
from satchel.http.request import Request
from satchel.wire.directus.gate import state_of

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")


def given_object(request: Request) -> Mapping[str, Any]:
    """The body. Raises InvalidPayload unless it is an object."""
    body: Any = state_of(request).body
    if not isinstance(body, dict):
        refuse('"value" must be of type object')
    return cast("Mapping[str, Any]", body)


def given_list(body: Mapping[str, Any], name: str) -> list[Any]:
    """The list in a field of a body; [] without one. Raises InvalidPayload for anything else."""
    value: Any = body.get(name, [])
    if not isinstance(value, list):
        refuse(f'"{name}" must be an array')
    return cast("list[Any]", value)


def required_text(body: Mapping[str, Any], name: str) -> str:
    if body.get(name) is None:
        refuse(f'"{name}" is required')
    return _text(body, name)


def optional_text(body: Mapping[str, Any], name: str) -> str | None:
    return None if body.get(name) is None else _text(body, name)


def address(body: Mapping[str, Any], name: str) -> str:
    """A required text that looks like an e-mail address."""
    return check_address(required_text(body, name), name)


def check_address(value: str, name: str) -> str:
    if not _EMAIL.fullmatch(value):
        refuse(f'"{name}" must be a valid email')
    return value


def only(body: Mapping[str, Any], names: Collection[str]) -> None:
    """Raise InvalidPayload for the first key that has no meaning."""
    for name in body:
        if name not in names:
            refuse(f'"{name}" is not allowed')


def refuse(reason: str) -> NoReturn:
    raise InvalidPayload(reason)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body[name]
    if not isinstance(value, str):
        refuse(f'"{name}" must be a string')
    if not value:
        refuse(f'"{name}" is not allowed to be empty')
    return value
