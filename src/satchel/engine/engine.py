"""The Engine: databases, catalog, grants and verbs under one roof. All that outer rooms call.

In charge of: holding the current catalog, keeping it fresh, choosing the database of a collection, and handing reads
and writes to their rooms. Not in charge of: planning (`plan/`), reading (`engine/read`), writing (`engine/write`) or
schema changes (`engine/schema`). Made by `app`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from satchel.db.base import Database
from satchel.engine.changes import ChangeLog
from satchel.engine.events import Events
from satchel.engine.health import DatabaseHealth, check
from satchel.engine.read import Reader
from satchel.engine.verbs import Answer, Session
from satchel.engine.write import WriteLimits
from satchel.engine.writes import Writes
from satchel.errors import Forbidden, NotFound, SatchelError, SchemaMoved
from satchel.expr.nodes import Node
from satchel.expr.syntax_text import parse_rule
from satchel.model.catalog import Catalog, Collection
from satchel.model.system.book_keeping import CHANGES
from satchel.model.system.collections import store_tables
from satchel.observe import SILENT, Observer
from satchel.plan.conditions import rule
from satchel.plan.frame import Frame, Numbering
from satchel.plan.limits import Limits
from satchel.plan.query import Query
from satchel.policy.actor import Actor, Context
from satchel.policy.grant import Grants
from satchel.policy.grants import visible_grants
from satchel.sql.dialects import DIALECTS

if TYPE_CHECKING:
    from satchel.engine.metadata import Metadata
    from satchel.engine.schema import Schema

BEAT_SECONDS = 0.25
"""How often a worker looks whether another one changed metadata."""
TROUBLE_SECONDS = 5.0
"""How long it waits after it could not look."""

Result = TypeVar("Result")
LOOKS_MAX = 3
"""How often a request looks at a schema that moves under it."""

GrantsOf = Callable[[Actor], Awaitable[Grants]]


class Engine:
    """One per process. `databases`: source name → Database, the store among them as `store`."""

    schema: Schema

    def __init__(
        self,
        databases: Mapping[str, Database],
        metadata: Metadata,
        *,
        limits: Limits,
        write_limits: WriteLimits = WriteLimits(),  # noqa: B008 - frozen
        observer: Observer = SILENT,
        events: Events | None = None,
    ) -> None:
        self.databases = databases
        self.metadata = metadata
        self.reader = Reader(databases, limits)
        self.limits = limits
        self.observer = observer
        self.grants_of: GrantsOf = _no_grants
        self._polling: asyncio.Task[None] | None = None
        self._visible: tuple[Catalog, Grants] | None = None
        store = metadata.store_database
        log = ChangeLog(store, DIALECTS[store.dialect], store_tables(metadata.store_name)[CHANGES.name])
        self.writes = Writes(
            self,
            self.reader.read,
            limits=limits,
            write_limits=write_limits,
            log=log,
            report=self._report,
            events=events,
        )
        self.events = self.writes.events
        self.etag = self.writes.etag
        self.stored_item = self.writes.stored_item
        self.given = self.writes.given
        self.allows = self.writes.allows
        self.admits = self.writes.admits

    def _report(self, error: Exception) -> None:
        self.observer.note("Something that follows a write failed.", "error", error=error)

    @property
    def catalog(self) -> Catalog:
        """The current snapshot."""
        return self.metadata.catalog

    def collection(self, name: str) -> Collection:
        found = self.catalog.get(name)
        if found is None:
            raise NotFound(f'There is no collection "{name}".')
        return found

    async def read(self, query: Query, values: Sequence[object], context: Context) -> Answer:
        """One read under the caller's grants. Errors: InvalidQuery, Forbidden, Unavailable, StatementTimeout."""
        try:
            return await self._read(query, values, context)
        except (SchemaMoved, Forbidden) as error:
            return await self._look_again(error, lambda: self._read(query, values, context))

    async def _read(self, query: Query, values: Sequence[object], context: Context) -> Answer:
        grants = await self.grants_of(context.actor)
        return await self.reader.read(query, values, context, self.catalog, grants)

    async def write(
        self, context: Context, collection: str, work: Callable[[Session], Awaitable[Result]], *, heavy: bool = False
    ) -> Result:
        """Run `work` in one transaction, see `writes`; again when it met a schema that another program has changed."""
        try:
            return await self.writes.write(context, collection, work, heavy=heavy)
        except (SchemaMoved, Forbidden) as error:
            return await self._look_again(error, lambda: self.writes.write(context, collection, work, heavy=heavy))

    async def rehearse(self, context: Context, collection: str, work: Callable[[Session], Awaitable[Result]]) -> Result:
        """What would be if `work` were written, see `writes`: nothing of it stays."""
        return await self.writes.rehearse(context, collection, work)

    async def has_come(self, collection: object) -> bool:
        """Whether there is a collection of this name or id that was not known here until now: another worker may have
        made it a moment ago, and its client should not be told by this one that it does not exist.
        """
        if not isinstance(collection, str) or self.catalog.find(collection) is not None:
            return False
        if await self.metadata.is_stale():
            await self.metadata.refresh()
        return self.catalog.find(collection) is not None

    async def _look_again(self, error: SchemaMoved | Forbidden, run: Callable[[], Awaitable[Result]]) -> Result:
        """Run with what exists now. Raises the error where looking changes nothing, or changes never end."""
        if isinstance(error, Forbidden):
            if not await self.has_come(error.details.get("collection")):
                raise error
            return await run()
        for _ in range(LOOKS_MAX):
            before = self.catalog
            await self.metadata.refresh()
            try:
                return await run()
            except SchemaMoved as moved:
                if self.catalog is before:
                    raise
                error = moved
        raise error

    async def sharing(self, query: Query, values: Sequence[object], context: Context) -> Hashable:
        """What the answer to a read depends on beside the query, its values and the instant. Callers for whom this is
        equal get equal answers, so one read serves them all. Errors: InvalidQuery, Forbidden.
        """

        async def run() -> Hashable:
            grants = await self.grants_of(context.actor)
            return self.reader.sharing(query, values, context, self.catalog, grants)

        try:
            return await run()
        except Forbidden as error:
            return await self._look_again(error, run)

    def check_visible(self, query: Query, context: Context) -> None:
        """Raise InvalidQuery or Forbidden if a query mentions a hidden field, also for those who may see them."""
        catalog = self.catalog
        if self._visible is None or self._visible[0] is not catalog:
            self._visible = (catalog, visible_grants(catalog))
        self.reader.plan(query, catalog, self._visible[1], context)

    def check_rule(self, collection: Collection, text: str, catalog: Catalog | None = None) -> None:
        """Raise InvalidQuery unless the rule can be understood for this collection (which need not be in the catalog
        yet). `catalog`: the one that is to be, if it is not the current one.
        """
        self.check_node(collection, parse_rule(text), catalog)

    def check_node(self, collection: Collection, node: Node, catalog: Catalog | None = None) -> None:
        """The same for a rule that is already parsed."""
        catalog = catalog or self.catalog
        if catalog.get(collection.name) is not collection:
            others = [item for item in catalog.collections.values() if item.name != collection.name]
            catalog = Catalog.build([*others, collection], catalog.relations, catalog.version)
        numbering = Numbering(catalog, self.limits)
        rule(Frame(numbering, numbering.scan(collection.name, "list"), trusted=True), node)

    async def health(self) -> Sequence[DatabaseHealth]:
        """Whether the databases answer."""
        return await check(self.databases)

    # --- keeping the catalog fresh

    def start_polling(self, seconds: float) -> None:
        """Look whether something changed behind this process's back: metadata, by another worker, at every beat;
        schemas, by other programs, every so many seconds (0: never).
        """
        if self._polling is None:
            self._polling = asyncio.create_task(self._poll(seconds))

    async def _poll(self, seconds: float) -> None:
        clock = asyncio.get_running_loop().time
        looked = clock()
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                due = seconds > 0 and clock() - looked >= seconds
                if due or await self.metadata.is_stale():
                    looked = clock()
                    await self.metadata.refresh()
            except SatchelError as error:
                self.observer.note("The schema could not be checked for changes.", "warning", error=error)
                await asyncio.sleep(TROUBLE_SECONDS)
            except Exception as error:  # polling must go on
                self.observer.note("Checking the schema failed.", "error", error=error)
                await asyncio.sleep(TROUBLE_SECONDS)

    async def stop(self) -> None:
        if self._polling is not None:
            self._polling.cancel()
            self._polling = None


async def _no_grants(actor: Actor) -> Grants:
    return Grants(token=("system",) if actor.kind == "system" else ("none",), admin=actor.kind == "system")
