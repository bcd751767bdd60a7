"""Data for handlers: find, count, save and delete records through the engine.

In charge of: turning names and filters into the engine's verbs, and joining the transaction that a handler runs in. Not
in charge of: rights (the engine; by default the program's own, else those of whoever `acting_as` names). Used by
authors through `app`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from satchel.engine.engine import Engine
from satchel.engine.verbs import Answer, Session
from satchel.expr.syntax_text import to_pattern
from satchel.extensions.answers import NotFoundError
from satchel.extensions.calling import HANDLER, SESSION
from satchel.extensions.record import Record
from satchel.model.catalog import Collection, Key
from satchel.model.key import decode_key
from satchel.plan.query import Query
from satchel.policy.actor import Actor, Context
from satchel.wire.pocketbase.query import PER_PAGE_MAX, list_query, view_query

Result = TypeVar("Result")

_PLACEHOLDER = re.compile(r"\{:(\w+)\}")
# stands for a bound text until the filter is parsed; nobody's filter holds it
_MARK = "\x01satchel:"


class DataAccess:
    """Records for one actor. Everything here is awaited; in a plain function, by `wait`."""

    def _engine(self) -> Engine:
        raise NotImplementedError

    def _actor(self) -> Actor:
        raise NotImplementedError

    async def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        raise NotImplementedError

    async def find_record(self, collection: str, id: str, *, expand: str = "") -> Record:
        """The record with this id. Raises NotFoundError."""
        found = self._collection(collection)
        key = decode_key(found, id)
        query, _ = view_query(found.name, urlencode({"expand": expand}).encode() if expand else b"")
        data = None if key is None else (await self._read(query, (key,))).data
        if data is None:
            raise NotFoundError(f'There is no record "{id}" in "{found.name}".')
        return _record(found, msgspec.json.decode(data))

    async def find_records(
        self,
        collection: str,
        filter: str = "",
        *,
        params: Mapping[str, Any] | None = None,
        sort: str = "",
        limit: int = PER_PAGE_MAX,
        offset: int = 0,
        expand: str = "",
    ) -> list[Record]:
        """The records that a PocketBase filter finds, up to `limit` (1000 at most).

        Values go in by name, never into the text: `find_records("posts", "title = {:title}", params={"title": "x"})`.
        """
        found = self._collection(collection)
        parameters = {"sort": sort, "expand": expand, "perPage": str(max(1, min(limit, PER_PAGE_MAX)))}
        query, values = self._listed(found, filter, params, parameters)
        answer = await self._read(query, (*values[:-1], max(0, offset)))
        return [_record(found, item) for item in msgspec.json.decode(answer.data or b"[]")]

    async def find_first(
        self, collection: str, filter: str, *, params: Mapping[str, Any] | None = None, sort: str = ""
    ) -> Record | None:
        """The first record that a filter finds; None when there is none."""
        found = await self.find_records(collection, filter, params=params, sort=sort, limit=1)
        return found[0] if found else None

    async def count_records(self, collection: str, filter: str = "", *, params: Mapping[str, Any] | None = None) -> int:
        """How many records a filter finds."""
        found = self._collection(collection)
        query, values = self._listed(found, filter, params, {"perPage": "1"}, total=True)
        return (await self._read(query, values)).matching or 0

    async def save_record(self, record: Record) -> Record:
        """Store a new record, or what changed of a stored one. The same record, with what is stored now.

        Raises the errors of any write: a ValidationFailed names every field that is wrong.
        """
        found = self._collection(record.collection)
        changes = record.take_changes()
        query, _ = view_query(found.name, b"")

        async def work(session: Session) -> Answer:
            if record.is_new:
                key = await session.create(found.name, changes, "pocketbase")
            else:
                key = await session.update(found.name, _key_of(found, record), changes, "pocketbase")
            return await session.read(query, (key,))

        answer = await self._write(found, work)
        if answer.data is not None:
            record.refresh(msgspec.json.decode(answer.data))
        return record

    async def delete_record(self, record: Record) -> None:
        """Delete a record. Raises ConstraintFailed when a reference holds it back."""
        found = self._collection(record.collection)
        key = _key_of(found, record)
        await self._write(found, lambda session: session.delete(found.name, key, style="pocketbase"))

    async def in_transaction(self, collection: str, work: Callable[[], Any]) -> Any:
        """Run `work` (plain or async) so that all it saves and deletes in the database of `collection` is done, or
        nothing is; what it gives. It may be run a second time when another write's failure undid the first.
        """
        found = self._collection(collection)
        if self._current(found) is not None:
            return await self._call(work)

        async def inside(session: Session) -> Any:
            token = SESSION.set(session)
            try:
                return await self._call(work)
            finally:
                SESSION.reset(token)

        return await self._engine().write(self._context(), found.name, inside)

    # --- parts

    def _collection(self, name: str) -> Collection:
        found = self._engine().catalog.find(name)
        if found is None or found.kind == "folder":
            raise NotFoundError(f'There is no collection "{name}".')
        return found

    def _context(self) -> Context:
        return Context(self._actor(), datetime.now(UTC))

    def _current(self, collection: Collection) -> Session | None:
        """The transaction that the handler runs in, if that is on the same database."""
        session = SESSION.get()
        return session if session is not None and session.source == collection.source else None

    async def _read(self, query: Query, values: Sequence[Any]) -> Answer:
        session = self._current(self._collection(query.collection))
        context = self._context()
        if session is not None:
            return await (await session.beside(context)).read(query, values)
        return await self._engine().read(query, values, context)

    async def _write(self, collection: Collection, work: Callable[[Session], Awaitable[Result]]) -> Result:
        session = self._current(collection)
        context = self._context()
        if session is not None:
            return await work(await session.beside(context))
        return await self._engine().write(context, collection.name, work)

    def _listed(
        self,
        collection: Collection,
        filter: str,
        params: Mapping[str, Any] | None,
        parameters: dict[str, str],
        *,
        total: bool = False,
    ) -> tuple[Query, tuple[Any, ...]]:
        text, bound = _bound(filter, params or {})
        wanted = {name: value for name, value in parameters.items() if value}
        wanted.update({"filter": text, "skipTotal": "0" if total else "1"})
        asked = list_query(collection.name, urlencode(wanted).encode(), superuser=True)
        return asked.query, tuple(
            bound.get(value, value) if isinstance(value, str) else value for value in asked.values
        )


def _bound(filter: str, params: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The filter with a mark in place of every text, and what the marks stand for. Raises KeyError for a name that has
    no value, TypeError for a value that no filter can hold.
    """
    texts: dict[str, str] = {}

    def literal(match: re.Match[str]) -> str:
        name = match[1]
        if name not in params:
            raise KeyError(f"The filter names {{:{name}}}, for which there is no value.")
        value = params[name]
        match value:
            case None:
                return "null"
            case bool():
                return "true" if value else "false"
            case int():
                return str(value)
            case float() if math.isfinite(value):
                return repr(value)
            case datetime():
                moment = value if value.tzinfo else value.replace(tzinfo=UTC)
                text = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "Z"
            case date():
                text = f"{value.isoformat()} 00:00:00.000Z"
            case str():
                text = value
            case _:
                raise TypeError(f"The value of {{:{name}}} can't be part of a filter.")
        texts[_MARK + name] = text
        texts[f"%{_MARK}{name}%"] = to_pattern(text)  # right of `~`
        return f"'{_MARK}{name}'"

    return _PLACEHOLDER.sub(literal, filter), texts


def _record(collection: Collection, values: dict[str, Any]) -> Record:
    return Record.read(collection.name, values, dict(values))


def _key_of(collection: Collection, record: Record) -> Key:
    key = decode_key(collection, record.id)
    if key is None or not record.id:
        raise NotFoundError(f'A record of "{collection.name}" without an id is not stored.')
    return key


def system_actor() -> Actor:
    """The program's own rights, with the handler's name for the change log."""
    handler = HANDLER.get()
    return Actor.system(f"hook {handler}" if handler else "extension")
