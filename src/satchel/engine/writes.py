"""Writes: one transaction from beginning to end, and what happens around it.

In charge of: choosing the database, opening a session in its transaction, the change log, then telling listeners. Not
in charge of: what happens inside a session (`write`). Made by `engine/engine`, which hands its `write` on.

The order: the work → inside the transaction the change log, when it lives there → outside hooks → commit → else the
change log → bus → after hooks → the answer. Before the commit nothing happens outside the database that can't be
undone.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from satchel.db.base import Database, Transaction
from satchel.engine.bus import Bus
from satchel.engine.changes import ChangeLog
from satchel.engine.check import Checker, Checks, Run
from satchel.engine.etag import etag_of
from satchel.engine.events import Events
from satchel.engine.hooks import Hooks, Settlement
from satchel.engine.item_events import ItemEvents
from satchel.engine.ledger import Change, ChangeSet, Ledger
from satchel.engine.planner import Planner
from satchel.engine.stand_ins import StandIn
from satchel.engine.verbs import Answer, Session
from satchel.engine.write import WriteLimits, WriteSession
from satchel.engine.write_plan import CollectionPlan, WritePlans
from satchel.engine.write_secrets import ROUNDS_MAX, Hash, Seal, Secrets, Verify, Wanted
from satchel.engine.write_values import Chance, values_of_new
from satchel.errors import Forbidden, InvalidQuery, NotSupported, Unavailable
from satchel.expr.syntax_text import parse_rule
from satchel.model.catalog import Action, Catalog
from satchel.plan.limits import Limits
from satchel.plan.query import Query
from satchel.policy.actor import Actor, Context
from satchel.policy.grant import Grant, Grants
from satchel.sql.dialects import DIALECTS

Result = TypeVar("Result")
GrantsOf = Callable[[Actor], Awaitable[Grants]]

SECURE_CHANCE = Chance(secrets.randbelow, uuid4)


class ReadWith(Protocol):
    """A read of `engine/read.Reader` on a given connection."""

    async def __call__(
        self, query: Query, values: Sequence[Any], context: Context, catalog: Catalog, grants: Grants, run: Run
    ) -> Answer: ...


class Host(Protocol):
    """What Writes needs of the engine."""

    databases: Mapping[str, Database]

    @property
    def catalog(self) -> Catalog: ...

    @property
    def grants_of(self) -> GrantsOf: ...


def _whole(value: Any) -> Any:
    """A number as a column gives it back: without a fraction of zero."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


class _NothingStays(Exception):
    """Takes back what a rehearsal did."""


async def _undo(runs: Sequence[Sequence[Settlement]]) -> None:
    for settlements in runs:
        for settlement in settlements:
            await settlement.undo()


async def refuse_secrets(text: str, cost: int) -> str:
    """What stands in for hashing until somebody brings it: a secret is never stored as it is."""
    raise NotSupported("Secrets can't be stored: there is nothing to hash them with.")


def refuse_seals(text: str) -> str:
    """What stands in for encrypting until somebody brings it: such a text is never stored as it is."""
    raise NotSupported("Encrypted texts can't be stored: there is nothing to encrypt them with.")


async def refuse_all(text: str, stored: str | None) -> bool:
    """What stands in for comparing: nothing is ever right."""
    return False


