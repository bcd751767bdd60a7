"""`satchel superuser create|upsert|update|delete|otp|disable-tfa|ips`: who has full access.

In charge of: arguments, asking for the password, and words about the result. Not in charge of: what makes a good
password or which account is the last (`auth`).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from satchel.cli.application import Application, open_application
from satchel.cli.options import ConfigOption, DataOption, SetOption, StoreOption, read_settings
from satchel.cli.output import is_terminal
from satchel.config import Settings
from satchel.errors import InvalidPayload, ValidationFailed

if TYPE_CHECKING:
    from satchel.auth.accounts import Accounts

commands = typer.Typer(
    help="Make, change and remove accounts with full access.",
    epilog="Example: satchel superuser create ada@example.com",
    no_args_is_help=True,
)

EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's e-mail address.")]
PasswordArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[PASSWORD]",
        help="The password. Without it (or as -) it is asked for, or read from standard input.",
        show_default=False,
    ),
]


@commands.command("create", epilog="Example: satchel superuser create ada@example.com < password.txt")
def create(
    email: EmailArgument,
    password: PasswordArgument = None,
    data: DataOption = None,
    store: StoreOption = None,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a superuser. Fails when the address is taken."""
    settings = read_settings(config, sets, data_dir=data, store_url=store)
    secret = _password(password)

    async def work(accounts: Accounts) -> str:
        await accounts.create_superuser(email, secret)
        return f"Superuser {email} was created."

    _run(settings, work)


@commands.command("upsert", epilog="Example: satchel superuser upsert ada@example.com 'correct horse battery'")
def upsert(
    email: EmailArgument,
    password: PasswordArgument = None,
    data: DataOption = None,
    store: StoreOption = None,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a superuser, or give the one that exists a new password and full access."""
    settings = read_settings(config, sets, data_dir=data, store_url=store)
    secret = _password(password)

    async def work(accounts: Accounts) -> str:
        _, created = await accounts.upsert_superuser(email, secret)
        return f"Superuser {email} was {'created' if created else 'updated'}."

    _run(settings, work)


@commands.command("update", epilog="Example: satchel superuser update ada@example.com --data ./satchel_data")
def update(
    email: EmailArgument,
    password: PasswordArgument = None,
    data: DataOption = None,
    store: StoreOption = None,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Give a superuser a new password, and end its sessions."""
    settings = read_settings(config, sets, data_dir=data, store_url=store)
    secret = _password(password)

    async def work(accounts: Accounts) -> str:
        await accounts.update_superuser(email, secret)
        return f"Superuser {email} was updated."

    _run(settings, work)


@commands.command("delete", epilog="Example: satchel superuser delete ada@example.com")
def delete(
    email: EmailArgument,
    data: DataOption = None,
    store: StoreOption = None,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Remove a superuser. The last one stays."""
    settings = read_settings(config, sets, data_dir=data, store_url=store)

    async def work(accounts: Accounts) -> str:
        await accounts.delete_superuser(email)
        return f"Superuser {email} was deleted."

    _run(settings, work)


@commands.command("otp", epilog="Example: satchel superuser otp ada@example.com")
def otp(
    email: EmailArgument,
    data: DataOption = None,
    store: StoreOption = None,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a one-time password for a superuser and show it, where mail does not get through.

    Superusers have to be allowed to sign in with one-time passwords: the option of `_superusers`.
    """
    settings = read_settings(config, sets, data_dir=data, store_url=store)

    async def work(application: Application) -> str:
        otp_id, code, seconds = await application.superuser_otp(email)
        return (
            f"Made a one-time password for superuser {email}:\n"
            f"  id:        {otp_id}\n  password:  {code}\n  good for:  {seconds} seconds"
        )

    _run_application(settings, work)


@commands.command("disable-tfa", epilog="Example: satchel superuser disable-tfa ada@example.com")
def disable_tfa(
    email: EmailArgument,
    data: DataOption = None,
    store: StoreOption = None,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Let a superuser who lost the authenticator app sign in with the password alone."""
    settings = read_settings(config, sets, data_dir=data, store_url=store)

    async def work(accounts: Accounts) -> str:
        await accounts.forget_second_factor(email)
        return f"Superuser {email} signs in without a second factor."

    _run(settings, work)


@commands.command("ips", epilog="Example: satchel superuser ips 127.0.0.1 10.0.0.0/24")
def ips(
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="[IP]...", help="Addresses and networks; none: from anywhere.")
    ] = None,
    data: DataOption = None,
    store: StoreOption = None,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Set from which addresses superusers may come. Without any: from everywhere.

    This is also the way back in for who has locked everybody out. A running server follows within a moment.
    """
    settings = read_settings(config, sets, data_dir=data, store_url=store)

    async def work(application: Application) -> str:
        await application.settings_store.change({"superuserIPs": addresses or []})
        return (
            f"Superusers may come from {', '.join(addresses)}." if addresses else "Superusers may come from anywhere."
        )

    _run_application(settings, work)


def _run(settings: Settings, work: Callable[[Accounts], Awaitable[str]]) -> None:
    _run_application(settings, lambda application: work(application.accounts))


def _run_application(settings: Settings, work: Callable[[Application], Awaitable[str]]) -> None:
    async def session() -> str:
        async with open_application(settings) as application:
            return await work(application)

    try:
        typer.echo(asyncio.run(session()))
    except ValidationFailed as error:
        # on a terminal the sentences of the fields say more than their names
        raise InvalidPayload(" ".join(field.message for field in error.errors) or error.message) from None


def _password(given: str | None) -> str:
    """The password from the argument, the terminal (hidden, twice) or the first line of standard input."""
    if given is not None and given != "-":
        return given
    if is_terminal():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise typer.BadParameter("give it as an argument or on standard input.", param_hint="PASSWORD")
    return line
