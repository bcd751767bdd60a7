"""Signing in with an identity provider, and the way back from it.

In charge of: these endpoints' forms, texts and answers. Not in charge of: providers and accounts (`auth/oauth2`).
Called by `routes`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from satchel.auth.oauth2 import Returned, meta_of
from satchel.auth.oauth2_exchange import Person
from satchel.auth.records import AuthRecord
from satchel.engine.request_events import OAuth2Event
from satchel.errors import ConstraintFailed, Forbidden, NotFound, SatchelError, SignInFailed, ValidationFailed
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.model.catalog import Collection
from satchel.policy.actor import Context
from satchel.wire.pocketbase.auth import FAILED, NOT_LOADED, auth_collection, signed_in_answer
from satchel.wire.pocketbase.auth_forms import check, read_texts, refused
from satchel.wire.pocketbase.body import read_record
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, constraint_data, write_error
from satchel.wire.pocketbase.identity import actor_of, context_of
from satchel.wire.pocketbase.records import NOT_CREATED
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.sign_in_events import around_anybody

# Where the browser goes next: fixed, and beside the path of this endpoint.
SUCCESS = "../_/#/auth/oauth2-redirect-success"
FAILURE = "../_/#/auth/oauth2-redirect-failure"

_TEXTS = ("provider", "code", "codeVerifier", "redirectURL", "nonce")


class AuthOAuth2:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def sign_in(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        oauth2 = self._services.people.oauth2
        try:
            oauth2.check_allowed(collection)
        except Forbidden as error:
            raise ApiError(403, error.message) from None
        returned = await _returned(request)
        try:
            oauth2.provider(collection, returned.provider)
            person = await oauth2.person(collection, returned)
        except ValidationFailed as error:
            raise refused(error, NOT_LOADED) from None
        except SignInFailed as error:
            raise ApiError(400, error.message) from None
        actor = await actor_of(self._services, request)
        context = context_of(request, actor, body=returned.create, kind="oauth2")
        event = OAuth2Event(
            request,
            actor,
            collection,
            provider_name=returned.provider,
            oauth2_user=person.profile,
            create_data=dict(returned.create),
        )

        async def find() -> AuthRecord | None:
            record = await oauth2.known(collection, returned, person, context)
            event.is_new_record = record is None
            return record

        async def work() -> Response:
            asked = replace(returned, create=event.create_data)
            return await self._sign_in(request, collection, asked, person, context)

        return await around_anybody(self._services, "record_auth_with_oauth2_request", event, find, work)

    async def _sign_in(
        self, request: Request, collection: Collection, returned: Returned, person: Person, context: Context
    ) -> Response:
        """Find or make this person's record, and answer for it."""
        try:
            found = await self._services.people.oauth2.account(collection, returned, person, context)
        except Forbidden as error:
            raise (
                ApiError(403, error.message) if error.details.get("reason") == "no_rule" else ApiError(400, NOT_CREATED)
            ) from None
        except NotFound:
            raise ApiError(400, NOT_CREATED) from None
        except ConstraintFailed as error:
            raise ApiError(400, FAILED, constraint_data(error)) from None
        except SatchelError as error:
            raise write_error(error, NOT_CREATED) from error
        try:
            signed_in = await self._services.accounts.sign_in.finish(found.record, "oauth2", context)
        except Forbidden as error:
            raise ApiError(403, error.message) from None
        return await signed_in_answer(self._services, request, signed_in, "oauth2", meta_of(found, person))

    async def redirect(self, request: Request) -> Response:
        """The way back: hands the code to who waits for it, and sends the browser to a fixed page."""
        if request.method == "POST":
            try:
                form = await read_record(request)
            except SatchelError:
                form = {}
            texts = {name: value for name, value in form.items() if isinstance(value, str)}
        else:
            texts = dict(request.query)
        sent = await self._services.people.redirect.receive(
            state=texts.get("state", ""),
            code=texts.get("code", ""),
            error=texts.get("error", ""),
            user=texts.get("user", ""),
            ip=request.client_ip,
        )
        response = Response(307 if request.method == "GET" else 303)
        response.add_header("location", SUCCESS if sent else FAILURE)
        return response


async def _returned(request: Request) -> Returned:
    """What the client hands in. Raises ApiError (400)."""
    form, texts = await read_texts(request, (*_TEXTS, "redirectUrl"))
    create: Any = form.get("createdata")
    if create is not None and not isinstance(create, dict):
        raise ApiError(400, NOT_LOADED)
    problems = {name: None if texts[name] else REQUIRED for name in ("provider", "code")}
    check(problems, NOT_LOADED)
    return Returned(
        provider=texts["provider"],
        code=texts["code"],
        verifier=texts["codeVerifier"],
        redirect_url=texts["redirectURL"] or texts["redirectUrl"],
        create=cast("dict[str, Any]", create or {}),
        nonce=texts["nonce"],
    )
