"""Views that the PocketBase wire makes: their query tried, their fields inferred, their result verified.

In charge of: a dry run, and what must hold before a view is kept. Not in charge of: reading the query's text
(`model/view_query`), making the view (`schema`). Called by `schema`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from satchel.db.base import Database, Transaction
from satchel.engine.metadata import Metadata
from satchel.errors import (
    DatabaseError,
    FieldError,
    InvalidPayload,
    InvalidQuery,
    NotSupported,
    SatchelError,
    Unprocessable,
    ValidationFailed,
)
from satchel.model.catalog import Catalog
from satchel.model.definition import CollectionDefinition, FieldDefinition
from satchel.model.schema_changes import CreateView, TableRef
from satchel.model.view_query import ViewQuery, parse_view, view_fields
from satchel.sql.ddl import ddl_of

SAMPLE_ROWS = 10
SAMPLE = "SELECT * FROM ("
CASTS_MAX = 20
_LIST_AND_TEXT = re.compile(r"operator does not exist: jsonb \S+ (?:text|character varying|unknown)\b")
NO_IDS = "the query could return records with empty or invalid ids."


async def try_query(
    metadata: Metadata, catalog: Catalog, query: str, source: str
) -> tuple[ViewQuery, tuple[FieldDefinition, ...], list[tuple[Any, ...]]]:
    """Look at a query and run it on a read connection, which can change nothing: text, fields and some rows.

    SELECT * FROM (<query>) AS q LIMIT 10
    Raises InvalidPayload with the reason.
    """
    view = parse_view(query)
    fields = view_fields(view, catalog, source)
    database = metadata.databases[source]
    casts = 0
    while True:
        try:
            statement = ddl_of(database.dialect).spoken(_sample(database, view))
            return view, fields, await database.read(statement)
        except (DatabaseError, InvalidQuery, NotSupported) as error:
            text = _with_list_as_text(view.text, error)
            if text is None or casts == CASTS_MAX:
                raise InvalidPayload(f"SQL logic error: {error.message}") from error
            view, casts = replace(view, text=text), casts + 1


def _with_list_as_text(text: str, error: SatchelError) -> str | None:
    """The query with one more cast, where PostgreSQL would not compare a list with a text; None for other errors.

    Lists are JSON texts to PocketBase, so its views say `posts.tags LIKE '%' || tags.id || '%'`; in PostgreSQL they
    are `jsonb`, which has no such operator: `posts.tags::text LIKE …`.
    """
    position = error.details.get("position")
    if position is None or not _LIST_AND_TEXT.search(error.message):
        return None
    at = int(position) - len(SAMPLE)
    return f"{text[:at].rstrip()}::text {text[at:]}" if 0 < at < len(text) else None


def _sample(database: Database, view: ViewQuery) -> str:
    if database.dialect == "mssql":
        return f"SELECT TOP {SAMPLE_ROWS} * FROM ({view.text}) AS q"
    return f"{SAMPLE}{for_driver(view.text, database.dialect)}) AS q LIMIT {SAMPLE_ROWS}"


def for_driver(query: str, dialect: str) -> str:
    """A query that nobody wrote for a driver: to MariaDB's a single percent sign is a placeholder (`db/mariadb`)."""
    return query.replace("%", "%%") if dialect in ("mariadb", "mysql") else query


async def with_fields(
    metadata: Metadata, catalog: Catalog, wanted: CollectionDefinition, source: str, *, try_it: bool
) -> tuple[CollectionDefinition, ViewQuery]:
    """The definition of a view with the fields that its query gives. Raises ValidationFailed.

    `try_it` False: the query reads from what is not there yet, so it is only looked at; `catalog` knows what will be.
    """
    try:
        if try_it:
            view, fields, _ = await try_query(metadata, catalog, wanted.view_query or "", source)
        else:
            view = parse_view(wanted.view_query or "")
            fields = view_fields(view, catalog, source)
    except InvalidPayload as error:
        missing = bool(error.details.get("missing_id"))
        code = "missing_primary_key" if missing else "required"
        message = 'Missing or invalid "id" PK field.' if missing else "Cannot be blank."
        raise ValidationFailed(
            [
                FieldError(("fields",), code, message),
                FieldError(("viewQuery",), "invalid_view_query", f"Invalid query - {error.message}"),
            ],
            collection=wanted.name,
        ) from error
    submitted = parse_view(wanted.view_query or "").text
    return replace(wanted, fields=fields, key=("id",), view_query=submitted), view


def creation(view: ViewQuery, place: TableRef, catalog: Catalog, source: str, dialect: str) -> CreateView:
    """The change that makes a view. An `id` that is no text already is made one: ids are texts on that wire."""
    origin = view.columns[view.names.index("id")]
    text = False
    if origin.path:
        for collection in catalog.collections.values():
            field = collection.column(origin.path[-1])
            if collection.source == source and collection.table in view.tables.values() and field is not None:
                text = field.type in ("string", "text")
    return CreateView(place, for_driver(view.text, dialect), view.names, text_key=not text)


async def verify_views(transaction: Transaction, dialect: str, catalog: Catalog, source: str) -> None:
    """SQLite lets a table go that a view needs: every view that worked is tried once more before the commit.

    SELECT 1 FROM "totals" LIMIT 0
    """
    if dialect != "sqlite":
        return
    ddl = ddl_of(dialect)
    known = {str(row[0]) for row in await transaction.run("SELECT name FROM sqlite_master WHERE type = 'view'")}
    for item in catalog.collections.values():
        if item.source != source or item.kind != "view" or item.table not in known:
            continue
        try:
            await transaction.run(f"SELECT 1 FROM {ddl.table(TableRef(item.schema, item.table))} LIMIT 0")
        except DatabaseError as error:
            raise Unprocessable(
                f"The view {item.name} would no longer work: {error.message}", references=[item.name]
            ) from error


async def verify_view(transaction: Transaction, dialect: str, place: TableRef) -> None:
    """A row without an id could not be addressed: such a view is refused.

    SELECT count(*) FROM "totals" WHERE "id" IS NULL OR "id" = ''
    """
    ddl = ddl_of(dialect)
    key = ddl.quote("id")
    statement = f"SELECT count(*) FROM {ddl.table(place)} WHERE {key} IS NULL OR {key} = ''"
    rows = await transaction.run(ddl.spoken(statement))
    if rows and rows[0][0]:
        raise ValidationFailed(
            [
                FieldError(("fields",), "required", "Cannot be blank."),
                FieldError(("viewQuery",), "invalid_view_query", f"Invalid query - {NO_IDS}"),
            ]
        )
