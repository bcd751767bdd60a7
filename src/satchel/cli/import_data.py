"""`satchel import pocketbase`: taking over the data of another program.

In charge of: arguments, the data folder's lock, and printing what came along. Not in charge of: how an import is done
(`imports`).
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from satchel.cli.application import open_application
from satchel.cli.folder_lock import lock_folder
from satchel.cli.options import ConfigOption, DataOption, SetOption, StoreOption, read_settings
from satchel.cli.output import heading, row, warn
from satchel.errors import ConfigError

if TYPE_CHECKING:
    from satchel.imports.pocketbase import Report

commands = typer.Typer(
    help="Take over the data of another program.",
    epilog="Example: satchel import pocketbase ./pb_data --data ./satchel_data",
    no_args_is_help=True,
)


@commands.callback()
def _group() -> None:
    """So that the command keeps its own name while it is the only one."""


@commands.command("pocketbase", epilog="Example: satchel import pocketbase ./pb_data --data ./satchel_data")
def pocketbase(
    folder: Annotated[Path, typer.Argument(metavar="PB_DATA", help="PocketBase's data folder.")],
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="URL", help="The database that gets the data (default: a file in DIR)."),
    ] = None,
    encryption_env: Annotated[
        str | None,
        typer.Option(
            "--encryption-env", metavar="NAME", help="The variable with the key of encrypted settings, as PocketBase's."
        ),
    ] = None,
    data: DataOption = None,
    store: StoreOption = None,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Take over everything that PocketBase (0.23 or newer) has: collections, records, files, accounts, settings.

    Ids, rules, password hashes and the secrets of tokens stay as they are. PB_DATA is not touched.
    Stop PocketBase first.
    """
    settings = read_settings(config, sets, database_url=database, store_url=store, data_dir=data)
    key = _key(encryption_env)
    lock = lock_folder(settings.data_path)
    try:

        async def work() -> Report:
            async with open_application(settings) as application:
                return await application.import_pocketbase(folder, key=key, say=typer.echo)

        report = asyncio.run(work())
    finally:
        lock.release()
    _show(report)


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
