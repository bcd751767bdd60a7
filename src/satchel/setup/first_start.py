"""The first start: the first superuser, and what a project begins with.

In charge of: the order of it, and that nothing is done before everything that was asked for is known to be possible.
Not in charge of: the account (`auth/superusers`). Called by the Directus wire for the set-up link, and by `satchel
init`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from satchel.auth.accounts import Accounts
from satchel.auth.payloads import SETTINGS
from satchel.engine.verbs import Engine, Session
from satchel.errors import FieldError, InvalidPayload, ValidationFailed
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context
from satchel.settings.store import SettingsStore
from satchel.setup.connection import Connection
from satchel.setup.recipe import read_recipe
from satchel.setup.samples import Samples

NAME_LENGTH_MAXIMUM = 100
NO_SAMPLE = "none"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a project begins with. `project_name`: "" leaves it as it is."""

    email: str
    password: str
    project_name: str = ""
    sample: str = NO_SAMPLE


class FirstStart:
    """One per program. `samples`: sample projects; `connection`: the database that is served."""

    def __init__(
        self, engine: Engine, accounts: Accounts, settings: SettingsStore, samples: Samples, connection: Connection
    ) -> None:
        self._engine = engine
        self._accounts = accounts
        self._settings = settings
        self.samples = samples
        self.connection = connection

    async def by_link(self, token: str, wanted: Beginning, *, ip: str | None, user_agent: str | None) -> None:
        """What the set-up link stands for; `token` is spent. Raises Unauthenticated (`unknown`, `expired`),
        ValidationFailed, InvalidPayload.
        """
        await self._check(wanted)

        async def account() -> None:
            await self._accounts.setup(token, wanted.email, wanted.password, ip=ip, user_agent=user_agent)

        await self._begin(wanted, account)

    async def by_command(self, wanted: Beginning) -> None:
        """The same for whoever owns the machine. Raises ValidationFailed, InvalidPayload, also when there is a
        superuser already.
        """
        await self._check(wanted)
        if await self._accounts.has_superuser():
            raise InvalidPayload(
                "There is a superuser already, so this project has begun.",
                hint="`satchel superuser create` makes another one.",
            )

        async def account() -> None:
            await self._accounts.create_superuser(wanted.email, wanted.password)

        await self._begin(wanted, account)

    async def _check(self, wanted: Beginning) -> None:
        if len(wanted.project_name) > NAME_LENGTH_MAXIMUM:
            limits = {"max": NAME_LENGTH_MAXIMUM}
            text = f"Must be no more than {NAME_LENGTH_MAXIMUM} character(s)."
            raise ValidationFailed([FieldError(("project_name",), "max_text", text, limits)], collection=SETTINGS)
        if wanted.sample != NO_SAMPLE:
            await self.samples.check(read_recipe(wanted.sample))

    async def _begin(self, wanted: Beginning, account: Callable[[], Awaitable[None]]) -> None:
        await account()
        if wanted.project_name:
            await self._name(wanted.project_name)
        if wanted.sample != NO_SAMPLE:
            await self.samples.make(wanted.sample)

    async def _name(self, name: str) -> None:
        """Both protocols have a name for the project."""

        async def work(session: Session) -> None:
            (key_name,) = self._engine.catalog.collections[SETTINGS].key
            found = await session.keys(Query(SETTINGS, "directus", select=(Select(key_name, key_name),)), ())
            if found:
                await session.update(SETTINGS, found[0], {"project_name": name}, "directus")
            else:
                await session.create(SETTINGS, {"project_name": name}, "directus")

        context = Context(Actor.system("name the project at its first start"), datetime.now(UTC))
        await self._engine.write(context, SETTINGS, work)
        await self._settings.change({"meta": {"appName": name}})
