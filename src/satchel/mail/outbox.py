"""The outbox: sends mails in the background, or at once.

In charge of: a bounded queue with a few senders, further tries after passing trouble, an orderly end, and log lines
about what was not sent. Not in charge of: what mails say (features). Made by the composition root, called by features.

Mails that wait are in memory: they are sent before an orderly end, and lost when the process is killed. Whoever asked
for one can ask again. Logs name the purpose, the address and the reason, never the text, which may hold a token.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from satchel.errors import MailFailed
from satchel.mail.message import Mail, message_of
from satchel.mail.smtp import SmtpServer, deliver, reach
from satchel.observe import Observer

SENDERS = 4
RETRY_SECONDS = (1.0, 5.0)
"""How long to wait before the second and the third try."""
CHECK_SECONDS = 5.0

Server = Callable[[], SmtpServer | None]
Failure = Callable[[], Awaitable[None]]


Around = Callable[[Mail, Callable[[Mail], Awaitable[None]]], Awaitable[None]]
"""(a mail, what sends it): comes between; see `auth/mail_events`."""


async def straight(mail: Mail, send: Callable[[Mail], Awaitable[None]]) -> None:
    """Nothing comes between."""
    await send(mail)


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """`waiting`: how many mails may wait. `timeout_seconds`: for each step of a delivery."""

    waiting: int = 1000
    timeout_seconds: float = 15.0
    grace_seconds: float = 10.0


class Outbox:
    """One per process. `server`: gives the mail server of the moment; None when none is set up. `around`: comes
    between a mail and its sending.
    """

    def __init__(
        self,
        server: Server,
        observer: Observer,
        limits: OutboxLimits,
        *,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        around: Around = straight,
    ) -> None:
        self._around = around
        self._server = server
        self._observer = observer
        self._limits = limits
        self._retry_seconds = retry_seconds
        self._queue: asyncio.Queue[tuple[Mail, Failure | None]] = asyncio.Queue(limits.waiting)
        self._senders: set[asyncio.Task[None]] = set()
        self._closed = False

    async def send(self, mail: Mail) -> None:
        """Send now. Raises MailFailed."""
        await self._around(mail, self._send)

    async def _send(self, mail: Mail) -> None:
        # In a task of its own, which time limits need: a handler need not be in one.
        await asyncio.create_task(self._deliver(mail, self._set_up()))

    async def check(self) -> tuple[float, str] | None:
        """How many seconds the mail server takes to let us in, and why it did not ("" when it did); None when none is
        set up.
        """
        server = self._server()
        if server is None:
            return None
        started = perf_counter()
        error = ""
        try:
            # In a task of its own, which time limits need: a handler need not be in one.
            await asyncio.create_task(reach(server, timeout_seconds=CHECK_SECONDS))
        except MailFailed as failure:
            error = failure.message
        return perf_counter() - started, error

    def post(self, mail: Mail, on_failure: Failure | None = None) -> bool:
        """Send soon; whether the mail was taken. `on_failure` runs when it is given up. Never waits."""
        if self._closed or self._queue.full():
            reason = "the program is ending" if self._closed else "too many are waiting"
            self._observer.note(f"{_named(mail)} was dropped: {reason}.", "error")
            return False
        self._queue.put_nowait((mail, on_failure))
        if len(self._senders) < SENDERS:
            self._senders.add(asyncio.create_task(self._run()))
        return True

    async def close(self) -> None:
        """Send what waits, within the grace time; the rest is dropped and logged."""
        self._closed = True
        if self._senders:
            await asyncio.wait(set(self._senders), timeout=self._limits.grace_seconds)
        left = set(self._senders)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        while not self._queue.empty():
            mail, _ = self._queue.get_nowait()
            self._observer.note(f"{_named(mail)} was dropped: the program is ending.", "error")

    async def _run(self) -> None:
        """One sender: works until nothing waits."""
        try:
            while not self._queue.empty():
                mail, on_failure = self._queue.get_nowait()
                await self._work(mail, on_failure)
        finally:
            # Here, and not in a callback later: a mail that is posted in between would wait for nobody.
            task = asyncio.current_task()
            assert task is not None
            self._senders.discard(task)

    async def _work(self, mail: Mail, on_failure: Failure | None) -> None:
        try:
            await self._around(mail, self._try)
        except MailFailed as error:
            self._observer.note(f"{_named(mail)} was not sent: {error}", "error")
            if on_failure is not None:
                await self._settle(mail, on_failure)
        except asyncio.CancelledError:
            self._observer.note(f"{_named(mail)} was dropped: the program is ending.", "error")
            raise
        except Exception as error:  # what is wrong with one mail must not stop the others
            self._observer.note(f"{_named(mail)} was not sent.", "error", error=error)

    async def _settle(self, mail: Mail, on_failure: Failure) -> None:
        try:
            await on_failure()
        except Exception as error:  # the next mails must go out whatever happened here
            self._observer.note(f"Tidying up after {_named(mail)} failed.", "error", error=error)

    async def _try(self, mail: Mail) -> None:
        server = self._set_up()
        for pause in (*self._retry_seconds, None):
            try:
                await self._deliver(mail, server)
                return
            except MailFailed as error:
                if pause is None or not error.details["again"] or self._closed:
                    raise
            await asyncio.sleep(pause)

    async def _deliver(self, mail: Mail, server: SmtpServer) -> None:
        try:
            message = message_of(mail, datetime.now(UTC))
        except ValueError as error:
            raise MailFailed(f"The mail can't be written: {error}.", again=False) from None
        await deliver(message, server, timeout_seconds=self._limits.timeout_seconds)

    def _set_up(self) -> SmtpServer:
        server = self._server()
        if server is None:
            raise MailFailed("No mail server is set up.", hint="Set smtp in the settings.", again=False)
        return server


def _named(mail: Mail) -> str:
    return f"The mail {mail.purpose!r} to {mail.to}"
