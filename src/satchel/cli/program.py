"""The program: its commands, what all of them share, and the boundary where errors become exit codes.

In charge of: registering commands, `--version`, wording errors on standard error. Not in charge of: any command. Called
by `cli.main` and the generator of the command reference.

Exit codes: 0 done, 1 failed, 2 misused, 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer

from satchel.cli import adopt, backup, doctor, extension, import_data, init, schema, serve, superuser
from satchel.cli.output import complain
from satchel.errors import SatchelError
from satchel.version import VERSION

program = typer.Typer(
    name="satchel",
    help="A complete back end in one program: any SQL database through the PocketBase and Directus protocols.",
    epilog="Example: satchel serve postgresql://user:password@localhost/shop",
    no_args_is_help=True,
    # Pretty traces show the values of local variables, and with them passwords.
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
program.command("serve", epilog=serve.EXAMPLE)(serve.serve)
program.command("init", epilog=init.EXAMPLE)(init.init)
program.command("adopt", epilog=adopt.EXAMPLE)(adopt.adopt)
program.command("doctor", epilog=doctor.EXAMPLE)(doctor.doctor)
program.add_typer(superuser.commands, name="superuser")
program.add_typer(import_data.commands, name="import")
program.add_typer(backup.commands, name="backup")
program.add_typer(schema.commands, name="schema")
program.add_typer(extension.commands, name="ext")


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"satchel {VERSION}")
        raise typer.Exit


@program.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and end.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Options that stand before any command."""


def run() -> NoReturn:
    """Run the command line of this process."""
    try:
        program()
    except SatchelError as error:
        complain(error.message, error.hint)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)
