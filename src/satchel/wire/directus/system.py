"""System collections with paths of their own: which there are, as data, and the few things that set them apart.

In charge of: the table of endpoints. Everything else about them is done by the same handlers as for `/items`. Read by
`routes`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`path` serves `collection`. `singleton`: read and changed as one object, with no items by key."""

    path: str
    collection: str
    singleton: bool = False


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/users", "directus_users"),
    Endpoint("/roles", "directus_roles"),
    Endpoint("/policies", "directus_policies"),
    Endpoint("/permissions", "directus_permissions"),
    Endpoint("/access", "directus_access"),
    Endpoint("/settings", "directus_settings", singleton=True),
)
