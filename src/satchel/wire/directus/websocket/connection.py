"""One client that stays: who it is, what it still has to prove, when it was last heard of.

In charge of: the state of a connection, and what time does to it (a token that expires, a sign of life that does not
come). Not in charge of: messages (`endpoint`, `graphql`), or all connections together (`watch`). Made by the endpoints.

A connection is always somebody: whoever has proved nothing, or whose proof is good no more, is a guest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from satchel.auth.accounts import Accounts
from satchel.auth.tokens import peek
from satchel.errors import SatchelError, Unauthenticated
from satchel.http.websocket import Socket
from satchel.policy.actor import Actor
from satchel.realtime.clients import Client
from satchel.realtime.realtime import Realtime
from satchel.realtime.subscription import Outlet, Subscription

Mode = Literal["handshake", "public", "strict"]
Phase = Literal["handshake", "open", "expired"]
"""`handshake`: nothing was proved yet and nothing is answered. `expired`: the proof is to be renewed."""


class Voice(Protocol):
    """How an endpoint says what time brings."""

    def timed_out(self, connection: Connection) -> None:
        """The client did not say in time who it is."""
        ...

    def expired(self, connection: Connection) -> None:
        """Its token has expired; it has a while to bring another."""
        ...

    def lost(self, connection: Connection) -> None:
        """Its token, session or account is good no more."""
        ...

    def ping(self, connection: Connection) -> None:
        """Ask for a sign of life."""
        ...


@dataclass(slots=True)
class Pace:
    """How many messages a client may send: `rate` per second, and twice as many in a burst."""

    rate: int
    left: float = 0.0
    at: float = 0.0

    def spend(self, now: float) -> bool:
        if self.rate == 0:
            return True
        most = 2.0 * self.rate
        self.left = most if self.at == 0.0 else min(most, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class Followed:
    """One subscription. `uid`: as JSON. `waiting`: what came before its first answer was sent."""

    uid: bytes
    subscription: Subscription
    waiting: list[bytes] | None = field(default_factory=list[bytes])
    waiting_bytes: int = 0

    def wait(self, message: bytes, socket: Socket) -> bool:
        """Keep a message until the first answer is sent. One too many cuts the connection, as if it did not read."""
        assert self.waiting is not None
        self.waiting_bytes += len(message)
        if self.waiting_bytes > socket.limit_bytes or len(self.waiting) >= socket.limit_messages:
            socket.cut()
            return False
        self.waiting.append(message)
        return True


@dataclass(slots=True, eq=False)
class Connection:
    """See the module's text. `clock` gives seconds that only grow; `expires` is seconds since 1970."""

    socket: Socket
    mode: Mode
    voice: Voice
    accounts: Accounts
    actor: Actor
    pace: Pace
    clock: Callable[[], float] = time.monotonic
    token: str | None = None
    expires: float | None = None
    phase: Phase = "open"
    deadline: float | None = None
    beat: float = 0.0
    heard: bool = True
    checked: float = 0.0
    client: Client | None = None
    followed: dict[str, Followed] = field(default_factory=dict[str, Followed])

    @property
    def ip(self) -> str | None:
        return self.socket.request.client_ip or None

    # --- who it is

    async def prove(self, token: str) -> None:
        """Be whom this token names from now on. Raises Unauthenticated; the connection is who it was then."""
        self.actor = await self.accounts.resolve(token, ip=self.ip)
        claims = peek(token)
        expires = None if claims is None else claims.get("exp")
        self.token = token
        self.expires = float(expires) if isinstance(expires, int | float) else None
        self.phase, self.deadline = "open", None
        self.checked = self.clock()

    async def be_guest(self) -> None:
        """Be nobody in particular from now on."""
        self.actor = await self.accounts.guest(ip=self.ip)
        self.token = self.expires = None

    async def renew(self, realtime: Realtime) -> bool:
        """Look whether the proof is still good, and who that is by now; False when it is not, which the client has
        been told then. Errors: Unavailable."""
        self.checked = self.clock()
        token = self.token
        try:
            if token is None:
                self.actor = await self.accounts.guest(ip=self.ip)
                return True
            actor = await self.accounts.resolve(token, ip=self.ip)
        except Unauthenticated as error:
            await self._fall(realtime, token, expired=error.details.get("reason") == "expired")
            return False
        except SatchelError as error:
            if error.status >= 500:
                raise
            await self._fall(realtime, token, expired=False)
            return False
        if token == self.token:
            self.actor = actor
        await self.follow_identity(realtime)
        return True

    async def follow_identity(self, realtime: Realtime) -> None:
        """Let events be judged for who this is now."""
        if self.client is not None:
            await realtime.identify(self.client, self.actor)

    async def _fall(self, realtime: Realtime, token: str | None, *, expired: bool) -> None:
        guest = await self.accounts.guest(ip=self.ip)
        if self.token != token:
            return  # it has proved something else meanwhile
        self.token = self.expires = None
        self.actor = guest
        await self.follow_identity(realtime)
        if expired:
            self.voice.expired(self)
        else:
            self.voice.lost(self)

    async def follow(self, realtime: Realtime, outlet: Outlet) -> None:
        """Let realtime know what is followed by now; `outlet` is for the first time. Errors: Unavailable."""
        if self.client is None:
            self.client = await realtime.connect(outlet, self.ip, watched=True)
            await realtime.identify(self.client, self.actor)
        await realtime.follow(self.client, [item.subscription for item in self.followed.values()])

    # --- time

    def start(self, *, heartbeat_seconds: float) -> None:
        self.checked = now = self.clock()
        self.beat = now + heartbeat_seconds if heartbeat_seconds else float("inf")

    @property
    def out_of_time(self) -> bool:
        """Whether its token has expired by the clock."""
        return self.expires is not None and time.time() >= self.expires

    def pass_time(self, now: float, *, heartbeat_seconds: float) -> None:
        """Do what is due."""
        if self.deadline is not None and now >= self.deadline:
            self.deadline = None
            self.voice.timed_out(self)
        if now >= self.beat:
            self.beat = now + heartbeat_seconds
            if self.heard:
                self.heard = False
                self.voice.ping(self)
            else:
                self.socket.cut()
