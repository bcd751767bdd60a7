"""The settings in force, and changing them.

In charge of: one row of the store, a frozen copy in memory, and telling those who follow. Not in charge of: names and
types (`model`), validity (`check`). Made by `app`, one per process; read by every room that follows a setting:

    settings_store.current.smtp.host
    settings_store.on_change(lambda old, new: …)

Another worker's change, or one made by a command, is noticed within `CHECK_SECONDS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from satchel.engine.events import Events
from satchel.engine.store import Condition, Store, StoreSession
from satchel.errors import ConstraintFailed, HookFailed, SatchelError, Unavailable, ValidationFailed
from satchel.observe import SILENT, Observer
from satchel.settings.check import complaints
from satchel.settings.merge import merge
from satchel.settings.model import AppSettings
from satchel.settings.renamed import with_collection_renamed
from satchel.settings.sealed import is_sealed, seal, unseal

STATE = "satchel_state"
ROW = "settings"
"""The row of `satchel_state` that holds them."""
CHECK_SECONDS = 0.5
TROUBLE_SECONDS = 5.0
ATTEMPTS = 5

Listener = Callable[[AppSettings, AppSettings], None]


@dataclass(frozen=True, slots=True)
class SettingsEvent:
    """Settings come into force: `settings`. Until then `store.current` has those of before."""

    store: SettingsStore
    settings: AppSettings


class SettingsStore:
    """`key`: the encryption key, "" to keep them in clear."""

    def __init__(self, store: Store, key: str = "", observer: Observer = SILENT, events: Events | None = None) -> None:
        self._store = store
        self._events = events or Events()
        self._key = key
        self._observer = observer
        self._current = AppSettings()
        self._kept = ""
        self._listeners: list[Listener] = []
        self._taking = asyncio.Lock()
        self._coming: list[str] = []  # what is being stored and put into force by this process
        self._watching: asyncio.Task[None] | None = None

    @property
    def current(self) -> AppSettings:
        """The settings in force. Frozen: a change makes a new object."""
        return self._current

    def on_change(self, listener: Listener) -> None:
        """Have `listener` called with the old and the new settings after every change, in the order of registration.
        It is called on the event loop and must not wait.
        """
        self._listeners.append(listener)

    def follow(self, apply: Callable[[AppSettings], None]) -> None:
        """Call `apply` with the settings now and after every change."""
        apply(self._current)
        self.on_change(lambda _, new: apply(new))

    async def open(self) -> None:
        """Read what is stored. Raises ConfigError for settings that the key does not open."""
        kept = await _read(self._store)
        if kept:
            self._take(unseal(kept, self._key), kept)
        if kept and self._key and not is_sealed(kept):
            await self.change({})  # a key was set since: from now on they rest encrypted

    def watch(self) -> None:
        """Look for changes of others from now on."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def refresh(self) -> None:
        """Look for a change that somebody else made."""
        kept = await _read(self._store)
        if kept != self._kept and kept not in self._coming:
            await self._reload(unseal(kept, self._key) if kept else AppSettings(), kept)

    async def announce(self) -> None:
        """Tell those who listen to settings coming into force of those that the program begins with."""
        await self._reload(self._current, self._kept)

    async def change(self, submitted: Mapping[str, Any]) -> AppSettings:
        """Merge into what is stored, and save. Groups merge, lists are replaced.

        Raises InvalidPayload for a value of a wrong type, ValidationFailed with every complaint.
        """
        return await self._save(lambda stored: merge(stored, submitted))

    async def replace(self, settings: AppSettings) -> AppSettings:
        """Save these settings whole, as an import does. Raises ValidationFailed."""
        return await self._save(lambda _: settings)

    def check_rename(self, old: str, new: str) -> None:
        """Raises ValidationFailed when a rate limit for `old:…`, as one for `new:…`, contradicts another one."""
        self._renamed(self._current, old, new)

    async def rename_collection(self, session: StoreSession, old: str, new: str) -> None:
        """Let rate limits for `old:…` speak of `new:…`, in the transaction that renames the collection. They are in
        force after the next `refresh`. Raises what `check_rename` does, Unavailable when others keep saving settings.
        """
        for _ in range(ATTEMPTS):
            kept = await _read(session)
            stored = unseal(kept, self._key) if kept else AppSettings()
            changed = self._renamed(stored, old, new)
            if changed is stored:
                return
            where: list[Condition] = [("name", "=", ROW), ("value", "=", kept)]
            if await session.update(STATE, {"value": seal(changed, self._key)}, *where):
                return
        raise Unavailable("Others keep changing the settings at the same time.", hint="Try again.")

    def _renamed(self, settings: AppSettings, old: str, new: str) -> AppSettings:
        changed = with_collection_renamed(settings, old, new)
        errors = () if changed is settings else complaints(changed)
        if errors:
            raise ValidationFailed(errors, collection=ROW)
        return changed

    async def _save(self, make: Callable[[AppSettings], AppSettings]) -> AppSettings:
        coming: list[str] = []

        async def work(session: StoreSession) -> tuple[AppSettings, str]:
            kept = await _read(session)
            changed = make(unseal(kept, self._key) if kept else AppSettings())
            errors = complaints(changed)
            if errors:
                raise ValidationFailed(errors, collection=ROW)
            text = seal(changed, self._key)
            coming.append(text)
            self._coming.append(text)
            # the row that was merged into, or somebody was quicker
            where: list[Condition] = [("name", "=", ROW)]
            if kept:
                where.append(("value", "=", kept))
            if await session.update(STATE, {"value": text}, *where) == 0:
                if kept:
                    raise _Overtaken
                await session.insert(STATE, {"name": ROW, "value": text})
            return changed, text

        try:
            while True:
                try:
                    changed, text = await self._store.write(work)
                except (_Overtaken, ConstraintFailed):
                    continue
                await self._reload(changed, text)
                return changed
        finally:
            for text in coming:
                self._coming.remove(text)

    async def _reload(self, settings: AppSettings, kept: str) -> None:
        """Put stored settings into force, with the event around it. No listener keeps them from that. Nothing is held
        meanwhile: a listener may change settings, or have them looked at.
        """
        self._coming.append(kept)
        try:
            await self._events.run("settings_reload", SettingsEvent(self, settings), self._take_stored)
        except HookFailed:
            pass  # its log entry is written
        except Exception as error:
            self._observer.note("A hook failed while settings came into force.", "error", error=error)
        finally:
            self._coming.remove(kept)
            await self._take_stored()

    async def _take_stored(self) -> None:
        """Put what is stored into force, if it is not; others may have stored something newer meanwhile."""
        async with self._taking:  # what was read must not be older than what is in force when it is taken
            kept = await _read(self._store)
            if kept != self._kept:
                self._take(unseal(kept, self._key) if kept else AppSettings(), kept)

    def _take(self, settings: AppSettings, kept: str) -> None:
        old, self._current, self._kept = self._current, settings, kept
        for listener in self._listeners:
            try:
                listener(old, settings)
            except Exception as error:  # one that fails must not keep the others from knowing
                self._observer.note("Something that follows the settings failed.", "error", error=error)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.refresh()
            except SatchelError as error:
                self._observer.note("The settings could not be looked at.", "warning", error=error)
                await asyncio.sleep(TROUBLE_SECONDS)


class _Overtaken(Exception):
    """Another process saved settings in between."""


async def _read(source: Store | StoreSession) -> str:
    rows = await source.select(STATE, ("value",), ("name", "=", ROW))
    return str(rows[0]["value"] or "") if rows else ""
