"""What a studio asks for beside collections: extensions, the owner of a project, and what starts a flow.

In charge of: answers of the right shape where there is nothing: no extension of the studio is installed here
(extensions of the server are Python, see the guide on hooks), and no registry is asked. Not in charge of: flows as
rows (`system`). Mounted by `routes`.
"""

from __future__ import annotations

import re

from satchel.engine.verbs import Session
from satchel.errors import Forbidden, InvalidPayload, Unavailable
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.policy.actor import Actor
from satchel.wire.directus import shape, singleton
from satchel.wire.directus.bodies import given_object, only
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.items import Items, Resource
from satchel.wire.directus.query import Reader
from satchel.wire.directus.services import Services

SETTINGS = "directus_settings"
OWNER = ("project_owner", "project_usage", "org_name", "product_updates")
KINDS = ("interfaces", "displays", "layouts", "modules", "panels", "themes", "operations")
SOURCES = "".join(f"const {kind} = [];" for kind in KINDS) + f"export {{ {', '.join(KINDS)} }};"
SCRIPT = b"application/javascript; charset=utf-8"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Studio:
    """The handlers."""

    def __init__(self, services: Services, gate: Gate, reader: Reader) -> None:
        self.engine = services.engine
        self.gate = gate
        self.settings = Items(services, gate, reader, Resource(SETTINGS))

    def mount(self, router: Router) -> None:
        router.add("POST", "/settings/owner", self.set_owner)
        router.add("GET", "/extensions", self.extensions)
        router.add("GET", "/extensions/sources/{chunk}", self.sources)
        router.add("GET", "/extensions/registry", self.registry)
        for method, path in (
            ("GET", "/extensions/registry/account/{key}"),
            ("GET", "/extensions/registry/extension/{key}"),
            ("POST", "/extensions/registry/install"),
            ("POST", "/extensions/registry/reinstall"),
            ("DELETE", "/extensions/registry/uninstall/{key}"),
        ):
            router.add(method, path, self.registry)
        router.add("PATCH", "/extensions/{key}", self.change_extension)
        router.add("DELETE", "/extensions/{key}", self.change_extension)
        router.add("GET", "/flows/trigger/{key}", self.trigger)
        router.add("POST", "/flows/trigger/{key}", self.trigger)

    async def set_owner(self, request: Request) -> Response:
        """POST: who the project belongs to, in the settings."""
        body = given_object(request)
        only(body, OWNER)
        if not body:
            raise InvalidPayload(f'"{OWNER[0]}" is required')

        async def work(session: Session) -> Response:
            await singleton.save(self.settings, session, self.settings.collection(SETTINGS), body)
            return shape.empty()

        return await self.settings.write(request, SETTINGS, work)

    def extensions(self, request: Request) -> Response:
        _check_app(request)
        return shape.value([])

    def sources(self, request: Request) -> Response:
        """The script that a studio loads: it names no extension."""
        if request.params["chunk"] != "index.js":
            raise Forbidden("There is no such part of an extension.")
        response = Response(200, SOURCES.encode())
        response.headers.append((b"content-type", SCRIPT))
        return response

    def registry(self, request: Request) -> Response:
        """No registry is asked, so none can be reached."""
        _check_admin(request)
        raise Unavailable("Unable to connect to the registry server.", service="marketplace")

    def change_extension(self, request: Request) -> Response:
        """Of an extension that is not there, nothing is to be done."""
        _check_admin(request)
        if not _UUID.fullmatch(request.params["key"]):
            raise Forbidden("No extension has such a key.")
        return shape.empty()

    def trigger(self, request: Request) -> Response:
        """No flow runs yet, so none can be started."""
        raise Forbidden("There is no such flow.")


def _actor(request: Request) -> Actor:
    return state_of(request).actor


def _check_app(request: Request) -> None:
    if not (_actor(request).admin or _actor(request).app_access):
        raise Forbidden("Extensions are for those with access to the app.")


def _check_admin(request: Request) -> None:
    if not _actor(request).admin:
        raise Forbidden("Extensions are for administrators.")
