"""What this wire needs of the rest of the program, as the composition root hands it in.

In charge of: the shape. Not in charge of: making any of it. Read by every module of this wire.
"""

from __future__ import annotations

from typing import Protocol

from satchel.auth.accounts import Accounts
from satchel.auth.people import People
from satchel.backups.backups import Backups
from satchel.config import Settings
from satchel.engine.console import Console
from satchel.engine.engine import Engine
from satchel.engine.schema import Schema
from satchel.files.files import Files
from satchel.http.ratelimit import RateLimiter
from satchel.jobs.runner import Jobs
from satchel.logs.archive import LogArchive
from satchel.realtime.realtime import Realtime
from satchel.settings.store import SettingsStore


class Services(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def files(self) -> Files: ...

    @property
    def schema(self) -> Schema: ...

    @property
    def realtime(self) -> Realtime: ...

    @property
    def people(self) -> People: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def settings_store(self) -> SettingsStore: ...

    @property
    def limiter(self) -> RateLimiter: ...

    @property
    def log_archive(self) -> LogArchive: ...

    @property
    def console(self) -> Console: ...

    @property
    def jobs(self) -> Jobs: ...

    @property
    def backups(self) -> Backups: ...
