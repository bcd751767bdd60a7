"""The studio over HTTP: its page, its files, and what it asks for beside the Directus wire.

In charge of: what is below `/studio`. Not in charge of: the studio itself (`studio/` in the source), or data, which it
gets through the Directus wire like any other client. Called by `app`.

`/studio/assets/…` and other files come from the build; any other path is one of the studio's own screens and gets its
page. `/studio/api/…` has the manners of the Directus wire: its sessions, bodies and errors.
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from satchel.backups.backups import Backups
from satchel.engine.store import Store
from satchel.errors import NotFound, SatchelError
from satchel.http.encodings import takes
from satchel.http.mount import Mount
from satchel.http.request import Request
from satchel.http.response import BareResponse, Response, text_response
from satchel.http.router import Handler, Router
from satchel.policy.actor import Actor, Context
from satchel.setup.recipe import SAMPLES
from satchel.studio.bundle import Bundle, Bundles
from satchel.studio.connection_routes import ConnectionRoutes
from satchel.studio.counts_routes import CountsRoutes
from satchel.studio.extension_files import ExtensionFiles
from satchel.studio.extension_routes import ExtensionRoutes
from satchel.studio.extension_switches import ExtensionSwitches
from satchel.studio.moved import to
from satchel.studio.page import HEADERS, PREFIX, page
from satchel.studio.plain_pages import not_built
from satchel.studio.sample_routes import SampleRoutes
from satchel.studio.sandbox_page import PREFIX as SANDBOX
from satchel.studio.sandbox_page import sandbox_page
from satchel.studio.setup_routes import SetupRoutes
from satchel.version import VERSION
from satchel.wire.directus.gate import SESSION_COOKIE, not_found
from satchel.wire.directus.server import public_project
from satchel.wire.directus.services import Services

API = f"{PREFIX}/api"
BUILD_HEADER = "x-satchel-studio"
EXTENSIONS = "ext/"
PACK_BYTES_MIN = 1400
"""About what goes into one packet anyway."""
PACK_LEVEL = 1
FILE_FOLDERS = ("assets/", "sdk/", EXTENSIONS)
"""What is not there below these is missing, and no screen."""
OPEN_FILES = [*HEADERS, (b"access-control-allow-origin", b"*")]
"""Headers of what sandboxes load, whose origin is nobody's. These files are for everybody anyway."""


def studio_mounts(services: Services, wire: Mount, store: Store, backups: Backups) -> list[Mount]:
    """All that is below `/studio`; none where it is switched off. `wire`: the Directus wire."""
    if not services.settings.studio_enabled:
        return []
    extensions = ExtensionFiles(services.settings.studio_extensions_path)
    pages = Pages(services, Bundles(), extensions)
    router = Router()
    router.add("GET", PREFIX, pages.root)
    router.add("GET", f"{PREFIX}/", pages.answer)
    router.add("GET", f"{PREFIX}/{{name...}}", pages.answer)
    switches = ExtensionSwitches(store)
    return [Mount(PREFIX, router, render_error), _api(services, wire, extensions, switches, backups)]


def _api(
    services: Services, wire: Mount, extensions: ExtensionFiles, switches: ExtensionSwitches, backups: Backups
) -> Mount:
    """`/studio/api`: stands behind the same gate as the wire, and has its errors."""
    router = Router()
    installable = services.settings.studio_extensions_install
    ExtensionRoutes(extensions, switches, installable=installable).mount(router, f"{API}/extensions")
    CountsRoutes(services.engine).mount(router, f"{API}/counts")
    ConnectionRoutes(services).mount(router, f"{API}/database")
    SampleRoutes(services.first_start.samples).mount(router, f"{API}/sample")
    SetupRoutes(services, backups).mount(router, f"{API}/setup")
    return replace(wire, prefix=API, router=router, not_found=not_found(router), beneath=None, sockets={}, quick=None)


