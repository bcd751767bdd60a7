"""New passwords for users who forgot theirs.

In charge of: who gets a link by mail, and setting the password of who follows it. Not in charge of: the link and the
mail (`user_links`), what makes a good password (`payloads`). Called by the Directus wire.

Asking tells nobody whether an address is known: the address where the link leads is checked before anybody is looked
for, the answer takes the same time, and the mail is written after it. A link is good for the password that its user had
when it was sent, so it works once.
"""

from __future__ import annotations

from satchel.auth.access import DEFAULT_PROVIDER
from satchel.auth.claims import Claims
from satchel.auth.stalling import at_least
from satchel.auth.user_changes import UserChanges
from satchel.auth.user_links import RESET, UserLinks, state_of
from satchel.config import Settings
from satchel.errors import Forbidden

MAILS, MAILS_SECONDS = 3, 300
"""So many mails of this kind does a user get in this time."""


class PasswordResets:
    """One per program."""

    def __init__(self, changes: UserChanges, links: UserLinks, claims: Claims, settings: Settings) -> None:
        self._changes = changes
        self._links = links
        self._claims = claims
        self._settings = settings

    async def request(self, email: str, url: str | None) -> None:
        """Mail a link to the active user with that address, if there is one. Raises InvalidPayload for a `url` that is
        not on the list."""
        self._links.check(RESET, url, self._settings.password_reset_url_allow_list)
        await at_least(self._settings.login_stall_milliseconds, lambda: self._post(email, url))

    async def _post(self, email: str, url: str | None) -> None:
        user = await self._changes.find_by_email(email)
        if user is None or not user.active or user.provider != DEFAULT_PROVIDER:
            return
        if await self._claims.count("password reset mails", user.id, seconds=MAILS_SECONDS) > MAILS:
            return
        self._links.post(RESET, user, seconds=self._settings.password_reset_ttl_seconds, url=url)

    async def reset(self, token: str, password: str) -> None:
        """Set the password and end all sessions. Raises Unauthenticated (`invalid`, `expired`), Forbidden for a link
        that was used or whose user is not what they were, ValidationFailed for the password.
        """
        claims = self._links.read(RESET, token)

        async def work() -> None:
            user = await self._changes.find(claims["id"])
            if user is None or not user.active or state_of(user) != claims["hash"]:
                raise Forbidden("This link was used already, or its user is another one now.")
            await self._changes.update(user.id, {"password": password}, "password reset")

        if not await self._changes.once(claims["id"], work):
            raise Forbidden("This link is being used at this moment.")
