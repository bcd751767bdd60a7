"""`app`: what hook files import.

In charge of: the decorators that register hooks, routes and crons, and the program's data for handlers. Not in charge
of: calling them (`program`). There is one `app`; it speaks for the program that loads or runs the code that uses it.

    from satchel import app

    @app.on_record_create("posts")
    async def shout(event):
        event.record["title"] = event.record["title"].upper()
        await event.next()
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar, overload

from satchel.config import Settings
from satchel.engine.engine import Engine
from satchel.extensions.answers import NotFoundError
from satchel.extensions.calling import HANDLER, PROGRAM
from satchel.extensions.data import DataAccess, system_actor
from satchel.extensions.hook_events import (
    HookEvent,
    MailHookEvent,
    RecordEnrichEvent,
    RecordEvent,
    RecordRequestEvent,
    RequestHookEvent,
    SignInHookEvent,
)
from satchel.extensions.program import Extensions
from satchel.extensions.routes import Guard, Route, RouteHandler
from satchel.http.request import Request
from satchel.mail.message import Mail, Sender
from satchel.model.key import decode_key
from satchel.policy.actor import Actor
from satchel.secret import TextCipher

E = TypeVar("E", bound=HookEvent)
H = TypeVar("H", bound=Callable[..., Any])


class Binder(Generic[E]):
    """One event's decorator: `@app.on_record_create("posts")`, or `@app.on_record_create` for all collections."""

    def __init__(self, event: str) -> None:
        self.event = event

    @overload
    def __call__(self, handler: Callable[[E], Any], /) -> Callable[[E], Any]: ...
    @overload
    def __call__(self, *collections: str) -> Callable[[Callable[[E], Any]], Callable[[E], Any]]: ...
    def __call__(self, *given: Any) -> Any:
        if len(given) == 1 and callable(given[0]):
            return self._bind(given[0], ())
        if not all(isinstance(name, str) for name in given):
            raise TypeError(f"@app.on_{self.event} takes names of collections.")

        def register(handler: Callable[[E], Any]) -> Callable[[E], Any]:
            return self._bind(handler, given)

        return register

    def _bind(self, handler: Callable[[E], Any], collections: tuple[str, ...]) -> Callable[[E], Any]:
        _current().on(self.event, handler, collections)
        return handler