def told_of_builds(wire: Mount) -> Mount:
    """The Directus wire as the studio uses it, which says its build in a header: it is told when there is another one
    by now, and gets large answers compressed.
    """
    bundles = Bundles()
    around = wire.around
    assert around is not None

    async def told(request: Request, handler: Handler) -> Response:
        found = around(request, handler)
        response = found if isinstance(found, Response) else await found
        bundle = bundles.newest()
        if bundle is not None and request.header(BUILD_HEADER) != bundle.build:
            response.add_header(BUILD_HEADER, bundle.build)
        return packed(request, response)

    def tell(request: Request, handler: Handler) -> Response | Awaitable[Response]:
        return around(request, handler) if request.header(BUILD_HEADER) is None else told(request, handler)

    return replace(wire, around=tell)


def packed(request: Request, response: Response) -> Response:
    """The answer, compressed where that is worth it. Only for requests with a header of our own, which pages of other
    sites can't send: else the length of an answer could tell them what is in it.
    """
    body = response.body if isinstance(response.body, bytes) else b""
    kind = response.header("content-type") or ""
    if len(body) < PACK_BYTES_MIN or not kind.startswith("application/json") or not takes(request, "gzip"):
        return response
    if response.header("content-encoding") is None:
        response.body = gzip.compress(body, PACK_LEVEL, mtime=0)
        response.add_header("content-encoding", "gzip")
        response.add_header("vary", "Accept-Encoding")
    return response


class Pages:
    """The handlers of pages and files."""

    def __init__(self, services: Services, bundles: Bundles, extensions: ExtensionFiles) -> None:
        self._services = services
        self._bundles = bundles
        self._extensions = extensions
        self._set_up = False

    def root(self, request: Request) -> Response:
        """Relative addresses need the final slash."""
        return to(request, f"{PREFIX[1:]}/")

    async def answer(self, request: Request) -> Response:
        """The file of that name, else the page."""
        bundle = self._bundles.newest()
        if bundle is None:
            return not_built()
        name = request.params.get("name", "")
        if name.startswith(SANDBOX):
            return self._sandbox(request, name.removeprefix(SANDBOX))
        if name.startswith(FILE_FOLDERS) or (name in bundle.files.files and not name.endswith(".html")):
            if name.startswith(EXTENSIONS):
                found = await self._extensions.send(request, name.removeprefix(EXTENSIONS), OPEN_FILES)
            else:
                open_file = name.startswith("sdk/")
                found = await bundle.files.send(request, name, OPEN_FILES if open_file else HEADERS)
            if found is None:
                raise NotFound(f"The studio has no file {name}.")
            return found
        return page(request, bundle, await self._boot(request, bundle))

    def _sandbox(self, request: Request, path: str) -> Response:
        name, _, rest = path.partition("/")
        digest, _, more = rest.partition("/")
        extension = self._extensions.find(name, digest)
        if extension is None or more:
            raise NotFound("There is no such sandbox.")
        return sandbox_page(request, extension)

    async def _boot(self, request: Request, bundle: Bundle) -> dict[str, Any]:
        """What the page knows from the start, so that it can paint its first screen. Everybody may see it."""
        services = self._services
        project = await public_project(services.engine, Context(Actor.public(), datetime.now(UTC)))
        # there is always a superuser once there was one
        self._set_up = self._set_up or await services.accounts.has_superuser()
        return {
            "version": VERSION,
            "build": bundle.build,
            "setupRequired": not self._set_up,
            "session": bool(request.cookies.get(SESSION_COOKIE)),
            "locale": project["default_language"],
            "theme": project["default_appearance"],
            "branding": {
                "name": project["project_name"],
                "color": project["project_color"],
                "logo": project["project_logo"],
            },
            "providers": services.sign_on.listed(session_only=True),
            "disableDefault": services.sign_on.default_disabled,
            "passkeys": services.people.passkeys.on,
            "registration": bool(project["public_registration"]),
            "samples": list(SAMPLES),
            "connectable": not services.first_start.connection.is_given,
            "extensions": self._extensions.any(),
        }


def render_error(request: Request, error: Exception) -> Response:
    """Errors as a line of text; what an unforeseen one says stays in the log."""
    status = error.status if isinstance(error, SatchelError) else 500
    response = text_response(f"{error}\n" if status < 500 else "Something went wrong.\n", status)
    answer = BareResponse(response.status, response.body)
    answer.headers = [*response.headers, *HEADERS]
    return answer
