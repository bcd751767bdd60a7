"""Batches: several writes of records in one transaction, all or nothing.

In charge of: reading the list of requests, and the form of its answers and errors. Not in charge of: the writes
themselves (`records`). Called by `routes`.

Items are requests without a connection of their own: they have a method, a URL, headers and a body, which rules can
see, and the caller of the batch as theirs; an `Authorization` header of an item says nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import unquote

import msgspec

from satchel.engine.request_events import BodyEvent, answered
from satchel.engine.verbs import Session
from satchel.errors import InvalidPayload, SatchelError
from satchel.files.files import contents_of
from satchel.http.querystring import first_values, parse_pairs
from satchel.http.request import Request
from satchel.http.response import Response, no_content
from satchel.model.catalog import Collection
from satchel.policy.actor import Actor, Context
from satchel.wire.pocketbase import record_events
from satchel.wire.pocketbase.body import Body, read_form
from satchel.wire.pocketbase.enrich import enriched
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, error_item, response_of
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import actor_of, header_facts
from satchel.wire.pocketbase.query import view_query
from satchel.wire.pocketbase.record_writes import NOT_CREATED, create, delete, exists, update
from satchel.wire.pocketbase.records import check_rule, find_collection, key_of, writable
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import record_response
from satchel.wire.pocketbase.uploads import add_upload, item_part, uploads_of

NOT_ALLOWED = "Batch requests are not allowed."
NOT_READ = "Failed to read the submitted batch data."
NOT_VALID = "Invalid batch request data."
FAILED = "Batch transaction failed."
BODY_BYTES_MAX = 128 * 1024**2
PAUSE_ITEMS = 20
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})

_TARGET = re.compile(r"/api/collections/(?P<collection>[^/?]+)/records(?:/(?P<id>[^/?]+))?")


@dataclass(frozen=True, slots=True)
class Item:
    """One request of a batch."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Body


class _Current(Mapping[str, Any]):
    """What rules may know of the item whose turn it is: the transaction has one Context, each item its own facts."""

    def __init__(self, item: Item) -> None:
        self._facts: Mapping[str, Any] = {}
        self.switch(item)

    def switch(self, item: Item) -> None:
        self._facts = {
            "context": "batch",
            "method": item.method,
            "query": first_values(parse_pairs(item.url.partition("?")[2])),
            "headers": header_facts(item.headers),
            "body": item.body,
        }

    def __getitem__(self, name: str) -> Any:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


class Batch:
    """The handler. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def run(self, request: Request) -> Response:
        services = self._services
        limits = services.settings_store.current.batch
        if not limits.enabled:
            raise ApiError(403, NOT_ALLOWED)
        actor = await actor_of(services, request)
        await _arrive(request, limits.max_body_size or BODY_BYTES_MAX)
        event = BodyEvent(request, actor, await read_form(request, NOT_READ))

        async def work() -> Response:
            return await self._run(request, actor, event.body)

        return await answered(services.engine.events, "batch_request", event, work)

    async def _run(self, request: Request, actor: Actor, form: Body) -> Response:
        services = self._services
        limits = services.settings_store.current.batch
        items = _items(form, limits.max_requests)
        await self._add_uploads(request, items)
        try:
            first = self._collection(items[0])
        except ApiError as error:
            raise _failed(0, error) from error
        current = _Current(items[0])
        context = Context(actor, datetime.now(UTC), current)

        async def work(session: Session) -> list[bytes]:
            answers: list[bytes] = []
            # around the items only: what a commit was asked to keep is kept, and said so
            try:
                async with asyncio.timeout(limits.timeout):
                    for index, item in enumerate(items):
                        current.switch(item)
                        try:
                            answers.append(await self._write(session, request, actor, item))
                        except SatchelError as error:
                            raise _failed(index, error) from error
                        if index % PAUSE_ITEMS == 0:
                            await asyncio.sleep(0)  # writes may never wait, and time limits count only then
            except TimeoutError:
                raise ApiError(400, FAILED) from None
            return answers

        fields = parse_fields(request.query.get("fields", ""))
        async with services.files.ready(contents_of(item.body for item in items)):
            answers = await services.engine.write(context, first.name, work)
        return record_response(b"[" + b",".join(answers) + b"]", fields)

    async def _add_uploads(self, request: Request, items: list[Item]) -> None:
        """Give the files of the form to the items that they are for; those for none are ignored."""
        for upload in await uploads_of(request):
            part = item_part(upload.name)
            if part is None or part[0] >= len(items):
                continue
            item = items[part[0]]
            name = _target(item)[0]
            collection = None if name is None else self._services.engine.catalog.find(name)
            if collection is not None:
                await add_upload(item.body, part[1], upload, collection, self._services.files)

    async def _write(self, session: Session, request: Request, actor: Actor, item: Item) -> bytes:
        """One item's answer, with who listens for its kind of request around it."""
        services = self._services
        collection = self._collection(item)
        key_text = _target(item)[1]
        query, fields = view_query(collection.name, item.url.partition("?")[2].encode(), written=True)
        method, body = item.method, item.body
        key = None if key_text is None else key_of(collection, key_text)
        if method == "PUT" and key is None:
            method, key = await self._upsert(session, collection, body)
        place = record_events.Within(services, request, session.context, session)

        async def shown(data: bytes) -> Response:
            engine = services.engine
            return record_response(await enriched(engine.events, engine.catalog, actor, data, session), fields)

        async def own(overrides: Mapping[str, Any]) -> Session:
            return await session.beside(replace(session.context, overrides=overrides)) if overrides else session

        if method == "POST" and key is None:
            await check_rule(services, actor, collection, "create")

            async def made(overrides: Mapping[str, Any]) -> Response:
                return await shown(await create(await own(overrides), collection, body, query))

            return _answer(await record_events.around_create(place, collection, body, made, NOT_CREATED))
        if key is None or method not in ("PATCH", "DELETE"):
            raise ApiError(500)
        known = key
        if method == "PATCH":
            await check_rule(services, actor, collection, "update")

            async def changed(overrides: Mapping[str, Any]) -> Response:
                return await shown(await update(await own(overrides), collection, known, body, query))

            return _answer(await record_events.around_update(place, collection, known, body, changed))
        await check_rule(services, actor, collection, "delete")

        async def deleted() -> Response:
            await delete(session, collection, known)
            return no_content()

        return _answer(await record_events.around_delete(place, collection, known, deleted))

    def _collection(self, item: Item) -> Collection:
        """The collection that an item writes to. Raises ApiError for one that can't be written to by a batch."""
        if not item.url.startswith("/"):
            raise ApiError(400)
        name = _target(item)[0]
        if name is None:
            raise ApiError(500)
        return writable(find_collection(self._services, name))

    async def _upsert(self, session: Session, collection: Collection, body: Body) -> tuple[str, Any]:
        """A PUT is a change of the record that the body's `id` names, else a create."""
        identifier = body.get("id")
        if isinstance(identifier, str) and identifier:
            key = key_of(collection, identifier)
            if await exists(session, collection, key):
                return "PATCH", key
        return "POST", None


