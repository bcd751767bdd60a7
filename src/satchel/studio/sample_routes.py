"""`/studio/api/sample`: the sample project, for superusers.

In charge of: these requests and answers. Not in charge of: what is done (`setup/samples`). Mounted by `routes`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from satchel.errors import Forbidden
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.setup.recipe import SAMPLES
from satchel.setup.samples import Count, Mark, Samples
from satchel.wire.directus import shape
from satchel.wire.directus.bodies import given_object, only, refuse, required_text
from satchel.wire.directus.gate import state_of


class SampleRoutes:
    """The handlers."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    def mount(self, router: Router, at: str) -> None:
        router.add("GET", at, self.show)
        router.add("POST", at, self.make)
        router.add("POST", f"{at}/remove", self.remove)
        router.add("POST", f"{at}/restore", self.restore)

    async def show(self, request: Request) -> Response:
        """GET: `{current, available, restorableUntil}`."""
        _superusers_only(request)
        mark = await self._samples.current()
        until = await self._samples.kept_until()
        return shape.value({"current": _told(mark), "available": list(SAMPLES), "restorableUntil": until})

    async def make(self, request: Request) -> Response:
        """POST `{name}`: make one."""
        _superusers_only(request)
        body = given_object(request)
        name = required_text(body, "name")
        only(body, ("name",))
        return shape.value(_told(await self._samples.make(name)))

    async def remove(self, request: Request) -> Response:
        """POST `{preview?}`: take it away, or with `preview` say what that would remove."""
        _superusers_only(request)
        body = given_object(request)
        preview = body.get("preview", False)
        if not isinstance(preview, bool):
            refuse('"preview" must be a boolean')
        only(body, ("preview",))
        mark, counts = await (self._samples.preview() if preview else self._samples.remove())
        return shape.value({**_named(mark), "counts": [_counted(item) for item in counts]})

    async def restore(self, request: Request) -> Response:
        """POST: bring back what was taken away."""
        _superusers_only(request)
        return shape.value(_told(await self._samples.restore()))


def _superusers_only(request: Request) -> None:
    if not state_of(request).actor.admin:
        raise Forbidden("The sample project is for superusers.")


def _named(mark: Mark) -> dict[str, Any]:
    return {"name": mark.name, "made": mark.made}


def _told(mark: Mark | None) -> dict[str, Any] | None:
    return None if mark is None else {**_named(mark), "items": {name: len(keys) for name, keys in mark.keys.items()}}


def _counted(count: Count) -> dict[str, Any]:
    return asdict(count)
