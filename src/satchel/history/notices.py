"""Notices: notifications by mail, to those who want them.

In charge of: one mail for each new notification whose recipient is active, has an address and has not switched them
off. Not in charge of: making notifications (`comments`, whoever may write them), or sending (`mail/`). Hangs on the
writes of `directus_notifications`; joined in `joints`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from typing import Any
from urllib.parse import quote

from satchel.engine.ledger import ChangeSet
from satchel.mail.message import Mail, Sender
from satchel.mail.outbox import Outbox
from satchel.settings.model import Meta

NOTIFICATIONS = "directus_notifications"

AddressOf = Callable[[str], Awaitable[str | None]]
"""Where notifications of a user go by mail; None for nowhere."""


class Notices:
    """`meta`: the settings of the moment. `public_url`: of this server; "" takes the application's URL of `meta`."""

    def __init__(self, outbox: Outbox, address_of: AddressOf, meta: Callable[[], Meta], public_url: str) -> None:
        self._outbox = outbox
        self._address_of = address_of
        self._meta = meta
        self._public_url = public_url

    async def send(self, change_set: ChangeSet) -> None:
        """Post mails for the new notifications of a set."""
        for change in change_set.changes:
            if change.collection != NOTIFICATIONS or change.action != "create":
                continue
            address = await self._address_of(str(change.after.get("recipient")))
            if address is not None:
                self._outbox.post(self._mail(address, change.after))

    def _mail(self, address: str, notice: Any) -> Mail:
        meta = self._meta()
        subject = str(notice.get("subject") or "")
        lines = escape(str(notice.get("message") or "")).splitlines()
        html = f"<p>Hello,</p>\n<p>{'<br>'.join(lines) or escape(subject)}</p>"
        if notice.get("collection") and notice.get("item"):
            home = (self._public_url or meta.app_url).rstrip("/")
            place = "/".join(quote(str(notice[part]), safe="") for part in ("collection", "item"))
            link = escape(f"{home}/admin/content/{place}")
            html += f'\n<p><a class="btn" href="{link}" target="_blank" rel="noopener">View item</a></p>'
        sender = Sender(meta.sender_name, meta.sender_address)
        return Mail(to=address, subject=subject, html=html, sender=sender, purpose="notification")
