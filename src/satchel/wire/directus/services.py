"""What this wire needs of the rooms below, as one object.

In charge of: the contract between the composition root and the wire. Made by `app`, handed to `routes.mount`.
"""

from __future__ import annotations

from typing import Protocol

from satchel.auth.accounts import Accounts
from satchel.config import Settings
from satchel.engine.schema import Schema
from satchel.engine.verbs import Engine
from satchel.http.ratelimit import RateLimiter


class Services(Protocol):
    """`engine` reads and writes items, `schema` changes what exists, `accounts` knows who asks, `settings` are those of
    this start, `limiter` counts requests."""

    @property
    def engine(self) -> Engine: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def schema(self) -> Schema: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def limiter(self) -> RateLimiter: ...
