"""Several workers on one socket.

In charge of: starting worker processes, starting them again when they end by themselves, stopping them in order, and
restarting them when code changes (`--reload`). Not in charge of: serving (`worker`). Called by `serve`.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import wait as wait_for_any
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any

from satchel.cli.worker import CLOSE_SECONDS, EXIT_FAILED, EXIT_OK, EXIT_START_FAILED
from satchel.config import Settings
from satchel.observe import Observer, Stopped, WorkerEnded

RESTART_SECONDS = 0.5
RESTART_MAX_SECONDS = 30.0
# A worker that lived this long has earned a quick restart.
HEALTHY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class WorkerTask:
    """What a worker is given. It crosses to another process, so everything in it can be pickled.

    `alive`: the reading end of a pipe that ends with the supervisor. `lock`: the data folder's lock, held along.
    `announce`: whether this worker prints the banner.
    """

    settings: Settings
    listener: socket.socket
    alive: Any
    lock: Any
    url: str
    announce: bool


Target = Callable[[WorkerTask], None]


@dataclass(slots=True)
class _Worker:
    number: int
    process: SpawnProcess
    started: float = field(default_factory=monotonic)
    failures: int = 0


class Supervisor:
    """Keeps `settings.workers` processes alive until it is told to stop."""

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        lock_descriptor: int,
        target: Target,
        observer: Observer,
        *,
        url: str,
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._lock_descriptor = lock_descriptor
        self._target = target
        self._observer = observer
        self._url = url
        self._context = multiprocessing.get_context("spawn")
        self._workers: dict[int, _Worker] = {}
        self._due: dict[int, tuple[float, int]] = {}  # number → (when to start it again, failures so far)
        self._stopping: str | None = None
        self._announced = False
        self._reload = threading.Event()
        # Children read the one end; it reports the end of file when this process is gone, even by SIGKILL.
        self._alive_read, self._alive_write = os.pipe()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)

    def run(self) -> int:
        """Until a signal comes, or no worker can start; the exit code."""
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for number in range(self._settings.workers):
                self._start(number, failures=0)
            code = self._watch()
            self._stop_all()
            self._observer.emit(Stopped(reason=self._stopping or "no worker could start"))
            return code
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def reload(self) -> None:
        """Replace all workers soon. May be called from any thread."""
        self._reload.set()
        self._wake()

    # -------------------------------------------------------------------------------------------------------- watching
    def _watch(self) -> int:
        while self._stopping is None:
            self._start_due()
            sentinels = {worker.process.sentinel: worker for worker in self._workers.values()}
            timeout = min((when for when, _ in self._due.values()), default=monotonic() + 3600) - monotonic()
            for ready in wait_for_any([*sentinels, self._wake_read], timeout=max(0.0, timeout)):
                if isinstance(ready, int) and ready in sentinels:
                    code = self._ended(sentinels[ready])
                    if code is not None:
                        return code
                else:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._wake_read, 4096)
            if self._reload.is_set():
                self._reload.clear()
                self._replace_all()
        return EXIT_OK

    def _ended(self, worker: _Worker) -> int | None:
        """A worker is gone: start it again later. The exit code for all, when it says that starting is pointless."""
        del self._workers[worker.number]
        worker.process.join()
        code = worker.process.exitcode or 0
        if code == EXIT_START_FAILED:
            self._stopping = "a worker could not start"
            return EXIT_FAILED
        failures = 0 if monotonic() - worker.started > HEALTHY_SECONDS else worker.failures
        seconds = min(RESTART_SECONDS * 2**failures, RESTART_MAX_SECONDS)
        self._due[worker.number] = (monotonic() + seconds, failures + 1)
        self._observer.emit(WorkerEnded(worker=worker.number, code=code, retry_seconds=seconds))
        return None

    def _start_due(self) -> None:
        for number, (when, failures) in list(self._due.items()):
            if when <= monotonic():
                del self._due[number]
                self._start(number, failures=failures)

    def _start(self, number: int, *, failures: int) -> None:
        task = WorkerTask(
            settings=self._settings,
            listener=self._listener,
            alive=DupFd(self._alive_read),
            lock=DupFd(self._lock_descriptor),
            url=self._url,
            announce=number == 0 and not self._announced,
        )
        self._announced = self._announced or task.announce
        process = self._context.Process(target=self._target, args=(task,), name=f"satchel-worker-{number}")
        process.start()
        self._workers[number] = _Worker(number, process, failures=failures)

    # -------------------------------------------------------------------------------------------------------- stopping
    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._stopping is not None:
            for worker in self._workers.values():
                worker.process.kill()
            os._exit(EXIT_FAILED)
        self._stopping = signal.Signals(number).name
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake_write, b"x")

    def _stop_all(self) -> None:
        """Ask all workers to drain, all at once; end those that do not."""
        for worker in self._workers.values():
            worker.process.terminate()
        deadline = monotonic() + self._settings.shutdown_grace_seconds + CLOSE_SECONDS + 0.5
        for worker in self._workers.values():
            worker.process.join(max(0.0, deadline - monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def _replace_all(self) -> None:
        numbers = sorted({*self._workers, *self._due})
        self._stop_all()
        self._workers.clear()
        self._due.clear()
        for number in numbers:
            self._start(number, failures=0)


def watch_code(folders: list[Path], changed: Callable[[], None]) -> None:
    """Call `changed` when a Python file below one of the folders changes; returns at once."""
    from watchfiles import PythonFilter, watch

    def run() -> None:
        for _ in watch(*folders, watch_filter=PythonFilter(), raise_interrupt=False):
            changed()

    threading.Thread(target=run, name="watch-code", daemon=True).start()
