"""`satchel init`: the first superuser and what a project begins with, without a browser.

In charge of: arguments and words. Not in charge of: what is done (`setup/first_start`).
"""

from __future__ import annotations

from typing import Annotated

import typer

from satchel.cli.application import run_in_application
from satchel.cli.options import DatabaseArgument, with_settings
from satchel.cli.passwords import read_password
from satchel.config import Settings
from satchel.errors import InvalidPayload, ValidationFailed

EXAMPLE = "Example: satchel init --email ada@example.com --password-stdin < password.txt"


@with_settings
def init(
    settings: Settings,
    email: Annotated[str, typer.Option("--email", metavar="EMAIL", help="The first superuser's address.")],
    database: DatabaseArgument = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, also on a terminal.")
    ] = False,
    project_name: Annotated[
        str, typer.Option("--project-name", metavar="NAME", help="What the project is called.", show_default=False)
    ] = "",
    sample: Annotated[
        str, typer.Option("--sample", metavar="NAME", help="The sample project to begin with, or none.")
    ] = "none",
) -> None:
    """Begin a project: make the first superuser, as the page behind the set-up link does.

    Fails when there is a superuser. The server may run meanwhile.
    """
    from satchel.setup.first_start import Beginning

    wanted = Beginning(email, read_password(None, ask=not password_stdin), project_name.strip(), sample)
    try:
        run_in_application(settings, lambda application: application.first_start.by_command(wanted))
    except ValidationFailed as error:
        # on a terminal the sentences of the fields say more than their names
        raise InvalidPayload(" ".join(field.message for field in error.errors) or error.message) from None
    typer.echo(f"The project has begun. {email} has full access.")
