"""One process that answers requests.

In charge of: running the program under the ASGI server: start-up with patience for a database that is down, signals,
draining, the hard end. Not in charge of: several processes (`supervisor`), or binding (`listening`). Called by `serve`,
in its own process or in a child.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Generator, Sequence
from types import FrameType

import uvicorn

from satchel.cli.application import Application
from satchel.cli.logs import adopt_library_logs
from satchel.cli.output import complain
from satchel.config import Settings
from satchel.errors import SatchelError, Unavailable
from satchel.http.protocol import PatientProtocol, make_protocol
from satchel.http.socket_protocol import LentProtocol
from satchel.observe import DatabaseBack, DatabaseDown, Stopped

# Ctrl-C reaches the whole group; what it means for workers is decided by their supervisor.
CHILD_SIGNALS = (signal.SIGTERM,)
# the server ticks ten times per second
GC_ALLOCATIONS = 10_000
"""How many more objects than were freed start a round of the collector; Python's own number is 700."""
SWEEP_TICKS = 10
RETRY_SECONDS = 1.0
RETRY_MAX_SECONDS = 15.0
# On top of the time that requests get: closing databases, flushing logs. Then the process ends, whatever hangs.
CLOSE_SECONDS = 4.0
DESCRIPTORS_MAX = 1_048_576
EXIT_OK, EXIT_FAILED, EXIT_START_FAILED = 0, 1, 3

Ready = Callable[[], Awaitable[None]]


class WorkerServer(uvicorn.Server):
    """uvicorn's server, with our start-up, our signals, and exit codes that tell the truth."""

    def __init__(
        self,
        config: uvicorn.Config,
        application: Application,
        ready: Ready,
        *,
        grace_seconds: float,
        signals: Sequence[signal.Signals],
    ) -> None:
        super().__init__(config)
        self._signals = signals
        self._application = application
        self._ready = ready
        self._grace_seconds = grace_seconds
        self._retrying: asyncio.Task[None] | None = None
        self.reason = "ended"
        self.failed = False

    # ---------------------------------------------------------------------------------------------------------- start
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        error = await self._first_attempt()
        if self.should_exit:
            return
        await super().startup(sockets=sockets)
        settle_memory()
        if error is None:
            await self._ready()
        else:
            # Listening all the same: callers get a 503 that says why, instead of a refused connection.
            self._retrying = asyncio.ensure_future(self._retry(error))

    async def _first_attempt(self) -> Unavailable | None:
        attempt = asyncio.ensure_future(self._application.startup())
        while not attempt.done():
            await asyncio.wait({attempt}, timeout=0.1)
            if self.should_exit:
                attempt.cancel()
                with contextlib.suppress(asyncio.CancelledError, SatchelError):
                    await attempt
                return None
        try:
            attempt.result()
        except Unavailable as error:
            return error
        except SatchelError as error:
            complain(error.message, error.hint)
            self.failed = self.should_exit = True
        return None

    async def _retry(self, error: Unavailable) -> None:
        """Try again, less and less often, until the database answers."""
        observer = self._application.observer
        name = str(error.details.get("database", "main"))
        wait = RETRY_SECONDS
        while True:
            observer.emit(DatabaseDown(database=name, error=str(error), retry_seconds=wait))
            await asyncio.sleep(wait)
            wait = min(wait * 2, RETRY_MAX_SECONDS)
            try:
                await self._application.startup()
            except Unavailable as again:
                error = again
            except SatchelError as other:
                complain(other.message, other.hint)
                self.failed = self.should_exit = True
                return
            else:
                observer.emit(DatabaseBack(database=name))
                await self._ready()
                return

    async def on_tick(self, counter: int) -> bool:
        if counter % SWEEP_TICKS == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, PatientProtocol):
                    connection.sweep(now)
        return await super().on_tick(counter)

    # ----------------------------------------------------------------------------------------------------------- stop
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets=sockets)
        if self._retrying is not None:
            self._retrying.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._retrying
        await self._application.shutdown()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Our signals for as long as the server runs. Unlike uvicorn we do not raise them again at the end: a server
        that was asked to stop and did so in order has not failed."""
        before = {number: signal.signal(number, self.handle_exit) for number in self._signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            self._end_now(f"{signal.Signals(sig).name} again")
        self.should_exit = True
        self.reason = signal.Signals(sig).name
        watch = threading.Timer(self._grace_seconds + CLOSE_SECONDS, self._end_now, ("the time to stop was over",))
        watch.daemon = True
        watch.start()

    def _end_now(self, why: str) -> None:
        # Nothing acknowledged is lost: what was answered is committed, and what was not is rolled back by the database.
        self._application.observer.emit(Stopped(reason=f"at once, because {why}", level="warning"))
        os._exit(EXIT_FAILED)


def run_worker(
    settings: Settings,
    application: Application,
    listener: socket.socket,
    ready: Ready,
    *,
    signals: Sequence[signal.Signals],
) -> int:
    """Serve until one of the signals comes; the exit code. `ready` runs once the program answers."""
    adopt_library_logs(application.observer)
    allow_descriptors()
    config = uvicorn.Config(
        application,
        http=make_protocol(
            request_timeout_seconds=settings.request_timeout_seconds, keep_alive_seconds=settings.keep_alive_seconds
        ),
        lifespan="off",  # start-up and shutdown are ours, see WorkerServer
        interface="asgi3",
        ws=LentProtocol,
        ws_max_size=settings.websocket_message_bytes,
        ws_max_queue=1,
        ws_ping_interval=settings.websocket_heartbeat_seconds or None,
        ws_ping_timeout=settings.websocket_heartbeat_seconds or None,
        # a compressor for each connection costs more memory than all else of it
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=max(1, int(settings.shutdown_grace_seconds)),
    )
    server = WorkerServer(config, application, ready, grace_seconds=settings.shutdown_grace_seconds, signals=signals)
    try:
        server.run(sockets=[listener])
    except SatchelError as error:
        complain(error.message, error.hint)
        server.failed = True
    if server.failed:
        return EXIT_START_FAILED
    application.observer.emit(Stopped(reason=server.reason))
    application.observer.flush()
    return EXIT_OK


def settle_memory() -> None:
    """Leave what the program is made of out of the collector's rounds, and let those come less often: a request leaves
    few cycles behind, and a full round over everything that was imported costs some 50 ms.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_ALLOCATIONS, 20, 50)


def allow_descriptors() -> None:
    """Take as many open files as the system lets this process have: each connection is one."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = DESCRIPTORS_MAX if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS_MAX)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def ignore_interrupts() -> None:
    """In a child: leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def follow_parent(pipe_descriptor: int) -> None:
    """In a child: end when the parent is gone, however it went. The parent holds the other end of the pipe."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(pipe_descriptor, 1):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="follow-parent", daemon=True).start()


def end(code: int) -> None:
    """Leave with an exit code; output that nobody reads any more is no failure."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    sys.exit(code)
