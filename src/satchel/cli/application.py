"""What commands need of the program that they run.

In charge of: the `Application` protocol and making one. Implemented by `satchel.app.Satchel`; called by the commands.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from satchel.auth.accounts import Accounts
    from satchel.backups.backups import Backups
    from satchel.config import Settings
    from satchel.http.request import Receive, Scope, Send
    from satchel.imports.imports import Imports
    from satchel.observe import Observer
    from satchel.settings.store import SettingsStore
    from satchel.setup.first_start import FirstStart
    from satchel.snapshots.snapshots import Snapshots

Result = TypeVar("Result")


class Application(Protocol):
    """The composed program. It is made without any I/O; `startup` opens databases, `shutdown` closes them."""

    observer: Observer
    settings: Settings

    @property
    def accounts(self) -> Accounts:
        """Who may come in; only after `startup`."""
        ...

    @property
    def backups(self) -> Backups:
        """Backups of the data folder; only after `startup`."""
        ...

    @property
    def snapshots(self) -> Snapshots:
        """The schema as a document; only after `startup`."""
        ...

    @property
    def settings_store(self) -> SettingsStore:
        """The settings that change while the program runs; only after `startup`."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    async def startup(self) -> None:
        """Raises Unavailable when a database can't be reached (worth another try), else another SatchelError."""
        ...

    async def shutdown(self) -> None: ...

    def addresses(self, base_url: str) -> Sequence[tuple[str, str]]:
        """What the banner lists: (label, address or text)."""
        ...

    @property
    def imports(self) -> Imports:
        """Taking over what other programs have; only after `startup`."""
        ...

    async def superuser_otp(self, email: str) -> tuple[str, str, int]:
        """A one-time password for a superuser: its id, the password, and for how many seconds it is good. Raises
        NotFound, and Forbidden where superusers don't sign in that way.
        """
        ...

    @property
    def first_start(self) -> FirstStart:
        """What a project begins with; only after `startup`."""
        ...

    async def setup_link(self, base_url: str) -> str | None:
        """A new single-use link that makes the first superuser; None when there is one, or no page to lead to."""
        ...


def make_application(settings: Settings) -> Application:
    """The program for these settings, not yet started."""
    # by name, as the composition root is slow to import and only some commands need it
    module: Any = importlib.import_module("satchel.app")
    return cast("Application", module.Satchel(settings=settings))


def run_in_application(settings: Settings, work: Callable[[Application], Awaitable[Result]]) -> Result:
    """Start the program, do one command's work with it, and shut it down. Raises what the work raises."""

    async def session() -> Result:
        application = make_application(settings)
        await application.startup()
        try:
            return await work(application)
        finally:
            await application.shutdown()

    return asyncio.run(session())
