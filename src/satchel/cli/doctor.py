"""`satchel doctor`: what this server would find.

In charge of: reaching the databases of the settings and printing what is there: versions, rights, and what would be
read only and why. It writes nothing. Not in charge of: finding it out (`db`).
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import typer

from satchel.cli.options import DatabaseArgument, with_settings
from satchel.cli.output import heading, row
from satchel.config import Settings
from satchel.errors import SatchelError
from satchel.observe import redact_text
from satchel.version import VERSION

if TYPE_CHECKING:
    from satchel.model.facts import DatabaseFacts, TableFacts

EXAMPLE = "Example: satchel doctor postgresql://user:password@localhost/shop"
# Long lists say nothing more after this many lines.
LIST_MAX = 40
_KINDS = {"table": "table", "view": "view", "materialized_view": "materialised view"}


@with_settings
def doctor(settings: Settings, database: DatabaseArgument = None) -> None:
    """Look at the databases that would be served, and say what works and what does not.

    Ends with 1 when a database can't be reached. Changes nothing anywhere.
    """
    typer.echo(f"Satchel {VERSION}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    _show_folder(settings.data_path)
    reached = asyncio.run(_examine_all(settings))
    sys.exit(0 if reached else 1)


async def _examine_all(settings: Settings) -> bool:
    source, store = settings.source_location, settings.store_location
    heading("Database")
    reached = await _examine(source, settings, given=bool(settings.database_url))
    heading("Store")
    if store == source:
        row("URL", "the same database")
        return reached
    return await _examine(store, settings, given=bool(settings.store_url)) and reached


def _show_folder(path: Path) -> None:
    heading("Data folder")
    row("path", str(path))
    if not path.exists():
        parent = next(folder for folder in path.parents if folder.exists())
        writable = os.access(parent, os.W_OK)
        row("state", "made at the first start" if writable else f"can't be made: {parent} is not writable")
        return
    row("state", "writable" if os.access(path, os.W_OK) else "NOT writable")


async def _examine(url: str, settings: Settings, *, given: bool) -> bool:
    """Print what is behind a URL; whether it could be reached. A default that was not `given` need not exist yet."""
    # here, because drivers are slow to import and `satchel --help` needs none
    from satchel.db.open import open_database
    from satchel.db.options import DatabaseOptions
    from satchel.db.url import parse_url

    try:
        parsed = parse_url(url)
        row("URL", parsed.safe)
        if not given and parsed.path is not None and not parsed.path.exists():
            row("state", "made at the first start")
            return True
        # not opened read only: then nobody could tell what else would be
        options = DatabaseOptions(statement_timeout_seconds=settings.statement_timeout_seconds)
        database = open_database("main", parsed, options)
        started = perf_counter()
        await database.open()
        try:
            opened = perf_counter() - started
            facts = await database.facts()
            introspected = perf_counter() - started - opened
        finally:
            await database.close()
    except SatchelError as error:
        row("reachable", f"NO: {redact_text(error.message)}")
        if error.hint:
            row("", redact_text(error.hint))
        return False
    row("reachable", f"yes, in {opened * 1000:.0f} ms; introspected in {introspected * 1000:.0f} ms")
    for label, text in report(facts):
        row(label, text)
    return True


def report(facts: DatabaseFacts) -> Iterator[tuple[str, str]]:
    """The lines about one database: (label, text); a label is empty where the line before goes on."""
    yield "server", f"{facts.vendor} {facts.version}"
    counts = Counter(table.kind for table in facts.tables)
    found = ", ".join(_count(counts[kind], word) for kind, word in _KINDS.items() if counts[kind]) or "no tables"
    schemas = {table.schema for table in facts.tables}
    yield "found", f"{found} in {_count(len(schemas), 'schema')}" if schemas else found
    limits = sorted(
        (table.name if table.schema is None else f"{table.schema}.{table.name}", _limits(table))
        for table in facts.tables
    )
    limited = [(name, text) for name, text in limits if text]
    full = len(facts.tables) - len(limited)
    if facts.read_only:
        yield "rights", "read only: the database, or this user, refuses all writes"
        limited = []
    elif facts.tables:
        yield "rights", f"{full} of {len(facts.tables)} can be read and written"
    yield from _listed("limited", [f"{name}: {text}" for name, text in limited])
    yield from _listed("notes", list(facts.notes))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _limits(table: TableFacts) -> str:
    """What can't be done with a table and why; "" when everything can."""
    refused = [
        action
        for action, allowed in (
            ("create", table.can_insert),
            ("update", table.can_update),
            ("delete", table.can_delete),
        )
        if not allowed
    ]
    if not refused and not table.reason:
        return ""
    if len(refused) == 3 or not refused:
        return f"read only, because {table.reason}" if table.reason else "read only"
    text = f"no {' or '.join(refused)}"
    return f"{text}, because {table.reason}" if table.reason else text


def _listed(label: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    for position, line in enumerate(lines[:LIST_MAX]):
        yield ("" if position else label), line
    if len(lines) > LIST_MAX:
        yield "", f"… and {len(lines) - LIST_MAX} more"
