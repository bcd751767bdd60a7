"""Request events: listeners around the answering of one request.

In charge of: the subjects of these events, and what is answered when a listener stops the chain. Not in charge of: when
they are raised (the wires), or the listeners (`events`). Called by the wires' handlers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from satchel.engine.events import Events
from satchel.engine.verbs import Session
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.model.catalog import Collection
from satchel.policy.actor import Actor


@dataclass(slots=True)
class AnswerEvent:
    """A request whose answer is about to be made. `response`: the answer; the work makes it, unless a listener has.
    `session`: the transaction that it is a part of, None for most.
    """

    request: Request
    actor: Actor
    response: Response | None = field(default=None, kw_only=True)
    session: Session | None = field(default=None, kw_only=True)

    @property
    def tags(self) -> tuple[str, ...]:
        return ()


@dataclass(slots=True)
class BodyEvent(AnswerEvent):
    """A request that is not about records. `body`: what was sent, which listeners may change. `collection`: the name
    of the one that it is about, "" for none.
    """

    body: dict[str, Any] = field(default_factory=dict[str, Any])
    collection: str = ""
    collection_id: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        return (self.collection, self.collection_id) if self.collection else ()


@dataclass(slots=True)
class DownloadEvent(BodyEvent):
    """A file is about to be sent, which the caller may have."""

    record_id: str = ""
    file_name: str = ""


@dataclass(slots=True)
class StreamEvent(AnswerEvent):
    """A realtime client connects (`client_id` is known afterwards), or says what it follows, which listeners may
    change.
    """

    client_id: str = ""
    subscriptions: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class RequestEvent(AnswerEvent):
    """A request about records.

    `values`: the record that it is about, in the wire's form, as far as it is known: the stored one, with what the
    caller sent over it. `stored`: as it is stored, empty for a new one. `overrides`: what listeners set; it goes in
    place of the caller's and is not judged by the caller's rights. `records`: those of a list.
    """

    collection: Collection | None = None
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    stored: Mapping[str, Any] = field(default_factory=dict[str, Any])
    overrides: dict[str, Any] = field(default_factory=dict[str, Any])
    records: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def tags(self) -> tuple[str, ...]:
        return () if self.collection is None else (self.collection.name, self.collection.id)


@dataclass(slots=True)
class SignInEvent(RequestEvent):
    """A request by which somebody signs in, or asks for or confirms what goes by mail. `values` and `stored`: the
    record that it is about; empty while there is none.
    """


@dataclass(slots=True)
class PasswordEvent(SignInEvent):
    """A sign-in with a password. Listeners may change what is then checked. `identity_field`: "" for any."""

    identity: str = ""
    identity_field: str = ""
    password: str = ""


@dataclass(slots=True)
class OAuth2Event(SignInEvent):
    """Somebody came back from an identity provider, which has said who they are (`oauth2_user`). Listeners may change
    `create_data`, the values of a new record.
    """

    provider_name: str = ""
    oauth2_user: Any = None
    create_data: dict[str, Any] = field(default_factory=dict[str, Any])
    is_new_record: bool = False


@dataclass(slots=True)
class EmailChangeEvent(SignInEvent):
    """A new address is asked for or confirmed."""

    new_email: str = ""


@dataclass(slots=True)
class FileTokenEvent(SignInEvent):
    """Somebody gets a token that opens protected files. Listeners may change it."""

    token: str = ""


@dataclass(slots=True)
class SignedInEvent(SignInEvent):
    """Somebody proved who they are and is about to be told so. `auth_method`: "password", "oauth2", "otp", or "" for a
    token that comes from another one. Listeners may change `token` and `meta`; None leaves `meta` out of the answer.
    """

    auth_method: str = ""
    token: str = ""
    meta: Any = None


@dataclass(slots=True)
class EnrichEvent:
    """One record that goes out in an answer. `values`: what of it goes out; listeners may take away and add. `session`:
    the transaction that the answer is made in, None for most.
    """

    actor: Actor
    collection: Collection
    values: dict[str, Any]
    session: Session | None = None

    @property
    def tags(self) -> tuple[str, str]:
        return self.collection.name, self.collection.id


async def answered(events: Events, name: str, event: AnswerEvent, work: Callable[[], Awaitable[Response]]) -> Response:
    """The answer that `work` makes, with whoever listens around it. Where a listener keeps it from being made and gives
    none itself, the answer is empty.
    """

    async def make() -> None:
        event.response = await work()

    await events.run(name, event, make, *event.tags)
    return event.response or Response(200)
