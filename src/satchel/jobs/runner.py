"""Jobs that run by the clock, each minute once, however many workers and machines share a store.

In charge of: the list of jobs, whose turn a minute is, running them and reporting what fails. Not in charge of: what
they do (whoever registers them), or when an expression is due (`expression`). Made by `app`; features register their
jobs there, and extensions theirs.

    jobs.add("nightly", "0 3 * * *", work)

A minute is claimed by one conditional statement on one row of the store; who claims it runs what is due. A job that
still runs in this process is not begun again. Minutes in which no worker was up are not made up for.

    UPDATE satchel_state SET value = '2026-11-28T01:25' WHERE name = 'jobs_minute' AND value < '2026-11-28T01:25'
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from satchel.engine.store import Store, StoreSession
from satchel.errors import ConstraintFailed, NotFound, SatchelError
from satchel.jobs.expression import parse_expression
from satchel.observe import SILENT, Observer

STATE = "satchel_state"
ROW = "jobs_minute"
"""The row of `satchel_state` that holds the last minute somebody claimed."""

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """`expression`: when; a function is asked each time, and "" means not now. `system`: one of Satchel's own."""

    id: str
    expression: Callable[[], str]
    work: Work
    system: bool = False


class Jobs:
    """One per process. `timeout_seconds`: a job that takes longer is stopped."""

    def __init__(
        self,
        store: Store,
        *,
        observer: Observer = SILENT,
        timeout_seconds: float = 3600.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._observer = observer
        self._timeout_seconds = timeout_seconds
        self._now = now
        self._jobs: dict[str, Job] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._ticking: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------------------------------------------- the list
    def add(self, id: str, expression: str, work: Work) -> None:
        """Register a job, or replace the one of that name. Raises ValueError for a malformed expression."""
        parse_expression(expression)
        self._jobs[id] = Job(id, lambda: expression, work)

    def add_system(self, id: str, expression: str | Callable[[], str], work: Work) -> None:
        """Register one of Satchel's own; they are listed last, in this order."""
        when = (lambda: expression) if isinstance(expression, str) else expression
        self._jobs[id] = Job(id, when, work, system=True)

    def remove(self, id: str) -> None:
        """Forget a job; one that runs is not stopped."""
        self._jobs.pop(id, None)

    def expressions(self) -> Mapping[str, str]:
        """The jobs that can come up, with their expressions: those of extensions first."""
        ordered = sorted(self._jobs.values(), key=lambda job: job.system)
        return {job.id: when for job in ordered if (when := job.expression())}

    # ----------------------------------------------------------------------------------------------------------- time
    def start(self) -> None:
        """Look at the clock from now on."""
        if self._ticking is None:
            self._ticking = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        while True:
            now = self._now()
            await asyncio.sleep(60.0 - now.second - now.microsecond / 1e6 + 0.05)
            await self.run_due(self._now())

    async def run_due(self, moment: datetime) -> None:
        """Begin what is due in this minute, if no other process has."""
        due = [name for name, when in self.expressions().items() if parse_expression(when).is_due(moment)]
        if not due:
            return
        try:
            claimed = await self._claim(moment.strftime("%Y-%m-%dT%H:%M"))
        except SatchelError as error:
            self._observer.note("Jobs could not be begun.", "warning", error=error)
            return
        if claimed:
            for name in due:
                self._begin(self._jobs[name])

    async def _claim(self, minute: str) -> bool:
        """Whether this process is the one that runs the minute's jobs."""

        async def work(session: StoreSession) -> bool:
            if await session.update(STATE, {"value": minute}, ("name", "=", ROW), ("value", "<", minute)):
                return True
            if await session.select(STATE, ("name",), ("name", "=", ROW)):
                return False
            await session.insert(STATE, {"name": ROW, "value": minute})
            return True

        try:
            return await self._store.write(work)
        except ConstraintFailed:
            return False  # another one made the row

    # -------------------------------------------------------------------------------------------------------- running
    def run(self, id: str) -> None:
        """Begin a job now, whatever the clock says. Raises NotFound."""
        job = self._jobs.get(id)
        if job is None or not job.expression():
            raise NotFound(f'There is no job "{id}".')
        self._begin(job)

    def _begin(self, job: Job) -> None:
        if job.id not in self._running:
            task = asyncio.create_task(self._run(job))
            self._running[job.id] = task
            task.add_done_callback(lambda _: self._running.pop(job.id, None))

    async def _run(self, job: Job) -> None:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await job.work()
        except TimeoutError:
            self._observer.note(f"The job {job.id} took too long and was stopped.", "error")
        except Exception as error:  # one job's failure is no other's
            self._observer.note(f"The job {job.id} failed.", "error", error=error)

    async def close(self) -> None:
        """Stop the clock, and what runs."""
        tasks = [*self._running.values()]
        if self._ticking is not None:
            tasks.append(self._ticking)
            self._ticking = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
