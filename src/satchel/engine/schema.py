"""Schema: the verbs that change what exists.

In charge of: collections, fields, relations and their metadata: check the wanted definition, work out the changes,
run DDL and metadata as one, and have the catalog loaded anew. Not in charge of: planning (`schema_plan`), transactions
(`schema_apply`), the wording of errors on a wire, rows (`engine/write`), or who may do this (the wires let only admins
in). Called by both wires, the CLI and features.

All verbs take complete definitions (see `model/definition`). `style` says whose rules for names and fields hold:
`pocketbase` (`^\\w+$`, reserved names, options of field types) or `directus`.

Errors of all verbs:
* `ValidationFailed`: `errors[].path` leads into the definition (`("name",)`, `("fields", 3, "name")`,
  `("fields", 3, "values")`, `("indexes", 0)`, `("viewQuery",)`, `("listRule",)`); codes are PocketBase's without
  `validation_`. Nothing was changed.
* `ReadOnly`: the source can't be changed. `NotFound`: no such collection, field or relation.
* `Unprocessable`: refused for what hangs on it (`details["references"]`: names), or for being a system collection.
* `NotSupported`: this database can't do that. `InvalidPayload`: a default or size that no column can have.
  `DatabaseError`, `ConstraintFailed`: the database refused the DDL; all of it was undone (MariaDB and MySQL commit each
  DDL statement: there the steps done are undone one by one, and if even that fails the message says what stays).
* `Unavailable`: other processes keep changing the schema.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from satchel.db.base import Transaction
from satchel.engine import schema_events, schema_rows
from satchel.engine.events import Events, GoOn
from satchel.engine.ledger import Change
from satchel.engine.metadata import Metadata, Stale
from satchel.engine.schema_apply import Plan, apply_plan
from satchel.engine.schema_describe import Described, described
from satchel.engine.schema_events import CollectionEvent
from satchel.engine.schema_meta import Said, collection_metas, field_metas
from satchel.engine.schema_meta import found as found_in
from satchel.engine.schema_plan import RuleChecker
from satchel.engine.schema_relations import refuse_own_relation, relation_changes, relation_of
from satchel.engine.schema_save import NO_LINKS, Links, Renamer, Saver, Saving, dropping
from satchel.engine.schema_view import try_query
from satchel.engine.store import StoreSession
from satchel.engine.verbs import Session
from satchel.errors import FieldError, NotFound, Unavailable, Unprocessable, ValidationFailed
from satchel.model.catalog import Catalog, Collection, Field, Relation
from satchel.model.definition import CollectionDefinition, FieldDefinition, RelationDefinition, definition_of
from satchel.plan.query import Query, Style
from satchel.policy.actor import Context

Result = TypeVar("Result")
Follower = Callable[[Catalog, Catalog], Awaitable[None]]
"""(the catalog before, the catalog after)"""
Maker = Callable[[Catalog], Awaitable[Plan]]
"""Plans a change for the catalog as it is now, or refuses it."""

ATTEMPTS = 5
"""How often a change is planned anew because others changed the schema meanwhile."""


class Noting(Protocol):
    """Enters changes into the change log."""

    async def note(self, transaction: Transaction, context: Context, *changes: Change) -> None: ...


class SchemaEngine(RuleChecker, Protocol):
    """What the verbs need of the engine: rules understood, rows deleted through the ledger, and who listens."""

    events: Events

    @property
    def writes(self) -> Noting: ...

    async def write(
        self, context: Context, collection: str, work: Callable[[Session], Awaitable[Result]], *, heavy: bool = False
    ) -> Result: ...


@dataclass(frozen=True, slots=True)
class ViewPreview:
    """What a view would give: its inferred fields, and up to ten rows by field name (plain values)."""

    fields: tuple[FieldDefinition, ...]
    rows: tuple[Mapping[str, Any], ...]


class Schema:
    """See the module's text. One per process; schema changes of one process wait for each other."""

    def __init__(self, metadata: Metadata, engine: SchemaEngine) -> None:
        self.metadata = metadata
        self.engine = engine
        self._turn = asyncio.Lock()
        self._followers: list[Follower] = []
        self._saver = Saver(metadata, engine)
        self._context: Context | None = None

    def by(self, context: Context) -> Schema:
        """The same verbs, for somebody: what they change is entered in the change log under their name."""
        found = copy(self)
        found._context = context
        return found

    def on_saved(self, follower: Follower) -> None:
        """Have `follower` awaited after every schema change of this process, before its answer."""
        self._followers.append(follower)

    def on_renamed(self, check: Callable[[str, str], None], renamer: Renamer) -> None:
        """Have `renamer` carry over what it keeps in the store by a collection's name, in the transaction that saves
        the new one. It may be run again, and changes nothing but the store. `check` is called before anything is done
        with the name before and after, and may raise ValidationFailed.
        """
        self._saver.renamers.append((check, renamer))

    # --- collections

    async def create_collection(self, definition: CollectionDefinition, style: Style) -> Collection:
        """Make the table, view or folder and its metadata; the collection as the catalog then has it."""
        return (await self._save(style, lambda _: [(None, definition)]))[0]

    async def update_collection(self, name: str, definition: CollectionDefinition, style: Style) -> Collection:
        """Bring collection `name` to the wanted state: also its name, fields (by id, then name), indexes, rules."""
        return (await self._save(style, lambda catalog: [(found_in(catalog, name), definition)]))[0]

    async def save_collections(
        self,
        definitions: Sequence[CollectionDefinition],
        style: Style,
        *,
        delete: Sequence[str] = (),
        links: Links = NO_LINKS,
    ) -> list[Collection]:
        """Create or update (by id, then name) several collections, delete others, and tie and untie relations between
        what is then there, all or nothing.

        They have to be in one source.
        """
        return await self._save(style, lambda catalog: _continued(catalog, definitions), delete, links)

    async def describe_collections(
        self,
        definitions: Sequence[CollectionDefinition],
        style: Style,
        *,
        delete: Sequence[str] = (),
        links: Links = NO_LINKS,
    ) -> list[Described]:
        """What `save_collections` would do, without doing it. Raises what that raises before it asks the database."""
        await self.metadata.refresh()
        catalog = self.metadata.catalog
        plan, _ = await self._saver.plan(catalog, Saving(_continued(catalog, definitions), style, delete, links=links))
        return await described(self.metadata.databases[plan.source], plan.changes)

    async def restore_collections(self, definitions: Sequence[CollectionDefinition]) -> list[Collection]:
        """Make collections as they were elsewhere, all or nothing, in PocketBase's style.

        What they say is not judged: a rule may speak of what is gone. The database still may refuse them.
        """

        async def make(catalog: Catalog) -> Plan:
            wanted = Saving([(None, item) for item in definitions], "pocketbase", judged=False)
            plan, names[:] = await self._saver.plan(catalog, wanted)
            return plan

        names: list[str] = []
        catalog = await self._run(make)
        return [catalog.collections[name] for name in names]

    async def delete_collection(self, name: str, style: Style) -> None:
        """Drop it with everything that is kept about it: metadata, relations, alias fields, permissions.

        `pocketbase` style refuses while relations or views refer to it; `directus` style removes the relations.
        """

        async def make(catalog: Catalog) -> Plan:
            return dropping(catalog, found_in(catalog, name), style, set())

        async def work() -> None:
            await self._run(make)

        if not self.engine.events.collections:
            await work()
            return
        await self.metadata.refresh()
        gone = found_in(self.metadata.catalog, name)
        await self._announced([_going(gone)], make, work)

    async def truncate_collection(self, name: str, context: Context) -> None:
        """Delete every item through the ledger (cascades, change log). Views are refused with `Unprocessable`."""
        collection = found_in(self.metadata.catalog, name)
        if collection.kind != "table":
            raise Unprocessable("Views and folders have no items of their own to delete.", collection=name)

        async def work(session: Session) -> None:
            for key in await session.keys(Query(name, "pocketbase"), ()):
                await session.delete(name, key, style="pocketbase")

        await self.engine.write(context, name, work, heavy=True)

    async def save_collection_meta(self, name: str, meta: Mapping[str, Any]) -> Collection:
        """Set keys of the Directus meta row, making it if needed (it is tracked then). Changes no table.

        For a name that has no table this makes a folder. ConstraintFailed for a group that is none.
        """
        return (await self.save_collection_metas([(name, meta)]))[0]

    async def save_collection_metas(self, said: Sequence[Said]) -> list[Collection]:
        """The same for several collections, all or nothing."""

        async def make(catalog: Catalog) -> Plan:
            return collection_metas(self.metadata, catalog, said)

        catalog = await self._run(make)
        return [catalog.collections[name] for name, _ in said]

    # --- fields

    async def create_field(self, collection: str, definition: FieldDefinition, style: Style) -> Field:
        """Add one field. `NotFound` for the collection, ValidationFailed (`duplicated_field_name`) for a taken name."""

        def pairs(catalog: Catalog) -> list[tuple[Collection | None, CollectionDefinition]]:
            found = found_in(catalog, collection)
            if definition.name in found.fields:
                message = f"Duplicated or invalid field name {definition.name}."
                params = {"fieldName": definition.name}
                raise ValidationFailed(
                    [FieldError(("name",), "duplicated_field_name", message, params)], collection=collection
                )
            return [(found, definition_of(found).with_field(replace(definition, was=None)))]

        return (await self._save(style, pairs))[0].fields[definition.name]

    async def update_field(self, collection: str, name: str, definition: FieldDefinition, style: Style) -> Field:
        """Bring one field to the wanted state (a new name renames)."""

        def pairs(catalog: Catalog) -> list[tuple[Collection | None, CollectionDefinition]]:
            found = found_in(catalog, collection)
            if name not in found.fields:
                raise NotFound(f"There is no field {name} in {collection}.")
            was = name if name != definition.name else None
            return [(found, definition_of(found).with_field(replace(definition, was=was)))]

        return (await self._save(style, pairs))[0].fields[definition.name]

    async def save_fields(self, collection: str, definitions: Sequence[FieldDefinition], style: Style) -> Collection:
        """Bring several fields to the wanted state, all or nothing; one that is not there yet is made."""

        def pairs(catalog: Catalog) -> list[tuple[Collection | None, CollectionDefinition]]:
            found = found_in(catalog, collection)
            wanted = definition_of(found)
            for item in definitions:
                wanted = wanted.with_field(replace(item, was=None))
            return [(found, wanted)]

        return (await self._save(style, pairs))[0]

    async def delete_field(self, collection: str, name: str, style: Style) -> None:
        """Drop the column and everything that names it: relations, alias fields, permissions' field lists,
        `sort_field` and `archive_field`, indexes."""

        def pairs(catalog: Catalog) -> list[tuple[Collection | None, CollectionDefinition]]:
            found = found_in(catalog, collection)
            if name not in found.fields:
                raise NotFound(f"There is no field {name} in {collection}.")
            if name in found.key:
                raise Unprocessable(f"{name} is the key of {collection}, which can't be without.", fields=[name])
            return [(found, definition_of(found).without_field(name))]

        await self._save(style, pairs)

    async def save_field_meta(self, collection: str, name: str, meta: Mapping[str, Any]) -> Field:
        """Set keys of a field's Directus meta row, making it if needed. A name without a column becomes an alias."""
        return (await self.save_field_metas(collection, [(name, meta)])).fields[name]

    async def save_field_metas(self, collection: str, said: Sequence[Said]) -> Collection:
        """The same for several fields of one collection, all or nothing."""

        async def make(catalog: Catalog) -> Plan:
            return field_metas(catalog, found_in(catalog, collection), said)

        return (await self._run(make)).collections[collection]

    # --- relations

    async def create_relation(self, definition: RelationDefinition) -> Relation:
        """Add the foreign key (if `enforce`, and both ends are in one database) and the metadata row (if `tracked`)."""
        return await self._relate(definition, None)

    async def update_relation(self, collection: str, field: str, definition: RelationDefinition) -> Relation:
        """Bring the relation of a field to the wanted state; its ends stay."""
        return await self._relate(definition, (collection, field))

    async def _relate(self, definition: RelationDefinition, known: tuple[str, str] | None) -> Relation:
        async def make(catalog: Catalog) -> Plan:
            before = relation_of(catalog, *known) if known is not None else _free(catalog, definition)
            refuse_own_relation(before)
            source, changes = relation_changes(catalog, definition, before)

            async def rows(session: StoreSession) -> None:
                if definition.tracked:
                    await schema_rows.save_relation(session, definition)

            return Plan(source, changes, rows)

        catalog = await self._run(make)
        return relation_of(catalog, definition.many, definition.many_field)

    async def delete_relation(self, collection: str, field: str) -> None:
        """Remove foreign key and metadata row; alias fields stay."""

        async def make(catalog: Catalog) -> Plan:
            before = relation_of(catalog, collection, field)
            refuse_own_relation(before)
            source, changes = relation_changes(catalog, None, before)

            async def rows(session: StoreSession) -> None:
                await schema_rows.delete_relation(session, collection, field)

            return Plan(source, changes, rows)

        await self._run(make)

    # --- views

    async def dry_run_view(self, query: str, *, source: str = "") -> ViewPreview:
        """What a view query would make. Raises InvalidPayload with the reason for a query that can't be one."""
        place = source or next(iter(self.metadata.sources))
        view, fields, rows = await try_query(self.metadata, self.metadata.catalog, query, place)
        return ViewPreview(fields, tuple(dict(zip(view.names, row, strict=True)) for row in rows))

    # --- how all of them are done

    async def _save(
        self,
        style: Style,
        pairs: Callable[[Catalog], list[tuple[Collection | None, CollectionDefinition]]],
        delete: Sequence[str] = (),
        links: Links = NO_LINKS,
    ) -> list[Collection]:
        """Save definitions, each with the collection that it continues; the collections as they then are."""
        names: list[str] = []
        catalog: Catalog = self.metadata.catalog
        wishes: list[CollectionEvent] = []

        def heeded(catalog: Catalog) -> list[tuple[Collection | None, CollectionDefinition]]:
            """What is wanted, as listeners left it."""
            found = pairs(catalog)
            if not wishes:
                return found
            return [(before, event.definition) for (before, _), event in zip(found, wishes, strict=True)]

        async def make(catalog: Catalog) -> Plan:
            plan, names[:] = await self._saver.plan(catalog, Saving(heeded(catalog), style, delete, links=links))
            return plan

        async def work() -> None:
            nonlocal catalog
            catalog = await self._run(make)

        if self.engine.events.collections:
            await self.metadata.refresh()
            wishes += [
                CollectionEvent("create", wanted.name, wanted.id or "", wanted)
                if before is None
                else CollectionEvent("update", before.name, before.id, wanted)
                for before, wanted in pairs(self.metadata.catalog)
            ]
            gone = [found_in(self.metadata.catalog, name) for name in delete]
            await self._announced([*wishes, *map(_going, gone)], make, work)
        else:
            await work()
        return [catalog.collections[name] for name in names]

    async def _announced(self, events: Sequence[CollectionEvent], make: Maker, work: GoOn) -> None:
        async def judge() -> None:
            await self.metadata.refresh()
            await make(self.metadata.catalog)

        def report(error: Exception) -> None:
            self.metadata.observer.note("A hook failed after a change of collections.", "error", error=error)

        await schema_events.announced(self.engine.events, events, judge, work, report)

    async def _run(self, make: Maker) -> Catalog:
        """Plan with the current catalog, carry the plan out, load the catalog that this makes."""
        async with self._turn:
            await self.metadata.refresh()
            for _ in range(ATTEMPTS):
                before = self.metadata.catalog
                plan = await make(before)
                try:
                    await apply_plan(self.metadata, plan, self._note if self._context is not None else None)
                except Stale:
                    await self.metadata.reload()
                    continue
                after = await self.metadata.reload([plan.source] if plan.changes else [])
                for follower in self._followers:
                    await follower(before, after)
                return after
        raise Unavailable("Others keep changing the schema at the same time.", hint="Try again.")

    async def _note(self, transaction: Transaction, changes: Sequence[Change]) -> None:
        assert self._context is not None
        await self.engine.writes.note(transaction, self._context, *changes)


def _continued(
    catalog: Catalog, definitions: Sequence[CollectionDefinition]
) -> list[tuple[Collection | None, CollectionDefinition]]:
    """Each definition with the collection that it continues, by id, then by name."""
    by_id = {item.id: catalog.get(catalog.by_id.get(item.id, "")) for item in definitions if item.id}
    return [(by_id.get(item.id) or catalog.get(item.name), item) for item in definitions]


def _going(collection: Collection) -> CollectionEvent:
    return CollectionEvent("delete", collection.name, collection.id, definition_of(collection))


def _free(catalog: Catalog, wanted: RelationDefinition) -> Relation | None:
    """What a new relation is added to: nothing, or a field's foreign key or PocketBase relation without metadata."""
    found = catalog.m2o(wanted.many, wanted.many_field)
    if found is not None and (found.meta is not None or found.one != wanted.one):
        message = f"{wanted.many}.{wanted.many_field} has a relation already."
        raise ValidationFailed([FieldError(("many_field",), "existing_relation", message)], collection=wanted.many)
    return found
