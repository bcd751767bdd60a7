"""Realtime topics: how PocketBase's clients name what they follow.

In charge of: `collection/*`, `collection/id`, the older `collection`, free names, the options after `?options=`, and
the data of events. Not in charge of: clients and delivery (`realtime/`), or the endpoint (`realtime`). Called by
`realtime` and, for events, by the feature room.

    posts/*?options={"query":{"filter":"title != ''","expand":"author"},"headers":{"X-Token":"…"}}

A topic is compared as it is written, up to the `?`; the event's name is the whole of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

import msgspec

from satchel.engine.engine import Engine
from satchel.engine.ledger import ChangeAction
from satchel.engine.verbs import Answer
from satchel.errors import Forbidden, InvalidPayload, InvalidQuery
from satchel.expr.syntax_text import parse
from satchel.http import json
from satchel.http.querystring import parse_pairs
from satchel.model.catalog import Collection
from satchel.plan.query import Arguments, Query
from satchel.policy.actor import Actor, Context
from satchel.realtime.images import Entry
from satchel.realtime.subscription import Asked, Reach, Subscription
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.fields_param import Picker, parse_fields
from satchel.wire.pocketbase.identity import header_facts
from satchel.wire.pocketbase.query import GUARDED, expand_tree
from satchel.wire.pocketbase.records import is_served

READINGS = 4096
"""How many different options are kept parsed."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def topics_of(collection: Collection, key: str) -> Sequence[tuple[str, Reach]]:
    """The topics under which a record is followed."""
    if not is_served(collection):
        return ()
    found: list[tuple[str, Reach]] = []
    for name in dict.fromkeys((collection.name, collection.id)):
        if name:
            found.extend(((f"{name}/*", "list"), (name, "list"), (f"{name}/{key}", "view")))
    return found


class Topics:
    """Reads subscriptions. One per program; equal options share one `OptionsReading`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = lru_cache(maxsize=READINGS)(self._make_reading)

    def parse(self, name: str) -> Subscription:
        """A subscription from what a client sent."""
        topic, _, query = name.partition("?")
        return Subscription(name, topic, self._reading(query))

    def _make_reading(self, query: str) -> OptionsReading:
        options = _options(query)
        return OptionsReading(self._engine, _texts(options.get("query")), _texts(options.get("headers")))


def _options(query: str) -> Mapping[str, Any]:
    """The JSON after `options=`; {} when it can't be read."""
    if not query:
        return {}
    try:
        text = next((value for name, value in parse_pairs(query.encode()) if name == "options"), "")
        found: Any = json.decode(text) if text else {}
    except (InvalidPayload, InvalidQuery):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _texts(value: Any) -> dict[str, str]:
    """Values as the texts that a URL or a header would hold."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, str] = {}
    for name, item in cast("dict[str, Any]", value).items():
        if isinstance(item, str):
            found[name] = item
        elif item is not None:
            found[name] = _encode(item).decode()
    return found


class OptionsReading:
    """How subscriptions with the same options are told of an event."""

    def __init__(self, engine: Engine, query: Mapping[str, str], headers: Mapping[str, str]) -> None:
        self._engine = engine
        self._filter = query.get("filter", "")
        self._expand = query.get("expand", "")
        self._fields = _picker(query.get("fields", ""))
        self._asked: dict[tuple[str, Reach, bool], Asked | None] = {}
        self._version = -1
        self.facts: Mapping[str, Any] = {
            "context": "realtime",
            "method": "GET",
            "query": dict(query),
            "headers": header_facts(headers),
            "body": {},
        }

    gathers = False
    counted = None

    def asked(self, collection: Collection, reach: Reach, action: ChangeAction, *, admin: bool) -> Asked | None:
        version = self._engine.catalog.version
        if version != self._version:
            self._asked.clear()
            self._version = version
        key = (collection.name, reach, admin)
        if key not in self._asked:
            self._asked[key] = self._ask(collection, reach, admin=admin)
        return self._asked[key]

    def _ask(self, collection: Collection, reach: Reach, *, admin: bool) -> Asked | None:
        query = Query(collection.name, "pocketbase", action=reach)
        guarded = any(part in self._filter for part in GUARDED)
        if guarded and not admin:
            return None
        values: tuple[Any, ...] = ()
        try:
            if self._filter:
                parsed = parse(self._filter)
                values = parsed.values
                query = replace(query, arguments=Arguments(where=parsed.node))
                # not even superusers: what is hidden must not be guessed from whether an event comes
                self._engine.check_visible(query, Context(Actor.system("realtime"), datetime.now(UTC)))
            expand = expand_tree(self._expand)
        except (InvalidQuery, Forbidden, ApiError):
            return None
        return Asked(replace(query, expand=expand), values, personal=bool(expand) or guarded)

    def message(self, entry: Entry, data: Sequence[bytes], counts: Answer | None = None) -> bytes:
        (record,) = data
        if self._fields is not None:
            record = _encode(self._fields.pick(_decode(record)))
        elif b"\n" in record or b"\r" in record:
            record = _encode(_decode(record))
        return b'{"record":%b,"action":"%b"}' % (record, entry.action.encode())


def _picker(text: str) -> Picker | None:
    """The picker of `fields`; a malformed one keeps everything."""
    try:
        return parse_fields(text) if text else None
    except ApiError:
        return None
