"""Signing in: with a password, refresh, impersonation, and which methods there are.

In charge of: these endpoints' forms, texts and answers, for every auth collection and for superusers. Not in charge of:
passwords and tokens (`auth/`), or ways to sign in that have modules of their own. Called by `routes`; `auth_collection`
and `signed_in_answer` also by those modules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from satchel.auth.record_sign_in import SignedIn, wrong_collection
from satchel.auth.records import AuthRecord
from satchel.engine.request_events import PasswordEvent, SignedInEvent, SignInEvent
from satchel.errors import Forbidden, SatchelError, Unauthenticated
from satchel.http.request import Request
from satchel.http.response import JSON_TYPE, Response
from satchel.model.catalog import Collection
from satchel.policy.actor import Actor
from satchel.wire.pocketbase.body import Body, read_form, text_in
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, error_item
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import NO_TOKEN, actor_of, context_of, require_superuser, token_of
from satchel.wire.pocketbase.query import view_query
from satchel.wire.pocketbase.records import INVALID_COLLECTION, find_collection, key_of
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import value_response
from satchel.wire.pocketbase.sign_in_events import around_anybody

NO_AUTH_COLLECTION = "Missing or invalid auth collection context."
NOT_LOADED = "An error occurred while loading the submitted data."
NOT_VALID = "An error occurred while validating the submitted data."
FAILED = "Failed to authenticate."
LENGTH_MAX = 255

Providers = Callable[[Collection], list[dict[str, Any]]]
"""What `auth-methods` says of the identity providers of a collection."""


def auth_collection(services: Services, request: Request) -> Collection:
    """The auth collection that the path names. Raises ApiError (404)."""
    found = find_collection(services, request.params["collection"], INVALID_COLLECTION)
    if found.type != "auth":
        raise ApiError(404, NO_AUTH_COLLECTION)
    return found


async def signed_in_answer(
    services: Services, request: Request, signed_in: SignedIn, method: str = "", meta: Mapping[str, Any] | None = None
) -> Response:
    """What somebody is told who signed in by `method`; "" for a token that comes from another one."""
    record = signed_in.record
    actor = services.accounts.records.actor(record, request.client_ip)
    event = SignedInEvent(request, actor, record.collection, auth_method=method, token=signed_in.token, meta=meta)

    async def find() -> AuthRecord:
        return record

    async def work() -> Response:
        return await _answer(services, event, record)

    return await around_anybody(services, "record_auth_request", event, find, work)


async def _answer(services: Services, event: SignedInEvent, record: AuthRecord) -> Response:
    """`{"meta":{…}?,"record":{…},"token":"…"}`: the record as it sees itself, with what `expand` and `fields` ask
    for."""
    request, meta = event.request, event.meta
    query, fields = view_query(record.collection.name, request.query_string)
    answer = await services.engine.read(
        replace(query, own=True), (key_of(record.collection, record.id),), context_of(request, event.actor)
    )
    if answer.data is None:
        raise ApiError(400, FAILED)
    parts = [b'{"record":', answer.data, b',"token":', msgspec.json.encode(event.token), b"}"]
    if meta is not None:
        parts[0] = b'{"meta":' + msgspec.json.encode(meta) + b',"record":'
    data = b"".join(parts)
    if fields is not None:
        data = msgspec.json.encode(fields.pick(msgspec.json.decode(data)))
    return Response(200, data, content_type=JSON_TYPE)


class Auth:
    """The handlers. One per program. `providers` is put in by the module that knows identity providers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.providers: Providers = lambda collection: []

    async def methods(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        options = collection.options
        password, oauth, mfa, otp = (options[name] for name in ("passwordAuth", "oauth2", "mfa", "otp"))
        names: list[str] = list(password["identityFields"]) if password["enabled"] else []
        providers = self.providers(collection) if oauth["enabled"] else []
        answer = {
            "password": {"identityFields": names, "enabled": password["enabled"]},
            "oauth2": {"providers": providers, "enabled": oauth["enabled"]},
            "mfa": {"enabled": mfa["enabled"], "duration": mfa["duration"] if mfa["enabled"] else 0},
            "otp": {"enabled": otp["enabled"], "duration": otp["duration"] if otp["enabled"] else 0},
            "authProviders": [{**provider, "logo": ""} for provider in providers],
            "usernamePassword": "username" in names,
            "emailPassword": "email" in names,
        }
        return value_response(answer, parse_fields(request.query.get("fields", "")))

    async def with_password(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        try:
            self._services.accounts.sign_in.check_passwords(collection)
            form = await read_form(request, NOT_LOADED)
            actor = await actor_of(self._services, request)
            identity, password, field = _credentials(request, form, collection)
        except Unauthenticated:
            raise ApiError(400, FAILED) from None
        except Forbidden as error:
            raise _refusal(error) from None
        context = context_of(request, actor, body=form, kind="password")
        event = PasswordEvent(request, actor, collection, identity=identity, identity_field=field, password=password)
        sign_in = self._services.accounts.sign_in

        async def find() -> AuthRecord | None:
            return await sign_in.identified(collection, identity, field)

        async def work() -> Response:
            try:
                signed_in = await sign_in.with_password(
                    collection, event.identity, event.password, event.identity_field, context
                )
            except Unauthenticated:
                raise ApiError(400, FAILED) from None
            except Forbidden as error:
                raise _refusal(error) from None
            return await signed_in_answer(self._services, request, signed_in, "password")

        return await around_anybody(self._services, "record_auth_with_password_request", event, find, work)

    async def refresh(self, request: Request) -> Response:
        find_collection(self._services, request.params["collection"], INVALID_COLLECTION)
        actor = await actor_of(self._services, request)
        token = token_of(request)
        try:
            if not token or actor.kind == "public":
                raise ApiError(401, NO_TOKEN)
            collection = auth_collection(self._services, request)
            signed_in = await self._services.accounts.sign_in.refresh(token, collection, context_of(request, actor))
        except Unauthenticated:
            raise ApiError(401, NO_TOKEN) from None
        except Forbidden as error:
            raise _refusal(error) from None

        async def find() -> AuthRecord:
            return signed_in.record

        async def work() -> Response:
            return await signed_in_answer(self._services, request, signed_in)

        event = SignInEvent(request, actor, collection)
        return await around_anybody(self._services, "record_auth_refresh_request", event, find, work)

    async def impersonate(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        collection = auth_collection(self._services, request)
        accounts = self._services.accounts
        record = await accounts.records.find(collection, request.params["id"])
        if record is None:
            raise ApiError(404)
        form = await read_form(request, NOT_LOADED)
        seconds: Any = form.get("duration") or 0
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or int(seconds) != seconds:
            raise ApiError(400, NOT_LOADED)
        if seconds < 0:
            problem = error_item("min_greater_equal_than_required", "Must be no less than 0.", {"threshold": 0})
            raise ApiError(400, NOT_VALID, {"duration": problem})
        return await signed_in_answer(self._services, request, accounts.sign_in.impersonate(record, int(seconds)))


def _refusal(error: Forbidden) -> SatchelError:
    """A refusal in PocketBase's words, if it is one of theirs."""
    return ApiError(403, error.message) if error.details.get("reason") else error


async def require_record(services: Services, request: Request, collection: Collection) -> Actor:
    """Who asks, if that is a record of this collection. Raises ApiError (401 for guests, 403 for others)."""
    actor = await actor_of(services, request)
    if actor.kind == "public":
        raise ApiError(401, NO_TOKEN)
    name = str(actor.record.get("collectionName") or actor.collection)
    if name != collection.name:
        raise ApiError(403, wrong_collection(name))
    return actor


def _credentials(request: Request, form: Body, collection: Collection) -> tuple[str, str, str]:
    """Identity, password and identity field. Raises ApiError with an error item for each that is not as it must be."""
    texts: dict[str, str] = {}
    for name in ("identity", "password", "identityField"):
        value = text_in(request, form, name)
        if value is None:
            raise ApiError(400, NOT_LOADED)
        texts[name] = value
    problems: dict[str, Any] = {}
    for name in ("identity", "password"):
        if not texts[name]:
            problems[name] = REQUIRED
        elif len(texts[name]) > LENGTH_MAX:
            problems[name] = _too_long()
    field = texts["identityField"]
    if field and field not in collection.options["passwordAuth"]["identityFields"]:
        problems["identityField"] = error_item("in_invalid", "Must be a valid value.")
    if problems:
        raise ApiError(400, NOT_VALID, dict(sorted(problems.items())))
    return texts["identity"], texts["password"], field


def _too_long() -> dict[str, Any]:
    return error_item(
        "length_out_of_range", f"The length must be between 1 and {LENGTH_MAX}.", {"max": LENGTH_MAX, "min": 1}
    )
