"""Share invitations: mailing the link of a share.

In charge of: the mail, and that only who may see the share sends it. Not in charge of: the share (`shares`), or sending
(`mail/`). Called by the Directus wire.

The link holds the share's id and no token: a share with a password asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from satchel.auth.share_rows import SHARES
from satchel.engine.verbs import Engine
from satchel.errors import Forbidden, InvalidPayload
from satchel.mail.message import Mail, Sender
from satchel.mail.outbox import Outbox
from satchel.policy.actor import Context
from satchel.settings.model import Meta

PATH = "/admin/shared/"


class ShareInvitations:
    """`meta`: the settings of the moment. `public_url`: of this server; "" takes the application's URL of `meta`.
    `most`: how many addresses one request may name."""

    def __init__(self, engine: Engine, outbox: Outbox, meta: Callable[[], Meta], public_url: str, most: int) -> None:
        self._engine = engine
        self._outbox = outbox
        self._meta = meta
        self._public_url = public_url
        self._most = most

    async def invite(self, context: Context, share: str, emails: Sequence[str]) -> None:
        """Mail a link to each address. Raises Forbidden for a share that the caller may not see."""
        if len(emails) > self._most:
            raise InvalidPayload(f"At most {self._most} people can be invited at once")
        if context.actor.kind != "user" or not await self._engine.allows(context, SHARES, "view", (share,)):
            raise Forbidden("There is no such share.")
        for email in dict.fromkeys(email.strip() for email in emails):
            self._outbox.post(self._mail(context, share, email))

    def _mail(self, context: Context, share: str, email: str) -> Mail:
        meta = self._meta()
        home = (self._public_url or meta.app_url).rstrip("/")
        link = escape(home + PATH + share)
        record = context.actor.record
        who = " ".join(str(record[name]) for name in ("first_name", "last_name") if record.get(name))
        name = escape(meta.app_name)
        html = (
            f"<p>Hello,</p>\n<p>{escape(who) or 'Somebody'} has invited you to view an item at {name}.</p>\n"
            f'<p><a class="btn" href="{link}" target="_blank" rel="noopener">View item</a></p>\n'
            f"<p>Thanks,<br>{name} team</p>"
        )
        sender = Sender(meta.sender_name, meta.sender_address)
        subject = f"{who or 'Somebody'} has shared an item with you"
        return Mail(to=email, subject=subject, html=html, sender=sender, purpose="share")