def _answer(response: Response) -> bytes:
    """An item's part of the answer. What a listener answers that is no JSON goes out as a text."""
    body = response.body if isinstance(response.body, bytes) else b""
    kind = dict(response.headers).get(b"content-type", b"")
    if body and not kind.startswith(b"application/json"):
        body = msgspec.json.encode(body.decode("utf-8", "replace"))
    return b'{"body":%s,"status":%d}' % (body or b"null", response.status)


async def _arrive(request: Request, limit_bytes: int) -> None:
    """Read the body under the limit for batches, which is not that of other requests. Raises TooLarge."""
    if request.media_type == "multipart/form-data":
        try:
            await request.form(limit_bytes=limit_bytes)
        except InvalidPayload:
            raise ApiError(400, NOT_READ) from None
    else:
        await request.body(limit_bytes=limit_bytes)


def _target(item: Item) -> tuple[str | None, str | None]:
    """Collection and record that an item's URL names; None for a URL that no batch knows."""
    match = _TARGET.fullmatch(item.url.partition("?")[0])
    if match is None:
        return None, None
    key = match["id"]
    return unquote(match["collection"]), None if key is None else unquote(key)


def _items(form: Body, limit: int) -> list[Item]:
    submitted: Any = form.get("requests")
    if submitted is not None and not isinstance(submitted, list):
        raise ApiError(400, NOT_READ)
    requests = cast("list[Any]", submitted or [])
    if not requests:
        raise ApiError(400, NOT_VALID, {"requests": REQUIRED})
    if len(requests) > limit:
        text = f"The length must be no more than {limit}."
        raise ApiError(400, NOT_VALID, {"requests": error_item("length_too_long", text, {"max": limit, "min": 0})})
    items = [_item(request) for request in requests]
    problems = {str(index): found for index, item in enumerate(items) if (found := _problems(item))}
    if problems:
        raise ApiError(400, NOT_VALID, {"requests": problems})
    return items


def _problems(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if not item.method:
        found["method"] = REQUIRED
    elif item.method not in METHODS:
        found["method"] = error_item("in_invalid", "Must be a valid value.")
    if not item.url:
        found["url"] = REQUIRED
    return found


def _item(submitted: Any) -> Item:
    if not isinstance(submitted, dict):
        raise ApiError(400, NOT_READ)
    given = {key.lower(): value for key, value in cast("Body", submitted).items()}
    method, url = given.get("method") or "", given.get("url") or ""
    headers: Any = {} if given.get("headers") is None else given["headers"]
    body: Any = {} if given.get("body") is None else given["body"]
    texts = isinstance(method, str) and isinstance(url, str)
    if not texts or not isinstance(headers, dict) or not isinstance(body, dict):
        raise ApiError(400, NOT_READ)
    sent = {str(name): str(value) for name, value in cast("dict[str, Any]", headers).items()}
    return Item(method, url, sent, cast("Body", body))


def _failed(index: int, error: SatchelError) -> ApiError:
    response = msgspec.json.decode(cast("bytes", response_of(error).body))
    failure = {"code": "batch_request_failed", "message": "Batch request failed.", "response": response}
    return ApiError(400, FAILED, {"requests": {str(index): failure}})
