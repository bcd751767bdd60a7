"""Mails to people who sign in: which text, filled with what, from whom.

In charge of: the five mails of an auth collection (verification, password reset, e-mail change, one-time password,
log-in alert), their placeholders, and samples for trying a template. Not in charge of: sending (`mail/`), tokens
(`records`). Called by the ways to prove who one is, and by the settings' test.

Links begin with `meta.appURL` of the settings, never with anything that a request says: else whoever asks for a mail
could choose where its link leads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, cast

import msgspec

from satchel.auth.records import AuthRecord
from satchel.auth.sessions import iso
from satchel.mail.message import Mail, Sender
from satchel.mail.placeholders import fill_html, fill_text
from satchel.model.catalog import Collection
from satchel.settings.model import Meta

Purpose = Literal["verification", "password-reset", "email-change", "otp", "login-alert"]

TEMPLATES: Mapping[Purpose, tuple[str, ...]] = {
    "verification": ("verificationTemplate",),
    "password-reset": ("resetPasswordTemplate",),
    "email-change": ("confirmEmailChangeTemplate",),
    "otp": ("otp", "emailTemplate"),
    "login-alert": ("authAlert", "emailTemplate"),
}
"""Where a collection's options hold the subject and body of each."""

SAMPLE_OTP, SAMPLE_OTP_ID, SAMPLE_ORIGIN = "123456", "test_otp_id", "TEST_IP TEST_USER_AGENT"
VALUE_LENGTH_MAXIMUM = 1000


class RecordMails:
    """`meta`: gives the settings of the moment."""

    def __init__(self, meta: Callable[[], Meta]) -> None:
        self._meta = meta

    def with_token(self, record: AuthRecord, purpose: Purpose, token: str, *, to: str = "") -> Mail:
        """A mail with a link. `to`: another address than the record's."""
        return self._mail(record, purpose, {"TOKEN": token}, to or record.email)

    def with_otp(self, record: AuthRecord, otp: str, otp_id: str) -> Mail:
        return self._mail(record, "otp", {"OTP": otp, "OTP_ID": otp_id}, record.email)

    def with_alert(self, record: AuthRecord, ip: str, user_agent: str, now: datetime) -> Mail:
        return self._mail(record, "login-alert", {"ALERT_INFO": _origin(now, f"{ip} {user_agent}")}, record.email)

    def sample(self, record: AuthRecord, purpose: Purpose, token: str, *, to: str, now: datetime) -> Mail:
        """The mail as it would be, about a record that need not exist."""
        values = {
            "TOKEN": token,
            "OTP": SAMPLE_OTP,
            "OTP_ID": SAMPLE_OTP_ID,
            "ALERT_INFO": _origin(now, SAMPLE_ORIGIN),
        }
        wanted = {"otp": ("OTP", "OTP_ID"), "login-alert": ("ALERT_INFO",)}.get(purpose, ("TOKEN",))
        return self._mail(record, purpose, {name: values[name] for name in wanted}, to)

    def _mail(self, record: AuthRecord, purpose: Purpose, values: Mapping[str, str], to: str) -> Mail:
        meta = self._meta()
        known = {"APP_NAME": meta.app_name, "APP_URL": meta.app_url.rstrip("/"), **values, **_record_values(record)}
        template: Any = record.collection.options
        for name in TEMPLATES[purpose]:
            template = template[name]
        return Mail(
            to=to,
            subject=fill_text(str(template["subject"]), known),
            html=fill_html(str(template["body"]), known),
            sender=Sender(meta.sender_name, meta.sender_address),
            purpose=purpose,
            about=record,
        )


def _origin(now: datetime, text: str) -> str:
    return f"{iso(now.astimezone(UTC)).replace('T', ' ')} - {text}"


def _record_values(record: AuthRecord) -> dict[str, str]:
    """`RECORD:name` → text, of the fields that are not hidden from the record's owner."""
    return {
        f"RECORD:{field.name}": _text(record.values.get(field.name))
        for field in record.collection.fields.values()
        if not field.hidden and not field.concealed
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:VALUE_LENGTH_MAXIMUM]
    if isinstance(value, datetime):
        return iso(value).replace("T", " ")
    return msgspec.json.encode(cast("object", value), enc_hook=str).decode()[:VALUE_LENGTH_MAXIMUM]


def sample_record(collection: Collection, email: str) -> AuthRecord:
    """A record that stands for any of a collection."""
    values = {"id": "__test_id__", "email": email, "tokenKey": "test" * 12}
    return AuthRecord(collection, "__test_id__", values)
