"""One server per data folder.

In charge of: the lock file of a running server. It is a lock of the operating system, so it ends with the process, also
after a crash; workers inherit it, so it lasts until the last of them is gone. Called by `serve`.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from satchel.errors import ConfigError
from satchel.storage.locks import try_lock

LOCK_FILE = "server.lock"


class FolderLock:
    """A held lock, also as a context. `descriptor` may be handed to child processes, which then hold it too."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self.descriptor = descriptor
        self.path = path

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def note(self, text: str) -> None:
        """Write who holds the lock, for the message that a second server shows."""
        os.ftruncate(self.descriptor, 0)
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        os.write(self.descriptor, text.encode())

    def release(self) -> None:
        """Let go. The file stays: removing it would let two servers lock two files of the same name."""
        with contextlib.suppress(OSError):
            os.close(self.descriptor)


def lock_folder(folder: Path) -> FolderLock:
    """Lock a data folder, making it if need be. Raises ConfigError when another server holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / LOCK_FILE
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        raise ConfigError(
            f"The data folder {folder} can't be used: {_reason(error)}.", hint="Choose another with --data."
        ) from None
    if not try_lock(descriptor):
        holder = os.read(descriptor, 200).decode("utf-8", "replace").strip()
        os.close(descriptor)
        raise ConfigError(
            f"Another Satchel server uses the data folder {folder}{f' ({holder})' if holder else ''}.",
            hint="Stop it first, or start this one with another folder: satchel serve --data DIR",
        )
    lock = FolderLock(descriptor, path)
    lock.note(f"process {os.getpid()}")
    return lock


def _reason(error: OSError) -> str:
    """The operating system says "File exists" of a file that stands where the folder would be."""
    return "It is a file" if isinstance(error, FileExistsError | NotADirectoryError) else str(error.strerror)
