"""The databases of a program, as its settings say.

In charge of: which databases there are, and their options. Not in charge of: opening and closing them. Called by `app`.
"""

from __future__ import annotations

from satchel.config import Settings
from satchel.db import Database, DatabaseOptions, SqlFunction, open_database, parse_url
from satchel.imports.pocketbase_data import check_folder
from satchel.observe import Observer, SlowStatement, current_request_id
from satchel.plan.limits import Limits
from satchel.sql.dialects.sqlite_functions import SQLITE_FUNCTIONS


def limits_of(settings: Settings) -> Limits:
    """What the settings say of plans."""
    nested = None if settings.query_limit_default < 0 else settings.query_limit_default
    if settings.query_limit_max >= 0:
        nested = settings.query_limit_max if nested is None else min(nested, settings.query_limit_max)
    return Limits(depth=settings.max_relational_depth, across=settings.across_limit, nested=nested)


def databases_of(settings: Settings, observer: Observer) -> tuple[Database, Database]:
    """The source and the store, not yet open; one object when they are one database."""
    folder = settings.data_path
    folder.mkdir(parents=True, exist_ok=True)
    source_url, store_url = settings.source_location, settings.store_location
    if settings.pocketbase_path is not None:
        check_folder(settings.pocketbase_path)
    one = parse_url(source_url) == parse_url(store_url)
    # the embedded database of the data folder is ours to make, wherever the store is
    ours = one or not (settings.database_url or settings.pocketbase_path)
    main = open_database("main", source_url, options_of(settings, observer, create=ours))
    if one:
        return main, main
    return main, open_database("store", store_url, options_of(settings, observer, create=True))


def options_of(settings: Settings, observer: Observer, *, create: bool) -> DatabaseOptions:
    """`create`: whether the database is ours to make."""
    slow = settings.slow_statement_milliseconds / 1000

    def on_slow(sql: str, seconds: float) -> None:
        observer.emit(SlowStatement(current_request_id(), seconds, sql))

    return DatabaseOptions(
        create=create,
        durability=settings.durability,
        statement_timeout_seconds=settings.statement_timeout_seconds,
        slow_statement_seconds=slow,
        on_slow=on_slow if slow else None,
        pool_size=settings.pool_size,
        memory_mebibytes=settings.read_memory_mebibytes,
        functions=tuple(SqlFunction(*item) for item in SQLITE_FUNCTIONS),
    )
