"""Payloads: what users and policies must look like when they are written like any other item.

In charge of: the form of an e-mail address, the project's password policy, the entries of a policy's `ip_access`. Not
in charge of: who may write them (`engine/write`), what follows afterwards (`changes`). Called before a write checks
anything else, so what is changed here is checked like the caller's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from satchel.auth.superusers import is_email
from satchel.engine.store import Store
from satchel.engine.write_values import Hashed
from satchel.errors import FieldError, InvalidPayload, ValidationFailed
from satchel.policy.addresses import parse_entry

USERS, POLICIES, SETTINGS = "directus_users", "directus_policies", "directus_settings"
BAD_ADDRESS = "IP Access contains an incorrect value. Valid values are: IP addresses, IP ranges and CIDR blocks"
# a pattern as JavaScript writes it: /^.{8,}$/i
_LITERAL = re.compile(r"/(.*)/([a-z]*)", re.DOTALL)
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}


async def check_user(payload: Mapping[str, Any], store: Store) -> Mapping[str, Any]:
    """The payload with its address in lower case. Raises ValidationFailed (`email`, `regex`)."""
    errors: list[FieldError] = []
    checked = payload
    email = payload.get("email")
    if isinstance(email, str) and email:
        address = email.strip().lower()
        if not is_email(address):
            errors.append(FieldError(("email",), "email", "Value has to be a valid email address."))
        checked = {**payload, "email": address}
    password = payload.get("password")
    # A hash was judged as a password before it became one.
    if isinstance(password, str) and password and not isinstance(password, Hashed):
        policy = await _password_policy(store)
        if policy is not None and not policy.search(password):
            text = "Value doesn't have the correct format."
            errors.append(FieldError(("password",), "regex", text, {"value": password}))
    if errors:
        raise ValidationFailed(errors, collection=USERS)
    return checked


def check_policy(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The payload as it is. Raises InvalidPayload for an `ip_access` that can't be read, and so would admit nobody."""
    given = payload.get("ip_access")
    entries: Any = given.split(",") if isinstance(given, str) else given
    if entries is None:
        return payload
    if not isinstance(entries, list):
        raise InvalidPayload(BAD_ADDRESS)
    for entry in cast("list[Any]", entries):
        if not isinstance(entry, str) or (entry and parse_entry(entry) is None):
            raise InvalidPayload(BAD_ADDRESS)
    return payload


async def _password_policy(store: Store) -> re.Pattern[str] | None:
    """The pattern that passwords must match; None without one, or with one that can't be read."""
    rows = await store.select(SETTINGS, ["auth_password_policy"], limit=1)
    text = rows[0]["auth_password_policy"] if rows else None
    if not isinstance(text, str) or not text:
        return None
    literal = _LITERAL.fullmatch(text)
    pattern, flags = (literal[1], literal[2]) if literal else (text, "")
    try:
        return re.compile(pattern, sum(_FLAGS.get(flag, 0) for flag in flags))
    except re.error:
        return None
