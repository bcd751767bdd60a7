"""Installations whose store is not in the data folder: why there are no backups of them here, and what to do instead.

In charge of: the words. Not in charge of: refusing (`backups`). Pure. Called by `app`.

An archive of what is left of such a folder (files and the secret) would stand in the list and hold no data.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from satchel.db.url import DatabaseUrl

TOOLS = {
    "postgres": "pg_dump --format=custom",
    "cockroach": "BACKUP DATABASE",
    "mariadb": "mariadb-dump --single-transaction",
    "mysql": "mysqldump --single-transaction",
    "mssql": "BACKUP DATABASE",
    "sqlite": "sqlite3 with .backup",
}


def refusal(store: DatabaseUrl, beside: Sequence[Path]) -> str:
    """Why there can't be a backup, and how to make one. `beside`: the files that belong to it."""
    files = " and ".join(str(path) for path in beside)
    return (
        f"Satchel's own tables are in {store.safe}, so a backup of the data folder would hold no data. Back that"
        f" database up with its own tools ({TOOLS[store.dialect]}), and copy {files} before it and once more after it."
    )
