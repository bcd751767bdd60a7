"""Planning schema changes: from definitions and the current catalog to changes and rows.

In charge of: filling in what a definition leaves out (ids, places), refusing what can't be, the changes and rows of
each wish. Not in charge of: carrying a plan out (`schema_apply`), the public verbs (`schema`). Called by `schema`.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from satchel.engine import schema_rows
from satchel.engine.metadata import Metadata
from satchel.engine.schema_view import creation, with_fields
from satchel.engine.store import StoreSession
from satchel.errors import FieldError, InvalidPayload, InvalidQuery, Unprocessable, ValidationFailed
from satchel.model.auth_fields import FORCED, complete_auth, complete_superusers
from satchel.model.auth_options import OPTION_NAMES
from satchel.model.catalog import Catalog, Collection
from satchel.model.check_definition import NameLimit, check_definition, matched
from satchel.model.definition import CollectionDefinition, FieldDefinition
from satchel.model.diff import alter_table, create_table, foreign_key_of, match_fields, table_of
from satchel.model.index_text import with_columns, with_table
from satchel.model.naming import Place, collection_id, field_id, wanted_name
from satchel.model.preview import preview_catalog
from satchel.model.schema_changes import (
    AlterTable,
    Change,
    CreateView,
    DropForeignKey,
    DropTable,
    DropView,
    TableRef,
)
from satchel.model.sql_tokens import tokens
from satchel.model.system.collections import SYSTEM_BY_NAME
from satchel.plan.query import Style
from satchel.sql.ddl import ddl_of


class RuleChecker(Protocol):
    """What planning asks of the engine."""

    def check_rule(self, collection: Collection, text: str, catalog: Catalog | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """One definition, completed: the collection that it continues (None: a new one), and where its table is to be."""

    wanted: CollectionDefinition
    before: Collection | None
    place: Place
    view: CreateView | None = None
    position: int = 0  # among the definitions that were asked for

    @property
    def known(self) -> str:
        return self.before.name if self.before is not None else self.wanted.name


_SECRET_ALPHABET = string.ascii_letters + string.digits


def random_secret(length: int) -> str:
    """Letters and digits of which nobody knows anything."""
    return "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(length))


def now() -> str:
    """The moment of a change, as the PocketBase wire shows it."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3] + "Z"


# --- completing and checking


async def complete_all(
    metadata: Metadata,
    catalog: Catalog,
    pairs: Sequence[tuple[Collection | None, CollectionDefinition]],
    gone: frozenset[str],
    style: Style,
) -> list[Wish]:
    """All definitions with their ids and places: tables first, then views, each after those that it reads from.

    A view may read from what the same change makes. `gone`: the names of collections that go.
    """
    asked = [(position, before, wanted) for position, (before, wanted) in enumerate(pairs)]
    tables = [item for item in asked if item[2].kind != "view"]
    views = _in_order([item for item in asked if item[2].kind == "view"])
    wishes: list[Wish] = []
    future = catalog
    for position, before, wanted in (*tables, *views):
        if wanted.kind == "view" and wishes:
            future = preview_catalog(catalog, {item.known: (item.wanted, item.place) for item in wishes}, gone)
        made = frozenset(item.place.table.lower() for item in wishes)
        wish = await _complete(metadata, catalog, wanted, before, style, future, made)
        wishes.append(replace(wish, position=position))
    return wishes


Asked = tuple[int, Collection | None, CollectionDefinition]
"""A definition with its position and the collection that it continues."""


def _in_order(views: Sequence[Asked]) -> list[Asked]:
    """Views after the views that their queries name; those of a circle at the end, as they came."""
    left, ordered = list(views), list[Asked]()
    while left:
        names = {wanted.name.lower() for _, _, wanted in left}
        free = [
            item for item in left if not _words(item[2].view_query or "") & (names - {item[2].name.lower()})
        ] or left
        ordered += free
        left = [item for item in left if item not in free]
    return ordered


