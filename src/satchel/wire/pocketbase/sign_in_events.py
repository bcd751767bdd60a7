"""The events of signing in: listeners around everything by which somebody proves who they are.

In charge of: what a listener is shown of such a request. Not in charge of: the work (`auth`, `auth_mail`, `auth_otp`,
`auth_oauth2`, which call this). Costs nothing where nobody listens.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from satchel.auth.records import AuthRecord
from satchel.engine.request_events import SignInEvent, answered
from satchel.http.response import Response
from satchel.policy.actor import Actor
from satchel.wire.pocketbase.identity import context_of
from satchel.wire.pocketbase.query import view_query
from satchel.wire.pocketbase.records import key_of
from satchel.wire.pocketbase.services import Services

Find = Callable[[], Awaitable[AuthRecord | None]]
"""Finds the record that a request is about, if there is one; called only when somebody listens."""
Work = Callable[[], Awaitable[Response]]

SYSTEM = Actor.system("show a record to a hook")


async def around_anybody(services: Services, name: str, event: SignInEvent, find: Find, work: Work) -> Response:
    """The answer, with listeners who are told of requests about nobody as well."""
    if not services.engine.events.heard(name, *event.tags):
        return await work()
    return await _around(services, name, event, await find(), work)


async def around_known(services: Services, name: str, event: SignInEvent, find: Find, work: Work) -> Response:
    """The answer, with listeners who are told of requests about a record that exists."""
    if not services.engine.events.heard(name, *event.tags):
        return await work()
    record = await find()
    return await work() if record is None else await _around(services, name, event, record, work)


async def _around(services: Services, name: str, event: SignInEvent, record: AuthRecord | None, work: Work) -> Response:
    if record is not None:
        collection = record.collection
        query, _ = view_query(collection.name, b"")
        answer = await services.engine.read(query, (key_of(collection, record.id),), context_of(event.request, SYSTEM))
        if answer.data is not None:
            event.values = msgspec.json.decode(answer.data)
            event.stored = dict(event.values)
    return await answered(services.engine.events, name, event, work)