class Writes:
    """The writes of one engine.

    `log`: None keeps no change log. `hash_text`: turns a secret into what is stored of it; `verify_text` compares;
    `seal_text` encrypts.
    `report`: gets what after hooks raise.
    """

    def __init__(
        self,
        host: Host,
        read: ReadWith,
        *,
        limits: Limits,
        write_limits: WriteLimits = WriteLimits(),  # noqa: B008 - frozen
        log: ChangeLog | None = None,
        hash_text: Hash = refuse_secrets,
        verify_text: Verify = refuse_all,
        seal_text: Seal = refuse_seals,
        chance: Chance = SECURE_CHANCE,
        report: Callable[[Exception], None] = lambda error: None,
        events: Events | None = None,
    ) -> None:
        self._host = host
        self._read = read
        self.log = log
        self._limits = write_limits
        self._checks = Checks(Planner(host.databases, limits))
        self._plans = WritePlans(lambda source: DIALECTS[host.databases[source].dialect])
        self._chance = chance
        self._report = report
        self.hash_text = hash_text
        self.verify_text = verify_text
        self.seal_text = seal_text
        self.hooks = Hooks()
        self.stand_ins: dict[str, StandIn] = {}
        self.events = events or Events()
        self.bus = Bus()

    async def write(
        self, context: Context, collection: str, work: Callable[[Session], Awaitable[Result]], *, heavy: bool = False
    ) -> Result:
        """Run `work` in one transaction on the database of `collection`. See `verbs.Engine`.

        `work` may be run several times: when another write's failure undid it, and after secrets were hashed.
        """
        catalog = self._host.catalog
        plan = self._plan(catalog, collection)
        grants = await self._host.grants_of(context.actor)
        database = self._host.databases[plan.source]
        log = self.log
        logged_inside = log is not None and log.is_in(database)
        told = ItemEvents(self.events)

        secrets = Secrets(self.hash_text, self.verify_text, self.seal_text)
        # of every run of the transaction; those of the last one are what is committed
        runs: list[list[Settlement]] = []

        async def inside(transaction: Transaction) -> tuple[Result, ChangeSet | None]:
            told.start_over()
            secrets.begin()
            session = self._session(transaction, plan.source, context, catalog, grants, told, secrets)
            result = await work(session)
            session.close()
            secrets.settle()
            change_set = self._change_set(session)
            if change_set is not None:
                await self.hooks.settled(change_set.changes, transaction)
            if change_set is not None and logged_inside and log is not None:
                change_set = await log.append(transaction, change_set)
            settlements = [] if change_set is None else await self.hooks.outside(change_set.changes, session.uploads)
            if settlements or runs:
                runs.append(settlements)
            return result, change_set

        try:
            result, change_set = await _with_secrets(secrets, lambda: database.write(inside, heavy=heavy))
        except BaseException as error:
            await _undo(runs)
            if isinstance(error, Exception):
                await told.failed(error, self._report)
            raise
        if runs:
            await _undo(runs[:-1])
            for settlement in runs[-1]:
                await settlement.finish()
        if change_set is not None:
            if log is not None and not logged_inside:
                change_set = await log.append_after(change_set)
            self.bus.publish(change_set)
            await self.hooks.committed(change_set, self._report)
        await told.committed(self._report)
        return result

    async def rehearse(
        self,
        context: Context,
        collection: str,
        work: Callable[[WriteSession], Awaitable[Result]],
        *,
        grants: Grants | None = None,
    ) -> Result:
        """What would be: run `work` in a transaction of which nothing stays. No hook hears of it, nothing is logged,
        and the caller's rights (or `grants`, in their place) are asked as in `write`. What `work` raises is raised."""
        catalog = self._host.catalog
        plan = self._plan(catalog, collection)
        held = await self._host.grants_of(context.actor) if grants is None else grants
        secrets = Secrets(self.hash_text, self.verify_text, self.seal_text)
        quiet, nobody = Hooks(), ItemEvents(Events())

        async def inside(transaction: Transaction) -> Result:
            found: list[Result] = []

            async def tried() -> None:
                session = self._session(transaction, plan.source, context, catalog, held, nobody, secrets, hooks=quiet)
                found.append(await work(session))
                raise _NothingStays

            secrets.begin()
            with suppress(_NothingStays):
                await transaction.savepoint(tried)
            secrets.settle()
            return found[0]

        return await _with_secrets(secrets, lambda: self._host.databases[plan.source].write(inside))

    async def stored_item(self, collection: str, key: Sequence[Any]) -> Mapping[str, Any] | None:
        """An item's stored values by field name as they are now, whoever asks; None if there is none. For the engine's
        own judgements: what of it may be seen is for a read to say."""
        plan = self._plan(self._host.catalog, collection)
        cast = plan.cast_key(key)
        if cast is None:
            return None
        statement = plan.select(plan.key, lock=False)
        rows = await self._host.databases[plan.source].read(statement.sql, plan.encode(plan.key, cast))
        return plan.decode(statement.out, rows[0]) if rows else None

    def given(self, collection: str, values: Mapping[str, Any]) -> list[Any]:
        """The stored values of a row as a query takes them for a given row (see `plan/given`); absent ones are NULL."""
        plan = self._plan(self._host.catalog, collection)
        return [item.encode(_whole(values.get(name))) for name, item in plan.fields.items()]

    async def etag(self, collection: str, key: Sequence[Any]) -> str | None:
        """The tag of an item as it is stored now; None if there is none. It says nothing about who may see the item."""
        row = await self.stored_item(collection, key)
        return None if row is None else etag_of(row)

    async def allows(
        self,
        context: Context,
        collection: str,
        action: Action,
        key: Sequence[Any],
        *,
        fields: Sequence[str] = (),
        grants: Grants | None = None,
    ) -> bool:
        """Whether this caller may do this to an item; False for one that is not there. See `verbs.Engine`."""
        catalog = self._host.catalog
        plan = self._plans.of(catalog, collection)
        cast = None if plan is None else plan.cast_key(key)
        if plan is None or cast is None:
            return False
        if grants is None:
            grants = await self._host.grants_of(context.actor)
        databases = self._host.databases
        checker = Checker(self._checks, self._plans, lambda name: databases[name].read, catalog, grants, context)
        return await checker.opens(plan, action, cast, fields)

    async def note(self, transaction: Transaction, context: Context, *changes: Change) -> None:
        """Enter changes into the change log that were made in a transaction of the store by other means."""
        if self.log is not None:
            made = ChangeSet(self._chance.random_uuid(), context.actor, context.now, changes, request=context.request)
            await self.log.append(transaction, made)

    async def stored_by(self, collection: str, name: str, value: Any) -> list[dict[str, Any]]:
        """Whole rows by the value of one field, as they are stored, whoever asks, with secrets and all. For `auth/`,
        which looks for who signs in. A value that the field can't have finds nothing."""
        plan = self._plan(self._host.catalog, collection)
        cast = plan.fields[name].normal(value, False)
        if cast is None:
            return []
        statement = plan.select((name,), lock=False)
        rows = await self._host.databases[plan.source].read(statement.sql, plan.encode((name,), (cast,)))
        return [plan.decode(statement.out, row) for row in rows]

    async def stored_like(self, collection: str, name: str, value: str) -> list[dict[str, Any]]:
        """The same for a text in any case of its letters."""
        plan = self._plan(self._host.catalog, collection)
        statement = plan.select_folded(name)
        rows = await self._host.databases[plan.source].read(statement.sql, plan.encode((name,), (value,)))
        spelled = [plan.fields[name].decode(row[0]) for row in rows]
        return [row for found in spelled for row in await self.stored_by(collection, name, found)]

    async def hidden_fields(
        self, context: Context, collection: str, key: Sequence[Any], action: Action = "view"
    ) -> frozenset[str] | None:
        """The fields that this caller may not read in an item as it is now; None if it may not read the item."""
        catalog = self._host.catalog
        plan = self._plans.of(catalog, collection)
        cast = None if plan is None else plan.cast_key(key)
        if plan is None or cast is None:
            return None
        grants = await self._host.grants_of(context.actor)
        databases = self._host.databases
        checker = Checker(self._checks, self._plans, lambda name: databases[name].read, catalog, grants, context)
        seen = await checker.seen(plan, action, cast)
        return None if seen is None else frozenset(seen.refused(plan.collection.fields))

    async def meets(self, context: Context, collection: str, rule: str, key: Sequence[Any]) -> bool:
        """Whether an item meets a rule of its collection's options. One that can't be understood is met by none."""
        catalog = self._host.catalog
        plan = self._plan(catalog, collection)
        cast = plan.cast_key(key)
        if cast is None:
            return False
        try:
            grant = Grant(collection, "view", parse_rule(rule) if rule else None, origin="rule")
        except InvalidQuery:
            return False
        # A set of grants that holds this rule alone, named by its text, so that it is compiled once.
        grants = Grants(("rule", rule, catalog.version), table={(collection, "view"): (grant,)})
        databases = self._host.databases
        checker = Checker(self._checks, self._plans, lambda name: databases[name].read, catalog, grants, context)
        return await checker.opens(plan, "view", cast)

    async def admits(self, context: Context, collection: str, payload: Mapping[str, Any]) -> bool:
        """Whether this caller may create such an item (a PocketBase body), as far as can be told before it is
        written. The write itself asks again.
        """
        catalog = self._host.catalog
        plan = self._plan(catalog, collection)
        grants = await self._host.grants_of(context.actor)
        found = grants.of(plan.name, "create")
        if all(grant.where is None for grant in found):
            return bool(found)
        databases = self._host.databases
        checker = Checker(self._checks, self._plans, lambda name: databases[name].read, catalog, grants, context)
        return bool(await checker.admits(plan, found, values_of_new(plan, payload, self._chance, admin=grants.admin)))

    # --- parts

    def _plan(self, catalog: Catalog, collection: str) -> CollectionPlan:
        plan = self._plans.of(catalog, collection)
        if plan is None:
            message = f'There is no collection "{collection}".'
            raise Forbidden(message, reason="collection", collection=collection, path=())
        return plan

    def _session(
        self,
        transaction: Transaction,
        source: str,
        context: Context,
        catalog: Catalog,
        grants: Grants,
        events: ItemEvents,
        secrets: Secrets,
        ledger: Ledger | None = None,
        hooks: Hooks | None = None,
    ) -> WriteSession:
        def runs(name: str) -> Run:
            return transaction.run if name == source else self._host.databases[name].read

        async def read_inside(query: Query, values: Sequence[Any], run: Run) -> Answer:
            return await self._read(query, values, context, catalog, grants, run)

        async def beside(other: Context, shared: Ledger) -> WriteSession:
            theirs = await self._host.grants_of(other.actor)
            return self._session(transaction, source, other, catalog, theirs, events, secrets, shared, hooks)

        return WriteSession(
            transaction,
            source,
            context,
            Checker(self._checks, self._plans, runs, catalog, grants, context),
            hooks=hooks or self.hooks,
            events=events,
            secrets=secrets,
            stand_ins=self.stand_ins,
            chance=self._chance,
            limits=self._limits,
            read_inside=read_inside,
            beside=beside,
            ledger=ledger or Ledger(self._limits.items),
        )

    def _change_set(self, session: WriteSession) -> ChangeSet | None:
        changes = session.ledger.changes
        if not changes:
            return None
        set_id: UUID = self._chance.random_uuid()
        context = session.context
        return ChangeSet(set_id, context.actor, context.now, tuple(changes), request=context.request)


async def _with_secrets(secrets: Secrets, run: Callable[[], Awaitable[Result]]) -> Result:
    """Run a transaction, again and again until the secrets in it are hashed and compared."""
    for _ in range(ROUNDS_MAX):
        try:
            return await run()
        except Wanted:
            await secrets.catch_up()
    raise Unavailable("Others keep changing the same item at the same time.", hint="Try again.")