class Hook(Generic[E]):
    """Names an event by the attribute it is assigned to: `on_record_create` is `record_create`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.event = name.removeprefix("on_")

    def __get__(self, instance: object, owner: type) -> Binder[E]:
        return Binder(self.event)


class Hooks:
    """Every event that can be listened to."""

    on_bootstrap = Hook[HookEvent]()
    on_serve = Hook[HookEvent]()
    on_terminate = Hook[HookEvent]()

    on_record_validate = Hook[RecordEvent]()
    on_record_create = Hook[RecordEvent]()
    on_record_create_execute = Hook[RecordEvent]()
    on_record_after_create_success = Hook[RecordEvent]()
    on_record_after_create_error = Hook[RecordEvent]()
    on_record_update = Hook[RecordEvent]()
    on_record_update_execute = Hook[RecordEvent]()
    on_record_after_update_success = Hook[RecordEvent]()
    on_record_after_update_error = Hook[RecordEvent]()
    on_record_delete = Hook[RecordEvent]()
    on_record_delete_execute = Hook[RecordEvent]()
    on_record_after_delete_success = Hook[RecordEvent]()
    on_record_after_delete_error = Hook[RecordEvent]()

    on_record_enrich = Hook[RecordEnrichEvent]()

    on_records_list_request = Hook[RecordRequestEvent]()
    on_record_view_request = Hook[RecordRequestEvent]()
    on_record_create_request = Hook[RecordRequestEvent]()
    on_record_update_request = Hook[RecordRequestEvent]()
    on_record_delete_request = Hook[RecordRequestEvent]()

    on_record_auth_request = Hook[SignInHookEvent]()
    on_record_auth_with_password_request = Hook[SignInHookEvent]()
    on_record_auth_with_oauth2_request = Hook[SignInHookEvent]()
    on_record_auth_with_otp_request = Hook[SignInHookEvent]()
    on_record_auth_refresh_request = Hook[SignInHookEvent]()
    on_record_request_otp_request = Hook[SignInHookEvent]()
    on_record_request_verification_request = Hook[SignInHookEvent]()
    on_record_confirm_verification_request = Hook[SignInHookEvent]()
    on_record_request_password_reset_request = Hook[SignInHookEvent]()
    on_record_confirm_password_reset_request = Hook[SignInHookEvent]()
    on_record_request_email_change_request = Hook[SignInHookEvent]()
    on_record_confirm_email_change_request = Hook[SignInHookEvent]()

    on_collections_list_request = Hook[RequestHookEvent]()
    on_collection_view_request = Hook[RequestHookEvent]()
    on_collection_create_request = Hook[RequestHookEvent]()
    on_collection_update_request = Hook[RequestHookEvent]()
    on_collection_delete_request = Hook[RequestHookEvent]()
    on_collections_import_request = Hook[RequestHookEvent]()
    on_settings_list_request = Hook[RequestHookEvent]()
    on_settings_update_request = Hook[RequestHookEvent]()
    on_batch_request = Hook[RequestHookEvent]()
    on_file_download_request = Hook[RequestHookEvent]()
    on_file_token_request = Hook[SignInHookEvent]()
    on_realtime_connect_request = Hook[RequestHookEvent]()
    on_realtime_subscribe_request = Hook[RequestHookEvent]()

    on_model_validate = Hook[HookEvent]()
    on_model_create = Hook[HookEvent]()
    on_model_create_execute = Hook[HookEvent]()
    on_model_after_create_success = Hook[HookEvent]()
    on_model_after_create_error = Hook[HookEvent]()
    on_model_update = Hook[HookEvent]()
    on_model_update_execute = Hook[HookEvent]()
    on_model_after_update_success = Hook[HookEvent]()
    on_model_after_update_error = Hook[HookEvent]()
    on_model_delete = Hook[HookEvent]()
    on_model_delete_execute = Hook[HookEvent]()
    on_model_after_delete_success = Hook[HookEvent]()
    on_model_after_delete_error = Hook[HookEvent]()

    on_collection_validate = Hook[HookEvent]()
    on_collection_create = Hook[HookEvent]()
    on_collection_create_execute = Hook[HookEvent]()
    on_collection_after_create_success = Hook[HookEvent]()
    on_collection_after_create_error = Hook[HookEvent]()
    on_collection_update = Hook[HookEvent]()
    on_collection_update_execute = Hook[HookEvent]()
    on_collection_after_update_success = Hook[HookEvent]()
    on_collection_after_update_error = Hook[HookEvent]()
    on_collection_delete = Hook[HookEvent]()
    on_collection_delete_execute = Hook[HookEvent]()
    on_collection_after_delete_success = Hook[HookEvent]()
    on_collection_after_delete_error = Hook[HookEvent]()

    on_mailer_send = Hook[MailHookEvent]()
    on_mailer_record_verification_send = Hook[MailHookEvent]()
    on_mailer_record_password_reset_send = Hook[MailHookEvent]()
    on_mailer_record_email_change_send = Hook[MailHookEvent]()
    on_mailer_record_otp_send = Hook[MailHookEvent]()
    on_mailer_record_auth_alert_send = Hook[MailHookEvent]()

    on_settings_reload = Hook[HookEvent]()
    on_realtime_message_send = Hook[HookEvent]()
    on_backup_create = Hook[HookEvent]()
    on_backup_restore = Hook[HookEvent]()


class App(Hooks, DataAccess):
    """The decorators, the routes, and the program's data with all rights."""

    # --- routes

    def route(self, method: str, pattern: str, *guards: Guard) -> Callable[[RouteHandler], RouteHandler]:
        """Answer `method` on a path; `{name}` in it is one part, `{name...}` at its end all that remains (in
        `request.params`). Guards (`require_auth()`, …) say who may. What the handler gives is the answer: a Response, a
        text, nothing, or anything else as JSON.
        """

        def register(handler: RouteHandler) -> RouteHandler:
            _current().routes.append(Route((method.upper(),), pattern, handler, guards))
            return handler

        return register

    def get(self, pattern: str, *guards: Guard) -> Callable[[RouteHandler], RouteHandler]:
        return self.route("GET", pattern, *guards)

    def post(self, pattern: str, *guards: Guard) -> Callable[[RouteHandler], RouteHandler]:
        return self.route("POST", pattern, *guards)

    def put(self, pattern: str, *guards: Guard) -> Callable[[RouteHandler], RouteHandler]:
        return self.route("PUT", pattern, *guards)

    def patch(self, pattern: str, *guards: Guard) -> Callable[[RouteHandler], RouteHandler]:
        return self.route("PATCH", pattern, *guards)

    def delete(self, pattern: str, *guards: Guard) -> Callable[[RouteHandler], RouteHandler]:
        return self.route("DELETE", pattern, *guards)

    # --- by the clock

    def cron(self, id: str, expression: str) -> Callable[[H], H]:
        """Run a function without arguments by the clock: minute, hour, day, month, day of the week, in UTC; or
        `@hourly` and its like. However many workers share a store, one of them runs it. An id is there once: the later
        function takes the place of the earlier one.
        """

        def register(handler: H) -> H:
            _current().add_cron(id, expression, handler)
            return handler

        return register

    def cron_remove(self, id: str) -> None:
        """Forget the job of this name, if there is one."""
        _current().remove_cron(id)

    # --- mail

    async def send_mail(self, *, to: str, subject: str, html: str, text: str | None = None) -> None:
        """Send a mail now, from the sender that the settings name. `html`: the inner part of the page. `text`: for
        programs that show no HTML; made from it unless given. Raises MailFailed when it can't be sent.
        """
        program = _current().program
        meta = program.settings_store.current.meta
        sender = Sender(meta.sender_name, meta.sender_address)
        await program.people.outbox.send(Mail(to, subject, html, sender, HANDLER.get() or "hook", text or ""))

    # --- secrets

    async def read_secret(self, collection: str, id: str, field: str) -> str | None:
        """The text of a field with the special `encrypt`, whoever asks; None where there is none. Raises NotFoundError,
        and InvalidPayload for what was encrypted with another secret.
        """
        found = self._collection(collection)
        key = decode_key(found, id)
        row = None if key is None else await self.engine.stored_item(found.name, key)
        if row is None or field not in row:
            raise NotFoundError(f'There is no field "{field}" of "{id}" in "{collection}".')
        return TextCipher(self.settings.secret).unseal(str(row[field])) if row[field] else None

    # --- the program

    @property
    def settings(self) -> Settings:
        """The settings of this start."""
        return _current().program.settings

    @property
    def engine(self) -> Engine:
        """The engine itself, for what this page does not offer."""
        return _current().program.engine

    def log(
        self,
        message: str,
        level: Literal["debug", "info", "warning", "error"] = "info",
        *,
        error: Exception | None = None,
    ) -> None:
        """Write one entry into the log."""
        _current().program.observer.note(message, level, error=error)

    def acting_as(self, who: HookEvent | Request) -> DataAccess:
        """The same data with the rights of whoever asked: records that they may not see are not there."""
        actor: Actor = who.state.actor if isinstance(who, Request) else who.actor
        return Acting(actor)

    # --- for DataAccess

    def _engine(self) -> Engine:
        return self.engine

    def _actor(self) -> Actor:
        return system_actor()

    async def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await _current().call(function, *arguments)


class Acting(DataAccess):
    """Data with the rights of one actor."""

    def __init__(self, actor: Actor) -> None:
        self._who = actor

    def _engine(self) -> Engine:
        return _current().program.engine

    def _actor(self) -> Actor:
        return self._who

    async def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await _current().call(function, *arguments)


def _current() -> Extensions:
    found = PROGRAM.get()
    if found is None:
        raise RuntimeError("`app` speaks for a running program: use it in hooks, routes and crons.")
    return found


app = App()
