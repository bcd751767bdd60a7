"""Planning the change of several collections at once: tables, what is deleted, and the relations between all of them.

In charge of: putting together what `schema_plan` says of each collection, in an order that works. Not in charge of:
carrying it out (`schema_apply`), the public verbs (`schema`). Called by `schema`.

The order: foreign keys that go, tables and columns that come or change, foreign keys that come, tables that go. Where a
database keeps each step, what loses data is done when all that may fail has been tried.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from satchel.engine import schema_rows
from satchel.engine.metadata import Metadata
from satchel.engine.schema_apply import Plan
from satchel.engine.schema_meta import check_group, found
from satchel.engine.schema_plan import (
    RuleChecker,
    Wish,
    all_changes,
    check,
    complete_all,
    drop_changes,
    drop_order,
    now,
    references,
    refuse_broken_views,
    refuse_declared,
    refuse_system,
    save_rows,
    views_on,
)
from satchel.engine.schema_relations import refuse_own_relation, relation_changes
from satchel.engine.schema_view import verify_view, verify_views
from satchel.engine.store import StoreSession
from satchel.errors import Unprocessable
from satchel.model.catalog import Catalog, Collection, Relation
from satchel.model.definition import CollectionDefinition, RelationDefinition
from satchel.model.preview import preview_catalog
from satchel.model.schema_changes import (
    AddForeignKey,
    AlterTable,
    Change,
    CreateTable,
    DropTable,
    RenameTable,
    TableRef,
)
from satchel.plan.query import Style

Renamer = Callable[[StoreSession, str, str], Awaitable[None]]
"""(the transaction that saves the metadata, the name before, the name after)"""


@dataclass(frozen=True, slots=True)
class Links:
    """`tie`: relations to bring to a state, made where they are missing. `untie`: fields (collection, field) whose
    relation goes.
    """

    tie: Sequence[RelationDefinition] = ()
    untie: Sequence[tuple[str, str]] = ()


NO_LINKS = Links()


@dataclass(frozen=True, slots=True)
class Saving:
    """`pairs`: each definition with the collection that it continues, None for a new one. `delete`: names of
    collections that go. `judged` False: what definitions say is taken as it is.
    """

    pairs: Sequence[tuple[Collection | None, CollectionDefinition]]
    style: Style
    delete: Sequence[str] = ()
    links: Links = NO_LINKS
    judged: bool = True


class Saver:
    """Makes plans. `renamers`: see `Schema.on_renamed`."""

    def __init__(self, metadata: Metadata, engine: RuleChecker) -> None:
        self._metadata = metadata
        self._engine = engine
        self.renamers: list[tuple[Callable[[str, str], None], Renamer]] = []

    async def plan(self, catalog: Catalog, wanted: Saving) -> tuple[Plan, list[str]]:
        """The plan, and the names that the saved collections then have, in the order of `pairs`."""
        metadata, style = self._metadata, wanted.style
        gone = [found(catalog, name) for name in wanted.delete]
        names_gone = frozenset(item.name for item in gone)
        wishes = await self._wishes(catalog, wanted, names_gone)
        renames = self._renames(wishes)
        drops = [dropping(catalog, item, style, set(wanted.delete)) for item in drop_order(gone)]
        dropped = list(dict.fromkeys(change for drop in drops for change in drop.changes))
        untied, tied = self._link_changes(catalog, wanted.links, wishes, names_gone)
        changes: list[Change] = [
            *untied,
            *(item for item in dropped if not isinstance(item, DropTable)),
            *_with_keys(all_changes(metadata, catalog, wishes), tied),
            *(item for item in dropped if isinstance(item, DropTable)),
        ]
        source = self._source(wishes, gone, catalog, wanted.links)
        dialect = metadata.databases[source].dialect
        at = now()

        async def rows(session: StoreSession) -> None:
            for drop in drops:
                await drop.rows(session)
            for wish in wishes:
                if wish.before is None:
                    await schema_rows.make_room(session, wish.wanted.name)
            for wish in wishes:
                await save_rows(session, wish, style, at)
            for names in renames:
                for _, carry_over in self.renamers:
                    await carry_over(session, *names)
            await _save_links(session, wanted.links)

        async def verify(transaction: Any) -> None:
            for wish in wishes:
                if wish.view is not None:
                    await verify_view(transaction, dialect, TableRef(wish.place.schema, wish.place.table))
            await verify_views(transaction, dialect, catalog, source)

        saved = sorted(wishes, key=lambda wish: wish.position)
        return Plan(source, changes, rows, verify), [wish.wanted.name for wish in saved]

    async def _wishes(self, catalog: Catalog, wanted: Saving, gone: frozenset[str]) -> list[Wish]:
        """The definitions, completed. Raises for what can't be."""
        coming = frozenset(item.name for _, item in wanted.pairs)
        for before, item in wanted.pairs:
            if before is None:
                check_group(catalog, item.meta, coming)
        wishes = await complete_all(self._metadata, catalog, wanted.pairs, gone, wanted.style)
        for wish in wishes:
            if wish.before is not None and wish.before.system:
                refuse_declared(wish.before, wish.wanted)
            refuse_broken_views(self._metadata, catalog, wish)
        if wanted.judged:
            check(self._metadata, self._engine, catalog, wishes, gone, wanted.style)
        return wishes

    def _renames(self, wishes: Sequence[Wish]) -> list[tuple[str, str]]:
        renames = [
            (wish.before.name, wish.wanted.name)
            for wish in wishes
            if wish.before is not None and wish.before.name != wish.wanted.name
        ]
        for names in renames:
            for check_rename, _ in self.renamers:
                check_rename(*names)
        return renames

    def _source(self, wishes: Sequence[Wish], gone: Sequence[Collection], catalog: Catalog, links: Links) -> str:
        """The database of the change. Raises Unprocessable for several."""
        tied = (catalog.get(name) for name in (*(item.many for item in links.tie), *(item[0] for item in links.untie)))
        starts = {item.source for item in tied if item is not None}
        sources = {wish.place.source for wish in wishes} | {item.source for item in gone} | starts
        if len(sources) > 1:
            raise Unprocessable(f"One change can't be made in several databases: {', '.join(sorted(sources))}.")
        return sources.pop() if sources else next(iter(self._metadata.sources))

    def _link_changes(
        self, catalog: Catalog, links: Links, wishes: Sequence[Wish], gone: frozenset[str]
    ) -> tuple[list[Change], list[Change]]:
        """(foreign keys that go, foreign keys that come)."""
        if not links.tie and not links.untie:
            return [], []
        future = preview_catalog(catalog, {wish.known: (wish.wanted, wish.place) for wish in wishes}, gone)
        untied: list[Change] = []
        tied: list[Change] = []
        for place in links.untie:
            relation = catalog.m2o(*place)
            refuse_own_relation(relation)
            untied += _untied(catalog, future, relation)
        for item in links.tie:
            relation = catalog.m2o(item.many, item.many_field)
            refuse_own_relation(relation)
            stays = relation is not None and _is_in(relation, future)
            if stays and not relation_changes(catalog, item, relation)[1]:
                continue
            untied += _untied(catalog, future, relation)
            tied += relation_changes(future, item, None)[1]
        return untied, tied


