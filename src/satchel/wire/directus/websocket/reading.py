"""How a subscription of `/websocket` is told: what is read of a change, and the message made of it.

In charge of: the topics of this wire, the queries for events, the exact messages. Not in charge of: who may know, or
when (`realtime/`); who follows what (`subscriptions`). Used by `subscriptions` and `app`.

    {"type":"subscription","event":"create"|"update","data":[…],"meta":{…}}
    {"type":"subscription","event":"delete","data":["14"],"meta":{…}}

Of a deleted item only its key is told, as a text, and only to those who could see the item before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from satchel.engine.ledger import ChangeAction
from satchel.engine.verbs import Answer
from satchel.errors import InvalidQuery
from satchel.expr.nodes import Param
from satchel.http import json
from satchel.model.catalog import Collection
from satchel.model.key import encode_key
from satchel.plan.query import Arguments, Page, Query, Select
from satchel.realtime.images import Entry
from satchel.realtime.subscription import Asked, Reach, Topic
from satchel.wire.directus.parameters import Parameters
from satchel.wire.directus.query import Reader

NAMESPACE = "directus"
FACTS: Mapping[str, Any] = {"context": "realtime", "method": "GET", "query": {}, "headers": {}, "body": {}}
NO_AGGREGATES = "Aggregates can't be subscribed to"


def topics_of(collection: Collection, key: str) -> Sequence[tuple[Topic, Reach]]:
    """The topics under which an item is followed."""
    return ((list_topic(collection.name), "list"), (item_topic(collection.name, key), "view"))


def list_topic(collection: str) -> Topic:
    return (NAMESPACE, collection)


def item_topic(collection: str, key: str) -> Topic:
    return (NAMESPACE, collection, key)


@dataclass(frozen=True, slots=True)
class Wish:
    """What events are asked for. `where` and `search` stand in `arguments`, the values beside them."""

    collection: str
    select: tuple[Select, ...]
    arguments: Arguments
    values: tuple[Any, ...]
    personal: bool

    @staticmethod
    def of(reader: Reader, collection: str, parameters: Parameters) -> Wish:
        """Raises InvalidQuery for what can't be followed."""
        if parameters.aggregate or parameters.group:
            raise InvalidQuery(NO_AGGREGATES)
        told = replace(parameters, sort=(), limit=None, offset=None, page=None, meta=())
        reading = reader.build(collection, "list", told)
        query = reading.query
        arguments = replace(query.arguments, sort=(), page=Page())
        # what belongs to related items, or names the caller, is different for each of them
        personal = any(item.children for item in query.select) or "$CURRENT" in str(parameters.filter)
        return Wish(collection, query.select, arguments, reading.values, personal)

    def asked(self, reach: Reach, *, keys_of: Collection | None = None) -> Asked:
        """`keys_of`: only the key, for what is no more than that."""
        select = self.select if keys_of is None else tuple(Select(name, name) for name in keys_of.key)
        query = Query(self.collection, "directus", reach, select, arguments=self.arguments)
        return Asked(query, self.values, self.personal)

    def counted(self, meta: Sequence[str]) -> Asked | None:
        """The counts that `meta` names."""
        if not meta:
            return None
        nothing = Page(limit=Param(len(self.values), "number"))
        query = Query(
            self.collection,
            "directus",
            "list",
            arguments=replace(self.arguments, page=nothing),
            total="total_count" in meta,
            matching="filter_count" in meta,
        )
        return Asked(query, (*self.values, 0))


class ItemsReading:
    """How subscriptions with the same wish are told. `event`: the only kind they want. `single`: the item as an object,
    for subscriptions to one item and for singletons."""

    gathers = True
    facts = FACTS

    def __init__(self, wish: Wish, *, event: str | None, single: bool, meta: tuple[str, ...]) -> None:
        self._wish = wish
        self._event = event
        self._single = single
        self._meta = meta
        self.counted = wish.counted(meta)

    def asked(self, collection: Collection, reach: Reach, action: ChangeAction, *, admin: bool) -> Asked | None:
        if self._event is not None and self._event != action:
            return None
        return self._wish.asked(reach, keys_of=collection if action == "delete" else None)

    def message(self, entry: Entry, data: Sequence[bytes], counts: Answer | None = None) -> bytes:
        if entry.action == "delete":
            shown = json.encode([key_text(item) for item in data])
        elif self._single:
            shown = data[-1]
        else:
            shown = b"[" + b",".join(data) + b"]"
        meta = b"" if counts is None else b',"meta":' + json.encode(meta_of(counts, self._meta))
        return b'{"type":"subscription","event":"%b","data":%b%b}' % (entry.action.encode(), shown, meta)


def key_text(item: bytes) -> str:
    """The key as a text, of an object that holds nothing else."""
    return encode_key(tuple(cast("dict[str, Any]", json.decode(item)).values()))


def meta_of(counts: Answer, names: Sequence[str]) -> dict[str, int | None]:
    known = {"total_count": counts.total, "filter_count": counts.matching}
    return {name: value for name, value in known.items() if name in names}
