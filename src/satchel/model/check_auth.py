"""Whether the options of an auth collection are acceptable.

In charge of: what PocketBase asks of tokens, templates, identity fields, providers, one-time passwords and second
factors, told all at once. Not in charge of: the shape of what was submitted (`auth_options`), rules (`engine/schema`).
Called by `check_definition`. Pure.

An option that is switched off is not looked at, as its own server does not look at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from satchel.errors import FieldError
from satchel.model.auth_fields import has_unique
from satchel.model.auth_options import TOKENS
from satchel.model.definition import CollectionDefinition
from satchel.model.fields.url import is_url
from satchel.model.system.sign_in import SUPERUSERS_ID

Options = Mapping[str, Any]
Path = tuple[str | int, ...]

SECONDS_MIN, SECONDS_MAX, DAY_SECONDS = 10, 94_670_856, 86_400
SECRET_MIN, SECRET_MAX = 30, 255
CODE_LENGTH_MIN = 4
TEMPLATES = ("verificationTemplate", "resetPasswordTemplate", "confirmEmailChangeTemplate")
METHODS_FOR_MFA = 2

PROVIDER_NAMES = frozenset(
    (
        *("apple", "google", "microsoft", "yandex", "facebook", "instagram2", "github", "gitlab", "bitbucket", "gitee"),
        *(
            "gitea",
            "discord",
            "twitter",
            "kakao",
            "vk",
            "linear",
            "notion",
            "monday",
            "lark",
            "box",
            "spotify",
            "trakt",
        ),
        *("twitch", "patreon", "strava", "wakatime", "livechat", "mailcow", "planningcenter", "oidc", "oidc2", "oidc3"),
    )
)
"""What providers are called; each has a file in `auth/`."""


def check_auth(wanted: CollectionDefinition) -> list[FieldError]:
    """All complaints about the options of a collection whose options are whole (`auth_options.with_defaults`)."""
    options = wanted.options
    errors: list[FieldError] = []
    for name in TOKENS:
        if wanted.id != SUPERUSERS_ID or "secret" in options[name]:
            errors += _check_token(name, options[name])
        else:
            errors += _check_seconds((name, "duration"), options[name]["duration"])
    for name in TEMPLATES:
        errors += _check_template((name,), options[name])
    errors += _check_template(("authAlert", "emailTemplate"), options["authAlert"]["emailTemplate"])
    errors += _check_identity_fields(wanted, options["passwordAuth"])
    errors += _check_otp(options["otp"])
    errors += _check_providers(options["oauth2"])
    return errors + _check_mfa(options)


def _error(path: Path, code: str, message: str, **params: Any) -> FieldError:
    return FieldError(path, code, message, params)


def _required(path: Path) -> FieldError:
    return _error(path, "required", "Cannot be blank.")


def _check_seconds(path: Path, seconds: int, high: int = SECONDS_MAX, low: int = SECONDS_MIN) -> list[FieldError]:
    if not seconds:
        return [_required(path)]
    if seconds < low:
        return [_error(path, "min_greater_equal_than_required", f"Must be no less than {low}.", threshold=low)]
    if seconds > high:
        return [_error(path, "max_less_equal_than_required", f"Must be no greater than {high}.", threshold=high)]
    return []


def _check_token(name: str, token: Options) -> list[FieldError]:
    errors = _check_seconds((name, "duration"), token["duration"])
    secret = str(token.get("secret") or "")
    if not secret:
        errors.append(_required((name, "secret")))
    elif not SECRET_MIN <= len(secret) <= SECRET_MAX:
        message = f"The length must be between {SECRET_MIN} and {SECRET_MAX}."
        errors.append(_error((name, "secret"), "length_out_of_range", message, min=SECRET_MIN, max=SECRET_MAX))
    return errors


def _check_template(path: Path, template: Options) -> list[FieldError]:
    return [_required((*path, part)) for part in ("subject", "body") if not template.get(part)]


def _check_identity_fields(wanted: CollectionDefinition, password: Options) -> list[FieldError]:
    path = ("passwordAuth", "identityFields")
    if not password["enabled"]:
        return []
    if not password["identityFields"]:
        return [_required(path)]
    for name in password["identityFields"]:
        if wanted.field(name) is None:
            return [_error(path, "missing_field", f"Invalid or missing field {name}.", fieldName=name)]
        if not has_unique(wanted, name):
            message = f"The field {name} doesn't have a UNIQUE constraint."
            return [_error(path, "missing_unique_constraint", message, fieldName=name)]
    return []


def _check_otp(otp: Options) -> list[FieldError]:
    errors = _check_template(("otp", "emailTemplate"), otp["emailTemplate"])
    if not otp["enabled"]:
        return errors
    errors += _check_seconds(("otp", "duration"), otp["duration"], DAY_SECONDS)
    if not otp["length"]:
        errors.append(_required(("otp", "length")))
    elif otp["length"] < CODE_LENGTH_MIN:
        message = f"Must be no less than {CODE_LENGTH_MIN}."
        errors.append(_error(("otp", "length"), "min_greater_equal_than_required", message, threshold=CODE_LENGTH_MIN))
    return errors


def _check_providers(oauth: Options) -> list[FieldError]:
    if not oauth["enabled"]:
        return []
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, provider in enumerate(cast("list[Options]", oauth["providers"])):
        path = ("oauth2", "providers", position)
        name = str(provider["name"])
        if not name:
            errors.append(_required((*path, "name")))
        elif name not in PROVIDER_NAMES:
            message = f"Invalid or missing provider with name {name}."
            errors.append(_error((*path, "name"), "missing_provider", message, name=name))
        elif name in seen:
            message = f"The provider {name} is already registered."
            errors.append(_error((*path, "name"), "duplicated_provider", message, name=name))
        seen.add(name)
        errors += [_required((*path, part)) for part in ("clientId", "clientSecret") if not provider[part]]
        errors += [
            _error((*path, part), "is_url", "Must be a valid URL.")
            for part in ("authURL", "tokenURL", "userInfoURL")
            if provider[part] and not is_url(str(provider[part]))
        ]
    return errors


def _check_mfa(options: Options) -> list[FieldError]:
    mfa = options["mfa"]
    if not mfa["enabled"]:
        return []
    methods = sum(bool(options[name]["enabled"]) for name in ("passwordAuth", "oauth2", "otp"))
    if methods < METHODS_FOR_MFA:
        message = "MFA requires at least 2 auth methods to be enabled."
        return [_error(("mfa", "enabled"), "mfa_not_enough_auths", message)]
    return _check_seconds(("mfa", "duration"), mfa["duration"], DAY_SECONDS)