def _with_keys(changes: Sequence[Change], tied: Sequence[Change]) -> list[Change]:
    """The changes and the foreign keys that come. A new table is made with those whose target is there by then."""
    found = list(changes)
    made = {change.table: place for place, change in enumerate(found) if isinstance(change, CreateTable)}
    renamed = {change.name for change in found if isinstance(change, RenameTable)}
    for change in tied:
        place = made.get(change.table, -1) if isinstance(change, AlterTable) else -1
        table = found[place] if place >= 0 else None
        if not isinstance(change, AlterTable) or not isinstance(table, CreateTable):
            found.append(change)
            continue
        keys = [edit.key for edit in change.edits if isinstance(edit, AddForeignKey)]
        if all(made.get(key.to, -1) <= place and key.to.name not in renamed for key in keys):
            found[place] = replace(table, foreign_keys=(*table.foreign_keys, *keys))
        else:
            found.append(change)
    return found


def _untied(catalog: Catalog, future: Catalog, relation: Relation | None) -> list[Change]:
    """Drops a foreign key, unless what it starts from or leads to goes anyway."""
    if relation is None or not _is_in(relation, future):
        return []
    return relation_changes(catalog, None, relation)[1]


def _is_in(relation: Relation, future: Catalog) -> bool:
    many, one = future.get(relation.many), future.get(relation.one or "")
    if many is None or (relation.one is not None and one is None):
        return False
    return all(many.column(name) is not None for name in relation.many_fields)


async def _save_links(session: StoreSession, links: Links) -> None:
    for place in links.untie:
        await schema_rows.delete_relation(session, *place)
    for item in links.tie:
        if item.tracked:
            await schema_rows.save_relation(session, item)


def dropping(catalog: Catalog, collection: Collection, style: Style, also: set[str]) -> Plan:
    """The plan that drops one collection. `also`: names of others that go with it."""
    refuse_system(collection)
    needed = references(catalog, collection.name) if style == "pocketbase" else views_on(catalog, collection)
    needed = [name for name in needed if name not in also]
    if needed:
        raise Unprocessable(
            f"{collection.name} is needed by {', '.join(needed)}.", collection=collection.name, references=needed
        )

    async def rows(session: StoreSession) -> None:
        await schema_rows.delete_collection(session, collection.name)
        if collection.type == "auth":
            await schema_rows.delete_accounts(session, collection.id)

    return Plan(collection.source, drop_changes(catalog, collection), rows)
