"""What goes by mail: verifying an address, a new password, a new address.

In charge of: these endpoints' forms, texts and answers. Not in charge of: who gets a mail and what a token is good for
(`auth/confirmations`). Called by `routes`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from satchel.auth.records import AuthRecord
from satchel.auth.tokens import peek
from satchel.engine.request_events import EmailChangeEvent, SignInEvent
from satchel.errors import MailFailed, Unprocessable, ValidationFailed
from satchel.http.request import Request
from satchel.http.response import Response, no_content
from satchel.model.catalog import Collection
from satchel.wire.pocketbase.auth import auth_collection, require_record
from satchel.wire.pocketbase.auth_forms import (
    check,
    email_problem,
    is_about_token,
    out_of_range,
    read_texts,
    refused,
    text_problem,
)
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.identity import actor_of
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.sign_in_events import around_known

PASSWORD_LENGTH_MAX = 100
NO_PASSWORD_SET = "Failed to set new password."
NO_MAIL = "Failed to request email change."
NO_CHANGE = "Failed to confirm email change."


class AuthMail:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    # --- verification

    async def request_verification(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        confirmations = self._services.people.confirmations
        _possible(lambda: confirmations.check_verifiable(collection))
        _, texts = await read_texts(request, ("email",))
        check({"email": email_problem(texts["email"])})
        return await self._asked(
            request,
            collection,
            "record_request_verification_request",
            texts["email"],
            confirmations.request_verification,
        )

    async def confirm_verification(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        confirmations = self._services.people.confirmations
        _possible(lambda: confirmations.check_verifiable(collection))
        _, texts = await read_texts(request, ("token",))
        check({"token": text_problem(texts["token"], 10**6)})

        async def find() -> AuthRecord | None:
            return await confirmations.owner(collection, texts["token"], "verification")

        async def work() -> Response:
            try:
                await confirmations.verify(collection, texts["token"])
            except ValidationFailed as error:
                raise refused(error) from None
            return no_content()

        event = SignInEvent(request, await actor_of(self._services, request), collection)
        return await around_known(self._services, "record_confirm_verification_request", event, find, work)

    # --- password reset

    async def request_password_reset(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        confirmations = self._services.people.confirmations
        _possible(lambda: confirmations.check_resettable(collection))
        _, texts = await read_texts(request, ("email",))
        check({"email": email_problem(texts["email"])})
        return await self._asked(
            request,
            collection,
            "record_request_password_reset_request",
            texts["email"],
            confirmations.request_password_reset,
        )

    async def confirm_password_reset(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        _, texts = await read_texts(request, ("token", "password", "passwordConfirm"))
        confirmations = self._services.people.confirmations

        async def find() -> AuthRecord | None:
            return await confirmations.owner(collection, texts["token"], "passwordReset")

        async def work() -> Response:
            try:
                await confirmations.reset_password(
                    collection, texts["token"], texts["password"], texts["passwordConfirm"]
                )
            except ValidationFailed as error:
                raise refused(error, NO_PASSWORD_SET) if _is_of_record(error) else refused(error) from None
            return no_content()

        event = SignInEvent(request, await actor_of(self._services, request), collection)
        return await around_known(self._services, "record_confirm_password_reset_request", event, find, work)

    # --- e-mail change

    async def request_email_change(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        confirmations = self._services.people.confirmations
        actor = await require_record(self._services, request, collection)
        _possible(lambda: confirmations.check_email_changeable(collection))
        _, texts = await read_texts(request, ("newEmail",))
        check({"newEmail": email_problem(texts["newEmail"])})
        record = await self._services.accounts.records.find(collection, str(actor.key or ""))
        if record is None:
            raise ApiError(401)

        async def find() -> AuthRecord:
            try:
                await confirmations.check_new_email(record, event.new_email)
            except ValidationFailed as error:
                raise refused(error) from None
            return record

        async def work() -> Response:
            try:
                await confirmations.request_email_change(record, event.new_email)
            except ValidationFailed as error:
                raise refused(error) from None
            except MailFailed:
                raise ApiError(400, NO_MAIL) from None
            return no_content()

        event = EmailChangeEvent(request, actor, collection, new_email=texts["newEmail"])
        return await around_known(self._services, "record_request_email_change_request", event, find, work)

    async def confirm_email_change(self, request: Request) -> Response:
        collection = auth_collection(self._services, request)
        confirmations = self._services.people.confirmations
        _possible(lambda: confirmations.check_email_changeable(collection))
        _, texts = await read_texts(request, ("token", "password"))
        if len(texts["password"]) > PASSWORD_LENGTH_MAX:
            problem = text_problem(texts["token"], 10**6)
            check({"token": problem, "password": out_of_range(PASSWORD_LENGTH_MAX)})

        async def find() -> AuthRecord | None:
            return await confirmations.owner(collection, texts["token"], "emailChange")

        async def work() -> Response:
            try:
                await confirmations.change_email(collection, texts["token"], texts["password"])
            except ValidationFailed as error:
                raise refused(error) if _is_of_form(error) else refused(error, NO_CHANGE) from None
            return no_content()

        new_email = str((peek(texts["token"]) or {}).get("newEmail") or "")
        event = EmailChangeEvent(request, await actor_of(self._services, request), collection, new_email=new_email)
        return await around_known(self._services, "record_confirm_email_change_request", event, find, work)

    async def _asked(
        self,
        request: Request,
        collection: Collection,
        name: str,
        email: str,
        ask: Callable[[Collection, str], Awaitable[None]],
    ) -> Response:
        """Ask for a mail to the record with that address; the answer is the same without one."""

        async def find() -> AuthRecord | None:
            return await self._services.accounts.records.find_by_email(collection, email)

        async def work() -> Response:
            await ask(collection, email)
            return no_content()

        event = SignInEvent(request, await actor_of(self._services, request), collection)
        return await around_known(self._services, name, event, find, work)


def _possible(verb_check: object) -> None:
    """Run a check of what a collection allows; its refusal is a 400 with a text of its own."""
    assert callable(verb_check)
    try:
        verb_check()
    except Unprocessable as error:
        raise ApiError(400, error.message) from None


def _is_of_form(error: ValidationFailed) -> bool:
    names = {item.path[-1] for item in error.errors}
    return bool(names & {"token", "password"})


def _is_of_record(error: ValidationFailed) -> bool:
    """Whether the record refused the password, and not the form."""
    form = {"required", "length_out_of_range", "values_mismatch"}
    return not is_about_token(error.errors) and not any(item.code in form for item in error.errors)
