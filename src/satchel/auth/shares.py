"""Shares: coming in by a link to one item.

In charge of: proving that somebody may use a share (its password, its dates, how often it may be used) and counting the
use. Not in charge of: what may be seen by it (`policy/share_grants`), sessions (`user_sessions`), the rows of shares as
items. Called by the wires through `Accounts.shares`.

A use is counted by one conditional statement, in the transaction that opens the session: of many callers at the same
moment no more come in than the share allows. Every refusal is the same and takes the same work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

from satchel.auth.access import Access
from satchel.auth.guesses import WINDOW_SECONDS, Guesses
from satchel.auth.passwords import Passwords
from satchel.auth.share_rows import SHARES, ShareRow, find_share
from satchel.auth.user_sessions import Mode, SignIn, UserSessions
from satchel.engine.store import Condition, Store, StoreSession
from satchel.engine.write_plan import CONCEALED
from satchel.errors import TooManyRequests, Unauthenticated

TRIES = 100
INFO = ("id", "collection", "item", "password", "max_uses", "times_used", "date_start", "date_end")


class Stall(Protocol):
    """Runs work, and makes its refusals take at least a certain time."""

    async def __call__(self, work: Callable[[], Awaitable[ShareRow]]) -> ShareRow: ...


class Shares:
    """`now`: the current instant, in UTC."""

    def __init__(
        self,
        store: Store,
        access: Access,
        sessions: UserSessions,
        passwords: Passwords,
        guesses: Guesses,
        stall: Stall,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._access = access
        self._sessions = sessions
        self._passwords = passwords
        self._guesses = guesses
        self._stall = stall
        self._now = now

    async def sign_in(
        self,
        share: str,
        password: str | None,
        *,
        mode: Mode = "json",
        ip: str | None = None,
        user_agent: str | None = None,
    ) -> SignIn:
        """Use a share once. Raises Unauthenticated (`credentials`) after the stall time, TooManyRequests."""
        guess = await self._guesses.begin(SHARES, share, ip)
        if guess is None:
            raise TooManyRequests("Too many failed attempts.", retry_after_seconds=WINDOW_SECONDS)
        row = await self._stall(lambda: self._prove(share, password, ip))
        signed_in = await self._use(row, mode, ip, user_agent)
        await self._guesses.forgive(guess)
        return signed_in

    async def info(self, share: str) -> dict[str, Any] | None:
        """What anybody with the link may know of a share; None for one that is not good now."""
        row = await self._access.share(share)
        if row is None or not row.good_at(self._now()):
            return None
        rows = await self._store.select(SHARES, INFO, ("id", "=", row.id))
        if not rows:
            return None
        return {name: CONCEALED if name == "password" and value else value for name, value in rows[0].items()}

    async def _prove(self, share: str, password: str | None, ip: str | None) -> ShareRow:
        """The share, if it may be used now and the password is right."""
        row = await self._access.share(share)
        stored = row.password if row is not None else None
        right = await self._passwords.verify(password or "", stored) or stored == ""
        if row is None or not right:
            raise _refused()
        try:
            await self._access.share_actor(row.id, ip, self._now())
        except Unauthenticated:
            raise _refused() from None
        return row

    async def _use(self, row: ShareRow, mode: Mode, ip: str | None, user_agent: str | None) -> SignIn:
        async def work(session: StoreSession) -> SignIn | None:
            if not await self._count(session, row):
                return None
            return await self._sessions.start_share(
                row.id, row.role, mode=mode, ip=ip, user_agent=user_agent, session=session
            )

        for _ in range(TRIES):
            signed_in = await self._store.write(work)
            if signed_in is not None:
                return signed_in
        raise TooManyRequests("Too many use this share at once.", retry_after_seconds=1)

    # UPDATE "satchel_shares" SET "times_used" = 4 WHERE "id" = ? AND "times_used" = 3 AND "max_uses" = 5
    async def _count(self, session: StoreSession, row: ShareRow) -> bool:
        """False when another use was counted in between: the number is written only over the one that was read.

        Raises Unauthenticated when all uses are spent, or the share is another one than the one that was proved.
        """
        fresh = await find_share(session, row.id)
        counts = await session.select(SHARES, ("times_used", "max_uses"), ("id", "=", row.id))
        if fresh != row or not row.good_at(self._now()) or not counts:
            raise _refused()
        used, most = counts[0]["times_used"], counts[0]["max_uses"]
        if most is not None and int(used or 0) >= int(most):
            raise _refused()
        where: list[Condition] = [("id", "=", row.id), _same("times_used", used), _same("max_uses", most)]
        return await session.update(SHARES, {"times_used": int(used or 0) + 1}, *where) == 1


def _same(field: str, value: Any) -> Condition:
    return (field, "is null", None) if value is None else (field, "=", value)


def _refused() -> Unauthenticated:
    return Unauthenticated("Invalid user credentials.", reason="credentials")
