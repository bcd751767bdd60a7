"""Invitations: users that somebody with the right to make users asks in.

In charge of: making them, mailing them a link, and letting in who follows it. Not in charge of: the link and the mail
(`user_links`), whether the caller may make users (the engine, by the caller's grants). Called by the Directus wire.
"""

from __future__ import annotations

from collections.abc import Sequence

from satchel.auth.access import USERS, User
from satchel.auth.accounts import Accounts
from satchel.auth.user_changes import UserChanges
from satchel.auth.user_links import INVITE, UserLinks, state_of
from satchel.config import Settings
from satchel.engine.verbs import Engine, Session
from satchel.errors import Forbidden, InvalidPayload, Unauthenticated
from satchel.policy.actor import Context

INVITED = "invited"


class Invitations:
    """One per program."""

    def __init__(
        self, accounts: Accounts, engine: Engine, changes: UserChanges, links: UserLinks, settings: Settings
    ) -> None:
        self._accounts = accounts
        self._engine = engine
        self._changes = changes
        self._links = links
        self._settings = settings

    async def invite(self, context: Context, emails: Sequence[str], role: str, url: str | None) -> None:
        """Make users who may accept, and mail each a link; who was invited before gets another one, and who is a user
        already is left alone. All or none. Raises InvalidPayload, and what the engine raises.
        """
        self._links.check(INVITE, url, self._settings.user_invite_url_allow_list)
        if len(emails) > self._settings.mail_queue_max:
            raise InvalidPayload(f"At most {self._settings.mail_queue_max} users can be invited at once")
        if not (await self._accounts.grants(context.actor)).of(USERS, "create"):
            # said before anybody is looked for, so that it tells nothing about addresses
            raise Forbidden("You may not make users.", collection=USERS, path=())
        addresses = list(dict.fromkeys(email.strip().lower() for email in emails))

        async def work(session: Session) -> list[str]:
            invited = [await self._invite(session, address, role) for address in addresses]
            return [key for key in invited if key is not None]

        for key in await self._engine.write(context, USERS, work):
            user = await self._changes.find(key)
            if user is not None and user.status == INVITED:
                self._links.post(INVITE, user, seconds=self._settings.user_invite_ttl_seconds, url=url)

    async def _invite(self, session: Session, address: str, role: str) -> str | None:
        known = await self._changes.find_by_email(address)
        if known is None:
            values = {"email": address, "role": role, "status": INVITED}
            (key,) = await session.create(USERS, values, "directus")
            return str(key)
        if known.status != INVITED:
            return None
        if known.role != role:
            await session.update(USERS, (known.id,), {"role": role}, "directus")
        return known.id

    async def accept(self, token: str, password: str) -> None:
        """Let an invited user in, with a password. Raises Unauthenticated (`invalid`, `expired`; `invite` for one who
        is not invited any more), ValidationFailed for the password.
        """
        claims = self._links.read(INVITE, token)

        async def work() -> None:
            user = _still_invited(await self._changes.find(claims["id"]), claims["hash"])
            await self._changes.update(user.id, {"password": password, "status": "active"}, "accepted invitation")

        if not await self._changes.once(claims["id"], work):
            raise _no_longer_valid()


def _still_invited(user: User | None, state: str) -> User:
    if user is None or user.status != INVITED or state_of(user) != state:
        raise _no_longer_valid()
    return user


def _no_longer_valid() -> Unauthenticated:
    return Unauthenticated("This invite is no longer valid.", reason="invite")
