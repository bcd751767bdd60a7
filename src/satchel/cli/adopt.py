"""`satchel adopt`: taking a database over from Directus for good.

In charge of: arguments, asking first, and words. Not in charge of: what adopting is (`imports/directus_in_place`).
"""

from __future__ import annotations

from typing import Annotated

import typer

from satchel.cli.application import run_in_application
from satchel.cli.folder_lock import lock_folder
from satchel.cli.options import DatabaseArgument, with_settings
from satchel.cli.output import is_terminal, row
from satchel.config import Settings
from satchel.errors import ConfigError

EXAMPLE = "Example: satchel adopt postgresql://user:password@localhost/shop"


@with_settings
def adopt(
    settings: Settings,
    database: DatabaseArgument = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Take over a database that Directus uses: from then on Directus's own tables are not looked at any more.

    What they hold is in Satchel's tables by then, activity and revisions too. Foreign keys that lead from your tables
    into Directus's are dropped; Directus's tables stay. Stop the server and Directus first.
    """
    if not yes:
        if not is_terminal():
            raise ConfigError("Nothing was changed: nobody can be asked here.", hint="Say --yes.")
        typer.confirm("Directus should not be used on this database afterwards. Go on?", abort=True)
    with lock_folder(settings.data_path):
        dropped = run_in_application(settings, lambda application: application.imports.adopt())
    typer.echo("Adopted.")
    for name in dropped:
        row("freed", name)
