"""The settings of where the data is and how it is kept. See `satchel.config` for what a row means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from satchel.config.rows import setting


@dataclass(frozen=True, kw_only=True)
class Data:
    database_url: str = setting(
        "",
        "The database whose tables are served: a URL (`postgresql://user@host/name`, `mariadb://…`) or the path of an"
        " SQLite file. Empty: an SQLite file in the data folder.",
        secret=True,
    )
    store_url: str = setting(
        "",
        "The database that holds Satchel's own tables. Empty: an SQLite file in the data folder.",
        secret=True,
    )
    pocketbase_dir: str = setting(
        "",
        "A data folder of PocketBase (0.23 or newer) to serve where it is: its `data.db` in place of `database_url`,"
        " its `storage` for files. PocketBase must not run meanwhile.",
    )
    data_dir: str = setting("satchel_data", "The folder for everything that Satchel keeps on disk.")
    durability: Literal["full", "normal"] = setting(
        "full",
        "`full`: a write is answered when it has reached the disk, so a power cut loses nothing. `normal`: faster, and"
        " a power cut may lose the last moments (a crash of the program loses nothing).",
    )
    pool_size: int = setting(10, "Connections per worker to each server database.", minimum=1, maximum=1000)
    read_memory_mebibytes: int = setting(
        16,
        "How much of what it read lately a worker keeps of each embedded database, until anything is committed there."
        " 0: nothing.",
        minimum=0,
        maximum=65536,
    )
    schema_poll_seconds: float = setting(
        5.0,
        "How often to look whether another program changed the schema. 0: never.",
        minimum=0,
        maximum=86400,
    )
    change_log_retention_days: int = setting(
        90, "How long the change log is kept. 0: for ever.", minimum=0, maximum=36500
    )
