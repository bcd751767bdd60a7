"""Log-in alerts: a mail when somebody signs in from where they never did.

In charge of: `_authOrigins`, the fingerprints of places that a record signed in from, and the mail. Not in charge of:
signing in. Called by `record_sign_in` after every sign-in; refreshing and impersonating tell nobody.

A fingerprint is a digest of address and browser, as PocketBase makes it, so that imported ones stay good. The first
sign-in ever is no news.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from satchel.auth.mails import RecordMails
from satchel.auth.record_changes import random_id
from satchel.auth.record_sign_in import Method
from satchel.auth.records import AuthRecord
from satchel.auth.sessions import iso
from satchel.engine.store import Condition, Store, StoreSession
from satchel.errors import ConstraintFailed
from satchel.mail.outbox import Outbox
from satchel.policy.actor import Context

AUTH_ORIGINS = "_authOrigins"
KEPT = 5
USER_AGENT_LENGTH = 200


class LoginAlerts:
    """`now`: the current instant, in UTC."""

    def __init__(self, store: Store, mails: RecordMails, outbox: Outbox, now: Callable[[], datetime]) -> None:
        self._store = store
        self._mails = mails
        self._outbox = outbox
        self._now = now

    async def follow(self, record: AuthRecord, method: Method, context: Context) -> None:
        """Note where somebody signed in from, and tell them when that is new."""
        if not record.collection.options["authAlert"]["enabled"] or not record.email:
            return
        ip = context.actor.ip or ""
        user_agent = _user_agent(context)
        # MD5 is no secret here: it only has to be PocketBase's.
        fingerprint = hashlib.md5(f"{ip}{user_agent}".encode(), usedforsecurity=False).hexdigest()
        try:
            news = await self._store.write(lambda session: self._note(session, record, fingerprint))
        except ConstraintFailed:  # somebody signs in twice from there at this moment
            return
        if news:
            self._outbox.post(self._mails.with_alert(record, ip, user_agent, self._now()))

    async def _note(self, session: StoreSession, record: AuthRecord, fingerprint: str) -> bool:
        """Keep a new fingerprint in place of the oldest; whether it is news."""
        mine: tuple[Condition, ...] = (("collectionRef", "=", record.collection.id), ("recordRef", "=", record.id))
        known = await session.select(AUTH_ORIGINS, ("id", "fingerprint"), *mine, order="created", descending=True)
        if any(row["fingerprint"] == fingerprint for row in known):
            return False
        for row in known[KEPT - 1 :]:
            await session.delete(AUTH_ORIGINS, ("id", "=", row["id"]))
        now = iso(self._now())
        row = {
            "id": random_id(),
            "collectionRef": record.collection.id,
            "recordRef": record.id,
            "fingerprint": fingerprint,
            "created": now,
            "updated": now,
        }
        await session.insert(AUTH_ORIGINS, row)
        return bool(known)


def _user_agent(context: Context) -> str:
    headers: Mapping[str, Any] = context.request.get("headers") or {}
    text = str(headers.get("user_agent") or "")
    return text[:USER_AGENT_LENGTH] + "..." if len(text) > USER_AGENT_LENGTH else text
