"""People for tests: a user with a role and a policy that holds the permissions a test names.

In charge of: making them over the wire, and a client that is signed in as one. Used by the tests beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from tests.servers import Server

PASSWORD = "correct horse 2"
Reading = tuple[str, list[str], dict[str, Any]]
"""A collection, the fields and the rows of it that may be read."""


@dataclass(frozen=True)
class Person:
    """`client` asks as this user."""

    id: str
    role: str
    policy: str
    email: str
    client: httpx.Client


def allow(admin: httpx.Client, policy: str, collection: str, action: str, **permission: Any) -> Any:
    """Add a permission to a policy; all fields and rows unless it says otherwise."""
    body = {"policy": policy, "collection": collection, "action": action, "fields": ["*"], **permission}
    made = admin.post("/permissions", json=body)
    assert made.status_code == 200, made.text
    return made.json()["data"]["id"]


@contextmanager
def person(
    server: Server, admin: httpx.Client, *reads: Reading, app: bool = False, writes: tuple[str, ...] = ()
) -> Iterator[Person]:
    """Somebody who reads some collections; `writes`: those that may be created, changed and deleted whole."""
    name = secrets.token_hex(4)

    def make(path: str, body: dict[str, Any]) -> str:
        made = admin.post(path, json=body)
        assert made.status_code == 200, made.text
        return made.json()["data"]["id"]

    policy = make("/policies", {"name": name, "app_access": app})
    role = make("/roles", {"name": name})
    make("/access", {"role": role, "policy": policy})
    email = f"{name}@example.com"
    user = make("/users", {"email": email, "password": PASSWORD, "role": role, "status": "active"})
    for collection, fields, rows in reads:
        allow(admin, policy, collection, "read", fields=fields, permissions=rows)
    for collection in writes:
        for action in ("create", "update", "delete"):
            allow(admin, policy, collection, action)
    with server.client(server.directus_token(email, PASSWORD)) as client:
        yield Person(user, role, policy, email, client)