async def _complete(
    metadata: Metadata,
    catalog: Catalog,
    wanted: CollectionDefinition,
    before: Collection | None,
    style: Style,
    future: Catalog,
    made: frozenset[str],
) -> Wish:
    """A definition with its ids and its place. Raises ValidationFailed for a view's query.

    `future`: the catalog as it will be when a view is made. `made`: the tables that are made or changed before it.
    """
    source = wanted.source if before is None else before.source
    source = source or next(iter(metadata.sources))
    if before is not None:
        wanted = replace(wanted, id=wanted.id or before.id, kind=before.kind if before.kind != "table" else wanted.kind)
    elif not wanted.id and style == "pocketbase":
        wanted = replace(wanted, id=collection_id(wanted.type, wanted.name, catalog.by_id))
    if wanted.type == "auth" and (before is None or before.type == "auth"):
        if style == "directus":
            _keep_auth_fields(wanted, before)
        if before is not None and before.derived:
            _keep_fields(wanted, before)
            wanted = complete_superusers(wanted, before)
        else:
            wanted = complete_auth(wanted, before, random_secret)
    place, name = _place(metadata, wanted, before, source)
    wanted = replace(wanted, name=name, source=source)
    if wanted.kind == "view" and (wanted.view_query or "").strip():
        unchanged = before is not None and before.options.get("viewQuery") == wanted.view_query
        needs = _words(wanted.view_query or "") & made
        if unchanged and not needs and before is not None and before.name == wanted.name:
            return Wish(wanted, before, place)
        wanted, view = await with_fields(metadata, future, wanted, source, try_it=not needs)
        table, dialect = TableRef(place.schema, place.table), metadata.databases[source].dialect
        return Wish(wanted, before, place, creation(view, table, future, source, dialect))
    return Wish(_with_field_ids(wanted, before, style), before, place)


def _keep_fields(wanted: CollectionDefinition, before: Collection) -> None:
    """Raise Unprocessable for fields that a collection without a table of its own can't get."""
    added = [item.name for item in wanted.fields if item.name not in before.fields]
    if added:
        message = f"The fields of {before.name} stay as they are; those of its users are directus_users'."
        raise Unprocessable(message, collection=before.name, fields=added)


def _keep_auth_fields(wanted: CollectionDefinition, before: Collection | None) -> None:
    """PocketBase's wire puts back the system fields of an auth collection; here somebody meant to drop or change
    one."""
    for name in FORCED if before is not None else ():
        known, item = before.fields.get(name) if before is not None else None, wanted.field(name)
        if known is not None and known.kind and (item is None or item.kind != known.kind):
            message = f'People sign in by "{name}" of {wanted.name}, so it stays as it is.'
            raise Unprocessable(message, collection=wanted.name, fields=[name])


def _place(
    metadata: Metadata, wanted: CollectionDefinition, before: Collection | None, source: str
) -> tuple[Place, str]:
    """Where the table is to be, and the name that the collection then has."""
    if wanted.kind == "folder":
        return Place(source, None, ""), wanted.name
    if before is not None and before.name == wanted.name:
        return Place(source, before.schema, before.table), wanted.name
    schema = before.schema if before is not None else wanted.schema
    first = next(iter(metadata.sources))
    prefix = wanted_name(Place(source, schema, ""), first)
    table = wanted.name.removeprefix(prefix) if prefix else wanted.name
    place = Place(source, schema, table)
    return place, wanted_name(place, first) if prefix else wanted.name


def _with_field_ids(wanted: CollectionDefinition, before: Collection | None, style: Style) -> CollectionDefinition:
    """Ids for the fields that have none; a field that continues one keeps its id."""
    if style != "pocketbase":
        return wanted
    taken = {item.id for item in wanted.fields if item.id}
    fields: list[FieldDefinition] = []
    for item in wanted.fields:
        if not item.id and item.kind and item.name:
            known = matched(item, before)
            made = known.id if known is not None and known.id not in taken else ""
            item = replace(item, id=made or field_id(item.kind, item.name, taken))
            taken.add(item.id)
        fields.append(item)
    return replace(wanted, fields=tuple(fields))


def check(
    metadata: Metadata,
    engine: RuleChecker,
    catalog: Catalog,
    wishes: Sequence[Wish],
    gone: frozenset[str],
    style: Style,
) -> None:
    """Raise ValidationFailed with all complaints about the first wish that has some."""
    wanted: Mapping[str, tuple[CollectionDefinition, Place]] = {
        item.known: (item.wanted, item.place) for item in wishes
    }
    future = preview_catalog(catalog, wanted, gone)
    for wish in wishes:
        ddl = ddl_of(metadata.databases[wish.place.source].dialect)
        limit = NameLimit(ddl.name_max, ddl.name_bytes)
        others = preview_catalog(catalog, {name: item for name, item in wanted.items() if name != wish.known}, gone)
        errors = check_definition(wish.wanted, wish.before, others, style, limit)
        # A rule can't be read while fields are not what they should be; what is wrong with options says nothing of
        # that.
        if all(item.path[0] in OPTION_NAMES for item in errors):
            told = {item.path[0] for item in errors}
            errors += [item for item in _check_rules(engine, wish, future) if item.path[0] not in told]
        if errors:
            raise ValidationFailed(errors, collection=wish.wanted.name)


