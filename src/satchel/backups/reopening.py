"""Closing the program and opening it again on another state of its data folder, in all processes.

In charge of: the order of it, and the way back. Not in charge of: locks and moving (`restore`), or what opening means
(`app`). Made by `app`, one per process.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from satchel.backups.restore import FolderGate, take_work_lock
from satchel.errors import SatchelError
from satchel.observe import Observer

CHECK_SECONDS = 0.25
AGAIN_SECONDS = 1.0

Step = Callable[[], Awaitable[None]]
Blocking = Callable[[], None]


class Reopening:
    """`close` finishes the requests in progress and closes all databases, `open` opens them; new requests are answered
    with 503 in between. Both let `enter` and `leave` be called.
    """

    def __init__(self, folder: Path, close: Step, open: Step, observer: Observer) -> None:
        self._folder = folder
        self._gate = FolderGate(folder)
        self._close = close
        self._open = open
        self._observer = observer
        self._restoring = False
        self._watching: asyncio.Task[None] | None = None
        self._aside: asyncio.Task[None] | None = None

    async def enter(self) -> None:
        """Before databases are opened. Waits while another process restores. Raises Unavailable."""
        if not self._restoring:
            await self._gate.enter()

    def watch(self) -> None:
        """From now on, close when another process wants to restore."""
        self._watching = asyncio.create_task(self._watch())

    def leave(self) -> None:
        """After databases are closed."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        self._gate.leave()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            if not self._restoring and self._gate.word() is not None:
                self._aside = asyncio.create_task(self._step_aside())
                return

    async def _step_aside(self) -> None:
        await self._close()
        while True:
            try:
                await self._open()  # waits until the other one is done
                return
            except SatchelError as error:
                self._observer.note("The databases can't be opened again yet.", "error", error=error)
                await asyncio.sleep(AGAIN_SECONDS)

    async def restart_from(self, fresh: Path) -> None:
        """Close, in all processes; put an unpacked backup in place; open it. If it does not open, go back."""
        gate = self._gate
        await self._restart(lambda: gate.swap(fresh), gate.undo, gate.keep, "The backup was restored.")

    async def restart_with(self, change: Blocking, undo: Blocking) -> None:
        """Close, in all processes; change something that opening depends on; open. If it does not open, undo it.
        While a backup is made nothing is done, and the log says so.
        """

        def undone() -> None:
            undo()
            self._gate.forget()

        # held, it tells the other processes that whoever asked them to close is alive
        descriptor = take_work_lock(self._folder)
        if descriptor is None:
            self._observer.note("Nothing was changed: a backup or restore is at work.", "error")
            return
        try:
            await self._restart(change, undone, self._gate.forget, "The program was opened anew.")
        finally:
            os.close(descriptor)

    async def _restart(self, change: Blocking, undo: Blocking, keep: Blocking, done: str) -> None:
        gate = self._gate
        # before the word is out: this process's own watch must not take it for another's, and open what is moved
        self._restoring = True
        try:
            gate.ask()
            await self._close()
            try:
                await gate.enter_alone()
            except SatchelError as error:
                gate.forget()
                self._restoring = False
                self._observer.note("The databases could not be closed, so all is as it was.", "error", error=error)
                await self._open()
                return
            await self._changed(change, undo, keep, done)
        finally:
            self._restoring = False

    async def _changed(self, change: Blocking, undo: Blocking, keep: Blocking, done: str) -> None:
        """While the databases are held alone."""
        gate = self._gate
        try:
            await asyncio.to_thread(change)
            gate.share()
            await self._open()
        except Exception as error:  # whatever it is, the old state is good
            self._observer.note("The new state does not open, so all is as it was before.", "error", error=error)
            gate.leave()
            await gate.enter_alone()
            await asyncio.to_thread(undo)
            gate.share()
            await self._open()
        else:
            await asyncio.to_thread(keep)
            self._observer.note(done)
