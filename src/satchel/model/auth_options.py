"""Auth options: what the collection of type `auth` has beyond fields and rules.

In charge of: their shape and defaults, merging what was submitted into what is there, secrets, what may be shown. Not
in charge of: whether they are acceptable (`check_auth`), what signing in does with them (`auth/`). Called by
`overlay`, `engine/schema_plan`, the PocketBase wire and `auth/`. Pure: random texts come from the caller.

They are kept whole in the collection's metadata, as PocketBase keeps them, with the secrets that sign tokens; so an
import keeps every token that was issued.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

Options = Mapping[str, Any]

SECRET_LENGTH = 50
TOKENS = ("authToken", "passwordResetToken", "emailChangeToken", "verificationToken", "fileToken")
"""The options that hold the secret and the life in seconds of one type of token."""

AUTH_RULES = ("authRule", "manageRule")
"""The rules that only auth collections have."""

_TEXTS_OF_PROVIDER = ("name", "clientId", "clientSecret", "authURL", "tokenURL", "userInfoURL", "displayName")


class Misshapen(ValueError):
    """A submitted option has another type than its place."""


def _mail(subject: str, *parts: str) -> dict[str, Any]:
    thanks = "<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"
    return {"subject": subject, "body": "\n".join((*parts, thanks))}


def _button(page: str, label: str) -> str:
    address = f"{{APP_URL}}/_/#/auth/{page}/{{TOKEN}}"
    return f'<p>\n  <a class="btn" href="{address}" target="_blank" rel="noopener">{label}</a>\n</p>'


def default_options() -> dict[str, Any]:
    """The options of a new auth collection, in the order in which PocketBase shows them, without secrets."""
    hello = "<p>Hello,</p>"
    return {
        "authAlert": {
            "enabled": True,
            "emailTemplate": _mail(
                "Login from a new location",
                hello,
                "<p>We noticed a login to your {APP_NAME} account from a new location:</p>",
                "<p><em>{ALERT_INFO}</em></p>",
                "<p><strong>If this wasn't you, you should immediately change your {APP_NAME} account password to"
                " revoke access from all other locations.</strong></p>",
                "<p>If this was you, you may disregard this email.</p>",
            ),
        },
        "oauth2": {
            "providers": [],
            "mappedFields": {"id": "", "name": "", "username": "", "avatarURL": ""},
            "enabled": False,
        },
        "passwordAuth": {"enabled": True, "identityFields": ["email"]},
        "mfa": {"enabled": False, "duration": 600, "rule": ""},
        "otp": {
            "enabled": False,
            "duration": 180,
            "length": 8,
            "emailTemplate": _mail(
                "OTP for {APP_NAME}",
                hello,
                "<p>Your one-time password is: <strong>{OTP}</strong></p>",
                "<p><i>If you didn't ask for the one-time password, you can ignore this email.</i></p>",
            ),
        },
        "authToken": {"duration": 432_000},
        "passwordResetToken": {"duration": 1800},
        "emailChangeToken": {"duration": 1800},
        "verificationToken": {"duration": 86_400},
        "fileToken": {"duration": 180},
        "verificationTemplate": _mail(
            "Verify your {APP_NAME} email",
            hello,
            "<p>Thank you for joining us at {APP_NAME}.</p>",
            "<p>Click on the button below to verify your email address.</p>",
            _button("confirm-verification", "Verify"),
            "<p><i>If you didn't recently register, please ignore this email.</i></p>",
        ),
        "resetPasswordTemplate": _mail(
            "Reset your {APP_NAME} password",
            hello,
            "<p>Click on the button below to reset your password.</p>",
            _button("confirm-password-reset", "Reset password"),
            "<p><i>If you didn't ask to reset your password, please ignore this email.</i></p>",
        ),
        "confirmEmailChangeTemplate": _mail(
            "Confirm your {APP_NAME} new email address",
            hello,
            "<p>Click on the button below to confirm your new email address.</p>",
            _button("confirm-email-change", "Confirm new email"),
            "<p><i>If you didn't ask to change your email address, please ignore this email.</i></p>",
        ),
    }


OPTION_NAMES = tuple(default_options())

_ZERO_TEMPLATE = {"subject": "", "body": ""}
_ZEROS: Mapping[str, Any] = {
    "authAlert": {"enabled": False, "emailTemplate": _ZERO_TEMPLATE},
    "oauth2": {**default_options()["oauth2"], "enabled": False},
    "passwordAuth": {"enabled": False, "identityFields": []},
    "mfa": {"enabled": False, "duration": 0, "rule": ""},
    "otp": {"enabled": False, "duration": 0, "length": 0, "emailTemplate": _ZERO_TEMPLATE},
    **{name: {"secret": "", "duration": 0} for name in TOKENS},
    "verificationTemplate": _ZERO_TEMPLATE,
    "resetPasswordTemplate": _ZERO_TEMPLATE,
    "confirmEmailChangeTemplate": _ZERO_TEMPLATE,
}
"""What each option is when it is submitted as null; also the type of every place in it."""


def with_defaults(stored: Options) -> dict[str, Any]:
    """Stored options with defaults for what they lack (of collections that an older program made)."""
    return {name: _under(default, stored.get(name)) for name, default in default_options().items()}


def _under(default: Any, stored: Any) -> Any:
    if isinstance(default, dict) and isinstance(stored, Mapping):
        known = cast("dict[str, Any]", default)
        given = cast("Options", stored)
        return {**{name: _under(value, given.get(name)) for name, value in known.items()}, **_beyond(known, given)}
    return cast("Any", default if stored is None else stored)


def _beyond(known: Mapping[str, Any], given: Options) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in known}


def with_secrets(options: Options, random_text: Callable[[int], str]) -> dict[str, Any]:
    """The options with a new secret wherever a type of token has none at all."""
    found = dict(options)
    for name in TOKENS:
        held = cast("Options", found.get(name) or {})
        if held.get("secret") is None:
            found[name] = {**held, "secret": random_text(SECRET_LENGTH)}
    return found


def merged(options: Options, submitted: Options) -> dict[str, Any]:
    """`options` with what was submitted put in place, key by key. Raises Misshapen for a value of the wrong type."""
    found = dict(options)
    for name in OPTION_NAMES:
        if name in submitted:
            found[name] = _merge(_ZEROS[name], found.get(name), submitted[name], name)
    return found


def _merge(zero: Any, held: Any, given: Any, place: str) -> Any:
    if given is None:
        return zero
    if place == "oauth2.providers":
        return _merge_providers(held, given)
    if isinstance(zero, dict):
        if not isinstance(given, Mapping):
            raise Misshapen(place)
        known = cast("dict[str, Any]", zero)
        had = cast("Options", held or {})
        sent = {str(name).lower(): value for name, value in cast("Options", given).items()}
        result = dict(had)
        for name, below in known.items():
            if name.lower() in sent:
                result[name] = _merge(below, had.get(name), sent[name.lower()], f"{place}.{name}")
        return result
    return _fitting(zero, given, place)


def _fitting(zero: Any, given: Any, place: str) -> Any:
    value: object = given
    if isinstance(zero, bool):
        fits = isinstance(value, bool)
    elif isinstance(zero, int):
        fits = isinstance(value, int) and not isinstance(value, bool)
    elif isinstance(zero, str):
        fits = isinstance(value, str)
    else:
        fits = isinstance(value, list) and all(isinstance(item, str) for item in cast("list[object]", value))
    if not fits:
        raise Misshapen(place)
    return given


def _merge_providers(held: Any, given: Any) -> list[dict[str, Any]]:
    """Providers keep what was not submitted, above all their secrets, which are never shown. They are known by their
    names: a secret never goes to another provider."""
    if not isinstance(given, list):
        raise Misshapen("oauth2.providers")
    known = {item.get("name"): item for item in cast("list[Options]", held or [])}
    return [_provider(known, item) for item in cast("list[object]", given)]


def _provider(known: Mapping[Any, Options], given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise Misshapen("oauth2.providers")
    sent = cast("Options", given)
    found: dict[str, Any] = {"pkce": None, **dict.fromkeys(_TEXTS_OF_PROVIDER, ""), "extra": {}}
    found |= known.get(sent.get("name"), {})
    for name in _TEXTS_OF_PROVIDER:
        value = sent.get(name)
        if value is not None:
            found[name] = _fitting("", value, f"oauth2.providers.{name}")
    if "pkce" in sent:
        if sent["pkce"] is not None and not isinstance(sent["pkce"], bool):
            raise Misshapen("oauth2.providers.pkce")
        found["pkce"] = sent["pkce"]
    if "extra" in sent:
        if sent["extra"] is not None and not isinstance(sent["extra"], Mapping):
            raise Misshapen("oauth2.providers.extra")
        found["extra"] = sent["extra"] or {}
    return found


def shown(options: Options) -> dict[str, Any]:
    """What a superuser gets to see: everything but secrets, in PocketBase's order."""
    whole = with_defaults(options)
    found: dict[str, Any] = {}
    for name in OPTION_NAMES:
        found[name] = {"duration": whole[name].get("duration", 0)} if name in TOKENS else whole[name]
    oauth = whole["oauth2"]
    providers = [_without_secret(item) for item in cast("list[Options]", oauth["providers"])]
    found["oauth2"] = {"providers": providers, "mappedFields": oauth["mappedFields"], "enabled": oauth["enabled"]}
    return found


_PROVIDER_ORDER = ("pkce", "name", "clientId", "authURL", "tokenURL", "userInfoURL", "displayName", "extra")


def _without_secret(provider: Options) -> dict[str, Any]:
    return {name: provider.get(name) for name in _PROVIDER_ORDER}
