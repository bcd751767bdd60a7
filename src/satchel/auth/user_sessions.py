"""User sessions: what a sign-in of a user, or by a share, gives, and how it is renewed and ended.

In charge of: opening sessions, the signed token that goes with each mode, refreshing, logging out, finding out whose
session a token names, and the page that a user looked at last. Not in charge of: proving who somebody is (`accounts`,
`shares`, providers), or the rows (`sessions`). Called by them, and by the wires through `accounts`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from satchel.auth import attempts
from satchel.auth.access import USERS, Access, User, remember
from satchel.auth.sessions import Held, Holder, Origin, Sessions, iso
from satchel.auth.share_rows import ShareRow
from satchel.auth.tokens import Claims, Tokens, digest
from satchel.config import Settings
from satchel.engine.store import Condition, Store, StoreSession
from satchel.errors import Unauthenticated
from satchel.policy.actor import Actor

Mode = Literal["json", "cookie", "session"]

SESSION_COOKIE = "directus_session_token"
"""The cookie of the mode `session`."""

PAGE_LENGTH_MAXIMUM = 255

Follow = Callable[[StoreSession, User, Origin], Awaitable[None]]
"""Something that is done in the transaction in which a user signs in."""

Renewal = Callable[[User], Awaitable[None]]
"""Asked before a user's session is renewed. Raises where it must not be."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a log-in or refresh gives.

    `refresh_token` is "" in session mode, where `access_token` is the value of the session cookie.
    `expires_milliseconds`: life of
    the access token. `cookie_seconds`: life of the cookie that the mode wants.
    """

    mode: Mode
    access_token: str
    refresh_token: str
    expires_milliseconds: int
    cookie_seconds: int


class UserSessions:
    """`follows`: filled by who has to know of sign-ins, `renewals` by who has a word in how they go on.

    `now`: the current instant, in UTC.
    """

    def __init__(
        self, store: Store, settings: Settings, access: Access, tokens: Tokens, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._settings = settings
        self._access = access
        self._tokens = tokens
        self._now = now
        self._sessions = Sessions(store, now)
        self.follows: list[Follow] = []
        self.renewals: list[Renewal] = []

    # --- opening

    async def start(
        self,
        user: User,
        *,
        mode: Mode = "json",
        ip: str | None = None,
        user_agent: str | None = None,
        passkey: str | None = None,
    ) -> SignIn:
        """Sign a user in whose proof was good. `passkey`: the one that was shown, which is a second factor too. Raises
        Unauthenticated (`unknown`) for one who may not come in, and Forbidden for an admin who may not come from that
        address."""
        welcome(user)
        origin = Origin(ip, user_agent)

        async def work(session: StoreSession) -> str:
            # Whoever was suspended or got another password since the proof was looked at does not come in.
            same: Condition = ("password", "=", user.password) if user.password else ("password", "is null", None)
            stamp = {"last_access": iso(self._now())}
            if await session.update(USERS, stamp, ("id", "=", user.id), ("status", "=", "active"), same) != 1:
                raise unknown()
            await attempts.forgive(session, user.id)
            for follow in self.follows:
                await follow(session, user, origin)
            return await self._sessions.open(
                session, Holder(user=user.id), origin, mode=mode, seconds=self._life(mode), passkey=passkey
            )

        token = await self._store.write(work)
        return self._of_user(user, mode, ip, token, digest(token), passkey=passkey is not None)

    async def start_share(
        self, share: str, role: str | None, *, mode: Mode, ip: str | None, user_agent: str | None, session: StoreSession
    ) -> SignIn:
        """Sign somebody in by a share, as a part of what counts its use."""
        holder = Holder(share=share)
        token = await self._sessions.open(session, holder, Origin(ip, user_agent), mode=mode, seconds=self._life(mode))
        return self._of_share(share, role, mode, token, digest(token))

    # --- renewing and ending

    async def refresh(
        self, token: str, *, mode: Mode = "json", ip: str | None = None, user_agent: str | None = None
    ) -> SignIn:
        """Trade a refresh token (in session mode: the session token) for a new one; the old one dies.

        Raises Unauthenticated: `unknown`, `suspended`, and in session mode `expired` or `invalid`.
        """
        name = self._name(token) if mode == "session" else digest(token)
        held = await self._sessions.find(name)
        if held is None:
            raise unknown()
        user, share = await self._holder(held)
        if user is not None:
            for renewal in self.renewals:
                await renewal(user)
        origin, seconds = Origin(ip, user_agent), self._life(mode)
        if mode == "session":
            grace = self._settings.session_refresh_grace_seconds
            successor = await self._sessions.renew(held, origin, seconds=seconds, grace_seconds=grace)
            refresh_token, session = "", successor
        else:
            refresh_token = session = await self._sessions.rotate(name, origin, seconds=seconds)
        if session is None:
            raise unknown()
        if user is not None:
            stamp = {"last_access": iso(self._now())}
            await self._store.write(lambda session: session.update(USERS, stamp, ("id", "=", user.id)))
            passkey = held.passkey is not None
            return self._of_user(user, mode, ip, refresh_token or "", session, passkey=passkey)
        assert share is not None
        return self._of_share(share.id, share.role, mode, refresh_token or "", session)

    async def logout(self, token: str, *, mode: Mode = "json") -> None:
        """End a session. A token that nobody holds is no error."""
        try:
            name = self._name(token) if mode == "session" else digest(token)
        except Unauthenticated:
            return
        await self._sessions.end(name)

    async def end(self, name: str) -> None:
        """End a session by its name."""
        await self._sessions.end(name)

    async def remember_page(self, actor: Actor, page: str) -> None:
        """Note which page a user looked at last. Raises Unauthenticated (`credentials`) when no user asks."""
        if not actor.signed_in or actor.collection != USERS:
            raise Unauthenticated("Nobody is signed in.", reason="credentials")
        values = {"last_page": page[:PAGE_LENGTH_MAXIMUM]}
        await self._store.write(lambda session: session.update(USERS, values, ("id", "=", actor.key)))

    # --- whose token

    async def actor(self, token: str, ip: str | None) -> Actor:
        """Who holds an access or session token. A session's token is only as good as its session.

        Raises Unauthenticated (`expired`, `invalid`, `unknown`).
        """
        await self._access.refresh()
        bearers = self._access.bearers  # as of now: whoever changes while this is found out is not in the next ones
        claims = self._tokens.read_access(token)
        user, share, passkey = claims.get("id"), claims.get("share"), claims.get("passkey") is True
        if "session" in claims:
            held = await self._find(claims["session"])
            if held is None or (held.user, held.share) != (user, share):
                raise unknown()
            passkey = held.passkey is not None
        if user is None:
            return await self._access.share_actor(str(share), ip, self._now())
        found = welcome(await self._access.user(user))
        actor = self._access.actor(found, ip)
        if not passkey:
            actor = self._access.proven(actor, found)
        if "session" not in claims:  # which may end at any time
            remember(bearers, (token, ip), (claims["exp"], actor))
        return actor

    async def _find(self, name: object) -> Held | None:
        return await self._sessions.find(name) if isinstance(name, str) else None

    async def _holder(self, held: Held) -> tuple[User | None, ShareRow | None]:
        if held.user is not None:
            user = await self._access.user(held.user)
            if user is not None and user.status == "suspended":
                raise Unauthenticated("User suspended.", reason="suspended")
            return welcome(user), None
        share = await self._access.share(held.share or "")
        if share is None or not share.good_at(self._now()):
            raise unknown()
        return None, share

    def _name(self, token: str) -> str:
        name = self._tokens.read_access(token).get("session")
        if not isinstance(name, str):
            raise unknown()
        return name

    # --- tokens

    def _life(self, mode: Mode) -> int:
        if mode == "session":
            return self._settings.session_cookie_ttl_seconds
        return self._settings.refresh_token_ttl_seconds

    def _of_user(
        self, user: User, mode: Mode, ip: str | None, refresh_token: str, session: str, *, passkey: bool
    ) -> SignIn:
        found = self._access.effective(user, ip)
        claims: Claims = {
            "id": user.id,
            "role": user.role,
            "app_access": found.app_access,
            "admin_access": found.admin,
        }
        if passkey:
            claims = {**claims, "passkey": True}
        elif found.enforce_tfa and not user.second_factor:
            claims = {**claims, "enforce_tfa": True}
        return self._signed(claims, mode, refresh_token, session)

    def _of_share(self, share: str, role: str | None, mode: Mode, refresh_token: str, session: str) -> SignIn:
        claims = {"app_access": False, "admin_access": False, "role": role, "share": share}
        return self._signed(claims, mode, refresh_token, session)

    def _signed(self, claims: Claims, mode: Mode, refresh_token: str, session: str) -> SignIn:
        in_session = mode == "session"
        life = self._life(mode) if in_session else self._settings.access_token_ttl_seconds
        token = self._tokens.access({**claims, "session": session} if in_session else claims, seconds=life)
        return SignIn(mode, token, "" if in_session else refresh_token, life * 1000, self._life(mode))


def welcome(user: User | None) -> User:
    """The user, if there is one who may come in. Raises Unauthenticated (`unknown`)."""
    if user is None or not user.active:
        raise unknown()
    return user


def unknown() -> Unauthenticated:
    return Unauthenticated("Invalid user credentials.", reason="unknown")
