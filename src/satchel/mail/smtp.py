"""SMTP: one mail to one server.

In charge of: plain, STARTTLS and TLS connections, logging in, and what went wrong in words without secrets. Not in
charge of: queues and retries (`outbox`). Called by the outbox.

Without `tls`, the connection is upgraded by STARTTLS when the server offers it. Certificates are always checked. A
password never travels unencrypted to another machine.
"""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

import aiosmtplib

from satchel.errors import MailFailed


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail goes. `auth_method`: PLAIN, LOGIN, or "" for PLAIN. `local_name`: what we call ourselves."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    auth_method: str = ""
    tls: bool = False
    local_name: str = ""


async def deliver(message: EmailMessage, server: SmtpServer, *, timeout_seconds: float) -> None:
    """Hand the message to the server. Raises MailFailed; `details["again"]` says whether another try may help."""
    async with _signed_in(server, timeout_seconds) as client:
        await client.send_message(message)


async def reach(server: SmtpServer, *, timeout_seconds: float) -> None:
    """Connect and log in, as for a mail, and leave again. Raises MailFailed."""
    async with _signed_in(server, timeout_seconds):
        pass


@asynccontextmanager
async def _signed_in(server: SmtpServer, timeout_seconds: float) -> AsyncGenerator[aiosmtplib.SMTP]:
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=server.local_name or "localhost",
        timeout=timeout_seconds,
        use_tls=server.tls,
        start_tls=False if server.tls else None,
    )
    try:
        async with client:
            await _log_in(client, server)
            yield client
    except aiosmtplib.SMTPException as error:
        raise _failed(error, server) from None
    except (OSError, TimeoutError) as error:
        raise MailFailed(
            f"The mail server {server.host}:{server.port} can't be reached: {error}.", again=True
        ) from None


async def _log_in(client: aiosmtplib.SMTP, server: SmtpServer) -> None:
    if not server.username:
        return
    encrypted = client.get_transport_info("ssl_object") is not None
    if not encrypted and not is_this_machine(server.host):
        raise MailFailed(
            f"The mail server {server.host}:{server.port} offers no encryption, so the password was not sent.",
            hint="Use its TLS port and set smtp.tls.",
            again=False,
        )
    await client.ehlo()
    if server.auth_method == "LOGIN":
        await client.auth_login(server.username, server.password)
    else:
        await client.auth_plain(server.username, server.password)


def is_this_machine(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _failed(error: aiosmtplib.SMTPException, server: SmtpServer) -> MailFailed:
    place = f"{server.host}:{server.port}"
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return MailFailed(f"The mail server {place} refused the user name or password ({error.code}).", again=False)
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = sorted({item.code for item in error.recipients})
        again = bool(codes) and all(400 <= code < 500 for code in codes)
        return MailFailed(f"The mail server {place} refused the address {codes}.", again=again)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        # The server's own words may repeat what was sent; its number says enough.
        return MailFailed(f"The mail server {place} refused the mail ({error.code}).", again=400 <= error.code < 500)
    return MailFailed(f"The mail server {place} can't be used: {error}.", again=True)
