"""From a URL to a database object.

In charge of: which class serves which URL. Not in charge of: connecting; the caller awaits `open()`, and tries again
when that raises `Unavailable`. Called by the composition root and the command line.
"""

from __future__ import annotations

from dataclasses import replace

from satchel.db.base import Database
from satchel.db.options import DatabaseOptions
from satchel.db.url import DatabaseUrl, parse_url


def open_database(name: str, url: str | DatabaseUrl, options: DatabaseOptions | None = None) -> Database:
    """The database behind a URL, not yet connected; `ConfigError` when there can be none.

    `name` is the source's name in the catalog (`main`, `store`, …).
    """
    parsed = parse_url(url) if isinstance(url, str) else url
    options = options or DatabaseOptions()
    if parsed.path is not None:
        from satchel.db.sqlite import SqliteDatabase

        if parsed.parameters.get("mode") == "ro":
            options = replace(options, read_only=True)
        return SqliteDatabase(name, parsed.path, options)
    from satchel.db.server import ServerDatabase

    return ServerDatabase(name, parsed, options)
