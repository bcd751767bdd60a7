"""`satchel superuser create|upsert|update|delete|link|otp|disable-tfa|ips`: who has full access.

In charge of: arguments, asking for the password, and words about the result. Not in charge of: what makes a good
password or which account is the last (`auth`).

A command is a function that gets the opened application and its own arguments, and gives what is printed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer

from satchel.cli.application import Application, run_in_application
from satchel.cli.options import with_settings
from satchel.cli.passwords import read_password
from satchel.config import Settings
from satchel.errors import InvalidPayload, ValidationFailed

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

Work = TypeVar("Work", bound=Callable[..., Awaitable[str]])


def _command(name: str, example: str) -> Callable[[Work], Work]:
    """Make a command of a function. A `password` that was not given is asked for before anything is opened."""

    def register(work: Work) -> Work:
        @wraps(work)
        def run(settings: Settings, **given: Any) -> None:
            if "password" in given:
                given["password"] = read_password(given["password"])
            _run(settings, lambda application: work(application, **given))

        commands.command(name, epilog=f"Example: satchel superuser {name} {example}")(with_settings(run))
        return work

    return register


@_command("create", "ada@example.com < password.txt")
async def create(application: Application, email: EmailArgument, password: PasswordArgument = None) -> str:
    """Make a superuser. Fails when the address is taken."""
    await application.accounts.create_superuser(email, password or "")
    return f"Superuser {email} was created."


@_command("upsert", "ada@example.com 'correct horse battery'")
async def upsert(application: Application, email: EmailArgument, password: PasswordArgument = None) -> str:
    """Make a superuser, or give the one that exists a new password and full access."""
    _, created = await application.accounts.upsert_superuser(email, password or "")
    return f"Superuser {email} was {'created' if created else 'updated'}."


@_command("update", "ada@example.com --data ./satchel_data")
async def update(application: Application, email: EmailArgument, password: PasswordArgument = None) -> str:
    """Give a superuser a new password, and end its sessions."""
    await application.accounts.update_superuser(email, password or "")
    return f"Superuser {email} was updated."


@_command("delete", "ada@example.com")
async def delete(application: Application, email: EmailArgument) -> str:
    """Remove a superuser. The last one stays."""
    await application.accounts.delete_superuser(email)
    return f"Superuser {email} was deleted."


@_command("link", "--data ./satchel_data")
async def link(application: Application) -> str:
    """Make a new link that makes the first superuser, in place of the one that the server printed."""
    from satchel.auth.superusers import SETUP_MINUTES

    settings = application.settings
    found = await application.setup_link(settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}")
    if found is None:
        raise InvalidPayload(
            "There is a superuser already.", hint="`satchel superuser create` makes another one, `update` a password."
        )
    return f"This link makes the first superuser. It works once, for {SETUP_MINUTES} minutes:\n{found}"


@_command("otp", "ada@example.com")
async def otp(application: Application, email: EmailArgument) -> str:
    """Make a one-time password for a superuser and show it, where mail does not get through.

    Superusers have to be allowed to sign in with one-time passwords: the option of `_superusers`.
    """
    otp_id, code, seconds = await application.superuser_otp(email)
    return (
        f"Made a one-time password for superuser {email}:\n"
        f"  id:        {otp_id}\n  password:  {code}\n  good for:  {seconds} seconds"
    )


@_command("disable-tfa", "ada@example.com")
async def disable_tfa(application: Application, email: EmailArgument) -> str:
    """Let a superuser who lost the authenticator app sign in with the password alone."""
    await application.accounts.forget_second_factor(email)
    return f"Superuser {email} signs in without a second factor."


@_command("ips", "127.0.0.1 10.0.0.0/24")
async def ips(
    application: Application,
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="[IP]...", help="Addresses and networks; none: from anywhere.")
    ] = None,
) -> str:
    """Set from which addresses superusers may come. Without any: from everywhere.

    This is also the way back in for who has locked everybody out. A running server follows within a moment.
    """
    await application.settings_store.change({"superuserIPs": addresses or []})
    return f"Superusers may come from {', '.join(addresses)}." if addresses else "Superusers may come from anywhere."


def _run(settings: Settings, work: Callable[[Application], Awaitable[str]]) -> None:
    try:
        typer.echo(run_in_application(settings, work))
    except ValidationFailed as error:
        # on a terminal the sentences of the fields say more than their names
        raise InvalidPayload(" ".join(field.message for field in error.errors) or error.message) from None
