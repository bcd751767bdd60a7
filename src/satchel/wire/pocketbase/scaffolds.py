"""What `GET /api/collections/meta/scaffolds` answers: a new collection of each type, not yet saved.

In charge of: the defaults of the three types. Not in charge of: making collections (`engine/schema`, which says that it
makes no auth collections yet). Called by `collections`.
"""

from __future__ import annotations

import secrets
from typing import Any

from satchel.model.fields import FIELDS
from satchel.model.naming import field_id
from satchel.wire.pocketbase.collection_shape import ID_FIELD, RULES

_TOKENS = {
    "authToken": 432_000,
    "passwordResetToken": 1800,
    "emailChangeToken": 1800,
    "verificationToken": 86_400,
    "fileToken": 180,
}
"""Life in seconds of each kind of token."""


def scaffolds() -> dict[str, Any]:
    """Keys in PocketBase's order."""
    return {
        "base": _scaffold("base", [dict(ID_FIELD)]),
        "view": {**_scaffold("view", []), "viewQuery": ""},
        "auth": {**_scaffold("auth", _auth_fields()), "indexes": _auth_indexes(), **_auth_options()},
    }


def _scaffold(kind: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "",
        **dict.fromkeys(RULES),
        "name": "",
        "type": kind,
        "fields": fields,
        "indexes": [],
        "created": "",
        "updated": "",
        "system": False,
    }


def _auth_fields() -> list[dict[str, Any]]:
    return [
        dict(ID_FIELD),
        _field("password", "password", hidden=True, min=8, required=True),
        _field("tokenKey", "text", autogeneratePattern="[a-zA-Z0-9]{50}", hidden=True, max=60, min=30, required=True),
        _field("email", "email", required=True),
        _field("emailVisibility", "bool"),
        _field("verified", "bool"),
    ]


def _field(name: str, kind: str, **given: Any) -> dict[str, Any]:
    common: dict[str, Any] = {"help": "", "hidden": False, "presentable": False, "required": False, "system": True}
    about = {"id": field_id(kind, name), "name": name, "type": kind}
    return dict(sorted({**FIELDS[kind].defaults, **common, **about, **given}.items()))


def _auth_indexes() -> list[str]:
    suffix = secrets.token_hex(5)
    return [
        f"CREATE UNIQUE INDEX `idx_tokenKey_{suffix}` ON `` (`tokenKey`)",
        f"CREATE UNIQUE INDEX `idx_email_{suffix}` ON `` (`email`) WHERE `email` != ''",
    ]


def _auth_options() -> dict[str, Any]:
    mapped = {"id": "", "name": "", "username": "", "avatarURL": ""}
    return {
        "authRule": "",
        "manageRule": None,
        "authAlert": {"enabled": True, "emailTemplate": _mail("New sign-in", "{ALERT_INFO}")},
        "oauth2": {"providers": [], "mappedFields": mapped, "enabled": False},
        "passwordAuth": {"enabled": True, "identityFields": ["email"]},
        "mfa": {"enabled": False, "duration": 600, "rule": ""},
        "otp": {"enabled": False, "duration": 180, "length": 8, "emailTemplate": _mail("Your code", "{OTP}")},
        **{name: {"duration": seconds} for name, seconds in _TOKENS.items()},
        "verificationTemplate": _mail("Confirm your address", _link("confirm-verification")),
        "resetPasswordTemplate": _mail("Choose a new password", _link("confirm-password-reset")),
        "confirmEmailChangeTemplate": _mail("Confirm your new address", _link("confirm-email-change")),
    }


def _mail(subject: str, content: str) -> dict[str, str]:
    return {"subject": f"{{APP_NAME}}: {subject}", "body": f"<p>{subject}:</p>\n<p>{content}</p>\n<p>{{APP_NAME}}</p>"}


def _link(page: str) -> str:
    address = f"{{APP_URL}}/_/#/auth/{page}/{{TOKEN}}"
    return f'<a href="{address}">{address}</a>'
