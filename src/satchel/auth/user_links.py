"""Links that users get by mail: to set a password, to accept an invitation, to show that an address is theirs.

In charge of: the signed token of such a link, where a link may lead, and the mail around it. Not in charge of: what
following one does (`password_resets`, `invitations`, `registration`), or sending (`mail/`). Called by these.

A link begins with the address of this server as its settings know it, or with one of a list that its owner wrote, never
with what a request says: else whoever asks for a mail could choose where its token goes. Mails go to the address that
is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from satchel.auth.access import User
from satchel.auth.redirects import may_redirect, with_query
from satchel.auth.tokens import Claims, Tokens
from satchel.errors import InvalidPayload, Unauthenticated
from satchel.mail.message import Mail, Sender
from satchel.mail.outbox import Outbox
from satchel.settings.model import Meta


@dataclass(frozen=True, slots=True)
class Purpose:
    """`scope`: what its tokens say. `path`: where a link leads unless somebody asked for another address. `meant`: what
    such an address is for, in a refusal. The rest is the mail; `{name}` is the project's.
    """

    scope: str
    path: str
    meant: str
    subject: str
    text: str
    button: str


RESET = Purpose(
    "password-reset",
    "/admin/reset-password",
    "reset passwords",
    "Reset your {name} password",
    "Somebody asked for a new password for your account at {name}. If it was not you, ignore this mail.",
    "Reset password",
)
INVITE = Purpose(
    "invite",
    "/admin/accept-invite",
    "invite users",
    "You are invited to {name}",
    "You have been invited to {name}. Choose a password to accept.",
    "Accept invitation",
)
VERIFY = Purpose(
    "pending-registration",
    "/users/register/verify-email",
    "verify registered users",
    "Verify your {name} e-mail address",
    "Thank you for joining {name}. Confirm that this address is yours. If you did not register, ignore this mail.",
    "Verify address",
)


class UserLinks:
    """`meta`: the settings of the moment. `public_url`: of this server; "" takes the application's URL of `meta`."""

    def __init__(self, tokens: Tokens, outbox: Outbox, meta: Callable[[], Meta], public_url: str) -> None:
        self._tokens = tokens
        self._outbox = outbox
        self._meta = meta
        self._public_url = public_url

    def check(self, purpose: Purpose, url: str | None, allowed: Sequence[str]) -> None:
        """Raise InvalidPayload for an address that is not on the list. It asks nothing about any user."""
        if url is None:
            return
        if url.startswith("/") or not may_redirect(url, own_urls=(), allowed=allowed):
            raise InvalidPayload(f'URL "{url}" can\'t be used to {purpose.meant}')

    def post(self, purpose: Purpose, user: User, *, seconds: int, url: str | None) -> None:
        """Mail a link to a user, in the background."""
        meta = self._meta()
        claims = {"id": user.id, "email": user.email, "hash": state_of(user)}
        token = self._tokens.scoped(purpose.scope, claims, seconds=seconds)
        home = (self._public_url or meta.app_url).rstrip("/")
        link = escape(with_query(url or home + purpose.path, token=token))
        text = escape(purpose.text.format(name=meta.app_name))
        html = (
            f'<p>Hello,</p>\n<p>{text}</p>\n<p><a class="btn" href="{link}" target="_blank" rel="noopener">'
            f"{purpose.button}</a></p>\n<p>Thanks,<br>{escape(meta.app_name)} team</p>"
        )
        subject = purpose.subject.format(name=meta.app_name)
        sender = Sender(meta.sender_name, meta.sender_address)
        self._outbox.post(Mail(to=user.email, subject=subject, html=html, sender=sender, purpose=purpose.scope))

    def read(self, purpose: Purpose, token: str) -> Claims:
        """What a link's token says. Raises Unauthenticated (`invalid`, `expired`)."""
        claims = self._tokens.read_scoped(purpose.scope, token)
        if not all(isinstance(claims.get(name), str) for name in ("id", "email", "hash")):
            raise Unauthenticated("Invalid token.", reason="invalid")
        return claims


def state_of(user: User) -> str:
    """Changes with what a link was made for: the address, the password and the status of its user."""
    known = "\0".join((user.id, user.email.lower(), user.password, user.status))
    return hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()
