"""The settings of a PocketBase folder that is served where it is: kept the same on both sides.

In charge of: taking PocketBase's when it changed them, and writing ours back after each change. Not in charge of: what
settings are (`settings/`), who is right (`agreements`). Called by `pocketbase_in_place`.

They rest in the form that PocketBase gave them: in clear, or sealed with the key of its `--encryptionEnv`, which is
ours too (`settings_encryption_key`). Without that key sealed settings are neither taken nor written.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from satchel.db.base import Database, Transaction
from satchel.errors import ConfigError, SatchelError, ValidationFailed
from satchel.imports.agreements import Agreements
from satchel.imports.pocketbase_data import read_settings
from satchel.settings.model import AppSettings
from satchel.settings.sealed import is_sealed, open_text, seal_text, unseal
from satchel.settings.store import SettingsStore

NAME = "_params"
LOCKED = (
    "PocketBase's settings are encrypted, so they stay as they are on both sides: give their key as"
    " settings_encryption_key."
)


class SettingsInPlace:
    """`source`: the folder's database. `key`: what sealed settings are opened with. `note`: hears what was left out."""

    def __init__(
        self,
        source: Database,
        settings: SettingsStore,
        key: str,
        agreements: Agreements,
        note: Callable[[str], None],
    ) -> None:
        self._source = source
        self._settings = settings
        self._key = key
        self._agreements = agreements
        self._note = note
        self._turn = asyncio.Lock()
        self._giving: set[asyncio.Task[None]] = set()
        self._locked = False

    async def open(self) -> None:
        """Bring both sides together, and follow our changes from now on."""
        text = await read_settings(self._source)
        try:
            theirs = unseal(text, self._key) if text else None
        except ConfigError:
            self._locked = True
            self._note(LOCKED)
            return
        if theirs is not None and await self._agreements.changed(NAME, text):
            await self._take(theirs)
            await self._agreements.agree(NAME, text)
        await self.give()
        self._settings.on_change(self._follow)

    async def _take(self, theirs: AppSettings) -> None:
        try:
            await self._settings.replace(theirs)
        except ValidationFailed as error:
            reason = " ".join(item.message for item in error.errors) or error.message
            self._note(f"PocketBase's settings were not taken over: {reason}")

    def _follow(self, _: AppSettings, __: AppSettings) -> None:
        task = asyncio.create_task(self._give_after_change())
        self._giving.add(task)
        task.add_done_callback(self._giving.discard)

    async def _give_after_change(self) -> None:
        try:
            await self.give()
        except SatchelError as error:
            self._note(f"The settings could not be written into PocketBase's folder yet: {error.message}")

    async def close(self) -> None:
        """Write what is not written yet."""
        await asyncio.gather(*self._giving)
        await self.give()

    async def give(self) -> None:
        """Make PocketBase's settings what ours are; what we don't know of stays as it is."""
        if self._locked:
            return
        async with self._turn:
            text = await read_settings(self._source)
            found = msgspec.json.decode(open_text(text, self._key), type=dict[str, Any]) if text else {}
            wanted = _over(found, msgspec.to_builtins(self._settings.current))
            if wanted != found:
                await self._write(wanted, sealed=bool(text) and is_sealed(text))
            await self._agreements.agree(NAME, await read_settings(self._source))

    # UPDATE _params SET value = ?, updated = ? WHERE id = 'settings'
    async def _write(self, wanted: Mapping[str, Any], *, sealed: bool) -> None:
        text = json.dumps(wanted, ensure_ascii=False, separators=(",", ":")).encode()
        value = seal_text(text, self._key) if sealed else text
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3] + "Z"

        async def work(transaction: Transaction) -> None:
            if not await transaction.count(
                "UPDATE _params SET value = ?, updated = ? WHERE id = 'settings'", [value, now]
            ):
                statement = "INSERT INTO _params (id, value, created, updated) VALUES ('settings', ?, ?, ?)"
                await transaction.run(statement, [value, now, now])

        await self._source.write(work)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` over `below`: groups merge, all else is replaced."""
    merged = dict(below)
    for name, value in above.items():
        known = merged.get(name)
        if isinstance(value, dict) and isinstance(known, dict):
            merged[name] = _over(cast("dict[str, Any]", known), cast("dict[str, Any]", value))
        else:
            merged[name] = list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else value
    return merged
