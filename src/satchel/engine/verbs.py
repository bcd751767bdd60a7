"""The verbs that outer rooms call: the shapes of the engine's public interface.

In charge of: the protocol of `Engine` and `Session`, and what reads and writes answer. Not in charge of: how
(`engine/engine`, `engine/write`). Called by wires, features, the CLI and `app`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from satchel.engine.health import DatabaseHealth
from satchel.model.catalog import Action, Catalog, Key
from satchel.plan.query import Query, Style
from satchel.policy.actor import Context
from satchel.policy.grant import Grants

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a read gives. `data`: JSON bytes: an array for a `list`, one object (or None: no such item) for a `view`.

    `total` and `matching` are counts when the query asked for them, else None.
    """

    data: bytes | None
    total: int | None = None
    matching: int | None = None


class Session(Protocol):
    """One write transaction: all or nothing, with one ledger. Payloads are decoded JSON objects.

    `style` says how a payload is read: `directus` (nested relations, strict types) or `pocketbase` (modifiers, lenient
    casts). Errors: Forbidden, ValidationFailed (all field errors at once), ConstraintFailed, NotFound, Conflict,
    ReadOnly.
    """

    context: Context
    source: str
    """The database that the transaction is in."""

    async def create(self, collection: str, payload: Mapping[str, Any], style: Style) -> Key: ...

    async def update(
        self,
        collection: str,
        key: Sequence[Any],
        payload: Mapping[str, Any],
        style: Style,
        *,
        if_match: str | None = None,
    ) -> Key:
        """Change one item. `if_match` is the ETag that the caller saw; another one raises PreconditionFailed with the
        field differences.
        """
        ...

    async def upsert(self, collection: str, payload: Mapping[str, Any], style: Style) -> Key: ...

    async def delete(
        self, collection: str, key: Sequence[Any], *, if_match: str | None = None, style: Style = "directus"
    ) -> None: ...

    async def keys(self, query: Query, values: Sequence[Any]) -> list[Key]:
        """The keys that a query finds for this caller, inside the transaction."""
        ...

    async def read(self, query: Query, values: Sequence[Any]) -> Answer:
        """A read inside the transaction, under the caller's grants."""
        ...

    async def allows(self, collection: str, action: Action, key: Sequence[Any]) -> bool:
        """Whether the caller may do this to an item, as it is now; False for one that is not there."""
        ...

    async def admits(self, collection: str, payload: Mapping[str, Any]) -> bool:
        """Whether the caller may create such an item (a PocketBase body), as far as can be told now."""
        ...

    async def beside(self, context: Context) -> Session:
        """A session of somebody else, or with other facts, in the same transaction and with the same ledger."""
        ...


class Engine(Protocol):
    @property
    def catalog(self) -> Catalog:
        """The current snapshot."""
        ...

    async def read(self, query: Query, values: Sequence[Any], context: Context) -> Answer:
        """Errors: InvalidQuery, Forbidden, Unavailable, StatementTimeout. A missing item is `Answer(data=None)`."""
        ...

    async def has_come(self, collection: object) -> bool:
        """Whether there is a collection of this name or id that was not known here until now, because another worker
        has just made it."""
        ...

    async def sharing(self, query: Query, values: Sequence[Any], context: Context) -> Hashable:
        """What the answer to a read depends on beside the query, its values and the instant. Errors: InvalidQuery,
        Forbidden."""
        ...

    async def write(
        self, context: Context, collection: str, work: Callable[[Session], Awaitable[Result]], *, heavy: bool = False
    ) -> Result:
        """Run `work` in one transaction on the database of `collection`, then commit, log and publish its changes."""
        ...

    async def rehearse(self, context: Context, collection: str, work: Callable[[Session], Awaitable[Result]]) -> Result:
        """Run `work` as `write` does, under the same rights, in a transaction of which nothing stays."""
        ...

    async def health(self) -> Sequence[DatabaseHealth]:
        """Whether the databases answer."""
        ...

    async def etag(self, collection: str, key: Sequence[Any]) -> str | None:
        """The tag of an item as it is stored now, for `if_match`; None if there is none. Not for callers' eyes as
        such.
        """
        ...

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
        """Whether the caller's grants open this item (and these fields of it) to an action; False for one that is not
        there. `grants`: other ones to judge by, with the caller still the caller."""
        ...
