"""One-time passwords: asking for one, and signing in with it.

In charge of: these endpoints' forms, texts and answers. Not in charge of: codes (`auth/one_time_passwords`). Called by
`routes`.
"""

from __future__ import annotations

from satchel.auth.record_sign_in import Method
from satchel.auth.records import AuthRecord
from satchel.engine.request_events import SignInEvent
from satchel.errors import Forbidden, TooManyRequests, Unauthenticated
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.model.catalog import Collection
from satchel.model.system.sign_in import SUPERUSERS
from satchel.wire.pocketbase.auth import NOT_LOADED, auth_collection, signed_in_answer
from satchel.wire.pocketbase.auth_forms import check, email_problem, read_texts, text_problem
from satchel.wire.pocketbase.body import read_form
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import actor_of, context_of
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import value_response
from satchel.wire.pocketbase.sign_in_events import around_anybody

PASSWORD_LENGTH_MAX = 71


async def _goes_on(request: Request, collection: Collection) -> bool:
    """Whether a superuser may be showing a code of an authenticator app, after a first method."""
    if collection.name != SUPERUSERS:
        return False
    try:
        form = await read_form(request, NOT_LOADED)
    except ApiError:
        return False
    return "mfaId" in request.query or any(name.lower() == "mfaid" for name in form)


class AuthOtp:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def request(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        codes = self._services.people.one_time_passwords
        try:
            codes.check_allowed(collection)
        except Forbidden as error:
            raise ApiError(403, error.message) from None
        _, texts = await read_texts(request, ("email",))
        check({"email": email_problem(texts["email"])})
        email = texts["email"]

        async def find() -> AuthRecord | None:
            return await self._services.accounts.records.find_by_email(collection, email)

        async def work() -> Response:
            otp_id = await codes.request(collection, email)
            return value_response({"otpId": otp_id}, parse_fields(request.query.get("fields", "")))

        event = SignInEvent(request, await actor_of(self._services, request), collection)
        return await around_anybody(self._services, "record_request_otp_request", event, find, work)

    async def sign_in(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        codes = self._services.people.one_time_passwords
        method: Method = "totp"
        try:
            if not await _goes_on(request, collection):
                codes.check_allowed(collection)
            form, texts = await read_texts(request, ("otpId", "password"))
            check(
                {
                    "otpId": text_problem(texts["otpId"]),
                    "password": text_problem(texts["password"], PASSWORD_LENGTH_MAX),
                }
            )
            actor = await actor_of(self._services, request)
            context = context_of(request, actor, body=form, kind="otp")
            found = await self._services.people.second_factor.by_code(collection, texts["password"], context)
            if found is None:
                codes.check_allowed(collection)
                method = "otp"
                found = await codes.spend(collection, texts["otpId"], texts["password"])
        except Unauthenticated as error:
            raise ApiError(400, error.message) from None
        except TooManyRequests as error:
            raise ApiError(429, error.message) from None
        except Forbidden as error:
            raise ApiError(403, error.message) from None
        record = found

        async def find() -> AuthRecord:
            return record

        async def work() -> Response:
            try:
                signed_in = await self._services.accounts.sign_in.finish(record, method, context)
            except Forbidden as error:
                raise ApiError(403, error.message) from None
            return await signed_in_answer(self._services, request, signed_in, "otp")

        event = SignInEvent(request, actor, collection)
        return await around_anybody(self._services, "record_auth_with_otp_request", event, find, work)
