"""What the store records of items (revisions, versions), under the same rights as the items.

In charge of: narrowing the grants on those records, so that their copies of items show nothing that their reader may
not see in the items. Not in charge of: the records. Called by `grants`.

A revision is a document of one whole item, so it shows to whoever may read every row and every field of the item's
collection, and to admins. The content of a version may reach into other collections, so here only admins see it; others
read versions as they read items, with `?version=` and `compare`. To everybody else a record shows that something
happened, and when, and its copies are null. This is part of the grants, so it holds wherever a copy is mentioned: in
output, filters, sorting, search, aggregates and realtime.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from satchel.expr.nodes import And, Node, Truth
from satchel.expr.syntax_tree import parse_rule
from satchel.model.catalog import Action, Catalog
from satchel.policy.grant import Grant

ABOUT: Mapping[str, tuple[str, str]] = {"directus_comments": ("collection", "item")}
"""Records that show only with the item that they are about: the fields that name its collection and its key. The plan's
guards see to it (`plan/secure`), as only there an item's own guard is known.
"""
REVISIONS, VERSIONS = "directus_revisions", "directus_versions"
COPIES: Mapping[str, frozenset[str]] = {REVISIONS: frozenset({"data", "delta"}), VERSIONS: frozenset({"delta"})}
"""The fields that hold copies. A revision names the collection of its item in `collection`."""

READING: tuple[Action, ...] = ("list", "view")
Table = Mapping[tuple[str, Action], tuple[Grant, ...]]


def narrowed(table: Table, catalog: Catalog) -> dict[tuple[str, Action], tuple[Grant, ...]]:
    """The grants of somebody who is no admin, with those on records narrowed."""
    found = dict(table)
    readable = _readable(table) if any((REVISIONS, action) in table for action in READING) else []
    for name, copies in COPIES.items():
        collection = catalog.get(name)
        for action in READING:
            grants = found.get((name, action))
            if grants and collection is not None:
                fields = frozenset(collection.fields)
                shows = readable if name == REVISIONS else []
                found[(name, action)] = tuple(part for grant in grants for part in _parts(grant, copies, fields, shows))
    return found


def _parts(grant: Grant, copies: frozenset[str], fields: frozenset[str], readable: Sequence[str]) -> list[Grant]:
    """The grant without the copies, and one that shows them in the records of some collections."""
    name, action = grant.collection, grant.action
    opened = fields if grant.fields is None else grant.fields
    parts = [Grant(name, action, grant.where, opened - copies, grant.validation, grant.presets, grant.origin)]
    wanted = opened & copies
    if wanted:
        inside: Node = Truth(False)
        if readable:
            # what a saved version says may be about other collections too
            inside = parse_rule({"collection": {"_in": list(readable)}, "version": {"_null": True}}, collection=name)
        where: Node = inside if grant.where is None else And((grant.where, inside))
        parts.append(Grant(name, action, where, wanted, origin=grant.origin))
    return parts


def _readable(table: Table) -> list[str]:
    """The collections of which every row and every field may be read."""
    return sorted(
        name
        for (name, action), grants in table.items()
        if action == "list" and name not in COPIES and name not in ABOUT and any(_is_whole(grant) for grant in grants)
    )


def _is_whole(grant: Grant) -> bool:
    return grant.where is None and grant.fields is None
