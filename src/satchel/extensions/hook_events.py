"""Events as handlers see them: `event.next()`, `event.record`, and what else there is to say.

In charge of: wrapping an event's subject. Not in charge of: raising events (every room raises its own) or calling
handlers (`program`).
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from satchel.auth.mail_events import MailEvent
from satchel.engine.events import GoOn
from satchel.engine.item_events import ItemEvent
from satchel.engine.request_events import AnswerEvent, EnrichEvent, RequestEvent, SignInEvent
from satchel.engine.write_values import set_value
from satchel.extensions.calling import Done, in_plain_function, wait
from satchel.extensions.record import Record
from satchel.http.request import Request
from satchel.http.response import Response, json_response
from satchel.model.key import encode_key
from satchel.policy.actor import Actor

if TYPE_CHECKING:
    from satchel.extensions.app import App


class HookEvent:
    """What every handler gets. Whatever else the event is about stands in attributes of the same names as in its
    subject, which can be read and set (see the table of events in the guide).
    """

    def __init__(self, app: App, name: str, subject: Any, go_on: GoOn) -> None:
        vars(self).update(app=app, name=name, _subject=subject, _go_on=go_on)

    app: App
    name: str

    def next(self) -> Awaitable[None]:
        """Go on: the other handlers, then the work itself. Without it the work is not done. `await` it in an `async
        def`; in a plain `def` it returns when the work is done.
        """
        going: Awaitable[None] = vars(self)["_go_on"]()
        if not in_plain_function():
            return going
        wait(going)
        return Done()

    @property
    def actor(self) -> Actor:
        """Who asked."""
        subject = vars(self)["_subject"]
        return subject.session.context.actor if isinstance(subject, ItemEvent) else subject.actor

    @property
    def auth(self) -> Record | None:
        """The record that is signed in; None for guests and for the program's own work."""
        return auth_record(self.actor)

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(vars(self)["_subject"], name)
        except AttributeError:
            raise AttributeError(f'The event "{vars(self)["name"]}" has no {name!r}.') from None

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(vars(self)["_subject"], name):
            raise AttributeError(f'The event "{vars(self)["name"]}" has no {name!r}.')
        setattr(vars(self)["_subject"], name, value)


class RecordEvent(HookEvent):
    """A record is written. Handlers run in its transaction. `error`: why it failed, in the events about failures."""

    def __init__(self, app: App, name: str, subject: ItemEvent, go_on: GoOn) -> None:
        super().__init__(app, name, subject, go_on)
        plan, draft = subject.plan, subject.draft

        def key() -> str:
            return "" if subject.key is None else encode_key(subject.key)

        def put(field: str, value: Any) -> None:
            if draft is None or field not in plan.fields:
                raise KeyError(f'"{plan.name}" has no field {field!r} that could be set here.')
            set_value(draft, field, value)

        stored = dict(subject.row) if subject.action != "create" else {}
        record = Record.live(plan.name, lambda: subject.values, key, put).backed(stored)
        vars(self).update(record=record, model=record, collection=plan.name, action=subject.action)

    record: Record
    model: Record
    collection: str
    action: str


class RequestHookEvent(HookEvent):
    """A request is answered. `request` and `response` are those of `satchel.Request` and `satchel.Response`."""

    request: Request

    @property
    def response(self) -> Response | None:
        """The answer: what `next` made, or what a handler gave."""
        found: Response | None = vars(self)["_subject"].response
        return found

    @response.setter
    def response(self, response: Response | None) -> None:
        vars(self)["_subject"].response = response

    def json(self, status: int, value: Any) -> None:
        """Answer with a JSON value."""
        vars(self)["_subject"].response = json_response(value, status)


class RecordRequestEvent(RequestHookEvent):
    """A request about one record. The caller's rights were looked at already; what a handler sets is the program's own
    doing and not judged by them. A new record has no id before `next`.
    """

    def __init__(self, app: App, name: str, subject: RequestEvent, go_on: GoOn) -> None:
        super().__init__(app, name, subject, go_on)
        collection = "" if subject.collection is None else subject.collection.name
        known = frozenset[str]() if subject.collection is None else frozenset(subject.collection.fields)

        def put(field: str, value: Any) -> None:
            if field not in known:
                raise KeyError(f'"{collection}" has no field {field!r}.')
            subject.overrides[field] = subject.values[field] = value

        record = Record.read(collection, subject.values, subject.stored).putting(put)
        records = [Record.read(collection, values, values) for values in subject.records]
        vars(self).update(record=record, records=records, collection=collection)

    record: Record
    records: list[Record]
    collection: str


class SignInHookEvent(RequestHookEvent):
    """Somebody signs in, or asks for or confirms something by mail. `record`: who that is, with an empty `id` where
    there is none. To change it, change and save it.
    """

    def __init__(self, app: App, name: str, subject: SignInEvent, go_on: GoOn) -> None:
        super().__init__(app, name, subject, go_on)
        collection = "" if subject.collection is None else subject.collection.name
        record = Record.read(collection, subject.values, subject.stored)
        vars(self).update(record=record, collection=collection)

    record: Record
    collection: str


class MailHookEvent(HookEvent):
    """A mail goes out: `to`, `subject`, `html`, `text`, `sender_name` and `sender_address` may be changed. `record`:
    who it is for, with an empty `id` for other mails.
    """

    def __init__(self, app: App, name: str, subject: MailEvent, go_on: GoOn) -> None:
        super().__init__(app, name, subject, go_on)
        vars(self).update(record=Record.read(subject.collection, subject.values, dict(subject.values)))

    record: Record


class RecordEnrichEvent(HookEvent):
    """A record goes out in an answer: `record.hide("email")`, `record["score"] = 5` (any name will do)."""

    def __init__(self, app: App, name: str, subject: EnrichEvent, go_on: GoOn) -> None:
        super().__init__(app, name, subject, go_on)
        record = Record.read(subject.collection.name, subject.values, dict(subject.values))
        vars(self).update(record=record, collection=subject.collection.name)

    record: Record
    collection: str


def auth_record(actor: Actor) -> Record | None:
    """Who is signed in, as a record."""
    if not actor.signed_in or actor.collection is None:
        return None
    values = {**actor.record, "id": actor.key}
    return Record.read(actor.collection, values, dict(values))


def wrap(app: App, name: str, subject: Any, go_on: GoOn) -> HookEvent:
    """The event as its handlers see it."""
    match subject:
        case ItemEvent():
            return RecordEvent(app, name, subject, go_on)
        case EnrichEvent():
            return RecordEnrichEvent(app, name, subject, go_on)
        case SignInEvent():
            return SignInHookEvent(app, name, subject, go_on)
        case RequestEvent():
            return RecordRequestEvent(app, name, subject, go_on)
        case AnswerEvent():
            return RequestHookEvent(app, name, subject, go_on)
        case MailEvent():
            return MailHookEvent(app, name, subject, go_on)
        case _:
            return HookEvent(app, name, subject, go_on)
