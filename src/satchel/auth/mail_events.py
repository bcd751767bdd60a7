"""The events of mails: listeners around every mail on its way out.

In charge of: what a listener is shown of a mail, and which events one raises. Not in charge of: sending (`mail/`), or
what mails say (`mails`). Given to the outbox by `app`.

A mail to somebody who signs in raises its own event, and within that `mailer_send`, which every mail raises.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from satchel.auth.records import AuthRecord
from satchel.engine.events import Events
from satchel.mail.message import Mail, Sender

OF_PURPOSE: Mapping[str, str] = {
    "verification": "mailer_record_verification_send",
    "password-reset": "mailer_record_password_reset_send",
    "email-change": "mailer_record_email_change_send",
    "otp": "mailer_record_otp_send",
    "login-alert": "mailer_record_auth_alert_send",
}


@dataclass(slots=True)
class MailEvent:
    """One mail, which listeners may change. `text`: "" for one that is made from the HTML. `values`: the record that it
    is for, without what is hidden; empty for other mails.
    """

    to: str
    subject: str
    html: str
    text: str
    sender_name: str
    sender_address: str
    purpose: str
    collection: str = ""
    values: dict[str, Any] = field(default_factory=dict[str, Any])


class MailEvents:
    """One per program."""

    def __init__(self, events: Events) -> None:
        self._events = events

    async def around(self, mail: Mail, send: Callable[[Mail], Awaitable[None]]) -> None:
        """Send a mail with whoever listens around it. One that they keep back is not sent."""
        about = mail.about if isinstance(mail.about, AuthRecord) else None
        own = OF_PURPOSE.get(mail.purpose) if about is not None else None
        tags = () if about is None else (about.collection.name, about.collection.id)
        heard = self._events.heard("mailer_send") or (own is not None and self._events.heard(own, *tags))
        if not heard:
            await send(mail)
            return
        sender = mail.sender
        event = MailEvent(
            mail.to, mail.subject, mail.html, mail.text, sender.name, sender.address, mail.purpose, *_shown(about)
        )

        async def last() -> None:
            changed = replace(mail, to=event.to, subject=event.subject, html=event.html, text=event.text)
            await send(replace(changed, sender=Sender(event.sender_name, event.sender_address)))

        async def whole() -> None:
            await self._events.run("mailer_send", event, last)

        if own is None:
            await whole()
        else:
            await self._events.run(own, event, whole, *tags)


def _shown(record: AuthRecord | None) -> tuple[str, dict[str, Any]]:
    """Collection and values of a record, as JSON has them, without what is hidden."""
    if record is None:
        return "", {}
    fields = record.collection.fields.values()
    names = [item.name for item in fields if not item.hidden and not item.concealed]
    values: dict[str, Any] = {name: record.values.get(name) for name in names}
    return record.collection.name, msgspec.to_builtins({**values, "id": record.id}, enc_hook=str)
