"""All drivers, and the identity providers that the settings make of them.

In charge of: the list of drivers, the options that all providers have, and building providers at the start with errors
that name the setting. Not in charge of: what a driver does. Called by `sign_on`, and by the generator of the reference.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from uuid import UUID

from satchel.auth.access import DEFAULT_PROVIDER
from satchel.auth.sign_on import ldap, oauth2, openid, saml
from satchel.auth.sign_on.contract import Asking, Driver, Redirecting, Tools
from satchel.auth.sign_on.options import Option, Options, read_options
from satchel.auth.sign_on.users import Membership
from satchel.config.providers import Given, ProviderOptions
from satchel.errors import ConfigError


def _nothing(options: Options, tools: Tools) -> None:
    """People who are known here by their password need nobody else."""


LOCAL = Driver("local", "local", (), _nothing)
"""Accounts of this server's own that belong to a provider's name: e-mail address and password."""

DRIVERS: Mapping[str, Driver] = {
    driver.name: driver for driver in (LOCAL, oauth2.DRIVER, openid.DRIVER, ldap.DRIVER, saml.DRIVER)
}

SHOWN = (
    Option("driver", "Which of the drivers.", required=True),
    Option("label", "The button's text. Empty: made of the provider's name."),
    Option("icon", "The button's icon.", default="account_circle"),
)
FOUND = (
    Option("default_role_id", "The id of the role that new people get."),
    Option("sync_user_info", "Bring name and address up to date with every log-in.", kind="boolean"),
)
RETURNING = (
    Option("mode", "What a person comes back with: a session cookie, or one with a refresh token.", default="session",
           choices=("session", "cookie")),
    Option("redirect_allow_list", "Addresses elsewhere to which people may be sent after a log-in.", kind="list"),
    Option("allow_public_registration", "New people get an account.", kind="boolean"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as it is used. `engine`: of the driver's kind; None for `local`."""

    name: str
    driver: Driver
    label: str
    icon: str
    mode: Literal["session", "cookie"]
    redirect_allow_list: tuple[str, ...]
    membership: Membership
    engine: Any = field(repr=False)

    @property
    def redirecting(self) -> Redirecting:
        assert self.driver.kind == "redirecting"
        return cast("Redirecting", self.engine)

    @property
    def asking(self) -> Asking:
        assert self.driver.kind == "asking"
        return cast("Asking", self.engine)


def rows_of(driver: Driver) -> tuple[Option, ...]:
    """Every option of a provider with that driver."""
    more = {"local": (), "asking": FOUND, "redirecting": (*RETURNING, *FOUND)}[driver.kind]
    return (*SHOWN, *driver.options, *more)


def build_providers(given: ProviderOptions, tools: Tools) -> Iterator[tuple[Provider, tuple[str, ...]]]:
    """The providers, each with the names of variables that mean nothing here. Raises ConfigError."""
    for name, options in given.items():
        yield _build(name, options, tools)


def _build(name: str, given: Mapping[str, Given], tools: Tools) -> tuple[Provider, tuple[str, ...]]:
    if name == DEFAULT_PROVIDER:
        raise ConfigError(f'An identity provider can\'t be called "{DEFAULT_PROVIDER}".', setting="auth_providers")
    written = given.get("driver")
    driver = DRIVERS.get(str(written.value)) if written is not None else None
    if driver is None:
        wanted = f"one of {', '.join(DRIVERS)}"
        origins = {} if written is None else {"driver": written.origin}
        raise Options(name, {}, origins).wrong("driver", wanted)
    if driver.needs is not None and importlib.util.find_spec(driver.needs[0]) is None:
        package, extra = driver.needs
        text = f'The identity provider "{name}" has the driver "{driver.name}", which needs the package {package}.'
        raise ConfigError(text, hint=f"pip install 'satchel[{extra}]'", setting="driver")
    options = read_options(name, given, rows_of(driver))
    values = options.values
    provider = Provider(
        name,
        driver,
        options.text("label") or name.replace("_", " ").replace("-", " ").title(),
        options.text("icon"),
        values.get("mode", "session"),
        values.get("redirect_allow_list", ()),
        Membership(
            name,
            driver.registers or values.get("allow_public_registration", False),
            values.get("require_verified_email", False),
            _role(options, "default_role_id", values.get("default_role_id")),
            {group: _role(options, "role_mapping", role) for group, role in values.get("role_mapping", {}).items()},
            driver.groups_are_roles,
            values.get("sync_user_info", False),
        ),
        driver.make(options, tools),
    )
    return provider, options.unknown


def _role(options: Options, name: str, value: Any) -> str | None:
    if not value:
        return None
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise options.wrong(name, "the id of a role") from None
