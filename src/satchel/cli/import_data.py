"""`satchel import pocketbase|directus`: taking over the data of another program.

In charge of: arguments, the data folder's lock, and printing what came along. Not in charge of: how an import is done
(`imports`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from satchel.cli.application import run_in_application
from satchel.cli.folder_lock import lock_folder
from satchel.cli.options import DatabaseOption, with_settings
from satchel.cli.output import heading, row, warn
from satchel.config import Settings
from satchel.errors import ConfigError

if TYPE_CHECKING:
    from satchel.imports.pocketbase import Report

commands = typer.Typer(
    help="Take over the data of another program.",
    epilog="Example: satchel import pocketbase ./pb_data --data ./satchel_data",
    no_args_is_help=True,
)


@commands.command("pocketbase", epilog="Example: satchel import pocketbase ./pb_data --data ./satchel_data")
@with_settings
def pocketbase(
    settings: Settings,
    folder: Annotated[Path, typer.Argument(metavar="PB_DATA", help="PocketBase's data folder.")],
    database: DatabaseOption = None,
    encryption_env: Annotated[
        str | None,
        typer.Option(
            "--encryption-env", metavar="NAME", help="The variable with the key of encrypted settings, as PocketBase's."
        ),
    ] = None,
) -> None:
    """Take over everything that PocketBase (0.23 or newer) has: collections, records, files, accounts, settings.

    Ids, rules, password hashes and the secrets of tokens stay as they are. PB_DATA is not touched.
    Stop PocketBase first.
    """
    key = _key(encryption_env)
    with lock_folder(settings.data_path):
        report = run_in_application(
            settings, lambda application: application.imports.pocketbase(folder, key=key, say=typer.echo)
        )
    _show(report)


DIRECTUS_EXAMPLE = "Example: satchel import directus postgresql://user@host/site --uploads ./uploads"


@commands.command("directus", epilog=DIRECTUS_EXAMPLE)
@with_settings
def directus(
    settings: Settings,
    location: Annotated[
        str,
        typer.Argument(metavar="DATABASE_URL|BASE_URL", help="Directus's database, or the address of a running one."),
    ],
    token: Annotated[
        str, typer.Option("--token", metavar="TOKEN", help="An admin's token, for an address.", envvar="DIRECTUS_TOKEN")
    ] = "",
    uploads: Annotated[
        Path | None, typer.Option("--uploads", metavar="DIR", help="Directus's folder of files, for a database.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Take over everything that Directus (11 or newer) has: collections, items, files, users, rights, flows, settings.

    Ids stay as they are, and from a database hashes of passwords and static tokens too. Directus is only read.
    """
    with lock_folder(settings.data_path):
        report = run_in_application(
            settings,
            lambda application: application.imports.directus(location, token=token, uploads=uploads, say=typer.echo),
        )
    heading("Imported")
    for name, count in report.records.items():
        row(name, f"{count} items")
    for name, count in report.system.items():
        if count:
            row(name.removeprefix("directus_"), str(count))
    row("contents", f"{report.files} files")
    for note in report.notes:
        warn(note)


def _key(name: str | None) -> str:
    if name is None:
        return ""
    value = os.environ.get(name, "")
    if not value:
        raise ConfigError(f"The variable {name} is not set.")
    return value


def _show(report: Report) -> None:
    heading("Imported")
    for name, count in report.records.items():
        row(name, f"{count} records")
    row("views", str(report.views))
    row("superusers", str(report.superusers))
    row("files", str(report.files))
    for note in report.notes:
        warn(note)
