"""The bell: a light "look now" between the workers of one data folder.

In charge of: a datagram socket per worker in the data folder, and one byte to each of the others. Not in charge of:
news: those are in the store, and whoever hears no bell finds them at the next look. Used by `realtime`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

FOLDER = "workers"
RELOOK_SECONDS = 1.0
"""How long the list of the other workers is believed."""


class Bell:
    """`name`: this worker's. `heard` is called on the event loop when somebody rings."""

    def __init__(self, folder: Path, name: str, heard: Callable[[], None], clock: Callable[[], float]) -> None:
        self._folder = folder / FOLDER
        self._path = self._folder / name
        self._heard = heard
        self._clock = clock
        self._socket: socket.socket | None = None
        self._others: tuple[Path, ...] = ()
        self._look_at = float("-inf")

    def open(self) -> None:
        """Where there are no such sockets, or the folder's path is too long for one, there is no bell."""
        with contextlib.suppress(OSError, AttributeError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
            self._socket.bind(str(self._path))
            asyncio.get_running_loop().add_reader(self._socket, self._on_ring)

    def close(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
            self._path.unlink(missing_ok=True)

    def in_company(self) -> bool:
        """Whether there may be other workers of this folder."""
        return self._socket is None or bool(self._find())

    def ring(self) -> None:
        """Have all other workers look. Never waits: a worker whose bell is full has been rung."""
        if self._socket is None:
            return
        now = self._clock()
        if now >= self._look_at:
            self._look_at = now + RELOOK_SECONDS
            self._others = self._find()
        for path in self._others:
            try:
                self._socket.sendto(b"!", str(path))
            except BlockingIOError:
                pass
            except OSError:
                # nobody listens there any more: that worker did not come to tidy up
                path.unlink(missing_ok=True)
                self._look_at = float("-inf")

    def _find(self) -> tuple[Path, ...]:
        with contextlib.suppress(OSError):
            return tuple(Path(entry) for entry in os.scandir(self._folder) if entry.name != self._path.name)
        return ()

    def _on_ring(self) -> None:
        with contextlib.suppress(OSError):
            while self._socket is not None and self._socket.recv(16):
                pass
        self._heard()
