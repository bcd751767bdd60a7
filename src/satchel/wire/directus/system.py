"""System collections with paths of their own: which there are, as data, and the few things that set them apart.

In charge of: the table of endpoints. Everything else about them is done by the same handlers as for `/items`. Read by
`routes`, `graphql/visible` and `specs`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`path` serves `collection`. `singleton`: read and changed as one object, with no items by key. `readonly`: what
    the program writes by itself, and nobody else."""

    path: str
    collection: str
    singleton: bool = False
    readonly: bool = False


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/users", "directus_users"),
    Endpoint("/roles", "directus_roles"),
    Endpoint("/policies", "directus_policies"),
    Endpoint("/permissions", "directus_permissions"),
    Endpoint("/access", "directus_access"),
    Endpoint("/settings", "directus_settings", singleton=True),
    Endpoint("/activity", "directus_activity", readonly=True),
    Endpoint("/revisions", "directus_revisions", readonly=True),
    Endpoint("/versions", "directus_versions"),
    Endpoint("/shares", "directus_shares"),
    Endpoint("/comments", "directus_comments"),
    Endpoint("/folders", "directus_folders"),
    Endpoint("/notifications", "directus_notifications"),
    Endpoint("/presets", "directus_presets"),
    Endpoint("/translations", "directus_translations"),
    Endpoint("/dashboards", "directus_dashboards"),
    Endpoint("/panels", "directus_panels"),
    Endpoint("/flows", "directus_flows"),
    Endpoint("/operations", "directus_operations"),
)

# described by endpoints of their own, or served by none
APART = frozenset(
    f"directus_{name}" for name in ("collections", "fields", "relations", "extensions", "sessions", "migrations")
)


def path_of(collection: str) -> str:
    """The path of a collection's items."""
    if not collection.startswith("directus_"):
        return f"/items/{collection}"
    own = (item.path for item in ENDPOINTS if item.collection == collection)
    return next(own, "/" + collection.removeprefix("directus_"))
