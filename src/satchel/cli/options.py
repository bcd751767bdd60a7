"""Options that several commands share, and the settings they make.

In charge of: reading `--set`, `--config` and the common flags into `Settings`. Called by the commands.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from satchel.cli.output import warn
from satchel.config import Settings, load_settings, override, unknown_variables
from satchel.errors import ConfigError

DataOption = Annotated[
    str | None,
    typer.Option("--data", metavar="DIR", help="The folder for everything kept on disk (default: ./satchel_data)."),
]
StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="The database for Satchel's own tables (default: a file in DIR)."),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Any other setting; may be given many times."),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The settings file (default: ./satchel.toml, if there is one)."),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="The database with the collections (default: a file in DIR)."),
]
DatabaseArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[DATABASE_URL]",
        help="The database whose tables are served: a URL or the path of an SQLite file (default: a file in DIR).",
        show_default=False,
    ),
]


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options of every command, which say where everything is; its first parameter gets the
    settings that they make. Its own `database` counts for them too.
    """

    def settings_of(
        data: DataOption = None, store: StoreOption = None, sets: SetOption = None, config: ConfigOption = None
    ) -> None: ...

    common = inspect.signature(settings_of, eval_str=True).parameters

    @wraps(command)
    def run(**given: Any) -> None:
        data, store, sets, config = (given.pop(name) for name in common)
        database = given.pop("database", None)
        command(read_settings(config, sets, database_url=database, data_dir=data, store_url=store), **given)

    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    parameters = [*own, *common.values()]
    # what typer makes arguments and options of
    run.__dict__["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {item.name: item.annotation for item in parameters}
    return run


def read_settings(config: Path | None, sets: list[str] | None, **flags: Any) -> Settings:
    """The settings that the flags, variables and file give.

    Raises ConfigError for variables and the file, and typer's usage error for what stands on the command line.
    """
    values: dict[str, Any] = {}
    for entry in sets or []:
        name, equals, value = entry.partition("=")
        if not equals:
            raise typer.BadParameter(f"{entry!r} is not NAME=VALUE.", param_hint="--set")
        values[name.strip()] = value
    values.update({name: value for name, value in flags.items() if value is not None})
    for variable, guess in unknown_variables(os.environ):
        warn(f"{variable} is no setting and is ignored; did you mean {guess}?")
    settings = load_settings(file=config)
    try:
        return override(settings, values)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from None
