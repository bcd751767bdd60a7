"""People: every way to prove who one is beside a password, put together. The second door to this room.

In charge of: making these ways out of the rooms they need, work after an answer, and an orderly end. Not in charge of:
what any of them does. Made by the composition root; called by the wires.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from satchel.auth.accounts import Accounts
from satchel.auth.confirmations import Confirmations
from satchel.auth.decoys import Decoys
from satchel.auth.invitations import Invitations
from satchel.auth.login_alerts import LoginAlerts
from satchel.auth.mails import RecordMails
from satchel.auth.oauth2 import KeepFile, OAuth2
from satchel.auth.oauth2_redirect import OAuth2Redirect, SendOnce
from satchel.auth.one_time_passwords import OneTimePasswords
from satchel.auth.passkeys import Passkeys
from satchel.auth.password_resets import PasswordResets
from satchel.auth.providers.contract import Caller
from satchel.auth.proving import Proving
from satchel.auth.record_changes import RecordChanges
from satchel.auth.registration import Registration
from satchel.auth.second_factor import SecondFactor
from satchel.auth.session_list import SessionList
from satchel.auth.share_invitations import ShareInvitations
from satchel.auth.user_changes import UserChanges
from satchel.auth.user_links import UserLinks
from satchel.auth.user_second_factor import UserSecondFactor
from satchel.config import Settings
from satchel.engine.engine import Engine
from satchel.engine.store import Store
from satchel.errors import SatchelError
from satchel.http.ratelimit import RateLimiter
from satchel.mail.outbox import Outbox
from satchel.model.catalog import Collection
from satchel.observe import Observer
from satchel.settings.model import Meta

SWEEP_SECONDS = 3600
BACKGROUND_MAX = 1000
"""How much work may be under way after its answer; more is dropped."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class People:
    """`meta`: gives the settings of the moment. `send_once`: realtime's. `keep_file`: for pictures of profiles."""

    def __init__(
        self,
        accounts: Accounts,
        engine: Engine,
        store: Store,
        outbox: Outbox,
        caller: Caller,
        settings: Settings,
        *,
        meta: Callable[[], Meta],
        send_once: SendOnce,
        keep_file: KeepFile,
        observer: Observer,
        limiter: RateLimiter,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        records = accounts.records
        self._engine = engine
        self._observer = observer
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweep_at = time.monotonic()
        self.outbox = outbox
        self.mails = RecordMails(meta)
        changes = RecordChanges(engine, store, records, now)
        claims = accounts.claims
        self.confirmations = Confirmations(
            records,
            changes,
            claims,
            self.mails,
            outbox,
            accounts.passwords,
            background=self._later,
            set_superuser=accounts.update_superuser,
        )
        self.one_time_passwords = OneTimePasswords(
            store,
            records,
            changes,
            claims,
            self.mails,
            outbox,
            accounts.passwords,
            Decoys(store, settings.secret, now),
            background=self._later,
            now=now,
        )
        self.redirect = OAuth2Redirect(send_once, time.monotonic)
        self.oauth2 = OAuth2(
            engine,
            store,
            records,
            changes,
            claims,
            caller,
            grants=accounts.grants,
            names=self.redirect.name_of,
            keep_file=keep_file,
            observer=observer,
            now=now,
        )
        user_changes = UserChanges(engine, store, claims, now)
        links = UserLinks(accounts.tokens, outbox, meta, settings.public_url)
        self.password_resets = PasswordResets(user_changes, links, claims, settings)
        self.invitations = Invitations(accounts, engine, user_changes, links, settings)
        self.registration = Registration(accounts, engine, store, user_changes, links, claims, settings, now, limiter)
        self.share_invitations = ShareInvitations(engine, outbox, meta, settings.public_url, settings.mail_queue_max)
        proving = Proving(accounts, engine, store)
        self.user_second_factor = UserSecondFactor(accounts, proving, engine, store)
        self.passkeys = Passkeys(accounts, proving, store, outbox, observer, settings, meta)
        self.sessions = SessionList(accounts, store)
        self.second_factor = SecondFactor(store, accounts, now)
        accounts.sign_in.gates.append(self.second_factor.gate)
        accounts.sign_in.follows.append(LoginAlerts(store, self.mails, outbox, now).follow)

    async def close(self) -> None:
        """Finish what is under way, then what waits in the outbox."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=5)
        for task in set(self._tasks):
            task.cancel()
        await self.outbox.close()

    async def _sweep(self) -> None:
        """Remove what has expired, once an hour."""
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_SECONDS
            await self.sweep_one_time_passwords()
            await self.sweep_second_factors()

    async def sweep_one_time_passwords(self) -> int:
        """Remove expired codes; how many there were."""
        return await self.one_time_passwords.sweep(self._auth_collections())

    async def sweep_second_factors(self) -> int:
        """Remove expired sessions of a first factor; how many there were."""
        return await self.second_factor.sweep(self._auth_collections())

    def _auth_collections(self) -> list[Collection]:
        return [item for item in self._engine.catalog.collections.values() if item.type == "auth"]

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something after the answer, so that its time tells nothing."""
        if len(self._tasks) >= BACKGROUND_MAX:
            work.close()
            self._observer.note("A mail was not written: too much is under way.", "error")
            return
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
            await self._sweep()
        except SatchelError as error:
            self._observer.note(f"A mail was not written: {error}", "error")
        except Exception as error:  # nobody else would hear of it
            self._observer.note("A mail was not written.", "error", error=error)
