"""`satchel backup create|list|restore`: backups without a client.

In charge of: arguments and words. Not in charge of: backups (`backups/`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from satchel.cli.application import Application, run_in_application
from satchel.cli.folder_lock import lock_folder
from satchel.cli.options import with_settings
from satchel.cli.output import row
from satchel.config import Settings

commands = typer.Typer(
    help="Make backups of the data folder, and go back to one.",
    epilog="Example: satchel backup create",
    no_args_is_help=True,
)


@commands.command("create", epilog="Example: satchel backup create before_the_move.zip")
@with_settings
def create(
    settings: Settings,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A name; without it one is made up.")] = "",
) -> None:
    """Make a backup, also while the server runs: databases as they are at one moment, and files."""
    from satchel.backups.names import may_be_asked

    if name and not may_be_asked(name):
        raise typer.BadParameter("small letters, digits, - and _, ending in .zip", param_hint="NAME")

    async def work(application: Application) -> None:
        key = await application.backups.create(name)
        typer.echo(f"Backup {key} was made.")
        for missing in application.backups.missing:
            typer.echo(f"Not in it: {missing}.")

    run_in_application(settings, work)


@commands.command("list", epilog="Example: satchel backup list")
@with_settings
def list_all(settings: Settings) -> None:
    """List the backups there are."""

    async def work(application: Application) -> None:
        for backup in await application.backups.list():
            made = datetime.fromtimestamp(backup.modified, UTC)
            row(f"{made:%Y-%m-%d %H:%M:%S}", f"{backup.size:>12,}  {backup.key}")

    run_in_application(settings, work)


@commands.command("restore", epilog="Example: satchel backup restore pb_backup_acme_20261128013018.zip")
@with_settings
def restore(
    settings: Settings,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A backup of the list, or the path of a file.")],
) -> None:
    """Go back to a backup. It is checked first, and the old state stays until the new one has opened.

    The server must not run; a running one restores by itself (`POST /api/backups/NAME/restore`).
    """
    file = Path(name) if Path(name).is_file() else None

    async def work(application: Application) -> None:
        from satchel.backups.shelf import OpenedFile

        opened = OpenedFile(file) if file is not None else await application.backups.open(name)
        await application.backups.restore_now(opened)

    with lock_folder(settings.data_path):
        run_in_application(settings, work)
    typer.echo(f"Backup {name} was restored.")
