"""What the sockets need of the rooms below, as one object.

In charge of: putting it together for one program. Made by `routes`, handed to the endpoints.
"""

from __future__ import annotations

from dataclasses import dataclass

from satchel.auth.accounts import Accounts
from satchel.config import Settings
from satchel.engine.verbs import Engine
from satchel.http.ratelimit import RateLimiter
from satchel.observe import Observer
from satchel.realtime.realtime import Realtime
from satchel.wire.directus.gate import Gate
from satchel.wire.directus.query import Reader
from satchel.wire.directus.services import Services
from satchel.wire.directus.websocket.watch import Watch


@dataclass(frozen=True, slots=True)
class SocketServices:
    """`services`: what the handlers of requests have; `gate` and `reader` are theirs too. `watch`: all connections."""

    services: Services
    gate: Gate
    reader: Reader
    watch: Watch

    @property
    def engine(self) -> Engine:
        return self.services.engine

    @property
    def accounts(self) -> Accounts:
        return self.services.accounts

    @property
    def settings(self) -> Settings:
        return self.services.settings

    @property
    def limiter(self) -> RateLimiter:
        return self.services.limiter

    @property
    def realtime(self) -> Realtime:
        return self.services.realtime

    @property
    def observer(self) -> Observer:
        return self.services.observer
