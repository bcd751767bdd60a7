"""`satchel adopt`: taking a database over from Directus for good.

In charge of: arguments, asking first, and words. Not in charge of: what adopting is (`imports/directus_in_place`).
"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from satchel.cli.application import open_application
from satchel.cli.folder_lock import lock_folder
from satchel.cli.options import ConfigOption, DatabaseArgument, DataOption, SetOption, StoreOption, read_settings
from satchel.cli.output import is_terminal, row
from satchel.errors import ConfigError

EXAMPLE = "Example: satchel adopt postgresql://user:password@localhost/shop"


def adopt(
    database_url: DatabaseArgument = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    data: DataOption = None,
    store: StoreOption = None,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Take over a database that Directus uses: from then on Directus's own tables are not looked at any more.

    What they hold is in Satchel's tables by then, activity and revisions too. Foreign keys that lead from your tables
    into Directus's are dropped; Directus's tables stay. Stop the server and Directus first.
    """
    settings = read_settings(config, sets, database_url=database_url, data_dir=data, store_url=store)
    if not yes:
        if not is_terminal():
            raise ConfigError("Nothing was changed: nobody can be asked here.", hint="Say --yes.")
        typer.confirm("Directus should not be used on this database afterwards. Go on?", abort=True)
    lock = lock_folder(settings.data_path)
    try:

        async def work() -> list[str]:
            async with open_application(settings) as application:
                return await application.imports.adopt()

        dropped = asyncio.run(work())
    finally:
        lock.release()
    typer.echo("Adopted.")
    for name in dropped:
        row("freed", name)
