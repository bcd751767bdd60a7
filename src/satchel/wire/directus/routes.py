"""Routes: which path and method calls which handler.

In charge of: the table of this wire's routes and its mount. Not in charge of: what handlers do. Called by `app`.

The order of methods is the order in which `OPTIONS` names them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from satchel.http.cors import CorsPolicy
from satchel.http.mount import Mount
from satchel.http.router import Router
from satchel.http.websocket import SocketHandler
from satchel.wire.directus.access_check import AccessCheck
from satchel.wire.directus.activity import ActivityItems
from satchel.wire.directus.archives import Archives
from satchel.wire.directus.assets import Assets
from satchel.wire.directus.auth import Auth
from satchel.wire.directus.background import Background
from satchel.wire.directus.caching import Caching
from satchel.wire.directus.collections import Collections
from satchel.wire.directus.exporting import Exporting
from satchel.wire.directus.fields import Fields
from satchel.wire.directus.files import Files
from satchel.wire.directus.gate import Gate, not_found
from satchel.wire.directus.graphql.http import GraphQL
from satchel.wire.directus.history import HistoryRoutes
from satchel.wire.directus.importing import Importing
from satchel.wire.directus.items import Items, Resource
from satchel.wire.directus.limits import Limits
from satchel.wire.directus.me import Me
from satchel.wire.directus.passkeys import Passkeys
from satchel.wire.directus.people import People
from satchel.wire.directus.permissions import Permissions
from satchel.wire.directus.query import Reader, Rules
from satchel.wire.directus.relations import Relations
from satchel.wire.directus.schema_routes import SchemaRoutes
from satchel.wire.directus.second_factor import SecondFactor
from satchel.wire.directus.server import Server
from satchel.wire.directus.services import Services
from satchel.wire.directus.sessions import Sessions
from satchel.wire.directus.setup import Setup
from satchel.wire.directus.shape import HEADERS
from satchel.wire.directus.shares import ShareItems
from satchel.wire.directus.sign_on import SignOnRoutes
from satchel.wire.directus.sorting import Sorting
from satchel.wire.directus.specs.http import Specs
from satchel.wire.directus.studio import Studio
from satchel.wire.directus.system import ENDPOINTS
from satchel.wire.directus.tus import TUS_HEADERS, Tus
from satchel.wire.directus.versions import VersionItems
from satchel.wire.directus.websocket.endpoint import WebSocketEndpoint
from satchel.wire.directus.websocket.graphql import GraphQLEndpoint
from satchel.wire.directus.websocket.logs import LogsEndpoint
from satchel.wire.directus.websocket.services import SocketServices

QUICK = re.compile(r"/items/.+|/graphql|/assets/[0-9a-fA-F-]{36}[^/]*(/[^/]*)?")


KINDS: Mapping[str, type[Items]] = {
    "directus_activity": ActivityItems,
    "directus_permissions": Permissions,
    "directus_versions": VersionItems,
    "directus_shares": ShareItems,
}
"""The system collections whose handlers do more than those of items."""


def directus_mount(services: Services) -> Mount:
    """The whole wire: routes, gate and errors."""
    router = Router(final_slash_optional=True)
    gate, graphql = mount(router, services)
    settings = services.settings
    return Mount(
        "",
        router,
        gate.render_error,
        not_found=not_found(router),
        around=gate.around,
        headers=list(HEADERS),
        cors=CorsPolicy.from_origins(
            settings.cors_origins,
            credentials=settings.cors_credentials,
            methods="GET,HEAD,POST,PATCH,DELETE,SEARCH",
            exposed=f"ETag,Retry-After,{TUS_HEADERS}",
        ),
        sockets=sockets(services, gate, graphql),
        quick=QUICK,
    )


def sockets(services: Services, gate: Gate, graphql: GraphQL) -> dict[str, SocketHandler]:
    """The paths that take WebSockets."""
    if not services.settings.websockets_enabled:
        return {}
    known = SocketServices(services, gate, Reader(Rules.of(services.settings)), services.watch)
    return {
        "/websocket": WebSocketEndpoint(known).serve,
        "/websocket/logs": LogsEndpoint(known).serve,
        "/graphql": GraphQLEndpoint(known, graphql).serve,
    }


def mount(router: Router, services: Services) -> tuple[Gate, GraphQL]:
    """Add all routes to the router; the gate that has to stand before them, and what also serves over sockets."""
    rules = Rules.of(services.settings)
    reader = Reader(rules)
    settings = services.settings
    caching = None
    if settings.cache_enabled:
        caching = Caching(settings, services.accounts, services.commits.mark, services.clearing.stamp)
    gate = Gate(
        services.accounts,
        rules.bounds,
        settings.session_cookie_ttl_seconds,
        lambda: services.engine.catalog,
        services.limiter,
        Limits(settings, services.pressure, services.limiter),
        caching,
    )
    Server(services, gate).mount(router)
    Setup(services).mount(router)
    Auth(services).mount(router)
    SignOnRoutes(services).mount(router)
    Me(services, gate, reader).mount(router)
    AccessCheck(services).mount(router)
    SecondFactor(services, gate).mount(router)
    Sessions(services).mount(router)
    Passkeys(services, gate).mount(router)
    People(services, gate).mount(router)
    for endpoint in ENDPOINTS:
        resource = Resource(endpoint.collection)
        handlers = KINDS.get(endpoint.collection, Items)(services, gate, reader, resource)
        if isinstance(handlers, ActivityItems | VersionItems | ShareItems):
            handlers.mount(router)
        if endpoint.singleton:
            router.add("GET", endpoint.path, handlers.read_many)
            router.add("PATCH", endpoint.path, handlers.update_many)
        elif endpoint.readonly:
            _mount_reading(router, endpoint.path, handlers)
        else:
            _mount_items(router, endpoint.path, handlers)
    files = Files(services, gate, reader)
    files.mount(router)
    _mount_items(router, "/files", files)
    Assets(services).mount(router)
    Archives(services, gate).mount(router)
    if services.settings.tus_enabled:
        Tus(services, gate).mount(router)
    _mount_items(router, "/items/{collection}", Items(services, gate, reader, Resource()))
    Collections(services, gate).mount(router)
    Fields(services, gate).mount(router)
    Relations(services, gate).mount(router)
    graphql = GraphQL(services, gate, reader, router)
    graphql.mount(router)
    HistoryRoutes(services, gate).mount(router)
    Studio(services, gate, reader).mount(router)
    Specs(services, router).mount(router)
    SchemaRoutes(services, gate).mount(router)
    items = Items(services, gate, reader, Resource())
    background = Background(services.engine, services.settings.background_tasks_max, services.observer)
    Sorting(items).mount(router)
    Importing(items, background, services.files.library.limits.size_bytes, services.files.folder).mount(router)
    Exporting(items, background, services.files.folder).mount(router)
    return gate, graphql


def _mount_items(router: Router, path: str, handlers: Items) -> None:
    router.add("POST", path, handlers.create)
    router.add("SEARCH", path, handlers.search)
    router.add("GET", path, handlers.read_many)
    router.add("PATCH", path, handlers.update_many)
    router.add("DELETE", path, handlers.delete_many)
    router.add("GET", f"{path}/{{key}}", handlers.read_one)
    router.add("PATCH", f"{path}/{{key}}", handlers.update)
    router.add("DELETE", f"{path}/{{key}}", handlers.delete)


def _mount_reading(router: Router, path: str, handlers: Items) -> None:
    router.add("SEARCH", path, handlers.search)
    router.add("GET", path, handlers.read_many)
    router.add("GET", f"{path}/{{key}}", handlers.read_one)
