"""What this wire needs of the rooms below, as one object.

In charge of: the contract between the composition root and the wire. Made by `app`, handed to `routes.mount`.
"""

from __future__ import annotations

from typing import Protocol

from satchel.auth.accounts import Accounts
from satchel.auth.people import People
from satchel.auth.sign_on.sign_on import SignOn
from satchel.config import Settings
from satchel.engine.commits import Clearing, Commits
from satchel.engine.schema import Schema
from satchel.engine.verbs import Engine
from satchel.files.files import Files
from satchel.history.history import History
from satchel.http.pressure import Pressure
from satchel.http.ratelimit import RateLimiter
from satchel.logs.tail import Tail
from satchel.observe import Observer
from satchel.realtime.realtime import Realtime
from satchel.setup.first_start import FirstStart
from satchel.snapshots.snapshots import Snapshots
from satchel.wire.directus.websocket.watch import Watch


class Services(Protocol):
    """What each is for:

    `engine` reads and writes items,
    `schema` changes what exists,
    `snapshots` takes it from one installation to another,
    `accounts` knows who asks,
    `people` the other ways to prove who one is,
    `first_start` makes the first superuser,
    `sign_on` people of identity providers,
    `files` keeps files,
    `history` what was done,
    `settings` are those of this start,
    `limiter` counts requests,
    `realtime` tells of what was committed,
    `watch` keeps the open sockets,
    `observer` hears of trouble.
    """

    @property
    def engine(self) -> Engine: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def people(self) -> People: ...

    @property
    def files(self) -> Files: ...

    @property
    def schema(self) -> Schema: ...

    @property
    def snapshots(self) -> Snapshots: ...

    @property
    def history(self) -> History: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def limiter(self) -> RateLimiter: ...

    @property
    def realtime(self) -> Realtime: ...

    @property
    def commits(self) -> Commits: ...

    @property
    def clearing(self) -> Clearing: ...

    @property
    def pressure(self) -> Pressure: ...

    @property
    def log_tail(self) -> Tail: ...

    @property
    def watch(self) -> Watch: ...

    @property
    def observer(self) -> Observer: ...

    @property
    def first_start(self) -> FirstStart: ...

    @property
    def sign_on(self) -> SignOn: ...