def _check_rules(engine: RuleChecker, wish: Wish, future: Catalog) -> list[FieldError]:
    """Rules have to mean something for the collection as it will be. One that stays as it was is left alone."""
    errors: list[FieldError] = []
    collection = future.collections[wish.wanted.name]
    rules: dict[tuple[str, ...], str | None] = {(name,): text for name, text in (wish.wanted.rules or {}).items()}
    if "mfa" in wish.wanted.options and wish.wanted.options["mfa"]["enabled"]:
        rules["mfa", "rule"] = wish.wanted.options["mfa"]["rule"]
    for path, text in rules.items():
        if not text:
            continue
        try:
            engine.check_rule(collection, text, future)
        except InvalidQuery as error:
            errors.append(FieldError(path, "invalid_rule", f"Invalid rule. Raw error: {error.message}"))
    return errors


# --- saving


def all_changes(metadata: Metadata, catalog: Catalog, wishes: Sequence[Wish]) -> list[Change]:
    """The changes of all wishes (`complete_all` has put them in order): views go before anything that they read from
    changes, and come when all of it is there."""
    found = [change for wish in wishes for change in _save_changes(metadata, catalog, wish)]
    drops = [change for change in found if isinstance(change, DropView)]
    return [*reversed(drops), *(change for change in found if not isinstance(change, DropView))]


def _save_changes(metadata: Metadata, catalog: Catalog, wish: Wish) -> list[Change]:
    """The changes of one wish's table or view."""
    wanted, before = wish.wanted, wish.before
    place = TableRef(wish.place.schema, wish.place.table)
    if wanted.kind == "folder":
        return []
    if before is not None and before.derived:
        return []
    if wanted.kind != "table":
        dropped: list[Change] = [DropView(table_of(before))] if before is not None and wish.view is not None else []
        return [*dropped, wish.view] if wish.view is not None else dropped
    if before is None:
        return create_table(wanted, place)
    ddl = ddl_of(metadata.databases[wish.place.source].dialect)

    def same_column(old: FieldDefinition, new: FieldDefinition) -> bool:
        return ddl.column(old) == ddl.column(new)

    return alter_table(before, wanted, catalog, same_column, place)


async def save_rows(session: StoreSession, wish: Wish, style: Style, at: str) -> None:
    """The metadata of one wish."""
    wanted, before = _with_index_texts(wish), wish.before
    if before is not None and before.derived:
        await schema_rows.save_collection(session, wanted, wish.place, style, new=False, now=at)
        return
    if before is not None and before.name != wanted.name:
        await schema_rows.rename_collection(session, before.name, wanted.name, wish.place)
    keep = style == "pocketbase" or wanted.meta is not None or wanted.kind == "folder"
    if keep and wanted.name not in SYSTEM_BY_NAME:
        await schema_rows.save_collection(session, wanted, wish.place, style, new=before is None, now=at)
    if before is None:
        for position, item in enumerate(wanted.fields):
            await schema_rows.save_field(session, wanted.name, item, style, known=None, position=position)
        return
    if wanted.kind == "view" and wish.view is None:
        return
    fields = match_fields(before, wanted)
    for item in fields.dropped:
        await schema_rows.delete_field(session, wanted.name, item.name)
    for old, new in _carefully(fields.renames):
        await schema_rows.rename_field(session, wanted.name, old, new)
    continued = {new.name: old for old, new in fields.kept}
    # Looked up before anything is saved: where fields change places, two rows have one name for a while.
    rows = await schema_rows.field_rows(session, wanted.name)
    for position, item in enumerate(wanted.fields):
        old = continued.get(item.name)
        if style == "directus" and old is not None and old == replace(item, was=None):
            continue
        await schema_rows.save_field(session, wanted.name, item, style, known=old, position=position, rows=rows)


def _carefully(renames: Mapping[str, str]) -> list[tuple[str, str]]:
    """Renames in steps that never meet a name in use: by way of names that nobody has."""
    if not set(renames).intersection(renames.values()):
        return list(renames.items())
    away = [(old, f"\N{RIGHTWARDS ARROW}{old}") for old in renames]
    return [*away, *((f"\N{RIGHTWARDS ARROW}{old}", new) for old, new in renames.items())]


def _with_index_texts(wish: Wish) -> CollectionDefinition:
    """Submitted index texts name the table and its columns as they are called now."""
    wanted = wish.wanted
    if not wish.place.table:
        return wanted
    names = match_fields(wish.before, wanted).renames if wish.before is not None else {}
    return replace(
        wanted,
        indexes=tuple(
            replace(item, sql=with_table(with_columns(item.sql, names), wanted.name)) if item.sql else item
            for item in wanted.indexes
        ),
    )


# --- dropping


