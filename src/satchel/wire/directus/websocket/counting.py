"""Counting: a message costs what the request costs that it stands for.

In charge of: asking all limits that requests have. Not in charge of: limits of the connection itself (`connection`).
Called before whatever a message asks for is done.
"""

from __future__ import annotations

from satchel.http.ratelimit import path_labels
from satchel.wire.directus.websocket.connection import Connection
from satchel.wire.directus.websocket.services import SocketServices


def spend(services: SocketServices, connection: Connection, method: str, path: str, more: tuple[str, ...] = ()) -> None:
    """Count a message. `more`: labels that rules may know it by, before those of its path. Raises TooManyRequests,
    Unavailable."""
    services.gate.limits.spend(connection.socket.request)
    actor = connection.actor
    # signing in is counted for whoever it is, as nobody knows yet who that will be
    if services.limiter.active and (more or not actor.admin):
        labels = (*more, *path_labels(method, path))
        services.limiter.check(labels, scope="", client=connection.ip or "", guest=actor.kind == "public")
