"""Events: places in the program where other code may come between.

In charge of: which events there are, who listens, and the order in which listeners run around a piece of work. Not in
charge of: what listeners look like to their authors (`extensions/`), or the work itself. Raised by every room from the
engine up; listened to through `extensions`.

An event is a chain. Each link gets the event's subject and a `go_on`, which runs the rest of the chain and in the end
the work itself; a link that does not call it keeps the work from being done. What a link raises stops the chain and
reaches whoever raised the event.

    await events.run("settings_update_request", subject, work)

A subject is the raiser's own dataclass; links may change it. Links can be bound to tags (names and ids of
collections): they run when the event carries one of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GoOn = Callable[[], Awaitable[None]]
Link = Callable[[Any, GoOn], Awaitable[None]]

ITEM = "ItemEvent of engine/item_events"
REQUEST = "RequestEvent of engine/request_events"
BODY = "BodyEvent of engine/request_events"
COLLECTION = "CollectionEvent of engine/schema_events"
MODEL = "ItemEvent or CollectionEvent: inside of each event of an item or a collection there is the model's"
MAIL = "MailEvent of auth/mail_events"
SIGN_IN = "SignInEvent of engine/request_events"

EVENTS: Mapping[str, str] = {
    # the program's life
    "bootstrap": "everything is being opened",
    "serve": "requests are about to be answered",
    "terminate": "the program is about to end",
    # items, by whichever wire
    "record_create": ITEM,
    "record_create_execute": ITEM,
    "record_after_create_success": ITEM,
    "record_after_create_error": ITEM,
    "record_update": ITEM,
    "record_update_execute": ITEM,
    "record_after_update_success": ITEM,
    "record_after_update_error": ITEM,
    "record_delete": ITEM,
    "record_delete_execute": ITEM,
    "record_after_delete_success": ITEM,
    "record_after_delete_error": ITEM,
    "record_validate": ITEM,
    # items and collections alike
    "model_validate": MODEL,
    "model_create": MODEL,
    "model_create_execute": MODEL,
    "model_after_create_success": MODEL,
    "model_after_create_error": MODEL,
    "model_update": MODEL,
    "model_update_execute": MODEL,
    "model_after_update_success": MODEL,
    "model_after_update_error": MODEL,
    "model_delete": MODEL,
    "model_delete_execute": MODEL,
    "model_after_delete_success": MODEL,
    "model_after_delete_error": MODEL,
    # requests of the PocketBase wire, after the caller's rights were looked at and before anything is done
    "records_list_request": REQUEST,
    "record_view_request": REQUEST,
    "record_create_request": REQUEST,
    "record_update_request": REQUEST,
    "record_delete_request": REQUEST,
    "record_auth_request": "SignedInEvent of engine/request_events",
    "record_auth_with_password_request": "PasswordEvent of engine/request_events",
    "record_auth_with_oauth2_request": "OAuth2Event of engine/request_events",
    "record_auth_with_otp_request": SIGN_IN,
    "record_auth_refresh_request": SIGN_IN,
    "record_request_otp_request": SIGN_IN,
    "record_request_verification_request": SIGN_IN,
    "record_confirm_verification_request": SIGN_IN,
    "record_request_password_reset_request": SIGN_IN,
    "record_confirm_password_reset_request": SIGN_IN,
    "record_request_email_change_request": "EmailChangeEvent of engine/request_events",
    "record_confirm_email_change_request": "EmailChangeEvent of engine/request_events",
    # other requests of the PocketBase wire
    "collections_list_request": BODY,
    "collection_view_request": BODY,
    "collection_create_request": BODY,
    "collection_update_request": BODY,
    "collection_delete_request": BODY,
    "collections_import_request": BODY,
    "settings_list_request": BODY,
    "settings_update_request": BODY,
    "batch_request": BODY,
    "file_download_request": "DownloadEvent of engine/request_events",
    "file_token_request": "FileTokenEvent of engine/request_events",
    "realtime_connect_request": "StreamEvent of engine/request_events",
    "realtime_subscribe_request": "StreamEvent of engine/request_events",
    # collections, by whichever wire
    "collection_validate": COLLECTION,
    "collection_create": COLLECTION,
    "collection_create_execute": COLLECTION,
    "collection_after_create_success": COLLECTION,
    "collection_after_create_error": COLLECTION,
    "collection_update": COLLECTION,
    "collection_update_execute": COLLECTION,
    "collection_after_update_success": COLLECTION,
    "collection_after_update_error": COLLECTION,
    "collection_delete": COLLECTION,
    "collection_delete_execute": COLLECTION,
    "collection_after_delete_success": COLLECTION,
    "collection_after_delete_error": COLLECTION,
    # what the program does
    "settings_reload": "SettingsEvent of settings/store",
    "realtime_message_send": "MessageEvent of realtime/delivery",
    "backup_create": "BackupEvent of backups/backups",
    "backup_restore": "BackupEvent of backups/backups",
    # mails
    "mailer_send": MAIL,
    "mailer_record_verification_send": MAIL,
    "mailer_record_password_reset_send": MAIL,
    "mailer_record_email_change_send": MAIL,
    "mailer_record_otp_send": MAIL,
    "mailer_record_auth_alert_send": MAIL,
    # answers
    "record_enrich": "EnrichEvent of engine/request_events",
}
"""Every event that is raised somewhere, and what its subject is."""

_ITEMS = frozenset(name for name, subject in EVENTS.items() if subject in (ITEM, MODEL))
_COLLECTIONS = frozenset(name for name, subject in EVENTS.items() if subject in (COLLECTION, MODEL))


@dataclass(frozen=True, slots=True)
class _Bound:
    link: Link
    tags: frozenset[str]


class Events:
    """The listeners of one program. `items`, `collections`: whether somebody listens to what happens to them."""

    def __init__(self) -> None:
        self._bound: dict[str, list[_Bound]] = {}
        self.items = self.collections = False

    def on(self, name: str, link: Link, tags: Collection[str] = ()) -> None:
        """Let `link` take part in an event; with `tags`, only in those that carry one of them. Raises KeyError for an
        event that is nowhere raised.
        """
        if name not in EVENTS:
            raise KeyError(name)
        self._bound.setdefault(name, []).append(_Bound(link, frozenset(tags)))
        self.items = self.items or name in _ITEMS
        self.collections = self.collections or name in _COLLECTIONS

    def clear(self) -> None:
        """Forget all listeners."""
        self._bound.clear()
        self.items = self.collections = False

    def heard(self, name: str, *tags: str) -> bool:
        """Whether somebody listens: what costs something to prepare is prepared for listeners only."""
        bound = self._bound.get(name)
        return bound is not None and any(not item.tags or not item.tags.isdisjoint(tags) for item in bound)

    def heard_by_any(self, name: str) -> bool:
        """Whether somebody listens, in whatever collection."""
        return name in self._bound

    async def run(self, name: str, subject: object, work: GoOn, *tags: str) -> None:
        """Do `work` with everybody who listens around it, in the order of their registration."""
        bound = self._bound.get(name)
        if bound is None:
            await work()
            return
        go_on = work
        for item in reversed(bound):
            if not item.tags or not item.tags.isdisjoint(tags):
                go_on = _linked(item.link, subject, go_on)
        await go_on()

    async def run_nested(self, named: Sequence[tuple[str, Sequence[str]]], subject: object, work: GoOn) -> None:
        """Do `work` with the listeners of several events around it. `named`: each event and its tags, the outermost one
        first.
        """
        go_on = work
        for name, tags in reversed(named):
            go_on = self._nested(name, tags, subject, go_on)
        await go_on()

    def _nested(self, name: str, tags: Sequence[str], subject: object, go_on: GoOn) -> GoOn:
        async def nested() -> None:
            await self.run(name, subject, go_on, *tags)

        return nested


async def nothing() -> None:
    """The work of events that only tell."""


def _linked(link: Link, subject: object, go_on: GoOn) -> GoOn:
    async def linked() -> None:
        await link(subject, go_on)

    return linked