def references(catalog: Catalog, name: str) -> list[str]:
    """The collections whose PocketBase relations or view queries need a collection."""
    target = catalog.collections[name]
    found = set(views_on(catalog, target))
    for item in catalog.collections.values():
        if item.name == name:
            continue
        points = any(
            field.kind == "relation" and field.options.get("collectionId") == target.id
            for field in item.fields.values()
        )
        if points:
            found.add(item.name)
    return sorted(found)


def views_on(
    catalog: Catalog, target: Collection, columns: frozenset[str] = frozenset(), *, quoted: bool = False
) -> list[str]:
    """The views whose text speaks of a table, and of one of the columns if some are named (`quoted`: in quotes)."""
    found: list[str] = []
    for item in catalog.collections.values():
        if item.kind in ("table", "folder") or item.source != target.source or item.name == target.name:
            continue
        texts = (str(item.options.get("viewQuery") or ""), item.sql or "")
        named = {word for text in texts for word in _words(text, quoted=quoted)}
        speaks = any(target.table.lower() in _words(text) for text in texts)
        if speaks and (not columns or named.intersection(name.lower() for name in columns)):
            found.append(item.name)
    return found


def refuse_broken_views(metadata: Metadata, catalog: Catalog, wish: Wish) -> None:
    """Refuse renames and drops that would leave views behind that no longer work.

    PostgreSQL keeps its views in step or refuses by itself. SQLite takes part in renames and is asked after drops
    (`verify_views`), but reads a quoted name that is no column any more as a text: those are looked for here.
    """
    before = wish.before
    dialect = metadata.databases[wish.place.source].dialect
    if before is None or before.kind != "table" or dialect in ("postgres", "cockroach"):
        return
    fields = match_fields(before, wish.wanted)
    dropped = frozenset(item.name for item in fields.dropped if item.stored)
    if dialect == "sqlite":
        needed = views_on(catalog, before, dropped, quoted=True) if dropped else []
    else:
        gone = dropped.union(fields.renames)
        needed = views_on(catalog, before) if before.table != wish.place.table else []
        needed = needed or (views_on(catalog, before, gone) if gone else [])
    if needed:
        raise Unprocessable(
            f"{', '.join(needed)} would no longer work: change the query first.",
            collection=before.name,
            references=needed,
        )


def _words(query: str, *, quoted: bool = False) -> set[str]:
    kinds = ("name",) if quoted else ("word", "name")
    try:
        return {token.name.lower() for token in tokens(query) if token.kind in kinds}
    except InvalidPayload:
        return set()  # the text of a view of another program, with quotes that are not SQL's


def drop_order(gone: Sequence[Collection]) -> list[Collection]:
    """Views before what they read from, then tables."""
    left = [item for item in gone if item.kind != "table"]
    ordered: list[Collection] = []
    while left:
        needed = {name for item in left for name in _needs(item) - {item.table.lower()}}
        free = [item for item in left if item.table.lower() not in needed] or left
        ordered += free
        left = [item for item in left if item not in free]
    return [*ordered, *(item for item in gone if item.kind == "table")]


def _needs(view: Collection) -> set[str]:
    """The names that a view's query speaks of."""
    return _words(str(view.options.get("viewQuery") or "")) | _words(view.sql or "")


def drop_changes(catalog: Catalog, collection: Collection) -> list[Change]:
    """Drop a table or view, and before it the foreign keys that point at it."""
    place = table_of(collection)
    if collection.kind == "folder":
        return []
    if collection.kind != "table":
        return [DropView(place, materialized=collection.kind == "materialized_view")]
    changes: list[Change] = []
    for relation in catalog.relations:
        enforced = relation.on_delete is not None and relation.one == collection.name
        if enforced and relation.many != collection.name:
            many = table_of(catalog.collections[relation.many])
            changes.append(AlterTable(many, (DropForeignKey(foreign_key_of(relation, catalog)),)))
    return [*dict.fromkeys(changes), DropTable(place)]


def refuse_system(collection: Collection) -> None:
    """System collections are not dropped, neither Satchel's own nor those that PocketBase's flag protects."""
    if collection.system:
        raise Unprocessable(f"{collection.name} is a system collection.", collection=collection.name)


def refuse_declared(before: Collection, wanted: CollectionDefinition) -> None:
    """A declared system table can get further columns; its own stay as they are."""
    declared = SYSTEM_BY_NAME.get(before.name)
    if declared is None:
        return
    fields = match_fields(before, wanted)
    touched = {old.name for old, new in fields.kept if old != replace(new, was=None, unique=None, indexed=None)}
    touched |= {item.name for item in fields.dropped}
    own = sorted(touched.intersection(declared.by_name))
    if own or wanted.name != before.name:
        raise Unprocessable(
            f"The fields of {before.name} that Satchel made stay as they are: {', '.join(own) or wanted.name}.",
            collection=before.name,
            fields=own,
        )
