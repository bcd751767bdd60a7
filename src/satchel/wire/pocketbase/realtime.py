"""`/api/realtime`: Server-Sent Events as PocketBase's clients expect them.

In charge of: opening a stream, its first event, the form that replaces what a client follows, and the exact frames. Not
in charge of: topics (`topics`), or who is told what (`realtime/`). Called by `routes`.

    GET  → id:<client>\\nevent:PB_CONNECT\\ndata:{"clientId":"<client>"}\\n\\n, and one such frame for each event
    POST {"clientId": …, "subscriptions": ["posts/*", …]} → 204
"""

from __future__ import annotations

from typing import Any, cast

from satchel.engine.request_events import StreamEvent, answered
from satchel.http.request import Request
from satchel.http.response import Response, no_content
from satchel.http.sse import EVENT_STREAM_TYPE, EventStream, event
from satchel.realtime.clients import Client
from satchel.realtime.realtime import OtherCaller, UnknownClient, WrongAddress
from satchel.wire.pocketbase.body import read_form
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, error_item, generic
from satchel.wire.pocketbase.identity import actor_of
from satchel.wire.pocketbase.services import Services

CONNECTED = "PB_CONNECT"
CLIENT_ID_MAX = 255
SUBSCRIPTIONS_MAX = 1000
SUBSCRIPTION_LENGTH_MAX = 2500
NO_CLIENT = "Missing or invalid client id."
WRONG_CLIENT = "Invalid realtime client."
WRONG_CALLER = "The current and the previous request authorization don't match."


class StreamOutlet:
    """A client's stream: frames with the client's id on each."""

    __slots__ = ("_stream", "id")

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        self.id = b""

    def send(self, name: str, message: bytes) -> bool:
        line = name.encode("utf-8", "replace")
        if b"\n" in line or b"\r" in line:
            line = b" ".join(line.splitlines())
        return self._stream.send(event(line, message, self.id))

    def close(self) -> None:
        self._stream.close()


class Realtime:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def open(self, request: Request) -> Response:
        """A stream; its client is known as soon as its first event is read."""
        if request.method == "HEAD":
            return _headers(Response(200, content_type=EVENT_STREAM_TYPE))
        events = self._services.engine.events
        if not events.heard("realtime_connect_request"):
            return (await self._open(request))[0]
        event = StreamEvent(request, await actor_of(self._services, request))

        opened: list[Response] = []

        async def work() -> Response:
            response, event.client_id = await self._open(request)
            opened.append(response)
            return response

        answer: Response | None = None
        try:
            answer = await answered(events, "realtime_connect_request", event, work)
            return answer
        finally:
            for unused in opened:
                if unused is not answer and isinstance(unused.body, EventStream):
                    unused.body.close()

    async def _open(self, request: Request) -> tuple[Response, str]:
        """The stream, and its client's id."""
        settings, realtime = self._services.settings, self._services.realtime
        found: list[Client] = []

        def closed() -> None:
            for client in found:
                realtime.disconnect(client)

        stream = EventStream(
            limit_bytes=settings.realtime_buffer_bytes, limit_parts=settings.realtime_buffer_messages, on_close=closed
        )
        outlet = StreamOutlet(stream)
        client = await realtime.connect(outlet, request.client_ip)
        found.append(client)
        outlet.id = client.id.encode()
        outlet.send(CONNECTED, b'{"clientId":"%b"}' % outlet.id)
        return _headers(Response(200, stream, content_type=EVENT_STREAM_TYPE)), client.id

    async def subscribe(self, request: Request) -> Response:
        """Replace what a client follows, and take over who asks."""
        services = self._services
        try:
            body = await read_form(request)
        except ApiError:
            raise generic() from None
        client_id, subscriptions = _read(body)
        actor = await actor_of(services, request)
        event = StreamEvent(request, actor, client_id, subscriptions)

        async def work() -> Response:
            try:
                await services.realtime.subscribe(client_id, event.subscriptions, actor)
            except UnknownClient:
                raise ApiError(404, NO_CLIENT) from None
            except WrongAddress:
                raise ApiError(400, WRONG_CLIENT) from None
            except OtherCaller:
                raise ApiError(403, WRONG_CALLER) from None
            return no_content()

        return await answered(services.engine.events, "realtime_subscribe_request", event, work)


def _headers(response: Response) -> Response:
    response.headers += [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    return response


def _read(body: dict[str, Any]) -> tuple[str, list[str]]:
    """Client id and topics of the form. Raises ApiError (400)."""
    client_id = body.get("clientid")
    topics = body.get("subscriptions")
    if isinstance(topics, str):  # a form with one value
        topics = [topics]
    if not isinstance(client_id, str | None) or not isinstance(topics, list | None):
        raise generic()
    listed = cast("list[Any]", topics or [])
    if not all(isinstance(item, str) for item in listed):
        raise generic()
    problems: dict[str, Any] = {}
    if not client_id:
        problems["clientId"] = REQUIRED
    elif len(client_id) > CLIENT_ID_MAX:
        text = f"The length must be between 1 and {CLIENT_ID_MAX}."
        problems["clientId"] = error_item("length_out_of_range", text, {"min": 1, "max": CLIENT_ID_MAX})
    if len(listed) > SUBSCRIPTIONS_MAX:
        problems["subscriptions"] = _too_long(SUBSCRIPTIONS_MAX)
    else:
        long = {
            str(place): _too_long(SUBSCRIPTION_LENGTH_MAX)
            for place, item in enumerate(listed)
            if len(item) > SUBSCRIPTION_LENGTH_MAX
        }
        if long:
            problems["subscriptions"] = long
    if problems:
        raise ApiError(400, data=problems)
    return cast("str", client_id), listed


def _too_long(limit: int) -> dict[str, Any]:
    return error_item("length_too_long", f"The length must be no more than {limit}.", {"min": 0, "max": limit})
