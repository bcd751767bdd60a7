"""Grant: what an actor may do with one collection and one action.

In charge of: the one model that PocketBase's collection rules (`load_rules`) and Directus's policy rows
(`load_policies`) both load into. Read by `plan/secure` (reads) and `engine/check` (writes). Grants are united: a row
is allowed if any grant allows it, a field if a grant that allows the row allows the field.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from satchel.expr.nodes import Node
from satchel.model.catalog import EMPTY, Action


@dataclass(frozen=True, slots=True, eq=False)
class Grant:
    """`where` None: every row. `fields` None: every field.

    For create, a rule's `where` speaks of the new row; `validation` and `presets` are a policy's. `origin` names the
    rule or policy for "why" answers: `rule:posts.listRule`, `policy:<id>`.
    """

    collection: str
    action: Action
    where: Node | None = None
    fields: frozenset[str] | None = None
    validation: Node | None = None
    presets: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    origin: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Grants:
    """All grants of one actor. `token` names the set: equal tokens have equal grants, so plans are cached by it."""

    token: Hashable
    admin: bool = False
    table: Mapping[tuple[str, Action], tuple[Grant, ...]] = field(
        default_factory=dict[tuple[str, Action], tuple[Grant, ...]]
    )

    def of(self, collection: str, action: Action) -> tuple[Grant, ...]:
        """The grants for one collection and action; an admin has one that allows everything."""
        if self.admin:
            return (Grant(collection, action, origin="admin"),)
        return self.table.get((collection, action), ())
