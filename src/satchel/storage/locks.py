"""Locks between processes, on open files.

In charge of: one lock of the operating system, which ends with its process, also after a crash. Not in charge of: what
it stands for. Called by the command line (one server per data folder) and by `files/` (whose uploads are whose).
"""

from __future__ import annotations

import os


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this process and those that inherit it. False when another one holds it."""
    try:
        import fcntl
    except ImportError:
        return _lock_windows(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_windows(descriptor: int) -> bool:
    import importlib

    locking = importlib.import_module("msvcrt")
    try:
        # far behind the note, because a locked byte can't be read by others there
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        locking.locking(descriptor, locking.LK_NBLCK, 1)
    except OSError:
        return False
    return True
