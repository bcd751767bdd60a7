"""Putting an unpacked backup in place of the data folder's state, and going back if it does not open.

In charge of: who has the folder's databases open, moving files, and what a crash in between leaves. Not in charge of:
what is in a backup (`archive`), or opening databases (`app`). Called by `app`, whoever starts it.

Every process that opens the folder's databases holds a shared lock on `databases.lock`. A restore first leaves word
(`restore.json`), so that all processes close their databases and let go; whoever restores then takes the lock alone,
moves the old state into `.satchel_before`, the new one into its place, and opens it. Only when that went well is the
word taken back and the old state deleted. Whatever goes wrong before, also a crash, the next to come moves the old
state back.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import msgspec

from satchel.backups.archive import ITEMS
from satchel.errors import Unavailable

LOCK_FILE = "databases.lock"
WORK_LOCK_FILE = "backup.lock"
WORD_FILE = "restore.json"
BEFORE_FOLDER = ".satchel_before"
JOURNALS = ("-wal", "-shm", "-journal")
POLL_SECONDS = 0.1
WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Word:
    """What `restore.json` says. `had`: the names that the old state consisted of."""

    phase: str  # asked | moving
    had: tuple[str, ...] = ()


class FolderGate:
    """One per process. `folder`: the data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    # -------------------------------------------------------------------------------------------------- in and out
    async def enter(self) -> None:
        """Hold the databases like others do; waits while somebody restores. What a crashed restore left is undone.

        Raises Unavailable when it takes too long.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        deadline = monotonic() + WAIT_SECONDS
        while True:
            await self._take(alone=False)
            if self.word() is None:
                return
            self.leave()
            if not is_at_work(self._folder):
                # whoever left the word is gone
                await self._take(alone=True)
                await asyncio.to_thread(self.undo)
                self.leave()
            elif monotonic() > deadline:
                raise Unavailable("A backup is being restored.")
            else:
                await asyncio.sleep(POLL_SECONDS)

    async def enter_alone(self) -> None:
        """Hold the databases alone; waits for all others to let go. Raises Unavailable."""
        await self._take(alone=True)

    def share(self) -> None:
        """From alone to like others, without letting go."""
        assert self._descriptor is not None
        _lock(self._descriptor, alone=False)

    def leave(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    async def _take(self, *, alone: bool) -> None:
        assert self._descriptor is None, "the lock is held already"
        descriptor = os.open(self._folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = monotonic() + WAIT_SECONDS
        try:
            while not _lock(descriptor, alone=alone):
                if monotonic() > deadline:
                    raise Unavailable("Another process does not let go of the data folder.")
                await asyncio.sleep(POLL_SECONDS)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    # ---------------------------------------------------------------------------------------------------- the word
    def word(self) -> Word | None:
        """What a restore in progress has left."""
        try:
            return msgspec.json.decode((self._folder / WORD_FILE).read_bytes(), type=Word)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            return Word("asked")  # cut short before anything was moved

    def ask(self) -> None:
        """Ask all processes to let go."""
        self._say(Word("asked"))

    def forget(self) -> None:
        """The word has been heard, or is not meant any more."""
        (self._folder / WORD_FILE).unlink(missing_ok=True)
        _sync(self._folder)

    def _say(self, word: Word) -> None:
        draft = self._folder / f"{WORD_FILE}.draft"
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(word))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / WORD_FILE)
        _sync(self._folder)

    # ---------------------------------------------------------------------------------------------- moving the state
    def swap(self, fresh: Path) -> None:
        """Put the content of `fresh` in place of the state. Only while holding the lock alone. Blocks."""
        folder, before = self._folder, self._folder / BEFORE_FOLDER
        shutil.rmtree(before, ignore_errors=True)
        before.mkdir()
        had = tuple(name for name in _names() if (folder / name).exists())
        self._say(Word("moving", had))
        for name in had:
            (folder / name).rename(before / name)
        for name in ITEMS:
            if (fresh / name).exists():
                (fresh / name).rename(folder / name)
        _sync(folder)

    def undo(self) -> None:
        """Bring the old state back, if it was moved. Only while holding the lock alone. Blocks."""
        folder, before = self._folder, self._folder / BEFORE_FOLDER
        word = self.word()
        if word is not None and word.phase == "moving":
            for name in _names():
                moved = (before / name).exists()
                if moved or name not in word.had:
                    _remove(folder / name)  # what the restore put there
                if moved:
                    (before / name).rename(folder / name)
            _sync(folder)
        self.forget()
        shutil.rmtree(before, ignore_errors=True)

    def keep(self) -> None:
        """The new state has opened: it stays, the old one goes. Blocks."""
        self.forget()
        shutil.rmtree(self._folder / BEFORE_FOLDER, ignore_errors=True)


def _names() -> Sequence[str]:
    """Everything the state may consist of: an old journal beside a new database would destroy it."""
    databases = [name for name in ITEMS if name.endswith(".db")]
    return (*ITEMS, *(f"{name}{journal}" for name in databases for journal in JOURNALS))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def take_work_lock(folder: Path) -> int | None:
    """The lock of whoever makes or restores a backup, to be closed; None while another process or task has it."""
    descriptor = os.open(folder / WORK_LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if _lock(descriptor, alone=True):
        return descriptor
    os.close(descriptor)
    return None


def is_at_work(folder: Path) -> bool:
    """Whether somebody makes or restores a backup."""
    descriptor = take_work_lock(folder)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def _lock(descriptor: int, *, alone: bool) -> bool:
    """Whether the lock could be had at once. Where there are no such locks, one process at a time has to be enough."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
