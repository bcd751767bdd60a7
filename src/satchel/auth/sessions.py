"""Sessions: refresh tokens and session cookies.

In charge of: the rows behind them: opening, rotating, renewing with a grace period, ending. Not in charge of: signing
(`tokens`), whether the user may still come in (`user_sessions`, the caller beside `superusers` and `changes`).

Two kinds of rows, one table. A *refresh token* (json and cookie mode) is 64 random characters; the row holds its
digest, and refreshing writes another digest over it in one conditional statement, so of several that race one wins. A
*session* (session mode) is named inside a signed cookie; renewing it makes a successor and lets the old row live on
for the grace period, in which every further renewal answers with the same successor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from satchel.auth.tokens import digest, random_text
from satchel.engine.store import Item, Store, StoreSession

SESSIONS = "directus_sessions"
TOKEN_LENGTH = 64
USER_AGENT_LENGTH_MAXIMUM = 255
SUCCESSORS_MAXIMUM = 100
"""How far a chain of renewals is followed at log-out; within a grace period it has one or two."""
FIELDS = ("token", "user", "share", "next_token", "passkey")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a session is used from."""

    ip: str | None = None
    user_agent: str | None = None

    def values(self) -> Item:
        agent = None if self.user_agent is None else self.user_agent[:USER_AGENT_LENGTH_MAXIMUM]
        return {"ip": self.ip, "user_agent": agent}


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose session it is: a user's, or of somebody who came in by a share."""

    user: str | None = None
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A living session. `name` is what its row is called: the digest of a refresh token, or what a cookie says.
    `passkey`: the one that it was opened with.
    """

    name: str
    holder: Holder
    successor: str | None
    passkey: str | None = None

    @property
    def user(self) -> str | None:
        return self.holder.user

    @property
    def share(self) -> str | None:
        return self.holder.share


class Sessions:
    """`now`: the current instant, in UTC."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def open(
        self,
        session: StoreSession,
        holder: Holder,
        origin: Origin,
        *,
        mode: str,
        seconds: int,
        passkey: str | None = None,
    ) -> str:
        """A new refresh token; a session's name is the `digest` of it. Sweeps up what has expired."""
        now = self._now()
        await session.delete(SESSIONS, ("expires", "<=", iso(now)))
        token = random_text(TOKEN_LENGTH)
        row = self._row(digest(token), holder, origin, mode=mode, seconds=seconds, passkey=passkey)
        await session.insert(SESSIONS, row)
        return token

    async def find(self, name: str) -> Held | None:
        """The living session of that name."""
        rows = await self._store.select(
            SESSIONS, FIELDS, ("token", "=", name), ("expires", ">", iso(self._now())), limit=2
        )
        exact = [row for row in rows if row["token"] == name and (row["user"] or row["share"]) is not None]
        return _held(exact[0]) if exact else None

    async def rotate(self, name: str, origin: Origin, *, seconds: int) -> str | None:
        """A new refresh token in place of the one with that digest, which dies; None when somebody else was first."""
        now = self._now()
        token = random_text(TOKEN_LENGTH)
        values = {"token": digest(token), "expires": iso(now + timedelta(seconds=seconds)), **origin.values()}

        async def work(session: StoreSession) -> int:
            return await session.update(
                SESSIONS, values, ("token", "=", name), ("expires", ">", iso(now)), ("next_token", "is null", None)
            )

        return token if await self._store.write(work) == 1 else None

    async def renew(self, held: Held, origin: Origin, *, seconds: int, grace_seconds: int) -> str | None:
        """The name of the session's successor, made now or by whoever was first; None when it has ended meanwhile."""
        if held.successor is None:
            made = await self._succeed(held, origin, seconds=seconds, grace_seconds=grace_seconds)
            if made is not None:
                return made
            again = await self.find(held.name)
            if again is None or again.successor is None:
                return None
            held = again
        assert held.successor is not None
        return None if await self.find(held.successor) is None else held.successor

    async def _succeed(self, held: Held, origin: Origin, *, seconds: int, grace_seconds: int) -> str | None:
        now = self._now()
        name = digest(random_text(TOKEN_LENGTH))
        row = self._row(name, held.holder, origin, mode="session", seconds=seconds, passkey=held.passkey)
        closing = {"next_token": name, "expires": iso(now + timedelta(seconds=grace_seconds))}

        async def work(session: StoreSession) -> bool:
            changed = await session.update(
                SESSIONS,
                closing,
                ("token", "=", held.name),
                ("expires", ">", iso(now)),
                ("next_token", "is null", None),
            )
            if changed == 1:
                await session.insert(SESSIONS, row)
            return changed == 1

        return name if await self._store.write(work) else None

    def _row(self, name: str, holder: Holder, origin: Origin, *, mode: str, seconds: int, passkey: str | None) -> Item:
        now = self._now()
        return {
            "token": name,
            "user": holder.user,
            "share": holder.share,
            "expires": iso(now + timedelta(seconds=seconds)),
            "mode": mode,
            "created": iso(now),
            "passkey": passkey,
            **origin.values(),
        }

    async def end(self, name: str) -> None:
        """End a session together with its successors, and with the one that it succeeds."""

        async def work(session: StoreSession) -> None:
            names = [name]
            for _ in range(SUCCESSORS_MAXIMUM):
                rows = await session.select(SESSIONS, ("next_token",), ("token", "=", names[-1]))
                following = [str(row["next_token"]) for row in rows if row["next_token"] is not None]
                if not following or following[0] in names:
                    break
                names.append(following[0])
            await session.delete(SESSIONS, ("token", "in", names))
            await session.delete(SESSIONS, ("next_token", "=", name))

        await self._store.write(work)


async def end_all(session: StoreSession, users: list[str]) -> int:
    """End every session of these users, as part of what changed them."""
    return await session.delete(SESSIONS, ("user", "in", users))


async def end_shares(session: StoreSession, shares: list[str]) -> int:
    """End every session by these shares, as part of what changed them."""
    return await session.delete(SESSIONS, ("share", "in", shares))


def iso(instant: datetime) -> str:
    """The text that every dialect takes for a timestamp."""
    return instant.astimezone(UTC).isoformat(" ", timespec="milliseconds").replace("+00:00", "Z")


def _held(row: dict[str, Any]) -> Held:
    names = ("user", "share", "next_token", "passkey")
    user, share, successor, passkey = (None if row[name] is None else str(row[name]) for name in names)
    return Held(str(row["token"]), Holder(user, share), successor, passkey)
