"""Payloads: what users and policies must look like when they are written like any other item.

In charge of: the form of an e-mail address, the project's password policy, fields that only signing in may fill, the
entries of a policy's `ip_access`. Not in charge of: who may write them (`engine/write`), what follows afterwards
(`changes`). Called before a write checks anything else, so what is changed here is checked like the caller's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from satchel.auth.superusers import is_email
from satchel.engine.store import Condition, Store
from satchel.engine.write_values import Hashed
from satchel.errors import FieldError, InvalidPayload, ValidationFailed
from satchel.expr.linear import javascript
from satchel.policy.actor import Actor
from satchel.policy.addresses import parse_entry

USERS, POLICIES, SETTINGS = "directus_users", "directus_policies", "directus_settings"
TRANSLATIONS = "directus_translations"
BAD_ADDRESS = "IP Access contains an incorrect value. Valid values are: IP addresses, IP ranges and CIDR blocks"
BAD_PATTERN = "The password policy is no pattern that can be used. Look-behind and back-references are none"
BAD_EMAIL = FieldError(("email",), "email", "Value has to be a valid email address.")
SECOND_FACTOR = "tfa_secret"
SIGN_IN_FIELDS = ("provider", "external_identifier", "auth_data")
"""How a user signs in by a provider: whoever could set it could let somebody else in."""


async def check_user(payload: Mapping[str, Any], actor: Actor, store: Store) -> Mapping[str, Any]:
    """The payload with its address in lower case. Raises ValidationFailed (`email`, `regex`), InvalidPayload."""
    if actor.kind != "system":
        _check_sign_in_fields(payload, actor)
    errors: list[FieldError] = []
    checked = payload
    email = payload.get("email")
    if isinstance(email, str) and email:
        address = email.strip().lower()
        if not is_email(address):
            errors.append(BAD_EMAIL)
        checked = {**payload, "email": address}
    password = payload.get("password")
    # A hash was judged as a password before it became one.
    if isinstance(password, str) and password and not isinstance(password, Hashed):
        errors += await password_complaints(password, store)
    if errors:
        raise ValidationFailed(errors, collection=USERS)
    return checked


async def check_translation(payload: Mapping[str, Any], key: str | None, store: Store) -> Mapping[str, Any]:
    """The payload as it is. `key`: of the translation that changes, None for a new one. Raises InvalidPayload where
    there is one for that text and language."""
    known: Mapping[str, Any] = {}
    if key is not None:
        rows = await store.select(TRANSLATIONS, ("key", "language"), ("id", "=", key))
        known = rows[0] if rows else known
    wanted = {**known, **payload}
    if isinstance(wanted.get("key"), str) and isinstance(wanted.get("language"), str):
        where: tuple[Condition, ...] = (("key", "=", wanted["key"]), ("language", "=", wanted["language"]))
        taken = await store.select(TRANSLATIONS, ("id",), *where, limit=2)
        if any(str(row["id"]) != key for row in taken):
            raise InvalidPayload("Duplicate key and language combination")
    return payload


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


def check_settings(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The payload as it is. Raises InvalidPayload for a password policy that can't be used: no password would do."""
    pattern = payload.get("auth_password_policy")
    if isinstance(pattern, str) and pattern and javascript(pattern) is None:
        raise InvalidPayload(BAD_PATTERN)
    return payload


async def password_complaints(password: str, store: Store) -> list[FieldError]:
    """What the project's password policy says against a password. One that can't be used admits none."""
    rows = await store.select(SETTINGS, ["auth_password_policy"], limit=1)
    text = rows[0]["auth_password_policy"] if rows else None
    if not isinstance(text, str) or not text:
        return []
    questions = javascript(text)
    if questions is not None and all(asked.finds(password) is wanted for asked, wanted in questions):
        return []
    return [FieldError(("password",), "regex", "Value doesn't have the correct format.", {"value": password})]


def _check_sign_in_fields(payload: Mapping[str, Any], actor: Actor) -> None:
    names = (SECOND_FACTOR,) if actor.admin else (SECOND_FACTOR, *SIGN_IN_FIELDS)
    for name in names:
        if name in payload:
            raise InvalidPayload(f'You can\'t change the "{name}" value manually')
