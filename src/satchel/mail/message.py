"""Mails: what one is, and its form on the wire.

In charge of: `Mail`, and turning one into a MIME message: multipart/mixed around multipart/alternative, with a plain
text made from the HTML, quoted-printable. Not in charge of: what a mail says (features), or how it travels (`smtp`).
Called by the outbox.

No text can add a header: whatever is not printable becomes a space before it gets into one.
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from satchel.mail.layout import page
from satchel.mail.plain_text import plain_text

ALPHABET = string.ascii_letters + string.digits
MESSAGE_ID_LENGTH = 15
SUBJECT_LENGTH_MAXIMUM = 500


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `html`: the inner part of the page. `text`: what programs
    without HTML show; made from the HTML unless given. `purpose`: what logs call it (`verification`, …).
    `about`: what it is about, for who listens to mails.
    """

    to: str
    subject: str
    html: str
    sender: Sender
    purpose: str
    text: str = ""
    about: object = None


def message_of(mail: Mail, now: datetime) -> EmailMessage:
    """The MIME message. Raises ValueError for an address that can't be written into a header."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(one_line(mail.sender.name), addr_spec=_address(mail.sender.address))
    message["To"] = Address(addr_spec=_address(mail.to))
    message["Subject"] = one_line(mail.subject)[:SUBJECT_LENGTH_MAXIMUM]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{_random(MESSAGE_ID_LENGTH)}@{mail.sender.address.rpartition('@')[2]}>"
    # A machine's mail: out-of-office answers are not wanted.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text or plain_text(mail.html), cte="quoted-printable")
    message.add_alternative(page(mail.html), subtype="html", cte="quoted-printable")
    message.make_mixed()
    return message


def one_line(text: str) -> str:
    """A text that can stand in a header: control characters, line and paragraph separators as spaces, trimmed."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return text.strip()


def _address(text: str) -> str:
    """The address, if nothing in it could end the header or name a second one."""
    if not text.isprintable() or "@" not in text or any(character in text for character in ' <>,;:"()[]\\'):
        raise ValueError("not an address that mail can be sent to")
    return text


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
