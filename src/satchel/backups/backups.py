"""Backups: making, listing, taking in, handing out, deleting, restoring.

In charge of: the verbs, one at a time for all processes of the folder, and automatic backups. Not in charge of: what is
in an archive (`archive`), where it is kept (`shelf`), moving the state (`restore`), or when automatic ones are due
(`jobs/`). Made by `app`; called by the wire and the command line.

Errors: NotFound; Conflict for a name that is taken; Busy while another backup or restore is at work; Unprocessable for
what can't be backed up or restored, with the reason; Unavailable when the disk or the bucket fails.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from satchel.backups.archive import pack, temporary, unpack
from satchel.backups.names import AUTO_PREFIX, MANUAL_PREFIX, made_up
from satchel.backups.restore import is_at_work, take_work_lock
from satchel.backups.shelf import Backup, Opened, Shelf
from satchel.engine.events import Events, GoOn
from satchel.errors import Conflict, NotFound, Unprocessable

ANSWER_SECONDS = 0.5
"""How long the answer to a restore has to go out before the program closes."""

Restart = Callable[[Path], Awaitable[None]]


class Busy(Conflict):
    """Another backup or restore is at work."""

    code = "busy"


@dataclass(frozen=True, slots=True)
class BackupEvent:
    """A backup is about to be made, or gone back to. `backup`: its name."""

    backup: str


class Backups:
    """`shelf`: gives the place in use. `application`: gives the name for made-up names. `missing`: what a backup does
    not hold, in words; `refusal`: why there can't be any at all ("" if there can). `restart`: closes the program in
    all processes, puts an unpacked folder in place, and opens it again.
    """

    def __init__(
        self,
        folder: Path,
        shelf: Callable[[], Shelf],
        *,
        application: Callable[[], str],
        restart: Restart,
        missing: tuple[str, ...] = (),
        refusal: str = "",
        events: Events | None = None,
    ) -> None:
        self._events = events or Events()
        self._folder = folder
        self._shelf = shelf
        self._application = application
        self._restart = restart
        self._missing = missing
        self._refusal = refusal
        self._restarting: asyncio.Task[None] | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What a backup does not hold, in words."""
        return self._missing

    def is_possible(self) -> bool:
        """Whether a backup could be begun now."""
        if self._refusal:
            return False
        return not is_at_work(self._folder)

    async def list(self) -> list[Backup]:
        return await self._shelf().list()

    async def open(self, key: str) -> Opened:
        """A backup, to be read and closed. Raises NotFound."""
        found = await self._shelf().open(key)
        if found is None:
            raise NotFound(f'There is no backup "{key}".')
        return found

    async def delete(self, key: str) -> None:
        if not await self._shelf().delete(key):
            raise NotFound(f'There is no backup "{key}".')

    async def create(self, key: str = "") -> str:
        """Make a backup; its key. Without one a name is made up."""
        return await self._create(key or made_up(self._application(), datetime.now(UTC), prefix=MANUAL_PREFIX))

    async def _create(self, key: str) -> str:
        if self._refusal:
            raise Unprocessable(self._refusal)
        await self._around("backup_create", key, lambda: self._make(key))
        return key

    async def _around(self, name: str, key: str, work: GoOn) -> None:
        """Do `work` with whoever listens. Raises Unprocessable when one of them keeps it from being done."""
        done = False

        async def watched() -> None:
            nonlocal done
            await work()
            done = True

        await self._events.run(name, BackupEvent(key), watched)
        if not done:
            raise Unprocessable("A hook kept it from being done.")

    async def _make(self, key: str) -> None:
        async with self._alone():
            await self._refuse_taken(key)
            draft = temporary(self._folder, ".zip")
            try:
                await asyncio.to_thread(pack, self._folder, draft, missing=self._missing)
                await self._shelf().put(key, draft)
            finally:
                draft.unlink(missing_ok=True)

    async def create_automatic(self, keep: int) -> None:
        """Make an automatic backup, and delete the oldest automatic ones beyond `keep`."""
        await self._create(made_up(self._application(), datetime.now(UTC), prefix=AUTO_PREFIX))
        automatic = [backup for backup in await self.list() if backup.key.startswith(AUTO_PREFIX)]
        automatic.sort(key=lambda backup: (backup.modified, backup.key), reverse=True)
        for backup in automatic[keep:]:
            await self._shelf().delete(backup.key)

    async def take(self, key: str, content: Path | bytes) -> None:
        """Keep an archive that was made elsewhere. Nothing in it is believed before it is restored.

        `content`: what is in it, or a temporary file that may be moved away.
        """
        await self._refuse_taken(key)
        draft = temporary(self._folder, ".zip")
        try:
            if isinstance(content, Path):
                await asyncio.to_thread(shutil.move, content, draft)
            else:
                await asyncio.to_thread(draft.write_bytes, content)
            await asyncio.to_thread(draft.chmod, 0o600)
            await self._shelf().put(key, draft)
        finally:
            draft.unlink(missing_ok=True)

    async def is_taken(self, key: str) -> bool:
        found = await self._shelf().open(key)
        if found is None:
            return False
        found.close()
        return True

    async def _refuse_taken(self, key: str) -> None:
        if await self.is_taken(key):
            raise Conflict(f'There is a backup "{key}" already.')

    # ------------------------------------------------------------------------------------------------------- restoring
    async def restore(self, key: str) -> None:
        """Check a backup from the first byte to the last; then, soon after this returns, go back to it.

        Raises Unprocessable, and nothing has happened, unless it is a whole data folder of this program.
        """
        if self._refusal:
            raise Unprocessable(self._refusal)

        async def work() -> None:
            fresh = await self.unpacked(await self.open(key))
            self._restarting = asyncio.create_task(self._go_back(fresh))

        await self._around("backup_restore", key, work)

    async def restore_now(self, opened: Opened) -> None:
        """Check an archive and go back to it before this returns; closes `opened`."""
        if self._refusal:
            raise Unprocessable(self._refusal)
        fresh = await self.unpacked(opened)
        async with self._alone():
            await self._restart(fresh)
        shutil.rmtree(fresh, ignore_errors=True)

    async def unpacked(self, opened: Opened) -> Path:
        """A folder with the checked content of an archive. Raises Unprocessable, Busy."""
        async with self._alone():
            draft = temporary(self._folder, ".zip")
            fresh = temporary(self._folder, "")
            try:
                with draft.open("xb") as file:
                    async for data in opened.chunks(0, opened.size):
                        await asyncio.to_thread(file.write, data)
                await asyncio.to_thread(unpack, draft, fresh)
            finally:
                opened.close()
                draft.unlink(missing_ok=True)
        return fresh

    async def _go_back(self, fresh: Path) -> None:
        await asyncio.sleep(ANSWER_SECONDS)
        try:
            async with self._alone():
                await self._restart(fresh)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    @asynccontextmanager
    async def _alone(self) -> AsyncGenerator[None]:
        descriptor = take_work_lock(self._folder)
        if descriptor is None:
            raise Busy("Another backup or restore is at work.", hint="Try again later.")
        try:
            yield
        finally:
            os.close(descriptor)
