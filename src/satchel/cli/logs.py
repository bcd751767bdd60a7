"""The log lines of libraries, among our own.

In charge of: sending what the standard `logging` module is told (by the web server, by asyncio) to the observer. Called
by `worker`.
"""

from __future__ import annotations

import logging

from satchel.observe import Level, Observer

_QUIET = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")


class ObserverHandler(logging.Handler):
    """Hands records to an observer."""

    def __init__(self, observer: Observer) -> None:
        super().__init__(logging.WARNING)
        self._observer = observer

    def emit(self, record: logging.LogRecord) -> None:
        level: Level = "error" if record.levelno >= logging.ERROR else "warning"
        error = record.exc_info[1] if record.exc_info else None
        self._observer.note(f"{record.name}: {record.getMessage().strip()}", level, error=error)


def adopt_library_logs(observer: Observer) -> None:
    """From now on warnings and errors of libraries go to the observer, and nothing else of theirs is written."""
    root = logging.getLogger()
    root.handlers = [ObserverHandler(observer)]
    root.setLevel(logging.WARNING)
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel(logging.WARNING)
