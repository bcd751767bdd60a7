"""A mail server for tests (aiosmtpd), in a thread of its own, on a free port.

In charge of: taking mails and showing them decoded. It may ask for a user and password, and speak TLS.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

WAIT_SECONDS = 10.0
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_CODE = re.compile(r"<strong>(\d+)</strong>")


@dataclass
class Received:
    """One mail as it came. `greeting`: what the client called itself."""

    sender: str
    to: list[str]
    greeting: str
    raw: bytes
    user: str = ""
    encrypted: bool = False

    @property
    def message(self) -> EmailMessage:
        return cast("EmailMessage", email.message_from_bytes(self.raw, policy=email.policy.default))

    def _part(self, kind: str) -> str:
        found = self.message.get_body((kind,))
        assert found is not None, f"no {kind} part"
        return str(found.get_content()).replace("\r\n", "\n")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def subject(self) -> str:
        return str(self.message["subject"])

    @property
    def first_token(self) -> str:
        found = _TOKEN.search(self.html)
        return found.group() if found else ""

    @property
    def first_code(self) -> str:
        found = _CODE.search(self.html)
        return found.group(1) if found else ""

    @property
    def token(self) -> str:
        """The signed token of the mail's link."""
        assert self.first_token, self.html
        return self.first_token

    @property
    def code(self) -> str:
        """The one-time password of the mail."""
        assert self.first_code, self.html
        return self.first_code


@dataclass
class Sink:
    """`refusals`: answers given, one per mail, before mails are taken."""

    port: int = 0
    mails: list[Received] = field(default_factory=list[Received])
    refusals: list[str] = field(default_factory=list[str])
    password: str = ""
    journal: Path | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        user = session.auth_data.decode() if isinstance(session.auth_data, bytes) else ""
        greeting = str(session.host_name)
        encrypted = session.ssl is not None
        self.mails.append(
            Received(str(envelope.mail_from), list(envelope.rcpt_tos), greeting, content, user, encrypted)
        )
        if self.journal is not None:
            mail = self.mails[-1]
            with self.journal.open("a") as file:
                file.write(json.dumps({"to": mail.to[0], "token": mail.first_token, "code": mail.first_code}) + "\n")
        return "250 taken"

    def check(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        right = data.password.decode() == self.password
        return AuthResult(success=right, handled=False, auth_data=data.login if right else None)

    def wait(self, count: int) -> list[Received]:
        """All mails, once there are `count`; fails when they don't come."""
        deadline = time.monotonic() + WAIT_SECONDS
        while len(self.mails) < count:
            assert time.monotonic() < deadline, f"{len(self.mails)} of {count} mails came"
            time.sleep(0.01)
        return self.mails

    def next(self, address: str = "") -> Received:
        """Take the oldest mail, to one address if that is named; waits for it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            for mail in self.mails:
                if not address or mail.to == [address]:
                    self.mails.remove(mail)
                    return mail
            assert time.monotonic() < deadline, f"no mail to {address or 'anybody'} came"
            time.sleep(0.01)

    def quiet(self, seconds: float = 0.4) -> bool:
        """Whether nothing comes for a while."""
        time.sleep(seconds)
        return not self.mails


@contextlib.contextmanager
def mail_sink(
    *,
    password: str = "",
    context: ssl.SSLContext | None = None,
    implicit: bool = False,
    plain_login: bool = False,
    journal: Path | None = None,
) -> Iterator[Sink]:
    """A running sink. `password`: asked for, unless empty. `context`: for TLS; `implicit`: from the first byte.
    `journal`: a file that gets a line per mail.
    """
    sink = Sink(password=password, journal=journal)
    options: dict[str, Any] = {}
    if password:
        options = {
            "authenticator": sink.check,
            "auth_required": True,
            "auth_require_tls": not (plain_login or implicit),
        }
    if context is not None:
        options["ssl_context" if implicit else "tls_context"] = context
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        sink.port = probe.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
