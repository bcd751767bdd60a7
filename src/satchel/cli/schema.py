"""`satchel schema snapshot|diff|apply`: the schema as a file, compared, and taken from one installation to another.

In charge of: arguments, files in JSON and YAML, asking first, and words. Not in charge of: snapshots themselves
(`snapshots/`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from satchel.cli.application import Application, run_in_application
from satchel.cli.options import DatabaseOption, with_settings
from satchel.cli.output import is_terminal, row, warn
from satchel.config import Settings
from satchel.errors import ConfigError, InvalidPayload
from satchel.policy.actor import Actor, Context

if TYPE_CHECKING:
    from satchel.snapshots.snapshots import Snapshots

commands = typer.Typer(
    help="Take the schema from one installation to another: collections, fields and relations, without data.",
    epilog="Example: satchel schema apply schema.yaml --dry-run",
    no_args_is_help=True,
)
YAML_SUFFIXES = (".yaml", ".yml")
SIGNS = {"N": "+", "D": "-", "E": "~", "A": "~"}

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A snapshot, or a diff that was saved (JSON, or YAML by its ending).")
]
PartialOption = Annotated[
    bool, typer.Option("--partial", help="The snapshot is not everything: what it does not name stays.")
]


@commands.command("snapshot", epilog="Example: satchel schema snapshot schema.yaml")
@with_settings
def snapshot(
    settings: Settings,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Where to: JSON, or YAML by its ending. Without it, YAML is printed."),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Write the schema as it is into a file, in the form that Directus's own tools read."""

    async def work(application: Application) -> None:
        _write(file, application.snapshots.current())

    run_in_application(settings, work)


@commands.command("diff", epilog="Example: satchel schema diff schema.yaml --output changes.json")
@with_settings
def diff(
    settings: Settings,
    file: FileArgument,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Save the diff, to be applied later.")
    ] = None,
    partial: PartialOption = False,
    database: DatabaseOption = None,
) -> None:
    """Say what would have to change so that the schema is that of the file."""
    wanted = _read(file)

    async def work(application: Application) -> None:
        snapshots = application.snapshots
        found = _compare(snapshots, wanted, partial=partial)
        _show(found)
        if output is not None and found is not None:
            _write(output, found)

    run_in_application(settings, work)


@commands.command("apply", epilog="Example: satchel schema apply schema.yaml --yes")
@with_settings
def apply(
    settings: Settings,
    file: FileArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Apply a saved diff although the schema has changed since.")
    ] = False,
    partial: PartialOption = False,
    database: DatabaseOption = None,
) -> None:
    """Make the schema that of the file, all of it or nothing where the database can.

    Collections and fields that the file does not have are deleted, with their data. It asks first.
    """
    wanted = _read(file)

    async def work(application: Application) -> None:
        snapshots = application.snapshots
        found = wanted if "hash" in wanted else _compare(snapshots, wanted, partial=partial)
        _show(found)
        if found is None or dry_run:
            return
        if not yes:
            if not is_terminal():
                raise ConfigError("Nothing was changed: nobody can be asked here.", hint="Say --yes.")
            typer.confirm("Apply these changes?", abort=True)
        context = Context(Actor.system("satchel schema apply"), datetime.now(UTC))
        await snapshots.by(context).apply(found, force=force)
        typer.echo("Applied.")

    run_in_application(settings, work)


def _compare(snapshots: Snapshots, wanted: Mapping[str, Any], *, partial: bool) -> dict[str, Any] | None:
    """The diff. Another version or kind of database is told, not refused."""
    current = snapshots.current()
    for name in ("directus", "vendor"):
        if wanted.get(name) != current[name]:
            warn(f"The snapshot is of {name} {wanted.get(name)}, this is {current[name]}.")
    return snapshots.diff(wanted, force=True, partial=partial)


def _show(found: Mapping[str, Any] | None) -> None:
    if found is None:
        typer.echo("There is nothing to change.")
        return
    diff = cast("Mapping[str, Sequence[Mapping[str, Any]]]", found.get("diff") or {})
    for part, entries in diff.items():
        for entry in entries:
            name = ".".join(str(entry[key]) for key in ("collection", "field") if key in entry)
            for change in entry["diff"]:
                row(f"{SIGNS.get(str(change.get('kind')), '?')} {part}", _worded(name, change))


def _worded(name: str, change: Mapping[str, Any]) -> str:
    path = ".".join(str(step) for step in cast("Sequence[Any]", change.get("path") or []))
    if not path:
        return name
    if change["kind"] == "A":
        return f"{name}: {path}[{change.get('index')}]"
    return f"{name}: {path}: {change.get('lhs')!r} → {change.get('rhs')!r}"


def _read(file: Path) -> Mapping[str, Any]:
    from satchel.http import json
    from satchel.snapshots.yaml_text import read_yaml

    try:
        content = file.read_bytes()
        found = read_yaml(content) if file.suffix.lower() in YAML_SUFFIXES else json.decode(content)
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.") from None
    except InvalidPayload as error:
        raise ConfigError(f"{file} can't be read: {error.message}") from None
    if not isinstance(found, dict):
        raise ConfigError(f"{file} holds no snapshot.")
    body = cast("dict[str, Any]", found)
    # what the API answers has an envelope
    return cast("dict[str, Any]", body["data"]) if set(body) == {"data"} else body


def _write(file: Path | None, value: Mapping[str, Any]) -> None:
    from satchel.wire.directus.export import to_json, to_yaml

    if file is None:
        typer.echo(to_yaml(value).decode(), nl=False)
        return
    content = to_yaml(value) if file.suffix.lower() in YAML_SUFFIXES else to_json(value) + b"\n"
    try:
        file.write_bytes(content)
    except OSError as error:
        raise ConfigError(f"{file} can't be written: {error.strerror}.") from None
