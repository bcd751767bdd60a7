"""Extensions: the hooks, routes and crons of one program.

In charge of: keeping what authors registered, and joining it to the program's events and routes. Not in charge of:
finding their code (`loading`), or what they see (`hook_events`, `data`). Made by `app.py`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from satchel.engine.events import Events, GoOn, Link
from satchel.engine.item_events import ItemEvent
from satchel.engine.request_events import AnswerEvent, EnrichEvent
from satchel.errors import HookFailed, SatchelError
from satchel.extensions.calling import HANDLER, PROGRAM, SESSION, Threads
from satchel.extensions.hook_events import HookEvent, wrap
from satchel.extensions.loading import load_folder, load_packages
from satchel.extensions.routes import Route, mount_of, response_of
from satchel.http.cors import CorsPolicy
from satchel.http.request import Request
from satchel.http.server import HttpApp
from satchel.jobs.expression import parse_expression
from satchel.jobs.runner import Jobs
from satchel.observe import Observer
from satchel.policy.actor import Actor
from satchel.wire.pocketbase.identity import actor_of
from satchel.wire.pocketbase.routes import make_around, make_render
from satchel.wire.pocketbase.services import Services

if TYPE_CHECKING:
    from satchel.extensions.app import App

Handler = Callable[[Any], Any]


class Program(Services, Protocol):
    """What extensions need of the program: what the PocketBase wire needs, and its log."""

    observer: Observer


class Extensions:
    """One per program. `app`: the object that authors import."""

    def __init__(self, program: Program, events: Events, app: App) -> None:
        self.program = program
        self.app = app
        self.routes: list[Route] = []
        self.threads = Threads(program.settings.hook_threads_max)
        self._events = events
        self._hooked = False
        self._crons: dict[str, tuple[str, Handler]] = {}
        self._jobs: Jobs | None = None

    def load(self) -> None:
        """Run the code of authors, which registers itself. Raises ConfigError that names what can't be loaded."""
        token = PROGRAM.set(self)
        try:
            load_packages(self.app)
            load_folder(self.program.settings.hooks_path)
        finally:
            PROGRAM.reset(token)

    def on(self, event: str, handler: Handler, collections: tuple[str, ...]) -> None:
        self._events.on(event, self._link(event, handler), collections)
        self._hooked = True

    def add_cron(self, id: str, expression: str, handler: Handler) -> None:
        """Let `handler` run by the clock. Raises ValueError for a malformed expression."""
        parse_expression(expression)
        self._crons[id] = (expression, handler)
        if self._jobs is not None:
            self._begin(self._jobs, id)

    def remove_cron(self, id: str) -> None:
        """Forget a job; one that runs is not stopped."""
        self._crons.pop(id, None)
        if self._jobs is not None:
            self._jobs.remove(id)

    def schedule(self, jobs: Jobs) -> None:
        """Hand over what is to run by the clock, now and from now on."""
        self._jobs = jobs
        for name in self._crons:
            self._begin(jobs, name)

    def _begin(self, jobs: Jobs, id: str) -> None:
        expression, handler = self._crons[id]

        async def work() -> None:
            PROGRAM.set(self)  # the job's own context ends with it
            with contextlib.suppress(HookFailed):  # which is in the log already
                await self.call(handler)

        jobs.add(id, expression, work)

    def mount(self, http: HttpApp) -> None:
        """Let the routes of authors answer, before all others."""
        http.runs_foreign_code = self._hooked
        settings = self.program.settings
        cors = CorsPolicy.from_origins(settings.cors_origins, credentials=settings.cors_credentials)
        around, render = make_around(self.program), make_render(self.program)
        mount = mount_of(self.routes, self._call_route, self._actor_of, around, render, cors)
        if mount is not None:
            http.add_mount(mount)

    def close(self) -> None:
        self.threads.close()

    # --- calling

    async def _actor_of(self, request: Request) -> Actor:
        return await actor_of(self.program, request)

    async def _call_route(self, handler: Callable[[Request], Any], request: Request) -> Any:
        PROGRAM.set(self)  # the request's own context ends with it
        return await self.call(handler, request)

    def _link(self, name: str, handler: Handler) -> Link:
        after = name.startswith("record_after_")

        async def link(subject: Any, go_on: GoOn) -> None:
            passing: list[Exception] = []

            async def watched() -> None:
                try:
                    await go_on()
                except Exception as error:
                    passing.append(error)
                    raise

            event = wrap(self.app, name, subject, watched)
            session = (
                subject.session if isinstance(subject, ItemEvent | AnswerEvent | EnrichEvent) and not after else None
            )
            program, joined = PROGRAM.set(self), SESSION.set(session)
            try:
                result = await self.call(handler, event, passing=passing)
            finally:
                SESSION.reset(joined)
                PROGRAM.reset(program)
            if result is not None and isinstance(subject, AnswerEvent):
                subject.response = response_of(result)

        return link

    async def call(self, handler: Callable[..., Any], *arguments: Any, passing: Sequence[Exception] = ()) -> Any:
        """Call a handler. What it raises without meaning an answer is logged and becomes HookFailed; `passing`: what
        only comes through it, as it was raised by what it goes on to.
        """
        name = handler_name(handler)
        token = HANDLER.set(name)
        try:
            return await self.threads.call(handler, *arguments)
        except SatchelError:
            raise
        except Exception as error:
            if any(error is known for known in passing):
                raise
            self.program.observer.note(f"The hook {name} failed.", "error", error=error)
            raise HookFailed(f"The hook {name} failed.") from error
        finally:
            HANDLER.reset(token)


def handler_name(handler: Callable[..., Any]) -> str:
    """How logs call a handler: `posts.shout`."""
    module = str(getattr(handler, "__module__", "")).removeprefix("satchel_hooks.")
    return f"{module}.{getattr(handler, '__qualname__', type(handler).__name__)}"


__all__ = ["Extensions", "HookEvent", "Program"]
